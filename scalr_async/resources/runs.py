"""Runs: what their states mean, their logs while they grow, and confirmations that get lost."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Any, Final, Literal, Unpack

from scalr_async._wire import shown
from scalr_async.errors import ConflictError, InvalidArgumentError, ScalrError
from scalr_async.jsonapi.model import Identity, identify
from scalr_async.resources._follow import Part, follow, text_of
from scalr_async.resources._generated import runs_collection as generated
from scalr_async.resources._generated.applies import Applies
from scalr_async.resources._generated.plans import Plans
from scalr_async.resources._generated.runs import Run, RunConfirm

__all__ = ["RunStage", "Runs", "run_stage"]

RunStage = Literal["in progress", "needs a person", "terminal"]
"""The prospect of a run: it goes on by itself, waits for a decision, or has ended."""

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
_LONGEST_INTERVAL: Final = 86_400.0
"""Seconds."""
_CONFIRMED: Final = frozenset(
    {
        "applied",
        "apply_queued",
        "applying",
        "confirmed",
        "post_apply_finished",
        "post_apply_running",
        "pre_apply_finished",
        "pre_apply_queued",
        "pre_apply_running",
    }
)
_NEVER_CONFIRMED: Final = frozenset({"discarded", "planned_and_finished", "policy_soft_failed"})
"""Ends that no run comes to once it was confirmed."""


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


class Runs(generated.Runs):
    """Runs: `scalr.runs`."""

    async def confirm(self, run: Identity[Run], **values: Unpack[RunConfirm]) -> None:
        """Confirm a planned run, so that it is applied.

        `POST /runs/{run}/actions/apply`. When the answer is lost it is sent again; where the
        repeat is refused, the run is read to see whether the first one did it. It did when the run
        goes on, or once did before it failed or was canceled.

        Raises `NotFoundError` or `ConflictError` (the run is not in a fitting state). The outcome
        of the latter is `unknown` where an answer was lost and the run does not tell.
        """
        try:
            return await super().confirm(run, **values)
        except ConflictError as error:
            if error.outcome == "rejected":
                raise
            refused = error
        try:
            states = _states(await self.get(run, include=["status_transitions"]))
        except ScalrError as error:
            raise refused from error
        if not states.isdisjoint(_CONFIRMED):
            return None
        refused.add_note(f"read back, the run is or was {', '.join(sorted(states)) or 'nothing'}")
        if not states.isdisjoint(_NEVER_CONFIRMED):
            refused.outcome = "rejected"
        raise refused

    def follow_logs(self, run: Identity[Run], *, interval: float = 2.0) -> AsyncGenerator[str]:
        """Yield the logs of a run's plan and then of its apply, as they grow.

        The run is asked for about every `interval` seconds, spread at random. It ends when the run
        is over or waits for a person; `run_stage` tells which. No part of a log comes twice.

        Raises `NotFoundError`, `DecodeError` for a run whose plan or apply is none, and
        `InvalidArgumentError` for an interval that is not above 0, or longer than a day.
        """
        given: Any = interval
        if not isinstance(given, int | float) or not 0 < given <= _LONGEST_INTERVAL:
            span = f"above 0 seconds, and at most {_LONGEST_INTERVAL:.0f}"
            raise InvalidArgumentError(f"interval={shown(interval)}: must be {span}")
        name = identify(run, self.model.type)

        async def look() -> tuple[Run, bool]:
            found = await self.get(name, include=["plan", "apply"])
            return found, run_stage(found) != "in progress"

        parts = (
            Part("plan", "plans", Plans(self._context).log),
            Part("apply", "applies", Applies(self._context).log),
        )
        return follow(look, parts, interval=interval)


def _states(run: Run) -> set[str]:
    """Return the statuses that a run has, and has had as far as it tells, whatever it holds."""
    told: list[Any] = [run.status]
    if isinstance(run.status_transitions, tuple):
        transitions = (getattr(ref, "resource", None) for ref in run.status_transitions)
        told += (getattr(transition, "status", None) for transition in transitions)
    if isinstance(run.status_timestamps, Mapping):
        told += (name.removesuffix("-at").replace("-", "_") for name in run.status_timestamps)
    return {status for status in told if isinstance(status, str)}
