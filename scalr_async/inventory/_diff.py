"""Comparison of two inventories: created, changed and deleted resources, in constant memory."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import attrs

from scalr_async.errors import InvalidArgumentError
from scalr_async.inventory._collections import find_collection
from scalr_async.inventory._fields import Fields, differences, fields_of
from scalr_async.inventory._reading import Contents, describe, read_inventory

__all__ = ["Change", "Comparison", "Which", "compare"]

Which = Literal["old", "new"]
"""One of the two files."""
_Entry = tuple[Fields | None, str | None]
"""The fields of a resource as the other file would hold them, and its name."""
_NOTHING: Final[_Entry] = (None, None)


@attrs.frozen(kw_only=True)
class Change:
    """One resource that differs; `fields` has the old and the new value of each changed field."""

    kind: Literal["created", "changed", "deleted"]
    type: str
    id: str
    name: str | None
    fields: Mapping[str, tuple[Any, Any]] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Comparison:
    """The changes between two inventories, and what could not be compared.

    `left_out_types` and `left_out_fields` (as `type.field`) map what was not compared to the file
    that lacks it: a file crawled with fewer collections, fields or columns says nothing about the
    others.
    """

    left_out_types: Mapping[str, Which]
    left_out_fields: Mapping[str, Which]
    _database: sqlite3.Connection = attrs.field(alias="database")
    _fields: Mapping[str, frozenset[str]] = attrs.field(alias="fields")
    _several: bool = attrs.field(alias="several")
    """True if the resources of several servers are compared."""

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
                # Most resources are the same in the same words, and need no reading.
                if old != new and (change := self._change(type, id, old, new)) is not None:
                    yield change

    def _change(self, type: str, id: str, old: bytes | None, new: bytes | None) -> Change | None:
        before, old_name = _NOTHING if old is None else json.loads(old)
        after, new_name = _NOTHING if new is None else json.loads(new)
        kind: Literal["created", "changed", "deleted"] = "changed"
        fields = {}
        if before is None or after is None:
            kind = "created" if before is None else "deleted"
        elif not (fields := differences(type, before, after, self._fields[type])):
            return None
        name = old_name if after is None else new_name
        return Change(kind=kind, type=type, id=id, name=name, fields=fields)


@attrs.frozen
class _Side:
    """One of the two files, and the fields of each type that it has."""

    path: Path
    contents: Contents
    fields: Mapping[str, set[str]]

    def covers(self, type: str) -> bool:
        """Return whether the file tells that it would have any resources of a type."""
        return type in self.fields or type in (self.contents.types or ())


@contextlib.contextmanager
def compare(
    old: Path, new: Path, *, ignore: Sequence[str] = (), types: Sequence[str] = ()
) -> Iterator[Comparison]:
    """Read two inventories of any format into a temporary database, and compare them.

    Each document is compared as it would be read from the other file, so that what one of the
    formats cannot hold is no change. Included resources are not compared. A missing field counts
    as null; `ignore` names fields that are not compared.

    A type of which a file has no resources is compared if the file says that it was crawled, or if
    it is one of `types`. With `types`, no others are compared.

    Raises `InvalidArgumentError` and `FileError`.
    """
    with (
        tempfile.TemporaryDirectory(prefix="scalr-async-") as folder,
        contextlib.closing(sqlite3.connect(Path(folder) / "diff")) as database,
    ):
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        held = {path: describe(path) for path in (old, new)}
        sides: dict[Which, _Side] = {
            "old": _load(database, "old", old, held[old], held[new]),
            "new": _load(database, "new", new, held[new], held[old]),
        }
        left_out, compared = _comparable_types(sides, types)
        left_out_fields, fields = _comparable_fields(sides, compared, ignore)
        yield Comparison(
            left_out_types=left_out,
            left_out_fields=left_out_fields,
            database=database,
            fields=fields,
            several=_are_several(database, old, new),
        )


def _comparable_types(
    sides: Mapping[Which, _Side], words: Sequence[str]
) -> tuple[dict[str, Which], list[str]]:
    """Return the types that one of the files lacks, and those that are compared."""
    found = {type for side in sides.values() for type in side.fields}
    if words:
        # A type may be one that only its server knows; any other name must be a collection's.
        return {}, sorted({word if word in found else find_collection(word).type for word in words})
    left_out: dict[str, Which] = {}
    for type in sorted(found):
        for which, side in sides.items():
            if not side.covers(type):
                left_out[type] = which
    return left_out, sorted(found - left_out.keys())


def _comparable_fields(
    sides: Mapping[Which, _Side], types: Sequence[str], ignore: Sequence[str]
) -> tuple[dict[str, Which], dict[str, frozenset[str]]]:
    """Return the fields that one of the files lacks, and those of each type that both have."""
    left_out: dict[str, Which] = {}
    fields: dict[str, frozenset[str]] = {}
    ignored = {word.replace("_", "-") for word in ignore}
    for type in types:
        old, new = (sides[which].fields.get(type) for which in ("old", "new"))
        if old is not None and new is not None:
            for field in sorted(old ^ new):
                left_out[f"{type}.{field}"] = "old" if field in new else "new"
        fields[type] = frozenset(((old or set()) & (new or set())) - ignored)
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


def _load(
    database: sqlite3.Connection, name: Which, path: Path, contents: Contents, other: Contents
) -> _Side:
    """Fill a table with the documents of a file, as they would be read from the `other` one."""
    database.execute(
        f"CREATE TABLE {name} (type TEXT, id TEXT, origin TEXT, found BLOB, "
        "PRIMARY KEY (type, id, origin)) WITHOUT ROWID"
    )
    known: dict[str, set[str]] = {}

    def rows() -> Iterator[tuple[str, str, str, bytes]]:
        for found in read_inventory(path):
            type, meta = found["type"], found.get("meta") or {}
            if meta.get("included") or type not in (contents.types or (type,)):
                continue
            fields = known.setdefault(type, set())
            for some in fields_of(found):
                fields.update(some)
            label = (found.get("attributes") or {}).get("name")
            entry: _Entry = fields_of(other.held(found)), label if isinstance(label, str) else None
            yield type, found["id"], str(meta.get("origin", "")), json.dumps(entry).encode()

    try:
        with database:
            database.executemany(f"INSERT OR REPLACE INTO {name} VALUES (?, ?, ?, ?)", rows())  # noqa: S608  # constants
    except (UnicodeEncodeError, sqlite3.Error) as error:
        raise InvalidArgumentError(f"{path}: cannot be compared: {error}") from None
    return _Side(path, contents, known)
