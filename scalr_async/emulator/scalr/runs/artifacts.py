"""Inputs and results of runs: configurations, plans, states, logs, and their downloads."""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import Any, ClassVar, Final

import msgspec

from scalr_async.emulator.engine.bodies import is_kind
from scalr_async.emulator.engine.drafts import Draft
from scalr_async.emulator.engine.errors import (
    ApiError,
    conflict,
    invalid_attribute,
    invalid_document,
    invalid_relationship,
    missing,
    not_found,
)
from scalr_async.emulator.engine.helpers import target
from scalr_async.emulator.engine.http import Answer, Call, download, redirect, text
from scalr_async.emulator.engine.parameters import is_true
from scalr_async.emulator.engine.service import Action, Rule, Service
from scalr_async.emulator.engine.store import OWNER, Record
from scalr_async.emulator.scalr.runs.effects import NUMBERS, queue_run
from scalr_async.emulator.scalr.runs.lifecycle import RunLifecycle
from scalr_async.emulator.scalr.runs.terraform import (
    Numbers,
    apply_log,
    plan_json,
    plan_log,
    resources_of,
    without_colors,
)

__all__ = ["ACTIONS", "RULES"]


class ConfigurationVersions(Rule):
    """Configuration versions: empty until uploaded, unless they come from a repository."""

    defaults: ClassVar[Mapping[str, Any]] = {"source": "api", "status": "pending"}

    def prepare(self, draft: Draft) -> None:
        """Check the workspace; a version from a repository needs no upload."""
        if not draft.related("workspace"):
            raise invalid_relationship("workspace", "Missing required relationship.")
        if draft.attributes.get("source") == "vcs":
            draft.attributes["status"] = "uploaded"

    def created(self, record: Record) -> None:
        """Make the version the latest of its workspace."""
        for workspace in self.service.store.related(record, "workspace"):
            self.service.store.change(workspace, {}, {"latest-configuration-version": record.id})

    def links(self, record: Record) -> Mapping[str, str | None]:  # noqa: ARG002 - the same for all
        """Return a null upload link: only the answer to the creation contains it."""
        return {"upload": None}

    def once(self, record: Record) -> Mapping[str, Mapping[str, Any]]:
        """Return the upload link."""
        return {"links": {"upload": self.service.blobs.expect(lambda c: self._receive(record, c))}}

    def _receive(self, record: Record, content: bytes) -> bool:
        """Take an upload; returns False if the version was deleted with its workspace."""
        if self.service.store.find(record.id) is None:
            return False
        now = self.service.now()
        if not content:
            error = {"status": "errored", "error-message": "The archive is empty."}
            self.service.store.change(record, error, {})
            return True
        self.service.contents[record.id] = content
        stored = {"status": "uploaded", "size": len(content)}
        times = {"status-timestamps": {"uploaded-at": now}}
        self.service.store.change(record, {**stored, **times}, {})
        if record.attributes.get("auto-queue-runs"):
            for workspace in self.service.store.related(record, "workspace"):
                source = "configuration-version"
                queue_run(self.service, workspace, source, configuration_version=record.id)
        return True


