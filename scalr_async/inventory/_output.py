"""The output of a crawl: a stream that is written page by page, or a file written atomically.

A file is made from drafts, one for each source: NDJSON files that only grow, so that an interrupted
crawl can resume. When all are complete, they are converted to the file's format.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, get_args

import attrs

from scalr_async._files import (
    allowed_mode,
    check_regular_file,
    commit_file,
    continue_file,
    partial_path,
    replace_file,
)
from scalr_async.errors import InvalidArgumentError, ScalrError
from scalr_async.inventory._checkpoint import Checkpoint, Position
from scalr_async.inventory._collections import Selection, may_hold_secrets, schema_of
from scalr_async.inventory._crawl import Crawl, CrawlObserver, ReadShards, Source
from scalr_async.inventory._csv import CsvWriter
from scalr_async.inventory._documents import Document, json_lines
from scalr_async.inventory._parquet import ParquetWriter, import_arrow, write_parquet
from scalr_async.inventory._reading import Format, read_lines
from scalr_async.inventory._sqlite import SqliteWriter, write_sqlite
from scalr_async.pagination import OnDrift

__all__ = ["FORMATS", "Format", "Job", "draft_paths"]

FORMATS: Final[tuple[Format, ...]] = get_args(Format)
_BATCH: Final = 500
"""Documents that are exported at a time, before other tasks get their turn."""


@attrs.frozen(kw_only=True)
class Job:
    """A crawl of several sources: their selections, and the format of the output.

    `columns` are those of tables; `names` puts names beside ids. `failed` is called with each
    source whose crawl failed; the others go on.
    """

    sources: Sequence[Source]
    selections: Sequence[Selection]
    observer: CrawlObserver
    failed: Callable[[Source, ScalrError], None]
    format: Format = "ndjson"
    columns: Sequence[str] = ()
    names: bool = False
    on_drift: OnDrift = "report"
    read_shards: ReadShards | None = None

    @property
    def crawled(self) -> Sequence[str]:
        """The types of the listed resources."""
        return [each.collection.type for each in self.selections]

    @property
    def types(self) -> Sequence[str]:
        """The types of the written resources, listed ones first."""
        included = [
            link.target
            for each in self.selections
            for name in each.includes
            if (schema := schema_of(each.collection.type))
            and (link := schema.relationships.get(name.replace("_", "-")))
        ]
        return list(dict.fromkeys([*self.crawled, *included]))

    @property
    def is_folder(self) -> bool:
        """True if the output is a folder: Parquet has a file for each type."""
        return self.format == "parquet" and len(self.types) > 1

    def check(self, output: Path | None) -> None:
        """Raise `InvalidArgumentError` if the format does not support the output."""
        if self.format == "parquet":
            import_arrow()
        if self.format in ("parquet", "sqlite"):
            if output is None:
                raise InvalidArgumentError(f"{self.format} needs --output: it is no stream")
            if not self.is_folder:
                check_regular_file(output, "--output")
            elif output.exists() and not output.is_dir():
                raise InvalidArgumentError(
                    f"--output: {output} must be a folder: Parquet has a file for each type"
                )

    async def write_stream(self, stream: BinaryIO) -> list[Crawl]:
        """Write pages as they arrive; those of several sources are interleaved."""
        draft = _StreamDraft(self._line_writer(stream), stream)
        crawls = self._crawls([draft] * len(self.sources), self._new().positions, lambda: None)
        await self._run(crawls)
        return crawls

    async def write_file(
        self, output: Path, resume: Path | None, checkpoint: Checkpoint | None
    ) -> list[Crawl]:
        """Write a file, which gets its name when it is complete.

        With `resume`, the path of a file, the crawl keeps its progress there and never deletes
        unfinished drafts, so that it can resume from `checkpoint`.
        """
        mode = allowed_mode(output, 0o600 if may_hold_secrets(self.types) else 0o666)
        checkpoint = checkpoint or self._new()
        drafts = draft_paths(output, len(self.sources))
        if resume is None:  # the drafts' names need not be found again
            drafts = [output.with_name(f".{secrets.token_hex(8)}.part") for _ in drafts]
        with contextlib.ExitStack() as stack:
            if resume is None:
                stack.callback(_remove, drafts)
            files = [
                stack.enter_context(continue_file(draft, position.size, mode=mode))
                for draft, position in zip(drafts, checkpoint.positions, strict=True)
            ]

            def save() -> None:
                if resume is not None:
                    checkpoint.save(resume, mode=mode)

            homes = [_FileDraft(file, path) for file, path in zip(files, drafts, strict=True)]
            crawls = self._crawls(homes, checkpoint.positions, save)
            await self._run(crawls)
            async for _ in self._export(files, drafts, output, mode):
                await asyncio.sleep(0)
        _remove([*drafts, *([] if resume is None else [resume])])
        return crawls

    def _new(self) -> Checkpoint:
        names = [each.collection.name for each in self.selections]
        return Checkpoint.new("", names, len(self.sources))

    def _crawls(
        self, drafts: Sequence[Any], positions: Sequence[Position], save: Callable[[], None]
    ) -> list[Crawl]:
        return [
            Crawl(
                source=source,
                selections=self.selections,
                draft=draft,
                position=position,
                observer=self.observer,
                save=save,
                on_drift=self.on_drift,
                read_shards=self.read_shards,
            )
            for source, draft, position in zip(self.sources, drafts, positions, strict=True)
        ]

    async def _run(self, crawls: Sequence[Crawl]) -> None:
        """Run all crawls; a failure does not stop the others, and is raised at the end."""
        ends = await asyncio.gather(*(each.run() for each in crawls), return_exceptions=True)
        errors = [end for end in ends if isinstance(end, BaseException)]
        for source, end in zip(self.sources, ends, strict=True):
            if isinstance(end, ScalrError) and len(self.sources) > 1:
                self.failed(source, end)
        if errors:
            raise errors[0]

    def _line_writer(self, file: BinaryIO) -> Callable[[Sequence[Document]], object]:
        if self.format == "csv":
            several = len(self.sources) > 1
            included = any(each.includes for each in self.selections)
            return CsvWriter(
                file, self.columns, names=self.names, several=several, included=included
            ).write
        return lambda documents: file.write(json_lines(documents))

    async def _export(
        self, files: Sequence[BinaryIO], drafts: Sequence[Path], output: Path, mode: int
    ) -> AsyncIterator[None]:
        for file in files:
            file.flush()
        if self.format == "ndjson" and len(files) == 1:
            commit_file(files[0], drafts[0], output)
            return
        with self._writer(output, mode) as write:
            for draft in drafts:
                with draft.open("rb") as file:
                    for some in _batches(read_lines(file, str(draft))):
                        write(some)
                        yield

    @contextlib.contextmanager
    def _writer(self, output: Path, mode: int) -> Iterator[Callable[[Sequence[Document]], object]]:
        if self.format in ("ndjson", "csv"):
            with replace_file(output, mode=mode) as file:
                yield self._line_writer(file)
            return
        opened: contextlib.AbstractContextManager[ParquetWriter | SqliteWriter]
        options: dict[str, Any] = {"names": self.names, "crawled": self.crawled, "mode": mode}
        if self.format == "parquet":
            opened = write_parquet(output, self.columns, folder=self.is_folder, **options)
        else:
            opened = write_sqlite(output, self.columns, **options)
        with opened as table:
            for type in self.types:
                table.expect(type)
            yield table.write


@attrs.frozen
class _FileDraft:
    """A draft in a file of NDJSON."""

    file: BinaryIO
    path: Path

    def write(self, documents: Sequence[Document]) -> int:
        """Append documents; returns their length in bytes."""
        return self.file.write(json_lines(documents))

    def flush(self) -> None:
        """Hand over what was written."""
        self.file.flush()

    def cut(self, size: int) -> None:
        """Truncate the file."""
        self.file.truncate(size)
        self.file.seek(size)

    def documents(self) -> Iterable[Document]:
        """Yield the documents in the file."""
        with self.path.open("rb") as file:
            yield from read_lines(file, str(self.path))


@attrs.frozen
class _StreamDraft:
    """A draft that passes documents to a stream and keeps none."""

    writer: Callable[[Sequence[Document]], object]
    stream: BinaryIO

    def write(self, documents: Sequence[Document]) -> int:
        """Write documents; returns 0, because their length is not used."""
        self.writer(documents)
        return 0

    def flush(self) -> None:
        """Hand over what was written."""
        self.stream.flush()

    def cut(self, size: int) -> None:
        """Do nothing: a crawl that writes a stream cannot resume."""

    def documents(self) -> Iterable[Document]:
        """Return nothing."""
        return ()


def draft_paths(output: Path, sources: int) -> list[Path]:
    """Return the paths of the drafts of a resumable crawl, one for each source."""
    if sources == 1:
        return [partial_path(output)]
    return [partial_path(output.with_name(f"{output.name}.{n}")) for n in range(1, sources + 1)]


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    some: list[Document] = []
    for each in documents:
        some.append(each)
        if len(some) == _BATCH:
            yield some
            some = []
    yield some


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
