"""One attempt over aiohttp; with the other `_aiohttp_` modules, all that knows of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from http.cookies import SimpleCookie
from typing import Final

import aiohttp
from aiohttp import hdrs
from aiohttp.http import HttpProcessingError
from multidict import CIMultiDict
from yarl import URL

from scalr_async._wire import IDEMPOTENT_METHODS, Headers, Request, Secret
from scalr_async.config import Config
from scalr_async.errors import PayloadError, ScalrError
from scalr_async.transport._aiohttp_body import StreamedBody, make_body
from scalr_async.transport._aiohttp_errors import LostError, failure_of
from scalr_async.transport._aiohttp_pool import Pool
from scalr_async.transport._attempt import Answer, Failure, Progress
from scalr_async.transport._body import ACCEPT_ENCODING, Body, Unpacker
from scalr_async.transport._target import target
from scalr_async.transport._tokens import Tokens

__all__ = ["AiohttpWire"]

_ERROR_BODY: Final = 1024 * 1024
"""Bytes of an error's body that are read; what follows cannot say anything new."""
_PULSE = 1.0
"""Seconds between two looks at the connection while a body is awaited."""

_Handler = Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]


class AiohttpWire:
    """Sends requests through a `Pool`, with what one configuration says about each of them."""

    def __init__(self, pool: Pool, config: Config, tokens: Tokens) -> None:
        self._pool = pool
        self._tokens = tokens
        self._token: Secret | None = None
        self._root = str(config.api_root)
        self._limit = config.limits.body
        self._headers = _headers(config)
        connect, read = config.timeouts.connect, config.timeouts.read
        self._timeout = aiohttp.ClientTimeout(
            connect=connect, sock_connect=connect, sock_read=read, ceil_threshold=float("inf")
        )

    async def attempt(self, request: Request, progress: Progress) -> Answer | Failure:
        """Send the request exactly once and read the answer to its end."""
        begun = await self._send(request, progress)
        return begun if isinstance(begun, Failure) else await self._read(begun, progress)

    async def open(self, request: Request, progress: Progress) -> Answer | Failure:
        """Send the request exactly once and read a success to the first piece of its body."""
        begun = await self._send(request, progress)
        if isinstance(begun, Failure) or begun.status >= 300:
            return begun if isinstance(begun, Failure) else await self._read(begun, progress)
        flow = _Flow(begun, progress, self._timeout)
        failure = await flow.begin()
        return failure or Answer(begun.status, Headers(begun.headers.items()), b"", flow)

    async def _send(self, request: Request, progress: Progress) -> aiohttp.ClientResponse | Failure:
        token = self._tokens.current
        if token is None or token is not self._token:
            token = await self._authorize(progress)
        progress.token = token
        url, headers = self._place(request)
        exchange = _Exchange(headers, request, progress)
        session = self._pool.fresh if progress.fresh else self._pool.session
        try:
            return await session.request(
                request.method,
                url,
                data=exchange.body,
                allow_redirects=False,
                raise_for_status=False,
                auto_decompress=False,
                skip_auto_headers=(hdrs.CONTENT_TYPE,),  # what has no body has no type either
                timeout=self._timeout,
                proxy=self._pool.proxy,
                ssl=self._pool.ssl,
                middlewares=(exchange,),
            )
        except (aiohttp.ClientError, OSError) as error:
            failure = failure_of(error, progress, self._timeout)
        unread = exchange.unread
        if isinstance(unread, ScalrError):
            return Failure(type(unread), unread.message)
        if unread is not None:
            raise unread
        return failure

    async def renew(self, progress: Progress) -> bool:
        """Return whether there is another token than the one that was sent and refused."""
        progress.phase = "token wait"
        return await self._tokens.renew(progress.token)

    async def _authorize(self, progress: Progress) -> Secret:
        """Put the newest token into the headers; those of requests under way stay as they are."""
        progress.phase, progress.sent = "token wait", False
        token = await self._tokens.get()
        self._headers = self._headers.copy()
        self._headers[hdrs.AUTHORIZATION] = Secret(f"Bearer {token}")
        self._token = token
        return token

    def _place(self, request: Request) -> tuple[URL, CIMultiDict[str]]:
        """Return where a request goes, and the headers that may go there."""
        if request.url is None:
            below = target(request.path, request.params)
            return URL(self._root + below, encoded=True), self._headers
        url = URL(request.url, encoded=True)
        if url.origin() == URL(self._root).origin():
            return url, self._headers
        foreign = CIMultiDict({hdrs.HOST: url.host_port_subcomponent or ""})
        for name in (hdrs.USER_AGENT, hdrs.ACCEPT_ENCODING):
            foreign[name] = self._headers[name]
        return url, foreign

    async def _read(self, response: aiohttp.ClientResponse, progress: Progress) -> Answer | Failure:
        progress.phase = "response body"
        progress.status = status = response.status
        headers = Headers(response.headers.items())
        body: Body | None = None
        try:
            limit = self._limit if status < 400 else min(self._limit, _ERROR_BODY)
            body = Body(response.headers.getall(hdrs.CONTENT_ENCODING, ()), limit)
            content = response.content
            while not content.at_eof():
                body.feed(content.read_nowait() or await _next_piece(response))
            return Answer(status, headers, body.finish())
        except PayloadError as error:
            failure = Failure(type(error), error.message)
        except (aiohttp.ClientError, HttpProcessingError, OSError) as error:
            failure = failure_of(error, progress, self._timeout)
        finally:
            if not response.closed:
                response.close()
        if status < 400:
            return failure
        return Answer(status, headers, b"" if body is None else body.so_far())


