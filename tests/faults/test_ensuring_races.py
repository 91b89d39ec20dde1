"""Steps that twenty run at once while answers are lost: one object each, counted at the server."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from contextlib import AsyncExitStack
from typing import Any

import pytest

from scalr_async import Config, RetryPolicy, ScalrClient
from scalr_async.emulator import Emulator
from scalr_async.resources import Ensured, _ensuring
from tests.conftest import CANARY

RACES = int(os.environ.get("SCALR_RACES", "10"))
BOTS = 20
CUTS = ("before", "headers", "body", "after-apply")
TYPES = {
    "agent_pools": "agent-pools",
    "environments": "environments",
    "tags": "tags",
    "variables": "vars",
    "workspaces": "workspaces",
}


def values(collection: str, number: int, home: str) -> dict[str, Any]:
    name = f"thing-{number}"
    match collection:
        case "agent_pools":
            return {"name": name, "vcs_enabled": True}
        case "environments":
            return {"name": name, "remote_backend": False}
        case "variables":
            return {"key": name, "category": "shell", "value": "1", "environment": home}
        case "workspaces":
            return {"name": name, "environment": home, "auto_apply": True}
    return {"name": name}


def lose_answers(emu: Emulator, dice: random.Random) -> None:
    """Let about a third of all writes end without an answer, some of them before any effect."""
    for method in ("POST", "PATCH"):
        for cut in CUTS:
            emu.fail(
                method,
                "*",
                cut=cut,
                times=None,
                match=lambda _: dice.random() < 1 / (3 * len(CUTS)),
            )


async def test_twenty_who_ensure_one_thing_at_once_make_one_though_answers_are_lost(
    emu: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_ensuring, "_PAUSE", 0.001)
    dice = random.Random(5)
    home = emu.store.all("environments")[0].id
    retry = RetryPolicy(base=0.001, throttled_base=0.001, cap=0.002)
    steps: list[Ensured[Any]] = []
    async with AsyncExitStack() as stack:
        bots = [
            await stack.enter_async_context(
                ScalrClient(config=Config(host=emu.url, token=CANARY, retry=retry))
            )
            for _ in range(BOTS)
        ]
        lose_answers(emu, dice)
        for number in range(RACES):
            collection = [*TYPES][number % len(TYPES)]
            wanted = values(collection, number, home)
            before = emu.store.count(TYPES[collection])
            race = [getattr(bot, collection).ensure(**wanted) for bot in bots]
            ended = await asyncio.gather(*race)

            assert emu.store.count(TYPES[collection]) == before + 1
            assert len({step.resource.id for step in ended}) == 1
            steps += ended

    assert len(steps) == RACES * BOTS
    actions = Counter(step.action for step in steps)
    lost = sum(r.status is None for r in emu.requests if r.method == "POST")
    assert actions["created"] >= RACES, actions
    assert lost > RACES / 2, lost


async def test_twenty_who_want_different_values_leave_one_thing_with_one_of_them(
    emu: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_ensuring, "_PAUSE", 0.001)
    lose_answers(emu, random.Random(7))
    async with ScalrClient(emu.url, CANARY) as scalr:
        urls = [f"https://bot-{number}.example" for number in range(BOTS)]
        steps = [scalr.agent_pools.ensure(name="eu", webhook_url=url) for url in urls]
        ended = await asyncio.gather(*steps)

    (pool,) = emu.store.all("agent-pools")
    assert pool.attributes["webhook-url"] in urls
    assert {step.resource.id for step in ended} == {pool.id}
