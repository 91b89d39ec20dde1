"""Environments.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Required, TypedDict, Unpack, get_args

from scalr_async._http import JSON
from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._download import Download, DownloadOptions
from scalr_async.resources._ensured import Ensured
from scalr_async.resources._with_response import with_response

# fmt: off
EnvironmentInclude = Literal[
    "account", "created_by", "default_provider_configurations", "default_workspace_agent_pool",
    "drift_detection_schedules", "locked_by", "policy_groups", "provider_configurations",
    "storage_profile", "tags"]
EnvironmentSort = Literal[
    "account", "-account", "created_at", "-created_at", "created_by_email", "-created_by_email",
    "name", "-name"]
EnvironmentField = Literal[
    "id", "created_at", "created_by_email", "favorite", "is_federated_to_account", "lock_reason",
    "locked", "mask_sensitive_output", "name", "permissions", "remote_backend",
    "remote_backend_overridable", "status", "updated_at", "account", "created_by",
    "default_provider_configurations", "default_workspace_agent_pool", "drift_detection_schedules",
    "locked_by", "policy_groups", "provider_configurations", "storage_profile", "tags",
    "updated_by"]
# fmt: on


@resource("environments")
class Environment(Resource):
    """A part of an account that holds workspaces and what they share."""

    created_at: datetime = UNSET
    created_by_email: str | None = UNSET
    favorite: bool = UNSET
    """Whether the caller has marked it so."""
    is_federated_to_account: bool = UNSET
    """Whether every environment of the account may read its workspaces' state."""
    lock_reason: str | None = UNSET
    """The comment given when it was locked."""
    locked: bool = UNSET
    """Whether somebody has locked it."""
    mask_sensitive_output: bool = UNSET
    """Whether sensitive values are masked in logs."""
    name: str = UNSET
    """Unique in the account."""
    permissions: Mapping[str, Any] = UNSET
    """The actions that the caller is allowed here."""
    remote_backend: bool = UNSET
    """Whether Scalr keeps the state of its workspaces."""
    remote_backend_overridable: bool = UNSET
    """Whether a workspace may choose for itself."""
    status: str = UNSET
    updated_at: datetime | None = UNSET
    account: Ref[api.Account] = UNSET
    """The account that owns the environment."""
    created_by: Ref[api.User] | None = UNSET
    default_provider_configurations: tuple[Ref[api.ProviderConfiguration], ...] = UNSET
    """Given to every new workspace."""
    default_workspace_agent_pool: Ref[api.AgentPool] | None = UNSET
    """The pool of workspaces that name none."""
    drift_detection_schedules: tuple[Ref[api.DriftDetectionSchedule], ...] = UNSET
    locked_by: Ref[api.User] | None = UNSET
    policy_groups: tuple[Ref[api.PolicyGroup], ...] = UNSET
    """Policies that every run has to pass."""
    provider_configurations: tuple[Ref[api.ProviderConfiguration], ...] = UNSET
    """Provider configurations that workspaces here may use."""
    storage_profile: Ref[api.StorageProfile] | None = UNSET
    """The storage of the state; None for Scalr's own."""
    tags: tuple[Ref[api.Tag], ...] = UNSET
    updated_by: Ref[api.User] | None = UNSET


class _EnvironmentValues(TypedDict, total=False):
    """The values of every write of an environment."""

    is_federated_to_account: bool
    mask_sensitive_output: bool
    remote_backend: bool
    remote_backend_overridable: bool
    default_provider_configurations: Iterable[Identity[api.ProviderConfiguration]]
    default_workspace_agent_pool: Identity[api.AgentPool] | None
    storage_profile: Identity[api.StorageProfile] | None
    tags: Iterable[Identity[api.Tag]]


class EnvironmentCreate(_EnvironmentValues, total=False):
    """The values for creating an environment."""

    name: Required[str]


class EnvironmentUpdate(_EnvironmentValues, total=False):
    """The values for updating an environment."""

    name: str


class EnvironmentFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    accounts: Sequence[api.AccountField]
    agent_pools: Sequence[api.AgentPoolField]
    drift_detection_schedules: Sequence[api.DriftDetectionScheduleField]
    environments: Sequence[EnvironmentField]
    policy_groups: Sequence[api.PolicyGroupField]
    provider_configurations: Sequence[api.ProviderConfigurationField]
    storage_profiles: Sequence[api.StorageProfileField]
    tags: Sequence[api.TagField]
    users: Sequence[api.UserField]


class EnvironmentLock(TypedDict, total=False):
    """The options of `lock`."""

    reason: str


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
_LIST_FEDERATED_ENVIRONMENTS: Operation[Ref[Environment]] = Operation(
    "GET", "/environments/{environment}/relationships/federated-environments",
    ids=("environments",), paginated=True)
_ADD_FEDERATED_ENVIRONMENTS: Operation[None] = Operation(
    "POST", "/environments/{environment}/relationships/federated-environments",
    ids=("environments",), idempotent=True)
