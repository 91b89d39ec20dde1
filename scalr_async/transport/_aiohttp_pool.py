"""The connections of a client, and what aiohttp's own do not do as they should."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from functools import partial
from itertools import islice
from typing import Any, Final

import aiohttp
from aiohttp import ClientSession
from aiohttp.client_proto import ResponseHandler

from scalr_async.config import Config
from scalr_async.errors import ClientStateError, ConfigError

__all__ = ["ClientSession", "Pool"]

_KEEP_ALIVE: Final = 12.0
"""Seconds an idle connection is kept: below the 15 s after which common servers drop theirs."""
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
            self._fresh = _session(_Connector(limit=0, force_close=True))
        return self._fresh

    def open(self) -> None:
        """Make the session; call it inside the running loop."""
        if self._borrowed is None:
            self._session = _session(_Connector(limit=0, keepalive_timeout=_KEEP_ALIVE))

    async def close(self) -> None:
        """Close the sessions unless it is the caller's."""
        if self._session is not None and self._borrowed is None:
            await self._session.close()
        if self._fresh is not None:
            await self._fresh.close()


def _session(connector: _Connector) -> ClientSession:
    return ClientSession(
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
            stacklevel=5,
        )
    if config.ca_file is None:
        return config.ssl or True
    try:
        return ssl.create_default_context(cafile=config.ca_file)
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror or type(error).__name__
    raise ConfigError(f"ca_file {config.ca_file!r}: {reason}")


class _Connection(ResponseHandler):
    """A connection that takes one answer for each request, and nothing else.

    aiohttp takes what comes on an idle connection for the answer to the next request; it throws a
    complete answer away when the bytes behind it in the same piece are not HTTP, unless it has
    seen the head before; and it lets the reader of a body wait for ever when that body turns out
    malformed.
    """

    _answers = 0
    _complete = False
    """Whether the last answer is there to its end, and no other is awaited."""

    def set_response_params(self, **options: Any) -> None:
        """Make ready for an answer."""
        self._answers, self._complete = 0, False
        super().set_response_params(**options)

    def data_received(self, data: bytes) -> None:
        """Take what came, the head of an answer first."""
        if self._complete and data:
            self.close()
            return
        end = data.find(_END_OF_HEAD) if data.startswith(b"HTTP/") else -1
        if end >= 0:
            end += len(_END_OF_HEAD)
            self._feed(data[:end])
        if end < len(data):
            self._feed(data[max(end, 0) :])

    def _feed(self, data: bytes) -> None:
        known = len(self._buffer)
        super().data_received(data)
        new = islice(self._buffer, known, None)
        self._answers += sum(message.code >= 200 for (message, _), _ in new)
        body, error = self._payload, self.exception()
        if not self._answers or body is None:
            return
        self._complete = body.is_eof()
        if error is not None and not self._complete:
            body.set_exception(error)
        if self._answers > 1:
            self.close()


class _Connector(aiohttp.TCPConnector):
    """Makes connections of our kind."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._factory = partial(  # type: ignore[assignment]  # a partial is not covariant
            _Connection, loop=asyncio.get_running_loop()
        )
