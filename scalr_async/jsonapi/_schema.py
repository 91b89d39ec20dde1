"""The schema of a resource class: its attributes and relationships, taken from its annotations.

`Ref[X]` and `Ref[X] | None` are relationships to one, `tuple[Ref[X], ...]` to many, everything
else is an attribute. A field's wire name is the kebab-case of its Python name, or the argument of
`wire()`.
"""

from __future__ import annotations

import builtins
import functools
import inspect
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import (
    Any,
    ClassVar,
    Final,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
)

import attrs
import msgspec

from scalr_async._text import shown
from scalr_async._value_class import value_class
from scalr_async._values import UNSET, Secret, conceal, plain_value, read_sensitive
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi._ref import Ref

__all__ = [
    "MARK",
    "Attribute",
    "Real",
    "Relationship",
    "Schema",
    "conceal_attributes",
    "conceal_secret_fields",
    "conceal_value",
    "holds_secrets",
    "is_nested",
    "kebab",
    "known_name",
    "known_names",
    "nested",
    "reduce_visible",
    "replace_secrets",
    "schema_of",
    "unknown_name",
    "visible_attributes",
    "wire",
    "without_none",
]

C = TypeVar("C", bound=type)

MARK: Final = "__scalr_kind__"
"""The class attribute that marks a class of the schema: `resource` or `nested`."""


class Real:
    """The original `datetime`, even while a test tool freezes the clock.

    Such a tool (freezegun) replaces `datetime` by a subclass in the namespaces of all loaded
    modules, but not in those of classes.
    """

    datetime: ClassVar[type[datetime]] = next(
        base for base in datetime.__mro__ if base.__module__ == "datetime"
    )


_SENSITIVE: Final = "sensitive"
_WIRE: Final = "wire"


def wire(name: str, *, default: Any = UNSET) -> Any:
    """Declare a field whose wire name is not the kebab-case of its Python name."""
    return attrs.field(default=default, metadata={_WIRE: name})


def conceal_secret_fields(
    _: type, fields: list[attrs.Attribute[Any]]
) -> list[attrs.Attribute[Any]]:
    """Make `Secret` fields convert plain text to a `Secret`."""
    return [
        field.evolve(converter=conceal) if Secret.__name__ in str(field.type) else field
        for field in fields
    ]


def is_nested(type_: Any) -> bool:
    """Return whether a type is the class of an object inside an attribute."""
    return isinstance(type_, type) and getattr(type_, MARK, None) == "nested"


@dataclass_transform(
    kw_only_default=True, frozen_default=True, field_specifiers=(attrs.field, wire)
)
def nested(cls: C) -> C:
    """Turn a class into one for objects inside an attribute: frozen, slotted, keyword-only."""
    freeze = attrs.frozen(
        kw_only=True, eq=False, repr=False, field_transformer=conceal_secret_fields
    )
    made = value_class(freeze(cls))
    setattr(made, MARK, "nested")
    made.__reduce__ = _reduce_nested  # type: ignore[assignment]  # bound by the class
    made.__repr__ = _show_nested  # type: ignore[assignment]  # bound by the class
    made.__rich_repr__ = visible_attributes  # type: ignore[attr-defined]  # rich calls it
    return made


def _reduce_nested(value: Any) -> tuple[Any, ...]:
    return reduce_visible(value, type(value))


def _show_nested(value: Any) -> str:
    fields = ", ".join(f"{name}={given!r}" for name, given in visible_attributes(value))
    return f"{type(value).__name__}({fields})"


