"""Linking many workspaces: what may be given, which outcome is whose, what a cancellation tells."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from scalr_async import (
    BulkError,
    DecodeError,
    InvalidArgumentError,
    Limits,
    NotFoundError,
    Outcome,
    Ref,
    ScalrClient,
    VerificationError,
    bulk_report,
)
from scalr_async.bulk import BulkResult
from scalr_async.pagination import Pager
from scalr_async.resources import AgentPool
from scalr_async.resources._pool_list import PoolList
from tests.bulk.calls import cancelled, each, others, recancel
from tests.faults.common import client
from tests.pagination.model import FakeSource
from tests.resources.links_server import MINE, OTHER, WORKSPACES, LinksServer
from tests.resources.test_answers_to_links import PATIENT
from tests.servers import Received

DOORS = ("workspace", "pool")


@pytest.fixture
async def links() -> AsyncIterator[LinksServer]:
    links = LinksServer()
    links.reset()
    async with links.server:
        yield links


@pytest.fixture
async def scalr(links: LinksServer) -> AsyncIterator[ScalrClient]:
    async with client(links.server.url, retry=PATIENT) as scalr:
        yield scalr


def generator(items: list[Any]) -> Iterator[Any]:
    yield from items


class OneShot:
    """Like `tqdm(generator)`: has a length that raises, can be gone through once."""

    def __init__(self, items: list[Any]) -> None:
        self._items = iter(items)

    def __len__(self) -> int:
        raise TypeError("object of type 'generator' has no len()")

    def __contains__(self, item: object) -> bool:
        raise TypeError("argument of type 'generator' is not iterable")

    def __iter__(self) -> Iterator[Any]:
        yield from self._items


KINDS: dict[str, Callable[[list[Any]], Any]] = {
    "list": list,
    "tuple": tuple,
    "view": lambda items: dict(enumerate(items)).values(),
    "generator": generator,
    "one shot": OneShot,
    "async generator": each,
}


@pytest.mark.parametrize("via", DOORS)
@pytest.mark.parametrize("kind", KINDS)
async def test_an_index_is_the_place_in_what_was_given(
    links: LinksServer, scalr: ScalrClient, kind: str, via: Any
) -> None:
    """A workspace that repeats is linked once, where and as it was given first."""
    first = Ref("workspaces", "ws-1")
    given = [first, "ws-1", "ws-2", Ref("workspaces", "ws-2"), first, "ws-3"]

    result = await scalr.agent_pools.link_workspaces(MINE, KINDS[kind](given), via=via)
    stream = scalr.agent_pools.unlink_workspaces_iter(MINE, KINDS[kind](given), via=via)
    unlinked = [outcome async for outcome in stream]

    for outcomes in (list(result.outcomes), unlinked):
        assert [(o.index, o.input) for o in outcomes] == [(0, first), (2, "ws-2"), (5, "ws-3")]
        assert all(outcome.ok for outcome in outcomes)
        assert [given[o.index] for o in outcomes] == [o.input for o in outcomes]
    assert links.writes() == (6 if via == "workspace" else 2)


@pytest.mark.parametrize("kind", ["list", "generator", "async generator"])
async def test_a_stream_goes_on_past_any_number_of_repeats(
    links: LinksServer, scalr: ScalrClient, kind: str
) -> None:
    given = KINDS[kind](["ws-1"] * 100 + ["ws-2"])
    stream = scalr.agent_pools.link_workspaces_iter(MINE, given, concurrency=1)

    async with asyncio.timeout(60):
        assert [outcome.index async for outcome in stream] == [0, 100]


@pytest.mark.parametrize("bad", [None, 7, "", "a/b", Ref("environments", "env-1"), b"ws-1", ()])
@pytest.mark.parametrize("via", DOORS)
@pytest.mark.parametrize("kind", ["generator", "one shot", "async generator"])
async def test_what_is_no_workspace_is_one_failed_outcome_where_it_comes(
    links: LinksServer, scalr: ScalrClient, kind: str, via: Any, bad: Any
) -> None:
    given = ["ws-1", bad, "ws-2", bad]

    result = await scalr.agent_pools.link_workspaces(MINE, KINDS[kind](given), via=via)

    assert [o.outcome for o in result.outcomes] == ["applied", "not_sent", "applied", "not_sent"]
    assert [o.index for o in result.outcomes] == [0, 1, 2, 3]
    assert all(isinstance(o.error, InvalidArgumentError) for o in result.failed)
    assert links.linked() == {"ws-1", "ws-2"}


@pytest.mark.parametrize("kind", ["generator", "async generator"])
async def test_a_replacement_with_what_is_no_workspace_is_refused_whole(
    links: LinksServer, scalr: ScalrClient, kind: str
) -> None:
    with pytest.raises(InvalidArgumentError, match="None"):
        await scalr.agent_pools.replace_workspaces(MINE, KINDS[kind](["ws-1", None]))

    assert links.seen == []


@pytest.mark.parametrize(
    "assignments", [None, 7, "apool-1", [(MINE, ["ws-1"])], {MINE: "ws-12"}, {"": []}, {None: []}]
)
async def test_assignments_that_are_none_are_refused(
    links: LinksServer, scalr: ScalrClient, assignments: Any
) -> None:
    with pytest.raises(InvalidArgumentError):
        scalr.agent_pools.assign_workspaces(assignments)

    assert links.seen == []


@pytest.mark.parametrize(
    "options", [{"concurrency": 0}, {"concurrency": None}, {"on_outcome": 5}], ids=str
)
@pytest.mark.parametrize("events", [False, True])
async def test_options_that_make_no_sense_are_refused(
    links: LinksServer, scalr: ScalrClient, options: dict[str, Any], events: bool
) -> None:
    pools = scalr.with_options(on_event=lambda _: None).agent_pools if events else scalr.agent_pools
    given = generator(["ws-1"])
    for act in (pools.link_workspaces, pools.unlink_workspaces_iter):
        for via in DOORS:
            with pytest.raises(InvalidArgumentError, match=next(iter(options))):
                act(MINE, given, via=via, **options)
    with pytest.raises(InvalidArgumentError, match=next(iter(options))):
        pools.assign_workspaces({MINE: given}, **options)

    assert links.seen == []
    assert [*given] == ["ws-1"]  # may be given again


@pytest.mark.parametrize("options", [{"concurrency": 0}, {"on_outcome": 5}], ids=str)
async def test_a_call_that_is_refused_suggests_nothing(
    links: LinksServer, options: dict[str, Any]
) -> None:
    events: list[Any] = []
    many = [f"ws-{number}" for number in range(1000)]
    async with client(links.server.url, limits=Limits(requests_per_second=1)) as scalr:
        pools = scalr.with_options(on_event=events.append).agent_pools
        with pytest.raises(InvalidArgumentError):
            pools.link_workspaces(MINE, many, **options)
        assert events == []
        pools.link_workspaces(MINE, many).close()
        assert len(events) == 1


async def test_assignments_are_not_read_from_a_pager(scalr: ScalrClient) -> None:
    with pytest.raises(InvalidArgumentError, match=r"await pager\.collect\(\)"):
        scalr.agent_pools.assign_workspaces({MINE: scalr.workspaces.list()})


async def test_assignments_are_counted_through_all_pools(
    links: LinksServer, scalr: ScalrClient
) -> None:
    result = await scalr.agent_pools.assign_workspaces(
        {MINE: generator(["ws-1", "ws-1"]), OTHER: ("ws-2", "ws-3", "ws-2")}
    )

    assert [(o.index, o.input) for o in result.outcomes] == [
        (0, (MINE, "ws-1")),
        (2, (OTHER, "ws-2")),
        (3, (OTHER, "ws-3")),
    ]
    assert links.linked(OTHER) == {"ws-2", "ws-3"}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_pool_that_is_missing_is_told_of_even_for_no_workspaces(
    links: LinksServer, scalr: ScalrClient, kind: str
) -> None:
    pools, none = scalr.agent_pools, KINDS[kind]([])
    with pytest.raises(NotFoundError):
        await pools.link_workspaces("apool-missing", none, via="pool")
    with pytest.raises(NotFoundError):
        async for outcome in pools.unlink_workspaces_iter("apool-missing", none, via="pool"):
            pytest.fail(f"{outcome}")


async def test_no_workspaces_are_none_to_link(links: LinksServer, scalr: ScalrClient) -> None:
    for via in DOORS:
        result = await scalr.agent_pools.link_workspaces(MINE, [], via=via)
        assert result == BulkResult(outcomes=())

    assert links.writes() == 0


class Stop:
    """Cancels a task in the middle of a request, before or after the server does it."""

    def __init__(self, method: str) -> None:
        self.method = method
        self.reached = asyncio.Event()

    def __call__(self, links: LinksServer, request: Received) -> None:
        if request.method == self.method:
            self.reached.set()


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("kind", ["list", "generator", "async generator"])
@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_a_cancelled_change_of_a_list_tells_of_every_workspace(
    links: LinksServer, scalr: ScalrClient, method: str, kind: str, streaming: bool
) -> None:
    """Until the list is written nothing is started; from then on all of it is unknown."""
    given = KINDS[kind]([*WORKSPACES, "ws-1"])
    links.meddle = stop = Stop(method)

    async def stream() -> None:
        async for _ in scalr.agent_pools.link_workspaces_iter(MINE, given, via="pool"):
            pytest.fail("an outcome came")

    pools = scalr.agent_pools
    call = stream() if streaming else pools.link_workspaces(MINE, given, concurrency=2, via="pool")
    task = asyncio.create_task(call)
    await stop.reached.wait()
    task.cancel()
    report = bulk_report(await cancelled(task))

    assert report is not None
    assert report.outcomes == ()
    if method == "GET":
        assert (report.interrupted, report.not_started) == ((), 3)
        assert links.writes() == 0
    else:
        assert [(o.index, o.input) for o in report.interrupted] == [*enumerate(WORKSPACES)]
        assert {o.outcome for o in report.interrupted} == {"unknown"}
        assert report.not_started == 0
        assert links.writes() == 1


@pytest.mark.parametrize("verb", ["link", "unlink"])
@pytest.mark.parametrize("via", DOORS)
@pytest.mark.parametrize("kind", ["list", "generator"])
async def test_a_call_that_is_cancelled_before_its_first_step_has_a_report(
    links: LinksServer, scalr: ScalrClient, kind: str, via: Any, verb: str
) -> None:
    act = getattr(scalr.agent_pools, f"{verb}_workspaces")
    task = asyncio.create_task(act(MINE, KINDS[kind]([*WORKSPACES, "ws-1"]), via=via))
    task.cancel()
    report = bulk_report(await cancelled(task))

    assert report == BulkResult(outcomes=(), not_started=3 if kind == "list" else None)
    assert links.seen == []


async def test_what_was_not_started_counts_no_workspace_twice(
    links: LinksServer, scalr: ScalrClient
) -> None:
    given = ["ws-1", "ws-1", "ws-2", "ws-1", "ws-2", "ws-3"]
    links.meddle = stop = Stop("PATCH")
    task = asyncio.create_task(scalr.agent_pools.link_workspaces(MINE, given, concurrency=1))
    await stop.reached.wait()
    task.cancel()
    report = bulk_report(await cancelled(task))

    assert report is not None
    assert [o.input for o in report.interrupted] == ["ws-1"]
    assert report.not_started == 2


@pytest.mark.parametrize("kind", ["generator", "async generator"])
async def test_an_input_that_fails_changes_no_list(
    links: LinksServer, scalr: ScalrClient, kind: str
) -> None:
    def broken() -> Iterator[str]:
        yield "ws-1"
        raise OSError("no more")

    async def broken_too() -> AsyncIterator[str]:
        for name in broken():
            yield name

    given = broken() if kind == "generator" else broken_too()
    with pytest.raises(OSError, match="no more") as caught:
        await scalr.agent_pools.link_workspaces(MINE, given, via="pool")

    report = bulk_report(caught.value)
    assert report == BulkResult(outcomes=(), not_started=None)
    assert links.seen == []


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("streaming", [False, True])
async def test_a_hook_that_raises_loses_no_outcome_of_a_list(
    links: LinksServer, scalr: ScalrClient, streaming: bool, asynchronous: bool
) -> None:
    told: list[int] = []
    got: list[Any] = []

    def hook(outcome: Outcome[Any, Any]) -> None:
        told.append(outcome.index)
        raise LookupError(outcome.index)

    async def slow_hook(outcome: Outcome[Any, Any]) -> None:
        await asyncio.sleep(0)
        hook(outcome)

    seen = slow_hook if asynchronous else hook
    pools = scalr.agent_pools
    with pytest.raises(LookupError) as caught:
        if streaming:
            async for outcome in pools.link_workspaces_iter(
                MINE, WORKSPACES, via="pool", on_outcome=seen
            ):
                got.append(outcome)
        else:
            await pools.link_workspaces(MINE, WORKSPACES, via="pool", on_outcome=seen)

    assert caught.value.args == (0,)
    assert told == [0, 1, 2]
    report = bulk_report(caught.value)
    assert report is not None
    assert [o.index for o in (*got, *report.outcomes) if o.ok] == [0, 1, 2]


@pytest.mark.parametrize("via", DOORS)
async def test_an_asynchronous_hook_is_awaited(
    links: LinksServer, scalr: ScalrClient, via: Any
) -> None:
    told: list[int] = []
    events: list[Any] = []

    async def hook(outcome: Outcome[Any, Any]) -> None:
        await asyncio.sleep(0)
        told.append(outcome.index)

    await scalr.agent_pools.link_workspaces(MINE, WORKSPACES, via=via, on_outcome=hook)
    watched = scalr.with_options(on_event=events.append)
    await watched.agent_pools.link_workspaces(MINE, WORKSPACES, via=via, on_outcome=hook)

    assert sorted(told) == [0, 0, 1, 1, 2, 2]
    assert [event.name for event in events].count("scalr.outcome") == 3


@pytest.mark.parametrize("pool", ["apool-missing", MINE])
@pytest.mark.parametrize("via", DOORS)
async def test_a_result_with_failures_is_gone_with_its_last_holder(
    links: LinksServer, scalr: ScalrClient, via: Any, pool: str
) -> None:
    gc.collect()
    gc.disable()
    try:
        result = await scalr.agent_pools.link_workspaces(pool, ["ws-1", "ws-missing"], via=via)
        errors = [weakref.ref(outcome.error) for outcome in result.failed]
        assert errors
        del result
        for _ in range(3):
            await asyncio.sleep(0)
        assert [error() for error in errors] == [None] * len(errors)
    finally:
        gc.enable()


class Recorded:
    """An asynchronous input that notes how often it was opened and closed."""

    def __init__(self) -> None:
        self.opened = self.closed = 0

    async def __aiter__(self) -> AsyncIterator[str]:
        self.opened += 1
        try:
            yield "ws-1"
            yield "a/b"
        finally:
            await asyncio.sleep(0)
            self.closed += 1


async def test_an_input_that_was_opened_is_closed(links: LinksServer, scalr: ScalrClient) -> None:
    given = Recorded()
    with pytest.raises(InvalidArgumentError):
        await scalr.agent_pools.replace_workspaces(MINE, given)

    assert (given.opened, given.closed) == (1, 1)


async def test_a_change_of_a_list_that_is_cancelled_over_and_over_leaves_no_walk_running(
    links: LinksServer, scalr: ScalrClient
) -> None:
    async def slow(number: int) -> None:
        try:
            await asyncio.sleep(0 if number < 4 else 3600)
        finally:
            for _ in range(5):
                await asyncio.sleep(0)

    source = FakeSource(list(WORKSPACES) * 40, delay=slow)
    pager: Any = Pager(source, page_size=4, prefetch=8)
    before = others()
    task = asyncio.create_task(scalr.agent_pools.link_workspaces(MINE, pager, via="pool"))
    while source.in_flight < 3:
        await asyncio.sleep(0)
    await recancel(task)
    report = bulk_report(await cancelled(task))

    assert report == BulkResult(outcomes=(), not_started=None)
    assert source.in_flight == 0
    assert others() - before == set()


class TestPoolList:
    """What a pool says of its list."""

    async def change(self, **pool: Any) -> Any:
        writes: list[Any] = []

        async def read() -> AgentPool:
            return AgentPool(id=MINE, **pool)

        async def write(names: Any) -> AgentPool:
            writes.append(names)
            return await read()

        return await PoolList(read, write).change(["ws-1"], linked=True)

    @pytest.mark.parametrize(
        "refs",
        [None, (), ({"id": "ws-2"},), (Ref("environments", "ws-2"),), Ref("workspaces", "x")],
    )
    async def test_one_that_lists_no_workspaces_is_not_written_to(self, refs: Any) -> None:
        with pytest.raises(VerificationError, match="does not list its workspaces") as caught:
            await self.change(workspaces=refs)

        assert caught.value.outcome == "not_sent"

    @pytest.mark.parametrize("lists", [True, False])
    async def test_a_list_that_goes_on_elsewhere_is_not_taken_for_all_of_it(
        self, links: LinksServer, scalr: ScalrClient, lists: bool
    ) -> None:
        """Writing back the first page of a relationship would unlink the others."""
        links.reset(ws_1=MINE, ws_2=MINE)
        links.lists = lists
        links.shapes["GET", "agent-pools"] = "first page"
        result = await scalr.agent_pools.link_workspaces(MINE, ["ws-3"], via="pool")

        assert links.linked() == ({"ws-1", "ws-2", "ws-3"} if lists else {"ws-1", "ws-2"})
        assert [o.outcome for o in result.outcomes] == ["applied" if lists else "rejected"]

    async def test_a_pool_of_another_id_is_not_this_one(
        self, links: LinksServer, scalr: ScalrClient
    ) -> None:
        links.shapes["GET", "agent-pools"] = "wrong id"
        result = await scalr.agent_pools.link_workspaces(MINE, ["ws-3"], via="pool")

        (outcome,) = result.outcomes
        assert isinstance(outcome.error, DecodeError)
        assert "describes apool-mine-x, not apool-mine" in str(outcome.error)
        assert outcome.outcome == "not_sent"

    async def test_a_rival_who_overwrites_every_time_is_reported(
        self, links: LinksServer, scalr: ScalrClient
    ) -> None:
        def meddle(links: LinksServer, request: Received) -> None:
            if request.method == "GET":
                links.on["ws-1"] = None

        links.meddle = meddle
        result = await scalr.agent_pools.link_workspaces(MINE, ["ws-1", "ws-2"], via="pool")

        assert [o.outcome for o in result.outcomes] == ["unknown", "applied"]
        assert "ws-1 is not on the pool after 3 writes" in str(result.outcomes[0].error)
        assert links.writes() == 3

    async def test_what_was_there_already_has_no_part_in_a_refusal(
        self, links: LinksServer, scalr: ScalrClient
    ) -> None:
        links.reset(ws_1=MINE)
        given = ["ws-1", "ws-missing", "ws-2"]
        result = await scalr.agent_pools.link_workspaces(MINE, given, via="pool")

        assert [o.outcome for o in result.outcomes] == ["applied", "rejected", "rejected"]
        first, second = (o.error for o in result.failed)
        assert first is not second

    async def test_each_failure_has_notes_of_its_own(
        self, links: LinksServer, scalr: ScalrClient
    ) -> None:
        """A walk notes on its error which page failed; a result notes which item."""
        links.shapes["GET", "agent-pools"], links.lists = "absent", False
        result = await scalr.agent_pools.link_workspaces(MINE, ["ws-1", "ws-2"], via="pool")
        with pytest.raises(BulkError) as caught:
            result.raise_for_failures()

        first, second = (error.__notes__ for error in caught.value.exceptions)
        assert (first[:-1], len(first)) == (second[:-1], 2)
        assert "ws-1" in first[-1]
        assert "ws-2" in second[-1]

    async def test_a_list_that_changes_all_the_time_is_not_relied_on(
        self, links: LinksServer, scalr: ScalrClient
    ) -> None:
        links.shapes["GET", "agent-pools"] = "absent"
        numbers = iter(range(10_000))

        def listing(query: Any) -> Any:
            links.on = {f"ws-{next(numbers)}": MINE for _ in range(150)}
            return whole(query)

        whole = links.listing
        links.listing = listing
        result = await scalr.agent_pools.link_workspaces(MINE, ["ws-1"], via="pool")

        assert [o.outcome for o in result.outcomes] == ["not_sent"]
        assert links.writes() == 0
