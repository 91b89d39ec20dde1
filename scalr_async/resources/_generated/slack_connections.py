"""Slack connections.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from typing import Unpack

from scalr_async._http import JSON
from scalr_async._values import UNSET
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response


@resource("slack-connections")
class SlackConnection(Resource):
    """The connection of an account to a Slack workspace."""

    slack_workspace_name: str = UNSET
    account: Ref[api.Account] = UNSET


@nested
class SlackChannel(Nested):
    """A channel of the connected Slack workspace."""

    id: str = UNSET
    is_private: bool = UNSET
    name: str = UNSET


class SlackConnectionChannelsListOptions(ListOptions, total=False):
    """The options of `list_channels`."""

    query: str
    ignore_cache: str


# fmt: off
_GET: Operation[SlackConnection] = Operation(
    "GET", "/integrations/slack/{account}/connection", ids=("accounts",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/integrations/slack/{account}/connection", ids=("accounts",), idempotent=True)
_LIST_CHANNELS: Operation[SlackChannel] = Operation(
    "GET", "/integrations/slack/{account}/connection/channels", ids=("accounts",),
    value=SlackChannel, accept=JSON, paginated=True, params={"query": "query",
    "ignore_cache": "ignore_cache"})
_GET_CHANNEL: Operation[SlackChannel] = Operation(
    "GET", "/integrations/slack/{account}/connection/channels/{channel_id}", ids=("accounts",
    None), value=SlackChannel, accept=JSON)
# fmt: on


class SlackConnections(Collection[SlackConnection]):
    """The calls of `scalr.slack_connections`."""

    model = SlackConnection

    async def get(self, account: Identity[api.Account]) -> SlackConnection:
        """Read the Slack connection of an account.

        `GET /integrations/slack/{account}/connection`. Raises `ForbiddenError` or
        `NotFoundError`.
        """
        return await self._get(_GET, (account,))

    async def delete(self, account: Identity[api.Account]) -> None:
        """Delete the Slack connection of an account.

        `DELETE /integrations/slack/{account}/connection`. Raises `ForbiddenError` or
        `NotFoundError`.
        """
        return await self._delete(_DELETE, (account,))

    def list_channels(
        self, account: Identity[api.Account], **options: Unpack[SlackConnectionChannelsListOptions]
    ) -> Pager[SlackChannel]:
        """List the Slack channels that the connection reaches.

        `GET /integrations/slack/{account}/connection/channels`. Raises `ForbiddenError` or
        `NotFoundError`.

        Keywords: `query`; `ignore_cache`; `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list_values(_LIST_CHANNELS, (account,), options)

    async def get_channel(self, account: Identity[api.Account], channel_id: str) -> SlackChannel:
        """Read one of the Slack channels that the connection reaches.

        `GET /integrations/slack/{account}/connection/channels/{channel_id}`. Raises
        `ForbiddenError` or `NotFoundError`.
        """
        return await self._value(_GET_CHANNEL, (account, channel_id))

    @property
    def with_response(self) -> SlackConnectionsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return SlackConnectionsWithResponse(self)


class SlackConnectionsWithResponse:
    """The calls of `scalr.slack_connections.with_response`."""

    def __init__(self, calls: SlackConnections) -> None:
        self.get = with_response(calls.get)
        self.delete = with_response(calls.delete)
        self.list_channels = with_response(calls.list_channels)
        self.get_channel = with_response(calls.get_channel)
