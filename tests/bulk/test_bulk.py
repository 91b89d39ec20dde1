"""One call for each of many items: outcomes, order, cancellation."""

from __future__ import annotations

import asyncio
import gc
import pickle
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.pretty import pretty_repr

from scalr_async import (
    BulkError,
    ConflictError,
    DisconnectedError,
    InvalidArgumentError,
    NotFoundError,
    Secret,
    ServerError,
)
from scalr_async.bulk import BulkResult, Outcome, bulk_report, run_bulk, run_bulk_iter
from scalr_async.pagination import Pager
from tests.bulk.calls import Calls, numbers, others, settle
from tests.pagination.model import FakeSource, server_error, things


def fate(number: int) -> Exception | None:
    """7 % of the items fail, each in its own way."""
    errors = {
        0: ConflictError("busy", status=409, outcome="rejected"),
        1: NotFoundError("gone", status=404, outcome="rejected"),
        2: DisconnectedError("cut", outcome="unknown"),
    }
    return errors[number // 14 % 3] if number % 14 == 0 else None


async def test_500_items_with_mixed_failures_keep_their_order_and_their_reasons() -> None:
    async def call(number: int) -> int:
        await asyncio.sleep((number % 7) / 10_000)
        if (error := fate(number)) is not None:
            raise error
        return number * 2

    seen: list[int] = []
    result = await run_bulk(range(500), call, on_outcome=lambda outcome: seen.append(outcome.index))

    assert [outcome.index for outcome in result.outcomes] == list(range(500))
    assert [outcome.input for outcome in result.outcomes] == list(range(500))
    assert sorted(seen) == list(range(500))
    assert seen != list(range(500))
    assert all(o.value == o.input * 2 and o.outcome == "applied" for o in result.succeeded)
    assert {o.index: type(o.error) for o in result.failed} == {
        n: type(fate(n)) for n in range(500) if fate(n)
    }
    assert {o.outcome for o in result.failed} == {"rejected", "unknown"}
    assert (len(result.succeeded), len(result.failed)) == (464, 36)
    assert (result.interrupted, result.not_started) == ((), 0)
    with pytest.raises(BulkError) as caught:
        result.raise_for_failures()
    assert len(caught.value.exceptions) == 36
    assert str(caught.value).startswith("36 of 500 items failed: ConflictError x12, ")


@settings(max_examples=60)
@given(
    count=st.integers(0, 40),
    concurrency=st.integers(1, 9),
    asynchronous=st.booleans(),
    streaming=st.booleans(),
    delays=st.lists(st.integers(0, 5), min_size=1),
)
async def test_every_item_has_one_outcome_in_input_order(
    count: int, concurrency: int, asynchronous: bool, streaming: bool, delays: list[int]
) -> None:
    in_flight = most = 0

    async def call(number: int) -> int:
        nonlocal in_flight, most
        in_flight += 1
        most = max(most, in_flight)
        for _ in range(delays[number % len(delays)]):
            await asyncio.sleep(0)
        in_flight -= 1
        if number % 5 == 4:
            raise server_error()
        return -number

    items = numbers(count) if asynchronous else range(count)
    if streaming:
        outcomes = [o async for o in run_bulk_iter(items, call, concurrency=concurrency)]
    else:
        outcomes = list((await run_bulk(items, call, concurrency=concurrency)).outcomes)

    assert [o.index for o in outcomes] == [o.input for o in outcomes] == list(range(count))
    assert [o.ok for o in outcomes] == [n % 5 != 4 for n in range(count)]
    assert most <= concurrency
    assert others() == set()


async def test_a_pager_is_read_as_calls_become_free() -> None:
    source = FakeSource(things(100))
    calls = Calls()
    bulk = asyncio.create_task(
        run_bulk(
            Pager(source, page_size=10, prefetch=0), lambda item: calls(item.id), concurrency=4
        )
    )
    await settle()

    assert calls.started == things(4)
    assert len(source.requests) == 1
    calls.hold = False
    calls.release(*things(4))
    result = await bulk

    assert [outcome.value for outcome in result.outcomes] == [f"did {key}" for key in things(100)]
    assert result.outcomes[0].input.id == "thing-0"


async def test_never_more_than_the_concurrency_is_under_way() -> None:
    calls = Calls()
    bulk = asyncio.create_task(run_bulk(range(10), calls, concurrency=3))
    for _ in range(10):
        await settle()
        calls.release(max(calls.waiting))

    assert len((await bulk).succeeded) == 10
    assert calls.most == 3


async def test_a_slow_item_holds_back_a_stream_only_so_far() -> None:
    calls = Calls()
    stream = run_bulk_iter(range(1000), calls, concurrency=2)
    first = asyncio.ensure_future(anext(stream))
    for number in range(1, 16):
        await settle()
        calls.release(number)
    await settle()

    assert calls.started == list(range(16))
    calls.release(0)
    assert (await first).index == 0
    await settle()
    assert calls.started == list(range(17))
    await stream.aclose()


async def test_a_busy_consumer_of_a_stream_holds_the_workers_back() -> None:
    calls = Calls(hold=False)
    stream = run_bulk_iter(numbers(1000), calls, concurrency=2)
    await anext(stream)
    for _ in range(50):
        await settle()

    assert len(calls.started) == 17
    await stream.aclose()


async def test_a_slow_asynchronous_input_is_not_read_beyond_that_either() -> None:
    async def slow_numbers() -> AsyncIterator[int]:
        for number in range(1000):
            await asyncio.sleep(0)
            yield number

    async def call(item: int) -> int:
        started.append(item)
        if item == 0:
            await asyncio.Event().wait()
        return item

    started: list[int] = []
    stream = run_bulk_iter(slow_numbers(), call, concurrency=8)
    first = asyncio.ensure_future(anext(stream))
    for _ in range(200):
        await settle()

    assert started == list(range(64))
    first.cancel()
    await asyncio.wait([first])
    await stream.aclose()


async def test_leaving_a_stream_cancels_the_calls_at_once() -> None:
    calls = Calls()

    async def release() -> None:
        await settle()
        calls.release(0)

    releasing = asyncio.create_task(release())
    async for outcome in run_bulk_iter(range(100), calls, concurrency=4):
        assert outcome.value == "did 0"
        break
    await releasing

    assert len(others()) >= 4
    await settle()
    assert calls.waiting == {}
    assert others() == set()


async def test_a_stream_that_is_left_closes_the_input_it_opened() -> None:
    source = FakeSource(things(400), delay=None)
    never = asyncio.get_running_loop().create_future()

    async def slow(number: int) -> None:
        if number > 1:
            await never

    source.delay = slow
    calls = Calls(hold=False)
    pager = Pager(source, page_size=4, prefetch=8)
    async with aclosing(run_bulk_iter(pager, lambda item: calls(item.id), concurrency=2)) as stream:
        for _ in range(4):
            await anext(stream)
        await settle()
        assert source.in_flight > 1

    assert source.in_flight == 0
    assert others() == set()


async def test_an_iterator_of_the_caller_stays_open() -> None:
    mine = numbers(5)
    calls = Calls()
    async with aclosing(run_bulk_iter(mine, calls, concurrency=1)) as stream:
        first = asyncio.ensure_future(anext(stream))
        await settle()
        calls.release(0)
        await first
        await settle()
        assert calls.started == [0, 1]

    assert [number async for number in mine] == [2, 3, 4]


async def test_a_stream_nobody_started_leaves_nothing() -> None:
    stream = run_bulk_iter(range(3), Calls())

    await stream.aclose()

    assert others() == set()


async def test_a_cancelled_bulk_tells_done_unknown_and_not_started() -> None:
    calls = Calls()
    seen: list[int] = []
    bulk = asyncio.create_task(
        run_bulk(
            [f"i{n}" for n in range(10)],
            calls,
            concurrency=3,
            on_outcome=lambda o: seen.append(o.index),
        )
    )
    await settle()
    calls.release("i1", "i2")
    await settle()
    bulk.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await bulk

    report: BulkResult[str, str] = caught.value.report
    assert [(o.index, o.value) for o in report.outcomes] == [(1, "did i1"), (2, "did i2")]
    assert [(o.input, o.outcome, o.ok) for o in report.interrupted] == [
        ("i0", "unknown", False),
        ("i3", "unknown", False),
        ("i4", "unknown", False),
    ]
    assert report.not_started == 5
    assert seen == [1, 2]
    assert others() == set()


async def test_a_timeout_carries_the_report_on_its_cause() -> None:
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(0.01):
            await run_bulk(numbers(10), Calls(), concurrency=3)

    report = caught.value.__cause__.report
    assert [o.input for o in report.interrupted] == [0, 1, 2]
    assert report.not_started is None


async def test_a_programming_error_stops_everything_and_stays_itself() -> None:
    calls = Calls()

    async def call(item: int) -> str:
        if item == 2:
            raise TypeError("bug")
        return await calls(item)

    bulk = asyncio.create_task(run_bulk(range(10), call, concurrency=3))
    with pytest.raises(TypeError, match="bug") as caught:
        await bulk

    assert calls.waiting == {}
    assert [o.input for o in caught.value.report.interrupted] == [0, 1, 2]
    assert caught.value.report.not_started == 7
    assert others() == set()


async def test_a_programming_error_ends_a_stream() -> None:
    calls = Calls()

    async def call(item: int) -> str:
        if item == 2:
            raise TypeError("bug")
        return await calls(item)

    with pytest.raises(TypeError, match="bug"):
        async for outcome in run_bulk_iter(range(10), call, concurrency=3):
            pytest.fail(f"{outcome} came before the error")

    assert calls.waiting == {}
    assert others() == set()


async def test_an_input_that_cannot_be_read_at_all_is_an_error_of_the_input() -> None:
    class Broken(list[int]):
        def __iter__(self) -> Iterator[int]:
            raise OSError("no such input")

    with pytest.raises(OSError, match="no such input") as caught:
        await run_bulk(Broken([1, 2]), Calls())

    assert caught.value.report.not_started == 2


async def test_a_generator_of_the_caller_stays_open() -> None:
    def numbers() -> Iterator[int]:
        yield from range(10)

    async def call(item: int) -> None:
        if item == 2:
            raise TypeError("bug")

    source = numbers()
    with pytest.raises(TypeError):
        await run_bulk(source, call, concurrency=1)
    gc.collect()

    assert next(source) == 3


async def test_a_result_with_a_failure_is_gone_with_its_last_holder() -> None:
    class Thing:
        pass

    async def call(item: int) -> Thing:
        if item == 0:
            raise ConflictError("busy", status=409, outcome="rejected")
        return Thing()

    gc.disable()
    try:
        result = await run_bulk(range(5), call)
        things = [weakref.ref(outcome.value) for outcome in result.succeeded]
        assert len(things) == 4
        del result
        assert [thing() for thing in things] == [None] * 4
    finally:
        gc.enable()


async def test_what_the_hook_raises_is_a_programming_error() -> None:
    def hook(outcome: Outcome[int, str]) -> None:
        raise LookupError("hook")

    with pytest.raises(LookupError, match="hook") as caught:
        await run_bulk(range(3), Calls(hold=False), concurrency=1, on_outcome=hook)

    assert [o.value for o in caught.value.report.outcomes] == ["did 0"]


async def test_a_call_that_cancels_itself_does_not_hang() -> None:
    async def call(item: int) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await run_bulk(range(3), call)


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_an_error_of_the_input_waits_for_what_is_under_way(asynchronous: bool) -> None:
    def sync() -> Iterator[int]:
        yield from range(5)
        raise server_error()

    async def a_sync() -> AsyncIterator[int]:
        for item in sync():
            yield item

    calls = Calls()
    bulk = asyncio.create_task(run_bulk(a_sync() if asynchronous else sync(), calls, concurrency=8))
    await settle()
    calls.release(*range(5))
    with pytest.raises(ServerError) as caught:
        await bulk

    assert [o.value for o in caught.value.report.outcomes] == [f"did {n}" for n in range(5)]
    assert caught.value.report.not_started is None


async def test_a_stream_yields_what_is_done_before_it_raises_the_input_error() -> None:
    source = FakeSource(things(30), failing={3: server_error()})
    got = []

    with pytest.raises(ServerError) as caught:
        async for outcome in run_bulk_iter(Pager(source, page_size=10), Calls(hold=False)):
            got.append(outcome.input.id)

    assert got == things(20)
    assert caught.value.page == 3


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"concurrency": 0}, "concurrency=0"),
        ({"concurrency": 1001}, "concurrency=1001"),
        ({"concurrency": True}, "concurrency=True"),
        ({"concurrency": "4"}, "concurrency='4'"),
        ({"items": "ws-1"}, "not str"),
        ({"items": b"ws-1"}, "not bytes"),
        ({"items": 5}, "not int"),
        ({"items": None}, "not NoneType"),
        ({"call": None}, "call: must be a function of an item, not NoneType"),
        ({"on_outcome": 5}, "on_outcome: must be a function of an outcome, not int"),
    ],
)
async def test_what_makes_no_sense_is_refused_at_once(arguments: dict, named: str) -> None:
    arguments = {"items": [1], "call": Calls(), **arguments}

    with pytest.raises(InvalidArgumentError) as caught:
        run_bulk_iter(**arguments)
    with pytest.raises(InvalidArgumentError):
        await run_bulk(**arguments)

    assert named in str(caught.value)


