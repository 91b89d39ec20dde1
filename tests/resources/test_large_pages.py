"""Pages so large that others get their turn while they are decoded."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from scalr_async import DecodeError, ScalrClient
from scalr_async.emulator import Emulator
from scalr_async.jsonapi import _items
from scalr_async.jsonapi._page import PageReader


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


CUTTING = pytest.mark.parametrize("guesses", [20, 0], ids=["item by item", "parsed as one"])


@CUTTING
@pytest.mark.parametrize(("count", "steps"), [(1, 1), (20, 1), (21, 2), (100, 5)])
async def test_others_have_their_turn_after_20_resources_of_any_page(
    emu: Emulator,
    scalr: ScalrClient,
    monkeypatch: pytest.MonkeyPatch,
    count: int,
    steps: int,
    guesses: int,
) -> None:
    monkeypatch.setattr(_items, "_MAX_GUESSES", guesses)
    emu.seed(workspaces=count)
    turns_at: list[int] = []
    items = PageReader.items

    async with turns() as counted:

        def watched(self: Any, document: Any) -> Any:
            for item in items(self, document):
                turns_at.append(counted[0])
                yield item

        monkeypatch.setattr(PageReader, "items", watched)
        await scalr.workspaces.list(page_size=100)

    read_at_once = Counter(turns_at).values()
    assert sum(read_at_once) == count
    assert max(read_at_once) <= 20
    assert len(read_at_once) == steps


async def test_a_walk_over_large_pages_is_like_any_other(
    emu: Emulator, scalr: ScalrClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    emu.seed(workspaces=40)
    pager = scalr.workspaces.list(page_size=7, include=["environment"], prefetch=3)
    cut = {one.id: one.environment.resource.name async for one in pager}

    monkeypatch.setattr(_items, "_MAX_GUESSES", 0)
    whole = {one.id: one.environment.resource.name async for one in pager}

    assert cut == whole
    assert len(cut) == pager.report.items > 39


@CUTTING
async def test_a_page_that_makes_no_sense_says_which_it_was(
    emu: Emulator, scalr: ScalrClient, monkeypatch: pytest.MonkeyPatch, guesses: int
) -> None:
    monkeypatch.setattr(_items, "_MAX_GUESSES", guesses)
    emu.seed(workspaces=40)
    source = scalr.workspaces.list().source
    send = source._context.send

    async def broken(request):
        response = await send(request)
        if ("page[number]", "3") in request.params:
            cut = json.dumps(json.loads(response.body))[:-20].encode()
            object.__setattr__(response, "body", cut)
        return response

    msgspec.structs.force_setattr(source._context, "send", broken)
    pager = scalr.workspaces.list(page_size=5)
    seen = []

    with pytest.raises(DecodeError, match="not the JSON:API document") as caught:
        async for one in pager:
            seen.append(one.id)

    assert len(seen) == 10
    assert (caught.value.page, caught.value.path, caught.value.attempts) == (3, "/workspaces", 1)
    assert any("pages(start=3)" in note for note in caught.value.__notes__)