_REPLACE_FEDERATED_ENVIRONMENTS: Operation[None] = Operation(
    "PATCH", "/environments/{environment}/relationships/federated-environments",
    ids=("environments",), idempotent=True)
_REMOVE_FEDERATED_ENVIRONMENTS: Operation[None] = Operation(
    "DELETE", "/environments/{environment}/relationships/federated-environments",
    ids=("environments",), idempotent=True)
_LIST_TAGS: Operation[Ref[api.Tag]] = Operation(
    "GET", "/environments/{environment}/relationships/tags", ids=("environments",), paginated=True)
_ADD_TAGS: Operation[None] = Operation(
    "POST", "/environments/{environment}/relationships/tags", ids=("environments",),
    idempotent=True)
_REPLACE_TAGS: Operation[None] = Operation(
    "PATCH", "/environments/{environment}/relationships/tags", ids=("environments",),
    idempotent=True)
_REMOVE_TAGS: Operation[None] = Operation(
    "DELETE", "/environments/{environment}/relationships/tags", ids=("environments",),
    idempotent=True)
_LIST_DRIFTED_WORKSPACES: Operation[Mapping[str, Any]] = Operation(
    "GET", "/reports/environments/{environment}/drifted-workspaces", ids=("environments",),
    value=Mapping[str, Any], accept=JSON, paginated=True, filters={"status": "filter[status]",
    "has_drift": "filter[has-drift]", "tags": "filter[tags]",
    "last_check_at": "filter[last-check-at]"}, params={"query": "query", "sort": "sort"},
    filter_types={"has_drift": bool, "tags": "tags", "last_check_at": datetime})
# fmt: on


