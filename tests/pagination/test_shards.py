"""Shards: together they walk over the list once, wherever their seams move."""

from __future__ import annotations

import asyncio
import itertools
import pickle
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalr_async import DriftError, InvalidArgumentError, ScalrClient
from scalr_async.emulator import Emulator
from scalr_async.pagination import Pager
from scalr_async.pagination._checkpoint import Checkpoint
from tests.pagination.model import FakeSource, things
from tests.pagination.test_checkpoint import kinds, rest_of, some_changes, taken
from tests.pagination.test_laws import EXAMPLES, Change, Server, honest

CASES = [
    pytest.param(make, id=f"{kind}-{count}")
    for count in (0, 1, 7, 31, 130)
    for kind, make in kinds(count)
]


@pytest.mark.parametrize("make", CASES)
async def test_the_shards_of_a_list_that_stands_still_are_a_single_walk(
    make: Callable[[], Any],
) -> None:
    """In order, and each picklable; without totals or ids there is one."""
    for size, limit, count in itertools.product((1, 10, 100), (None, 25), (1, 5, 16)):
        options: dict[str, Any] = {"page_size": size, "limit": limit}
        whole = await rest_of(Pager(make(), **options))

        shards = await Pager(make(), **options).shards(count)

        parts = []
        for shard in pickle.loads(pickle.dumps(shards)):
            pager = Pager(make(), **options).resume(shard)
            parts.append(await rest_of(pager))
            assert not pager.report
        assert [*itertools.chain(*parts)] == whole, (size, limit, count)
        assert all(parts) or not whole


@pytest.mark.parametrize(
    ("items", "size", "count", "sizes"),
    [
        (1000, 100, 4, [300, 200, 300, 200]),
        (350, 100, 2, [200, 150]),
        (250, 100, 3, [83, 83, 84]),
        (3, 100, 8, [1, 1, 1]),
        (100, 10, 10, [10] * 10),
        (0, 100, 8, [0]),
    ],
)
async def test_shards_are_about_equal_and_end_with_pages_where_they_can(
    items: int, size: int, count: int, sizes: list[int]
) -> None:
    source = FakeSource(things(items))
    pager = Pager(source, page_size=size)

    shards = await pager.shards(count)

    assert len(source.requests) == len(shards)
    assert shards == await pager.shards(count)
    assert [len(await rest_of(pager.resume(shard))) for shard in shards] == sizes


async def test_a_shard_reads_one_page_over_its_edge_at_most() -> None:
    source = FakeSource(things(1000))
    pager = Pager(source, prefetch=8)
    shards = await pager.shards(5)
    asked = []
    for shard in shards:
        source.requests.clear()
        await rest_of(pager.resume(shard))
        asked.append([number for number, _, _ in source.requests])

    assert asked == [[1, 2], [2, 3, 4], [4, 5, 6], [6, 7, 8], [8, 9, 10]]


async def test_the_pages_of_a_shard_are_in_flight_at_once_as_its_end_is_known() -> None:
    async def later(number: int) -> None:
        await asyncio.sleep(0)

    source = FakeSource(things(1000), delay=later)
    first, _, _ = await Pager(source, page_size=10).shards(3)
    for prefetch, shard, most in ((8, first, 8), (64, first, 33), (0, first, 1)):
        source.most_in_flight = 0
        walk = Pager(source, page_size=10, prefetch=prefetch).resume(shard).pages()
        await anext(walk)
        await walk.aclose()
        assert source.most_in_flight == most

    source.requests.clear()
    assert await taken(Pager(source, page_size=10, limit=5, prefetch=8).resume(first), 5)
    assert source.requests == [(1, 5, False)]


async def test_a_shard_can_be_left_and_gone_on_with() -> None:
    source = FakeSource(things(100))
    pager = Pager(source, page_size=10)
    _, second, _ = await pager.shards(3)
    for cut in range(41):
        part = pager.resume(second)
        got = await taken(part, cut)
        again = pager.resume(part.checkpoint())

        assert got + await rest_of(again) == things(100)[30:70]
        assert await again.count() == max(0, 40 - cut)


