"""Foreign text made fit for display: on one line, and without the secrets that the client sent.

Some servers echo a request, credentials included.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from scalr_async._values import REDACTED, Secret

__all__ = ["collect_secrets", "printable", "redacted", "scrub", "scrub_value", "shown"]

_SHORTEST: Final = 6
"""Characters; a shorter secret is not redacted, because it would match inside ordinary words."""
_PART: Final = 12
"""Characters; so many of a secret in a row are redacted too, because anybody may cut a text."""
_SAMPLE: Final = 6
"""Characters; a part is noticed by one sample of this length in every `_PART - _SAMPLE + 1`."""
_LOWER: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_ESCAPED: Final = re.compile(
    r"%(?P<url>[2-7][0-9a-f])|\\u00(?P<json>[2-7][0-9a-f])|&#x0*(?P<hex>[2-7][0-9a-f]);"
    r"|&#0*(?P<decimal>[0-9]{2,3});|&(?P<name>amp|apos|gt|lt|quot);|\\(?P<plain>[!-/:-@\[-`{-~])",
    re.IGNORECASE,
)
_NAMED: Final = {"amp": "&", "apos": "'", "gt": ">", "lt": "<", "quot": '"'}
_LAYERS: Final = 3
"""The largest number of nested escapes of one secret: JSON in a URL in a page."""
_DEEPEST: Final = 50


def printable(text: str, limit: int = 2048) -> str:
    """Return server text fit for one line: at most `limit` characters, controls escaped."""
    shown = text[:limit]
    if not shown.isprintable():
        shown = "".join(
            c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown
        )
    cut = len(text) > limit or len(shown) > limit
    return shown[: limit - 3] + "..." if cut else shown


def redacted(text: str, secrets: Sequence[str], limit: int = 2048) -> str:
    """Return server text fit for one line, without secrets: redacted first, then cut.

    What a cut leaves of a secret is not recognized if it is short.
    """
    return printable(scrub(text, secrets), limit)


def shown(value: object, limit: int = 128) -> str:
    """Return the shortened `repr` of a value for an error, or its type if `repr` fails.

    `repr` fails for an int with thousands of digits or a list nested a thousand times; an error
    message about such a value must not fail as well.
    """
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001  # the caller's own `__repr__` may raise anything
        text = f"<{type(value).__name__}>"
    return printable(text, limit)


def collect_secrets(values: Iterable[str], url: str | None = None) -> tuple[Secret, ...]:
    """Return the secrets that an answer may echo: header values, the query of a signed URL."""
    signed = [] if url is None else [value for _, value in parse_qsl(url.partition("?")[2])]
    sent = {str(value) for value in (*values, *signed)}
    sent |= {_ESCAPED.sub(_unescaped, value) for value in sent}
    found = [value for value in sent if len(value) >= _SHORTEST]
    return tuple(map(Secret, sorted(found, key=len, reverse=True)))


def scrub(text: str, secrets: Sequence[str]) -> str:
    """Return a text with `secrets` replaced by `<redacted>`, and long parts of them as well.

    Secrets are found in plain form and as escaped in URLs, JSON and HTML; a text that contains an
    escaped secret is returned unescaped.
    """
    if not secrets:
        return text
    text = plain = _without(text, secrets)
    for _ in range(_LAYERS):
        plain, before = _ESCAPED.sub(_unescaped, plain), plain
        if plain == before:
            break
        if (found := _without(plain, secrets)) != plain:
            text = plain = found
    pieces = _pieces(tuple(secrets))
    if (found := _without_parts(plain, pieces)) != plain:
        return found
    return _without_parts(text, pieces)


def scrub_value(value: Any, secrets: Sequence[str], depth: int = 0) -> Any:
    """Return a JSON value with all texts scrubbed, and None in place of values nested too deep."""
    if isinstance(value, str):
        return scrub(value, secrets)
    if not isinstance(value, list | dict):
        return value
    if depth == _DEEPEST:
        return None
    if isinstance(value, list):
        return [scrub_value(item, secrets, depth + 1) for item in value]
    return {
        scrub(key, secrets): scrub_value(item, secrets, depth + 1) for key, item in value.items()
    }


def _without(text: str, secrets: Sequence[str]) -> str:
    """Replace secrets regardless of case, because media types are lowercased."""
    return re.sub("|".join(map(re.escape, secrets)), REDACTED, text, flags=re.IGNORECASE)


def _without_parts(text: str, pieces: frozenset[str]) -> str:
    """Replace each run of `_PART` characters or more that stands in a secret as well."""
    folded, step = text.translate(_LOWER), _PART - _SAMPLE + 1
    if not any(folded[at : at + _SAMPLE] in pieces for at in range(0, len(folded), step)):
        return text
    kept, end = "", 0
    for at in range(len(folded) - _PART + 1):
        if folded[at : at + _PART] in pieces:
            if at > end or not kept:
                kept += text[end:at] + REDACTED
            end = at + _PART
    return kept + text[end:]


@functools.lru_cache(maxsize=4)
def _pieces(secrets: tuple[str, ...]) -> frozenset[str]:
    """Return all runs of `_PART` and of `_SAMPLE` characters in secrets, in lower case."""
    folded = [str(secret).translate(_LOWER) for secret in secrets]
    return frozenset(
        secret[at : at + size]
        for secret in folded
        for size in (_PART, _SAMPLE)
        for at in range(len(secret) - size + 1)
    )


def _unescaped(match: re.Match[str]) -> str:
    kind = match.lastgroup
    written = match[kind or 0]
    if kind == "name":
        return _NAMED[written.lower()]
    if kind == "plain":
        return written
    return chr(int(written, 10 if kind == "decimal" else 16))
