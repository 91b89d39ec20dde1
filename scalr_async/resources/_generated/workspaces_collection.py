"""Workspaces: the calls.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Unpack, get_args

from scalr_async import resources as api
from scalr_async._sentinels import UNSET
from scalr_async._wire import JSON
from scalr_async.filters import Filter
from scalr_async.jsonapi.model import Identity
from scalr_async.jsonapi.operation import Operation
from scalr_async.pagination import Pager
from scalr_async.resources._base import ListOptions
from scalr_async.resources._generated.workspaces import (
    Workspace,
    WorkspaceCreate,
    WorkspaceEnvironmentType,
    WorkspaceFieldsets,
    WorkspaceInclude,
    WorkspaceLinkSshKey,
    WorkspaceLock,
    WorkspaceOutput,
    WorkspaceSetSchedule,
    WorkspaceSort,
    WorkspaceUpdate,
)
from scalr_async.resources._generated.workspaces_relationships import WorkspaceRelationships


class WorkspaceListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    account: Filter[Identity[api.Account]]
    agent_pool: Filter[Identity[api.AgentPool]]
    created_by: Filter[Identity[api.User]]
    deletion_protection_enabled: Filter[bool]
    drift_detection_enabled: Filter[bool]
    environment_type: Filter[WorkspaceEnvironmentType]
    environment: Filter[Identity[api.Environment]]
    environment_name: Filter[str]
    favorite: Filter[bool]
    federated_by_env: Filter[Identity[api.Environment]]
    federated_to_env: Filter[Identity[api.Environment]]
    has_resources: Filter[bool]
    name: Filter[str]
    provider_configuration: Filter[Identity[api.ProviderConfiguration]]
    run_created_by: Filter[Identity[api.User]]
    run_resource_drifts: Filter[str]
    run_status: Filter[api.RunStatus]
    software_version: Filter[Identity[api.SoftwareVersion]]
    state_consumer_of: Filter[Identity[Workspace]]
    tag: Filter[Identity[api.Tag]]
    updated_at: Filter[datetime]
    updated_by: Filter[Identity[api.User]]
    vcs_provider: Filter[Identity[api.VcsProvider]]
    vcs_repo_identifier: Filter[str]
    workspace: Filter[Identity[Workspace]]
    include: Sequence[WorkspaceInclude]
    sort: WorkspaceSort | Sequence[WorkspaceSort]
    sort_favorite_first: bool
    fields: WorkspaceFieldsets


class WorkspaceProviderConfigurationLinksListOptions(ListOptions, total=False):
    """The options of `list_provider_configuration_links`."""

    include: Sequence[api.ProviderConfigurationLinkInclude]
    sort: api.ProviderConfigurationLinkSort | Sequence[api.ProviderConfigurationLinkSort]


# fmt: off
_LIST: Operation[Workspace] = Operation(
    "GET", "/workspaces", paginated=True, include=get_args(WorkspaceInclude),
    sort=get_args(WorkspaceSort), fields={"agent_pools": "agent-pools",
    "configuration_versions": "configuration-versions", "drift_reports": "drift-reports",
    "environments": "environments", "module_versions": "module-versions", "modules": "modules",
    "runs": "runs", "tags": "tags", "users": "users", "vcs_providers": "vcs-providers",
    "workspace_readmes": "workspace-readme", "workspaces": "workspaces"},
    filters={"account": "filter[account]", "agent_pool": "filter[agent-pool]",
    "created_by": "filter[created-by]",
    "deletion_protection_enabled": "filter[deletion-protection-enabled]",
    "drift_detection_enabled": "filter[drift-detection-enabled]",
    "environment_type": "filter[environment-type]", "environment": "filter[environment]",
    "environment_name": "filter[environment][name]", "favorite": "filter[favorite]",
    "federated_by_env": "filter[federated-by-env]", "federated_to_env": "filter[federated-to-env]",
    "has_resources": "filter[has-resources]", "name": "filter[name]",
    "provider_configuration": "filter[provider-configuration]",
    "run_created_by": "filter[run][created-by]",
    "run_resource_drifts": "filter[run][resource-drifts]", "run_status": "filter[run][status]",
    "software_version": "filter[software-version]",
    "state_consumer_of": "filter[state-consumer-of]", "tag": "filter[tag]",
    "updated_at": "filter[updated-at]", "updated_by": "filter[updated-by]",
    "vcs_provider": "filter[vcs-provider]", "vcs_repo_identifier": "filter[vcs-repo][identifier]",
    "workspace": "filter[workspace]"}, params={"query": "query",
    "sort_favorite_first": "sort[favorite-first]"}, filter_types={"account": "accounts",
    "agent_pool": "agent-pools", "created_by": "users", "deletion_protection_enabled": bool,
    "drift_detection_enabled": bool, "environment_type": get_args(WorkspaceEnvironmentType),
    "environment": "environments", "favorite": bool, "federated_by_env": "environments",
    "federated_to_env": "environments", "has_resources": bool,
    "provider_configuration": "provider-configurations", "run_created_by": "users",
    "run_status": ("pending", "pre_plan_queued", "pre_plan_running", "pre_plan_finished",
    "plan_queued", "planning", "planned", "confirmed", "discarded", "planned_and_finished",
    "planned_and_saved", "post_plan_running", "post_plan_finished", "cost_estimating",
    "cost_estimated", "policy_checking", "policy_override", "policy_checked", "pre_apply_queued",
    "pre_apply_running", "pre_apply_finished", "apply_queued", "applying", "applied",
    "post_apply_running", "post_apply_finished", "errored", "canceled"),
    "software_version": "software-versions", "state_consumer_of": "workspaces", "tag": "tags",
    "updated_at": datetime, "updated_by": "users", "vcs_provider": "vcs-providers",
    "workspace": "workspaces"})
_CREATE: Operation[Workspace] = Operation("POST", "/workspaces")
_GET: Operation[Workspace] = Operation(
    "GET", "/workspaces/{workspace}", ids=("workspaces",), include=get_args(WorkspaceInclude),
    fields={"agent_pools": "agent-pools", "configuration_versions": "configuration-versions",
    "drift_reports": "drift-reports", "environments": "environments",
    "module_versions": "module-versions", "modules": "modules", "runs": "runs", "tags": "tags",
    "users": "users", "vcs_providers": "vcs-providers", "workspace_readmes": "workspace-readme",
    "workspaces": "workspaces"})
_UPDATE: Operation[Workspace] = Operation("PATCH", "/workspaces/{workspace}", ids=("workspaces",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/workspaces/{workspace}", ids=("workspaces",), idempotent=True)
_FAVORITE: Operation[Workspace] = Operation(
    "POST", "/workspaces/{workspace}/actions/favorite", ids=("workspaces",))
_LOCK: Operation[Workspace] = Operation(
    "POST", "/workspaces/{workspace}/actions/lock", ids=("workspaces",), content_type=JSON)
_RESYNC: Operation[api.ConfigurationVersion] = Operation(
    "POST", "/workspaces/{workspace}/actions/resync", ids=("workspaces",),
    result="configuration-versions")
_SET_SCHEDULE: Operation[Workspace] = Operation(
    "POST", "/workspaces/{workspace}/actions/set-schedule", ids=("workspaces",), content_type=JSON)
_UNFAVORITE: Operation[Workspace] = Operation(
    "POST", "/workspaces/{workspace}/actions/unfavorite", ids=("workspaces",))
_UNLOCK: Operation[Workspace] = Operation(
    "POST", "/workspaces/{workspace}/actions/unlock", ids=("workspaces",))
_CURRENT_STATE_VERSION: Operation[api.StateVersion] = Operation(
    "GET", "/workspaces/{workspace}/current-state-version", ids=("workspaces",),
    result="state-versions")
_OUTPUTS: Operation[WorkspaceOutput] = Operation(
    "GET", "/workspaces/{workspace}/outputs", ids=("workspaces",), value=WorkspaceOutput,
    accept=JSON)
_LIST_PROVIDER_CONFIGURATION_LINKS: Operation[api.ProviderConfigurationLink] = Operation(
    "GET", "/workspaces/{workspace}/provider-configuration-links", ids=("workspaces",),
    result="provider-configuration-links", paginated=True, include=("provider_configuration",),
    sort=("name", "-name"))
_CREATE_PROVIDER_CONFIGURATION_LINK: Operation[api.ProviderConfigurationLink] = Operation(
    "POST", "/workspaces/{workspace}/provider-configuration-links", ids=("workspaces",),
    result="provider-configuration-links")
_LINK_SSH_KEY: Operation[Workspace] = Operation(
    "POST", "/workspaces/{workspace}/ssh-key-links", ids=("workspaces",), content_type=JSON)
_UNLINK_SSH_KEY: Operation[None] = Operation(
    "DELETE", "/workspaces/{workspace}/ssh-key-links", ids=("workspaces",), idempotent=True)
# fmt: on


class Workspaces(WorkspaceRelationships):
    """The calls of `scalr.workspaces`."""

    model = Workspace

    def list(self, **options: Unpack[WorkspaceListOptions]) -> Pager[Workspace]:
        """List workspaces.

        `GET /workspaces`. Raises `NotFoundError`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self, *, reconcile: Pager[Workspace] | None = None, **values: Unpack[WorkspaceCreate]
    ) -> Workspace:
        """Create a workspace.

        `POST /workspaces`. `reconcile` is the list that is looked at when the answer is lost.
        Raises `NotFoundError` or `UnprocessableEntityError`.
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(
        self,
        workspace: Identity[Workspace],
        *,
        include: Sequence[WorkspaceInclude] = (),
        fields: WorkspaceFieldsets = UNSET,
    ) -> Workspace:
        """Read a workspace.

        `GET /workspaces/{workspace}`. Raises `NotFoundError`.
        """
        return await self._get(_GET, (workspace,), include=include, fields=fields)

    async def update(
        self, workspace: Identity[Workspace], **values: Unpack[WorkspaceUpdate]
    ) -> Workspace:
        """Update a workspace.

        `PATCH /workspaces/{workspace}`. Raises `NotFoundError` or `UnprocessableEntityError`.
        """
        return await self._update(_UPDATE, (workspace,), values)

    async def delete(self, workspace: Identity[Workspace]) -> None:
        """Delete a workspace.

        `DELETE /workspaces/{workspace}`. Raises `NotFoundError` or `ConflictError`.
        """
        return await self._delete(_DELETE, (workspace,))

    async def favorite(self, workspace: Identity[Workspace]) -> Workspace:
        """Make a workspace one of the caller's favorites.

        `POST /workspaces/{workspace}/actions/favorite`. Raises `NotFoundError`.
        """
        return await self._act(_FAVORITE, (workspace,))

    async def lock(
        self, workspace: Identity[Workspace], **values: Unpack[WorkspaceLock]
    ) -> Workspace:
        """Lock a workspace.

        `POST /workspaces/{workspace}/actions/lock`. Raises `NotFoundError` or `ConflictError`.
        """
        return await self._act(_LOCK, (workspace,), values)

    async def resync(self, workspace: Identity[Workspace]) -> api.ConfigurationVersion:
        """Take the latest commit of a workspace's repository as a new configuration version.

        `POST /workspaces/{workspace}/actions/resync`. Raises `NotFoundError`, `ConflictError`
        or `UnprocessableEntityError`.
        """
        return await self._act(_RESYNC, (workspace,))

    async def set_schedule(
        self, workspace: Identity[Workspace], **values: Unpack[WorkspaceSetSchedule]
    ) -> Workspace:
        """Set or clear the schedules (cron expressions) that apply and destroy a workspace.

        `POST /workspaces/{workspace}/actions/set-schedule`. Raises `NotFoundError` or
        `UnprocessableEntityError`.
        """
        return await self._act(_SET_SCHEDULE, (workspace,), values)

    async def unfavorite(self, workspace: Identity[Workspace]) -> Workspace:
        """Take a workspace from the caller's favorites.

        `POST /workspaces/{workspace}/actions/unfavorite`. Raises `NotFoundError`.
        """
        return await self._act(_UNFAVORITE, (workspace,))

    async def unlock(self, workspace: Identity[Workspace]) -> Workspace:
        """Unlock a workspace.

        `POST /workspaces/{workspace}/actions/unlock`. Raises `NotFoundError` or
        `ConflictError`.
        """
        return await self._act(_UNLOCK, (workspace,))

    async def current_state_version(self, workspace: Identity[Workspace]) -> api.StateVersion:
        """Read the current state version of a workspace.

        `GET /workspaces/{workspace}/current-state-version`. Raises `NotFoundError`.
        """
        return await self._get(_CURRENT_STATE_VERSION, (workspace,))

    async def outputs(self, workspace: Identity[Workspace]) -> tuple[WorkspaceOutput, ...]:
        """Read the outputs of a workspace's current state.

        `GET /workspaces/{workspace}/outputs`. Raises `ForbiddenError`.
        """
        return await self._values(_OUTPUTS, (workspace,))

    def list_provider_configuration_links(
        self,
        workspace: Identity[Workspace],
        **options: Unpack[WorkspaceProviderConfigurationLinksListOptions],
    ) -> Pager[api.ProviderConfigurationLink]:
        """List the provider configuration links of a workspace.

        `GET /workspaces/{workspace}/provider-configuration-links`. Raises `ForbiddenError` or
        `NotFoundError`.
        """
        return self._list(_LIST_PROVIDER_CONFIGURATION_LINKS, (workspace,), options)

    async def create_provider_configuration_link(
        self,
        workspace: Identity[Workspace],
        *,
        reconcile: Pager[api.ProviderConfigurationLink] | None = None,
        **values: Unpack[api.ProviderConfigurationLinkCreate],
    ) -> api.ProviderConfigurationLink:
        """Create a provider configuration link of a workspace.

        `POST /workspaces/{workspace}/provider-configuration-links`. `reconcile` is the list
        that is looked at when the answer is lost. Raises `ForbiddenError`, `NotFoundError` or
        `UnprocessableEntityError`.
        """
        return await self._create(
            _CREATE_PROVIDER_CONFIGURATION_LINK, (workspace,), values, reconcile=reconcile
        )

    async def link_ssh_key(
        self, workspace: Identity[Workspace], **values: Unpack[WorkspaceLinkSshKey]
    ) -> Workspace:
        """Give a workspace an SSH key.

        `POST /workspaces/{workspace}/ssh-key-links`.
        """
        return await self._act(_LINK_SSH_KEY, (workspace,), values)

    async def unlink_ssh_key(self, workspace: Identity[Workspace]) -> None:
        """Take the SSH key from a workspace.

        `DELETE /workspaces/{workspace}/ssh-key-links`.
        """
        return await self._delete(_UNLINK_SSH_KEY, (workspace,))
