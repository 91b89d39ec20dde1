from __future__ import annotations

import asyncio
import gc
import inspect

import pytest

from scalr_async.errors import ClientStateError
from scalr_async.transport import Transport
from scalr_async.transport._state import Lifecycle
from scalr_async.transport._timers import DeadlineScope
from tests.transport.common import config_for


async def test_it_is_usable_from_opening_to_closing() -> None:
    life = Lifecycle()
    with pytest.raises(ClientStateError, match="not open yet"):
        life.check()

    life.open()
    life.check()
    assert life.loop is not None

    life.close()
    assert life.loop is None
    with pytest.raises(ClientStateError, match="is closed"):
        life.check()


async def test_opening_twice_or_after_closing_is_refused() -> None:
    life = Lifecycle()
    life.open()
    with pytest.raises(ClientStateError, match="already open"):
        life.open()

    life.close()
    with pytest.raises(ClientStateError, match="create a new one"):
        life.open()


@pytest.mark.parametrize("opened", [True, False])
async def test_closing_is_final_however_often(opened: bool) -> None:
    life = Lifecycle()
    if opened:
        life.open()

    life.close()
    life.close()

    assert life.closed
    assert life.loop is None


async def test_closing_in_another_loop_is_refused_while_its_own_runs() -> None:
    life = Lifecycle()
    life.open()

    async def close() -> None:
        life.close()

    with pytest.raises(ClientStateError, match="another event loop, which still runs"):
        await asyncio.to_thread(asyncio.run, close())
    assert life.loop is not None
    life.close()


def test_another_event_loop_is_refused() -> None:
    life = Lifecycle()

    async def use() -> None:
        life.check()

    async def first() -> None:
        life.open()

    asyncio.run(first())
    with pytest.raises(ClientStateError, match="another event loop"):
        asyncio.run(use())
    life.close()


async def test_an_open_client_that_is_dropped_warns_with_the_line_that_made_it() -> None:
    life = Lifecycle()
    line = inspect.currentframe().f_lineno - 1
    life.open()

    with pytest.warns(ResourceWarning, match=rf"created at .*test_lifecycle\.py:{line};"):
        life = None


async def test_a_closed_or_unopened_client_is_dropped_in_silence(
    recwarn: pytest.WarningsRecorder,
) -> None:
    opened, never = Lifecycle(), Lifecycle()
    opened.open()
    opened.close()

    del opened, never
    gc.collect()

    assert not recwarn.list


class SlowPool:
    """Takes the place of a transport's pool, and closes when it is let."""

    def __init__(self, transport: Transport) -> None:
        self.close_pool, self.may_end = transport._pool.close, asyncio.Event()
        self.begun = self.ended = 0
        transport._pool.close = self.close

    async def close(self) -> None:
        self.begun += 1
        await self.may_end.wait()
        await self.close_pool()
        self.ended += 1


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.parametrize("closers", [1, 3])
async def test_closing_goes_on_when_its_caller_is_cancelled_and_who_closes_again_waits_for_it(
    closers: int,
) -> None:
    transport = Transport(config_for("http://127.0.0.1:1"))
    await transport.open()
    pool = SlowPool(transport)
    first = [asyncio.create_task(transport.close()) for _ in range(closers)]
    await settle()
    for task in first:
        task.cancel()
    await asyncio.wait(first)
    again = asyncio.create_task(transport.close())
    await settle()
    assert not again.done()
    pool.may_end.set()
    await again

    assert all(task.cancelled() for task in first)
    assert (pool.begun, pool.ended) == (1, 1)


async def test_closing_again_ends_what_was_broken_off_with_all_tasks_of_the_program() -> None:
    transport = Transport(config_for("http://127.0.0.1:1"))
    await transport.open()
    pool = SlowPool(transport)
    first = asyncio.create_task(transport.close())
    await settle()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.wait(others)
    pool.may_end.set()

    await transport.close()

    assert first.cancelled()
    assert (pool.begun, pool.ended) == (2, 1)


async def test_one_session_that_fails_to_close_does_not_keep_the_other_open() -> None:
    transport = Transport(config_for("http://127.0.0.1:1"))
    await transport.open()
    session, fresh = transport._pool.session, transport._pool.fresh
    close = session.close

    async def failing() -> None:
        raise OSError

    session.close = failing
    with pytest.raises(OSError):  # it has no text
        await transport.close()
    assert fresh.closed
    session.close = close
    await transport.close()

    assert session.closed


def test_what_a_dead_loop_left_behind_does_not_keep_a_client_open() -> None:
    """A call and a closing under way in a loop that ended without them."""
    transport = Transport(config_for("http://127.0.0.1:1"))
    loop = asyncio.new_event_loop()

    async def call() -> None:
        with DeadlineScope(transport._shared.timers, None):
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.Event().wait()

    loop.run_until_complete(transport.open())
    tasks = [loop.create_task(call())]
    loop.run_until_complete(settle())
    tasks.append(loop.create_task(transport.close()))
    loop.run_until_complete(settle())
    tasks.append(transport._closing)
    for task in tasks:
        task._log_destroy_pending = False
    loop.close()

    asyncio.run(asyncio.wait_for(transport.close(), 60))

    assert transport._pool.session.closed
    for task in tasks:
        task.get_coro().close()
