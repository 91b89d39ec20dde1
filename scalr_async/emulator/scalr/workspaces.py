"""Workspaces, their run schedules, and commits that start runs."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, ClassVar, Final

import attrs

from scalr_async.emulator.engine.bodies import Changes, Lenience
from scalr_async.emulator.engine.drafts import Draft, require_name
from scalr_async.emulator.engine.errors import (
    ApiError,
    conflict,
    invalid_attribute,
    invalid_document,
    not_found,
)
from scalr_async.emulator.engine.filters import FilterField
from scalr_async.emulator.engine.helpers import listing, record_answer, target
from scalr_async.emulator.engine.http import Actor, Answer, Call
from scalr_async.emulator.engine.service import Action, Rule, Service
from scalr_async.emulator.engine.store import Derived, Record, Store
from scalr_async.emulator.scalr.agent_pools import check_available
from scalr_async.emulator.scalr.environments import favorite, lock, unlock
from scalr_async.emulator.scalr.registry import software
from scalr_async.emulator.scalr.runs.effects import queue_run

__all__ = ["ACTIONS", "DERIVED", "RULES"]

_PERMISSIONS: Final = {
    f"can-{verb}": True
    for verb in (
        "destroy",
        "force-unlock",
        "lock",
        "queue-apply",
        "queue-destroy",
        "queue-run",
        "read-settings",
        "unlock",
        "update",
        "update-variable",
    )
}
_NAME: Final = re.compile(r"[\w.-]+")
_VERSION: Final = re.compile(r"\d+\.\d+\.\d+(-[\w.]+)?|auto|latest")
_SCHEDULES: Final = {"apply-schedule": "apply", "destroy-schedule": "destroy"}
"""The attributes of workspaces that show run schedules, with the modes of these."""

_SCHEDULE_RULES: Final = "run-schedule-rules"
_CRON: Final = re.compile(r"\S+( +\S+){4}")
"""Five fields: minute, hour, day of the month, month, day of the week."""


class Workspaces(Rule):
    """Workspaces: names are unique in the environment; deletion protection is on by default."""

    lenience = Lenience(
        retired=frozenset({"file-triggers-enabled", "terragrunt-use-run-all", "terragrunt-version"})
    )
    unique = "environment"
    computed = frozenset(_SCHEDULES)
    aliases: ClassVar[Mapping[str, str]] = {
        "module-versions": "module-version",
        "run": "latest-run",
    }
    defaults: ClassVar[Mapping[str, Any]] = {
        "auto-queue-runs": "skip_first",
        "deletion-protection-enabled": True,
        "environment-type": "unmapped",
        "execution-mode": "remote",
        "iac-platform": "terraform",
        "operations": True,
        "permissions": _PERMISSIONS,
        "remote-backend": True,
        "remote-state-sharing": True,
        "terraform-version": "1.5.7",
        "working-directory": "",
    }

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.filters = {
            "drift-detection-enabled": FilterField(values=self._drift_detected),
            "federated-by-env": FilterField(values=self._federated_by),
            "federated-to-env": FilterField(values=self._federated_to),
            "provider-configuration": FilterField(values=self._configurations),
            "software-version": FilterField(values=self._software),
            "state-consumer-of": FilterField(values=self._consumed),
        }

    def prepare(self, draft: Draft) -> None:
        """Check name, version and pool; keep `operations` and `execution-mode` consistent."""
        require_name(draft)
        attributes = draft.attributes
        if draft.sets("name") and not _NAME.fullmatch(attributes["name"]):
            detail = "Name can only have letters, numbers, dots, dashes and underscores."
            raise invalid_attribute("name", detail)
        version = attributes.get("terraform-version")
        if version is not None and not _VERSION.fullmatch(version):
            raise invalid_attribute("terraform-version", f"Version '{version}' is not supported.")
        if self._alters(draft, "execution-mode"):
            attributes["operations"] = attributes["execution-mode"] == "remote"
        elif self._alters(draft, "operations"):
            attributes["execution-mode"] = "remote" if attributes["operations"] else "local"
        hooks = attributes.get("hooks")
        if hooks is not None and not any(hooks.values()):
            attributes["hooks"] = None
        if draft.record is not None and self._alters(draft, "deletion-protection-enabled"):
            attributes["deletion-protection-changed-by-email"] = draft.actor.email
        self._check_pool(draft)

    def _alters(self, draft: Draft, name: str) -> bool:
        return draft.alters(name, self.defaults[name])

    def _check_pool(self, draft: Draft) -> None:
        if not draft.sets("agent-pool") and not draft.sets("environment"):
            return
        for home in self.service.store.related(draft, "environment"):
            for pool in self.service.store.related(draft, "agent-pool"):
                check_available(pool, home, "agent-pool")

    def created(self, record: Record) -> None:
        """Make run schedules of the schedules that the new workspace has."""
        for name in _SCHEDULES:
            schedule = record.attributes.pop(name, None)
            if schedule:
                _schedule(self.service, record, name, schedule)

    def changed(self, record: Record) -> None:
        """Take the variables of the workspace to its environment."""
        home = record.relationships.get("environment")
        for variable in self.service.store.sources("vars", "workspace", record.id):
            if variable.relationships.get("environment") != home:
                self.service.store.change(variable, {}, {"environment": home})

    def loaded(self, record: Record, owner: Actor) -> None:  # noqa: ARG002 - the same for all
        """Make run schedules of the schedules in the file, which may contain no others."""
        self.created(record)

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Set the schedules, which are those of the workspace's run schedules."""
        for name, mode in _SCHEDULES.items():
            rule = self.service.store.find_by_key(_SCHEDULE_RULES, (record.id, mode))
            attributes[name] = None if rule is None else rule.attributes["schedule"]

    def relating(self, record: Record, name: str) -> None:
        """Refuse single consumers of a state that is shared with the whole environment."""
        if name == "remote-state-consumers" and record.attributes.get("remote-state-sharing", True):
            raise conflict("The state is shared with the whole environment.")

    def removing(self, record: Record) -> None:
        """Refuse to delete a workspace that is locked, or that is protected and has resources."""
        attributes = record.attributes
        if attributes.get("locked"):
            raise conflict("Workspace is locked.")
        if attributes.get("has-resources") and attributes.get("deletion-protection-enabled", True):
            raise conflict("Workspace has resources and is protected from deletion.")

    def _software(self, record: Record) -> list[str]:
        settings = {**self.defaults, **record.attributes}
        return software(self.service.store, settings["iac-platform"], settings["terraform-version"])

    def _drift_detected(self, record: Record) -> list[bool]:
        store, schedules = self.service.store, "drift-detection-schedule"
        ids = record.related("environment")
        return [any(store.points_at(schedules, "environment", id) for id in ids)]

    def _federated_by(self, record: Record) -> list[str]:
        store, name = self.service.store, "federated-environments"
        ids = record.related("environment")
        return [source.id for id in ids for source in store.sources("environments", name, id)]

    def _federated_to(self, record: Record) -> list[str]:
        homes = self.service.store.related(record, "environment")
        return [id for home in homes for id in home.related("federated-environments")]

    def _configurations(self, record: Record) -> list[str]:
        type = "provider-configuration-links"
        links = self.service.store.sources(type, "workspace", record.id)
        return [id for link in links for id in link.related("provider-configuration")]

    def _consumed(self, record: Record) -> list[str]:
        sources = self.service.store.sources("workspaces", "remote-state-consumers", record.id)
        return [source.id for source in sources]


