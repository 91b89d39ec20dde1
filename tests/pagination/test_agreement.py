"""What a pager says of a list, of its rest or of a part of it, is what an iteration does."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable
from contextlib import aclosing
from typing import Any

import attrs
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from scalr_async import MultipleResultsError, NoResultError
from scalr_async.pagination import Pager
from tests.pagination.model import FakeSource, things
from tests.pagination.test_laws import EXAMPLES, Server, honest, silent

MODES = ("ignore", "report", "raise", "verify")
SOURCES: dict[str, Callable[[list[str]], Any]] = {
    "totals": FakeSource,
    "no totals": lambda names: Server(names, says=silent),
    "one answer": lambda names: FakeSource(names, paginated=False),
    "an order that may change": lambda names: FakeSource(names, stable=False),
    "values": lambda names: Server(names, says=honest, keyless=True),
}


@attrs.frozen
class Cut:
    """A checkpoint after so many items or pages."""

    count: int
    in_pages: bool

    async def apply(self, pager: Pager[Any]) -> Pager[Any]:
        if self.count:
            walk: Any = pager.pages() if self.in_pages else aiter(pager)
            async with aclosing(walk):
                left = self.count
                async for _ in walk:
                    left -= 1
                    if not left:
                        break
        return pager.resume(pager.checkpoint())


@attrs.frozen
class Part:
    """One of so many shards."""

    count: int
    index: int

    async def apply(self, pager: Pager[Any]) -> Pager[Any]:
        shards = await pager.shards(self.count)
        return pager.resume(shards[self.index % len(shards)])


cuts = st.builds(Cut, count=st.integers(0, 120), in_pages=st.booleans())
parts = st.builds(Part, count=st.integers(1, 5), index=st.integers(0, 4))


@attrs.frozen
class Case:
    """A list, and the steps to the part of it that is read."""

    kind: str
    items: int
    options: dict[str, Any]
    steps: list[Cut | Part]

    async def pager(self) -> Pager[Any]:
        pager: Pager[Any] = Pager(SOURCES[self.kind](things(self.items)), **self.options)
        for step in self.steps:
            pager = await step.apply(pager)
        return pager

    def is_countable(self, whole: int) -> bool:
        """Return whether the requests are known exactly: see `docs/lists.md`."""
        size, limit = self.options["page_size"], self.options["limit"]
        is_verified = self.options["on_drift"] == "verify" and self.kind != "one answer"
        is_countable = self.kind == "totals" and min(size, limit or size) >= 50
        return not is_verified or is_countable or whole == limit == 0


@st.composite
def cases(draw: st.DrawFn) -> Case:
    mode = draw(st.sampled_from(MODES))
    return Case(
        draw(st.sampled_from(list(SOURCES))),
        draw(st.integers(0, 300) | st.sampled_from([0, 1, 2, 100, 200, 300])),
        {
            "page_size": draw(st.integers(1, 100) | st.sampled_from([1, 2, 10, 50, 100])),
            "prefetch": draw(st.sampled_from([0, 1, 8, 64])),
            "limit": draw(st.none() | st.integers(0, 320)),
            "on_drift": mode,
        },
        draw(st.lists(cuts if mode == "verify" else cuts | parts, max_size=3)),
    )


async def sent(pager: Pager[Any], call: Awaitable[Any]) -> tuple[Any, int]:
    """Return the result of a call, and the number of its requests."""
    source: Any = pager.source
    source.requests.clear()
    return await call, len(source.requests)


async def read(walk: AsyncIterable[Any]) -> list[Any]:
    return [each async for each in walk]


@settings(max_examples=EXAMPLES)
@given(case=cases(), most=st.integers(0, 320))
async def test_what_is_said_of_a_list_or_a_part_of_it_is_what_an_iteration_does(
    case: Case, most: int
) -> None:
    pager = await case.pager()

    whole, requests = await sent(pager, read(pager))

    estimate = await pager.estimate()
    event(f"items: {bool(whole)}, exact: {case.is_countable(len(whole))}")
    assert estimate.items == await pager.count() == len(whole)
    if case.is_countable(len(whole)):
        assert estimate.requests == requests
    elif case.kind in ("totals", "an order that may change"):
        assert estimate.requests <= requests
    assert await sent(pager, pager.collect()) == (whole, requests)
    assert await pager.collect(most) == whole[:most]


@settings(max_examples=EXAMPLES)
@given(case=cases())
async def test_the_first_page_and_the_first_item_are_those_of_an_iteration(case: Case) -> None:
    """One further page is read at most: that of the place, whose items may all have come."""
    pager = await case.pager()
    limit, size = case.options["limit"], case.options["page_size"]

    whole = await read(pager)
    pages, _ = await sent(pager, read(pager.pages()))
    page, for_page = await sent(pager, pager)
    first, for_first = await sent(pager, pager.first())

    assert [item for page in pages for item in page] == whole
    assert all(pages[:1]) or not whole
    assert [*page] == whole[: len(page)]
    assert len(page) or not whole
    if limit is None or limit > 300 + size:
        assert (page.number, page.items) == (pages[0].number, pages[0].items)
    assert first == next(iter(whole), None)
    assert max(for_page, for_first) <= 2
    if limit is None:
        assert await only(pager, whole) == whole


async def only(pager: Pager[Any], whole: list[Any]) -> list[Any]:
    """Return the items as `one` tells them: the one, or so many of the whole."""
    try:
        return [await pager.one()]
    except NoResultError:
        return []
    except MultipleResultsError as error:
        told = str(error).split()[2]
        return whole if told == "several" and len(whole) > 1 else whole[: int(told)]


@pytest.mark.parametrize("size", [5, 50])
@pytest.mark.parametrize("pages", [1, 2, 3])
async def test_the_requests_that_verify_a_rest_are_estimated(size: int, pages: int) -> None:
    source = FakeSource(things(5 * size))
    walk = Pager(source, page_size=size, on_drift="verify")
    async with aclosing(walk.pages()) as found:
        async for page in found:
            if page.number == pages:
                break
    rest = walk.resume(walk.checkpoint())
    estimate = await rest.estimate()
    source.requests.clear()
    await rest.collect()

    assert estimate.requests <= len(source.requests)
    assert size < 50 or estimate.requests == len(source.requests)
