"""Workspaces that are read a hundred at a time before they are unlinked, counted by the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from typing import Any

import pytest

from scalr_async import BulkResult, NotFoundError, ScalrClient, bulk_report
from scalr_async.emulator import Emulator
from scalr_async.resources import AgentPool
from tests.bulk.calls import cancelled, each, others
from tests.faults.common import client, virtually

pytestmark = pytest.mark.generous("counts requests that an answer with less in it asks for")


class Estate:
    """Workspaces of which the first ones are on a pool."""

    def __init__(self, emu: Emulator, scalr: ScalrClient) -> None:
        self.emu, self.scalr = emu, scalr
        self.pool: AgentPool
        self.other: AgentPool
        self.ids: list[str] = []

    async def prepare(self, count: int, on: int | None = None) -> None:
        self.emu.seed(environments=1, workspaces=count, pools=0, agents=0)
        self.pool = await self.scalr.agent_pools.create(name="mine", is_shared=True)
        self.other = await self.scalr.agent_pools.create(name="other", is_shared=True)
        records = sorted(self.emu.store.all("workspaces"), key=lambda record: record.id)
        self.ids = [record.id for record in records]
        self.place(self.ids, None)
        self.place(self.ids[: count if on is None else on], self.pool)
        self.emu.requests.clear()

    def place(self, ids: list[str], pool: AgentPool | None) -> None:
        for record in self.emu.store.all("workspaces"):
            if record.id in ids:
                self.emu.update(record, relationships={"agent-pool": pool and pool.id})

    def on(self, pool: AgentPool) -> int:
        records = self.emu.store.all("workspaces")
        return sum(record.relationships.get("agent-pool") == pool.id for record in records)

    def sent(self) -> list[str]:
        """What was asked, each as `GET` a workspace, `LIST` or `PATCH`."""
        return [
            "LIST" if request.path == "/workspaces" else request.method
            for request in self.emu.requests
        ]

    def counts(self) -> dict[str, int]:
        sent = self.sent()
        return {kind: sent.count(kind) for kind in dict.fromkeys(sent)}


@pytest.fixture
def estate(emu: Emulator, scalr: ScalrClient) -> Estate:
    return Estate(emu, scalr)


INPUTS: dict[str, Callable[[list[str]], Any]] = {
    "list": list,
    "generator": lambda ids: (name for name in ids),
    "async generator": each,
}


@pytest.mark.parametrize(
    ("count", "asked"),
    [
        (1, {"GET": 1, "PATCH": 1}),
        (3, {"GET": 3, "PATCH": 3}),
        (4, {"LIST": 1, "PATCH": 4}),
        (100, {"LIST": 1, "PATCH": 100}),
        (101, {"LIST": 1, "PATCH": 101, "GET": 1}),
        (104, {"LIST": 2, "PATCH": 104}),
    ],
)
async def test_a_hundred_workspaces_are_read_by_one_request(
    estate: Estate, count: int, asked: dict[str, int]
) -> None:
    await estate.prepare(count)
    result = await estate.scalr.agent_pools.unlink_workspaces(estate.pool, estate.ids)

    assert len(result.succeeded) == count
    assert estate.on(estate.pool) == 0
    assert estate.counts() == asked


@pytest.mark.parametrize("streams", [False, True])
@pytest.mark.parametrize("kind", INPUTS)
async def test_inputs_of_any_kind_are_read_together(
    estate: Estate, kind: str, streams: bool
) -> None:
    await estate.prepare(104)
    given = INPUTS[kind](estate.ids)
    pools = estate.scalr.agent_pools
    if streams:
        outcomes = [each async for each in pools.unlink_workspaces_iter(estate.pool, given)]
    else:
        outcomes = [*(await pools.unlink_workspaces(estate.pool, given)).outcomes]

    assert [(o.index, o.input, o.outcome) for o in outcomes] == [
        (index, name, "applied") for index, name in enumerate(estate.ids)
    ]
    assert estate.counts() == {"LIST": 2, "PATCH": 104}


@pytest.mark.unmeasured
async def test_a_thousand_are_unlinked_with_ten_requests_more(estate: Estate) -> None:
    await estate.prepare(1000)
    pager = estate.scalr.workspaces.list(agent_pool=estate.pool)
    workspaces = await pager.collect()
    estate.emu.requests.clear()
    result = await estate.scalr.agent_pools.unlink_workspaces(
        estate.pool, workspaces, concurrency=64
    )

    assert len(result.succeeded) == 1000
    assert estate.counts() == {"LIST": 10, "PATCH": 1000}


async def test_workspaces_elsewhere_cost_nothing_more_and_are_told_whole(estate: Estate) -> None:
    await estate.prepare(30, on=10)
    estate.place(estate.ids[20:], estate.other)
    result = await estate.scalr.agent_pools.unlink_workspaces(estate.pool, estate.ids)

    assert [o.value.id for o in result.succeeded if o.value] == estate.ids
    assert all(o.value.name and o.value.environment.id for o in result.succeeded if o.value)
    assert (estate.on(estate.pool), estate.on(estate.other)) == (0, 10)
    assert estate.counts() == {"LIST": 1, "PATCH": 10}


async def test_repeats_are_read_and_unlinked_once(estate: Estate) -> None:
    await estate.prepare(4)
    given = [name for name in estate.ids for _ in range(60)]
    for given_as in INPUTS.values():
        estate.place(estate.ids, estate.pool)
        estate.emu.requests.clear()
        result = await estate.scalr.agent_pools.unlink_workspaces(estate.pool, given_as(given))

        assert [outcome.index for outcome in result.outcomes] == [0, 60, 120, 180]
        assert estate.counts()["PATCH"] == 4


async def test_any_number_of_repeats_is_taken_in_parts(estate: Estate) -> None:
    await estate.prepare(8)
    given = [*estate.ids[:4], *[estate.ids[0]] * 2500, *estate.ids[4:]]
    result = await estate.scalr.agent_pools.unlink_workspaces(estate.pool, iter(given))

    assert [o.index for o in result.succeeded] == [0, 1, 2, 3, 2504, 2505, 2506, 2507]
    assert estate.counts() == {"LIST": 2, "PATCH": 8}


async def test_those_that_the_list_leaves_out_are_read_one_by_one(estate: Estate) -> None:
    """A missing workspace is no success because no list has it."""
    await estate.prepare(100)
    given = ["ws-missing", *estate.ids[:50], "ws,odd", *estate.ids[50:]]
    result = await estate.scalr.agent_pools.unlink_workspaces(estate.pool, given)

    assert [outcome.input for outcome in result.failed] == ["ws-missing", "ws,odd"]
    assert all(isinstance(outcome.error, NotFoundError) for outcome in result.failed)
    assert estate.on(estate.pool) == 0
    assert estate.counts() == {"LIST": 1, "GET": 4, "PATCH": 100}


async def test_what_is_no_workspace_keeps_its_place_among_those_read_together(
    estate: Estate,
) -> None:
    await estate.prepare(5)
    given: Iterator[Any] = iter([*estate.ids[:3], "a/b", *estate.ids[3:]])
    result = await estate.scalr.agent_pools.unlink_workspaces(estate.pool, given)

    assert [outcome.index for outcome in result.failed] == [3]
    assert estate.counts() == {"LIST": 1, "PATCH": 5}


async def test_ids_that_make_a_long_address_are_read_in_part(estate: Estate) -> None:
    await estate.prepare(60)
    long = [f"ws-{number:0>120}" for number in range(40)]
    await estate.scalr.agent_pools.unlink_workspaces(estate.pool, [*long, *estate.ids])

    lists = [request for request in estate.emu.requests if request.path == "/workspaces"]
    assert [len(value) <= 4100 for r in lists for name, value in r.query if "filter" in name] == [
        True
    ]
    assert estate.on(estate.pool) == 0


@pytest.mark.parametrize("status", [400, 403, 404, 422, 500])
async def test_a_list_that_fails_is_made_up_for_and_not_asked_again(
    estate: Estate, status: int
) -> None:
    await estate.prepare(104)
    estate.emu.fail("GET", "/workspaces", status=status, times=None)
    result = await estate.scalr.agent_pools.unlink_workspaces(
        estate.pool, estate.ids, concurrency=64
    )

    assert len(result.succeeded) == 104
    assert estate.on(estate.pool) == 0
    attempts = 5 if status == 500 else 1
    assert estate.counts() == {"LIST": attempts, "GET": 104, "PATCH": 104}


async def test_a_list_that_states_no_pools_decides_nothing() -> None:
    async with Emulator(token="t", answers="sparse") as emu, client(emu.url, token="t") as scalr:
        estate = Estate(emu, scalr)
        await estate.prepare(8)
        result = await scalr.agent_pools.unlink_workspaces(estate.pool, estate.ids)

        assert len(result.succeeded) == 8
        assert estate.on(estate.pool) == 0
        assert estate.counts()["GET"] >= 8


@pytest.mark.parametrize(("until", "left"), [("LIST", 1), ("PATCH", 0)])
async def test_one_that_a_colleague_moves_is_left_alone_until_it_was_read(
    estate: Estate, until: str, left: int
) -> None:
    """What remains is the time from the reading to the writing, as docs/bulk.md says."""
    await estate.prepare(4)

    def moved(request: Any) -> bool:
        if request.method == ("GET" if until == "LIST" else "PATCH"):
            estate.place(estate.ids[3:], estate.other)
        return False

    estate.emu.fail("*", "/workspaces*", match=moved)
    result = await estate.scalr.agent_pools.unlink_workspaces(
        estate.pool, estate.ids, concurrency=1
    )

    assert len(result.succeeded) == 4
    assert estate.on(estate.other) == left


@pytest.mark.parametrize(("pause", "left", "reads"), [(14, 0, 1), (16, 3, 4)])
def test_what_was_read_is_believed_for_a_quarter_of_a_minute(
    pause: float, left: int, reads: int
) -> None:
    """A slow consumer, or a low limit, does not make an old reading true."""

    async def main() -> None:
        async with Emulator(token="t") as emu, client(emu.url, token="t") as scalr:
            estate = Estate(emu, scalr)
            await estate.prepare(12)
            stream = scalr.agent_pools.unlink_workspaces_iter(
                estate.pool, estate.ids, concurrency=1
            )
            async with aclosing(stream) as outcomes:
                async for outcome in outcomes:
                    if outcome.index == 0:  # eight more are begun meanwhile
                        await asyncio.sleep(pause)
                        estate.place(estate.ids[9:], estate.other)
            assert estate.on(estate.other) == left
            assert len(estate.sent()) - estate.counts()["PATCH"] == reads

    virtually(main())


class Coming:
    """An asynchronous input whose items come when a test lets them."""

    def __init__(self, *ids: str) -> None:
        self.queue: asyncio.Queue[str | Exception | None] = asyncio.Queue()
        self.cancelled = False
        self.give(*ids)

    def give(self, *ids: str | Exception | None) -> None:
        for name in ids:
            self.queue.put_nowait(name)

    async def __aiter__(self) -> AsyncIterator[str]:
        while (name := await self.next()) is not None:
            yield name

    async def next(self) -> str | None:
        try:
            name = await self.queue.get()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        if isinstance(name, Exception):
            raise name
        return name


async def test_no_item_waits_for_those_that_are_still_to_come(estate: Estate) -> None:
    await estate.prepare(9)
    coming = Coming(*estate.ids[:4])
    stream = estate.scalr.agent_pools.unlink_workspaces_iter(estate.pool, coming)
    seen = [(await anext(stream)).index for _ in range(4)]
    coming.give(estate.ids[4])
    seen.append((await anext(stream)).index)
    coming.give(*estate.ids[5:], None)
    seen += [outcome.index async for outcome in stream]

    assert seen == [*range(9)]
    assert estate.on(estate.pool) == 0
    assert estate.counts() == {"LIST": 2, "PATCH": 9, "GET": 1}


@pytest.mark.parametrize("kind", ["generator", "async generator"])
async def test_items_before_an_error_of_the_input_are_unlinked(estate: Estate, kind: str) -> None:
    await estate.prepare(20)

    def failing() -> Iterator[str]:
        yield from estate.ids
        raise OSError("no more")

    given = failing() if kind == "generator" else Coming(*estate.ids)
    if isinstance(given, Coming):
        given.give(OSError("no more"))
    with pytest.raises(OSError, match="no more") as caught:
        await estate.scalr.agent_pools.unlink_workspaces(estate.pool, given)

    report = bulk_report(caught.value)
    assert report is not None
    assert (len(report.succeeded), report.interrupted) == (20, ())
    assert estate.on(estate.pool) == 0


@pytest.mark.parametrize("kind", INPUTS)
async def test_a_cancellation_tells_of_each_item_that_was_taken(estate: Estate, kind: str) -> None:
    await estate.prepare(120)
    estate.emu.latency = 0.02
    before = others()
    given = INPUTS[kind]([*estate.ids[:50], estate.ids[0], *estate.ids[50:]])
    begun = asyncio.Event()
    call = estate.scalr.agent_pools.unlink_workspaces(
        estate.pool, given, concurrency=2, on_outcome=lambda _: begun.set()
    )
    task = asyncio.create_task(call)
    await begun.wait()
    task.cancel()
    report: BulkResult[Any, Any] | None = bulk_report(await cancelled(task))

    assert report is not None
    started = [*report.outcomes, *report.interrupted]
    assert [o.index for o in started] == [i for i in range(len(started) + 1) if i != 50][
        : len(started)
    ]
    told = {outcome.outcome for outcome in report.interrupted}
    if kind == "list":
        assert (told, report.not_started) == ({"unknown"}, 120 - len(started))
    else:
        assert (told, report.not_started, len(started)) == ({"unknown", "not_sent"}, None, 100)
    assert {task for task in others() - before if "RequestHandler" not in repr(task)} == set()


async def test_an_input_that_is_asked_is_not_cancelled_for_the_error_of_a_hook(
    estate: Estate,
) -> None:
    await estate.prepare(6)
    coming = Coming(*estate.ids[:5])
    input_ = aiter(coming)

    def hook(outcome: Any) -> None:
        asyncio.get_running_loop().call_soon(coming.give, estate.ids[5])
        raise LookupError(outcome.index)

    with pytest.raises(LookupError) as caught:
        await estate.scalr.agent_pools.unlink_workspaces(
            estate.pool, input_, concurrency=1, on_outcome=hook
        )

    report = bulk_report(caught.value)
    assert report is not None
    assert [o.index for o in report.outcomes] == [0]
    assert [(o.index, o.outcome) for o in report.interrupted] == [
        (index, "not_sent") for index in range(1, 6)
    ]
    coming.give("ws-next")
    assert (coming.cancelled, await anext(input_)) == (False, "ws-next")


@pytest.mark.parametrize("at", [0, 3])
async def test_an_item_that_comes_in_spite_of_a_cancellation_is_told(
    estate: Estate, at: int
) -> None:
    """Whether a worker waits for it, or all of them have something to do."""
    await estate.prepare(5)

    async def stubborn() -> AsyncIterator[str]:
        for name in estate.ids[:4]:
            yield name
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            yield estate.ids[4]

    reached = asyncio.Event()
    call = estate.scalr.agent_pools.unlink_workspaces(
        estate.pool,
        stubborn(),
        concurrency=1,
        on_outcome=lambda o: reached.set() if o.index == at else None,
    )
    task = asyncio.create_task(call)
    await reached.wait()
    task.cancel()
    report = bulk_report(await cancelled(task))

    assert report is not None
    assert [o.index for o in report.succeeded] == [*range(at + 1)]
    assert [o.index for o in report.interrupted] == [*range(at + 1, 5)]
    assert report.interrupted[-1].outcome == "not_sent"
