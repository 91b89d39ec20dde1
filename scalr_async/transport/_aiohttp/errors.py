"""Exceptions of aiohttp, translated to failures whose texts contain no URL, header or body."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Callable
from typing import Any, Final

import aiohttp
from aiohttp.http import HttpProcessingError

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

__all__ = ["LostError", "UnsolicitedError", "failure_of"]

_TLS_REASON: Final = r"\[SSL: (\w+)\]"
"""The reason in the text of a TLS error that aiohttp has turned into an `OSError`."""
_CLIENT_REJECTED: Final = r"ALERT_.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)"
"""Alerts of a server that rejects the client's certificate, sent before it reads a request.

With TLS 1.3 they arrive after the handshake is complete for the client.
"""
_TEMPORARY: Final = frozenset({408, 425, 429})
"""Statuses below 500 of a proxy whose failure may be temporary."""


class LostError(aiohttp.ClientError):
    """A lost connection, wrapped so that aiohttp does not send the request again."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


class UnsolicitedError(aiohttp.ClientError):
    """An answer that arrived before anything was sent."""


def failure_of(
    error: BaseException,
    progress: Progress,
    timeouts: Timeouts,
    proxy: tuple[str | None, int | None] | None = None,
) -> Failure:
    """Translate an exception of aiohttp; corrects `progress.sent` if the request was not read."""
    if isinstance(error, LostError):
        error = error.error
    if isinstance(error, aiohttp.ServerTimeoutError):
        connecting = progress.phase == "connect"
        what, seconds = ("connection", timeouts.connect) if connecting else ("data", timeouts.read)
        return Failure(DeadlineExceededError, f"no {what} for {seconds:g} s ({progress.phase})")
    reason = _tls_reason(error)
    if re.search(_CLIENT_REJECTED, reason):
        progress.sent = False
        return Failure(TLSError, f"the server does not accept this client: {_readable(reason)}")
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return _proxy_failure(error)
    peer = (getattr(error, "host", None), getattr(error, "port", None))
    whose = " of the proxy" if peer == proxy else ""
    for kind, ours, text in () if _is_cut_handshake(error) else _FAILURES:
        if isinstance(error, kind):
            return Failure(ours, text(error, whose))
    lost = f"connection lost: {_readable(reason) if reason else _reason(error)}"
    return Failure(DisconnectedError if progress.sent else ConnectError, lost)


def _tls_reason(error: BaseException) -> str:
    """Return OpenSSL's name of the TLS error that ended an open connection, or an empty text."""
    if not isinstance(error, aiohttp.ClientOSError) or isinstance(error, _CONNECTING):
        return ""
    found = re.search(_TLS_REASON, str(error))
    return "" if found is None else found[1]


def _readable(reason: str) -> str:
    return reason.replace("_", " ").lower()


def _is_cut_handshake(error: BaseException) -> bool:
    """Return whether the connection was cut during the handshake; that is no `TLSError`."""
    return isinstance(getattr(error, "os_error", None), ssl.SSLEOFError)


def _proxy_failure(error: aiohttp.ClientHttpProxyError) -> Failure:
    text = f"the proxy answered {error.status}"
    if error.status == 407:
        text += ": it does not accept the user and password of Config(proxy=...)"
    final = 400 <= error.status < 500 and error.status not in _TEMPORARY
    return Failure(ConnectError, text, final=final)


def _certificate_error(error: aiohttp.ClientConnectorCertificateError, whose: str) -> str:
    reason = getattr(error.certificate_error, "verify_message", "it cannot be read")
    return f"certificate{whose} not accepted: {reason}"


def _handshake_error(error: aiohttp.ClientConnectorSSLError, whose: str) -> str:
    reason = getattr(error.os_error, "reason", None) or "handshake failed"
    return f"no TLS with {'the proxy' if whose else 'this server'}: {reason}"


def _http_error(error: aiohttp.ClientResponseError | HttpProcessingError, _whose: str) -> str:
    # A long line was cut by aiohttp, perhaps within a secret.
    text, _, _ = error.message.partition(" when reading: ")
    return f"the answer is not HTTP: {' '.join(text.split())}"


def _connect_error(error: aiohttp.ClientConnectorError, whose: str) -> str:
    return f"no connection: {_reason(error.os_error)}{whose and ' (by the proxy)'}"


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno)
    return "no address answered" if type(error) is OSError else "closed by the other side"


def _fixed_text(text: str) -> Callable[[Any, str], str]:
    return lambda _, whose: text.format(whose=whose)


_CONNECTING: Final = (aiohttp.ClientConnectorError, aiohttp.ClientConnectorCertificateError)
_FAILURES: Final[
    tuple[tuple[type[BaseException], type[TransportError], Callable[[Any, str], str]], ...]
] = (
    (aiohttp.ClientConnectorCertificateError, TLSError, _certificate_error),
    (aiohttp.ClientConnectorSSLError, TLSError, _handshake_error),
    (
        aiohttp.ServerFingerprintMismatch,
        TLSError,
        _fixed_text("certificate with another fingerprint"),
    ),
    (
        aiohttp.ClientConnectorDNSError,
        ConnectError,
        _fixed_text("the host name{whose} was not found"),
    ),
    (aiohttp.ClientConnectorError, ConnectError, _connect_error),
    (UnsolicitedError, ProtocolError, _fixed_text("an answer came before any request")),
    (aiohttp.ClientResponseError, ProtocolError, _http_error),
    (HttpProcessingError, ProtocolError, _http_error),
    (aiohttp.ClientPayloadError, PayloadError, _fixed_text("the answer is incomplete")),
)
"""Exceptions with their errors and messages; the first match counts.

Any other exception is a lost connection.
"""
