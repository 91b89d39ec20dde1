"""The header fields of a rate limit, in all common forms.

=======================================================  ========================================
`RateLimit: "default";r=0;t=7` with                      IETF draft ratelimit-headers, version 8 and
`RateLimit-Policy: "default";q=100;w=10`                 later; may list several limits
`RateLimit: limit=100, remaining=0, reset=7`             version 7 of the draft
`RateLimit-Limit: 100`, `-Remaining: 0`, `-Reset: 7`     earlier versions of the draft
`X-RateLimit-Limit: 100`, ..., `X-Rate-Limit-Limit: 100` common before the draft; `reset` counts
                                                         from now, or from 1970
=======================================================  ========================================
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from scalr_async._value_class import value_class

__all__ = ["RateLimit", "read_number", "read_rate_limit"]

_PREFIXES: Final = ("ratelimit-", "x-ratelimit-", "x-rate-limit-")
_MOST_DIGITS: Final = 15
# Compiled on first use: compiling them on import would take longer than all the rest here.
_NUMBER: Final = r"(?as)\s*([0-9]+(?:\.[0-9]+)?)\s*(?:[,;].*)?"
_NAME: Final = r'(?a)\s*("[^"]{0,64}"|[A-Za-z*][\w.*/:-]{0,64})\s*(?:;|$)'
_PAIR: Final = r"(?:^|[;,\s])([a-z]{1,9})=([0-9]+(?:\.[0-9]+)?)(?=$|[;,\s])"


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class RateLimit:
    """The rate limit in an answer; of several limits, the one that is reached first.

    No number is greater than 10**15, however many digits were sent.

    Attributes:
        limit: the number of requests in a period, None if it is missing or unreadable.
        remaining: the number of requests left in this period, None likewise.
        reset: the reset time as sent, None likewise: seconds from now, or, from some servers,
            seconds since 1970.
    """

    limit: int | None = None
    remaining: int | None = None
    reset: float | None = None


def read_rate_limit(headers: Mapping[str, str]) -> RateLimit | None:
    """Return the rate limit in these fields, None if none of them can be read."""
    found = list(_structured(headers)) or list(_plain(headers))
    return min(found, key=_nearness, default=None)


def _nearness(limit: RateLimit) -> tuple[float, float]:
    """Return a sort key: the fewest requests left first, then the longest period."""
    left = math.inf if limit.remaining is None else limit.remaining
    return left, -(limit.reset or 0.0)


def _structured(headers: Mapping[str, str]) -> Iterator[RateLimit]:
    text = headers.get("ratelimit", "")[:1024]
    if "remaining=" in text or "limit=" in text:
        pairs = dict(re.findall(_PAIR, text))
        yield from _limit(pairs.get("limit"), pairs.get("remaining"), pairs.get("reset"))
        return
    quotas = dict(_items(headers.get("ratelimit-policy", "")[:1024]))
    for name, pairs in _items(text):
        yield from _limit(quotas.get(name, {}).get("q"), pairs.get("r"), pairs.get("t"))


def _items(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the members of a structured list, each with its parameters."""
    for member in text.split(","):
        if name := re.match(_NAME, member):
            yield name[1].strip('"'), dict(re.findall(_PAIR, member[name.end(1) :]))


def _plain(headers: Mapping[str, str]) -> Iterator[RateLimit]:
    for prefix in _PREFIXES:
        values = (headers.get(prefix + name, "") for name in ("limit", "remaining", "reset"))
        matches = [re.fullmatch(_NUMBER, value[:1024]) for value in values]
        yield from _limit(*(match and match[1] for match in matches))


def _limit(limit: str | None, remaining: str | None, reset: str | None) -> Iterator[RateLimit]:
    if limit or remaining or reset:
        yield RateLimit(
            limit=None if limit is None else int(read_number(limit)),
            remaining=None if remaining is None else int(read_number(remaining)),
            reset=None if reset is None else read_number(reset),
        )


def read_number(text: str) -> int | float:
    """Return the number that decimal digits stand for, at most 10**15 however many they are.

    Longer texts are not converted, which would take long and overflow.
    """
    whole, _, fraction = text.partition(".")
    whole = whole.lstrip("0") or "0"
    if len(whole) > _MOST_DIGITS:
        return 10**_MOST_DIGITS
    return float(f"{whole}.{fraction[:9]}") if fraction else int(whole)
