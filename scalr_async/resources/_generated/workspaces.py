"""Workspaces.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Required, TypedDict, Unpack, get_args

import attrs

from scalr_async._http import JSON
from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._ensured import Ensured
from scalr_async.resources._with_response import with_response

# fmt: off
WorkspaceAutoDestroyDays = Literal[1, 2, 7, 14]
WorkspaceAutoQueueRuns = Literal["always", "never", "skip_first", "on_create_only"]
WorkspaceEnvironmentType = Literal["production", "staging", "testing", "development", "unmapped"]
WorkspaceExecutionMode = Literal["remote", "local"]
WorkspaceIacPlatform = Literal["terraform", "opentofu"]
WorkspaceField = Literal[
    "id", "apply_schedule", "auto_apply", "auto_destroy_days", "auto_destroy_status",
    "auto_destroy_time", "auto_queue_runs", "created_at", "deletion_protection_changed_by_email",
    "deletion_protection_enabled", "destroy_schedule", "environment_type", "execution_mode",
    "favorite", "force_latest_run", "has_resources", "hooks", "iac_platform", "lock_reason",
    "locked", "name", "operations", "permissions", "remote_backend", "remote_state_sharing",
    "run_operation_timeout", "terraform_version", "terragrunt", "updated_at", "updated_by_email",
    "var_files", "vcs_repo", "working_directory", "agent_pool", "configuration_version",
    "created_by", "current_run", "drift_report", "environment", "latest_configuration_version",
    "latest_run", "locked_by", "locked_by_run", "module", "module_version", "readme_id", "ssh_key",
    "tags", "updated_by", "vcs_provider"]
WorkspaceInclude = Literal[
    "agent_pool", "configuration_version", "created_by", "current_run", "drift_report",
    "environment", "latest_configuration_version", "latest_run", "locked_by", "locked_by_run",
    "module", "module_version", "readme_id", "tags", "updated_by", "vcs_provider"]
WorkspaceSort = Literal[
    "current_run", "-current_run", "environment", "-environment", "latest_run", "-latest_run",
    "name", "-name", "updated_at", "-updated_at"]
# fmt: on


@resource("workspaces")
class Workspace(Resource):
    """One Terraform or OpenTofu configuration with its state, variables and runs."""

    apply_schedule: str | None = UNSET
    """A cron expression; set by `set_schedule`."""
    auto_apply: bool = UNSET
    """Whether a successful plan is applied without confirmation."""
    auto_destroy_days: WorkspaceAutoDestroyDays | None = UNSET
    """Days of inactivity after which its resources are destroyed."""
    auto_destroy_status: str | None = UNSET
    auto_destroy_time: datetime | None = UNSET
    auto_queue_runs: WorkspaceAutoQueueRuns = UNSET
    """The conditions on which a new configuration version starts a run."""
    created_at: datetime = UNSET
    deletion_protection_changed_by_email: str | None = UNSET
    deletion_protection_enabled: bool = UNSET
    """Whether deleting is refused while there are resources."""
    destroy_schedule: str | None = UNSET
    """A cron expression; set by `set_schedule`."""
    environment_type: WorkspaceEnvironmentType = UNSET
    execution_mode: WorkspaceExecutionMode = UNSET
    """`remote` runs on Scalr or an agent pool, `local` only keeps the state."""
    favorite: bool = UNSET
    """Whether the caller has marked it so."""
    force_latest_run: bool = UNSET
    """Whether a new run discards those that wait."""
    has_resources: bool = UNSET
    """Whether the current state holds resources."""
    hooks: WorkspaceHooks | None = UNSET
    """Commands to run around plan and apply."""
    iac_platform: WorkspaceIacPlatform = UNSET
    lock_reason: str | None = UNSET
    """The comment given when it was locked."""
    locked: bool = UNSET
    """Whether new runs have to wait."""
    name: str = UNSET
    """Unique in the environment."""
    operations: bool = UNSET
    """Deprecated: use `execution_mode`."""
    permissions: Mapping[str, Any] = UNSET
    """The actions that the caller is allowed here."""
    remote_backend: bool = UNSET
    remote_state_sharing: bool = UNSET
    """Whether every workspace of the environment may read the state."""
    run_operation_timeout: int | None = UNSET
    """Minutes that a plan or an apply may take; None for no limit."""
    terraform_version: str = UNSET
    """The version of the chosen `iac_platform`."""
    terragrunt: WorkspaceTerragrunt | None = UNSET
    updated_at: datetime | None = UNSET
    updated_by_email: str | None = UNSET
    var_files: tuple[str, ...] | None = UNSET
    """Paths of `.tfvars` files, relative to the working directory."""
    vcs_repo: WorkspaceVcsRepo | None = UNSET
    """The repository that configuration versions come from; None when they are uploaded."""
    working_directory: str | None = UNSET
    """The directory that commands run in, relative to the root of the repository."""
    agent_pool: Ref[api.AgentPool] | None = UNSET
    """The pool whose agents execute the runs; None for Scalr's own runners."""
    configuration_version: Ref[api.ConfigurationVersion] | None = UNSET
    created_by: Ref[api.User] | None = UNSET
    current_run: Ref[api.Run] | None = UNSET
    """The run that holds the workspace now."""
    drift_report: Ref[api.DriftReport] | None = UNSET
    environment: Ref[api.Environment] = UNSET
    """The environment that the workspace is in."""
    latest_configuration_version: Ref[api.ConfigurationVersion] | None = UNSET
    latest_run: Ref[api.Run] | None = UNSET
    """Deprecated by Scalr."""
    locked_by: Ref[api.User] | None = UNSET
    """The user who locked it."""
    locked_by_run: Ref[api.Run] | None = UNSET
    """The run that locked it."""
    module: Ref[api.Module] | None = UNSET
    module_version: Ref[api.ModuleVersion] | None = UNSET
    """The registry module that the workspace was made from."""
    readme_id: Ref[api.WorkspaceReadme] | None = UNSET
    ssh_key: Ref[api.SSHKey] | None = UNSET
    tags: tuple[Ref[api.Tag], ...] = UNSET
    updated_by: Ref[api.User] | None = UNSET
    vcs_provider: Ref[api.VcsProvider] | None = UNSET