def visible_attributes(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the attributes that `repr` shows: those that were sent and are not hidden."""
    for field in schema_of(type(value)).attributes.values():
        given = getattr(value, field.name, UNSET)  # a traceback may show a half-filled object
        if given is not UNSET and not field.hidden:
            yield field.name, given


def reduce_visible(value: Any, cls: Any) -> tuple[Any, ...]:
    """Pickle the fields that `repr` shows, and no others."""
    fields = attrs.fields(cls)
    return (_rebuild, (cls, {f.name: getattr(value, f.name) for f in fields if f.repr}))


def _rebuild(cls: Any, values: dict[str, Any]) -> Any:
    return cls(**values)


class Attribute(msgspec.Struct, frozen=True):
    """One attribute: its Python name, wire name and type, and whether `repr` hides it."""

    name: str
    wire: str
    type: Any
    hidden: bool = False


class Relationship(msgspec.Struct, frozen=True):
    """One relationship: its names, whether it is to many, and its target class.

    If the target's module is not imported, the class is a stub with only the right name (see
    `class_named`).
    """

    name: str
    wire: str
    many: bool
    target: type


class Schema(msgspec.Struct, frozen=True):
    """All fields of one class, by their Python names, in the order of declaration."""

    attributes: Mapping[str, Attribute]
    relationships: Mapping[str, Relationship]
    confidential: tuple[Attribute, ...]
    """The attributes that may be or contain secrets."""

    @property
    def fields(self) -> Mapping[str, Attribute | Relationship]:
        """Attributes and relationships, which share one namespace in JSON:API."""
        return {**self.attributes, **self.relationships}

    @property
    def guarded(self) -> tuple[str, ...]:
        """The attributes that the server redacts when the attribute `sensitive` is true."""
        if _SENSITIVE not in self.attributes:
            return ()
        attributes = self.attributes.values()
        return tuple(field.name for field in attributes if field.hidden or field.type is Secret)


def holds_secrets(type_: Any) -> bool:
    """Return whether values of a type may be or contain secrets."""
    if is_nested(type_):
        return bool(schema_of(type_).confidential)
    return type_ is Secret or any(map(holds_secrets, get_args(type_)))


class _Namespace(dict[str, Any]):
    """The names of a module, with an empty class for each missing name.

    A resource class needs only the names of other classes. Their modules are therefore not
    imported, and lazily importing modules (`api.Account`) are replaced by stubs.
    """

    def __init__(self, module: types.ModuleType) -> None:
        super().__init__({name: _unpatched(value) for name, value in vars(module).items()})

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name):
            raise KeyError(name)
        return _stub(name)


class _StubModule:
    """A stub of a module that imports lazily."""

    def __getattr__(self, name: str) -> Any:
        return _stub(name)


def _stub(name: str) -> type:
    return type(name, (), {})


def _unpatched(value: Any) -> Any:
    if isinstance(value, type) and issubclass(value, Real.datetime):
        return Real.datetime
    lazy = isinstance(value, types.ModuleType) and "__getattr__" in vars(value)
    return _StubModule() if lazy else value


def schema_of(cls: type) -> Schema:
    """Return the cached schema of a resource class or a nested class."""
    return _schema_of(cls)


@functools.cache
def _schema_of(cls: Any) -> Schema:
    hints: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if MARK in base.__dict__:
            names = _Namespace(sys.modules[base.__module__])
            hints |= inspect.get_annotations(base, locals=names, eval_str=True)
    attributes: dict[str, Attribute] = {}
    relationships: dict[str, Relationship] = {}
    for field in attrs.fields(cls):
        if field.name not in hints:
            continue  # `id` and `links` of the base class are not attributes
        name, wire_name = field.name, field.metadata.get(_WIRE) or kebab(field.name)
        type_ = without_none(hints[name])
        many = get_origin(type_) is tuple
        link = get_args(type_)[0] if many else type_
        if get_origin(link) is Ref:
            (target,) = get_args(link)
            relationships[name] = Relationship(name, wire_name, many, target)
        else:
            attributes[name] = Attribute(name, wire_name, type_, hidden=not field.repr)
    confidential = tuple(
        field for field in attributes.values() if field.hidden or holds_secrets(field.type)
    )
    return Schema(attributes, relationships, confidential)


def without_none(type_: Any) -> Any:
    """Return the type without `| None`; any field may be null, whatever its type says."""
    if get_origin(type_) in (Union, types.UnionType):
        members = tuple(member for member in get_args(type_) if member is not types.NoneType)
        return Union[members]  # noqa: UP007  # a union of members known at run time only
    return type_


def conceal_attributes(cls: type, sent: dict[str, Any]) -> None:
    """Replace the secret attributes of a JSON object by `Secret`s, in place."""
    schema = schema_of(cls)
    for field in schema.confidential:
        if field.wire in sent:
            value = sent[field.wire]
            value = conceal(value) if field.hidden else conceal_value(field.type, value)
            if field.name in schema.guarded:
                value = read_sensitive(value, sent.get("sensitive"))
            sent[field.wire] = value


def conceal_value(type_: Any, value: Any) -> Any:
    """Return a JSON value of a type with its secrets replaced by `Secret`s."""
    return replace_secrets(type_, value, secret=conceal, attributes=_concealed)


def _concealed(cls: type, sent: dict[str, Any]) -> dict[str, Any]:
    conceal_attributes(cls, sent)
    return sent


def replace_secrets(
    type_: Any,
    value: Any,
    *,
    secret: Callable[[Any], Any],
    attributes: Callable[[type, dict[str, Any]], dict[str, Any]],
) -> Any:
    """Return a JSON value of a type, changed by `secret` where it may be one.

    All of a value that does not have the shape of such a type may be secret. `attributes` changes
    the nested objects in it.
    """
    type_ = without_none(type_)
    if not holds_secrets(type_):
        return value
    origin, of = get_origin(type_), get_args(type_)
    if isinstance(value, dict) and is_nested(type_):
        return attributes(type_, value)
    inner = functools.partial(replace_secrets, secret=secret, attributes=attributes)
    if isinstance(value, list) and origin is tuple:
        return [inner(of[0], item) for item in value]
    if isinstance(value, dict) and origin is Mapping:
        return {key: inner(of[1], item) for key, item in value.items()}
    return secret(value)


def kebab(name: str) -> str:
    """Return the wire name of a Python name: `vcs_enabled` is `vcs-enabled`."""
    return name.replace("_", "-")


def unknown_name(name: object, possible: Iterable[str], kind: str) -> str:
    """Return the error message for an unknown name; it lists the known names, closest first."""
    import difflib  # noqa: PLC0415  # for errors only

    names = sorted(possible)
    close = difflib.get_close_matches(name, names, n=3) if isinstance(name, str) else []
    listed = ", ".join([*close, *(other for other in names if other not in close)]) or "none"
    return f"{shown(name)}: no such {kind}; there is {listed}"


def known_names(value: Any, possible: Iterable[str], kind: str) -> list[str]:
    """Return one or several Python names without repeats; refuse unknown names."""
    value = plain_value(value)
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, Iterable) or isinstance(names, bytes | Mapping):
        raise InvalidArgumentError(f"{shown(names)}: not a list of names")
    listed = dict.fromkeys(known_name(name, possible, kind) for name in names)
    return list(listed)


def known_name(name: Any, possible: Iterable[str], kind: str) -> str:
    """Return a known name as a plain `str`; members of an enumeration are accepted."""
    plain = plain_value(name)
    text = str.__str__(plain) if isinstance(plain, str) else None
    if text is None or text not in possible:
        raise InvalidArgumentError(unknown_name(name, possible, kind))
    return text
