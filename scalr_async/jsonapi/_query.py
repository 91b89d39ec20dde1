"""The query of a call, built from its options; invalid options are refused before any I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from itertools import islice
from typing import Any, Final, TypeAlias, final

import attrs
import msgspec

from scalr_async._text import shown
from scalr_async._value_class import value_class
from scalr_async._values import UNSET, Secret, plain_value
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi._ids import identify
from scalr_async.jsonapi._json import write_datetime
from scalr_async.jsonapi._operation import Operation
from scalr_async.jsonapi._ref import Ref
from scalr_async.jsonapi._resource import Resource, class_for
from scalr_async.jsonapi._schema import kebab, known_name, known_names, schema_of, unknown_name

__all__ = [
    "NULL",
    "Condition",
    "Pairs",
    "Parameter",
    "Query",
    "Scalar",
    "build_query",
    "encode_filter",
    "encode_member",
    "encode_parameter",
    "encode_value",
    "is_operator",
]

_OPERATORS: Final = frozenset({"in", "like", "between", "gte", "lte", "not"})
"""The operators that a server may know; one begins a filter's value, followed by a colon."""

_NULL: Final = "null"
"""The text that the server always interprets as null."""

_MAX_VALUES: Final = 10_000
"""The largest number of values of a filter; it also ends an infinite generator."""

_MAX_NUMBER: Final = 2**128
"""An exclusive bound on numbers in a query; excludes NaN and infinity."""
Scalar: TypeAlias = str | float | datetime | Enum | Ref[Any] | Resource

Parameter: TypeAlias = Scalar | Iterable[Scalar]
"""The types of a query parameter's value; several values are joined by commas."""