class Environments(Collection[Environment]):
    """The calls of `scalr.environments`."""

    model = Environment

    def list(self, **options: Unpack[EnvironmentListOptions]) -> Pager[Environment]:
        """List environments.

        `GET /environments`. Raises `NotFoundError`.

        Keywords: `query`; `account`; `environment`; `favorite`; `latest_run_date`; `name`;
        `policy_group`; `storage_profile`; `tag`; `include` of `account`, `created_by`,
        `default_provider_configurations`, `default_workspace_agent_pool`,
        `drift_detection_schedules`, `locked_by`, `policy_groups`, `provider_configurations`,
        `storage_profile`, `tags`; `sort` by `account`, `created_at`, `created_by_email`, `name`
        (`-` reverses); `sort_favorite_first`; `fields`; `page_size`; `prefetch`; `limit`;
        `on_drift`.
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

        `POST /environments`. `reconcile` is a list that finds the object if the answer is lost.
        Raises `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `is_federated_to_account`; `mask_sensitive_output`; `name` (required);
        `remote_backend`; `remote_backend_overridable`; `default_provider_configurations`;
        `default_workspace_agent_pool`; `storage_profile`; `tags`; `fields`.
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

        Keywords: `include` of `account`, `created_by`, `default_provider_configurations`,
        `default_workspace_agent_pool`, `drift_detection_schedules`, `locked_by`,
        `policy_groups`, `provider_configurations`, `storage_profile`, `tags`; `track_access`;
        `fields`.
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

        Keywords: `is_federated_to_account`; `mask_sensitive_output`; `name`; `remote_backend`;
        `remote_backend_overridable`; `default_provider_configurations`;
        `default_workspace_agent_pool`; `storage_profile`; `tags`; `fields`.
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

        Keywords: `reason`.
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

    def list_federated_environments(
        self, environment: Identity[Environment], **options: Unpack[ListOptions]
    ) -> Pager[Ref[Environment]]:
        """List the federated environments of an environment.

        `GET /environments/{environment}/relationships/federated-environments`. Raises
        `NotFoundError`.

        Keywords: `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list_refs(_LIST_FEDERATED_ENVIRONMENTS, (environment,), options)

    async def add_federated_environments(
        self,
        environment: Identity[Environment],
        federated_environments: Iterable[Identity[Environment]],
    ) -> None:
        """Add federated environments to an environment.

        `POST /environments/{environment}/relationships/federated-environments`. Raises
        `NotFoundError`.
        """
        return await self._change_refs(
            _ADD_FEDERATED_ENVIRONMENTS, (environment,), federated_environments, "environments"
        )

    async def replace_federated_environments(
        self,
        environment: Identity[Environment],
        federated_environments: Iterable[Identity[Environment]],
    ) -> None:
        """Replace all federated environments of an environment.

        `PATCH /environments/{environment}/relationships/federated-environments`. Raises
        `NotFoundError`.
        """
        return await self._change_refs(
            _REPLACE_FEDERATED_ENVIRONMENTS, (environment,), federated_environments, "environments"
        )

    async def remove_federated_environments(
        self,
        environment: Identity[Environment],
        federated_environments: Iterable[Identity[Environment]],
    ) -> None:
        """Remove federated environments from an environment.

        `DELETE /environments/{environment}/relationships/federated-environments`. Raises
        `NotFoundError`.
        """
        return await self._change_refs(
            _REMOVE_FEDERATED_ENVIRONMENTS, (environment,), federated_environments, "environments"
        )

    def list_tags(
        self, environment: Identity[Environment], **options: Unpack[ListOptions]
    ) -> Pager[Ref[api.Tag]]:
        """List the tags of an environment.

        `GET /environments/{environment}/relationships/tags`. Raises `ForbiddenError`.

        Keywords: `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list_refs(_LIST_TAGS, (environment,), options)

    async def add_tags(
        self, environment: Identity[Environment], tags: Iterable[Identity[api.Tag]]
    ) -> None:
        """Add tags to an environment.

        `POST /environments/{environment}/relationships/tags`. Raises `ForbiddenError`.
        """
        return await self._change_refs(_ADD_TAGS, (environment,), tags, "tags")

    async def replace_tags(
        self, environment: Identity[Environment], tags: Iterable[Identity[api.Tag]]
    ) -> None:
        """Replace all tags of an environment.

        `PATCH /environments/{environment}/relationships/tags`. Raises `ForbiddenError`.
        """
        return await self._change_refs(_REPLACE_TAGS, (environment,), tags, "tags")

    async def remove_tags(
        self, environment: Identity[Environment], tags: Iterable[Identity[api.Tag]]
    ) -> None:
        """Remove tags from an environment.

        `DELETE /environments/{environment}/relationships/tags`. Raises `ForbiddenError`.
        """
        return await self._change_refs(_REMOVE_TAGS, (environment,), tags, "tags")

    def list_drifted_workspaces(
        self,
        environment: Identity[Environment],
        **options: Unpack[EnvironmentDriftedWorkspacesListOptions],
    ) -> Pager[Mapping[str, Any]]:
        """List the workspaces of an environment whose resources have drifted.

        `GET /reports/environments/{environment}/drifted-workspaces`.

        Keywords: `query`; `sort`; `status`; `has_drift`; `tags`; `last_check_at`; `page_size`;
        `prefetch`; `limit`; `on_drift`.
        """
        return self._list_values(_LIST_DRIFTED_WORKSPACES, (environment,), options)

    def list_drifted_workspaces_csv(
        self,
        environment: Identity[Environment],
        **options: Unpack[EnvironmentDriftedWorkspacesCsvOptions],
    ) -> Download:
        """Download what `list_drifted_workspaces` lists as CSV.

        `GET /reports/environments/{environment}/drifted-workspaces?format=csv`.

        Keywords: `query`; `sort`; `status`; `has_drift`; `tags`; `last_check_at`; `to`;
        `on_progress`.
        """
        return self._csv(_LIST_DRIFTED_WORKSPACES, (environment,), options)

    async def find(
        self,
        *,
        name: str,
        account: Identity[api.Account] | None = None,
        environment: Identity[Environment] | None = None,
        include: Sequence[EnvironmentInclude] = (),
    ) -> Environment:
        """Find an environment by its name.

        `GET /environments`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(
            _LIST, name, {"account": account, "environment": environment}, include=include
        )

    async def ensure(self, **values: Unpack[EnvironmentCreate]) -> Ensured[Environment]:
        """Ensure that an environment with these values exists: create or update it.

        It is identified by `name`. Omitted fields are neither compared nor written; values that
        the server hides cannot be compared, and are written. The call is idempotent, and safe
        to run concurrently: after a lost answer or a conflict, it reads the object again.
        Raises `MultipleResultsError` if several match, and the errors of `create` and `update`.

        Keywords: `is_federated_to_account`; `mask_sensitive_output`; `name` (required);
        `remote_backend`; `remote_backend_overridable`; `default_provider_configurations`;
        `default_workspace_agent_pool`; `storage_profile`; `tags`.
        """
        return await self._ensure((_LIST, _GET, _CREATE, _UPDATE), ("name",), (), values)

    @property
    def with_response(self) -> EnvironmentsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return EnvironmentsWithResponse(self)


class EnvironmentsWithResponse:
    """The calls of `scalr.environments.with_response`."""

    def __init__(self, calls: Environments) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
        self.favorite = with_response(calls.favorite)
        self.lock = with_response(calls.lock)
        self.unfavorite = with_response(calls.unfavorite)
        self.unlock = with_response(calls.unlock)
        self.list_federated_environments = with_response(calls.list_federated_environments)
        self.add_federated_environments = with_response(calls.add_federated_environments)
        self.replace_federated_environments = with_response(calls.replace_federated_environments)
        self.remove_federated_environments = with_response(calls.remove_federated_environments)
        self.list_tags = with_response(calls.list_tags)
        self.add_tags = with_response(calls.add_tags)
        self.replace_tags = with_response(calls.replace_tags)
        self.remove_tags = with_response(calls.remove_tags)
        self.list_drifted_workspaces = with_response(calls.list_drifted_workspaces)
        self.list_drifted_workspaces_csv = with_response(calls.list_drifted_workspaces_csv)
