"""Text of a server, without the credentials that were sent to it."""

from __future__ import annotations

import html
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalr_async._text import collect_secrets, redacted, scrub, scrub_value
from scalr_async._values import REDACTED

TOKEN = "a/b+c==.\"d'&e<f>g#h~canary"
SECRETS = collect_secrets([TOKEN])

WRITINGS = {
    "plain": str,
    "quoted for a URL": lambda text: quote(text, safe=""),
    "quoted in part": quote,
    "quoted in lower case": lambda text: quote(text, safe="").lower(),
    "quoted twice": lambda text: quote(quote(text, safe=""), safe=""),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON in JSON": lambda text: json.dumps(json.dumps(text))[3:-3],
    "JSON with escaped slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "JSON in numbers": lambda text: "".join(f"\\u{ord(c):04X}" for c in text),
    "HTML": html.escape,
    "HTML in numbers": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "HTML in hexadecimal": lambda text: "".join(f"&#x{ord(c):X};" for c in text),
    "a URL in JSON": lambda text: json.dumps(quote(text))[1:-1],
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_a_secret_is_found_in_every_writing(writing: str) -> None:
    written = WRITINGS[writing](TOKEN)

    assert scrub(f"Bearer {written}, {written} is invalid", SECRETS) == (
        f"Bearer {REDACTED}, {REDACTED} is invalid"
    )


@pytest.mark.parametrize("text", ["", "100% of 5 \\ nothing &amp; nothing", "%41%zz \\u00zz &#9;"])
def test_a_text_without_one_stays_as_it_is(text: str) -> None:
    assert scrub(text, SECRETS) == text
    assert scrub(text, ()) == text


@given(
    st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=6),
    st.text(),
    st.text(),
)
def test_whatever_the_secret_is_nothing_of_it_is_left(secret: str, before: str, after: str) -> None:
    scrubbed = scrub(f"{before}{secret}{after}", collect_secrets([secret]))

    assert secret not in scrubbed.replace(REDACTED, "\0")


def test_one_that_looks_escaped_itself_is_found_both_ways() -> None:
    secrets = collect_secrets(["abc%2Fdef"])

    assert scrub("abc%2Fdef abc/def abc%252Fdef", secrets) == " ".join([REDACTED] * 3)


def test_what_is_part_of_another_does_not_leave_its_rest() -> None:
    assert scrub("token-12345 token-1", collect_secrets(["token-1", "token-12345"])) == (
        f"{REDACTED} {REDACTED}"
    )


LONG = "eyJhbGciOiJIUzI1NiJ9.a1b2/c3d4+e5f6==g7h8.Sig_natu-re"


@pytest.mark.parametrize(
    "writing",
    [str, str.lower, str.upper, *map(WRITINGS.get, ("quoted for a URL", "HTML in numbers"))],
)
@pytest.mark.parametrize("begin", range(0, len(LONG) - 12, 5))
@pytest.mark.parametrize("size", [12, 13, 20, 37])
def test_a_part_is_found_wherever_a_text_was_cut(writing: Any, begin: int, size: int) -> None:
    secrets = collect_secrets(["other-secret-of-another-header", LONG])
    part = writing(LONG[begin : begin + size])

    assert scrub(f"({part})", secrets) == f"({REDACTED})"
    assert scrub(f"({part} {part}", secrets) == f"({REDACTED} {REDACTED}"


def test_a_word_that_is_also_in_a_secret_stays() -> None:
    secrets = collect_secrets(["platform-deployment-key"])

    assert scrub("the deployment of a platform", secrets) == "the deployment of a platform"
    assert scrub("DEPLOYMENT- platform-deploym", secrets) == f"DEPLOYMENT- {REDACTED}"


@given(st.integers(6, 400), st.integers(0, 300), st.integers(10, 250))
def test_a_text_is_redacted_before_it_is_cut(length: int, before: int, limit: int) -> None:
    secret = ("0123456789" * 40)[:length]

    shown = redacted("x" * before + secret * 3, collect_secrets([secret]), limit)

    assert len(shown) <= limit
    assert not set(shown) & set(secret)


def test_what_is_too_short_to_tell_stays_in_every_word() -> None:
    assert collect_secrets(["1", "false", "", "on"]) == ()


def test_the_query_of_a_signed_url_is_a_credential() -> None:
    url = "https://store.example/x?X-Signature=abc%2Fdef&flag=1&X-Credential=key-12345"

    assert set(collect_secrets([], url)) == {"abc/def", "key-12345"}


def test_values_are_scrubbed_to_their_leaves_and_to_a_depth() -> None:
    deep: object = "x"
    for _ in range(900):
        deep = [deep]
    value = {TOKEN: [TOKEN, 7, None, {"a": f"is {TOKEN}"}], "deep": deep}

    scrubbed = scrub_value(value, SECRETS)

    assert scrubbed[REDACTED] == [REDACTED, 7, None, {"a": f"is {REDACTED}"}]
    assert str(scrubbed["deep"]) == "[" * 49 + "None" + "]" * 49


def test_a_text_that_is_escaped_again_and_again_comes_to_an_end() -> None:
    text = "%" + "25" * 50 + "41"

    assert scrub(text, ["a-secret"]) == text
