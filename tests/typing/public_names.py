"""Names of `scalr_async.resources` are typed, though they are imported lazily; never run."""

from __future__ import annotations

from typing import assert_type

from scalr_async import ScalrClient
from scalr_async.resources import AgentPool, AgentPools, AgentPoolSort, Runs, Workspace


async def use(scalr: ScalrClient, pool: AgentPool, order: AgentPoolSort) -> None:
    assert_type(pool.name, str)
    assert_type(pool.account.id, str)
    assert_type(pool.workspaces[0].resource, Workspace | None)
    assert_type(scalr.agent_pools, AgentPools)
    assert_type(scalr.runs, Runs)
    assert_type(await scalr.agent_pools.list(sort=order).first(), AgentPool | None)
