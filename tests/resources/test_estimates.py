"""Requests that are counted before they are sent, against those that the server counts."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from scalr_async import Estimate, InvalidArgumentError, Limits, ScalrClient
from scalr_async.emulator import Emulator
from scalr_async.resources import AgentPool, Workspace
from scalr_async.telemetry import SlowBulkEvent
from scalr_async.transport._concurrency import Admission, ConcurrencyLimiter, Gate
from scalr_async.transport._rate import AdaptiveRate, FixedRate
from scalr_async.transport._shared_rate import SharedRate
from tests.faults.common import client
from tests.pagination.test_checkpoint import taken

pytestmark = pytest.mark.generous("counts requests that an answer with less in it asks for")
SIZES = (0, 1, 3, 4, 99, 100, 101, 104)


async def estate(emu: Emulator, scalr: ScalrClient, count: int) -> tuple[AgentPool, AgentPool]:
    emu.seed(environments=1, workspaces=count, pools=0, agents=0)
    mine = await scalr.agent_pools.create(name="mine", is_shared=True)
    other = await scalr.agent_pools.create(name="other", is_shared=True)
    for record in emu.store.all("workspaces"):
        emu.update(record, relationships={"agent-pool": None})
    return mine, other


async def placed(
    emu: Emulator, scalr: ScalrClient, count: int, share: float, pools: tuple[AgentPool, AgentPool]
) -> list[Workspace]:
    """Return some workspaces, of which a share is on the first pool, and a few on the second."""
    chosen = random.Random(count + int(10 * share))
    for record in emu.store.all("workspaces"):
        where = pools[0] if chosen.random() < share else chosen.choice([None, pools[1]])
        emu.update(record, relationships={"agent-pool": where and where.id})
    found: list[Workspace] = await scalr.workspaces.list().collect(limit=count)
    emu.requests.clear()
    return found


async def sent(emu: Emulator, call: Any) -> int:
    emu.requests.clear()
    await call
    return len(emu.requests)


@pytest.mark.unmeasured
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("via", ["workspace", "pool"])
@pytest.mark.parametrize("verb", ["link_workspaces", "unlink_workspaces"])
async def test_what_links_ask_is_known_beforehand(
    emu: Emulator, scalr: ScalrClient, verb: str, via: Any, share: float
) -> None:
    pools = await estate(emu, scalr, max(SIZES))
    estimate, call = getattr(scalr.agent_pools.estimate, verb), getattr(scalr.agent_pools, verb)
    for size in SIZES:
        given = await placed(emu, scalr, size, share, pools)
        given += random.Random(size).choices(given, k=5) if given else []
        counted = await estimate(pools[0], given, via=via)

        assert len(emu.requests) == 0
        assert counted.items == size
        result = call(pools[0], given, via=via, concurrency=64)
        assert await sent(emu, result) == counted.requests


@pytest.mark.parametrize("via", ["workspace", "pool"])
@pytest.mark.parametrize("size", SIZES)
async def test_ids_are_taken_to_be_on_the_pool_that_they_are_taken_from(
    emu: Emulator, scalr: ScalrClient, size: int, via: Any
) -> None:
    pools = await estate(emu, scalr, size)
    ids = [each.id for each in await placed(emu, scalr, size, 1.0, pools)]
    calls = scalr.agent_pools
    counted = await calls.estimate.unlink_workspaces(pools[0], ids, via=via)

    call = calls.unlink_workspaces(pools[0], ids, via=via, concurrency=64)
    assert await sent(emu, call) == counted.requests


async def test_what_a_replacement_and_assignments_ask_is_known_beforehand(
    emu: Emulator, scalr: ScalrClient
) -> None:
    mine, other = pools = await estate(emu, scalr, 30)
    given = await placed(emu, scalr, 30, 0.5, pools)
    calls, estimate = scalr.agent_pools, scalr.agent_pools.estimate
    shared = {mine: [*given[:10], given[0]], other: given[10:]}
    counted = [
        await estimate.replace_workspaces(mine, given[5:]),
        await estimate.assign_workspaces(shared),
    ]

    assert counted == [
        Estimate(items=25, requests=1, seconds=None),
        Estimate(items=30, requests=30, seconds=None),
    ]
    assert await sent(emu, calls.replace_workspaces(mine, given[5:])) == 1
    assert await sent(emu, calls.assign_workspaces(shared)) == 30


@pytest.mark.parametrize("verb", ["link_workspaces", "unlink_workspaces", "replace_workspaces"])
async def test_a_pager_is_counted_with_one_request_and_its_pages_are_counted_too(
    emu: Emulator, scalr: ScalrClient, verb: str
) -> None:
    pools = await estate(emu, scalr, 250)
    await placed(emu, scalr, 250, 1.0, pools)
    pager = scalr.workspaces.list(prefetch=0)
    estimate, call = getattr(scalr.agent_pools.estimate, verb), getattr(scalr.agent_pools, verb)
    counted = await estimate(pools[0], pager)

    assert len(emu.requests) == 1
    assert counted.items == 250
    assert await sent(emu, call(pools[0], pager)) == counted.requests


@pytest.mark.parametrize("mode", ["ignore", "report", "verify"])
@pytest.mark.parametrize("size", [1, 2, 3, 99, 100, 101, 150, 200, 201])
async def test_what_a_walk_asks_is_known_beforehand(
    emu: Emulator, scalr: ScalrClient, size: int, mode: Any
) -> None:
    await estate(emu, scalr, size)
    for options in ({}, {"page_size": 50}, {"limit": 120}, {"limit": 0}, {"limit": size}):
        pager = scalr.workspaces.list(on_drift=mode, **options)
        counted = await pager.estimate()
        items: list[Workspace] = []

        async def walk(pager: Any = pager, items: list[Workspace] = items) -> None:
            items += [item async for item in pager]

        assert await sent(emu, walk()) == counted.requests
        assert len(items) == counted.items


async def test_a_walk_over_nothing_and_one_without_pages_are_one_request(
    emu: Emulator, scalr: ScalrClient
) -> None:
    for mode in ("report", "verify"):
        empty = await scalr.workspaces.list(on_drift=mode, page_size=7).estimate()
        whole = await scalr.permissions.list(on_drift=mode).estimate()

        assert (empty.items, empty.requests) == (0, 1)
        assert (whole.items > 0, whole.requests) == (True, 1)


async def test_the_rest_of_a_list_is_counted_from_its_checkpoint_on(
    emu: Emulator, scalr: ScalrClient
) -> None:
    """With the page that has the place, whether all its items came before or not."""
    await estate(emu, scalr, 250)
    options: dict[str, int]
    for options in ({"page_size": 50}, {"limit": 120}, {"page_size": 7, "limit": 201}):
        for cut in (1, 50, 100, 110, 120, 200, 250):
            pager = scalr.workspaces.list(**options)
            got = await taken(pager, cut)
            rest = scalr.workspaces.list(**options).resume(pager.checkpoint())

            counted = await rest.estimate()

            assert await sent(emu, rest.collect()) == counted.requests, (options, cut)
            assert len(got) + counted.items == min(250, options.get("limit", 250))


async def test_a_shard_is_counted_from_its_place_to_its_end(
    emu: Emulator, scalr: ScalrClient
) -> None:
    await estate(emu, scalr, 250)
    for size, count in itertools.product((7, 50, 100), (2, 3, 5)):
        pager = scalr.workspaces.list(page_size=size)
        shards = [pager.resume(shard) for shard in await pager.shards(count)]
        for shard in [*shards, *map(shards[1].resume, await shards[1].shards(2))]:
            counted = await shard.estimate()

            assert await sent(emu, shard.collect()) == counted.requests, (size, count)
            assert await shard.count() == counted.items == shard.report.items
            assert len(await shard) > 0


@pytest.mark.parametrize("small", [10, 20, 49])
async def test_a_verified_walk_over_small_pages_takes_no_fewer_than_counted(
    emu: Emulator, scalr: ScalrClient, small: int
) -> None:
    await estate(emu, scalr, 130)
    pager = scalr.workspaces.list(on_drift="verify", page_size=small)
    counted = await pager.estimate()

    assert counted.requests <= await sent(emu, pager.collect())


@pytest.mark.parametrize("given", [iter(["ws-1"]), (name for name in ()), "ws-1", None, ["a/b"]])
async def test_what_cannot_be_counted_is_refused(
    emu: Emulator, scalr: ScalrClient, given: Any
) -> None:
    estimate = scalr.agent_pools.estimate
    for call in (
        estimate.link_workspaces,
        estimate.unlink_workspaces,
        estimate.replace_workspaces,
    ):
        with pytest.raises(InvalidArgumentError):
            await call("apool-1", given)
    for assignments in ({"apool-1": given}, given):
        with pytest.raises(InvalidArgumentError):
            await estimate.assign_workspaces(assignments)
    with pytest.raises(InvalidArgumentError, match="via='both'"):
        await estimate.link_workspaces("apool-1", ["ws-1"], via="both")
    with pytest.raises(InvalidArgumentError):
        await estimate.link_workspaces("a/b", ["ws-1"])

    assert len(emu.requests) == 0


# The time that the limit gives them.


async def test_the_seconds_are_those_of_the_limit() -> None:
    async with Emulator(token="t") as emu:
        limits = Limits(requests_per_second=500 / 60, burst=500)
        async with client(emu.url, token="t", limits=limits) as scalr:
            ids = [f"ws-{number}" for number in range(5000)]
            some = await scalr.agent_pools.estimate.link_workspaces("apool-1", ids[:500])
            many = await scalr.agent_pools.estimate.link_workspaces("apool-1", ids)
            pool = await scalr.agent_pools.estimate.link_workspaces("apool-1", ids, via="pool")

    assert (some.seconds, pool.seconds) == (0.0, 0.0)
    assert many.seconds == pytest.approx(9 * 60, abs=0.1)


@pytest.mark.parametrize("burst", [1, 2, 10])
@pytest.mark.parametrize("idle", [0.0, 0.05, 0.35, 5.0])
@pytest.mark.parametrize("requests", [0, 1, 2, 9, 10, 11, 35])
def test_a_configured_rate_lets_the_last_request_go_when_counted(
    requests: int, idle: float, burst: int
) -> None:
    """Against the rate itself, whatever went before."""
    rate, at = FixedRate(10.0, burst), 0.0
    for _ in range(7):
        at += rate.delay(at)
        rate.take(at)
    at += idle
    counted, began = rate.time_for(requests, at), at
    for _ in range(requests):
        at += rate.delay(at)
        rate.take(at)

    assert counted == pytest.approx(at - began)


def test_requests_that_went_already_count_against_the_limit() -> None:
    rate = FixedRate(10.0, 10)
    for at in (0.0, 0.1, 0.2):
        rate.take(at)

    assert rate.time_for(7, 0.5) == 0.0
    assert rate.time_for(8, 0.5) == pytest.approx(0.5)
    assert rate.time_for(18, 0.5) == pytest.approx(1.5)
    assert rate.time_for(0, 0.5) == 0.0


@pytest.mark.parametrize("now", [100.0, 101.0, 119.0, 200.0])
@pytest.mark.parametrize("used", [0, 3, 10])
@pytest.mark.parametrize("requests", [0, 1, 7, 8, 10, 11, 100])
def test_a_quota_that_was_learned_is_a_limit_too(requests: int, used: int, now: float) -> None:
    """Against a client that sends as soon as the quota lets it."""
    rate = AdaptiveRate(lambda level, at: None)
    rate.most, rate.period, rate._period_start, rate._sent, rate._confirmed = (
        10,
        20.0,
        100.0,
        used,
        True,
    )
    counted = rate.time_for(requests, now)
    at = now
    opened, left = 100.0, 10 - used
    for _ in range(requests):
        if at >= opened + 20:
            opened, left = at, 10
        if left == 0:
            at = opened = opened + 20
            left = 10
        left -= 1

    assert counted == pytest.approx(at - now)


def admission(fixed: Any, learned: AdaptiveRate) -> Admission:
    return Admission(Gate(), fixed, learned, ConcurrencyLimiter(8), lambda: 0.5)


def test_the_slower_of_two_limits_counts_and_without_any_nothing_is_known() -> None:
    learned = AdaptiveRate(lambda level, at: None)
    assert admission(None, learned).time_for(100, 0.0) is None
    assert admission(FixedRate(10.0, 1), learned).time_for(101, 0.0) == pytest.approx(10.0)

    learned.most, learned.period = 10, 20.0
    assert admission(None, learned).time_for(100, 0.0) == pytest.approx(180.0)
    assert admission(FixedRate(10.0, 1), learned).time_for(101, 0.0) == pytest.approx(200.0)


def test_a_shared_rate_is_counted_as_if_the_others_sent_nothing() -> None:
    def shared(rate: tuple[float, int] | None) -> SharedRate:
        nothing: Any = None
        return SharedRate(nothing, rate, nothing, stops=False, processes=2)

    assert shared((10.0, 10)).time_for(25, 5.0) == pytest.approx(2.0)
    assert shared(None).time_for(25, 5.0) is None

    used, alone = shared((10.0, 10)), FixedRate(10.0, 10)
    for at in (4.0, 4.5, 4.9):
        used.take(at)
        alone.take(at)
    for requests in range(30):
        assert used.time_for(requests, 5.2) == alone.time_for(requests, 5.2)


# The suggestion.


@pytest.mark.parametrize(
    ("verb", "count", "via", "told"),
    [
        ("link_workspaces", 600, "workspace", []),
        ("link_workspaces", 602, "workspace", [602]),
        ("link_workspaces", 602, "pool", []),
        ("unlink_workspaces", 590, "workspace", []),
        ("unlink_workspaces", 600, "workspace", [606]),
        ("link_workspaces_iter", 602, "workspace", [602]),
        ("unlink_workspaces_iter", 600, "workspace", [606]),
    ],
)
async def test_a_bulk_call_that_takes_more_than_a_minute_says_what_is_faster(
    verb: str, count: int, via: Any, told: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    events: list[Any] = []
    limits = Limits(requests_per_second=10.0)
    async with client("http://127.0.0.1:9", limits=limits, events=events) as scalr:
        call = getattr(scalr.agent_pools, verb)
        made = call("apool-1", [f"ws-{number}" for number in range(count)], via=via)
        if hasattr(made, "close"):
            made.close()
        else:
            await made.aclose()

    found = [event for event in events if isinstance(event, SlowBulkEvent)]
    assert [event.requests for event in found] == told
    for event in found:
        assert event.path == "/agent-pools/apool-1"
        assert event.seconds == pytest.approx((event.requests - 1) / 10)
    assert [record.message for record in caplog.records if 'via="pool"' in record.message] == [
        f"scalr.slow_bulk path=/agent-pools/apool-1 requests={event.requests} "
        f'seconds={event.seconds} hint=via="pool" takes 3 requests, if nobody else is changing '
        "the pool"
        for event in found
    ]


@pytest.mark.parametrize(
    ("verb", "count", "told"),
    [
        ("link_workspaces", 3, []),
        ("link_workspaces", 4, [4]),
        ("unlink_workspaces", 1, []),
        ("unlink_workspaces", 2, [4]),
    ],
)
async def test_a_way_that_takes_no_fewer_requests_is_not_suggested(
    verb: str, count: int, told: list[int]
) -> None:
    events: list[Any] = []
    limits = Limits(requests_per_second=0.01, burst=1)
    async with client("http://127.0.0.1:9", limits=limits, events=events) as scalr:
        getattr(scalr.agent_pools, verb)("apool-1", [f"ws-{n}" for n in range(count)]).close()

    assert [event.requests for event in events if isinstance(event, SlowBulkEvent)] == told
