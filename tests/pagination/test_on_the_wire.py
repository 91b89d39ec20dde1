"""Walks over a real socket: what the server sees when one is left, fails, or meets changes."""

from __future__ import annotations

import asyncio

import pytest

from scalr_async import Config, Limits, RetryPolicy, ScalrClient, ServerError
from scalr_async.emulator import Emulator


def existing(emu: Emulator) -> set[str]:
    return {workspace.id for workspace in emu.store.all("workspaces")}


def reading() -> list[asyncio.Task[object]]:
    return [task for task in asyncio.all_tasks() if "_read_page" in repr(task)]


async def test_leaving_a_walk_frees_its_connections(emu: Emulator) -> None:
    emu.seed(workspaces=300)
    config = Config(host=emu.url, token=emu.token, limits=Limits(connections=4))
    async with ScalrClient(config=config) as scalr:
        async for _ in scalr.workspaces.list(page_size=5, prefetch=8):
            emu.latency = 0.04
            await asyncio.sleep(0.005)
            if len(reading()) > 4:
                break
        assert all(task.cancelling() for task in reading())
        emu.latency = 0

        assert await scalr.workspaces.list().first() is not None
        assert reading() == []


async def test_leaving_a_walk_and_the_client_at_once_is_quiet(
    emu: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    emu.seed(workspaces=300)
    async with ScalrClient(config=Config(host=emu.url, token=emu.token)) as scalr:
        async for _ in scalr.workspaces.list(page_size=5, prefetch=8):
            emu.latency = 0.04
            break
    await asyncio.sleep(0)

    assert [record for record in caplog.records if record.name == "asyncio"] == []
    assert reading() == []


async def test_page_7_of_20_fails_for_good_and_the_walk_resumes_there(
    emu: Emulator, scalr: ScalrClient
) -> None:
    emu.seed(workspaces=200)
    failure = emu.fail(
        "GET", "/workspaces", times=None, match=lambda r: ("page[number]", "7") in r.query
    )
    fast = scalr.with_options(retry=RetryPolicy(max_attempts=1))
    pager = fast.workspaces.list(page_size=10)
    got = []

    with pytest.raises(ServerError) as caught:
        async for workspace in pager:
            got.append(workspace.id)
    assert len(got) == 60
    assert caught.value.page == 7
    failure.left = 0
    rest = [workspace.id async for page in pager.pages(start=7) for workspace in page]

    assert set(got + rest) == existing(emu)
    assert len(got + rest) == 200


@pytest.mark.generous("what it walks is the same, and it takes long")
@pytest.mark.parametrize("sort", [None, "name", "-name"])
async def test_verify_misses_nothing_while_others_create_and_delete(
    emu: Emulator, scalr: ScalrClient, sort: str | None
) -> None:
    emu.seed(workspaces=800)
    before = existing(emu)
    options = {} if sort is None else {"sort": sort}
    pager = scalr.workspaces.list(on_drift="verify", page_size=25, **options)

    async with emu.churn("workspaces", per_second=500):
        got = [workspace async for workspace in pager]
        lasting = before & existing(emu)

    ids = [workspace.id for workspace in got]
    assert len(ids) == len(set(ids))
    assert lasting <= set(ids)
    assert pager.report.verified is (sort is None)
    assert pager.report.doubt == (sort and "the list is sorted by a field that may change")
    assert all(workspace.name for workspace in got)
    assert ("fields[workspaces]", "") in {pair for r in emu.requests for pair in r.query}
