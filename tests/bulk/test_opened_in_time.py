"""How many requests a bulk call or a walk opens where a limit holds them back, in virtual time."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from scalr_async import Limits, RetryPolicy, ScalrClient, Timeouts, run_bulk, run_bulk_iter
from scalr_async._backlog import Backlog
from scalr_async.emulator import Emulator
from scalr_async.telemetry import AttemptEvent
from tests.bulk.calls import cancelled, others, settle
from tests.faults.common import client, now, quietly, virtually

Job = Callable[[ScalrClient], Awaitable[int]]
RETRY = RetryPolicy()


class Seen:
    """What a client had open, as its events and the server's requests showed it."""

    def __init__(self) -> None:
        self.scalr: ScalrClient
        self.queued = 0
        """The most requests that waited at once."""
        self.in_flight = 0
        """The most requests that the server had at once."""
        self._now = 0

    def note(self, event: object) -> None:
        if isinstance(event, AttemptEvent):
            self._now -= 1
        self.look()

    def arrived(self, _: object) -> bool:
        self._now += 1
        self.in_flight = max(self.in_flight, self._now)
        self.look()
        return False

    def look(self) -> None:
        admission = self.scalr._transport._shared.admission
        self.queued = max(self.queued, admission.waiting)


def measure(
    job: Job, *, rate: float | None = None, latency: float = 0.05, total: float = 2.0, **limits: Any
) -> tuple[Seen, int, float]:
    """Run a job against 400 workspaces; `rate` is that of the server, in requests a second."""
    seen = Seen()

    async def main() -> tuple[Seen, int, float]:
        async with Emulator(token="t") as emu:
            emu.seed(environments=1, workspaces=400, pools=0, agents=0)
            emu.latency = latency
            emu.fail("*", "*", match=seen.arrived)
            if rate is not None:
                emu.limit_rate(rate, per=1.0)
            timeouts = Timeouts(total=total)
            async with client(
                emu.url, token="t", limits=Limits(**limits), timeouts=timeouts, retry=RETRY
            ) as scalr:
                seen.scalr = scalr.with_options(on_event=seen.note)
                began = now()
                done = await job(seen.scalr)
                return seen, done, now() - began

    with quietly():
        return virtually(main())


async def bulk(scalr: ScalrClient, concurrency: int) -> int:
    environment = await scalr.environments.list().first()
    assert environment is not None
    result = await run_bulk(
        range(40), lambda _: scalr.environments.get(environment), concurrency=concurrency
    )
    return len(result.succeeded)


async def stream(scalr: ScalrClient, concurrency: int) -> int:
    async def call(_: int) -> None:
        await scalr.ping()

    outcomes = run_bulk_iter(range(40), call, concurrency=concurrency)
    return sum([outcome.ok async for outcome in outcomes])


async def lists(scalr: ScalrClient, concurrency: int) -> int:
    result = await run_bulk(
        range(40), lambda _: scalr.environments.list().collect(), concurrency=concurrency
    )
    return len(result.succeeded)


async def link(scalr: ScalrClient, concurrency: int) -> int:
    pool = await scalr.agent_pools.create(name="eu", is_shared=True)
    workspaces = scalr.workspaces.list(limit=40)
    pools = scalr.agent_pools
    result = await pools.link_workspaces(pool, workspaces, concurrency=concurrency)
    return len(result.succeeded)


async def unlink(scalr: ScalrClient, concurrency: int) -> int:
    pool = await scalr.agent_pools.create(name="eu", is_shared=True)
    workspaces = await scalr.workspaces.list(limit=37).collect()
    await scalr.agent_pools.link_workspaces(pool, workspaces, via="pool")
    pools = scalr.agent_pools
    result = await pools.unlink_workspaces(pool, workspaces, concurrency=concurrency)
    return len(result.succeeded) + 3


async def walk(scalr: ScalrClient, concurrency: int) -> int:
    pager = scalr.workspaces.list(page_size=10, limit=400, prefetch=min(64, concurrency))
    return len([page async for page in pager.pages()])


JOBS: dict[str, Job] = {
    f"{job.__name__} {concurrency}": lambda scalr, job=job, concurrency=concurrency: job(
        scalr, concurrency
    )
    for job in (bulk, stream, lists, link, unlink, walk)
    for concurrency in ((4, 1000) if job is bulk else (1000,))
}


@pytest.mark.parametrize("name", JOBS)
def test_a_known_rate_is_used_to_the_full_by_one_request_that_waits(name: str) -> None:
    """However many were allowed at a time, none waits longer than its deadline allows."""
    seen, done, seconds = measure(JOBS[name], requests_per_second=10.0, latency=0.25)

    assert done == 40
    assert seen.queued == 1
    assert seen.in_flight <= math.ceil(10.0 * 0.25)
    assert seconds <= (40 + 5) / 10 + 5 * 0.25  # what some ask beforehand: a pool, a list


@pytest.mark.parametrize("name", JOBS)
def test_a_burst_goes_at_once_and_what_follows_it_waits_one_by_one(name: str) -> None:
    seen, done, seconds = measure(JOBS[name], requests_per_second=20.0, burst=20)

    assert done == 40
    assert seen.queued <= 1
    assert seen.in_flight <= 20
    assert seconds <= 2 * 20 / 20 + 1.0


@pytest.mark.parametrize("name", JOBS)
def test_a_rate_that_was_learned_holds_no_more_than_it_refused(name: str) -> None:
    """Before the first refusal nothing is known: what was refused then waits, and nothing else."""
    seen, done, _ = measure(JOBS[name], rate=10.0, total=30.0)

    assert done == 40
    assert seen.queued <= seen.in_flight


@pytest.mark.parametrize("name", JOBS)
def test_as_many_as_there_are_connections_are_in_flight(name: str) -> None:
    seen, done, seconds = measure(JOBS[name], connections=4)

    assert done == 40
    assert seen.queued <= 1
    assert seen.in_flight == 4
    assert seconds <= (40 / 4 + 8) * 0.05


def test_a_bulk_call_that_is_cancelled_while_a_request_waits_leaves_nothing_behind() -> None:
    async def main() -> None:
        async with Emulator(token="t") as emu:
            limits = Limits(requests_per_second=0.5)
            async with client(emu.url, token="t", limits=limits) as scalr:
                before = others()
                task = asyncio.create_task(stream(scalr, 100))
                await asyncio.sleep(1)
                assert scalr._transport._shared.admission.waiting == 1
                task.cancel()
                await cancelled(task)
                left = {task for task in others() - before if "RequestHandler" not in repr(task)}
                assert left == set()
                assert scalr._transport._shared.admission.waiting == 0

    virtually(main())


async def test_those_that_are_held_back_go_on_in_order_and_past_one_that_is_cancelled() -> None:
    backlog, went = Backlog(), list[int]()

    async def go(number: int) -> None:
        await backlog.room()
        went.append(number)

    with backlog.wait():
        tasks = [asyncio.create_task(go(number)) for number in range(5)]
        await settle()
        assert went == []
        tasks[1].cancel()
    late = asyncio.create_task(go(5))
    await asyncio.gather(*tasks, late, return_exceptions=True)

    assert went == [0, 2, 3, 4, 5]
    await backlog.room()
