"""The statuses of runs: terminal ones, those that need a person, and those in progress."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, Literal, get_args

from scalr_async._text import shown
from scalr_async.errors import InvalidArgumentError
from scalr_async.resources._generated.runs import Run, RunStatus

__all__ = ["CONFIRMABLE", "RunStage", "Until", "is_reached", "run_stage", "statuses_of", "text_of"]

RunStage = Literal["in progress", "needs a person", "terminal"]
"""The stage of a run: it proceeds by itself, waits for a person's decision, or has ended."""

Until = Literal["terminal", "confirmable"] | RunStatus | Collection[RunStatus]
"""The aim of a wait: the end, a status in which the run can be confirmed, or given statuses."""

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
"""The statuses in which a run can be confirmed."""
_KNOWN: Final = frozenset(get_args(RunStatus)) | _TERMINAL


def run_stage(run: Run) -> RunStage:
    """Return the stage of a run, by its current status.

    ===================================================  ==================================
    `status`                                             stage
    ===================================================  ==================================
    `applied`, `canceled`, `discarded`, `errored`,       terminal
    `force_canceled`, `planned_and_finished`,
    `policy_soft_failed`
    `planned_and_saved`, `policy_override`               needs a person
    `cost_estimated`, `planned`, `policy_checked`        needs a person; in progress if the run
                                                         applies by itself, or only plans
    any other status, known or not                       in progress
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
    """Return the statuses that end a wait, besides those that end every wait.

    Raises `InvalidArgumentError` for an unknown status.
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
    """Return whether a wait is over: the run has a wanted status, needs a person, or has ended."""
    return text_of(run.status) in statuses or run_stage(run) != "in progress"


def text_of(value: Any) -> str:
    """Return a status that a server sent; an empty text if it is not a `str`."""
    return value if isinstance(value, str) else ""
