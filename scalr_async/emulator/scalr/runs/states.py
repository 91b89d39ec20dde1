"""The stages of a run, as pure functions of the conditions at its beginning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, get_args

import attrs

from scalr_async.emulator.engine.arguments import check_choice, check_number

__all__ = [
    "CONFIRMABLE",
    "ENDED",
    "QUEUED",
    "SPOT",
    "Course",
    "Part",
    "RunScript",
    "Stage",
    "leading_to",
    "part_status",
    "stages",
]

CONFIRMABLE: Final = frozenset({"planned", "cost_estimated", "policy_checked", "planned_and_saved"})
"""Stages in which a run may wait to be confirmed or discarded."""

ENDED: Final = frozenset({"applied", "canceled", "discarded", "errored", "planned_and_finished"})
"""Stages that a run never leaves."""

QUEUED: Final = frozenset(
    {"pending", "pre_plan_queued", "plan_queued", "pre_apply_queued", "apply_queued"}
)
"""Stages in which a run waits for its turn."""

SPOT: Final = 3
"""The ticks of planning and of applying; logs grow with each tick."""

Hold = Literal["confirm", "override"]
Phase = Literal["plan", "apply"]
Policies = Literal["passed", "advisory_failed", "soft_failed", "hard_failed"]


@attrs.frozen(kw_only=True)
class RunScript:
    """The results of runs: the changes of a plan, and failures.

    A plan without changes is not applied. The numbers do not apply to destroy runs, which destroy
    every resource.

    Attributes:
        additions: the number of resources that a plan adds.
        changes: the number that it changes.
        destructions: the number that it destroys.
        fails: the phase that ends in an error, None for none.
        policies: the worst result of the policy checks, if the environment has policy groups.
    """

    additions: int = 2
    changes: int = 0
    destructions: int = 0
    fails: Phase | None = None
    policies: Policies = "passed"

    def __attrs_post_init__(self) -> None:
        for name in ("additions", "changes", "destructions"):
            check_number(name, getattr(self, name), whole=True)
        if self.fails is not None:
            check_choice("fails", self.fails, get_args(Phase))
        check_choice("policies", self.policies, get_args(Policies))


@attrs.frozen(kw_only=True)
class Course:
    """The conditions of a run's course; the stages before and after plan and apply are optional.

    `numbers` are the resources that it adds, changes and destroys.
    """

    script: RunScript
    numbers: tuple[int, int, int]
    auto_apply: bool = False
    plan_only: bool = False
    save_plan: bool = False
    pre_plan: bool = False
    post_plan: bool = False
    estimates: bool = False
    checks: bool = False
    pre_apply: bool = False
    post_apply: bool = False


@attrs.frozen
class Stage:
    """A status, its duration in ticks, and the action for which it waits, if any."""

    status: str
    ticks: int = 1
    hold: Hold | None = None


Part = Literal["plan", "apply", "cost-estimate", "policy-check"]
"""The parts of a run, each a resource with a status of its own."""

_WINDOWS: Final[Mapping[Part, tuple[str, str]]] = {
    "plan": ("plan_queued", "planning"),
    "apply": ("apply_queued", "applying"),
    "cost-estimate": ("cost_estimating", "cost_estimating"),
    "policy-check": ("policy_checking", "policy_checking"),
}
"""The first and last stage of each part."""

_STOPPED: Final = {"errored": "errored", "canceled": "canceled", "discarded": "canceled"}


def part_status(part: Part, way: Sequence[Stage], last: str, end: str | None) -> str:
    """Return the status of a part of a run that is at stage `last`, or that ended there."""
    names = [stage.status for stage in way]
    first, working = _WINDOWS[part]
    idle = "pending" if end is None else "unreachable"
    if first not in names or last not in names or names.index(last) < names.index(first):
        return idle
    if names.index(last) > names.index(working):
        return "finished"
    if end is not None:
        return _STOPPED.get(end, "finished")
    return "queued" if last == first else "running"


_NEEDED: Final = {
    "cost_": {"estimates": True},
    "cost_estimated": {"auto_apply": False, "checks": False},
    "planned_and_saved": {"save_plan": True},
    "policy_": {"checks": True},
    "policy_checked": {"auto_apply": False},
    "post_apply_": {"post_apply": True},
    "post_plan_": {"post_plan": True},
    "pre_apply_": {"pre_apply": True},
    "pre_plan_": {"pre_plan": True},
}
"""The conditions of statuses that not every run reaches, by their beginnings."""


def leading_to(course: Course, status: str) -> Course:
    """Return the course with the conditions under which a run reaches a status.

    For a run that was created with the status, whatever its workspace and the script are.
    """
    needed = [each for beginning, each in _NEEDED.items() if status.startswith(beginning)]
    facts: dict[str, Any] = {name: fact for each in needed for name, fact in each.items()}
    if status == "policy_override":
        facts["script"] = attrs.evolve(course.script, policies="soft_failed")
    if status == "planned_and_finished" and not course.plan_only:
        facts["numbers"] = (0, 0, 0)
    return attrs.evolve(course, **facts)


def stages(course: Course) -> tuple[Stage, ...]:
    """Return every stage of a run in order; the last one is final."""
    way = tuple(_run(course))
    end = next(index for index, stage in enumerate(way) if stage.status in ENDED)
    return way[: end + 1]


def _run(course: Course) -> Iterator[Stage]:
    yield Stage("pending")
    if course.pre_plan:
        yield from map(Stage, ("pre_plan_queued", "pre_plan_running", "pre_plan_finished"))
    yield Stage("plan_queued")
    yield Stage("planning", SPOT)
    if course.script.fails == "plan":
        yield Stage("errored")
    if course.post_plan:
        yield from map(Stage, ("post_plan_running", "post_plan_finished"))
    if not any(course.numbers):
        yield Stage("planned_and_finished")
    yield from _decide(course)
    yield Stage("confirmed")
    if course.pre_apply:
        yield from map(Stage, ("pre_apply_queued", "pre_apply_running", "pre_apply_finished"))
    yield Stage("apply_queued")
    yield Stage("applying", SPOT)
    if course.script.fails == "apply":
        yield Stage("errored")
    if course.post_apply:
        yield from map(Stage, ("post_apply_running", "post_apply_finished"))
    yield Stage("applied")


def _decide(course: Course) -> Iterator[Stage]:
    """Yield the checks of a plan, and the only stage in which a run waits for a person.

    Clients treat `cost_estimated` and `policy_checked` as waiting, whatever the run's settings, so
    a run that continues by itself skips them.
    """
    asks = not (course.auto_apply or course.plan_only or course.save_plan)
    checked = course.estimates or course.checks
    yield Stage("planned", hold="confirm" if asks and not checked else None)
    if course.estimates:
        yield Stage("cost_estimating")
    if course.checks:
        yield Stage("policy_checking")
        if course.script.policies == "hard_failed":
            yield Stage("errored")
    if course.plan_only:
        yield Stage("planned_and_finished")
    if course.checks and course.script.policies == "soft_failed":
        yield Stage("policy_override", hold="override")
    if course.save_plan:
        yield Stage("planned_and_saved", hold="confirm")
    elif asks and checked:
        status = "policy_checked" if course.checks else "cost_estimated"
        yield Stage(status, hold="confirm")
