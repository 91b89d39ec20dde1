"""Datadog integrations.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET, Secret
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

DatadogIntegrationStatus = Literal["active", "disabled", "failed"]
DatadogIntegrationSort = Literal["name", "-name"]


@resource("datadog-integrations")
class DatadogIntegration(Resource):
    """Sends events of an account to Datadog."""

    api_key: Secret | None = UNSET
    deployment_url: str | None = UNSET
    err_message: str | None = UNSET
    name: str = UNSET
    status: DatadogIntegrationStatus = UNSET
    account: Ref[api.Account] = UNSET


class _DatadogIntegrationValues(TypedDict, total=False):
    """The values of every write of a Datadog integration."""

    deployment_url: str | None
    status: DatadogIntegrationStatus
    account: Identity[api.Account]


class DatadogIntegrationCreate(_DatadogIntegrationValues, total=False):
    """The values for creating a Datadog integration."""

    api_key: Required[str | None]
    name: Required[str]


class DatadogIntegrationUpdate(_DatadogIntegrationValues, total=False):
    """The values for updating a Datadog integration."""

    api_key: str | None
    name: str


class DatadogIntegrationListOptions(ListOptions, total=False):
    """The options of `list`."""

    account: Filter[Identity[api.Account]]
    sort: DatadogIntegrationSort | Sequence[DatadogIntegrationSort]


# fmt: off
_LIST: Operation[DatadogIntegration] = Operation(
    "GET", "/integrations/datadog", paginated=True, sort=get_args(DatadogIntegrationSort),
    filters={"account": "filter[account]"}, filter_types={"account": "accounts"})
_CREATE: Operation[DatadogIntegration] = Operation("POST", "/integrations/datadog", account=True)
_GET: Operation[DatadogIntegration] = Operation(
    "GET", "/integrations/datadog/{datadog_integration}", ids=("datadog-integrations",))
_UPDATE: Operation[DatadogIntegration] = Operation(
    "PATCH", "/integrations/datadog/{datadog_integration}", ids=("datadog-integrations",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/integrations/datadog/{datadog_integration}", ids=("datadog-integrations",),
    idempotent=True)
# fmt: on


class DatadogIntegrations(Collection[DatadogIntegration]):
    """The calls of `scalr.datadog_integrations`."""

    model = DatadogIntegration

    def list(self, **options: Unpack[DatadogIntegrationListOptions]) -> Pager[DatadogIntegration]:
        """List Datadog integrations.

        `GET /integrations/datadog`. Raises `ForbiddenError` or `NotFoundError`.

        Keywords: `account`; `sort` by `name` (`-` reverses); `page_size`; `prefetch`; `limit`;
        `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        reconcile: Pager[DatadogIntegration] | None = None,
        **values: Unpack[DatadogIntegrationCreate],
    ) -> DatadogIntegration:
        """Create a Datadog integration.

        `POST /integrations/datadog`. `reconcile` is a list that finds the object if the answer
        is lost. Raises `ForbiddenError`, `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `api_key` (required); `deployment_url`; `name` (required); `status`;
        `account`.
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(self, datadog_integration: Identity[DatadogIntegration]) -> DatadogIntegration:
        """Read a Datadog integration.

        `GET /integrations/datadog/{datadog_integration}`. Raises `ForbiddenError` or
        `NotFoundError`.
        """
        return await self._get(_GET, (datadog_integration,))

    async def update(
        self,
        datadog_integration: Identity[DatadogIntegration],
        **values: Unpack[DatadogIntegrationUpdate],
    ) -> DatadogIntegration:
        """Update a Datadog integration.

        `PATCH /integrations/datadog/{datadog_integration}`. Raises `ForbiddenError` or
        `NotFoundError`.

        Keywords: `api_key`; `deployment_url`; `name`; `status`; `account`.
        """
        return await self._update(_UPDATE, (datadog_integration,), values)

    async def delete(self, datadog_integration: Identity[DatadogIntegration]) -> None:
        """Delete a Datadog integration.

        `DELETE /integrations/datadog/{datadog_integration}`. Raises `ForbiddenError` or
        `NotFoundError`.
        """
        return await self._delete(_DELETE, (datadog_integration,))

    async def find(
        self, *, name: str, account: Identity[api.Account] | None = None
    ) -> DatadogIntegration:
        """Find a Datadog integration by its name.

        `GET /integrations/datadog`. Raises `NoResultError`, which tells names that come close,
        or `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {"account": account})

    @property
    def with_response(self) -> DatadogIntegrationsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return DatadogIntegrationsWithResponse(self)


class DatadogIntegrationsWithResponse:
    """The calls of `scalr.datadog_integrations.with_response`."""

    def __init__(self, calls: DatadogIntegrations) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
