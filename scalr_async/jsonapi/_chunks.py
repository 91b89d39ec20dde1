"""Large documents, parsed chunk by chunk so that the event loop is not blocked.

The end of a chunk is guessed and then verified: if bytes that begin at an item of `data` parse as a
JSON list of resource objects once they are put in brackets, they end at the end of an item. Each
chunk is therefore parsed only once, by the same parser as any other document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from scalr_async._values import UNSET
from scalr_async.jsonapi._document import RawDocument, RawResource, parse_many
from scalr_async.jsonapi._json import Body

__all__ = ["LARGE_DOCUMENT", "Chunk", "read_chunks"]

LARGE_DOCUMENT: Final = 1024 * 1024
"""The size in bytes from which documents are parsed in chunks; parsing it takes 3 ms."""

_CHUNK_SIZE: Final = 256 * 1024
"""The least size of a chunk in bytes; parsing it takes less than a millisecond."""

_MAX_DATA_OFFSET: Final = 64 * 1024
"""The largest number of bytes before `data`."""
_MAX_GUESSES: Final = 20
_PLACEHOLDER_TYPE: Final = "chunks before"

_PLACEHOLDER: Final = b'{"type":"%b"},' % _PLACEHOLDER_TYPE.encode()
"""The stand-in for the items of earlier chunks in the rest of the document."""
_DATA: Final = re.compile(rb'"data"\s*:\s*\[\s*')
_BETWEEN: Final = re.compile(rb"\}(\s*,\s*)\{")
_decode_resources: Final = msgspec.json.Decoder(list[RawResource])
_decode_document: Final = msgspec.json.Decoder(RawDocument)


class Chunk(msgspec.Struct, frozen=True):
    """Some of the items of a document; the last chunk also has the document's other members."""

    raw_document: RawDocument
    last: bool = False
    replaces_earlier: bool = False
    """True if the earlier chunks are void, because a later `data` member replaces them."""


def read_chunks(body: Body) -> Iterator[Chunk]:
    """Yield the chunks of a document with a list of resources; raises like `parse_many`."""
    data = _DATA.search(body, 0, _MAX_DATA_OFFSET)
    first = begin = data.end() if data and _is_key(body, data.end()) else None
    while begin is not None and (found := _next_chunk(body, begin)):
        raws, begin = found
        yield Chunk(RawDocument(data=raws))
    if begin == first:
        yield Chunk(parse_many(body), last=True)
        return
    rest = parse_many(b"".join([body[:first], _PLACEHOLDER, memoryview(body)[begin:]]))
    raws = rest.data or []
    marked = bool(raws) and raws[0].id is UNSET and raws[0].type == _PLACEHOLDER_TYPE
    if marked:
        rest.data = raws[1:]
    yield Chunk(rest, last=True, replaces_earlier=not marked)


def _is_key(body: Body, end: int) -> bool:
    """Return whether the document's own `data` begins here, and not a nested one."""
    try:
        return _decode_document.decode(b"".join([body[:end], b"]}"])).data == []
    except (ValueError, RecursionError):
        return False


def _next_chunk(body: Body, begin: int) -> tuple[list[RawResource], int] | None:
    """Return the items of the next chunk and the offset of the one after it; None at the end."""
    end = begin + _CHUNK_SIZE
    for guess in range(_MAX_GUESSES):
        between = _BETWEEN.search(body, end)
        if between is None:
            return None
        try:
            raws = _decode_resources.decode(
                b"".join([b"[", body[begin : between.start() + 1], b"]"])
            )
        except (ValueError, RecursionError):
            end = between.end() + (1 << guess)  # wrong guesses lie close together
        else:
            return raws, between.start(1) + len(between[1])
    return None
