"""Documents as a SQLite database: one table a type, links as columns, views that join them."""

from __future__ import annotations

import contextlib
import itertools
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from scalr_async._files import replace_path
from scalr_async.errors import InvalidArgumentError
from scalr_async.inventory._collections import label_of
from scalr_async.inventory._documents import Document
from scalr_async.inventory._tables import Table, ValueKind, narrow, table_name, table_of

__all__ = ["SqliteWriter", "describe_sqlite", "read_sqlite", "write_sqlite"]

_KINDS: Final[dict[ValueKind, str]] = {
    "text": "TEXT",
    "boolean": "INTEGER",
    "integer": "INTEGER",
    "number": "REAL",
    "time": "TEXT",
    "texts": "TEXT",
    "json": "TEXT",
}
_KEY: Final = ("type", "id", "origin")
"""The columns of every table that together identify a row."""
_CRAWLED: Final = "crawled"
"""The view with the types that a crawl has listed."""


class SqliteWriter:
    """Writes the tables of a database; see `write_sqlite`.

    Times are ISO 8601 strings in UTC; lists and structures are JSON strings. For the table
    `workspaces`, the view `workspaces_named` adds the names of linked resources that are in the
    database, and `workspaces_tag_ids` has a row for each tag of a workspace. The view `crawled` has
    the types whose resources were listed, not only included with others.
    """

    def __init__(
        self, database: sqlite3.Connection, columns: Sequence[str] = (), *, names: bool = False
    ) -> None:
        self._database, self._names = database, names
        self._columns = [*_KEY, *(word for word in columns if word not in _KEY)] if columns else []
        self._tables: dict[str, Table] = {}
        self._inserts: dict[str, str] = {}

    def write(self, documents: Iterable[Document]) -> None:
        """Write a row for each document, in place of one with the same id."""
        for type, some in itertools.groupby(documents, lambda each: str(each.get("type"))):
            self.expect(type)
            rows = (map(_stored, self._tables[type].row(each)) for each in some)
            self._database.executemany(self._inserts[type], ([*row] for row in rows))

    def expect(self, type: str) -> None:
        """Create a table for a type, even if no document of it follows."""
        if type in self._tables:
            return
        table = narrow(table_of(type, names=self._names), self._columns)
        self._tables[type] = table
        name = _quoted(table_name(type))
        columns = ", ".join(f"{_quoted(c.name)} {_KINDS[c.kind]}" for c in table.columns)
        marks = ", ".join("?" * len(table.columns))
        self._database.execute(f"CREATE TABLE {name} ({columns}, PRIMARY KEY (id, origin))")
        self._inserts[type] = f"INSERT OR REPLACE INTO {name} VALUES ({marks})"  # noqa: S608  # quoted

    def add_views(self) -> None:
        """Add the views, after all tables were created."""
        there = {type: table_name(type) for type in self._tables}
        for type, table in self._tables.items():
            named, joins = [], []
            for column, link in table.links.items():
                if link.many:
                    self._view(
                        f"{there[type]}_{column}",
                        f"t.id AS id, t.origin AS origin, "
                        f"each.value AS {_quoted(column.removesuffix('s'))}",
                        f"{_quoted(there[type])} AS t, json_each(t.{_quoted(column)}) AS each",
                    )
                elif (label := label_of(link.target)) and self._has(link.target, label):
                    alias = _quoted(f"to {column}")
                    name = column.removesuffix("_id") + "_name"
                    if name not in {each.name for each in table.columns}:
                        named.append(f", {alias}.{_quoted(_snake(label))} AS {_quoted(name)}")
                        joins.append(
                            f" LEFT JOIN {_quoted(there[link.target])} AS {alias} "
                            f"ON {alias}.id = t.{_quoted(column)} AND {alias}.origin = t.origin"
                        )
            tables = f"{_quoted(there[type])} AS t{''.join(joins)}"
            self._view(f"{there[type]}_named", f"t.*{''.join(named)}", tables)

    def add_crawled(self, types: Sequence[str]) -> None:
        """Add the view of the types that were listed."""
        rows = " UNION ALL ".join(f"SELECT {_literal(type)} AS type" for type in types)
        self._database.execute(f"CREATE VIEW {_CRAWLED} AS {rows}")

    def _view(self, name: str, columns: str, tables: str) -> None:
        query = f"SELECT {columns} FROM {tables}"  # noqa: S608  # every name is quoted
        self._database.execute(f"CREATE VIEW {_quoted(name)} AS {query}")

    def _has(self, type: str, attribute: str) -> bool:
        table = self._tables.get(type)
        return table is not None and _snake(attribute) in {each.name for each in table.columns}


@contextlib.contextmanager
def write_sqlite(
    path: Path,
    columns: Sequence[str] = (),
    *,
    names: bool = False,
    crawled: Sequence[str] = (),
    mode: int = 0o666,
) -> Iterator[SqliteWriter]:
    """Open a database that gets the name `path` when the block ends without an error.

    `crawled` are the types whose resources are listed, not only included with others.

    Raises `InvalidArgumentError` for values that SQLite cannot store.
    """
    try:
        with (
            replace_path(path, mode=mode) as draft,
            contextlib.closing(sqlite3.connect(draft, isolation_level=None)) as database,
        ):
            # The file gets its name when it is complete, so rollback is not needed.
            database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")
            writer = SqliteWriter(database, columns, names=names)
            yield writer
            writer.add_views()
            if crawled:
                writer.add_crawled(crawled)
            database.execute("COMMIT")
    except sqlite3.Error as error:
        raise InvalidArgumentError(f"{path}: cannot be written as SQLite: {error}") from None


def read_sqlite(path: Path) -> Iterator[Document]:
    """Yield the documents of a database that `SqliteWriter` wrote."""
    with _reading(path) as database:
        for name in _names(database, "table"):
            for row in database.execute(f"SELECT * FROM {_quoted(name)}"):  # noqa: S608  # quoted
                type, id = (row[key] if key in row.keys() else None for key in ("type", "id"))  # noqa: SIM118  # a row iterates over its values
                if not (isinstance(type, str) and type and isinstance(id, str) and id):
                    raise InvalidArgumentError(f"{path}: table {name} has no type and id")
                yield table_of(type, names=True).document(dict(row))


def describe_sqlite(path: Path) -> tuple[frozenset[str] | None, dict[str, list[str]]]:
    """Return the types that were listed, None if that is not in the file, and tables' columns."""
    with _reading(path) as database:
        types: frozenset[str] | None = None
        if _CRAWLED in _names(database, "view"):
            types = frozenset(row[0] for row in database.execute(f"SELECT type FROM {_CRAWLED}"))  # noqa: S608  # a constant
        columns = {
            name: [row["name"] for row in database.execute(f"PRAGMA table_info({_quoted(name)})")]
            for name in _names(database, "table")
        }
        return types, columns


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        ) as database:
            database.row_factory = sqlite3.Row
            yield database
    except sqlite3.Error as error:
        raise InvalidArgumentError(f"{path}: cannot be read as SQLite: {error}") from None


def _names(database: sqlite3.Connection, kind: str) -> list[str]:
    found = database.execute("SELECT name FROM sqlite_schema WHERE type = ?", (kind,))
    return [row["name"] for row in found.fetchall()]


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _snake(name: str) -> str:
    return name.replace("-", "_")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
