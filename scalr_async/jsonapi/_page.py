"""The resources of a page: which of their relationships are decoded with it, and which later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

import attrs
import msgspec

from scalr_async.jsonapi._compile import item_filler, item_struct
from scalr_async.jsonapi._converter import Reader
from scalr_async.jsonapi._document import RawResource, parse_item
from scalr_async.jsonapi._items import ListDocument
from scalr_async.jsonapi._ref import IncludedRef, Ref
from scalr_async.jsonapi._relationships import (
    FillGroup,
    Included,
    LazyRelationships,
    RelationshipGroup,
    relationship_group,
)
from scalr_async.jsonapi._resource import RelationshipLoader, Resource
from scalr_async.jsonapi._schema import schema_of

__all__ = ["PagePlan", "PageReader"]

R = TypeVar("R", bound=Resource)

ReadRaw = Callable[[RawResource, RelationshipLoader | None], R]


@attrs.frozen(eq=False, repr=False)
class PagePlan:
    """The compiled functions for the items of a page, and the two groups of their relationships.

    `eager` is decoded with the page, `lazy` on first use; either is None if it has no members.
    """

    decode: Callable[[msgspec.Raw], Any]
    fill: Callable[..., Any]
    eager: RelationshipGroup | None
    lazy: RelationshipGroup | None
    linked: bool
    """True if refs find included resources."""

    @classmethod
    def of(
        cls,
        model: type,
        attributes: type[msgspec.Struct],
        readers: Mapping[str, Reader],
        names: frozenset[str],
        *,
        linked: bool,
    ) -> PagePlan:
        """Compile the plan that decodes the relationships `names` with the page."""
        relationships = schema_of(model).relationships
        now = tuple(name for name in relationships if name in names)
        later = tuple(name for name in relationships if name not in names)
        eager = relationship_group(model, now) if now else None
        lazy = relationship_group(model, later) if later else None
        struct = item_struct(attributes, None if eager is None else eager.struct)
        group = None if eager is None else (eager.names, eager.nothing)
        return cls(
            decode=msgspec.json.Decoder(struct).decode,
            fill=item_filler(model, readers, attributes(), group, linked=linked),
            eager=eager,
            lazy=lazy,
            linked=linked,
        )


class PageReader(Generic[R]):
    """The reader of the items of one page."""

    def __init__(
        self,
        plan: PagePlan,
        loader: LazyRelationships | None,
        included: Included | None,
        fill_group: FillGroup,
        read_raw: ReadRaw[R],
    ) -> None:
        self._plan = plan
        self._loader = loader
        self._included = included
        self._fill_group = fill_group
        self._read_raw = read_raw
        self._refs: dict[tuple[str, str], Ref[Any]] = {}

    def items(self, document: ListDocument) -> Iterator[R]:
        """Yield all items of the page; raises `DecodeError` if it is not a document."""
        decode, fill, loader = self._plan.decode, self._plan.fill, self._loader
        refs, link, read_parsed = self._refs, self._link, self._read_parsed

        def read(json: msgspec.Raw) -> R:
            try:
                raw = decode(json)
            except (ValueError, RecursionError):
                return read_parsed(parse_item(json))
            resource: R = fill(raw, json, loader, refs, link)
            return resource

        return document.items(read, read_parsed)

    def _read_parsed(self, raw: RawResource) -> R:
        """Read an item that may not fit the schema."""
        resource = self._read_raw(raw, self._loader)
        if self._plan.eager is not None:
            self._fill_group(resource, self._plan.eager, self._included, self._loader)
        return resource

    def _link(self, value: Ref[Any]) -> Ref[Any]:
        """Return the ref that all items of the page share, so that it finds its resource once."""
        key = (value.type, value.id)
        ref = self._refs[key] = IncludedRef(value.type, value.id, self._included)
        return ref