class RunScheduleRules(Rule):
    """Run schedules: a workspace has at most one of each mode."""

    def key(self, record: Record) -> Hashable:
        """Return workspace and mode."""
        return record.relationships.get("workspace"), record.attributes.get("schedule-mode")

    def taken(self) -> ApiError:
        """Return the error of a mode that another schedule of the workspace has."""
        detail = "The workspace has a schedule of this mode already."
        return invalid_attribute("schedule-mode", detail)

    def prepare(self, draft: Draft) -> None:
        """Check the schedule."""
        if not _CRON.fullmatch(draft.attributes.get("schedule", "")):
            raise invalid_attribute("schedule", "Value is not a cron expression.")


def _set_schedule(service: Service, call: Call) -> Answer:
    record = target(service, call, "workspaces")
    schedules = call.object(service.catalog.objects)
    for name, schedule in schedules.items():
        if schedule and not _CRON.fullmatch(schedule):
            raise invalid_document(f"/{name}", f"'{schedule}' is not a cron expression.")
    for name, schedule in schedules.items():
        _schedule(service, record, name, schedule)
    return record_answer(service, call, record)


def _schedule(service: Service, workspace: Record, name: str, schedule: str | None) -> None:
    """Set the run schedule that an attribute of the workspace shows; None removes it."""
    mode = _SCHEDULES[name]
    rule = service.store.find_by_key(_SCHEDULE_RULES, (workspace.id, mode))
    if rule is not None and schedule:
        service.store.change(rule, {"schedule": schedule}, {})
    elif rule is not None:
        service.delete(rule)
    elif schedule:
        made = Record(
            type=_SCHEDULE_RULES,
            id=service.new_id(_SCHEDULE_RULES),
            attributes={"schedule": schedule, "schedule-mode": mode},
            relationships={"workspace": workspace.id},
        )
        service.store.add(made)


