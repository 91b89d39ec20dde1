"""Webhook integrations.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET, Secret
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
WebhookIntegrationField = Literal[
    "id", "enabled", "headers", "http_method", "is_shared", "last_triggered_at", "max_attempts",
    "name", "secret_key", "statistics", "timeout", "url", "account", "environments", "events"]
WebhookIntegrationSort = Literal["name", "-name"]
# fmt: on


@resource("webhook-integrations")
class WebhookIntegration(Resource):
    """Calls a URL when something happens to runs."""

    enabled: bool = UNSET
    headers: tuple[WebhookIntegrationHeader, ...] | None = UNSET
    """Sent with each call; the value of a sensitive one reads as an empty string."""
    http_method: str = UNSET
    is_shared: bool = UNSET
    last_triggered_at: datetime | None = UNSET
    max_attempts: int = UNSET
    """The most attempts at a call."""
    name: str = UNSET
    secret_key: Secret = UNSET
    """The key that calls are signed with."""
    statistics: WebhookIntegrationStatistics | None = UNSET
    timeout: int = UNSET
    """Seconds that a call may take."""
    url: str = UNSET
    account: Ref[api.Account] = UNSET
    environments: tuple[Ref[api.Environment], ...] = UNSET
    events: tuple[Ref[api.EventDefinition], ...] = UNSET


@nested
class WebhookIntegrationHeader(Nested):
    """A part of `WebhookIntegration`."""

    name: str = UNSET
    sensitive: bool = UNSET
    value: Secret | None = UNSET


@nested
class WebhookIntegrationStatisticsLastDay(Nested):
    """A part of `WebhookIntegration`."""

    delivered: int = UNSET
    failed: int = UNSET
    total: int = UNSET


@nested
class WebhookIntegrationStatisticsLastHour(Nested):
    """A part of `WebhookIntegration`."""

    delivered: int = UNSET
    failed: int = UNSET
    total: int = UNSET


@nested
class WebhookIntegrationStatisticsLastWeek(Nested):
    """A part of `WebhookIntegration`."""

    delivered: int = UNSET
    failed: int = UNSET
    total: int = UNSET


@nested
class WebhookIntegrationStatistics(Nested):
    """A part of `WebhookIntegration`."""

    last_day: WebhookIntegrationStatisticsLastDay = UNSET
    last_hour: WebhookIntegrationStatisticsLastHour = UNSET
    last_week: WebhookIntegrationStatisticsLastWeek = UNSET


class WebhookIntegrationHeaderDict(TypedDict, total=False):
    """`WebhookIntegrationHeader` as a dict."""

    name: Required[str]
    sensitive: bool
    value: Required[str | None]


class _WebhookIntegrationValues(TypedDict, total=False):
    """The values of every write of a webhook integration."""

    enabled: bool
    headers: Sequence[WebhookIntegrationHeader | WebhookIntegrationHeaderDict] | None
    is_shared: bool
    max_attempts: int
    secret_key: str
    timeout: int
    account: Identity[api.Account]
    environments: Iterable[Identity[api.Environment]]
    events: Iterable[Identity[api.EventDefinition]]


class WebhookIntegrationCreate(_WebhookIntegrationValues, total=False):
    """The values for creating a webhook integration."""

    name: Required[str]
    url: Required[str]


class WebhookIntegrationUpdate(_WebhookIntegrationValues, total=False):
    """The values for updating a webhook integration."""

    name: str
    url: str


class WebhookIntegrationFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    webhook_integrations: Sequence[WebhookIntegrationField]


class WebhookIntegrationListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    account: Filter[Identity[api.Account]]
    enabled: Filter[bool]
    environment: Filter[Identity[api.Environment]]
    event: Filter[Identity[api.EventDefinition]]
    sort: WebhookIntegrationSort | Sequence[WebhookIntegrationSort]
    fields: WebhookIntegrationFieldsets


# fmt: off
_LIST: Operation[WebhookIntegration] = Operation(
    "GET", "/integrations/webhooks", paginated=True, sort=get_args(WebhookIntegrationSort),
    fields={"webhook_integrations": "webhook-integrations"}, filters={"account": "filter[account]",
    "enabled": "filter[enabled]", "environment": "filter[environment]", "event": "filter[event]"},
    params={"query": "query"}, filter_types={"account": "accounts", "enabled": bool,
    "environment": "environments", "event": "event-definitions"})
_CREATE: Operation[WebhookIntegration] = Operation(
    "POST", "/integrations/webhooks", account=True,
    fields={"webhook_integrations": "webhook-integrations"})
_GET: Operation[WebhookIntegration] = Operation(
    "GET", "/integrations/webhooks/{webhook}", ids=("webhook-integrations",),
    fields={"webhook_integrations": "webhook-integrations"})
_UPDATE: Operation[WebhookIntegration] = Operation(
    "PATCH", "/integrations/webhooks/{webhook}", ids=("webhook-integrations",),
    fields={"webhook_integrations": "webhook-integrations"})
_DELETE: Operation[None] = Operation(
    "DELETE", "/integrations/webhooks/{webhook}", ids=("webhook-integrations",), idempotent=True)
# fmt: on


class WebhookIntegrations(Collection[WebhookIntegration]):
    """The calls of `scalr.webhook_integrations`."""

    model = WebhookIntegration

    def list(self, **options: Unpack[WebhookIntegrationListOptions]) -> Pager[WebhookIntegration]:
        """List webhook integrations.

        `GET /integrations/webhooks`. Raises `NotFoundError`.

        Keywords: `query`; `account`; `enabled`; `environment`; `event`; `sort` by `name` (`-`
        reverses); `fields`; `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        fields: WebhookIntegrationFieldsets = UNSET,
        reconcile: Pager[WebhookIntegration] | None = None,
        **values: Unpack[WebhookIntegrationCreate],
    ) -> WebhookIntegration:
        """Create a webhook integration.

        `POST /integrations/webhooks`. `reconcile` is a list that finds the object if the answer
        is lost. Raises `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `enabled`; `headers`; `is_shared`; `max_attempts`; `name` (required);
        `secret_key`; `timeout`; `url` (required); `account`; `environments`; `events`;
        `fields`.
        """
        return await self._create(_CREATE, (), values, fields=fields, reconcile=reconcile)

    async def get(
        self,
        webhook_integration: Identity[WebhookIntegration],
        *,
        fields: WebhookIntegrationFieldsets = UNSET,
    ) -> WebhookIntegration:
        """Read a webhook integration.

        `GET /integrations/webhooks/{webhook}`. Raises `NotFoundError`.

        Keywords: `fields`.
        """
        return await self._get(_GET, (webhook_integration,), fields=fields)

    async def update(
        self,
        webhook_integration: Identity[WebhookIntegration],
        *,
        fields: WebhookIntegrationFieldsets = UNSET,
        **values: Unpack[WebhookIntegrationUpdate],
    ) -> WebhookIntegration:
        """Update a webhook integration.

        `PATCH /integrations/webhooks/{webhook}`. Raises `NotFoundError` or
        `UnprocessableEntityError`.

        Keywords: `enabled`; `headers`; `is_shared`; `max_attempts`; `name`; `secret_key`;
        `timeout`; `url`; `account`; `environments`; `events`; `fields`.
        """
        return await self._update(_UPDATE, (webhook_integration,), values, fields=fields)

    async def delete(self, webhook_integration: Identity[WebhookIntegration]) -> None:
        """Delete a webhook integration.

        `DELETE /integrations/webhooks/{webhook}`. Raises `NotFoundError`.
        """
        return await self._delete(_DELETE, (webhook_integration,))

    async def find(
        self,
        *,
        name: str,
        account: Identity[api.Account] | None = None,
        environment: Identity[api.Environment] | None = None,
    ) -> WebhookIntegration:
        """Find a webhook integration by its name.

        `GET /integrations/webhooks`. Raises `NoResultError`, which tells names that come close,
        or `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {"account": account, "environment": environment})

    @property
    def with_response(self) -> WebhookIntegrationsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return WebhookIntegrationsWithResponse(self)


class WebhookIntegrationsWithResponse:
    """The calls of `scalr.webhook_integrations.with_response`."""

    def __init__(self, calls: WebhookIntegrations) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
