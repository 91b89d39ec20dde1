"""A server with a thread and an event loop of its own, used from any other thread."""

from __future__ import annotations

import asyncio
import functools
import inspect
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any, Protocol, TypeVar

__all__ = ["await_in", "run_in_thread", "thread_safe"]

T = TypeVar("T")


class _Served(Protocol):
    _loop: asyncio.AbstractEventLoop | None


C = TypeVar("C", bound=type[_Served])
S = TypeVar("S", bound=AbstractAsyncContextManager[Any])


def thread_safe(cls: C) -> C:
    """Make the public functions and properties of a class run in the loop `_loop`.

    They run at once when called in that loop, or while it does not run.
    """
    for name, member in list(vars(cls).items()):
        if name.startswith("_"):
            continue
        if isinstance(member, property):
            getter, setter = member.fget, member.fset
            assert getter is not None
            made = property(_in_loop(getter), setter and _in_loop(setter), doc=member.__doc__)
            setattr(cls, name, made)
        elif inspect.iscoroutinefunction(member):
            setattr(cls, name, _awaited_in_loop(member))
        elif inspect.isfunction(member) and not _yields(member):
            setattr(cls, name, _in_loop(member))
    return cls


def _yields(function: Any) -> bool:
    return inspect.isasyncgenfunction(inspect.unwrap(function))


def _awaited_in_loop(function: Callable[..., Coroutine[Any, Any, T]]) -> Any:
    @functools.wraps(function)
    async def call(self: _Served, *arguments: Any, **options: Any) -> T:
        return await await_in(self._loop, function(self, *arguments, **options))

    return call


def _in_loop(function: Callable[..., T]) -> Callable[..., T]:
    @functools.wraps(function)
    def call(self: _Served, *arguments: Any, **options: Any) -> T:
        loop = self._loop
        if loop is None or not loop.is_running() or loop is _running_loop():
            return function(self, *arguments, **options)

        async def work() -> T:
            return function(self, *arguments, **options)

        return asyncio.run_coroutine_threadsafe(work(), loop).result()

    return call


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


async def await_in(loop: asyncio.AbstractEventLoop | None, work: Coroutine[Any, Any, T]) -> T:
    """Await a coroutine in a loop, which may be another than the caller's."""
    if loop is None or not loop.is_running() or loop is asyncio.get_running_loop():
        return await work
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, loop))


@contextmanager
def run_in_thread(server: S) -> Iterator[S]:
    """Open a server in a new thread, and close it at the end of the block."""
    started = threading.Event()
    stop: list[Callable[[], object]] = []
    failures: list[BaseException] = []

    async def serve() -> None:
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        stop.append(lambda: loop.call_soon_threadsafe(stopping.set))
        try:
            async with server:
                started.set()
                await stopping.wait()
        except Exception as error:  # noqa: BLE001  # raised in the caller's thread
            failures.append(error)
        started.set()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    started.wait()
    if failures:
        thread.join()
        raise failures[0]
    try:
        yield server
    finally:
        stop[0]()
        thread.join()
