"""Runs and run triggers, and the actions that move a run: confirm, cancel, discard, force."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, ClassVar, Final

from scalr_async.emulator.engine.bodies import Changes
from scalr_async.emulator.engine.drafts import Draft
from scalr_async.emulator.engine.errors import ApiError, invalid_relationship
from scalr_async.emulator.engine.filters import FilterField
from scalr_async.emulator.engine.helpers import record_answer, target
from scalr_async.emulator.engine.http import Answer, Call
from scalr_async.emulator.engine.service import Action, Rule, Service
from scalr_async.emulator.engine.store import Ids, Record
from scalr_async.emulator.scalr.runs.effects import Remark
from scalr_async.emulator.scalr.runs.lifecycle import RunLifecycle
from scalr_async.emulator.scalr.runs.states import QUEUED
from scalr_async.emulator.scalr.secrets import masked

__all__ = ["ACTIONS", "RULES", "SUBSETS"]

_PERMISSIONS: Final = {
    f"can-{verb}": True for verb in ("apply", "cancel", "discard", "force-cancel", "force-execute")
}
_ENVIRONMENTS_APART: Final = (
    "The downstream and upstream workspaces must be within the same Scalr environment"
)
_ACTORS: Final = {"user": "user", "sa": "service-account"}
"""The kind of principal that makes a run, by the prefix of its id."""

_NOTHING_TO_RUN: Final = (
    "No configuration versions available to create the run from. "
    "Upload at least one or link the workspace to a VCS provider."
)


class Runs(Rule):
    """Runs: each has a configuration version of its workspace, by default the latest."""

    computed = frozenset({"inputs", "variables"})
    defaults: ClassVar[Mapping[str, Any]] = {
        "auto-apply": False,
        "iac-platform": "terraform",
        "permissions": _PERMISSIONS,
        "source": "api",
        "status": "pending",
    }

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        places = ("environment", "workspace")
        self.filters = {
            "env-or-ws": FilterField(values=lambda r: [i for p in places for i in r.related(p)]),
            "scheduled": FilterField(values=lambda r: [_is_scheduled(r)]),
        }

    def prepare(self, draft: Draft) -> None:
        """Find workspace and configuration, and copy the settings of the workspace."""
        attributes, relationships = draft.attributes, draft.relationships
        workspaces = self.service.store.related(draft, "workspace")
        if not workspaces:
            raise invalid_relationship("workspace", "Missing required relationship.")
        workspace = workspaces[0]
        relationships["environment"] = workspace.relationships["environment"]
        for name in ("auto-apply", "iac-platform"):
            attributes.setdefault(name, workspace.attributes.get(name, self.defaults[name]))
        attributes.setdefault("actor", _ACTORS.get(draft.actor.holder.partition("-")[0], "unknown"))
        if "status" in attributes:  # only a test can set it; the run then stays as it is
            return
        version = self._version(draft, workspace)
        relationships["configuration-version"] = version.id
        relationships["vcs-revision"] = version.relationships.get("vcs-revision")
        attributes.setdefault("is-dry", bool(version.attributes.get("is-dry")))

    def _version(self, draft: Draft, workspace: Record) -> Record:
        store = self.service.store
        own = store.sources("configuration-versions", "workspace", workspace.id)
        for version in store.related(draft, "configuration-version"):
            if version in own and version.attributes.get("status") != "errored":
                return version
            fault = "is errored" if version in own else "is of another workspace"
            detail = f"ConfigurationVersion '{version.id}' {fault}."
            raise invalid_relationship("configuration-version", detail)
        for version in reversed(own):
            if version.attributes.get("status") == "uploaded":
                return version
        if workspace.attributes.get("vcs-repo"):
            made = Changes(attributes={"source": "vcs"}, relationships={"workspace": workspace.id})
            return self.service.create("configuration-versions", made, draft.actor)
        raise invalid_relationship("configuration-version", _NOTHING_TO_RUN)

    def present(self, record: Record, attributes: dict[str, Any]) -> None:  # noqa: ARG002 - as shown
        """Remove the values of sensitive inputs and variables."""
        for name in self.computed:
            attributes[name] = masked(attributes[name])

    def created(self, record: Record) -> None:
        """Start the run."""
        store = self.service.store
        workspace = store.related(record, "workspace")[0]
        if workspace.attributes.get("force-latest-run"):
            for run in store.sources("runs", "workspace", workspace.id):
                if run.attributes.get("status") in ("pending", "planned"):
                    self.service.part(RunLifecycle).discard(
                        run, Remark(comment="A newer run came.")
                    )
        store.change(workspace, {}, {"current-run": record.id, "latest-run": record.id})
        self.service.part(RunLifecycle).begin(record)


def _is_scheduled(record: Record) -> bool:
    """Return whether a run was started by a schedule, or has a time at which it goes on."""
    times = ("apply-at", "plan-at")
    attributes = record.attributes
    return attributes.get("source") == "schedule" or any(attributes.get(name) for name in times)


class RunTriggers(Rule):
    """Run triggers: from one workspace to another, once."""

    def key(self, record: Record) -> Hashable:
        """Return both ends."""
        return record.relationships.get("upstream"), record.relationships.get("downstream")

    def taken(self) -> ApiError:
        """Return the error of a trigger that exists."""
        return invalid_relationship("upstream", "The run trigger is there already.")

    def prepare(self, draft: Draft) -> None:
        """Refuse a trigger of a workspace on itself, and between environments apart."""
        ends = draft.relationships.get("upstream"), draft.relationships.get("downstream")
        if ends[0] == ends[1]:
            raise invalid_relationship("upstream", "A workspace can not trigger itself.")
        if not self._may_trigger(*ends):
            raise invalid_relationship("upstream", _ENVIRONMENTS_APART)

    def _may_trigger(self, upstream: Ids, downstream: Ids) -> bool:
        """Return whether the environments of the two workspaces allow a trigger."""
        store = self.service.store
        ends = (store.get("workspaces", str(end)) for end in (upstream, downstream))
        homes = [home for end in ends if end for home in store.related(end, "environment")]
        if len(homes) < 2 or homes[0] is homes[1]:
            return True
        shared = bool(homes[0].attributes.get("is-federated-to-account"))
        return shared or homes[1].id in homes[0].related("federated-environments")


def _is_queued(run: Record) -> bool:
    return run.attributes.get("status") in QUEUED


def _remark(call: Call, said: Mapping[str, Any]) -> Remark:
    return Remark(user=call.actor.user, comment=said.get("comment"))


def _confirm(service: Service, call: Call) -> Answer:
    run, said = target(service, call, "runs"), call.object(service.catalog.objects)
    service.part(RunLifecycle).confirm(run, _remark(call, said), said.get("apply-at"))
    return Answer(status=202)


def _cancel(service: Service, call: Call) -> Answer:
    run, said = target(service, call, "runs"), call.object(service.catalog.objects)
    begun = service.part(RunLifecycle).cancel(run, _remark(call, said))
    return Answer(status=202 if begun else 204)


def _discard(service: Service, call: Call) -> Answer:
    run, said = target(service, call, "runs"), call.object(service.catalog.objects)
    service.part(RunLifecycle).discard(run, _remark(call, said))
    return Answer(status=202)


def _force(service: Service, call: Call) -> Answer:
    run, said = target(service, call, "runs"), call.object(service.catalog.objects)
    service.part(RunLifecycle).force(run, _remark(call, said))
    return Answer(status=202)


def _override(service: Service, call: Call) -> Answer:
    check = target(service, call, "policy-checks")
    service.part(RunLifecycle).override(check, Remark(user=call.actor.user))
    return record_answer(service, call, check)


RULES: Final[Mapping[str, type[Rule]]] = {"run-triggers": RunTriggers, "runs": Runs}

ACTIONS: Final[Mapping[str, Action]] = {
    "cancel_run": _cancel,
    "confirm_run": _confirm,
    "discard_run": _discard,
    "force_run": _force,
    "override_policy": _override,
}

SUBSETS: Final[Mapping[str, Callable[[Record], bool]]] = {"get_runs_queue": _is_queued}
"""Filters of lists that contain only some objects of their type, by the operation's name."""
