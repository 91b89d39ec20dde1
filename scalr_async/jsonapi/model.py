"""Resource classes: `Resource`, the decorators that make them, and what a call takes for an id."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Final,
    TypeAlias,
    TypeVar,
    dataclass_transform,
    get_args,
    get_origin,
)

import attrs

from scalr_async._text import printable, shown
from scalr_async._values import UNSET, Secret, conceal, read_secret, read_sensitive
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi.document import ABSENT, Head, WholeHead, loads, read_links
from scalr_async.jsonapi.plain import plain_attributes, plain_relationships, plain_values
from scalr_async.jsonapi.ref import Ref
from scalr_async.jsonapi.schema import (
    MARK,
    concealed,
    is_nested,
    nested,
    reduce_shown,
    schema_of,
    shown_attributes,
    wire,
)

__all__ = [
    "Identity",
    "Nested",
    "R",
    "Ref",
    "Resource",
    "Source",
    "UnknownResource",
    "class_for",
    "class_named",
    "conceal_attributes",
    "concealed_value",
    "described",
    "filling",
    "identify",
    "nested",
    "plain_id",
    "register_loader",
    "resource",
    "wire",
]

C = TypeVar("C", bound=type)
R = TypeVar("R", bound="Resource")

_LONGEST_ID: Final = 128
_NOT_IN_IDS: Final = re.compile(r"[^!-~]|[/\\\\?#%]")

plain_id: Final = re.compile(r"[A-Za-z0-9_-]{1,128}").fullmatch
"""Tells ids that need no encoding; nearly all are such."""

filling: Final = threading.RLock()
"""Held while relationships are filled: the resource has another class then."""

_classes: Final[dict[str, type[Resource]]] = {}
_names: Final[dict[str, type[Resource]]] = {}
_loaders: Final[list[Callable[[str], type[Resource] | None]]] = []


class Nested:
    """The base of objects inside an attribute."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that the server sent as plain values, as `Resource.to_dict` does."""
        return plain_attributes(self)


class Source:
    """The source of a resource's relationships, which are read on first use."""

    __slots__ = ()

    def complete(self, resource: Any, name: str) -> None:
        """Fill the relationship of that name, and any others that are empty."""
        raise NotImplementedError


class _State:
    """The state of a resource beside its fields: the answer it came from."""

    __slots__ = ("__weakref__", "_head", "_source")

    _head: Head | WholeHead
    _source: Source | None


@dataclass_transform(kw_only_default=True, frozen_default=True, eq_default=False)
def _base(cls: C) -> C:
    # Not frozen itself: only then may the codec fill subclasses at the speed of plain slots.
    return attrs.define(kw_only=True, eq=False, repr=False, weakref_slot=False)(cls)


@_base
class Resource(_State):
    """One object of the API: flat, typed, immutable.

    A field that the server did not send is `UNSET`. Two resources are equal when they are of one
    class and all their fields are; the hash is that of type and id. `repr` shows the attributes,
    pickles hold no secrets.
    """

    type: ClassVar[str] = ""
    """The JSON:API type, as it stands on the wire."""

    id: str
    """The server's name for the object, unique within its type."""

    links: Mapping[str, Any] = UNSET
    """The links that the server sent; `self` is the object's own path."""

    def raw(self) -> dict[str, Any]:
        """Return the resource object as the server sent it, unknown attributes included.

        Secret values are `Secret`, equal to what was sent. An object that no server sent has
        type and id only.
        """
        head: Head | WholeHead | None = getattr(self, "_head", None)
        if head is None:
            return {"type": self.type, "id": self.id}
        members = ("type", "id", "attributes", "relationships", "links", "meta")
        sent = {name: getattr(head, name) for name in members}
        document = {
            name: loads(value) if name not in ("type", "id") else value
            for name, value in sent.items()
            if value is not ABSENT and value is not UNSET
        }
        if isinstance(document.get("attributes"), dict):
            conceal_attributes(type(self), document["attributes"])
        return document

    def to_dict(self, *, include: str | Iterable[str] = ()) -> dict[str, Any]:
        """Return the resource as plain values, for `json.dumps` and its like.

        It has `type`, `id`, and by their Python names all attributes and relationships that the
        server sent: times as ISO 8601 texts, secrets as `<redacted>`, a `Ref` as its type and id.
        `include` names relationships whose resources stand in place of their refs where the answer
        included them. There are no `links`, some of which are credentials; `raw()` has them.

        Raises `InvalidArgumentError` for a name in `include` that is no relationship.
        """
        named = plain_values({"type": self.type, "id": self.id})
        return named | plain_attributes(self) | plain_relationships(self, include)

    if not TYPE_CHECKING:  # pragma: no branch  # a checker that saw it would accept any name

        def __getattr__(self, name: str) -> Any:
            # Relationships are slots left empty until somebody asks for one of them, and so is
            # `links`, for itself.
            if name == "links" and (head := getattr(self, "_head", None)) is not None:
                links = UNSET if head.links is ABSENT else read_links(head.links)
                object.__setattr__(self, name, links)
                return links
            source = None if name[0] == "_" else getattr(self, "_source", None)
            if source is None:  # no such name, or another thread has filled it meanwhile
                return object.__getattribute__(self, name)
            source.complete(self, name)
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
        fields = "".join(f", {name}={given!r}" for name, given in shown_attributes(self))
        return f"{type(self).__name__}(id={self.id!r}{fields})"

    def __rich_repr__(self) -> Iterator[tuple[str, Any]]:
        yield "id", self.id
        yield from shown_attributes(self)

    def __copy__(self) -> Resource:
        return self

    def __deepcopy__(self, memo: object) -> Resource:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return reduce_shown(self, _class_of(self))


