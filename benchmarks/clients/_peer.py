"""The work of clients that send without aiohttp, and read msgspec structs.

They do nothing else: no limits, no retries, no typed errors, no checks of answers.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from benchmarks.clients import _typed, structs
from benchmarks.clients.dicts import API, in_order
from benchmarks.documents import name_of
from benchmarks.job import PAGE_SIZE, Job

__all__ = ["Fetch", "Opened", "attributes", "gets"]

Fetch = Callable[[str], Awaitable[bytes | memoryview]]
"""Returns the body at a path."""
Opened = Callable[[Job], AbstractAsyncContextManager[Fetch]]


async def attributes(job: Job, opened: Opened) -> int:
    async with opened(job) as fetch:
        return await _typed.added(_walk(job, fetch))


async def gets(job: Job, opened: Opened) -> int:
    total = 0
    async with opened(job) as fetch:
        for number in range(job.total):
            total += _typed.read(structs.load_one(await fetch(f"{API}/{name_of(number)}")))
    return total


async def _walk(job: Job, fetch: Fetch) -> AsyncIterator[Sequence[Any]]:
    async def page(number: int) -> Sequence[Any]:
        query = f"page%5Bnumber%5D={number}&page%5Bsize%5D={PAGE_SIZE}"
        return structs.load(await fetch(f"{API}?{query}"))

    async for one in in_order(job, page):
        yield one
