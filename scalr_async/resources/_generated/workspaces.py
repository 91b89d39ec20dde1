"""Workspaces.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Required, TypedDict

import attrs

from scalr_async import resources as api
from scalr_async._sentinels import UNSET
from scalr_async.jsonapi.model import Identity, Ref, Resource, nested, resource

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
class WorkspaceHooks:
    """Commands to run around plan and apply."""

    post_apply: str | None = UNSET
    post_plan: str | None = UNSET
    pre_apply: str | None = UNSET
    pre_init: str | None = UNSET
    pre_plan: str | None = UNSET


@nested
class WorkspaceTerragrunt:
    """A part of `Workspace`."""

    include_external_dependencies: bool = UNSET
    use_run_all: bool = UNSET
    version: str = UNSET


@nested
class WorkspaceVcsRepo:
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
class WorkspaceOutput:
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
    """The fields that shall come, by type."""

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
