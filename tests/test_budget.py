"""One rate for many processes, kept in a real server that speaks Redis."""

from __future__ import annotations

import asyncio
import contextlib
import json
import pickle
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from scalr_async import ConfigError, DeadlineExceededError, Limits, RedisBudget, ScalrClient
from scalr_async.budget import Budget
from scalr_async.emulator import Emulator
from scalr_async.telemetry import BudgetEvent
from scalr_async.transport import Sender
from tests.conftest import CANARY
from tests.faults.common import client, shown
from tests.servers import ScriptedServer, reply
from tests.valkey import ValkeyServer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no server for it")


@pytest.fixture(scope="module")
def started() -> Iterator[ValkeyServer]:
    server = ValkeyServer()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def valkey(started: ValkeyServer) -> Iterator[ValkeyServer]:
    yield started
    started.stop()
    started.start()


KEYS = iter(range(10_000))
MINUTE = 60.0

AGE = """
for _, name in ipairs(redis.call('KEYS', KEYS[1] .. ':*')) do
    if redis.call('TYPE', name).ok == 'zset' then
        local entries = redis.call('ZRANGE', name, 0, -1, 'WITHSCORES')
        for i = 1, #entries, 2 do
            redis.call('ZADD', name, string.format('%.6f', entries[i + 1] - ARGV[1]), entries[i])
        end
    elseif name == KEYS[1] .. ':gate' then
        local opens = string.format('%.6f', redis.call('GET', name) - ARGV[1])
        redis.call('SET', name, opens, 'KEEPTTL')
    end
end
"""


async def age(budget: Budget, seconds: float) -> None:
    """Let time pass in the server: everything that it remembers is so much older."""
    await budget._client.eval(AGE, 1, *budget._keys, seconds)


@contextlib.asynccontextmanager
async def budgets(
    url: str, count: int, requests: int = 10, seconds: float = MINUTE, key: str = ""
) -> AsyncIterator[list[Budget]]:
    """Connect so many processes to a budget of their own: by default ten requests a minute."""
    key = key or f"k{next(KEYS)}"
    made = [RedisBudget(url, key=key).connect(requests, seconds) for _ in range(count)]
    try:
        yield made
    finally:
        for each in made:
            await each.aclose()


async def test_no_more_is_granted_than_there_is_and_the_rest_told_when(
    started: ValkeyServer,
) -> None:
    async with budgets(started.url, 1) as (budget,):
        first, second = await budget.take(7), await budget.take(7)
        third = await budget.take(1)
        await age(budget, third.wait + 0.002)
        fourth = await budget.take(20)

    assert (first.requests, first.wait, first.processes) == (7, 0.0, 1)
    assert second.requests == 3
    assert third.requests == 0
    assert MINUTE / 2 < third.wait <= second.wait
    assert 7 <= fourth.requests <= 10


async def test_all_with_a_key_share_and_nobody_else(started: ValkeyServer) -> None:
    async with budgets(started.url, 3) as made, budgets(started.url, 1) as (other,):
        granted = [(await each.take(20)).requests for each in made]
        processes = [(await each.take(1)).processes for each in made]
        alone = await other.take(6)

    assert granted == [10, 0, 0]
    assert processes == [3, 3, 3]
    assert (alone.requests, alone.processes) == (6, 1)


async def test_in_no_window_is_more_granted_than_allowed(started: ValkeyServer) -> None:
    """By the times that the server wrote down."""
    went: dict[bytes, float] = {}
    granted = 0

    async def worker(budget: Budget) -> None:
        nonlocal granted
        while granted < 60:
            grant = await budget.take(3)
            granted += grant.requests
            went.update(
                await budget._client.zrange("{scalr-async:window}:log", 0, -1, withscores=True)
            )
            await asyncio.sleep(grant.wait)

    async with budgets(started.url, 3, requests=20, seconds=0.1, key="window") as made:
        await asyncio.gather(*map(worker, made))

    for at in went.values():
        assert sum(at - 0.1 < each <= at for each in went.values()) <= 20
    assert len(went) >= 20


