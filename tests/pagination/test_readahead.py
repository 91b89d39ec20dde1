"""Pages that are read before they are asked for, and what becomes of them."""

from __future__ import annotations

import asyncio
import gc
from contextlib import aclosing

import pytest

from scalr_async import ServerError
from scalr_async.pagination import Pager
from scalr_async.pagination._readahead import ReadAhead
from tests.pagination.model import FakeSource, server_error, things


class Gate:
    """Lets answers through one by one, in the order and at the time a test wants."""

    def __init__(self) -> None:
        self.waiting: dict[int, asyncio.Future[None]] = {}
        self.open = False

    async def __call__(self, number: int) -> None:
        if not self.open and number > 1:
            self.waiting[number] = asyncio.get_running_loop().create_future()
            try:
                await self.waiting[number]
            finally:
                del self.waiting[number]

    def release(self, number: int) -> None:
        self.waiting[number].set_result(None)


async def settle() -> None:
    """Let every task run as far as it can without an answer."""
    for _ in range(5):
        await asyncio.sleep(0)


def others() -> set[asyncio.Task[object]]:
    return asyncio.all_tasks() - {asyncio.current_task()}


def asked(source: FakeSource) -> list[int]:
    return [number for number, _, _ in source.requests]


async def test_the_window_doubles_while_the_first_page_is_used() -> None:
    source = FakeSource(things(400), delay=Gate())
    walk = aiter(Pager(source, page_size=8, prefetch=16))
    seen = []

    async with aclosing(walk):
        for _ in range(8):
            await anext(walk)
            await settle()
            seen.append(len(source.requests) - 1)

    assert seen == [1, 2, 4, 8, 16, 16, 16, 16]


async def test_a_list_of_one_page_is_read_without_a_task() -> None:
    tasks = []

    async def count(number: int) -> None:
        tasks.append((number, others()))

    source = FakeSource(things(5), delay=count)

    assert len([item async for item in Pager(source, prefetch=16)]) == 5
    assert tasks == [(1, set())]


async def test_beyond_16_the_window_is_a_quarter_of_what_was_taken() -> None:
    """Else a server that limits the rate would refuse many at once."""
    source = FakeSource(things(3000))
    walk = Pager(source, page_size=10, prefetch=64).pages()
    ahead = []

    async with aclosing(walk):
        async for page in walk:
            await settle()
            ahead.append(len(source.requests) - page.number)
            if page.number == 201:
                break

    assert ahead[1:60] == [16] * 59
    assert [ahead[taken] for taken in (100, 200)] == [25, 50]


async def test_never_more_than_the_window_is_in_flight_or_waiting() -> None:
    source = FakeSource(things(400), delay=Gate())
    pager = Pager(source, page_size=10, prefetch=4)
    walk = pager.pages()

    async with aclosing(walk):
        await anext(walk)
        second = asyncio.ensure_future(anext(walk))
        await settle()
        for number in (5, 4, 3):
            source.delay.release(number)
        await settle()
        assert asked(source) == [1, 2, 3, 4, 5]
        source.delay.release(2)
        assert (await second).number == 2
        await settle()
        assert asked(source) == [1, 2, 3, 4, 5, 6]
        assert [(await anext(walk)).number for _ in range(3)] == [3, 4, 5]
        await settle()
        assert asked(source) == [1, 2, 3, 4, 5, 6, 7, 8, 9]

    assert source.most_in_flight == 4
    assert others() == set()


async def test_without_prefetch_one_page_is_read_when_it_is_wanted() -> None:
    source = FakeSource(things(30))
    walk = aiter(Pager(source, page_size=10, prefetch=0))

    for _ in range(10):
        await anext(walk)
    await settle()
    assert asked(source) == [1]
    await anext(walk)

    assert asked(source) == [1, 2]
    await walk.aclose()


async def test_nothing_beyond_the_limit_is_read_ahead() -> None:
    source = FakeSource(things(400))

    got = [item async for item in Pager(source, page_size=10, prefetch=64, limit=35)]

    assert len(got) == 35
    assert asked(source) == [1, 2, 3, 4]


async def leave_by_break(pager: Pager) -> None:
    async for _ in pager:
        break


async def leave_by_error(pager: Pager) -> None:
    with pytest.raises(ZeroDivisionError):
        async for _ in pager:
            1 / 0


async def leave_by_closing(pager: Pager) -> None:
    async with aclosing(aiter(pager)) as items:
        await anext(items)


async def leave_the_pages_by_break(pager: Pager) -> None:
    async for page in pager.pages():
        if page.number == 1:
            break


