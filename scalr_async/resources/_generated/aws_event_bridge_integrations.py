"""AWS event bridge integrations.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

AWSEventBridgeIntegrationStatus = Literal["active", "disabled", "failed", "pending"]
AWSEventBridgeIntegrationSort = Literal["name", "-name"]


@resource("aws-event-bridge-integrations")
class AWSEventBridgeIntegration(Resource):
    """Sends events of an account to AWS EventBridge."""

    aws_account_id: str = UNSET
    err_message: str | None = UNSET
    event_source: str = UNSET
    event_source_arn: str = UNSET
    name: str = UNSET
    region: str = UNSET
    status: AWSEventBridgeIntegrationStatus = UNSET
    account: Ref[api.Account] = UNSET


class _AWSEventBridgeIntegrationValues(TypedDict, total=False):
    """The values of every write of an AWS event bridge integration."""

    status: AWSEventBridgeIntegrationStatus


class AWSEventBridgeIntegrationCreate(_AWSEventBridgeIntegrationValues, total=False):
    """The values for creating an AWS event bridge integration."""

    aws_account_id: Required[str]
    name: Required[str]
    region: Required[str]


class AWSEventBridgeIntegrationUpdate(_AWSEventBridgeIntegrationValues, total=False):
    """The values for updating an AWS event bridge integration."""

    aws_account_id: str
    name: str
    region: str


class AWSEventBridgeIntegrationListOptions(ListOptions, total=False):
    """The options of `list`."""

    name: Filter[str]
    sort: AWSEventBridgeIntegrationSort | Sequence[AWSEventBridgeIntegrationSort]


# fmt: off
_LIST: Operation[AWSEventBridgeIntegration] = Operation(
    "GET", "/integrations/aws-event-bridge", paginated=True,
    sort=get_args(AWSEventBridgeIntegrationSort), filters={"name": "filter[name]"})
_CREATE: Operation[AWSEventBridgeIntegration] = Operation("POST", "/integrations/aws-event-bridge")
_GET: Operation[AWSEventBridgeIntegration] = Operation(
    "GET", "/integrations/aws-event-bridge/{aws_event_bridge_integration}",
    ids=("aws-event-bridge-integrations",))
_UPDATE: Operation[AWSEventBridgeIntegration] = Operation(
    "PATCH", "/integrations/aws-event-bridge/{aws_event_bridge_integration}",
    ids=("aws-event-bridge-integrations",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/integrations/aws-event-bridge/{aws_event_bridge_integration}",
    ids=("aws-event-bridge-integrations",), idempotent=True)
# fmt: on


class AWSEventBridgeIntegrations(Collection[AWSEventBridgeIntegration]):
    """The calls of `scalr.aws_event_bridge_integrations`."""

    model = AWSEventBridgeIntegration

    def list(
        self, **options: Unpack[AWSEventBridgeIntegrationListOptions]
    ) -> Pager[AWSEventBridgeIntegration]:
        """List AWS event bridge integrations.

        `GET /integrations/aws-event-bridge`. Raises `ForbiddenError`.

        Keywords: `name`; `sort` by `name` (`-` reverses); `page_size`; `prefetch`; `limit`;
        `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        reconcile: Pager[AWSEventBridgeIntegration] | None = None,
        **values: Unpack[AWSEventBridgeIntegrationCreate],
    ) -> AWSEventBridgeIntegration:
        """Create an AWS event bridge integration.

        `POST /integrations/aws-event-bridge`. `reconcile` is a list that finds the object if
        the answer is lost. Raises `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `aws_account_id` (required); `name` (required); `region` (required); `status`.
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(
        self, aws_event_bridge_integration: Identity[AWSEventBridgeIntegration]
    ) -> AWSEventBridgeIntegration:
        """Read an AWS event bridge integration.

        `GET /integrations/aws-event-bridge/{aws_event_bridge_integration}`. Raises
        `NotFoundError`.
        """
        return await self._get(_GET, (aws_event_bridge_integration,))

    async def update(
        self,
        aws_event_bridge_integration: Identity[AWSEventBridgeIntegration],
        **values: Unpack[AWSEventBridgeIntegrationUpdate],
    ) -> AWSEventBridgeIntegration:
        """Update an AWS event bridge integration.

        `PATCH /integrations/aws-event-bridge/{aws_event_bridge_integration}`. Raises
        `NotFoundError`.

        Keywords: `aws_account_id`; `name`; `region`; `status`.
        """
        return await self._update(_UPDATE, (aws_event_bridge_integration,), values)

    async def delete(
        self, aws_event_bridge_integration: Identity[AWSEventBridgeIntegration]
    ) -> None:
        """Delete an AWS event bridge integration.

        `DELETE /integrations/aws-event-bridge/{aws_event_bridge_integration}`. Raises
        `NotFoundError`.
        """
        return await self._delete(_DELETE, (aws_event_bridge_integration,))

    async def find(self, *, name: str) -> AWSEventBridgeIntegration:
        """Find an AWS event bridge integration by its name.

        `GET /integrations/aws-event-bridge`. Raises `NoResultError`, which tells names that
        come close, or `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {})

    @property
    def with_response(self) -> AWSEventBridgeIntegrationsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return AWSEventBridgeIntegrationsWithResponse(self)


class AWSEventBridgeIntegrationsWithResponse:
    """The calls of `scalr.aws_event_bridge_integrations.with_response`."""

    def __init__(self, calls: AWSEventBridgeIntegrations) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
