"""`Poller`: repeated reads of the objects that callers wait for, many with one request."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from types import TracebackType
from typing import Final, Generic, TypeVar

import attrs

from scalr_async.errors import ClientStateError, ScalrError

__all__ = ["FIRST", "GROWTH", "LONGEST", "Poller", "spread"]

T = TypeVar("T")

FIRST: Final = 1.0
"""The shortest interval between two reads in seconds, after a change of the object."""
LONGEST: Final = 15.0
"""The longest interval between two reads of an unchanged object, in seconds."""
_LONGEST_WITH_WAKE: Final = 120.0
"""The same after the first `wake`: reads then only make up for lost deliveries."""
GROWTH: Final = 1.5
_EARLY: Final = 0.5
"""The share of its interval by which an object may be read early, together with others."""
_MOST: Final = 100
"""The largest number of objects in one read; they fit on a page and into a URL."""


def spread(interval: float, jitter: Callable[[], float]) -> float:
    """Return an interval changed at random by up to a quarter; `jitter` returns 0 to 1."""
    return interval * (0.75 + 0.5 * jitter())


@attrs.define(eq=False, repr=False)
class _Watcher(Generic[T]):
    """One watcher, with its newest result; `news` is set until the watcher takes the result."""

    news: asyncio.Event = attrs.field(factory=asyncio.Event)
    result: T | ScalrError | None = None
    traceback: TracebackType | None = None
    """The one of the error that ended the looking, before anybody raised it."""


@attrs.define(eq=False, repr=False)
class _Watched(Generic[T]):
    """One object, the time of its next read (by the loop's clock), and its watchers."""

    due: float
    wanted: float | None = None
    """The time of a requested read that has not started yet."""
    interval: float = FIRST
    looked: float = -FIRST
    last: T | ScalrError | None = None
    watchers: list[_Watcher[T]] = attrs.field(factory=list)


class Poller(Generic[T]):
    """A poller that reads all watched objects, up to 100 per request, and informs their watchers.

    The interval of an object is 1 second after a change, grows by half after each read without a
    change, up to 15 seconds, and varies at random by a quarter. The poller runs in its own task
    while anybody watches, in the event loop of the first watcher.
    """

    def __init__(
        self,
        look: Callable[[Sequence[str]], Awaitable[Mapping[str, T]]],
        *,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._look = look
        self._jitter = jitter
        self._watched: dict[str, _Watched[T]] = {}
        self._longest = LONGEST
        self._sooner = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def watch(self, name: str) -> AsyncGenerator[T | ScalrError | None]:
        """Yield the result of each read that begins from now on: the object, None, or an error.

        None means that the object was not found. A slow watcher misses results and gets the newest
        one. Raises an exception that ended the poller's task; a `ScalrError` does not end it.
        """
        watcher: _Watcher[T] = _Watcher()
        now = asyncio.get_running_loop().time()
        watched = self._watched.setdefault(name, _Watched(now))
        watched.watchers.append(watcher)
        self._want(watched, max(now, watched.looked + FIRST))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
            self._task.add_done_callback(self._wake_watchers)
        task = self._task
        try:
            while True:
                await watcher.news.wait()
                watcher.news.clear()
                if task.cancelled():
                    raise ClientStateError(
                        "the task that polls for all waiting calls was cancelled"
                    )
                if task.done():
                    error = task.exception()
                    assert error is not None
                    raise error.with_traceback(watcher.traceback)  # without the others' frames
                yield watcher.result
        finally:
            self._leave(name, watcher)

    def wake(self, name: str) -> None:
        """Read an object at once, because it may have changed."""
        self._longest = _LONGEST_WITH_WAKE
        if (watched := self._watched.get(name)) is not None:
            self._want(watched, watched.looked)

    def _want(self, watched: _Watched[T], when: float) -> None:
        watched.wanted = when
        watched.due = min(watched.due, when)
        self._sooner.set()

    def _leave(self, name: str, watcher: _Watcher[T]) -> None:
        watched = self._watched[name]
        watched.watchers.remove(watcher)
        if not watched.watchers:
            del self._watched[name]
        if not self._watched and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._sooner.clear()
            now = loop.time()
            if not (names := self._due(now)):
                await self._pause(min(each.due for each in self._watched.values()) - now)
                continue
            # A watcher that joins during a read waits for the next one: it wants a newer state.
            here = {name: tuple(self._watched[name].watchers) for name in names}
            for name in names:
                self._watched[name].wanted = None
            found = await self._found(names)
            for name, watchers in here.items():
                self._publish(name, found[name], watchers, loop.time())

    def _wake_watchers(self, task: asyncio.Task[None]) -> None:
        """Wake all watchers, because the task has ended."""
        error = None if task.cancelled() else task.exception()
        traceback = None if error is None else error.__traceback__
        for watched in self._watched.values():
            for watcher in watched.watchers:
                watcher.traceback = traceback
                watcher.news.set()

    def _due(self, now: float) -> list[str]:
        """Return the objects to read now: those that are due, and with them those due soon."""
        if not any(each.due <= now for each in self._watched.values()):
            return []
        early = [
            (each.due, name)
            for name, each in self._watched.items()
            if each.due <= now + _EARLY * each.interval
        ]
        return [name for _, name in sorted(early)[:_MOST]]

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._sooner.wait()
        except TimeoutError:
            pass

    async def _found(self, names: Sequence[str]) -> Mapping[str, T | ScalrError | None]:
        try:
            found = await self._look(names)
        except ScalrError as error:
            return dict.fromkeys(names, error)
        return {name: found.get(name) for name in names}

    def _publish(
        self,
        name: str,
        result: T | ScalrError | None,
        watchers: Sequence[_Watcher[T]],
        now: float,
    ) -> None:
        for watcher in watchers:
            watcher.result = result
            watcher.news.set()
        if (watched := self._watched.get(name)) is None:
            return
        grown = min(watched.interval * GROWTH, self._longest)
        changed = not isinstance(result, ScalrError) and result != watched.last
        watched.interval = FIRST if changed else grown
        if changed:
            watched.last = result
        asked = getattr(result, "retry_after", None) or 0.0
        watched.looked = now
        watched.due = now + max(asked, spread(watched.interval, self._jitter))
        if watched.wanted is not None and not asked:
            watched.due = watched.wanted