class StateVersions(Rule):
    """State versions: each must follow the previous one, unless it is forced."""

    computed = frozenset({"outputs"})

    def prepare(self, draft: Draft) -> None:
        """Read the state, and compare it with the attributes and with the previous state."""
        workspaces = self.service.store.related(draft, "workspace")
        if not workspaces:
            raise invalid_relationship("workspace", "Missing required relationship.")
        for run in self.service.store.related(draft, "run"):
            if run.related("workspace") != (workspaces[0].id,):
                raise invalid_relationship("run", f"Run '{run.id}' is of another workspace.")
        encoded = draft.attributes.pop("state", None)
        if encoded is None:
            self._check_made_up(draft)
            return
        content = _decoded(encoded)
        document = msgspec.json.decode(content)
        facts = {
            "lineage": document.get("lineage"),
            "md5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
            "serial": document["serial"],
        }
        for name, value in facts.items():
            if draft.attributes.get(name) not in (None, value):
                raise invalid_attribute(name, f"Value is not the {name} of the state.")
        if not draft.attributes.get("force"):
            self._compare(workspaces[0], document)
        self.service.contents[draft.id] = content

    def _check_made_up(self, draft: Draft) -> None:
        """Refuse a version without a state, unless it has results that only a test can set."""
        fields = self.service.types[draft.type].attributes
        if not any(name in fields and fields[name].read_only for name in draft.changes.attributes):
            raise invalid_attribute("state", "Missing required attribute.")

    def _compare(self, workspace: Record, document: Any) -> None:
        states = self.service.store.sources("state-versions", "workspace", workspace.id)
        for latest in [s for s in states if s.attributes.get("serial") is not None][-1:]:
            lineage, serial = latest.attributes.get("lineage"), latest.attributes["serial"]
            if lineage and document.get("lineage") != lineage:
                error = {"status": "412", "title": "Precondition Failed"}
                raise ApiError(412, [{**error, "detail": f"The lineage must be '{lineage}'."}])
            if document["serial"] <= serial:
                raise conflict(f"The serial must be greater than {serial}.")

    def present(self, record: Record, attributes: dict[str, Any]) -> None:  # noqa: ARG002 - as shown
        """Show values of outputs as text, except lists; `/outputs` of a workspace keeps types."""
        attributes["outputs"] = attributes["outputs"] and [
            {**output, "value": _text(output.get("value"))} for output in attributes["outputs"]
        ]

    def created(self, record: Record) -> None:
        """Make the version the latest of its workspace."""
        content = self.service.contents.get(record.id)
        if content is not None:
            self.service.part(RunLifecycle).effects.read_state(record, content)


def _text(value: Any) -> Any:
    return value if isinstance(value, str | list | None) else msgspec.json.encode(value).decode()


def _decoded(encoded: str) -> bytes:
    try:
        content = base64.b64decode(encoded, validate=True)
        document = msgspec.json.decode(content)
    except (binascii.Error, msgspec.DecodeError, UnicodeError, ValueError):
        raise invalid_attribute("state", "Value is not a state in base 64.") from None
    if not isinstance(document, dict) or not is_kind("integer", document.get("serial")):
        raise invalid_attribute("state", "Value is not a state in base 64.")
    if not isinstance(document.get("lineage"), str | None):
        raise invalid_attribute("state", "The lineage of the state is not a text.")
    for resource in resources_of(document):
        if not isinstance(resource["module"], str | None):
            raise invalid_attribute("state", "The module of a resource is not a text.")
        index = resource["index"]
        if not (isinstance(index, str | None) or is_kind("integer", index)):
            raise invalid_attribute("state", "The index of a resource is neither text nor integer.")
    return content


def _of(service: Service, part: Record) -> tuple[Record | None, str, Numbers]:
    """Return the run of a plan or an apply, its Terraform version, and its numbers."""
    for run in service.store.related(part, OWNER):
        workspace = service.store.related(run, "workspace")[0]
        version = str(workspace.attributes.get("terraform-version", "1.5.7"))
        return run, version, service.part(RunLifecycle).numbers(run)
    added, changed, destroyed = (part.attributes.get(name) or 0 for name in NUMBERS)
    return None, "1.5.7", (added, changed, destroyed)


def _log(type: str) -> Action:
    """Return the action that reads the log of a plan or an apply so far; 204 before it begins."""
    write = plan_log if type == "plans" else apply_log

    def act(service: Service, call: Call) -> Answer:
        part = target(service, call, type)
        status = part.attributes.get("status", "pending")
        if status in ("pending", "queued", "unreachable"):
            return Answer(status=204)
        run, version, numbers = _of(service, part)
        lines = write(version, numbers, error=status == "errored")
        if status == "running" and run is not None:
            lines = lines[: max(1, int(len(lines) * service.part(RunLifecycle).share(run)))]
        return _packed(call, "".join(f"{line}\n" for line in lines))

    return act


