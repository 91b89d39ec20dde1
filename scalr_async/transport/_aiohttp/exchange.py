"""One send and one answer: what goes out, how far it came, and whether anything still comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http.cookies import SimpleCookie

import aiohttp
from aiohttp import hdrs
from multidict import CIMultiDict
from yarl import URL

from scalr_async._wire import IDEMPOTENT_METHODS, Request
from scalr_async.transport._aiohttp.bodies import StreamedBody, make_body
from scalr_async.transport._aiohttp.errors import LostError
from scalr_async.transport._attempt import Progress

__all__ = ["Exchange"]

_PULSE = 1.0
"""Seconds between two looks at an exchange, at most."""

_Handler = Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]


class Exchange:
    """A middleware around one send, and a watch over its answer.

    It replaces all headers by ours (a session of the caller may have added its own, cookies and
    credentials included), keeps cookies out of the session's jar, and hides lost connections
    from aiohttp, which would send GET, PUT and DELETE a second time by itself.

    While an answer is awaited, `look` ends the wait when nothing came for `read` seconds.
    """

    __slots__ = (
        "_came",
        "_headers",
        "_read",
        "_sent",
        "_since",
        "awaiting",
        "body",
        "interval",
        "progress",
        "request",
        "url",
    )

    def __init__(
        self,
        request: Request,
        url: URL,
        headers: CIMultiDict[str],
        progress: Progress,
        read: float | None,
    ) -> None:
        self.url = url
        self._headers = headers
        self.request = request
        self.progress = progress
        self._read = read
        self._sent: aiohttp.ClientRequest | None = None
        self._came = -1
        self._since = 0.0
        self.interval = _PULSE if read is None else min(_PULSE, read / 4)
        self.awaiting = True
        """Whether somebody waits for more of the answer."""
        self.body = None if request.body is None else make_body(request.body, progress)

    async def __call__(
        self, sent: aiohttp.ClientRequest, handler: _Handler
    ) -> aiohttp.ClientResponse:
        progress = self.progress
        progress.phase = "connect"
        progress.sent = False
        progress.status = None
        sent.headers = self._all_headers()
        self._sent = sent
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

    @property
    def unread(self) -> Exception | None:
        """What kept a streamed body from being read, if anything did."""
        return self.body.failure if isinstance(self.body, StreamedBody) else None

    def look(self, now: float) -> None:
        """End the wait for an answer that does not come, or whose connection is gone.

        aiohttp drops a connection whose chunks turn out malformed without waking the reader.
        """
        response = None if self._sent is None else self._sent.response
        if response is None or not self._all_sent or not self.awaiting:
            self._came = -1
            return
        content, connection = _content(response), response.connection
        if content is not None and content.is_eof():
            return  # all of it is there; who waits for it will see
        came = 0 if content is None else content.total_bytes
        if came != self._came:
            self._came, self._since = came, now
        if self._read is not None and now - self._since >= self._read:
            _wake(response, aiohttp.SocketTimeoutError())
        elif content is not None and (connection is None or connection.closed):
            _wake(response, aiohttp.ClientPayloadError())

    @property
    def _all_sent(self) -> bool:
        return self.body is None or self.body.written

    def _all_headers(self) -> CIMultiDict[str]:
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

    def _locate(self, sent: aiohttp.ClientRequest) -> None:
        """Write down how far it came: aiohttp makes the response when it begins to send."""
        if sent.response is None:
            return
        body, progress = self.body, self.progress
        progress.sent = body is None or body.started
        progress.phase = "response headers" if body is None or body.written else "send"


def _content(response: aiohttp.ClientResponse) -> aiohttp.StreamReader | None:
    """Return the body of an answer, None before its headers have come."""
    content: aiohttp.StreamReader | None = response.content
    return content


def _wake(response: aiohttp.ClientResponse, error: aiohttp.ClientError) -> None:
    """Raise an error where the head of an answer, or more of its body, is awaited."""
    connection = response.connection
    waiting = _content(response) or (connection and connection.protocol)
    assert waiting is not None, "who waits for the head of an answer has a connection"
    waiting.set_exception(error)
