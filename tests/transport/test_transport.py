"""What a client opens and closes."""

from __future__ import annotations

import attrs
import pytest

from scalr_async.errors import ClientStateError
from scalr_async.telemetry import Telemetry
from scalr_async.transport import Transport
from tests.servers import ScriptedServer, reply
from tests.transport.common import GET, config_for

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


async def test_closing_what_never_opened_is_a_no_op() -> None:
    transport = Transport(config_for("acme.scalr.io"))

    await transport.close()
    with pytest.raises(ClientStateError):
        await transport.open()
