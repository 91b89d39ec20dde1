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

__all__ = ["CsvWriter", "as_in_csv", "read_csv", "read_rows"]

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
                *(["origin", "profile"] if several else ()),
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
    tables: dict[str, Table] = {}
    for number, row in read_rows(file, where, ("type", "id")):
        type = row["type"]
        if not type or not row["id"]:
            raise InvalidArgumentError(f"{where}: line {number} has no type and id")
        if None in row or None in row.values():
            raise InvalidArgumentError(
                f"{where}: line {number} has another number of cells than columns"
            )
        if type not in tables:
            tables[type] = narrow(
                table_of(type, names=True), [_of_type(type, name) for name in row]
            )
        table = tables[type]
        cells = (_GUARDED.sub("", text) or None for text in row.values())
        names = [column.name for column in table.columns]
        yield table.document(dict(zip(names, cells, strict=True)))


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


def as_in_csv(value: Any) -> Any:
    """Return a value as it is read from a file of CSV, for the comparison with other formats."""
    if isinstance(value, str):
        return _visible(value) or None
    return [as_in_csv(item) for item in value] if isinstance(value, list) else value


def _of_type(type: str, name: str) -> str:
    """Return a type's own name for a column that all types share."""
    return name.replace("agent-pool", "pool") if type == "agents" else name


def _cell(value: Any) -> Any:
    """Return a value that no spreadsheet reads as a formula, and that does not end the row.

    A spreadsheet evaluates text that begins like a formula, so such text gets an apostrophe in
    front.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return _cell(json.dumps(value, ensure_ascii=False))
    if not isinstance(value, str):
        return value
    text = _visible(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _visible(text: str) -> str:
    """Return a text without control characters except for tabs and line feeds.

    A bare carriage return would end the row for readers before Python 3.11.9, so it becomes a line
    feed. Others, which terminals execute, become replacement characters.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