async def test_what_a_checkpoint_leaves_can_be_shared_out_and_shards_again() -> None:
    source = FakeSource(things(100))
    pager = Pager(source, page_size=10)
    got = await taken(pager, 15)

    for shard in await pager.resume(pager.checkpoint()).shards(3):
        for part in await pager.resume(shard).shards(2):
            got += await rest_of(pager.resume(part))

    assert got == things(100)


@pytest.mark.parametrize("count", [0, -1, 10_001, None, "3", 2.0, True])
async def test_a_number_of_shards_that_makes_no_sense_is_refused(count: Any) -> None:
    source = FakeSource(things(10))

    with pytest.raises(InvalidArgumentError, match="count="):
        await Pager(source).shards(count)
    assert source.requests == []


async def test_verify_has_no_shards() -> None:
    source = FakeSource(things(10))
    shards = await Pager(source).shards(2)
    source.requests.clear()

    with pytest.raises(InvalidArgumentError, match="reads only whole lists"):
        await Pager(source, on_drift="verify").shards(2)
    with pytest.raises(InvalidArgumentError, match="reads only whole lists"):
        Pager(source, on_drift="verify").resume(shards[0])
    assert source.requests == []


# What others did in between.


@pytest.mark.parametrize("size", [7, 100])
@pytest.mark.parametrize("seed", range(8))
async def test_shards_of_a_list_that_changed_since_lose_and_double_nothing(
    size: int, seed: int
) -> None:
    """Read one after the other in any order, while hundreds are created and deleted in between."""
    dice = random.Random(seed)
    source = FakeSource(things(900))
    pager = Pager(source, page_size=size, prefetch=0)
    shards = await pager.shards(6)
    lasting, got = set(source.ids), []
    dice.shuffle(shards)
    for n, shard in enumerate(shards):
        for _ in range(dice.randrange(60)):
            lasting.discard(source.ids.pop(dice.randrange(len(source.ids))))
        for m in range(dice.randrange(200)):
            source.ids.insert(dice.choice([0, len(source.ids)]), f"new-{n}-{m}")
        got += await rest_of(pager.resume(shard))

    assert len(got) == len(set(got))
    assert lasting <= set(got)


