"""Workload identity providers.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
WorkloadIdentityProviderStatus = Literal[
    "pending", "active", "invalid_provider_settings", "fetch_jwks_error", "not_supported_jwks",
    "internal_error"]
WorkloadIdentityProviderSort = Literal["name", "-name", "url", "-url"]
# fmt: on


@resource("workload-identity-providers")
class WorkloadIdentityProvider(Resource):
    """An issuer of OIDC tokens that service accounts trust."""

    allowed_audiences: tuple[str, ...] = UNSET
    created_at: datetime = UNSET
    created_by_email: str | None = UNSET
    name: str = UNSET
    status: WorkloadIdentityProviderStatus = UNSET
    url: str = UNSET
    assume_service_account_policies: tuple[Ref[api.AssumeServiceAccountPolicy], ...] = UNSET


class WorkloadIdentityProviderCreate(TypedDict, total=False):
    """The values for creating a workload identity provider."""

    allowed_audiences: Required[Sequence[str]]
    name: Required[str]
    url: Required[str]


class WorkloadIdentityProviderUpdate(TypedDict, total=False):
    """The values for updating a workload identity provider."""

    allowed_audiences: Sequence[str]
    name: str
    url: str


class WorkloadIdentityProviderListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    name: Filter[str]
    url: Filter[str]
    workload_identity_provider: Filter[Identity[WorkloadIdentityProvider]]
    sort: WorkloadIdentityProviderSort | Sequence[WorkloadIdentityProviderSort]


# fmt: off
_LIST: Operation[WorkloadIdentityProvider] = Operation(
    "GET", "/workload-identity-providers", paginated=True,
    sort=get_args(WorkloadIdentityProviderSort), filters={"name": "filter[name]",
    "url": "filter[url]", "workload_identity_provider": "filter[workload-identity-provider]"},
    params={"query": "query"},
    filter_types={"workload_identity_provider": "workload-identity-providers"})
_CREATE: Operation[WorkloadIdentityProvider] = Operation("POST", "/workload-identity-providers")
_GET: Operation[WorkloadIdentityProvider] = Operation(
    "GET", "/workload-identity-providers/{workload_identity_provider}",
    ids=("workload-identity-providers",))
_UPDATE: Operation[WorkloadIdentityProvider] = Operation(
    "PATCH", "/workload-identity-providers/{workload_identity_provider}",
    ids=("workload-identity-providers",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/workload-identity-providers/{workload_identity_provider}",
    ids=("workload-identity-providers",), idempotent=True)
# fmt: on


class WorkloadIdentityProviders(Collection[WorkloadIdentityProvider]):
    """The calls of `scalr.workload_identity_providers`."""

    model = WorkloadIdentityProvider

    def list(
        self, **options: Unpack[WorkloadIdentityProviderListOptions]
    ) -> Pager[WorkloadIdentityProvider]:
        """List workload identity providers.

        `GET /workload-identity-providers`. Raises `ForbiddenError`.

        Keywords: `query`; `name`; `url`; `workload_identity_provider`; `sort` by `name`, `url`
        (`-` reverses); `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        reconcile: Pager[WorkloadIdentityProvider] | None = None,
        **values: Unpack[WorkloadIdentityProviderCreate],
    ) -> WorkloadIdentityProvider:
        """Create a workload identity provider.

        `POST /workload-identity-providers`. `reconcile` is a list that finds the object if the
        answer is lost. Raises `ForbiddenError`, `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `allowed_audiences` (required); `name` (required); `url` (required).
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(
        self, workload_identity_provider: Identity[WorkloadIdentityProvider]
    ) -> WorkloadIdentityProvider:
        """Read a workload identity provider.

        `GET /workload-identity-providers/{workload_identity_provider}`. Raises
        `ForbiddenError`.
        """
        return await self._get(_GET, (workload_identity_provider,))

    async def update(
        self,
        workload_identity_provider: Identity[WorkloadIdentityProvider],
        **values: Unpack[WorkloadIdentityProviderUpdate],
    ) -> WorkloadIdentityProvider:
        """Update a workload identity provider.

        `PATCH /workload-identity-providers/{workload_identity_provider}`. Raises
        `ForbiddenError`, `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `allowed_audiences`; `name`; `url`.
        """
        return await self._update(_UPDATE, (workload_identity_provider,), values)

    async def delete(self, workload_identity_provider: Identity[WorkloadIdentityProvider]) -> None:
        """Delete a workload identity provider.

        `DELETE /workload-identity-providers/{workload_identity_provider}`. Raises
        `NotFoundError`.
        """
        return await self._delete(_DELETE, (workload_identity_provider,))

    async def find(self, *, name: str) -> WorkloadIdentityProvider:
        """Find a workload identity provider by its name.

        `GET /workload-identity-providers`. Raises `NoResultError`, which tells names that come
        close, or `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {})

    @property
    def with_response(self) -> WorkloadIdentityProvidersWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return WorkloadIdentityProvidersWithResponse(self)


class WorkloadIdentityProvidersWithResponse:
    """The calls of `scalr.workload_identity_providers.with_response`."""

    def __init__(self, calls: WorkloadIdentityProviders) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
