"""Rows 68 and 69: clients that are misused, and sessions that are not ours."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import textwrap
import warnings
from typing import Any

import aiohttp
import pytest

from scalr_async import ClientStateError, Config, Limits, ScalrClient
from scalr_async.transport._timers import DeadlineScope
from tests.conftest import CANARY
from tests.faults.common import POOL, client, listing, open_files
from tests.servers import CLOSE, HANG, Received, ScriptedServer, reply


async def test_a_client_that_is_never_closed_warns_with_the_line_that_made_it() -> None:
    scalr = ScalrClient("http://127.0.0.1:1", CANARY)
    await scalr.__aenter__()
    session = scalr._transport._pool.session
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del scalr
        gc.collect()
    await session.close()

    (warning,) = [w for w in caught if "client never closed" in str(w.message)]
    assert warning.category is ResourceWarning
    assert "tests/faults/test_lifecycle.py" in str(warning.message)
    assert CANARY not in "".join(str(each.message) for each in caught)


async def test_closing_twice_is_a_no_op_and_using_after_it_is_refused() -> None:
    async with ScriptedServer(POOL) as server:
        async with client(server.url) as scalr:
            await scalr.agent_pools.get("apool-1")
        await scalr.close()
        await scalr.close()
        with pytest.raises(ClientStateError, match="closed"):
            await scalr.agent_pools.get("apool-1")
        with pytest.raises(ClientStateError, match="closed"):
            await scalr.__aenter__()

    assert len(server.requests) == 1


async def test_using_it_in_another_loop_is_refused() -> None:
    async with ScriptedServer(POOL) as server, client(server.url) as scalr:
        with pytest.raises(ClientStateError, match="another event loop"):
            await asyncio.to_thread(asyncio.run, scalr.agent_pools.get("apool-1"))

    assert server.requests == []


async def test_closing_with_50_calls_under_way_ends_each_of_them(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with ScriptedServer(HANG) as server:
        async with client(server.url, limits=Limits(connections=30)) as scalr:
            calls = [asyncio.create_task(scalr.agent_pools.create(name="x")) for _ in range(50)]
            while len(server.requests) < 30:
                await asyncio.sleep(0.001)
            await scalr.close()
            assert all(call.done() for call in calls) or not await asyncio.sleep(0)
        ends = await asyncio.gather(*calls, return_exceptions=True)
    del calls
    gc.collect()

    assert {type(end) for end in ends} == {ClientStateError}
    outcomes = [end.outcome for end in ends]
    assert (outcomes.count("unknown"), outcomes.count("not_sent")) == (30, 20)
    assert not caplog.records


@pytest.mark.parametrize("ticks", range(10))
async def test_closing_that_is_interrupted_goes_on_and_closing_again_waits_for_it(
    ticks: int,
) -> None:
    """Two sessions, the second made after a lost connection, and a call under way."""
    before = open_files()
    async with ScriptedServer(POOL, [CLOSE], POOL, HANG) as server:
        async with client(server.url) as scalr:
            await scalr.agent_pools.get("apool-1")
            await scalr.agent_pools.get("apool-1")
            call = asyncio.create_task(scalr.agent_pools.get("apool-1"))
            while len(server.requests) < 4:
                await asyncio.sleep(0.001)
            sessions = [scalr._transport._pool.session, scalr._transport._pool.fresh]
            closer = asyncio.create_task(scalr.close())
            for _ in range(ticks):
                await asyncio.sleep(0)
            closer.cancel()
            await asyncio.wait([closer])

            await scalr.close()

            assert [session.closed for session in sessions] == [True, True]
            assert call.done()
        with pytest.raises(ClientStateError):
            await call
    assert open_files() <= before


async def test_closing_waits_without_spinning_for_a_call_that_is_slow_to_end() -> None:
    async with client("http://127.0.0.1:1") as scalr:
        timers = scalr._transport._shared.timers
        with DeadlineScope(timers, None):
            closing = asyncio.create_task(scalr.close())
            with pytest.raises(asyncio.CancelledError):
                await asyncio.sleep(1)
            for _ in range(5):
                await asyncio.sleep(0)
            assert not asyncio.get_running_loop()._ready  # nobody polls
            assert not closing.done()
        await closing


@pytest.mark.parametrize("debug", [True, False])
async def test_a_walk_that_another_thread_collects_does_not_keep_the_client_open(
    debug: bool,
) -> None:
    """Finalizers run in any thread; `Task.cancel` in a wrong one leaves a task that never ends."""

    def answer(request: Received) -> Any:
        return serving_20(request) if "number%5D=1&" in request.target else HANG

    def serving_20(_: Received) -> bytes:
        return listing([f"ws-{n}" for n in range(5)], 1, 5, 100)

    asyncio.get_running_loop().set_debug(debug)
    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        walk = aiter(scalr.workspaces.list(page_size=5, prefetch=8))
        for _ in range(5):
            await anext(walk)
        while len(server.requests) < 9:
            await asyncio.sleep(0.001)
        held = [walk]
        del walk
        await asyncio.to_thread(held.clear)
        for _ in range(20):
            await asyncio.sleep(0.001)
        assert len(scalr._transport._shared.timers) == 0

        async with asyncio.timeout(60):
            await scalr.close()


def test_nothing_is_left_to_complain_about_in_development_mode() -> None:
    """Closed with calls and a walk under way, under `-X dev` with warnings as errors."""
    program = """
        import asyncio
        from scalr_async import Config, ScalrClient, ScalrError
        from scalr_async.emulator import Emulator

        async def main():
            async with Emulator(token="t") as emu:
                emu.seed(workspaces=500)
                emu.latency = 0.05
                async with ScalrClient(emu.url, "t") as scalr:
                    async def walk():
                        async for _ in scalr.workspaces.list(page_size=5, on_drift="verify"):
                            pass
                    calls = [scalr.workspaces.list().first() for _ in range(50)]
                    tasks = [asyncio.create_task(call) for call in (*calls, walk())]
                    await asyncio.sleep(0.08)
                ends = await asyncio.gather(*tasks, return_exceptions=True)
                assert any(isinstance(end, ScalrError) for end in ends)

        asyncio.run(main(), debug=True)
    """
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    said = [line for line in done.stderr.splitlines() if "took" not in line]
    assert (done.returncode, said, done.stdout) == (0, [], "")


async def test_an_error_of_a_session_that_raises_for_status_is_read_by_us() -> None:
    def answer(_: Received) -> bytes:
        return reply(404, b'{"errors": [{"title": "x"}]}')

    async with ScriptedServer(answer) as server:
        async with aiohttp.ClientSession(raise_for_status=True) as session:
            config = Config(host=server.url, token=CANARY)
            async with ScalrClient(config=config, session=session) as scalr:
                with pytest.raises(Exception, match="404 Not Found: x") as caught:
                    await scalr.agent_pools.get("apool-1")

    assert type(caught.value).__module__ == "scalr_async.errors"