async def test_who_had_fewer_goes_first(started: ValkeyServer) -> None:
    async with budgets(started.url, 2, requests=40) as (greedy, late):
        assert (await greedy.take(40)).requests == 40
        told = await late.take(10)
        assert told.requests == 0
        await age(late, told.wait + 0.002)
        first = await greedy.take(40)
        assert (first.requests, first.wait) == (1, 0.02)  # the other has had none yet
        turns = [(await each.take(40)).requests for _ in range(9) for each in (late, greedy)]

    assert turns == [2] * 18


async def test_one_that_waits_no_more_holds_up_nobody(started: ValkeyServer) -> None:
    """It is waited for half a second beyond the time at which it wanted to come again."""
    async with budgets(started.url, 2, key="gone") as (greedy, gone):
        await greedy.take(10)
        told = await gone.take(10)
        server, hungry = gone._client, "{scalr-async:gone}:hungry"
        seconds, micros = await server.time()
        ((name, until),) = await server.zrange(hungry, 0, -1, withscores=True)
        assert told.wait < until - seconds - micros / 1e6 <= told.wait + 0.5
        await server.zadd(hungry, {name: seconds})  # that time is over
        await age(greedy, told.wait + 0.002)
        assert (await greedy.take(10)).requests == 10


async def test_one_that_uses_less_than_its_share_leaves_the_rest(started: ValkeyServer) -> None:
    """It is waited for as long as its share would take it to come again, half a second at most."""
    async with budgets(started.url, 2) as (busy, modest):
        assert (await modest.take(1)).requests == 1
        first = await busy.take(10)
        await age(busy, 0.502)
        second = await busy.take(10)

    assert (first.requests, second.requests) == (2, 7)


async def test_a_gate_that_one_closes_is_closed_for_all_and_not_opened_early(
    started: ValkeyServer,
) -> None:
    async with budgets(started.url, 2) as (one, other):
        await one.close_gate(MINUTE)
        await other.close_gate(MINUTE / 10)
        grants = [await each.take(1) for each in (one, other)]
        await age(one, MINUTE)
        after = await other.take(1)

    assert [grant.requests for grant in grants] == [0, 0]
    assert all(MINUTE / 2 < grant.wait <= MINUTE for grant in grants)
    assert after.requests == 1


async def test_without_a_rate_only_the_gate_is_shared(started: ValkeyServer) -> None:
    async with budgets(started.url, 2, requests=0, seconds=0.0) as (one, other):
        assert await one.take(64) == (64, 0.0, 1)
        await one.close_gate(MINUTE)
        assert (await other.take(64)).requests == 0


async def test_what_is_reported_counts_as_gone_and_what_is_old_does_not(
    started: ValkeyServer,
) -> None:
    async with budgets(started.url, 1) as (budget,):
        grant = await budget.take(10, [0.0, 3.0, 15.0, 150.0, 2700.0])

    assert grant.requests == 7


async def test_what_stays_behind_expires(started: ValkeyServer) -> None:
    async with budgets(started.url, 1, key="ttl") as (budget,):
        await budget.take(20)
        await budget.close_gate(5)
        keys = await budget._client.keys("{scalr-async:ttl}*")
        lives = [await budget._client.ttl(name) for name in keys]

    assert len(keys) == 6
    assert all(0 < life <= MINUTE + 62 for life in lives)


@pytest.mark.parametrize("scheme", ["redis", "valkey", "unix"])
async def test_either_kind_of_server_is_reached_by_its_name(
    started: ValkeyServer, scheme: str
) -> None:
    there = str(started.socket) if scheme == "unix" else f"127.0.0.1:{started.port}/1"
    async with budgets(f"{scheme}://{there}", 1) as (budget,):
        assert (await budget.take(1)).requests == 1


