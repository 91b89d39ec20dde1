from __future__ import annotations

import inspect
import pickle
import re
from typing import Any

import pytest

from scalr_async import errors
from scalr_async.errors import (
    APIError,
    BulkError,
    ConfigError,
    ConflictError,
    ConnectError,
    DeadlineExceededError,
    ErrorObject,
    InvalidArgumentError,
    NotFoundError,
    RateLimitError,
    ScalrError,
    ServerError,
    TLSError,
    TransportError,
)
from scalr_async.jsonapi._response import error_class

CLASSES = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, ScalrError) and kind is not BulkError
]


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__)

    assert sorted(drawn) == sorted(
        kind.__name__ for kind in [*CLASSES, BulkError] if kind is not ScalrError
    )
    assert sorted(errors.__all__) == sorted([*drawn, "ErrorObject", "Outcome", "ScalrError"])


@pytest.mark.parametrize("kind", CLASSES)
def test_it_pickles_with_all_it_says(kind: type[ScalrError]) -> None:
    error = kind(
        "it broke", method="GET", path="/x", attempts=3, elapsed=1.5, retry_after=2.0,
        outcome="applied", page=7,
    )  # fmt: skip
    error.add_note("item 3")

    twin = pickle.loads(pickle.dumps(error))

    assert type(twin) is kind
    assert (str(twin), vars(twin)) == (str(error), vars(error))


@pytest.mark.parametrize("kind", CLASSES)
def test_it_can_be_made_with_nothing(kind: type[ScalrError]) -> None:
    error = kind()

    assert (error.message, error.method, error.attempts, error.outcome) == ("", None, 0, "not_sent")


def test_it_reads_as_one_line() -> None:
    error = ConnectError("no connection", method="GET", path="/x", attempts=1)

    assert str(error) == (
        "GET /x: no connection (nothing was sent; check the host name, the network and the proxy)"
    )
    assert repr(error) == f"ConnectError({str(error)!r}, outcome='not_sent')"


@pytest.mark.parametrize("kind", [ConnectError, TLSError])
@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("not_sent", "nothing was sent; check"),
        ("unknown", "an earlier attempt may have been applied; check"),
        ("rejected", "(check"),
        ("applied", "(check"),
    ],
)
def test_nothing_was_sent_is_said_where_nothing_was(
    kind: type[ScalrError], outcome: Any, said: str
) -> None:
    error = kind("no connection", attempts=2, outcome=outcome)

    assert said in str(error)
    assert ("nothing was sent" in str(error)) is (outcome == "not_sent")


def test_repeats_are_told() -> None:
    assert str(TransportError("lost", method="GET", path="/x", attempts=5)) == (
        "GET /x: lost [after 5 attempts]"
    )


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (ConfigError, ValueError),
        (InvalidArgumentError, ValueError),
        (ConnectError, ConnectionError),
        (DeadlineExceededError, TimeoutError),
        (errors.DisconnectedError, ConnectionError),
        (errors.ClientStateError, RuntimeError),
    ],
)
def test_it_is_what_it_is(kind: type[ScalrError], builtin: type[Exception]) -> None:
    assert issubclass(kind, builtin)


def test_a_timeout_names_its_phase() -> None:
    error = pickle.loads(pickle.dumps(DeadlineExceededError("late", phase="pool wait")))

    assert error.phase == "pool wait"


def test_what_the_server_said_is_kept() -> None:
    said = ErrorObject(title="Busy", field="agents")
    error = ConflictError("Busy", status=409, errors=[said], request_id="r-1", text="t", path="/x")

    assert (error.status, error.errors, error.request_id, error.text, error.path) == (
        409,
        (said,),
        "r-1",
        "t",
        "/x",
    )


def test_404_says_both_things_it_may_mean() -> None:
    assert "missing or no permission" in str(NotFoundError("gone"))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, NotFoundError),
        (429, RateLimitError),
        (418, APIError),
        (500, ServerError),
        (599, ServerError),
    ],
)
def test_a_status_has_a_class(status: int, kind: type[APIError]) -> None:
    assert error_class(status) is kind


class TestBulkError:
    def make(self) -> BulkError:
        first, second = NotFoundError("one", status=404), ServerError("two", status=500)
        first.add_note("item 3")
        return BulkError("2 of 10 failed", [first, second])

    def test_it_is_a_group_of_the_errors(self) -> None:
        error = self.make()

        assert isinstance(error, ExceptionGroup)
        assert isinstance(error, ScalrError)
        assert str(error) == "2 of 10 failed"
        assert [child.status for child in error.exceptions] == [404, 500]

    def test_the_outcome_of_an_error_of_somebody_else_is_unknown(self) -> None:
        error = self.make().derive([ValueError("theirs")])

        assert error.outcome == "unknown"

    def test_except_star_takes_it_apart(self) -> None:
        taken: list[BaseException] = []
        with pytest.raises(BulkError) as caught:
            try:
                raise self.make()
            except* NotFoundError as group:
                taken.append(group)

        assert [(type(group), [str(e.message) for e in group.exceptions]) for group in taken] == [
            (BulkError, ["one"])
        ]
        assert [child.message for child in caught.value.exceptions] == ["two"]

    def test_it_pickles_with_its_notes(self) -> None:
        twin = pickle.loads(pickle.dumps(self.make()))

        assert (str(twin), twin.exceptions[0].__notes__) == ("2 of 10 failed", ["item 3"])
