"""Rows 50 to 55: lists that change, servers that lie, walks that are left."""

from __future__ import annotations

import asyncio
import gc
import os
import tracemalloc
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalr_async import DriftError, ScalrClient, ScalrError, ServerError
from scalr_async.emulator import Emulator
from scalr_async.telemetry import DriftEvent, PageEvent
from tests.faults.common import (
    ROOT,
    client,
    document,
    listing,
    ok,
    open_files,
    quietly,
    refusal,
    resource,
)
from tests.servers import HANG, Received, ScriptedServer, reply

pytestmark = pytest.mark.unmeasured

CHURN_RUNS = int(os.environ.get("SCALR_CHURN_RUNS", "3"))


def wanted(request: Received) -> tuple[int, int]:
    """Return the page number and size that a request asks for."""
    query = dict(pair.split("=") for pair in request.target.partition("?")[2].split("&"))
    return int(query["page%5Bnumber%5D"]), int(query["page%5Bsize%5D"])


def serving(ids: list[str]) -> Any:
    """Answer pages of a list, as it is at the moment."""

    def answer(request: Received) -> bytes:
        number, size = wanted(request)
        return listing(ids[(number - 1) * size : number * size], number, size, len(ids))

    return answer


def existing(emu: Emulator) -> set[str]:
    return {record.id for record in emu.store.all("workspaces")}


@pytest.fixture
def ids() -> list[str]:
    return [f"ws-{number:04}" for number in range(100)]


@pytest.mark.parametrize("on_drift", ["ignore", "report", "raise", "verify"])
async def test_an_item_deleted_between_pages_is_no_silent_miss(
    ids: list[str], on_drift: Any
) -> None:
    events: list[Any] = []
    async with ScriptedServer(serving(ids)) as server:
        async with client(server.url, events=events) as scalr:
            pager = scalr.workspaces.list(page_size=10, prefetch=0, on_drift=on_drift)
            got: list[str] = []
            stopped_at = None
            try:
                async for workspace in pager:
                    got.append(workspace.id)
                    if len(got) == 15:
                        ids.remove("ws-0003")
            except DriftError as error:
                stopped_at = error.page
    if on_drift == "raise":
        assert stopped_at == 3
        return
    kinds = {event.kind for event in events if isinstance(event, DriftEvent)}

    assert stopped_at is None
    assert len(got) == len(set(got))
    missed = set(ids) - set(got)
    assert missed == (set() if on_drift == "verify" else {"ws-0020"})
    assert ("total" in kinds) == (on_drift != "ignore")
    assert bool(pager.report) == (on_drift != "ignore")
    assert pager.report.verified is (True if on_drift == "verify" else None)


@pytest.mark.parametrize("on_drift", ["ignore", "report", "verify"])
async def test_an_item_inserted_between_pages_is_no_duplicate(
    ids: list[str], on_drift: Any
) -> None:
    async with ScriptedServer(serving(ids)) as server, client(server.url) as scalr:
        pager = scalr.workspaces.list(page_size=10, prefetch=0, on_drift=on_drift)
        got: list[str] = []
        async for workspace in pager:
            got.append(workspace.id)
            if len(got) % 10 == 5 and len(got) < 60:
                ids.insert(0, f"ws-new-{len(got)}")

    assert len(got) == len(set(got))
    assert {key for key in ids if "new" not in key} <= set(got)
    assert pager.report.repeated > 0
    assert ("repeated" in pager.report.counts) == (on_drift != "ignore")


async def test_what_is_remembered_of_a_long_walk_is_bounded() -> None:
    total = 40_000

    def answer(request: Received) -> bytes:
        number, size = wanted(request)
        found = (f"ws-{n}" for n in range((number - 1) * size, min(number * size, total)))
        return listing(found, number, size, total)

    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        server.requests = Forgetful()
        walk = scalr.workspaces.list(prefetch=2).pages()
        peaks = []
        async for page in walk:
            if page.number in (150, 399):
                gc.collect()
                peaks.append(tracemalloc.get_traced_memory()[0])
            if page.number == 100:
                tracemalloc.start()
        tracemalloc.stop()

    assert peaks[1] - peaks[0] < 1_500_000


class Forgetful(list[Received]):
    """Keeps no requests."""

    def append(self, _: Received) -> None:
        pass


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.sampled_from([10**9, 2**63, -(2**70), 1.5, float("1e308"), "2", "x", "", [], {}, [1]]),
)
LINK = st.sampled_from(
    [
        None, "", 7, {}, [], "/", "//", "http://[", "?page[number]=2", "?page%5Bnumber%5D=9999999999999",
        {"href": "?page%5Bnumber%5D=3"}, {"href": None}, "https://evil.example/?page%5Bnumber%5D=2",
        f"{ROOT}/workspaces?page%5Bnumber%5D=1", f"{ROOT}/workspaces?page%5Bnumber%5D=-1",
    ]
)  # fmt: skip
PAGINATION = st.one_of(
    JUNK,
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("current-page", "page-size", "prev-page", "next-page", "total-pages", "total-count"), JUNK
        ),
    ),
)  # fmt: skip
LYING_PAGE = st.fixed_dictionaries(
    {"items": st.lists(st.integers(0, 40), max_size=12)},
    optional={
        "meta": st.one_of(JUNK, st.fixed_dictionaries({"pagination": PAGINATION})),
        "links": st.one_of(JUNK, st.fixed_dictionaries({"next": LINK, "last": LINK})),
    },
)
SCRIPT = st.lists(LYING_PAGE, min_size=1, max_size=12)
LIES = int(os.environ.get("SCALR_LIES", "150"))


