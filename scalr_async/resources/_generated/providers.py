"""Providers.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
ProviderInclude = Literal["latest_provider_version", "provider_version"]
ProviderSort = Literal["description", "-description", "name", "-name", "namespace", "-namespace"]
ProviderField = Literal[
    "id", "description", "name", "namespace", "latest_provider_version", "provider_version"]
# fmt: on


@resource("providers")
class Provider(Resource):
    """A Terraform provider in Scalr's registry."""

    description: str | None = UNSET
    name: str = UNSET
    namespace: str = UNSET
    latest_provider_version: Ref[api.ProviderVersion] | None = UNSET
    provider_version: Ref[api.ProviderVersion] | None = UNSET


class _ProviderValues(TypedDict, total=False):
    """The values of every write of a provider."""

    description: str | None
    name: str


class ProviderCreate(_ProviderValues, total=False):
    """The values for creating a provider."""


class ProviderUpdate(_ProviderValues, total=False):
    """The values for updating a provider."""


class ProviderFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    providers: Sequence[ProviderField]


class ProviderListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    include: Sequence[ProviderInclude]
    sort: ProviderSort | Sequence[ProviderSort]
    fields: ProviderFieldsets


# fmt: off
_LIST: Operation[Provider] = Operation(
    "GET", "/providers", paginated=True, include=get_args(ProviderInclude),
    sort=get_args(ProviderSort), fields={"providers": "providers"}, params={"query": "query"})
_CREATE: Operation[Provider] = Operation("POST", "/providers")
_GET: Operation[Provider] = Operation(
    "GET", "/providers/{provider}", ids=("providers",), include=get_args(ProviderInclude),
    fields={"providers": "providers"})
_UPDATE: Operation[Provider] = Operation("PATCH", "/providers/{provider}", ids=("providers",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/providers/{provider}", ids=("providers",), idempotent=True)
# fmt: on


class Providers(Collection[Provider]):
    """The calls of `scalr.providers`."""

    model = Provider

    def list(self, **options: Unpack[ProviderListOptions]) -> Pager[Provider]:
        """List providers.

        `GET /providers`.

        Keywords: `query`; `include` of `latest_provider_version`, `provider_version`; `sort` by
        `description`, `name`, `namespace` (`-` reverses); `fields`; `page_size`; `prefetch`;
        `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self, *, reconcile: Pager[Provider] | None = None, **values: Unpack[ProviderCreate]
    ) -> Provider:
        """Create a provider.

        `POST /providers`. `reconcile` is a list that finds the object if the answer is lost.

        Keywords: `description`; `name`.
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(
        self,
        provider: Identity[Provider],
        *,
        include: Sequence[ProviderInclude] = (),
        fields: ProviderFieldsets = UNSET,
    ) -> Provider:
        """Read a provider.

        `GET /providers/{provider}`.

        Keywords: `include` of `latest_provider_version`, `provider_version`; `fields`.
        """
        return await self._get(_GET, (provider,), include=include, fields=fields)

    async def update(
        self, provider: Identity[Provider], **values: Unpack[ProviderUpdate]
    ) -> Provider:
        """Update a provider.

        `PATCH /providers/{provider}`.

        Keywords: `description`; `name`.
        """
        return await self._update(_UPDATE, (provider,), values)

    async def delete(self, provider: Identity[Provider]) -> None:
        """Delete a provider.

        `DELETE /providers/{provider}`.
        """
        return await self._delete(_DELETE, (provider,))

    async def find(self, *, name: str, include: Sequence[ProviderInclude] = ()) -> Provider:
        """Find a provider by its name.

        `GET /providers`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {}, include=include)

    @property
    def with_response(self) -> ProvidersWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return ProvidersWithResponse(self)


class ProvidersWithResponse:
    """The calls of `scalr.providers.with_response`."""

    def __init__(self, calls: Providers) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
