"""Slack integrations.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
SlackIntegrationEvent = Literal[
    "run_approval_required", "run_success", "run_errored", "drift_detected"]
SlackIntegrationRunMode = Literal["all", "apply", "dry"]
SlackIntegrationStatus = Literal["active", "disabled", "failed"]
SlackIntegrationInclude = Literal["environments", "workspaces"]
SlackIntegrationSort = Literal["name", "-name"]
# fmt: on


@resource("slack-integrations")
class SlackIntegration(Resource):
    """Tells a Slack channel what happens to runs."""

    channel_id: str = UNSET
    err_message: str | None = UNSET
    events: tuple[SlackIntegrationEvent, ...] = UNSET
    is_apply_only: bool = UNSET
    name: str = UNSET
    run_mode: SlackIntegrationRunMode = UNSET
    status: SlackIntegrationStatus = UNSET
    account: Ref[api.Account] = UNSET
    connection: Ref[api.SlackConnection] = UNSET
    environments: tuple[Ref[api.Environment], ...] = UNSET
    workspaces: tuple[Ref[api.Workspace], ...] = UNSET


class _SlackIntegrationValues(TypedDict, total=False):
    """The values of every write of a Slack integration."""

    events: Sequence[SlackIntegrationEvent]
    is_apply_only: bool
    run_mode: SlackIntegrationRunMode
    status: SlackIntegrationStatus
    account: Identity[api.Account]
    workspaces: Iterable[Identity[api.Workspace]]


class SlackIntegrationCreate(_SlackIntegrationValues, total=False):
    """The values for creating a Slack integration."""

    channel_id: Required[str]
    name: Required[str]
    connection: Required[Identity[api.SlackConnection]]
    environments: Required[Iterable[Identity[api.Environment]]]


class SlackIntegrationUpdate(_SlackIntegrationValues, total=False):
    """The values for updating a Slack integration."""

    channel_id: str
    name: str
    connection: Identity[api.SlackConnection]
    environments: Iterable[Identity[api.Environment]]


class SlackIntegrationListOptions(ListOptions, total=False):
    """The options of `list`."""

    account: Filter[Identity[api.Account]]
    include: Sequence[SlackIntegrationInclude]
    sort: SlackIntegrationSort | Sequence[SlackIntegrationSort]


# fmt: off
_LIST: Operation[SlackIntegration] = Operation(
    "GET", "/integrations/slack", paginated=True, include=get_args(SlackIntegrationInclude),
    sort=get_args(SlackIntegrationSort), filters={"account": "filter[account]"},
    filter_types={"account": "accounts"})
_CREATE: Operation[SlackIntegration] = Operation("POST", "/integrations/slack", account=True)
_GET: Operation[SlackIntegration] = Operation(
    "GET", "/integrations/slack/{slack_integration}", ids=("slack-integrations",),
    include=get_args(SlackIntegrationInclude))
_UPDATE: Operation[SlackIntegration] = Operation(
    "PATCH", "/integrations/slack/{slack_integration}", ids=("slack-integrations",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/integrations/slack/{slack_integration}", ids=("slack-integrations",),
    idempotent=True)
# fmt: on


class SlackIntegrations(Collection[SlackIntegration]):
    """The calls of `scalr.slack_integrations`."""

    model = SlackIntegration

    def list(self, **options: Unpack[SlackIntegrationListOptions]) -> Pager[SlackIntegration]:
        """List Slack integrations.

        `GET /integrations/slack`. Raises `ForbiddenError`.

        Keywords: `account`; `include` of `environments`, `workspaces`; `sort` by `name` (`-`
        reverses); `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        reconcile: Pager[SlackIntegration] | None = None,
        **values: Unpack[SlackIntegrationCreate],
    ) -> SlackIntegration:
        """Create a Slack integration.

        `POST /integrations/slack`. `reconcile` is a list that finds the object if the answer is
        lost. Raises `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `channel_id` (required); `events`; `is_apply_only`; `name` (required);
        `run_mode`; `status`; `account`; `connection` (required); `environments` (required);
        `workspaces`.
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(
        self,
        slack_integration: Identity[SlackIntegration],
        *,
        include: Sequence[SlackIntegrationInclude] = (),
    ) -> SlackIntegration:
        """Read a Slack integration.

        `GET /integrations/slack/{slack_integration}`. Raises `NotFoundError`.

        Keywords: `include` of `environments`, `workspaces`.
        """
        return await self._get(_GET, (slack_integration,), include=include)

    async def update(
        self,
        slack_integration: Identity[SlackIntegration],
        **values: Unpack[SlackIntegrationUpdate],
    ) -> SlackIntegration:
        """Update a Slack integration.

        `PATCH /integrations/slack/{slack_integration}`. Raises `NotFoundError` or
        `UnprocessableEntityError`.

        Keywords: `channel_id`; `events`; `is_apply_only`; `name`; `run_mode`; `status`;
        `account`; `connection`; `environments`; `workspaces`.
        """
        return await self._update(_UPDATE, (slack_integration,), values)

    async def delete(self, slack_integration: Identity[SlackIntegration]) -> None:
        """Delete a Slack integration.

        `DELETE /integrations/slack/{slack_integration}`. Raises `NotFoundError`.
        """
        return await self._delete(_DELETE, (slack_integration,))

    async def find(
        self,
        *,
        name: str,
        account: Identity[api.Account] | None = None,
        include: Sequence[SlackIntegrationInclude] = (),
    ) -> SlackIntegration:
        """Find a Slack integration by its name.

        `GET /integrations/slack`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {"account": account}, include=include)

    @property
    def with_response(self) -> SlackIntegrationsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return SlackIntegrationsWithResponse(self)


class SlackIntegrationsWithResponse:
    """The calls of `scalr.slack_integrations.with_response`."""

    def __init__(self, calls: SlackIntegrations) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
