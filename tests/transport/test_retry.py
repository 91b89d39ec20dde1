from __future__ import annotations

import math
import random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalr_async._http import Headers, Request
from scalr_async.config import RetryPolicy
from scalr_async.errors import (
    ConnectError,
    DeadlineExceededError,
    DisconnectedError,
    PayloadError,
    PayloadTooLargeError,
    ProtocolError,
    TLSError,
)
from scalr_async.transport import Answer, Failure
from scalr_async.transport._retry import (
    MAX_WAIT,
    Retry,
    decide,
    is_throttled,
    parse_retry_after,
    requested_wait,
    retry_after,
)

POLICY = RetryPolicy()
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")


def request(method: str = "GET", *, marked: bool = False) -> Request:
    made = Request(method=method, path="/x")
    return attrs.evolve(made, idempotent=True) if marked else made


def answer(status: int) -> Answer:
    return Answer(status, Headers(), b"")


def ask(asked: Request, result: Answer | Failure, **changes: object) -> Retry | None:
    options = {
        "attempt": 1,
        "sent": True,
        "wait": None,
        "remaining": math.inf,
        "random": lambda: 1.0,
        **changes,
    }
    return decide(POLICY, asked, result, **options)


FAILURES = [
    # error, sent, again for a GET or marked call, again for another write
    (ConnectError, False, True, True),
    (DeadlineExceededError, False, True, True),
    (DisconnectedError, True, True, False),
    (ProtocolError, True, True, False),
    (PayloadError, True, True, False),
    (DeadlineExceededError, True, True, False),
    (TLSError, False, False, False),
    (PayloadTooLargeError, True, False, False),
]


@pytest.mark.parametrize(("error", "sent", "safe", "write"), FAILURES)
@pytest.mark.parametrize("method", METHODS)
def test_failure(error: type, sent: bool, safe: bool, write: bool, method: str) -> None:
    failed = Failure(error, "")

    assert (ask(request(method), failed, sent=sent) is not None) is (
        safe if method == "GET" else write
    )
    assert (ask(request(method, marked=True), failed, sent=sent) is not None) is safe


def test_the_last_attempt_is_final() -> None:
    assert ask(request(), answer(503), attempt=4) is not None
    assert ask(request(), answer(503), attempt=5) is None


def test_the_reason_names_the_status_or_the_error() -> None:
    assert ask(request(), answer(502)).reason == "502"
    assert ask(request(), Failure(ConnectError, "x")).reason == "ConnectError"


@pytest.mark.parametrize(
    ("status", "wait", "throttled"),
    [(429, None, True), (429, 1.0, True), (503, None, False), (503, 0.0, True), (500, 1.0, False)],
)
def test_what_counts_as_throttling(status: int, wait: float | None, throttled: bool) -> None:
    assert is_throttled(status, wait) is throttled
    assert ask(request(), answer(status), wait=wait).throttled is throttled


@pytest.mark.parametrize(
    ("status", "bounds"), [(503, (0.25, 0.5, 1.0, 2.0)), (429, (1.0, 2.0, 4.0, 8.0))]
)
def test_the_backoff_doubles(status: int, bounds: tuple[float, ...]) -> None:
    assert tuple(ask(request(), answer(status), attempt=i).delay for i in (1, 2, 3, 4)) == bounds


def test_the_backoff_is_capped() -> None:
    policy = RetryPolicy(max_attempts=100)
    retry = decide(
        policy,
        request(),
        answer(429),
        attempt=99,
        sent=True,
        wait=None,
        remaining=math.inf,
        random=lambda: 1.0,
    )
    assert retry.delay == 20.0


@pytest.mark.parametrize("attempt", range(1, 8))
def test_ten_thousand_delays_are_spread_evenly(attempt: int) -> None:
    draw = random.Random(attempt)
    asked, refused = Request(method="GET", path="/x"), Answer(429, Headers(), b"")
    most, bins = min(2.0 ** (attempt - 1), 20.0), [0] * 20
    for _ in range(10_000):
        retry = decide(
            RetryPolicy(max_attempts=9), asked, refused, attempt=attempt, sent=True, wait=None,
            remaining=math.inf, random=draw.random,
        )  # fmt: skip
        assert 0 <= retry.delay < most
        bins[int(retry.delay / most * 20)] += 1

    assert sum((count - 500) ** 2 / 500 for count in bins) < 43.8  # chi squared, 19: p = 0.001


def test_retry_after_is_a_floor_under_the_jitter() -> None:
    assert ask(request(), answer(429), wait=5.0, random=lambda: 0.0).delay == 5.0
    assert ask(request(), answer(429), wait=5.0).delay == 6.0


def test_a_retry_after_beyond_the_deadline_is_final() -> None:
    assert ask(request(), answer(503), wait=5.0, remaining=1.0) is None
    assert ask(request(), answer(503), wait=5.0, remaining=5.0) is None


def test_no_deadline_does_not_mean_to_wait_for_a_day() -> None:
    assert ask(request(), answer(429), wait=MAX_WAIT) is not None
    assert ask(request(), answer(429), wait=86_400.0) is None


@given(
    wait=st.none() | st.floats(0, 100),
    remaining=st.floats(0.001, 100),
    attempt=st.integers(1, 4),
    draw=st.floats(0, 1),
)
def test_a_delay_always_leaves_time_for_the_attempt(
    wait: float | None, remaining: float, attempt: int, draw: float
) -> None:
    retry = ask(
        request(), answer(503), attempt=attempt, wait=wait, remaining=remaining, random=lambda: draw
    )

    if retry is None:
        assert wait is not None
        assert wait >= remaining
    else:
        assert (wait or 0.0) <= retry.delay < remaining


