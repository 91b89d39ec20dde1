"""Documents as Parquet files, one for each type, and back; needs the extra `parquet`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from scalr_async._files import replace_path, wrap_os_errors
from scalr_async.errors import InvalidArgumentError
from scalr_async.inventory._documents import Document
from scalr_async.inventory._tables import Table, ValueKind, narrow, table_name, table_of

__all__ = ["ParquetWriter", "import_arrow", "read_parquet", "write_parquet"]

_GROUP: Final = 5_000
"""Rows of a row group, which are held in memory."""


def import_arrow() -> tuple[Any, Any]:
    """Return pyarrow and its module for Parquet; raises `InvalidArgumentError` without them."""
    try:
        import pyarrow  # noqa: ICN001, PLC0415  # the extra may be missing
        from pyarrow import parquet  # noqa: PLC0415  # likewise
    except ImportError:
        raise InvalidArgumentError(
            "Parquet needs the extra: pip install 'scalr-async[parquet]'"
        ) from None
    return pyarrow, parquet


class ParquetWriter:
    """Writes `path`, or a file for each type below `path` if there may be several types.

    Each file gets its name when `stack` is left without an error. Times are `timestamp[us, UTC]`,
    lists of strings are lists, other structures are JSON strings.
    """

    def __init__(
        self,
        path: Path,
        stack: contextlib.ExitStack,
        *,
        columns: Sequence[str],
        names: bool,
        folder: bool,
        mode: int,
    ) -> None:
        self._arrow, self._parquet = import_arrow()
        self._path, self._columns, self._names = path, columns, names
        self._folder, self._mode = folder, mode
        self.files: dict[str, _File] = {}
        self._stack = stack

    def write(self, documents: Iterable[Document]) -> None:
        """Write a row for each document."""
        for each in documents:
            self._file(str(each.get("type"))).add(each)

    def expect(self, type: str) -> None:
        """Create a file for a type, even if no document of it follows."""
        self._file(type)

    def _file(self, type: str) -> _File:
        if type not in self.files:
            path = self._path / f"{table_name(type)}.parquet" if self._folder else self._path
            draft = self._stack.enter_context(replace_path(path, mode=self._mode))
            table = narrow(table_of(type, names=self._names), self._columns)
            self.files[type] = _File(self._arrow, self._parquet, draft, table)
        return self.files[type]


@contextlib.contextmanager
def write_parquet(
    path: Path,
    columns: Sequence[str] = (),
    *,
    names: bool = False,
    folder: bool = False,
    mode: int = 0o666,
) -> Iterator[ParquetWriter]:
    """Open a file, or a folder with a file for each type; see `ParquetWriter`."""
    if folder:
        with wrap_os_errors(path, "cannot be a folder, with a file for each type"):
            path.mkdir(exist_ok=True)
    with contextlib.ExitStack() as stack:
        writer = ParquetWriter(path, stack, columns=columns, names=names, folder=folder, mode=mode)
        try:
            yield writer
        except BaseException:
            for each in writer.files.values():
                each.close(whole=False)
            raise
        for each in writer.files.values():
            each.close(whole=True)


class _File:
    """A Parquet file that is being written."""

    def __init__(self, arrow: Any, parquet: Any, draft: Path, table: Table) -> None:
        self._arrow, self._table = arrow, table
        kinds = _arrow_kinds(arrow)
        self._schema = arrow.schema([(each.name, kinds[each.kind]) for each in table.columns])
        self._writer = parquet.ParquetWriter(draft, self._schema, compression="zstd")
        self._rows: list[list[Any]] = []

    def add(self, found: Document) -> None:
        """Add a document's row; write a row group when it is full."""
        self._rows.append(self._table.row(found))
        if len(self._rows) == _GROUP:
            self._flush()

    def close(self, *, whole: bool) -> None:
        """Write the last rows if the file is complete (`whole`), and its footer."""
        if whole:
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            arrays = [
                self._arrow.array(values, type=field.type)
                for values, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)
            ]
            self._writer.write_batch(self._arrow.record_batch(arrays, schema=self._schema))
            self._rows = []


def read_parquet(path: Path) -> Iterator[Document]:
    """Yield the documents of a file that `ParquetWriter` wrote."""
    arrow, parquet = import_arrow()
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=1_000):
                for row in batch.to_pylist():
                    if not isinstance(type := row.get("type"), str) or "id" not in row:
                        raise InvalidArgumentError(f"{path}: no columns with type and id")
                    yield table_of(type, names=True).document(row)
    except (arrow.ArrowException, OSError) as error:
        raise InvalidArgumentError(f"{path}: cannot be read as Parquet: {error}") from None


def _arrow_kinds(arrow: Any) -> dict[ValueKind, Any]:
    return {
        "text": arrow.string(),
        "boolean": arrow.bool_(),
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "time": arrow.timestamp("us", tz="UTC"),
        "texts": arrow.list_(arrow.string()),
        "json": arrow.string(),
    }
