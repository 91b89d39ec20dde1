"""Shards: a list divided into checkpoints that each end where the next one begins."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import msgspec

from scalr_async._backlog import Backlog, member
from scalr_async.pagination._answer import PageAnswer, PageSource
from scalr_async.pagination._checkpoint import Checkpoint, Place
from scalr_async.pagination._overlap import straddle
from scalr_async.pagination._readahead import ReadAhead
from scalr_async.pagination._section import Read, look_around

__all__ = ["cut_into_shards"]

_LARGEST: Final = 100


async def cut_into_shards(
    source: PageSource[Any],
    whole: Checkpoint,
    count: int,
    *,
    page_size: int,
    prefetch: int,
    limit: int | None,
) -> list[Checkpoint]:
    """Return at most `count` checkpoints that together cover the part that `whole` covers.

    Each seam is read with a page that straddles it, ids only: a seam is identified by its
    neighbors, not by its position, which changes. The ends of `whole` may have moved since it was
    made, so they are located again first: seams outside it would repeat the items of others.
    """
    backlog = Backlog()

    async def read(number: int, size: int) -> PageAnswer[Any]:
        with member(backlog):
            undecoded = await source.fetch(number, size, ids_only=source.sparse)
        return await undecoded()

    first = await read(1, _LARGEST)
    total = first.total_count
    if total is None or first.inconsistent or not source.paginated:
        return [whole]
    start = await _offset_now(whole.begin, first, read)
    end = total if whole.end is None else min(total, await _offset_now(whole.end, first, read))
    offsets = [*_offsets(start, end, count, page_size)]
    is_cut = limit is not None and start + limit < end
    if limit is not None and is_cut:
        offsets = [*_offsets(start, start + limit, count, page_size), start + limit]
    ahead = ReadAhead(
        lambda index: read(*straddle(offsets[index], first.size)),
        0,
        last=len(offsets) - 1,
        most=prefetch,
        window=prefetch,
    )
    try:
        found = [_seam(await ahead.take(), offset, first) for offset in offsets]
    finally:
        await ahead.aclose()
    if is_cut and found[-1] is None:
        return [whole]
    seams = [seam for seam in found if seam is not None]
    begin = whole.begin if whole.begin.offset else msgspec.structs.replace(whole.begin, total=total)
    places = [begin, *seams, *([] if is_cut else [whole.end])]
    return [
        msgspec.structs.replace(whole, begin=begin, end=end)
        for begin, end in pairwise(places)
        if begin is not None
    ]


async def _offset_now(place: Place, first: PageAnswer[Any], read: Read) -> int:
    """Return the number of items before a place by now; the former one if it is not found.

    The page that was found may end with a neighbor that has nearer ones on the next page.
    """
    if not (place.offset and place.before):
        return place.offset
    found = await look_around(place, first, read)
    if found is None:
        return place.offset
    number, offset, distance = found.number, found.offset, found.distance
    while distance > 0:
        here = place.find((await read(number + 1, _LARGEST)).ids)
        if here is None or not 0 <= here[1] < distance:
            break
        offset, distance = number * (found.cap or _LARGEST) + here[0], here[1]
        number += 1
    return offset


def _offsets(start: int, end: int, count: int, page_size: int) -> Iterator[int]:
    """Yield the offsets at which to cut: at ends of pages if every shard then has a page."""
    step = page_size if end - start >= count * page_size else 1
    before = start
    for part in range(1, count):
        offset = (start + (end - start) * part // count + step // 2) // step * step
        if offset > before:
            yield offset
            before = offset


def _seam(answer: PageAnswer[Any], offset: int, first: PageAnswer[Any]) -> Place | None:
    """Return the place after `offset` items of the list; None if the page does not show it."""
    index = offset - (answer.number - 1) * answer.size
    if not 0 < index < answer.count or answer.has_keyless:
        return None
    return Place(
        offset=offset,
        before=[*answer.keys[:index]],
        after=[*answer.keys[index:]],
        total=first.total_count,
        cap=None if first.size >= first.asked else first.size,
    )
