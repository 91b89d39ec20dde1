# pyright: strict, reportUnnecessaryTypeIgnoreComment=true, reportPrivateUsage=false
"""What a type checker sees of the agent pools; checked by mypy and pyright, never run."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from datetime import datetime
from typing import Any, assert_type

from scalr_async import BulkResult, Outcome, bulk_report, filters, run_bulk, run_bulk_iter
from scalr_async._values import Secret
from scalr_async.jsonapi import Ref
from scalr_async.pagination import Page, Pager
from scalr_async.resources._generated._client import Collections
from scalr_async.resources._generated.access_tokens import AccessToken
from scalr_async.resources._generated.accounts import Account
from scalr_async.resources._generated.agent_pools import (
    AgentPool,
    AgentPoolCreate,
    AgentPoolFeature,
    AgentPoolWebhookHeader,
)
from scalr_async.resources._generated.environments import Environment
from scalr_async.resources._generated.workspaces import Workspace
from scalr_async.resources.agent_pools import AssignOutcome, LinkOutcome, WorkspaceId


async def reading(scalr: Collections, pool: AgentPool) -> None:
    assert_type(scalr.agent_pools.list(), Pager[AgentPool])
    assert_type(await scalr.agent_pools.list(), Page[AgentPool])
    assert_type(await scalr.agent_pools.list().first(), AgentPool | None)
    assert_type(await scalr.agent_pools.get("apool-1", include=["workspaces"]), AgentPool)
    async for found in scalr.agent_pools.list(query="eu"):
        assert_type(found, AgentPool)
    assert_type(pool.id, str)
    assert_type(pool.name, str)
    assert_type(pool.webhook_url, str | None)
    assert_type(pool.features, tuple[AgentPoolFeature, ...])
    assert_type(pool.account, Ref[Account])
    assert_type(pool.account.id, str)
    assert_type(pool.account.resource, Account | None)
    assert_type(pool.environment, Ref[Environment] | None)
    assert_type(pool.workspaces, tuple[Ref[Workspace], ...])
    assert_type(pool.webhook_headers, tuple[AgentPoolWebhookHeader, ...] | None)
    pool.nme  # type: ignore[attr-defined]
    pool.name = "eu"  # type: ignore[misc]


async def filtering(scalr: Collections, account: Account, env: Ref[Environment]) -> None:
    scalr.agent_pools.list(account=account, environment=env, name=filters.like("eu"))
    scalr.agent_pools.list(environment=["env-1", env, filters.null], vcs_enabled=True)
    scalr.agent_pools.list(include=["agents"], sort="-name", page_size=50, prefetch=0, limit=None)
    scalr.agent_pools.list(sort=["account", "-in_use"], on_drift="verify")
    scalr.agent_pools.list(vcs_enabled="yes")  # type: ignore[arg-type]
    scalr.agent_pools.list(account=env)  # type: ignore[arg-type]
    scalr.agent_pools.list(nme="eu")  # type: ignore[call-arg]
    scalr.agent_pools.list(include=["agent"])  # type: ignore[list-item]
    scalr.agent_pools.list(include="agents")  # type: ignore[arg-type]
    scalr.agent_pools.list(sort="+name")  # type: ignore[arg-type]
    scalr.agent_pools.list(on_drift="fail")  # type: ignore[arg-type]
    scalr.agent_pools.list(fields={"agent_pools": ["name"]})  # type: ignore[call-arg]


async def writing(scalr: Collections, pool: AgentPool, workspaces: Sequence[Workspace]) -> None:
    assert_type(await scalr.agent_pools.create(name="eu"), AgentPool)
    assert_type(await scalr.agent_pools.update(pool, webhook_url=None), AgentPool)
    assert_type(await scalr.agent_pools.update(pool.id, workspaces=workspaces), AgentPool)
    await scalr.agent_pools.update(Ref("agent-pools", "apool-1"), workspaces=pool.workspaces)
    header = AgentPoolWebhookHeader(name="x-key", value=Secret("s"), sensitive=True)
    values: AgentPoolCreate = {"name": "eu", "environments": ["env-1"]}
    await scalr.agent_pools.create(**values)
    await scalr.agent_pools.create(name="eu", webhook_headers=[header, {"name": "a", "value": "b"}])
    await scalr.agent_pools.create(is_shared=True)  # type: ignore[call-arg]
    await scalr.agent_pools.create(name="eu", in_use=True)  # type: ignore[call-arg]
    await scalr.agent_pools.create(name="eu", account="acc-1")  # type: ignore[call-arg]
    await scalr.agent_pools.update(pool, name=None)  # type: ignore[arg-type]
    await scalr.agent_pools.update(pool, environments=workspaces)  # type: ignore[arg-type]
    await scalr.agent_pools.update(pool, webhook_headers=[{"name": "a"}])  # type: ignore[list-item]
    await scalr.agent_pools.delete(workspaces[0])  # type: ignore[arg-type]


async def tokens(scalr: Collections, pool: AgentPool) -> None:
    token = await scalr.agent_pools.create_token(pool, description="k8s")
    assert_type(token, AccessToken)
    assert_type(token.token, Secret | None)
    assert_type(token.expires_at, datetime | None)
    assert_type(scalr.agent_pools.list_access_tokens(pool, sort="-created_at"), Pager[AccessToken])
    await scalr.agent_pools.create_token(pool, token="mine")  # type: ignore[call-arg]


def seen(text: str) -> None: ...
def report(outcome: AssignOutcome) -> None: ...


async def linking(
    scalr: Collections, pool: AgentPool, workspaces: Pager[Workspace], ids: Iterator[str]
) -> None:
    pools = scalr.agent_pools
    done: list[int] = []

    async def slowly(outcome: LinkOutcome) -> None:
        assert_type(outcome.value, Workspace | None)
        done.append(outcome.index)

    linked = await pools.link_workspaces(pool, workspaces, on_outcome=slowly)
    assert_type(linked, BulkResult[Workspace, Workspace])
    mixed: list[WorkspaceId] = [Ref("workspaces", "ws-1"), "ws-2"]
    async for outcome in pools.link_workspaces_iter(pool, mixed):
        assert_type(outcome, LinkOutcome)
    assert_type(await pools.replace_workspaces(pool, workspaces), AgentPool)
    await pools.link_workspaces(workspaces, pool)  # type: ignore[arg-type]
    await pools.link_workspaces(pool, [pool])  # type: ignore[type-var]
    await pools.link_workspaces(pool, 5)  # type: ignore[arg-type]
    await pools.link_workspaces(pool, ids, via="workspaces")  # type: ignore[arg-type]


async def inputs_keep_their_type(
    scalr: Collections, pool: AgentPool, found: list[Workspace], links: tuple[Ref[Workspace], ...]
) -> None:
    pools = scalr.agent_pools
    linked = await pools.link_workspaces(pool, found, on_outcome=lambda o: seen(o.input.name))
    assert_type([failed.input.name for failed in linked.failed], list[str])
    assert_type(await pools.link_workspaces(pool, ["ws-1"]), BulkResult[str, Workspace])
    unlinked = await pools.unlink_workspaces(pool, links, on_outcome=lambda o: seen(o.input.id))
    assert_type(unlinked, BulkResult[Ref[Workspace], Workspace])
    async for outcome in pools.link_workspaces_iter(pool, scalr.workspaces.list(), via="pool"):
        assert_type(outcome, Outcome[Workspace, Workspace])
    async for outcome in pools.unlink_workspaces_iter(pool, found):
        assert_type(outcome, Outcome[Workspace, Workspace])


async def assigning(
    scalr: Collections, pool: AgentPool, found: Pager[Workspace], ids: Iterator[str]
) -> None:
    pools = scalr.agent_pools
    plan: dict[str, list[Workspace]] = {"apool-1": await found.collect()}
    assigned = await pools.assign_workspaces(plan, on_outcome=lambda o: seen(o.input[1].name))
    assert_type(assigned, BulkResult[tuple[str, Workspace], Workspace])
    by_name = await pools.assign_workspaces({pool: ids})
    assert_type(by_name.outcomes[0], Outcome[tuple[str, str], Workspace])
    await pools.assign_workspaces({pool: ids}, on_outcome=report)
    await pools.assign_workspaces({pool: found})  # type: ignore[arg-type]


async def many(error: BaseException) -> None:
    async def call(item: int) -> str:
        return str(item)

    assert_type(await run_bulk(range(3), call), BulkResult[int, str])
    assert_type(run_bulk_iter(range(3), call), AsyncGenerator[Outcome[int, str]])
    report = bulk_report(error)
    assert_type(report, BulkResult[Any, Any] | None)
    if report is not None:
        assert_type(report.not_started, int | None)
    error.report  # type: ignore[attr-defined]