@pytest.mark.parametrize(
    "leave", [leave_by_break, leave_by_error, leave_by_closing, leave_the_pages_by_break]
)
async def test_a_walk_that_is_left_cancels_its_tasks_before_anything_else_runs(leave) -> None:
    source = FakeSource(things(400), delay=Gate())
    pager = Pager(source, page_size=2, prefetch=8)

    await leave(pager)

    assert all(task.cancelling() for task in others() if "_read_page" in repr(task))
    await settle()
    assert source.in_flight == 0
    assert others() == set()


async def test_a_cancelled_consumer_leaves_nothing_behind() -> None:
    source = FakeSource(things(400), delay=Gate())

    async def consume() -> None:
        async for _ in Pager(source, page_size=2, prefetch=8):
            pass

    consumer = asyncio.create_task(consume())
    await settle()
    assert source.in_flight == 8
    consumer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await consumer

    assert source.in_flight == 0
    assert others() == set()


@pytest.mark.parametrize("mode", ["report", "verify"])
async def test_a_walk_that_is_cancelled_while_it_ends_its_reads_is_not_finished(mode) -> None:
    may_end = asyncio.Event()

    async def slow_to_end(number: int) -> None:
        if number == 2:
            await settle()
            del source.ids[10:]  # the list shrinks: the pages behind this one are not needed
        elif number > 2:
            try:
                await asyncio.Event().wait()
            finally:
                await may_end.wait()

    source = FakeSource(things(40), delay=slow_to_end)
    pager = Pager(source, page_size=5, prefetch=8, on_drift=mode)
    first: list[str] = []

    async def consume() -> None:
        async for page in pager.pages():
            first.extend(item.id for item in page.items)
            await settle()

    consumer = asyncio.create_task(consume())
    while len(first) < 10:
        await asyncio.sleep(0)
    await settle()
    await settle()
    consumer.cancel()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await consumer

    source.delay, source.ids[:0] = None, [f"new-{number}" for number in range(5)]
    again = [item.id async for page in pager.pages(start=3) for item in page.items]
    assert set(first).isdisjoint(again)


async def test_a_failure_takes_the_pages_behind_it_along() -> None:
    source = FakeSource(things(400), delay=Gate(), failing={2: server_error()})
    pager = Pager(source, page_size=10, prefetch=8)

    async def consume() -> None:
        async for _ in pager:
            pass

    consumer = asyncio.create_task(consume())
    await settle()
    source.delay.release(2)
    with pytest.raises(ServerError):
        await consumer

    assert source.in_flight == 0
    assert others() == set()


async def test_errors_of_pages_nobody_takes_any_more_are_not_reported(caplog) -> None:
    source = FakeSource(things(400), failing={n: server_error() for n in range(2, 9)})

    async for page in Pager(source, page_size=10, prefetch=8).pages():
        await settle()
        assert page.number == 1
        break
    await settle()
    gc.collect()

    assert caplog.records == []


async def walked_to_the_seams() -> tuple[FakeSource, object]:
    """Return a verified walk whose pages are all handed out, and its source, which holds still."""
    source = FakeSource(things(1000))
    walk = Pager(source, prefetch=4, on_drift="verify").pages()
    for _ in range(10):
        await anext(walk)
    source.delay = Gate()
    return source, walk


async def test_a_cancelled_consumer_also_ends_the_reading_of_seams() -> None:
    source, walk = await walked_to_the_seams()
    consumer = asyncio.ensure_future(anext(walk))
    await settle()
    assert source.in_flight == 4

    consumer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await consumer

    assert source.in_flight == 0
    assert others() == set()


async def test_dropping_a_walk_cancels_the_reading_of_seams_at_once() -> None:
    source, walk = await walked_to_the_seams()
    source.ids[100:100] = ["new"]

    async def release() -> None:
        for _ in range(2):
            await settle()
            source.delay.release(2)

    releasing = asyncio.create_task(release())
    async for page in walk:
        assert [item.id for item in page] == ["new"]
        break
    await releasing
    reading = others()
    assert len(reading) == 4

    del walk
    assert all(task.cancelling() for task in reading)
    await settle()

    assert source.in_flight == 0
    assert others() == set()


def test_a_walk_outlives_its_loop_without_a_word(capsys) -> None:
    source = FakeSource(things(400), delay=Gate())
    loop = asyncio.new_event_loop()
    ahead = ReadAhead(lambda number: source.fetch(number, 10), 2, last=9, most=3, window=3)

    async def begin() -> None:
        ahead.fill()

    loop.run_until_complete(begin())
    tasks = asyncio.all_tasks(loop)
    loop.close()
    ahead.cancel()

    assert len(tasks) == 3
    for task in tasks:
        task._log_destroy_pending = False
        task.get_coro().close()
    assert capsys.readouterr().err == ""
