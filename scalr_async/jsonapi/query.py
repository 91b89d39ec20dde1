"""From the options of a call to the pairs of its query, refused before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from scalr_async._sentinels import UNSET
from scalr_async._wire import shown
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi.model import class_for
from scalr_async.jsonapi.names import kebab, unknown_name
from scalr_async.jsonapi.operation import Operation
from scalr_async.jsonapi.parameters import encode_filter, encode_parameter
from scalr_async.jsonapi.schema import schema_of

__all__ = ["build_query"]

_COMMON: Final = ("include", "sort", "fields")
Pairs = tuple[tuple[str, str], ...]


def build_query(
    operation: Operation[Any],
    options: Mapping[str, Any],
    *,
    page_number: int | None = None,
    page_size: int | None = None,
) -> Pairs:
    """Return the query of a call: pairs of names and values, neither encoded yet.

    `options` are those of the call by their Python names: `include`, `sort`, `fields`, one for
    each filter and parameter of the operation. What is `UNSET` is left out.

    Raises:
        InvalidArgumentError: An unknown option, or a value that it does not take; both are named,
            with what there is instead.
    """
    pairs: list[tuple[str, str]] = []
    for name, value in options.items():
        if value is UNSET:
            continue
        if not (name in operation.filters or name in operation.params or name in _COMMON):
            known = (*_COMMON, *operation.filters, *operation.params)
            raise InvalidArgumentError(unknown_name(name, known, "option"))
        try:
            pairs += _pairs(operation, name, value)
        except InvalidArgumentError as error:
            raise InvalidArgumentError(f"{name}: {error.message}") from None
    if page_number is not None:
        pairs.append(("page[number]", str(page_number)))
    if page_size is not None:
        pairs.append(("page[size]", str(page_size)))
    return tuple(pairs)


def _pairs(operation: Operation[Any], name: str, value: Any) -> Iterable[tuple[str, str]]:
    if name in operation.filters:
        yield operation.filters[name], encode_filter(value, operation.filter_types.get(name))
    elif name in operation.params:
        yield operation.params[name], encode_parameter(value)
    elif name == "include":
        if names := _known(value, operation.include, "relationship to include"):
            yield "include", ",".join(map(_wire_name, names))
    elif name == "sort":
        if names := _known(value, operation.sort, "order"):
            if both := [name for name in names if f"-{name}" in names]:
                raise InvalidArgumentError(f"{both[0]!r}: in both directions at once")
            yield "sort", ",".join(map(_wire_name, names))
    else:
        yield from _fieldsets(operation, value)


def _known(value: Any, possible: Iterable[str], kind: str) -> list[str]:
    """Return one or several Python names, each of them once; refuse an unknown one."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, Iterable) or isinstance(names, bytes | Mapping):
        raise InvalidArgumentError(f"{shown(names)}: not a list of names")
    listed = dict.fromkeys(_known_name(name, possible, kind) for name in names)
    return list(listed)


def _known_name(name: Any, possible: Iterable[str], kind: str) -> str:
    """Return a name as plain text, also a member of an enumeration of texts."""
    text = str.__str__(name) if isinstance(name, str) else None
    if text is None or text not in possible:
        raise InvalidArgumentError(unknown_name(name, possible, kind))
    return text


def _wire_name(name: str) -> str:
    return name[:1] + kebab(name[1:])  # "-updated_at" keeps its sign


def _fieldsets(operation: Operation[Any], value: Any) -> Iterable[tuple[str, str]]:
    """Yield `fields[type]` for each type that is named; an empty one asks for no field."""
    if not isinstance(value, Mapping):
        raise InvalidArgumentError(f"{shown(value)}: not a mapping of types to names of fields")
    types = operation.fields or {}
    for name, names in value.items():
        type_ = _known_name(name, types, "type with sparse fieldsets")
        yield f"fields[{types[type_]}]", ",".join(_field_names(types[type_], names))


def _field_names(type_: str, names: Any) -> list[str]:
    cls = class_for(type_)
    if cls is None:
        raise InvalidArgumentError(f"{type_!r}: its fields are not known")
    fields = schema_of(cls).fields
    known = _known(names, ("id", *fields), f"{cls.__name__} field")
    return [fields[name].wire if name in fields else name for name in known]