def _class_of(value: object) -> type:
    """Return the class of a value, though another thread may be filling it."""
    with filling:
        return type(value)


@dataclass_transform(
    kw_only_default=True,
    frozen_default=True,
    eq_default=False,
    field_specifiers=(attrs.field, wire),
)
def resource(type_: str) -> Callable[[C], C]:
    """Make a class the resource class of a JSON:API type: frozen, slotted, keyword-only."""

    def decorate(cls: C) -> C:
        freeze = attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=concealed)
        made = freeze(cls)
        made.type = type_  # type: ignore[attr-defined]  # a resource class has it
        setattr(made, MARK, "resource")
        _classes[type_] = _names[made.__name__] = made
        return made

    return decorate


@attrs.frozen(kw_only=True, eq=False, repr=False)
class UnknownResource(Resource):
    """An included resource of a type that this library has no class for; see `raw()`."""

    if not TYPE_CHECKING:  # pragma: no branch  # a class variable everywhere else

        @property
        def type(self) -> str:
            """The JSON:API type, as it stands on the wire; empty after a pickle."""
            head = getattr(self, "_head", None)
            return "" if head is None else head.type


Identity: TypeAlias = str | Ref[R] | R
"""An object as calls take it: its id, a `Ref` to it, or the object itself."""


def register_loader(load: Callable[[str], type[Resource] | None]) -> None:
    """Have classes imported on first use.

    `load` is asked with a JSON:API type (`agent-pools`) or a class name (`AgentPool`), and
    answers the class, None when there is none.
    """
    _loaders.append(load)


def class_for(type_: str) -> type[Resource] | None:
    """Return the class of a JSON:API type, None when there is none."""
    return _classes.get(type_) or _load(type_)


def class_named(name: str) -> type[Resource] | None:
    """Return the class with a name: a `Ref[AgentPool]` whose module was not imported."""
    return _names.get(name) or _load(name)


def _load(name: str) -> type[Resource] | None:
    return next((found for load in _loaders if (found := load(name)) is not None), None)


def identify(value: object, type_: str | None) -> str:
    r"""Return the id in an id, a `Ref` or a resource; refuse what cannot be the id of a `type_`.

    Raises:
        InvalidArgumentError: The id is empty, longer than 128 characters, `.` or `..`, or holds
            spaces, controls, non-ASCII characters or one of `/ \ ? # %`; a `Ref` or resource is
            of another type; the value is neither of these.
    """
    if type(value) is str and plain_id(value):
        return value
    if isinstance(value, _OBJECTS):
        if type_ is not None and value.type != type_:
            raise _not_an_id(described(value), type_)
        value = value.id
    if not isinstance(value, str) or not value or isinstance(value, Secret):
        raise _not_an_id(shown(value), type_)
    text = str.__str__(value)  # of a member of an enumeration, its value
    if len(text) > _LONGEST_ID or text in (".", "..") or _NOT_IN_IDS.search(text):
        raise _not_an_id(shown(text), type_)
    return text


_OBJECTS: Final = (Ref, Resource)


def described(value: Ref[Any] | Resource) -> str:
    """Return type and id for an error: `tags 'tag-1'`; nobody checks a `Ref` made by hand."""
    kind: Any = value.type
    kind = printable(kind, _LONGEST_ID) if isinstance(kind, str) else shown(kind)
    return f"{kind} {shown(value.id)}"


def _not_an_id(shown: str, type_: str | None) -> InvalidArgumentError:
    wanted = f"the id of one of {type_}" if type_ else "an id"
    return InvalidArgumentError(f"{shown}: not {wanted}")


def _fields(cls: Any) -> tuple[attrs.Attribute[Any], ...]:
    fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(cls)
    return fields


def conceal_attributes(cls: type, sent: dict[str, Any]) -> None:
    """Make the secret values among the attributes of a JSON object `Secret`s."""
    schema = schema_of(cls)
    for field in schema.secretive:
        if field.wire in sent:
            value = sent[field.wire]
            value = conceal(value) if field.hidden else concealed_value(field.type, value)
            if field.name in schema.guarded:
                value = read_sensitive(value, sent.get("sensitive"))
            sent[field.wire] = value


def concealed_value(type_: Any, value: Any) -> Any:
    """Return a JSON value of a type with the secrets in it as such."""
    if type_ is Secret:
        return read_secret(value)
    if get_origin(type_) is tuple and isinstance(value, list):
        return [concealed_value(get_args(type_)[0], item) for item in value]
    if isinstance(value, dict) and is_nested(type_):
        conceal_attributes(type_, value)
    elif isinstance(value, dict) and get_origin(type_) is Mapping:
        return {key: concealed_value(get_args(type_)[1], item) for key, item in value.items()}
    return value
