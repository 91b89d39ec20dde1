"""The part of a list that a walk reads if it does not begin at the start, or ends early."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from itertools import count
from typing import Any, Final

import attrs
import msgspec

from scalr_async._value_class import value_class
from scalr_async.pagination._answer import PageAnswer
from scalr_async.pagination._checkpoint import Place

__all__ = ["Section", "look_around"]

_MAX_READS: Final = 200
"""The largest number of requests to locate a place that has moved."""
_BESIDE: Final = 3
"""The most pages between two neighbors of a place: what was created there since."""
_LARGEST: Final = 100
_SLACK: Final = 200
"""The number of items past the expected end after which the end is searched for."""

Read = Callable[[int, int], Awaitable[PageAnswer[Any]]]


@value_class
@attrs.define(eq=False, repr=False)
class Section:
    """The part of a list after the place `begin` and up to the place `end`.

    `begin` is None once a page was received; `end` is None for the end of the list. In a stable
    order a section has exactly the items between the neighbors of its places, wherever these have
    moved. In any other order only the items known to be handed out are left out.
    """

    begin: Place | None
    end: Place | None
    items: int
    """The number of items that were handed out before `begin`."""
    ordered: bool = attrs.field(kw_only=True)
    already_yielded: set[str] = attrs.field(init=False)
    """The ids that were handed out before the checkpoint and not seen since."""
    is_over: bool = False
    skips_unknown: bool = False
    """True if items before `begin` were left out that are not known to be handed out."""
    _nearest: int = 0
    """The distance of the nearest neighbor of `begin` that a search found: see `Place.find`."""
    _searches_left: int = 3
    """The number of searches left: `begin` may move on while its page is read."""
    _to_end: int | None = None
    """The number of ids before `end` not received yet; None before the first of them."""
    _passed: set[str | None] = attrs.field(init=False)
    """The received neighbors of `end`, and all before `begin`, if the order may change."""

    def __attrs_post_init__(self) -> None:
        place = self.begin or Place()
        self.already_yielded = {*place.before, *place.apart}
        self._passed = {*self.already_yielded}

    def last_page(self, size: int) -> int | None:
        """Return the number of the page on which the end was, None without an end."""
        return None if self.end is None else self.end.page(size)

    async def search(self, answer: PageAnswer[Any], size: int, read: Read) -> int | None:
        """Return the number of the page that has `begin` now; None if it is `answer`, or unknown.

        The search starts at the former page, at the page expected if all changes of the total
        happened before the place, and between the two. It uses the largest pages, which take few
        requests; the matching page of the walk's own size is then confirmed by reading it.
        """
        place = self.begin
        if place is None or not place.before or not self._searches_left:
            return None
        if _is_on(answer.number, place.find(answer.ids), self._nearest):
            return None
        found = await look_around(place, answer, read)
        if found is None:
            self._searches_left = 0
            return 1 if self._knows_all(place) else None
        self._searches_left -= 1
        self.begin = msgspec.structs.replace(place, cap=found.cap)
        self._nearest = min(0, found.distance)
        if size == _LARGEST:
            return found.number
        number = msgspec.structs.replace(self.begin, offset=found.offset).page(size)
        exact = await _look_for(place, _around(number, number), size, read, self._nearest)
        return number if exact is None else exact.number

    def offset_of(self, answer: PageAnswer[Any]) -> int:
        """Return the number of items before the first page."""
        return (answer.number - 1) * (self.begin or Place()).size(answer.size)

    def _knows_all(self, place: Place) -> bool:
        """Return whether the ids of all items before a place are known."""
        return len(place.before) >= max(self.items, place.offset)

    def locate_begin(self, answer: PageAnswer[Any]) -> tuple[int, str | None]:
        """Return the number of handled items on the first page, and a note if `begin` has moved.

        The note is returned only once, even if the page has to be read again.
        """
        place = self.begin
        assert place is not None
        offset = self.offset_of(answer)
        found = place.find(answer.ids)
        if found is None:
            here = min(max(0, place.offset - offset), answer.count)
            here = 0 if self._knows_all(place) else here
            if not place.before:
                return here, None
            self.begin = msgspec.structs.replace(place, before=[], after=[])
            where = f"item {place.offset}, the last one handed out"
            return here, f"none of the items around {where}, is left"
        index, distance = found
        now = offset + index + distance
        self.begin = msgspec.structs.replace(
            place,
            offset=offset + index,
            before=place.before[: len(place.before) - distance] if distance >= 0 else [],
            after=place.after[max(0, -distance) :],
        )
        moved = f"item {place.offset}, the last one handed out, "
        moved += "is gone" if now == place.offset else f"is now item {now}"
        is_same = now == place.offset and distance == 0
        if not self.ordered:
            is_behind = index > 0 and answer.ids[index - 1] in place.before
            index = place.split(answer.ids)[0] if is_behind else index
            index = index if place.after else 0
        return index, None if is_same else moved

    async def locate_end(self, answer: PageAnswer[Any], read: Read) -> tuple[int, str | None]:
        """Return the number of items on a page before the end, and a note if the end is missing.

        If the end should have been seen by now, it is searched for on later pages.
        """
        if self.end is None:
            return answer.count, None
        index = await self._end_on(answer, self.end, read)
        end = self.end
        if index is None:
            offset = (answer.number - 1) * end.size(answer.size)
            index = 0
            if self.ordered:
                index, self._to_end = end.find(answer.ids) or (0, self._to_end)
            is_due = offset >= end.offset + max(0, _growth(answer, end)) + _SLACK
            if index == answer.count or not (is_due or self._to_end):
                return answer.count, None
            before = end.before[-self._to_end :] if self._to_end else end.before
            missing = msgspec.structs.replace(end, before=before, total=answer.total_count)
            numbers = count(offset // end.size(_LARGEST) + 1)
            found = None if self.is_over else await _look_for(missing, numbers, _LARGEST, read)
            if found is not None:
                self.end = msgspec.structs.replace(missing, offset=found.offset)
                self._to_end = None
                return answer.count, None
            if self._to_end is None:
                return 0, self.finish()
        self.is_over = True
        return index, None

    async def _end_on(self, answer: PageAnswer[Any], end: Place, read: Read) -> int | None:
        """Return the number of items on a page before the end; None if the end is not there.

        In an order that may change, single neighbors of the end move far before it. The end is
        reached once most of the neighbors before it were received, or none of the others is left.
        """
        ids = answer.ids
        if self.ordered:
            return end.stop(ids)
        self._passed |= {*end.before, *end.after}.intersection(ids)
        is_last_here = not {*end.before[-1:]}.isdisjoint(ids)
        index = end.split(ids)[0 if is_last_here else 1]
        if index == len(ids) and not is_last_here:
            return None
        before = [key for key in end.before if key not in self._passed]
        if 2 * len(before) < len(end.before) + len(self._passed.intersection(end.after)):
            return index
        here = (answer.number - 1) * end.size(answer.size) // end.size(_LARGEST) + 1
        numbers = (number for number in _pages_near(end, answer) if number >= here)
        missing = msgspec.structs.replace(end, before=before, after=[])
        if await _look_for(missing, numbers, _LARGEST, read) is None:
            return index
        after = [key for key in end.after if key not in ids]
        self.end = msgspec.structs.replace(end, before=before, after=after)
        return None

    def finish(self) -> str | None:
        """Note that the walk ends here; return a note if the place `end` was not seen."""
        if self.end is None or self.is_over:
            return None
        self.is_over = True
        return f"none of the items around item {self.end.offset} was received"

    def accept(self, answer: PageAnswer[Any]) -> None:
        """Note that a page was handed out."""
        self.begin = None
        self.already_yielded.difference_update(answer.keys)

    def cut(self, answer: PageAnswer[Any], begin: int, end: int) -> PageAnswer[Any]:
        """Return a page's items from `begin` to `end`, without those handed out before."""
        self.skips_unknown |= not self.already_yielded.issuperset(answer.ids[:begin])
        kept = [i for i in range(begin, end) if answer.ids[i] not in self.already_yielded]
        return _part(answer, kept)


