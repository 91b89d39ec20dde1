"""Connections of our own kind; every private name of aiohttp, and what each buys.

============================== ===================================================================
`TCPConnector._factory`        connections of our own kind: they are looked at before they are used
                               again, a complete answer counts whatever comes behind it, and nothing
                               else is taken for an answer
`client_proto.ResponseHandler` what they are made from; documented nowhere, like its methods
`tracing.Trace`                what a lent connector does: waits, connects, hands out a kept one
`BaseConnector._loop`, `_ssl`  errors and warnings about a lent session
`ClientRequest._timer`,        requests go out without a task and in one piece: 1 % of a read, of a
`ClientResponse(...)`          write 14 % on Python 3.11 and 5 % on later ones
============================== ===================================================================

`Connector.flaw` tries the first two when a client opens, and every connection is checked when it is
used first. Without them no connection is used twice; without the others, what they buy is missing.
"""

from __future__ import annotations

import asyncio
import inspect
import re
import ssl
import warnings
from functools import partial
from typing import Any, Final

import aiohttp
from aiohttp import ClientSession, ClientTimeout, StreamReader
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection as Acquired
from aiohttp.http import RawResponseMessage, StreamWriter
from aiohttp.tracing import Trace, TraceConfig

from scalr_async.errors import ClientStateError
from scalr_async.transport._aiohttp.bodies import BytesBody
from scalr_async.transport._aiohttp.lease import Lease
from scalr_async.transport._aiohttp.reading import BufferedHandler
from scalr_async.transport._attempt import Progress

__all__ = [
    "Connector",
    "LentConnector",
    "OwnRequest",
    "Request",
    "ShortRequest",
    "trusts_everybody",
]

_END_OF_HEAD: Final = re.compile(rb"\n\r?\n")  # to begin with `\r?` takes ten times as long
_END_OF_CHUNKS: Final = b"\n\r\n"
_SHORT: Final = 32 * 1024
"""Bytes of a body that a socket takes at once."""
_RESPONSE: Final = (
    "method url writer continue100 timer request_info traces loop session stream_writer"
)
"""The parameters that aiohttp makes a response from."""