@pytest.mark.parametrize("on_drift", ["report", "raise", "verify"])
def test_whatever_a_server_says_of_its_pages_the_walk_ends_and_repeats_nothing(
    on_drift: Any,
) -> None:
    """Pages of 41 possible items with any numbers and links, for ever."""
    with asyncio.Runner() as runner:
        server = ScriptedServer()
        runner.run(server.__aenter__())

        async def walk(script: list[dict[str, Any]], size: int, prefetch: int) -> None:
            answers = [
                ok([resource("workspaces", f"ws-{n}") for n in page["items"]], **_rest(page))
                for page in script
            ]
            server.requests.clear()
            server.script = (lambda r: answers[min(wanted(r)[0], len(answers)) - 1],)
            async with client(server.url) as scalr:
                pager = scalr.workspaces.list(page_size=size, prefetch=prefetch, on_drift=on_drift)
                try:
                    async with asyncio.timeout(20):
                        got = [workspace.id async for workspace in pager]
                except ScalrError:
                    pass
                else:
                    assert len(got) == len(set(got))
                    assert set(got) <= {f"ws-{n}" for page in script for n in page["items"]}
                    assert len(server.requests) < 2500
            assert len(asyncio.all_tasks()) <= 1 + server.open_connections

        @settings(max_examples=LIES, suppress_health_check=list(HealthCheck))
        @given(SCRIPT, st.integers(1, 10), st.integers(0, 4))
        def check(script: list[dict[str, Any]], size: int, prefetch: int) -> None:
            runner.run(walk(script, size, prefetch))

        try:
            with quietly():
                check()
        finally:
            runner.run(server.__aexit__())


def _rest(page: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in page.items() if key != "items"}


async def test_a_server_that_serves_one_page_for_ever_ends_the_walk() -> None:
    page = ok([resource("workspaces", f"ws-{n}") for n in range(10)], meta={
        "pagination": {"current-page": 1, "page-size": 10, "total-pages": 10**9, "total-count": 10**10}
    })  # fmt: skip
    async with ScriptedServer(page) as server, client(server.url) as scalr:
        pager = scalr.workspaces.list(page_size=10, prefetch=64)
        got = [workspace.id async for workspace in pager]

    assert got == [f"ws-{n}" for n in range(10)]
    assert pager.report.counts["inconsistent"]
    assert len(server.requests) < 150


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("null", [1, 2, 3])
@pytest.mark.parametrize("on_drift", ["report", "raise", "verify"])
async def test_null_in_place_of_a_page_is_told_and_proves_nothing(
    ids: list[str], null: int, on_drift: Any, counted: bool
) -> None:
    def answer(request: Received) -> bytes:
        number, size = wanted(request)
        page = ids[(number - 1) * size : number * size]
        if number == null and size == 50:
            return ok(None)
        return (
            listing(page, number, size, len(ids))
            if counted
            else ok([resource("workspaces", id_) for id_ in page])
        )

    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        pager = scalr.workspaces.list(page_size=50, on_drift=on_drift)
        if on_drift == "raise" and (null < 3 or not counted):
            with pytest.raises(DriftError, match=f"null in place of the items of page {null}"):
                await pager.collect()
            return
        await pager.collect()

    if null < 3 or not counted:  # else the walk was over before
        assert pager.report.counts["inconsistent"] > 0
        assert not pager.report.verified


async def test_the_size_in_meta_counts_and_not_the_one_asked_for() -> None:
    ids = [f"ws-{n}" for n in range(100)]

    def answer(request: Received) -> bytes:
        number, _ = wanted(request)
        return listing(ids[(number - 1) * 20 : number * 20], number, 20, 100)

    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        assert [workspace.id async for workspace in scalr.workspaces.list()] == ids

    assert len(server.requests) == 5


async def test_a_page_that_fails_for_good_says_where_to_go_on(ids: list[str]) -> None:
    serve, broken = serving(ids), [True]

    def answer(request: Received) -> bytes:
        return refusal(500) if broken[0] and wanted(request)[0] == 7 else serve(request)

    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        pager = scalr.workspaces.list(page_size=5)
        got = []
        with pytest.raises(ServerError, match="page 7") as caught:
            async for workspace in pager:
                got.append(workspace.id)
        assert (len(got), caught.value.page) == (30, 7)
        with pytest.raises(ServerError):
            await pager.collect()
        broken[0] = False
        async for page in pager.pages(start=caught.value.page):
            got += [workspace.id for workspace in page]

    assert got == ids


