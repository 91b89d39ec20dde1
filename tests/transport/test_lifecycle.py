from __future__ import annotations

import asyncio
import gc
import inspect

import pytest

from scalr_async.errors import ClientStateError
from scalr_async.transport._lifecycle import Lifecycle


async def test_it_is_usable_from_opening_to_closing() -> None:
    life = Lifecycle()
    with pytest.raises(ClientStateError, match="not open yet"):
        life.check()

    life.open()
    life.check()
    assert life.opened

    life.close()
    assert not life.opened
    with pytest.raises(ClientStateError, match="is closed"):
        life.check()


async def test_opening_twice_or_after_closing_is_refused() -> None:
    life = Lifecycle()
    life.open()
    with pytest.raises(ClientStateError, match="open already"):
        life.open()

    life.close()
    with pytest.raises(ClientStateError, match="make a new one"):
        life.open()


@pytest.mark.parametrize("opened", [True, False])
async def test_closing_is_final_however_often(opened: bool) -> None:
    life = Lifecycle()
    if opened:
        life.open()

    life.close()
    life.close()

    assert life.closed
    assert not life.opened


async def test_closing_in_another_loop_is_refused_while_its_own_runs() -> None:
    life = Lifecycle()
    life.open()

    async def close() -> None:
        life.close()

    with pytest.raises(ClientStateError, match="another event loop, which still runs"):
        await asyncio.to_thread(asyncio.run, close())
    assert life.opened
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

    with pytest.warns(ResourceWarning, match=rf"made at .*test_lifecycle\.py:{line};"):
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
