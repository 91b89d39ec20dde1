"""The statuses of runs: which are ends, which wait for a person, which go on by themselves."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, Literal, get_args

from scalr_async._text import shown
from scalr_async.errors import InvalidArgumentError
from scalr_async.resources._generated.runs import Run, RunStatus

__all__ = ["CONFIRMABLE", "RunStage", "Until", "is_reached", "run_stage", "statuses_of", "text_of"]

RunStage = Literal["in progress", "needs a person", "terminal"]
"""The prospect of a run: it goes on by itself, waits for a decision, or has ended."""

Until = Literal["terminal", "confirmable"] | RunStatus | Collection[RunStatus]
"""The aim of a wait: an end, a status that can be confirmed, or one of some statuses."""

_TERMINAL: Final = frozenset(
    {
        "applied",
        "canceled",
        "discarded",
        "errored",
        "force_canceled",
        "planned_and_finished",
        "policy_soft_failed",
    }
)
_NEEDS_A_PERSON: Final = frozenset({"planned_and_saved", "policy_override"})
_TO_BE_CONFIRMED: Final = frozenset({"cost_estimated", "planned", "policy_checked"})
CONFIRMABLE: Final = _TO_BE_CONFIRMED | {"planned_and_saved"}
"""Statuses in which a run can be confirmed."""
_KNOWN: Final = frozenset(get_args(RunStatus)) | _TERMINAL


def run_stage(run: Run) -> RunStage:
    """Return what can be expected of a run in its present status.

    ===================================================  ==================================
    `status`                                             stage
    ===================================================  ==================================
    `applied`, `canceled`, `discarded`, `errored`,       terminal
    `force_canceled`, `planned_and_finished`,
    `policy_soft_failed`
    `planned_and_saved`, `policy_override`               needs a person
    `cost_estimated`, `planned`, `policy_checked`        needs a person; in progress if the run
                                                         applies by itself, or only plans
    every other, also one that is not known yet          in progress
    ===================================================  ==================================
    """
    status = text_of(run.status)
    if status in _TERMINAL:
        return "terminal"
    by_itself = run.auto_apply is True or run.is_dry is True
    if status in _NEEDS_A_PERSON or (status in _TO_BE_CONFIRMED and not by_itself):
        return "needs a person"
    return "in progress"


def statuses_of(until: Any) -> frozenset[str]:
    """Return the statuses that a wait ends at, beside those at which every wait ends.

    Raises `InvalidArgumentError` for what is no status.
    """
    if until == "terminal":
        return frozenset()
    if until == "confirmable":
        return CONFIRMABLE
    several = [until] if isinstance(until, str) else until
    if not isinstance(several, Collection) or isinstance(several, bytes) or not several:
        raise InvalidArgumentError(f"until={shown(until)}: {_AIMS}")
    for status in several:
        if not isinstance(status, str) or status not in _KNOWN:
            raise InvalidArgumentError(f"until: {shown(status)}: {_AIMS}")
    return frozenset(map(str.__str__, several))


_AIMS: Final = f"must be 'terminal', 'confirmable', or statuses: {', '.join(sorted(_KNOWN))}"


def is_reached(run: Run, statuses: frozenset[str]) -> bool:
    """Return whether a wait is over: the aim is reached, or only a person leads on, or nothing."""
    return text_of(run.status) in statuses or run_stage(run) != "in progress"


def text_of(value: Any) -> str:
    """Return a status that a server sent; empty where it is no text."""
    return value if isinstance(value, str) else ""
