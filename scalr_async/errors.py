"""All errors of this library, as one tree.

ScalrError
├── ConfigError                  the client cannot be created from its arguments
├── InvalidArgumentError         a call that was refused before anything was sent (ValueError)
├── ClientStateError             not open, closed, in another loop, or it may only read
├── TokenError                   a file or a command gives no token
├── TransportError               no complete answer
│   ├── ConnectError             no connection was made
│   ├── TLSError                 certificate, host name or protocol not accepted
│   ├── DisconnectedError        the connection ended before the answer began
│   ├── ProtocolError            the answer is not valid HTTP
│   ├── PayloadError             the answer is incomplete, or cannot be decompressed
│   ├── PayloadTooLargeError     the answer is larger than the limit
│   └── UnexpectedRedirectError  the API answered with a redirect that is not followed
├── DeadlineExceededError        time ran out, in a phase that it names (TimeoutError)
├── FileError                    a local file cannot be read or written (OSError)
├── APIError                     the server answered with an error status
│   ├── BadRequestError              400
│   ├── UnauthorizedError            401
│   ├── ForbiddenError               403
│   ├── NotFoundError                404
│   ├── ConflictError                409
│   ├── UnprocessableEntityError     422
│   ├── RateLimitError               429
│   └── ServerError                  5xx
├── DecodeError                  a success with an unexpected body (ValueError)
├── NoResultError                a list that should hold one item holds none (Pager.one)
├── MultipleResultsError         a list that should hold one item holds several (Pager.one)
├── VerificationError            a success, but reading back shows something else
├── DriftError                   the collection changed while it was walked (on_drift="raise")
├── DeliveryError                a delivery to a webhook is refused
│   ├── SignatureError               it is not signed, or with no secret that is known here
│   ├── StaleDeliveryError           it is signed, for a moment too long ago or ahead
│   └── MalformedDeliveryError       it is not what Scalr sends: headers, size, JSON
└── BulkError                    an ExceptionGroup: the failed items of a bulk call

Every message is one line: request, result, what to do next. Errors hold no secret, and pickle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, Literal, Self

import attrs

from scalr_async._text import printable

__all__ = [
    "APIError",
    "BadRequestError",
    "BulkError",
    "ClientStateError",
    "ConfigError",
    "ConflictError",
    "ConnectError",
    "DeadlineExceededError",
    "DecodeError",
    "DeliveryError",
    "DisconnectedError",
    "DriftError",
    "ErrorObject",
    "FileError",
    "ForbiddenError",
    "InvalidArgumentError",
    "MalformedDeliveryError",
    "MultipleResultsError",
    "NoResultError",
    "NotFoundError",
    "Outcome",
    "PayloadError",
    "PayloadTooLargeError",
    "ProtocolError",
    "RateLimitError",
    "ScalrError",
    "ServerError",
    "SignatureError",
    "StaleDeliveryError",
    "TLSError",
    "TokenError",
    "TransportError",
    "UnauthorizedError",
    "UnexpectedRedirectError",
    "UnprocessableEntityError",
    "VerificationError",
]

Outcome = Literal["not_sent", "unknown", "applied", "rejected"]
"""The outcome of a request: nothing reached the server, it is not known, the server applied it (and
the answer was lost), or the server rejected it."""

_WITHOUT_THIS_ATTEMPT: Final[Mapping[Outcome, str]] = {
    "not_sent": "nothing was sent",
    "unknown": "an earlier attempt may have been applied",
}


class ScalrError(Exception):
    """The root of everything this library raises.

    `method` and `path` say what was asked (None before there was a request), `attempts` counts how
    often it was tried, `elapsed` and `retry_after` are seconds, `outcome` says what became of the
    request by all its attempts. `page` is the failed page of a walk: `pages(start=page)` resumes.
    """

    hint: ClassVar[str] = ""
    """Advice that is appended to the message."""
    _sent_nothing: ClassVar[bool] = False
    """True if the last attempt sent nothing."""

    def __init__(
        self,
        message: str = "",
        *,
        method: str | None = None,
        path: str | None = None,
        attempts: int = 0,
        elapsed: float = 0.0,
        retry_after: float | None = None,
        outcome: Outcome = "not_sent",
        page: int | None = None,
    ) -> None:
        super().__init__(message)
        self.method = method
        self.path = path
        self.attempts = attempts
        self.elapsed = elapsed
        self.retry_after = retry_after
        self.outcome: Outcome = outcome
        self.page = page

    def __copy__(self) -> Self:
        """Return a copy with notes of its own, without the traceback and what it was raised from.

        So each of several who share an error can raise it. `copy.copy` would keep the rest where a
        program has registered pickling of errors with their tracebacks, as Dask does.
        """
        made = type(self).__new__(type(self), *self.args)
        made.args = self.args  # those derived from OSError take them from `__init__`
        vars(made).update(vars(self))
        made.__notes__ = [*getattr(self, "__notes__", ())]
        return made

    @property
    def message(self) -> str:
        """The message without the request and the advice."""
        return str(self.args[0]) if self.args else ""

    def __str__(self) -> str:
        asked = f"{self.method} {self.path}: " if self.method and self.path else ""
        tries = f" [after {self.attempts} attempts]" if self.attempts > 1 else ""
        sent = _WITHOUT_THIS_ATTEMPT.get(self.outcome) if self._sent_nothing else None
        advice = "; ".join(filter(None, [sent, self.hint]))
        return f"{asked}{self.message}{tries}" + (f" ({advice})" if advice else "")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r}, outcome={self.outcome!r})"


class ConfigError(ScalrError, ValueError):
    """The client cannot be created from its arguments."""


class InvalidArgumentError(ScalrError, ValueError):
    """A call with invalid arguments was refused before anything was sent."""


class ClientStateError(ScalrError, RuntimeError):
    """The client is not entered yet, closed, of another event loop, or may only read."""


class TokenError(ScalrError):
    """There is no token: its file is missing or empty, its command failed."""


class TransportError(ScalrError):
    """No complete answer came."""


class ConnectError(TransportError, ConnectionError):
    """The last attempt made no connection; `outcome` is that of all attempts."""

    hint = "check the host name, the network and the proxy"
    _sent_nothing = True


class TLSError(TransportError):
    """The certificate, host name or protocol of the server is not accepted, or our certificate."""

    hint = (
        "check the host, or give the right CA bundle with Config(ca_file=...), "
        "a client certificate with Config(ssl=...)"
    )
    _sent_nothing = True


class DisconnectedError(TransportError, ConnectionError):
    """The connection ended before the answer began."""


class ProtocolError(TransportError):
    """The answer is not valid HTTP."""


class PayloadError(TransportError):
    """The answer is incomplete, or cannot be decompressed."""


class PayloadTooLargeError(PayloadError):
    """The answer is larger than `Limits.body` bytes after decompression."""

    hint = "raise Limits(body=...) if such an answer is expected"


class UnexpectedRedirectError(TransportError):
    """The API answered with a redirect; only those of downloads are followed, where it is safe."""

    hint = "check the host name; nothing was sent there"


class DeadlineExceededError(ScalrError, TimeoutError):
    """Time ran out; `phase` names where.

    Phases: `pool wait` (all connections in use), `gate wait` (the server asked everybody to wait),
    `rate wait` (`Limits.requests_per_second`), `backoff`, `token wait` (the provider of the
    token), `connect`, `send`, `response headers`, `response body`, `wait` (for a run, an agent).
    """

    def __init__(self, message: str = "", *, phase: str = "", **details: object) -> None:
        super().__init__(message, **details)  # type: ignore[arg-type]  # passed through as given
        self.phase = phase


class FileError(ScalrError, OSError):
    """A local file cannot be read or written; no half download stands under its final name."""


@attrs.frozen(kw_only=True)
class ErrorObject:
    """One member of a JSON:API `errors` array (JSON:API 1.0, Error Objects), as the server sent it.

    Attributes:
        status: the HTTP status, as a text.
        code: a code of the application.
        title: a summary of the kind of problem.
        detail: an explanation of this problem.
        pointer: the JSON pointer of the value that caused it (`/data/attributes/name`).
        parameter: the query parameter that caused it.
        field: the Python name of the argument that `pointer` or `parameter` points at, or None.
        meta: anything else.
    """

    status: str | None = None
    code: str | None = None
    title: str | None = None
    detail: str | None = None
    pointer: str | None = None
    parameter: str | None = None
    field: str | None = None
    meta: Mapping[str, Any] | None = attrs.field(default=None, repr=False)

    def __str__(self) -> str:
        parts = [printable(part, 512) for part in (self.title, self.detail) if part]
        text = ": ".join(dict.fromkeys(parts)) or "error"
        where = self.field or self.pointer or self.parameter
        return f"{text} ({printable(where, 128)})" if where else text


class APIError(ScalrError):
    """The server answered with an error status.

    `errors` are the members of the JSON:API `errors` array, empty when the body held none; then
    `text` is the beginning of the body, at most 2048 characters with controls escaped.
    """

    def __init__(
        self,
        message: str = "",
        *,
        status: int = 0,
        errors: Sequence[ErrorObject] = (),
        request_id: str | None = None,
        text: str = "",
        **details: object,
    ) -> None:
        super().__init__(message, **details)  # type: ignore[arg-type]  # passed through as given
        self.status = status
        self.errors: tuple[ErrorObject, ...] = tuple(errors)
        self.request_id = request_id
        self.text = text


class BadRequestError(APIError):
    """The server did not understand the request (400)."""


class UnauthorizedError(APIError):
    """The token was not accepted (401)."""

    hint = "the token is wrong, expired or of another host"


class ForbiddenError(APIError):
    """The token's owner may not do this (403)."""


