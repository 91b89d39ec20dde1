"""Documents as Parquet files, one for each type, and back; needs the extra `parquet`."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from scalr_async._files import replace_path, wrap_os_errors
from scalr_async.errors import InvalidArgumentError
from scalr_async.inventory._documents import Document
from scalr_async.inventory._tables import Table, ValueKind, narrow, table_name, table_of

__all__ = [
    "ParquetWriter",
    "describe_parquet",
    "import_arrow",
    "read_parquet",
    "write_parquet",
]

_GROUP: Final = 5_000
"""Rows of a row group, which are held in memory."""
_TYPE: Final = b"scalr_async.type"
"""The key, in the metadata of a file, of the type of its rows."""
_CRAWLED: Final = b"scalr_async.crawled"
"""The key of the types that the crawl has listed."""


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
    lists of strings are lists, other structures are JSON strings. The metadata of each file has the
    type of its rows, and the types whose resources were listed, not only included with others.
    """

    def __init__(
        self,
        path: Path,
        stack: contextlib.ExitStack,
        *,
        columns: Sequence[str],
        names: bool,
        folder: bool,
        crawled: Sequence[str],
        mode: int,
    ) -> None:
        self._arrow, self._parquet = import_arrow()
        self._path, self._columns, self._names = path, columns, names
        self._folder, self._crawled, self._mode = folder, crawled, mode
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
            metadata = {_TYPE: type.encode(errors="replace")}
            if self._crawled:
                metadata[_CRAWLED] = json.dumps(self._crawled).encode()
            self.files[type] = _File(self._arrow, self._parquet, draft, table, metadata)
        return self.files[type]


@contextlib.contextmanager
def write_parquet(
    path: Path,
    columns: Sequence[str] = (),
    *,
    names: bool = False,
    folder: bool = False,
    crawled: Sequence[str] = (),
    mode: int = 0o666,
) -> Iterator[ParquetWriter]:
    """Open a file, or a folder with a file for each type; see `ParquetWriter`."""
    if folder:
        with wrap_os_errors(path, "cannot be a folder, with a file for each type"):
            path.mkdir(exist_ok=True)
    with contextlib.ExitStack() as stack:
        writer = ParquetWriter(
            path, stack, columns=columns, names=names, folder=folder, crawled=crawled, mode=mode
        )
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

    def __init__(
        self, arrow: Any, parquet: Any, draft: Path, table: Table, metadata: Mapping[bytes, bytes]
    ) -> None:
        self._arrow, self._table = arrow, table
        kinds = _arrow_kinds(arrow)
        fields = [(each.name, kinds[each.kind]) for each in table.columns]
        self._schema = arrow.schema(fields, metadata=metadata)
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
    with _reading(path) as file:
        for batch in file.iter_batches(batch_size=1_000):
            for row in batch.to_pylist():
                type, id = row.get("type"), row.get("id")
                if not (isinstance(type, str) and type and isinstance(id, str) and id):
                    raise InvalidArgumentError(f"{path}: no columns with type and id")
                yield table_of(type, names=True).document(row)


def describe_parquet(path: Path) -> tuple[frozenset[str] | None, dict[str, list[str]]]:
    """Return the types that were listed, None if that is not in the file, and tables' columns."""
    with _reading(path) as file:
        metadata = file.schema_arrow.metadata or {}
        types = None
        if _CRAWLED in metadata:
            types = msgspec.json.decode(metadata[_CRAWLED], type=frozenset[str])
        name = table_name(metadata.get(_TYPE, b"").decode(errors="replace"))
        return types, {name: file.schema_arrow.names}


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[Any]:
    arrow, parquet = import_arrow()
    try:
        with parquet.ParquetFile(path) as file:
            yield file
    except (arrow.ArrowException, OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
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
