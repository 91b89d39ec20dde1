"""Rows 1 to 15 and 70: connections that end at the wrong moment."""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import random
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from scalr_async import (
    ConnectError,
    DeadlineExceededError,
    DisconnectedError,
    Limits,
    NotFoundError,
    PayloadError,
    ProtocolError,
    RetryPolicy,
    ScalrClient,
    ScalrError,
    Timeouts,
    TLSError,
)
from scalr_async.emulator import Emulator
from scalr_async.telemetry import AttemptEvent
from tests.certificates import serving
from tests.faults.common import (
    METHODS,
    POOL,
    body_of,
    client,
    document,
    in_virtual_time,
    now,
    ok,
    open_files,
    pool,
    resource,
    virtually,
)
from tests.servers import CLOSE, HANG, RESET, Pause, ScriptedServer, reply

ENDS = pytest.mark.parametrize("end", [CLOSE, RESET], ids=["FIN", "RST"])
CREATED = ok(pool(), 201)


def attempts(events: list[Any]) -> list[int]:
    return [event.attempt for event in events if isinstance(event, AttemptEvent)]


@pytest.mark.parametrize("first", [CLOSE, RESET, reply(503), reply(429)])
async def test_a_server_that_is_gone_after_an_attempt_is_not_told_as_nothing_sent(
    first: Any,
) -> None:
    """Unless what it said of that attempt was a refusal, it may have been applied."""

    def answer(request: Any) -> Any:
        server._server.close()
        return [first, CLOSE] if isinstance(first, bytes) else first

    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        with pytest.raises(ConnectError) as caught:
            await scalr.agent_pools.delete("apool-1")

    refused = first == reply(429)
    assert caught.value.outcome == ("rejected" if refused else "unknown")
    assert "nothing was sent" not in str(caught.value)
    assert ("an earlier attempt may have been applied" in str(caught.value)) is not refused
    assert len(server.requests) == 1


async def test_an_update_is_not_declared_safe_and_a_delete_is() -> None:
    async with ScriptedServer(CLOSE, CLOSE, reply(204)) as server:
        async with client(server.url) as scalr:
            with pytest.raises(DisconnectedError) as caught:
                await scalr.agent_pools.update("apool-1", name="x")
            await scalr.agent_pools.delete("apool-1")

    assert caught.value.outcome == "unknown"
    assert [request.method for request in server.requests] == ["PATCH", "DELETE", "DELETE"]


async def test_a_repeated_delete_that_finds_nothing_is_a_success(
    emu: Emulator, scalr: ScalrClient
) -> None:
    first, second = [await scalr.agent_pools.create(name=name) for name in ("a", "b")]
    emu.requests.clear()
    emu.fail("DELETE", f"/agent-pools/{first.id}", cut="after-apply")
    emu.fail("DELETE", f"/agent-pools/{second.id}", cut="after-apply")

    await scalr.agent_pools.delete(first)
    response = await scalr.request("DELETE", f"/agent-pools/{second.id}", idempotent=True)

    assert emu.store.count("agent-pools") == 0
    assert (response.already_absent, response.ok) == (True, True)
    assert [request.status for request in emu.requests] == [None, 404, None, 404]


async def test_a_delete_that_finds_nothing_at_once_is_an_error(scalr: ScalrClient) -> None:
    with pytest.raises(NotFoundError):
        await scalr.agent_pools.delete("apool-none")


@pytest.mark.parametrize(
    ("cut", "outcome"), [("after-apply", "unknown"), ("headers", "applied"), ("body", "applied")]
)
async def test_a_create_whose_reply_is_lost_is_ambiguous_and_not_repeated(
    emu: Emulator, scalr: ScalrClient, cut: Any, outcome: str
) -> None:
    emu.fail("POST", "/agent-pools", cut=cut, times=None)

    with pytest.raises((DisconnectedError, PayloadError)) as caught:
        await scalr.agent_pools.create(name="eu")

    assert (caught.value.outcome, caught.value.attempts) == (outcome, 1)
    assert emu.store.count("agent-pools") == 1


