"""Documents as rows of tables, and back; the API's description gives the types of columns."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal

import attrs

from scalr_async import _catalog
from scalr_async._ndjson import parse_json
from scalr_async._text import shown
from scalr_async.errors import InvalidArgumentError
from scalr_async.inventory._collections import label_of, schema_of
from scalr_async.inventory._documents import Document

__all__ = [
    "Column",
    "Table",
    "Value",
    "ValueKind",
    "check_columns",
    "column_of",
    "encodable",
    "narrow",
    "table_name",
    "table_of",
]

ValueKind = Literal["text", "boolean", "integer", "number", "time", "texts", "json"]
"""The type of a column's values: `texts` is a list of strings, `json` anything else as JSON."""
Value = str | bool | int | float | datetime | list[str] | None

_KINDS: Final[Mapping[str, ValueKind]] = {
    "string": "text",
    "boolean": "boolean",
    "integer": "integer",
    "number": "number",
}
_REST: Final = "other_attributes"
_LARGEST: Final = 2**63


@attrs.frozen
class Column:
    """One column: its name in tables, the kind of its values, and its place in a document.

    `place` is a member of the document (`type`, `id`), of its `meta`, of its `attributes`, or the
    id or the names of a relationship; `key` is the name there.
    """

    name: str
    kind: ValueKind
    place: Literal["member", "meta", "attribute", "link", "link name", "rest"]
    key: str


@attrs.frozen
class Table:
    """The columns for documents of one type, in order."""

    type: str
    columns: Sequence[Column]

    @property
    def links(self) -> Mapping[str, _catalog.Relationship]:
        """The relationships of the type, by the name of the column with their ids."""
        schema = schema_of(self.type)
        known = schema.relationships if schema else {}
        return {each.name: known[each.key] for each in self.columns if each.place == "link"}

    def row(self, found: Document, *, typed: bool = True) -> list[Any]:
        """Return the values of a document.

        A value that does not fit its column goes to the column `other_attributes`, together with
        attributes that are not in the API's description. Without `typed`, columns hold any value.
        """
        fit = _fitting if typed else _as_sent
        attributes = _members(found.get("attributes"))
        links = _members(found.get("relationships"))
        rest = {key: value for key, value in attributes.items() if key not in self._known}
        row: list[Any] = []
        for column in self.columns:
            value: Any = None
            match column.place:
                case "attribute":
                    value = attributes.get(column.key)
                    fitting = fit(column.kind, value)
                    if fitting is None and value is not None:
                        rest[column.key] = value
                    value = fitting
                case "link":
                    value = _ids(links.get(column.key), column.kind)
                case "link name":
                    value = _names(links.get(column.key), column.kind)
                case "member" | "meta":
                    holder = found if column.place == "member" else _members(found.get("meta"))
                    value = fit(column.kind, holder.get(column.key))
                case _:
                    pass  # the rest, below
            row.append(value)
        if rest and self.columns[-1].key == _REST:
            row[-1] = _json(rest)
        return row

    def document(self, values: Mapping[str, Any]) -> Document:
        """Return the document of a row; all values may be text, as in CSV."""
        found: Document = {"attributes": {}, "relationships": {}, "meta": {}}
        for column in self.columns:
            value = values.get(column.name)
            if column.name not in values or (value is None and column.place in ("meta", "rest")):
                continue
            match column.place:
                case "member":
                    found[column.key] = value
                case "meta":
                    found["meta"][column.key] = _parsed(column.kind, value)
                case "attribute" if value is not None or column.key in self._known:
                    found["attributes"][column.key] = _parsed(column.kind, value)
                case "link":
                    found["relationships"][column.key] = {"data": self._linkage(column, value)}
                case "rest":
                    found["attributes"] |= _members(_parsed("json", value))
                case "link name":
                    _set_names(found["relationships"].get(column.key), value)
                case _:
                    pass
        return found

    def held(self, found: Document) -> Document:
        """Return a document as it is read from a file with this table."""
        names = [column.name for column in self.columns]
        return self.document(dict(zip(names, self.row(found), strict=True)))

    @functools.cached_property
    def _known(self) -> frozenset[str]:
        schema = schema_of(self.type)
        return frozenset(schema.attributes if schema else ())

    def _linkage(self, column: Column, value: Any) -> Any:
        target = self.links[column.name].target
        ids = _parsed(column.kind, value)
        if isinstance(ids, list):
            return [{"type": target, "id": id} for id in ids]
        return {"type": target, "id": ids} if ids else None


@functools.cache
def table_of(type: str, *, names: bool = False) -> Table:
    """Return the table of a type; with `names`, names stand beside the ids of links."""
    columns = [
        Column("type", "text", "member", "type"),
        Column("id", "text", "member", "id"),
        Column("origin", "text", "meta", "origin"),
        Column("profile", "text", "meta", "profile"),
        Column("included", "boolean", "meta", "included"),
    ]
    schema = schema_of(type)
    for key, field in schema.attributes.items() if schema else ():
        columns.append(Column(key.replace("-", "_"), _kind(field), "attribute", key))
    for key, link in schema.relationships.items() if schema else ():
        columns += _link_columns(key, link, names=names)
    return Table(type, [*_distinct(columns), Column(_REST, "json", "rest", _REST)])


