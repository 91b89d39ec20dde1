"""The effects of runs on other objects: plans, applies, states, and triggered runs."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import attrs
import msgspec

from scalr_async.emulator.engine.bodies import Changes
from scalr_async.emulator.engine.errors import ApiError
from scalr_async.emulator.engine.service import MOMENT, Service
from scalr_async.emulator.engine.store import OWNER, Ids, Record
from scalr_async.emulator.scalr.runs.states import (
    ENDED,
    Course,
    Part,
    RunScript,
    Stage,
    part_status,
)
from scalr_async.emulator.scalr.runs.terraform import (
    Numbers,
    outputs_of,
    providers_of,
    resources_of,
    state,
)

__all__ = ["NUMBERS", "Effects", "Remark", "queue_run"]

NUMBERS: Final = ("resource-additions", "resource-changes", "resource-destructions")
"""The attributes of plans and applies that count resources."""


_TYPES: Final[dict[Part, str]] = {
    "plan": "plans",
    "apply": "applies",
    "cost-estimate": "cost-estimates",
    "policy-check": "policy-checks",
}
_COSTS: Final = 7.3
"""The costs of each resource in dollars a month."""


@attrs.frozen(kw_only=True)
class Remark:
    """The author of a change of a run, and their comment; empty if the run moved by itself."""

    user: str | None = None
    comment: str | None = None


class Effects:
    """Updates the parts of runs together with the runs."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def course(self, run: Record, script: RunScript) -> Course:
        """Return the conditions of a run's course."""
        store = self._service.store
        workspace = store.related(run, "workspace")[0]
        home = workspace.related("environment")[0]
        asked = run.attributes
        hooks = {name for name, hook in (workspace.attributes.get("hooks") or {}).items() if hook}
        for link in store.sources("hook-environment-links", "environment", home):
            hooks.update(link.attributes["events"])
        groups = store.sources("policy-groups", "environments", home)
        early = [g for g in groups if g.attributes.get("execute-as") == "pre_plan_check"]
        checkov = self._serves("checkov-integrations", home)
        return Course(
            script=script,
            numbers=self._numbers(run, workspace, script),
            auto_apply=bool(asked.get("auto-apply")),
            plan_only=bool(asked.get("is-dry")),
            save_plan=bool(asked.get("save-plan")),
            pre_plan="pre-plan" in hooks or bool(early) or checkov,
            post_plan="post-plan" in hooks,
            estimates=self._serves("infracost-integration", home),
            checks=len(groups) > len(early),
            pre_apply="pre-apply" in hooks,
            post_apply="post-apply" in hooks,
        )

    def _numbers(self, run: Record, workspace: Record, script: RunScript) -> Numbers:
        if run.attributes.get("refresh-only"):
            return 0, 0, 0
        if run.attributes.get("is-destroy"):
            return 0, 0, len(self._resources(workspace.id))
        return script.additions, script.changes, script.destructions

    def _serves(self, type: str, environment: str) -> bool:
        store = self._service.store
        return any(
            integration.attributes.get("is-shared")
            or environment in integration.related("environments")
            for integration in store.all(type)
        )

    def prepare(self, run: Record, course: Course) -> None:
        """Create the parts of a run."""
        parts: dict[str, str | None] = {"plan": self._part(run, "plan")}
        if not course.plan_only:
            parts["apply"] = self._part(run, "apply")
        if course.estimates:
            parts["cost-estimate"] = self._part(run, "cost-estimate")
        checks = (self._part(run, "policy-check"),) if course.checks else ()
        self._service.store.change(run, {}, {**parts, "policy-checks": checks})

    def _part(self, run: Record, part: Part) -> str:
        type = _TYPES[part]
        return self._add(type, {"status": "pending"}, {OWNER: run.id}).id

    def _add(self, type: str, attributes: dict[str, Any], relationships: dict[str, Any]) -> Record:
        id = self._service.new_id(type)
        record = Record(type=type, id=id, attributes=attributes, relationships=relationships)
        self._service.store.add(record)
        return record

    def enter(
        self,
        run: Record,
        course: Course,
        way: Sequence[Stage],
        last: str,
        status: str,
        *,
        at: datetime,
        remark: Remark,
    ) -> None:
        """Set the next status of a run and its parts; `last` is the last stage that it reached."""
        store = self._service.store
        moment = at.strftime(MOMENT)
        transition = self._add(
            "status-transitions",
            {"status": status, "occurred-at": moment, "reason": remark.comment},
            {"user": remark.user, OWNER: run.id},
        )
        times = {**run.attributes.get("status-timestamps", {}), _time(status): moment}
        shown: dict[str, Any] = {"status": status, "status-timestamps": times}
        if status == "errored":
            shown["error-message"] = f"The run failed in the stage {last}."
        transitions = (*run.related("status-transitions"), transition.id)
        store.change(run, shown, {"status-transitions": transitions})
        end = status if status in ENDED else None
        for part, type in _TYPES.items():
            for record in store.sources(type, OWNER, run.id):
                self._follow(record, course, part, part_status(part, way, last, end), moment)
                if part == "plan" and record.attributes["status"] == "finished":
                    store.change(run, {"has-changes": any(course.numbers)}, {})

    def _follow(self, part: Record, course: Course, kind: Part, status: str, moment: str) -> None:
        """Set the status of a part of a run, and its results once it has finished."""
        old = part.attributes.get("status")
        if kind == "policy-check":
            status = self._judged(course, status) if old != "overridden" else old
        if old == status:
            return
        times = {**part.attributes.get("status-timestamps", {}), _time(status): moment}
        results: dict[str, Any] = {}
        if kind in ("plan", "apply") and status == "finished":
            results = dict(zip(NUMBERS, course.numbers, strict=True))
            results |= {"has-changes": any(course.numbers)} if kind == "plan" else {}
            results["execution-details"] = {"mode": "remote"}
        if kind == "cost-estimate" and status == "finished":
            results = self._costs(course)
        if kind == "policy-check" and status in ("passed", "soft_failed", "hard_failed"):
            results = {"result": self._verdict(part, course)}
        attributes = {**results, "status": status, "status-timestamps": times}
        self._service.store.change(part, attributes, {})

    def _judged(self, course: Course, status: str) -> str:
        """Return the status of a policy check, which has names of its own."""
        if status not in ("finished", "errored"):
            return "queued" if status == "running" else status
        worst = course.script.policies
        return worst if worst in ("soft_failed", "hard_failed") else "passed"

    def _costs(self, course: Course) -> dict[str, Any]:
        added, _, destroyed = course.numbers
        return {
            "delta-monthly-cost": f"{(added - destroyed) * _COSTS:.2f}",
            "prior-monthly-cost": f"{destroyed * _COSTS:.2f}",
            "proposed-monthly-cost": f"{added * _COSTS:.2f}",
            "resources-count": sum(course.numbers),
            "matched-resources-count": sum(course.numbers),
            "unmatched-resources-count": 0,
        }

    def _verdict(self, check: Record, course: Course) -> dict[str, Any]:
        """Return the policies of the environment, the first with the worst result."""
        store = self._service.store
        run = store.related(check, OWNER)[0]
        home = store.related(run, "workspace")[0].related("environment")[0]
        groups = store.sources("policy-groups", "environments", home)
        policies = [p for g in groups for p in store.sources("policies", "policy-group", g.id)]
        names = [str(policy.attributes.get("name")) for policy in policies] or ["policy"]
        results = [course.script.policies, *("passed" for _ in names[1:])]
        counts = {kind: results.count(kind) for kind in ("advisory_failed", "soft_failed")}
        failed = len(results) - results.count("passed")
        return {
            "result": course.script.policies not in ("soft_failed", "hard_failed"),
            "passed": results.count("passed"),
            "total-failed": failed,
            "hard-failed": results.count("hard_failed"),
            "soft-failed": counts["soft_failed"],
            "advisory-failed": counts["advisory_failed"],
            "duration-ms": 12,
            "policies": [
                {
                    "name": name,
                    "result": result,
                    "messages": [] if result == "passed" else ["denied"],
                }
                for name, result in zip(names, results, strict=True)
            ],
        }

    def apply(self, run: Record, numbers: Numbers, at: datetime) -> None:
        """Create the state version that a run produces."""
        store = self._service.store
        workspace = store.related(run, "workspace")[0]
        states = store.sources("state-versions", "workspace", workspace.id)
        latest = states[-1].attributes if states else {}
        serial = (latest.get("serial") or 0) + 1
        lineage = latest.get("lineage") or self._service.text(32)
        resources = len(self._resources(workspace.id)) + numbers[0] - numbers[2]
        version = str(workspace.attributes.get("terraform-version", "1.5.7"))
        content = state(version, serial, lineage, max(0, resources))
        moment = at.strftime(MOMENT)
        links = {"workspace": workspace.id, "run": run.id}
        self.read_state(self._add("state-versions", {"created-at": moment}, links), content)

    def read_state(self, version: Record, content: bytes) -> None:
        """Set the attributes of a new state version from its content, and make it the latest."""
        store = self._service.store
        document = msgspec.json.decode(content)
        workspace = store.related(version, "workspace")[0]
        states = store.sources("state-versions", "workspace", workspace.id)
        earlier = [state for state in states if state is not version]
        resources = resources_of(document)
        self._service.contents[version.id] = content
        attributes = {
            "lineage": document.get("lineage"),
            "md5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
            "serial": document.get("serial"),
            "size": len(content),
            "outputs": outputs_of(document),
            "resources": resources,
            "providers": providers_of(document),
            "modules": {"root": _counted(resources)},
        }
        store.change(version, attributes, {})
        for previous in earlier[-1:]:
            store.change(version, {}, {"previous-state-version": previous.id})
            store.change(previous, {}, {"next-state-version": version.id})
        store.change(workspace, {"has-resources": bool(resources)}, {})

    def _resources(self, workspace: str) -> Sequence[Any]:
        states = self._service.store.sources("state-versions", "workspace", workspace)
        return states[-1].attributes.get("resources") or () if states else ()

    def trigger(self, run: Record) -> None:
        """Queue runs in the workspaces that this run's workspace triggers."""
        store = self._service.store
        workspace = run.related("workspace")[0]
        for trigger in store.sources("run-triggers", "upstream", workspace):
            for downstream in store.related(trigger, "downstream"):
                with contextlib.suppress(ApiError):  # it has no configuration to run
                    queue_run(self._service, downstream, "run-trigger", created_by_run=run.id)


def queue_run(service: Service, workspace: Record, source: str, **relationships: Ids) -> Record:
    """Queue a run without a request; raises `ApiError` if there is no configuration to run."""
    links = {name.replace("_", "-"): ids for name, ids in relationships.items()}
    changes = Changes(
        attributes={"source": source, "actor": "scalr-system"},
        relationships={"workspace": workspace.id, **links},
    )
    return service.create("runs", changes, service.owner)


def _time(status: str) -> str:
    return f"{status.replace('_', '-')}-at"


def _counted(resources: Sequence[dict[str, Any]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for resource in resources:
        counts[resource["type"]] = counts.get(resource["type"], 0) + 1
    return counts
