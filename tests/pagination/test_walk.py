"""When a walk goes on and when it ends; what one leaves behind for the next."""

from __future__ import annotations

import asyncio
import gc
import weakref
from contextlib import aclosing
from typing import Any

import attrs
import pytest

from scalr_async import DriftError, ServerError
from scalr_async.pagination import PageAnswer, Pager
from scalr_async.pagination._answer import Undecoded
from scalr_async.pagination._readahead import ReadAhead
from tests.pagination.model import ORIGIN, FakeSource, Item, Numbers, server_error, things


def link(number: int) -> dict[str, Any]:
    return {"next": f"/api/iacp/v3/things?page%5Bnumber%5D={number}"}


def ids(items: Any) -> list[Any]:
    return [getattr(item, "id", item) for item in items]


@attrs.define
class Written(FakeSource):
    """Serves pages as they are written down, and empty ones behind them."""

    pages: list[list[Any]] = attrs.field(factory=list)
    said: Any = None
    """What it says of a page, by its number and the page size asked for."""
    links: Any = None

    def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Any]:
        items = self.pages[number - 1] if number <= len(self.pages) else []
        return PageAnswer.of(
            tuple(items),
            None if self.said is None else self.said(number, size),
            None if self.links is None else self.links(number),
            number=number,
            size=size,
            origin=ORIGIN,
        )


def items(*keys: Any) -> list[Item]:
    return [Item(key) for key in keys]


