"""Connections that are checked before use and accept one answer for each request.

They derive from `aiohttp.client_proto.ResponseHandler`, which is undocumented, like its methods.
`Connector.flaw` tests them when a client opens.
"""

from __future__ import annotations

import asyncio
import mmap
import re
import select
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from aiohttp import ClientOSError, ServerDisconnectedError, StreamReader
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import RawResponseMessage

__all__ = ["Connection", "Lease"]

_BUFFER: Final = 512 * 1024
"""The most bytes that are read at once: a page of 100 workspaces may fit in one read."""
_TURNS: Final = 8
"""Turns of an event loop in which it passes on received data; it needs four."""
_END_OF_HEAD: Final = re.compile(rb"\n\r?\n")  # a leading `\r?` would take ten times as long
_END_OF_CHUNKS: Final = b"\n\r\n"


class Lease:
    """The use of a connection by one request.

    Attributes:
        kept: whether the connection served another request before.
        server_spoke_first: whether the server of a new connection sent anything before a request.
    """

    __slots__ = ("_closing", "_poll", "_protocol", "_tls", "kept", "server_spoke_first")

    def __init__(self, protocol: ResponseHandler, *, kept: bool = False) -> None:
        self._protocol = protocol
        self.kept = kept
        self.server_spoke_first = False
        self._closing = False
        self._tls: ssl.SSLObject | None = None
        self._poll: Callable[[], object] | None = None
        transport = protocol.transport
        if transport is not None:
            self._tls = transport.get_extra_info("ssl_object")
            self._poll = _make_poll(transport.get_extra_info("socket"))

    def begin(self) -> None:
        """Note whether the server of a new connection sent anything before the request."""
        if not self.kept:
            self.server_spoke_first = self.is_stale()

    async def settle(self) -> None:
        """Let the event loop read the data that the server sent on a new TLS connection.

        With TLS 1.3 a server refuses the client's certificate after the handshake is complete for
        the client; writing then would lose the reason. Raises the error that ended the connection.
        """
        if self.kept or self._tls is None or not (self._is_closed or self._socket_has_data()):
            return
        if (error := await self.wait_for_error()) is not None:
            raise error

    async def wait_for_error(self) -> Exception | None:
        """Give the event loop time to process the end of the connection; return the error."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        error = self._protocol.exception()
        return error if isinstance(error, ClientOSError | ServerDisconnectedError) else None

    async def is_unusable(self) -> bool:
        """Return whether the connection must not be used; called before the first byte."""
        if self.kept:
            return self.is_stale()
        if self._is_closed:
            await self.wait_for_error()  # otherwise the error of a write would hide the reason
            return True
        self.server_spoke_first |= self.is_stale()
        return False

    @property
    def _is_closed(self) -> bool:
        transport = self._protocol.transport
        return transport is None or transport.is_closing()

    def is_stale(self) -> bool:
        """Return whether the connection has ended, or received data that was not requested."""
        protocol = self._protocol
        if self._is_closed:
            return True
        if protocol.writing_paused or (protocol.should_close and not self._closing):
            return True
        return self.has_unread()

    def close_after_use(self) -> None:
        """Make this request the last one on the connection."""
        self._closing = True
        self._protocol.force_close()

    def has_unread(self) -> bool:
        """Return whether the socket has data that the event loop has not read yet.

        Also returns True for a kept connection whose socket cannot be polled.
        """
        if self._tls is not None:
            if not self.kept:
                return False  # it may be a TLS session ticket
            if self._tls.pending():
                return True
        return self._socket_has_data()

    def _socket_has_data(self) -> bool:
        return self.kept if self._poll is None else bool(self._poll())

    def ended_cleanly(self) -> bool:
        """Return whether the peer itself ended the connection.

        With TLS the proof is a `close_notify`, because anybody can send a FIN (RFC 9112, 9.8).
        """
        if isinstance(self._protocol.exception(), ClientOSError):
            return False
        if self._tls is None:
            return True
        try:
            return not self._tls.read(1)
        except ssl.SSLZeroReturnError:
            return True
        except ssl.SSLError:
            return False


def _make_poll(socket: Any) -> Callable[[], object] | None:
    """Return a function that checks a socket for unread bytes, None if it has no descriptor."""
    descriptor = -1 if socket is None else socket.fileno()
    if descriptor < 0:
        return None
    if not hasattr(select, "poll"):  # on Windows
        return lambda: select.select([descriptor], [], [], 0)[0]
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return partial(poll.poll, 0)


class BufferedHandler(ResponseHandler, asyncio.BufferedProtocol):
    """A connection of aiohttp that reads into one reused buffer.

    By default asyncio reads each time into a new block of 256 KB, which the system has to map and
    clear; that is a tenth of the work for a small answer. An event loop without buffered reading
    calls `data_received` itself.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        # A bytearray would be cleared, which maps all of its memory for each connection.
        self._read_buffer = memoryview(mmap.mmap(-1, _BUFFER, access=mmap.ACCESS_COPY))

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002  # the size is fixed
        """Return the buffer to read into."""
        return self._read_buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Process the bytes that were read into the buffer."""
        self.data_received(bytes(self._read_buffer[:nbytes]))


class Connection(BufferedHandler):
    """A connection that accepts one answer for each request, and nothing else.

    aiohttp itself discards a complete answer if the bytes after it in the same read are not HTTP,
    takes a second answer for the answer to the next request, and lets the reader of a malformed
    body wait forever.
    """

    lease: Lease
    _answer: StreamReader | None = None
    """The body of the answer, None before its head has arrived."""
    _begun = False
    """True once a request has used the connection."""
    _checked = False
    """True if the pool has just checked the connection, so that the next request need not."""
    _heads = 0
    """The number of heads so far, informational ones included."""
    _chunked = False
    _head: bytes | bytearray = b""
    """The beginning of an answer whose head is not complete."""
    _hold_errors = False
    _held_error: tuple[BaseException] | tuple[BaseException, BaseException] | tuple[()] = ()
    """The arguments of a `set_exception` that was postponed."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start with a connected socket."""
        super().connection_made(transport)
        self.lease = Lease(self)

    def is_connected(self) -> bool:
        """Return whether the connection can be used again: it must receive nothing while idle."""
        transport, answer = self.transport, self._answer
        if transport is None or transport.is_closing():
            return False
        if answer is None or not answer.is_eof():
            return True
        self._checked = self.lease.kept = True
        return not self.lease.has_unread()

    def begin(self) -> Lease:
        """Prepare for a request: all data received from now on belongs to its answer."""
        if self._begun:
            self.lease.kept = True
            if not self._checked and self.lease.is_stale():
                self.close()
            self._answer, self._head, self._heads = None, b"", 0
        self._begun, self._checked = True, False
        self.lease.begin()
        return self.lease

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        """Queue an answer if it is the first final one."""
        message, body = data
        if self._answer is not None:
            self.close()
            return
        self._heads += 1
        if message.code >= 200 or message.code == 101:
            self._answer, self._chunked = body, message.chunked
        super().feed_data(data, size)

    def set_exception(self, exc: BaseException, exc_cause: BaseException | None = None) -> None:
        """Raise an error in the task that waits for the answer, or hold it for later."""
        error = (exc,) if exc_cause is None else (exc, exc_cause)
        if self._hold_errors:
            self._held_error = error
        else:
            super().set_exception(*error)

    def data_received(self, data: bytes) -> None:
        """Process received bytes; aiohttp passes none when it resumes reading."""
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
        elif data and self._has_excess(data, heads, answer.total_bytes - before):
            self.close()

    def _receive_head(self, data: bytes) -> bytes:
        """Process bytes before the end of the head; return all bytes of the answer so far."""
        self._hold_errors, self._held_error = True, ()
        super().data_received(data)
        self._hold_errors = False
        whole = bytes(self._head) + data if self._head else data
        if self._held_error:
            self._receive_by_head(whole)
        elif self._answer is None:
            if not self._head:
                self._head = bytearray()
            self._head += data
        return whole

    def _has_excess(self, data: bytes, heads: int, body: int) -> bool:
        """Return whether these bytes continue after the end of the answer."""
        if self._chunked:
            return not (data.endswith(_END_OF_CHUNKS) or _END_OF_CHUNKS.endswith(data))
        start = 0
        for _ in range(heads):
            end = _END_OF_HEAD.search(data, start)
            start = start if end is None else end.end()
        return len(data) > start + body

    def _receive_by_head(self, received: bytes) -> None:
        """Process an answer again, one head at a time, so that excess bytes cause no error."""
        error = self._held_error
        super().set_response_params(
            skip_payload=self._skip_payload, read_until_eof=True, auto_decompress=False
        )
        while self._answer is None and (end := _END_OF_HEAD.search(received)) is not None:
            super().data_received(received[: end.end()])
            received = received[end.end() :]
            if self.exception() is not None:
                return
        if self._answer is None:
            super().set_exception(*error)
        else:
            super().data_received(received)
