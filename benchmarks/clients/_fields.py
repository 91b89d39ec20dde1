"""The fields of a workspace, for both handwritten typed clients."""

from __future__ import annotations

from datetime import datetime
from typing import Any

__all__ = ["Attributes", "Hooks", "Relationships", "Repository", "wire_name"]


class Hooks:
    post_apply: str | None
    post_plan: str | None
    pre_apply: str | None
    pre_init: str | None
    pre_plan: str | None


class Repository:
    branch: str | None
    dry_runs_enabled: bool
    identifier: str
    ingress_submodules: bool
    path: str | None
    trigger_patterns: str | None
    trigger_prefixes: list[str]
    version_constraint: str | None


class Attributes:
    apply_schedule: str | None
    auto_apply: bool
    auto_destroy_days: int | None
    auto_destroy_status: str | None
    auto_destroy_time: datetime | None
    auto_queue_runs: str
    created_at: datetime
    deletion_protection_changed_by_email: str | None
    deletion_protection_enabled: bool
    destroy_schedule: str | None
    environment_type: str
    execution_mode: str
    favorite: bool
    force_latest_run: bool
    has_resources: bool
    hooks: Hooks | None
    iac_platform: str
    lock_reason: str | None
    locked: bool
    name: str
    operations: bool
    permissions: dict[str, bool]
    remote_backend: bool
    remote_state_sharing: bool
    run_operation_timeout: int | None
    terraform_version: str
    terragrunt: Any
    updated_at: datetime
    updated_by_email: str | None
    var_files: list[str] | None
    vcs_repo: Repository | None
    working_directory: str | None


class Relationships:
    agent_pool: Any
    configuration_version: Any
    created_by: Any
    current_run: Any
    drift_report: Any
    environment: Any
    latest_configuration_version: Any
    latest_run: Any
    locked_by: Any
    locked_by_run: Any
    module: Any
    module_version: Any
    readme_id: Any
    ssh_key: Any
    tags: Any
    updated_by: Any
    vcs_provider: Any


def wire_name(name: str) -> str:
    """Return the name of a field on the wire."""
    return name.replace("_", "-")
