"""The outer form of a JSON:API document, split into its members without looking into them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Generic, Protocol, TypeVar

import attrs
import msgspec

from scalr_async._values import UNSET
from scalr_async.jsonapi._json import Body, loads, repaired, undecodable
from scalr_async.jsonapi._ref import Ref
from scalr_async.jsonapi._schema import kebab

__all__ = [
    "ABSENT",
    "Document",
    "Envelope",
    "Head",
    "Pagination",
    "Sent",
    "WholeHead",
    "document",
    "identifier",
    "read_included",
    "read_links",
    "read_many",
    "read_one",
    "read_pagination",
    "read_refs",
]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

ABSENT: Final = msgspec.Raw(b"null")
"""A member that was not sent; recognised by identity."""

_UNBELIEVABLE: Final = 2**53
"""No count of anything: the first integer that JSON readers disagree about."""


class _Decoder(Protocol[T_co]):
    def decode(self, body: Body | msgspec.Raw, /) -> T_co: ...


class Sent(msgspec.Struct, gc=False):
    """Content from a server, with a `repr` that shows none of it: it may hold secrets."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} as sent>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Show nothing to rich either."""
        return []


class Head(Sent, gc=False):
    """A resource object whose members are still JSON."""

    id: str = UNSET
    type: str = UNSET
    attributes: msgspec.Raw = ABSENT
    relationships: msgspec.Raw = ABSENT
    links: msgspec.Raw = ABSENT
    meta: msgspec.Raw = ABSENT


class WholeHead(Sent, gc=False):
    """A resource object that is its document's only one, with its attributes decoded: `sent`.

    Whoever takes them leaves the document in their place. It is cut again when somebody asks for
    `attributes` as JSON, which hardly anybody does.
    """

    id: str = UNSET
    type: str = UNSET
    relationships: msgspec.Raw = ABSENT
    links: msgspec.Raw = ABSENT
    meta: msgspec.Raw = ABSENT
    sent: Any = None  # has a type in the struct of each class, and is `attributes` on the wire

    @property
    def attributes(self) -> msgspec.Raw:
        """The attributes as they were sent."""
        return read_one(self.sent)[0].attributes


class _LooseHead(Head, gc=False):
    id: Any = UNSET
    type: Any = UNSET


class _One(Sent, gc=False):
    data: Head | None = UNSET
    included: msgspec.Raw = ABSENT


class _LooseOne(_One, gc=False):
    data: _LooseHead | None = UNSET  # pyright: ignore[reportIncompatibleVariableOverride]  # read only


class Envelope(Sent, gc=False):
    """A document whose primary data is a list of resource objects."""

    data: list[Head] | None = UNSET
    included: msgspec.Raw = ABSENT
    links: msgspec.Raw = ABSENT
    meta: msgspec.Raw = ABSENT


class _LooseEnvelope(Envelope, gc=False):
    data: list[_LooseHead] | None = UNSET  # type: ignore[assignment]  # read only


_one: Final[_Decoder[_One]] = msgspec.json.Decoder(_One)
_loose_one: Final[_Decoder[_One]] = msgspec.json.Decoder(_LooseOne)
_many: Final[_Decoder[Envelope]] = msgspec.json.Decoder(Envelope)
_loose_many: Final[_Decoder[Envelope]] = msgspec.json.Decoder(_LooseEnvelope)
_heads: Final = msgspec.json.Decoder(list[Head] | None)
_loose_head: Final = msgspec.json.Decoder(_LooseHead)


def read_one(body: Body) -> tuple[Head, msgspec.Raw]:
    """Cut a document with one resource into that resource and `included`."""
    document = _parse(body, _one, _loose_one)
    if document.data is UNSET or document.data is None:
        raise undecodable("it has no primary data")
    return document.data, document.included


def read_many(body: Body) -> Envelope:
    """Cut a document with a list of resources into its members; `data` may be null."""
    document = _parse(body, _many, _loose_many)
    if document.data is UNSET:
        raise undecodable("it has no primary data")
    return document


def read_included(raw: msgspec.Raw) -> list[Head]:
    """Cut `included` into resource objects.

    What is not a resource object with type and id is left out: no `Ref` leads there.
    """
    try:
        return _heads.decode(raw) or []
    except (ValueError, RecursionError):
        return _loose_heads(loads(raw))


def _loose_heads(included: Any) -> list[Head]:
    objects = (
        [item for item in included if isinstance(item, dict)] if isinstance(included, list) else []
    )
    heads = [_loose_head.decode(msgspec.json.encode(item)) for item in objects]
    for head in heads:
        head.id = identifier(head.id)
    return [head for head in heads if isinstance(head.id, str) and isinstance(head.type, str)]


def identifier(value: Any) -> Any:
    """Return the id that a value stands for: a number's digits; `UNSET` when it can be none."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else UNSET


def _parse(body: Body, decoder: _Decoder[T], loose: _Decoder[T]) -> T:
    try:
        return decoder.decode(body)
    except (ValueError, RecursionError):
        pass
    try:
        return loose.decode(repaired(body).encode())
    except (ValueError, RecursionError) as error:
        raise undecodable(str(error)) from None


@attrs.frozen(kw_only=True)
class Pagination:
    """The numbers of `meta.pagination`; None for what was null or is not a count."""

    current_page: int | None = None
    page_size: int | None = None
    prev_page: int | None = None
    next_page: int | None = None
    total_pages: int | None = None
    total_count: int | None = None


_PAGINATION_KEYS: Final = tuple((name, kebab(name)) for name in attrs.fields_dict(Pagination))


@attrs.frozen(kw_only=True)
class Document(Generic[T]):
    """A page as it came: its items, the server's numbers (None without any), its links."""

    items: tuple[T, ...]
    meta: Pagination | None
    links: Mapping[str, Any]
    is_list: bool = True
    """False if null came in place of the list: it reads as empty, and proves nothing."""


def document(items: Iterable[T], envelope: Envelope) -> Document[T]:
    """Return a page of items with what its document says besides."""
    return Document(
        items=tuple(items),
        meta=read_pagination(envelope.meta),
        links=read_links(envelope.links),
        is_list=envelope.data is not None,
    )


def read_pagination(meta: msgspec.Raw) -> Pagination | None:
    """Return the numbers of a document's `meta`, as far as they are numbers of something."""
    value = loads(meta)
    numbers = value.get("pagination") if isinstance(value, dict) else None
    if not isinstance(numbers, dict):
        return None
    return Pagination(**{name: _count(numbers.get(key)) for name, key in _PAGINATION_KEYS})


def _count(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < _UNBELIEVABLE else None


def read_links(links: msgspec.Raw) -> Mapping[str, Any]:
    """Return the links of a document or a resource object; empty when they are no object."""
    value = None if links is ABSENT else loads(links)
    return value if isinstance(value, dict) else {}


def read_refs(body: Body) -> Document[Ref[Any]]:
    """Read what a relationship endpoint lists; an item without type or id is left out."""
    envelope = read_many(body)
    refs = [(head.type, identifier(head.id)) for head in envelope.data or ()]
    items: list[Ref[Any]] = [Ref(type_, id_) for type_, id_ in refs if UNSET not in (type_, id_)]
    return document(items, envelope)
