"""The longest time for which this library blocks the event loop, in milliseconds.

The time of `orjson.loads` for the same page is the reference: the least of several runs. Times are
CPU time of the process between two turns of an idle task, so the load of the machine does not
count.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import attrs
import orjson

from benchmarks.clients import dicts
from benchmarks.job import PAGE_SIZE, Job
from scalr_async import ScalrClient

_REPEATS: Final = 5


@attrs.define
class _Longest:
    seconds: float = 0.0


@asynccontextmanager
async def _watched() -> AsyncIterator[_Longest]:
    longest = _Longest()

    async def turn() -> None:
        last = time.process_time()
        while True:
            await asyncio.sleep(0)
            now = time.process_time()
            longest.seconds = max(longest.seconds, now - last)
            last = now

    task = asyncio.create_task(turn())
    await asyncio.sleep(0)
    try:
        yield longest
        await asyncio.sleep(0)  # the turn that ends the last interval
    finally:
        task.cancel()


async def pages(job: Job) -> tuple[float, float]:
    """Walk page by page, so that no two are decoded in one turn of the loop."""
    async with ScalrClient(job.url, "token") as scalr, _watched() as longest:
        walk = scalr.workspaces.list(page_size=PAGE_SIZE, prefetch=0)
        seen = sum([len(page) async for page in walk.pages()])
    assert seen == job.total, seen
    return longest.seconds * 1e3, await _loading(job)


async def page(job: Job) -> tuple[float, float]:
    """Read one page of the server's size."""
    async with ScalrClient(job.url, "token") as scalr, _watched() as longest:
        first = await scalr.workspaces.list(on_drift="ignore")
    assert len(first) == job.total, len(first)
    return longest.seconds * 1e3, await _loading(job)


async def _loading(job: Job) -> float:
    async with dicts.session(job) as session:
        params = {"page[size]": str(PAGE_SIZE)}
        async with session.get(dicts.API, params=params) as answer:
            body = await answer.read()
    spent = []
    for _ in range(_REPEATS):
        began = time.process_time()
        loaded = orjson.loads(body)
        spent.append(time.process_time() - began)
        del loaded
    return min(spent) * 1e3
