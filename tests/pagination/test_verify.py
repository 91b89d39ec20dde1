"""`on_drift="verify"`: every item that was there throughout comes exactly once."""

from __future__ import annotations

import random
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalr_async import ServerError
from scalr_async.pagination import DriftReport, PageAnswer, Pager
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
    three = chain.add(["e"])
    chain.end_with(three)
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
    assert sum(only for _, _, only in source.requests) == 15


async def test_what_a_delete_hid_comes_last_and_is_told() -> None:
    class Deleting(FakeSource):
        def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
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


@pytest.mark.unmeasured
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
    for seed in range(4):
        draw = random.Random(seed)
        source = ChurningSource(
            things(300), random=draw, order="prepend", creates=20, deletes=10, most=20
        )
        pager = Pager(source, on_drift="verify")

        got = {item.id async for item in pager}

        assert pager.report.verified in (True, False)
        assert source.lasting <= got or not pager.report.verified, seed
        if not pager.report.verified:
            unverified += 1
            assert "changes faster than it can be read" in pager.report.doubt
            assert pager.report.counts["missed"]
            assert len(source.requests) < 2500

    assert unverified


async def test_a_server_that_heeds_no_page_size_is_read_in_passes() -> None:
    class Fixed(FakeSource):
        def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
            answer = super().answer(number, 20, ids_only)
            return PageAnswer.of(
                answer.items,
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

        def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
            keys = self.random.sample(self.ids, len(self.ids))
            return self.page(keys[(number - 1) * size : number * size], number, size, ids_only)

    for _ in range(20):
        pager = Pager(Shuffled(things(300)), page_size=50, on_drift="verify")
        got = [item.id async for item in pager]
        assert len(got) == len(set(got))
        assert sorted(got) == sorted(things(300)) or pager.report.verified is False


async def test_the_limit_holds_for_what_is_found_later_too() -> None:
    class Deleting(FakeSource):
        def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
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

    assert caught.value.page == 11
    assert source.in_flight == 0


async def test_a_list_that_is_emptied_meanwhile_is_seen_to_its_end() -> None:
    class Emptied(FakeSource):
        def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
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


@attrs.define
class Values(FakeSource):
    """A list of plain values, which have no ids."""

    totals: bool = True
    then: Any = None
    """Called with the list and the number of the request before each answer."""

    def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Any]:
        if self.then is not None:
            self.then(self.ids, len(self.requests))
        shown = tuple(self.ids[(number - 1) * size : number * size])
        said = self.numbers(number, size) if self.totals else None
        return PageAnswer.of(shown, said, None, number=number, size=size, origin="")


async def verified(source: FakeSource, **options: Any) -> tuple[list[Any], DriftReport]:
    pager = Pager(source, prefetch=0, on_drift="verify", **options)
    return [getattr(item, "id", item) async for item in pager], pager.report


@pytest.mark.parametrize("values", [["a", "b"], ["a", "a"], ["a"], list("abcdefghij")])
async def test_values_without_ids_on_one_page_are_verified_if_the_server_counts_them(
    values: list[str],
) -> None:
    source = Values(list(values))

    got, report = await verified(source)

    assert got == values
    assert report.verified is True
    assert not report
    assert source.requests == [(1, 100, False), (2, 100, False), (1, 100, False)]


