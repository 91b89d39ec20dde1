"""Reading of inventories in all formats."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final, Literal

import attrs

from scalr_async._files import allowed_mode, wrap_os_errors
from scalr_async._ndjson import resource_lines
from scalr_async.errors import InvalidArgumentError
from scalr_async.inventory._csv import CsvTables, columns_of_csv, read_csv
from scalr_async.inventory._documents import Document
from scalr_async.inventory._parquet import describe_parquet, read_parquet
from scalr_async.inventory._sqlite import describe_sqlite, read_sqlite
from scalr_async.inventory._tables import Table, narrow, table_name, table_of

__all__ = ["Contents", "Format", "describe", "mode_within", "read_inventory", "read_lines"]

Format = Literal["ndjson", "csv", "parquet", "sqlite"]
"""The format of an inventory's file."""

_SQLITE: Final = b"SQLite format 3\0"
_PARQUET: Final = b"PAR1"
_MARK: Final = b"\xef\xbb\xbf"


def read_inventory(path: Path) -> Iterator[Document]:
    """Yield the documents of a file that a crawl wrote, or of a folder of Parquet files.

    The format is detected from the content. Only one document is held in memory at a time.

    Raises `FileError` if a file cannot be read, `InvalidArgumentError` if it is no inventory.
    """
    with wrap_os_errors(path, "cannot be read"):
        match _format_of(path):
            case "sqlite":
                yield from read_sqlite(path)
            case "parquet":
                for each in _parquet_files(path):
                    yield from read_parquet(each)
            case "ndjson":
                with path.open("rb") as file:
                    yield from read_lines(file, str(path))
            case _:
                with path.open(encoding="utf-8-sig", errors="replace", newline="") as text:
                    yield from read_csv(text, str(path))


@attrs.frozen
class Contents:
    """The types that the crawl of a file has listed, and the columns of the file.

    `types` is None for NDJSON and CSV, which do not say what was crawled: a type without resources
    leaves no trace in them.
    """

    types: frozenset[str] | None = None
    _columns: Mapping[str, list[str]] = attrs.field(factory=dict, alias="columns")
    _rows: CsvTables | None = attrs.field(default=None, alias="rows")
    _tables: dict[str, Table | None] = attrs.field(factory=dict)

    def held(self, found: Document) -> Document:
        """Return a document as it would be read from this file, had it been written there."""
        if self._rows is not None:
            return self._rows.held(found)
        type = found["type"]
        if type not in self._tables:
            columns = self._columns.get(table_name(type))
            self._tables[type] = narrow(table_of(type, names=True), columns) if columns else None
        table = self._tables[type]
        return found if table is None else table.held(found)


def describe(path: Path) -> Contents:
    """Return the types and columns of a file; raises `FileError` and `InvalidArgumentError`."""
    with wrap_os_errors(path, "cannot be read"):
        match _format_of(path):
            case "sqlite":
                return Contents(*describe_sqlite(path))
            case "parquet":
                files = [describe_parquet(each) for each in _parquet_files(path)]
                said = [types for types, _ in files if types is not None]
                columns = {name: some for _, each in files for name, some in each.items()}
                return Contents(frozenset[str]().union(*said) if said else None, columns)
            case "ndjson":
                return Contents()
            case _:
                with path.open(encoding="utf-8-sig", errors="replace", newline="") as text:
                    return Contents(rows=CsvTables(columns_of_csv(text)))


def mode_within(paths: Iterable[Path]) -> int:
    """Return the mode of what is made from inventories: it allows no more than any of them."""
    files = [each for path in paths for each in (_parquet_files(path) if path.is_dir() else [path])]
    return functools.reduce(lambda mode, path: allowed_mode(path, mode), files, 0o666)


def _format_of(path: Path) -> Format:
    """Detect the format of an inventory from its content."""
    if path.is_dir():
        return "parquet"
    with path.open("rb") as file:
        head = file.read(len(_SQLITE))
    if head == _SQLITE:
        return "sqlite"
    if head.startswith(_PARQUET):
        return "parquet"
    return "ndjson" if head.removeprefix(_MARK).lstrip()[:1] in (b"{", b"") else "csv"


def _parquet_files(path: Path) -> list[Path]:
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not files:
        raise InvalidArgumentError(f"{path}: a folder without Parquet files")
    return files


def read_lines(file: BinaryIO, where: str) -> Iterator[Document]:
    """Yield the documents of NDJSON from the file's position on."""
    return (found for _, found in resource_lines(file, where))
