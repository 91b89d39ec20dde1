"""`crawl --scheduler`: Dask workers read the shards of a list, this process writes them."""

from __future__ import annotations

import argparse
import asyncio
import concurrent.futures
import contextlib
import importlib
from collections import Counter, deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

import attrs

from scalr_async._text import shown
from scalr_async.cli._connect import connect_profile
from scalr_async.cli._counters import Counters
from scalr_async.cli._streams import STANDARD
from scalr_async.errors import ConfigError, FileError, InvalidArgumentError, ScalrError
from scalr_async.inventory._collections import Selection, find_collection
from scalr_async.inventory._crawl import Batch, Source, batch_of
from scalr_async.inventory._documents import Document, SeenIds

__all__ = ["Cluster", "check_scheduler", "open_cluster"]

_SHARD: Final = 1000
"""Items of a shard: those read again when a worker is lost, and held in memory `_AHEAD` times."""
_AHEAD: Final = 2
"""Shards per thread of a worker that are being read, or wait to be written."""
_PREFETCH: Final = 16
"""Pages in flight in a worker: nearly a whole shard."""
_PATIENCE: Final = 10.0
"""Seconds within which the scheduler must answer, and must have a worker."""
_CONNECTION: Final = ("host", "token_file", "ca_file", "proxy", "rate", "budget")
"""Options that say how to connect. None holds a secret; they name files that do."""


@attrs.frozen(kw_only=True)
class Task:
    """One shard to read, sent to a worker, which has credentials of its own."""

    connection: Mapping[str, Any]
    profile: str | None
    meta: Document
    collection: str
    options: Mapping[str, Any]
    includes: Sequence[str]
    names: Sequence[str]
    listed: AbstractSet[str]
    shard: str


@attrs.frozen
class Part:
    """A worker's answer: a shard's pages, signs of drift (`seen`), and counts of requests."""

    batches: Sequence[Batch]
    seen: Counter[str]
    counters: Counters


def read_shard(task: Task) -> Part:
    """Read a shard. Runs in a thread of a worker."""
    try:
        return asyncio.run(_read_shard(task))
    except (ConfigError, InvalidArgumentError, FileError) as error:
        raise type(error)(f"on a worker: {error}") from None


async def _read_shard(task: Task) -> Part:
    counters = Counters()
    connection = argparse.Namespace(**task.connection)
    async with connect_profile(connection, task.profile, counters) as scalr:
        origin = str(scalr.config.api_root.origin())
        if origin != task.meta["origin"]:
            raise ConfigError(f"its credentials are for {origin}, not for {task.meta['origin']}")
        selection = Selection(
            collection=find_collection(task.collection),
            options=task.options,
            includes=task.includes,
            names=task.names,
        )
        came = SeenIds()

        def is_wanted(resource: Any) -> bool:
            identity = (resource.type, resource.id)
            return resource.type not in task.listed and came.is_new(identity)

        pager = selection.pager(scalr, prefetch=_PREFETCH).resume(task.shard)
        batches = [batch_of(page, selection, task.meta, is_wanted) async for page in pager.pages()]
        return Part(batches, pager.report.counts, counters)


def check_scheduler(arguments: argparse.Namespace) -> None:
    """Refuse options that do not work with workers."""
    if arguments.scheduler is None:
        return
    for option in ("resume", "verify", "dry_run"):
        if getattr(arguments, option):
            name = option.replace("_", "-")
            raise InvalidArgumentError(f"--scheduler: cannot be used with --{name}")
    if arguments.token_file == STANDARD:
        raise InvalidArgumentError("--token-file: workers have no standard input; name a file")


@contextlib.asynccontextmanager
async def open_cluster(
    arguments: argparse.Namespace, counters: Counters
) -> AsyncIterator[Cluster | None]:
    """Connect to the scheduler; None without one.

    Raises `ConfigError` when Dask is missing, `ScalrError` when the scheduler or its workers fail.
    """
    address = arguments.scheduler
    if address is None:
        yield None
        return
    try:
        distributed: Any = importlib.import_module("distributed")
    except ModuleNotFoundError:
        raise ConfigError(
            "--scheduler needs the package distributed: pip install 'scalr-async[dask]'"
        ) from None
    lost = (OSError, ValueError, concurrent.futures.CancelledError, distributed.KilledWorker)
    async with contextlib.AsyncExitStack() as stack:
        with _raise_scalr_error(address, lost):
            made = distributed.Client(address, asynchronous=True, timeout=_PATIENCE)
            client = await stack.enter_async_context(made)
            await client.wait_for_workers(1, timeout=_PATIENCE)
        connection = {name: getattr(arguments, name) for name in _CONNECTION}
        yield Cluster(address, client, lost, connection, counters)


@contextlib.contextmanager
def _raise_scalr_error(address: str, lost: tuple[type[Exception], ...]) -> Iterator[None]:
    """Turn Dask's errors about a lost scheduler or worker into `ScalrError`."""
    try:
        yield
    except lost as error:
        if isinstance(error, ScalrError):
            raise
        why = str(error) or type(error).__name__
        raise ScalrError(f"--scheduler {shown(address)}: {why}") from None


@attrs.frozen
class Cluster:
    """Hands shards to workers, and returns their pages in the order of the list."""

    address: str
    client: Any
    lost: tuple[type[Exception], ...]
    connection: Mapping[str, Any]
    counters: Counters

    async def read_shards(
        self,
        source: Source,
        selection: Selection,
        *,
        listed: AbstractSet[str],
        seen: Counter[str],
    ) -> AsyncGenerator[Batch]:
        """Yield the pages of a list; see `ReadShards`.

        When a worker is lost, Dask has others read the shards that it had not handed over. An item
        near a seam may come in two shards if others are created meanwhile; the second is left out.
        """
        pager = selection.pager(source.client)
        items = await pager.count()
        shards = deque(await pager.shards(max(1, -(-items // _SHARD))))
        futures: deque[Any] = deque()
        before: set[str] = set()
        while shards or futures:
            with _raise_scalr_error(self.address, self.lost):
                threads = sum((await self.client.nthreads()).values())
                while shards and len(futures) < _AHEAD * max(1, threads):
                    task = self._task(source, selection, listed, shards.popleft())
                    futures.append(self.client.submit(read_shard, task, pure=False))
                part: Part = await futures.popleft()
            seen.update(part.seen)
            self.counters.add(part.counters)
            here: set[str] = set()
            for batch in part.batches:
                here.update(batch.ids)
                yield _without(batch, before)
            before = here

    def _task(
        self, source: Source, selection: Selection, listed: AbstractSet[str], shard: str
    ) -> Task:
        return Task(
            connection=self.connection,
            profile=source.meta.get("profile"),
            meta=source.meta,
            collection=selection.collection.name,
            options=selection.options,
            includes=selection.includes,
            names=selection.names,
            listed=listed,
            shard=shard,
        )


def _without(batch: Batch, ids: set[str]) -> Batch:
    """Return a page without the documents that the previous shard contained."""
    if ids.isdisjoint(batch.ids):
        return batch
    kept = [i for i, id in enumerate(batch.ids) if id not in ids]
    return attrs.evolve(
        batch, documents=[batch.documents[i] for i in kept], ids=[batch.ids[i] for i in kept]
    )
