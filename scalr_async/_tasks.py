"""Tasks that are cancelled by finalizers, which run in whichever thread collects the garbage."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Any

__all__ = ["cancel_from_any_thread"]


def cancel_from_any_thread(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks: at once in their own event loop, elsewhere as soon as that loop can.

    `Task.cancel` is not thread-safe. Called in another thread it may go unnoticed until the loop
    wakes up for another reason, and in debug mode it raises after the task was half cancelled:
    such a task never ends.
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
