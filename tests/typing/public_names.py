"""Names of `scalr_async.resources` are typed, though they are imported lazily; never run."""

from __future__ import annotations

from typing import Any, assert_type

from scalr_async import ScalrClient
from scalr_async.resources import AgentPool, AgentPools, AgentPoolSort, Runs, Workspace


async def use(scalr: ScalrClient, pool: AgentPool, order: AgentPoolSort) -> None:
    assert_type(pool.name, str)
    assert_type(pool.account.id, str)
    assert_type(pool.workspaces[0].resource, Workspace | None)
    assert_type(scalr.agent_pools, AgentPools)
    assert_type(scalr.runs, Runs)
    assert_type(await scalr.agent_pools.list(sort=order).first(), AgentPool | None)


async def open_by_hand(pool: AgentPool) -> None:
    scalr = await ScalrClient().open()
    assert_type(scalr, ScalrClient)
    assert_type(scalr.with_options(headers={"X-Trace": "1"}), ScalrClient)
    scalr.with_options(timeout=5, headers=None)
    scalr.with_options(headers={"X-Trace": 1})  # type: ignore[dict-item]
    assert_type(pool.to_dict(include=["workspaces"]), dict[str, Any])
    assert pool.webhook_headers
    assert_type(pool.webhook_headers[0].to_dict(), dict[str, Any])
