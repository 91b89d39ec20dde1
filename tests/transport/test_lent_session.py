"""A session of the caller: waiting for its connector, its traces, its life."""

from __future__ import annotations

import asyncio
import gc
import socket
from typing import Any

import aiohttp
import pytest

from scalr_async.config import Limits, RetryPolicy, Timeouts
from scalr_async.errors import ClientStateError, DeadlineExceededError
from scalr_async.telemetry import AttemptEvent, Telemetry
from scalr_async.transport import Transport
from tests.faults.common import in_virtual_time
from tests.servers import HANG, Pause, ScriptedServer, reply
from tests.transport.common import DELETE, GET, POST, config_for, sending

OK = reply(200, b"{}")
SLOW = (Pause(0.04), OK)


def small(**limits: int) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(**limits))


class TestWaitingForAConnection:
    @pytest.mark.parametrize("limits", [{"limit": 1}, {"limit_per_host": 1}])
    @in_virtual_time
    async def test_it_is_no_time_of_connecting_and_costs_no_attempt(
        self, limits: dict[str, int]
    ) -> None:
        """Eight calls, one connection: the last waits twice as long as connecting may take."""
        events: list[Any] = []
        async with ScriptedServer(SLOW) as server, small(**limits) as session:
            async with sending(
                server.url, session=session, events=events, timeouts=Timeouts(connect=0.14)
            ) as sender:
                responses = await asyncio.gather(*(sender.send(POST) for _ in range(8)))

        assert {response.attempts for response in responses} == {1}
        assert len(server.requests) == 8
        assert server.connections == 1
        assert [e.attempt for e in events if isinstance(e, AttemptEvent)] == [1] * 8

    @in_virtual_time
    async def test_neither_when_others_hold_the_connections(self) -> None:
        async with ScriptedServer((Pause(0.03), OK)) as server, small(limit=1) as session:
            theirs = asyncio.create_task(session.get(server.url))
            await asyncio.sleep(0.005)
            async with sending(
                server.url, session=session, timeouts=Timeouts(connect=0.01)
            ) as sender:
                ours = asyncio.create_task(sender.send(POST))
                (await theirs).release()
                response = await ours

        assert (response.status, response.attempts) == (200, 1)
        assert server.connections == 1

    @in_virtual_time
    async def test_it_is_named_when_the_time_runs_out(self) -> None:
        async with ScriptedServer(HANG) as server, small(limit=1) as session:
            theirs = asyncio.create_task(session.get(server.url))
            await asyncio.sleep(0.005)
            async with sending(
                server.url, session=session, timeouts=Timeouts(total=0.03)
            ) as sender:
                with pytest.raises(DeadlineExceededError, match="pool wait") as caught:
                    await sender.send(POST)
            theirs.cancel()
            await asyncio.wait([theirs])

        assert (caught.value.phase, caught.value.outcome) == ("pool wait", "not_sent")
        assert len(server.requests) == 1

    async def test_a_connector_without_a_limit_leaves_that_to_the_configuration(self) -> None:
        limits = Limits(connections=3)
        async with ScriptedServer(SLOW) as server, small(limit=0) as session:
            async with sending(server.url, session=session, limits=limits) as sender:
                await asyncio.gather(*(sender.send(GET) for _ in range(9)))

        assert server.connections == 3


