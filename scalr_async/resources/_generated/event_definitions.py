"""Event definitions.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from typing import Literal, Unpack

from scalr_async._values import UNSET
from scalr_async.jsonapi import Operation, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

EventDefinitionField = Literal["id", "description", "name"]


@resource("event-definitions")
class EventDefinition(Resource):
    """An event that webhooks can be called for."""

    description: str | None = UNSET
    name: str = UNSET


_LIST: Operation[EventDefinition] = Operation("GET", "/event-definitions")


class EventDefinitions(Collection[EventDefinition]):
    """The calls of `scalr.event_definitions`."""

    model = EventDefinition

    def list(self, **options: Unpack[ListOptions]) -> Pager[EventDefinition]:
        """List event definitions.

        `GET /event-definitions`. Raises `NotFoundError`.

        Keywords: `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def find(self, *, name: str) -> EventDefinition:
        """Find an event definition by its name.

        `GET /event-definitions`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {})

    @property
    def with_response(self) -> EventDefinitionsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return EventDefinitionsWithResponse(self)


class EventDefinitionsWithResponse:
    """The calls of `scalr.event_definitions.with_response`."""

    def __init__(self, calls: EventDefinitions) -> None:
        self.list = with_response(calls.list)
