"""A large document, cut piece by piece, so that nothing else has to wait for the whole of it.

Where a piece ends is guessed and then proved: a stretch of bytes that begins where an item of
`data` begins, and is a JSON list of resource objects when brackets are put around it, ends where
an item ends. So the pieces are parsed once, by the parser of every other document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import attrs
import msgspec

from scalr_async._values import UNSET
from scalr_async.jsonapi._document import Envelope, Head, read_many
from scalr_async.jsonapi._json import Body

__all__ = ["LARGE", "Piece", "read_pieces"]

LARGE: Final = 1024 * 1024
"""Bytes beyond which it is worth it: a document of this size keeps others waiting for 3 ms."""

_PIECE: Final = 256 * 1024
"""Bytes, at least: a fraction of a millisecond's work."""

_FURTHEST: Final = 64 * 1024
"""Bytes that may stand before `data`."""
_MOST_GUESSES: Final = 20
_MARKED: Final = "pieces before"

_MARK: Final = b'{"type":"%b"},' % _MARKED.encode()
"""Stands for the items of earlier pieces in what is left of the document."""
_DATA: Final = re.compile(rb'"data"\s*:\s*\[\s*')
_BETWEEN: Final = re.compile(rb"\}(\s*,\s*)\{")
_heads: Final = msgspec.json.Decoder(list[Head])
_envelope: Final = msgspec.json.Decoder(Envelope)


@attrs.frozen
class Piece:
    """Some of the items of a document; the last piece has its other members as well."""

    envelope: Envelope
    last: bool = False
    alone: bool = False
    """True if the pieces before it count for nothing: of two `data` the last one counts."""


def read_pieces(body: Body) -> Iterator[Piece]:
    """Cut a document with a list of resources; what `read_many` refuses is refused here too."""
    data = _DATA.search(body, 0, _FURTHEST)
    first = begin = data.end() if data and _is_key(body, data.end()) else None
    while begin is not None and (found := _next_piece(body, begin)):
        heads, begin = found
        yield Piece(Envelope(data=heads))
    if begin == first:
        yield Piece(read_many(body), last=True)
        return
    rest = read_many(b"".join([body[:first], _MARK, memoryview(body)[begin:]]))
    heads = rest.data or []
    marked = bool(heads) and heads[0].id is UNSET and heads[0].type == _MARKED
    if marked:
        rest.data = heads[1:]
    yield Piece(rest, last=True, alone=not marked)


def _is_key(body: Body, end: int) -> bool:
    """Return whether it is the document's own `data` that begins here, and not one inside it."""
    try:
        return _envelope.decode(b"".join([body[:end], b"]}"])).data == []
    except (ValueError, RecursionError):
        return False


def _next_piece(body: Body, begin: int) -> tuple[list[Head], int] | None:
    """Return the items of the next piece and where the one after it begins; None at the end."""
    end = begin + _PIECE
    for guess in range(_MOST_GUESSES):
        between = _BETWEEN.search(body, end)
        if between is None:
            return None
        try:
            heads = _heads.decode(b"".join([b"[", body[begin : between.start() + 1], b"]"]))
        except (ValueError, RecursionError):
            end = between.end() + (1 << guess)  # ends that are none come close together
        else:
            return heads, between.start(1) + len(between[1])
    return None
