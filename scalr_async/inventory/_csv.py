"""Documents as CSV that is safe for spreadsheets and terminals, and back."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO, Final, TextIO

from scalr_async.errors import InvalidArgumentError
from scalr_async.inventory._documents import Document
from scalr_async.inventory._tables import Table, narrow, table_of
from scalr_async.inventory._text import CONTROLS

__all__ = ["CsvWriter", "read_csv"]

_SHARED: Final = (
    "type",
    "id",
    "name",
    "status",
    "terraform-version",
    "created-at",
    "updated-at",
    "account",
    "environment",
    "agent-pool",
)
"""The default columns: those that the resources of an inventory share."""
_NAMED: Final = ("account-name", "environment-name", "agent-pool-name")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\n")
_CONTROL: Final = re.compile(f"[\x00-\x08\x0b-\x1f{CONTROLS}]")
_GUARDED: Final = re.compile(r"'(?=[=+\-@\t\n])")


class CsvWriter:
    """Writes rows under a line of column names: `columns`, or the shared ones by default."""

    def __init__(
        self,
        file: BinaryIO,
        columns: Sequence[str] = (),
        *,
        names: bool = False,
        several: bool = False,
    ) -> None:
        self._file = file
        self._columns = [*columns]
        if not columns:
            self._columns = [
                *_SHARED,
                *(_NAMED if names else ()),
                *(["profile"] if several else ()),
            ]
        self._tables: dict[str, Table] = {}
        self._write([self._columns])

    def write(self, documents: Iterable[Document]) -> None:
        """Write a row for each document; missing values are empty."""
        self._write(self._table(str(each.get("type"))).row(each, typed=False) for each in documents)

    def _table(self, type: str) -> Table:
        if type not in self._tables:
            table = table_of(type, names=True)
            self._tables[type] = narrow(table, [_of_type(type, name) for name in self._columns])
        return self._tables[type]

    def _write(self, rows: Iterable[Iterable[Any]]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(map(_cell, row) for row in rows)
        self._file.write(text.getvalue().encode(errors="replace"))


def read_csv(file: TextIO, where: str) -> Iterator[Document]:
    """Yield the documents of a file that `CsvWriter` wrote."""
    try:
        reader, tables = csv.DictReader(file), dict[str, Table]()
        if not {"type", "id"} <= set(reader.fieldnames or ()):
            raise InvalidArgumentError(f"{where}: no columns with type and id")
        for row in reader:
            type = row["type"]
            if not type or not row["id"]:
                raise InvalidArgumentError(f"{where}: line {reader.line_num} has no type and id")
            if None in row or None in row.values():
                raise InvalidArgumentError(
                    f"{where}: line {reader.line_num} has another number of cells than columns"
                )
            if type not in tables:
                names = [_of_type(type, name) for name in reader.fieldnames or ()]
                tables[type] = narrow(table_of(type, names=True), names)
            table = tables[type]
            cells = (_GUARDED.sub("", text) or None for text in row.values())
            names = [column.name for column in table.columns]
            yield table.document(dict(zip(names, cells, strict=True)))
    except csv.Error as error:
        raise InvalidArgumentError(f"{where}: {error}") from None


def _of_type(type: str, name: str) -> str:
    """Return a type's own name for a column that all types share."""
    return name.replace("agent-pool", "pool") if type == "agents" else name


def _cell(value: Any) -> Any:
    """Return a value that no spreadsheet reads as a formula, and that does not end the row.

    A spreadsheet evaluates text that begins like a formula, so such text gets an apostrophe in
    front. A bare carriage return would end the row for readers before Python 3.11.9, so it becomes
    a line feed. Other control characters, which terminals execute, become replacement characters.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return _cell(json.dumps(value, ensure_ascii=False))
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
    return f"'{text}" if text.startswith(_FORMULA) else text