@nested
class WorkspaceHooks(Nested):
    """Commands to run around plan and apply."""

    post_apply: str | None = UNSET
    post_plan: str | None = UNSET
    pre_apply: str | None = UNSET
    pre_init: str | None = UNSET
    pre_plan: str | None = UNSET


@nested
class WorkspaceTerragrunt(Nested):
    """A part of `Workspace`."""

    include_external_dependencies: bool = UNSET
    use_run_all: bool = UNSET
    version: str = UNSET


@nested
class WorkspaceVcsRepo(Nested):
    """The repository that configuration versions come from; None when they are uploaded."""

    branch: str | None = UNSET
    dry_runs_enabled: bool = UNSET
    identifier: str = UNSET
    ingress_submodules: bool = UNSET
    path: str | None = UNSET
    """Deprecated by Scalr."""
    trigger_patterns: str | None = UNSET
    trigger_prefixes: tuple[str, ...] | None = UNSET
    version_constraint: str | None = UNSET


@nested
class WorkspaceOutput(Nested):
    """An output value of a workspace's current state."""

    name: str = UNSET
    sensitive: bool = UNSET
    value: Any = attrs.field(default=UNSET, repr=False)


class WorkspaceHooksDict(TypedDict, total=False):
    """`WorkspaceHooks` as a dict."""

    post_apply: str | None
    post_plan: str | None
    pre_apply: str | None
    pre_init: str | None
    pre_plan: str | None


class WorkspaceTerragruntDict(TypedDict, total=False):
    """`WorkspaceTerragrunt` as a dict."""

    include_external_dependencies: bool
    use_run_all: bool
    version: Required[str]


class WorkspaceVcsRepoDict(TypedDict, total=False):
    """`WorkspaceVcsRepo` as a dict."""

    branch: str | None
    dry_runs_enabled: bool
    identifier: Required[str]
    ingress_submodules: bool
    path: str | None
    trigger_patterns: str | None
    trigger_prefixes: Sequence[str] | None
    version_constraint: str | None


class _WorkspaceValues(TypedDict, total=False):
    """The values of every write of a workspace."""

    auto_apply: bool
    auto_destroy_days: WorkspaceAutoDestroyDays | None
    auto_queue_runs: WorkspaceAutoQueueRuns
    deletion_protection_enabled: bool
    environment_type: WorkspaceEnvironmentType
    execution_mode: WorkspaceExecutionMode
    force_latest_run: bool
    hooks: WorkspaceHooks | WorkspaceHooksDict | None
    iac_platform: WorkspaceIacPlatform
    operations: bool
    remote_backend: bool
    remote_state_sharing: bool
    run_operation_timeout: int | None
    terraform_version: str
    terragrunt: WorkspaceTerragrunt | WorkspaceTerragruntDict | None
    var_files: Sequence[str] | None
    vcs_repo: WorkspaceVcsRepo | WorkspaceVcsRepoDict | None
    working_directory: str | None
    agent_pool: Identity[api.AgentPool] | None
    module_version: Identity[api.ModuleVersion] | None
    tags: Iterable[Identity[api.Tag]]
    vcs_provider: Identity[api.VcsProvider] | None


