"""One attempt over aiohttp: the only module that knows of it."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Awaitable, Callable
from http.cookies import SimpleCookie
from typing import Any, Final

import aiohttp
from aiohttp import ClientSession, hdrs
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import HttpProcessingError
from aiohttp.payload import Payload
from multidict import CIMultiDict
from yarl import URL

from scalr_async._wire import IDEMPOTENT_METHODS, Headers, Request, Secret, printable
from scalr_async.config import Config
from scalr_async.errors import (
    ClientStateError,
    ConfigError,
    ConnectError,
    DeadlineExceededError,
    DisconnectedError,
    PayloadError,
    ProtocolError,
    TLSError,
    TransportError,
)
from scalr_async.transport._attempt import Answer, AttemptFailedError, Progress
from scalr_async.transport._body import ACCEPT_ENCODING, Body
from scalr_async.transport._target import target

__all__ = ["AiohttpWire", "ClientSession", "Pool"]

_KEEP_ALIVE: Final = 12.0
"""Seconds an idle connection is kept: below the 15 s after which common servers drop theirs."""
_ERROR_BODY: Final = 1024 * 1024
"""Bytes of an error's body that are read; what follows cannot say anything new."""
_PULSE = 1.0
"""Seconds between two looks at the connection while a body is awaited."""
_PIECE: Final = 32 * 1024
"""Bytes of a request body that are written at once."""

_Handler = Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]


class Pool:
    """The connections of one client: a `ClientSession` of its own, or the caller's.

    A session that was passed in is not closed and not changed. Its headers, cookies, credentials,
    middlewares, timeouts and `raise_for_status` play no part in our requests, and cookies of our
    answers do not reach its jar. Its connector, proxy and traces do: traces see our headers, the
    token included.
    """

    def __init__(self, config: Config, session: ClientSession | None = None) -> None:
        self._borrowed = session
        self._session = session
        self.ssl: ssl.SSLContext | bool = _trust(config)
        self.proxy = config.proxy

    @property
    def session(self) -> ClientSession:
        """The session; there is one from opening to closing."""
        if self._session is None or self._session.closed:
            raise ClientStateError("the aiohttp session of the client is closed")
        return self._session

    def open(self) -> None:
        """Make the session; call it inside the running loop."""
        if self._borrowed is None:
            self._session = ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(),
                trust_env=False,
            )

    async def close(self) -> None:
        """Close the session unless it is the caller's."""
        if self._session is not None and self._borrowed is None:
            await self._session.close()


def _trust(config: Config) -> ssl.SSLContext | bool:
    if config.ca_file is None:
        return config.ssl or True
    try:
        return ssl.create_default_context(cafile=config.ca_file)
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror or type(error).__name__
    raise ConfigError(f"ca_file {config.ca_file!r}: {reason}")


class AiohttpWire:
    """Sends requests through a `Pool`, with what one configuration says about each of them."""

    def __init__(self, pool: Pool, config: Config) -> None:
        self._pool = pool
        self._root = str(config.api_root)
        self._limit = config.limits.body
        self._headers = _headers(config)
        connect, read = config.timeouts.connect, config.timeouts.read
        self._timeout = aiohttp.ClientTimeout(
            connect=connect, sock_connect=connect, sock_read=read, ceil_threshold=float("inf")
        )

    async def attempt(self, request: Request, progress: Progress) -> Answer:
        """Send the request exactly once and read the answer to its end."""
        url = URL(self._root + target(request.path, request.params), encoded=True)
        exchange = _Exchange(self._headers, request, progress)
        try:
            response = await self._pool.session.request(
                request.method,
                url,
                data=exchange.body,
                allow_redirects=False,
                raise_for_status=False,
                auto_decompress=False,
                timeout=self._timeout,
                proxy=self._pool.proxy,
                ssl=self._pool.ssl,
                middlewares=(exchange,),
            )
        except (aiohttp.ClientError, OSError) as error:
            failure = _failure(error, progress, self._timeout)
        else:
            return await self._read(response, progress)
        raise failure

    async def _read(self, response: aiohttp.ClientResponse, progress: Progress) -> Answer:
        progress.phase = "response body"
        progress.status = status = response.status
        headers = Headers(response.headers.items())
        failure: AttemptFailedError | None = None
        body: Body | None = None
        try:
            limit = self._limit if status < 400 else min(self._limit, _ERROR_BODY)
            body = Body(response.headers.getall(hdrs.CONTENT_ENCODING, ()), limit)
            while not response.content.at_eof():
                body.feed(response.content.read_nowait() or await _next_piece(response))
            return Answer(status, headers, body.finish())
        except AttemptFailedError as error:
            failure = error
        except (aiohttp.ClientError, HttpProcessingError, OSError) as error:
            failure = _failure(error, progress, self._timeout)
        finally:
            if not response.closed:
                response.close()
        if status < 400:
            raise failure
        return Answer(status, headers, b"" if body is None else body.so_far())


