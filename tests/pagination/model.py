"""A list that lives in memory: pages of it, and others who create and delete meanwhile."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

import attrs

from scalr_async._values import UNSET
from scalr_async.errors import ServerError
from scalr_async.pagination import PageAnswer
from scalr_async.pagination._answer import Undecoded
from scalr_async.telemetry import Telemetry

ORIGIN = "https://acme.scalr.io"


@attrs.frozen
class Item:
    """What a list holds; `whole` is False when only the id was read."""

    id: Any
    whole: bool = True


@attrs.frozen(kw_only=True)
class Numbers:
    """The numbers of `meta.pagination`."""

    current_page: Any = None
    page_size: Any = None
    prev_page: Any = UNSET
    next_page: Any = UNSET
    total_pages: Any = None
    total_count: Any = None


@attrs.define
class FakeSource:
    """Serves pages of `ids` as Scalr does, and counts what it is asked."""

    ids: list[Any] = attrs.field(factory=list)
    path: str = "/things"
    filters: str = ""
    query_text: str = ""
    hints: tuple[tuple[str, str], ...] = ()
    telemetry: Telemetry = attrs.field(factory=Telemetry)
    paginated: bool = True
    sparse: bool = True
    stable: bool = True
    most: int = 100
    requests: list[tuple[int, int, bool]] = attrs.field(factory=list)
    in_flight: int = 0
    most_in_flight: int = 0
    delay: Callable[[int], Any] | None = None
    """Awaited in the middle of each request, with its page number."""
    failing: dict[int, Exception] = attrs.field(factory=dict)
    maps: list[Any] = attrs.field(factory=list)

    def time_for(self, requests: int) -> float | None:
        return None

    def updated_since(self, moment: Any) -> None:
        return None

    def identities(self) -> Any:
        return object()

    async def fetch(
        self, number: int, size: int, *, identities: Any = None, ids_only: bool = False
    ) -> Undecoded[Item]:
        self.requests.append((number, size, ids_only))
        self.maps.append(identities)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if self.delay is not None:
                await self.delay(number)
            if number in self.failing:
                raise self.failing[number]
            return undecoded(self.answer(number, size, ids_only))
        finally:
            self.in_flight -= 1

    def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
        size = min(size, self.most)
        ids = self.ids[(number - 1) * size : number * size] if self.paginated else self.ids
        return self.page(ids, number, size, ids_only)

    def page(self, ids: list[Any], number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
        items = tuple(Item(key, not (ids_only and self.sparse)) for key in ids)
        return PageAnswer.of(
            items, self.numbers(number, size), None, number=number, size=size, origin=ORIGIN
        )

    def numbers(self, number: int, size: int) -> Numbers | None:
        if not self.paginated:
            return None
        return Numbers(
            current_page=number,
            page_size=size,
            total_pages=max(1, -(-len(self.ids) // size)),
            total_count=len(self.ids),
        )


def answer_of(*items: Any, **numbers: Any) -> PageAnswer[Any]:
    """Return a first page of these items as an answer without numbers, unless some are given."""
    said = Numbers(**numbers) if numbers else None
    return PageAnswer.of(items, said, None, number=1, size=100, origin=ORIGIN)


def undecoded(answer: PageAnswer[Item]) -> Undecoded[Item]:
    async def decode() -> PageAnswer[Item]:
        return answer

    return decode


def things(count: int) -> list[str]:
    return [f"thing-{index}" for index in range(count)]


def server_error() -> ServerError:
    return ServerError("down", status=503, method="GET", path="/things", attempts=5)


@attrs.define
class ChurningSource(FakeSource):
    """A list that others change whenever the walk waits for an answer.

    Each answer shows the list at one moment somewhere between request and arrival. `order`:
    where a new item goes (`append`, `prepend`, `anywhere`).
    """

    random: random.Random = attrs.field(factory=lambda: random.Random(0))
    order: str = "append"
    creates: float = 1.0
    """New items for each answer, on average."""
    deletes: float = 1.0
    created: int = 0
    lasting: set[Any] = attrs.field(factory=set)
    """What was there from the beginning and is still there."""

    def __attrs_post_init__(self) -> None:
        self.lasting = set(self.ids)

    async def fetch(
        self, number: int, size: int, *, identities: Any = None, ids_only: bool = False
    ) -> Undecoded[Item]:
        self.requests.append((number, size, ids_only))
        for _ in range(self.random.randrange(3)):
            await asyncio.sleep(0)
        self.churn()
        page = self.answer(number, size, ids_only)
        for _ in range(self.random.randrange(3)):
            await asyncio.sleep(0)
        return undecoded(page)

    def churn(self) -> None:
        for _ in range(self.times(self.deletes)):
            if self.ids:
                self.lasting.discard(self.ids.pop(self.random.randrange(len(self.ids))))
        for _ in range(self.times(self.creates)):
            self.created += 1
            place = {
                "append": len(self.ids),
                "prepend": 0,
                "anywhere": self.random.randrange(len(self.ids) + 1),
            }[self.order]
            self.ids.insert(place, f"new-{self.created}")

    def times(self, mean: float) -> int:
        return int(mean) + (self.random.random() < mean % 1)
