"""Whom we trust. Every refusal: one attempt, nothing sent, and what to do about it."""

from __future__ import annotations

import datetime as dt
import ssl
from pathlib import Path

import aiohttp
import pytest
import trustme

from scalr_async.client import ScalrClient
from scalr_async.config import Config, RetryPolicy
from scalr_async.errors import ConfigError, ConnectError, TLSError
from scalr_async.transport import Transport
from scalr_async.transport._aiohttp.errors import failure_of
from scalr_async.transport._attempt import Progress
from tests.certificates import serving
from tests.servers import CLOSE, RESET, ScriptedServer
from tests.transport.common import POST, sending


async def test_an_authority_of_ones_own_is_trusted(authority: trustme.CA, ca_file: str) -> None:
    async with ScriptedServer(tls=serving(authority)) as server:
        async with sending(server.url, ca_file=ca_file) as sender:
            assert (await sender.send(POST)).status == 200


async def test_a_context_of_ones_own_is_used(authority: trustme.CA) -> None:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    async with ScriptedServer(tls=serving(authority)) as server:
        async with sending(server.url, ssl=context) as sender:
            assert (await sender.send(POST)).status == 200


async def test_it_holds_for_a_session_of_the_caller(authority: trustme.CA, ca_file: str) -> None:
    async with ScriptedServer(tls=serving(authority)) as server, aiohttp.ClientSession() as session:
        async with sending(server.url, session=session, ca_file=ca_file) as sender:
            assert (await sender.send(POST)).status == 200


async def refused(server: ScriptedServer, **changes: object) -> TLSError:
    async with server, sending(server.url, **changes) as sender:
        with pytest.raises(TLSError) as caught:
            await sender.send(POST)
    assert server.requests == []
    assert (caught.value.attempts, caught.value.outcome) == (1, "not_sent")
    assert "ca_file" in str(caught.value)
    return caught.value


async def test_an_unknown_authority(authority: trustme.CA) -> None:
    error = await refused(ScriptedServer(tls=serving(authority)))

    assert "certificate not accepted: unable to get local issuer certificate" in str(error)


async def test_another_authority(authority: trustme.CA, ca_file: str) -> None:
    error = await refused(ScriptedServer(tls=serving(trustme.CA())), ca_file=ca_file)

    assert "certificate not accepted" in str(error)


async def test_another_host_name(authority: trustme.CA, ca_file: str) -> None:
    server = ScriptedServer(tls=serving(authority, "other.example"))
    error = await refused(server, ca_file=ca_file)

    assert "Hostname mismatch" in str(error)


async def test_an_expired_certificate(authority: trustme.CA, ca_file: str) -> None:
    past = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    server = ScriptedServer(tls=serving(authority, not_after=past))
    error = await refused(server, ca_file=ca_file)

    assert "certificate has expired" in str(error)


async def test_a_server_without_tls_is_not_talked_to_in_the_clear(ca_file: str) -> None:
    greeting = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
    async with ScriptedServer(greeting=(greeting,)) as server:
        async with sending(f"https://localhost:{server.port}", ca_file=ca_file) as sender:
            with pytest.raises(TLSError, match="no TLS with this server") as caught:
                await sender.send(POST)

    assert server.requests == []
    assert caught.value.attempts == 1


@pytest.mark.parametrize("end", [CLOSE, RESET])
async def test_a_handshake_that_is_cut_is_tried_again(end: object, ca_file: str) -> None:
    async with ScriptedServer(greeting=end) as server:
        policy = RetryPolicy(max_attempts=3, base=0.001)
        async with sending(
            f"https://localhost:{server.port}", ca_file=ca_file, retry=policy
        ) as sender:
            with pytest.raises(ConnectError) as caught:
                await sender.send(POST)

    assert (server.connections, caught.value.outcome) == (3, "not_sent")


def test_an_end_of_file_in_the_handshake_is_no_lack_of_trust() -> None:
    """Some versions of Python report a cut handshake as an error of TLS."""
    error = aiohttp.ClientConnectorSSLError(None, ssl.SSLEOFError(8, "EOF occurred"))
    failure = failure_of(error, Progress(), aiohttp.ClientTimeout())

    assert failure.error is ConnectError


async def test_tls_below_1_2_is_never_offered(ca_file: str) -> None:
    transport = Transport(Config(host="acme.scalr.io", token="t", ca_file=ca_file))

    assert transport._pool.ssl.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_a_bundle_that_is_not_there_is_named() -> None:
    config = Config(host="acme.scalr.io", token="t", ca_file="/nowhere/ca.pem")

    with pytest.raises(ConfigError, match=r"ca_file '/nowhere/ca.pem': No such file") as caught:
        Transport(config)
    assert caught.value.__context__ is None


def test_a_bundle_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_text("nothing of the kind")

    with pytest.raises(ConfigError, match=r"ca\.pem"):
        Transport(Config(host="acme.scalr.io", token="t", ca_file=str(path)))


def test_an_error_that_names_no_reason_still_says_something() -> None:
    bare = aiohttp.ClientConnectorSSLError(None, ssl.SSLError())
    odd = aiohttp.ClientConnectorCertificateError(None, ssl.CertificateError())

    assert "handshake failed" in failure_of(bare, Progress(), aiohttp.ClientTimeout()).message
    assert "it cannot be read" in failure_of(odd, Progress(), aiohttp.ClientTimeout()).message


def test_addresses_that_all_fail_are_said_to() -> None:
    error = aiohttp.ClientConnectorError(None, OSError("Multiple exceptions: ..."))

    assert failure_of(error, Progress(), aiohttp.ClientTimeout()).message == (
        "no connection: no address answered"
    )


def test_trusting_everybody_is_said_aloud() -> None:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE

    with pytest.warns(UserWarning, match="trusts every server") as warned:
        ScalrClient(config=Config(host="acme.scalr.io", token="t", ssl=context))

    assert [one.filename for one in warned] == [__file__]
