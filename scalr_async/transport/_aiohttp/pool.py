"""The sessions of a client: with its own connector, or with that of a lent session."""

from __future__ import annotations

import ssl
import warnings
from typing import Final, Literal

import aiohttp
import attrs
from aiohttp import ClientSession
from yarl import URL

from scalr_async.config import Config, Limits
from scalr_async.errors import ClientStateError, ConfigError
from scalr_async.transport._aiohttp.connector import (
    Answered,
    Connector,
    LentConnector,
    OwnRequest,
    Request,
    ShortRequest,
    accepts_any_certificate,
)

__all__ = ["ClientSession", "Pool"]

_KEEP_ALIVE: Final = 12.0
"""Seconds for which an idle connection is kept, below the 15 s of common servers."""


class Pool:
    """The connections of one client: its own, or those of a lent session.

    A lent session is neither closed nor changed. Only its connector and its traces are used,
    through a session of the client's own; the traces see the client's headers, the token included.
    The lent session's headers, cookies, credentials, middlewares, timeouts, proxy, `trust_env` and
    `raise_for_status` are ignored.
    """

    def __init__(self, config: Config, lent: ClientSession | None = None) -> None:
        self._lent = lent
        self.session: ClientSession | None = None
        """The open session, None before the pool is opened."""
        self._fresh: ClientSession | None = None
        self.ssl: ssl.SSLContext | bool = _trust(config, lent)
        self.proxy = config.proxy
        self.proxy_address = _proxy_address(config.proxy)

    @property
    def fresh(self) -> ClientSession:
        """A session with a new connection for each request; the usual one if its connector is lent.

        It is for repeats: after one kept connection was lost, the others may be dead as well.
        """
        session = self.session
        assert session is not None, "it served a request before"
        if self._lent is not None or session.connector is None or session.connector.force_close:
            return session
        if self._fresh is None:
            self._fresh = _session(Connector(limit=0, force_close=True), OwnRequest)
        return self._fresh

    def bounded(self, limits: Limits) -> Limits:
        """Return the limits, with `connections` lowered to the limits of a lent connector."""
        connector = None if self._lent is None else self._lent.connector
        if connector is None:
            return limits
        rooms = (limits.connections, connector.limit, connector.limit_per_host)
        return attrs.evolve(limits, connections=min(filter(None, rooms)))

    def open(self) -> None:
        """Create the session, in the running event loop."""
        if self._lent is not None:
            self.session = _borrow(self._lent)
            return
        connector = Connector(limit=0, keepalive_timeout=_KEEP_ALIVE)
        if (flaw := connector.flaw()) is None:
            self.session = _session(connector, ShortRequest)
        else:
            connector.warn(flaw)
            self.session = _session(Connector(ours=False, limit=0, force_close=True), OwnRequest)

    async def close(self) -> None:
        """Close both sessions of the client, even if closing one of them fails; idempotent."""
        try:
            if self.session is not None:
                await self.session.close()
        finally:
            if self._fresh is not None:
                await self._fresh.close()

    def __del__(self) -> None:
        session = getattr(self, "session", None)  # not there if `__init__` was not called
        if session is not None and self._lent is not None:
            session.detach()  # it owns no connections


def _session(
    connector: aiohttp.BaseConnector,
    request: type[Request],
    traces: list[aiohttp.TraceConfig] | None = None,
) -> ClientSession:
    return ClientSession(
        request_class=request,
        response_class=Answered,
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(),
        trace_configs=traces,
        trust_env=False,
    )


def _proxy_address(proxy: str | None) -> tuple[str | None, int | None] | None:
    """Return host and port of a proxy, without its user and password."""
    return None if proxy is None else (URL(proxy).raw_host, URL(proxy).port)


def _borrow(lent: ClientSession) -> ClientSession:
    if lent.connector is None or lent.closed:
        raise ClientStateError("the aiohttp session that was passed in is closed")
    return _session(LentConnector(lent, lent.connector), Request, lent.trace_configs)


def _trust(config: Config, lent: ClientSession | None) -> ssl.SSLContext | bool:
    trust = _context(config)
    if trust is not True:
        accepts_any = trust.verify_mode is ssl.CERT_NONE
        whose = "Config(ssl=...)"
    else:
        connector = None if lent is None else lent.connector
        accepts_any = connector is not None and accepts_any_certificate(connector)
        whose = "the connector of the session that was passed in"
    if accepts_any:
        warnings.warn(
            f"{whose} accepts any certificate: anybody on the network path can read the token",
            UserWarning,
            stacklevel=6,  # the line that creates the client
        )
    return trust


def _context(config: Config) -> ssl.SSLContext | Literal[True]:
    if config.ca_file is None:
        return config.ssl or True
    try:
        return ssl.create_default_context(cafile=config.ca_file)
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror or type(error).__name__
    raise ConfigError(f"ca_file {config.ca_file!r}: {reason}")
