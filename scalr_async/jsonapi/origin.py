"""The relationships of resources, which stay JSON until somebody asks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from scalr_async.jsonapi.filler import relationships_filler, relationships_struct
from scalr_async.jsonapi.included import Included
from scalr_async.jsonapi.model import Source, filling

__all__ = ["Group", "Origin"]


class Group:
    """Relationships of one class that are read together."""

    def __init__(self, cls: type, names: Iterable[str]) -> None:
        self.names = tuple(names)
        struct = relationships_struct(cls, self.names)
        self._decode = msgspec.json.Decoder(struct | None).decode
        self._nothing = struct()
        self._fill = relationships_filler(cls, self.names, linked=False)
        self._fill_linked = relationships_filler(cls, self.names, linked=True)

    def fill(self, resource: Any, included: Included | None, source: Source | None) -> None:
        """Set them on a resource; what is missing then comes from `source`.

        Raises what msgspec raises when something does not fit the schema.
        """
        sent = self._decode(resource._head.relationships)  # noqa: SLF001  # the codec's own slot
        fill = self._fill if included is None else self._fill_linked
        with filling:
            fill(resource, self._nothing if sent is None else sent, included, source)


Relate = Callable[[Any, Group, Included | None, Source | None], None]


class Origin(Source):
    """The source of relationships for the resources of a document with `included`.

    There may be two groups: those that were asked to be included, and all others. Whoever has 4 of
    17 relationships included hardly looks at the rest.
    """

    __slots__ = ("_groups", "_left", "_relate", "included")

    def __init__(
        self, relate: Relate, groups: tuple[Group, ...], included: Included | None = None
    ) -> None:
        self._relate = relate
        self._groups = groups
        self.included = included
        self._left: dict[Group, Origin] = {}

    def complete(self, resource: Any, name: str) -> None:
        """Fill the group that has the name, and leave the other one."""
        first = self._groups[0]
        if len(self._groups) == 1:
            self._relate(resource, first, self.included, None)
        elif name in first.names:
            self._relate(resource, first, self.included, self._only(self._groups[1]))
        else:
            self._relate(resource, self._groups[1], self.included, self._only(first))

    def _only(self, group: Group) -> Origin:
        origin = self._left.get(group)
        if origin is None:
            origin = self._left[group] = Origin(self._relate, (group,), self.included)
        return origin
