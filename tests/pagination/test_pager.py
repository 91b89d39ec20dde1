"""What a user does with a `Pager`."""

from __future__ import annotations

import asyncio
import math
import pickle
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalr_async import (
    APIError,
    DriftError,
    InvalidArgumentError,
    MultipleResultsError,
    NoResultError,
    ServerError,
)
from scalr_async.pagination import Page, PageAnswer, Pager
from scalr_async.telemetry import PageEvent, Telemetry
from tests.pagination.model import FakeSource, Item, server_error, things


def ids(items: object) -> list[str]:
    return [item.id for item in items]


async def test_nothing_is_read_before_it_is_asked_for() -> None:
    source = FakeSource(things(3))

    pager = Pager(source)
    iterator = aiter(pager)

    assert source.requests == []
    assert repr(pager) == "<Pager of /things>"
    await iterator.aclose()


@pytest.mark.parametrize(
    "use",
    [
        lambda pager: [item for item in pager],  # noqa: C416  # the loop is what is tested
        lambda pager: pager[0],
        lambda pager: pager[:5],
        lambda pager: 3 in pager,
        dict,
        len,
        list,
        reversed,
        sorted,
    ],
)
def test_use_as_a_sequence_is_refused_with_what_to_use(use: Callable[[object], object]) -> None:
    with pytest.raises(TypeError, match=r"use `async for`.*collect.*first.*count"):
        use(Pager(FakeSource(things(3))))


def test_a_pager_counts_as_no_iterable_and_as_true() -> None:
    pager = Pager(FakeSource([]))

    assert not isinstance(pager, Iterable)
    assert bool(pager)


async def test_awaiting_reads_the_first_page_alone() -> None:
    source = FakeSource(things(250))

    page = await Pager(source)

    assert (page.number, page.size, page.total_count, page.total_pages) == (1, 100, 250, 3)
    assert ids(page) == things(100)
    assert len(page) == 100
    assert source.requests == [(1, 100, False)]


async def test_iterating_again_walks_again() -> None:
    source = FakeSource(things(250))
    pager = Pager(source)

    first = [item async for item in pager]
    second = [item async for item in pager]

    assert ids(first) == ids(second) == things(250)
    assert sorted(source.requests) == sorted([(n, 100, False) for n in (1, 2, 3)] * 2)


@settings(max_examples=150)
@given(
    count=st.integers(0, 60),
    page_size=st.integers(1, 100),
    prefetch=st.integers(0, 9),
    limit=st.none() | st.integers(0, 70),
    most=st.integers(1, 100),
    on_drift=st.sampled_from(["ignore", "report", "raise", "verify"]),
)
async def test_every_item_comes_once_in_order_and_never_more_than_the_limit(
    count: int, page_size: int, prefetch: int, limit: int | None, most: int, on_drift: str
) -> None:
    source = FakeSource(things(count), most=most)
    pager = Pager(source, page_size=page_size, prefetch=prefetch, limit=limit, on_drift=on_drift)

    got = ids([item async for item in pager])

    wanted = things(count)[:limit]
    assert got == wanted
    assert pager.report.items == len(wanted)
    assert not pager.report
    if on_drift != "verify":
        size = min(page_size, most, max(1, limit or page_size))
        assert len(source.requests) == (0 if limit == 0 else max(1, math.ceil(len(wanted) / size)))
    elif limit is None:
        assert pager.report.verified is True


async def test_a_limit_asks_for_no_more_than_it_needs() -> None:
    source = FakeSource(things(1000))

    assert ids(await Pager(source).collect(limit=5)) == things(5)
    assert ids(await Pager(source, limit=250, prefetch=64).collect()) == things(250)
    assert ids(await Pager(source, limit=7).collect(limit=9)) == things(7)

    assert [size for _, size, _ in source.requests] == [5, 100, 100, 100, 7]


async def test_a_limit_cuts_the_awaited_page_too() -> None:
    page = await Pager(FakeSource(things(9), most=4), limit=3)
    none = await Pager(FakeSource(things(9)), limit=0)

    assert ids(page) == things(3)
    assert ids(none) == []


async def test_pages_resume_where_they_are_told() -> None:
    source = FakeSource(things(25))

    pages = [page async for page in Pager(source, page_size=10).pages(start=2)]

    assert [(page.number, len(page)) for page in pages] == [(2, 10), (3, 5)]
    assert ids(pages[1]) == things(25)[20:]


