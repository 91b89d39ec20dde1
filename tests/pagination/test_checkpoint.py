"""A checkpoint: what comes before it and after it is a single walk, in whichever process."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import pickle
import sys
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scalr_async import Config, DriftError, InvalidArgumentError, ScalrClient, ServerError
from scalr_async.emulator import Emulator
from scalr_async.pagination import Pager
from scalr_async.pagination._checkpoint import Checkpoint, Place, _digest
from scalr_async.telemetry import PageEvent, Telemetry
from tests.pagination.model import FakeSource, Numbers, server_error, things
from tests.pagination.test_laws import EXAMPLES, Change, Server, echo, honest, key, silent

MODES = ("ignore", "report", "raise", "verify")


async def taken(pager: Pager[Any], most: int) -> list[str]:
    """Walk over the first items and leave."""
    got: list[str] = []
    if most:
        async for item in pager:
            got.append(key(item))
            if len(got) == most:
                break
    return got


async def at(pager: Pager[Any], most: int) -> str:
    """Return the checkpoint after so many items."""
    await taken(pager, most)
    return pager.checkpoint()


async def rest_of(pager: Pager[Any]) -> list[str]:
    return [key(item) async for item in pager]


def kinds(count: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    names = things(count)
    yield "ids", lambda: FakeSource([*names])
    yield "no totals", lambda: Server([*names], says=silent)
    yield "small pages", lambda: Server([*names], says=honest, cap=2)
    yield "small pages, no totals", lambda: Server([*names], says=silent, cap=2)
    yield "one answer", lambda: FakeSource([*names], paginated=False)
    yield "values", lambda: Server(["x", "y", "x", *names][:count], says=honest, keyless=True)
    yield "order may change", lambda: FakeSource([*names], stable=False)


CASES = [(f"{kind}-{count}", make) for count in (0, 1, 7) for kind, make in kinds(count)]


@pytest.mark.unmeasured
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in CASES])
async def test_the_parts_of_a_list_that_stands_still_are_a_single_walk(
    make: Callable[[], Any], mode: Any
) -> None:
    """For each cut, page size, read-ahead and limit: the same items, and nothing to report."""
    is_unverifiable = mode == "verify" and getattr(make(), "keyless", False)
    for size, prefetch, limit in itertools.product((1, 3, 100), (0, 3), (None, 4, 9)):
        options: dict[str, Any] = {"page_size": size, "prefetch": prefetch, "limit": limit}
        single = Pager(make(), on_drift=mode, **options)
        whole = await rest_of(single)
        for cut in range(len(whole) + 1):
            first = Pager(make(), on_drift=mode, **options)
            got = await taken(first, cut)
            second = Pager(make(), on_drift=mode, **options).resume(first.checkpoint())

            rest = await rest_of(second)

            assert got + rest == whole, (options, cut)
            assert single.report or not second.report or is_unverifiable, (options, cut)
            assert Checkpoint.read(second.checkpoint(), second.source).items == len(whole)


async def test_the_page_at_hand_of_a_walk_over_pages_counts_as_a_whole() -> None:
    pager = Pager(FakeSource(things(25)), page_size=10)
    async for page in pager.pages():
        if page.number == 2:
            break

    rest = [
        (page.number, [item.id for item in page])
        async for page in Pager(FakeSource(things(25))).resume(pager.checkpoint()).pages()
    ]

    assert rest == [(1, things(25)[20:])]


@pytest.mark.parametrize("size", [1, 2, 7, 10, 100])
async def test_another_page_size_goes_on_at_the_same_item(size: int) -> None:
    for cut in range(26):
        pager = Pager(FakeSource(things(25)), page_size=10)
        got = await taken(pager, cut)

        second = Pager(FakeSource(things(25)), page_size=size).resume(pager.checkpoint())

        assert got + await rest_of(second) == things(25)
        assert not second.report


async def test_going_on_costs_one_page_that_came_already_at_most() -> None:
    source = FakeSource(things(300))
    pager = Pager(source, page_size=100, prefetch=0)
    await taken(pager, 200)
    source.requests.clear()

    await rest_of(Pager(source, page_size=100, prefetch=0).resume(pager.checkpoint()))

    assert source.requests == [(2, 100, False), (3, 100, False)]


async def test_a_checkpoint_can_be_taken_at_any_item_and_of_what_goes_on_from_one() -> None:
    """Walked over in parts of three, by pagers that know nothing of each other."""
    for size, limit in itertools.product((1, 2, 5, 100), (None, 17)):
        got: list[str] = []
        token = Pager(FakeSource(things(20)), page_size=size, limit=limit).checkpoint()
        for _ in range(8):
            pager = Pager(FakeSource(things(20)), page_size=size, limit=limit).resume(token)
            got += await taken(pager, 3)
            token = pager.checkpoint()

        assert got == things(20)[:limit]


async def test_a_limit_counts_what_came_before_in_the_same_process_too() -> None:
    pager = Pager(FakeSource(things(20)), limit=10)
    got = await taken(pager, 4)
    second = pager.resume(pager.checkpoint())
    got += await taken(second, 3)
    third = second.resume(second.checkpoint())

    assert got + await rest_of(third) == things(10)
    assert await rest_of(third.resume(third.checkpoint())) == []


async def test_a_walk_that_failed_or_never_began_has_a_checkpoint() -> None:
    source = FakeSource(things(40), failing={3: server_error()})
    pager = Pager(source, page_size=10, prefetch=2)
    never = pager.checkpoint()
    got: list[str] = []
    with pytest.raises(ServerError):
        async for item in pager:
            got.append(item.id)
    token = pager.checkpoint()
    source.failing.clear()

    assert got + await rest_of(pager.resume(token)) == things(40)
    assert await rest_of(pager.resume(never)) == things(40)


async def test_pages_from_a_number_on_have_a_checkpoint() -> None:
    pager = Pager(FakeSource(things(40)), page_size=10)
    walk = pager.pages(start=3)
    before = pager.checkpoint()
    await anext(walk)
    await walk.aclose()

    assert await rest_of(pager.resume(before)) == things(40)
    assert await rest_of(pager.resume(pager.checkpoint())) == things(40)[30:]


async def test_pages_that_fail_before_the_first_one_came_begin_where_they_were_to() -> None:
    source = FakeSource(things(40), failing={3: server_error()})
    pager = Pager(source, page_size=10)
    with pytest.raises(ServerError):
        await anext(pager.pages(start=3))

    source.failing.clear()

    assert await rest_of(pager.resume(pager.checkpoint())) == things(40)[20:]


async def test_a_resumed_list_is_a_list_like_any_other() -> None:
    pager = Pager(FakeSource(things(25)), page_size=10)
    await taken(pager, 13)
    rest = pager.resume(pager.checkpoint())

    assert [item.id for item in await rest] == things(25)[13:20]
    assert (await rest.first()).id == "thing-13"
    assert await rest.count() == 12
    assert await rest_of(rest) == things(25)[13:] == await rest_of(rest)
    assert [item.id for item in await rest.collect(limit=2)] == things(25)[13:15]
    with pytest.raises(Exception, match="12 items in this list, not one"):
        await rest.one()
    assert await rest_of(rest.whole()) == things(25)


async def test_what_goes_on_and_fails_goes_on_by_its_page_number() -> None:
    source = FakeSource(things(40))
    pager = Pager(source, page_size=10)
    got = await taken(pager, 13)
    rest = pager.resume(pager.checkpoint())
    for failing in (2, 3, 4):
        source.failing = {failing: server_error()}
        with pytest.raises(ServerError) as caught:
            async for page in rest.pages(1 if failing == 2 else failing - 1):
                got += [item.id for item in page]
        assert caught.value.page == failing
    source.failing = {}

    got += [item.id async for page in rest.pages(4) for item in page]

    assert got == things(40)


@pytest.mark.parametrize("cut", [10, 20])
async def test_a_page_of_which_all_items_came_is_read_but_not_handed_out(cut: int) -> None:
    """Not counted and no event; a checkpoint and an error before the next page know it."""
    events: list[Any] = []
    source = FakeSource(things(40), telemetry=Telemetry(events.append))
    pager = Pager(source, page_size=10, prefetch=0)
    token = await at(pager, cut)
    rest, before = pager.resume(token), cut // 10
    source.failing = {before + 1: server_error()}
    with pytest.raises(ServerError) as caught:
        await rest
    source.failing = {}
    events.clear()

    again = [page async for page in rest.pages(caught.value.page)]
    assert caught.value.page == before + 1
    assert [page.number for page in again] == [*range(before + 1, 5)]
    source.requests.clear()

    pages = [page async for page in rest.pages()]
    assert [number for number, _, _ in source.requests] == [*range(before, 5)]
    assert [page.items for page in pages] == [page.items for page in again]
    numbers = [event.number for event in events if isinstance(event, PageEvent)]
    assert numbers == 2 * [page.number for page in pages]
    assert rest.report.pages == len(pages)


async def test_a_walk_that_fails_behind_its_place_has_that_place_as_its_checkpoint() -> None:
    source = FakeSource(things(40), failing={3: server_error()})
    pager = Pager(source, page_size=10, prefetch=0)
    rest = pager.resume(await at(pager, 20))
    with pytest.raises(ServerError):
        await rest
    source.failing = {}

    assert await rest_of(pager.resume(rest.checkpoint())) == things(40)[20:]


@pytest.mark.parametrize("says", [honest, silent])
async def test_a_rest_without_items_is_one_empty_page_as_an_empty_list_is(says: Any) -> None:
    empty = Pager(Server([], says=says), page_size=10)
    pager = Pager(Server(things(40), says=says), page_size=10)
    rest = pager.resume(await at(pager, 40))

    assert [len(page) async for page in empty.pages()] == [0]
    assert [len(page) async for page in rest.pages()] == [0]
    assert len(await rest) == 0


async def test_a_place_that_moved_to_the_end_of_a_page_is_reported_with_that_page() -> None:
    source = FakeSource(things(50))
    pager = Pager(source, page_size=10)
    token = await at(pager, 20)
    source.ids = [*things(50)[10:], *(f"new-{n}" for n in range(10))]

    rest = pager.resume(token)

    assert [page.number async for page in rest.pages()] == [2, 3, 4, 5]
    assert [(event.kind, event.page) for event in rest.report.events] == [("moved", 1)]
    with pytest.raises(DriftError, match="is now item 10") as caught:
        await Pager(source, page_size=10, on_drift="raise").resume(token)
    assert caught.value.page == 1


async def test_behind_a_page_of_which_all_items_came_one_page_is_read_ahead() -> None:
    """As from the start of a list, where many loops end on the first page."""

    async def later(number: int) -> None:
        await asyncio.sleep(0)

    source = FakeSource(things(400), delay=later)
    pager = Pager(source, page_size=10, prefetch=64)
    token = await at(pager, 20)
    source.requests.clear()
    walk = aiter(pager.resume(token))

    assert (await anext(walk)).id == "thing-20"
    for _ in range(5):
        await asyncio.sleep(0)
    assert [number for number, _, _ in source.requests] == [2, 3, 4]
    await walk.aclose()


# What others did in between.


@pytest.mark.unmeasured
@pytest.mark.parametrize("size", [1, 3, 10, 100])
@pytest.mark.parametrize("created", [0, 1, 9, 150, 1000])
@pytest.mark.parametrize("deleted", [0, 1, 9, 150, 1000])
async def test_a_list_that_moved_meanwhile_goes_on_behind_the_last_item(
    size: int, created: int, deleted: int
) -> None:
    """Creates and deletes before the place, thousands even."""
    source = FakeSource(things(1300))
    pager = Pager(source, page_size=size, prefetch=0)
    got = await taken(pager, 1205)
    source.ids[:deleted] = []
    source.ids[:0] = [f"new-{n}" for n in range(created)]

    rest = Pager(source, page_size=size, prefetch=0).resume(pager.checkpoint())

    assert got + await rest_of(rest) == things(1300)
    assert ("moved" in rest.report.counts) == (created != deleted)


async def test_the_newest_items_may_be_deleted() -> None:
    for deleted in range(1, 200, 7):
        source = FakeSource(things(400))
        pager = Pager(source, page_size=50, prefetch=0)
        await taken(pager, 230)
        del source.ids[230 - deleted : 230]

        rest = pager.resume(pager.checkpoint())

        assert await rest_of(rest) == things(400)[230:]
        assert rest.report.counts["moved"]


async def test_a_place_that_is_gone_altogether_is_said_and_the_number_counts() -> None:
    source = FakeSource(things(600))
    pager = Pager(source, page_size=50, prefetch=0)
    await taken(pager, 230)
    del source.ids[:300]
    token = pager.checkpoint()
    source.requests.clear()

    rest = Pager(source, page_size=50, prefetch=0).resume(token)

    assert await rest_of(rest) == things(600)[530:]
    assert [event.detail for event in rest.report.events] == [
        "none of the items around item 230, the last one handed out, is left",
        "600 items became 300",
    ]
    assert len(source.requests) < 80
    with pytest.raises(DriftError, match="none of the items around item 230") as caught:
        await rest_of(Pager(source, page_size=50, on_drift="raise").resume(token))
    assert caught.value.page == 5


async def test_where_all_that_came_is_known_nothing_is_missed_though_all_of_it_is_gone() -> None:
    for cut in (1, 30, 199):
        source = FakeSource(things(400))
        pager = Pager(source, page_size=50, prefetch=0)
        await taken(pager, cut)
        del source.ids[:cut]

        assert await rest_of(pager.resume(pager.checkpoint())) == things(400)[cut:]


async def test_what_moved_raises_once_where_that_is_wanted() -> None:
    source = FakeSource(things(40))
    pager = Pager(source, page_size=10, on_drift="raise")
    got = await taken(pager, 15)
    source.ids.pop(0)
    source.ids.append("thing-40")
    rest = pager.resume(pager.checkpoint())

    with pytest.raises(
        DriftError, match="item 15, the last one handed out, is now item 14"
    ) as caught:
        await rest_of(rest)
    got += [item.id async for page in rest.pages(caught.value.page) for item in page]

    assert got == things(41)


places = st.integers(0, 20)
some_changes = st.lists(
    st.lists(st.tuples(st.sampled_from(["create", "delete"]), places, places), max_size=3),
    max_size=14,
)


@settings(max_examples=EXAMPLES)
@given(
    count=st.integers(0, 20),
    size=st.integers(1, 8),
    cap=st.sampled_from([2, 3, 100]),
    cuts=st.lists(st.integers(0, 6), min_size=1, max_size=4),
    between=some_changes,
    changes=some_changes,
    mode=st.sampled_from(["ignore", "report", "verify"]),
    prefetch=st.sampled_from([0, 3]),
)
@example(3, 1, 2, [1, 1], [[("delete", 0, 0)], []], [], "ignore", 0)
@example(2, 1, 2, [1], [[("create", 0, 0), ("create", 0, 0)]], [], "ignore", 0)
@example(3, 1, 2, [1, 1], [[("delete", 0, 0)], []], [[], [("delete", 0, 0)]], "verify", 0)
@example(5, 3, 3, [1, 3], [], [[], [], [("delete", 0, 0)], [("delete", 0, 0)]], "verify", 0)
@example(
    9,
    4,
    100,
    [3, 6, 1],
    [[("delete", 0, 0)], [("create", 0, 0), ("create", 2, 0), ("create", 2, 0)]],
    [],
    "ignore",
    0,
)
async def test_parts_of_a_list_that_changes_are_as_good_as_one_walk(
    count: int,
    size: int,
    cap: int,
    cuts: list[int],
    between: list[list[Change]],
    changes: list[list[Change]],
    mode: Any,
    prefetch: int,
) -> None:
    """No id twice; without changes while a part is read nothing is missing either."""
    server = Server(things(count), says=honest, cap=cap, changes=changes)
    options: dict[str, Any] = {"page_size": size, "prefetch": prefetch, "on_drift": mode}
    got: list[str] = []
    pager = Pager(server, **options)
    quiet = not any(changes)
    for cut in [*cuts, None]:
        pager = Pager(server, **options).resume(pager.checkpoint())
        got += await rest_of(pager) if cut is None else await taken(pager, cut)
        for change in between.pop() if between else []:
            server.change(*change)

    assert len(got) == len(set(got))
    assert set(got) <= server.ever
    if quiet:
        assert server.lasting <= set(got)
    if pager.report.verified:
        assert server.lasting <= set(got)


@pytest.mark.parametrize("size", [10, 100])
@pytest.mark.parametrize("moved", [-8000, -4000, 4000, 15_000])
async def test_a_list_that_moved_far_goes_on_behind_the_last_item(size: int, moved: int) -> None:
    """By the total it is found in few requests, however far that is."""
    source = FakeSource(things(10_000))
    pager = Pager(source, page_size=size, prefetch=0)
    await taken(pager, 9005)
    if moved < 0:
        del source.ids[:-moved]
    else:
        source.ids[:0] = [f"new-{n}" for n in range(moved)]
    token = pager.checkpoint()
    source.requests.clear()

    rest = Pager(source, page_size=size, prefetch=0).resume(token)

    assert await taken(rest, 5) == things(10_000)[9005:9010]
    assert len(source.requests) <= 6


@pytest.mark.parametrize("size", [10, 100])
@pytest.mark.parametrize("moves", [1, 2])
async def test_a_place_that_moves_on_while_it_is_looked_for_is_found(size: int, moves: int) -> None:
    """The page that was found is read once more, and may show what stood behind it by then."""
    for came in range(900, 911):
        source = FakeSource(things(3000))
        pager = Pager(source, page_size=size, prefetch=0)
        await taken(pager, came)
        source.ids[:0] = [f"new-{n}" for n in range(1000)]
        rest = pager.resume(pager.checkpoint())
        source.requests.clear()
        full: list[int] = []

        async def move(_: int) -> None:
            if not source.requests[-1][2]:
                full.append(1)
                if 1 < len(full) <= 1 + moves:
                    del source.ids[:7]

        source.delay = move

        assert await taken(rest, 1) == [f"thing-{came}"]


async def test_a_place_far_from_where_the_total_speaks_for_is_found_too() -> None:
    source = FakeSource(things(6000))
    pager = Pager(source, page_size=100, prefetch=0)
    await taken(pager, 5000)
    source.ids[:0] = [f"new-{n}" for n in range(3000)]
    source.ids[-500:] = [f"new-end-{n}" for n in range(3500)]

    rest = pager.resume(pager.checkpoint())

    assert await rest_of(rest) == [*things(5500)[5000:], *(f"new-end-{n}" for n in range(3500))]


def sizeless(number: int, size: int, true: int, total: int) -> Numbers:
    """Say the truth, but not how many items a page has."""
    return attrs.evolve(honest(number, size, true, total), page_size=None)


def only_total(number: int, size: int, true: int, total: int) -> Numbers:
    return Numbers(total_count=total)


@pytest.mark.unmeasured
@settings(max_examples=2 * EXAMPLES)
@given(
    count=st.integers(0, 25),
    says=st.sampled_from([honest, echo, silent, sizeless, only_total]),
    cap=st.sampled_from([2, 3, 100]),
    size=st.integers(1, 8),
    cuts=st.lists(st.integers(0, 6), min_size=1, max_size=4),
    between=some_changes,
)
@example(11, silent, 3, 4, [6, 1], [[("create", 0, 0)] * 6, []])
@example(3, honest, 2, 1, [1, 1], [[("delete", 1, 0), ("delete", 1, 0)], [("create", 0, 0)]])
async def test_parts_lose_and_double_nothing_whatever_is_said_of_pages(
    count: int,
    says: Any,
    cap: int,
    size: int,
    cuts: list[int],
    between: list[list[Change]],
) -> None:
    """A page may have fewer items than are asked for; where all that came is deleted it is told."""
    server = Server(things(count), says=says, cap=cap)
    got: list[str] = []
    is_told = False
    pager = Pager(server, page_size=size, prefetch=0)
    for cut in [*cuts, None]:
        pager = Pager(server, page_size=size, prefetch=0).resume(pager.checkpoint())
        was_left = not {*got}.isdisjoint(server.names)
        got += await rest_of(pager) if cut is None else await taken(pager, cut)
        told = [event.detail for event in pager.report.events]
        lost = any("none of the items around" in detail for detail in told)
        assert not (was_left and lost)
        is_told |= lost
        for change in between.pop() if between else []:
            server.change(*change)

    assert len(got) == len(set(got))
    assert is_told or server.lasting <= set(got)


async def test_under_an_order_that_may_change_what_is_not_known_to_have_come_comes() -> None:
    source = FakeSource(things(30), stable=False)
    pager = Pager(source, page_size=10, prefetch=0)
    got = await taken(pager, 15)
    last = source.ids.pop(14)
    source.ids.insert(18, last)  # it was renamed

    rest = pager.resume(pager.checkpoint())

    assert got + await rest_of(rest) == things(30)


# What a checkpoint is.


async def token_of(source: FakeSource, most: int = 7) -> str:
    pager = Pager(source, page_size=5)
    await taken(pager, most)
    return pager.checkpoint()


async def test_a_checkpoint_is_one_word_that_any_format_can_hold() -> None:
    token = await token_of(FakeSource(things(3000)), 2900)

    assert type(token) is str
    assert set(token) <= {*"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-="}
    assert json.loads(json.dumps(token)) == pickle.loads(pickle.dumps(token)) == token
    assert len(token) < 4500


async def test_a_checkpoint_that_was_tampered_with_is_refused_before_any_request() -> None:
    source = FakeSource(things(20))
    token = await token_of(source)
    source.requests.clear()
    wrong = [
        *(
            token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :]
            for n in range(len(token))
        ),
        *(token[:n] for n in range(len(token))),
        *("", "x", "scalr1", "scalr1..", f"{token}=", f"{token}\n", "\ud800", "é" * 9),
        *(None, 7, 7.5, b"x", token.encode(), ["x"], {}, object()),
    ]

    for one in wrong:
        with pytest.raises(ValueError, match=r"^checkpoint=.*: not made by checkpoint\(\)$"):
            Pager(source).resume(one)
    assert source.requests == []


def made(**changed: Any) -> str:
    """Return a token of any content that carries the right digest."""
    content = {
        "path": "/things",
        "query": _digest(""),
        "begin": {"offset": 3, "before": [], "after": [], "total": 5, "cap": None},
        "end": None,
        "items": 3,
    }
    content |= changed
    body = base64.urlsafe_b64encode(json.dumps(content).encode()).decode()
    return f"scalr1.{_digest(body)}.{body}"


@pytest.mark.parametrize(
    "changed",
    [
        *({"items": value} for value in (-1, 1.5, "3", None, 10**13, True)),
        *({"total": value} for value in (-1, "x", [], 10**400)),
        *({"path": value} for value in (None, 3, [])),
        *({"begin": value} for value in (None, {}, {"offset": -1}, {"before": [3]}, {"x": 1}, 3)),
        *({"begin": {"total": value}} for value in (-1, "x", [], 10**400)),
        *({"begin": {"cap": value}} for value in (0, -1, "x", [], 101, 10**400)),
        *({"end": value} for value in (3, {"offset": "x"}, {"after": "abc"})),
        {"more": 1},
    ],
    ids=str,
)
async def test_a_forged_checkpoint_is_refused_or_walks_over_what_there_is(
    changed: dict[str, Any],
) -> None:
    """Whoever knows the digest gets no further: each value is checked."""
    source = FakeSource(things(5))
    if changed == {"begin": {}}:
        assert await rest_of(Pager(source).resume(made(**changed))) == things(5)
        return
    with pytest.raises(InvalidArgumentError, match="not made by checkpoint"):
        Pager(source).resume(made(**changed))
    assert await rest_of(Pager(source).resume(made())) == things(5)[3:]


@pytest.mark.parametrize("text", ["[" * 100_000, "nul", "\ud800", '{"path": "\ud800"}'])
async def test_a_digest_of_nonsense_is_nonsense(text: str) -> None:
    body = base64.urlsafe_b64encode(text.encode(errors="surrogatepass")).decode()

    with pytest.raises(InvalidArgumentError, match="not made by checkpoint"):
        Pager(FakeSource()).resume(f"scalr1.{_digest(body)}.{body}")


async def test_a_checkpoint_of_another_list_is_refused_by_name() -> None:
    token = await token_of(FakeSource(things(20)))

    with pytest.raises(InvalidArgumentError, match=r"belongs to the list /things, not /others$"):
        Pager(FakeSource(path="/others")).resume(token)
    with pytest.raises(InvalidArgumentError, match="belongs to /things with other options"):
        Pager(FakeSource(query_text="filter[name]=x")).resume(token)


async def test_ids_that_no_utf8_can_hold_are_kept() -> None:
    names = [f"\ud800{n}" for n in range(20)]
    pager = Pager(FakeSource([*names]), page_size=5)
    got = await taken(pager, 7)

    assert got + await rest_of(pager.resume(pager.checkpoint())) == names


def test_a_place_finds_itself_by_what_is_left_of_its_neighbors() -> None:
    place = Place(offset=3, before=["a", "b", "c"], after=["d", "e"])

    assert [place.find(ids) for ids in (["a", "b"], ["c", "d"], ["x", "d"], ["e"], ["x"], [])] == [
        (2, 1),
        (1, 0),
        (1, 0),
        (0, -1),
        None,
        None,
    ]
    assert [place.stop(ids) for ids in (["b", "c", "d"], ["b", "x", "d"], ["b", "x"])] == [
        *(2, 2, None)
    ]


# On the wire.


async def test_the_options_of_a_list_are_its_own_whatever_their_order(
    emu: Emulator, scalr: ScalrClient
) -> None:
    emu.seed(environments=2, workspaces=30)
    env = next(iter(emu.store.all("environments"))).id
    pager = scalr.workspaces.list(environment=env, include=["tags", "environment"], page_size=5)
    got = await taken(pager, 7)
    token = pager.checkpoint()
    emu.requests.clear()

    for other in (
        scalr.workspaces.list(),
        scalr.workspaces.list(environment="env-other", include=["tags", "environment"]),
        scalr.environments.list(),
    ):
        with pytest.raises(InvalidArgumentError, match="checkpoint: belongs to"):
            other.resume(token)
    assert not emu.requests
    same = scalr.workspaces.list(include=["tags", "environment"], environment=env, page_size=100)
    assert got + await rest_of(same.resume(token)) == await rest_of(same)


async def test_a_checkpoint_holds_no_secret(emu: Emulator) -> None:
    emu.seed(workspaces=30)
    config = Config(host=emu.url, token=emu.token)
    async with ScalrClient(config=config) as scalr:
        pager = scalr.workspaces.list(query="canary-of-a-filter", page_size=5)
        await pager
        token = pager.checkpoint()

    told = base64.urlsafe_b64decode(token.rpartition(".")[2]).decode()
    for secret in ("canary-of-a-filter", emu.token, emu.url):
        assert secret not in token
        assert secret not in told


ELSEWHERE = """
import asyncio, sys
from scalr_async import Config, ScalrClient

async def main():
    url, secret, checkpoint = sys.argv[1:]
    async with ScalrClient(config=Config(host=url, token=secret)) as scalr:
        async for workspace in scalr.workspaces.list(page_size=20).resume(checkpoint):
            print(workspace.id)

asyncio.run(main())
"""


async def test_another_process_goes_on(emu: Emulator, scalr: ScalrClient) -> None:
    emu.seed(workspaces=90)
    pager = scalr.workspaces.list(page_size=20)
    got = await taken(pager, 33)

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", ELSEWHERE, emu.url, emu.token, pager.checkpoint()),
        stdout=asyncio.subprocess.PIPE,
    )
    rest, _ = await process.communicate()

    assert got + rest.decode().split() == await rest_of(scalr.workspaces.list())