async def _next_piece(response: aiohttp.ClientResponse) -> bytes:
    """Wait for more of a body.

    aiohttp drops a connection whose chunks turn out malformed without waking the reader; so a
    look is taken at the connection now and then.
    """
    while True:
        try:
            async with asyncio.timeout(_PULSE) as pulse:
                return await response.content.readany()
        except TimeoutError:
            if not pulse.expired():
                raise
        if response.connection is None or response.connection.closed:
            raise aiohttp.ClientPayloadError


def _headers(config: Config) -> CIMultiDict[str]:
    """Return what every request of a configuration carries, in wire order."""
    headers = CIMultiDict(
        {
            hdrs.HOST: config.api_root.host_port_subcomponent or "",
            hdrs.USER_AGENT: config.user_agent,
        }
    )
    if config.profile is not None:
        headers["Prefer"] = f"profile={config.profile}"
    headers.update(config.headers)
    headers[hdrs.ACCEPT_ENCODING] = ACCEPT_ENCODING
    headers[hdrs.AUTHORIZATION] = Secret(f"Bearer {config.token}")
    return headers


class _Exchange:
    """A middleware around one send.

    It replaces all headers by ours (a session of the caller may have added its own, cookies and
    credentials included), keeps cookies out of the session's jar, and hides lost connections
    from aiohttp, which would send GET, PUT and DELETE a second time by itself.
    """

    __slots__ = ("_headers", "_progress", "_request", "body")

    def __init__(self, headers: CIMultiDict[str], request: Request, progress: Progress) -> None:
        self._headers = headers
        self._request = request
        self._progress = progress
        self.body = None if request.body is None else _Body(request.body)

    async def __call__(
        self, sent: aiohttp.ClientRequest, handler: _Handler
    ) -> aiohttp.ClientResponse:
        progress = self._progress
        progress.phase = "connect"
        progress.sent = False
        progress.status = None
        self._write_headers(sent.headers)
        try:
            response = await handler(sent)
        except BaseException as error:
            self._locate(sent)
            if isinstance(error, aiohttp.ClientOSError | aiohttp.ServerDisconnectedError):
                raise _LostError(error) from None
            raise
        progress.sent = True
        if hdrs.SET_COOKIE in response.headers:
            response.cookies = SimpleCookie()
        return response

    def _write_headers(self, headers: CIMultiDict[str]) -> None:
        request, body = self._request, self.body
        headers.clear()
        headers.extend(self._headers)
        headers[hdrs.ACCEPT] = request.accept
        if body is not None:
            headers[hdrs.CONTENT_TYPE] = request.content_type
            headers[hdrs.CONTENT_LENGTH] = str(body.size)
        elif request.method not in IDEMPOTENT_METHODS:
            headers[hdrs.CONTENT_LENGTH] = "0"

    def _locate(self, sent: aiohttp.ClientRequest) -> None:
        """Write down how far it came: aiohttp makes the response when it begins to send."""
        if sent.response is None:
            return
        body, progress = self.body, self._progress
        progress.sent = body is None or body.started
        progress.phase = "response headers" if body is None or body.written else "send"


