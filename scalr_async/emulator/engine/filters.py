"""Filters: the meaning of a filter's value, and the values with which it is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from operator import ge, le
from typing import Any, Final, Literal

import attrs

from scalr_async._catalog import Schema
from scalr_async.emulator.engine.errors import bad_parameter
from scalr_async.emulator.engine.store import OWNER, LinkedObject, Record, Store

__all__ = [
    "Condition",
    "FilterField",
    "Shape",
    "account_of",
    "filter_field",
    "parse_condition",
    "scalar",
]

Values = Callable[[Record], Iterable[Any]]
"""Returns the values of an object that a filter compares."""


@attrs.frozen(kw_only=True)
class Condition:
    """A parsed filter value.

    `in:a,null`, `like:text`, `between:a,b`, `gte:a`, `lte:b`, `null`, or the value.
    """

    kind: Literal["among", "between", "like"]
    values: tuple[str | None, ...]
    _folded: frozenset[str] = attrs.field(init=False)
    _moments: frozenset[datetime] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        present = [value for value in self.values if value is not None]
        object.__setattr__(self, "_folded", frozenset(value.casefold() for value in present))
        object.__setattr__(self, "_moments", frozenset(filter(None, map(_moment, present))))

    def holds(self, found: Iterable[Any]) -> bool:
        """Return whether any of the values meets the condition; no value at all counts as null.

        True and false may be written in upper or lower case, and times in any zone and precision.
        """
        values = list(found) or [None]
        if self.kind == "among":
            return any(self._names(value) for value in values)
        present = [_text(value) for value in values if value is not None]
        if self.kind == "like":
            wanted = str(self.values[0])
            return any(wanted in text.casefold() for text in present)
        low, high = self.values
        return any(_between(text, str(low), str(high)) for text in present)

    def _names(self, value: Any) -> bool:
        if isinstance(value, bool):
            return _text(value) in self._folded
        text = None if value is None else _text(value)
        if text in self.values or text is None or not self._moments:
            return text in self.values
        return _moment(text) in self._moments

    @property
    def ids(self) -> tuple[str, ...] | None:
        """The values to look up in an index; None if an index cannot answer the condition."""
        if self.kind != "among" or None in self.values:
            return None
        return tuple(value for value in self.values if value is not None)


@attrs.frozen(kw_only=True)
class FilterField:
    """The subject of a filter: `values` of each object, or `index`, an indexed relationship."""

    values: Values
    index: str | None = None


@attrs.frozen(kw_only=True)
class Shape:
    """The description of a type for lists: its schema, and its names for filters and sorting.

    Args:
        schema: The description of the type.
        own: The names of the filter by id (`agent-pool`).
        defaults: The values of unset attributes.
        computed: The names of attributes that are not stored.
        compute: Returns all attributes of a record, the computed ones too.
        targets: Relationships by their target, as filters may name them: `agent-pool` is the
            `pool` of an agent.
        aliases: Relationships by their names in filters.
        filters: Filters that do not follow from the schema.
        personal: Filters whose values depend on the holder of the token, whose id they get too.
        linked: Returns the objects that a relationship holds, also computed ones.
        searched: Relationships whose objects `query` searches and `sort` compares too.
    """

    schema: Schema
    own: frozenset[str]
    defaults: Mapping[str, Any]
    computed: frozenset[str]
    compute: Callable[[Record], Mapping[str, Any]]
    targets: Mapping[str, str]
    aliases: Mapping[str, str]
    filters: Mapping[str, FilterField]
    personal: Mapping[str, Callable[[Record, str], Iterable[Any]]]
    linked: Callable[[Record, str], Iterable[Record]]
    searched: tuple[str, ...]

    def value(self, record: Record, name: str) -> Any:
        """Return an attribute as answers have it."""
        if name in self.computed:
            return self.compute(record).get(name)
        return record.attributes.get(name, self.defaults.get(name))


def parse_condition(parameter: str, text: str) -> Condition:
    """Read a filter value; raises `ApiError` (400) when an operator lacks its operands."""
    operator, colon, rest = text.partition(":")
    if colon and operator == "in":
        values = [None if v == "null" else v for v in rest.split(",")]
        return Condition(kind="among", values=tuple(values))
    if colon and operator == "like":
        return Condition(kind="like", values=(rest.casefold(),))
    if colon and operator == "between":
        bounds = tuple(part.strip() for part in rest.split(","))
        if len(bounds) != 2 or not any(bounds):
            raise bad_parameter(parameter, "'between:' takes two values: between:from,to")
        return Condition(kind="between", values=bounds)
    if colon and operator in ("gte", "lte"):
        return Condition(kind="between", values=(rest, "") if operator == "gte" else ("", rest))
    return Condition(kind="among", values=(None if text == "null" else text,))


def filter_field(
    store: Store, shapes: Mapping[str, Shape], shape: Shape, name: str
) -> FilterField | None:
    """Return the field that filter `name` of a type compares, None if there is none.

    `shapes` are those of all types, for filters on related objects.
    """
    special = shape.filters.get(name)
    if special is not None or name in shape.own:
        return special or FilterField(values=lambda r: (r.id,), index="id")
    first, _, rest = name.partition(".")
    if rest and first in shape.own:
        return filter_field(store, shapes, shape, rest)
    if rest:
        return _nested(store, shapes, shape, first, rest)
    relationship = _relationship(shape, name)
    if relationship is not None:
        return _related(store, shape, relationship)
    if name in shape.schema.attributes:
        return FilterField(values=lambda r: _as_items(shape.value(r, name)))
    found = FilterField(values=lambda r: _as_tuple(account_of(store, r)))
    return found if name == "account" else None


def _relationship(shape: Shape, name: str) -> str | None:
    """Return the relationship that a filter names; it may be in the singular, or by its target."""
    names = (shape.aliases.get(name, name), f"{name}s", shape.targets.get(name, ""))
    return next((r for r in names if r in shape.schema.relationships), None)


def _related(store: Store, shape: Shape, name: str) -> FilterField:
    if name in ("environment", "environments") and "is-shared" in shape.schema.attributes:
        return FilterField(values=lambda r: _environments(store, shape, r))
    if store.stores(shape.schema.type, name):
        return FilterField(values=lambda r: r.related(name), index=name)
    return FilterField(values=lambda r: store.linkage(r, name))


def _environments(store: Store, shape: Shape, record: Record) -> Iterable[str | None]:
    """Return the ids of the environments that may use a shareable object.

    They are all of the account's if it is shared, else its own environment and those it names.
    One that names none also has null, as answers show it.
    """
    named = (*record.related("environment"), *record.related("environments"))
    if not shape.value(record, "is-shared"):
        return named
    account = account_of(store, record)
    homes = store.all("environments")
    found = [home.id for home in homes if account in (None, *home.related("account"))]
    return found if named else [*found, None]


def account_of(store: Store, record: LinkedObject) -> str | None:
    """Return the account to which an object belongs, directly or through its parents."""
    if record.type == "accounts":
        return record.id
    for name in ("account", "environment", "workspace", "run", "pool", OWNER):
        for parent in store.related(record, name):
            return account_of(store, parent)
    return None


def _nested(
    store: Store, shapes: Mapping[str, Shape], shape: Shape, first: str, rest: str
) -> FilterField | None:
    """Return the field of a filter on a related object, or on a key of an object or a list."""
    relationship = _relationship(shape, first)
    if relationship is not None:
        far = shapes.get(shape.schema.relationships[relationship].target)
        found = None if far is None else filter_field(store, shapes, far, rest)
        return found and _through(shape, relationship, found)
    field = shape.schema.attributes.get(first)
    field = field and (field.items or field)
    if field is None or rest not in field.fields:
        return None
    return FilterField(
        values=lambda r: [
            value[rest]
            for value in _as_items(shape.value(r, first))
            if isinstance(value, dict) and rest in value
        ]
    )


def _through(shape: Shape, relationship: str, far: FilterField) -> FilterField:
    """Return the field that has the values of all objects of a relationship, also a derived one."""
    return FilterField(
        values=lambda r: [
            value for related in shape.linked(r, relationship) for value in far.values(related)
        ]
    )


def scalar(value: Any) -> tuple[bool, Any]:
    """Return a key that sorts any attribute value, null last."""
    if isinstance(value, str):
        return (False, value.casefold())
    return (value is None, 0 if value is None else value)


def _as_items(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else _as_tuple(value)


def _as_tuple(value: Any) -> tuple[Any, ...]:
    return () if value is None else (value,)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _between(text: str, low: str, high: str) -> bool:
    """Return whether a value is in a range whose bounds are read as what the value is."""
    value, read = next((v, b) for kind, b in _KINDS if (v := kind(text)) is not None)
    bounds = [(read(bound), inside) for bound, inside in ((low, ge), (high, le)) if bound]
    return all(bound is not None and inside(value, bound) for bound, inside in bounds)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    """Read an ISO date or time (UTC when it names no zone); None if it is none."""
    if text[4:5] != "-":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _first_moment(text: str) -> datetime | None:
    """Read a bound, which may also be a month or a year: its first moment counts."""
    return _moment(text + {4: "-01-01", 7: "-01"}.get(len(text), ""))


_KINDS: Final[Sequence[tuple[Callable[[str], Any], Callable[[str], Any]]]] = (
    (_moment, _first_moment),
    (_number, _number),
    (str, str),
)
"""The readers of values in ranges, the first that can, each with that of the bounds."""
