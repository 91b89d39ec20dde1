"""One attempt: from its headers to the end of the answer."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Final

import aiohttp
from aiohttp import hdrs
from aiohttp.http import HttpProcessingError
from multidict import CIMultiDict
from yarl import URL

from scalr_async._http import Headers, Request
from scalr_async._values import Secret
from scalr_async.config import Config, Timeouts
from scalr_async.errors import PayloadError, ScalrError
from scalr_async.transport._aiohttp.errors import failure_of
from scalr_async.transport._aiohttp.exchange import Exchange
from scalr_async.transport._aiohttp.pool import Pool
from scalr_async.transport._attempt import Answer, Failure, Progress
from scalr_async.transport._body import ACCEPT_ENCODING, Body, Unpacker
from scalr_async.transport._pulse import Pulse
from scalr_async.transport._redirect import same_origin
from scalr_async.transport._target import target
from scalr_async.transport._tokens import Tokens

__all__ = ["AiohttpWire"]

_ERROR_BODY: Final = 1024 * 1024
"""Bytes of an error's body that are read; what follows cannot say anything new."""
_TYPED: Final = frozenset({"POST", "PUT", "PATCH"})
"""Methods for which aiohttp makes up a Content-Type, even without a body."""
_NO_TYPE: Final = (hdrs.CONTENT_TYPE,)


class AiohttpWire:
    """Sends requests through a `Pool`, with what one configuration says about each of them."""

    def __init__(self, pool: Pool, config: Config, tokens: Tokens, pulse: Pulse) -> None:
        self._pool = pool
        self._pulse = pulse
        self._tokens = tokens
        self._token: Secret | None = None
        self._root = config.api_root
        self._below = config.api_root.raw_path
        self._limit = config.limits.body
        self._headers = _headers(config)
        self._timeouts = config.timeouts
        self._proxy_headers = {hdrs.USER_AGENT: config.user_agent}
        connect = config.timeouts.connect
        self._connecting = aiohttp.ClientTimeout(
            connect=connect, sock_connect=connect, ceil_threshold=float("inf")
        )

    async def attempt(self, request: Request, progress: Progress) -> Answer | Failure:
        """Send the request exactly once and read the answer to its end."""
        if not self._authorized:
            await self._authorize(progress)
        exchange = self._exchange(request, progress)
        try:
            begun = await self._send(exchange)
            return begun if isinstance(begun, Failure) else await self._read(begun, exchange)
        finally:
            self._pulse.forget(exchange)

    async def open(self, request: Request, progress: Progress) -> Answer | Failure:
        """Send the request exactly once and read a success to the first piece of its body."""
        if not self._authorized:
            await self._authorize(progress)
        exchange = self._exchange(request, progress)
        flow: _Flow | None = None
        try:
            begun = await self._send(exchange)
            if isinstance(begun, Failure) or begun.status >= 300:
                return begun if isinstance(begun, Failure) else await self._read(begun, exchange)
            flow = _Flow(begun, exchange, self._pulse, self._timeouts)
            failure = await flow.begin()
            return failure or Answer(begun.status, Headers(begun.headers), b"", flow)
        finally:
            if flow is None:
                self._pulse.forget(exchange)

    def _exchange(self, request: Request, progress: Progress) -> Exchange:
        progress.token = self._token
        url, headers = self._place(request)
        if request.headers and headers is self._headers:
            headers = headers.copy()
            headers.update(request.headers)
        exchange = Exchange(request, url, headers, progress, self._timeouts.read)
        self._pulse.watch(exchange)
        return exchange

    async def _send(self, exchange: Exchange) -> aiohttp.ClientResponse | Failure:
        method, body, pool = exchange.request.method, exchange.body, self._pool
        session = pool.fresh if exchange.progress.fresh else pool.session
        try:
            return await session.request(
                method,
                exchange.url,
                data=body,
                allow_redirects=False,
                raise_for_status=False,
                auto_decompress=False,
                skip_auto_headers=_NO_TYPE if body is None and method in _TYPED else None,
                timeout=self._connecting,
                proxy=pool.proxy,
                proxy_headers=self._proxy_headers if pool.proxy else None,
                ssl=pool.ssl,
                middlewares=(exchange,),
            )
        except (aiohttp.ClientError, OSError) as error:
            failure = failure_of(error, exchange.progress, self._timeouts, pool.proxy_address)
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

    @property
    def _authorized(self) -> bool:
        """True if the newest token is in the headers, and no other is to be asked for."""
        tokens = self._tokens
        return self._token is tokens.current and tokens.settled

    async def _authorize(self, progress: Progress) -> None:
        """Put the newest token into the headers; those of requests under way stay as they are."""
        progress.phase, progress.sent = "token wait", False
        token = await self._tokens.get()
        self._headers = self._headers.copy()
        self._headers[hdrs.AUTHORIZATION] = Secret(f"Bearer {token}")
        self._token = token

    def _place(self, request: Request) -> tuple[URL, CIMultiDict[str]]:
        """Return where a request goes, and the headers that may go there."""
        if request.url is None:
            below = target(request.path, request.params)
            if request.params:
                return URL(f"{self._root}{below}", encoded=True), self._headers
            return self._root.with_path(self._below + below, encoded=True), self._headers
        url = URL(request.url, encoded=True)
        if same_origin(url, self._root):
            return url, self._headers
        foreign = CIMultiDict({hdrs.HOST: url.host_port_subcomponent or ""})
        for name in (hdrs.USER_AGENT, hdrs.ACCEPT_ENCODING):
            foreign[name] = self._headers[name]
        return url, foreign

    async def _read(self, response: aiohttp.ClientResponse, exchange: Exchange) -> Answer | Failure:
        progress = exchange.progress
        progress.phase = "response body"
        progress.status = status = response.status
        headers = Headers(response.headers)
        body: Body | None = None
        try:
            limit = self._limit if status < 400 else min(self._limit, _ERROR_BODY)
            body = Body(response.headers.getall(hdrs.CONTENT_ENCODING, ()), limit)
            content = response.content
            while not content.at_eof():
                body.feed(await content.readany())
            exchange.check_end(response)
            return Answer(status, headers, body.finish())
        except PayloadError as error:
            failure = Failure(type(error), error.message)
        except (aiohttp.ClientError, HttpProcessingError, OSError) as error:
            failure = failure_of(error, progress, self._timeouts)
        finally:
            if not response.closed:
                response.close()
        if status < 400:
            return failure
        return Answer(status, headers, b"" if body is None else body.so_far())


