"""Whom we trust. Every refusal: one attempt, nothing sent, and what to do about it."""

from __future__ import annotations

import contextlib
import datetime as dt
import ssl
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import trustme

from scalr_async.client import ScalrClient
from scalr_async.config import Config, Timeouts
from scalr_async.errors import ConfigError, ConnectError, DisconnectedError, TLSError
from scalr_async.telemetry import AttemptEvent
from scalr_async.transport import Transport
from scalr_async.transport._aiohttp.connections import Lease
from scalr_async.transport._aiohttp.errors import failure_of
from scalr_async.transport._attempt import Progress
from tests.certificates import serving
from tests.servers import Received, ScriptedServer, reply
from tests.transport.blocking import BlockingServer
from tests.transport.common import DELETE, GET, PATCH, POST, marked, sending
from tests.transport.loops import LOOPS, run


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

    with pytest.warns(UserWarning, match="accepts any certificate") as warned:
        ScalrClient(config=Config(host="acme.scalr.io", token="t", ssl=context))

    assert [one.filename for one in warned] == [__file__]


class TestClientCertificates:
    """With TLS 1.3 a server refuses them when the client takes the handshake for done."""

    @pytest.fixture
    def theirs(self) -> trustme.CA:
        return trustme.CA()

    def context(self, authority: trustme.CA, certificate: trustme.LeafCert | None) -> Any:
        context = ssl.create_default_context()
        authority.configure_trust(context)
        if certificate is not None:
            certificate.configure_cert(context)
        return context

    def asking(self, authority: trustme.CA, theirs: trustme.CA, version: ssl.TLSVersion) -> Any:
        context = serving(authority)
        context.verify_mode = ssl.CERT_REQUIRED
        context.minimum_version = context.maximum_version = version
        theirs.configure_trust(context)
        return context

    @pytest.mark.parametrize("loop", LOOPS)
    @pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
    @pytest.mark.parametrize("fault", ["missing", "of another authority", "expired"])
    def test_a_certificate_that_the_server_refuses_is_final(
        self,
        fault: str,
        version: ssl.TLSVersion,
        loop: str,
        authority: trustme.CA,
        theirs: trustme.CA,
    ) -> None:
        certificate = {
            "missing": None,
            "of another authority": authority.issue_cert("client@example.com"),
            "expired": theirs.issue_cert("a@b.c", not_after=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)),
        }[fault]
        context = self.context(authority, certificate)
        events: list[Any] = []

        def answer(_: Received) -> bytes:
            return reply(200, b"{}")

        async def main() -> None:
            with BlockingServer(answer, tls=self.asking(authority, theirs, version)) as server:
                for lent in (False, True):
                    session = aiohttp.ClientSession() if lent else None
                    async with (
                        session or contextlib.nullcontext(),
                        sending(server.url, ssl=context, session=session, events=events) as sender,
                    ):
                        for request in (GET, POST, PATCH, DELETE, marked(POST)):
                            with pytest.raises(TLSError) as caught:
                                await sender.send(request)
                            error = caught.value
                            assert (error.attempts, error.outcome) == (1, "not_sent")
                            assert "Operation not permitted" not in str(error)
                            assert "Config(ssl=...)" in str(error)
            assert server.requests == []

        run(loop, main())
        assert [event.attempt for event in events if isinstance(event, AttemptEvent)] == [1] * 10

    async def test_a_connection_that_ended_before_its_first_request_is_let_go(
        self, authority: trustme.CA, ca_file: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def settle(_: Lease) -> None:
            raise aiohttp.ClientOSError(104, "Connection reset by peer")

        monkeypatch.setattr(Lease, "settle", settle)
        async with (
            ScriptedServer(tls=serving(authority)) as server,
            sending(server.url, ca_file=ca_file) as sender,
        ):
            with pytest.raises(ConnectError) as caught:
                await sender.send(POST)

            assert (caught.value.outcome, server.requests) == ("not_sent", [])
            assert not sender._wire._pool.session.connector._acquired
            assert not sender._wire._pool.session.connector._conns

    async def test_one_that_it_accepts_is_used(
        self, authority: trustme.CA, theirs: trustme.CA
    ) -> None:
        context = self.context(authority, theirs.issue_cert("client@example.com"))
        tls = self.asking(authority, theirs, ssl.TLSVersion.TLSv1_3)
        async with ScriptedServer(tls=tls) as server, sending(server.url, ssl=context) as sender:
            responses = [await sender.send(POST) for _ in range(2)]

        assert [response.attempts for response in responses] == [1, 1]
        assert server.connections == 1


@pytest.mark.parametrize(
    "reason",
    [
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
        "SSLV3_ALERT_CERTIFICATE_REVOKED",
        "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE",
        "SSLV3_ALERT_HANDSHAKE_FAILURE",
        "TLSV1_ALERT_UNKNOWN_CA",
        "TLSV1_ALERT_ACCESS_DENIED",
        "TLSV13_ALERT_CERTIFICATE_REQUIRED",
    ],
)
def test_alerts_of_a_server_that_does_not_accept_the_client(reason: str) -> None:
    """An error of TLS has no errno of the system: 1 is the library's, and not EPERM."""
    progress = Progress()
    progress.sent = True
    error = aiohttp.ClientOSError(1, f"[SSL: {reason}] some words (_ssl.c:2580)")
    failure = failure_of(error, progress, Timeouts())

    assert failure.error is TLSError
    assert failure.message == (
        f"the server does not accept this client: {reason.replace('_', ' ').lower()}"
    )
    assert progress.sent is False


@pytest.mark.parametrize(
    "reason",
    ["DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "SSLV3_ALERT_BAD_RECORD_MAC", "WRONG_VERSION_NUMBER"],
)
def test_what_breaks_an_open_connection_is_named_and_the_request_may_have_arrived(
    reason: str,
) -> None:
    progress = Progress()
    progress.sent = True
    error = aiohttp.ClientOSError(1, f"[SSL: {reason}] some words (_ssl.c:2580)")
    failure = failure_of(error, progress, Timeouts())

    assert failure.error is DisconnectedError
    assert failure.message == f"connection lost: {reason.replace('_', ' ').lower()}"
    assert progress.sent is True


class TestLentSession:
    @staticmethod
    def blind() -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    @pytest.mark.parametrize("make", [lambda: False, blind])
    async def test_a_connector_that_trusts_everybody_is_said_aloud(self, make: Any) -> None:
        config = Config(host="acme.scalr.io", token="t")
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=make())) as session:
            with pytest.warns(UserWarning, match="the session that was passed in accepts any"):
                Transport(config, session)

    @pytest.mark.parametrize(
        "trust", [True, ssl.create_default_context(), aiohttp.Fingerprint(bytes(32))]
    )
    async def test_one_that_checks_in_any_way_is_not(self, trust: Any) -> None:
        config = Config(host="acme.scalr.io", token="t")
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust)) as session:
            Transport(config, session)

    async def test_neither_is_one_whose_trust_plays_no_part(self, ca_file: str) -> None:
        config = Config(host="acme.scalr.io", token="t", ca_file=ca_file)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False)) as session:
            Transport(config, session)

    async def test_the_certificates_that_it_pins_are_held_to(self, authority: trustme.CA) -> None:
        connector = aiohttp.TCPConnector(ssl=aiohttp.Fingerprint(bytes(32)))
        server = ScriptedServer(tls=serving(authority))
        async with server, aiohttp.ClientSession(connector=connector) as session:
            async with sending(server.url, session=session) as sender:
                with pytest.raises(TLSError, match="another fingerprint") as caught:
                    await sender.send(POST)

        assert server.requests == []
        assert (caught.value.attempts, caught.value.outcome) == (1, "not_sent")
