"""The part of a list that a walk reads, when it does not begin at the start, or ends early."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, Final

import attrs
import msgspec

from scalr_async.pagination._answer import PageAnswer
from scalr_async.pagination._checkpoint import Place

__all__ = ["Section"]

_MAX_READS: Final = 64
"""Requests for a place that has moved, with pages of the largest size."""
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
    total: int | None
    """The number of items when the places were noted."""
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

        Looks around the place where it was, first to the side that the total speaks for.
        """
        place = self.begin
        if place is None or not place.before or self._is_on(answer, place):
            return None
        grown = (answer.total_count or 0) >= (self.total or 0)
        best, distance = None, -len(place.after) - 1
        for number in _around(place.page(_LARGEST), right_first=grown):
            found = await read(number, _LARGEST)
            here = place.find(found.ids)
            if here is not None and here[1] > distance:
                size_found = found.size if found.has_totals else place.size(_LARGEST)
                best, distance = (number - 1) * size_found + here[0], here[1]
            if distance >= 0:
                break
        if best is None:
            return 1 if self._knows_all(place) else None
        return msgspec.structs.replace(place, offset=best).page(size)

    def _is_on(self, answer: PageAnswer[Any], place: Place) -> bool:
        """Return whether a page has the place: no earlier one may have a nearer neighbour."""
        found = place.find(answer.ids)
        return found is not None and (found[1] >= 0 or answer.number == 1)

    def _knows_all(self, place: Place) -> bool:
        """Return whether the ids of all items that came before a place are known."""
        return len(place.before) >= max(self.items, place.offset)

    def land(self, answer: PageAnswer[Any]) -> tuple[int, str | None]:
        """Return how many items of the first page were dealt with, and what has moved since.

        That is told once, even if the page has to be read again.
        """
        place = self.begin
        assert place is not None
        stand = (answer.number - 1) * place.size(answer.size)
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

    def stop(self, answer: PageAnswer[Any]) -> tuple[int, str | None]:
        """Return how many items of a page there are before the end, and what is odd about it."""
        end = self.end
        if end is None:
            return answer.count, None
        index = end.stop(answer.ids)
        growth = max(0, (answer.total_count or 0) - (self.total or 0))
        if index is None and (answer.number - 1) * answer.size < end.offset + growth + _SLACK:
            return answer.count, None
        lost = index is None and not self.is_over
        self.is_over = True
        return index or 0, f"none of the items around item {end.offset} came" if lost else None

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


def _around(center: int, *, right_first: bool) -> Iterator[int]:
    """Yield page numbers, nearest first."""
    yield center
    sign = 1 if right_first else -1
    for step in range(1, _MAX_READS // 2):
        for number in (center + sign * step, center - sign * step):
            if number > 0:
                yield number
