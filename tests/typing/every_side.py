# pyright: strict, reportUnnecessaryTypeIgnoreComment=true
"""Filters, includes, sorts and writes of twelve collections; checked by mypy and pyright, never run."""

from __future__ import annotations

from typing import assert_type

from scalr_async import ScalrClient, filters
from scalr_async.jsonapi import Ref
from scalr_async.pagination import Page, Pager
from scalr_async.resources import (
    AccessPolicy,
    Account,
    AgentPool,
    Environment,
    Hook,
    PolicyGroup,
    ProviderConfiguration,
    Role,
    ServiceAccount,
    Tag,
    Team,
    User,
    VariableSet,
    VcsProvider,
    Workspace,
)


async def access_policies(scalr: ScalrClient, team: Team, policy: AccessPolicy) -> None:
    found = scalr.access_policies.list(team=team, conditions="none", include=["roles"], sort="team")
    assert_type(found, Pager[AccessPolicy])
    assert_type(policy.team, Ref[Team] | None)
    assert_type(await scalr.access_policies.create(roles=["role-1"], team=team), AccessPolicy)
    assert_type(await scalr.access_policies.update(policy, roles=policy.roles), AccessPolicy)
    scalr.access_policies.list(team=policy)  # type: ignore[arg-type]
    scalr.access_policies.list(conditions="some")  # type: ignore[arg-type]
    scalr.access_policies.list(include=["role"])  # type: ignore[list-item]
    scalr.access_policies.list(sort="roles")  # type: ignore[arg-type]
    await scalr.access_policies.create(team=team)  # type: ignore[call-arg]
    await scalr.access_policies.update(policy, roles=None)  # type: ignore[arg-type]


async def environments(scalr: ScalrClient, environment: Environment, tag: Tag) -> None:
    found = scalr.environments.list(
        tag=tag, name=filters.like("eu"), include=["tags"], sort="-name"
    )
    assert_type(await found, Page[Environment])
    assert_type(environment.tags, tuple[Ref[Tag], ...])
    assert_type(await scalr.environments.create(name="eu", tags=[tag, "tag-1"]), Environment)
    assert_type(await scalr.environments.update(environment, storage_profile=None), Environment)
    scalr.environments.list(favorite="yes")  # type: ignore[arg-type]
    scalr.environments.list(include=["tag"])  # type: ignore[list-item]
    scalr.environments.list(sort="status")  # type: ignore[arg-type]
    await scalr.environments.create(tags=[tag])  # type: ignore[call-arg]
    await scalr.environments.update(environment, status="Active")  # type: ignore[call-arg]


async def hooks(scalr: ScalrClient, hook: Hook, provider: VcsProvider) -> None:
    found = scalr.hooks.list(vcs_provider=provider, include=["vcs_provider"], sort=["-updated_at"])
    assert_type(await found.first(), Hook | None)
    assert_type(hook.vcs_provider, Ref[VcsProvider])
    assert_type(await scalr.hooks.update(hook, description=None), Hook)
    scalr.hooks.list(vcs_provider=hook)  # type: ignore[arg-type]
    scalr.hooks.list(include=["vcs"])  # type: ignore[list-item]
    scalr.hooks.list(sort="created_at")  # type: ignore[arg-type]
    await scalr.hooks.create(name="a")  # type: ignore[call-arg]
    await scalr.hooks.update(hook, name=None)  # type: ignore[arg-type]


async def policy_groups(scalr: ScalrClient, group: PolicyGroup) -> None:
    found = scalr.policy_groups.list(
        environment=["env-1"], include=["policies"], sort="-created_at"
    )
    assert_type(await found.collect(limit=3), list[PolicyGroup])
    assert_type(await scalr.policy_groups.update(group, is_enforced=True), PolicyGroup)
    scalr.policy_groups.list(environment=group)  # type: ignore[arg-type]
    scalr.policy_groups.list(include=["policy"])  # type: ignore[list-item]
    scalr.policy_groups.list(sort="updated_at")  # type: ignore[arg-type]
    await scalr.policy_groups.create(opa_version="1.0.0")  # type: ignore[call-arg]
    await scalr.policy_groups.update(group, is_enforced="yes")  # type: ignore[arg-type]


async def provider_configurations(scalr: ScalrClient, found: ProviderConfiguration) -> None:
    listed = scalr.provider_configurations.list(
        provider_name="aws", status="errored", include=["parameters"], sort="-name"
    )
    assert_type(listed, Pager[ProviderConfiguration])
    assert_type(found.aws_role_arn, str | None)
    made = await scalr.provider_configurations.create(
        name="a", provider_name="aws", account="acc-1"
    )
    assert_type(made, ProviderConfiguration)
    await scalr.provider_configurations.update(
        found, aws_secret_key="s", export_shell_variables=True
    )
    scalr.provider_configurations.list(status="error")  # type: ignore[arg-type]
    scalr.provider_configurations.list(include=["owners"])  # type: ignore[list-item]
    scalr.provider_configurations.list(sort="status")  # type: ignore[arg-type]
    await scalr.provider_configurations.create(name="a")  # type: ignore[call-arg]
    await scalr.provider_configurations.update(found, aws_auth_type="oidc")  # type: ignore[call-arg]


