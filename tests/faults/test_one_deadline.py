"""One deadline for every call of several requests, however many of them the server delays."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import attrs
import pytest

from scalr_async import (
    DeadlineExceededError,
    DisconnectedError,
    ScalrClient,
    ScalrError,
    ServerError,
    Timeouts,
)
from scalr_async._http import Deadline
from scalr_async.emulator import Emulator
from scalr_async.resources import AccessToken
from tests.faults.common import client, now, ok, pool, virtually
from tests.servers import ScriptedServer
from tests.transport.common import GET, sending

TOTAL = 10.0

Call = Callable[[ScalrClient, str], Awaitable[object]]

CALLS: dict[str, Call] = {
    "find": lambda scalr, _: scalr.agent_pools.find(name="in:nobody"),
    "resolve": lambda scalr, _: scalr.workspaces.resolve("main/nothing"),
    "ensure": lambda scalr, _: scalr.agent_pools.ensure(name="new"),
    "ensure of another value": lambda scalr, _: scalr.agent_pools.ensure(
        name="eu", vcs_enabled=True
    ),
    "create": lambda scalr, _: scalr.agent_pools.create(
        name="new", reconcile=scalr.agent_pools.list(name="new")
    ),
    "replace": lambda scalr, pool: scalr.agent_pools.replace_workspaces(pool, []),
    "link": lambda scalr, pool: scalr.agent_pools.link_workspaces(pool, ["ws-1"], via="pool"),
    "unlink": lambda scalr, pool: scalr.agent_pools.unlink_workspaces(pool, ["ws-1"], via="pool"),
    "rotate": lambda scalr, pool: scalr.agent_pools.rotate_token(
        pool, description="a", hand_over=lambda _: None, in_use=lambda _: True
    ),
    "confirm": lambda scalr, _: scalr.runs.confirm("run-1"),
}
"""Each call of several requests, with a pool."""


def outage_of_writes(emu: Emulator) -> None:
    for method in ("POST", "PATCH", "DELETE"):
        emu.fail(method, "/*", status=503, times=None)
        emu.fail(method, "/*/*", status=503, times=None)


def lost_writes(emu: Emulator) -> None:
    for method in ("POST", "PATCH", "DELETE"):
        emu.fail(method, "/*", cut="after-apply", times=None)
        emu.fail(method, "/*/*", cut="headers", times=None)


def slow(emu: Emulator) -> None:
    emu.latency = 4.0


def slow_outage_of_writes(emu: Emulator) -> None:
    slow(emu)
    outage_of_writes(emu)


def slow_and_lost_writes(emu: Emulator) -> None:
    slow(emu)
    lost_writes(emu)


@pytest.mark.parametrize(
    "trouble", [slow, outage_of_writes, lost_writes, slow_outage_of_writes, slow_and_lost_writes]
)
@pytest.mark.parametrize("name", CALLS)
def test_a_call_of_several_requests_ends_by_its_one_deadline(
    name: str, trouble: Callable[[Emulator], None]
) -> None:
    async def main() -> None:
        async with Emulator() as emu:
            made = emu.create("agent-pools", {"name": "eu"})
            trouble(emu)
            timeouts = Timeouts(total=TOTAL, read=None)
            async with client(emu.url, token=emu.token, timeouts=timeouts) as scalr:
                began = now()
                with contextlib.suppress(ScalrError):
                    await CALLS[name](scalr, str(made.id))
                assert now() - began <= TOTAL + 0.05

    virtually(main())


@pytest.mark.parametrize(
    ("name", "trouble", "total", "kind"),
    [
        ("ensure", outage_of_writes, 10.0, ServerError),
        ("ensure", slow_and_lost_writes, 10.0, DisconnectedError),
        ("create", slow_and_lost_writes, 5.0, DisconnectedError),
    ],
)
def test_a_write_that_the_deadline_leaves_in_doubt_raises_its_own_error(
    name: str, trouble: Callable[[Emulator], None], total: float, kind: type[ScalrError]
) -> None:
    async def main() -> None:
        async with Emulator() as emu:
            trouble(emu)
            timeouts = Timeouts(total=total, read=None)
            async with client(emu.url, token=emu.token, timeouts=timeouts) as scalr:
                with pytest.raises(kind) as caught:
                    await CALLS[name](scalr, "")
        assert caught.value.outcome == "unknown"

    virtually(main())


@pytest.mark.parametrize("total", [TOTAL, None])
def test_the_functions_of_a_rotation_take_none_of_its_time(total: float | None) -> None:
    async def slowly(_: AccessToken) -> bool:
        await asyncio.sleep(10 * TOTAL)
        return True

    async def main() -> None:
        async with Emulator() as emu:
            made = emu.create("agent-pools", {"name": "eu"})
            timeouts = Timeouts(total=total)
            async with client(emu.url, token=emu.token, timeouts=timeouts) as scalr:
                rotation = await scalr.agent_pools.rotate_token(
                    str(made.id), description="a", hand_over=slowly, in_use=slowly
                )
        assert rotation.finished

    virtually(main())


def test_no_request_is_sent_after_the_deadline_that_it_shares() -> None:
    async def main() -> None:
        request = attrs.evolve(GET, deadline=Deadline())
        async with ScriptedServer(ok(pool())) as server:
            async with sending(server.url, timeouts=Timeouts(total=TOTAL)) as sender:
                await sender.send(request)
                await asyncio.sleep(TOTAL)
                with pytest.raises(DeadlineExceededError) as caught:
                    await sender.send(request)
        assert caught.value.outcome == "not_sent"
        assert len(server.requests) == 1

    virtually(main())
