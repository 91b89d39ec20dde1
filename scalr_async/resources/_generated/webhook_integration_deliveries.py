"""Webhook integration deliveries.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypedDict, Unpack, get_args

import attrs

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
WebhookIntegrationDeliveryInclude = Literal[
    "environment", "event", "run", "triggered_by", "webhook", "workspace"]
WebhookIntegrationDeliverySort = Literal[
    "event", "-event", "response_code", "-response_code", "run", "-run", "triggered_at",
    "-triggered_at", "webhook", "-webhook"]
WebhookIntegrationDeliveryField = Literal[
    "id", "attempts", "error_message", "last_handle_attempt_at", "request_body", "request_headers",
    "response_body", "response_code", "response_headers", "status", "triggered_at", "environment",
    "event", "run", "triggered_by", "webhook", "workspace"]
# fmt: on


@resource("webhook-integration-deliveries")
class WebhookIntegrationDelivery(Resource):
    """One call of a webhook, and what became of it."""

    attempts: int = UNSET
    error_message: str | None = UNSET
    last_handle_attempt_at: datetime = UNSET
    request_body: Mapping[str, Any] = attrs.field(default=UNSET, repr=False)
    request_headers: Mapping[str, Any] = attrs.field(default=UNSET, repr=False)
    response_body: Any = UNSET
    response_code: int | None = UNSET
    response_headers: Mapping[str, Any] | None = UNSET
    status: str = UNSET
    triggered_at: datetime = UNSET
    environment: Ref[api.Environment] | None = UNSET
    event: Ref[api.EventDefinition] = UNSET
    run: Ref[api.Run] | None = UNSET
    triggered_by: Ref[api.User] | None = UNSET
    webhook: Ref[api.WebhookIntegration] = UNSET
    workspace: Ref[api.Workspace] | None = UNSET


class WebhookIntegrationDeliveryFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    environments: Sequence[api.EnvironmentField]
    event_definitions: Sequence[api.EventDefinitionField]
    runs: Sequence[api.RunField]
    users: Sequence[api.UserField]
    webhook_integration_deliveries: Sequence[WebhookIntegrationDeliveryField]
    webhook_integrations: Sequence[api.WebhookIntegrationField]
    workspaces: Sequence[api.WorkspaceField]


class WebhookIntegrationDeliveryListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    environment: Filter[Identity[api.Environment]]
    event: Filter[Identity[api.EventDefinition]]
    response_code: Filter[int]
    run: Filter[Identity[api.Run]]
    status: Filter[str]
    triggered_at: Filter[datetime]
    webhook_integration: Filter[Identity[api.WebhookIntegration]]
    workspace: Filter[Identity[api.Workspace]]
    include: Sequence[WebhookIntegrationDeliveryInclude]
    sort: WebhookIntegrationDeliverySort | Sequence[WebhookIntegrationDeliverySort]
    fields: WebhookIntegrationDeliveryFieldsets


# fmt: off
_LIST: Operation[WebhookIntegrationDelivery] = Operation(
    "GET", "/integrations/webhook-deliveries", paginated=True,
    include=get_args(WebhookIntegrationDeliveryInclude),
    sort=get_args(WebhookIntegrationDeliverySort), fields={"environments": "environments",
    "event_definitions": "event-definitions", "runs": "runs", "users": "users",
    "webhook_integration_deliveries": "webhook-integration-deliveries",
    "webhook_integrations": "webhook-integrations", "workspaces": "workspaces"},
    filters={"environment": "filter[environment]", "event": "filter[event]",
    "response_code": "filter[response-code]", "run": "filter[run]", "status": "filter[status]",
    "triggered_at": "filter[triggered-at]", "webhook_integration": "filter[webhook-integration]",
    "workspace": "filter[workspace]"}, params={"query": "query"},
    filter_types={"environment": "environments", "event": "event-definitions",
    "response_code": int, "run": "runs", "triggered_at": datetime,
    "webhook_integration": "webhook-integrations", "workspace": "workspaces"})
_GET: Operation[WebhookIntegrationDelivery] = Operation(
    "GET", "/integrations/webhook-deliveries/{webhook_delivery}",
    ids=("webhook-integration-deliveries",), include=get_args(WebhookIntegrationDeliveryInclude),
    fields={"environments": "environments", "event_definitions": "event-definitions",
    "runs": "runs", "users": "users",
    "webhook_integration_deliveries": "webhook-integration-deliveries",
    "webhook_integrations": "webhook-integrations", "workspaces": "workspaces"})
# fmt: on


class WebhookIntegrationDeliveries(Collection[WebhookIntegrationDelivery]):
    """The calls of `scalr.webhook_integration_deliveries`."""

    model = WebhookIntegrationDelivery

    def list(
        self, **options: Unpack[WebhookIntegrationDeliveryListOptions]
    ) -> Pager[WebhookIntegrationDelivery]:
        """List webhook integration deliveries.

        `GET /integrations/webhook-deliveries`. Raises `NotFoundError`.

        Keywords: `query`; `environment`; `event`; `response_code`; `run`; `status`;
        `triggered_at`; `webhook_integration`; `workspace`; `include` of `environment`, `event`,
        `run`, `triggered_by`, `webhook`, `workspace`; `sort` by `event`, `response_code`,
        `run`, `triggered_at`, `webhook` (`-` reverses); `fields`; `page_size`; `prefetch`;
        `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def get(
        self,
        webhook_integration_delivery: Identity[WebhookIntegrationDelivery],
        *,
        include: Sequence[WebhookIntegrationDeliveryInclude] = (),
        fields: WebhookIntegrationDeliveryFieldsets = UNSET,
    ) -> WebhookIntegrationDelivery:
        """Read a webhook integration delivery.

        `GET /integrations/webhook-deliveries/{webhook_delivery}`. Raises `NotFoundError`.

        Keywords: `include` of `environment`, `event`, `run`, `triggered_by`, `webhook`,
        `workspace`; `fields`.
        """
        return await self._get(
            _GET, (webhook_integration_delivery,), include=include, fields=fields
        )

    @property
    def with_response(self) -> WebhookIntegrationDeliveriesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return WebhookIntegrationDeliveriesWithResponse(self)


class WebhookIntegrationDeliveriesWithResponse:
    """The calls of `scalr.webhook_integration_deliveries.with_response`."""

    def __init__(self, calls: WebhookIntegrationDeliveries) -> None:
        self.list = with_response(calls.list)
        self.get = with_response(calls.get)
