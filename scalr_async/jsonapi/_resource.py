"""Resource classes: `Resource`, the decorator for its subclasses, and their plain values."""

from __future__ import annotations

import math
import threading
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, time
from enum import Enum
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Final,
    TypeVar,
    dataclass_transform,
)

import attrs

from scalr_async._values import REDACTED, UNSET, Secret, SecretBytes
from scalr_async.jsonapi._document import ABSENT, DecodedResource, RawResource, parse_links
from scalr_async.jsonapi._json import loads
from scalr_async.jsonapi._ref import Linkable, Ref
from scalr_async.jsonapi._schema import (
    MARK,
    Attribute,
    conceal_attributes,
    conceal_secret_fields,
    is_nested,
    known_names,
    reduce_visible,
    schema_of,
    visible_attributes,
    wire,
)

__all__ = [
    "Nested",
    "RelationshipLoader",
    "Resource",
    "UnknownResource",
    "class_for",
    "class_named",
    "fill_lock",
    "found_classes",
    "plain_attributes",
    "plain_relationships",
    "plain_values",
    "register_loader",
    "resource",
]

C = TypeVar("C", bound=type)
R = TypeVar("R", bound="Resource")

fill_lock: Final = threading.RLock()
"""The lock held while relationships are set, because the resource then has another class."""
_classes: Final[dict[str, type[Resource]]] = {}
"""The class that was defined last for each type; a type may have several."""
found_classes: Final[dict[str, type[Resource]]] = {}
"""A cache of the classes that were looked up, by type and by name."""
_names: Final[dict[str, type[Resource]]] = {}
_loaders: Final[list[Callable[[str], type[Resource] | None]]] = []


class Nested:
    """The base class of objects inside an attribute."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that the server sent as plain values, as `Resource.to_dict` does."""
        return plain_attributes(self)


class RelationshipLoader:
    """A loader of relationships, called on their first use."""

    __slots__ = ()

    def load(self, resource: Any, name: str) -> None:
        """Set the relationship of that name; other relationships may be set as well."""
        raise NotImplementedError


class _State(Linkable):
    """The state of a resource besides its fields: the raw answer and its loader."""

    __slots__ = ("__weakref__", "_loader", "_raw")

    _raw: RawResource | DecodedResource
    _loader: RelationshipLoader | None


@dataclass_transform(kw_only_default=True, frozen_default=True, eq_default=False)
def _base(cls: C) -> C:
    # Not frozen, so that the codec can fill subclasses at the speed of plain slots.
    return attrs.define(kw_only=True, eq=False, repr=False, weakref_slot=False)(cls)


@_base
class Resource(_State):
    """One object of the API: flat, typed, immutable.

    A field that the server did not send is `UNSET`. Two resources are equal if they have the same
    class and all their fields are equal; the hash is computed from type and id. `repr` shows the
    attributes; pickles contain no secrets.
    """

    type: ClassVar[str] = ""
    """The JSON:API type, as on the wire."""

    id: str
    """The id that the server gave the object, unique within its type."""

    links: Mapping[str, Any] = UNSET
    """The links that the server sent; `self` is the object's own path."""

    def raw(self) -> dict[str, Any]:
        """Return the resource object as the server sent it, unknown attributes included.

        Secret values are of type `Secret`, and equal to the values that were sent. For an object
        that was not read from a server, only type and id are returned.
        """
        raw: RawResource | DecodedResource | None = getattr(self, "_raw", None)
        if raw is None:
            return {"type": self.type, "id": self.id}
        members = ("type", "id", "attributes", "relationships", "links", "meta")
        sent = {name: getattr(raw, name) for name in members}
        document = {
            name: loads(value) if name not in ("type", "id") else value
            for name, value in sent.items()
            if value is not ABSENT and value is not UNSET
        }
        if isinstance(document.get("attributes"), dict):
            conceal_attributes(type(self), document["attributes"])
        return document

    def to_dict(self, *, include: str | Iterable[str] = ()) -> dict[str, Any]:
        """Return the resource as plain values, for `json.dumps` and similar functions.

        The dict contains `type`, `id`, and by their Python names all attributes and relationships
        that the server sent: times as ISO 8601 texts, secrets as `<redacted>`, a `Ref` as its type
        and id. `include` names relationships whose refs are replaced by their resources if the
        answer included them. `links` are left out, because some are credentials; `raw()` has them.

        Raises `InvalidArgumentError` for a name in `include` that is not a relationship.
        """
        named = plain_values({"type": self.type, "id": self.id})
        return named | plain_attributes(self) | plain_relationships(self, include)

    if not TYPE_CHECKING:  # pragma: no branch  # a type checker would otherwise accept any name

        def __getattr__(self, name: str) -> Any:
            # The slots of relationships and of `links` stay empty until their first use.
            if name == "links" and (raw := getattr(self, "_raw", None)) is not None:
                links = UNSET if raw.links is ABSENT else parse_links(raw.links)
                object.__setattr__(self, name, links)
                return links
            source = None if name[0] == "_" else getattr(self, "_loader", None)
            if source is None:  # no such name, or another thread has filled the slot meanwhile
                return object.__getattribute__(self, name)
            source.load(self, name)
            return getattr(self, name)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self) and _class_of(other) is not _class_of(self):
            return NotImplemented
        return all(
            getattr(self, field.name) == getattr(other, field.name) for field in _fields(type(self))
        )

    def __hash__(self) -> int:
        return hash((self.type, self.id))

    def __repr__(self) -> str:
        fields = "".join(f", {name}={given!r}" for name, given in visible_attributes(self))
        return f"{type(self).__name__}(id={self.id!r}{fields})"

    def __rich_repr__(self) -> Iterator[tuple[str, Any]]:
        yield "id", self.id
        yield from visible_attributes(self)

    def __copy__(self) -> Resource:
        return self

    def __deepcopy__(self, memo: object) -> Resource:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return reduce_visible(self, _class_of(self))