async def roles(scalr: ScalrClient, role: Role, account: Account) -> None:
    assert_type(
        scalr.roles.list(account=account, include=["permissions"], sort="name"), Pager[Role]
    )
    assert_type(await scalr.roles.create(name="a", permissions=["accounts:read"]), Role)
    assert_type(await scalr.roles.update(role, description="b"), Role)
    scalr.roles.list(account=role)  # type: ignore[arg-type]
    scalr.roles.list(include=["permission"])  # type: ignore[list-item]
    scalr.roles.list(sort="description")  # type: ignore[arg-type]
    await scalr.roles.create(description="a")  # type: ignore[call-arg]
    await scalr.roles.update(role, permissions=[role])  # type: ignore[list-item]


async def service_accounts(scalr: ScalrClient, robot: ServiceAccount, team: Team) -> None:
    found = scalr.service_accounts.list(
        owner=team, has_owners=True, include=["account"], sort="email"
    )
    assert_type(found, Pager[ServiceAccount])
    assert_type(
        await scalr.service_accounts.create(name="a", account="acc-1", owners=[team]),
        ServiceAccount,
    )
    assert_type(await scalr.service_accounts.update(robot, status="Inactive"), ServiceAccount)
    scalr.service_accounts.list(owner=robot)  # type: ignore[arg-type]
    scalr.service_accounts.list(include=["owners"])  # type: ignore[list-item]
    scalr.service_accounts.list(sort="created_at")  # type: ignore[arg-type]
    await scalr.service_accounts.create(owners=[team])  # type: ignore[call-arg]
    await scalr.service_accounts.update(robot, email="a@b.c")  # type: ignore[call-arg]


async def teams(scalr: ScalrClient, team: Team, user: User) -> None:
    found = scalr.teams.list(user=[user, "user-1"], include=["users"], sort="identity_provider")
    assert_type([each async for each in found], list[Team])
    assert_type(await scalr.teams.create(name="a", users=team.users), Team)
    assert_type(await scalr.teams.update(team, users=[user]), Team)
    scalr.teams.list(user=team)  # type: ignore[arg-type]
    scalr.teams.list(include=["user"])  # type: ignore[list-item]
    scalr.teams.list(sort="users")  # type: ignore[arg-type]
    await scalr.teams.create(users=[user])  # type: ignore[call-arg]
    await scalr.teams.update(team, users=[team])  # type: ignore[list-item]


async def users(scalr: ScalrClient, user: User) -> None:
    found = scalr.users.list(email="a@b.c", include=["teams"], sort=["-last_login_at"])
    assert_type(await found.one(), User)
    assert_type(await scalr.users.create(email="a@b.c", password="p", status="Active"), User)
    assert_type(await scalr.users.update(user, full_name=None), User)
    scalr.users.list(email=1)  # type: ignore[arg-type]
    scalr.users.list(include=["team"])  # type: ignore[list-item]
    scalr.users.list(sort="last_login")  # type: ignore[arg-type]
    await scalr.users.create(email="a@b.c", created_at=None)  # type: ignore[call-arg]
    await scalr.users.update(user, status="active")  # type: ignore[arg-type]


async def variable_sets(scalr: ScalrClient, variables: VariableSet, env: Environment) -> None:
    found = scalr.variable_sets.list(name="a", include=["environments"], sort="-updated_at")
    assert_type(await found.count(), int)
    assert_type(await scalr.variable_sets.create(name="a", environments=[env]), VariableSet)
    assert_type(await scalr.variable_sets.update(variables, environments=[]), VariableSet)
    scalr.variable_sets.list(name=env)  # type: ignore[arg-type]
    scalr.variable_sets.list(include=["environment"])  # type: ignore[list-item]
    scalr.variable_sets.list(sort="created_at")  # type: ignore[arg-type]
    await scalr.variable_sets.create(nme="a")  # type: ignore[call-arg]
    await scalr.variable_sets.update(variables, environments=[variables])  # type: ignore[list-item]


async def vcs_providers(scalr: ScalrClient, provider: VcsProvider, pool: AgentPool) -> None:
    found = scalr.vcs_providers.list(agent_pool=pool, include=["agent_pool"], sort="vcs_type")
    assert_type(found, Pager[VcsProvider])
    assert_type(provider.agent_pool, Ref[AgentPool] | None)
    assert_type(await scalr.vcs_providers.update(provider, agent_pool=None), VcsProvider)
    scalr.vcs_providers.list(agent_pool=provider)  # type: ignore[arg-type]
    scalr.vcs_providers.list(include=["account"])  # type: ignore[list-item]
    scalr.vcs_providers.list(sort="agent_pool")  # type: ignore[arg-type]
    await scalr.vcs_providers.create(name="a")  # type: ignore[call-arg]
    await scalr.vcs_providers.update(provider, agent_pool=provider)  # type: ignore[arg-type]


async def workspaces(scalr: ScalrClient, workspace: Workspace, pool: AgentPool) -> None:
    found = scalr.workspaces.list(agent_pool=pool, run_status="errored", include=["current_run"])
    assert_type(found, Pager[Workspace])
    assert_type(await scalr.workspaces.create(name="a", environment="env-1"), Workspace)
    assert_type(await scalr.workspaces.update(workspace, agent_pool=pool), Workspace)
    scalr.workspaces.list(agent_pool=workspace)  # type: ignore[arg-type]
    scalr.workspaces.list(include=["run"])  # type: ignore[list-item]
    scalr.workspaces.list(sort="-created_at")  # type: ignore[arg-type]
    await scalr.workspaces.create(environment="env-1")  # type: ignore[call-arg]
    await scalr.workspaces.update(workspace, agent_pool=workspace)  # type: ignore[arg-type]
