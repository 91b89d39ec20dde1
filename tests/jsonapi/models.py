# ruff: noqa: F821  # classes that are not imported, as in generated modules
"""Resource classes for the tests of the codec: a large real one, and one with every kind of field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import attrs

from scalr_async._values import UNSET, Secret
from scalr_async.jsonapi import Ref, Resource, nested, resource, wire

WorkspaceAutoDestroyDays = Literal[1, 2, 7, 14]
WorkspaceAutoQueueRuns = Literal["always", "never", "skip_first", "on_create_only"]
WorkspaceEnvironmentType = Literal["production", "staging", "testing", "development", "unmapped"]
WorkspaceExecutionMode = Literal["remote", "local"]
WorkspaceIacPlatform = Literal["terraform", "opentofu"]


@resource("workspaces")
class Workspace(Resource):
    apply_schedule: str | None = UNSET
    auto_apply: bool = UNSET
    auto_destroy_days: WorkspaceAutoDestroyDays | None = UNSET
    auto_destroy_status: str | None = UNSET
    auto_destroy_time: datetime | None = UNSET
    auto_queue_runs: WorkspaceAutoQueueRuns = UNSET
    created_at: datetime = UNSET
    deletion_protection_changed_by_email: str | None = UNSET
    deletion_protection_enabled: bool = UNSET
    destroy_schedule: str | None = UNSET
    environment_type: WorkspaceEnvironmentType = UNSET
    execution_mode: WorkspaceExecutionMode = UNSET
    favorite: bool = UNSET
    force_latest_run: bool = UNSET
    has_resources: bool = UNSET
    hooks: WorkspaceHooks | None = UNSET
    iac_platform: WorkspaceIacPlatform = UNSET
    lock_reason: str | None = UNSET
    locked: bool = UNSET
    name: str = UNSET
    operations: bool = UNSET
    permissions: Mapping[str, Any] = UNSET
    remote_backend: bool = UNSET
    remote_state_sharing: bool = UNSET
    run_operation_timeout: int | None = UNSET
    terraform_version: str = UNSET
    terragrunt: WorkspaceTerragrunt | None = UNSET
    updated_at: datetime | None = UNSET
    updated_by_email: str | None = UNSET
    var_files: tuple[str, ...] | None = UNSET
    vcs_repo: WorkspaceVcsRepo | None = UNSET
    working_directory: str | None = UNSET
    agent_pool: Ref[AgentPool] | None = UNSET
    configuration_version: Ref[ConfigurationVersion] | None = UNSET
    created_by: Ref[User] | None = UNSET
    current_run: Ref[Run] | None = UNSET
    drift_report: Ref[DriftReport] | None = UNSET
    environment: Ref[Environment] = UNSET
    latest_configuration_version: Ref[ConfigurationVersion] | None = UNSET
    latest_run: Ref[Run] | None = UNSET
    locked_by: Ref[User] | None = UNSET
    locked_by_run: Ref[Run] | None = UNSET
    module: Ref[Module] | None = UNSET
    module_version: Ref[ModuleVersion] | None = UNSET
    readme_id: Ref[WorkspaceReadme] | None = UNSET
    ssh_key: Ref[SSHKey] | None = UNSET
    tags: tuple[Ref[Tag], ...] = UNSET
    updated_by: Ref[User] | None = UNSET
    vcs_provider: Ref[VcsProvider] | None = UNSET


@nested
class WorkspaceVcsRepo:
    branch: str | None = UNSET
    dry_runs_enabled: bool = UNSET
    identifier: str = UNSET
    ingress_submodules: bool = UNSET
    path: str | None = UNSET
    trigger_patterns: str | None = UNSET
    trigger_prefixes: tuple[str, ...] | None = UNSET
    version_constraint: str | None = UNSET


@nested
class WorkspaceTerragrunt:
    include_external_dependencies: bool = UNSET
    use_run_all: bool = UNSET
    version: str = UNSET


@nested
class WorkspaceHooks:
    post_apply: str | None = UNSET
    post_plan: str | None = UNSET
    pre_apply: str | None = UNSET
    pre_init: str | None = UNSET
    pre_plan: str | None = UNSET


@nested
class Header:
    name: str = UNSET
    sensitive: bool = UNSET
    value: Secret | None = UNSET
    note: Any = attrs.field(default=UNSET, repr=False)


@nested
class Window:
    opens_at: datetime = UNSET
    days: tuple[int, ...] = UNSET
    headers: tuple[Header, ...] = UNSET


@resource("gadgets")
class Gadget(Resource):
    """Every kind of field that generated classes have."""

    name: str = UNSET
    size: int = UNSET
    ratio: float = UNSET
    enabled: bool = UNSET
    color: Literal["red", "green"] = UNSET
    level: Literal[1, 2, 3] = UNSET
    mixed: Literal["low", 1] = UNSET
    created_at: datetime = UNSET
    token: Secret | None = UNSET
    labels: tuple[str, ...] = UNSET
    headers: tuple[Header, ...] | None = UNSET
    window: Window | None = UNSET
    timestamps: Mapping[str, datetime] = UNSET
    limits: Mapping[str, Mapping[str, int]] = UNSET
    permissions: Mapping[str, Any] = UNSET
    anything: Any = UNSET
    scalar: str | int | None = UNSET
    notes: Any = attrs.field(default=UNSET, repr=False)
    odd: str = wire("odd_Name")
    owner: Ref[Stranger] = UNSET
    parent: Ref[Gadget] | None = UNSET
    parts: tuple[Ref[Part], ...] = UNSET
    boxes: tuple[Ref[Gadget], ...] = wire("box-list")


@resource("parts")
class Part(Resource):
    name: str = UNSET
    gadget: Ref[Gadget] = UNSET
    supplier: Ref[Supplier] | None = UNSET


@resource("suppliers")
class Supplier(Resource):
    name: str = UNSET