def numbered(total: int, **wrong: Any) -> Any:
    def say(number: int, size: int) -> Numbers:
        pages = max(1, -(-total // size))
        told = Numbers(current_page=number, page_size=size, total_pages=pages, total_count=total)
        return attrs.evolve(told, **wrong)

    return say


async def walk(source: FakeSource, size: int = 2, **options: Any) -> tuple[list[Any], Pager]:
    pager = Pager(source, page_size=size, prefetch=0, **options)
    return ids([item async for item in pager]), pager


async def test_pages_without_a_new_item_count_anew_after_one_with_a_new_item() -> None:
    """Seven without, one with, seven without: fewer than eight in a row."""
    same = items("a", "b")
    pages = [same, *[same] * 7, items("c", "d"), *[same] * 7, items("e", "f")]
    source = Written(pages=pages, said=numbered(34))

    got, pager = await walk(source)

    assert got == ["a", "b", "c", "d", "e", "f"]
    assert pager.report.repeated == 28


async def test_eight_pages_without_a_new_item_in_a_row_end_the_walk_and_are_said() -> None:
    pages = [items("a", "b"), *[items("a", "b")] * 8, items("c", "d")]
    source = Written(pages=pages, said=numbered(20))

    got, pager = await walk(source)

    assert got == ["a", "b"]
    assert [e.detail for e in pager.report.events if e.kind == "inconsistent"] == [
        "nothing new on 8 pages, 10 pages promised"
    ]


@pytest.mark.parametrize("claimed", [0, 1, 2, 9, 10**6])
async def test_a_page_size_that_cannot_be_is_not_believed(claimed: int) -> None:
    """Smaller than what came, or larger than what was asked for."""
    pages = [items("a", "b", "c"), items("d", "e", "f"), items("g")]
    source = Written(pages=pages, said=numbered(7, page_size=claimed))
    pager = Pager(source, page_size=3, prefetch=0)

    sizes = [page.size async for page in pager.pages()]

    assert sizes[:2] == [3, 3]
    assert pager.report.items == 7
    details = [event.detail for event in pager.report.events]
    assert f"page-size {claimed} where 3 were requested and 3 received" in details


@pytest.mark.parametrize(
    "wrong", [{"total_count": 9}, {"current_page": 7}, {"total_pages": None}, {"page_size": 1}]
)
async def test_numbers_that_cannot_be_true_open_no_read_ahead(wrong: dict[str, Any]) -> None:
    asked_for: list[int] = []

    class Lying(FakeSource):
        def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
            asked_for.append(number)
            return super().answer(number, size, ids_only)

        def numbers(self, number: int, size: int) -> Numbers:
            told = super().numbers(number, size)
            return attrs.evolve(told, **{"total_pages": 10**6, **wrong})

    walk = Pager(Lying(things(400)), page_size=10, prefetch=64).pages()
    for _ in range(3):
        page = await anext(walk)
        for _ in range(5):
            await asyncio.sleep(0)
        assert max(asked_for) <= page.number + 1
    await walk.aclose()


async def test_a_short_page_and_one_without_news_open_no_read_ahead() -> None:
    """More pages are promised than there are: the first that is not full shows it."""

    class Boasting(FakeSource):
        def numbers(self, number: int, size: int) -> Numbers:
            total = 10**6 * size
            return Numbers(
                current_page=number, page_size=size, total_pages=10**6, total_count=total
            )

    source = Boasting(things(35))
    pager = Pager(source, page_size=10, prefetch=64)

    await pager.collect()

    assert pager.report.items == 35
    assert len(source.requests) <= 4 + ReadAhead.AT_ONCE
    assert "nothing new on 8 pages, 1000000 pages promised" in pager.report.events[-1].detail


@pytest.mark.parametrize("told", [None, 30, 1000])
@pytest.mark.parametrize("on_drift", ["report", "raise", "verify"])
async def test_equal_pages_of_values_without_ids_are_all_handed_out(
    told: int | None, on_drift: Any
) -> None:
    size = 10 if told is None else told // 3 if told < 100 else 10
    pages = [["x"] * size] * (told or 30) if told is None else [["x"] * size] * (told // size)
    pages = pages[: 3 if told is None else None]
    source = Written(pages=pages, said=None if told is None else numbered(told))

    got, pager = await walk(source, size, on_drift=on_drift)

    assert got == ["x"] * (told or 30)
    assert pager.report.repeated == 0
    assert pager.report.verified is (False if on_drift == "verify" else None)


@pytest.mark.parametrize(
    ("totals", "requests"), [(True, 12), (False, 9)], ids=["with totals", "without"]
)
async def test_a_server_that_repeats_values_for_ever_is_found_out(
    monkeypatch: pytest.MonkeyPatch, totals: bool, requests: int
) -> None:
    """Values may well be equal: as many pages of them are believed as the total count promises."""
    monkeypatch.setattr("scalr_async.pagination._drift._MAX_PAGES_OF_EQUAL_VALUES", 11)

    class Same(FakeSource):
        def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Any]:
            said = numbered(10**12)(number, size) if totals else None
            return PageAnswer.of(("x", "y"), said, None, number=number, size=size, origin=ORIGIN)

    source = Same()
    got, pager = await walk(source)

    assert len(source.requests) == requests
    assert got == ["x", "y"] * requests
    assert f"nothing new on {requests - 1} pages" in pager.report.events[-1].detail


@pytest.mark.parametrize("keyless", [True, False])
async def test_without_totals_a_short_answer_that_comes_again_was_all_there_is(
    keyless: bool,
) -> None:
    """The endpoint has no pages after all: it answers the same for each number."""
    everything = ["x", "y"] if keyless else items("a", "b")
    source = Written(pages=[everything] * 50)

    got, pager = await walk(source, 5)

    assert got == ids(everything)
    assert len(source.requests) == 2
    assert pager.report.counts == {"repeated": 1}


async def test_a_server_that_goes_on_by_links_alone_is_followed_whatever_its_pages() -> None:
    """Equal values, in pages shorter than asked for."""
    pages: list[list[Any]] = [["x"], ["x"], ["x"], ["y"]]
    source = Written(pages=pages, links=lambda number: link(number + 1) if number < 4 else {})

    got, _ = await walk(source, 5)

    assert got == ["x", "x", "x", "y"]


async def test_the_end_is_where_a_page_is_shorter_than_another_one() -> None:
    """Without totals: pages of three are all full where five were asked for."""
    source = Written(pages=[items(1, 2, 3), items(4, 5, 6), items(7)])

    got, pager = await walk(source, 5)

    assert got == [1, 2, 3, 4, 5, 6, 7]
    assert len(source.requests) == 3
    assert not pager.report


async def test_totals_that_are_told_no_more_count_until_the_end() -> None:
    def say(number: int, size: int) -> Numbers | None:
        return numbered(9)(number, size) if number == 1 else None

    source = Written(pages=[items("a", "b"), items("c", "d"), items("e")], said=say)

    got, pager = await walk(source)

    assert got == ["a", "b", "c", "d", "e"]
    assert [event.detail for event in pager.report.events] == ["9 items promised, 5 received"]


async def test_links_beyond_the_end_are_said_and_not_followed() -> None:
    source = Written(
        pages=[items("a", "b")], said=numbered(2), links=lambda number: link(number + 1)
    )

    got, pager = await walk(source)
    _, verified = await walk(source, on_drift="verify")

    assert got == ["a", "b"]
    assert [event.detail for event in pager.report.events] == [
        "links.next follows page 1, which ends the list"
    ]
    assert source.requests[0] == (1, 2, False)
    assert verified.report.verified is False


async def test_a_walk_that_runs_keeps_the_report_of_its_pager() -> None:
    source = FakeSource(things(35))
    pager = Pager(source, page_size=10, prefetch=0)
    walk = pager.pages()
    assert pager.report.pages == 0

    await anext(walk)
    mine = pager.report
    await pager
    await pager.collect()
    other = pager.pages()
    await anext(other)
    assert pager.report is mine
    await anext(walk)
    assert (mine.pages, mine.items) == (2, 20)
    await walk.aclose()
    await anext(other)
    assert pager.report is mine

    await pager.collect()
    assert pager.report is not mine
    assert pager.report.items == 35
    await other.aclose()


async def test_a_walk_that_was_dropped_or_never_begun_keeps_no_report() -> None:
    pager = Pager(FakeSource(things(35)), page_size=10, prefetch=0)
    never = pager.pages()
    async for page in pager.pages():
        assert page.number == 1
        break
    assert pager.report.pages == 1
    gc.collect()

    await pager.collect()

    assert pager.report.items == 35
    await never.aclose()


async def test_a_page_that_raised_for_drift_comes_when_the_walk_goes_on() -> None:
    source = FakeSource(things(40))
    pager = Pager(source, page_size=10, prefetch=0, on_drift="raise")
    got = []
    with pytest.raises(DriftError) as caught:
        async for item in pager:
            got.append(item)
            if len(got) == 15:
                source.ids.append("new")

    rest = [item async for page in pager.pages(caught.value.page) for item in page]

    assert caught.value.page == 3
    assert ids(got + rest) == [*things(40), "new"]


async def test_going_on_elsewhere_than_the_walk_ended_tells_of_changes_and_leaves_nothing_out() -> (
    None
):
    source = FakeSource(things(40), failing={4: server_error()})
    pager = Pager(source, page_size=10, prefetch=0)
    with pytest.raises(ServerError):
        await pager.collect()
    source.failing.clear()
    del source.ids[0]

    got = [item.id async for page in pager.pages(start=2) for item in page]

    assert got == things(40)[11:]
    assert [event.detail for event in pager.report.events] == ["40 items became 39"]


async def test_a_walk_that_came_to_its_end_leaves_nothing_to_compare_with() -> None:
    source = FakeSource(things(40))
    pager = Pager(source, page_size=10, prefetch=0)
    await pager.collect()
    del source.ids[0]

    got = [item.id async for page in pager.pages(start=2) for item in page]

    assert got == things(40)[11:]
    assert not pager.report


async def test_what_a_limit_cut_off_comes_when_somebody_goes_on_behind_it() -> None:
    source = FakeSource(things(40))
    pager = Pager(source, page_size=10, limit=15, prefetch=0)
    async for page in pager.pages():
        if page.number == 2:
            assert len(page) == 5
            break
    source.ids[:0] = [f"new-{n}" for n in range(5)]  # what was cut off moves to page 3

    got = [item.id async for page in pager.pages(start=3) for item in page]

    assert got == things(40)[15:30]


async def test_a_failed_page_of_a_walk_with_smaller_pages_says_what_will_come_again() -> None:
    """A limit below the page size asks for less; where the first page lacks an item a second comes."""

    class Short(FakeSource):
        def page(self, keys: list[Any], number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
            return super().page(keys[1:], number, size, ids_only)

    source = Short(things(40), failing={2: server_error()})
    pager = Pager(source, page_size=100, limit=20, prefetch=0)

    with pytest.raises(ServerError) as caught:
        await pager.collect()

    assert caught.value.page == 1
    assert caught.value.__notes__[0].endswith(
        "pages(start=1) resumes there and hands out 20 items again"
    )


@pytest.mark.parametrize("limit", [None, 7, 30])
async def test_a_failed_verification_says_a_page_behind_all_that_came(limit: int | None) -> None:
    class Failing(FakeSource):
        def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
            if len(self.requests) > 1:
                raise server_error()
            return super().answer(number, size, ids_only)

    pager = Pager(Failing(things(5)), page_size=20, limit=limit, prefetch=0, on_drift="verify")

    with pytest.raises(ServerError) as caught:
        await pager.collect()

    assert caught.value.page == 2
    assert pager.report.items == 5


async def test_one_and_first_look_behind_a_page_that_holds_less_than_promised() -> None:
    source = Written(pages=[[], items("a")], said=numbered(1, total_pages=2, total_count=2))

    assert (await Pager(source).first()).id == "a"

    one = Written(pages=[items("a"), items("b")], said=numbered(2, page_size=1, total_pages=2))
    with pytest.raises(Exception, match=r"2 items in this list, not one \(a, b, \.\.\.\)"):
        await Pager(one).one()


@attrs.define
class Releasing(FakeSource):
    """Notes before it decodes a page how many items of earlier pages are still in memory."""

    decoded: weakref.WeakSet[Item] = attrs.field(factory=weakref.WeakSet)
    kept: list[int] = attrs.field(factory=list)

    async def fetch(
        self, number: int, size: int, *, identities: Any = None, ids_only: bool = False
    ) -> Undecoded[Item]:
        await super().fetch(number, size, identities=identities, ids_only=ids_only)

        async def decode() -> PageAnswer[Item]:
            self.kept.append(len(self.decoded))
            answer = self.answer(number, size, ids_only)
            self.decoded.update(answer.items)
            return answer

        return decode


@pytest.mark.parametrize("as_pages", [False, True])
@pytest.mark.parametrize("prefetch", [0, 16])
@pytest.mark.parametrize("on_drift", ["report", "verify"])
@pytest.mark.parametrize("limit", [None, 70])
@pytest.mark.parametrize("resumed", [False, True])
@pytest.mark.parametrize("repeating", [False, True])
async def test_the_items_of_a_page_are_released_before_the_next_page_is_decoded(
    as_pages: bool, prefetch: int, on_drift: Any, limit: int | None, resumed: bool, repeating: bool
) -> None:
    names = things(100)
    if repeating:
        names[12] = names[9]
    source = Releasing(names)
    pager = Pager(source, page_size=10, prefetch=prefetch, on_drift=on_drift, limit=limit)
    if resumed:
        async with aclosing(aiter(pager)) as begun:
            await anext(begun)
        pager = pager.resume(pager.checkpoint())
    source.kept.clear()
    count = 0

    if as_pages:
        async for page in pager.pages():
            count += len(page.items)
            pager.checkpoint()
            del page
    else:
        async for item in pager:
            count += 1
            del item
            pager.checkpoint()

    newest = 0 if as_pages else 1
    assert count >= 68
    assert max(source.kept[:7]) <= newest  # later ones may be read again, several at once


@pytest.mark.parametrize("as_pages", [False, True])
@pytest.mark.parametrize("prefetch", [0, 16])
async def test_others_have_their_turn_between_pages_that_are_there_already(
    as_pages: bool, prefetch: int
) -> None:
    pager = Pager(FakeSource(things(1000)), page_size=10, prefetch=prefetch)
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    other = asyncio.create_task(count())
    await asyncio.sleep(0)  # it has begun
    async for _ in pager.pages() if as_pages else pager:
        pass
    other.cancel()

    assert turns >= 99
