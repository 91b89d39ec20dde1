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

    def __attrs_post_init__(self) -> None:
        place = self.begin or Place()
        self.came = {*place.before, *place.apart}

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
        if place is None or not place.before or _is_on(answer.number, place.find(answer.ids)):
            return None
        was = place.page(_LARGEST)
        shifted = max(0, place.offset + _growth(answer, place))
        now = msgspec.structs.replace(place, offset=shifted).page(_LARGEST)
        found = await _look_for(place, _around(was, now), _LARGEST, read)
        if found is None:
            return 1 if self._knows_all(place) else None
        number, offset, cap = found
        self.begin = msgspec.structs.replace(place, cap=cap)
        if size < _LARGEST:
            number = msgspec.structs.replace(self.begin, offset=offset).page(size)
            exact = await _look_for(place, _around(number, number), size, read)
            number = number if exact is None else exact[0]
        return number

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
        return (index if self.ordered or place.after else 0), None if is_same else moved

    async def stop(self, answer: PageAnswer[Any], read: Read) -> tuple[int, str | None]:
        """Return how many items of a page there are before the end, and what is odd about it.

        Where it should have come by now it is looked for on later pages.
        """
        end = self.end
        if end is None:
            return answer.count, None
        index = end.stop(answer.ids)
        if index is None:
            stand = (answer.number - 1) * end.size(answer.size)
            if stand < end.offset + max(0, _growth(answer, end)) + _SLACK:
                return answer.count, None
            numbers = count(stand // end.size(_LARGEST) + 1)
            found = None if self.is_over else await _look_for(end, numbers, _LARGEST, read)
            if found is not None:
                self.end = msgspec.structs.replace(end, offset=found[1], total=answer.total_count)
                return answer.count, None
            return 0, self.miss_end()
        self.is_over = True
        return index, None

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


async def _look_for(
    place: Place, numbers: Iterable[int], size: int, read: Read
) -> tuple[int, int, int | None] | None:
    """Return the page that has a place, about how many items stand before that, and the `cap`.

    None if there is none. Behind a page without items nothing is looked for; one before another
    is full.
    """
    best: tuple[int, int, int | None] | None = None
    distance, end, counts = -len(place.after) - 1, math.inf, dict[int, int]()
    for number in islice(numbers, _MAX_READS):
        if number >= end:
            continue
        answer = await read(number, size)
        counts[number] = answer.count
        if not answer.items:
            end = number
        found = place.find(answer.ids)
        if found is not None and found[1] > distance:
            earlier = max([counts[n] for n in counts if n < number], default=0)
            full = earlier or place.size(answer.size)
            cap = full if full < answer.asked else None
            best, distance = (number, (number - 1) * full + found[0], cap), found[1]
            if _is_on(number, found):
                break
    return best


def _is_on(number: int, found: tuple[int, int] | None) -> bool:
    """Return whether a page has a place: no earlier one may have a nearer neighbour."""
    return found is not None and (found[1] >= 0 or number == 1)


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