@pytest.mark.parametrize(
    ("values", "options"),
    [
        (["a", "b"], {"totals": False}),
        ([f"v{n}" for n in range(250)], {}),
        ([f"v{n}" for n in range(250)], {"totals": False}),
        (["v"] * 250, {}),
    ],
)
async def test_other_values_without_ids_are_never_called_verified_and_cost_nothing_more(
    values: list[str], options: dict[str, Any]
) -> None:
    source = Values(list(values), **options)

    got, report = await verified(source)

    assert got == values
    assert report.verified is False
    assert report.doubt == "items without ids cannot be distinguished"
    assert report.counts == {"missed": 1}
    assert len(source.requests) <= max(2, -(-len(values) // 100))


@pytest.mark.parametrize(
    ("then", "found"),
    [
        (lambda ids, n: n == 2 and ids.extend(f"v{i}" for i in range(150)), 52),
        (lambda ids, n: n == 3 and ids.append("c"), 0),
        (lambda ids, n: n == 3 and ids.__setitem__(0, "c"), 0),
        (lambda ids, n: n == 2 and ids.clear(), 0),
    ],
)
async def test_values_that_change_while_they_are_read_again_are_not_verified(
    then: Any, found: int
) -> None:
    got, report = await verified(Values(["a", "b"], then=then))

    assert got[:2] == ["a", "b"]
    assert len(got) == 2 + found
    assert report.verified is False


@pytest.mark.parametrize("where", ["in the walk", "read again"])
async def test_one_item_without_an_id_among_others_is_enough_for_doubt(where: str) -> None:
    class Mixed(FakeSource):
        def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Item]:
            if where == "read again" and len(self.requests) > 3:
                self.ids[120] = None
            return super().answer(number, size, ids_only)

    source = Mixed(things(250))
    if where == "in the walk":
        source.ids[120] = None

    got, report = await verified(source)

    assert got.count(None) == (where == "in the walk")
    assert len(got) == 250
    assert report.verified is False
    assert report.doubt == "items without ids cannot be distinguished"


@pytest.mark.parametrize("count", [0, 1, 2, 7, 100, 300])
async def test_a_list_without_pages_is_verified_by_the_answer_that_was_all_of_it(
    count: int,
) -> None:
    source = FakeSource(things(count), paginated=False)

    got, report = await verified(source)

    assert got == things(count)
    assert report.verified is True
    assert len(source.requests) == 1


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (1, 3), (2, 3), (3, 2), (99, 2)])
@pytest.mark.parametrize("totals", [True, False])
async def test_a_list_of_one_page_is_verified_by_one_or_two_reads(
    count: int, requests: int, totals: bool
) -> None:
    class Silent(FakeSource):
        def numbers(self, number: int, size: int) -> Any:
            return super().numbers(number, size) if totals else None

    source = Silent(things(count))
    got, report = await verified(source)

    assert got == things(count)
    assert report.verified is True
    assert not report
    assert len(source.requests) == requests + (0 if totals or not count else 1)


@pytest.mark.parametrize("last", [1, 2, 3, 50, 99])
async def test_a_resumed_walk_of_one_page_is_verified_by_the_page_before_it(last: int) -> None:
    source = FakeSource(things(300 + last))
    pager = Pager(source, on_drift="verify", prefetch=0)

    got = [item.id async for page in pager.pages(start=4) for item in page]

    assert got == things(300 + last)[300:]
    assert pager.report.verified is True
    assert source.requests == [(4, 100, False), (3, 100, True)]


async def test_a_contradiction_before_a_failure_is_not_forgotten_by_the_walk_that_goes_on() -> None:
    class Doubtful(FakeSource):
        def numbers(self, number: int, size: int) -> Numbers:
            told = super().numbers(number, size)
            return attrs.evolve(told, total_count=5) if number == 2 else told

    source = Doubtful(things(300), failing={3: server_error()})
    pager = Pager(source, on_drift="verify", prefetch=0)
    with pytest.raises(ServerError):
        await pager.collect()
    source.failing.clear()

    assert [len(page) async for page in pager.pages(start=3)] == [100]
    assert pager.report.verified is False


async def test_reads_that_teach_nothing_end_soon() -> None:
    """The server says there is one more item than it shows, wherever it is asked."""

    class Hiding(FakeSource):
        def numbers(self, number: int, size: int) -> Numbers:
            total = len(self.ids) + 1
            pages = max(1, -(-total // size))
            return Numbers(
                current_page=number, page_size=size, total_pages=pages, total_count=total
            )

    source = Hiding(things(250))
    _, report = await verified(source)

    assert report.verified is False
    assert len(source.requests) < 20