class WorkspaceCreate(_WorkspaceValues, total=False):
    """The values for creating a workspace."""

    name: Required[str]
    environment: Required[Identity[api.Environment]]


class WorkspaceUpdate(_WorkspaceValues, total=False):
    """The values for updating a workspace."""

    name: str
    environment: Identity[api.Environment]


class WorkspaceFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    agent_pools: Sequence[api.AgentPoolField]
    configuration_versions: Sequence[api.ConfigurationVersionField]
    drift_reports: Sequence[api.DriftReportField]
    environments: Sequence[api.EnvironmentField]
    module_versions: Sequence[api.ModuleVersionField]
    modules: Sequence[api.ModuleField]
    runs: Sequence[api.RunField]
    tags: Sequence[api.TagField]
    users: Sequence[api.UserField]
    vcs_providers: Sequence[api.VcsProviderField]
    workspace_readmes: Sequence[api.WorkspaceReadmeField]
    workspaces: Sequence[WorkspaceField]


class WorkspaceLock(TypedDict, total=False):
    """The options of `lock`."""

    reason: str


class WorkspaceSetSchedule(TypedDict, total=False):
    """The options of `set_schedule`."""

    apply_schedule: str | None
    destroy_schedule: str | None


class WorkspaceLinkSshKey(TypedDict, total=False):
    """The options of `link_ssh_key`."""

    ssh_key: Required[str]


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
_LIST_REMOTE_STATE_CONSUMERS: Operation[Ref[Workspace]] = Operation(
    "GET", "/workspaces/{workspace}/relationships/remote-state-consumers", ids=("workspaces",),
    paginated=True)
_ADD_REMOTE_STATE_CONSUMERS: Operation[None] = Operation(
    "POST", "/workspaces/{workspace}/relationships/remote-state-consumers", ids=("workspaces",),
    idempotent=True)
_REPLACE_REMOTE_STATE_CONSUMERS: Operation[None] = Operation(
    "PATCH", "/workspaces/{workspace}/relationships/remote-state-consumers", ids=("workspaces",),
    idempotent=True)
_REMOVE_REMOTE_STATE_CONSUMERS: Operation[None] = Operation(
    "DELETE", "/workspaces/{workspace}/relationships/remote-state-consumers", ids=("workspaces",),
    idempotent=True)
_LIST_TAGS: Operation[Ref[api.Tag]] = Operation(
    "GET", "/workspaces/{workspace}/relationships/tags", ids=("workspaces",), paginated=True)
_ADD_TAGS: Operation[None] = Operation(
    "POST", "/workspaces/{workspace}/relationships/tags", ids=("workspaces",), idempotent=True)
_REPLACE_TAGS: Operation[None] = Operation(
    "PATCH", "/workspaces/{workspace}/relationships/tags", ids=("workspaces",), idempotent=True)
_REMOVE_TAGS: Operation[None] = Operation(
    "DELETE", "/workspaces/{workspace}/relationships/tags", ids=("workspaces",), idempotent=True)
_LIST_VARIABLE_SETS: Operation[Ref[api.VariableSet]] = Operation(
    "GET", "/workspaces/{workspace}/relationships/var-sets", ids=("workspaces",), paginated=True)
_ADD_VARIABLE_SETS: Operation[None] = Operation(
    "POST", "/workspaces/{workspace}/relationships/var-sets", ids=("workspaces",), idempotent=True)
_REPLACE_VARIABLE_SETS: Operation[None] = Operation(
    "PATCH", "/workspaces/{workspace}/relationships/var-sets", ids=("workspaces",), idempotent=True)
_REMOVE_VARIABLE_SETS: Operation[None] = Operation(
    "DELETE", "/workspaces/{workspace}/relationships/var-sets", ids=("workspaces",),
    idempotent=True)
_LINK_SSH_KEY: Operation[Workspace] = Operation(
    "POST", "/workspaces/{workspace}/ssh-key-links", ids=("workspaces",), content_type=JSON)
