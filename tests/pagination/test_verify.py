"""`on_drift="verify"`: every item that was there throughout comes exactly once."""

from __future__ import annotations

import random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalr_async import ServerError
from scalr_async.pagination import Page, Pager
from scalr_async.pagination._overlap import Chain, straddle
from tests.pagination.model import ChurningSource, FakeSource, Item, Numbers, server_error, things


@given(st.integers(-10, 100_000), st.integers(1, 100))
def test_a_straddling_page_has_the_position_inside(position: int, size: int) -> None:
    number, chosen = straddle(position, size)

    assert 2 <= chosen <= max(2, size)
    assert (number - 1) * chosen <= max(1, position) < number * chosen


@given(st.integers(1, 1000))
def test_the_seams_of_full_pages_are_well_inside_what_straddles_them(page: int) -> None:
    number, size = straddle(100 * page, 100)

    before = 100 * page - (number - 1) * size
    assert min(before, size - before) >= 33


def test_windows_that_share_items_make_a_chain() -> None:
    chain = Chain()
    one = chain.add(["a", "b"], starts=True)
    two = chain.add(["c", "d"])
    three = chain.add(["e"], ends=True)
    assert [chain.reaches(window) for window in (one, two, three)] == [True, False, False]

    chain.add(["b", "c"])
    assert chain.reaches(two)
    assert not chain.complete
    chain.add(["d", "x", "e"])

    assert chain.complete
    assert len(chain) == 6
    assert "x" in chain
    assert chain.first_window("c") == two


async def test_a_list_that_stands_still_is_proven_complete_by_one_small_read_a_seam() -> None:
    source = FakeSource(things(500))
    pager = Pager(source, on_drift="verify")

    got = await pager.collect()

    assert [item.id for item in got] == things(500)
    assert [request[2] for request in source.requests] == [False] * 5 + [True] * 5
    assert pager.report.verified is True


async def test_small_pages_share_the_reads_of_their_seams() -> None:
    source = FakeSource(things(500))

    pager = Pager(source, page_size=10, on_drift="verify")
    await pager.collect()

    assert pager.report.verified is True
    assert sum(only for _, _, only in source.requests) == 17


async def test_what_a_delete_hid_comes_last_and_is_told() -> None:
    class Deleting(FakeSource):
        def answer(self, number: int, size: int, ids_only: bool) -> Page[Item]:
            if number == 3 and size == 100 and len(self.ids) == 400:
                del self.ids[0]
            return super().answer(number, size, ids_only)

    pager = Pager(Deleting(things(400)), prefetch=0, on_drift="verify")
    got = [item async for item in pager]

    assert {item.id for item in got} == set(things(400))
    assert got[-1] == Item("thing-200", whole=True)
    assert (pager.report.missed, pager.report.verified) == (1, True)
    assert [(e.kind, e.page) for e in pager.report.events] == [("total", 3), ("missed", 2)]


def simulation(seed: int) -> tuple[ChurningSource, Pager]:
    """A list that changes with each answer: where, how fast and how it is walked are drawn."""
    draw = random.Random(seed)
    size = draw.choice([1, 5, 20, 50, 100])
    least = max(size, 20)
    rate = draw.choice([rate for rate in (0, 0.1, 0.2, 1, 5) if rate <= size / 8])
    source = ChurningSource(
        things(draw.choice([0, 3, least, least * 3, least * 7 + 1, least * 12])),
        random=draw,
        order=draw.choice(["append", "prepend", "anywhere"]),
        creates=rate * draw.choice([0, 1, 2]),
        deletes=rate,
        sparse=draw.random() < 0.8,
        most=draw.choice([100, 100, 50]),
    )
    prefetch = draw.choice([0, 1, 4, 8])
    return source, Pager(source, page_size=size, prefetch=prefetch, on_drift="verify")


@pytest.mark.parametrize("block", range(10))
async def test_nothing_that_existed_throughout_is_missed_in_1000_changing_lists(block: int) -> None:
    for seed in range(block * 100, block * 100 + 100):
        source, pager = simulation(seed)

        got = [item async for item in pager]

        ids = [item.id for item in got]
        assert len(ids) == len(set(ids)), seed
        assert source.lasting <= set(ids), seed
        assert all(item.whole for item in got), seed
        assert pager.report.verified is True, seed


async def test_a_plain_walk_of_the_same_lists_misses_some() -> None:
    missed = 0
    for seed in range(100):
        source, pager = simulation(seed)
        plain = Pager(source, page_size=pager._plan.page_size, prefetch=pager._plan.prefetch)
        missed += len(source.lasting - {item.id async for item in plain})

    assert missed > 20


