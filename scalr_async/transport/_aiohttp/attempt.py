"""One attempt: a request that is sent exactly once, and its answer."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Final

import aiohttp
from aiohttp import hdrs
from aiohttp.http import HttpProcessingError
from multidict import CIMultiDict
from yarl import URL

from scalr_async._http import IDEMPOTENT_METHODS, Headers, Request
from scalr_async._values import Secret
from scalr_async.config import Config
from scalr_async.errors import ClientStateError, PayloadError, ScalrError
from scalr_async.transport._aiohttp.bodies import (
    BytesBody,
    StreamedBody,
    StreamedResponse,
    make_body,
)
from scalr_async.transport._aiohttp.connections import Lease
from scalr_async.transport._aiohttp.connector import Request as SentRequest
from scalr_async.transport._aiohttp.errors import LostError, UnsolicitedError, failure_of
from scalr_async.transport._aiohttp.pool import Pool
from scalr_async.transport._attempt import Answer, Failure, Progress
from scalr_async.transport._decompress import ACCEPT_ENCODING, BodyCollector
from scalr_async.transport._request_target import request_target, same_origin
from scalr_async.transport._tokens import Tokens

__all__ = ["AiohttpWire", "Exchange"]

_MAX_ERROR_BODY: Final = 1024 * 1024
"""The number of bytes that are read of an error's body; the rest is ignored."""
_TYPED: Final = frozenset({"POST", "PUT", "PATCH"})
"""Methods for which aiohttp adds a Content-Type, even without a body."""
_NO_TYPE: Final = (hdrs.CONTENT_TYPE,)
_BODILESS: Final = frozenset({204, 304})
"""Final statuses whose answers have no body."""
_LOST: Final = (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)
"""The errors after which aiohttp would send a request again."""

_Handler = Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]


