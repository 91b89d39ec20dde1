"""HTTP messages, independent of any HTTP library.

The transport takes a `Request` and returns a `Response`; `Headers` and `Secret` keep credentials
out of everything that is printed.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Literal, Protocol

import attrs
from multidict import CIMultiDict, MultiMapping

from scalr_async._rate_limit import RateLimit, read_rate_limit
from scalr_async._text import printable, scrub
from scalr_async._value_class import value_class
from scalr_async._values import REDACTED, Secret
from scalr_async.errors import DecodeError, InvalidArgumentError, Outcome

__all__ = [
    "ANY_MEDIA_TYPE",
    "IDEMPOTENT_METHODS",
    "JSON",
    "JSONAPI",
    "Deadline",
    "Headers",
    "RedirectPolicy",
    "Request",
    "Response",
    "UploadBody",
    "outcome_of",
]

ANY_MEDIA_TYPE = "*/*"
"""The `Accept` header of calls that return logs or archives, which have other media types."""

JSON = "application/json"
"""The media type of the few bodies and answers that are not JSON:API documents."""

JSONAPI: Final = "application/vnd.api+json"
"""The media type of JSON:API documents (JSON:API 1.0, Content Negotiation)."""

IDEMPOTENT_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that are safe to repeat for every operation."""


def outcome_of(status: int, *, reads: bool = False) -> Outcome:
    """Return the outcome of a request that was answered with a status.

    A 408, a 5xx or a redirect leaves open whether a write was applied. With `reads` the request
    changes nothing, so that every error status means that it was rejected.
    """
    if 200 <= status < 300:
        return "applied"
    refused = 400 <= status < 600 if reads else 400 <= status < 500 and status != 408
    return "rejected" if refused else "unknown"


RedirectPolicy = Literal["refuse", "follow", "show"]
"""The handling of a redirect: as an error, by following it as downloads do, or as the answer."""

_PRINTABLE_HEADERS: Final = frozenset(
    {
        "accept",
        "accept-encoding",
        "allow",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "date",
        "deprecation",
        "prefer",
        "preference-applied",
        "retry-after",
        "server",
        "sunset",
        "transfer-encoding",
        "user-agent",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "x-request-id",
    }
)


class Headers(Mapping[str, str]):
    """Header fields of one message: case-insensitive, immutable, in wire order.

    `repr` shows the values of well-known harmless fields only, all others as `<redacted>`. The
    value of a repeated field is its first one; `getall` returns all.

    Args:
        pairs: names and values, in wire order.

    Attributes:
        announces_end: whether `Deprecation` (RFC 9745) or `Sunset` (RFC 8594) announces the end of
            the operation.
        secrets: of an answer, the credentials that were sent with its request. A server may echo
            them anywhere; `repr` and errors redact them.
    """

    __slots__ = ("_fields", "announces_end", "secrets")

    def __init__(self, pairs: MultiMapping[str] | Iterable[tuple[str, str]] = ()) -> None:
        try:
            self._fields = CIMultiDict(pairs)
        except (TypeError, ValueError):
            raise InvalidArgumentError("pairs: must be pairs of names and values") from None
        self.announces_end = "deprecation" in self._fields or "sunset" in self._fields
        self.secrets: tuple[Secret, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return (Headers, (tuple(self._fields.items()),))

    def __getitem__(self, name: str) -> str:
        return self._fields[name]

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(map(str.lower, self._fields)))

    def __len__(self) -> int:
        return len(set(map(str.lower, self._fields)))

    def getall(self, name: str) -> tuple[str, ...]:
        """Return every value of a field in wire order; empty if it was not sent."""
        return tuple(self._fields.getall(name, ()))

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{key}: {value if key.lower() in _PRINTABLE_HEADERS else REDACTED}"
            for key, value in self._fields.items()
        )
        return f"Headers({scrub(shown, self.secrets)})"


class UploadBody(Protocol):
    """A request body that is read while it is sent.

    `size` is its length in bytes, None if the length is known only at its end; `repeatable` says
    whether `chunks` can be called again.
    """

    size: int | None
    repeatable: bool

    def chunks(self) -> AsyncGenerator[memoryview]:
        """Yield the body from its beginning."""
        ...


