"""A connection as the request that has it sees it: new or kept, and what lies there unread."""

from __future__ import annotations

import asyncio
import select
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from aiohttp import ClientOSError, ServerDisconnectedError
from aiohttp.client_proto import ResponseHandler

__all__ = ["Lease"]

_TURNS: Final = 8
"""Turns of an event loop after which it has passed on what it read: it needs four."""


class Lease:
    """A connection as the request that has it sees it.

    `kept` says whether it served another before, `spoke_first` whether the server of a new one
    said something before it was asked.
    """

    __slots__ = ("_doomed", "_protocol", "_tls", "_unread", "kept", "spoke_first")

    def __init__(self, protocol: ResponseHandler, *, kept: bool = False) -> None:
        self._protocol = protocol
        self.kept = kept
        self.spoke_first = False
        self._doomed = False
        self._tls: ssl.SSLObject | None = None
        self._unread: Callable[[], object] | None = None
        transport = protocol.transport
        if transport is not None:
            self._tls = transport.get_extra_info("ssl_object")
            self._unread = _question(transport.get_extra_info("socket"))

    async def settle(self) -> None:
        """Let the event loop read what lies on a new connection under TLS.

        It may be that the server refuses our certificate: with TLS 1.3 it does so when we take the
        handshake for done, and to write would lose its reason. Raises what ended the connection.
        """
        if self.kept or self._tls is None or not (self._is_gone or self._lies_unread()):
            return
        if (error := await self.lost_by()) is not None:
            raise error

    async def lost_by(self) -> Exception | None:
        """Return what ended the connection, when the event loop has had time to tell."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        error = self._protocol.exception()
        return error if isinstance(error, ClientOSError | ServerDisconnectedError) else None

    async def fails(self) -> bool:
        """Look again now that the first byte would be written; return whether it must not be."""
        if self.kept:
            return self.look()
        if self._is_gone:
            await self.lost_by()  # else what the write fails with hides why
            return True
        self.spoke_first |= self.look()
        return False

    @property
    def _is_gone(self) -> bool:
        transport = self._protocol.transport
        return transport is None or transport.is_closing()

    def look(self) -> bool:
        """Return whether something came that nobody asked for, or the connection has ended."""
        protocol = self._protocol
        if self._is_gone:
            return True
        if protocol.writing_paused or (protocol.should_close and not self._doomed):
            return True
        return self.has_unread()

    def doom(self) -> None:
        """See to it that this request is the last on the connection."""
        self._doomed = True
        self._protocol.force_close()

    def has_unread(self) -> bool:
        """Return whether something lies there that the event loop has not read yet.

        A connection that cannot be asked counts as one where something does.
        """
        if self._tls is not None:
            if not self.kept:
                return False  # it may be TLS's own: tickets for the next session
            if self._tls.pending():
                return True
        return self._lies_unread()

    def _lies_unread(self) -> bool:
        return self.kept if self._unread is None else bool(self._unread())

    def ended_on_purpose(self) -> bool:
        """Return whether a connection that has ended was ended by the peer, and not cut.

        Under TLS that takes a `close_notify`: anybody on the way can send a FIN (RFC 9112, 9.8).
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


def _question(socket: Any) -> Callable[[], object] | None:
    """Return a function that tells whether a socket has unread bytes, None for none that can."""
    descriptor = -1 if socket is None else socket.fileno()
    if descriptor < 0:
        return None
    if not hasattr(select, "poll"):  # on Windows
        return lambda: select.select([descriptor], [], [], 0)[0]
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return partial(poll.poll, 0)