class NotFoundError(APIError):
    """The object is missing, or the token may not see it: Scalr answers 404 for both."""

    hint = "missing or no permission: Scalr answers 404 for both"


class ConflictError(APIError):
    """The state of the object or a quota does not allow the request (409)."""

    hint = "change that first: a conflict is never sent again by itself"


class UnprocessableEntityError(APIError):
    """A value was refused (422); `errors[i].field` names it."""


class RateLimitError(APIError):
    """Too many requests (429), and the wait does not fit the deadline; see `retry_after`."""

    hint = "wait retry_after seconds, or allow more time"


class ServerError(APIError):
    """The server failed (5xx)."""


class DecodeError(ScalrError, ValueError):
    """The server reported success, and the body is not what was promised."""


class NoResultError(ScalrError):
    """A list that should hold exactly one item holds none; its filters are named."""

    hint = "nothing matches, or the token may not see it"


class MultipleResultsError(ScalrError):
    """A list that should hold exactly one item holds several; its filters are named."""

    hint = "filter by something unique, or take the first one"


class VerificationError(ScalrError):
    """The server reported success, but the result is not what was requested."""

    hint = "somebody else may have changed it meanwhile; read it and decide"


class DriftError(ScalrError):
    """The collection changed while it was walked with `on_drift="raise"`."""

    hint = 'walk again, or use on_drift="verify" to be given what a change would hide'


