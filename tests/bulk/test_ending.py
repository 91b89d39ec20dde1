"""Bulk calls that are cut short: nothing more is started, and the report tells the rest."""

from __future__ import annotations

import asyncio
import gc
import inspect
import pickle
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from typing import Any

import pytest

from scalr_async import (
    BulkError,
    ConflictError,
    DisconnectedError,
    bulk_report,
    run_bulk,
    run_bulk_iter,
)
from scalr_async.bulk import BulkResult, Outcome
from scalr_async.pagination import Pager
from tests.bulk.calls import Calls, cancelled, each, others, recancel, settle
from tests.pagination.model import FakeSource, server_error, things


def report_of(error: BaseException) -> BulkResult[Any, Any]:
    report = bulk_report(error)
    assert report is not None
    return report


class Stubborn(Calls):
    """A call that takes a cancellation for a reason to return, after a while."""

    async def __call__(self, item: Any) -> Any:
        try:
            return await super().__call__(item)
        except asyncio.CancelledError:
            for _ in range(5):
                await asyncio.sleep(0)
            return f"did {item} all the same"


async def consume(
    streaming: bool, got: list[Outcome[Any, Any]], *arguments: Any, **options: Any
) -> None:
    """Make a bulk call; `got` has the outcomes that a stream handed out."""
    if streaming:
        async with aclosing(run_bulk_iter(*arguments, **options)) as stream:
            async for outcome in stream:
                got.append(outcome)
    else:
        await run_bulk(*arguments, **options)


async def awaited(bulk: Any) -> Any:
    return await bulk


async def timed(bulk: Any) -> Any:
    async with asyncio.timeout(60):
        return await bulk


async def grouped(bulk: Any) -> Any:
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(bulk)
    except* KeyError as group_of_errors:
        (error,) = group_of_errors.exceptions
    raise error


WAYS: dict[str, Callable[[Any], Any]] = {
    "await": awaited,
    "task": lambda bulk: bulk,
    "gather": lambda bulk: awaited(asyncio.gather(bulk)),
    "wait_for": lambda bulk: asyncio.wait_for(bulk, 60),
    "shield": lambda bulk: awaited(asyncio.shield(bulk)),
    "timeout": timed,
    "TaskGroup": grouped,
}


@pytest.mark.parametrize("way", WAYS)
async def test_an_error_has_the_report_however_the_call_is_awaited(way: str) -> None:
    def fail(_: object) -> None:
        raise KeyError("hook")

    bulk = run_bulk([1, 2, 3], Calls(hold=False), concurrency=1, on_outcome=fail)
    with pytest.raises(KeyError) as caught:
        await asyncio.create_task(WAYS[way](bulk))

    report = report_of(caught.value)
    assert [o.input for o in report.outcomes] == [1]
    assert report.not_started == 2


@pytest.mark.parametrize("way", ["await", "task", "gather", "timeout"])
@pytest.mark.parametrize("steps", range(1, 6))
async def test_a_cancellation_has_the_report_however_the_call_is_awaited(
    way: str, steps: int
) -> None:
    task = asyncio.create_task(WAYS[way](run_bulk([1, 2, 3], Calls(), concurrency=2)))
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    report = report_of(await cancelled(task))

    assert report.not_started is not None
    assert len(report.interrupted) + report.not_started == 3


async def test_the_second_use_of_a_call_has_no_report() -> None:
    bulk = run_bulk([1, 2, 3], Calls(hold=False))
    assert len((await bulk).succeeded) == 3

    for way in (awaited, asyncio.create_task):
        with pytest.raises(RuntimeError) as caught:
            await way(bulk)
        assert bulk_report(caught.value) is None


