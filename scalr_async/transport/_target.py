"""The request target: the exact bytes of path and query that go on the wire (RFC 3986)."""

from __future__ import annotations

import functools
import re
from typing import Final
from urllib.parse import quote

from scalr_async._text import shown
from scalr_async.errors import InvalidArgumentError

__all__ = ["target"]

_SEGMENT: Final = (
    r"/(?!(?:\.|%2[Ee]){1,2}(?:/|\Z))(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})++"
)
_PATH: Final = re.compile(f"(?:{_SEGMENT})++")
_PLAIN: Final = re.compile(r"(?:/[A-Za-z0-9_-]+)+").fullmatch
"""Nearly all of them, and quicker to see."""
_KEPT: Final = "!$'()*,/:;?@"
"""Legal in a query (RFC 3986, 3.4) and free of meaning to form decoders, so kept readable."""


def target(path: str, params: tuple[tuple[str, str], ...]) -> str:
    """Return path and query as they are sent.

    `path` is encoded already and is only checked: whatever could lead elsewhere (dot segments,
    empty segments, a query, a fragment, anything not ASCII) raises `InvalidArgumentError`.
    """
    if _PLAIN(path) is None and _PATH.fullmatch(path) is None:
        raise InvalidArgumentError(
            f"path {shown(path, 200)}: must be /segments below the API root, percent-encoded"
        )
    if not params:
        return path
    try:
        return f"{path}?{'&'.join([f'{_key(key)}={_value(value)}' for key, value in params])}"
    except UnicodeEncodeError as error:
        refused = error.object
    raise InvalidArgumentError(f"query {shown(refused, 200)}: not encodable as UTF-8")


@functools.lru_cache(maxsize=512)
def _key(name: str) -> str:
    return quote(name, safe="")


def _value(value: str) -> str:
    return value if value.isalnum() and value.isascii() else quote(value, safe=_KEPT)
