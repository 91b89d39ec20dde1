# pyright: strict, reportUnnecessaryTypeIgnoreComment=true
"""What a type checker sees of other collections; checked by mypy and pyright, never run."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, assert_type

from scalr_async import filters
from scalr_async._values import Secret
from scalr_async.jsonapi import Ref
from scalr_async.pagination import Pager
from scalr_async.resources._download import Download
from scalr_async.resources._generated._client import Collections
from scalr_async.resources._generated.account_users import AccountUser
from scalr_async.resources._generated.accounts import AccountMetrics
from scalr_async.resources._generated.agent_pools import AgentPool
from scalr_async.resources._generated.agents import Agent, AgentStatus
from scalr_async.resources._generated.configuration_versions import ConfigurationVersion
from scalr_async.resources._generated.environments import Environment
from scalr_async.resources._generated.runs import Run, RunStatus
from scalr_async.resources._generated.security_rules import SecurityRules
from scalr_async.resources._generated.service_accounts import ServiceAccountTemporaryToken
from scalr_async.resources._generated.slack_connections import SlackChannel
from scalr_async.resources._generated.state_versions import StateVersion
from scalr_async.resources._generated.tags import Tag
from scalr_async.resources._generated.users import User
from scalr_async.resources._generated.variables import Variable
from scalr_async.resources._generated.workspaces import (
    Workspace,
    WorkspaceOutput,
    WorkspaceVcsRepo,
)
from scalr_async.resources.runs import RunStage, run_stage

NOW = datetime.now(UTC)


async def workspaces(scalr: Collections, workspace: Workspace, tag: Tag) -> None:
    scalr.workspaces.list(environment="env-1", run_status=["errored", "applied"], tag=[tag])
    scalr.workspaces.list(updated_at=filters.between(NOW, NOW), agent_pool=filters.null)
    scalr.workspaces.list(include=["environment", "tags"], sort="-updated_at")
    scalr.workspaces.list(fields={"workspaces": ["name", "id"], "environments": []})
    scalr.workspaces.list(run_status="aplied")  # type: ignore[arg-type]
    scalr.workspaces.list(sort="created_at")  # type: ignore[arg-type]
    scalr.workspaces.list(fields={"workspaces": ["nme"]})  # type: ignore[list-item]
    scalr.workspaces.list(fields={"pools": []})  # type: ignore[typeddict-unknown-key]
    assert_type(workspace.environment, Ref[Environment])
    assert_type(workspace.agent_pool, Ref[AgentPool] | None)
    assert_type(workspace.vcs_repo, WorkspaceVcsRepo | None)
    assert_type(workspace.permissions, Mapping[str, Any])
    assert_type(workspace.updated_at, datetime | None)
    assert_type(await scalr.workspaces.lock(workspace, reason="busy"), Workspace)
    assert_type(await scalr.workspaces.resync(workspace), ConfigurationVersion)
    assert_type(await scalr.workspaces.current_state_version(workspace), StateVersion)
    assert_type(await scalr.workspaces.outputs(workspace), tuple[WorkspaceOutput, ...])
    assert_type(scalr.workspaces.list_tags(workspace), Pager[Ref[Tag]])
    await scalr.workspaces.set_schedule(workspace, apply_schedule=None)
    await scalr.workspaces.add_tags(workspace, [tag, "tag-1", Ref("tags", "tag-2")])
    await scalr.workspaces.create(name="a", environment="env-1", vcs_repo={"identifier": "a/b"})
    await scalr.workspaces.create(name="a")  # type: ignore[call-arg]
    await scalr.workspaces.add_tags(workspace, [workspace])  # type: ignore[list-item]
    await scalr.workspaces.lock(workspace, why="busy")  # type: ignore[call-arg]
    await scalr.workspaces.link_ssh_key(workspace)  # type: ignore[call-arg]


async def environments(scalr: Collections, environment: Environment) -> None:
    scalr.environments.list(favorite=True, latest_run_date=NOW, sort_favorite_first=True)
    assert_type(await scalr.environments.update(environment, storage_profile=None), Environment)
    assert_type(scalr.environments.list_federated_environments("env-1"), Pager[Ref[Environment]])
    assert_type(environment.account.id, str)
    await scalr.environments.get(environment, track_access=False)
    await scalr.environments.create(name="a", account="acc-1")  # type: ignore[call-arg]
    await scalr.environments.get(environment, track_access="no")  # type: ignore[arg-type]


async def agents(scalr: Collections, agent: Agent) -> None:
    assert_type(agent.status, AgentStatus)
    assert_type(agent.pool, Ref[AgentPool])
    scalr.agents.list(agent_pool=agent.pool, include=["pool"], sort="last_seen_at")
    scalr.agents.list(agent_pool=agent)  # type: ignore[arg-type]
    await scalr.agents.delete(agent)
    await scalr.agents.create()  # type: ignore[attr-defined]


async def accounts(scalr: Collections, user: User) -> None:
    assert_type(await scalr.accounts.metrics("acc-1"), AccountMetrics)
    assert_type(await scalr.accounts.invite_user("acc-1", email="a@b.c"), AccountUser)
    await scalr.accounts.remove_user("acc-1", user)
    await scalr.accounts.update("acc-1", allowed_ips=["10.0.0.0/8"])
    await scalr.accounts.invite_user("acc-1")  # type: ignore[call-arg]
    await scalr.accounts.update("acc-1", allowed_ips=None)  # type: ignore[arg-type]


async def users(scalr: Collections) -> None:
    assert_type(await scalr.users.create(email="a@b.c", password="p"), User)
    await scalr.users.update("user-1", password="p")  # type: ignore[call-arg]


async def variables(scalr: Collections, variable: Variable) -> None:
    assert_type(variable.value, Secret | None)
    await scalr.variables.create(key="a", category="shell", value="b", force=True)
    await scalr.variables.create(key="a", category="sell")  # type: ignore[arg-type]
    scalr.variables.list(category="terraform", workspace="ws-1", sort="key")


async def runs(scalr: Collections, run: Run) -> None:
    assert_type(run.status, RunStatus)
    assert_type(run.workspace, Ref[Workspace])
    assert_type(await scalr.runs.confirm(run, comment="go"), None)
    assert_type(scalr.runs.list_queue(status=["pending"]), Pager[Run])
    await scalr.runs.create(workspace="ws-1", is_destroy=True, vcs_user_id=1)
    await scalr.runs.create(status="applied")  # type: ignore[call-arg]


async def others(scalr: Collections) -> None:
    found = await scalr.service_accounts.assume(service_account_email="a@b.c", id_token="t")
    assert_type(found, ServiceAccountTemporaryToken)
    assert_type(found.access_token, Secret)
    assert_type(await scalr.security_rules.get(), SecurityRules)
    assert_type(await scalr.security_rules.update(enforce_agent_pool=True), SecurityRules)
    assert_type(scalr.slack_connections.list_channels("acc-1"), Pager[SlackChannel])
    assert_type(await scalr.tags.get("tag-1"), Tag)
    scalr.tags.list(fields={"tags": ["in_use"]})
    scalr.webhook_integrations.list(enabled=True, event="run:completed")
    scalr.access_tokens.list(is_expired=False, sort=["name"])
    await scalr.tags.create()  # type: ignore[call-arg]
    scalr.access_tokens.list(is_expired="no")  # type: ignore[arg-type]


async def streams(scalr: Collections, run: Run, version: ConfigurationVersion) -> None:
    assert_type(await scalr.plans.log("plan-1", clean=True), str | None)
    assert_type(await scalr.cost_estimates.log("ce-1"), str)
    assert_type(await scalr.plans.json_output("plan-1"), Mapping[str, Any] | None)
    assert_type(await scalr.users.sign_in_url("github"), str)
    assert_type(scalr.state_versions.download("sv-1"), Download)
    assert_type(await scalr.runs.policy_input(run, stage="pre_plan", to="input.zip"), int)
    assert_type(
        [piece async for piece in scalr.configuration_versions.download(version)], list[bytes]
    )
    assert_type(scalr.billing_usages.list_csv(to=Path("usage.csv")), Download)
    assert_type(scalr.environments.list_drifted_workspaces("env-1"), Pager[Mapping[str, Any]])
    assert_type([text async for text in scalr.runs.follow_logs(run)], list[str])
    assert_type(run_stage(run), RunStage)
    await scalr.configuration_versions.upload(version, Path("config.tar.gz"))
    await scalr.configuration_versions.upload(version, io.BytesIO(), on_progress=print)
    await scalr.configuration_versions.upload(run, b"")  # type: ignore[arg-type]
    await scalr.configuration_versions.upload(version, ["a"])  # type: ignore[arg-type]
    await scalr.plans.log(run)  # type: ignore[arg-type]
    scalr.state_versions.download("sv-1", to=7)  # type: ignore[arg-type]
    scalr.runs.policy_input(run, stage="preplan")  # type: ignore[arg-type]
    scalr.billing_usages.list_csv(page_size=10)  # type: ignore[call-arg]
