"""Windows of a rate that are longer than the deadline of a call, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from unittest.mock import patch

import attrs
import pytest

from scalr_async import (
    DeadlineExceededError,
    Limits,
    RateLimitError,
    RedisBudget,
    RetryPolicy,
    ScalrClient,
    Timeouts,
    run_bulk,
    run_bulk_iter,
)
from scalr_async._http import Deadline
from scalr_async.budget import Grant
from scalr_async.emulator import Emulator
from scalr_async.transport._rate import FixedRate
from tests.faults.common import client, now, quietly, virtually

QUOTA = 9
"""The requests of each window."""
ITEMS = 20
DEADLINES = (5.0, 30.0, 60.0, None)


class Window:
    """A server's fixed window: it refuses what is beyond the quota until the window ends."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends = 0.0
        self._sent = 0

    def refuses(self, _: object) -> bool:
        if now() >= self._ends:
            self._ends, self._sent = now() + self._seconds, 0
        self._sent += 1
        return self._sent > QUOTA


class PretendedBudget:
    """A budget in memory, of which the client asks what it would ask of a Redis server."""

    errors = (OSError,)

    def __init__(self, _: object, requests: int, seconds: float) -> None:
        self._rate = FixedRate(requests / seconds, requests)

    async def take(self, requests: int, _: Sequence[float] = ()) -> Grant:
        granted = 0
        while granted < requests and self._rate.delay(now()) <= 0:
            self._rate.take(now())
            granted += 1
        return Grant(requests=granted, wait=self._rate.delay(now()), processes=1)

    async def aclose(self) -> None:
        pass


@attrs.frozen
class Limit:
    """What holds requests back: limits of the client, or of the server."""

    limits: Limits = attrs.field(factory=Limits)
    window: float | None = None


def rated(seconds: float, **more: Any) -> Limit:
    return Limit(Limits(requests_per_second=QUOTA / seconds, burst=QUOTA, **more))


LIMITS = {
    "burst of 90 s": rated(90.0),
    "one every 35 s": Limit(Limits(requests_per_second=1 / 35)),
    "shared for 90 s": rated(90.0, shared=RedisBudget("redis://127.0.0.1")),
    **{f"429 for {seconds} s": Limit(window=float(seconds)) for seconds in (30, 60, 90)},
}


def run(
    name: str, total: float | None, job: Callable[[ScalrClient, Emulator], Awaitable[Any]]
) -> Any:
    """Run a job with a client behind a limit; return what it returns."""
    limit = LIMITS[name]

    async def main() -> Any:
        async with Emulator(token="t") as emu:
            emu.seed(environments=1, workspaces=ITEMS, pools=0, agents=0)
            if limit.window is not None:
                emu.fail(
                    *("*", "*"),
                    status=429,
                    times=None,
                    headers={"Retry-After": f"{limit.window:g}"},
                    match=Window(limit.window).refuses,
                )
            async with client(
                emu.url,
                token="t",
                limits=limit.limits,
                timeouts=Timeouts(total=total),
                retry=RetryPolicy(),
            ) as scalr:
                return await job(scalr, emu)

    budgets = patch("scalr_async.budget.Budget", PretendedBudget)
    idle = patch("scalr_async.emulator.scalr.courier._TICK", 1000.0)  # 50 ticks for each second
    with quietly(), budgets, idle:
        return virtually(main())


def seeded(emu: Emulator) -> tuple[str, list[str]]:
    """Return the ids of a pool and of the workspaces."""
    pool = emu.create("agent-pools", {"name": "eu", "is-shared": True})
    return pool.id, [each.id for each in emu.store.all("workspaces")]


async def of_items(scalr: ScalrClient, emu: Emulator) -> list[str]:
    result = await run_bulk(seeded(emu)[1], scalr.workspaces.get)
    return [outcome.input for outcome in result.succeeded]


async def of_many_at_once(scalr: ScalrClient, emu: Emulator) -> list[str]:
    outcomes = run_bulk_iter(seeded(emu)[1], scalr.workspaces.get, concurrency=1000)
    return [outcome.input async for outcome in outcomes if outcome.ok]


