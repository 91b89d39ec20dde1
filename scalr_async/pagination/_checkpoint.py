"""Checkpoints: places in a list, as texts from which a walk resumes in any process."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from typing import Annotated, Any, Final

import msgspec

from scalr_async._text import printable, shown
from scalr_async.errors import InvalidArgumentError
from scalr_async.pagination._answer import PageSource

__all__ = ["Checkpoint", "Place"]

_VERSION: Final = "scalr1"
_LONGEST: Final = 2**24
"""Characters; a place in a list without pages may name thousands of neighbors."""
Count = Annotated[int, msgspec.Meta(ge=0, le=10**12)]


class Place(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A place between two items of a list, identified by its neighbors wherever they move.

    `offset` is the number of items before the place; `before` are the ids of the last of these and
    `after` the ids of the next items, in order and as far as known; `apart` are the ids of items
    that were handed out without a known position. `total` is the number of items of the list at
    that time; `cap` is the server's largest page size if it is smaller than requested.
    """

    offset: Count = 0
    before: list[str] = []
    after: list[str] = []
    apart: list[str] = []
    total: Count | None = None
    cap: Annotated[int, msgspec.Meta(ge=1, le=100)] | None = None

    def size(self, asked: int) -> int:
        """Return the number of items on a full page when `asked` are requested."""
        return asked if self.cap is None else min(asked, self.cap)

    def page(self, asked: int) -> int:
        """Return the number of the page that has the last item before this place."""
        return max(0, self.offset - 1) // self.size(asked) + 1

    def find(self, ids: Sequence[str | None]) -> tuple[int, int] | None:
        """Return the index of this place on a page, and the distance of the neighbor found.

        The place is after the last of its `before` neighbors on the page, or, if the page has
        none, before the first of its `after` neighbors. The distance is 0 for the neighbor next
        to the place, greater for one further before it, negative for one after it. Returns None if
        the page has no neighbor.
        """
        before = {key: rank for rank, key in enumerate(self.before, 1)}
        known = [(before[key], index) for index, key in enumerate(ids, 1) if key in before]
        if known:
            rank, index = max(known)
            return index, len(self.before) - rank
        following = self._next(ids)
        return None if following is None else (following, -self.after.index(ids[following] or ""))

    def stop(self, ids: Sequence[str | None]) -> int | None:
        """Return the number of items on a page before this place; None if the page ends earlier."""
        if self.before and self.before[-1] in ids:
            return ids.index(self.before[-1]) + 1
        return self._next(ids)

    def split(self, ids: Sequence[str | None]) -> tuple[int, int]:
        """Return where the fewest neighbors of this place are on its wrong side: first and last.

        Single ones may be there in an order that may change.
        """
        before, after = {*self.before}, {*self.after}
        wrong = [sum(key in before for key in ids)]
        for key in ids:
            wrong.append(wrong[-1] + (key in after) - (key in before))
        first = wrong.index(min(wrong))
        return first, len(ids) - wrong[::-1].index(wrong[first])

    def _next(self, ids: Sequence[str | None]) -> int | None:
        after = set(self.after)
        return next((index for index, key in enumerate(ids) if key in after), None)


class Checkpoint(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A place from which to resume the list of `path` and `query` (a digest), up to `end` if given.

    `items` is the number of items that were handed out before it.
    """

    path: str
    query: str
    begin: Place = Place()
    end: Place | None = None
    items: Count = 0

    @classmethod
    def of(cls, source: PageSource[Any], **more: Any) -> Checkpoint:
        """Return a checkpoint of a list; the start of the list if `more` is empty."""
        return cls(path=source.path, query=_digest(source.query_text), **more)

    @classmethod
    def read(cls, token: Any, source: PageSource[Any]) -> Checkpoint:
        """Return the checkpoint in a text; raises `InvalidArgumentError` if it has no such thing.

        The checkpoint of another list, or of the same list with other options, is refused too.
        """
        found = _parse(token)
        if found is None:
            raise InvalidArgumentError(f"checkpoint={shown(token, 64)}: not made by checkpoint()")
        own = cls.of(source)
        if found.path != own.path:
            where = printable(found.path, 128)
            raise InvalidArgumentError(f"checkpoint: belongs to the list {where}, not {own.path}")
        if found.query != own.query:
            raise InvalidArgumentError(
                f"checkpoint: belongs to {own.path} with other options than this list has; "
                "filters, sort, include and fields must be the same"
            )
        return found

    def text(self) -> str:
        """Return the checkpoint as one word: letters, digits and `._-=`."""
        plain = json.dumps(msgspec.to_builtins(self), separators=(",", ":"))
        body = base64.urlsafe_b64encode(plain.encode()).decode()
        return f"{_VERSION}.{_digest(body)}.{body}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=9).hexdigest()


def _parse(token: Any) -> Checkpoint | None:
    if not isinstance(token, str) or len(token) > _LONGEST or not token.isascii():
        return None
    version, _, rest = token.partition(".")
    digest, _, body = rest.partition(".")
    if version != _VERSION or digest != _digest(body):
        return None
    try:
        values = json.loads(base64.b64decode(body, altchars=b"-_", validate=True))
        return msgspec.convert(values, Checkpoint)
    except (ValueError, RecursionError, binascii.Error):
        return None
