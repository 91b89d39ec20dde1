"""All errors of this library, as one tree.

ScalrError
├── ConfigError                  the client cannot be created from its arguments
├── InvalidArgumentError         a call that was refused before anything was sent (ValueError)
├── ClientStateError             the client is not open, closed, in another loop, or read-only
├── TokenError                   a file or a command yields no token
├── TransportError               no complete answer
│   ├── ConnectError             no connection was made
│   ├── TLSError                 TLS failed: certificate, host name or protocol
│   ├── DisconnectedError        the connection ended before the answer began
│   ├── ProtocolError            the answer is not valid HTTP
│   ├── PayloadError             the answer is incomplete, or cannot be decompressed
│   ├── PayloadTooLargeError     the answer is larger than the limit
│   └── UnexpectedRedirectError  the API answered with a redirect that is not followed
├── DeadlineExceededError        time ran out, in the named phase (TimeoutError)
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
├── VerificationError            a write succeeded, but reading back shows another result
├── DriftError                   the collection changed while it was walked (on_drift="raise")
├── DeliveryError                a delivery to a webhook is refused
│   ├── SignatureError               not signed, or not with a known secret
│   ├── StaleDeliveryError           signed, but its date is too far in the past or future
│   └── MalformedDeliveryError       not as Scalr sends them: headers, size, JSON
└── BulkError                    an ExceptionGroup: the failed items of a bulk call

Every message is one line: request, result, advice. Errors contain no secrets and can be pickled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, Literal, Self

import attrs

from scalr_async._text import printable
from scalr_async._value_class import value_class

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
"""The outcome of a request: nothing reached the server, unknown, applied by the server (also if the
answer was lost), or rejected by the server."""

_WITHOUT_THIS_ATTEMPT: Final[Mapping[Outcome, str]] = {
    "not_sent": "nothing was sent",
    "unknown": "an earlier attempt may have been applied",
}


class ScalrError(Exception):
    """The base class of all errors of this library.

    `method` and `path` name the request (None if there was none yet), `attempts` counts its
    attempts, `elapsed` and `retry_after` are seconds, `outcome` is the outcome of all attempts
    together. `page` is the number of the failed page of a walk: `pages(start=page)` resumes there.
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
        """Return a copy with its own notes, without traceback, cause and context.

        Each of several callers that share an error raises its own copy. The default `copy.copy`
        keeps the traceback where a program has registered such pickling of errors, as Dask does.
        """
        made = type(self).__new__(type(self), *self.args)
        made.args = self.args  # subclasses of OSError set their arguments in `__init__` only
        vars(made).update(vars(self))
        made.__notes__ = [*getattr(self, "__notes__", ())]
        return made

    @property
    def message(self) -> str:
        """The message alone, without request, attempts and advice."""
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
    """The client is not opened yet, closed, bound to another event loop, or read-only."""


class TokenError(ScalrError):
    """There is no token: the token file is missing or empty, or the token command failed."""


class TransportError(ScalrError):
    """The client received no complete answer."""


class ConnectError(TransportError, ConnectionError):
    """The last attempt made no connection; `outcome` is that of all attempts."""

    hint = "check the host name, the network and the proxy"
    _sent_nothing = True


class TLSError(TransportError):
    """TLS failed: the server's certificate, host name or protocol, or the client's certificate."""

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
    """The API answered with a redirect; only downloads follow redirects, and only safe ones."""

    hint = "check the host name; nothing was sent to the redirect's target"


class DeadlineExceededError(ScalrError, TimeoutError):
    """Time ran out; `phase` names the step in which it did.

    Phases: `pool wait` (all connections in use), `gate wait` (the server throttles all requests),
    `rate wait` (`Limits.requests_per_second`), `backoff`, `token wait` (for the source of tokens),
    `connect`, `send`, `response headers`, `response body`, `wait` (for a run or an agent).
    """

    def __init__(self, message: str = "", *, phase: str = "", **details: object) -> None:
        super().__init__(message, **details)  # type: ignore[arg-type]  # passed through as given
        self.phase = phase


