"""The registry of hooks that read and write single values; users can add their own hooks.

Any JSON value can be read; a value that does not fit the schema is kept as sent.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC
from typing import Annotated, Any, Final, get_args, get_origin

import cattrs
import msgspec

from scalr_async._values import (
    REDACTED_BY_SERVER,
    UNSET,
    Secret,
    conceal,
    read_secret,
    read_sensitive,
)
from scalr_async.errors import ConfigError, DecodeError, InvalidArgumentError
from scalr_async.jsonapi._document import Document, parse_links, parse_pagination
from scalr_async.jsonapi._ids import describe
from scalr_async.jsonapi._json import NESTED_TOO_DEEPLY, Body, encode_json, loads, write_datetime
from scalr_async.jsonapi._ref import Ref
from scalr_async.jsonapi._resource import Resource
from scalr_async.jsonapi._schema import (
    Real,
    conceal_attributes,
    conceal_value,
    is_nested,
    kebab,
    schema_of,
    unknown_name,
    without_none,
)

__all__ = [
    "DEFAULT",
    "Converter",
    "FieldsReader",
    "NestedReader",
    "Reader",
    "check_hooks",
    "make_converter",
    "read_datetime",
    "read_plain",
    "read_values",
    "reader_for",
    "write_fields",
    "write_plain",
    "write_value",
]

Reader = Callable[[Any], Any]
"""A function that converts a JSON value other than null to the value of a field."""
_NOT_A_LIST: Final = (str, bytes, bytearray, memoryview)
_AWARE: Any = Annotated[Real.datetime, msgspec.Meta(tz=True)]


class Converter(cattrs.Converter):
    """A converter that owns the codecs that use its hooks."""

    codecs: Any = None


def make_converter() -> Converter:
    """Create a converter with the API's hooks, on which you can register your own.

    Structure hooks apply to `datetime`, `Secret` and the classes of nested objects; unstructure
    hooks apply to every value that is written. Register them before you pass the converter to a
    client: each hook is looked up only once, when a class is first read.

    `unstructure` of a resource returns its JSON:API resource object, in which secrets are
    `Secret`s.
    """
    converter = Converter()
    converter.register_structure_hook(Real.datetime, read_datetime)
    converter.register_structure_hook(Secret, read_secret)
    converter.register_structure_hook_factory(is_nested, lambda cls: NestedReader(cls, converter))
    converter.register_unstructure_hook(Real.datetime, write_datetime)
    converter.register_unstructure_hook(Secret, lambda secret: secret)
    converter.register_unstructure_hook_factory(
        is_nested, lambda cls: lambda value: _write_nested(value, cls, converter)
    )
    converter.register_unstructure_hook_factory(
        _is_resource, lambda cls: lambda value: _write_resource(value, cls, converter)
    )
    return converter


def _is_resource(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, Resource)


def check_hooks(converter: Any) -> Converter:
    """Refuse a converter that was not made by `make_converter`: it would misread nested objects."""
    if not isinstance(converter, Converter):
        raise ConfigError(
            "converter: create it with make_converter(), and register your hooks on it"
        )
    return converter


def reader_for(type_: Any, converter: cattrs.Converter) -> Reader | None:
    """Return the reader of a type, None if the JSON value is used unchanged."""
    type_ = without_none(type_)
    origin, arguments = get_origin(type_) or type_, get_args(type_)
    if origin is tuple:
        return _items_reader(reader_for(arguments[0], converter))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _values_reader(reader_for(arguments[1], converter) if arguments else None)
    if origin is Real.datetime or origin is Secret or is_nested(origin):
        return _hook_reader(converter.get_structure_hook(type_), type_)
    return None


def _items_reader(read: Reader | None) -> Reader:
    def read_items(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        if read is None:
            return tuple(value)
        return tuple(item if item is None else read(item) for item in value)

    return read_items


def _values_reader(read: Reader | None) -> Reader | None:
    if read is None:
        return None

    def read_values(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {key: item if item is None else read(item) for key, item in value.items()}

    return read_values


def _hook_reader(hook: Callable[[Any, Any], Any], type_: Any) -> Reader:
    def read_hooked(value: Any) -> Any:
        value = conceal(value) if type_ is Secret else value
        try:
            return hook(value, type_)
        except Exception:  # noqa: BLE001  # a value that a hook cannot read is kept as sent
            return value

    return read_hooked


def read_datetime(value: Any, _: Any = None) -> Any:
    """Parse an aware time (UTC if it names no zone); return other values unchanged."""
    if not isinstance(value, str):
        return value
    try:
        return msgspec.convert(value, _AWARE)
    except msgspec.ValidationError:
        pass
    try:
        time = Real.datetime.fromisoformat(value)
    except ValueError:
        return value
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)


class FieldsReader:
    """A reader of a class's attributes from a JSON object, each value separately."""

    def __init__(self, cls: type, converter: cattrs.Converter) -> None:
        self._guarded = schema_of(cls).guarded
        self._fields = [
            (field.name, field.wire, reader_for(field.type, converter))
            for field in schema_of(cls).attributes.values()
        ]

    def __call__(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values that were sent, by their Python names."""
        values = {
            name: value if value is None or read is None else read(value)
            for name, wire, read in self._fields
            if (value := sent.get(wire, UNSET)) is not UNSET
        }
        for name in self._guarded:
            if name in values:
                values[name] = read_sensitive(values[name], sent.get("sensitive"))
        return values


class NestedReader:
    """A reader of JSON objects as a nested class."""

    def __init__(self, cls: type, converter: cattrs.Converter) -> None:
        self._cls = cls
        self._read = FieldsReader(cls, converter)

    def __call__(self, value: Any, _: Any = None) -> Any:
        """Return an object of the class; a value that is not a JSON object unchanged."""
        return self._cls(**self._read(value)) if isinstance(value, dict) else value


def _write_nested(value: Any, cls: type, converter: cattrs.Converter) -> dict[str, Any]:
    names = schema_of(cls).attributes
    return write_fields({name: getattr(value, name) for name in names}, cls, converter)


def _write_resource(value: Resource, cls: type[Resource], converter: cattrs.Converter) -> Any:
    """Return the resource object with all set fields of a resource."""
    schema = schema_of(cls)
    attributes = write_fields(
        {name: getattr(value, name) for name in schema.attributes}, cls, converter
    )
    conceal_attributes(cls, attributes)
    links = {link.wire: getattr(value, link.name) for link in schema.relationships.values()}
    relationships = {
        wire: {"data": _write_link(link)} for wire, link in links.items() if link is not UNSET
    }
    return {
        "type": value.type,
        "id": value.id,
        "attributes": attributes,
        "relationships": relationships,
    }


def _write_link(link: Any) -> Any:
    if isinstance(link, tuple):
        return [_write_link(one) for one in link]
    return {"type": link.type, "id": link.id} if isinstance(link, Ref) else link


def write_fields(
    values: Mapping[str, Any], cls: type, converter: cattrs.Converter
) -> dict[str, Any]:
    """Write attributes given by their Python names as the JSON object of a class.

    Values that are `UNSET` or hidden by the server are left out, None is kept; an unknown name
    raises `InvalidArgumentError`.
    """
    attributes = schema_of(cls).attributes
    unknown = [name for name in values if name not in attributes]
    if unknown:
        raise InvalidArgumentError(unknown_name(unknown[0], attributes, f"{cls.__name__} field"))
    return {
        attributes[name].wire: _write(value, attributes[name].type, converter)
        for name, value in values.items()
        if value is not UNSET and value is not REDACTED_BY_SERVER
    }


def _write(value: Any, type_: Any, converter: cattrs.Converter) -> Any:
    """Return the JSON value of a field's value; dicts are accepted for nested objects."""
    type_ = without_none(type_)
    origin, arguments = get_origin(type_), get_args(type_)
    if isinstance(value, Ref | Resource):
        raise InvalidArgumentError(f"{describe(value)}: not a plain value")
    if isinstance(value, Mapping):
        if is_nested(type_):
            return write_fields(value, type_, converter)
        of = arguments[1] if len(arguments) > 1 else Any
        shown = {key: item for key, item in value.items() if item is not REDACTED_BY_SERVER}
        return {key: _write(item, of, converter) for key, item in shown.items()}
    if origin is tuple and isinstance(value, Iterable) and not isinstance(value, _NOT_A_LIST):
        return [_write(item, arguments[0], converter) for item in value]
    return converter.unstructure(value)


DEFAULT: Final = make_converter()
"""The converter of clients without one of their own."""


def read_plain(body: Body, type_: Any, converter: cattrs.Converter | None = None) -> Any:
    """Read an answer in plain JSON as a nested class, or as a tuple or mapping of nested objects.

    Values that do not fit the type are kept as sent.
    """
    read = reader_for(type_, converter or DEFAULT)
    value = conceal_value(type_, loads(body))
    return value if read is None or value is None else read(value)


def write_plain(values: Mapping[str, Any], converter: cattrs.Converter | None = None) -> bytes:
    """Write a request body in plain JSON from fields by their Python names."""
    converter = converter or DEFAULT
    sent = {
        kebab(name): value
        for name, value in values.items()
        if value is not UNSET and value is not REDACTED_BY_SERVER
    }
    return encode_json(write_value(sent, Any, converter))


def write_value(value: Any, type_: Any, converter: cattrs.Converter) -> Any:
    """Return the JSON value of a field's value; refuse a value that is nested too deeply."""
    with contextlib.suppress(RecursionError):
        return _write(value, type_, converter)
    # A context would hold a thousand frames, and some programs pickle it.
    raise InvalidArgumentError(NESTED_TOO_DEEPLY)


def read_values(body: Body, type_: Any, converter: cattrs.Converter | None = None) -> Document[Any]:
    """Read a list of plain JSON values: bare, or as the `data` of a document."""
    sent = loads(body)
    members = sent if isinstance(sent, dict) else {"data": sent}
    data = conceal_value(tuple[type_, ...], members.get("data"))
    if not isinstance(data, list):
        raise DecodeError("the answer is not a list, as documented", outcome="applied")
    read = reader_for(type_, converter or DEFAULT)
    return Document(
        items=tuple(value if read is None or value is None else read(value) for value in data),
        meta=parse_pagination(_raw(members.get("meta"))),
        links=parse_links(_raw(members.get("links"))),
    )


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))
