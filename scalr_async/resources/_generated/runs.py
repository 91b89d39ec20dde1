"""Runs.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Required, TypedDict, Unpack, get_args

import attrs

from scalr_async._http import ANY_MEDIA_TYPE, JSON
from scalr_async._values import UNSET, Secret
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._download import Download, DownloadOptions
from scalr_async.resources._with_response import with_response

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
class RunInput(Nested):
    """A part of `Run`."""

    description: str = UNSET
    name: str = UNSET
    sensitive: bool = UNSET
    value: Any = attrs.field(default=UNSET, repr=False)


@nested
class RunVariable(Nested):
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
    """The fields to send, by type."""

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


class RunListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    account: Filter[Identity[api.Account]]
    created_at: Filter[datetime]
    created_by_run: Filter[Identity[Run]]
    created_by: Filter[Identity[api.User]]
    env_or_ws: Filter[str]
    environment: Filter[Identity[api.Environment]]
    is_dry: Filter[bool]
    resource_drifts: Filter[str]
    run: Filter[Identity[Run]]
    source: Filter[RunSource]
    status: Filter[RunStatus]
    tag: Filter[Identity[api.Tag]]
    vcs_revision: Filter[Identity[api.VcsRevision]]
    workspace: Filter[Identity[api.Workspace]]
    include: Sequence[RunInclude]
    scheduled: str
    fields: RunFieldsets


class RunQueueListOptions(ListOptions, total=False):
    """The options of `list_queue`."""

    query: str
    account: Filter[Identity[api.Account]]
    created_at: Filter[datetime]
    created_by_run: Filter[Identity[Run]]
    created_by: Filter[Identity[api.User]]
    env_or_ws: Filter[str]
    environment: Filter[Identity[api.Environment]]
    is_dry: Filter[bool]
    resource_drifts: Filter[str]
    run: Filter[Identity[Run]]
    source: Filter[RunSource]
    status: Filter[RunStatus]
    tag: Filter[Identity[api.Tag]]
    vcs_revision: Filter[Identity[api.VcsRevision]]
    workspace: Filter[Identity[api.Workspace]]
    include: Sequence[RunInclude]
    scheduled: str
    fields: RunFieldsets


class RunPolicyInputDownloadOptions(DownloadOptions, total=False):
    """The options of `policy_input`."""

    stage: RunPolicyInputStage


# fmt: off
_LIST: Operation[Run] = Operation(
    "GET", "/runs", paginated=True, include=get_args(RunInclude), fields={"applies": "applies",
    "configuration_versions": "configuration-versions", "cost_estimates": "cost-estimates",
    "environments": "environments", "plans": "plans", "policy_checks": "policy-checks",
    "runs": "runs", "status_transitions": "status-transitions", "tags": "tags", "users": "users",
    "vcs_revisions": "vcs-revisions", "workspaces": "workspaces"},
    filters={"account": "filter[account]", "created_at": "filter[created-at]",
    "created_by_run": "filter[created-by-run]", "created_by": "filter[created-by]",
    "env_or_ws": "filter[env-or-ws]", "environment": "filter[environment]",
    "is_dry": "filter[is-dry]", "resource_drifts": "filter[resource-drifts]", "run": "filter[run]",
    "source": "filter[source]", "status": "filter[status]", "tag": "filter[tag]",
    "vcs_revision": "filter[vcs-revision]", "workspace": "filter[workspace]"},
    params={"query": "query", "scheduled": "scheduled"}, filter_types={"account": "accounts",
    "created_at": datetime, "created_by_run": "runs", "created_by": "users",
    "environment": "environments", "is_dry": bool, "run": "runs", "source": get_args(RunSource),
    "status": get_args(RunStatus), "tag": "tags", "vcs_revision": "vcs-revisions",
    "workspace": "workspaces"})
_CREATE: Operation[Run] = Operation(
    "POST", "/runs", params={"vcs_task_id": "vcs-task-id", "vcs_user_id": "vcs-user-id"})
_LIST_QUEUE: Operation[Run] = Operation(
    "GET", "/runs-queue", paginated=True, include=get_args(RunInclude),
    fields={"applies": "applies", "configuration_versions": "configuration-versions",
    "cost_estimates": "cost-estimates", "environments": "environments", "plans": "plans",
    "policy_checks": "policy-checks", "runs": "runs", "status_transitions": "status-transitions",
    "tags": "tags", "users": "users", "vcs_revisions": "vcs-revisions",
    "workspaces": "workspaces"}, filters={"account": "filter[account]",
    "created_at": "filter[created-at]", "created_by_run": "filter[created-by-run]",
    "created_by": "filter[created-by]", "env_or_ws": "filter[env-or-ws]",
    "environment": "filter[environment]", "is_dry": "filter[is-dry]",
    "resource_drifts": "filter[resource-drifts]", "run": "filter[run]", "source": "filter[source]",
    "status": "filter[status]", "tag": "filter[tag]", "vcs_revision": "filter[vcs-revision]",
    "workspace": "filter[workspace]"}, params={"query": "query", "scheduled": "scheduled"},
    filter_types={"account": "accounts", "created_at": datetime, "created_by_run": "runs",
    "created_by": "users", "environment": "environments", "is_dry": bool, "run": "runs",
    "source": get_args(RunSource), "status": get_args(RunStatus), "tag": "tags",
    "vcs_revision": "vcs-revisions", "workspace": "workspaces"})
_GET: Operation[Run] = Operation(
    "GET", "/runs/{run}", ids=("runs",), include=get_args(RunInclude),
    fields={"applies": "applies", "configuration_versions": "configuration-versions",
    "cost_estimates": "cost-estimates", "environments": "environments", "plans": "plans",
    "policy_checks": "policy-checks", "runs": "runs", "status_transitions": "status-transitions",
    "tags": "tags", "users": "users", "vcs_revisions": "vcs-revisions", "workspaces": "workspaces"})
_CONFIRM: Operation[None] = Operation(
    "POST", "/runs/{run}/actions/apply", ids=("runs",), content_type=JSON, idempotent=True)
_CANCEL: Operation[None] = Operation(
    "POST", "/runs/{run}/actions/cancel", ids=("runs",), content_type=JSON)
_DISCARD: Operation[None] = Operation(
    "POST", "/runs/{run}/actions/discard", ids=("runs",), content_type=JSON)
_FORCE: Operation[None] = Operation(
    "POST", "/runs/{run}/actions/force", ids=("runs",), content_type=JSON)
_LIST_POLICY_CHECKS: Operation[api.PolicyCheck] = Operation(
    "GET", "/runs/{run}/policy-checks", ids=("runs",), result="policy-checks")
_POLICY_INPUT: Operation[bytes] = Operation(
    "GET", "/runs/{run}/policy-input", ids=("runs",), accept=ANY_MEDIA_TYPE, redirects="follow",
    params={"stage": "stage"})
# fmt: on


class Runs(Collection[Run]):
    """The calls of `scalr.runs`."""

    model = Run

    def list(self, **options: Unpack[RunListOptions]) -> Pager[Run]:
        """List runs.

        `GET /runs`. Raises `NotFoundError`.

        Keywords: `query`; `account`; `created_at`; `created_by_run`; `created_by`; `env_or_ws`;
        `environment`; `is_dry`; `resource_drifts`; `run`; `source`; `status`; `tag`;
        `vcs_revision`; `workspace`; `include` of `apply`, `configuration_version`,
        `cost_estimate`, `created_by`, `created_by_run`, `environment`, `plan`, `policy_checks`,
        `status_transitions`, `tags`, `vcs_revision`, `workspace`; `scheduled`; `fields`;
        `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        vcs_task_id: str = UNSET,
        vcs_user_id: int = UNSET,
        reconcile: Pager[Run] | None = None,
        **values: Unpack[RunCreate],
    ) -> Run:
        """Create a run.

        `POST /runs`. `reconcile` is a list that finds the object if the answer is lost. Raises
        `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `auto_apply`; `inputs`; `is_destroy`; `is_dry`; `message`; `plan_at`;
        `refresh`; `refresh_only`; `replace_addrs`; `save_plan`; `source`; `target_addrs`;
        `variables`; `configuration_version`; `created_by_run`; `workspace`; `vcs_task_id`;
        `vcs_user_id`.
        """
        return await self._create(
            _CREATE,
            (),
            values,
            vcs_task_id=vcs_task_id,
            vcs_user_id=vcs_user_id,
            reconcile=reconcile,
        )

    def list_queue(self, **options: Unpack[RunQueueListOptions]) -> Pager[Run]:
        """List the runs that wait for their turn.

        `GET /runs-queue`. Raises `NotFoundError`.

        Keywords: `query`; `account`; `created_at`; `created_by_run`; `created_by`; `env_or_ws`;
        `environment`; `is_dry`; `resource_drifts`; `run`; `source`; `status`; `tag`;
        `vcs_revision`; `workspace`; `include` of `apply`, `configuration_version`,
        `cost_estimate`, `created_by`, `created_by_run`, `environment`, `plan`, `policy_checks`,
        `status_transitions`, `tags`, `vcs_revision`, `workspace`; `scheduled`; `fields`;
        `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST_QUEUE, (), options)

    async def get(
        self,
        run: Identity[Run],
        *,
        include: Sequence[RunInclude] = (),
        fields: RunFieldsets = UNSET,
    ) -> Run:
        """Read a run.

        `GET /runs/{run}`. Raises `NotFoundError`.

        Keywords: `include` of `apply`, `configuration_version`, `cost_estimate`, `created_by`,
        `created_by_run`, `environment`, `plan`, `policy_checks`, `status_transitions`, `tags`,
        `vcs_revision`, `workspace`; `fields`.
        """
        return await self._get(_GET, (run,), include=include, fields=fields)

    async def confirm(self, run: Identity[Run], **values: Unpack[RunConfirm]) -> None:
        """Confirm a planned run, so that it is applied.

        `POST /runs/{run}/actions/apply`. Raises `NotFoundError` or `ConflictError` (the run is
        not in a fitting state).

        Keywords: `apply_at`; `comment`.
        """
        return await self._do(_CONFIRM, (run,), values)

    async def cancel(self, run: Identity[Run], **values: Unpack[RunCancel]) -> None:
        """Cancel a run in progress.

        `POST /runs/{run}/actions/cancel`. Raises `NotFoundError` or `ConflictError` (the run is
        not in a fitting state).

        Keywords: `comment`.
        """
        return await self._do(_CANCEL, (run,), values)

    async def discard(self, run: Identity[Run], **values: Unpack[RunDiscard]) -> None:
        """Discard a run that waits for confirmation.

        `POST /runs/{run}/actions/discard`. Raises `NotFoundError` or `ConflictError` (the run
        is not in a fitting state).

        Keywords: `comment`.
        """
        return await self._do(_DISCARD, (run,), values)

    async def force(self, run: Identity[Run], **values: Unpack[RunForce]) -> None:
        """Run now, ahead of what the workspace waits for.

        `POST /runs/{run}/actions/force`. Raises `NotFoundError` or `ConflictError` (the run is
        not in a fitting state).

        Keywords: `comment`.
        """
        return await self._do(_FORCE, (run,), values)

    def list_policy_checks(
        self, run: Identity[Run], **options: Unpack[ListOptions]
    ) -> Pager[api.PolicyCheck]:
        """List the policy checks of a run.

        `GET /runs/{run}/policy-checks`. Raises `ForbiddenError`.

        Keywords: `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST_POLICY_CHECKS, (run,), options)

    def policy_input(
        self, run: Identity[Run], **options: Unpack[RunPolicyInputDownloadOptions]
    ) -> Download:
        """Download what the policies of a run are given, as a zip archive.

        `GET /runs/{run}/policy-input`. Raises `NotFoundError`.

        Keywords: `stage`; `to`; `on_progress`.
        """
        return self._download(_POLICY_INPUT, (run,), options)

    @property
    def with_response(self) -> RunsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return RunsWithResponse(self)


class RunsWithResponse:
    """The calls of `scalr.runs.with_response`."""

    def __init__(self, calls: Runs) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.list_queue = with_response(calls.list_queue)
        self.get = with_response(calls.get)
        self.confirm = with_response(calls.confirm)
        self.cancel = with_response(calls.cancel)
        self.discard = with_response(calls.discard)
        self.force = with_response(calls.force)
        self.list_policy_checks = with_response(calls.list_policy_checks)
        self.policy_input = with_response(calls.policy_input)
