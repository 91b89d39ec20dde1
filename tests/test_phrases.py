"""What a person reads about a status does not depend on the interpreter."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from scalr_async import APIError, Response
from scalr_async._http import Headers
from scalr_async._phrases import _PHRASES, with_phrase, without_phrase
from scalr_async.jsonapi import check

NAMES = [(status, name) for status, names in _PHRASES.items() for name in names]


@pytest.mark.parametrize("status", list(HTTPStatus))
def test_every_status_that_any_interpreter_names_has_that_name_among_ours(
    status: HTTPStatus,
) -> None:
    assert status.phrase.lower() in [name.lower() for name in _PHRASES[status]]


@pytest.mark.parametrize(("status", "name"), NAMES)
def test_a_title_that_repeats_its_status_is_left_out_under_each_of_its_names(
    status: int, name: str
) -> None:
    assert without_phrase(status, name) == ""
    assert without_phrase(status, f"{name}: the detail") == "the detail"
    assert without_phrase(status, f"{name}s") == f"{name}s"


def test_renamed_statuses_are_shown_under_one_name_everywhere() -> None:
    shown = [with_phrase(status) for status in (413, 414, 416, 422)]
    assert shown == [
        "413 Content Too Large",
        "414 URI Too Long",
        "416 Range Not Satisfiable",
        "422 Unprocessable Entity",
    ]


def test_a_status_without_a_name_is_shown_as_a_number() -> None:
    assert with_phrase(599) == "599"
    assert without_phrase(599, "Bad Gateway") == "Bad Gateway"


@pytest.mark.parametrize(("status", "name"), [pair for pair in NAMES if pair[0] >= 400])
def test_an_error_does_not_say_its_status_twice(status: int, name: str) -> None:
    body = b'{"errors": [{"title": "%s", "detail": "Name has already been taken"}]}' % name.encode()
    response = Response(
        method="POST", path="/agent-pools", status=status, headers=Headers([]), body=body
    )

    with pytest.raises(APIError) as caught:
        check(response)

    assert caught.value.message == f"{with_phrase(status)}: Name has already been taken"