async def test_first_one_and_count_ask_for_no_more_than_they_need() -> None:
    source = FakeSource(things(3))
    pager = Pager(source)

    assert (await pager.first()).id == "thing-0"
    assert await pager.count() == 3
    assert await Pager(source, limit=2).count() == 2
    assert (await Pager(FakeSource(things(1))).one()).id == "thing-0"
    assert await Pager(FakeSource()).first() is None
    assert await Pager(source, limit=0).first() is None
    assert await Pager(source, limit=0).count() == 0

    assert [size for _, size, _ in source.requests] == [1, 1, 1]


async def test_one_says_what_is_wrong() -> None:
    with pytest.raises(NoResultError, match="nothing in this list") as none:
        await Pager(FakeSource()).one()
    with pytest.raises(
        MultipleResultsError, match=r"7 items .* \(thing-0, thing-1, \.\.\.\)"
    ) as many:
        await Pager(FakeSource(things(7)), limit=1).one()

    for error in (none.value, many.value):
        assert (error.method, error.path, error.outcome) == ("GET", "/things", "applied")
        assert not isinstance(error, APIError | ValueError)
        assert not hasattr(error, "status")
        assert error.hint in str(error)


async def test_one_names_the_filters() -> None:
    filters = "name='x', environment='env-1'"

    with pytest.raises(NoResultError, match=f"nothing in this list with {filters} "):
        await Pager(FakeSource(filters=filters)).one()
    with pytest.raises(MultipleResultsError, match=f"3 items in this list with {filters}, not one"):
        await Pager(FakeSource(things(3), filters=filters)).one()


async def test_count_walks_where_the_server_does_not_tell() -> None:
    class Silent(FakeSource):
        def numbers(self, number: int, size: int) -> None:
            return None

    source = Silent(things(250))

    assert await Pager(source).count() == 250
    assert [only for _, _, only in source.requests] == [False, True, True, True]
    assert await Pager(Silent(things(250)), limit=120).count() == 120


async def test_count_does_not_believe_a_lie() -> None:
    class Lying(FakeSource):
        def numbers(self, number: int, size: int) -> object:
            return attrs_evolve(super().numbers(number, size), total_count=7000)

    assert await Pager(Lying(things(30))).count() == 30


def attrs_evolve(value: object, **changes: object) -> object:
    import attrs

    return attrs.evolve(value, **changes)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"page_size": 0}, "page_size=0"),
        ({"page_size": 101}, "page_size=101"),
        ({"page_size": True}, "page_size=True"),
        ({"page_size": "9"}, "page_size='9'"),
        ({"page_size": 9.0}, "page_size=9.0"),
        ({"prefetch": -1}, "prefetch=-1"),
        ({"prefetch": 65}, "prefetch=65"),
        ({"limit": -1}, "limit=-1"),
        ({"limit": False}, "limit=False"),
        ({"on_drift": "hope"}, "on_drift='hope'"),
        ({"on_drift": []}, "on_drift="),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(arguments: dict[str, object], named: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        Pager(FakeSource(), **arguments)

    assert named in str(caught.value)


@pytest.mark.parametrize("start", [0, -1, True, "2", None])
def test_a_start_that_makes_no_sense_is_refused_at_once(start: object) -> None:
    with pytest.raises(InvalidArgumentError, match="start="):
        Pager(FakeSource()).pages(start=start)


async def test_a_collect_limit_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="limit=-3"):
        await Pager(FakeSource()).collect(limit=-3)


@pytest.mark.parametrize("prefetch", [0, 4])
async def test_a_failed_page_tells_its_number_after_those_before_it_were_handed_out(
    prefetch: int,
) -> None:
    source = FakeSource(things(200), failing={7: server_error()})
    pager = Pager(source, page_size=10, prefetch=prefetch)
    got = []

    with pytest.raises(ServerError) as caught:
        async for item in pager:
            got.append(item)

    assert ids(got) == things(60)
    assert caught.value.page == 7
    assert "pages(start=7) resumes there" in caught.value.__notes__[0]
    assert source.in_flight == 0
    source.failing.clear()
    rest = [item async for page in pager.pages(start=caught.value.page) for item in page]
    assert ids(got + rest) == things(200)


