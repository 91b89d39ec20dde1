"""Reading of inventories in all formats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

import msgspec

from scalr_async._files import wrap_os_errors
from scalr_async.errors import InvalidArgumentError
from scalr_async.inventory._csv import read_csv
from scalr_async.inventory._documents import Document
from scalr_async.inventory._parquet import read_parquet
from scalr_async.inventory._sqlite import read_sqlite

__all__ = ["Format", "format_of", "read_inventory", "read_lines"]

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
        match format_of(path):
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


def format_of(path: Path) -> Format:
    """Detect the format of an inventory from its content; raises `FileError`."""
    with wrap_os_errors(path, "cannot be read"):
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
    decoder = msgspec.json.Decoder()
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            found: Any = decoder.decode(line.removeprefix(_MARK) if number == 1 else line)
        except msgspec.DecodeError:
            found = _parse_surrogates(line)
        if not isinstance(found, dict) or "type" not in found or "id" not in found:
            raise InvalidArgumentError(f"{where}: line {number} is no resource with type and id")
        yield found


def _parse_surrogates(line: bytes) -> Any:
    """Parse JSON with lone surrogates, which JSON allows and msgspec refuses."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