async def test_a_function_that_returns_nothing_to_await_ends_the_call_and_its_report_has_it() -> (
    None
):
    called: list[int] = []

    def plain(item: int) -> int:
        called.append(item)
        return -item

    with pytest.raises(
        InvalidArgumentError, match="call: must return an awaitable, not int"
    ) as end:
        await run_bulk(range(100), plain, concurrency=4)

    report = bulk_report(end.value)
    assert report is not None
    assert [(one.input, one.value) for one in report.outcomes] == [(n, -n) for n in called]
    assert len(called) <= 4


def failed(index: int, item: object) -> Outcome[object, None]:
    error = ConflictError("busy", status=409, outcome="rejected")
    return Outcome(index=index, input=item, error=error, outcome="rejected")


@attrs.frozen
class Named:
    id: str = "ws-1"


@pytest.mark.parametrize(
    ("item", "note"),
    [
        ("ws-1", "item 4 ('ws-1'): rejected"),
        (Named(), "item 4 ('ws-1'): rejected"),
        (Secret("hush"), "item 4 (<redacted>): rejected"),
        ({"value": "hush"}, "item 4: rejected"),
        (7, "item 4: rejected"),
    ],
)
def test_each_failure_names_its_item_once_and_shows_no_secret(item: object, note: str) -> None:
    result = BulkResult(outcomes=(failed(4, item),))

    for _ in range(2):
        with pytest.raises(BulkError) as caught:
            result.raise_for_failures()

    assert caught.value.exceptions[0].__notes__ == [note]
    assert "hush" not in repr(result) + repr(result.outcomes)


