"""Every error about an answer says how many requests it took, and how many seconds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from scalr_async import Config, RetryPolicy, ScalrClient, ScalrError
from scalr_async.emulator import Emulator
from scalr_async.errors import (
    APIError,
    DecodeError,
    DriftError,
    MultipleResultsError,
    NoResultError,
    VerificationError,
)

Act = Callable[[ScalrClient, Emulator], Awaitable[object]]


@pytest.fixture
async def scalr(emu: Emulator) -> AsyncIterator[ScalrClient]:
    retry = RetryPolicy(base=0.0, throttled_base=0.0)
    async with ScalrClient(config=Config(host=emu.url, token=emu.token, retry=retry)) as client:
        yield client


async def miss_one(scalr: ScalrClient, emu: Emulator) -> object:
    return await scalr.workspaces.list(name="nothing").one()


async def find_many(scalr: ScalrClient, emu: Emulator) -> object:
    return await scalr.workspaces.list().one()


async def see_drift(scalr: ScalrClient, emu: Emulator) -> object:
    pager = scalr.workspaces.list(page_size=2, prefetch=0, on_drift="raise")
    async for page in pager.pages():
        if page.number == 1:
            emu.create("workspaces", {"name": "late"}, {"environment": "env-svrcnchebt61e30"})
            emu.requests.clear()
            emu.fail("GET", "/workspaces", status=503)
    return None


async def get_nothing(scalr: ScalrClient, emu: Emulator) -> object:
    return await scalr.workspaces.get("ws-nothing")


async def get_a_page_of_html(scalr: ScalrClient, emu: Emulator) -> object:
    emu.fail("GET", "/accounts/*", status=200, body=b"<html>", times=2)
    return await scalr.accounts.get("acc-svrcncgh453bi8g")


async def link_in_vain(scalr: ScalrClient, emu: Emulator) -> object:
    """The server answers a list that was written with success, and keeps its own."""
    pool = emu.create("agent-pools", {"name": "eu"})
    workspace = emu.store.all("workspaces")[0].id
    found = await scalr.agent_pools.get(pool.id)
    emu.requests.clear()

    def forget(request: object) -> bool:
        for record in emu.store.all("workspaces"):
            emu._service.store.change(record, {}, {"agent-pool": None})
        return False

    emu.fail("GET", "/agent-pools/*", times=None, match=forget)
    result = await scalr.agent_pools.link_workspaces(found, [workspace], via="pool")
    result.raise_for_failures()
    return None


@pytest.mark.generous("counts requests, of which sparse answers take more")
@pytest.mark.parametrize(
    ("act", "kind", "first_fails"),
    [
        (miss_one, NoResultError, True),
        (find_many, MultipleResultsError, True),
        (see_drift, DriftError, False),
        (get_nothing, APIError, True),
        (get_a_page_of_html, DecodeError, False),
        (link_in_vain, VerificationError, False),
    ],
)
async def test_attempts_are_the_requests_that_the_server_saw(
    scalr: ScalrClient, emu: Emulator, act: Act, kind: type[ScalrError], first_fails: bool
) -> None:
    emu.seed(environments=1, workspaces=6)
    if first_fails:
        emu.fail("GET", "/workspaces*", status=503)

    with pytest.raises((kind, ExceptionGroup)) as caught:
        await act(scalr, emu)

    error = caught.value
    error = error.exceptions[0] if isinstance(error, ExceptionGroup) else error
    assert isinstance(error, kind)
    assert error.attempts == len(emu.requests)
    assert error.elapsed > 0


async def test_what_was_never_asked_for_took_nothing(scalr: ScalrClient, emu: Emulator) -> None:
    with pytest.raises(NoResultError) as caught:
        await scalr.workspaces.list(limit=0).one()

    assert (caught.value.attempts, caught.value.elapsed) == (0, 0.0)
    assert caught.value.outcome == "not_sent"
    assert len(emu.requests) == 0
