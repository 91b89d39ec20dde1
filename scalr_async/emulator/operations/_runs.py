"""Runs: what a person says to them, and what they leave behind."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from scalr_async.emulator._call import Action, Answer, Call, download, redirect, text
from scalr_async.emulator._errors import invalid_document, missing, not_found
from scalr_async.emulator._service import Service
from scalr_async.emulator._stages import QUEUED
from scalr_async.emulator._store import OWNER, Record
from scalr_async.emulator._terraform import (
    Numbers,
    apply_log,
    plan_json,
    plan_log,
    without_colours,
)
from scalr_async.emulator._work import NUMBERS, Remark
from scalr_async.emulator.operations._targets import shown, target

__all__ = ["ACTIONS", "queued"]


def queued(run: Record) -> bool:
    """Say whether a run waits for its turn."""
    return run.attributes.get("status") in QUEUED


def _remark(call: Call, said: Mapping[str, Any]) -> Remark:
    return Remark(user=call.actor.user, comment=said.get("comment"))


def _confirm(service: Service, call: Call) -> Answer:
    run, said = target(service, call, "runs"), call.object(service.catalog.objects)
    service.runs.confirm(run, _remark(call, said), said.get("apply-at"))
    return Answer(status=202)


def _cancel(service: Service, call: Call) -> Answer:
    run, said = target(service, call, "runs"), call.object(service.catalog.objects)
    begun = service.runs.cancel(run, _remark(call, said))
    return Answer(status=202 if begun else 204)


def _discard(service: Service, call: Call) -> Answer:
    run, said = target(service, call, "runs"), call.object(service.catalog.objects)
    service.runs.discard(run, _remark(call, said))
    return Answer(status=202)


def _force(service: Service, call: Call) -> Answer:
    run, said = target(service, call, "runs"), call.object(service.catalog.objects)
    service.runs.force(run, _remark(call, said))
    return Answer(status=202)


def _override(service: Service, call: Call) -> Answer:
    check = target(service, call, "policy-checks")
    service.runs.override(check, Remark(user=call.actor.user))
    return shown(service, check)


def _of(service: Service, part: Record) -> tuple[Record | None, str, Numbers]:
    """Return the run that a plan or an apply is part of, its Terraform version, its numbers."""
    for run in service.store.related(part, OWNER):
        workspace = service.store.related(run, "workspace")[0]
        version = str(workspace.attributes.get("terraform-version", "1.5.7"))
        return run, version, service.runs.numbers(run)
    added, changed, destroyed = (part.attributes.get(name) or 0 for name in NUMBERS)
    return None, "1.5.7", (added, changed, destroyed)


def _log(type: str) -> Action:
    """Return the log of a plan or an apply, as far as it has come; 204 before it begins."""
    write = plan_log if type == "plans" else apply_log

    def act(service: Service, call: Call) -> Answer:
        part = target(service, call, type)
        status = part.attributes.get("status", "pending")
        if status in ("pending", "queued", "unreachable"):
            return Answer(status=204)
        run, version, numbers = _of(service, part)
        lines = write(version, numbers, error=status == "errored")
        if status == "running" and run is not None:
            lines = lines[: max(1, int(len(lines) * service.runs.share(run)))]
        return _packed(call, "".join(f"{line}\n" for line in lines))

    return act


def _packed(call: Call, log: str) -> Answer:
    if call.query("clean").lower() in ("true", "1"):
        log = without_colours(log)
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
    """Pack what policies are given: the run, and after planning the plan."""
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
        numbers = service.runs.numbers(run)
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


ACTIONS: Final[Mapping[str, Action]] = {
    "cancel_run": _cancel,
    "confirm_run": _confirm,
    "discard_run": _discard,
    "download_configuration_version": _configuration,
    "download_policy_input": _policy_input,
    "force_run": _force,
    "get_apply_log": _log("applies"),
    "get_cost_estimate_breakdown": _breakdown,
    "get_cost_estimate_log": _estimate_log,
    "get_json_output": _plan(sanitized=False),
    "get_plan_log": _log("plans"),
    "get_policy_checks_log": _checks_log,
    "get_sanitized_json_output": _plan(sanitized=True),
    "get_state_version_download": _state,
    "override_policy": _override,
}
