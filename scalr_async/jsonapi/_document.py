"""The outer form of a JSON:API document, split into members that are not decoded yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Generic, Protocol, TypeVar

import msgspec

from scalr_async._values import UNSET
from scalr_async.jsonapi._json import Body, loads, repaired, undecodable
from scalr_async.jsonapi._ref import Ref
from scalr_async.jsonapi._schema import kebab

__all__ = [
    "ABSENT",
    "DecodedItem",
    "DecodedResource",
    "Document",
    "LinkedItem",
    "Pagination",
    "RawDocument",
    "RawResource",
    "Sent",
    "has_empty_list",
    "identifier",
    "make_document",
    "parse_included",
    "parse_item",
    "parse_links",
    "parse_many",
    "parse_one",
    "parse_pagination",
    "read_refs",
]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

ABSENT: Final = msgspec.Raw(b"null")
"""The value of a member that was not sent; compared by identity."""

_MAX_COUNT: Final = 2**53
"""An exclusive bound on counts; JSON readers disagree about integers from here on."""


class _Decoder(Protocol[T_co]):
    def decode(self, body: Body | msgspec.Raw, /) -> T_co: ...


class Sent(msgspec.Struct, gc=False):
    """Content from a server, which may contain secrets: `repr` shows nothing of it."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} as sent>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Yield nothing for rich to show."""
        return []


class RawResource(Sent, gc=False):
    """A resource object whose members are still JSON."""

    id: str = UNSET
    type: str = UNSET
    attributes: msgspec.Raw = ABSENT
    relationships: msgspec.Raw = ABSENT
    links: msgspec.Raw = ABSENT
    meta: msgspec.Raw = ABSENT


class _Item(Sent, gc=False):
    """An item of a list with its decoded attributes in `sent`.

    The codec takes the attributes and replaces them in `sent` by the item's JSON, which is parsed
    again if what was decoded is requested as JSON (by `raw()`).
    """

    id: str = UNSET
    type: str = UNSET
    links: msgspec.Raw = ABSENT
    meta: msgspec.Raw = ABSENT
    sent: Any = None  # typed in each class's struct; its wire name is `attributes`

    @property
    def attributes(self) -> msgspec.Raw:
        """The attributes as they were sent."""
        return parse_item(self.sent).attributes


class DecodedItem(_Item, gc=False):
    """An item whose relationships are still JSON."""

    relationships: msgspec.Raw = ABSENT


class LinkedItem(_Item, gc=False):
    """An item with some of its relationships decoded, in `linked` until the codec takes them."""

    linked: Any = None  # typed in each class's struct; its wire name is `relationships`

    @property
    def relationships(self) -> msgspec.Raw:
        """All relationships as they were sent."""
        return parse_item(self.sent).relationships


class DecodedResource(DecodedItem, gc=False):
    """The only resource object of a document; `sent` is finally the JSON of the whole document.

    Parsing once instead of twice saves 6 % of the instructions of a `get()`, and 5 % of those of a
    link.
    """

    @property
    def attributes(self) -> msgspec.Raw:
        """The attributes as they were sent."""
        return parse_one(self.sent)[0].attributes


class _LooseResource(RawResource, gc=False):
    id: Any = UNSET
    type: Any = UNSET


class _One(Sent, gc=False):
    data: RawResource | None = UNSET
    included: msgspec.Raw = ABSENT


class _LooseOne(_One, gc=False):
    data: _LooseResource | None = UNSET  # pyright: ignore[reportIncompatibleVariableOverride]  # read only


class RawDocument(Sent, gc=False):
    """A document whose primary data is a list of resource objects."""

    data: list[RawResource] | None = UNSET
    included: msgspec.Raw = ABSENT
    links: msgspec.Raw = ABSENT
    meta: msgspec.Raw = ABSENT


class _LooseDocument(RawDocument, gc=False):
    data: list[_LooseResource] | None = UNSET  # type: ignore[assignment]  # read only


_one: Final[_Decoder[_One]] = msgspec.json.Decoder(_One)
_decode_loose_one: Final[_Decoder[_One]] = msgspec.json.Decoder(_LooseOne)
_many: Final[_Decoder[RawDocument]] = msgspec.json.Decoder(RawDocument)
_decode_loose_many: Final[_Decoder[RawDocument]] = msgspec.json.Decoder(_LooseDocument)
_decode_resources: Final = msgspec.json.Decoder(list[RawResource] | None)
_decode_item: Final = msgspec.json.Decoder(RawResource)
_decode_loose: Final = msgspec.json.Decoder(_LooseResource)


def parse_one(body: Body) -> tuple[RawResource, msgspec.Raw]:
    """Return the resource object of a document with one resource, and its `included`."""
    document = _parse(body, _one, _decode_loose_one)
    if document.data is UNSET or document.data is None:
        raise undecodable("it has no primary data")
    return document.data, document.included