async def of_calls_with_several_requests(scalr: ScalrClient, emu: Emulator) -> list[str]:
    async def ensure(name: str) -> None:
        await scalr.tags.ensure(name=name)

    names = seeded(emu)[1]
    result = await run_bulk(names[: ITEMS // 2], ensure)
    return [outcome.input for outcome in result.succeeded] + names[ITEMS // 2 :]


async def link(scalr: ScalrClient, emu: Emulator) -> list[str]:
    pool, names = seeded(emu)
    result = await scalr.agent_pools.link_workspaces(pool, names)
    return [str(outcome.input) for outcome in result.succeeded]


async def unlink(scalr: ScalrClient, emu: Emulator) -> list[str]:
    pool, names = seeded(emu)
    for workspace in emu.store.all("workspaces"):
        emu.update(workspace, relationships={"agent-pool": pool})
    result = await scalr.agent_pools.unlink_workspaces(pool, names)
    return [str(outcome.input) for outcome in result.succeeded]


async def assign(scalr: ScalrClient, emu: Emulator) -> list[str]:
    pool, names = seeded(emu)
    result = await scalr.agent_pools.assign_workspaces({pool: names})
    return [str(outcome.input[1]) for outcome in result.succeeded]


def walk(**options: Any) -> Callable[[ScalrClient, Emulator], Awaitable[list[str]]]:
    async def of_pages(scalr: ScalrClient, _: Emulator) -> list[str]:
        await scalr.ping()
        names = [each.id async for each in scalr.workspaces.list(page_size=2, **options)]
        assert sorted(names) == sorted(set(names))
        return names

    return of_pages


async def shards(scalr: ScalrClient, _: Emulator) -> list[str]:
    listed = scalr.workspaces.list(page_size=2, prefetch=0)
    parts = [listed.resume(part) for part in await listed.shards(4)]
    return [each.id for part in parts for each in await part.collect()]


JOBS: dict[str, Callable[[ScalrClient, Emulator], Awaitable[list[str]]]] = {
    "run_bulk": of_items,
    "run_bulk_iter": of_many_at_once,
    "run_bulk of ensure": of_calls_with_several_requests,
    "link": link,
    "unlink": unlink,
    "assign": assign,
    "walk": walk(),
    "walk without reading ahead": walk(prefetch=0),
    "walk that verifies": walk(on_drift="verify"),
    "shards": shards,
}


@pytest.mark.parametrize("total", DEADLINES)
@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("job", JOBS)
def test_no_item_and_no_page_fails_because_of_a_wait(
    job: str, name: str, total: float | None
) -> None:
    async def whole(scalr: ScalrClient, emu: Emulator) -> tuple[list[str], list[str]]:
        done = await JOBS[job](scalr, emu)
        return done, [each.id for each in emu.store.all("workspaces")]

    done, expected = run(name, total, whole)

    assert sorted(done) == sorted(expected)


SINGLE: dict[str, Callable[[ScalrClient, str], Awaitable[object]]] = {
    "get": lambda scalr, pool: scalr.agent_pools.get(pool),
    "update": lambda scalr, pool: scalr.agent_pools.update(pool, name="us"),
    "first page": lambda scalr, _: scalr.workspaces.list(),
    "first": lambda scalr, _: scalr.workspaces.list().first(),
    "one": lambda scalr, _: scalr.workspaces.list().one(),
    "count": lambda scalr, _: scalr.workspaces.list().count(),
    "find": lambda scalr, _: scalr.workspaces.find(name="in:nothing"),
    "ensure": lambda scalr, _: scalr.tags.ensure(name="new"),
    "replace": lambda scalr, pool: scalr.agent_pools.replace_workspaces(pool, []),
}


@pytest.mark.parametrize("call", SINGLE)
@pytest.mark.parametrize("name", [name for name in LIMITS if "90" in name])
def test_a_single_call_fails_at_once_if_the_wait_does_not_fit_its_deadline(
    call: str, name: str
) -> None:
    async def job(scalr: ScalrClient, emu: Emulator) -> None:
        pool, names = seeded(emu)
        for workspace in names[:QUOTA]:
            await scalr.workspaces.get(workspace)
        began = now()
        for _ in range(2):  # the first one may be refused by the server
            with pytest.raises((RateLimitError, DeadlineExceededError)) as caught:
                await SINGLE[call](scalr, pool)
            assert caught.value.outcome in ("not_sent", "rejected")
        assert now() - began < 1.0

    run(name, 30.0, job)


@pytest.mark.parametrize("name", [name for name in LIMITS if "90" in name])
def test_a_wait_has_no_end_but_that_of_the_caller(name: str) -> None:
    """What the caller's timeout ends while it waits leaves nothing behind, and was not sent."""

    async def job(scalr: ScalrClient, emu: Emulator) -> None:
        names = seeded(emu)[1]
        sent = list[str]()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(80.0):
                await run_bulk(
                    names, scalr.workspaces.get, on_outcome=lambda one: sent.append(one.input)
                )
        assert now() == pytest.approx(80.0)
        assert sorted(sent) == sorted(names[:QUOTA])
        assert scalr._transport._shared.admission.waiting == 0

    run(name, 5.0, job)


def test_a_server_that_always_refuses_ends_the_attempts_of_an_item() -> None:
    async def job(scalr: ScalrClient, emu: Emulator) -> None:
        emu.fail("*", "*", status=429, times=None, headers={"Retry-After": "30"})
        result = await run_bulk(["ws-1"], scalr.workspaces.get)
        (failed,) = result.failed
        assert isinstance(failed.error, RateLimitError)
        assert failed.error.attempts == RetryPolicy().max_attempts

    run("burst of 90 s", 5.0, job)


def test_requests_that_wait_at_once_stop_their_common_deadline_once() -> None:
    clock = [0.0]
    deadline = Deadline(patient=True)
    deadline.begin(10.0, lambda: clock[0])
    clock[0] = 4.0
    with deadline.paused():
        clock[0] = 50.0
        with deadline.paused():
            clock[0] = 90.0
            assert deadline.left() == 6.0
            assert deadline.begin(0.0, lambda: clock[0]) == 96.0
    assert deadline.left() == 6.0
    clock[0] = 93.0
    assert deadline.left() == 3.0
