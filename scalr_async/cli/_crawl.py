"""`crawl`: writes an inventory, a resource a line."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from scalr_async.cli._bookmark import Bookmark
from scalr_async.cli._connect import connect
from scalr_async.cli._exit import Exit
from scalr_async.cli._inventory import walk
from scalr_async.cli._parser import KINDS
from scalr_async.cli._present import presenter
from scalr_async.cli._rows import csv_header, csv_lines, json_lines
from scalr_async.client import ScalrClient
from scalr_async.errors import InvalidArgumentError

__all__ = ["crawl"]


async def crawl(arguments: argparse.Namespace) -> int:
    """Walk what was asked for; a file gets its name when it is complete."""
    if arguments.resume and not arguments.output:
        raise InvalidArgumentError("--resume needs --output: only a file can be gone on with")
    kinds = [kind for kind in KINDS if kind in (arguments.kinds or KINDS)]
    note = Path(arguments.resume) if arguments.resume else None
    async with connect(arguments) as scalr:
        host = scalr.config.host
        mark = Bookmark(host=host, kinds=kinds, format=arguments.format, kind=kinds[0])
        mark = mark if note is None else Bookmark.load(note, mark)
        with _opened(arguments.output, mark) as file:
            await _fill(file, scalr, mark, note)
    if note is not None:
        note.unlink(missing_ok=True)
    return Exit.OK


async def _fill(file: BinaryIO, scalr: ScalrClient, mark: Bookmark, note: Path | None) -> None:
    lines = csv_lines if mark.format == "csv" else json_lines
    if mark.format == "csv" and mark.size == 0:
        mark.size += file.write(csv_header().encode())
    show = presenter(sys.stderr)
    kinds = mark.kinds[mark.kinds.index(mark.kind) :]
    async for batch in walk(scalr, kinds, show, start=mark.page):
        mark.size += file.write(lines(batch.items).encode())
        mark.kind, mark.page = batch.kind, batch.number + 1
        if note is not None:
            file.flush()
            mark.save(note)


@contextlib.contextmanager
def _opened(output: str | None, mark: Bookmark) -> Iterator[BinaryIO]:
    """Open standard output, or the file: under another name until it is complete."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    draft = Path(f"{output}.part")
    if mark.size == 0:
        draft.write_bytes(b"")
    with draft.open("r+b") as file:
        if file.seek(0, os.SEEK_END) < mark.size:
            raise InvalidArgumentError(f"{draft}: shorter than noted; remove the --resume file")
        file.truncate(mark.size)
        file.seek(mark.size)
        yield file
    draft.replace(output)