class TestConnecting:
    async def test_it_may_take_no_longer_than_configured(self) -> None:
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            fillers = [socket.socket() for _ in range(4)]
            for filler in fillers:
                filler.setblocking(False)
                filler.connect_ex(full.getsockname())
            try:
                url = f"http://127.0.0.1:{full.getsockname()[1]}"
                policy = RetryPolicy(max_attempts=2, base=0.001)
                async with aiohttp.ClientSession() as session:
                    async with sending(
                        url, session=session, timeouts=Timeouts(connect=0.02), retry=policy
                    ) as sender:
                        with pytest.raises(DeadlineExceededError, match="no connection") as caught:
                            await sender.send(POST)
            finally:
                for filler in fillers:
                    filler.close()

        error = caught.value
        assert (error.phase, error.attempts, error.outcome) == ("connect", 2, "not_sent")

    @pytest.mark.parametrize("lent", [False, True])
    async def test_looking_up_the_name_counts(
        self, lent: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def resolve(*_: object, **__: object) -> None:
            await asyncio.Event().wait()

        monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
        session = aiohttp.ClientSession() if lent else None
        async with sending(
            "acme.scalr.invalid",
            session=session,
            timeouts=Timeouts(connect=0.02),
            retry=RetryPolicy(max_attempts=1),
        ) as sender:
            with pytest.raises(DeadlineExceededError, match=r"no connection for 0.02 s") as caught:
                await sender.send(POST)
        if session is not None:
            await session.close()

        assert (caught.value.phase, caught.value.outcome) == ("connect", "not_sent")

    async def test_it_may_take_as_long_as_the_call_without_a_bound(self) -> None:
        async with ScriptedServer(OK) as server, aiohttp.ClientSession() as session:
            unbounded = Timeouts(connect=None, read=None, total=None)
            async with sending(server.url, session=session, timeouts=unbounded) as sender:
                assert (await sender.send(POST)).attempts == 1


class TestTraces:
    async def test_they_see_our_requests_and_how_each_got_its_connection(self) -> None:
        seen: list[str] = []
        trace = aiohttp.TraceConfig()

        def noting(name: str) -> Any:
            async def note(_session: object, _context: object, _params: object) -> None:
                seen.append(name)

            return note

        trace.on_request_start.append(noting("start"))
        trace.on_connection_create_end.append(noting("made"))
        trace.on_connection_reuseconn.append(noting("kept"))
        trace.on_request_end.append(noting("end"))
        async with ScriptedServer(OK) as server:
            async with aiohttp.ClientSession(trace_configs=[trace]) as session:
                async with sending(server.url, session=session) as sender:
                    await sender.send(GET)
                    await sender.send(POST)

        assert seen == ["start", "made", "end", "start", "kept", "end"]


class TestLife:
    async def test_one_that_was_closed_before_is_refused_when_the_client_opens(self) -> None:
        session = aiohttp.ClientSession()
        await session.close()
        transport = Transport(config_for("acme.scalr.io"), session)

        with pytest.raises(ClientStateError, match="session that was passed in is closed"):
            await transport.open()
        await transport.close()

    def test_one_of_another_event_loop_is_refused(self) -> None:
        async def use(session: aiohttp.ClientSession) -> None:
            transport = Transport(config_for("acme.scalr.io"), session)
            with pytest.raises(ClientStateError, match="belongs to another event loop"):
                await transport.open()

        async def main() -> None:
            async with aiohttp.ClientSession() as session:
                await asyncio.to_thread(asyncio.run, use(session))

        asyncio.run(main())

    async def test_its_connections_outlive_the_client(self) -> None:
        async with ScriptedServer(OK) as server, aiohttp.ClientSession() as session:
            for request in (GET, POST, DELETE):
                async with sending(server.url, session=session) as sender:
                    await sender.send(request)
            async with session.get(server.url) as response:
                assert response.status == 200

        assert server.connections == 1

    @pytest.mark.parametrize("close", [False, True])
    async def test_a_client_that_is_dropped_says_so_once(self, close: bool) -> None:
        async with ScriptedServer(OK) as server, aiohttp.ClientSession() as session:
            config = config_for(server.url)
            transport: Transport | None = Transport(config, session)
            await transport.open()
            await transport.sender(config, Telemetry()).send(GET)
            if close:
                await transport.close()
                transport = None
                gc.collect()
                return
            with pytest.warns(ResourceWarning) as caught:
                transport = None

        assert len(caught) == 1
        assert "never closed" in str(caught[0].message)