_UNLINK_SSH_KEY: Operation[None] = Operation(
    "DELETE", "/workspaces/{workspace}/ssh-key-links", ids=("workspaces",), idempotent=True)
# fmt: on


class Workspaces(Collection[Workspace]):
    """The calls of `scalr.workspaces`."""

    model = Workspace

    def list(self, **options: Unpack[WorkspaceListOptions]) -> Pager[Workspace]:
        """List workspaces.

        `GET /workspaces`. Raises `NotFoundError`.

        Keywords: `query`; `account`; `agent_pool`; `created_by`; `deletion_protection_enabled`;
        `drift_detection_enabled`; `environment_type`; `environment`; `environment_name`;
        `favorite`; `federated_by_env`; `federated_to_env`; `has_resources`; `name`;
        `provider_configuration`; `run_created_by`; `run_resource_drifts`; `run_status`;
        `software_version`; `state_consumer_of`; `tag`; `updated_at`; `updated_by`;
        `vcs_provider`; `vcs_repo_identifier`; `workspace`; `include` of `agent_pool`,
        `configuration_version`, `created_by`, `current_run`, `drift_report`, `environment`,
        `latest_configuration_version`, `latest_run`, `locked_by`, `locked_by_run`, `module`,
        `module_version`, `readme_id`, `tags`, `updated_by`, `vcs_provider`; `sort` by
        `current_run`, `environment`, `latest_run`, `name`, `updated_at` (`-` reverses);
        `sort_favorite_first`; `fields`; `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self, *, reconcile: Pager[Workspace] | None = None, **values: Unpack[WorkspaceCreate]
    ) -> Workspace:
        """Create a workspace.

        `POST /workspaces`. `reconcile` is a list that finds the object if the answer is lost.
        Raises `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `auto_apply`; `auto_destroy_days`; `auto_queue_runs`;
        `deletion_protection_enabled`; `environment_type`; `execution_mode`; `force_latest_run`;
        `hooks`; `iac_platform`; `name` (required); `operations`; `remote_backend`;
        `remote_state_sharing`; `run_operation_timeout`; `terraform_version`; `terragrunt`;
        `var_files`; `vcs_repo`; `working_directory`; `agent_pool`; `environment` (required);
        `module_version`; `tags`; `vcs_provider`.
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

        Keywords: `include` of `agent_pool`, `configuration_version`, `created_by`,
        `current_run`, `drift_report`, `environment`, `latest_configuration_version`,
        `latest_run`, `locked_by`, `locked_by_run`, `module`, `module_version`, `readme_id`,
        `tags`, `updated_by`, `vcs_provider`; `fields`.
        """
        return await self._get(_GET, (workspace,), include=include, fields=fields)

    async def update(
        self, workspace: Identity[Workspace], **values: Unpack[WorkspaceUpdate]
    ) -> Workspace:
        """Update a workspace.

        `PATCH /workspaces/{workspace}`. Raises `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `auto_apply`; `auto_destroy_days`; `auto_queue_runs`;
        `deletion_protection_enabled`; `environment_type`; `execution_mode`; `force_latest_run`;
        `hooks`; `iac_platform`; `name`; `operations`; `remote_backend`; `remote_state_sharing`;
        `run_operation_timeout`; `terraform_version`; `terragrunt`; `var_files`; `vcs_repo`;
        `working_directory`; `agent_pool`; `environment`; `module_version`; `tags`;
        `vcs_provider`.
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

        Keywords: `reason`.
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

        Keywords: `apply_schedule`; `destroy_schedule`.
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

        Keywords: `include` of `provider_configuration`; `sort` by `name` (`-` reverses);
        `page_size`; `prefetch`; `limit`; `on_drift`.
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

        `POST /workspaces/{workspace}/provider-configuration-links`. `reconcile` is a list that
        finds the object if the answer is lost. Raises `ForbiddenError`, `NotFoundError` or
        `UnprocessableEntityError`.

        Keywords: `alias`; `provider_configuration` (required).
        """
        return await self._create(
            _CREATE_PROVIDER_CONFIGURATION_LINK, (workspace,), values, reconcile=reconcile
        )

    def list_remote_state_consumers(
        self, workspace: Identity[Workspace], **options: Unpack[ListOptions]
    ) -> Pager[Ref[Workspace]]:
        """List the remote state consumers of a workspace.

        `GET /workspaces/{workspace}/relationships/remote-state-consumers`. Raises
        `ForbiddenError` or `NotFoundError`.

        Keywords: `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list_refs(_LIST_REMOTE_STATE_CONSUMERS, (workspace,), options)

    async def add_remote_state_consumers(
        self, workspace: Identity[Workspace], remote_state_consumers: Iterable[Identity[Workspace]]
    ) -> None:
        """Add remote state consumers to a workspace.

        `POST /workspaces/{workspace}/relationships/remote-state-consumers`. Raises
        `ForbiddenError`, `NotFoundError` or `ConflictError`.
        """
        return await self._change_refs(
            _ADD_REMOTE_STATE_CONSUMERS, (workspace,), remote_state_consumers, "workspaces"
        )

    async def replace_remote_state_consumers(
        self, workspace: Identity[Workspace], remote_state_consumers: Iterable[Identity[Workspace]]
    ) -> None:
        """Replace all remote state consumers of a workspace.

        `PATCH /workspaces/{workspace}/relationships/remote-state-consumers`. Raises
        `ForbiddenError`, `NotFoundError` or `ConflictError`.
        """
        return await self._change_refs(
            _REPLACE_REMOTE_STATE_CONSUMERS, (workspace,), remote_state_consumers, "workspaces"
        )

    async def remove_remote_state_consumers(
        self, workspace: Identity[Workspace], remote_state_consumers: Iterable[Identity[Workspace]]
    ) -> None:
        """Remove remote state consumers from a workspace.

        `DELETE /workspaces/{workspace}/relationships/remote-state-consumers`. Raises
        `ForbiddenError`, `NotFoundError` or `ConflictError`.
        """
        return await self._change_refs(
            _REMOVE_REMOTE_STATE_CONSUMERS, (workspace,), remote_state_consumers, "workspaces"
        )

    def list_tags(
        self, workspace: Identity[Workspace], **options: Unpack[ListOptions]
    ) -> Pager[Ref[api.Tag]]:
        """List the tags of a workspace.

        `GET /workspaces/{workspace}/relationships/tags`. Raises `ForbiddenError`.

        Keywords: `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list_refs(_LIST_TAGS, (workspace,), options)

    async def add_tags(
        self, workspace: Identity[Workspace], tags: Iterable[Identity[api.Tag]]
    ) -> None:
        """Add tags to a workspace.

        `POST /workspaces/{workspace}/relationships/tags`. Raises `ForbiddenError`.
        """
        return await self._change_refs(_ADD_TAGS, (workspace,), tags, "tags")

    async def replace_tags(
        self, workspace: Identity[Workspace], tags: Iterable[Identity[api.Tag]]
    ) -> None:
        """Replace all tags of a workspace.

        `PATCH /workspaces/{workspace}/relationships/tags`. Raises `ForbiddenError`.
        """
        return await self._change_refs(_REPLACE_TAGS, (workspace,), tags, "tags")

    async def remove_tags(
        self, workspace: Identity[Workspace], tags: Iterable[Identity[api.Tag]]
    ) -> None:
        """Remove tags from a workspace.

        `DELETE /workspaces/{workspace}/relationships/tags`. Raises `ForbiddenError`.
        """
        return await self._change_refs(_REMOVE_TAGS, (workspace,), tags, "tags")

    def list_variable_sets(
        self, workspace: Identity[Workspace], **options: Unpack[ListOptions]
    ) -> Pager[Ref[api.VariableSet]]:
        """List the variable sets of a workspace.

        `GET /workspaces/{workspace}/relationships/var-sets`.

        Keywords: `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list_refs(_LIST_VARIABLE_SETS, (workspace,), options)

    async def add_variable_sets(
        self, workspace: Identity[Workspace], variable_sets: Iterable[Identity[api.VariableSet]]
    ) -> None:
        """Add variable sets to a workspace.

        `POST /workspaces/{workspace}/relationships/var-sets`.
        """
        return await self._change_refs(_ADD_VARIABLE_SETS, (workspace,), variable_sets, "var-sets")

    async def replace_variable_sets(
        self, workspace: Identity[Workspace], variable_sets: Iterable[Identity[api.VariableSet]]
    ) -> None:
        """Replace all variable sets of a workspace.

        `PATCH /workspaces/{workspace}/relationships/var-sets`.
        """
        return await self._change_refs(
            _REPLACE_VARIABLE_SETS, (workspace,), variable_sets, "var-sets"
        )

    async def remove_variable_sets(
        self, workspace: Identity[Workspace], variable_sets: Iterable[Identity[api.VariableSet]]
    ) -> None:
        """Remove variable sets from a workspace.

        `DELETE /workspaces/{workspace}/relationships/var-sets`.
        """
        return await self._change_refs(
            _REMOVE_VARIABLE_SETS, (workspace,), variable_sets, "var-sets"
        )

    async def link_ssh_key(
        self, workspace: Identity[Workspace], **values: Unpack[WorkspaceLinkSshKey]
    ) -> Workspace:
        """Give a workspace an SSH key.

        `POST /workspaces/{workspace}/ssh-key-links`.

        Keywords: `ssh_key`.
        """
        return await self._act(_LINK_SSH_KEY, (workspace,), values)

    async def unlink_ssh_key(self, workspace: Identity[Workspace]) -> None:
        """Take the SSH key from a workspace.

        `DELETE /workspaces/{workspace}/ssh-key-links`.
        """
        return await self._delete(_UNLINK_SSH_KEY, (workspace,))

    async def find(
        self,
        *,
        name: str,
        account: Identity[api.Account] | None = None,
        environment: Identity[api.Environment] | None = None,
        agent_pool: Identity[api.AgentPool] | None = None,
        include: Sequence[WorkspaceInclude] = (),
    ) -> Workspace:
        """Find a workspace by its name.

        `GET /workspaces`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(
            _LIST,
            name,
            {"account": account, "environment": environment, "agent_pool": agent_pool},
            include=include,
        )

    async def ensure(self, **values: Unpack[WorkspaceCreate]) -> Ensured[Workspace]:
        """Ensure that a workspace with these values exists: create or update it.

        It is identified by `name`, `environment`. Omitted fields are neither compared nor
        written; values that the server hides cannot be compared, and are written. The call is
        idempotent, and safe to run concurrently: after a lost answer or a conflict, it reads
        the object again. Raises `MultipleResultsError` if several match, and the errors of
        `create` and `update`.

        Keywords: `auto_apply`; `auto_destroy_days`; `auto_queue_runs`;
        `deletion_protection_enabled`; `environment_type`; `execution_mode`; `force_latest_run`;
        `hooks`; `iac_platform`; `name` (required); `operations`; `remote_backend`;
        `remote_state_sharing`; `run_operation_timeout`; `terraform_version`; `terragrunt`;
        `var_files`; `vcs_repo`; `working_directory`; `agent_pool`; `environment` (required);
        `module_version`; `tags`; `vcs_provider`.
        """
        return await self._ensure(
            (_LIST, _GET, _CREATE, _UPDATE), ("name", "environment"), (), values
        )

    @property
    def with_response(self) -> WorkspacesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return WorkspacesWithResponse(self)