class _LostError(aiohttp.ClientError):
    """A lost connection in a guise that makes aiohttp pass it on."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


class _Body(Payload):
    """The body of a request, which knows how much of it went out."""

    _value: bytes
    _autoclose = True

    def __init__(self, value: bytes) -> None:
        super().__init__(value)
        self._size = len(value)
        self.started = False
        self.written = False

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Return the body as text, as every payload can."""
        return self._value.decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write all of it; the first piece takes the headers along."""
        view = memoryview(self._value)
        for start in range(0, len(view) or 1, _PIECE):
            # A first piece as small as this never waits: it is written, or nothing is.
            await writer.write(view[start : start + _PIECE])
            self.started = True
        self.written = True


def _failure(
    error: BaseException, progress: Progress, timeout: aiohttp.ClientTimeout
) -> AttemptFailedError:
    """Translate what aiohttp raised; no text of ours holds a URL, a header or a body."""
    if isinstance(error, _LostError):
        error = error.error
    if isinstance(error, aiohttp.ServerTimeoutError):
        connecting = progress.phase == "connect"
        what, seconds = (
            ("connection", timeout.connect) if connecting else ("data", timeout.sock_read)
        )
        return AttemptFailedError(
            DeadlineExceededError, f"no {what} for {seconds:g} s ({progress.phase})"
        )
    for kind, ours, text in () if _handshake_cut(error) else _FAILURES:
        if isinstance(error, kind):
            return AttemptFailedError(ours, text(error))
    return AttemptFailedError(DisconnectedError if progress.sent else ConnectError, _lost(error))


def _handshake_cut(error: BaseException) -> bool:
    """Return whether TLS ended in the middle, which is a lost connection and no lack of trust."""
    return isinstance(getattr(error, "os_error", None), ssl.SSLEOFError)


def _certificate(error: aiohttp.ClientConnectorCertificateError) -> str:
    reason = getattr(error.certificate_error, "verify_message", "it cannot be read")
    return f"certificate not accepted: {printable(reason, 200)}"


def _handshake(error: aiohttp.ClientConnectorSSLError) -> str:
    reason = getattr(error.os_error, "reason", None) or "handshake failed"
    return f"no TLS with this server: {printable(reason, 200)}"


def _not_http(error: aiohttp.ClientResponseError | HttpProcessingError) -> str:
    return f"the answer is not HTTP: {printable(' '.join(error.message.split()), 200)}"


def _unconnected(error: aiohttp.ClientConnectorError) -> str:
    return f"no connection: {_reason(error.os_error)}"


def _lost(error: BaseException) -> str:
    return f"connection lost: {_reason(error)}"


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno)
    return "no address answered" if type(error) is OSError else "closed by the other side"


_FAILURES: Final[
    tuple[tuple[type[BaseException], type[TransportError], Callable[[Any], str]], ...]
] = (
    (aiohttp.ClientConnectorCertificateError, TLSError, _certificate),
    (aiohttp.ClientConnectorSSLError, TLSError, _handshake),
    (aiohttp.ClientConnectorDNSError, ConnectError, lambda _: "the host name was not found"),
    (aiohttp.ClientConnectorError, ConnectError, _unconnected),
    (aiohttp.ClientHttpProxyError, ConnectError, lambda e: f"the proxy answered {e.status}"),
    (aiohttp.ClientResponseError, ProtocolError, _not_http),
    (HttpProcessingError, ProtocolError, _not_http),
    (aiohttp.ClientPayloadError, PayloadError, lambda _: "the answer ended before its end"),
)
"""The first that fits; what fits none is a lost connection."""
