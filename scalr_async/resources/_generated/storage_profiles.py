"""Storage profiles.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Required, TypedDict, Unpack, get_args

import attrs

from scalr_async._values import UNSET, Secret
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
StorageProfileBackendType = Literal["google", "aws-s3", "azurerm"]
StorageProfileField = Literal[
    "id", "aws_s3_audience", "aws_s3_bucket_name", "aws_s3_region", "aws_s3_role_arn",
    "azurerm_audience", "azurerm_client_id", "azurerm_container_name", "azurerm_storage_account",
    "azurerm_tenant_id", "backend_type", "created_at", "default", "error_message",
    "google_credentials", "google_encryption_key", "google_project", "google_storage_bucket",
    "is_system", "name", "updated_at"]
StorageProfileSort = Literal["name", "-name"]
# fmt: on


@resource("storage-profiles")
class StorageProfile(Resource):
    """The storage of states, logs and configurations, if it is not Scalr's."""

    aws_s3_audience: str | None = UNSET
    aws_s3_bucket_name: str | None = UNSET
    aws_s3_region: str | None = UNSET
    aws_s3_role_arn: str | None = UNSET
    azurerm_audience: str | None = UNSET
    azurerm_client_id: str | None = UNSET
    azurerm_container_name: str | None = UNSET
    azurerm_storage_account: str | None = UNSET
    azurerm_tenant_id: str | None = UNSET
    backend_type: StorageProfileBackendType = UNSET
    created_at: datetime = UNSET
    default: bool = UNSET
    error_message: str | None = UNSET
    google_credentials: Mapping[str, Any] | None = attrs.field(default=UNSET, repr=False)
    google_encryption_key: Secret | None = UNSET
    google_project: str | None = UNSET
    google_storage_bucket: str | None = UNSET
    is_system: bool = UNSET
    name: str = UNSET
    updated_at: datetime | None = UNSET


class _StorageProfileValues(TypedDict, total=False):
    """The values of every write of a storage profile."""

    aws_s3_audience: str | None
    aws_s3_bucket_name: str | None
    aws_s3_region: str | None
    aws_s3_role_arn: str | None
    azurerm_audience: str | None
    azurerm_client_id: str | None
    azurerm_container_name: str | None
    azurerm_storage_account: str | None
    azurerm_tenant_id: str | None
    default: bool
    google_credentials: Mapping[str, Any] | None
    google_encryption_key: str | None
    google_project: str | None
    google_storage_bucket: str | None


class StorageProfileCreate(_StorageProfileValues, total=False):
    """The values for creating a storage profile."""

    backend_type: Required[StorageProfileBackendType]
    name: Required[str]


class StorageProfileUpdate(_StorageProfileValues, total=False):
    """The values for updating a storage profile."""

    backend_type: StorageProfileBackendType
    name: str


class StorageProfileListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    default: Filter[bool]
    name: Filter[str]
    storage_profile: Filter[Identity[StorageProfile]]
    sort: StorageProfileSort | Sequence[StorageProfileSort]


# fmt: off
_LIST: Operation[StorageProfile] = Operation(
    "GET", "/storage-profiles", paginated=True, sort=get_args(StorageProfileSort),
    filters={"default": "filter[default]", "name": "filter[name]",
    "storage_profile": "filter[storage-profile]"}, params={"query": "query"},
    filter_types={"default": bool, "storage_profile": "storage-profiles"})
_CREATE: Operation[StorageProfile] = Operation("POST", "/storage-profiles")
_GET: Operation[StorageProfile] = Operation(
    "GET", "/storage-profiles/{storage_profile}", ids=("storage-profiles",))
_UPDATE: Operation[StorageProfile] = Operation(
    "PATCH", "/storage-profiles/{storage_profile}", ids=("storage-profiles",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/storage-profiles/{storage_profile}", ids=("storage-profiles",), idempotent=True)
# fmt: on


class StorageProfiles(Collection[StorageProfile]):
    """The calls of `scalr.storage_profiles`."""

    model = StorageProfile

    def list(self, **options: Unpack[StorageProfileListOptions]) -> Pager[StorageProfile]:
        """List storage profiles.

        `GET /storage-profiles`.

        Keywords: `query`; `default`; `name`; `storage_profile`; `sort` by `name` (`-`
        reverses); `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        reconcile: Pager[StorageProfile] | None = None,
        **values: Unpack[StorageProfileCreate],
    ) -> StorageProfile:
        """Create a storage profile.

        `POST /storage-profiles`. `reconcile` is a list that finds the object if the answer is
        lost. Raises `UnprocessableEntityError`.

        Keywords: `aws_s3_audience`; `aws_s3_bucket_name`; `aws_s3_region`; `aws_s3_role_arn`;
        `azurerm_audience`; `azurerm_client_id`; `azurerm_container_name`;
        `azurerm_storage_account`; `azurerm_tenant_id`; `backend_type` (required); `default`;
        `google_credentials`; `google_encryption_key`; `google_project`;
        `google_storage_bucket`; `name` (required).
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(self, storage_profile: Identity[StorageProfile]) -> StorageProfile:
        """Read a storage profile.

        `GET /storage-profiles/{storage_profile}`.
        """
        return await self._get(_GET, (storage_profile,))

    async def update(
        self, storage_profile: Identity[StorageProfile], **values: Unpack[StorageProfileUpdate]
    ) -> StorageProfile:
        """Update a storage profile.

        `PATCH /storage-profiles/{storage_profile}`. Raises `ConflictError`.

        Keywords: `aws_s3_audience`; `aws_s3_bucket_name`; `aws_s3_region`; `aws_s3_role_arn`;
        `azurerm_audience`; `azurerm_client_id`; `azurerm_container_name`;
        `azurerm_storage_account`; `azurerm_tenant_id`; `backend_type`; `default`;
        `google_credentials`; `google_encryption_key`; `google_project`;
        `google_storage_bucket`; `name`.
        """
        return await self._update(_UPDATE, (storage_profile,), values)

    async def delete(self, storage_profile: Identity[StorageProfile]) -> None:
        """Delete a storage profile.

        `DELETE /storage-profiles/{storage_profile}`. Raises `ConflictError`.
        """
        return await self._delete(_DELETE, (storage_profile,))

    async def find(self, *, name: str) -> StorageProfile:
        """Find a storage profile by its name.

        `GET /storage-profiles`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {})

    @property
    def with_response(self) -> StorageProfilesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return StorageProfilesWithResponse(self)


class StorageProfilesWithResponse:
    """The calls of `scalr.storage_profiles.with_response`."""

    def __init__(self, calls: StorageProfiles) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
