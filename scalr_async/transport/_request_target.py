"""The target of a request: the exact bytes of its path and query (RFC 3986), and redirects.

A download follows redirects by these rules:

- at most `MAX_REDIRECTS`, never to a URL that was visited before;
- from https only to https; from `http://` (loopback) to loopback or https;
- once it has left the API's origin, never back there, where the token would be sent again;
- never to a URL with a user or a password.

The wire never sends the token or a configured header to another origin, whatever the request.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from yarl import URL

from scalr_async._text import redacted, shown
from scalr_async.config import is_host, is_loopback
from scalr_async.errors import InvalidArgumentError

__all__ = [
    "MAX_REDIRECTS",
    "RedirectChain",
    "describe_location",
    "is_safe",
    "request_target",
    "resolve_location",
    "same_origin",
]

_SEGMENT: Final = (
    r"/(?!(?:\.|%2[Ee]){1,2}(?:/|\Z))(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})++"
)
_PATH: Final = f"(?:{_SEGMENT})++"
_PLAIN: Final = re.compile(r"(?:/[A-Za-z0-9_-]+)+").fullmatch
"""A faster pattern that matches nearly all paths."""
_KEPT: Final = "!$'()*,/:;?@"
"""Characters that are legal in a query (RFC 3986, 3.4) and not special to form decoders."""


def request_target(path: str, params: tuple[tuple[str, str], ...]) -> str:
    """Return path and query as they are sent.

    `path` is already percent-encoded. A path that could lead elsewhere (dot segments, empty
    segments, a query, a fragment, non-ASCII characters) raises `InvalidArgumentError`.
    """
    if _PLAIN(path) is None and re.fullmatch(_PATH, path) is None:
        raise InvalidArgumentError(
            f"path {shown(path, 200)}: must be /segments below the API root, percent-encoded"
        )
    if not params:
        return path
    try:
        pairs = [f"{_quote_key(key)}={_quote_value(value)}" for key, value in params]
    except UnicodeEncodeError as error:
        refused = error.object
    else:
        return f"{path}?{'&'.join(pairs)}"
    raise InvalidArgumentError(f"query {shown(refused, 200)}: not encodable as UTF-8")


@functools.lru_cache(maxsize=512)
def _quote_key(name: str) -> str:
    return quote(name, safe="")


def _quote_value(value: str) -> str:
    return value if value.isalnum() and value.isascii() else quote(value, safe=_KEPT)


MAX_REDIRECTS: Final = 5
"""The largest number of redirects that one download follows."""

_STATUSES: Final = frozenset({301, 302, 303, 307, 308})
_VISIBLE: Final = r"[!-~]+"


class RedirectChain:
    """The URLs that one download has visited so far, the API's first."""

    def __init__(self, start: URL) -> None:
        self._visited = [start]

    def follow(self, status: int, location: str | None) -> URL:
        """Return the next URL; raises `ValueError` with the reason if it is not followed."""
        here = self._visited[-1]
        there = resolve_location(here, location or "")
        if status not in _STATUSES or there is None:
            raise ValueError("it leads nowhere")
        if len(self._visited) > MAX_REDIRECTS:
            raise ValueError(f"more than {MAX_REDIRECTS} redirects")
        if there in self._visited:
            raise ValueError("a loop")
        if not is_safe(there) or (here.scheme == "https" and there.scheme != "https"):
            raise ValueError("it leaves https")
        home = self._visited[0]
        if same_origin(there, home) and not same_origin(here, home):
            raise ValueError("it leads back from another host")
        self._visited.append(there)
        return there


def resolve_location(here: URL, location: str) -> URL | None:
    """Return the absolute URL of a `Location`, its bytes unchanged; None if it is not usable."""
    if not re.fullmatch(_VISIBLE, location):
        return None
    try:
        there = here.join(URL(location, encoded=True)).with_fragment(None)
        nameless = there.user is None and there.password is None
    except ValueError:
        return None
    known = is_host(there.raw_host or "") and there.scheme in ("http", "https")
    return there if known and nameless else None


def same_origin(one: URL, other: URL) -> bool:
    """Return whether two URLs have the same scheme, host and (explicit or default) port."""
    return str(one.origin()) == str(other.origin())  # yarl may compare equal origins as different


def is_safe(url: URL) -> bool:
    """Return whether a request to a URL cannot be read on its way: https, or loopback."""
    return url.scheme == "https" or is_loopback(url.host or "")


def describe_location(location: str | None, secrets: Sequence[str]) -> str:
    """Return the target of a redirect without user, query, fragment and secrets, for an error."""
    try:
        url = URL(location or "")
        text = f"{url.origin()}{url.raw_path}" if url.absolute else url.raw_path
    except ValueError:
        text = ""
    return redacted(text, secrets, 200) or "nowhere"