def test_a_bulk_without_failures_raises_nothing() -> None:
    done = Outcome(index=0, input="ws-1", outcome="applied")

    assert BulkResult(outcomes=(done,)).raise_for_failures() is None


@pytest.mark.parametrize("show", [repr, str, pretty_repr])
def test_a_result_shows_how_many_there_are_and_not_each(show: Callable[[object], str]) -> None:
    done = tuple(Outcome(index=i, input=f"ws-{i}", outcome="applied") for i in range(4998))
    result = BulkResult(outcomes=(*done, failed(4998, "ws-a"), failed(4999, "ws-b")))
    cut = attrs.evolve(result, interrupted=done[:700], not_started=3)

    assert show(result) == "BulkResult(succeeded=4998, failed=2)"
    assert show(attrs.evolve(cut, interrupted=())).endswith("not_started=3)")
    assert show(attrs.evolve(cut, not_started=None)) == (
        "BulkResult(succeeded=4998, failed=2, interrupted=700, not_started=None)"
    )


def test_a_bulk_error_is_a_group_that_pickles() -> None:
    result = BulkResult(outcomes=(failed(0, "ws-1"), failed(1, "ws-2")))
    try:
        result.raise_for_failures()
    except* ConflictError as group:
        caught = group

    assert isinstance(caught, BulkError)
    assert [type(e) for e in pickle.loads(pickle.dumps(caught)).exceptions] == [ConflictError] * 2


def test_an_engine_outlives_its_loop_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    loop = asyncio.new_event_loop()
    calls = Calls()
    stream = run_bulk_iter(range(9), calls, concurrency=2)

    async def begin() -> None:
        pending = asyncio.ensure_future(anext(stream))
        await settle()
        calls.release(0)
        await pending

    loop.run_until_complete(begin())
    tasks = asyncio.all_tasks(loop)
    loop.close()
    stream.ag_frame.f_locals["self"].cancel()

    assert len(tasks) == 2
    for task in tasks:
        task._log_destroy_pending = False
    assert capsys.readouterr().err == ""
