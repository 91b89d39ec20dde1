"""What holds of every walk, whatever the server says, serves and changes in between.

A model of a server: what a page shows is a run of the list as it is at that moment, at most as
many items as the server makes its pages, whatever was asked. What it says of the list may be true,
left out, or any number; pages may be held back. Others create, delete and rename between any two
answers, in an order that stands or one that follows the names.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from scalr_async import DriftError, ServerError
from scalr_async.pagination import PageAnswer, Pager
from scalr_async.pagination._answer import Undecoded
from scalr_async.telemetry import Telemetry
from tests.pagination.model import ORIGIN, Item, Numbers, server_error, undecoded

Change = tuple[str, int, int]
EXAMPLES = int(os.environ.get("SCALR_EXAMPLES", "150"))
MODES = ("ignore", "report", "raise", "verify")


@attrs.frozen
class Row:
    """An item without an id."""

    value: str


@attrs.define
class Server:
    """Serves the list, says what `says` makes of the truth, and lets `changes` happen."""

    names: list[str]
    """The ids, in the order of the list."""
    cap: int = 100
    heeds_size: bool = True
    says: Callable[[int, int, int, int], Numbers | None] = lambda *_: None
    links: str = "none"
    holes: frozenset[int] = frozenset()
    """Numbers of pages that are held back: served empty, although the server says there is more."""
    keyless: bool = False
    changes: list[list[Change]] = attrs.field(factory=list)
    """What happens before each answer."""
    failing: dict[int, int] = attrs.field(factory=dict)
    """How often the request of that index fails."""
    path: str = "/things"
    filters: str = ""
    query_text: str = ""
    hints: tuple[tuple[str, str], ...] = ()
    telemetry: Telemetry = attrs.field(factory=Telemetry)
    paginated: bool = True
    sparse: bool = True
    stable: bool = True
    requests: list[tuple[int, int]] = attrs.field(factory=list)
    ever: set[str] = attrs.field(factory=set)
    lasting: set[str] = attrs.field(factory=set)
    totals: list[int] = attrs.field(factory=list)
    created: int = 0
    believable_end: bool = False
    """Whether the newest answer said, without contradiction, that the list ends with it."""

    def __attrs_post_init__(self) -> None:
        self.ever, self.lasting = set(self.names), set(self.names)

    def time_for(self, requests: int) -> None:
        return None

    def identities(self) -> None:
        return None

    async def fetch(
        self, number: int, size: int, *, identities: Any = None, ids_only: bool = False
    ) -> Undecoded[Any]:
        self.requests.append((number, size))
        await asyncio.sleep(0)
        if self.failing.get(len(self.requests), 0):
            raise server_error()
        if self.changes:
            for change in self.changes.pop(0):
                self.change(*change)
        return undecoded(self.answer(number, size, ids_only))

    def change(self, kind: str, place: int, other: int) -> None:
        if kind == "create":
            self.created += 1
            self.names.insert(place % (len(self.names) + 1), f"new-{self.created}")
            self.ever.add(f"new-{self.created}")
        elif self.names and kind == "delete":
            self.lasting.discard(self.names.pop(place % len(self.names)))
        elif self.names and kind == "rename":
            moved = self.names.pop(place % len(self.names))
            self.names.insert(other % (len(self.names) + 1), moved)

    def answer(self, number: int, size: int, ids_only: bool) -> PageAnswer[Any]:
        true = min(size, self.cap) if self.heeds_size else self.cap
        ids = self.names[(number - 1) * true : number * true]
        total, more = len(self.names), number * true < len(self.names)
        self.totals.append(total)
        if number in self.holes and (more or self.says in (honest, echo)):
            ids = []  # the last page without a word would be the end of the list
        items = tuple([Row(key) if self.keyless else Item(key, not ids_only) for key in ids])
        said = self.says(number, size, true, total)
        links = {"none": None, "null": {"next": None}, "always": {"next": link(number + 1)}}.get(
            self.links, {"next": link(number + 1) if more else None}
        )
        made = PageAnswer.of(items, said, links, number=number, size=size, origin=ORIGIN)
        self.believable_end = (
            made.has_totals
            and not made.inconsistent
            and made.total_count == (number - 1) * made.size + len(ids)
            and not made.links_to_later_page()
        )
        return made


def link(number: int) -> str:
    return f"/api/iacp/v3/things?page%5Bnumber%5D={number}"


def honest(number: int, size: int, true: int, total: int) -> Numbers:
    """Say the truth."""
    pages = max(1, -(-total // true))
    return Numbers(current_page=number, page_size=true, total_pages=pages, total_count=total)


def echo(number: int, size: int, true: int, total: int) -> Numbers:
    """Say the truth, but take the page size for the one that was asked for."""
    return honest(number, size, size, total)


def silent(*_: int) -> None:
    """Say nothing."""


def frozen_total(number: int, size: int, true: int, total: int, *, told: int) -> Numbers:
    """Take the list for one of so many items, and be consistent about it."""
    return honest(number, size, size, told)


numbers = st.none() | st.integers(0, 14) | st.sampled_from([10**12, -1])


@st.composite
def sayings(draw: st.DrawFn) -> Callable[[int, int, int, int], Numbers | None]:
    kind = draw(st.sampled_from(["honest", "echo", "silent", "total", "fields", "any"]))
    if kind in ("honest", "echo", "silent"):
        return {"honest": honest, "echo": echo, "silent": silent}[kind]
    if kind == "total":
        told = draw(st.integers(0, 14))
        return lambda *facts: frozen_total(*facts, told=told)
    wrong = draw(
        st.dictionaries(
            st.sampled_from(["current_page", "page_size", "total_pages", "total_count"]),
            numbers,
            min_size=1,
        )
    )
    if kind == "fields":
        return lambda *facts: attrs.evolve(honest(*facts), **wrong)
    truth = draw(st.lists(st.booleans(), min_size=1, max_size=6))

    def any_of(number: int, *facts: int) -> Numbers | None:
        said = honest(number, *facts)
        return said if truth[number % len(truth)] else attrs.evolve(said, **wrong)

    return any_of


places = st.integers(0, 20)
changes_of = {
    kinds: st.lists(
        st.lists(st.tuples(st.sampled_from(kinds), places, places), max_size=3), max_size=14
    )
    for kinds in [("create", "delete"), ("create", "delete", "rename")]
}


@st.composite
def servers(draw: st.DrawFn, *, changing: bool = True, holes: bool = True) -> Server:
    stable = draw(st.booleans())
    kinds = ("create", "delete") if stable else ("create", "delete", "rename")
    says, links = draw(sayings()), draw(st.sampled_from(["none", "null", "honest", "always"]))
    if not holes or not (says in (honest, echo) or links in ("honest", "always")):
        held_back: frozenset[int] = frozenset()  # an empty page without a word is the end
    else:
        held_back = draw(st.frozensets(st.integers(1, 5), max_size=2))
    return Server(
        names=[f"thing-{index}" for index in range(draw(st.integers(0, 14)))],
        cap=draw(st.integers(1, 8) | st.just(100)),
        heeds_size=draw(st.sampled_from([True, True, True, False])),
        says=says,
        links=links,
        holes=held_back,
        keyless=draw(st.sampled_from([False, False, False, True])),
        changes=draw(changes_of[kinds]) if changing else [],
        sparse=draw(st.booleans()),
        stable=stable,
    )


walks = st.fixed_dictionaries(
    {"page_size": st.integers(1, 8) | st.just(100), "prefetch": st.sampled_from([0, 1, 4])}
)


def key(item: Any) -> str:
    return item.value if isinstance(item, Row) else item.id


async def walked(server: Server, pager: Pager[Any]) -> tuple[list[str], bool]:
    """Return what a walk handed out, and whether it raised `DriftError`."""
    got: list[str] = []
    try:
        async with asyncio.timeout(20):
            async for item in pager:
                got.append(key(item))
    except DriftError:
        return got, True
    return got, False


def most_requests(server: Server, pager: Pager[Any]) -> int:
    return 60 * (len(server.ever) + 10)


@settings(max_examples=EXAMPLES)
@given(server=servers(), options=walks, mode=st.sampled_from(MODES))
async def test_a_walk_ends_and_hands_out_no_id_twice(
    server: Server, options: dict[str, int], mode: Any
) -> None:
    pager = Pager(server, on_drift=mode, **options)

    got, _ = await walked(server, pager)

    assert server.keyless or len(got) == len(set(got))
    assert set(got) <= server.ever
    assert pager.report.items == len(got)
    assert len(server.requests) <= most_requests(server, pager)


@settings(max_examples=EXAMPLES)
@given(server=servers(), options=walks)
async def test_what_is_called_verified_lacks_nothing_that_existed_throughout(
    server: Server, options: dict[str, int]
) -> None:
    pager = Pager(server, on_drift="verify", **options)

    got, _ = await walked(server, pager)

    event(f"verified: {pager.report.verified}")
    assert pager.report.verified in (True, False)
    assert (pager.report.doubt is None) == pager.report.verified
    if pager.report.verified:
        assert server.lasting <= set(got)


@settings(max_examples=EXAMPLES)
@given(server=servers(changing=False), options=walks, mode=st.sampled_from(["report", "raise"]))
async def test_a_list_that_stands_still_is_handed_out_whole_or_what_is_wrong_is_said(
    server: Server, options: dict[str, int], mode: Any
) -> None:
    pager = Pager(server, on_drift=mode, **options)

    got, raised = await walked(server, pager)

    if raised or pager.report:
        return
    if not server.keyless:
        assert len(got) == len(set(got))
    assert server.lasting <= set(got) or server.believable_end


@settings(max_examples=EXAMPLES)
@given(server=servers(), options=walks)
async def test_a_list_that_changes_is_handed_out_whole_or_what_changed_is_said(
    server: Server, options: dict[str, int]
) -> None:
    """Unless creates and deletes cancel out between two pages, or no totals are told."""
    pager = Pager(server, **options)

    got, _ = await walked(server, pager)

    if not pager.report and not server.lasting <= set(got):
        cancels_out = len(set(server.totals)) == 1 < len(server.totals)
        assert server.believable_end or cancels_out or server.says is silent


@settings(max_examples=EXAMPLES)
@given(server=servers(changing=False), options=walks, start=st.integers(1, 6), data=st.data())
async def test_pages_from_any_number_on_are_the_same_with_and_without_a_limit(
    server: Server, options: dict[str, int], start: int, data: st.DataObject
) -> None:
    limit = data.draw(st.integers(0, 16))

    async def handed_out(**more: int) -> list[tuple[int, list[str]]]:
        pager = Pager(server, on_drift="ignore", **options, **more)
        return [(page.number, [key(item) for item in page]) async for page in pager.pages(start)]

    whole = await handed_out()
    cut = await handed_out(limit=limit)

    items = [(number, item) for number, items in whole for item in items]
    assert [(number, item) for number, items in cut for item in items] == items[:limit]


@pytest.mark.unmeasured
@settings(max_examples=EXAMPLES)
@given(
    count=st.integers(0, 400),
    size=st.sampled_from([1, 2, 3, 7, 10, 50, 99, 100]),
    cap=st.sampled_from([2, 3, 20, 50, 100]),
    says=st.sampled_from([honest, silent]),
    stable=st.booleans(),
    sparse=st.booleans(),
)
async def test_a_list_that_nobody_changes_is_verified_without_a_word_at_about_a_read_a_page(
    count: int,
    size: int,
    cap: int,
    says: Callable[[int, int, int, int], Numbers | None],
    stable: bool,
    sparse: bool,
) -> None:
    names = [f"thing-{index}" for index in range(count)]
    server = Server(names, cap=cap, says=says, stable=stable, sparse=sparse)
    pager = Pager(server, page_size=size, prefetch=0, on_drift="verify")

    got, _ = await walked(server, pager)

    assert got == names
    assert pager.report.verified is True
    assert not pager.report
    pages = max(1, -(-count // min(size, cap)))
    assert len(server.requests) <= pages + (1 if stable and cap > 3 else 2) * (pages + 4)


@settings(max_examples=EXAMPLES)
@given(
    names=st.integers(1, 40),
    size=st.integers(1, 8),
    changes=st.lists(
        st.lists(st.tuples(st.sampled_from(["create", "delete"]), places, places), max_size=2),
        max_size=30,
    ),
    failing=st.sets(st.integers(1, 30), max_size=6),
    mode=st.sampled_from(["report", "verify"]),
    prefetch=st.sampled_from([0, 3]),
)
async def test_a_walk_that_goes_on_after_failures_is_as_good_as_one_that_never_failed(
    names: int,
    size: int,
    changes: list[list[Change]],
    failing: set[int],
    mode: Any,
    prefetch: int,
) -> None:
    """On the same pager: no id twice over all its parts; verified means all of them together."""
    server = Server([f"thing-{n}" for n in range(names)], says=honest, changes=changes)
    server.failing = dict.fromkeys(failing, 1)
    pager = Pager(server, page_size=size, prefetch=prefetch, on_drift=mode)
    got: list[str] = []
    start, said, quiet = 1, False, not any(changes)
    for _ in range(40):
        try:
            async for page in pager.pages(start):
                got += [key(item) for item in page]
        except ServerError as error:
            assert pager.report.verified is (False if mode == "verify" else None)
            start, said = error.page or 0, said or bool(pager.report)
        else:
            break

    assert len(got) == len(set(got))
    if pager.report.verified or not (said or pager.report or len(set(server.totals)) == 1):
        assert server.lasting <= set(got)
    if quiet:
        assert set(got) == server.ever
        assert pager.report.verified is (True if mode == "verify" else None)