class DeliveryError(ScalrError):
    """A delivery to a webhook is refused: do not act on it."""


class SignatureError(DeliveryError):
    """A delivery is not signed, or not with a known secret."""

    hint = "compare the secret with that of the webhook; is the body the bytes that came?"


class StaleDeliveryError(DeliveryError):
    """A delivery is signed, and its date is too long ago or ahead: it may be sent by a listener."""

    hint = "compare the clocks; a proxy may not keep deliveries"


class MalformedDeliveryError(DeliveryError):
    """A delivery is not what Scalr sends: header missing or twice, body too big or no JSON."""


class BulkError(ScalrError, ExceptionGroup[ScalrError]):
    """The failed items of a bulk call; `exceptions` holds one error an item, in input order.

    A note on each names its item. `outcome` is that of all items, `unknown` when theirs differ.
    """

    def __new__(cls, message: str, exceptions: Sequence[ScalrError]) -> Self:
        """Make the group; its arguments are those of `ExceptionGroup`."""
        return super().__new__(cls, message, exceptions)

    def __init__(self, message: str, exceptions: Sequence[ScalrError]) -> None:
        outcomes: set[Outcome] = {error.outcome for error in exceptions}
        super().__init__(message, outcome=outcomes.pop() if len(outcomes) == 1 else "unknown")
        self.args = (message, exceptions)

    def derive(self, excs: Sequence[ScalrError]) -> BulkError:  # type: ignore[override]  # a group of ours holds only our errors
        """Return a group of the same kind around some of the errors (`except*` uses it)."""
        return BulkError(self.message, excs)
