"""Event definitions.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from typing import Literal, Unpack

from scalr_async._sentinels import UNSET
from scalr_async.jsonapi.model import Resource, resource
from scalr_async.jsonapi.operation import Operation
from scalr_async.pagination import Pager
from scalr_async.resources._base import Collection, ListOptions

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
        """
        return self._list(_LIST, (), options)
