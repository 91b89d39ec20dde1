"""What a module is made of, resolved: every name and every annotation is settled here."""

from __future__ import annotations

from typing import Literal

import attrs

__all__ = ["Alias", "Bag", "Call", "Field", "Kind", "Module", "Pairs", "Record", "Type"]

Kind = Literal[
    "act", "change_refs", "create", "csv", "delete", "do", "download", "get", "json", "list",
    "list_refs", "list_values", "location", "log", "text", "update", "value", "values",
]  # fmt: skip
"""What an operation does: the name of the helper of `Collection` that its function returns."""

Pairs = tuple[tuple[str, str], ...]
"""Names with their annotations, or with their values as source text."""


@attrs.frozen
class Type:
    """An annotation for reading, one for writing."""

    read: str
    write: str


@attrs.frozen(kw_only=True)
class Field:
    """One attribute or relationship, of a resource or of an object inside one."""

    name: str
    wire: str
    type: Type
    required: bool
    writable: bool
    hidden: bool = False
    about: str = ""


@attrs.frozen
class Record:
    """An attrs class: a resource (`wire` is its type) or an object inside one."""

    name: str
    about: str
    fields: tuple[Field, ...]
    wire: str = ""


@attrs.frozen
class Bag:
    """A TypedDict: what a call takes, or the dict form of an object."""

    name: str
    about: str
    items: Pairs = ()
    base: str = "TypedDict"


@attrs.frozen
class Alias:
    """A Literal."""

    name: str
    values: tuple[str | int, ...]


@attrs.frozen(kw_only=True)
class Call:
    """One function of a collection, and the `Operation` it is made with, as source text.

    `signature` holds its parameters after self, `ids` the arguments for the path, `passed` what
    the helper is given after these, `route` the arguments of the `Operation`, `answers` what that
    answers: one item of a list. `shares` names the function whose operation it is made with, if
    that is another.
    """

    name: str
    kind: Kind
    route: Pairs
    about: str
    signature: tuple[str, ...]
    ids: tuple[str, ...]
    passed: tuple[str, ...]
    answers: str
    shares: str = ""


@attrs.define
class Module:
    """A resource and its collection; filled while the document is read.

    `split` names what stands in a module of its own: `collection`, `relationships`. `extended`
    says that a handwritten class, in `resources`, subclasses the collection.
    """

    name: str
    schema: str
    about: str
    collection: str
    split: tuple[str, ...]
    extended: bool
    aliases: dict[str, Alias] = attrs.field(factory=dict)
    records: dict[str, Record] = attrs.field(factory=dict)
    bags: dict[str, Bag] = attrs.field(factory=dict)
    calls: dict[str, Call] = attrs.field(factory=dict)
