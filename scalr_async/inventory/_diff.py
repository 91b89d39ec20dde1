"""Comparison of two inventories: created, changed and deleted resources, in constant memory."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import attrs
import msgspec

from scalr_async.errors import InvalidArgumentError
from scalr_async.inventory._csv import as_in_csv
from scalr_async.inventory._documents import Document, identity_of
from scalr_async.inventory._reading import format_of, read_inventory

__all__ = ["Change", "Comparison", "compare"]


@attrs.frozen(kw_only=True)
class Change:
    """One resource that differs; `fields` has the old and the new value of each changed field."""

    kind: Literal["created", "changed", "deleted"]
    type: str
    id: str
    name: str | None
    fields: Mapping[str, tuple[Any, Any]] = attrs.field(factory=dict)


@attrs.frozen
class Comparison:
    """The changes between two inventories, and the fields that could not be compared.

    `left_out` maps a type, or a field as `type.field`, to the file that lacks it: a file crawled
    with fewer collections, fields or columns says nothing about the others.
    """

    left_out: Mapping[str, Literal["old", "new"]]
    _database: sqlite3.Connection
    _fields: Mapping[str, frozenset[str]]
    _several: bool
    """True if the resources of several servers are compared."""
    _in_csv: bool
    """True if one of the files is CSV, in which values may look different."""

    def changes(self) -> Iterator[Change]:
        """Yield the changes, sorted by type and id."""
        origin = "AND old.origin = new.origin" if self._several else ""
        for type in sorted(self._fields):
            rows = self._database.execute(
                f"""
                SELECT old.id AS id, old.found, new.found FROM old LEFT JOIN new
                ON new.type = old.type AND new.id = old.id {origin} WHERE old.type = :type
                UNION ALL
                SELECT new.id AS id, old.found, new.found FROM new LEFT JOIN old
                ON new.type = old.type AND new.id = old.id {origin}
                WHERE new.type = :type AND old.id IS NULL ORDER BY id
                """,  # noqa: S608  # one of two constants
                {"type": type},
            )
            for id, old, new in rows:
                change = self._change(type, id, old, new)
                if change is not None:
                    yield change

    def _change(self, type: str, id: str, old: bytes | None, new: bytes | None) -> Change | None:
        before = None if old is None else msgspec.json.decode(old)
        after = None if new is None else msgspec.json.decode(new)
        name = (after or before or {}).get("name")
        shown = name if isinstance(name, str) else None
        if after is None:
            return Change(kind="deleted", type=type, id=id, name=shown)
        if before is None:
            return Change(kind="created", type=type, id=id, name=shown)
        known = self._fields[type]
        fields = {
            field: (before.get(field), after.get(field))
            for field in sorted({*before, *after})
            if field.partition(".")[0] in known
            and not self._is_same(before.get(field), after.get(field))
        }
        if not fields:
            return None
        return Change(kind="changed", type=type, id=id, name=shown, fields=fields)

    def _is_same(self, old: Any, new: Any) -> bool:
        return _is_same(old, new) or (self._in_csv and _is_same(as_in_csv(old), as_in_csv(new)))


@contextlib.contextmanager
def compare(old: Path, new: Path, *, ignore: Sequence[str] = ()) -> Iterator[Comparison]:
    """Read two inventories of any format into a temporary database, and compare them.

    Included resources are not compared. A missing field counts as null; `ignore` names fields
    that are not compared. Raises `InvalidArgumentError` and `FileError`.
    """
    with (
        tempfile.TemporaryDirectory(prefix="scalr-async-") as folder,
        contextlib.closing(sqlite3.connect(Path(folder) / "diff")) as database,
    ):
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        known = {name: _load(database, name, path) for name, path in (("old", old), ("new", new))}
        left_out, fields = _comparable(known["old"], known["new"], ignore)
        in_csv = "csv" in (format_of(old), format_of(new))
        several = _are_several(database, old, new)
        yield Comparison(left_out, database, fields, several, in_csv)


def _comparable(
    old: Mapping[str, set[str]], new: Mapping[str, set[str]], ignore: Sequence[str]
) -> tuple[Mapping[str, Literal["old", "new"]], Mapping[str, frozenset[str]]]:
    """Return what one of the files lacks, and the fields of each type that both have."""
    left_out: dict[str, Literal["old", "new"]] = {}
    fields: dict[str, frozenset[str]] = {}
    ignored = {word.replace("_", "-") for word in ignore}
    for type in sorted({*old, *new}):
        if type not in old or type not in new:
            left_out[type] = "old" if type in new else "new"
            continue
        for field in sorted(old[type] ^ new[type]):
            left_out[f"{type}.{field}"] = "old" if field in new[type] else "new"
        fields[type] = frozenset((old[type] & new[type]) - ignored)
    return left_out, fields


def _are_several(database: sqlite3.Connection, old: Path, new: Path) -> bool:
    """Return whether a file has resources of several servers.

    Raises `InvalidArgumentError` if it has, and the other file does not say which server each
    resource is from.
    """
    origins = {
        path: {row[0] for row in database.execute(f"SELECT DISTINCT origin FROM {name}")}  # noqa: S608  # constants
        for name, path in (("old", old), ("new", new))
    }
    several = max(map(len, origins.values())) > 1
    for path, found in origins.items():
        if several and found == {""}:
            raise InvalidArgumentError(
                f"{path}: has no origin, so that its resources cannot be found among those of "
                "several servers"
            )
    return several


def _load(database: sqlite3.Connection, name: str, path: Path) -> dict[str, set[str]]:
    """Fill a table; returns the fields of each type in the file."""
    database.execute(
        f"CREATE TABLE {name} (type TEXT, id TEXT, origin TEXT, found BLOB, "
        "PRIMARY KEY (type, id, origin)) WITHOUT ROWID"
    )
    known: dict[str, set[str]] = {}

    def rows() -> Iterator[tuple[str, str, str, bytes]]:
        for found in read_inventory(path):
            meta = found.get("meta")
            meta = meta if isinstance(meta, dict) else {}
            if meta.get("included"):
                continue
            type, id = identity_of(found)
            flat = _flat(found)
            known.setdefault(type, set()).update(field.partition(".")[0] for field in flat)
            yield type, id, str(meta.get("origin", "")), msgspec.json.encode(flat)

    try:
        with database:
            database.executemany(f"INSERT OR REPLACE INTO {name} VALUES (?, ?, ?, ?)", rows())  # noqa: S608  # constants
    except (UnicodeEncodeError, sqlite3.Error) as error:
        raise InvalidArgumentError(f"{path}: cannot be compared: {error}") from None
    return known


def _flat(found: Document) -> dict[str, Any]:
    """Return the fields of a document: attributes, nested ones included, and ids of links."""
    flat: dict[str, Any] = {}
    attributes, links = found.get("attributes"), found.get("relationships")
    for key, value in attributes.items() if isinstance(attributes, dict) else ():
        _add(flat, key, value)
    for key, link in links.items() if isinstance(links, dict) else ():
        data = link.get("data") if isinstance(link, dict) else None
        if isinstance(data, list):
            flat[key] = sorted(str(each.get("id")) for each in data if isinstance(each, dict))
        else:
            flat[key] = data.get("id") if isinstance(data, dict) else None
    return flat


def _add(flat: dict[str, Any], key: str, value: Any) -> None:
    if isinstance(value, dict) and value:
        for name, item in value.items():
            _add(flat, f"{key}.{name}", item)
    else:
        flat[key] = value


def _is_same(old: Any, new: Any) -> bool:
    """Return whether two values are equal; times may be written in several ways."""
    if old == new and isinstance(old, bool) == isinstance(new, bool):
        return True
    if old in (None, {}) and new in (None, {}):
        return True
    moment = _moment(old)
    return moment is not None and moment == _moment(new)


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return None if moment is None or moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