async def test_security_a_password_is_used_and_not_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = ValkeyServer("--requirepass", "right")
    server.start()
    try:
        good = RedisBudget(f"redis://:right@127.0.0.1:{server.port}")
        bad = RedisBudget(f"redis://:{CANARY}@127.0.0.1:{server.port}")
        one, other = good.connect(1, 1.0), bad.connect(1, 1.0)
        assert (await one.take(1)).requests == 1
        with pytest.raises(other.errors) as caught:
            await other.take(1)
        await one.aclose()
        await other.aclose()
    finally:
        server.remove()

    assert CANARY not in repr(bad) + str(caught.value)
    with pytest.raises(ConfigError, match="a pickle does not contain its password"):
        pickle.loads(pickle.dumps(bad))
    assert CANARY.encode() not in pickle.dumps(bad)


def test_a_budget_without_a_password_can_be_sent_to_a_worker() -> None:
    budget = RedisBudget("redis://cache", key="k", on_outage="stop", processes=3)

    assert pickle.loads(pickle.dumps(Limits(shared=budget))).shared == budget


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((f"http://u:{CANARY}@cache",), "url must begin with one of redis://"),
        ((CANARY.encode(),), "url must begin with one of redis://"),
        ((None,), "url must begin with"),
        (("redis://cache", "key", ""), r"key=''"),
        (("redis://cache", "key", "a{b}"), r"key='a\{b\}'"),
        (("redis://cache", "key", "a\nb"), "key="),
        (("redis://cache", "key", 5), "key=5"),
        (("redis://cache", "on_outage", "go"), 'must be "share" or "stop"'),
        (("redis://cache", "processes", 0), "processes=0"),
        (("redis://cache", "processes", True), "processes=True"),
    ],
)
def test_security_what_is_no_budget_is_refused_unseen(arguments: Any, named: str) -> None:
    url, *rest = arguments
    with pytest.raises(ConfigError, match=named) as caught:
        RedisBudget(url, **dict([rest] if rest else []))

    assert not any(CANARY in text for text in shown(caught.value) if "arguments" not in text)


def test_limits_take_a_budget_or_none() -> None:
    with pytest.raises(ConfigError, match=r"shared='redis://x'\): must be RedisBudget\(\.\.\.\)"):
        Limits(shared="redis://x")


def test_the_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(ConfigError, match=r"pip install 'scalr-async\[redis\]'"):
        ScalrClient(config=_config(Limits(shared=RedisBudget("redis://cache"))))


def _config(limits: Limits) -> Any:
    from scalr_async import Config

    return Config(host="acme.scalr.io", token="t", limits=limits)


SCALED = {"requests_per_second": 200.0, "burst": 100}
"""As 500 a minute, all at once if need be, 120 times as fast."""


WORKER = """
import asyncio, json, sys, threading
from scalr_async import Config, Limits, RedisBudget, ScalrClient
from scalr_async.telemetry import AttemptEvent
host, token, url, name = json.loads(sys.stdin.readline())
limits = Limits(requests_per_second=200.0, burst=100, shared=RedisBudget(url, key="two"))
statuses = []
def hear(event):
    if isinstance(event, AttemptEvent):
        statuses.append(event.status)
async def main():
    config = Config(host=host, token=token, limits=limits, user_agent=name)
    async with ScalrClient(config=config, on_event=hear) as scalr:
        print("ready", flush=True)
        sys.stdin.readline()
        told = threading.Thread(target=sys.stdin.readline, daemon=True)
        told.start()
        async def worker():
            while told.is_alive():
                await scalr.agent_pools.list(page_size=1)
        await asyncio.gather(*(worker() for _ in range(8)))
    print(json.dumps(statuses))
asyncio.run(main())
"""