class _Flow:
    """The body of an answer under way; see `Flow`."""

    def __init__(
        self, response: aiohttp.ClientResponse, progress: Progress, timeout: aiohttp.ClientTimeout
    ) -> None:
        progress.phase = "response body"
        progress.status = response.status
        self._response = response
        self._progress = progress
        self._timeout = timeout
        self._pieces = self._unpacked()
        self._first: bytes | None = None

    async def begin(self) -> Failure | None:
        """Read the first piece ahead."""
        first = await self.read()
        if isinstance(first, Failure):
            return first
        self._first = first
        return None

    async def read(self) -> bytes | Failure:
        """Return the next piece, nothing at the end; after a failure there is none."""
        first, self._first = self._first, None
        if first is not None:
            return first
        try:
            return await anext(self._pieces, b"")
        except PayloadError as error:
            failure = Failure(type(error), error.message)
        except (aiohttp.ClientError, HttpProcessingError, OSError) as error:
            failure = failure_of(error, self._progress, self._timeout)
        except BaseException:
            self.close()
            raise
        self.close()
        return failure

    def close(self) -> None:
        """Let go of the connection; twice is no harm."""
        if not self._response.closed:
            self._response.close()

    async def _unpacked(self) -> AsyncGenerator[bytes]:
        content = self._response.content
        unpacker = Unpacker(self._response.headers.getall(hdrs.CONTENT_ENCODING, ()))
        while not content.at_eof():
            data = content.read_nowait() or await _next_piece(self._response)
            for piece in filter(None, unpacker.unpack(data)):
                yield piece
        unpacker.finish()


async def _next_piece(response: aiohttp.ClientResponse) -> bytes:
    """Wait for more of a body.

    aiohttp drops a connection whose chunks turn out malformed without waking the reader; so a
    look is taken at the connection now and then.
    """
    while True:
        pulse = asyncio.timeout(_PULSE)
        try:
            async with pulse:
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
        self.body = None if request.body is None else make_body(request.body, progress)

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
                raise LostError(error) from None
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
            if body.size is None:
                headers[hdrs.TRANSFER_ENCODING] = "chunked"
            else:
                headers[hdrs.CONTENT_LENGTH] = str(body.size)
        elif request.method not in IDEMPOTENT_METHODS:
            headers[hdrs.CONTENT_LENGTH] = "0"

    @property
    def unread(self) -> Exception | None:
        """What kept a streamed body from being read, if anything did."""
        return self.body.failure if isinstance(self.body, StreamedBody) else None

    def _locate(self, sent: aiohttp.ClientRequest) -> None:
        """Write down how far it came: aiohttp makes the response when it begins to send."""
        if sent.response is None:
            return
        body, progress = self.body, self._progress
        progress.sent = body is None or body.started
        progress.phase = "response headers" if body is None or body.written else "send"
