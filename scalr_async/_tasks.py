"""Ways to end tasks: from a finalizer in any thread, or in a cancelled cleanup."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Coroutine, Iterable
from typing import Any

__all__ = ["cancel_from_any_thread", "close_iterator", "finish", "wait_all"]


def cancel_from_any_thread(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks: at once in their own event loop, from other threads on that loop's next step.

    `Task.cancel` is not thread-safe. Called in another thread it may have no effect until the loop
    wakes up for another reason; in debug mode it raises halfway, and the task then never ends.
    """
    try:
        running = asyncio.get_running_loop()
    except RuntimeError:
        running = None
    for task in tuple(tasks):
        loop = task.get_loop()
        if loop is running:
            task.cancel()
        else:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(task.cancel)


async def close_iterator(stream: object) -> None:
    """Close an asynchronous iterator, if it can be closed."""
    aclose = getattr(stream, "aclose", None)
    if aclose is not None:
        await aclose()


async def wait_all(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Wait until all tasks have ended; raise a cancellation only after that."""
    cancelled: asyncio.CancelledError | None = None
    while not all(task.done() for task in tasks):
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled


async def finish(cleanup: Coroutine[Any, Any, None]) -> None:
    """Run a cleanup to its end; raise a cancellation only after that."""
    task = asyncio.create_task(cleanup)
    try:
        await wait_all([task])
    except asyncio.CancelledError as cancelled:
        raise cancelled from (None if task.cancelled() else task.exception())
    task.result()
