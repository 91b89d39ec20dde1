"""Rotation of a pool's token: no gap, whatever ends it, and nobody else's token touched."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from scalr_async import (
    InvalidArgumentError,
    NotFoundError,
    ScalrClient,
    TransportError,
    VerificationError,
)
from scalr_async.emulator import Emulator
from scalr_async.resources import AccessToken, AgentPool, TokenRotation


@pytest.fixture
async def pool(scalr: ScalrClient) -> AgentPool:
    return await scalr.agent_pools.create(name="eu")


class Agents:
    """Agents that have the token of the last handing over, once they were told to use it."""

    def __init__(self, scalr: ScalrClient, pool: AgentPool) -> None:
        self.scalr = scalr
        self.pool = pool
        self.stored: AccessToken | None = None
        self.in_use: str | None = None
        self.ready = True

    async def take(self, token: AccessToken) -> None:
        self.stored = token

    def use(self, token: AccessToken) -> bool:
        if self.ready and self.stored is not None:
            self.in_use = self.stored.id
        return self.ready

    async def rotate(self, **options: Any) -> TokenRotation:
        given: dict[str, Any] = {"hand_over": self.take, "in_use": self.use}
        return await self.scalr.agent_pools.rotate_token(
            self.pool, **{"description": "k8s", **given, **options}
        )

    async def there(self) -> dict[str, str | None]:
        tokens = await self.scalr.agent_pools.list_access_tokens(self.pool).collect()
        return {token.id: token.description for token in tokens}


@pytest.fixture
async def agents(scalr: ScalrClient, pool: AgentPool) -> Agents:
    made = Agents(scalr, pool)
    token = await scalr.agent_pools.create_token(pool, description="k8s")
    made.stored, made.in_use = token, token.id
    return made


async def test_the_new_token_is_handed_over_before_the_old_one_goes(
    agents: Agents, scalr: ScalrClient, pool: AgentPool
) -> None:
    old = agents.in_use
    other = await scalr.agent_pools.create_token(pool, description="vm")

    rotation = await agents.rotate(expires_in=60)

    assert rotation.finished
    assert rotation.removed == (old,)
    assert rotation.token.id == agents.in_use
    assert agents.stored is not None
    assert agents.stored.token
    assert agents.stored.token not in repr(rotation)
    assert await agents.there() == {rotation.token.id: "k8s", other.id: "vm"}


async def test_the_old_token_stays_until_the_new_one_is_in_use(agents: Agents) -> None:
    old, agents.ready = agents.in_use, False

    begun = await agents.rotate()
    still = await agents.rotate()
    agents.ready = True
    done = await agents.rotate()

    assert [r.finished for r in (begun, still, done)] == [False, False, True]
    assert begun.token.id == still.token.id == done.token.id == agents.in_use
    assert (begun.removed, done.removed) == ((), (old,))
    assert await agents.there() == {agents.in_use: "k8s"}


async def test_tokens_that_it_replaces_go_too(
    agents: Agents, scalr: ScalrClient, pool: AgentPool
) -> None:
    unnamed = await scalr.agent_pools.create_token(pool)

    rotation = await agents.rotate(replaces=[unnamed])

    assert unnamed.id in rotation.removed
    assert await agents.there() == {rotation.token.id: "k8s"}


async def test_the_token_of_an_asking_later_tells_whether_it_was_used(agents: Agents) -> None:
    asked: list[AccessToken] = []
    await agents.rotate(in_use=lambda _: False)

    def used(token: AccessToken) -> bool:
        asked.append(token)
        return token.last_used_at is not None

    assert not (await agents.rotate(in_use=used)).finished
    assert [token.last_used_at or None for token in asked] == [None]


Break = Callable[[Emulator, Agents], Any]


def cut(method: str, path: str, where: Any) -> Break:
    return lambda emu, agents: emu.fail(method, path, cut=where)


class BrokenError(Exception):
    pass


def failing(_: Emulator, agents: Agents) -> None:
    take = agents.take

    async def fail_once(token: AccessToken) -> None:
        agents.take = take
        raise BrokenError

    agents.take = fail_once


BREAKS: dict[str, Break] = {
    **{
        f"{method} {where}": cut(method, path, where)
        for method, path in (
            ("POST", "/agent-pools/*/access-tokens"),
            ("PATCH", "/access-tokens/*"),
            ("DELETE", "/access-tokens/*"),
        )
        for where in ("before", "headers", "after-apply")
    },
    "handing over": failing,
}


@pytest.mark.parametrize("broken", BREAKS)
async def test_whatever_ends_it_the_next_call_goes_on_and_no_token_in_use_was_deleted(
    broken: str, agents: Agents, emu: Emulator
) -> None:
    BREAKS[broken](emu, agents)
    try:
        await agents.rotate()
    except (TransportError, BrokenError):
        assert agents.in_use in await agents.there()

    again = await agents.rotate()

    assert again.finished
    assert await agents.there() == {agents.in_use: "k8s"}
    assert agents.stored is not None
    assert agents.stored.id == agents.in_use == again.token.id


async def test_a_token_that_somebody_else_deleted_is_gone_as_asked(
    agents: Agents, emu: Emulator
) -> None:
    def gone(_: Any) -> bool:
        emu.delete(next(t for t in emu.store.all("access-tokens") if t.id == old))
        return False

    old = agents.in_use
    emu.fail("DELETE", "/access-tokens/*", match=gone)

    assert (await agents.rotate()).finished


async def test_a_secret_that_did_not_come_is_not_handed_over(
    agents: Agents, emu: Emulator, pool: AgentPool
) -> None:
    emu.fail(
        "POST",
        "/agent-pools/*/access-tokens",
        status=201,
        headers={"Content-Type": "application/vnd.api+json"},
        body=b'{"data":{"type":"access-tokens","id":"at-1","attributes":{}}}',
    )
    before = agents.stored

    with pytest.raises(
        VerificationError, match="at-1 was created, but the answer lacks its secret"
    ):
        await agents.rotate()

    assert agents.stored is before


@pytest.mark.parametrize(
    "options",
    [
        {"description": ""},
        {"description": None},
        {"description": "k8s [handed over]"},
        {"hand_over": None},
        {"in_use": True},
        {"replaces": "at-1"},
        {"replaces": 5},
        {"replaces": [None]},
    ],
)
async def test_what_makes_no_rotation_is_refused_before_anything_is_sent(
    options: dict[str, Any], scalr: ScalrClient, emu: Emulator
) -> None:
    given: dict[str, Any] = {"description": "k8s", "hand_over": print, "in_use": bool, **options}

    with pytest.raises(
        InvalidArgumentError,
        match="replaces|not the id" if "replaces" in options else next(iter(options)),
    ):
        await scalr.agent_pools.rotate_token("apool-1", **given)

    assert len(emu.requests) == 0


async def test_a_pool_that_is_not_there_is_an_error(scalr: ScalrClient) -> None:
    def never(_: AccessToken) -> Awaitable[bool]:
        raise AssertionError

    with pytest.raises(NotFoundError):
        await scalr.agent_pools.rotate_token(
            "apool-missing", description="k8s", hand_over=never, in_use=never
        )
