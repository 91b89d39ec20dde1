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
from scalr_async.inventory._tables import Table, encodable, narrow, table_of
from scalr_async.inventory._text import CONTROLS

__all__ = ["CsvTables", "CsvWriter", "columns_of_csv", "read_csv", "read_rows"]

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
_LARGEST_CELL: Final = 2**31 - 1
"""The largest number of characters of a cell; `csv` accepts 131 072 by default."""
_GUARDED: Final = ("=", "+", "-", "@", "\t", "\n", "'")
"""Beginnings of text that get an apostrophe in front; with the last, reading can undo it."""
_CONTROL: Final = re.compile(f"[\x00-\x08\x0b-\x1f{CONTROLS}]")


class CsvTables:
    """The rows that documents are under given columns, and the documents that rows are."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._tables: dict[str, Table] = {}

    def cells(self, found: Document) -> list[str]:
        """Return the cells of a document; missing values are empty."""
        return [*map(_cell, self._table(str(found.get("type"))).row(found, typed=False))]

    def document(self, type: str, cells: Sequence[str]) -> Document:
        """Return the document of a row."""
        table = self._table(type)
        names = [column.name for column in table.columns]
        return table.document(dict(zip(names, map(_value, cells), strict=True)))

    def held(self, found: Document) -> Document:
        """Return a document as it is read from a file with these columns."""
        return self.document(found["type"], self.cells(found))

    def _table(self, type: str) -> Table:
        if type not in self._tables:
            table = table_of(type, names=True)
            self._tables[type] = narrow(table, [_of_type(type, name) for name in self._columns])
        return self._tables[type]


class CsvWriter:
    """Writes rows under a line of column names: `columns`, or the shared ones by default."""

    def __init__(
        self,
        file: BinaryIO,
        columns: Sequence[str] = (),
        *,
        names: bool = False,
        several: bool = False,
        included: bool = False,
    ) -> None:
        self._file = file
        columns = columns or [
            *_SHARED,
            *(_NAMED if names else ()),
            *(["origin", "profile"] if several else ()),
            *(["included"] if included else ()),
        ]
        self._tables = CsvTables(columns)
        self._write([columns])

    def write(self, documents: Iterable[Document]) -> None:
        """Write a row for each document."""
        self._write(map(self._tables.cells, documents))

    def _write(self, rows: Iterable[Sequence[str]]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        self._file.write(text.getvalue().encode())


def read_csv(file: TextIO, where: str) -> Iterator[Document]:
    """Yield the documents of a file that `CsvWriter` wrote."""
    tables: CsvTables | None = None
    for number, row in read_rows(file, where, ("type", "id")):
        if not row["type"] or not row["id"]:
            raise InvalidArgumentError(f"{where}: line {number} has no type and id")
        if None in row or None in row.values():
            raise InvalidArgumentError(
                f"{where}: line {number} has another number of cells than columns"
            )
        tables = tables or CsvTables([*row])
        yield tables.document(row["type"], [*row.values()])


def columns_of_csv(file: TextIO) -> list[str]:
    """Return the columns of a file that `CsvWriter` wrote."""
    return list(dict.fromkeys(next(csv.reader(file), [])))


def read_rows(
    file: TextIO, where: str, needed: Sequence[str], *, delimiter: str = ","
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number of the last line of each row, and its cells by column.

    Raises `InvalidArgumentError` if one of the `needed` columns is missing.
    """
    csv.field_size_limit(_LARGEST_CELL)
    reader = csv.DictReader(file, delimiter=delimiter)
    if not {*needed} <= {*(reader.fieldnames or ())}:
        raise InvalidArgumentError(f"{where}: no columns with {' and '.join(needed)}")
    for row in reader:
        yield reader.line_num, row


def _of_type(type: str, name: str) -> str:
    """Return a type's own name for a column that all types share."""
    return name.replace("agent-pool", "pool") if type == "agents" else name


def _cell(value: Any) -> str:
    """Return the text of a value, which no spreadsheet reads as a formula, and which is one cell.

    A spreadsheet evaluates text that begins like a formula, so such text gets an apostrophe in
    front.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, str):
        return str(value)
    text = _visible(encodable(value))
    return f"'{text}" if text.startswith(_GUARDED) else text


def _value(cell: str) -> str | None:
    """Return the text of a cell, None if it is empty; reverses `_cell` for texts."""
    return (cell[1:] if cell[:1] == "'" and cell[1:].startswith(_GUARDED) else cell) or None


def _visible(text: str) -> str:
    """Return a text without control characters except for tabs and line feeds.

    A bare carriage return would end the row for readers before Python 3.11.9, so it becomes a line
    feed. Others, which terminals execute, become replacement characters.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
