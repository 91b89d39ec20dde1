"""Runs: waits for runs, their growing logs, and confirmations whose answer is lost."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Final, Protocol, Unpack

from scalr_async._arguments import check_seconds
from scalr_async.errors import ConflictError, ScalrError
from scalr_async.jsonapi import Identity, identify
from scalr_async.resources._context import one_deadline
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
"""Final statuses that a confirmed run cannot reach."""


class Runs(generated.Runs):
    """Runs: `scalr.runs`."""

    @one_deadline
    async def confirm(self, run: Identity[Run], **values: Unpack[RunConfirm]) -> None:
        """Confirm a planned run, so that it is applied.

        `POST /runs/{run}/actions/apply`. If the answer is lost, the request is sent again; if that
        repeat is refused, the run is read to find out whether the first request confirmed it. It
        did if the run is in, or has been in, a status that only confirmed runs have.

        Raises `NotFoundError` or `ConflictError` (the run is in another state). The outcome of the
        conflict is `unknown` if an answer was lost and the run's statuses do not decide.

        Keywords: `apply_at`; `comment`.
        """
        confirming = super().confirm(run, **values)
        del values  # a traceback may print what this frame holds
        try:
            return await confirming
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
        """Wait until a run has ended, can be confirmed, or has a given status; return the run.

        Every wait also ends when the run has ended or needs a person: check its `status` or
        `run_stage`. `timeout` is in seconds, None for no limit. `on_change` is called with the run
        after the first read and after each change of its status, and may be asynchronous.

        All waits of one client and its clones share one poller: a run for which many calls wait is
        read once, and up to 100 runs are read with one `GET /runs`. The interval is 1 second after
        a change, grows to 15 seconds without changes, and ends at once after `wake`. A wait
        survives outages and throttling of up to 10 minutes.

        Raises `DeadlineExceededError` after `timeout`, `NotFoundError` for a run that does not
        exist or was deleted, and `InvalidArgumentError`.
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
        """Make all waits for a run read it at once, for example after a webhook's delivery.

        Takes a run, or an event with a run. From then on, the interval for runs that do not change
        grows to 2 minutes, because reads only make up for lost deliveries.
        """
        target: Any = getattr(run, "run", run)
        self._poller().wake(identify(getattr(target, "id", target), self.model.type))

    def _poller(self) -> Poller[Run]:
        poller: Poller[Run] = self._context.pollers.setdefault("runs", Poller(self._look))
        return poller

    async def _look(self, names: Sequence[str]) -> dict[str, Run]:
        if len(names) == 1:
            return {names[0]: await self.get(names[0])}
        pager = self.list(run=names, page_size=100, on_drift="ignore")
        return {run.id: run async for run in pager}

    def follow_logs(self, run: Identity[Run], *, interval: float = 2.0) -> AsyncGenerator[str]:
        """Yield the growing logs of a run's plan and then of its apply.

        The run is read about every `interval` seconds, at random intervals. The iteration ends when
        the run has ended or needs a person; `run_stage` says which. No part of a log is yielded
        twice.

        Raises `NotFoundError`, `DecodeError` for a run whose plan or apply has another type, and
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
    """Return the statuses that a run has and, as far as the answer says, has had."""
    statuses: list[Any] = [run.status]
    if isinstance(run.status_transitions, tuple):
        transitions = (getattr(ref, "resource", None) for ref in run.status_transitions)
        statuses += (getattr(transition, "status", None) for transition in transitions)
    if isinstance(run.status_timestamps, Mapping):
        statuses += (name.removesuffix("-at").replace("-", "_") for name in run.status_timestamps)
    return {status for status in statuses if isinstance(status, str)}
