"""Runs: waits for them, their logs while they grow, and confirmations that get lost."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Final, Protocol, Unpack

from scalr_async._arguments import check_seconds
from scalr_async.errors import ConflictError, ScalrError
from scalr_async.jsonapi import Identity, identify
from scalr_async.resources._follow import Part, follow
from scalr_async.resources._generated import runs as generated
from scalr_async.resources._generated.applies import Applies
from scalr_async.resources._generated.plans import Plans
from scalr_async.resources._generated.runs import Run, RunConfirm
from scalr_async.resources._poller import Poller
from scalr_async.resources._run_stage import (
    RunStage,
    Until,
    is_reached,
    run_stage,
    statuses_of,
    text_of,
)
from scalr_async.resources._waiting import OnChange, Wait, check_timeout

__all__ = ["EventOfRun", "RunStage", "Runs", "Until", "run_stage"]


class EventOfRun(Protocol):
    """An event that names a run, such as `scalr_async.webhooks.RunEvent`."""

    @property
    def run(self) -> Any:
        """The run, with its `id`."""
        ...


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


class Runs(generated.Runs):
    """Runs: `scalr.runs`."""

    async def confirm(self, run: Identity[Run], **values: Unpack[RunConfirm]) -> None:
        """Confirm a planned run, so that it is applied.

        `POST /runs/{run}/actions/apply`. When the answer is lost it is sent again; where the
        repeat is refused, the run is read to see whether the first one did it. It did when the run
        goes on, or once did before it failed or was canceled.

        Raises `NotFoundError` or `ConflictError` (the run is not in a fitting state). The outcome
        of the latter is `unknown` where an answer was lost and the run does not tell.

        Keywords: `apply_at`; `comment`.
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

    async def wait(
        self,
        run: Identity[Run],
        *,
        until: Until = "terminal",
        timeout: float | None = None,  # noqa: ASYNC109  # what is asked in vain is said
        on_change: OnChange[Run] | None = None,
    ) -> Run:
        """Wait until a run is over, can be confirmed, or has one of some statuses; return it.

        Every wait also ends when the run is over or needs a person: look at its `status`, or at
        `run_stage`. `timeout` is in seconds, None for no end. `on_change` is called with the run
        at first and each time its status has changed, and may be asynchronous.

        Whoever waits with one client and its clones shares one poller: a run that many wait for is
        read once, and of several runs up to 100 by one `GET /runs`. It asks after 1 second, more
        and more seldom while nothing changes (15 seconds), and at once after `wake`. Outages and
        throttling are waited out for 10 minutes.

        Raises `DeadlineExceededError` after `timeout`, `NotFoundError` for a run that is not
        there or was deleted, and `InvalidArgumentError`.
        """
        name, statuses = identify(run, self.model.type), statuses_of(until)
        limit = check_timeout("timeout", timeout)
        wait = Wait(
            self._poller(),
            name,
            f"/runs/{name}",
            read=lambda: self.get(name),
            state=lambda found: text_of(found.status),
            on_change=on_change,
        )
        return await wait.until(lambda found: is_reached(found, statuses), limit)

    def wake(self, run: Identity[Run] | EventOfRun) -> None:
        """Have whoever waits for a run look at it at once, as after a delivery of a webhook.

        Takes a run, or an event that has one. From then on a run that does not change is looked at
        every 2 minutes only, in case a delivery is lost.
        """
        told: Any = getattr(run, "run", run)
        self._poller().wake(identify(getattr(told, "id", told), self.model.type))

    def _poller(self) -> Poller[Run]:
        poller: Poller[Run] = self._context.pollers.setdefault("runs", Poller(self._look))
        return poller

    async def _look(self, names: Sequence[str]) -> dict[str, Run]:
        if len(names) == 1:
            return {names[0]: await self.get(names[0])}
        pager = self.list(run=names, page_size=100, on_drift="ignore")
        return {run.id: run async for run in pager}

    def follow_logs(self, run: Identity[Run], *, interval: float = 2.0) -> AsyncGenerator[str]:
        """Yield the logs of a run's plan and then of its apply, as they grow.

        The run is asked for about every `interval` seconds, spread at random. It ends when the run
        is over or waits for a person; `run_stage` tells which. No part of a log comes twice.

        Raises `NotFoundError`, `DecodeError` for a run whose plan or apply is none, and
        `InvalidArgumentError` for an interval that is not above 0, or longer than a day.
        """
        interval = check_seconds("interval", interval, _LONGEST_INTERVAL)
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
