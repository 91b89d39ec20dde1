"""Runs: what their states mean, their logs while they grow, and confirmations that get lost."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Final, Literal, Unpack

from scalr_async.errors import ConflictError, InvalidArgumentError
from scalr_async.jsonapi.model import Identity, identify
from scalr_async.resources._follow import Part, follow
from scalr_async.resources._generated import runs_collection as generated
from scalr_async.resources._generated.applies import Applies
from scalr_async.resources._generated.plans import Plans
from scalr_async.resources._generated.runs import Run, RunConfirm

__all__ = ["RunStage", "Runs", "run_stage"]

RunStage = Literal["in progress", "needs a person", "terminal"]
"""What can be expected of a run: more to come by itself, a decision, or nothing."""

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
    if run.status in _TERMINAL:
        return "terminal"
    by_itself = run.auto_apply is True or run.is_dry is True
    if run.status in _NEEDS_A_PERSON or (run.status in _TO_BE_CONFIRMED and not by_itself):
        return "needs a person"
    return "in progress"


class Runs(generated.Runs):
    """Runs: `scalr.runs`."""

    async def confirm(self, run: Identity[Run], **values: Unpack[RunConfirm]) -> None:
        """Confirm a planned run, so that it is applied.

        `POST /runs/{run}/actions/apply`. When the answer is lost it is sent again; where the
        repeat is refused because the first one did it, the run is read to see that it is so.

        Raises `NotFoundError` or `ConflictError` (the run is not in a fitting state).
        """
        try:
            await super().confirm(run, **values)
        except ConflictError as refused:
            if refused.attempts == 1 or (await self.get(run)).status not in _CONFIRMED:
                raise

    def follow_logs(self, run: Identity[Run], *, interval: float = 2.0) -> AsyncGenerator[str]:
        """Yield the logs of a run's plan and then of its apply, as they grow.

        The run is asked for about every `interval` seconds, spread at random. It ends when the run
        is over or waits for a person; `run_stage` tells which. No part of a log comes twice.

        Raises `NotFoundError`, and `InvalidArgumentError` for an interval that is not above 0.
        """
        if not interval > 0:
            raise InvalidArgumentError(f"interval={interval!r}: must be above 0 seconds")
        name = identify(run, self.model.type)

        async def look() -> tuple[Run, bool]:
            found = await self.get(name, include=["plan", "apply"])
            return found, run_stage(found) != "in progress"

        parts = (
            Part("plan", Plans(self._context).log),
            Part("apply", Applies(self._context).log),
        )
        return follow(look, parts, interval=interval)
