"""Compiled decoders from JSON to objects: wire structs for msgspec, a fill function per class.

The source of a fill function is a list of assignments, generated from the field names of a class.
Filling an open twin (a subclass with assignable fields) and then changing its class to the frozen
original takes a quarter of the time of a frozen `__init__`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Literal, get_args, get_origin

import cattrs
import msgspec

from scalr_async._values import UNSET, Secret, read_secret, read_sensitive
from scalr_async.jsonapi._converter import NestedReader, Reader, read_datetime, reader_for
from scalr_async.jsonapi._document import (
    ABSENT,
    DecodedItem,
    DecodedResource,
    LinkedItem,
    Sent,
)
from scalr_async.jsonapi._ref import IncludedRef, Ref
from scalr_async.jsonapi._schema import (
    Attribute,
    Real,
    Relationship,
    is_nested,
    schema_of,
    without_none,
)

__all__ = [
    "ToMany",
    "ToOne",
    "attributes_struct",
    "item_filler",
    "item_struct",
    "relationships_filler",
    "relationships_struct",
    "resource_filler",
    "single_document_struct",
]

_LINK = "IncludedRef(value.type, value.id, included)"
_SHARED_LINK = "(refs.get((value.type, value.id)) or link(value))"
_SCALARS = frozenset({str, int, float, bool})


class ToOne(Sent, gc=False):
    """A to-one relationship on the wire."""

    data: Ref[Any] | None = UNSET


class ToMany(Sent, gc=False):
    """A to-many relationship on the wire."""

    data: tuple[Ref[Any], ...] | None = UNSET


def attributes_struct(
    cls: type, converter: cattrs.Converter
) -> tuple[type[msgspec.Struct], dict[str, Reader]]:
    """Create the wire struct of a class's attributes, and readers for attributes that need one."""
    attributes = schema_of(cls).attributes.values()
    readers: dict[str, Reader] = {}
    types: dict[str, Any] = {}
    for attribute in attributes:
        types[attribute.name], read = _wire_type(attribute.type, converter)
        if read is not None:
            readers[attribute.name] = read
    return _struct(cls, attributes, types), readers


def relationships_struct(cls: type, names: Iterable[str]) -> type[msgspec.Struct]:
    """Create the wire struct of some of a class's relationships."""
    relationships = [schema_of(cls).relationships[name] for name in names]
    types = {field.name: ToMany if field.many else ToOne for field in relationships}
    return _struct(cls, relationships, types)


def single_document_struct(attributes: type[msgspec.Struct]) -> type[msgspec.Struct]:
    """Create the wire struct of a document with one resource from its attributes' struct."""
    raw = _decoded_struct(DecodedResource, {"sent": (attributes, "attributes")})
    members = [("data", raw | None, UNSET), ("included", msgspec.Raw, ABSENT)]
    return msgspec.defstruct("Document", members, bases=(Sent,), gc=False)


def item_struct(
    attributes: type[msgspec.Struct], relationships: type[msgspec.Struct] | None
) -> type[msgspec.Struct]:
    """Create the wire struct of an item of a list; without `relationships` these stay JSON."""
    sent = {"sent": (attributes, "attributes")}
    if relationships is None:
        return _decoded_struct(DecodedItem, sent)
    return _decoded_struct(LinkedItem, {**sent, "linked": (relationships, "relationships")})


def _decoded_struct(
    base: type[Sent], members: Mapping[str, tuple[type[msgspec.Struct], str]]
) -> type[msgspec.Struct]:
    """Create a struct from its base, and the type and wire name of each member it decodes."""
    return msgspec.defstruct(
        base.__name__,
        [(name, type_ | None, None) for name, (type_, _) in members.items()],
        bases=(base,),
        rename={name: wire for name, (_, wire) in members.items()},
        gc=False,
    )


def _struct(
    cls: type, fields: Iterable[Attribute | Relationship], types: Mapping[str, Any]
) -> type[msgspec.Struct]:
    return msgspec.defstruct(
        cls.__name__,
        [(field.name, types[field.name] | None, UNSET) for field in fields],
        bases=(Sent,),
        rename={field.name: field.wire for field in fields},
        gc=False,  # short-lived, and cannot be part of a reference cycle
    )


def _wire_type(type_: Any, converter: cattrs.Converter) -> tuple[Any, Reader | None]:
    """Return the type for msgspec to decode, and the reader that converts the result, or None."""
    type_ = without_none(type_)
    origin, arguments = get_origin(type_) or type_, get_args(type_)
    if origin in _SCALARS:
        return type_, None
    if origin is Literal:  # the server may know further members
        (kind, *others) = {type(value) for value in arguments}
        return (Any if others else kind), None
    if origin is tuple:
        item, read = _wire_type(arguments[0], converter)
        return tuple[item, ...], _each_item(read)  # type: ignore[valid-type]  # known at run time
    if isinstance(origin, type) and issubclass(origin, Mapping) and arguments:
        item, read = _wire_type(arguments[1], converter)
        return dict[str, item], _each_value(read)  # type: ignore[valid-type]  # known at run time
    if origin is Real.datetime or origin is Secret or is_nested(origin):
        return _hooked_wire_type(type_, converter)
    return Any, reader_for(type_, converter)


def _hooked_wire_type(type_: Any, converter: cattrs.Converter) -> tuple[Any, Reader | None]:
    """Let msgspec decode types without a hook of the user."""
    hook = converter.get_structure_hook(type_)
    if hook is read_datetime:
        return Annotated[Real.datetime, msgspec.Meta(tz=True)], None
    if hook is read_secret:
        return str, read_secret
    if isinstance(hook, NestedReader):
        struct, readers = attributes_struct(type_, converter)
        return struct, _nested_filler(type_, readers)
    return Any, reader_for(type_, converter)


