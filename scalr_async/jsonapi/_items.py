"""The resource objects of a list, cut from their document so that each is parsed only once.

The end of an item is guessed and then verified: bytes that begin at an item of `data` and parse as
one JSON object end at the end of that item. The guess is the next place with the bytes that all
items begin with. What remains after the last item is parsed as a document, with a placeholder for
the items before it, which verifies that the whole body is a document.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final, TypeVar, cast

import msgspec

from scalr_async._values import UNSET
from scalr_async.errors import DecodeError
from scalr_async.jsonapi._document import RawDocument, RawResource, has_empty_list, parse_many
from scalr_async.jsonapi._json import Body

__all__ = ["ListDocument"]

T = TypeVar("T")

_MAX_HEAD: Final = 64 * 1024
"""The largest number of bytes before `data`."""
_MAX_FIRST: Final = 1024 * 1024
"""The largest number of bytes in which the end of the first item is searched for."""
_NEAR: Final = 16 * 1024
"""The number of bytes that are searched first for the end of an item."""
_MAX_GUESSES: Final = 20
"""The largest number of wrong guesses about the end of one item."""
_PLACEHOLDER_TYPE: Final = f"items before {os.urandom(8).hex()}"
"""The type of the placeholder, which no server can know."""

_PLACEHOLDER: Final = b'{"type":"%b"},' % _PLACEHOLDER_TYPE.encode()
_DATA: Final = re.compile(rb'"data"\s*:\s*\[\s*')
_BEGINNING: Final = re.compile(
    rb"""\{\s{0,64}(?:
    "type"\s{0,64}:\s{0,64}"[a-z-]{0,64} |
    "id"\s{0,64}:\s{0,64}"(?:[a-z]{1,16}-)? |
    "[^"\\]{0,64}"\s{0,64}:\s{0,64}(?:\{\s{0,64}")?
    )""",
    re.VERBOSE,
)
"""The first name in an item, and of its value as much as all items may have in common."""


class ListDocument:
    """A document with a list of resource objects, read item by item.

    Iterate over `items` to the end first; then the attributes are set.

    Attributes:
        rest: the document without the items that were read one by one.
        replaced: whether those items do not count, because a later `data` replaces them.
    """

    rest: RawDocument
    replaced: bool

    def __init__(self, body: Body) -> None:
        self._body = _whole(body)  # not a local variable, which some tracebacks print
        self._data = self._begin = self._find_data()

    def _find_data(self) -> int:
        """Return the offset of the first item of `data`, 0 if it is not found."""
        data = _DATA.search(self._body, 0, _MAX_HEAD)
        return 0 if data is None else data.end()

    def items(
        self, read: Callable[[msgspec.Raw], T], read_parsed: Callable[[RawResource], T]
    ) -> Iterator[T]:
        """Yield all items; raises like `parse_many` if the body is not a document.

        `read` is called with a copy of the JSON of each item, and raises `ValueError` if that is
        not exactly one object. `read_parsed` is called with each item that is not found this way.
        """
        yield from self._cut(read)
        self.rest, self.replaced = self._parse_rest()
        yield from map(read_parsed, self.rest.data or ())

    def _cut(self, read: Callable[[msgspec.Raw], T]) -> Iterator[T]:
        separator = self._find_separator()
        if separator is None:
            return
        needle, gap = separator.group(), len(separator.group(1))
        begin = end = self._begin
        guesses = skipped = 0
        while guesses < _MAX_GUESSES and (end := self._next(needle, end)) >= 0:
            end += 1  # after the brace
            try:
                item = read(msgspec.Raw(self._body[begin:end]))
            except (ValueError, RecursionError):
                if skipped:  # the item may end in what was skipped
                    end, skipped = begin, 0
                else:
                    guesses += 1
            else:
                guesses, skipped = 0, (end - begin) // 16 * 15
                self._begin = begin = end + gap
                end = begin + skipped
                yield item

    def _next(self, needle: bytes, begin: int) -> int:
        # In a short range `bytes.find` makes no tables, which takes longer than the search.
        near = self._body.find(needle, begin, begin + _NEAR)
        return near if near >= 0 else self._body.find(needle, begin)

    def _find_separator(self) -> re.Match[bytes] | None:
        """Find the end of an item and the beginning of the next; group 1 is what is between."""
        begin = self._data
        beginning = _BEGINNING.match(self._body, begin) if begin else None
        if beginning is None:
            return None
        pattern = re.compile(rb"\}(\s*,\s*)%b" % re.escape(beginning.group()))
        separator = pattern.search(self._body, begin, begin + _MAX_FIRST)
        # Otherwise this `data` is a member of something else.
        is_own = separator is not None and has_empty_list(memoryview(b"%b]}" % self._body[:begin]))
        return separator if is_own else None

    def _parse_rest(self) -> tuple[RawDocument, bool]:
        whole = memoryview(self._body)
        if self._begin == self._data:
            return parse_many(whole), False
        head, rest = whole[: self._data], whole[self._begin :]
        document = None
        with suppress(DecodeError):
            document = parse_many(memoryview(b"".join([head, _PLACEHOLDER, rest])))
        if document is None:
            return parse_many(whole), True  # raises an error that names the right place
        raws = document.data or []
        replaced = not raws or raws[0].id is not UNSET or raws[0].type != _PLACEHOLDER_TYPE
        if not replaced:
            document.data = raws[1:]
        return document, replaced


def _whole(body: Any) -> bytes:
    """Return a body as bytes, without a copy if it is a view of bytes."""
    return cast("bytes", body.obj if _is_whole(body) else bytes(body))  # no local holds them


def _is_whole(body: Any) -> bool:
    """Return whether a body is a view of all bytes of an object, in their order."""
    if not (isinstance(body, memoryview) and body.c_contiguous):
        return False
    return isinstance(body.obj, bytes) and len(body.obj) == len(body)
