"""Servers that say or show what cannot be right, over a real socket: nothing is lost in silence."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from scalr_async import DriftError, ScalrClient, ServerError
from tests.faults.common import client, ok, refusal, resource
from tests.servers import Received, ScriptedServer

Says = Callable[[int, int, int], dict[str, Any]]
IDS = [f"ws-{number:03}" for number in range(250)]


def asked(request: Received) -> tuple[int, int]:
    """Return the page number and size of a request."""
    query = dict(pair.split("=") for pair in request.target.partition("?")[2].split("&"))
    return int(query["page%5Bnumber%5D"]), int(query["page%5Bsize%5D"])


def nothing(number: int, size: int, total: int) -> dict[str, Any]:
    return {}


def totals(number: int, size: int, total: int) -> dict[str, Any]:
    pages = max(1, -(-total // size))
    numbers = {
        "current-page": number,
        "page-size": size,
        "total-pages": pages,
        "total-count": total,
    }
    return {"meta": {"pagination": numbers}}


def links(number: int, size: int, total: int) -> dict[str, Any]:
    """Name the next page, as long as there is one."""
    target = f"/api/iacp/v3/workspaces?page%5Bnumber%5D={number + 1}&page%5Bsize%5D={size}"
    return {"links": {"next": target if number * size < total else None}}


def serving(
    ids: list[str],
    says: Says = totals,
    *,
    cap: int = 100,
    empty: int | None = None,
    kind: str = "workspaces",
) -> Callable[[Received], bytes]:
    """Answer pages of at most `cap` items, one of them held back, and say what is to be said."""

    def answer(request: Received) -> bytes:
        number, size = asked(request)
        true = min(size, cap)
        shown = [] if number == empty else ids[(number - 1) * true : number * true]
        return ok(
            [resource(kind, key, {"name": key}) for key in shown], **says(number, size, len(ids))
        )

    return answer


async def walk(scalr: ScalrClient, **options: Any) -> tuple[list[str], Any]:
    pager = scalr.workspaces.list(**options)
    return [workspace.id async for workspace in pager], pager.report


@pytest.mark.parametrize("prefetch", [0, 8])
async def test_an_empty_page_in_the_middle_hides_nothing_behind_it(prefetch: int) -> None:
    async with ScriptedServer(serving(IDS, links, empty=2)) as server, client(server.url) as scalr:
        got, report = await walk(scalr, prefetch=prefetch)
        assert got == IDS[:100] + IDS[200:]
        assert [(e.kind, e.page, e.detail) for e in report.events] == [
            ("short", 2, "0 of 100 items on page 2, although a page follows")
        ]
        with pytest.raises(DriftError, match="page 2: 0 of 100 items"):
            await walk(scalr, on_drift="raise")
        _, report = await walk(scalr, on_drift="verify")
        assert report.verified is False
        assert report.doubt == "the server contradicts itself about the list"


@pytest.mark.parametrize("cap", [7, 20, 60])
@pytest.mark.parametrize("says", [totals, nothing, links])
async def test_a_server_that_makes_smaller_pages_than_it_says_is_read_to_the_end(
    cap: int, says: Says
) -> None:
    async with ScriptedServer(serving(IDS, says, cap=cap)) as server, client(server.url) as scalr:
        for mode in ("report", "verify"):
            got, report = await walk(scalr, on_drift=mode)
            assert got == IDS

    assert report.verified is (says is not totals)


@pytest.mark.parametrize("told", [99, 100, 101, 120, 249])
async def test_a_total_count_lower_than_what_is_there_is_never_called_verified(told: int) -> None:
    def low(number: int, size: int, _: int) -> dict[str, Any]:
        return totals(number, size, told)

    async with ScriptedServer(serving(IDS, low)) as server, client(server.url) as scalr:
        got, report = await walk(scalr, on_drift="verify")

    assert got == IDS
    assert report.verified is False
    assert report.counts["inconsistent"]
    assert len(server.requests) < 40


async def test_a_total_count_higher_than_what_comes_is_said() -> None:
    def high(number: int, size: int, total: int) -> dict[str, Any]:
        return totals(number, size, total + 7)

    async with ScriptedServer(serving(IDS, high)) as server, client(server.url) as scalr:
        got, report = await walk(scalr)

    assert got == IDS
    assert [event.detail for event in report.events] == ["257 items promised, 250 received"]
    assert len(server.requests) == 4


async def test_a_page_with_more_items_than_were_asked_for_is_said() -> None:
    numbers = {"current-page": 1, "total-pages": 1, "total-count": 3}
    items = [resource("workspaces", key, {"name": key}) for key in IDS[:3]]
    answer = ok(items, meta={"pagination": numbers})
    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        got, report = await walk(scalr, page_size=2)

    assert got == IDS[:3]
    assert "items: 3 on a page of 2" in [event.detail for event in report.events]


@pytest.mark.parametrize("limit", [None, 1, 50, 99, 100, 150])
@pytest.mark.parametrize("start", [1, 2, 3])
async def test_a_limit_does_not_move_the_page_that_a_walk_starts_at(
    start: int, limit: int | None
) -> None:
    async with ScriptedServer(serving(IDS)) as server, client(server.url) as scalr:
        pager = scalr.workspaces.list(page_size=100, limit=limit)
        got = [workspace.id async for page in pager.pages(start) for workspace in page]

    first = (start - 1) * 100
    assert got == IDS[first:][:limit]
    assert {size for _, size in map(asked, server.requests)} == {100}


@pytest.mark.parametrize("says", [totals, nothing, links])
async def test_a_start_past_the_end_is_said(says: Says) -> None:
    async with ScriptedServer(serving(IDS, says)) as server, client(server.url) as scalr:
        pager = scalr.workspaces.list()
        assert [len(page) async for page in pager.pages(start=9)] == [0]
        (event,) = pager.report.events
        assert (event.kind, event.page) == ("short", 9)
        assert "page 9 is past the end of the list" in event.detail
        with pytest.raises(DriftError, match="page 9 is past the end"):
            [page async for page in scalr.workspaces.list(on_drift="raise").pages(start=9)]
        pager = scalr.workspaces.list(on_drift="verify")
        assert [len(page) async for page in pager.pages(start=9)] == [0]

    assert pager.report.verified is False
    assert pager.report.doubt == "the walk began past the end of the list"


@pytest.mark.parametrize("on_drift", ["report", "raise", "verify"])
@pytest.mark.parametrize("left", ["failed", "left"])
async def test_what_was_deleted_before_a_walk_goes_on_is_said(left: str, on_drift: Any) -> None:
    """Items of the pages behind have moved to pages that were handed out."""
    ids, broken = list(IDS), [left == "failed"]
    serve = serving(ids)

    def answer(request: Received) -> bytes:
        return refusal(500) if broken[0] and asked(request)[0] == 3 else serve(request)

    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        pager = scalr.workspaces.list(page_size=50, prefetch=0, on_drift=on_drift)
        got = []
        with contextlib.suppress(ServerError):
            async for page in pager.pages():
                got += [workspace.id for workspace in page]
                if left == "left" and page.number == 2:
                    break
        assert got == IDS[:100]
        broken[0] = False
        del ids[10:13]
        if on_drift == "raise":
            with pytest.raises(DriftError, match="page 3: 250 items became 247"):
                await anext(pager.pages(start=3))
        got += [workspace.id async for page in pager.pages(start=3) for workspace in page]

    assert len(got) == len(set(got))
    if on_drift == "verify":
        assert set(got) == set(IDS)
        assert pager.report.verified is True
    else:
        assert set(IDS) - set(got) == {"ws-100", "ws-101", "ws-102"}
    if on_drift == "report":
        assert [event.kind for event in pager.report.events] == ["total"]


@pytest.mark.parametrize("fails", range(4, 6))
async def test_going_on_after_a_verification_that_failed_hands_out_nothing_twice(
    fails: int,
) -> None:
    broken, serve = [True], serving(IDS)

    def answer(request: Received) -> bytes:
        return refusal(500) if broken[0] and len(server.requests) >= fails else serve(request)

    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        pager = scalr.workspaces.list(prefetch=0, on_drift="verify")
        got = []
        with pytest.raises(ServerError) as caught:
            async for workspace in pager:
                got.append(workspace.id)
        assert got == IDS
        assert caught.value.page == 4
        assert "could not be verified: pages(start=4) resumes" in caught.value.__notes__[0]
        assert (pager.report.verified, pager.report.doubt) == (False, "the walk failed")
        broken[0] = False
        other = scalr.workspaces.list(on_drift="verify")
        assert [len(page) async for page in other.pages(start=4)] == [0]
        assert other.report.verified is False
        assert [page async for page in pager.pages(start=4)] == []

    assert pager.report.verified is True
    assert len(server.requests) < 18


async def test_items_that_are_renamed_under_a_sort_by_name_are_not_called_complete() -> None:
    """One that moves to a page that was read already, and a total that changes as well."""
    ids = list(IDS)
    serve = serving(ids)

    def answer(request: Received) -> bytes:
        if len(server.requests) == 2:
            ids.insert(0, ids.pop(220))
            del ids[150]
        return serve(request)

    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        got, report = await walk(scalr, on_drift="verify", sort="name", prefetch=0)

    assert report.verified is ("ws-220" in got)


STANDING = [None, "created_at", "-created_at"]
CHANGING = ["name", "-account", ["created_at", "name"], ["name", "created_at"]]


@pytest.mark.parametrize("sort", [*STANDING, *CHANGING])
async def test_a_list_that_nobody_changes_is_verified_in_any_order(sort: Any) -> None:
    """By a read a seam where the order stands; else by a census as well: all of it once more."""
    options = {} if sort is None else {"sort": sort}
    answer = serving(IDS, kind="environments")
    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        pager = scalr.environments.list(on_drift="verify", **options)
        got = [environment.id async for environment in pager]

    assert got == IDS
    assert pager.report.verified is True
    assert not pager.report
    assert len(server.requests) == (5 if sort in STANDING else 5 + 3 + 3)