def _link_columns(key: str, link: _catalog.Relationship, *, names: bool) -> Iterator[Column]:
    stem = key.replace("-", "_").removesuffix("_id")
    kind: ValueKind = "text"
    if link.many:
        stem, kind = stem.removesuffix("s"), "texts"
    plural = "s" if link.many else ""
    yield Column(f"{stem}_id{plural}", kind, "link", key)
    if names and label_of(link.target) is not None:
        yield Column(f"{stem}_name{plural}", kind, "link name", key)


def _distinct(columns: Iterable[Column]) -> Iterator[Column]:
    """Yield the columns; a duplicate name gets an underscore appended."""
    taken: set[str] = set()
    for column in columns:
        name = column.name
        while name in taken:
            name += "_"
        taken.add(name)
        yield attrs.evolve(column, name=name)


def table_name(type: str) -> str:
    """Return the name of a type's table or file."""
    return re.sub(r"\W", "_", type) or "_"


def narrow(table: Table, words: Sequence[str]) -> Table:
    """Return a table with only the named columns, in this order; without names, with all.

    A name may be the column's or the API's: `environment` for `environment_id`. Any other name is
    taken for an attribute that is not in the API's description but that the server may send.
    """
    if not words:
        return table
    return Table(table.type, [column_of(table, word) or _unknown(word) for word in words])


def check_columns(words: Sequence[str], types: Iterable[str], *, names: bool) -> None:
    """Raise `InvalidArgumentError` for a column that no table of these types has."""
    tables = [table_of(type, names=names) for type in types]
    for word in words:
        if not any(column_of(table, word) for table in tables):
            there = dict.fromkeys(each.name for table in tables for each in table.columns)
            raise InvalidArgumentError(f"columns: no {shown(word)}; there is {', '.join(there)}")


def column_of(table: Table, word: str) -> Column | None:
    """Return the column with a name, None if there is none."""
    name, key = word.replace("-", "_"), word.replace("_", "-")
    for column in table.columns:
        if name == column.name or (key == column.key and column.place != "link name"):
            return column
    return None


def _unknown(word: str) -> Column:
    return Column(word.replace("-", "_"), "text", "attribute", word.replace("_", "-"))


def _kind(field: _catalog.Field) -> ValueKind:
    if field.kind == "array" and field.items is not None and field.items.kind == "string":
        return "texts"
    if field.format == "date-time":
        return "time"
    return _KINDS.get(field.kind, "json")


def _fitting(kind: ValueKind, value: Any) -> Value:
    """Return a value for a column of a kind, None if it does not fit."""
    found: Value = None
    match kind, value:
        case "text", str():
            found = encodable(value)
        case "boolean", bool():
            found = value
        case "integer", int() if not isinstance(value, bool) and -_LARGEST <= value < _LARGEST:
            found = value
        case "number", int() | float() if not isinstance(value, bool):
            found = float(value) if abs(value) < _LARGEST else None
        case "time", str():
            found = _moment(value)
        case "texts", list() if all(isinstance(item, str) for item in value):
            found = [encodable(item) for item in value]
        case "json", _ if value is not None:
            found = _json(value)
        case _:
            pass
    return found


def _as_sent(kind: ValueKind, value: Any) -> Value:  # noqa: ARG001  # as `_fitting`
    return _json(value) if isinstance(value, dict | list) else value


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return None if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _parsed(kind: ValueKind, value: Any) -> Any:
    """Return the value of a document, given a column's value or its text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if not isinstance(value, str):
        return bool(value) if kind == "boolean" and value is not None else value
    try:
        match kind:
            case "boolean":
                return {"true": True, "false": False}[value.lower()]
            case "integer" | "number" | "texts" | "json":
                return parse_json(value.encode())
            case _:
                return value
    except (ValueError, KeyError):
        return value


def _json(value: Any) -> str:
    return encodable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def encodable(text: str) -> str:
    """Return a text that UTF-8 can encode: lone surrogates become question marks."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def _members(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _ids(link: Any, kind: ValueKind) -> Value:
    """Return the id or ids of a relationship, to one or to many; None for anything else."""
    data = _members(link).get("data")
    if kind == "texts":
        if not isinstance(data, list):
            return None
        return [id for each in data if isinstance(id := _members(each).get("id"), str)]
    id = _members(data).get("id")
    return id if isinstance(id, str) else None


def _names(link: Any, kind: ValueKind) -> Value:
    data = _members(link).get("data")
    if kind == "texts":
        if not isinstance(data, list):
            return None
        return [str(_name(each)) if _name(each) else "" for each in data]
    return _name(data)


def _name(identifier: Any) -> str | None:
    name = _members(_members(identifier).get("meta")).get("name")
    return name if isinstance(name, str) else None


def _set_names(link: Any, value: Any) -> None:
    data = _members(link).get("data")
    names = _parsed("texts", value)
    pairs: Iterable[tuple[Any, Any]] = [(data, value)]
    if isinstance(data, list) and isinstance(names, list):
        pairs = zip(data, names, strict=False)
    for identifier, name in pairs:
        if isinstance(identifier, dict) and isinstance(name, str) and name:
            identifier["meta"] = {"name": name}