class _Flow:
    """The body of an answer under way; see `Flow`."""

    def __init__(
        self,
        response: aiohttp.ClientResponse,
        exchange: Exchange,
        pulse: Pulse,
        timeouts: Timeouts,
    ) -> None:
        exchange.awaiting = False
        exchange.progress.phase = "response body"
        exchange.progress.status = response.status
        self._response = response
        self._exchange = exchange
        self._pulse = pulse
        self._timeouts = timeouts
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
            failure = failure_of(error, self._exchange.progress, self._timeouts)
        except BaseException:
            self.close()
            raise
        self.close()
        return failure

    def close(self) -> None:
        """Let go of the connection; twice is no harm."""
        self._pulse.forget(self._exchange)
        if not self._response.closed:
            self._response.close()

    async def _unpacked(self) -> AsyncGenerator[bytes]:
        content = self._response.content
        unpacker = Unpacker(self._response.headers.getall(hdrs.CONTENT_ENCODING, ()))
        while data := await self._next(content):
            for piece in filter(None, unpacker.unpack(data)):
                yield piece
        self._exchange.check_end(self._response)
        unpacker.finish()
        self._pulse.forget(self._exchange)

    async def _next(self, content: aiohttp.StreamReader) -> bytes:
        self._exchange.awaiting = True
        try:
            return await content.readany()
        finally:
            self._exchange.awaiting = False


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