class WorkspacesWithResponse:
    """The calls of `scalr.workspaces.with_response`."""

    def __init__(self, calls: Workspaces) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
        self.favorite = with_response(calls.favorite)
        self.lock = with_response(calls.lock)
        self.resync = with_response(calls.resync)
        self.set_schedule = with_response(calls.set_schedule)
        self.unfavorite = with_response(calls.unfavorite)
        self.unlock = with_response(calls.unlock)
        self.current_state_version = with_response(calls.current_state_version)
        self.outputs = with_response(calls.outputs)
        self.list_provider_configuration_links = with_response(
            calls.list_provider_configuration_links
        )
        self.create_provider_configuration_link = with_response(
            calls.create_provider_configuration_link
        )
        self.list_remote_state_consumers = with_response(calls.list_remote_state_consumers)
        self.add_remote_state_consumers = with_response(calls.add_remote_state_consumers)
        self.replace_remote_state_consumers = with_response(calls.replace_remote_state_consumers)
        self.remove_remote_state_consumers = with_response(calls.remove_remote_state_consumers)
        self.list_tags = with_response(calls.list_tags)
        self.add_tags = with_response(calls.add_tags)
        self.replace_tags = with_response(calls.replace_tags)
        self.remove_tags = with_response(calls.remove_tags)
        self.list_variable_sets = with_response(calls.list_variable_sets)
        self.add_variable_sets = with_response(calls.add_variable_sets)
        self.replace_variable_sets = with_response(calls.replace_variable_sets)
        self.remove_variable_sets = with_response(calls.remove_variable_sets)
        self.link_ssh_key = with_response(calls.link_ssh_key)
        self.unlink_ssh_key = with_response(calls.unlink_ssh_key)
