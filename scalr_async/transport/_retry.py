"""Decisions about repeats: whether and when a request is sent again; pure, no clock or I/O.

=====================================  =========  ===========================
result                                 GET, or    other writes
                                       marked
                                       idempotent
=====================================  =========  ===========================
408, 500, 502, 503, 504                repeat     final
429                                    repeat     repeat: it was not applied
any other status                       final      final
nothing was sent                       repeat     repeat
connection lost, not HTTP, cut off,    repeat     final: it may be applied
silence longer than `Timeouts.read`
certificate not trusted, too large,    final      final
request body cannot be read again
=====================================  =========  ===========================
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import msgspec

from scalr_async._http import Headers, Request
from scalr_async._rate_limit import read_number, read_rate_limit
from scalr_async.config import RetryPolicy
from scalr_async.errors import FileError, InvalidArgumentError, PayloadTooLargeError, TLSError
from scalr_async.transport._attempt import Answer, Failure

__all__ = [
    "MAX_WAIT",
    "Retry",
    "decide",
    "is_throttled",
    "parse_retry_after",
    "requested_wait",
    "retry_after",
]

MAX_WAIT: Final = 3600.0
"""Seconds; a longer `Retry-After` ends the call with its error, even without a deadline."""

_RETRIED: Final = frozenset({408, 429, 500, 502, 503, 504})
_RETRIED_WRITES: Final = frozenset({429})
_NOT_RETRIED: Final = (FileError, InvalidArgumentError, PayloadTooLargeError, TLSError)


class Retry(msgspec.Struct, frozen=True):
    """A repeat after `delay` seconds; `throttled` if the server asked to slow down."""

    delay: float
    reason: str
    throttled: bool


def decide(
    policy: RetryPolicy,
    request: Request,
    result: Answer | Failure,
    *,
    attempt: int,
    sent: bool,
    wait: float | None,
    remaining: float,
    random: Callable[[], float],
) -> Retry | None:
    """Return when to send the request again, or None if this result is final.

    The delay is `wait` plus full jitter: a random number from 0 to the exponential backoff, or to
    half of the time left before the deadline if that is less.

    Args:
        policy: the limits of attempts and delays.
        request: the request.
        result: the answer or failure of the last attempt.
        attempt: the number of attempts so far.
        sent: whether the last attempt may have reached the server.
        wait: the seconds that the answer asks to wait, None if it names none.
        remaining: the seconds until the deadline.
        random: returns a number from 0 to 1.
    """
    if attempt >= policy.max_attempts or not _repeatable(request, result, sent=sent):
        return None
    floor = wait or 0.0
    room = remaining - floor
    if room <= 0 or floor > MAX_WAIT:
        return None
    throttled = isinstance(result, Answer) and is_throttled(result.status, wait)
    base = policy.throttled_base if throttled else policy.base
    spread = min(base * 2.0 ** (attempt - 1), policy.cap, room / 2)
    return Retry(floor + random() * spread, _reason(result), throttled)


def is_throttled(status: int, wait: float | None) -> bool:
    """Return whether the server asks everybody to slow down: 429, or 503 with `Retry-After`."""
    return status == 429 or (status == 503 and wait is not None)


def _repeatable(request: Request, result: Answer | Failure, *, sent: bool) -> bool:
    if not (request.body is None or isinstance(request.body, bytes) or request.body.repeatable):
        return False
    if isinstance(result, Answer):
        return result.status in (_RETRIED if request.idempotent else _RETRIED_WRITES)
    if result.final or issubclass(result.error, _NOT_RETRIED):
        return False
    return request.idempotent or not sent


def _reason(result: Answer | Failure) -> str:
    return str(result.status) if isinstance(result, Answer) else result.error.__name__


def retry_after(headers: Headers) -> float | None:
    """Return the seconds of `Retry-After`; the longest valid value of a repeated field."""
    values = headers.getall("retry-after")
    if not values:
        return None
    date = headers.get("date")
    waits = [parse_retry_after(value, date) for value in values]
    return max((wait for wait in waits if wait is not None), default=None)


def requested_wait(answer: Answer) -> float | None:
    """Return the seconds that an answer asks to wait: `Retry-After`, or the reset of a 429.

    The reset (`RateLimit-*`, `X-RateLimit-*`) counts if no requests remain; a reset given as time
    since 1970 is compared with the `Date` of the answer. Without one, such a reset says nothing,
    unless it is so late that it is far away at any time.
    """
    wait = retry_after(answer.headers)
    if wait is not None or answer.status != 429:
        return wait
    limit = read_rate_limit(answer.headers)
    if limit is None or limit.reset is None or limit.remaining:
        return None
    if limit.reset < _SINCE_1970:
        return float(limit.reset)
    date = answer.headers.get("date")
    now = None if date is None else _parse_date(date.strip(), None)
    reset = limit.reset / (1000 if limit.reset >= 1000 * _SINCE_1970 else 1)
    if now is None:
        return reset - _YEAR_2100 if reset > _YEAR_2100 + MAX_WAIT else None
    return max(0.0, reset - now.timestamp())


_SINCE_1970: Final = 1e9
"""A reset of this number or above is a time since 1970, in seconds or milliseconds."""

_YEAR_2100: Final = 4_102_444_800.0
"""Seconds since 1970; a reset after it is further away than any time that is waited for."""

_SECONDS: Final = r"[0-9]+(?:\.[0-9]+)?"
_MONTHS: Final = "JanFebMarAprMayJunJulAugSepOctNovDec"
_DAY_AND_TIME: Final = ("day", "hour", "minute", "second")
_TIME: Final = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
_DATES: Final = (
    rf"[A-Z][a-z]{{2}}, (?P<day>\d\d) (?P<month>[A-Z][a-z]{{2}}) (?P<year>\d{{4}}) {_TIME} GMT",
    rf"[A-Z][a-z]+day, (?P<day>\d\d)-(?P<month>[A-Z][a-z]{{2}})-(?P<year>\d\d) {_TIME} GMT",
    rf"[A-Z][a-z]{{2}} (?P<month>[A-Z][a-z]{{2}}) (?P<day>[ \d]\d) {_TIME} (?P<year>\d{{4}})",
)
"""The three forms of RFC 9110, 5.6.7: IMF-fixdate, RFC 850, asctime; compiled when needed."""


def parse_retry_after(value: str, date: str | None) -> float | None:
    """Return the seconds that a `Retry-After` asks for, None if the value is not usable.

    A date is compared with the `Date` of the answer, so that the local clock does not matter.

    ===================================  =====================
    `Retry-After`                        seconds
    ===================================  =====================
    `120`, `1.5`                         120.0, 1.5
    `0`                                  0.0
    a date after `Date`                  the difference
    a date before `Date`                 0.0
    a date, and no readable `Date`       None
    `-1`, `+1`, `1e3`, `1, 2`, `soon`    None
    more than 15 digits                  10.0**15
    ===================================  =====================

    With None, the delay is the computed backoff.
    """
    text = value.strip()
    if re.fullmatch(_SECONDS, text):
        return float(read_number(text))
    now = None if date is None else _parse_date(date.strip(), None)
    then = None if now is None else _parse_date(text, now)
    if now is None or then is None:
        return None
    return max(0.0, (then - now).total_seconds())


def _parse_date(text: str, now: datetime | None) -> datetime | None:
    found = next((match for form in _DATES if (match := re.fullmatch(form, text))), None)
    if found is None:
        return None
    year = int(found["year"])
    if len(found["year"]) == 2:
        year += 2000
        if now is not None and year > now.year + 50:  # RFC 9110, 5.6.7: then it is in the past
            year -= 100
    day, hour, minute, second = (int(found[name]) for name in _DAY_AND_TIME)
    try:
        month = _MONTHS.index(found["month"]) // 3 + 1
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        return None