def _part(answer: PageAnswer[Any], kept: Sequence[int]) -> PageAnswer[Any]:
    """Return a page with only the items at these indexes."""
    ids = tuple(answer.ids[i] for i in kept)
    return attrs.evolve(
        answer, items=tuple(answer.items[i] for i in kept), ids=ids, known=frozenset(ids)
    )


@value_class
@attrs.frozen(eq=False, repr=False)
class _Found:
    """The page that has a place, and what the search learned about the list."""

    number: int
    offset: int
    """The approximate number of items before the place."""
    cap: int | None
    distance: int
    """See `Place.find`."""


async def look_around(place: Place, answer: PageAnswer[Any], read: Read) -> _Found | None:
    """Return where a place is by now, searched for around the page that the total suggests.

    `answer` is any page of the list with its current total. Returns None if no neighbor of the
    place is found.
    """
    return await _look_for(place, _pages_near(place, answer), _LARGEST, read)


async def _look_for(
    place: Place, numbers: Iterable[int], size: int, read: Read, nearest: int = 0
) -> _Found | None:
    """Return where a place is; None if no page has the place.

    A neighbor as near as `nearest` is certainly the nearest one. Pages after an empty one are not
    read; a page with a later non-empty page is taken as full.
    """
    best: _Found | None = None
    end, counts = math.inf, dict[int, int]()
    ahead = iter(numbers)
    for _ in range(_MAX_READS):
        if (number := next(ahead, None)) is None:
            break
        if number >= end:
            continue
        answer = await read(number, size)
        counts[number] = answer.count
        if not answer.items:
            end = number
        found = place.find(answer.ids)
        if found is not None and (best is None or found[1] > best.distance):
            earlier = max([counts[n] for n in counts if n < number], default=0)
            full = earlier or place.size(answer.size)
            cap = full if full < answer.asked else None
            best = _Found(number, (number - 1) * full + found[0], cap, found[1])
            if _is_on(number, found, nearest):
                break
            ahead = iter(range(number - 1, max(number - 1 - _BESIDE, 0), -1))
    return best


def _is_on(number: int, found: tuple[int, int] | None, nearest: int) -> bool:
    """Return whether a page certainly has a place: no earlier page may have a nearer neighbor."""
    return found is not None and (found[1] >= nearest or number == 1)


def _pages_near(place: Place, answer: PageAnswer[Any]) -> Iterator[int]:
    """Yield the numbers of the pages where a place was, and is if all growth was before it."""
    shifted = max(0, place.offset + _growth(answer, place))
    now = msgspec.structs.replace(place, offset=shifted)
    return _around(place.page(_LARGEST), now.page(_LARGEST))


def _growth(answer: PageAnswer[Any], place: Place) -> int:
    """Return by how many items the list has grown since a place was noted."""
    now, then = answer.total_count, place.total
    return 0 if now is None or then is None else now - then


def _around(was: int, now: int) -> Iterator[int]:
    """Yield the page numbers between two, nearest to either first, then those beyond them."""
    low, high = sorted((was, now))
    for step in range((high - low) // 2 + 1):
        yield from {low + step: 0, high - step: 0}
    while True:
        low, high = low - 1, high + 1
        yield high
        if low > 0:
            yield low