def _resync(service: Service, call: Call) -> Answer:
    record = target(service, call, "workspaces")
    if not record.attributes.get("vcs-repo"):
        raise invalid_document("/data", "The workspace is not connected to a repository.")
    changes = Changes(attributes={"source": "vcs"}, relationships={"workspace": record.id})
    version = service.create("configuration-versions", changes, call.actor)
    answer = record_answer(service, call, version, 201)
    return attrs.evolve(answer, headers={"Location": service.documents.location(version)})


def _link_ssh_key(service: Service, call: Call) -> Answer:
    record = target(service, call, "workspaces")
    key = call.object(service.catalog.objects)["ssh-key"]
    if service.store.get("account-ssh-keys", key) is None:
        raise not_found(service.kinds["account-ssh-keys"], key)
    service.store.change(record, {}, {"ssh-key": key})
    return record_answer(service, call, record, 201)


def _unlink_ssh_key(service: Service, call: Call) -> Answer:
    record = target(service, call, "workspaces")
    service.store.change(record, {}, {"ssh-key": None})
    return Answer(status=204)


def _outputs(service: Service, call: Call) -> Answer:
    record = target(service, call, "workspaces")
    states = service.store.sources("state-versions", "workspace", record.id)
    return listing(service, call, states[-1].attributes.get("outputs") or () if states else ())


def _vcs_task(service: Service, call: Call) -> Answer:
    """Queue a run of a commit in every workspace that uses its repository and branch."""
    commit = call.object(service.catalog.objects)
    for workspace in service.store.all("workspaces"):
        repository = workspace.attributes.get("vcs-repo") or {}
        here = repository.get("identifier") == commit["repository-id"]
        if here and (repository.get("branch") or commit["branch"]) == commit["branch"]:
            revision = Changes(
                attributes={
                    "branch": commit["branch"],
                    "commit-sha": commit["commit-sha"],
                    "repository-id": commit["repository-id"],
                },
                relationships={},
            )
            made = service.create("vcs-revisions", revision, call.actor)
            source = Changes(
                attributes={"source": "vcs"},
                relationships={"workspace": workspace.id, "vcs-revision": made.id},
            )
            version = service.create("configuration-versions", source, call.actor)
            queue_run(service, workspace, "vcs", configuration_version=version.id)
    return Answer(status=202)


def _module(store: Store, workspace: Record) -> Iterable[str]:
    versions = store.related(workspace, "module-version")
    return (id for version in versions for id in version.related("module"))


DERIVED: Final[Mapping[tuple[str, str], Derived]] = {
    ("workspaces", "module"): Derived(ids=_module, sources=frozenset({"module-versions"})),
}

RULES: Final[Mapping[str, type[Rule]]] = {
    _SCHEDULE_RULES: RunScheduleRules,
    "workspaces": Workspaces,
}

ACTIONS: Final[Mapping[str, Action]] = {
    "add_workspace_to_favorites": favorite("workspaces", value=True),
    "create_workspace_ssh_key_link": _link_ssh_key,
    "create_vcs_task": _vcs_task,
    "delete_workspace_ssh_key_link": _unlink_ssh_key,
    "get_workspace_outputs": _outputs,
    "lock_workspace": lock("workspaces"),
    "remove_workspace_from_favorites": favorite("workspaces", value=False),
    "resync_workspace": _resync,
    "set_schedule": _set_schedule,
    "unlock_workspace": unlock("workspaces"),
}