def accounted(error: BaseException, got: list[Outcome[Any, Any]]) -> list[int]:
    """The indices of all items that are told of, handed out before or in the report."""
    report = report_of(error)
    return sorted(o.index for o in [*got, *report.outcomes, *report.interrupted])


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("cause", ["cancellation", "call", "hook"])
async def test_nothing_is_started_after_the_end_and_the_report_tells_the_rest(
    cause: str, asynchronous: bool, streaming: bool
) -> None:
    """The calls catch their cancellation, and return."""
    calls = Stubborn()

    async def call(item: int) -> Any:
        if item == 2 and cause == "call":
            await settle()
            raise TypeError("bug")
        return await calls(item)

    def hook(outcome: Outcome[int, Any]) -> None:
        if cause == "hook" and outcome.index == 1:
            raise TypeError("bug")

    got: list[Outcome[Any, Any]] = []
    items = each(range(20)) if asynchronous else range(20)
    bulk = asyncio.create_task(consume(streaming, got, items, call, concurrency=4, on_outcome=hook))
    await settle()
    calls.release(1)
    for _ in range(3):
        await settle()
    begun = set(calls.started)
    if cause == "hook":
        calls.release(0, 2, 3)
    elif cause == "cancellation":
        bulk.cancel()
    with pytest.raises(asyncio.CancelledError if cause == "cancellation" else TypeError) as caught:
        await bulk

    begun |= {2}
    report = report_of(caught.value)
    assert set(calls.started) | {2} == begun
    assert accounted(caught.value, got) == sorted(begun)
    assert report.not_started == (None if asynchronous else 20 - len(begun))
    assert calls.waiting == {}
    assert others() == set()


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_a_hook_that_cancels_is_the_last_to_be_called_for_a_new_item(
    asynchronous: bool,
) -> None:
    """The calls never wait: without a look at its task a worker would go on for a while."""
    started: list[int] = []

    async def call(item: int) -> None:
        started.append(item)

    def hook(outcome: Outcome[int, None]) -> None:
        if outcome.index == 3:
            bulk.cancel()

    items = each(range(20)) if asynchronous else range(20)
    bulk = asyncio.create_task(run_bulk(items, call, concurrency=2, on_outcome=hook))
    report = report_of(await cancelled(bulk))

    assert started == [0, 1, 2, 3]
    assert [o.index for o in report.outcomes] == started


async def test_an_item_that_comes_too_late_is_told_as_not_sent() -> None:
    """The input is asked for it before a hook raises, and gives it afterwards."""
    calls = Calls()
    late = asyncio.Event()

    async def items() -> AsyncIterator[int]:
        yield 0
        await late.wait()
        yield 1

    def hook(outcome: Outcome[int, str]) -> None:
        raise LookupError("hook")

    bulk = asyncio.create_task(run_bulk(items(), calls, concurrency=2, on_outcome=hook))
    await settle()
    calls.release(0)
    await settle()
    late.set()
    with pytest.raises(LookupError) as caught:
        await bulk

    report = report_of(caught.value)
    assert calls.started == [0]
    assert [(o.input, o.outcome) for o in report.interrupted] == [(1, "not_sent")]


@pytest.mark.parametrize("streaming", [False, True])
async def test_a_task_that_is_cancelled_over_and_over_leaves_nothing_running(
    streaming: bool,
) -> None:
    source = FakeSource(things(400), delay=lambda number: settle())
    calls = Stubborn()
    pager = Pager(source, page_size=4, prefetch=8)
    bulk = asyncio.create_task(
        consume(streaming, [], pager, lambda item: calls(item.id), concurrency=6)
    )
    for _ in range(8):
        await settle()
    assert await recancel(bulk) > 2
    error = await cancelled(bulk)

    assert [o.ok for o in report_of(error).outcomes] == [True] * 6
    assert source.in_flight == 0
    assert others() == set()
    assert calls.waiting == {}


async def test_a_cancellation_while_the_input_is_closed_is_raised_when_it_is_closed() -> None:
    closing, closed = asyncio.Event(), asyncio.Event()

    class Input:
        async def __aiter__(self) -> AsyncIterator[int]:
            try:
                yield 1
                yield 2
            finally:
                closing.set()
                await settle()
                closed.set()

    async def call(item: int) -> None:
        raise TypeError("bug")

    bulk = asyncio.create_task(run_bulk(Input(), call, concurrency=1))
    await closing.wait()
    bulk.cancel()
    error = await cancelled(bulk)

    assert closed.is_set()
    assert isinstance(error.__context__, TypeError)
    assert [o.input for o in report_of(error).interrupted] == [1]


async def test_what_closing_the_input_raises_is_raised() -> None:
    class Input:
        async def __aiter__(self) -> AsyncIterator[int]:
            try:
                yield 1
                yield 2
            finally:
                raise OSError("disk")

    async def call(item: int) -> None:
        raise TypeError("bug")

    with pytest.raises(OSError, match="disk") as caught:
        await run_bulk(Input(), call, concurrency=1)

    assert isinstance(caught.value.__context__, TypeError)


