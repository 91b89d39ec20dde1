"""Cancelling from wherever a finalizer runs."""

from __future__ import annotations

import asyncio
from collections import deque

import pytest

from scalr_async._tasks import cancel_from_any_thread


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

    async with asyncio.timeout(5):
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