def parse_many(body: Body) -> RawDocument:
    """Parse the members of a document with a list of resources; `data` may be null."""
    document = _parse(body, _many, _decode_loose_many)
    if document.data is UNSET:
        raise undecodable("it has no primary data")
    return document


def has_empty_list(body: Body) -> bool:
    """Return whether a body is a document whose primary data is an empty list."""
    try:
        return _many.decode(body).data == []
    except (ValueError, RecursionError):
        return False


def parse_item(body: msgspec.Raw) -> RawResource:
    """Return the resource object of its own JSON; raises the errors of msgspec for anything else.

    An id that is not a string is kept as sent, in an object of a subclass.
    """
    try:
        return _decode_item.decode(body)
    except msgspec.ValidationError:
        return _decode_loose.decode(body)


def parse_included(raw: msgspec.Raw) -> list[RawResource]:
    """Return the resource objects in `included`.

    Members without a valid type and id are left out, because no `Ref` can find them.
    """
    try:
        return _decode_resources.decode(raw) or []
    except (ValueError, RecursionError):
        return _loose_resources(loads(raw))


def _loose_resources(included: Any) -> list[RawResource]:
    objects = (
        [item for item in included if isinstance(item, dict)] if isinstance(included, list) else []
    )
    raws = [_decode_loose.decode(msgspec.json.encode(item)) for item in objects]
    for raw in raws:
        raw.id = identifier(raw.id)
    return [raw for raw in raws if isinstance(raw.id, str) and isinstance(raw.type, str)]


def identifier(value: Any) -> Any:
    """Return a value as an id: an integer as its digits, `UNSET` for a value that cannot be one."""
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
        problem = str(error)  # not chained, as in `loads`
    raise undecodable(problem)


_Count = Annotated[int, msgspec.Meta(ge=0, lt=_MAX_COUNT)]


class Pagination(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """The numbers of `meta.pagination`; None for each that is null or not a count.

    Attributes:
        current_page: the number of this page, from 1.
        page_size: the number of items on a full page.
        prev_page: the number of the page before this one, None if there is none, `UNSET` if it was
            not sent, and 0, which is no page, for anything else.
        next_page: the number of the page after this one, likewise.
        total_pages: the number of pages.
        total_count: the number of items.
    """

    current_page: _Count | None = None
    page_size: _Count | None = None
    prev_page: _Count | None = UNSET
    next_page: _Count | None = UNSET
    total_pages: _Count | None = None
    total_count: _Count | None = None


class _Meta(Sent, gc=False):
    pagination: Pagination | None = None


_decode_meta: Final = msgspec.json.Decoder(_Meta | None).decode


class Document(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A decoded list.

    Attributes:
        items: the items of the list.
        meta: the server's numbers, None if it sent none.
        links: the links of the list.
        is_list: False if the server sent null in place of the list; then `items` is empty, which
            does not prove that the list is.
    """

    items: tuple[T, ...]
    meta: Pagination | None
    links: Mapping[str, Any]
    is_list: bool = True


def make_document(items: Iterable[T], raw_document: RawDocument) -> Document[T]:
    """Create a document from its items and the numbers and links of the raw document."""
    return Document(
        items=tuple(items),
        meta=parse_pagination(raw_document.meta),
        links=parse_links(raw_document.links),
        is_list=raw_document.data is not None,
    )


def parse_pagination(meta: msgspec.Raw) -> Pagination | None:
    """Return the pagination numbers in a document's `meta`, None if it has none."""
    try:
        known = _decode_meta(meta)
    except (ValueError, RecursionError):
        return _parse_odd_pagination(loads(meta))
    return None if known is None else known.pagination


def _parse_odd_pagination(meta: Any) -> Pagination | None:
    numbers = meta.get("pagination") if isinstance(meta, dict) else None
    if not isinstance(numbers, dict):
        return None
    names = {name: kebab(name) for name in Pagination.__struct_fields__}
    counts: dict[str, Any] = {name: _count(numbers.get(key)) for name, key in names.items()}
    for name in ("prev_page", "next_page"):
        if counts[name] is None:
            sent = numbers.get(names[name], UNSET)
            counts[name] = sent if sent in (None, UNSET) else 0
    return Pagination(**counts)


def _count(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < _MAX_COUNT else None


def parse_links(links: msgspec.Raw) -> Mapping[str, Any]:
    """Return the links of a document or a resource object; empty if they are not an object."""
    value = None if links is ABSENT else loads(links)
    return value if isinstance(value, dict) else {}


def read_refs(body: Body) -> Document[Ref[Any]]:
    """Read the refs that a relationship endpoint lists; items without type or id are left out."""
    raw_document = parse_many(body)
    refs = [(raw.type, identifier(raw.id)) for raw in raw_document.data or ()]
    items: list[Ref[Any]] = [Ref(type_, id_) for type_, id_ in refs if UNSET not in (type_, id_)]
    return make_document(items, raw_document)