@pytest.mark.parametrize("how", ["break", "cancel", "raise", "timeout"])
@pytest.mark.parametrize("on_drift", ["report", "verify"])
async def test_a_walk_that_is_left_leaves_nothing_running(
    ids: list[str], how: str, on_drift: Any
) -> None:
    serve = serving(ids)

    def answer(request: Received) -> Any:
        return serve(request) if wanted(request)[0] < 4 else HANG

    async def consume(scalr: ScalrClient) -> None:
        async for workspace in scalr.workspaces.list(page_size=5, prefetch=8, on_drift=on_drift):
            if workspace.id != "ws-0012":
                continue
            while server.open_connections < 5:
                await asyncio.sleep(0.001)
            match how:
                case "break":
                    break
                case "raise":
                    raise LookupError
                case "cancel":
                    asyncio.current_task().cancel()
                    await asyncio.sleep(1)
                case "timeout":
                    async with asyncio.timeout(0.001):
                        await asyncio.sleep(1)

    before = open_files()
    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        outcome = await asyncio.gather(consume(scalr), return_exceptions=True)
        await asyncio.sleep(0)
        admission = scalr._transport._shared.admission
        for _ in range(20):
            await asyncio.sleep(0.001)
        assert admission.in_flight == admission.waiting == 0
        assert scalr._transport._pool.session.connector._acquired == set()
        names = [task.get_coro().__qualname__ for task in asyncio.all_tasks()]
        assert not [name for name in names if "_read" in name]
    kinds = {"break": "NoneType", "cancel": "CancelledError", "raise": "LookupError"}
    assert type(outcome[0]).__name__ == kinds.get(how, "TimeoutError")
    assert open_files() <= before


async def test_a_slow_consumer_of_100_000_items_holds_a_window_of_pages() -> None:
    total, size, window = 100_000, 100, 8
    body = document([resource("workspaces", "ws-{:06}", {"name": "x" * 60})] * 1).decode()
    item = body[body.index("[") + 1 : body.rindex("]")]
    ahead: list[int] = []
    taken = 0

    def answer(request: Received) -> bytes:
        number, _ = wanted(request)
        ahead.append(number - taken)
        start = (number - 1) * size
        items = ",".join(item.replace("{:06}", f"{n:06}") for n in range(start, start + size))
        pagination = (
            f'{{"current-page":{number},"page-size":100,"total-pages":1000,"total-count":{total}}}'
        )
        return reply(200, f'{{"data":[{items}],"meta":{{"pagination":{pagination}}}}}'.encode())

    events: list[Any] = Pages()
    memory: list[int] = []
    async with ScriptedServer(answer) as server, client(server.url, events=events) as scalr:
        server.requests = Forgetful()
        async for page in scalr.workspaces.list(page_size=size, prefetch=window).pages():
            taken = page.number
            assert page.items[0].id == f"ws-{(page.number - 1) * size:06}"
            if page.number == 200:
                tracemalloc.start()
            if page.number in (260, 999):
                gc.collect()
                memory.append(tracemalloc.get_traced_memory()[0])
            if page.number % 100 == 0:
                await asyncio.sleep(0.02)
        tracemalloc.stop()

    assert taken == 1000
    assert max(ahead) <= window + 1
    assert events.numbers == list(range(1, 1001))
    assert memory[1] - memory[0] < 5_000_000


class Pages(list[Any]):
    """Keeps the numbers of pages alone."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    def append(self, event: Any) -> None:
        if isinstance(event, PageEvent):
            self.numbers.append(event.number)


async def churned_walk(
    emu: Emulator, scalr: ScalrClient, on_drift: Any
) -> tuple[set[str], Any, Any]:
    """Walk while others create and delete; return what lasted, what came and the pager."""
    before = existing(emu)
    pager = scalr.workspaces.list(on_drift=on_drift, page_size=100)
    async with emu.churn("workspaces", per_second=400):
        got = [workspace.id async for workspace in pager]
        lasting = before & existing(emu)
    return lasting, got, pager


async def test_verify_misses_nothing_while_others_create_and_delete(
    emu: Emulator, scalr: ScalrClient, record_property: Any
) -> None:
    """5 000 items, 400 changes a second; a plain walk of the same list misses some."""
    emu.seed(workspaces=5000)
    emu.latency = 0.002
    plain: Counter[str] = Counter()
    for _ in range(CHURN_RUNS):
        with quietly():
            lasting, got, pager = await churned_walk(emu, scalr, "verify")
        assert len(got) == len(set(got))
        assert lasting <= set(got)
        assert pager.report
        lasting, got, _ = await churned_walk(emu, scalr, "ignore")
        plain["items"] += len(lasting)
        plain["missed"] += len(lasting - set(got))
    record_property("walks", CHURN_RUNS)
    record_property("items", plain["items"])
    record_property("missed by plain walks", plain["missed"])

    assert plain["missed"] > 0