@pytest.mark.parametrize("wait", [None, 3.0])
@pytest.mark.parametrize("draw", [0.0, 0.5, 1.0])
def test_jitter_takes_at_most_half_of_what_the_deadline_leaves(
    draw: float, wait: float | None
) -> None:
    floor = wait or 0.0
    retry = ask(
        request(), answer(503), attempt=4, wait=wait, remaining=floor + 1.0, random=lambda: draw
    )

    assert retry.delay == pytest.approx(floor + draw * 0.5)


DATE = "Sun, 06 Nov 1994 08:49:37 GMT"


@pytest.mark.parametrize("date", [None, "", "yesterday", "Sun, 99 Nov 1994 08:49:37 GMT"])
def test_a_date_without_a_date_to_count_from_says_nothing(date: str | None) -> None:
    assert parse_retry_after(DATE, date) is None
    assert parse_retry_after("3", date) == 3.0


def test_two_digit_years_count_from_the_answers_own_date() -> None:
    date = "Monday, 23-Nov-26 10:00:00 GMT"

    assert parse_retry_after("Monday, 23-Nov-26 10:00:30 GMT", date) == 30.0
    assert parse_retry_after("Sunday, 06-Nov-94 08:49:37 GMT", date) == 0.0


@pytest.mark.parametrize(
    ("year", "ahead"), [("26", True), ("75", True), ("76", True), ("77", False), ("99", False)]
)
@pytest.mark.parametrize(
    "date", ["Wed, 01 Jan 2026 00:00:00 GMT", "Thursday, 01-Jan-26 00:00:00 GMT"]
)
def test_two_digit_years_are_in_the_past_when_more_than_50_years_ahead(
    date: str, year: str, ahead: bool
) -> None:
    """RFC 9110, 5.6.7."""
    wait = parse_retry_after(f"Thursday, 02-Jan-{year} 00:00:00 GMT", date)

    assert (wait > 0) is ahead
    assert not ahead or wait < 50.1 * 366 * 86400


@given(value=st.text(), date=st.none() | st.text())
def test_garbage_never_raises(value: str, date: str | None) -> None:
    seconds = parse_retry_after(value, date)

    assert seconds is None or 0 <= seconds < math.inf


def test_a_date_is_read_against_the_answers_date() -> None:
    headers = Headers([("Date", DATE), ("Retry-After", "Sun, 06 Nov 1994 08:50:37 GMT")])

    assert retry_after(headers) == 60.0


NOVEMBER = "Tue, 14 Nov 2023 22:13:20 GMT"  # 1 700 000 000 seconds since 1970

RESETS = [
    ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "7"}, 7.0),
    ({"X-RateLimit-Reset": "7"}, 7.0),
    ({"RateLimit": '"a";r=0;t=7'}, 7.0),
    ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1700000012"}, 12.0),
    ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1700000012500"}, 12.5),
    ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1699999999"}, 0.0),
    ({"X-RateLimit-Remaining": "3", "X-RateLimit-Reset": "7"}, None),
    ({"X-RateLimit-Remaining": "0"}, None),
    ({"X-RateLimit-Reset": "1700000012", "Date": "soon"}, None),
    ({"X-RateLimit-Reset": "7", "Retry-After": "30"}, 30.0),
    ({"X-RateLimit-Reset": "7", "Retry-After": "soon"}, 7.0),
    ({}, None),
]


@pytest.mark.parametrize(("fields", "wait"), RESETS)
def test_a_429_without_retry_after_asks_to_come_back_at_its_reset(
    fields: dict[str, str], wait: float | None
) -> None:
    headers = Headers({"Date": NOVEMBER, **fields}.items())

    assert requested_wait(Answer(429, headers, b"")) == wait


def test_without_a_date_a_reset_since_1970_says_nothing() -> None:
    assert requested_wait(Answer(429, Headers([("X-RateLimit-Reset", "1700000012")]), b"")) is None


@pytest.mark.parametrize("digits", [*range(10, 20), 40, 400, 8000])
@pytest.mark.parametrize("date", [None, NOVEMBER])
@pytest.mark.parametrize(
    ("status", "name", "form"),
    [
        (429, "Retry-After", "{}"),
        (503, "Retry-After", "{}.5"),
        (429, "X-RateLimit-Reset", "{}"),
        (429, "RateLimit-Reset", "{}"),
        (429, "RateLimit", '"a";r=0;t={}'),
        (429, "RateLimit", "limit=9, remaining=0, reset={}"),
    ],
)
def test_a_wait_of_any_number_of_digits_is_longer_than_the_limit(
    digits: int, date: str | None, status: int, name: str, form: str
) -> None:
    fields = [(name, form.format("9" * digits)), *([("Date", date)] if date else [])]
    asked = requested_wait(Answer(status, Headers(fields), b""))

    assert asked is not None
    assert MAX_WAIT < asked < math.inf
    assert ask(request(), answer(status), wait=asked) is None


@pytest.mark.parametrize("status", [200, 403, 500, 503])
def test_other_answers_tell_their_rate_limit_and_ask_for_nothing(status: int) -> None:
    headers = Headers([("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "7")])

    assert requested_wait(Answer(status, headers, b"")) is None
