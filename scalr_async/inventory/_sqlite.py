"""Documents as a SQLite database: one table a type, links as columns, views that join them."""

from __future__ import annotations

import contextlib
import itertools
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from scalr_async._files import replace_path
from scalr_async.errors import InvalidArgumentError
from scalr_async.inventory._collections import label_of
from scalr_async.inventory._documents import Document
from scalr_async.inventory._tables import Table, ValueKind, narrow, table_name, table_of

__all__ = ["SqliteWriter", "read_sqlite"]

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
"""Columns that every table has: together they tell a row from all others."""


class SqliteWriter:
    """Writes a database, which takes the name `path` when the block ends well.

    Times are ISO 8601 texts in UTC, lists and structures JSON texts. For the table `workspaces`
    the view `workspaces_named` has the names of what its links lead to, where that is in the
    database too, and `workspaces_tag_ids` a row for each tag of a workspace.
    """

    def __init__(
        self, path: Path, columns: Sequence[str] = (), *, names: bool = False, mode: int = 0o666
    ) -> None:
        self._path, self._names, self._mode = path, names, mode
        self._columns = [*_KEY, *(word for word in columns if word not in _KEY)] if columns else []
        self._tables: dict[str, Table] = {}
        self._inserts: dict[str, str] = {}

    def __enter__(self) -> Self:
        self._stack = contextlib.ExitStack()
        draft = self._stack.enter_context(replace_path(self._path, mode=self._mode))
        self._database = sqlite3.connect(draft, isolation_level=None)
        # The file gets its name when it is whole: there is nothing to go back to.
        self._database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.closing(self._database):
            if error[0] is None:
                self._add_views()
                self._database.execute("COMMIT")
        self._stack.__exit__(*error)

    def write(self, documents: Iterable[Document]) -> None:
        """Write a row for each document, in place of one with the same id."""
        for type, some in itertools.groupby(documents, lambda each: str(each.get("type"))):
            self.expect(type)
            rows = (map(_stored, self._tables[type].row(each)) for each in some)
            self._database.executemany(self._inserts[type], ([*row] for row in rows))

    def expect(self, type: str) -> None:
        """Let there be a table for a type, also when nothing of it comes."""
        if type in self._tables:
            return
        table = narrow(table_of(type, names=self._names), self._columns)
        self._tables[type] = table
        name = _quoted(table_name(type))
        columns = ", ".join(f"{_quoted(c.name)} {_KINDS[c.kind]}" for c in table.columns)
        marks = ", ".join("?" * len(table.columns))
        self._database.execute(
            f"CREATE TABLE {name} ({columns}, PRIMARY KEY (id, origin))"
        )
        self._inserts[type] = f"INSERT OR REPLACE INTO {name} VALUES ({marks})"  # noqa: S608  # quoted

    def _add_views(self) -> None:
        there = {type: table_name(type) for type in self._tables}
        for type, table in self._tables.items():
            named, joins = [], []
            for column, link in table.links.items():
                if link.many:
                    self._database.execute(
                        f"CREATE VIEW {_quoted(f'{there[type]}_{column}')} AS SELECT t.id AS id, "
                        f"t.origin AS origin, each.value AS {_quoted(column.removesuffix('s'))} "
                        f"FROM {_quoted(there[type])} AS t, json_each(t.{_quoted(column)}) AS each"  # noqa: S608  # quoted
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
            self._database.execute(
                f"CREATE VIEW {_quoted(f'{there[type]}_named')} AS SELECT t.*{''.join(named)} "
                f"FROM {_quoted(there[type])} AS t{''.join(joins)}"  # noqa: S608  # quoted
            )

    def _has(self, type: str, attribute: str) -> bool:
        table = self._tables.get(type)
        return table is not None and _snake(attribute) in {each.name for each in table.columns}


def read_sqlite(path: Path) -> Iterator[Document]:
    """Yield the documents of a database that `SqliteWriter` wrote."""
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        ) as db:
            db.row_factory = sqlite3.Row
            found = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
            for (name,) in found:
                for row in db.execute(f"SELECT * FROM {_quoted(name)}"):  # noqa: S608  # quoted
                    if not {"type", "id"} <= set(row.keys()):
                        raise InvalidArgumentError(f"{path}: table {name} has no type and id")
                    yield table_of(str(row["type"]), names=True).document(dict(row))
    except sqlite3.Error as error:
        raise InvalidArgumentError(f"{path}: cannot be read as SQLite: {error}") from None


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _snake(name: str) -> str:
    return name.replace("-", "_")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
