from __future__ import annotations

import pickle

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalr_async._http import Headers, Request, Response
from scalr_async._text import printable, shown
from scalr_async._values import Secret
from scalr_async.errors import DecodeError, ErrorObject


class TestPrintable:
    @given(st.text(), st.integers(3, 50))
    def test_it_is_one_line_of_bounded_length(self, text: str, limit: int) -> None:
        shown = printable(text, limit)

        assert shown.isprintable()
        assert len(shown) <= limit

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("plain", "plain"),
            ("größe", "größe"),
            ("a\r\nb", "a\\r\\nb"),
            ("\x1b[31m", "\\x1b[31m"),
            ("\u2028", "\\u2028"),
            ("\ud800", "\\ud800"),
            ("12345678901", "1234567..."),
            ("\n" * 9, "\\n\\n\\n\\..."),
        ],
    )
    def test_controls_are_escaped_and_the_rest_is_cut(self, text: str, shown: str) -> None:
        assert printable(text, 10) == shown


class TestHeaders:
    HEADERS = Headers([("Content-Type", "a"), ("X-Token", "s3cret"), ("content-type", "b")])

    def test_names_have_no_case(self) -> None:
        assert self.HEADERS["CONTENT-TYPE"] == "a"
        assert "x-token" in self.HEADERS
        assert self.HEADERS.get("missing") is None
        with pytest.raises(KeyError):
            self.HEADERS["missing"]

    def test_a_repeated_field_is_one_name_with_all_its_values(self) -> None:
        assert list(self.HEADERS) == ["content-type", "x-token"]
        assert len(self.HEADERS) == 2
        assert self.HEADERS.getall("Content-Type") == ("a", "b")
        assert self.HEADERS.getall("missing") == ()

    def test_only_harmless_values_are_shown(self) -> None:
        assert (
            repr(self.HEADERS) == "Headers(Content-Type: a, X-Token: <redacted>, content-type: b)"
        )


class TestRequest:
    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"])
    def test_only_what_reads_is_safe_to_repeat_by_itself(self, method: str) -> None:
        request = Request(method=method, path="/x")

        assert request.idempotent is (method in ("GET", "HEAD", "OPTIONS"))
        assert attrs.evolve(request, idempotent=True).idempotent

    def test_the_body_is_not_shown(self) -> None:
        assert "hidden" not in repr(Request(method="POST", path="/x", body=b"hidden"))


class TestResponse:
    def make(self, status: int = 200, **changes: object) -> Response:
        options = {"method": "GET", "path": "/x", "status": status, "headers": Headers(), **changes}
        return Response(**options)

    @pytest.mark.parametrize(
        ("status", "ok"), [(199, False), (200, True), (299, True), (300, False), (404, False)]
    )
    def test_success_is_2xx(self, status: int, ok: bool) -> None:
        assert self.make(status).ok is ok

    def test_gone_as_asked_is_success(self) -> None:
        assert self.make(404, already_absent=True).ok

    @pytest.mark.parametrize(
        ("value", "media_type"),
        [
            ("application/JSON; charset=utf-8", "application/json"),
            ("text/html ", "text/html"),
            ("", ""),
        ],
    )
    def test_the_media_type_is_bare(self, value: str, media_type: str) -> None:
        assert self.make(headers=Headers([("Content-Type", value)])).content_type == media_type

    def test_what_was_not_sent_is_none_or_empty(self) -> None:
        response = self.make()

        assert (response.content_type, response.request_id, response.preference_applied) == (
            "",
            None,
            None,
        )

    def test_what_was_sent_is_there(self) -> None:
        pairs = [("X-Request-Id", "r-1"), ("Preference-Applied", "profile=preview")]
        response = self.make(headers=Headers(pairs))

        assert (response.request_id, response.preference_applied) == ("r-1", "profile=preview")

    def test_the_body_reads_as_json_and_is_not_shown(self) -> None:
        response = self.make(body=b'{"data": "hidden"}')

        assert response.json() == {"data": "hidden"}
        assert "hidden" not in repr(response)

    def test_what_is_not_json_is_a_value_error(self) -> None:
        with pytest.raises(ValueError, match="Expecting value"):
            self.make(body=b"<html>").json()


class TestErrorObject:
    @pytest.mark.parametrize(
        ("error", "text"),
        [
            (ErrorObject(), "error"),
            (ErrorObject(title="Conflict"), "Conflict"),
            (ErrorObject(detail="Busy"), "Busy"),
            (ErrorObject(title="Same", detail="Same"), "Same"),
            (ErrorObject(title="A", detail="b", pointer="/data/x"), "A: b (/data/x)"),
            (ErrorObject(title="A", pointer="/data/x", field="name"), "A (name)"),
            (ErrorObject(title="A", parameter="filter[x]"), "A (filter[x])"),
            (ErrorObject(title="A\nB"), "A\\nB"),
        ],
    )
    def test_it_reads_as_one_line(self, error: ErrorObject, text: str) -> None:
        assert str(error) == text


class Unspeakable:
    def __repr__(self) -> str:
        raise LookupError("no name")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\nb", r"'a\nb'"),
        (None, "None"),
        ("\ud800", r"'\ud800'"),
        (Secret("hush"), "<redacted>"),
        (Unspeakable(), "<Unspeakable>"),
        ("x" * 200, "'" + "x" * 124 + "..."),
    ],
)
def test_what_a_caller_passed_is_shown_whatever_it_is(value: object, text: str) -> None:
    assert shown(value) == text


def test_what_has_no_repr_is_shown_by_its_type() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]

    assert (shown(10**5000), shown(deep)) == ("<int>", "<list>")


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"\xff", b"[" * 100_000, b"7" * 5000, b'{"a": 1} x']
)
def test_an_answer_that_is_no_json_is_a_typed_error(body: bytes) -> None:
    answer = Response(
        method="GET", path="/x", status=200, headers=Headers(), body=body, attempts=2, elapsed=1.5
    )

    with pytest.raises(DecodeError, match="GET /x: 200: the body is not JSON: ") as caught:
        answer.json()
    assert isinstance(caught.value, ValueError)
    assert str(caught.value).isprintable()
    assert (caught.value.attempts, caught.value.elapsed, caught.value.outcome) == (
        2,
        1.5,
        "applied",
    )


def test_headers_pickle_without_the_secrets_that_were_sent() -> None:
    headers = Headers([("Date", "today"), ("Vary", "a"), ("vary", "b")])
    headers.secrets = (Secret("s3cret"),)

    held = pickle.dumps(headers)
    copied = pickle.loads(held)

    assert (list(copied.items()), copied.getall("vary")) == (list(headers.items()), ("a", "b"))
    assert copied.secrets == ()
    assert b"s3cret" not in held