class TestFailures:
    async def test_the_first_failure_is_raised_and_no_later_one(self) -> None:
        async def call(item: int) -> None:
            try:
                await asyncio.sleep(0)
            except asyncio.CancelledError:
                raise KeyError(item) from None
            raise LookupError(item)

        with pytest.raises(LookupError) as caught:
            await run_bulk(range(6), call, concurrency=3)

        assert type(caught.value) is LookupError
        assert caught.value.args == (0,)

    async def test_an_error_of_the_input_is_raised_before_one_of_a_later_hook(self) -> None:
        def items() -> Iterator[int]:
            yield 0
            raise OSError("input")

        def hook(outcome: Outcome[int, str]) -> None:
            raise LookupError("hook")

        calls = Calls()
        bulk = asyncio.create_task(run_bulk(items(), calls, on_outcome=hook))
        await settle()
        calls.release(0)

        with pytest.raises(OSError, match="input"):
            await bulk

    async def test_a_bug_comes_before_an_error_of_the_input(self) -> None:
        def items() -> Iterator[int]:
            yield 0
            raise OSError("input")

        async def call(item: int) -> None:
            await settle()
            raise TypeError("bug")

        with pytest.raises(TypeError, match="bug"):
            await run_bulk(items(), call)

    @pytest.mark.parametrize("kind", [GeneratorExit, KeyboardInterrupt, SystemExit])
    @pytest.mark.parametrize("where", ["call", "hook", "input"])
    def test_no_kind_of_exception_loses_an_item(
        self, where: str, kind: type[BaseException]
    ) -> None:
        def fail(here: str) -> None:
            if here == where:
                raise kind("enough")

        def items() -> Iterator[int]:
            yield 0
            yield 1
            fail("input")

        async def call(item: int) -> None:
            if item == 1:
                fail("call")

        async def main() -> None:
            await run_bulk(items(), call, concurrency=1, on_outcome=lambda _: fail("hook"))

        with pytest.raises(kind, match="enough") as caught:
            asyncio.run(main())

        told = {"call": [0, 1], "hook": [0], "input": [0, 1]}
        assert accounted(caught.value, []) == told[where]

    @pytest.mark.parametrize("cause", ["call", "hook", "input", "cancellation"])
    async def test_what_ends_a_call_forms_no_cycle_with_it(self, cause: str) -> None:
        class Thing:
            def __init__(self, number: int) -> None:
                self.number = number

        def items() -> Iterator[Thing]:
            yield from map(Thing, range(3))
            if cause == "input":
                raise OSError("input")
            yield Thing(3)

        async def call(item: Thing) -> Thing:
            if item.number == 2 and cause == "call":
                raise TypeError("bug")
            if item.number == 2 and cause == "cancellation":
                waiting.set()
                await asyncio.Event().wait()
            return Thing(item.number)

        def hook(outcome: Outcome[Thing, Thing]) -> None:
            if outcome.index == 2 and cause == "hook":
                raise LookupError("hook")

        waiting = asyncio.Event()
        gc.collect()
        gc.disable()
        try:
            bulk = asyncio.create_task(run_bulk(items(), call, concurrency=1, on_outcome=hook))
            if cause == "cancellation":
                await waiting.wait()
                bulk.cancel()
            with pytest.raises((TypeError, OSError, LookupError, asyncio.CancelledError)):
                await bulk
            del bulk
            await settle()
            assert [thing for thing in gc.get_objects() if type(thing) is Thing] == []
        finally:
            gc.enable()


