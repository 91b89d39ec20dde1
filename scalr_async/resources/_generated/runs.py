"""Runs.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Required, TypedDict

import attrs

from scalr_async import resources as api
from scalr_async._sentinels import UNSET
from scalr_async._wire import Secret
from scalr_async.jsonapi.model import Identity, Ref, Resource, nested, resource

# fmt: off
RunIacPlatform = Literal["terraform", "opentofu"]
RunSource = Literal[
    "api", "cli", "scalr-cli", "configuration-version", "service-catalog", "ui", "vcs", "vcs-task",
    "run-trigger", "schedule", "restart", "restart-ci", "assistant", "dashboard-run",
    "dashboard-workspace", "workspaces-environment", "workspaces-environment-bulk",
    "workspaces-account", "workspaces-account-bulk", "reports-iac-versions",
    "reports-stale-workspaces", "auto-destroy", "comment-github", "comment-azure",
    "comment-gitlab", "check-github", "vscode", "drift-detection"]
RunStatus = Literal[
    "pending", "pre_plan_queued", "pre_plan_running", "pre_plan_finished", "plan_queued",
    "planning", "planned", "confirmed", "discarded", "planned_and_finished", "planned_and_saved",
    "post_plan_running", "post_plan_finished", "cost_estimating", "cost_estimated",
    "policy_checking", "policy_override", "policy_checked", "pre_apply_queued",
    "pre_apply_running", "pre_apply_finished", "apply_queued", "applying", "applied",
    "post_apply_running", "post_apply_finished", "errored", "canceled"]
RunVariableCategory = Literal["terraform", "shell", "env"]
RunActor = Literal["unknown", "user", "service-account", "ai-agent", "scalr-system"]
RunField = Literal[
    "id", "apply_at", "auto_apply", "created_at", "error_message", "has_changes", "iac_platform",
    "inputs", "is_destroy", "is_dry", "message", "permissions", "plan_at", "position_in_queue",
    "refresh", "refresh_only", "replace_addrs", "save_plan", "source", "status",
    "status_timestamps", "target_addrs", "variables", "actor", "apply", "configuration_version",
    "cost_estimate", "created_by", "created_by_run", "environment", "plan", "policy_checks",
    "state_versions", "status_transitions", "tags", "vcs_revision", "workspace"]
RunInclude = Literal[
    "apply", "configuration_version", "cost_estimate", "created_by", "created_by_run",
    "environment", "plan", "policy_checks", "status_transitions", "tags", "vcs_revision",
    "workspace"]
RunPolicyInputStage = Literal["pre_plan", "post_plan"]
# fmt: on


@resource("runs")
class Run(Resource):
    """One plan, and what follows it: checks, confirmation, apply."""

    apply_at: datetime | None = UNSET
    auto_apply: bool = UNSET
    created_at: datetime = UNSET
    error_message: str | None = UNSET
    has_changes: bool = UNSET
    iac_platform: RunIacPlatform = UNSET
    inputs: tuple[RunInput, ...] | None = UNSET
    is_destroy: bool = UNSET
    is_dry: bool = UNSET
    message: str | None = UNSET
    permissions: Mapping[str, Any] = UNSET
    plan_at: datetime | None = UNSET
    position_in_queue: int | None = UNSET
    refresh: bool | None = UNSET
    refresh_only: bool | None = UNSET
    replace_addrs: tuple[str, ...] | None = UNSET
    save_plan: bool | None = UNSET
    source: RunSource = UNSET
    status: RunStatus = UNSET
    status_timestamps: Mapping[str, datetime] = UNSET
    target_addrs: tuple[str, ...] | None = UNSET
    variables: tuple[RunVariable, ...] | None = UNSET
    actor: RunActor = UNSET
    """The kind of principal that made the run; `created_by` names it."""
    apply: Ref[api.Apply] | None = UNSET
    configuration_version: Ref[api.ConfigurationVersion] | None = UNSET
    cost_estimate: Ref[api.CostEstimate] | None = UNSET
    created_by: Ref[api.User] | None = UNSET
    created_by_run: Ref[Run] | None = UNSET
    environment: Ref[api.Environment] = UNSET
    plan: Ref[api.Plan] | None = UNSET
    policy_checks: tuple[Ref[api.PolicyCheck], ...] = UNSET
    state_versions: tuple[Ref[api.StateVersion], ...] = UNSET
    status_transitions: tuple[Ref[api.StatusTransition], ...] = UNSET
    tags: tuple[Ref[api.Tag], ...] = UNSET
    vcs_revision: Ref[api.VcsRevision] | None = UNSET
    workspace: Ref[api.Workspace] = UNSET


@nested
class RunInput:
    """A part of `Run`."""

    description: str = UNSET
    name: str = UNSET
    sensitive: bool = UNSET
    value: Any = attrs.field(default=UNSET, repr=False)


@nested
class RunVariable:
    """A part of `Run`."""

    category: RunVariableCategory = UNSET
    hcl: bool = UNSET
    key: str = UNSET
    sensitive: bool = UNSET
    value: Secret | None = UNSET


class RunInputDict(TypedDict, total=False):
    """`RunInput` as a dict."""

    description: str
    name: str
    sensitive: bool
    value: Any


class RunVariableDict(TypedDict, total=False):
    """`RunVariable` as a dict."""

    category: Required[RunVariableCategory]
    hcl: bool
    key: Required[str]
    sensitive: bool
    value: str | None


class RunCreate(TypedDict, total=False):
    """The values for creating a run."""

    auto_apply: bool
    inputs: Sequence[RunInput | RunInputDict] | None
    is_destroy: bool
    is_dry: bool
    message: str | None
    plan_at: datetime | None
    refresh: bool | None
    refresh_only: bool | None
    replace_addrs: Sequence[str] | None
    save_plan: bool | None
    source: RunSource
    target_addrs: Sequence[str] | None
    variables: Sequence[RunVariable | RunVariableDict] | None
    configuration_version: Identity[api.ConfigurationVersion] | None
    created_by_run: Identity[Run] | None
    workspace: Identity[api.Workspace]


class RunFieldsets(TypedDict, total=False):
    """The fields that shall come, by type."""

    applies: Sequence[api.ApplyField]
    configuration_versions: Sequence[api.ConfigurationVersionField]
    cost_estimates: Sequence[api.CostEstimateField]
    environments: Sequence[api.EnvironmentField]
    plans: Sequence[api.PlanField]
    policy_checks: Sequence[api.PolicyCheckField]
    runs: Sequence[RunField]
    status_transitions: Sequence[api.StatusTransitionField]
    tags: Sequence[api.TagField]
    users: Sequence[api.UserField]
    vcs_revisions: Sequence[api.VcsRevisionField]
    workspaces: Sequence[api.WorkspaceField]


class RunConfirm(TypedDict, total=False):
    """The options of `confirm`."""

    apply_at: datetime | None
    comment: str


class RunCancel(TypedDict, total=False):
    """The options of `cancel`."""

    comment: str


class RunDiscard(TypedDict, total=False):
    """The options of `discard`."""

    comment: str


class RunForce(TypedDict, total=False):
    """The options of `force`."""

    comment: str