@pytest.mark.unmeasured
@pytest.mark.parametrize("size", [20, 100])
@pytest.mark.parametrize("created", [300, 2000, 9000])
@pytest.mark.parametrize("deleted", [0, 300, 2000])
async def test_seams_that_moved_far_are_found_also_by_shards_that_are_cut_and_shared_out(
    size: int, created: int, deleted: int
) -> None:
    """Whether the total speaks for it or not; what changed before a part was cut counts, too."""
    source = FakeSource(things(4000))
    pager = Pager(source, page_size=size, prefetch=0)
    first, second = await pager.shards(2)
    source.ids[:0] = [f"new-{n}" for n in range(created)]
    del source.ids[len(source.ids) - deleted :]
    whole = [*source.ids]
    rest = await rest_of(pager.resume(second))
    middle = len(whole) - len(rest)
    assert rest == things(4000)[2000 : 4000 - deleted]

    assert await rest_of(pager.resume(first)) == whole[:middle]

    part = pager.resume(first)
    got = await taken(part, created // 2)
    again = pager.resume(part.checkpoint())
    assert got + await rest_of(again) == whole[:middle]
    assert not again.report

    parts = [await rest_of(pager.resume(each)) for each in await pager.resume(first).shards(3)]
    assert [*itertools.chain(*parts)] == whole[:middle]


@pytest.mark.parametrize("size", [7, 100])
@pytest.mark.parametrize("created", [0, 7, 300])
@pytest.mark.parametrize(
    ("left", "stable"),
    [
        *((left, True) for left in (-45, -40, -2, -1, 0, 1, 20, 42)),
        *((left, False) for left in (-1, 0, 1, 42)),
    ],
)
async def test_one_neighbor_of_a_seam_is_enough_whichever_it_is(
    size: int, created: int, left: int, stable: bool
) -> None:
    """The newest of them may be gone, and what stands there now may stand on another page."""
    source = FakeSource(things(1000), stable=stable)
    pager = Pager(source, page_size=size, prefetch=0)
    shards = await pager.shards(2)
    seam = Checkpoint.read(shards[1], source).begin
    begin, end = seam.offset - len(seam.before), seam.offset + len(seam.after)
    source.ids[begin:end] = [f"thing-{seam.offset + left}"]
    source.ids[:0] = [f"new-{n}" for n in range(created)]
    source.requests.clear()

    parts = [pager.resume(shard) for shard in shards]

    assert [*itertools.chain(*[await rest_of(part) for part in parts])] == source.ids
    assert len([size for _, size, ids_only in source.requests if ids_only]) <= 30
    details = [event.detail for part in parts for event in part.report.events]
    assert not [detail for detail in details if detail.startswith("none of")]


@pytest.mark.parametrize("size", [7, 100])
async def test_a_neighbor_behind_a_seam_that_moved_is_found_in_few_requests(size: int) -> None:
    """What stood before the seam is gone, and need not be looked for all over the list."""
    source = FakeSource(things(40_000))
    pager = Pager(source, page_size=size, prefetch=0)
    _, second = await pager.shards(2)
    del source.ids[19_900:20_030]
    source.ids[:0] = [f"new-{n}" for n in range(3000)]
    source.requests.clear()

    assert await taken(pager.resume(second), 2) == ["thing-20030", "thing-20031"]
    assert len(source.requests) <= 40


@pytest.mark.parametrize("size", [7, 100])
@pytest.mark.parametrize("moved", [455, 499, 500, 545])
@pytest.mark.parametrize("to", [0, 440, 510, 999])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_a_neighbor_that_moved_by_itself_takes_nothing_with_it(
    size: int, moved: int, to: int, order: tuple[int, ...]
) -> None:
    """As the workspace that was changed last does in the order of `-updated_at`."""
    source = FakeSource(things(1000), stable=False)
    pager = Pager(source, page_size=size, prefetch=0)
    shards = await pager.shards(2)
    got = await rest_of(pager.resume(shards[order[0]]))
    source.ids.insert(to, source.ids.pop(moved))
    got += await rest_of(pager.resume(shards[order[1]]))
    got = [key for key in got if key != f"thing-{moved}"]

    assert sorted(got) == sorted({*things(1000)} - {f"thing-{moved}"})


async def test_a_list_that_ends_before_a_seam_came_says_so() -> None:
    source = FakeSource(things(300))
    pager = Pager(source, page_size=50, prefetch=0)
    first, _ = await pager.shards(2)
    del source.ids[60:240]

    part = pager.resume(first)

    assert await rest_of(part) == [*things(60), *things(300)[240:]]
    assert part.report.events[-1].detail == "none of the items around item 150 was received"
    assert part.report.counts["moved"] == 1
    with pytest.raises(DriftError, match="300 items became 120"):
        await rest_of(Pager(source, on_drift="raise").resume(first))


@settings(max_examples=EXAMPLES)
@given(
    items=st.integers(0, 20),
    size=st.integers(1, 8),
    count=st.integers(1, 5),
    between=st.lists(some_changes, max_size=5),
    order=st.randoms(use_true_random=False),
)
async def test_what_existed_throughout_is_in_exactly_one_shard(
    items: int, size: int, count: int, between: list[list[list[Change]]], order: random.Random
) -> None:
    """Unless a seam has lost all its neighbors, which is said."""
    server = Server(things(items), says=honest)
    pager = Pager(server, page_size=size, prefetch=0)
    shards = await pager.shards(count)
    order.shuffle(shards)
    got: list[str] = []
    told = ""
    for shard in shards:
        part = pager.resume(shard)
        for changes in between.pop() if between else []:
            for change in changes:
                server.change(*change)
        got += await rest_of(part)
        told += "".join(event.detail for event in part.report.events)

    lasting = [key for key in got if key in server.lasting]
    if "none of the items around" not in told:
        assert len(lasting) == len(set(lasting))
        assert server.lasting <= set(got)


async def test_a_shard_whose_end_is_gone_stops_about_there_and_says_so() -> None:
    source = FakeSource(things(2000))
    pager = Pager(source, page_size=50, prefetch=0)
    first, _ = await pager.shards(2)
    del source.ids[900:1100]
    part = pager.resume(first)

    got = await rest_of(part)

    assert got[:900] == things(900)
    assert len(got) < 1300
    assert part.report.events[-1].detail == "none of the items around item 1000 was received"
    with pytest.raises(DriftError, match="2000 items became 1800"):
        await rest_of(Pager(source, page_size=50, on_drift="raise").resume(first))


async def test_what_raised_for_an_end_that_is_gone_ends_when_it_goes_on() -> None:
    source = FakeSource(things(2000))
    pager = Pager(source, page_size=50, prefetch=0, on_drift="raise")
    first, _ = await pager.shards(2)
    source.ids[900:1100] = [f"new-{n}" for n in range(200)]
    part = pager.resume(first)
    got: list[str] = []

    with pytest.raises(
        DriftError, match="none of the items around item 1000 was received"
    ) as caught:
        async for item in part:
            got.append(item.id)
    got += [item.id async for page in part.pages(caught.value.page) for item in page]

    assert len(got) == 1200


async def test_the_seams_may_lie_in_a_list_that_shrinks_while_they_are_read() -> None:
    class Shrinking(FakeSource):
        def answer(self, number: int, size: int, ids_only: bool) -> Any:
            found = super().answer(number, size, ids_only)
            del self.ids[200:]
            return found

    source = Shrinking(things(1000))
    pager = Pager(source, page_size=50, prefetch=0)
    shards = await pager.shards(10)
    limited = await Pager(Shrinking(things(1000)), page_size=50, limit=600).shards(10)

    assert len(shards) == 2
    assert len(limited) == 1
    assert [*itertools.chain(*[await rest_of(pager.resume(s)) for s in shards])] == things(200)


async def test_shards_of_a_real_list_are_read_by_their_ids(
    emu: Emulator, scalr: ScalrClient
) -> None:
    emu.seed(workspaces=230)
    pager = scalr.workspaces.list(include=["environment"], page_size=20)
    emu.requests.clear()

    shards = await pager.shards(4)

    queries = [request.query for request in emu.requests]
    assert len(queries) == 4
    assert all(("fields[workspaces]", "") in query for query in queries)
    assert not any(name == "include" for query in queries for name, _ in query)
    parts = [await rest_of(pager.resume(shard)) for shard in shards]
    assert [*itertools.chain(*parts)] == await rest_of(pager)


@pytest.mark.parametrize("size", [7, 100])
@pytest.mark.parametrize("seed", range(12))
async def test_the_shards_of_a_shard_stay_inside_it_wherever_it_has_moved(
    size: int, seed: int
) -> None:
    """After any deletions and creations, before the list was cut and after it."""
    dice = random.Random(seed)
    source = FakeSource(things(dice.randrange(40, 900)))
    pager = Pager(source, page_size=size, prefetch=dice.choice([0, 8]))
    shards = await pager.shards(dice.randrange(2, 7))
    for index in dice.sample(range(len(source.ids)), dice.randrange(len(source.ids) // 3)):
        source.ids[index] = ""
    del source.ids[: dice.choice([0, dice.randrange(len(source.ids) // 3)])]
    source.ids[:] = [key for key in source.ids if key]
    source.ids[:0] = [f"new-{n}" for n in range(dice.choice([0, 0, 9, 300]))]
    source.ids += [f"newest-{n}" for n in range(dice.choice([0, 0, 9, 300]))]

    for shard in shards:
        whole = pager.resume(shard)
        parts = [await rest_of(pager.resume(part)) for part in await whole.shards(3)]

        assert [*itertools.chain(*parts)] == await rest_of(whole)
        assert all(parts) or not any(parts)
        if not any(event.detail.startswith("none of") for event in whole.report.events):
            step = size if sum(map(len, parts)) >= 3 * size else 1
            assert max(map(len, parts)) - min(map(len, parts)) <= 2 * step


async def test_a_part_whose_place_is_gone_is_divided_where_it_was() -> None:
    source = FakeSource(things(400))
    pager = Pager(source, page_size=50, prefetch=0)
    _, second = await pager.shards(2)
    source.ids[100:300] = [f"new-{n}" for n in range(200)]

    parts = [await rest_of(pager.resume(part)) for part in await pager.resume(second).shards(2)]

    assert [len(part) for part in parts] == [100, 100]
    assert [*itertools.chain(*parts)] == await rest_of(pager.resume(second))
