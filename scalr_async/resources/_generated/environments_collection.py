"""Environments: the calls.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Unpack, get_args

from scalr_async import resources as api
from scalr_async._sentinels import UNSET
from scalr_async._wire import JSON
from scalr_async.filters import Filter
from scalr_async.jsonapi.model import Identity
from scalr_async.jsonapi.operation import Operation
from scalr_async.pagination import Pager
from scalr_async.resources._base import ListOptions
from scalr_async.resources._download import Download, DownloadOptions
from scalr_async.resources._generated.environments import (
    Environment,
    EnvironmentCreate,
    EnvironmentFieldsets,
    EnvironmentInclude,
    EnvironmentLock,
    EnvironmentSort,
    EnvironmentUpdate,
)
from scalr_async.resources._generated.environments_relationships import EnvironmentRelationships


class EnvironmentListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    account: Filter[Identity[api.Account]]
    environment: Filter[Identity[Environment]]
    favorite: Filter[bool]
    latest_run_date: Filter[datetime]
    name: Filter[str]
    policy_group: Filter[Identity[api.PolicyGroup]]
    storage_profile: Filter[Identity[api.StorageProfile]]
    tag: Filter[Identity[api.Tag]]
    include: Sequence[EnvironmentInclude]
    sort: EnvironmentSort | Sequence[EnvironmentSort]
    sort_favorite_first: bool
    fields: EnvironmentFieldsets


class EnvironmentDriftedWorkspacesListOptions(ListOptions, total=False):
    """The options of `list_drifted_workspaces`."""

    query: str
    sort: str
    status: Filter[str]
    has_drift: Filter[bool]
    tags: Filter[Identity[api.Tag]]
    last_check_at: Filter[datetime]


class EnvironmentDriftedWorkspacesCsvOptions(DownloadOptions, total=False):
    """The options of `list_drifted_workspaces_csv`."""

    query: str
    sort: str
    status: Filter[str]
    has_drift: Filter[bool]
    tags: Filter[Identity[api.Tag]]
    last_check_at: Filter[datetime]


# fmt: off
_LIST: Operation[Environment] = Operation(
    "GET", "/environments", paginated=True, include=get_args(EnvironmentInclude),
    sort=get_args(EnvironmentSort), fields={"accounts": "accounts", "agent_pools": "agent-pools",
    "drift_detection_schedules": "drift-detection-schedule", "environments": "environments",
    "policy_groups": "policy-groups", "provider_configurations": "provider-configurations",
    "storage_profiles": "storage-profiles", "tags": "tags", "users": "users"},
    filters={"account": "filter[account]", "environment": "filter[environment]",
    "favorite": "filter[favorite]", "latest_run_date": "filter[latest-run-date]",
    "name": "filter[name]", "policy_group": "filter[policy-group]",
    "storage_profile": "filter[storage-profile]", "tag": "filter[tag]"}, params={"query": "query",
    "sort_favorite_first": "sort[favorite-first]"}, filter_types={"account": "accounts",
    "environment": "environments", "favorite": bool, "latest_run_date": datetime,
    "policy_group": "policy-groups", "storage_profile": "storage-profiles", "tag": "tags"})
_CREATE: Operation[Environment] = Operation(
    "POST", "/environments", fields={"accounts": "accounts", "agent_pools": "agent-pools",
    "drift_detection_schedules": "drift-detection-schedule", "environments": "environments",
    "policy_groups": "policy-groups", "provider_configurations": "provider-configurations",
    "storage_profiles": "storage-profiles", "tags": "tags", "users": "users"})
_GET: Operation[Environment] = Operation(
    "GET", "/environments/{environment}", ids=("environments",),
    include=get_args(EnvironmentInclude), fields={"accounts": "accounts",
    "agent_pools": "agent-pools", "drift_detection_schedules": "drift-detection-schedule",
    "environments": "environments", "policy_groups": "policy-groups",
    "provider_configurations": "provider-configurations", "storage_profiles": "storage-profiles",
    "tags": "tags", "users": "users"}, params={"track_access": "track_access"})
_UPDATE: Operation[Environment] = Operation(
    "PATCH", "/environments/{environment}", ids=("environments",), fields={"accounts": "accounts",
    "agent_pools": "agent-pools", "drift_detection_schedules": "drift-detection-schedule",
    "environments": "environments", "policy_groups": "policy-groups",
    "provider_configurations": "provider-configurations", "storage_profiles": "storage-profiles",
    "tags": "tags", "users": "users"})
_DELETE: Operation[None] = Operation(
    "DELETE", "/environments/{environment}", ids=("environments",), idempotent=True)
_FAVORITE: Operation[Environment] = Operation(
    "POST", "/environments/{environment}/actions/favorite", ids=("environments",))
_LOCK: Operation[Environment] = Operation(
    "POST", "/environments/{environment}/actions/lock", ids=("environments",), content_type=JSON)
_UNFAVORITE: Operation[Environment] = Operation(
    "POST", "/environments/{environment}/actions/unfavorite", ids=("environments",))
_UNLOCK: Operation[Environment] = Operation(
    "POST", "/environments/{environment}/actions/unlock", ids=("environments",))
_LIST_DRIFTED_WORKSPACES: Operation[Mapping[str, Any]] = Operation(
    "GET", "/reports/environments/{environment}/drifted-workspaces", ids=("environments",),
    value=Mapping[str, Any], accept=JSON, paginated=True, filters={"status": "filter[status]",
    "has_drift": "filter[has-drift]", "tags": "filter[tags]",
    "last_check_at": "filter[last-check-at]"}, params={"query": "query", "sort": "sort"},
    filter_types={"has_drift": bool, "tags": "tags", "last_check_at": datetime})
# fmt: on


class Environments(EnvironmentRelationships):
    """The calls of `scalr.environments`."""

    model = Environment

    def list(self, **options: Unpack[EnvironmentListOptions]) -> Pager[Environment]:
        """List environments.

        `GET /environments`. Raises `NotFoundError`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        fields: EnvironmentFieldsets = UNSET,
        reconcile: Pager[Environment] | None = None,
        **values: Unpack[EnvironmentCreate],
    ) -> Environment:
        """Create an environment.

        `POST /environments`. `reconcile` is the list that is looked at when the answer is lost.
        Raises `NotFoundError` or `UnprocessableEntityError`.
        """
        return await self._create(_CREATE, (), values, fields=fields, reconcile=reconcile)

    async def get(
        self,
        environment: Identity[Environment],
        *,
        include: Sequence[EnvironmentInclude] = (),
        track_access: bool = UNSET,
        fields: EnvironmentFieldsets = UNSET,
    ) -> Environment:
        """Read an environment.

        `GET /environments/{environment}`. Raises `NotFoundError`.
        """
        return await self._get(
            _GET, (environment,), include=include, track_access=track_access, fields=fields
        )

    async def update(
        self,
        environment: Identity[Environment],
        *,
        fields: EnvironmentFieldsets = UNSET,
        **values: Unpack[EnvironmentUpdate],
    ) -> Environment:
        """Update an environment.

        `PATCH /environments/{environment}`. Raises `NotFoundError` or
        `UnprocessableEntityError`.
        """
        return await self._update(_UPDATE, (environment,), values, fields=fields)

    async def delete(self, environment: Identity[Environment]) -> None:
        """Delete an environment.

        `DELETE /environments/{environment}`. Raises `ForbiddenError` or `NotFoundError`.
        """
        return await self._delete(_DELETE, (environment,))

    async def favorite(self, environment: Identity[Environment]) -> Environment:
        """Make an environment one of the caller's favorites.

        `POST /environments/{environment}/actions/favorite`. Raises `NotFoundError`.
        """
        return await self._act(_FAVORITE, (environment,))

    async def lock(
        self, environment: Identity[Environment], **values: Unpack[EnvironmentLock]
    ) -> Environment:
        """Lock an environment.

        `POST /environments/{environment}/actions/lock`. Raises `NotFoundError` or
        `ConflictError`.
        """
        return await self._act(_LOCK, (environment,), values)

    async def unfavorite(self, environment: Identity[Environment]) -> Environment:
        """Take an environment from the caller's favorites.

        `POST /environments/{environment}/actions/unfavorite`. Raises `NotFoundError`.
        """
        return await self._act(_UNFAVORITE, (environment,))

    async def unlock(self, environment: Identity[Environment]) -> Environment:
        """Unlock an environment.

        `POST /environments/{environment}/actions/unlock`. Raises `NotFoundError` or
        `ConflictError`.
        """
        return await self._act(_UNLOCK, (environment,))

    def list_drifted_workspaces(
        self,
        environment: Identity[Environment],
        **options: Unpack[EnvironmentDriftedWorkspacesListOptions],
    ) -> Pager[Mapping[str, Any]]:
        """List the workspaces of an environment whose resources have drifted.

        `GET /reports/environments/{environment}/drifted-workspaces`.
        """
        return self._list_values(_LIST_DRIFTED_WORKSPACES, (environment,), options)

    def list_drifted_workspaces_csv(
        self,
        environment: Identity[Environment],
        **options: Unpack[EnvironmentDriftedWorkspacesCsvOptions],
    ) -> Download:
        """Download what `list_drifted_workspaces` lists as CSV.

        `GET /reports/environments/{environment}/drifted-workspaces?format=csv`.
        """
        return self._csv(_LIST_DRIFTED_WORKSPACES, (environment,), options)