class Connection(BufferedHandler):
    """A connection that takes one answer for each request, and nothing else.

    aiohttp throws a complete answer away when the bytes behind it in the same piece are not HTTP;
    it takes an answer behind another one for the next; and it lets the reader of a body wait for
    ever when that body turns out malformed.
    """

    lease: Lease
    _answer: StreamReader | None = None
    """The body of the answer, once its head has come."""
    _begun = False
    """True if it was given to a request."""
    _looked = False
    """True if the pool has just looked, so that the next request need not."""
    _heads = 0
    """The number of heads that came, informational ones included."""
    _chunked = False
    _came: bytes | bytearray = b""
    """The bytes of an answer whose head is not complete."""
    _holds = False
    _held: tuple[BaseException] | tuple[BaseException, BaseException] | tuple[()] = ()
    """The arguments of a `set_exception` that is held back."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        super().connection_made(transport)
        self.lease = Lease(self)

    def is_connected(self) -> bool:
        """Return whether it can be used: while it is idle nothing may come on it."""
        transport, answer = self.transport, self._answer
        if transport is None or transport.is_closing():
            return False
        if answer is None or not answer.is_eof():
            return True
        self._looked = self.lease.kept = True
        return not self.lease.has_unread()

    def begin(self) -> None:
        """Get ready for a request, which is about to be sent: what comes now is its answer."""
        if self._begun:
            self.lease.kept = True
            if not self._looked and self.lease.look():
                self.close()
            self._answer, self._came, self._heads = None, b"", 0
        self._begun, self._looked = True, False

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        """Queue an answer, if it is the first that is final."""
        message, body = data
        if self._answer is not None:
            self.close()
            return
        self._heads += 1
        if message.code >= 200 or message.code == 101:
            self._answer, self._chunked = body, message.chunked
        super().feed_data(data, size)

    def set_exception(self, exc: BaseException, exc_cause: BaseException | None = None) -> None:
        """Wake who waits for the answer with an error, unless there is a second try."""
        error = (exc,) if exc_cause is None else (exc, exc_cause)
        if self._holds:
            self._held = error
        else:
            super().set_exception(*error)

    def data_received(self, data: bytes) -> None:
        """Take what came; nothing when reading is resumed."""
        answer = self._answer
        heads = before = 0
        if answer is None:
            data = self._receive_head(data)
            answer, heads = self._answer, self._heads
        elif answer.is_eof():
            if data:
                self.close()
            return
        else:
            before = answer.total_bytes
            super().data_received(data)
        if answer is None:
            return
        if not answer.is_eof():
            if (error := self.exception()) is not None:
                answer.set_exception(error)
        elif data and self._goes_on(data, heads, answer.total_bytes - before):
            self.close()

    def _receive_head(self, data: bytes) -> bytes:
        """Take what may hold the end of a head; return it with what came of the answer before."""
        self._holds, self._held = True, ()
        super().data_received(data)
        self._holds = False
        whole = bytes(self._came) + data if self._came else data
        if self._held:
            self._receive_again(whole)
        elif self._answer is None:
            if not self._came:
                self._came = bytearray()
            self._came += data
        return whole

    def _goes_on(self, data: bytes, heads: int, body: int) -> bool:
        """Return whether anything is behind an answer that ends in these data."""
        if self._chunked:
            return not (data.endswith(_END_OF_CHUNKS) or _END_OF_CHUNKS.endswith(data))
        start = 0
        for _ in range(heads):
            end = _END_OF_HEAD.search(data, start)
            start = start if end is None else end.end()
        return len(data) > start + body

    def _receive_again(self, came: bytes) -> None:
        """Take an answer from its beginning, head by head, so that what follows cannot hurt."""
        error = self._held
        super().set_response_params(
            skip_payload=self._skip_payload, read_until_eof=True, auto_decompress=False
        )
        while self._answer is None and (end := _END_OF_HEAD.search(came)) is not None:
            super().data_received(came[: end.end()])
            came = came[end.end() :]
            if self.exception() is not None:
                return
        if self._answer is None:
            super().set_exception(*error)
        else:
            super().data_received(came)


class Request(aiohttp.ClientRequest):
    """A request that knows its call, and the connection it was given."""

    progress: Progress
    lease: Lease | None = None

    def take(self, lease: Lease) -> None:
        """Note the connection."""
        self.lease = lease
        if not lease.kept:
            lease.spoke_first = lease.look()

    async def send(self, conn: Acquired) -> aiohttp.ClientResponse:
        """Send the request, and return its response to be started."""
        lease, body = self.lease, self.body
        if lease is not None and isinstance(body, BytesBody):
            body.fails = lease.fails
        return await super().send(conn)


class OwnRequest(Request):
    """A request of a session of our own."""

    async def send(self, conn: Acquired) -> aiohttp.ClientResponse:
        """Send the request, and return its response to be started."""
        await self._take_own(conn.protocol).settle()
        return await super().send(conn)

    def _take_own(self, protocol: ResponseHandler | None) -> Lease:
        """Take a connection; one that turns out not to be ours is not kept."""
        if isinstance(protocol, Connection):
            protocol.begin()
            self.take(protocol.lease)
            return protocol.lease
        assert protocol is not None, "it was acquired for this request"
        lease = Lease(protocol)
        self.take(lease)
        lease.doom()
        connector = self.session.connector
        assert isinstance(connector, Connector), "only its sessions make such requests"
        connector.warn("its connections are not ours")
        return lease


class ShortRequest(OwnRequest):
    """A request that goes out in one piece and needs no task, when it is short.

    aiohttp starts one for every body; before Python 3.12 it makes the request wait for another
    turn of the event loop. Long and streamed bodies, and requests to a proxy, go aiohttp's way; the
    session has no traces.
    """

    KNOWN = " ".join(inspect.signature(aiohttp.ClientResponse).parameters) == _RESPONSE
    """True if this aiohttp makes its responses in the way known here; it has changed."""

    async def send(self, conn: Acquired) -> aiohttp.ClientResponse:
        """Send the request, and return its response to be started."""
        protocol = conn.protocol
        lease = self._take_own(protocol)
        if not lease.kept:
            await lease.settle()
        assert protocol is not None, "it was acquired for this request"
        body = self.body if type(self.body) is BytesBody else None
        short = not self.body if body is None else len(body.data) <= _SHORT
        if not short or self.proxy is not None or not self.KNOWN:
            return await Request.send(self, conn)
        writer = StreamWriter(protocol, self.loop)
        await writer.write_headers(f"{self.method} {self.url.raw_path_qs} HTTP/1.1", self.headers)
        if body is not None:
            # Without draining: a call that is cancelled while it drains would look unsent.
            await writer.write(body.data, drain=False)
            body.started = body.written = True
        writer.set_eof()
        response = aiohttp.ClientResponse(
            self.method,
            self.original_url,
            writer=None,
            continue100=None,
            timer=self._timer,
            request_info=self.request_info,
            traces=[],
            loop=self.loop,
            session=self.session,
            stream_writer=writer,
        )
        self.response = response  # type: ignore[assignment]  # aiohttp declares it as None
        return response


class Connector(aiohttp.TCPConnector):
    """Makes connections of our kind, or with `ours=False` those of aiohttp."""

    def __init__(self, *, ours: bool = True, **options: Any) -> None:
        super().__init__(**options)
        self._warned = not ours
        self._replaceable = hasattr(self, "_factory")
        if ours:
            make = partial(Connection, asyncio.get_running_loop())
            self._factory = make  # type: ignore[assignment]  # a partial is not covariant

    def flaw(self) -> str | None:
        """Return what of this aiohttp is not as our connections need it, None if all is."""
        made: Any = None
        try:
            made = self._factory()
            made.set_response_params(read_until_eof=True, auto_decompress=False)
            made.data_received(b"HTTP/1.1 204 No Content\r\n\r\nwhat nobody asked for")
            answers = len(made)
        except Exception:  # noqa: BLE001  # what another version raises cannot be known
            answers = 0
        if not self._replaceable or type(made) is not Connection:
            return "its connections cannot be replaced"
        return None if answers == 1 else "its connections work in another way"

    def warn(self, flaw: str) -> None:
        """Say once that connections cannot be watched, and what that means."""
        if not self._warned:
            self._warned = True
            warnings.warn(
                f"aiohttp {aiohttp.__version__}: {flaw}; none is used for more than one request, "
                "which is slow: install a version that scalr-async was tested with",
                RuntimeWarning,
                stacklevel=5,
            )


class LentConnector(aiohttp.BaseConnector):
    """The connector of a session that was lent, and what our own adds to it.

    Its connections are not ours, but they are looked at as well. Time spent waiting for one of
    them is no time spent connecting.
    """

    def __init__(self, session: ClientSession, connector: aiohttp.BaseConnector) -> None:
        super().__init__()
        if getattr(connector, "_loop", self._loop) is not self._loop:
            raise ClientStateError(
                "the aiohttp session that was passed in is of another event loop"
            )
        self._lender = session
        self._theirs = connector

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109  # the name is aiohttp's
    ) -> Acquired:
        """Return a connection on which nothing came that nobody asked for."""
        assert isinstance(req, Request), "the session makes them"
        unbounded = ClientTimeout(
            sock_connect=timeout.sock_connect, ceil_threshold=timeout.ceil_threshold
        )
        while True:
            async with asyncio.timeout(None) as limit:
                steps = _Steps(self._lender, req.progress, limit, timeout.connect)
                acquired = await self._theirs.connect(req, [*traces, steps], unbounded)
            assert acquired.protocol is not None, "it was taken just now"
            lease = Lease(acquired.protocol, kept=steps.kept)
            if lease.kept and lease.look():
                acquired.close()
                continue
            try:
                await lease.settle()
            except BaseException:
                acquired.close()
                raise
            req.take(lease)
            return acquired


class _Steps(Trace):
    """The steps of a connector on the way to a connection: wait, connect or hand out a kept one."""

    def __init__(
        self,
        session: ClientSession,
        progress: Progress,
        limit: asyncio.Timeout,
        seconds: float | None,
    ) -> None:
        super().__init__(session, _SILENT, _SILENT.trace_config_ctx())
        self._progress = progress
        self._limit = limit
        self._seconds = seconds
        self.kept = False

    async def send_connection_queued_start(self) -> None:
        self._progress.phase = "pool wait"

    async def send_connection_queued_end(self) -> None:
        self._progress.phase = "connect"

    async def send_connection_reuseconn(self) -> None:
        self.kept = True

    async def send_connection_create_start(self) -> None:
        if self._seconds is not None:
            self._limit.reschedule(asyncio.get_running_loop().time() + self._seconds)


_SILENT: Final = TraceConfig()
_SILENT.freeze()


def trusts_everybody(connector: aiohttp.BaseConnector) -> bool:
    """Return whether a connector takes any certificate; a fingerprint is proof of another kind."""
    trust = getattr(connector, "_ssl", True)
    if isinstance(trust, ssl.SSLContext):
        return trust.verify_mode is ssl.CERT_NONE
    return trust is False or trust is None
