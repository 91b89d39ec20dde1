"""`crawl`: writes an inventory, a resource a line."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import attrs

from scalr_async._files import check_regular_file, continue_file, partial_path
from scalr_async.cli._connect import connect
from scalr_async.cli._inventory import Inventory
from scalr_async.cli._parser import KINDS
from scalr_async.cli._run import Exit
from scalr_async.cli._streams import STANDARD, opened, presenter
from scalr_async.errors import InvalidArgumentError
from scalr_async.inventory._checkpoint import Checkpoint
from scalr_async.inventory._lines import csv_header, csv_lines, json_lines
from scalr_async.inventory._text import count

__all__ = ["crawl"]


async def crawl(arguments: argparse.Namespace) -> int:
    """Walk what was asked for; a file gets its name when it is complete."""
    output = None if arguments.output in (None, STANDARD) else Path(arguments.output)
    if arguments.resume and output is None:
        raise InvalidArgumentError("--resume needs --output: only a file can be gone on with")
    if arguments.resume and arguments.verify:
        raise InvalidArgumentError("--verify reads a list as a whole: it cannot --resume one")
    kinds = [kind for kind in KINDS if kind in (arguments.kinds or KINDS)]
    note = None
    if arguments.resume and output is not None:
        note = _note(Path(arguments.resume), output)
    async with connect(arguments) as scalr:
        mark = Checkpoint(
            host=scalr.config.host, kinds=kinds, format=arguments.format, kind=kinds[0]
        )
        mark = mark if note is None else Checkpoint.load(note, mark)
        inventory = Inventory(
            scalr=scalr,
            show=presenter(sys.stderr),
            on_drift="verify" if arguments.verify else "report",
        )
        resumed = mark.size > 0
        whole = continue_file(output, mark.size) if note and output else opened(arguments.output)
        with whole as file:
            crawled = _Crawl(inventory=inventory, file=file, mark=mark, note=note)
            with _interruption_told(crawled, output):
                await crawled.run()
    if note is not None:
        note.unlink(missing_ok=True)
    if output is not None:
        noun = "more resource" if resumed else "resource"
        inventory.show.say(f"wrote {count(crawled.written, noun)} to {output}")
    missing = inventory.changed and not arguments.allow_missing
    return Exit.INCOMPLETE if missing else Exit.OK


def _note(note: Path, output: Path) -> Path:
    """Return where a crawl notes how far it has come, if both can be files of their own."""
    check_regular_file(output, "--output with --resume")
    check_regular_file(note, "--resume")
    if note.resolve() in {output.resolve(), partial_path(output).resolve()}:
        raise InvalidArgumentError(f"--resume: {note} is what the crawl itself writes")
    return note


@attrs.define(kw_only=True)
class _Crawl:
    """Fills a file; `written` counts the resources of this run."""

    inventory: Inventory
    file: BinaryIO
    mark: Checkpoint
    note: Path | None
    written: int = 0

    async def run(self) -> None:
        mark = self.mark
        if mark.format == "csv" and mark.size == 0:
            mark.size += self.file.write(csv_header().encode())
            mark.begun = mark.size
        for kind in mark.kinds[mark.kinds.index(mark.kind) :]:
            if kind != mark.kind:
                mark.turn_to(kind)
            await self._fill(kind, await self._start())

    async def _start(self) -> int:
        """Return the page to go on with: the next one if the list is as it was, else the first."""
        mark = self.mark
        if mark.page == 0:
            return 1
        last = await self.inventory.page(mark.kind, mark.page)
        if [item.id for item in last.items] == list(mark.ids) and last.total == mark.total:
            return mark.page + 1
        self.inventory.show.say(
            f"{mark.kind}: the list changed since page {mark.page} was written; "
            "it is read from its beginning"
        )
        mark.size = mark.begun
        mark.turn_to(mark.kind)
        self._save()  # before the pages are gone that it would still name
        self.file.truncate(mark.size)
        self.file.seek(mark.size)
        return 1

    async def _fill(self, kind: str, start: int) -> None:
        mark = self.mark
        lines = csv_lines if mark.format == "csv" else json_lines
        if mark.total is not None and mark.written >= mark.total:
            return  # the page that was written last was the last one
        async for batch in self.inventory.walk(kind, start=start):
            mark.size += self.file.write(lines(batch.items).encode())
            mark.page, mark.ids = batch.number, [item.id for item in batch.items]
            mark.total, mark.written = batch.total, mark.written + len(batch.items)
            self.written += len(batch.items)
            self._save()

    def _save(self) -> None:
        """Note how far the file has come, if somebody wants to go on with it."""
        if self.note is not None:
            self.file.flush()
            self.mark.save(self.note)


@contextlib.contextmanager
def _interruption_told(crawled: _Crawl, output: Path | None) -> Iterator[None]:
    """Say what an interrupted crawl leaves behind, and how it goes on."""
    try:
        yield
    except asyncio.CancelledError:
        if crawled.note is not None:
            mark = crawled.mark
            where = f"after page {mark.page} of {mark.kind}" if mark.page else f"before {mark.kind}"
            crawled.inventory.show.say(f"stopped {where}; the same command goes on there")
        elif output is not None:
            crawled.inventory.show.say(
                f"{output} was not written; with --resume FILE a crawl can be gone on with"
            )
        raise
