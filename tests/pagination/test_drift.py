"""Lists that change while they are walked, and servers that lie about them."""

from __future__ import annotations

import asyncio
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalr_async import DecodeError, DriftError
from scalr_async.pagination import PageAnswer, Pager
from scalr_async.pagination._drift import OnDrift, RecentIds
from scalr_async.telemetry import DriftEvent, Telemetry
from tests.pagination.model import ORIGIN, FakeSource, Item, Numbers, answer_of, things


@attrs.define
class ScriptedSource(FakeSource):
    """Runs a change of the list before it answers the page of that number, once."""

    script: dict[int, Any] = attrs.field(factory=dict)

    def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
        self.script.pop(number, lambda _: None)(self.ids)
        return super().answer(number, size, ids_only)


def delete_first(keys: list[str]) -> None:
    del keys[0]


def insert_first(keys: list[str]) -> None:
    keys.insert(0, "new")


async def walk(source: FakeSource, **options: Any) -> tuple[list[str], Pager]:
    pager = Pager(source, page_size=10, prefetch=0, **options)
    return [item.id async for item in pager], pager


async def test_a_deleted_item_is_noticed_by_the_total() -> None:
    events: list[DriftEvent] = []
    source = ScriptedSource(things(40), script={3: delete_first})
    source.telemetry = Telemetry(lambda e: events.append(e) if isinstance(e, DriftEvent) else None)

    got, pager = await walk(source)

    assert set(things(40)) - set(got) == {"thing-20"}
    drift = DriftEvent(path="/things", page=3, kind="total", detail="40 items became 39")
    assert events == pager.report.events == [drift]
    assert pager.report
    assert pager.report.counts == {"total": 1}
    assert pager.report.verified is None


async def test_an_inserted_item_repeats_none() -> None:
    got, pager = await walk(ScriptedSource(things(40), script={3: insert_first}))

    assert got == things(40)
    assert pager.report.repeated == 1
    assert pager.report.counts == {"total": 1, "repeated": 1}


