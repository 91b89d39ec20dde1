"""Runs and what they are made of."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Hashable, Mapping
from typing import Any, ClassVar, Final

import msgspec

from scalr_async.emulator._bodies import Changes
from scalr_async.emulator._errors import (
    ApiError,
    conflict,
    invalid_attribute,
    invalid_relationship,
)
from scalr_async.emulator._filters import Source
from scalr_async.emulator._service import Draft, Rule, Service
from scalr_async.emulator._store import Ids, Record
from scalr_async.emulator._work import Remark
from scalr_async.emulator.operations._workspaces import CRON

__all__ = ["ConfigurationVersions", "RunScheduleRules", "RunTriggers", "Runs", "StateVersions"]

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
    """Runs: made from a configuration version of their workspace, the latest if none is named."""

    prefix = "run"
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
            "env-or-ws": Source(values=lambda r: [i for p in places for i in r.related(p)])
        }

    def prepare(self, draft: Draft) -> None:
        """Find workspace and configuration, and take over the settings of the workspace."""
        attributes, relationships = draft.attributes, draft.relationships
        workspaces = self.service.store.related(draft, "workspace")
        if not workspaces:
            raise invalid_relationship("workspace", "Missing required relationship.")
        workspace = workspaces[0]
        relationships["environment"] = workspace.relationships["environment"]
        for name in ("auto-apply", "iac-platform"):
            attributes.setdefault(name, workspace.attributes.get(name, self.defaults[name]))
        attributes.setdefault("actor", _ACTORS.get(draft.actor.holder.partition("-")[0], "unknown"))
        if "status" in attributes:  # a test puts it there as it is
            return
        version = self._version(draft, workspace)
        relationships["configuration-version"] = version.id
        relationships["vcs-revision"] = version.relationships.get("vcs-revision")
        attributes.setdefault("is-dry", bool(version.attributes.get("is-dry")))

    def _version(self, draft: Draft, workspace: Record) -> Record:
        store = self.service.store
        own = store.sources("configuration-versions", "workspace", workspace.id)
        for version in store.related(draft, "configuration-version"):
            if version in own:
                return version
            detail = f"ConfigurationVersion '{version.id}' is of another workspace."
            raise invalid_relationship("configuration-version", detail)
        for version in reversed(own):
            if version.attributes.get("status") == "uploaded":
                return version
        if workspace.attributes.get("vcs-repo"):
            made = Changes(attributes={"source": "vcs"}, relationships={"workspace": workspace.id})
            return self.service.create("configuration-versions", made, draft.actor)
        raise invalid_relationship("configuration-version", _NOTHING_TO_RUN)

    def created(self, record: Record) -> None:
        """Put the run on its way."""
        store = self.service.store
        workspace = store.related(record, "workspace")[0]
        if workspace.attributes.get("force-latest-run"):
            for run in store.sources("runs", "workspace", workspace.id):
                if run.attributes.get("status") in ("pending", "planned"):
                    self.service.runs.discard(run, Remark(comment="A newer run came."))
        store.change(workspace, {}, {"current-run": record.id, "latest-run": record.id})
        self.service.runs.begin(record)


class ConfigurationVersions(Rule):
    """Configuration versions: empty until uploaded, unless they come from a repository."""

    prefix = "cv"
    defaults: ClassVar[Mapping[str, Any]] = {"source": "api", "status": "pending"}

    def prepare(self, draft: Draft) -> None:
        """See that there is a workspace; what comes from a repository is there at once."""
        if not draft.related("workspace"):
            raise invalid_relationship("workspace", "Missing required relationship.")
        if draft.attributes.get("source") == "vcs":
            draft.attributes["status"] = "uploaded"

    def created(self, record: Record) -> None:
        """Make it the latest of its workspace."""
        for workspace in self.service.store.related(record, "workspace"):
            self.service.store.change(workspace, {}, {"latest-configuration-version": record.id})

    def links(self, record: Record) -> Mapping[str, str | None]:  # noqa: ARG002 - the same for all
        """The place to upload to is told once."""
        return {"upload": None}

    def once(self, record: Record) -> Mapping[str, Mapping[str, Any]]:
        """Tell where the archive goes."""
        return {"links": {"upload": self.service.blobs.expect(lambda c: self._receive(record, c))}}

    def _receive(self, record: Record, content: bytes) -> None:
        now = self.service.now()
        if not content:
            error = {"status": "errored", "error-message": "The archive is empty."}
            self.service.store.change(record, error, {})
            return
        self.service.contents[record.id] = content
        stored = {"status": "uploaded", "size": len(content)}
        times = {"status-timestamps": {"uploaded-at": now}}
        self.service.store.change(record, {**stored, **times}, {})
        if record.attributes.get("auto-queue-runs"):
            for workspace in self.service.store.related(record, "workspace"):
                source = "configuration-version"
                self.service.queue_run(workspace, source, configuration_version=record.id)


class StateVersions(Rule):
    """State versions: each follows the one before, unless it is forced."""

    prefix = "sv"

    def prepare(self, draft: Draft) -> None:
        """Read the state, and compare it with the one before."""
        workspaces = self.service.store.related(draft, "workspace")
        if not workspaces:
            raise invalid_relationship("workspace", "Missing required relationship.")
        encoded = draft.attributes.pop("state", None)
        if encoded is None:
            return
        content = _decoded(encoded)
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        if draft.attributes.get("md5", md5) != md5:
            raise invalid_attribute("md5", "The checksum is not that of the state.")
        if not draft.attributes.get("force"):
            self._compare(workspaces[0], msgspec.json.decode(content))
        self.service.contents[draft.id] = content

    def _compare(self, workspace: Record, document: Any) -> None:
        states = self.service.store.sources("state-versions", "workspace", workspace.id)
        for latest in states[-1:]:
            lineage = latest.attributes.get("lineage")
            if lineage and document.get("lineage") != lineage:
                error = {"status": "412", "title": "Precondition Failed"}
                raise ApiError(412, [{**error, "detail": f"The lineage must be '{lineage}'."}])
            serial = latest.attributes.get("serial") or 0
            if document.get("serial", 0) <= serial:
                raise conflict(f"The serial must be greater than {serial}.")

    def present(self, record: Record, attributes: dict[str, Any]) -> None:  # noqa: ARG002 - as shown
        """Write values of outputs as text, but for lists; `/outputs` of a workspace keeps them."""
        attributes["outputs"] = attributes["outputs"] and [
            {**output, "value": _text(output.get("value"))} for output in attributes["outputs"]
        ]

    def created(self, record: Record) -> None:
        """Put it last."""
        content = self.service.contents.get(record.id)
        if content is not None:
            self.service.runs.work.read_state(record, content)


def _text(value: Any) -> Any:
    return value if isinstance(value, str | list | None) else msgspec.json.encode(value).decode()


def _decoded(encoded: str) -> bytes:
    try:
        content = base64.b64decode(encoded, validate=True)
        document = msgspec.json.decode(content)
    except (binascii.Error, msgspec.DecodeError, UnicodeError, ValueError):
        raise invalid_attribute("state", "Value is not a state in base 64.") from None
    if not isinstance(document, dict) or not isinstance(document.get("serial", 0), int):
        raise invalid_attribute("state", "Value is not a state in base 64.")
    return content


class RunTriggers(Rule):
    """Run triggers: from one workspace to another, once."""

    prefix = "rt"

    def key(self, record: Record) -> Hashable:
        """Return both ends."""
        return record.relationships.get("upstream"), record.relationships.get("downstream")

    def prepare(self, draft: Draft) -> None:
        """Refuse a circle of one, and what is there already."""
        ends = draft.relationships.get("upstream"), draft.relationships.get("downstream")
        if ends[0] == ends[1]:
            raise invalid_relationship("upstream", "A workspace can not trigger itself.")
        if self.service.store.holder("run-triggers", ends) is not None:
            raise invalid_relationship("upstream", "The run trigger is there already.")
        if not self._may_trigger(*ends):
            raise invalid_relationship("upstream", _ENVIRONMENTS_APART)

    def _may_trigger(self, upstream: Ids, downstream: Ids) -> bool:
        """Say whether the upstream's environment lets that of the downstream in."""
        store = self.service.store
        ends = (store.get("workspaces", str(end)) for end in (upstream, downstream))
        homes = [home for end in ends if end for home in store.related(end, "environment")]
        if len(homes) < 2 or homes[0] is homes[1]:
            return True
        shared = bool(homes[0].attributes.get("is-federated-to-account"))
        return shared or homes[1].id in homes[0].related("federated-environments")


class RunScheduleRules(Rule):
    """Run schedules: a workspace has one of each mode."""

    prefix = "srule"

    def key(self, record: Record) -> Hashable:
        """Return workspace and mode."""
        return record.relationships.get("workspace"), record.attributes.get("schedule-mode")

    def prepare(self, draft: Draft) -> None:
        """Check the schedule, and that the mode is free."""
        if not CRON.fullmatch(draft.attributes.get("schedule", "")):
            raise invalid_attribute("schedule", "Value is not a cron expression.")
        key = draft.relationships.get("workspace"), draft.attributes.get("schedule-mode")
        holder = self.service.store.holder("run-schedule-rules", key)
        if holder is not None and holder is not draft.record:
            detail = "The workspace has a schedule of this mode already."
            raise invalid_attribute("schedule-mode", detail)
