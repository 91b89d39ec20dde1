"""Infracost integrations.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET, Secret
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

InfracostIntegrationStatus = Literal["active", "disabled", "failed"]
InfracostIntegrationInclude = Literal["environments"]
InfracostIntegrationSort = Literal["name", "-name"]


@resource("infracost-integration")
class InfracostIntegration(Resource):
    """Estimates costs by Infracost."""

    api_key: Secret | None = UNSET
    err_message: str | None = UNSET
    is_shared: bool = UNSET
    name: str = UNSET
    status: InfracostIntegrationStatus = UNSET
    environments: tuple[Ref[api.Environment], ...] = UNSET


class _InfracostIntegrationValues(TypedDict, total=False):
    """The values of every write of an Infracost integration."""

    is_shared: bool
    status: InfracostIntegrationStatus
    environments: Iterable[Identity[api.Environment]]


class InfracostIntegrationCreate(_InfracostIntegrationValues, total=False):
    """The values for creating an Infracost integration."""

    api_key: Required[str | None]
    name: Required[str]


class InfracostIntegrationUpdate(_InfracostIntegrationValues, total=False):
    """The values for updating an Infracost integration."""

    api_key: str | None
    name: str


class InfracostIntegrationListOptions(ListOptions, total=False):
    """The options of `list`."""

    infracost_integration: Filter[Identity[InfracostIntegration]]
    name: Filter[str]
    include: Sequence[InfracostIntegrationInclude]
    sort: InfracostIntegrationSort | Sequence[InfracostIntegrationSort]


# fmt: off
_LIST: Operation[InfracostIntegration] = Operation(
    "GET", "/integrations/infracost", paginated=True,
    include=get_args(InfracostIntegrationInclude), sort=get_args(InfracostIntegrationSort),
    filters={"infracost_integration": "filter[infracost-integration]", "name": "filter[name]"},
    filter_types={"infracost_integration": "infracost-integration"})
_CREATE: Operation[InfracostIntegration] = Operation(
    "POST", "/integrations/infracost", include=get_args(InfracostIntegrationInclude))
_GET: Operation[InfracostIntegration] = Operation(
    "GET", "/integrations/infracost/{infracost_integration}", ids=("infracost-integration",),
    include=get_args(InfracostIntegrationInclude))
_UPDATE: Operation[InfracostIntegration] = Operation(
    "PATCH", "/integrations/infracost/{infracost_integration}", ids=("infracost-integration",),
    include=get_args(InfracostIntegrationInclude))
_DELETE: Operation[None] = Operation(
    "DELETE", "/integrations/infracost/{infracost_integration}", ids=("infracost-integration",),
    idempotent=True)
# fmt: on


class InfracostIntegrations(Collection[InfracostIntegration]):
    """The calls of `scalr.infracost_integrations`."""

    model = InfracostIntegration

    def list(
        self, **options: Unpack[InfracostIntegrationListOptions]
    ) -> Pager[InfracostIntegration]:
        """List Infracost integrations.

        `GET /integrations/infracost`. Raises `ForbiddenError`.

        Keywords: `infracost_integration`; `name`; `include` of `environments`; `sort` by `name`
        (`-` reverses); `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        include: Sequence[InfracostIntegrationInclude] = (),
        reconcile: Pager[InfracostIntegration] | None = None,
        **values: Unpack[InfracostIntegrationCreate],
    ) -> InfracostIntegration:
        """Create an Infracost integration.

        `POST /integrations/infracost`. `reconcile` is a list that finds the object if the
        answer is lost. Raises `NotFoundError`.

        Keywords: `api_key` (required); `is_shared`; `name` (required); `status`;
        `environments`; `include` of `environments`.
        """
        return await self._create(_CREATE, (), values, include=include, reconcile=reconcile)

    async def get(
        self,
        infracost_integration: Identity[InfracostIntegration],
        *,
        include: Sequence[InfracostIntegrationInclude] = (),
    ) -> InfracostIntegration:
        """Read an Infracost integration.

        `GET /integrations/infracost/{infracost_integration}`. Raises `NotFoundError`.

        Keywords: `include` of `environments`.
        """
        return await self._get(_GET, (infracost_integration,), include=include)

    async def update(
        self,
        infracost_integration: Identity[InfracostIntegration],
        *,
        include: Sequence[InfracostIntegrationInclude] = (),
        **values: Unpack[InfracostIntegrationUpdate],
    ) -> InfracostIntegration:
        """Update an Infracost integration.

        `PATCH /integrations/infracost/{infracost_integration}`. Raises `NotFoundError`.

        Keywords: `api_key`; `is_shared`; `name`; `status`; `environments`; `include` of
        `environments`.
        """
        return await self._update(_UPDATE, (infracost_integration,), values, include=include)

    async def delete(self, infracost_integration: Identity[InfracostIntegration]) -> None:
        """Delete an Infracost integration.

        `DELETE /integrations/infracost/{infracost_integration}`. Raises `NotFoundError`.
        """
        return await self._delete(_DELETE, (infracost_integration,))

    async def find(
        self, *, name: str, include: Sequence[InfracostIntegrationInclude] = ()
    ) -> InfracostIntegration:
        """Find an Infracost integration by its name.

        `GET /integrations/infracost`. Raises `NoResultError`, which tells names that come
        close, or `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {}, include=include)

    @property
    def with_response(self) -> InfracostIntegrationsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return InfracostIntegrationsWithResponse(self)


class InfracostIntegrationsWithResponse:
    """The calls of `scalr.infracost_integrations.with_response`."""

    def __init__(self, calls: InfracostIntegrations) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
