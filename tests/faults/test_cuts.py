"""Rows 2, 5, 6 and 10 at every point: a write is cut after each byte of each phase.

What the error says must be true of what the server saw: `not_sent` only where no whole request
arrived, `applied` and `rejected` only where one was answered so, and never a second request.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from typing import Any

import pytest
import trustme

from scalr_async import RetryPolicy, ScalrClient, ScalrError
from tests.certificates import serving
from tests.faults.common import client, ok, pool, refusal
from tests.faults.proxy import CuttingProxy
from tests.servers import CLOSE, RESET, ScriptedServer

pytestmark = pytest.mark.unmeasured

ENDS = pytest.mark.parametrize("end", [CLOSE, RESET], ids=["FIN", "RST"])
ANSWERS = {201: ok(pool(), 201), 422: refusal(422, {"title": "no"}), 500: refusal(500)}
OUTCOMES = {201: "applied", 422: "rejected", 500: "unknown"}
BODY = b'{"data": {"type": "agent-pools", "attributes": {"name": "eu"}}}'


async def write(scalr: ScalrClient, method: str) -> str:
    """Return how a write ended."""
    try:
        await scalr.request(method, "/agent-pools/apool-1", body=BODY)
    except ScalrError as error:
        return error.outcome
    return "applied"


async def cut(
    server: ScriptedServer, proxy: CuttingProxy, host: str, method: str, **trust: Any
) -> str:
    """Send a write past the proxy as it is now; return its outcome, held against the truth."""
    server.requests.clear()
    retry = RetryPolicy(max_attempts=2, base=0.0)
    async with client(host, retry=retry, **trust) as scalr:
        outcome = await write(scalr, method)
    await proxy.settle()
    while server.open_connections:
        await asyncio.sleep(0)
    seen = len(server.requests)
    assert seen <= 1
    assert outcome in ({"unknown", "applied", "rejected"} if seen else {"not_sent", "unknown"})
    return outcome


@ENDS
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
async def test_the_outcome_is_true_for_every_byte_of_the_request(
    method: str, end: Any, record_property: Any
) -> None:
    phases: Counter[str] = Counter()
    async with ScriptedServer(ANSWERS[201]) as server, CuttingProxy(server.port, end) as proxy:
        host = f"http://127.0.0.1:{proxy.port}"
        await cut(server, proxy, host, method)
        total, length = proxy.carried["up"], len(BODY)
        line = len(f"{method} /api/iacp/v3/agent-pools/apool-1 HTTP/1.1\r\n")
        proxy.down = 0
        for proxy.up in range(total + 1):
            outcome = await cut(server, proxy, host, method)
            assert (len(server.requests) == 1) is (proxy.up == total)
            assert outcome == "unknown", proxy.up
            phase = "line" if proxy.up <= line else "fields"
            phases[
                "connect" if not proxy.up else "body" if proxy.up > total - length else phase
            ] += 1

    assert phases.keys() == {"connect", "line", "fields", "body"}
    record_property("cut points", phases.total())


@ENDS
@pytest.mark.parametrize("status", ANSWERS)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_the_outcome_is_true_for_every_byte_of_the_reply(
    method: str, status: int, end: Any, record_property: Any
) -> None:
    whole = ANSWERS[status]
    head = whole.index(b"\r\n\r\n") + 4
    async with ScriptedServer(whole) as server, CuttingProxy(server.port, end) as proxy:
        host = f"http://127.0.0.1:{proxy.port}"
        for proxy.down in range(len(whole) + 1):
            outcome = await cut(server, proxy, host, method)
            assert len(server.requests) == 1
            lost = end is RESET  # what was sent before it may be lost with it
            if proxy.down < head or (lost and outcome == "unknown"):
                assert outcome == "unknown", proxy.down
            else:
                assert outcome == OUTCOMES[status], proxy.down
    record_property("cut points", len(whole) + 1)


STEP = 7
"""Bytes between two cuts of a TLS connection."""


@ENDS
@pytest.mark.parametrize("way", ["up", "down"])
async def test_the_outcome_is_true_all_through_a_tls_connection(
    way: str, end: Any, authority: trustme.CA, ca_file: str, record_property: Any
) -> None:
    context = serving(authority)
    context.num_tickets = 0  # they would come at any time after the handshake
    trust = {"ca_file": ca_file}
    outcomes: Counter[str] = Counter()
    server = ScriptedServer(ANSWERS[201], tls=context)
    async with server, CuttingProxy(server.port, end) as proxy:
        host = f"https://localhost:{proxy.port}"
        shaken = await handshake(proxy, ca_file)
        assert await cut(server, proxy, host, "POST", **trust) == "applied"
        total = proxy.carried[way]
        for most in range(0, total, STEP):
            setattr(proxy, way, most)
            outcome = await cut(server, proxy, host, "POST", **trust)
            outcomes[outcome] += 1
            if most < shaken[way] - 8:  # signatures differ in length, from one to the next
                assert outcome == "not_sent", most

    assert {"not_sent", "unknown"} <= outcomes.keys()
    record_property("cut points", outcomes.total())


async def handshake(proxy: CuttingProxy, ca_file: str) -> dict[str, int]:
    """Return how many bytes of each direction a client needs before it can send a request."""
    context = ssl.create_default_context(cafile=ca_file)
    _, writer = await asyncio.open_connection("localhost", proxy.port, ssl=context)
    carried = dict(proxy.carried)
    writer.transport.abort()
    await proxy.settle()
    return carried
