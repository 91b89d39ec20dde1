"""The error of a 404 says of each id that was sent when it does not look like one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scalr_async import NotFoundError, ScalrClient
from scalr_async.emulator import Emulator

CALLS: dict[str, tuple[str, Callable[[ScalrClient, str, str], Any]]] = {
    "a path": ("pools", lambda scalr, _, __: scalr.agent_pools.get("pools")),
    "a link": ("pools", lambda scalr, ws, _: scalr.workspaces.update(ws, agent_pool="pools")),
    "a create": (
        "prod",
        lambda scalr, _, __: scalr.workspaces.create(name="w", environment="prod"),
    ),
    "several links": ("pay", lambda s, ws, p: s.agent_pools.replace_workspaces(p, [ws, "pay"])),
    "refs": ("red", lambda scalr, ws, _: scalr.workspaces.add_tags(ws, ["red"])),
}
BULK: dict[str, tuple[str, Callable[[ScalrClient, str, str], Any]]] = {
    "a pool": ("eu", lambda scalr, ws, _: scalr.agent_pools.link_workspaces("eu", [ws])),
    "a workspace": ("pay", lambda scalr, _, pool: scalr.agent_pools.link_workspaces(pool, ["pay"])),
    "a pool by its list": (
        "eu",
        lambda scalr, ws, _: scalr.agent_pools.link_workspaces("eu", [ws], via="pool"),
    ),
    "a workspace by the list": (
        "pay",
        lambda scalr, _, pool: scalr.agent_pools.link_workspaces(pool, ["pay"], via="pool"),
    ),
    "an assigned pool": ("eu", lambda s, ws, _: s.agent_pools.assign_workspaces({"eu": [ws]})),
    "an unlinked one": ("pay", lambda s, _, pool: s.agent_pools.unlink_workspaces(pool, ["pay"])),
}


@pytest.fixture
def ids(emu: Emulator) -> tuple[str, str]:
    seeded = emu.seed(environments=1, workspaces=1, pools=1)
    return seeded.workspaces[0], seeded.pools[0]


@pytest.mark.parametrize("place", CALLS)
async def test_a_name_in_place_of_an_id_is_named(
    scalr: ScalrClient, ids: tuple[str, str], place: str
) -> None:
    name, call = CALLS[place]

    with pytest.raises(NotFoundError) as told:
        await call(scalr, *ids)

    assert str(told.value).count(f"; '{name}' does not look like an id: ids of ") == 1


@pytest.mark.parametrize("place", BULK)
async def test_a_name_in_place_of_an_id_is_named_in_each_outcome(
    scalr: ScalrClient, ids: tuple[str, str], place: str
) -> None:
    name, call = BULK[place]

    [outcome] = (await call(scalr, *ids)).failed

    assert str(outcome.error).count(f"; '{name}' does not look like an id: ids of ") == 1


async def test_at_most_three_ids_are_named(scalr: ScalrClient, ids: tuple[str, str]) -> None:
    with pytest.raises(NotFoundError) as told:
        await scalr.agent_pools.update(ids[1], workspaces=["a", "b", "c", "d"])

    assert str(told.value).count("does not look like an id") == 3


async def test_a_removed_link_is_no_doubtful_id(scalr: ScalrClient) -> None:
    with pytest.raises(NotFoundError) as told:
        await scalr.workspaces.update("ws-unknown", agent_pool=None)

    assert "look" not in str(told.value)
