"""The types of `ensure` and `find`, as both checkers see them."""

from __future__ import annotations

from typing import Literal, assert_type

from scalr_async import ScalrClient
from scalr_async.resources import AgentPool, Ensured, Environment, Variable, Workspace


async def check(scalr: ScalrClient, env: Environment) -> None:
    ensured = await scalr.agent_pools.ensure(name="eu", environments=[env], webhook_url=None)
    assert_type(ensured, Ensured[AgentPool])
    assert_type(ensured.resource, AgentPool)
    assert_type(ensured.action, Literal["created", "updated", "unchanged"])
    assert_type(
        await scalr.variables.ensure(key="k", category="shell", workspace="ws-1"),
        Ensured[Variable],
    )
    assert_type(await scalr.workspaces.find(name="vpc", environment=env), Workspace)
    assert_type(await scalr.workspaces.resolve("production/vpc"), Workspace)
    assert_type(await scalr.agent_pools.find(name="eu", include=["agents"]), AgentPool)

    await scalr.agent_pools.ensure(vcs_enabled=True)  # type: ignore[call-arg]  # no name
    await scalr.workspaces.ensure(name="vpc")  # type: ignore[call-arg]  # in no environment
    await scalr.tags.find("eu")  # type: ignore[call-arg]  # names are named
    await scalr.agent_pools.find(name="eu", include=["agent"])  # type: ignore[list-item]  # unknown
