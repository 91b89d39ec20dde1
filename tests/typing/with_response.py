# pyright: strict, reportUnnecessaryTypeIgnoreComment=true
"""Calls that give their response are typed as the calls themselves; checked, never run."""

from __future__ import annotations

from typing import assert_type

from scalr_async import Headers, Page, Ref, Resource, Response, ScalrClient, WithResponse
from scalr_async.bulk import BulkResult, Outcome
from scalr_async.resources import AccessToken, AgentPool, Environment, Run, Tag, Workspace


async def results(scalr: ScalrClient, run: Run) -> None:
    pool, response = await scalr.agent_pools.with_response.get("apool-1", include=["account"])
    assert_type(pool, AgentPool)
    assert_type(response, Response)
    assert_type((response.status, response.headers), tuple[int, Headers])
    assert_type(response.request_id, str | None)
    made = await scalr.agent_pools.with_response.create_token(pool, description="k8s")
    assert_type(made, WithResponse[AccessToken])
    page = await scalr.workspaces.with_response.list(environment="env-1", sort="-updated_at")
    assert_type(page.value, Page[Workspace])
    tags = await scalr.workspaces.with_response.list_tags("ws-1")
    assert_type(tags, WithResponse[Page[Ref[Tag]]])
    assert_type(await scalr.tags.with_response.delete("tag-1"), WithResponse[None])
    assert_type(await scalr.runs.with_response.confirm(run), WithResponse[None])
    assert_type(await scalr.plans.with_response.log("plan-1"), WithResponse[str | None])
    size = await scalr.state_versions.with_response.download("sv-1", to="x.tfstate")
    assert_type(size.value, int)
    replaced = await scalr.agent_pools.with_response.replace_workspaces(pool, ["ws-1"])
    assert_type(replaced.value, AgentPool)
    uploaded = await scalr.configuration_versions.with_response.upload("cv-1", b"")
    assert_type(uploaded, WithResponse[None])


async def refusals(scalr: ScalrClient) -> None:
    await scalr.agent_pools.with_response.get()  # type: ignore[call-arg]
    await scalr.agent_pools.with_response.get("apool-1", include=["x"])  # type: ignore[list-item]
    await scalr.agent_pools.with_response.create()  # type: ignore[call-arg]
    await scalr.agent_pools.with_response.create(name=5)  # type: ignore[arg-type]
    await scalr.workspaces.with_response.list(sort="x")  # type: ignore[arg-type]
    await scalr.agent_pools.with_response.link_workspaces("p", [])  # type: ignore[attr-defined]


def wide(
    ref: Ref[Resource] | None, outcome: Outcome[Resource, object], result: BulkResult[object, None]
) -> None: ...


def covariance(
    workspace: Workspace,
    outcome: Outcome[Workspace, Environment],
    result: BulkResult[Workspace, None],
    anything: Ref[Resource],
) -> None:
    wide(workspace.environment, outcome, result)
    wide(workspace.agent_pool, outcome, result)
    several: tuple[Ref[Resource], ...] = workspace.tags
    exact: Ref[Workspace] = anything  # type: ignore[assignment]
    assert [several, exact]