async def test_a_failed_first_page_is_page_1() -> None:
    with pytest.raises(ServerError) as caught:
        await Pager(FakeSource(failing={1: server_error()}))

    assert caught.value.page == 1
    assert pickle.loads(pickle.dumps(caught.value)).page == 1


async def test_errors_that_are_not_ours_pass_untouched() -> None:
    source = FakeSource(things(30), failing={2: KeyError("bug")})

    with pytest.raises(KeyError, match="bug"):
        await Pager(source, page_size=10).collect()


async def test_each_page_handed_on_is_an_event() -> None:
    events = []
    source = FakeSource(things(25), telemetry=Telemetry(events.append))

    await Pager(source, page_size=10).collect()

    assert events == [
        PageEvent(path="/things", number=n, items=items, total_count=25, total_pages=3)
        for n, items in [(1, 10), (2, 10), (3, 5)]
    ]


async def test_a_list_without_pages_is_read_once() -> None:
    source = FakeSource(things(300), paginated=False)

    assert ids(await Pager(source).collect()) == things(300)
    assert len(source.requests) == 1
    assert await Pager(source).count() == 300
    assert (await Pager(source).first()).id == "thing-0"


async def test_the_pages_of_a_walk_share_one_identity_map_and_walks_do_not() -> None:
    source = FakeSource(things(30))
    pager = Pager(source, page_size=10)

    await pager.collect()
    await pager.collect()

    assert len(set(map(id, source.maps[:3]))) == 1
    assert len(set(map(id, source.maps))) == 2


async def test_the_report_is_that_of_the_newest_walk() -> None:
    source = FakeSource(things(25))
    pager = Pager(source, page_size=10)
    assert pager.report.pages == 0

    await pager.collect()

    assert (pager.report.pages, pager.report.items, bool(pager.report)) == (3, 25, False)
    await pager
    assert pager.report.pages == 1


async def test_items_without_ids_come_as_they_are() -> None:
    class Rows(FakeSource):
        def page(self, keys: list, number: int, size: int, ids_only: bool) -> PageAnswer:
            return PageAnswer.of(
                tuple(keys), self.numbers(number, size), None, number=number, size=size, origin=""
            )

    source = Rows([1, 1, 2, 2, 2, 3])

    assert await Pager(source, page_size=4).collect() == [1, 1, 2, 2, 2, 3]
    pager = Pager(source, page_size=4, on_drift="verify")
    assert await pager.collect() == [1, 1, 2, 2, 2, 3]
    assert pager.report.verified is False
    with pytest.raises(MultipleResultsError, match=r"6 items .* \(no ids, \.\.\.\)"):
        await Pager(source).one()


async def test_items_whose_id_makes_no_sense_are_kept() -> None:
    source = FakeSource([None, None, "", "a", "a", 5])

    got = await Pager(source, on_drift="ignore").collect()
    exact = await Pager(source, on_drift="verify").collect()

    assert ids(got) == ids(exact) == [None, None, "", "a", 5]


async def test_a_drift_error_names_page_and_remedy() -> None:
    source = FakeSource(["a", "b", "b"])

    with pytest.raises(DriftError, match="page 1: 1 items were received again") as caught:
        await Pager(source, on_drift="raise").collect()

    assert (caught.value.page, caught.value.path, caught.value.outcome) == (1, "/things", "applied")


async def test_a_pager_may_be_walked_by_several_at_once() -> None:
    source = FakeSource(things(95))
    pager = Pager(source, page_size=10)

    one, other = await asyncio.gather(pager.collect(), pager.collect())

    assert ids(one) == ids(other) == things(95)


def test_a_page_shows_its_numbers_and_not_its_items() -> None:
    page = Page(items=(Item("a"), Item("b")), number=3, size=2, total_count=9, body=b'{"data": []}')

    assert repr(page) == "Page(items=<2>, number=3, size=2, total_count=9, total_pages=None)"
    assert page.raw() == {"data": []}
    assert Page(items=(), number=1, size=1).raw() is None


def test_a_page_is_equal_to_itself_alone_and_its_numbers_are_named() -> None:
    page = Page(items=(Item("a"),), number=1, size=1)

    assert page != Page(items=page.items, number=1, size=1)
    assert {page: "usable as a key"}[page]
    with pytest.raises(TypeError):
        Page(page.items, 1, 1)
