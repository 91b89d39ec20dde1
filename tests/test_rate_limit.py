"""Header fields that tell a rate limit: all forms, and what is no form at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalr_async._http import Headers, Response
from scalr_async._rate_limit import RateLimit, read_rate_limit

FORMS = [
    ({}, None),
    # the IETF draft since its version 8
    ({"RateLimit": '"default";r=0;t=7', "RateLimit-Policy": '"default";q=100;w=10'}, (100, 0, 7)),
    ({"RateLimit": "default;r=5;t=7"}, (None, 5, 7)),
    ({"RateLimit": '"a";r=9;t=1, "b";r=2;t=60', "RateLimit-Policy": '"a";q=10, "b";q=500'}, (500, 2, 60)),
    ({"RateLimit": '"a";r=0;t=1, "b";r=0;t=60'}, (None, 0, 60)),
    ({"RateLimit-Policy": '"default";q=100;w=10'}, None),
    ({"RateLimit": "?1, =, 5"}, None),
    ({"RateLimit": '"a"'}, None),
    # its version 7
    ({"RateLimit": "limit=100, remaining=3, reset=7"}, (100, 3, 7)),
    ({"RateLimit": "limit=100;remaining=3"}, (100, 3, None)),
    ({"RateLimit": "remaining=, limit="}, None),
    # its earlier versions
    ({"RateLimit-Limit": "100, 100;w=10", "RateLimit-Remaining": "0", "RateLimit-Reset": "7"}, (100, 0, 7)),
    # common before it
    ({"X-RateLimit-Limit": "50"}, (50, None, None)),
    ({"X-RateLimit-Limit": "50", "x-ratelimit-remaining": "0", "X-RateLimit-Reset": "12"}, (50, 0, 12)),
    ({"X-Rate-Limit-Limit": "50", "X-Rate-Limit-Remaining": "1", "X-Rate-Limit-Reset": "0.25"}, (50, 1, 0.25)),
    ({"X-RateLimit-Reset": "1700000000.5"}, (None, None, 1_700_000_000.5)),
    ({"X-RateLimit-Limit": "60.0"}, (60, None, None)),
    # of several the one with the fewest requests left, of those the one that lasts longest
    ({"RateLimit-Remaining": "8", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "3"}, (None, 0, 3)),
    # more digits than any number of these needs
    ({"X-RateLimit-Limit": "many", "X-RateLimit-Reset": "9" * 20}, (None, None, 10**15)),
    # nothing that can be read
    ({"X-RateLimit-Limit": "many", "X-RateLimit-Reset": "soon"}, None),
    ({"X-RateLimit-Limit": "-1", "X-RateLimit-Remaining": "1e3"}, None),
    ({"X-RateLimit-Limit": "\u0663".encode().decode("latin-1")}, None),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "found"), FORMS)
def test_every_form_is_read_as_far_as_it_can_be(
    fields: dict[str, str], found: tuple[object, ...] | None
) -> None:
    headers = Headers(fields.items())
    limit = Response(method="GET", path="/tags", status=200, headers=headers).rate_limit

    assert (limit and (limit.limit, limit.remaining, limit.reset)) == found


def test_a_whole_number_stays_one() -> None:
    limit = read_rate_limit(Headers([("X-RateLimit-Reset", "12")]))

    assert limit == RateLimit(reset=12)
    assert type(limit.reset) is int


NAMES = ["RateLimit", "RateLimit-Policy", "RateLimit-Reset", "X-RateLimit-Reset"]
PIECES = st.sampled_from(['"a"', "a", ";", ",", "=", "r", "t", "q", "0", "7", "9" * 16, " ", "."])


@given(
    fields=st.lists(
        st.tuples(
            st.sampled_from(NAMES),
            st.text(max_size=20) | st.lists(PIECES).map("".join),
        )
    )
)
def test_garbage_never_raises(fields: list[tuple[str, str]]) -> None:
    limit = read_rate_limit(Headers(fields))

    assert limit is None or limit != RateLimit()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("piece", ['"a";', "a,", "1", "limit=", " ", ";;", "r=1;"])
def test_long_values_take_no_time(name: str, piece: str) -> None:
    """A megabyte is cut before it is read."""
    read_rate_limit(Headers([(name, piece * (1_000_000 // len(piece)))]))