def _class_of(value: object) -> type:
    """Return the class of a value, even if another thread is filling the value."""
    with fill_lock:
        return type(value)


@dataclass_transform(
    kw_only_default=True,
    frozen_default=True,
    eq_default=False,
    field_specifiers=(attrs.field, wire),
)
def resource(type_: str) -> Callable[[C], C]:
    """Turn a class into the resource class of a JSON:API type: frozen, slotted, keyword-only."""

    def decorate(cls: C) -> C:
        freeze = attrs.frozen(
            kw_only=True, eq=False, repr=False, field_transformer=conceal_secret_fields
        )
        made = freeze(cls)
        made.type = type_  # type: ignore[attr-defined]  # a resource class has it
        setattr(made, MARK, "resource")
        for name, classes in ((type_, _classes), (made.__name__, _names)):
            classes[name] = made
            found_classes.pop(name, None)  # of a class that this one replaces
        return made

    return decorate


@attrs.frozen(kw_only=True, eq=False, repr=False)
class UnknownResource(Resource):
    """An included resource of a type for which this library has no class; see `raw()`."""

    if not TYPE_CHECKING:  # pragma: no branch  # other classes have a class variable

        @property
        def type(self) -> str:
            """The JSON:API type, as on the wire; empty after unpickling."""
            raw = getattr(self, "_raw", None)
            return "" if raw is None else raw.type


def register_loader(load: Callable[[str], type[Resource] | None]) -> None:
    """Register a function that imports classes on first use.

    `load` is called with a JSON:API type (`agent-pools`) or a class name (`AgentPool`), and returns
    the class, or None.
    """
    _loaders.append(load)


def class_for(type_: str) -> type[Resource] | None:
    """Return the class of a JSON:API type, None if there is none.

    Of several classes, the one from a loader is returned: the others describe values to write.
    """
    return _find_class(type_, _classes)


def class_named(name: str) -> type[Resource] | None:
    """Return the class with a name, for a `Ref[AgentPool]` whose module is not imported."""
    return _find_class(name, _names)


def _find_class(name: str, made: Mapping[str, type[Resource]]) -> type[Resource] | None:
    found = found_classes.get(name) or _load(name) or made.get(name)
    if found is not None:
        found_classes[name] = found
    return found


def _load(name: str) -> type[Resource] | None:
    return next((found for load in _loaders if (found := load(name)) is not None), None)


def _fields(cls: Any) -> tuple[attrs.Attribute[Any], ...]:
    fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(cls)
    return fields


def plain_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that were sent, as plain JSON values."""
    return {name: _plain(value) for name, value in values.items() if value is not UNSET}


def plain_attributes(value: Any) -> dict[str, Any]:
    """Return the attributes of a resource or a nested object that were sent, by Python names."""
    fields = schema_of(type(value)).attributes.values()
    return plain_values({field.name: _shown(field, getattr(value, field.name)) for field in fields})


def _shown(field: Attribute, given: Any) -> Any:
    return REDACTED if field.hidden and given is not None and given is not UNSET else given


def plain_relationships(resource: Any, include: str | Iterable[str]) -> dict[str, Any]:
    """Return the relationships of a resource that were sent, those in `include` as resources.

    Raises `InvalidArgumentError` for a name in `include` that is not one of its relationships.
    """
    names = schema_of(type(resource)).relationships
    nested = known_names(include, names, "relationship to include")
    given = {name: getattr(resource, name) for name in names}
    return plain_values(given) | plain_values({name: _related(given[name]) for name in nested})


def _related(given: Any) -> Any:
    """Return a relationship with its refs replaced by the resources that were included."""
    if isinstance(given, tuple):
        return [_related(item) for item in given]
    resource = given.resource if isinstance(given, Ref) else None
    return given if resource is None else resource.to_dict()


def _plain(value: Any) -> Any:
    """Return a plain JSON value; None for NaN and infinity, `str()` of an unknown type."""
    for kinds, make in _KINDS:
        if isinstance(value, kinds):
            return make(value)
    return plain_attributes(value) if is_nested(type(value)) else str(value)


_KINDS: Final[tuple[tuple[Any, Callable[[Any], Any]], ...]] = (
    ((types.NoneType, bool), lambda value: value),
    ((Secret, SecretBytes), lambda _: REDACTED),
    (Enum, lambda value: _plain(value.value)),
    (str, str.__str__),
    (int, int),
    (float, lambda value: float(value) if math.isfinite(value) else None),
    ((date, time), lambda value: value.isoformat()),
    (Ref, lambda ref: {"type": _plain(ref.type), "id": _plain(ref.id)}),
    (Mapping, lambda value: {str(key): _plain(item) for key, item in value.items()}),
    ((list, tuple, set, frozenset), lambda value: [_plain(item) for item in value]),
)
"""The conversions to plain values, by type; the first matching type counts."""