@pytest.mark.parametrize("cut", ["after-apply", "headers", "body"])
async def test_reconcile_looks_the_object_up_by_its_natural_key(
    emu: Emulator, scalr: ScalrClient, cut: Any
) -> None:
    emu.fail("POST", "/agent-pools", cut=cut, times=None)

    made = await scalr.agent_pools.create(name="eu", reconcile=scalr.agent_pools.list(name="eu"))

    assert made.name == "eu"
    assert [record.id for record in emu.store.all("agent-pools")] == [made.id]
    assert [request.method for request in emu.requests] == ["POST", "GET"]


async def test_what_reconcile_does_not_find_stays_ambiguous(
    emu: Emulator, scalr: ScalrClient
) -> None:
    emu.fail("POST", "/agent-pools", cut="before")

    with pytest.raises(DisconnectedError) as caught:
        await scalr.agent_pools.create(name="eu", reconcile=scalr.agent_pools.list(name="eu"))

    assert caught.value.outcome == "unknown"
    assert emu.store.count("agent-pools") == 0


async def test_when_the_lookup_fails_too_the_loss_is_what_is_told(
    emu: Emulator, scalr: ScalrClient
) -> None:
    emu.fail("POST", "/agent-pools", cut="after-apply")
    emu.fail("GET", "/agent-pools", status=403)

    with pytest.raises(DisconnectedError) as caught:
        await scalr.agent_pools.create(name="eu", reconcile=scalr.agent_pools.list(name="eu"))

    assert caught.value.outcome == "unknown"
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize("method", METHODS)
async def test_a_refused_connection_is_tried_again_for_every_method(
    method: str, unused_port: int
) -> None:
    events: list[Any] = []
    async with client(f"http://127.0.0.1:{unused_port}", events=events) as scalr:
        with pytest.raises(ConnectError, match="no connection: Connection refused") as caught:
            await scalr.request(method, "/agent-pools", **body_of(method))

    assert (caught.value.outcome, caught.value.attempts) == ("not_sent", 5)
    assert isinstance(caught.value, ConnectionError)
    assert attempts(events) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("method", METHODS)