def _text_only(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    del instance, attribute
    if not isinstance(value, str) or isinstance(value, Secret):
        raise InvalidArgumentError(f"{type(value).__name__}: a condition is a str")


@final
@value_class
@attrs.frozen(eq=False, repr=False)
class Condition:
    """A condition in the server's own syntax, created by `scalr_async.filters`.

    Attributes:
        text: the condition.
        unchecked: True if it is sent whatever the filter compares with.
    """

    text: str = attrs.field(validator=_text_only)
    unchecked: bool = attrs.field(default=False, kw_only=True, repr=False)


NULL: Final = Condition(f"in:{_NULL}")
"""A condition that matches null."""


def encode_filter(value: Any, kind: Any) -> str:
    """Return the value of a `filter[...]` parameter.

    `kind` is the resource type whose ids the filter takes, a tuple of all its values, or `bool`,
    `int` or `datetime`; None if the filter takes any text.

    Raises:
        InvalidArgumentError: None (`filters.null` matches null), an empty sequence, a text that the
            server would interpret as an operator (`is_operator`), a comma inside one of several
            values, a time without a zone, a resource of another type, a condition that no value of
            the `kind` can meet, or any other value that is not of it.
    """
    if isinstance(value, Condition):
        if not (value.unchecked or kind is None):
            _check_condition(value.text, kind)
        return _encodable(value.text)
    if _is_several(value):
        members = [encode_member(member, kind) for member in _bounded(value)]
        if not members:
            raise InvalidArgumentError("an empty list would match nothing; leave the filter out")
        return f"in:{','.join(dict.fromkeys(members))}"
    text = _value(value, kind)
    if is_operator(text):
        raise InvalidArgumentError(f"{shown(text)}: the server would read it as an operator")
    return text


def _check_condition(text: str, kind: Any) -> None:
    """Refuse a condition that no value of a filter's `kind` can meet."""
    operator, _, rest = text.partition(":")
    if operator == "like":
        raise InvalidArgumentError(f"{shown(text)}: only a filter of texts has parts of a text")
    if operator != "between":
        return
    if kind not in _ORDERED:
        raise InvalidArgumentError(f"{shown(text)}: only texts, times and numbers have ranges")
    ends = [end for end in rest.split(",") if end]
    if not all(_is_of(kind, end) for end in ends):
        raise InvalidArgumentError(f"{shown(text)}: both ends must be {_RULES[kind]}")
    read = [_ORDERED[kind](end) for end in ends]
    if read != sorted(read):
        raise InvalidArgumentError(f"{shown(text)}: the range ends before it begins")


def _moment(text: str) -> datetime:
    """Return a time in ISO 8601, in UTC if it has no zone."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_ORDERED: Final[Mapping[Any, Callable[[str], Any]]] = {datetime: _moment, int: int}
"""The kinds that have ranges, and how to read an end of one."""


def is_operator(text: str) -> bool:
    """Return whether a server would read a filter's value as an operator, not as a text."""
    operator, colon, _ = text.partition(":")
    return text == _NULL or (bool(colon) and operator in _OPERATORS)


def encode_parameter(value: Any) -> str:
    """Return the value of any other parameter; several values are joined by commas."""
    if _is_several(value):
        return ",".join(encode_value(member) for member in _bounded(value))
    return encode_value(value)


_SINGLE: Final = (str, bytes, bytearray, memoryview, Mapping)


def _is_several(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, _SINGLE)


def _bounded(values: Iterable[Any]) -> list[Any]:
    found = list(islice(values, _MAX_VALUES + 1))
    if len(found) > _MAX_VALUES:
        raise InvalidArgumentError(f"more than {_MAX_VALUES} values")
    return found


def encode_member(value: Any, kind: Any) -> str:
    """Return one of several values, which commas separate on the wire."""
    if value is NULL:
        return _NULL
    text = _value(value, kind)
    if "," in text:
        raise InvalidArgumentError(f"{shown(text)}: one of several values cannot contain a comma")
    return text


def _value(value: Any, kind: Any) -> str:
    """Return a value to compare with; refuse a value that is not of the filter's `kind`."""
    value = plain_value(value)
    if value is None:
        raise InvalidArgumentError("None: filters.null matches items without a value")
    text = identify(value, kind) if isinstance(kind, str) else encode_value(value)
    if text == _NULL:
        raise InvalidArgumentError(
            f"{text!r}: the server would read it as an operator; "
            "filters.null matches items without a value"
        )
    if isinstance(kind, tuple) and text not in map(str, kind):
        known = unknown_name(text, map(str, kind), "value")
        raise InvalidArgumentError(f"{known}; filters.raw sends a value unchecked")
    if isinstance(kind, type) and not _is_of(kind, value):
        raise InvalidArgumentError(f"{shown(value)}: must be {_RULES[kind]}")
    return text


_RULES: Final = {
    bool: "True or False",
    datetime: "a datetime, or a time in ISO 8601",
    int: "a whole number",
}


def _is_of(kind: type, value: Any) -> bool:
    """Return whether a value is of a type, or a text that represents such a value."""
    if not isinstance(value, str):
        return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
    if kind is bool:
        return value in ("true", "false")
    try:
        kind(value) if kind is int else datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def encode_value(value: Any) -> str:
    """Return a single value as text for the query."""
    value = plain_value(value)
    if isinstance(value, Ref | Resource):
        return identify(value, None)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return write_datetime(value)
    if isinstance(value, str) and not isinstance(value, Secret):
        return _encodable(str.__str__(value))
    if isinstance(value, int | float) and abs(value) < _MAX_NUMBER:
        return str(value)
    label = shown(value) if isinstance(value, int | float) else type(value).__name__
    raise InvalidArgumentError(f"{label}: not a value that a query can have")


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidArgumentError(f"{shown(text)}: not encodable as UTF-8") from None
    return text


_COMMON: Final = ("include", "sort", "fields")
Pairs = tuple[tuple[str, str], ...]


class Query(msgspec.Struct, frozen=True):
    """The query of a call.

    Attributes:
        pairs: names and values on the wire, not percent-encoded yet.
        include: the Python names of the included relationships.
        sort: the Python names of the fields to sort by.
        filters: the wire values of the filters and parameters, by their Python names.
    """

    pairs: Pairs = ()
    include: Sequence[str] = ()
    sort: Sequence[str] = ()
    filters: Mapping[str, str] = msgspec.field(default_factory=dict)


def build_query(operation: Operation[Any], options: Mapping[str, Any]) -> Query:
    """Return the query of a call.

    `options` are the call's options by their Python names: `include`, `sort`, `fields`, and the
    filters and parameters of the operation. Options that are `UNSET` are left out.

    Raises:
        InvalidArgumentError: An unknown option, or an invalid value; the message names both and
            lists the valid ones.
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
    """Return the relationships to include, or the fields to sort by."""
    if option == "include":
        return known_names(value, operation.include, "relationship to include")
    names = known_names(value, operation.sort, "order")
    if both := [name for name in names if f"-{name}" in names]:
        raise InvalidArgumentError(f"{both[0]!r}: in both directions at once")
    return names


def _wire_name(name: str) -> str:
    return name[:1] + kebab(name[1:])  # "-updated_at" keeps its sign


def _fieldsets(operation: Operation[Any], value: Any) -> Iterable[tuple[str, str]]:
    """Yield `fields[type]` for each type given; an empty list of names requests no field."""
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
