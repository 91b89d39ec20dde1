"""The part of a list that a walk reads, when it does not begin at the start, or ends early."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from itertools import count, islice
from typing import Any, Final

import attrs
import msgspec

from scalr_async.pagination._answer import PageAnswer
from scalr_async.pagination._checkpoint import Place

__all__ = ["Section"]

_MAX_READS: Final = 200
"""The most requests for a place that has moved."""
_LARGEST: Final = 100
_SLACK: Final = 200
"""Items beyond the place where the end was, and beyond what the list has grown by since."""

Read = Callable[[int, int], Awaitable[PageAnswer[Any]]]


@attrs.define
class Section:
    """Begins behind `begin`, None once a page came, and ends at `end`, None for that of the list.

    Where items keep their order each part has exactly what stands between the neighbours of its
    places, wherever these have moved. Where they do not, only what is known to have come is left
    out.
    """

    begin: Place | None
    end: Place | None
    items: int
    """The number of items that came before `begin`."""
    ordered: bool = attrs.field(kw_only=True)
    came: set[str] = attrs.field(init=False)
    """The ids that came before the checkpoint, and were not seen since."""
    is_over: bool = False
    _nearest: int = 0
    """The distance of the nearest neighbour of `begin` that a search found: see `Place.find`."""
    _searches_left: int = 3
    """`begin` may move on while the page that had it is read."""
    _to_end: int | None = None
    """How many ids before `end` have not come; None before one of them came."""
    _passed: set[str | None] = attrs.field(init=False)
    """The neighbours of `end` that came, and all before `begin`, if the order may change."""

    def __attrs_post_init__(self) -> None:
        place = self.begin or Place()
        self.came = {*place.before, *place.apart}
        self._passed = {*self.came}

    def last_page(self, size: int) -> int | None:
        """Return the number of the page that the end was on."""
        return None if self.end is None else self.end.page(size)

    async def search(self, answer: PageAnswer[Any], size: int, read: Read) -> int | None:
        """Return the page on which the list goes on by now; None when it is `answer`, or unknown.

        Looks first where the place was, where it is if all that the total has changed by was in
        front of it, and between the two. Pages of the largest size find it in few requests; their
        numbers say nothing sure about smaller pages, so that these are looked at, too.
        """
        place = self.begin
        if place is None or not place.before or not self._searches_left:
            return None
        if _is_on(answer.number, place.find(answer.ids), self._nearest):
            return None
        found = await _look_for(place, _pages_near(place, answer), _LARGEST, read)
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

    def stand(self, answer: PageAnswer[Any]) -> int:
        """Return how many items stand before the first page."""
        return (answer.number - 1) * (self.begin or Place()).size(answer.size)

    def _knows_all(self, place: Place) -> bool:
        """Return whether the ids of all items that came before a place are known."""
        return len(place.before) >= max(self.items, place.offset)

    def land(self, answer: PageAnswer[Any]) -> tuple[int, str | None]:
        """Return how many items of the first page were dealt with, and what has moved since.

        That is told once, even if the page has to be read again.
        """
        place = self.begin
        assert place is not None
        stand = self.stand(answer)
        found = place.find(answer.ids)
        if found is None:
            here = min(max(0, place.offset - stand), answer.count)
            here = 0 if self._knows_all(place) else here
            if not place.before:
                return here, None
            self.begin = msgspec.structs.replace(place, before=[], after=[])
            where = f"item {place.offset}, the last that came"
            return here, f"none of the items around {where}, is left"
        index, distance = found
        now = stand + index + distance
        self.begin = msgspec.structs.replace(
            place,
            offset=stand + index,
            before=place.before[: len(place.before) - distance] if distance >= 0 else [],
            after=place.after[max(0, -distance) :],
        )
        moved = f"item {place.offset}, the last that came, "
        moved += "is gone" if now == place.offset else f"is item {now} now"
        is_same = now == place.offset and distance == 0
        if not self.ordered:
            is_behind = index > 0 and answer.ids[index - 1] in place.before
            index = place.split(answer.ids)[0] if is_behind else index
            index = index if place.after else 0
        return index, None if is_same else moved

    async def stop(self, answer: PageAnswer[Any], read: Read) -> tuple[int, str | None]:
        """Return how many items of a page there are before the end, and what is odd about it.

        Where it should have come by now it is looked for on later pages.
        """
        if self.end is None:
            return answer.count, None
        index = await self._end_on(answer, self.end, read)
        end = self.end
        if index is None:
            stand = (answer.number - 1) * end.size(answer.size)
            index = 0
            if self.ordered:
                index, self._to_end = end.find(answer.ids) or (0, self._to_end)
            is_due = stand >= end.offset + max(0, _growth(answer, end)) + _SLACK
            if index == answer.count or not (is_due or self._to_end):
                return answer.count, None
            before = end.before[-self._to_end :] if self._to_end else end.before
            missing = msgspec.structs.replace(end, before=before, total=answer.total_count)
            numbers = count(stand // end.size(_LARGEST) + 1)
            found = None if self.is_over else await _look_for(missing, numbers, _LARGEST, read)
            if found is not None:
                self.end = msgspec.structs.replace(missing, offset=found.offset)
                self._to_end = None
                return answer.count, None
            if self._to_end is None:
                return 0, self.miss_end()
        self.is_over = True
        return index, None

    async def _end_on(self, answer: PageAnswer[Any], end: Place, read: Read) -> int | None:
        """Return how many items of a page there are before the end; None if it is not there.

        In an order that may change single neighbours of the end move far before it. So most of
        those before it must have come, or none of the others be left.
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

    def miss_end(self) -> str | None:
        """Note that the walk ends here; return what is odd if that is not where it should."""
        if self.end is None or self.is_over:
            return None
        self.is_over = True
        return f"none of the items around item {self.end.offset} came"

    def accept(self, answer: PageAnswer[Any]) -> None:
        """Note that a page was handed out."""
        self.begin = None
        self.came.difference_update(answer.keys)

    def cut(self, answer: PageAnswer[Any], begin: int, end: int) -> PageAnswer[Any]:
        """Return the part of a page from item `begin` to `end`, without what came before."""
        kept = [i for i in range(begin, end) if answer.ids[i] not in self.came]
        return _part(answer, kept)


