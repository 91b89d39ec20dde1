"""Writes to a pool's list, and to links, whose answers are lost or useless: what is there counts."""

from __future__ import annotations

from typing import Any

import pytest

from scalr_async import PayloadError, RetryPolicy, ScalrClient
from scalr_async.emulator import Emulator
from scalr_async.resources import AgentPool, Workspace

ANSWERS: dict[str, dict[str, Any]] = {
    "cut before it": {"cut": "after-apply"},
    "cut in its headers": {"cut": "headers"},
    "cut in its body": {"cut": "body"},
}
PATHS = {"workspace": "/workspaces/*", "pool": "/agent-pools/*"}


@pytest.fixture
async def pool(scalr: ScalrClient) -> AgentPool:
    return await scalr.agent_pools.create(name="eu")


@pytest.fixture
async def workspace(scalr: ScalrClient) -> Workspace:
    home = await scalr.environments.create(name="eu")
    return await scalr.workspaces.create(name="a", environment=home)


@pytest.fixture
def patient(scalr: ScalrClient) -> ScalrClient:
    return scalr.with_options(retry=RetryPolicy(base=0.001, cap=0.002))


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("via", PATHS)
@pytest.mark.parametrize("linked", [True, False])
async def test_a_link_whose_answer_is_lost_is_looked_for(
    patient: ScalrClient,
    emu: Emulator,
    pool: AgentPool,
    workspace: Workspace,
    via: Any,
    answer: str,
    linked: bool,
) -> None:
    pools = patient.agent_pools
    if not linked:
        await pools.link_workspaces(pool, [workspace])
    emu.fail("PATCH", PATHS[via], **ANSWERS[answer])
    before = len(emu.requests)

    change = pools.link_workspaces if linked else pools.unlink_workspaces
    (outcome,) = (await change(pool, [workspace], via=via)).outcomes

    assert (outcome.ok, outcome.outcome) == (True, "applied")
    methods = [request.method for request in list(emu.requests)[before:]]
    assert methods[-1] == "GET"
    assert methods.count("PATCH") == 1


@pytest.mark.parametrize("answer", ANSWERS)
async def test_a_list_whose_answer_is_lost_is_looked_for(
    patient: ScalrClient, emu: Emulator, pool: AgentPool, workspace: Workspace, answer: str
) -> None:
    emu.fail("PATCH", PATHS["pool"], **ANSWERS[answer])
    before = len(emu.requests)

    await patient.agent_pools.replace_workspaces(pool, [workspace])

    methods = [request.method for request in list(emu.requests)[before:]]
    assert methods[0] == "PATCH"
    assert methods.count("PATCH") == 1
    assert "GET" in methods


UNREADABLE: dict[str, Any] = {
    "status": 200,
    "headers": {"Content-Encoding": "gzip"},
    "body": b"not compressed",
}
"""An answer that says that the write was applied, although it was not."""


@pytest.mark.parametrize("linked", [True, False])
async def test_an_unreadable_answer_to_a_list_proves_nothing(
    patient: ScalrClient, emu: Emulator, pool: AgentPool, workspace: Workspace, linked: bool
) -> None:
    pools = patient.agent_pools
    if not linked:
        await pools.link_workspaces(pool, [workspace])
    emu.fail("PATCH", PATHS["pool"], **UNREADABLE)

    change = pools.link_workspaces if linked else pools.unlink_workspaces
    (outcome,) = (await change(pool, [workspace], via="pool")).outcomes

    assert (outcome.ok, outcome.outcome) == (False, "unknown")
    assert isinstance(outcome.error, PayloadError)


@pytest.mark.parametrize("is_read", [True, False])
async def test_an_unreadable_answer_to_a_new_list_proves_nothing(
    patient: ScalrClient, emu: Emulator, pool: AgentPool, workspace: Workspace, is_read: bool
) -> None:
    emu.fail("PATCH", PATHS["pool"], **UNREADABLE)
    if not is_read:
        emu.fail("GET", PATHS["pool"], status=403)

    with pytest.raises(PayloadError) as caught:
        await patient.agent_pools.replace_workspaces(pool, [workspace])

    assert caught.value.outcome == "unknown"
