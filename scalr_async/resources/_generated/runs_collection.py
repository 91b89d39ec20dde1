"""Runs: the calls.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Unpack, get_args

from scalr_async import resources as api
from scalr_async._sentinels import UNSET
from scalr_async._wire import ANYTHING, JSON
from scalr_async.filters import Filter
from scalr_async.jsonapi.model import Identity
from scalr_async.jsonapi.operation import Operation
from scalr_async.pagination import Pager
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._download import Download, DownloadOptions
from scalr_async.resources._generated.runs import (
    Run,
    RunCancel,
    RunConfirm,
    RunCreate,
    RunDiscard,
    RunFieldsets,
    RunForce,
    RunInclude,
    RunPolicyInputStage,
    RunSource,
    RunStatus,
)


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
    "GET", "/runs/{run}/policy-input", ids=("runs",), accept=ANYTHING, redirects="follow",
    params={"stage": "stage"})
# fmt: on


class Runs(Collection[Run]):
    """The calls of `scalr.runs`."""

    model = Run

    def list(self, **options: Unpack[RunListOptions]) -> Pager[Run]:
        """List runs.

        `GET /runs`. Raises `NotFoundError`.
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

        `POST /runs`. `reconcile` is the list that is looked at when the answer is lost. Raises
        `NotFoundError` or `UnprocessableEntityError`.
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
        """
        return await self._get(_GET, (run,), include=include, fields=fields)

    async def confirm(self, run: Identity[Run], **values: Unpack[RunConfirm]) -> None:
        """Confirm a planned run, so that it is applied.

        `POST /runs/{run}/actions/apply`. Raises `NotFoundError` or `ConflictError` (the run is
        not in a fitting state).
        """
        return await self._do(_CONFIRM, (run,), values)

    async def cancel(self, run: Identity[Run], **values: Unpack[RunCancel]) -> None:
        """Cancel a run in progress.

        `POST /runs/{run}/actions/cancel`. Raises `NotFoundError` or `ConflictError` (the run is
        not in a fitting state).
        """
        return await self._do(_CANCEL, (run,), values)

    async def discard(self, run: Identity[Run], **values: Unpack[RunDiscard]) -> None:
        """Discard a run that waits for confirmation.

        `POST /runs/{run}/actions/discard`. Raises `NotFoundError` or `ConflictError` (the run
        is not in a fitting state).
        """
        return await self._do(_DISCARD, (run,), values)

    async def force(self, run: Identity[Run], **values: Unpack[RunForce]) -> None:
        """Run now, ahead of what the workspace waits for.

        `POST /runs/{run}/actions/force`. Raises `NotFoundError` or `ConflictError` (the run is
        not in a fitting state).
        """
        return await self._do(_FORCE, (run,), values)

    def list_policy_checks(
        self, run: Identity[Run], **options: Unpack[ListOptions]
    ) -> Pager[api.PolicyCheck]:
        """List the policy checks of a run.

        `GET /runs/{run}/policy-checks`. Raises `ForbiddenError`.
        """
        return self._list(_LIST_POLICY_CHECKS, (run,), options)

    def policy_input(
        self, run: Identity[Run], **options: Unpack[RunPolicyInputDownloadOptions]
    ) -> Download:
        """Download what the policies of a run are given, as a zip archive.

        `GET /runs/{run}/policy-input`. Raises `NotFoundError`.
        """
        return self._download(_POLICY_INPUT, (run,), options)