async def test_a_name_that_is_not_found_is_tried_again_for_every_method(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolve(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    async with client("acme.scalr.invalid") as scalr:
        with pytest.raises(ConnectError, match="host name was not found") as caught:
            await scalr.request(method, "/agent-pools", **body_of(method))

    assert (caught.value.outcome, caught.value.attempts) == ("not_sent", 5)


@ENDS
@pytest.mark.parametrize("method", METHODS)
async def test_a_handshake_that_is_cut_is_tried_again_for_every_method(
    method: str, end: Any, ca_file: str
) -> None:
    async with ScriptedServer(greeting=end) as server:
        async with client(f"https://localhost:{server.port}", ca_file=ca_file) as scalr:
            with pytest.raises(ConnectError) as caught:
                await scalr.request(method, "/agent-pools", **body_of(method))

    assert (caught.value.outcome, caught.value.attempts) == ("not_sent", 5)
    assert (server.connections, server.requests) == (5, [])


def test_the_deadline_holds_over_connections_that_fail(unused_port: int) -> None:
    async def main() -> tuple[DeadlineExceededError | ConnectError, float]:
        policy = RetryPolicy(max_attempts=100, base=1.0)
        async with client(
            f"http://127.0.0.1:{unused_port}", retry=policy, timeouts=Timeouts(total=10.0)
        ) as scalr:
            began = now()
            with pytest.raises((DeadlineExceededError, ConnectError)) as caught:
                await scalr.agent_pools.create(name="eu")
            return caught.value, now() - began

    error, elapsed = virtually(main())

    assert error.outcome == "not_sent"
    assert error.attempts > 3
    assert elapsed <= 10.05


def self_signed(path: Path) -> ssl.SSLContext:
    """Make a context with a certificate for localhost that nobody but itself has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    day = dt.timedelta(days=1)
    builder = builder.not_valid_before(dt.datetime.now() - day).not_valid_after(
        dt.datetime.now() + day
    )
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    made = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(plain + made.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


DISTRUST = {
    "wrong authority": "certificate not accepted",
    "self-signed": "certificate not accepted: self-signed certificate",
    "expired": "certificate has expired",
    "wrong host": "Hostname mismatch",
    "not TLS at all": "no TLS with this server",
}


@pytest.mark.parametrize("trusting", ["the system", "an authority"])
@pytest.mark.parametrize("bad", DISTRUST)
async def test_a_server_that_is_not_trusted_gets_nothing(
    authority: trustme.CA, ca_file: str, bad: str, trusting: str, tmp_path: Path
) -> None:
    if bad == "not TLS at all":
        server = ScriptedServer(POOL)
    elif bad == "self-signed":
        server = ScriptedServer(tls=self_signed(tmp_path / "self.pem"))
    elif bad == "expired":
        server = ScriptedServer(tls=serving(authority, not_after=dt.datetime(2020, 1, 1)))
    elif bad == "wrong host":
        server = ScriptedServer(tls=serving(authority, "other.example"))
    else:
        server = ScriptedServer(tls=serving(trustme.CA()))
    trust = {"ca_file": ca_file} if trusting == "an authority" else {}
    async with server:
        if bad == "not TLS at all":
            server.greeting = (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",)
        async with client(f"https://localhost:{server.port}", **trust) as scalr:
            with pytest.raises(TLSError, match="ca_file") as caught:
                await scalr.agent_pools.create(name="eu")

    unknown = trusting == "the system" and bad in {"expired", "wrong host"}
    said = "unable to get local issuer certificate" if unknown else DISTRUST[bad]
    assert said in str(caught.value)
    assert (caught.value.attempts, caught.value.outcome) == (1, "not_sent")
    assert server.requests == []


async def test_a_reset_in_a_large_upload_is_not_repeated() -> None:
    before = open_files()
    async with ScriptedServer((Pause(0.01), RESET), read_body=False) as server:
        async with client(server.url) as scalr:
            with pytest.raises(DisconnectedError) as caught:
                await scalr.request("POST", "/agent-pools", body=b"x" * 20_000_000)
            assert scalr._transport._pool.session.connector._acquired == set()

    assert (caught.value.outcome, caught.value.attempts) == ("unknown", 1)
    assert len(server.requests) == 1
    assert open_files() <= before


async def test_what_was_uploaded_from_is_closed() -> None:
    closed: list[bool] = []

    async def pieces() -> AsyncIterator[bytes]:
        try:
            while True:
                yield bytes(100_000)
        finally:
            closed.append(True)

    links = {"upload": "/api/iacp/v3/up"}
    before = open_files()
    async with ScriptedServer((Pause(0.01), RESET), read_body=False) as server:
        async with client(server.url) as scalr:
            data = resource("configuration-versions", "cv-1") | {"links": links}
            server.script = (ok(data), *server.script)
            version = await scalr.configuration_versions.get("cv-1")
            with pytest.raises(DisconnectedError) as caught:
                await scalr.configuration_versions.upload(version, pieces())
            assert scalr._transport._pool.session.connector._acquired == set()

    assert (caught.value.outcome, caught.value.attempts) == ("unknown", 1)
    assert [request.method for request in server.requests] == ["GET", "PUT"]
    assert closed == [True]
    assert open_files() <= before


SHORT = (reply(200, headers={"Content-Length": "100"}, length=False) + b'{"data":', CLOSE)


async def test_a_short_body_is_asked_for_again() -> None:
    async with ScriptedServer(SHORT, POOL) as server, client(server.url) as scalr:
        assert (await scalr.agent_pools.get("apool-1")).name == "eu"

    assert len(server.requests) == 2


async def test_a_body_that_stays_short_is_never_parsed() -> None:
    whole = document(pool())
    short = (
        reply(200, whole, {"Content-Length": str(len(whole) + 1)}, length=False),
        CLOSE,
    )
    async with ScriptedServer(short) as server, client(server.url) as scalr:
        with pytest.raises(PayloadError, match="the answer is incomplete") as caught:
            await scalr.agent_pools.get("apool-1")

    assert len(server.requests) == caught.value.attempts == 5
    assert caught.value.outcome == "unknown"


LENGTH, CHUNKED = {"Content-Length": "100"}, {"Transfer-Encoding": "chunked"}


@pytest.mark.parametrize(
    ("framing", "tail"),
    [
        (LENGTH, b""),
        (LENGTH, b"12345678"),
        *((CHUNKED, tail) for tail in (b"5\r\nhello\r\n", b"5\r\nhel", b"0\r\n", b"")),
    ],
)
async def test_a_create_whose_reply_is_cut_was_applied(
    framing: dict[str, str], tail: bytes
) -> None:
    cut = (reply(201, headers=framing, length=False) + tail, CLOSE)
    async with ScriptedServer(cut) as server, client(server.url) as scalr:
        with pytest.raises(PayloadError) as caught:
            await scalr.agent_pools.create(name="eu")

    assert (caught.value.outcome, caught.value.attempts) == ("applied", 1)
    assert len(server.requests) == 1


NOT_HTTP = {
    "ssh": b"SSH-2.0-OpenSSH_9.6\r\n",
    "smtp": b"220 mail.example ESMTP\r\n",
    "http/2": b"\0\0\x12\4\0\0\0\0\0",
    "tls alert": b"\x15\3\1\0\2\2\x28",
    "no status": b"HTTP/1.1 OK\r\n\r\n",
    "odd status": b"HTTP/1.1 2x0 OK\r\n\r\n",
    "status 999": b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "length and chunks": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    "negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nab",
    "chunk size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
    "chunk too long": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloxxx\r\n0\r\n\r\n",
    "long header": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 200 + b"\r\n",
    "status 101": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nx",
    "endless header": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
    "nul in a header": b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n",
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_HTTP)
async def test_what_is_not_http_is_a_protocol_error_without_a_status(name: str) -> None:
    async with ScriptedServer((NOT_HTTP[name], CLOSE)) as server, client(server.url) as scalr:
        with pytest.raises(ProtocolError) as caught:
            await scalr.agent_pools.create(name="eu")

    assert not hasattr(caught.value, "status")
    assert "400" not in str(caught.value)
    assert len(str(caught.value)) < 300
    assert str(caught.value).isprintable()
    outcome = "applied" if name.startswith("chunk") else "unknown"  # the status line was read
    assert (caught.value.outcome, caught.value.attempts) == (outcome, 1)
    assert len(server.requests) == 1


async def test_a_server_that_keeps_no_connection_serves_200_at_once() -> None:
    before = open_files()
    answer = (reply(200, document(pool()), {"Connection": "close"}), CLOSE)
    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        found = await asyncio.gather(*(scalr.agent_pools.get("apool-1") for _ in range(200)))

    assert {each.name for each in found} == {"eu"}
    assert len(server.requests) == server.connections == 200
    assert open_files() <= before


class Impatient(ScriptedServer):
    """Closes connections on which nothing comes for 10 ms after an answer."""

    async def _receive(self, reader: asyncio.StreamReader, number: int) -> Any:
        kept = any(request.connection == number for request in self.requests)
        try:
            async with asyncio.timeout(0.01 if kept else None):
                return await super()._receive(reader, number)
        except TimeoutError:
            raise EOFError from None


@in_virtual_time
async def test_connections_that_a_server_dropped_while_idle_fail_nobody() -> None:
    async with Impatient((Pause(0.002), POOL)) as server, client(server.url) as scalr:
        for _ in range(3):
            await asyncio.gather(*(scalr.agent_pools.get("apool-1") for _ in range(100)))
            await asyncio.sleep(0.03)
        assert server.open_connections == 0

    assert len(server.requests) == 300


async def test_connections_that_were_forgotten_on_the_way_fail_nobody() -> None:
    """A balancer drops idle connections without a word: the next request on each is reset."""
    served: set[int] = set()

    def answer(request: Any) -> Any:
        if request.connection in served:
            return RESET
        served.add(request.connection)
        return (Pause(0.002), POOL)

    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        await asyncio.gather(*(scalr.agent_pools.get("apool-1") for _ in range(64)))
        found = await asyncio.gather(*(scalr.agent_pools.get("apool-1") for _ in range(64)))

    assert len(served) == 128
    assert {each.name for each in found} == {"eu"}


def test_a_full_pool_is_named_and_its_slots_come_back() -> None:
    async def main() -> None:
        script = [HANG] * 10 + [POOL]
        limits = Limits(connections=10)
        async with ScriptedServer(*script) as server, client(server.url, limits=limits) as scalr:
            stuck = [asyncio.create_task(scalr.agent_pools.get("apool-1")) for _ in range(10)]
            await asyncio.sleep(0.1)
            began = now()
            with pytest.raises(DeadlineExceededError, match="pool wait") as caught:
                await scalr.with_options(timeout=1).agent_pools.create(name="eu")
            assert (caught.value.phase, caught.value.outcome) == ("pool wait", "not_sent")
            assert now() - began <= 1.05
            for task in stuck:
                task.cancel()
            await asyncio.wait(stuck)
            admission = scalr._transport._shared.admission
            assert (admission.in_flight, admission.waiting) == (0, 0)
            found = await asyncio.gather(*(scalr.agent_pools.get("apool-1") for _ in range(10)))
            assert len(found) == 10
            assert len(server.requests) == 20

    virtually(main())


@pytest.mark.parametrize("seed", range(3))
async def test_200_calls_cancelled_at_random_points_leave_nothing(
    seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    draw = random.Random(seed)
    answers = [POOL, (Pause(0.002), POOL), (POOL[:40], Pause(0.002), POOL[40:]), CLOSE, HANG]
    script = [draw.choice(answers) for _ in range(150)]
    limits, total = Limits(connections=20), Timeouts(total=60.0)
    async with ScriptedServer(*script, POOL) as server:
        async with client(server.url, limits=limits, timeouts=total) as scalr:
            tasks = [asyncio.create_task(scalr.agent_pools.get("apool-1")) for _ in range(200)]
            loop = asyncio.get_running_loop()
            for task in tasks:
                loop.call_later(draw.uniform(0, 0.03), task.cancel)
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            admission = scalr._transport._shared.admission
            assert (admission.in_flight, admission.waiting) == (0, 0)
            server.script = (POOL,)
            assert (await scalr.agent_pools.get("apool-1")).name == "eu"
    del tasks
    gc.collect()

    failures = [end for end in ends if isinstance(end, BaseException)]
    assert all(isinstance(end, asyncio.CancelledError | ScalrError) for end in failures)
    assert any(isinstance(end, asyncio.CancelledError) for end in failures)
    assert not caplog.records


@in_virtual_time
async def test_a_dead_first_address_does_not_hold_up_the_living(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with ScriptedServer(POOL) as server:

        async def resolve(*_: object, **__: object) -> list[Any]:
            stream = socket.SOCK_STREAM
            return [
                (socket.AF_INET6, stream, 6, "", ("::1", server.port, 0, 0)),
                (socket.AF_INET, stream, 6, "", ("127.0.0.1", server.port)),
            ]

        monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
        events: list[Any] = []
        async with client(f"http://localhost:{server.port}", events=events) as scalr:
            async with asyncio.timeout(0.5):
                assert (await scalr.agent_pools.get("apool-1")).name == "eu"

    assert attempts(events) == [1]
