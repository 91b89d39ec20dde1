"""`crawl`: writes what accounts hold to a file, or to standard output."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs

from scalr_async._files import check_regular_file, is_stream, replace_file
from scalr_async.cli._connect import connect_profile
from scalr_async.cli._counters import Counters
from scalr_async.cli._estimate import at_limit, duration, seconds_for
from scalr_async.cli._present import Board, Column, Presenter, Progress, write_json
from scalr_async.cli._run import Exit
from scalr_async.cli._scheduler import check_scheduler, open_cluster
from scalr_async.cli._streams import STANDARD, presenter
from scalr_async.errors import InvalidArgumentError, ScalrError
from scalr_async.inventory._checkpoint import Checkpoint, Position
from scalr_async.inventory._collections import Selection, parse_since, select
from scalr_async.inventory._crawl import Crawl, Drift, Source
from scalr_async.inventory._documents import Document
from scalr_async.inventory._output import Job, draft_paths
from scalr_async.inventory._tables import check_columns
from scalr_async.inventory._text import count

__all__ = ["crawl"]


async def crawl(arguments: argparse.Namespace) -> int:
    """Read the chosen collections and write them; a file gets its name when it is complete."""
    output = None if arguments.output in (None, STANDARD) else Path(arguments.output)
    _check(arguments, output)
    check_scheduler(arguments)
    show = presenter(sys.stderr)
    watch = _Watch(show, Counters())
    selections = _selections(arguments, arguments.since)
    async with (
        _sources(arguments, watch) as sources,
        open_cluster(arguments, watch.counters) as cluster,
    ):
        checkpoint = None
        if arguments.resume and output is not None:
            checkpoint = _checkpoint(arguments, sources, selections, output)
            selections = _selections(arguments, checkpoint.since)
        if arguments.dry_run:
            return await _estimate(arguments, sources, selections)
        job = Job(
            sources=sources,
            selections=selections,
            observer=watch,
            failed=lambda source, error: show.say(f"{source.name}: {error}"),
            format=arguments.format or "ndjson",
            columns=arguments.columns,
            names=arguments.names,
            on_drift="verify" if arguments.verify else "report",
            read_shards=None if cluster is None else cluster.read_shards,
        )
        check_columns(arguments.columns, job.types, names=arguments.names)
        job.check(output)
        explained = _explain_end(arguments, output, sources, checkpoint, show)
        with show.board() as board, explained:
            watch.board = board
            crawls = await _write(job, output, arguments, checkpoint)
    return _summarize(arguments, crawls, watch, show)


def _check(arguments: argparse.Namespace, output: Path | None) -> None:
    """Refuse options that exclude each other."""
    if arguments.resume and output is None:
        raise InvalidArgumentError("--resume needs --output: standard output cannot be resumed")
    if arguments.resume and arguments.verify:
        raise InvalidArgumentError("--verify reads a list as a whole: it cannot --resume one")
    if arguments.json and output is None and not arguments.dry_run:
        raise InvalidArgumentError("--json needs --output: standard output has the resources")
    if arguments.columns and arguments.format in (None, "ndjson"):
        raise InvalidArgumentError("--columns is for tables: --format csv, parquet or sqlite")
    profiles = arguments.profile or []
    if len(profiles) != len(set(profiles)):
        raise InvalidArgumentError("--profile: each can be given once")
    if len(profiles) > 1 and (arguments.host is not None or arguments.token_file is not None):
        raise InvalidArgumentError("--host and --token-file go with one profile, not with several")


def _selections(arguments: argparse.Namespace, since: str | None) -> list[Selection]:
    pairs = arguments.filter or []
    if len(dict(pairs)) < len(pairs):
        raise InvalidArgumentError("--filter: each name can be given once; several values are a,b")
    return select(
        arguments.kinds,
        include=arguments.include,
        fields=arguments.fields,
        filter=dict(pairs),
        names=arguments.names,
        since=None if since is None else parse_since(since, datetime.now(UTC)),
    )


def _checkpoint(
    arguments: argparse.Namespace,
    sources: Sequence[Source],
    selections: Sequence[Selection],
    output: Path,
) -> Checkpoint:
    """Return the checkpoint to resume from, a new one for a new crawl.

    Raises `InvalidArgumentError` if a file is not a regular one, or would serve two purposes.
    """
    resume = Path(arguments.resume)
    check_regular_file(resume, "--resume")
    if not (output.is_dir() and arguments.format == "parquet"):
        check_regular_file(output, "--output with --resume")
    drafts = draft_paths(output, len(sources))
    if resume.resolve() in {path.resolve() for path in (output, *drafts)}:
        raise InvalidArgumentError(f"--resume: {resume} is what the crawl itself writes")
    asked = ("include", "fields", "filter", "names", "since")
    crawl = {name: getattr(arguments, name) for name in asked} | {"output": output.name}
    crawl["sources"] = [source.meta for source in sources]
    since = arguments.since and parse_since(arguments.since, datetime.now(UTC)).isoformat()
    names = [each.collection.name for each in selections]
    new = Checkpoint.new(json.dumps(crawl), names, len(sources), since)
    found = Checkpoint.load(resume, new)
    for draft, position in zip(drafts, found.positions, strict=True):
        if position.size and not draft.exists():
            raise InvalidArgumentError(
                f"--resume: {draft}, which {resume} continues, is gone; "
                f"remove {resume} to begin anew"
            )
    return found


@contextlib.asynccontextmanager
async def _sources(arguments: argparse.Namespace, watch: _Watch) -> AsyncIterator[list[Source]]:
    """Open a client for each profile, or one client if no profile is given."""
    async with contextlib.AsyncExitStack() as stack:
        sources = []
        for profile in arguments.profile or [None]:
            client = connect_profile(arguments, profile, watch.counters)
            await stack.enter_async_context(client)
            meta: Document = {"origin": str(client.config.api_root.origin())}
            if profile is not None:
                meta["profile"] = profile
            sources.append(Source(name=profile or client.config.host, client=client, meta=meta))
        yield sources


async def _write(
    job: Job, output: Path | None, arguments: argparse.Namespace, checkpoint: Checkpoint | None
) -> list[Crawl]:
    if output is None:
        crawls = await job.write_stream(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return crawls
    if is_stream(output) and not job.is_folder:
        with replace_file(output) as file:
            return await job.write_stream(file)
    resume = Path(arguments.resume) if arguments.resume else None
    return await job.write_file(output, resume, checkpoint)


@attrs.define
class _Watch:
    """Shows the progress of a crawl; `written` counts this run's resources by collection.

    `included` counts the resources that were written because others include them.
    """

    show: Presenter
    counters: Counters
    board: Board | None = None
    begun: float = attrs.field(factory=time.monotonic)
    written: Counter[str] = attrs.field(factory=Counter)
    included: int = 0
    _tasks: dict[tuple[str, str], _Task] = attrs.field(factory=dict)
    _sources: set[str] = attrs.field(factory=set)

    def begin(self, source: str, collection: str) -> None:
        """Add a bar for the collection."""
        assert self.board is not None
        self._sources.add(source)
        label = collection.replace("_", " ")
        if len(self._sources) > 1:
            label = f"{source} {label}"
        self._tasks[source, collection] = _Task(self.board.task(label), time.monotonic())
        self.written.setdefault(collection, 0)

    def restart(self, source: str, collection: str, page: int) -> None:
        """Say that the collection is read again from its beginning."""
        where = f"{source}: " if len(self._sources) > 1 else ""
        self.show.say(
            f"{where}{collection}: the list changed since page {page} was written; "
            "it is read from its beginning"
        )

    def skip(self, source: str, collection: str, items: int, total: int | None) -> None:
        """Count items that an earlier run has written."""
        progress = self._tasks[source, collection].progress
        progress.expect(total)
        progress.advance(items)

    def page(
        self, source: str, collection: str, items: int, total: int | None, *, included: int
    ) -> None:
        """Move the bar, and show the rate, the requests and the waits beside it."""
        task = self._tasks[source, collection]
        self.written[collection] += items
        self.included += included
        task.items += items
        task.progress.expect(total)
        rate = task.items / max(time.monotonic() - task.begun, 0.001)
        requests = count(self.counters.requests, "request")
        waits = f", {count(self.counters.waits, 'wait')}" if self.counters.waits else ""
        left = (
            "" if total is None else f", {duration((total - task.items) / max(rate, 0.001))} left"
        )
        task.progress.note(f"{rate:,.0f}/s, {requests}{waits}{left}")
        task.progress.advance(items)

    def end(self, source: str, collection: str) -> None:
        """Clear the note beside the bar."""
        self._tasks[source, collection].progress.note("")


@attrs.define
class _Task:
    progress: Progress
    begun: float
    items: int = 0


def _summarize(
    arguments: argparse.Namespace, crawls: Sequence[Crawl], watch: _Watch, show: Presenter
) -> Exit:
    """Say what was written, and which lists may lack items."""
    drifts = [drift for each in crawls for drift in each.drifts]
    for drift in drifts:
        where = f"{drift.source}: " if len(crawls) > 1 else ""
        show.say(
            f"{where}{drift.collection}: the list changed on the way ({drift.seen}); "
            "some may be missing"
        )
    total, counted = watch.written.total(), watch.counters
    seconds = time.monotonic() - watch.begun
    if arguments.json:
        write_json([_summary(arguments, watch, drifts, seconds)])
    else:
        noun = "more resource" if any(each.resumed for each in crawls) else "resource"
        kinds = ", ".join(f"{name.replace('_', ' ')} {n:,}" for name, n in watch.written.items())
        waits = f", {count(counted.waits, 'wait')}" if counted.waits else ""
        more = f" and {watch.included:,} included with them" if watch.included else ""
        where = f" to {arguments.output}" if arguments.output not in (None, STANDARD) else ""
        show.say(
            f"wrote {count(total, noun)}{more}{where}: {kinds or 'nothing was left to read'}; "
            f"{count(counted.requests, 'request')}{waits}, {duration(seconds)}"
        )
    return Exit.INCOMPLETE if drifts and not arguments.allow_missing else Exit.OK


def _summary(
    arguments: argparse.Namespace, watch: _Watch, drifts: Sequence[Drift], seconds: float
) -> dict[str, Any]:
    counted = watch.counters
    return {
        "output": arguments.output,
        "resources": watch.written.total(),
        "included": watch.included,
        "collections": dict(watch.written),
        "requests": counted.requests,
        "throttled": counted.throttled,
        "retries": counted.retries,
        "waits": counted.waits,
        "longest_wait": round(counted.waited, 3),
        "seconds": round(seconds, 3),
        "changed": [attrs.asdict(drift) for drift in drifts],
    }


async def _estimate(
    arguments: argparse.Namespace, sources: Sequence[Source], selections: Sequence[Selection]
) -> Exit:
    """Count the items, one request a list, and show how many requests a crawl would send."""
    rows = []
    for source in sources:
        for selection in selections:
            mode = "verify" if arguments.verify else "report"
            counted = await selection.pager(source.client, on_drift=mode).estimate()
            name = selection.collection.name
            rows.append((source.name, name, counted.items, counted.requests))
    requests = {
        source.name: sum(row[3] for row in rows if row[0] == source.name) for source in sources
    }
    seconds = seconds_for(max(requests.values()), arguments)  # sources do not share a limit
    if arguments.json:
        keys = ("source", "collection", "items", "requests")
        collections = [dict(zip(keys, row, strict=True)) for row in rows]
        total = sum(requests.values())
        write_json(
            [{"requests": total, "minutes": round(seconds / 60, 3), "collections": collections}]
        )
        return Exit.OK
    show = presenter(sys.stdout)
    show.table(
        (
            Column("source"),
            Column("collection"),
            Column("items", right=True),
            Column("requests", right=True),
        ),
        [[source, name, f"{items:,}", f"{pages:,}"] for source, name, items, pages in rows],
    )
    show.say(f"{at_limit(sum(requests.values()), seconds, arguments)}; nothing was written")
    return Exit.OK


@contextlib.contextmanager
def _explain_end(
    arguments: argparse.Namespace,
    output: Path | None,
    sources: Sequence[Source],
    checkpoint: Checkpoint | None,
    show: Presenter,
) -> Iterator[None]:
    """Say what a crawl that failed or was interrupted leaves behind, and how to resume it."""
    try:
        yield
    except (asyncio.CancelledError, ScalrError, OSError):
        if checkpoint is not None:
            places = [_place(each) for each in checkpoint.positions]
            if len(sources) > 1:
                places = [f"{a.name} {place}" for a, place in zip(sources, places, strict=True)]
            show.say(f"stopped {', '.join(places)}; the same command goes on there")
        elif output is not None and not is_stream(output):
            show.say(f"{arguments.output} was not written; with --resume FILE a crawl can go on")
        raise


def _place(position: Position) -> str:
    if position.is_complete:
        return "after the last page"
    if not position.page:
        return f"before {position.collection}"
    return f"after page {position.page} of {position.collection}"