async def test_two_processes_share_a_rate_fairly_and_send_what_was_granted(
    started: ValkeyServer, emu: Emulator, record_property: Callable[[str, object], None]
) -> None:
    """By what the budget wrote down: when a request arrives depends on the load of the machine."""
    processes: list[Any] = []
    for name in ("one", "two"):
        process: Any = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WORKER,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        process.stdin.write(json.dumps([emu.url, CANARY, started.url, name]).encode() + b"\n")
        processes.append(process)
    for process in processes:
        assert await process.stdout.readline() == b"ready\n"
    for process in processes:
        process.stdin.write(b"go\n")
    while len(emu.requests) < 350:
        await asyncio.sleep(0.01)
    for process in processes:
        process.stdin.write(b"stop\n")
    answers = [json.loads((await process.communicate())[0]) for process in processes]
    async with budgets(started.url, 1) as (budget,):
        granted = int(await budget._client.get("{scalr-async:two}:count"))

    total = sum(map(len, answers))
    # In the first window who comes first has more; then they are even.
    later = [request.headers["user-agent"] for request in emu.requests][150:]
    share = later.count("one") / len(later)
    record_property("requests", total)
    record_property("granted", granted)
    record_property("share of one", round(share, 3))
    assert 350 <= total <= granted
    assert 0.4 <= share <= 0.6


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[], float]:
    """The clock of clients: only their own sleeps move it."""
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        await asyncio.sleep(0)

    defaults = Sender.__init__.__kwdefaults__
    monkeypatch.setitem(defaults, "clock", lambda: now)
    monkeypatch.setitem(defaults, "sleep", sleep)
    return defaults["clock"]


async def test_a_server_that_goes_away_leaves_each_its_share_until_it_is_back(
    valkey: ValkeyServer, clock: Callable[[], float]
) -> None:
    events: list[Any] = []
    limits = Limits(**SCALED, shared=RedisBudget(valkey.url, key="away", processes=4))
    async with ScriptedServer(reply(200, b'{"data": []}')) as server:
        async with client(server.url, limits=limits, events=events) as scalr:
            shared = scalr._transport._shared.shared_rate
            assert shared is not None
            shared.RETRY_INTERVAL = 0.05
            await scalr.request("GET", "/x")
            valkey.stop()
            began = clock()
            await asyncio.gather(*(scalr.request("GET", "/x") for _ in range(40)))
            seconds = clock() - began
            valkey.start()
            while BudgetEvent(state="back") not in events:
                await scalr.request("GET", "/x")

    assert 0.5 <= seconds < 1  # 25 in half a second
    states = [event.state for event in events if isinstance(event, BudgetEvent)]
    assert states == ["lost", "back"]


async def test_a_server_that_goes_away_stops_all_if_asked_to(
    valkey: ValkeyServer, clock: Callable[[], float]
) -> None:
    events: list[Any] = []
    of_clone: list[Any] = []
    budget = RedisBudget(valkey.url, key="stop", on_outage="stop")
    async with ScriptedServer(reply(200, b'{"data": []}')) as server:
        limits = Limits(**SCALED, shared=budget)
        async with client(server.url, limits=limits, events=events) as scalr:
            shared = scalr._transport._shared.shared_rate
            assert shared is not None
            shared.RETRY_INTERVAL = 0.05
            await scalr.request("GET", "/x")
            valkey.stop()
            with pytest.raises(DeadlineExceededError) as caught:
                await scalr.with_options(timeout=5, on_event=of_clone.append).request("GET", "/x")
            assert (caught.value.phase, clock() <= 5) == ("rate wait", True)
            waiting = asyncio.create_task(scalr.request("GET", "/x"))
            await asyncio.sleep(0.02)
            assert not waiting.done()
            valkey.start()
            await waiting

    states = [event.state for event in events if isinstance(event, BudgetEvent)]
    assert states == ["lost", "back"]
    assert not [event for event in of_clone if isinstance(event, BudgetEvent)]
    assert len(server.requests) == 2
