"""What a client opens and closes."""

from __future__ import annotations

import asyncio
import copy
import gc
import logging
import pickle
import traceback
from typing import Any

import aiohttp
import attrs
import pytest

from scalr_async.config import Limits, RetryPolicy, Timeouts
from scalr_async.errors import ClientStateError, ScalrError
from scalr_async.telemetry import Telemetry
from scalr_async.transport import Transport
from tests.conftest import CANARY
from tests.servers import CLOSE, HANG, RESET, ScriptedServer, reply
from tests.transport.common import GET, POST, config_for, sending

OK = reply(200, b"{}")


def test_building_it_needs_no_event_loop() -> None:
    config = config_for("acme.scalr.io")

    assert Transport(config).sender(config, Telemetry())


async def test_senders_of_one_transport_share_connections_and_limits() -> None:
    async with ScriptedServer(OK) as server:
        config = config_for(server.url)
        transport = Transport(config)
        first = transport.sender(config, Telemetry())
        second = transport.sender(attrs.evolve(config, profile=None), Telemetry())
        await transport.open()
        await first.send(GET)
        await second.send(GET)
        await transport.close()

    assert first._shared is second._shared
    assert server.connections == 1
    assert ["prefer" in received.headers for received in server.requests] == [True, False]


async def test_it_is_used_from_opening_to_closing() -> None:
    async with ScriptedServer(OK) as server:
        config = config_for(server.url)
        transport = Transport(config)
        sender = transport.sender(config, Telemetry())
        with pytest.raises(ClientStateError, match="not open yet"):
            await sender.send(GET)
        await transport.open()
        with pytest.raises(ClientStateError, match="open already"):
            await transport.open()
        await sender.send(GET)
        await transport.close()
        await transport.close()
        with pytest.raises(ClientStateError, match="is closed"):
            await sender.send(GET)

    assert len(server.requests) == 1


async def test_closing_what_never_opened_is_a_no_op() -> None:
    transport = Transport(config_for("acme.scalr.io"))

    await transport.close()
    with pytest.raises(ClientStateError):
        await transport.open()


async def test_closing_with_50_calls_under_way_ends_them_all(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with ScriptedServer(HANG) as server:
        config = config_for(server.url, limits=Limits(connections=20))
        transport = Transport(config)
        sender = transport.sender(config, Telemetry())
        await transport.open()
        calls = [asyncio.ensure_future(sender.send(POST)) for _ in range(50)]
        while len(server.requests) < 20:
            await asyncio.sleep(0.001)
        await transport.close()
        errors = await asyncio.gather(*calls, return_exceptions=True)

    gc.collect()
    assert {type(error) for error in errors} == {ClientStateError}
    outcomes = [error.outcome for error in errors]
    assert (outcomes.count("unknown"), outcomes.count("not_sent")) == (20, 30)
    assert not caplog.records


def test_another_event_loop_is_refused() -> None:
    config = config_for("acme.scalr.io")
    transport = Transport(config)
    sender = transport.sender(config, Telemetry())

    async def use() -> None:
        with pytest.raises(ClientStateError, match="another event loop"):
            await sender.send(GET)

    async def main() -> None:
        await transport.open()
        await asyncio.to_thread(asyncio.run, use())
        await transport.close()

    asyncio.run(main())


async def test_one_that_is_dropped_open_warns_with_the_line_that_made_it() -> None:
    async with aiohttp.ClientSession() as session:
        transport = Transport(config_for("acme.scalr.io"), session)
        await transport.open()
        with pytest.warns(ResourceWarning, match=r"made at .*test_transport\.py:\d+"):
            transport = None
    assert transport is None


FAULTS: dict[str, Any] = {
    "closed": CLOSE,
    "reset": RESET,
    "silent": HANG,
    "not http": (b"SSH-2.0\r\n", CLOSE),
    "cut": (reply(200, headers={"Content-Length": "9"}, length=False), CLOSE),
    "redirect": reply(302, headers={"Location": f"https://x.example/?t={CANARY}"}),
    "encoding": reply(200, b"x", {"Content-Encoding": "br"}),
    "status": reply(999),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_no_failure_gives_the_token_away(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    events: list[Any] = []
    async with ScriptedServer(FAULTS[name]) as server:
        async with sending(
            server.url,
            events=events,
            timeouts=Timeouts(read=0.01),
            retry=RetryPolicy(max_attempts=2, base=0.001),
            headers={"X-Secret": CANARY},
            proxy=None,
        ) as sender:
            with pytest.raises(ScalrError) as caught:
                await sender.send(POST)
            known = [repr(vars(sender)), repr(sender._wire.__dict__), repr(sender._shared.__dict__)]
            known.append(repr(sender._wire._headers))

    error = caught.value
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    shown = [*known, *told.format(), str(error), repr(error), repr(error.args), repr(vars(error))]
    shown += [repr(error.__cause__), repr(error.__context__), repr(copy.deepcopy(error))]
    shown += [repr(events), caplog.text, repr([record.__dict__ for record in caplog.records])]
    assert not [text for text in shown if CANARY in text]
    assert CANARY.encode() not in pickle.dumps(error)
    assert caplog.records