class TestReports:
    """`bulk_report`, and the attribute that it reads."""

    @pytest.mark.parametrize("streaming", [False, True])
    async def test_a_stream_reports_what_it_has_not_handed_out(self, streaming: bool) -> None:
        calls = Calls()
        got: list[Outcome[Any, Any]] = []
        bulk = asyncio.create_task(consume(streaming, got, range(10), calls, concurrency=3))
        await settle()
        calls.release(0, 2)
        await settle()
        bulk.cancel()
        error = await cancelled(bulk)

        report = report_of(error)
        assert [o.index for o in got] == ([0] if streaming else [])
        assert [o.index for o in report.outcomes] == ([2] if streaming else [0, 2])
        assert [o.index for o in report.interrupted] == [1, 3, 4]
        assert report.not_started == 5
        assert error.report is report

    async def test_an_error_of_the_input_ends_a_stream_with_a_report(self) -> None:
        source = FakeSource(things(30), failing={3: server_error()})
        got: list[Outcome[Any, Any]] = []

        with pytest.raises(type(server_error())) as caught:
            await consume(True, got, Pager(source, page_size=10), Calls(hold=False))

        assert len(got) == 20
        assert report_of(caught.value) == BulkResult(outcomes=(), not_started=None)

    @pytest.mark.parametrize("kind", [list, iter, each])
    async def test_a_call_that_is_cancelled_before_its_first_step_has_one(self, kind: Any) -> None:
        calls = Calls()
        task = asyncio.create_task(run_bulk(kind(range(7)), calls))
        task.cancel()
        report = report_of(await cancelled(task))

        left = 7 if kind is list else None
        assert report == BulkResult(outcomes=(), not_started=left)
        assert calls.started == []

    async def test_one_that_never_ran_can_be_thrown_away(self) -> None:
        run_bulk([1], Calls()).close()

    async def test_what_event_loops_look_at_is_there(self) -> None:
        """anyio asks for the state of the coroutine of a task before it cancels it."""
        calls = Calls()
        coroutine = run_bulk([1], calls)
        assert inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED
        task = asyncio.create_task(coroutine)
        await settle()
        assert inspect.getcoroutinestate(coroutine) == inspect.CORO_SUSPENDED
        calls.release(1)
        await task
        assert inspect.getcoroutinestate(coroutine) == inspect.CORO_CLOSED

    async def test_a_timeout_has_that_of_its_cause(self) -> None:
        with pytest.raises(TimeoutError) as caught:
            async with asyncio.timeout(0.01):
                await run_bulk(range(10), Calls(), concurrency=3)

        assert len(report_of(caught.value).interrupted) == 3
        with pytest.raises(TimeoutError) as caught:
            await asyncio.wait_for(run_bulk(range(10), Calls(), concurrency=3), 0.01)

        assert report_of(caught.value).not_started == 7

    async def test_an_error_with_a_report_of_its_own_stays_as_it_is(self) -> None:
        class AuditError(Exception):
            @property
            def report(self) -> str:
                return "of something else"

        async def call(item: int) -> None:
            raise AuditError

        with pytest.raises(AuditError) as caught:
            await run_bulk([1], call)

        assert caught.value.report == "of something else"
        assert bulk_report(caught.value) is None

    async def test_an_error_has_that_of_what_it_was_raised_from_or_behind(self) -> None:
        async def call(item: int) -> None:
            raise TypeError("bug")

        with pytest.raises(TypeError) as caught:
            await run_bulk([1], call)
        behind, caused = ValueError(), ValueError()
        behind.__context__ = caused.__cause__ = caught.value
        caused.__context__ = KeyError()

        assert bulk_report(behind) is bulk_report(caused) is report_of(caught.value)

    def test_an_error_of_anything_else_has_none(self) -> None:
        first, second = ValueError(), ValueError()
        first.__context__, second.__context__ = second, first

        assert bulk_report(ValueError()) is None
        assert bulk_report(first) is None


@pytest.mark.parametrize(
    ("kinds", "outcome"),
    [
        (["rejected", "rejected"], "rejected"),
        (["rejected", "unknown"], "unknown"),
        (["rejected", "not_sent"], "unknown"),
        (["applied", "not_sent", "rejected"], "unknown"),
        (["not_sent"], "not_sent"),
    ],
)
def test_the_outcome_of_a_bulk_error_is_that_of_all_items(kinds: list[Any], outcome: str) -> None:
    errors = [
        ConflictError("no", status=409, outcome=kind)
        if kind == "rejected"
        else DisconnectedError("cut", outcome=kind)
        for kind in kinds
    ]
    error = BulkError("failed", errors)

    assert error.outcome == outcome
    assert pickle.loads(pickle.dumps(error)).outcome == outcome
    assert error.derive(errors[:1]).outcome == kinds[0]


class TestOtherThreads:
    """The garbage collector runs finalizers in any thread."""

    @staticmethod
    async def dropped(holder: list[Any], drop: Callable[[Callable[[], None]], Any]) -> None:
        """Drop what is held, in some thread, in the debug mode that checks for the loop's own."""
        asyncio.get_running_loop().set_debug(True)
        await drop(holder.clear)
        for _ in range(20):
            await settle()

    async def test_a_stream_that_is_dropped_there_cancels_its_calls(self) -> None:
        calls = Calls()
        stream = run_bulk_iter(range(9), calls, concurrency=3)
        first = asyncio.ensure_future(anext(stream))
        await settle()
        calls.release(0)
        await first
        holder = [stream]
        del stream, first
        await self.dropped(holder, asyncio.to_thread)

        assert calls.waiting == {}
        assert others() == set()

    async def test_so_does_a_walk_with_its_reading_ahead(self) -> None:
        never = asyncio.get_running_loop().create_future()

        async def slow(number: int) -> None:
            if number > 1:
                await never

        source = FakeSource(things(400), delay=slow)
        walk = aiter(Pager(source, page_size=4, prefetch=8))
        for _ in range(4):
            await anext(walk)
        await settle()
        assert source.in_flight > 1
        holder = [walk]
        del walk
        await self.dropped(holder, asyncio.to_thread)

        assert source.in_flight == 0
        assert others() == set()