def _packed(call: Call, log: str) -> Answer:
    if is_true(call.query("clean")):
        log = without_colors(log)
    if call.query("format") == "gzip":
        return download(gzip.compress(log.encode(), mtime=0), "application/gzip")
    return text(log)


def _plan(*, sanitized: bool) -> Action:
    def act(service: Service, call: Call) -> Answer:
        part = target(service, call, "plans")
        if part.attributes.get("status") != "finished":
            return Answer(status=204)
        _, version, numbers = _of(service, part)
        plan = plan_json(version, numbers, sanitized=sanitized)
        if call.query("format") == "gzip":
            return download(gzip.compress(plan, mtime=0), "application/gzip")
        return download(plan, "application/json")

    return act


def _estimate(service: Service, call: Call) -> Record:
    estimate = target(service, call, "cost-estimates")
    if estimate.attributes.get("status") != "finished":
        raise invalid_document("/data", "The cost estimate is not finished.")
    return estimate


def _estimate_log(service: Service, call: Call) -> Answer:
    costs = _estimate(service, call).attributes
    return text(
        f"Resources: {costs.get('resources-count', 0)}\n"
        f"Monthly cost: ${costs.get('proposed-monthly-cost', '0.00')}\n"
    )


def _breakdown(service: Service, call: Call) -> Answer:
    estimate = _estimate(service, call)
    costs = estimate.attributes
    total = costs.get("proposed-monthly-cost", "0.00")
    document = {"version": "0.2", "currency": "USD", "totalMonthlyCost": total, "projects": []}
    return redirect(
        service.blobs.keep(estimate.id, msgspec.json.encode(document), "application/json")
    )


def _checks_log(service: Service, call: Call) -> Answer:
    check = target(service, call, "policy-checks")
    policies = (check.attributes.get("result") or {}).get("policies", ())
    lines = [f"{policy['name']}: {policy['result']}" for policy in policies]
    log = "\n".join(lines or [f"Policy check {check.attributes.get('status', 'pending')}"]) + "\n"
    return redirect(service.blobs.keep(check.id, log.encode(), "text/plain; charset=utf-8"))


def _policy_input(service: Service, call: Call) -> Answer:
    """Answer with an archive of the policies' input: the run, and after planning the plan."""
    run = target(service, call, "runs")
    workspace = service.store.related(run, "workspace")[0]
    facts = {
        "id": run.id,
        "is_destroy": bool(run.attributes.get("is-destroy")),
        "workspace": {"id": workspace.id, "name": workspace.attributes["name"]},
    }
    files = {"tfrun.json": msgspec.json.encode(facts)}
    if call.query("stage") != "pre_plan":
        version = str(workspace.attributes.get("terraform-version", "1.5.7"))
        numbers = service.part(RunLifecycle).numbers(run)
        files["tfplan.json"] = plan_json(version, numbers, sanitized=False)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return download(packed.getvalue(), "application/zip")


def _configuration(service: Service, call: Call) -> Answer:
    version = target(service, call, "configuration-versions")
    content = service.contents.get(version.id)
    if content is None:
        raise missing(f"Configuration version '{version.id}' has no content.")
    return download(content, "application/gzip")


def _state(service: Service, call: Call) -> Answer:
    version = target(service, call, "state-versions")
    content = service.contents.get(version.id)
    if content is None:
        raise not_found("StateVersion", version.id)
    return download(content, "application/json")


RULES: Final[Mapping[str, type[Rule]]] = {
    "configuration-versions": ConfigurationVersions,
    "state-versions": StateVersions,
}

ACTIONS: Final[Mapping[str, Action]] = {
    "download_configuration_version": _configuration,
    "download_policy_input": _policy_input,
    "get_apply_log": _log("applies"),
    "get_cost_estimate_breakdown": _breakdown,
    "get_cost_estimate_log": _estimate_log,
    "get_json_output": _plan(sanitized=False),
    "get_plan_log": _log("plans"),
    "get_policy_checks_log": _checks_log,
    "get_sanitized_json_output": _plan(sanitized=True),
    "get_state_version_download": _state,
}
