"""Cancelling from wherever a finalizer runs, and cleaning up whatever happens."""

from __future__ import annotations

import asyncio
from collections import deque

import pytest

from scalr_async._tasks import cancel_from_any_thread, close_iterator, finish


async def forever() -> None:
    await asyncio.Event().wait()


async def test_in_its_own_loop_a_task_is_cancelled_at_once() -> None:
    tasks = [asyncio.create_task(forever()) for _ in range(3)]
    await asyncio.sleep(0)

    cancel_from_any_thread(tasks)

    assert [task.cancelling() for task in tasks] == [1, 1, 1]
    await asyncio.wait(tasks)


@pytest.mark.parametrize("in_a_loop", [True, False])
async def test_in_another_thread_its_loop_does_it_and_wakes_up_for_that(in_a_loop: bool) -> None:
    asyncio.get_running_loop().set_debug(True)
    task = asyncio.create_task(forever())
    await asyncio.sleep(0)

    async def elsewhere() -> None:
        cancel_from_any_thread([task])

    def run() -> None:
        if in_a_loop:
            asyncio.run(elsewhere())
        else:
            cancel_from_any_thread([task])

    await asyncio.to_thread(run)

    async with asyncio.timeout(60):
        await asyncio.wait([task])
    assert task.cancelled()


def test_tasks_of_a_closed_loop_are_left_alone() -> None:
    loop = asyncio.new_event_loop()
    task = loop.create_task(forever())
    task._log_destroy_pending = False
    loop.close()

    cancel_from_any_thread([task])

    assert task.cancelling() == 0
    task.get_coro().close()


async def test_tasks_may_be_taken_away_meanwhile() -> None:
    class Leaving(asyncio.Task):
        def cancel(self, msg: object = None) -> bool:
            held.remove(self)
            return super().cancel(msg)

    loop = asyncio.get_running_loop()
    tasks = [Leaving(forever(), loop=loop) for _ in range(3)]
    held = deque(tasks)
    await asyncio.sleep(0)

    cancel_from_any_thread(held)

    assert not held
    await asyncio.wait(tasks)


class TestFinish:
    async def test_a_cleanup_that_is_cancelled_goes_to_its_end_first(self) -> None:
        done = asyncio.Event()

        async def cleanup() -> None:
            for _ in range(5):
                await asyncio.sleep(0)
            done.set()

        task = asyncio.create_task(finish(cleanup()))
        await asyncio.sleep(0)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0)
            assert not task.done()

        with pytest.raises(asyncio.CancelledError):
            await task
        assert done.is_set()

    @pytest.mark.parametrize("cancelled", [False, True])
    async def test_what_it_raises_is_raised_or_behind_the_cancellation(
        self, cancelled: bool
    ) -> None:
        async def cleanup() -> None:
            await asyncio.sleep(0)
            raise OSError("disk")

        task = asyncio.create_task(finish(cleanup()))
        await asyncio.sleep(0)
        if cancelled:
            task.cancel()
        with pytest.raises(asyncio.CancelledError if cancelled else OSError) as caught:
            await task

        assert isinstance(caught.value.__cause__ if cancelled else caught.value, OSError)


async def test_what_cannot_be_closed_need_not_be() -> None:
    class Numbers:
        def __aiter__(self) -> Numbers:
            return self

        async def __anext__(self) -> int:
            return 1

    await close_iterator(aiter(Numbers()))
    await close_iterator(None)