class AiohttpWire:
    """A wire through a `Pool`, following one configuration."""

    def __init__(self, pool: Pool, config: Config, tokens: Tokens) -> None:
        self._pool = pool
        self._tokens = tokens
        self._token: Secret | None = None
        self._root = config.api_root
        self._root_path = config.api_root.raw_path
        self._max_body = config.limits.body
        self._headers = _headers(config)
        self._timeouts = config.timeouts
        self._proxy_headers = {hdrs.USER_AGENT: config.user_agent}
        connect = config.timeouts.connect
        self._connect_timeout = aiohttp.ClientTimeout(
            connect=connect, sock_connect=connect, ceil_threshold=float("inf")
        )

    async def attempt(self, request: Request, progress: Progress) -> Answer | Failure:
        """Send the request exactly once and read the answer to its end."""
        if not self._authorized:
            await self._authorize(progress)
        exchange = self._begin(request, progress)
        try:
            return await self._read(await self._send(exchange), exchange)
        finally:
            progress.exchange = None

    async def open(self, request: Request, progress: Progress) -> Answer | Failure:
        """Send the request exactly once and read the first chunk of a success."""
        if not self._authorized:
            await self._authorize(progress)
        exchange = self._begin(request, progress)
        stream: StreamedResponse | None = None
        try:
            response = await self._send(exchange)
            if isinstance(response, Failure) or response.status >= 300:
                return await self._read(response, exchange)
            stream = StreamedResponse(response, progress, exchange.check_end, self._timeouts)
            failure = await stream.begin()
            return failure or Answer(response.status, Headers(response.headers), b"", stream)
        finally:
            if stream is None:
                progress.exchange = None

    def _begin(self, request: Request, progress: Progress) -> Exchange:
        progress.token = self._token
        url, headers = self._address(request)
        if request.headers and headers is self._headers:
            headers = headers.copy()
            headers.update(request.headers)
        body = None if request.body is None else make_body(request.body, progress)
        exchange = Exchange(request, url, headers, body, progress, read=self._timeouts.read)
        progress.exchange = exchange
        return exchange

    async def _send(self, exchange: Exchange) -> aiohttp.ClientResponse | Failure:
        method, body, pool = exchange.request.method, exchange.body, self._pool
        session = pool.session
        if session is None or session.closed:
            raise ClientStateError("the aiohttp session of the client is closed")
        if exchange.progress.fresh:
            session = pool.fresh
        try:
            return await session.request(
                method,
                exchange.url,
                data=body,
                allow_redirects=False,
                raise_for_status=False,
                auto_decompress=False,
                skip_auto_headers=_NO_TYPE if body is None and method in _TYPED else None,
                timeout=self._connect_timeout,
                proxy=pool.proxy,
                proxy_headers=self._proxy_headers if pool.proxy else None,
                ssl=pool.ssl,
                middlewares=(exchange,),
            )
        except (aiohttp.ClientError, OSError) as error:
            failure = failure_of(error, exchange.progress, self._timeouts, pool.proxy_address)
        body_error = body.error if isinstance(body, StreamedBody) else None
        if isinstance(body_error, ScalrError):
            return Failure(type(body_error), body_error.message)
        if body_error is not None:
            raise body_error
        return failure

    async def refresh_token(self, progress: Progress) -> bool:
        """Return whether there is another token than the one that the server refused."""
        progress.phase = "token wait"
        return await self._tokens.refresh(progress.token)

    @property
    def _authorized(self) -> bool:
        """True if the newest token is in the headers and no renewal is due."""
        tokens = self._tokens
        if self._token is not tokens.current:
            return False
        return tokens.due == math.inf or tokens.settled

    async def _authorize(self, progress: Progress) -> None:
        """Put the newest token into the headers; requests under way keep theirs."""
        progress.phase, progress.sent = "token wait", False
        token = await self._tokens.get()
        self._headers = self._headers.copy()
        self._headers[hdrs.AUTHORIZATION] = Secret(f"Bearer {token}")
        self._token = token

    def _address(self, request: Request) -> tuple[URL, CIMultiDict[str]]:
        """Return the URL of a request, and the headers that may be sent there."""
        if request.url is None:
            target = request_target(request.path, request.params)
            if request.params:
                return URL(f"{self._root}{target}", encoded=True), self._headers
            return self._root.with_path(self._root_path + target, encoded=True), self._headers
        url = URL(request.url, encoded=True)
        if same_origin(url, self._root):
            return url, self._headers
        foreign = CIMultiDict({hdrs.HOST: url.host_port_subcomponent or ""})
        for name in (hdrs.USER_AGENT, hdrs.ACCEPT_ENCODING):
            foreign[name] = self._headers[name]
        return url, foreign

    async def _read(
        self, response: aiohttp.ClientResponse | Failure, exchange: Exchange
    ) -> Answer | Failure:
        """Read an answer to its end; return a failure unchanged."""
        if isinstance(response, Failure):
            return response
        progress = exchange.progress
        progress.phase = "response body"
        progress.status = status = response.status
        whole, body = b"", None
        try:
            limit = self._max_body if status < 400 else min(self._max_body, _MAX_ERROR_BODY)
            content = response.content
            encodings = response.headers.getall(hdrs.CONTENT_ENCODING, ())
            if content.is_eof() and content.total_bytes <= limit and not encodings:
                whole = await content.readany()  # it arrived with its head
            else:
                body = BodyCollector(encodings, limit)
                while not content.at_eof():
                    body.feed(await content.readany())
            if hdrs.CONTENT_LENGTH not in response.headers:
                exchange.check_end(response)
            whole = whole if body is None else body.finish()
            return Answer(status, Headers(response.headers), whole)
        except PayloadError as error:
            failure = Failure(type(error), error.message)
        except (aiohttp.ClientError, HttpProcessingError, OSError) as error:
            failure = failure_of(error, progress, self._timeouts)
        finally:
            if not response.closed:
                response.close()
        if status < 400:
            return failure
        whole = whole if body is None else body.collected()
        return Answer(status, Headers(response.headers), whole)


