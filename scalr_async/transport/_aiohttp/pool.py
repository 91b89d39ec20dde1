"""The connections of a client, and what aiohttp's own do not do as they should."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from functools import partial
from typing import Any, Final

import aiohttp
from aiohttp import ClientSession
from aiohttp.client_proto import ResponseHandler
from aiohttp.helpers import _EXC_SENTINEL as _UNCAUSED
from aiohttp.helpers import TimerNoop

from scalr_async.config import Config
from scalr_async.errors import ClientStateError, ConfigError
from scalr_async.transport._aiohttp.connections import ShortRequest

__all__ = ["ClientSession", "Pool"]

_KEEP_ALIVE: Final = 12.0
"""Seconds an idle connection is kept: below the 15 s after which common servers drop theirs."""
_ROOM: Final = 512 * 1024
"""Bytes that are read from a socket at once: a page of 100 with all it includes."""
_END_OF_HEAD: Final = b"\r\n\r\n"


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
        self._fresh: ClientSession | None = None
        self.ssl: ssl.SSLContext | bool = _trust(config)
        self.proxy = config.proxy

    @property
    def session(self) -> ClientSession:
        """The session; there is one from opening to closing."""
        if self._session is None or self._session.closed:
            raise ClientStateError("the aiohttp session of the client is closed")
        return self._session

    @property
    def fresh(self) -> ClientSession:
        """A session that makes a connection for each request; the caller's is as it is.

        Where one kept connection was lost the others may be dead as well.
        """
        session = self.session
        if self._borrowed is not None:
            return session
        if self._fresh is None:
            self._fresh = _session(_Connector(limit=0, force_close=True), aiohttp.ClientRequest)
        return self._fresh

    def open(self) -> None:
        """Make the session; call it inside the running loop."""
        if self._borrowed is None:
            connector = _Connector(limit=0, keepalive_timeout=_KEEP_ALIVE)
            self._session = _session(connector, ShortRequest)

    async def close(self) -> None:
        """Close the sessions of its own, both of them even if closing one fails; idempotent."""
        try:
            if self._session is not None and self._borrowed is None:
                await self._session.close()
        finally:
            if self._fresh is not None:
                await self._fresh.close()


def _session(connector: _Connector, request: type[aiohttp.ClientRequest]) -> ClientSession:
    return ClientSession(
        request_class=request,
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(),
        trust_env=False,
    )


def _trust(config: Config) -> ssl.SSLContext | bool:
    if config.ssl is not None and config.ssl.verify_mode is ssl.CERT_NONE:
        warnings.warn(
            "Config(ssl=...) trusts every server: whoever is on the way can take the token",
            UserWarning,
            stacklevel=6,  # where the client is made
        )
    if config.ca_file is None:
        return config.ssl or True
    try:
        return ssl.create_default_context(cafile=config.ca_file)
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror or type(error).__name__
    raise ConfigError(f"ca_file {config.ca_file!r}: {reason}")


class _Connection(ResponseHandler, asyncio.BufferedProtocol):
    """A connection that takes one answer for each request, and nothing else.

    aiohttp takes what comes on an idle connection for the answer to the next request; it throws a
    complete answer away when the bytes behind it in the same piece are not HTTP, unless it has
    seen the head before; and it lets the reader of a body wait for ever when that body turns out
    malformed.

    asyncio reads each time into 256 KB of new memory, which the system has to map and to clear:
    for a small answer a tenth of all work. Here it reads into one buffer for all connections. Other
    loops may call `data_received` all the same.
    """

    _reading: object = None
    """The parser of the answer that is read: each request brings its own."""
    _begun = False
    """Whether the head of that answer has come."""
    _complete = False
    """Whether it is there to its end."""
    _holds = False
    _held: tuple[BaseException, BaseException] | None = None
    """What `set_exception` was given while it was held back."""

    def __init__(self, loop: asyncio.AbstractEventLoop, room: memoryview) -> None:
        super().__init__(loop)
        self._room = room

    def set_exception(self, exc: BaseException, exc_cause: BaseException = _UNCAUSED) -> None:
        """Wake who waits for the answer with an error, unless there is a second try."""
        if self._holds:
            self._held = exc, exc_cause
        else:
            super().set_exception(exc, exc_cause)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002  # its size is ours
        """Return where to put what comes; it is taken out before anything else can come."""
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        """Take what came."""
        self.data_received(bytes(self._room[:nbytes]))

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        if self._reading is not self._parser:
            self._reading = self._parser
            self._begun = self._complete = False
        if self._complete and data:
            self.close()
            return
        body = self._payload
        if self._begun:
            ResponseHandler.data_received(self, data)
            if self._payload is not body:  # another answer has begun
                self.close()
        else:
            self._receive_head(data)
        body = self._payload
        if self._begun and body is not None:
            self._complete = body.is_eof()
            if not self._complete and (error := self.exception()) is not None:
                body.set_exception(error)

    def _receive_head(self, data: bytes) -> None:
        """Take what may hold the head of an answer; by itself, if it cannot be read otherwise."""
        self._holds = True
        ResponseHandler.data_received(self, data)
        self._holds = False
        if self._held is not None:
            self._receive_again(data, *self._held)
        answers = self._buffer
        if not answers:
            return
        (last, _), _ = answers[-1]
        self._begun = last.code >= 200
        if len(answers) > 1 and sum(message.code >= 200 for (message, _), _ in answers) > 1:
            self.close()

    def _receive_again(self, data: bytes, error: BaseException, cause: BaseException) -> None:
        self._held = None
        end = data.find(_END_OF_HEAD) + len(_END_OF_HEAD)
        if not data.startswith(b"HTTP/") or end < len(_END_OF_HEAD):
            super().set_exception(error, cause)
            return
        self.set_response_params(
            timer=TimerNoop(),
            skip_payload=self._skip_payload,
            read_until_eof=True,
            auto_decompress=False,
        )
        self._reading = self._parser
        super().data_received(data[:end])
        super().data_received(data[end:])


class _Connector(aiohttp.TCPConnector):
    """Makes connections of our kind."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._factory = partial(  # type: ignore[assignment]  # a partial is not covariant
            _Connection, asyncio.get_running_loop(), memoryview(bytearray(_ROOM))
        )