def _each_item(read: Reader | None) -> Reader | None:
    return None if read is None else lambda items: tuple(map(read, items))


def _each_value(read: Reader | None) -> Reader | None:
    return None if read is None else lambda items: {key: read(items[key]) for key in items}


def _open_twin(cls: type) -> type:
    """Create a subclass of a frozen class with assignable fields and the same memory layout."""
    members = {
        "__slots__": (),
        "__init__": object.__init__,
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
    }
    return type(cls.__name__, (cls,), members)


def _nested_filler(cls: type, readers: Mapping[str, Reader]) -> Reader:
    body = [
        "self = Twin()",
        *_attribute_lines(cls, readers),
        "self.__class__ = Class",
        "return self",
    ]
    return _function(cls, "sent", body, _reading(readers))


def resource_filler(cls: type, readers: Mapping[str, Reader]) -> Callable[[Any, Any, Any], Any]:
    """Return `fill(raw, sent, loader)`: create a resource from its object and attributes' struct.

    The JSON in `raw` is copied, because otherwise the resource would keep the whole page alive.
    """
    copied = ("attributes", "relationships", "links", "meta")
    body = [
        "self = Twin()",
        *(f"raw.{name} = raw.{name}.copy()" for name in copied),  # ABSENT is its own copy
        "self._raw = raw",
        "self._loader = loader",
        "self.id = raw.id",
        *_attribute_lines(cls, readers),
        "self.__class__ = Class",
        "return self",
    ]
    return _function(cls, "raw, sent, loader", body, _reading(readers))


def item_filler(
    cls: type,
    readers: Mapping[str, Reader],
    nothing: msgspec.Struct,
    group: tuple[Iterable[str], msgspec.Struct] | None = None,
    *,
    linked: bool = False,
) -> Callable[..., Any]:
    """Return `fill(raw, json, loader, refs, link)`: create a resource from its decoded object.

    The resource keeps `json`. `nothing` replaces attributes that were not sent. `group` is the
    names of the relationships that the struct decodes, and what replaces them if none were sent.
    With `linked` the refs are those in `refs`, by type and id, to which `link` adds a missing one.
    """
    body = [
        "self = Twin()",
        "sent = raw.sent",
        "if sent is None: sent = nothing",
        "raw.sent = json",
        "self._raw = raw",
        "self._loader = loader",
        "self.id = raw.id",
        *_attribute_lines(cls, readers),
    ]
    names: dict[str, Any] = {"nothing": nothing}
    if group is not None:
        relationships, names["unlinked"] = group
        body += ["sent = raw.linked", "if sent is None: sent = unlinked", "raw.linked = None"]
        body += _relationship_lines(cls, relationships, _SHARED_LINK if linked else None)
    body += ["self.__class__ = Class", "return self"]
    return _function(cls, "raw, json, loader, refs, link", body, {**_reading(readers), **names})


def relationships_filler(cls: type, names: Iterable[str], *, linked: bool) -> Callable[..., None]:
    """Return `fill(self, sent, included, loader)`: set some relationships from their struct.

    With `linked` the refs find their resources in `included`. `loader` loads the relationships that
    remain.
    """
    lines = _relationship_lines(cls, names, _LINK if linked else None)
    body = ["Object.__setattr__(self, '__class__', Twin)", "try:"]
    body += [f"    {line}" for line in lines]
    body += ["    self._loader = loader", "finally:", "    self.__class__ = Class"]
    return _function(cls, "self, sent, included, loader", body, {})


def _relationship_lines(cls: type, names: Iterable[str], link: str | None) -> list[str]:
    """Return lines that set relationships; one that was sent is truthy, `None` and `UNSET` falsy.

    `link` is an expression for the ref to use in place of `value`.
    """
    lines: list[str] = []
    for name in names:
        many = schema_of(cls).relationships[name].many
        lines += [f"value = sent.{name}", "if value: value = value.data"]
        if link is not None:
            refs = f"tuple([{link} for value in value])" if many else link
            lines += [f"if value: value = {refs}"]
        nowhere = "() if value is None else " if many else ""
        lines += [f"self.{name} = {nowhere}value"]
    return lines


def _attribute_lines(cls: type, readers: Mapping[str, Reader]) -> list[str]:
    lines: list[str] = []
    for name in schema_of(cls).attributes:
        if name in readers:
            # No local variable holds the value, which may be a secret.
            lines += [
                f"if sent.{name} is None or sent.{name} is UNSET: self.{name} = sent.{name}",
                f"else: self.{name} = read_{name}(sent.{name})",
            ]
        else:
            lines.append(f"self.{name} = sent.{name}")
    guarded = schema_of(cls).guarded
    return lines + [f"self.{name} = guard(self.{name}, sent.sensitive)" for name in guarded]


def _reading(readers: Mapping[str, Reader]) -> dict[str, Any]:
    return {f"read_{name}": read for name, read in readers.items()}


def _function(
    cls: type, parameters: str, body: Iterable[str], names: Mapping[str, Any]
) -> Callable[..., Any]:
    """Compile a function of assignments; every field in it is one of the class."""
    known = {"Class": cls, "Twin": _open_twin(cls), "UNSET": UNSET, "Object": object, **names}
    known |= {"IncludedRef": IncludedRef, "guard": read_sensitive}
    source = "\n    ".join([f"def fill({parameters}):", *body])
    exec(compile(source, f"<filler of {cls.__name__}>", "exec"), known)  # noqa: S102  # as attrs does
    fill: Callable[..., Any] = known["fill"]
    return fill