@value_class
@attrs.define(kw_only=True, eq=False, repr=False)  # not frozen: that takes twice as long to create
class Request:
    """One API call, without the parts that are the same for every call of a client.

    `path` is relative to the API root, begins with a slash, and is already percent-encoded;
    `params` are the pairs of the query, not yet encoded. `idempotent` means that a repeat has the
    same effect; a write with an unknown outcome is repeated only if it is idempotent.

    `before_repeat` is called before a repeat if an earlier attempt may have been applied: a
    response that it returns replaces the repeat, None lets it be sent, an exception ends the call.

    `operation` is the template of the path, empty for a path of no known operation.
    `headers` are sent with this request alone, and only where the configured headers are sent.

    `url` is the target when the server named another one (a redirect, an upload link); `path` then
    only names the request in errors. The token and the configured headers are sent to the API's own
    origin alone.

    `deadline` is shared with other requests of the same call, None for a deadline of its own.
    """

    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: bytes | UploadBody | None = attrs.field(default=None, repr=False)
    content_type: str = JSONAPI
    accept: str = JSONAPI
    idempotent: bool = attrs.field(
        default=attrs.Factory(lambda self: self.method in IDEMPOTENT_METHODS, takes_self=True)
    )
    before_repeat: Callable[[], Awaitable[Response | None]] | None = None
    redirects: RedirectPolicy = "refuse"
    operation: str = ""
    headers: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)
    url: str | None = attrs.field(default=None, repr=False)
    deadline: Deadline | None = attrs.field(default=None, repr=False)


class Deadline:
    """One deadline for several requests; it begins with the first of them.

    A `patient` one does not count the waits for the limits of the client.
    """

    def __init__(self, *, patient: bool = False) -> None:
        self.patient = patient
        self._pauses = 0
        self._left = math.inf
        self._at = math.inf
        self._clock: Callable[[], float] | None = None

    def begin(self, at: float, clock: Callable[[], float]) -> float:
        """Return the time of the deadline on a clock: `at` if this is the first request."""
        if self._clock is None:
            self._at, self._clock = at, clock
        return clock() + self._left if self._pauses else self._at

    def left(self) -> float:
        """Return the seconds left; inf without a deadline, and before the first request."""
        if self._pauses or self._clock is None:
            return self._left
        return self._at - self._clock()

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Leave out the time that the block takes; requests may pause it at the same time."""
        self._left = self.left()
        self._pauses += 1
        try:
            yield
        finally:
            self._pauses -= 1
            self._at = math.inf if self._clock is None else self._clock() + self._left


@value_class
@attrs.define(kw_only=True, eq=False, repr=False)
class Response:
    """The last answer to a request, read to its end.

    Attributes:
        method: the method of the request.
        path: its path below the API root.
        status: the HTTP status.
        headers: the header fields.
        body: the body, decompressed.
        attempts: the number of attempts.
        elapsed: the seconds from the call to the end of this answer, waits and earlier attempts
            included.
        already_absent: True for a 404 to a repeated DELETE: an earlier attempt deleted the object.
        retry_after: the seconds for which the server asks to wait, None if it does not.
        outcome: the outcome of all attempts together: an error status is no refusal if an earlier
            attempt was lost.
    """

    method: str
    path: str
    status: int
    headers: Headers
    body: bytes = attrs.field(default=b"", repr=False)
    attempts: int = 1
    elapsed: float = 0.0
    already_absent: bool = False
    retry_after: float | None = None
    outcome: Outcome = attrs.field(
        default=attrs.Factory(
            lambda self: outcome_of(self.status, reads=self.method in IDEMPOTENT_METHODS),
            takes_self=True,
        )
    )

    @property
    def ok(self) -> bool:
        """True if the status is a success (2xx), or the object to delete was already absent."""
        return 200 <= self.status < 300 or self.already_absent

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters; empty if none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def request_id(self) -> str | None:
        """The id of the request on the server (`X-Request-Id`), to quote to support."""
        return self.headers.get("x-request-id")

    @property
    def preference_applied(self) -> str | None:
        """The preference that the server applied (RFC 7240, section 3): `profile=preview`."""
        return self.headers.get("preference-applied")

    @property
    def rate_limit(self) -> RateLimit | None:
        """The rate limit's fields, None when none of them can be read; see `RateLimit`.

        Scalr documents no such fields. Those of a 429 tell the client when to ask again.
        """
        return read_rate_limit(self.headers)

    def json(self) -> Any:
        """Parse the body as JSON; raises `DecodeError`, which is a `ValueError`, when it is not."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            why = f"{self.status}: the body is not JSON: {printable(str(error), 200)}"
        raise DecodeError(
            why,
            method=self.method,
            path=self.path,
            attempts=self.attempts,
            elapsed=self.elapsed,
            outcome="applied",
        )
