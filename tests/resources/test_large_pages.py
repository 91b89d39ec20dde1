"""Pages so large that others get their turn while they are decoded."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from scalr_async import DecodeError, ScalrClient
from scalr_async.emulator import Emulator
from scalr_async.jsonapi import _chunks as pieces
from scalr_async.jsonapi import _codec
from scalr_async.jsonapi._codec import Codec


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every page a large one, of pieces as small as can be."""
    monkeypatch.setattr(_codec, "LARGE_DOCUMENT", 0)
    monkeypatch.setattr(pieces, "_CHUNK_SIZE", 1)


@asynccontextmanager
async def turns() -> AsyncIterator[list[int]]:
    """Count the turns that a task gets that does nothing else."""
    counted = [0]

    async def turn() -> None:
        while True:
            await asyncio.sleep(0)
            counted[0] += 1

    task = asyncio.create_task(turn())
    try:
        yield counted
    finally:
        task.cancel()


async def test_others_have_their_turn_while_a_large_page_is_decoded(
    emu: Emulator, scalr: ScalrClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    emu.seed(workspaces=40)
    during: list[int] = []
    cut = pieces.read_chunks
    async with turns() as counted:

        def watched(body: bytes) -> object:
            for piece in cut(body):
                during.append(counted[0])
                yield piece

        monkeypatch.setattr("scalr_async.jsonapi._codec.read_chunks", watched)
        page = await scalr.workspaces.list()

    assert len(page) == page.total_count
    assert len(during) >= 40
    assert during == list(range(during[0], during[0] + len(during)))


@pytest.mark.parametrize("limit", [0, 10**9], ids=["parsed in chunks", "parsed as one"])
@pytest.mark.parametrize(("count", "given"), [(1, 0), (50, 0), (51, 1), (100, 1)])
async def test_others_have_their_turn_after_fifty_resources_of_any_page(
    emu: Emulator,
    scalr: ScalrClient,
    monkeypatch: pytest.MonkeyPatch,
    count: int,
    given: int,
    limit: int,
) -> None:
    monkeypatch.setattr(_codec, "LARGE_DOCUMENT", limit)
    monkeypatch.setattr(pieces, "_CHUNK_SIZE", 10**9)
    emu.seed(workspaces=count)
    steps: list[int] = []
    read = Codec._read

    async with turns() as counted:

        def watched(self: Any, raws: Any, loader: Any) -> Any:
            steps.append(counted[0])
            return read(self, raws, loader)

        monkeypatch.setattr(Codec, "_read", watched)
        page = await scalr.workspaces.list(page_size=100)

    assert len(page) == count
    assert [later - steps[0] for later in steps] == [*range(given + 1)]


async def test_a_walk_over_large_pages_is_like_any_other(
    emu: Emulator, scalr: ScalrClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    emu.seed(workspaces=40)
    pager = scalr.workspaces.list(page_size=7, include=["environment"], prefetch=3)
    cut = {one.id: one.environment.resource.name async for one in pager}

    monkeypatch.setattr(_codec, "LARGE_DOCUMENT", 10**9)
    whole = {one.id: one.environment.resource.name async for one in pager}

    assert cut == whole
    assert len(cut) == pager.report.items > 39


@pytest.mark.parametrize("limit", [0, 10**9])
async def test_a_page_that_makes_no_sense_says_which_it_was(
    emu: Emulator, scalr: ScalrClient, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(_codec, "LARGE_DOCUMENT", limit)
    emu.seed(workspaces=40)
    source = scalr.workspaces.list().source
    send = source._context.send

    async def broken(request):
        response = await send(request)
        if ("page[number]", "3") in request.params:
            cut = json.dumps(json.loads(response.body))[:-20].encode()
            object.__setattr__(response, "body", cut)
        return response

    object.__setattr__(source._context, "send", broken)
    pager = scalr.workspaces.list(page_size=5)
    seen = []

    with pytest.raises(DecodeError, match="not the JSON:API document") as caught:
        async for one in pager:
            seen.append(one.id)

    assert len(seen) == 10
    assert (caught.value.page, caught.value.path, caught.value.attempts) == (3, "/workspaces", 1)
    assert any("pages(start=3)" in note for note in caught.value.__notes__)
