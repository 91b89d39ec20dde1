"""What aiohttp raises, in our own words: no text here holds a URL, a header or a body."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from typing import Any, Final

import aiohttp
from aiohttp.http import HttpProcessingError

from scalr_async._wire import printable
from scalr_async.config import Timeouts
from scalr_async.errors import (
    ConnectError,
    DeadlineExceededError,
    DisconnectedError,
    PayloadError,
    ProtocolError,
    TLSError,
    TransportError,
)
from scalr_async.transport._attempt import Failure, Progress

__all__ = ["LostError", "failure_of"]


class LostError(aiohttp.ClientError):
    """A lost connection in a guise that makes aiohttp pass it on."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


def failure_of(error: BaseException, progress: Progress, timeouts: Timeouts) -> Failure:
    """Translate what aiohttp raised."""
    if isinstance(error, LostError):
        error = error.error
    if isinstance(error, aiohttp.ServerTimeoutError):
        connecting = progress.phase == "connect"
        what, seconds = ("connection", timeouts.connect) if connecting else ("data", timeouts.read)
        return Failure(DeadlineExceededError, f"no {what} for {seconds:g} s ({progress.phase})")
    for kind, ours, text in () if _handshake_cut(error) else _FAILURES:
        if isinstance(error, kind):
            return Failure(ours, text(error))
    return Failure(DisconnectedError if progress.sent else ConnectError, _lost(error))


def _handshake_cut(error: BaseException) -> bool:
    """Return whether TLS ended in the middle, which is a lost connection and no lack of trust."""
    return isinstance(getattr(error, "os_error", None), ssl.SSLEOFError)


def _certificate(error: aiohttp.ClientConnectorCertificateError) -> str:
    reason = getattr(error.certificate_error, "verify_message", "it cannot be read")
    return f"certificate not accepted: {printable(reason, 200)}"


def _handshake(error: aiohttp.ClientConnectorSSLError) -> str:
    reason = getattr(error.os_error, "reason", None) or "handshake failed"
    return f"no TLS with this server: {printable(reason, 200)}"


def _not_http(error: aiohttp.ClientResponseError | HttpProcessingError) -> str:
    return f"the answer is not HTTP: {printable(' '.join(error.message.split()), 200)}"


def _unconnected(error: aiohttp.ClientConnectorError) -> str:
    return f"no connection: {_reason(error.os_error)}"


def _lost(error: BaseException) -> str:
    return f"connection lost: {_reason(error)}"


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno)
    return "no address answered" if type(error) is OSError else "closed by the other side"


_FAILURES: Final[
    tuple[tuple[type[BaseException], type[TransportError], Callable[[Any], str]], ...]
] = (
    (aiohttp.ClientConnectorCertificateError, TLSError, _certificate),
    (aiohttp.ClientConnectorSSLError, TLSError, _handshake),
    (aiohttp.ClientConnectorDNSError, ConnectError, lambda _: "the host name was not found"),
    (aiohttp.ClientConnectorError, ConnectError, _unconnected),
    (aiohttp.ClientHttpProxyError, ConnectError, lambda e: f"the proxy answered {e.status}"),
    (aiohttp.ClientResponseError, ProtocolError, _not_http),
    (HttpProcessingError, ProtocolError, _not_http),
    (aiohttp.ClientPayloadError, PayloadError, lambda _: "the answer ended before its end"),
)
"""The first that fits; what fits none is a lost connection."""
