"""Requests, and the connectors that create their connections or borrow those of a lent session.

Private names of aiohttp, and the purpose of each:

============================== ===================================================================
`TCPConnector._factory`        connections of the module `connections`, which are checked before
                               they are used again and accept one answer for each request
`client_proto.ResponseHandler` their base class; documented nowhere, like its methods
`tracing.Trace`                the steps of a lent connector: waiting, connecting, reusing
`BaseConnector._loop`, `_ssl`  errors and warnings about a lent session
`ClientRequest._timer`,        `ShortRequest`: requests without a task, in one write
`ClientResponse(...)`
============================== ===================================================================

`Connector.flaw` tests these connections when a client opens, and each connection is checked when it
is first used. If they do not work, no connection is used twice; without any of the other names,
only its purpose is not served.
"""

from __future__ import annotations

import asyncio
import inspect
import ssl
import warnings
from functools import partial
from typing import Any, Final

import aiohttp
from aiohttp import ClientSession, ClientTimeout
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection as Acquired
from aiohttp.http import StreamWriter
from aiohttp.tracing import Trace, TraceConfig

from scalr_async.errors import ClientStateError
from scalr_async.transport._aiohttp.bodies import BytesBody
from scalr_async.transport._aiohttp.connections import Connection, Lease
from scalr_async.transport._attempt import Progress

__all__ = [
    "Answered",
    "Connector",
    "LentConnector",
    "OwnRequest",
    "Request",
    "ShortRequest",
    "accepts_any_certificate",
]

_SHORT: Final = 32 * 1024
"""The largest body, in bytes, that a socket takes in one write."""
_RESPONSE: Final = (
    "method url writer continue100 timer request_info traces loop session stream_writer"
)
"""The parameters from which aiohttp creates a response."""


class Answered(aiohttp.ClientResponse):
    """A response whose `repr` shows no headers: a server may echo secrets there."""

    __repr__ = object.__repr__


class Request(aiohttp.ClientRequest):
    """A request with the progress of its call and the lease of its connection."""

    progress: Progress
    lease: Lease | None = None

    async def send(self, conn: Acquired) -> aiohttp.ClientResponse:
        """Send the request, and return its response, which aiohttp starts."""
        lease, body = self.lease, self.body
        if lease is not None and isinstance(body, BytesBody):
            body.is_unusable = lease.is_unusable
        return await super().send(conn)


class OwnRequest(Request):
    """A request of a session that the client owns."""

    async def send(self, conn: Acquired) -> aiohttp.ClientResponse:
        """Send the request, and return its response, which aiohttp starts."""
        await self._use(conn.protocol).settle()
        return await super().send(conn)

    def _use(self, protocol: ResponseHandler | None) -> Lease:
        """Lease a connection; one that is no `Connection` is closed after use."""
        if isinstance(protocol, Connection):
            self.lease = lease = protocol.begin()
            return lease
        assert protocol is not None, "it was acquired for this request"
        self.lease = lease = Lease(protocol)
        lease.begin()
        lease.close_after_use()
        connector = self.session.connector
        assert isinstance(connector, Connector), "only its sessions make such requests"
        connector.warn("it creates other connections than expected")
        return lease


class ShortRequest(OwnRequest):
    """A request that is sent in one write and without a task if it is short.

    aiohttp starts a task for every body. Without this class, a single write takes 9 to 16 % more
    CPU and 7 to 12 % longer, a link among many 6 to 11 % more CPU, a read 2 to 4 % more of both (on
    loopback, Python 3.11 to 3.13). aiohttp itself sends long and streamed bodies and requests
    through a proxy; the session has no traces.
    """

    KNOWN = " ".join(inspect.signature(aiohttp.ClientResponse).parameters) == _RESPONSE
    """True if this version of aiohttp creates its responses as expected; versions differ."""

    async def send(self, conn: Acquired) -> aiohttp.ClientResponse:
        """Send the request, and return its response, which aiohttp starts."""
        protocol = conn.protocol
        lease = self._use(protocol)
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
            # Not drained: a call cancelled while draining would look unsent.
            await writer.write(body.data, drain=False)
            body.started = body.written = True
        writer.set_eof()
        response = Answered(
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
    """A connector that creates a `Connection` each time, or with `ours=False` aiohttp's own."""

    def __init__(self, *, ours: bool = True, **options: Any) -> None:
        super().__init__(**options)
        self._warned = not ours
        self._replaceable = hasattr(self, "_factory")
        if ours:
            make = partial(Connection, asyncio.get_running_loop())
            self._factory = make  # type: ignore[assignment]  # a partial is not covariant

    def flaw(self) -> str | None:
        """Return why `Connection` does not work with this version of aiohttp, None if it does."""
        made: Any = None
        try:
            made = self._factory()
            made.set_response_params(read_until_eof=True, auto_decompress=False)
            made.data_received(b"HTTP/1.1 204 No Content\r\n\r\nexcess bytes")
            answers = len(made)
        except Exception:  # noqa: BLE001  # another version may raise anything
            answers = 0
        if not self._replaceable or type(made) is not Connection:
            return "its connections cannot be replaced"
        return None if answers == 1 else "its connections work in another way"

    def warn(self, flaw: str) -> None:
        """Warn once that connections are not reused, with the reason."""
        if not self._warned:
            self._warned = True
            warnings.warn(
                f"aiohttp {aiohttp.__version__}: {flaw}; none is used for more than one request, "
                "which is slow: install a version that scalr-async was tested with",
                RuntimeWarning,
                stacklevel=5,
            )


class LentConnector(aiohttp.BaseConnector):
    """The connector of a lent session, for use by the client's own session.

    Its connections are checked before use as well. The time for which a request waits for one of
    them does not count towards `Timeouts.connect`.
    """

    def __init__(self, session: ClientSession, connector: aiohttp.BaseConnector) -> None:
        super().__init__()
        if getattr(connector, "_loop", self._loop) is not self._loop:
            raise ClientStateError(
                "the aiohttp session that was passed in belongs to another event loop"
            )
        self._lender = session
        self._theirs = connector

    @property
    def closed(self) -> bool:
        """True if the lent session was closed, or this connector."""
        return self._lender.closed or super().closed

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109  # the name is aiohttp's
    ) -> Acquired:
        """Return a connection that is not stale."""
        assert isinstance(req, Request), "the session makes them"
        unbounded = ClientTimeout(
            sock_connect=timeout.sock_connect, ceil_threshold=timeout.ceil_threshold
        )
        while True:
            async with asyncio.timeout(None) as limit:
                steps = _Steps(self._lender, req.progress, limit, timeout.connect)
                acquired = await self._theirs.connect(req, [*traces, steps], unbounded)
            assert acquired.protocol is not None, "it was acquired just now"
            lease = Lease(acquired.protocol, kept=steps.kept)
            if lease.kept and lease.is_stale():
                acquired.close()
                continue
            try:
                await lease.settle()
            except BaseException:
                acquired.close()
                raise
            req.lease = lease
            lease.begin()
            return acquired


class _Steps(Trace):
    """A trace of how a connector provides a connection: it waits, then connects or reuses one."""

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


def accepts_any_certificate(connector: aiohttp.BaseConnector) -> bool:
    """Return whether a connector accepts any certificate; a pinned fingerprint is a check too."""
    trust = getattr(connector, "_ssl", True)
    if isinstance(trust, ssl.SSLContext):
        return trust.verify_mode is ssl.CERT_NONE
    return trust is False or trust is None