class FileError(ScalrError, OSError):
    """A local file cannot be read or written; an incomplete download never gets its final name."""


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class ErrorObject:
    """One member of a JSON:API `errors` array (JSON:API 1.0, Error Objects), as the server sent it.

    Attributes:
        status: the HTTP status, as text.
        code: an application-specific error code.
        title: a summary of the kind of problem.
        detail: an explanation of this problem.
        pointer: the JSON pointer of the value that caused it (`/data/attributes/name`).
        parameter: the query parameter that caused it.
        field: the Python name of the argument that `pointer` or `parameter` names, or None.
        meta: additional information in no standard form.
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
        text = ": ".join(dict.fromkeys(printable(p, 512) for p in (self.title, self.detail) if p))
        where = self.field or self.pointer or self.parameter
        return (text or "error") + (f" ({printable(where, 128)})" if where else "")


class APIError(ScalrError):
    """The server answered with an error status.

    `errors` are the members of the JSON:API `errors` array. If the body contains none, `text` is
    the beginning of the body, at most 2048 characters with control characters escaped.
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

    hint = "the token is wrong, expired or for another host"


class ForbiddenError(APIError):
    """The token's owner lacks the permission (403)."""


class NotFoundError(APIError):
    """The object is missing, or the token may not see it: Scalr answers 404 for both."""

    hint = "missing or no permission: Scalr answers 404 for both"


class ConflictError(APIError):
    """The state of the object or a quota does not allow the request (409)."""

    hint = "resolve the conflict first: the client never retries it by itself"


class UnprocessableEntityError(APIError):
    """The server refused a value (422); `errors[i].field` names the argument."""


class RateLimitError(APIError):
    """Too many requests (429), and the deadline leaves no time to wait `retry_after` seconds."""

    hint = "wait retry_after seconds, or allow more time"


class ServerError(APIError):
    """The server failed (5xx)."""


class DecodeError(ScalrError, ValueError):
    """The server reported success, but the body cannot be decoded as documented."""


class NoResultError(ScalrError):
    """A list that should have exactly one item has none; the message names its filters."""

    hint = "nothing matches, or the token may not see it"


class MultipleResultsError(ScalrError):
    """A list that should have exactly one item has several; the message names its filters."""

    hint = "filter by something unique, or take the first item"


class VerificationError(ScalrError):
    """The server reported success, but the result is not what was requested."""

    hint = "somebody else may have changed the object meanwhile; read it and decide"


class DriftError(ScalrError):
    """The collection changed while it was walked with `on_drift="raise"`."""

    hint = 'walk again, or use on_drift="verify" to receive the items that a change hides'


class DeliveryError(ScalrError):
    """A delivery to a webhook is refused: do not act on it."""


class SignatureError(DeliveryError):
    """A delivery is not signed, or not with a known secret."""

    hint = "compare the secret with the webhook's, and pass the body exactly as received"


class StaleDeliveryError(DeliveryError):
    """A delivery is signed, but its date is too far in the past or future: it may be a replay."""

    hint = "compare the clocks; a proxy must not delay deliveries"


class MalformedDeliveryError(DeliveryError):
    """A delivery is malformed: a header missing or repeated, the body too big or not JSON."""


class BulkError(ScalrError, ExceptionGroup[ScalrError]):
    """The failed items of a bulk call; `exceptions` has one error per item, in input order.

    A note on each names its item. `outcome` is their common outcome, `unknown` if they differ.
    """

    def __new__(cls, message: str, exceptions: Sequence[ScalrError]) -> Self:
        """Create the group; its arguments are those of `ExceptionGroup`."""
        return super().__new__(cls, message, exceptions)

    def __init__(self, message: str, exceptions: Sequence[ScalrError]) -> None:
        outcomes: set[Outcome] = {getattr(error, "outcome", "unknown") for error in exceptions}
        super().__init__(message, outcome=outcomes.pop() if len(outcomes) == 1 else "unknown")
        self.args = (message, exceptions)

    def derive(self, excs: Sequence[ScalrError]) -> BulkError:  # type: ignore[override]  # a group of ours holds only our errors
        """Return a `BulkError` with some of the errors; `except*` calls this method."""
        return BulkError(self.message, excs)
