"""From the options of a call to the pairs of its query, refused before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

from scalr_async._text import shown
from scalr_async._values import UNSET
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi.model import class_for
from scalr_async.jsonapi.names import kebab, known_name, known_names, unknown_name
from scalr_async.jsonapi.operation import Operation
from scalr_async.jsonapi.parameters import encode_filter, encode_parameter
from scalr_async.jsonapi.schema import schema_of

__all__ = ["Query", "build_query"]

_COMMON: Final = ("include", "sort", "fields")
Pairs = tuple[tuple[str, str], ...]


@attrs.frozen
class Query:
    """The query of a call: pairs of names and values on the wire, neither encoded yet.

    `include` and `sort` are what those pairs hold as Python names; `filters` are the filters and
    parameters by their Python names, with their values on the wire.
    """

    pairs: Pairs = ()
    include: Sequence[str] = ()
    sort: Sequence[str] = ()
    filters: Mapping[str, str] = attrs.field(factory=dict)


def build_query(operation: Operation[Any], options: Mapping[str, Any]) -> Query:
    """Return the query of a call.

    `options` are those of the call by their Python names: `include`, `sort`, `fields`, one for
    each filter and parameter of the operation. What is `UNSET` is left out.

    Raises:
        InvalidArgumentError: An unknown option, or a value that it does not take; both are named,
            with what there is instead.
    """
    pairs: list[tuple[str, str]] = []
    names: dict[str, Sequence[str]] = {"include": (), "sort": ()}
    filters: dict[str, str] = {}
    for name, value in options.items():
        if value is UNSET:
            continue
        own = name in operation.filters or name in operation.params
        if not (own or name in _COMMON):
            possible = (*_COMMON, *operation.filters, *operation.params)
            raise InvalidArgumentError(unknown_name(name, possible, "option"))
        try:
            if own:
                key, filters[name] = _filter(operation, name, value)
                pairs.append((key, filters[name]))
            elif name in names:
                names[name] = given = _names(operation, name, value)
                if given:
                    pairs.append((name, ",".join(map(_wire_name, given))))
            else:
                pairs += _fieldsets(operation, value)
        except InvalidArgumentError as error:
            raise InvalidArgumentError(f"{name}: {error.message}") from None
    return Query(tuple(pairs), filters=filters, **names)


def _filter(operation: Operation[Any], name: str, value: Any) -> tuple[str, str]:
    """Return the name and the value of a filter or a parameter on the wire."""
    if name in operation.filters:
        return operation.filters[name], encode_filter(value, operation.filter_types.get(name))
    return operation.params[name], encode_parameter(value)


def _names(operation: Operation[Any], option: str, value: Any) -> Sequence[str]:
    """Return the relationships to include, or the orders to sort by."""
    if option == "include":
        return known_names(value, operation.include, "relationship to include")
    names = known_names(value, operation.sort, "order")
    if both := [name for name in names if f"-{name}" in names]:
        raise InvalidArgumentError(f"{both[0]!r}: in both directions at once")
    return names


def _wire_name(name: str) -> str:
    return name[:1] + kebab(name[1:])  # "-updated_at" keeps its sign


def _fieldsets(operation: Operation[Any], value: Any) -> Iterable[tuple[str, str]]:
    """Yield `fields[type]` for each type that is named; an empty one asks for no field."""
    if not isinstance(value, Mapping):
        raise InvalidArgumentError(f"{shown(value)}: not a mapping of types to names of fields")
    types = operation.fields or {}
    for name, names in value.items():
        type_ = known_name(name, types, "type with sparse fieldsets")
        yield f"fields[{types[type_]}]", ",".join(_field_names(types[type_], names))


def _field_names(type_: str, names: Any) -> list[str]:
    cls = class_for(type_)
    if cls is None:
        raise InvalidArgumentError(f"{type_!r}: its fields are not known")
    fields = schema_of(cls).fields
    known = known_names(names, ("id", *fields), f"{cls.__name__} field")
    return [fields[name].wire if name in fields else name for name in known]