def _part(answer: PageAnswer[Any], kept: Sequence[int]) -> PageAnswer[Any]:
    """Return a page with these of its items."""
    ids = tuple(answer.ids[i] for i in kept)
    return attrs.evolve(
        answer, items=tuple(answer.items[i] for i in kept), ids=ids, known=frozenset(ids)
    )


@attrs.frozen
class _Found:
    """The page that has a place, and what was learned by the way."""

    number: int
    offset: int
    """About how many items stand before the place."""
    cap: int | None
    distance: int
    """See `Place.find`."""


async def _look_for(
    place: Place, numbers: Iterable[int], size: int, read: Read, nearest: int = 0
) -> _Found | None:
    """Return where a place is; None if it is on none of the pages.

    A neighbour as near as `nearest` is sure to be the nearest one. Behind a page without items
    nothing is looked for; one before another is full.
    """
    best: _Found | None = None
    end, counts = math.inf, dict[int, int]()
    for number in islice(numbers, _MAX_READS):
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
    return best


def _is_on(number: int, found: tuple[int, int] | None, nearest: int) -> bool:
    """Return whether a page has a place: no earlier one may have a nearer neighbour."""
    return found is not None and (found[1] >= nearest or number == 1)


def _pages_near(place: Place, answer: PageAnswer[Any]) -> Iterator[int]:
    """Yield the numbers of the pages where a place was, and is if all growth was before it."""
    shifted = max(0, place.offset + _growth(answer, place))
    now = msgspec.structs.replace(place, offset=shifted)
    return _around(place.page(_LARGEST), now.page(_LARGEST))


def _growth(answer: PageAnswer[Any], place: Place) -> int:
    """Return how many items the list has more than when a place was noted."""
    now, then = answer.total_count, place.total
    return 0 if now is None or then is None else now - then


def _around(was: int, now: int) -> Iterator[int]:
    """Yield the page numbers between two, those next to either first, then those beyond them."""
    low, high = sorted((was, now))
    for step in range((high - low) // 2 + 1):
        yield from {low + step: 0, high - step: 0}
    while True:
        low, high = low - 1, high + 1
        yield high
        if low > 0:
            yield low
