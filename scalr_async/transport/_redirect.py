"""The redirects that a download follows: pure rules, no I/O.

- at most `MOST_HOPS` redirects, never to a place that was visited already;
- from https only to https; `http://` leads from loopback to loopback alone;
- once away from the API's own origin, never back to it, where the token would be sent again;
- never to a URL with a user or a password in it.

That a foreign origin gets neither the token nor a header of ours is the wire's rule, for every
request.
"""

from __future__ import annotations

import re
from typing import Final

from yarl import URL

from scalr_async._text import printable
from scalr_async.config import is_host, is_loopback

__all__ = ["MOST_HOPS", "Trail", "is_safe", "leads_to", "place", "same_origin"]

MOST_HOPS: Final = 5
"""Redirects that one download follows at most."""

_STATUSES: Final = frozenset({301, 302, 303, 307, 308})
_VISIBLE: Final = re.compile(r"[!-~]+")


class Trail:
    """The places one download was sent to so far, the API's own first."""

    def __init__(self, start: URL) -> None:
        self._visited = [start]

    def follow(self, status: int, location: str | None) -> URL:
        """Return where to ask next; raises `ValueError` with the reason why that is nowhere."""
        here = self._visited[-1]
        there = leads_to(here, location or "")
        if status not in _STATUSES or there is None:
            raise ValueError("it leads nowhere")
        if len(self._visited) > MOST_HOPS:
            raise ValueError(f"more than {MOST_HOPS} redirects")
        if there in self._visited:
            raise ValueError("a loop")
        if not is_safe(there) or (here.scheme == "https" and there.scheme != "https"):
            raise ValueError("it leaves https")
        home = self._visited[0]
        if same_origin(there, home) and not same_origin(here, home):
            raise ValueError("it leads back from another host")
        self._visited.append(there)
        return there


def leads_to(here: URL, location: str) -> URL | None:
    """Return the URL that a server's answer names, kept to the byte; None when it is none."""
    if not _VISIBLE.fullmatch(location):
        return None
    try:
        there = here.join(URL(location, encoded=True)).with_fragment(None)
        nameless = there.user is None and there.password is None
    except ValueError:
        return None
    known = is_host(there.raw_host or "") and there.scheme in ("http", "https")
    return there if known and nameless else None


def same_origin(one: URL, other: URL) -> bool:
    """Return whether two URLs have one scheme, host and port, be it written out or not."""
    return str(one.origin()) == str(other.origin())  # equal origins may differ for yarl


def is_safe(url: URL) -> bool:
    """Return whether nobody on the way can read along: https, or loopback."""
    return url.scheme == "https" or is_loopback(url.host or "")


def place(location: str | None) -> str:
    """Return where a redirect leads, without its user, query and fragment."""
    try:
        url = URL(location or "")
        place = f"{url.origin()}{url.raw_path}" if url.absolute else url.raw_path
    except ValueError:
        place = ""
    return printable(place, 200) or "nowhere"