async def test_a_list_that_changes_faster_than_it_can_be_read_is_not_called_verified() -> None:
    unverified = 0
    for seed in range(6):
        draw = random.Random(seed)
        source = ChurningSource(
            things(1200), random=draw, order="prepend", creates=20, deletes=10, most=50
        )
        pager = Pager(source, on_drift="verify")

        got = {item.id async for item in pager}

        assert pager.report.verified in (True, False)
        assert source.lasting <= got or not pager.report.verified, seed
        if not pager.report.verified:
            unverified += 1
            last = pager.report.events[-1].detail
            assert len(pager.report.events) == 100 or "may be missing" in last
            assert len(source.requests) < 2000

    assert unverified


async def test_a_server_that_heeds_no_page_size_is_read_in_passes() -> None:
    class Fixed(FakeSource):
        def answer(self, number: int, size: int, ids_only: bool) -> Page[Item]:
            page = super().answer(number, 20, ids_only)
            return Page.of(
                page.items,
                Numbers(current_page=number, page_size=20, total_pages=5, total_count=100),
                None,
                number=number,
                size=size,
                origin="",
            )

    source = Fixed(things(100))
    pager = Pager(source, on_drift="verify")

    got = await pager.collect()

    assert [item.id for item in got] == things(100)
    assert pager.report.verified is True


async def test_an_order_that_is_not_stable_is_noticed_by_the_count() -> None:
    class Shuffled(FakeSource):
        random = random.Random(5)

        def answer(self, number: int, size: int, ids_only: bool) -> Page[Item]:
            keys = self.random.sample(self.ids, len(self.ids))
            return self.page(keys[(number - 1) * size : number * size], number, size, ids_only)

    for _ in range(20):
        pager = Pager(Shuffled(things(300)), page_size=50, on_drift="verify")
        got = [item.id async for item in pager]
        assert len(got) == len(set(got))
        assert sorted(got) == sorted(things(300)) or pager.report.verified is False


async def test_the_limit_holds_for_what_is_found_later_too() -> None:
    class Deleting(FakeSource):
        def answer(self, number: int, size: int, ids_only: bool) -> Page[Item]:
            if number == 3 and len(self.ids) == 400:
                del self.ids[:5]
            return super().answer(number, size, ids_only)

    source = Deleting(things(400))
    pager = Pager(source, limit=397, prefetch=0, on_drift="verify")

    assert len(await pager.collect()) == 397


async def test_a_limit_reached_needs_no_proof() -> None:
    source = FakeSource(things(400))
    pager = Pager(source, limit=150, on_drift="verify")

    await pager.collect()

    assert len(source.requests) == 2
    assert pager.report.verified is None


async def test_a_resumed_walk_is_verified_from_its_own_start() -> None:
    source = FakeSource(things(1000))
    pager = Pager(source, on_drift="verify")

    got = [item.id async for page in pager.pages(start=4) for item in page]

    assert got == things(1000)[300:]
    assert pager.report.verified is True


async def test_a_seam_that_fails_tells_the_page_of_the_walk() -> None:
    source = FakeSource(things(1000))
    pager = Pager(source, prefetch=0, on_drift="verify")
    got = []

    with pytest.raises(ServerError) as caught:
        async for item in pager:
            got.append(item)
            if len(got) == 1000:
                source.failing[5] = server_error()

    assert caught.value.page == 4
    assert source.in_flight == 0


async def test_a_list_that_is_emptied_meanwhile_is_seen_to_its_end() -> None:
    class Emptied(FakeSource):
        def answer(self, number: int, size: int, ids_only: bool) -> Page[Item]:
            if ids_only:
                del self.ids[20:]
            return super().answer(number, size, ids_only)

    pager = Pager(Emptied(things(1000)), on_drift="verify")

    assert len(await pager.collect()) == 1000
    assert pager.report.verified is True


async def test_without_totals_there_is_a_proof_too() -> None:
    class Silent(FakeSource):
        def numbers(self, number: int, size: int) -> None:
            return None

    @attrs.define
    class SilentChurn(ChurningSource):
        def numbers(self, number: int, size: int) -> None:
            return None

    pager = Pager(Silent(things(500)), on_drift="verify")
    assert len(await pager.collect()) == 500
    assert pager.report.verified is True
    for seed in range(30):
        source = SilentChurn(things(700), random=random.Random(seed), creates=2, deletes=2)
        pager = Pager(source, page_size=50, on_drift="verify")
        assert source.lasting <= {item.id async for item in pager} or not pager.report.verified
