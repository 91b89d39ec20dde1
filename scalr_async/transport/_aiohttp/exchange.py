"""One send and one answer: what goes out, how far it came, and whether anything still comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import aiohttp
from aiohttp import hdrs
from multidict import CIMultiDict
from yarl import URL

from scalr_async._http import IDEMPOTENT_METHODS, Request
from scalr_async.transport._aiohttp.bodies import StreamedBody, make_body
from scalr_async.transport._aiohttp.connections import Request as Sent
from scalr_async.transport._aiohttp.errors import LostError, UnaskedError
from scalr_async.transport._aiohttp.lease import Lease
from scalr_async.transport._attempt import Progress

__all__ = ["Exchange"]

_PULSE = 1.0
"""Seconds between two looks at an exchange, at most."""
_BODILESS: Final = frozenset({204, 304})
"""Final statuses whose answers end with their head."""

_LOST: Final = (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)
"""The errors after which aiohttp sends a request again."""

_Handler = Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]


class Exchange:
    """A middleware around one send, and a watch over its answer.

    It replaces the headers by ours, so that aiohttp adds none, and hides lost connections from
    aiohttp, which would send GET, PUT and DELETE a second time by itself. An answer to a request
    of which nothing was sent is none: on a kept connection it is what others left there.

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
        self._sent: Sent | None = None
        self._came = -1
        self._since = 0.0
        self.interval = _PULSE if read is None else min(_PULSE, read / 4)
        self.awaiting = True
        """True if somebody waits for more of the answer."""
        self.body = None if request.body is None else make_body(request.body, progress)

    async def __call__(
        self, sent: aiohttp.ClientRequest, handler: _Handler
    ) -> aiohttp.ClientResponse:
        assert isinstance(sent, Sent), "the session makes them"
        progress, body = self.progress, self.body
        sent.progress = progress
        sent.headers = self._all_headers()
        self._sent = sent
        while True:
            sent.response = sent.lease = None
            progress.phase, progress.sent, progress.status = "connect", False, None
            try:
                response = await handler(sent)
            except aiohttp.ClientConnectionError as error:
                self._locate(sent)
                if self._goes_elsewhere():
                    continue
                if isinstance(error, _LOST):
                    raise LostError(error) from None
                raise
            except BaseException:
                self._locate(sent)
                raise
            progress.sent = body is None or body.started
            lease = sent.lease
            if lease is None or (progress.sent and not lease.spoke_first):
                return response
            if not lease.kept and response.status >= 400:
                return response  # a server may refuse whoever connects
            response.close()
            if not self._goes_elsewhere():
                raise LostError(aiohttp.ClientConnectionError()) if lease.kept else UnaskedError

    def _goes_elsewhere(self) -> bool:
        """Return whether to take another connection: this was a kept one, and nothing was sent."""
        lease, body = self._lease, self.body
        kept = lease is not None and lease.kept
        return kept and not self.progress.sent and (body is None or not body.touched)

    @property
    def _lease(self) -> Lease | None:
        return None if self._sent is None else self._sent.lease

    def check_end(self, response: aiohttp.ClientResponse) -> None:
        """Raise `ClientPayloadError` if only the connection ends an answer, and that was cut."""
        if hdrs.CONTENT_LENGTH in response.headers or (lease := self._lease) is None:
            return
        chunked = "chunked" in response.headers.get(hdrs.TRANSFER_ENCODING, "").lower()
        if not chunked and response.status not in _BODILESS and not lease.ended_on_purpose():
            raise aiohttp.ClientPayloadError

    @property
    def unread(self) -> Exception | None:
        """The error that kept a streamed body from being read, if any."""
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
