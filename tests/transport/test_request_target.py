from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalr_async.errors import InvalidArgumentError
from scalr_async.transport._request_target import request_target


@pytest.mark.parametrize(
    "path",
    [
        "/agent-pools",
        "/agent-pools/apool-abc",
        "/workspaces/ws%2F1",
        "/a/.../b",
        "/a/.b/..c",
        "/accounts/a%2eb",
        "/a:b@c,d;e=f",
    ],
)
def test_a_path_goes_on_the_wire_as_it_is(path: str) -> None:
    assert request_target(path, ()) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "agent-pools",
        "/",
        "/agent-pools/",
        "//evil.example/x",
        "/a//b",
        "/workspaces/../accounts",
        "/workspaces/..",
        "/workspaces/.",
        "/workspaces/%2e%2E/accounts",
        "/workspaces/.%2e",
        "/a?b",
        "/a#b",
        "/a b",
        "/a\r\nHost: evil",
        "/a\n",
        "/a\\b",
        "/a%2",
        "/a%zz",
        "/caf\xe9",
        "/a\0",
        '/a"b',
        "https://evil.example/",
    ],
)
def test_a_path_that_could_lead_elsewhere_is_refused_with_its_name(path: str) -> None:
    with pytest.raises(InvalidArgumentError, match="must be /segments") as caught:
        request_target(path, ())
    assert repr(path) in str(caught.value)


def test_checking_a_hostile_path_takes_linear_time() -> None:
    with pytest.raises(InvalidArgumentError):
        request_target("/" + "a" * 100_000 + "#", ())


def test_brackets_are_encoded_and_commas_stay_readable() -> None:
    params = (("page[number]", "2"), ("include", "account,agents"), ("filter[name]", "in:a b,c&d"))

    assert request_target("/x", params) == (
        "/x?page%5Bnumber%5D=2&include=account,agents&filter%5Bname%5D=in:a%20b,c%26d"
    )


@pytest.mark.parametrize("value", ["a+b", "a=b", "a#b", "a%20b", "a;b", "ü", "٣", ""])
def test_a_value_reads_back_as_it_was(value: str) -> None:
    assert parse_qsl(
        request_target("/x", (("k", value),)).partition("?")[2], keep_blank_values=True
    ) == [("k", value)]


def test_a_value_that_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="not encodable"):
        request_target("/x", (("k", "\ud800"),))


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"])),
            st.text(st.characters(exclude_categories=["Cs"])),
        )
    )
)
def test_any_query_reads_back_and_holds_only_legal_characters(pairs: list[tuple[str, str]]) -> None:
    query = request_target("/x", tuple(pairs))[3:]

    assert re.fullmatch(r"[A-Za-z0-9\-._~!$&'()*,;=:@/?%]*", query)
    read = [tuple(map(unquote, part.split("=", 1))) for part in query.split("&")] if pairs else []
    assert read == pairs