class Exchange:
    """A middleware around one send, which also watches for a silent server.

    It replaces all headers, so that aiohttp adds none of its own, and hides lost connections from
    aiohttp, which would send GET, PUT and DELETE again by itself. Data that arrives on a kept
    connection before the request is sent is not the answer, but left over from an earlier request.

    Args:
        request: the request.
        url: its URL.
        headers: the headers for this URL, without those that describe the body.
        body: the body, None if there is none.
        progress: the call.
        read: the longest silence of the server in seconds, None for no limit.
    """

    __slots__ = (
        "_headers",
        "_read",
        "_received",
        "_sent",
        "_since",
        "body",
        "progress",
        "request",
        "url",
    )

    def __init__(
        self,
        request: Request,
        url: URL,
        headers: CIMultiDict[str],
        body: BytesBody | None,
        progress: Progress,
        *,
        read: float | None,
    ) -> None:
        self.url = url
        self._headers = headers
        self.request = request
        self.body = body
        self.progress = progress
        self._read = read
        self._sent: SentRequest | None = None
        self._received = -1
        self._since = 0.0
        progress.waiting = True

    async def __call__(
        self, sent: aiohttp.ClientRequest, handler: _Handler
    ) -> aiohttp.ClientResponse:
        assert isinstance(sent, SentRequest), "the session makes them"
        progress, body = self.progress, self.body
        sent.progress = progress
        sent.headers = self._complete_headers()
        self._sent = sent
        while True:
            sent.response = sent.lease = None
            progress.phase, progress.sent, progress.status = "connect", False, None
            try:
                response = await handler(sent)
            except aiohttp.ClientConnectionError as error:
                self._record_progress(sent)
                if self._may_reconnect():
                    continue
                if isinstance(error, _LOST):
                    raise LostError(error) from None
                raise
            except BaseException:
                self._record_progress(sent)
                raise
            progress.sent = body is None or body.started
            lease = sent.lease
            if lease is None or (progress.sent and not lease.server_spoke_first):
                return response
            if not lease.kept and response.status >= 400:
                return response  # a server may answer a new connection with an error
            response.close()
            if not self._may_reconnect():
                raise LostError(aiohttp.ClientConnectionError()) if lease.kept else UnsolicitedError

    def _may_reconnect(self) -> bool:
        """Return whether to try another connection: nothing was sent, and this one was kept."""
        lease, body = self._lease, self.body
        kept = lease is not None and lease.kept
        return kept and not self.progress.sent and (body is None or not body.source_read)

    @property
    def _lease(self) -> Lease | None:
        return None if self._sent is None else self._sent.lease

    def check_end(self, response: aiohttp.ClientResponse) -> None:
        """Raise `ClientPayloadError` if the connection ended before the answer did."""
        if (lease := self._lease) is None:
            return
        chunked = "chunked" in response.headers.get(hdrs.TRANSFER_ENCODING, "").lower()
        if not chunked and response.status not in _BODILESS and not lease.ended_cleanly():
            raise aiohttp.ClientPayloadError

    def check(self, now: float) -> None:
        """End the wait for an answer if the server was silent for too long or the connection ended.

        aiohttp drops a connection with malformed chunks without waking the reader.
        """
        response = None if self._sent is None else self._sent.response
        if response is None or not self._all_sent or not self.progress.waiting:
            self._received = -1
            return
        content, connection = _content(response), response.connection
        if content is not None and content.is_eof():
            return  # complete: the reader will notice
        received = 0 if content is None else content.total_bytes
        if received != self._received:
            self._received, self._since = received, now
        if self._read is not None and now - self._since >= self._read:
            _wake(response, aiohttp.SocketTimeoutError())
        elif content is not None and (connection is None or connection.closed):
            _wake(response, aiohttp.ClientPayloadError())

    @property
    def _all_sent(self) -> bool:
        return self.body is None or self.body.written

    def _complete_headers(self) -> CIMultiDict[str]:
        request, body = self.request, self.body
        headers = self._headers.copy()
        headers[hdrs.ACCEPT] = request.accept
        if body is not None:
            headers[hdrs.CONTENT_TYPE] = request.content_type
            if body.size is None:
                headers[hdrs.TRANSFER_ENCODING] = "chunked"
            else:
                headers[hdrs.CONTENT_LENGTH] = str(body.size)
        elif request.method not in IDEMPOTENT_METHODS:
            headers[hdrs.CONTENT_LENGTH] = "0"
        return headers

    def _record_progress(self, sent: aiohttp.ClientRequest) -> None:
        """Record how far the attempt got; aiohttp creates the response when it begins to send."""
        if sent.response is None:
            return
        body, progress = self.body, self.progress
        progress.sent = body is None or body.started
        progress.phase = "response headers" if body is None or body.written else "send"


def _content(response: aiohttp.ClientResponse) -> aiohttp.StreamReader | None:
    """Return the body of an answer, None before its head has arrived."""
    content: aiohttp.StreamReader | None = response.content
    return content


def _wake(response: aiohttp.ClientResponse, error: aiohttp.ClientError) -> None:
    """Raise an error in the task that waits for the answer."""
    connection = response.connection
    waiting = _content(response) or (connection and connection.protocol)
    assert waiting is not None, "a wait for the head of an answer has a connection"
    waiting.set_exception(error)


def _headers(config: Config) -> CIMultiDict[str]:
    """Return the headers of every request of a configuration, in wire order."""
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