async def test_a_short_page_before_the_last_is_noticed() -> None:
    class Short(FakeSource):
        def page(self, keys: list[str], number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
            return super().page(keys[1:] if number == 2 else keys, number, size, ids_only)

    got, pager = await walk(Short(things(40)))

    assert len(got) == 39
    assert [(e.kind, e.page, e.detail) for e in pager.report.events] == [
        ("short", 2, "9 of 10 items on page 2 of 4")
    ]


async def test_ignore_says_nothing_and_repeats_nothing() -> None:
    got, pager = await walk(ScriptedSource(things(40), script={3: insert_first}), on_drift="ignore")

    assert got == things(40)
    assert not pager.report
    assert pager.report.events == []


async def test_raise_raises_before_the_page_is_handed_out() -> None:
    pager = Pager(
        ScriptedSource(things(40), script={3: delete_first}), page_size=10, on_drift="raise"
    )
    got = []

    with pytest.raises(DriftError, match="page 3: 40 items became 39") as caught:
        async for item in pager:
            got.append(item.id)

    assert got == things(20)
    assert caught.value.page == 3


async def test_a_list_that_shrinks_ends_the_walk_by_the_newest_page() -> None:
    def empty(keys: list[str]) -> None:
        del keys[15:]

    source = ScriptedSource(things(90), script={3: empty})

    got, _ = await walk(source)

    assert got == things(20)
    assert [number for number, _, _ in source.requests] == [1, 2, 3]


async def test_a_list_that_grows_is_walked_to_its_new_end() -> None:
    def grow(keys: list[str]) -> None:
        keys += [f"late-{n}" for n in range(30)]

    got, _ = await walk(ScriptedSource(things(20), script={2: grow}))

    assert len(got) == 50


async def test_a_page_pushed_along_whole_does_not_end_the_walk() -> None:
    def push(keys: list[str]) -> None:
        keys[:0] = [f"new-{n}" for n in range(20)]

    got, pager = await walk(ScriptedSource(things(50), script={3: push}))

    assert got == things(50)
    assert pager.report.repeated == 20


async def test_the_events_kept_are_bounded_and_all_are_counted() -> None:
    class Changing(FakeSource):
        def numbers(self, number: int, size: int) -> Numbers:
            total = 2000 + number % 2
            pages = -(-total // size)
            return Numbers(
                current_page=number, page_size=size, total_pages=pages, total_count=total
            )

    _, pager = await walk(Changing(things(2000)))

    assert len(pager.report.events) == 100
    assert pager.report.counts["total"] == 199


def test_ids_are_remembered_for_64_pages_and_forgotten_by_128() -> None:
    recent = RecentIds()
    pages = [tuple(Item(f"{page}-{n}") for n in range(2)) for page in range(200)]
    for page in pages[:64]:
        assert recent.fresh(answer_of(*page)) == page
        recent.add(answer_of(*page))
    assert recent.fresh(answer_of(*pages[0], Item("x"))) == (Item("x"),)
    for page in pages[64:192]:
        recent.add(answer_of(*page))

    assert len(recent._young) + len(recent._old) <= 2 * 128
    assert recent.fresh(answer_of(*pages[1], Item("y"))) == (*pages[1], Item("y"))


def test_the_pages_remembered_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scalr_async.pagination._drift._KEPT_PAGES", 3)
    recent = RecentIds()

    for page in range(9):
        recent.add(answer_of(Item(str(page))))

    assert len(recent._pages) == 3


async def test_a_server_that_goes_round_in_circles_is_found_out_however_large_the_circle() -> None:
    class Circle(FakeSource):
        def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
            start = (number - 1) % 150 * size
            return self.page(self.ids[start : start + size], number, size, ids_only)

        def numbers(self, number: int, size: int) -> Numbers:
            return Numbers(
                current_page=number, page_size=size, total_pages=10**12, total_count=10**13
            )

    source = Circle(things(1500))
    got, pager = await walk(source)

    assert got == things(1500)
    assert len(source.requests) == 158
    assert pager.report.events[-1].detail == (
        "nothing new on 8 pages, 1000000000000 pages promised"
    )


async def test_a_server_that_heeds_no_page_number_is_found_out() -> None:
    class Same(FakeSource):
        def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
            return self.page(self.ids[:size], number, size, ids_only)

    source = Same(things(300))
    got, _ = await walk(source)

    assert got == things(10)
    assert len(source.requests) == 9


async def test_a_server_that_answers_the_last_page_for_those_beyond_ends_the_walk() -> None:
    class Clamping(FakeSource):
        def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
            true = min(number, 3)
            ids = self.ids[(true - 1) * size : true * size]
            numbers = Numbers(current_page=true, page_size=size, total_pages=99, total_count=990)
            items = tuple(map(Item, ids))
            return PageAnswer.of(items, numbers, None, number=number, size=size, origin=ORIGIN)

    source = Clamping(things(30))
    got, pager = await walk(source)

    assert got == things(30)
    assert len(source.requests) == 4
    assert "current-page 3 where 4 was requested" in [e.detail for e in pager.report.events]


async def test_empty_pages_in_the_middle_do_not_hide_those_behind_them() -> None:
    class Gaps(FakeSource):
        def page(self, keys: list[str], number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
            return super().page([] if 1 <= number <= 3 else keys, number, size, ids_only)

    got, pager = await walk(Gaps(things(60)))

    assert got == things(60)[30:]
    assert pager.report.counts["short"] == 3


async def test_totals_that_are_too_small_do_not_end_the_walk_while_pages_are_full() -> None:
    class Low(FakeSource):
        def numbers(self, number: int, size: int) -> Numbers:
            return Numbers(current_page=number, page_size=size, total_pages=1, total_count=3)

    got, pager = await walk(Low(things(35)))

    assert got == things(35)
    assert [e.detail for e in pager.report.events if e.kind == "inconsistent"] == [
        "total-count 3 with 10 items on page 1",
        "total-pages 1 with 10 items on page 2",
    ]


async def test_the_size_the_server_uses_counts_and_not_the_one_asked_for() -> None:
    got, pager = await walk(FakeSource(things(95), most=7))

    assert got == things(95)
    assert not pager.report


async def test_a_count_that_promises_more_than_the_pages_is_looked_into() -> None:
    class Few(FakeSource):
        def numbers(self, number: int, size: int) -> Numbers:
            return attrs.evolve(super().numbers(number, size), total_pages=2)

    got, _ = await walk(Few(things(35)))

    assert got == things(35)


class Linked(FakeSource):
    """A server without totals: `links.next` tells of the next page."""

    link: Any = None

    def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
        ids = self.ids[(number - 1) * size : number * size]
        links = self.link(number, number * size < len(self.ids))
        items = tuple(map(Item, ids))
        made = PageAnswer.of(items, None, links, number=number, size=size, origin=ORIGIN)
        return made.checked()


def query(number: int) -> str:
    return f"/api/iacp/v3/things?page%5Bnumber%5D={number + 1}&page%5Bsize%5D=10"


@pytest.mark.parametrize(
    "link",
    [
        lambda number, more: {"next": query(number) if more else None},
        lambda number, more: {"next": ORIGIN + query(number)} if more else {},
        lambda number, more: {"next": {"href": "//ACME.scalr.io" + query(number)}} if more else {},
        lambda number, more: {"next": "https://[bad"},
        lambda number, more: {"next": query(number - 1)},
        lambda number, more: {"next": "?page[number]=soon"},
        lambda number, more: {"next": 7},
        lambda number, more: {},
        lambda number, more: None,
    ],
)
async def test_without_totals_links_and_full_pages_lead_on(link: Any) -> None:
    source = Linked(things(35))
    source.link = link

    got, pager = await walk(source)

    assert got == things(35)
    assert not pager.report
    assert len(source.requests) == 4


async def test_a_short_page_with_a_next_link_is_not_the_end() -> None:
    class Capped(Linked):
        def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
            items = tuple(map(Item, self.ids[(number - 1) * 4 : number * 4]))
            links = self.link(number, number * 4 < len(self.ids))
            return PageAnswer.of(items, None, links, number=number, size=size, origin=ORIGIN)

    source = Capped(things(10))
    source.link = lambda number, more: {"next": query(number) if more else None}

    assert (await walk(source))[0] == things(10)


@pytest.mark.parametrize(
    "link", ["https://evil.example", "http://acme.scalr.io", "//acme.scalr.io:444"]
)
async def test_a_link_to_another_host_is_refused(link: str) -> None:
    source = Linked(things(35))
    source.link = lambda number, more: {"next": link + query(number)}

    with pytest.raises(DecodeError, match="another host") as caught:
        await walk(source)

    assert "evil" not in str(caught.value)
    assert caught.value.page == 1


numbers = st.one_of(
    st.none(),
    st.integers(-3, 12),
    st.just(10**15),
    st.integers(min_value=-(2**70), max_value=2**70),
)
links = st.one_of(
    st.none(),
    st.dictionaries(
        st.sampled_from(["next", "last"]),
        st.one_of(st.text(), st.none(), st.integers(), st.integers(1, 9).map(query)),
    ),
)


@settings(max_examples=400)
@given(data=st.data(), count=st.integers(0, 40), prefetch=st.sampled_from([0, 1, 8]))
async def test_whatever_a_server_says_the_walk_ends_and_repeats_nothing(
    data: st.DataObject, count: int, prefetch: int
) -> None:
    class Liar(FakeSource):
        def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
            where = data.draw(st.sampled_from([number, number, number, 1, number - 1, number + 1]))
            ids = self.ids[max(0, where - 1) * size : max(0, where) * size]
            said = data.draw(
                st.none()
                | st.builds(
                    Numbers,
                    current_page=numbers,
                    page_size=numbers,
                    total_pages=numbers,
                    total_count=numbers,
                )
            )
            items = tuple(map(Item, ids))
            return PageAnswer.of(
                items, said, data.draw(links), number=number, size=size, origin=ORIGIN
            )

    source = Liar(things(count))
    mode = data.draw(st.sampled_from(["report", "ignore", "verify"]))
    pager = Pager(source, page_size=5, prefetch=prefetch, on_drift=mode)

    async with asyncio.timeout(20):
        got = [item.id async for item in pager]

    assert len(got) == len(set(got))
    assert set(got) <= set(source.ids)
    assert pager.report.items == len(got)


NEIGHBORS = [None, 0, 1, 2, 3, 4, 5, 77]


@pytest.mark.parametrize("name", ["prev_page", "next_page"])
@pytest.mark.parametrize("pages", [1, 2, 3])
@pytest.mark.parametrize("neighbor", NEIGHBORS)
async def test_a_neighbor_that_no_page_can_have_is_drift_and_proves_nothing(
    name: str, pages: int, neighbor: int | None
) -> None:
    """One page of the list names it, whichever page that is; the other pages are right."""

    class Misled(FakeSource):
        wrong = 0

        def numbers(self, number: int, size: int) -> Numbers:
            told = super().numbers(number, size)
            true = Numbers(prev_page=number - 1 or None, next_page=number + 1)
            last = number >= told.total_pages
            told = attrs.evolve(
                told, prev_page=true.prev_page, next_page=None if last else true.next_page
            )
            return attrs.evolve(told, **{name: neighbor}) if number == self.wrong else told

    for wrong in range(1, pages + 1):
        source = Misled(things(10 * pages - 3))
        source.wrong = wrong
        right = (wrong - 1 or None) if name == "prev_page" else wrong + 1
        right = None if name == "next_page" and wrong == pages else right
        got, pager = await walk(source)

        assert got == source.ids
        assert dict(pager.report.counts) == ({} if neighbor == right else {"inconsistent": 1})
        if neighbor != right:
            with pytest.raises(DriftError, match=name.replace("_", "-")):
                await walk(source, on_drift="raise")
            _, verified = await walk(source, on_drift="verify")
            assert verified.report.verified is False


@pytest.mark.parametrize("items", [0, 1, 9, 10, 11, 35])
@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("before", ["the last page", "the page before", "none"])
async def test_a_server_that_is_right_about_its_neighbors_is_no_drift(
    items: int, told: bool, before: str
) -> None:
    """Past the end, and without a number of pages, too."""
    for number in range(1, 7):
        pages = max(1, -(-items // 10))
        past = {"the last page": pages, "the page before": number - 1, "none": None}[before]
        numbers = Numbers(
            current_page=number,
            page_size=10,
            prev_page=past if number > pages else number - 1 or None,
            next_page=number + 1 if number < pages else None,
            total_pages=pages if told else None,
            total_count=items,
        )
        here = tuple(map(Item, things(items)[(number - 1) * 10 : number * 10]))
        answer = PageAnswer.of(here, numbers, None, number=number, size=10, origin=ORIGIN)

        assert not answer.inconsistent.keys() - {"meta"}


@pytest.mark.parametrize(
    ("numbers", "detail"),
    [
        ({"total_count": 60}, "60 items promised, 20 received"),
        ({"total_count": 60, "total_pages": 3, "page_size": 20, "next_page": 2}, "60 items"),
        ({"total_pages": 3, "next_page": 2}, "a page follows"),
        ({"next_page": 2}, "a page follows"),
        ({"current_page": 1, "page_size": 20, "total_pages": 1, "total_count": 20}, None),
        ({"current_page": 1, "page_size": 100, "total_pages": 1, "total_count": 20}, None),
        ({}, None),
    ],
)
@pytest.mark.parametrize("on_drift", ["report", "verify"])
async def test_a_list_without_pages_that_has_more_of_them_is_noticed(
    numbers: dict[str, Any], detail: str | None, on_drift: OnDrift
) -> None:
    class Cut(FakeSource):
        def numbers(self, number: int, size: int) -> Numbers | None:
            return Numbers(**numbers) if numbers else None

    pager = Pager(Cut(things(20), paginated=False), on_drift=on_drift)

    assert len(await pager.collect()) == 20
    details = [event.detail for event in pager.report.events]
    assert bool(pager.report) == (detail is not None)
    assert detail is None or any(detail in each for each in details)
    if on_drift == "verify":
        assert pager.report.verified is (detail is None)
        assert pager.report.doubt == (
            None if detail is None else "the answer is not the whole list"
        )
