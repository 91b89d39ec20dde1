"""Calls that wait until a test lets them go, and what else the tests of bulk calls share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any


async def settle() -> None:
    for _ in range(6):
        await asyncio.sleep(0)


def others() -> set[asyncio.Task[Any]]:
    return asyncio.all_tasks() - {asyncio.current_task()}


class Calls:
    """A call that waits until it is let go; counts what is in flight."""

    def __init__(self, *, hold: bool = True) -> None:
        self.hold = hold
        self.started: list[Any] = []
        self.waiting: dict[Any, asyncio.Future[Any]] = {}
        self.most = 0

    async def __call__(self, item: Any) -> Any:
        self.started.append(item)
        if self.hold:
            self.waiting[item] = asyncio.get_running_loop().create_future()
            self.most = max(self.most, len(self.waiting))
            try:
                await self.waiting[item]
            finally:
                del self.waiting[item]
        return f"did {item}"

    def release(self, *items: Any) -> None:
        for item in items:
            self.waiting[item].set_result(None)


async def numbers(count: int) -> AsyncIterator[int]:
    for number in range(count):
        yield number


async def each(items: Any) -> AsyncIterator[Any]:
    """Make an asynchronous input of any."""
    for item in items:
        yield item


async def cancelled(task: asyncio.Task[Any]) -> asyncio.CancelledError:
    """Wait for a task that was cancelled; return the error that it ended with."""
    try:
        await task
    except asyncio.CancelledError as error:
        return error
    raise AssertionError(f"{task} was not cancelled")


async def recancel(task: asyncio.Task[Any]) -> int:
    """Cancel a task until it ends, in every turn of the loop, as a cancel scope of anyio does."""
    times = 0
    while not task.done():
        task.cancel()
        times += 1
        await asyncio.sleep(0)
    return times
