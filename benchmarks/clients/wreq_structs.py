"""wreq, an HTTP client in Rust with threads of its own, and msgspec structs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import wreq

from benchmarks.clients import _peer
from benchmarks.clients.dicts import HEADERS
from benchmarks.job import Job


@asynccontextmanager
async def _opened(job: Job) -> AsyncIterator[_peer.Fetch]:
    client = wreq.Client(headers=HEADERS, pool_max_idle_per_host=job.in_flight)

    async def fetch(target: str) -> memoryview:
        async with await client.get(job.url + target) as answer:
            if answer.status.as_int() != 200:
                raise RuntimeError("not what was asked for")
            body: memoryview = await answer.bytes()
            return body

    yield fetch
    client.close()


async def attributes(job: Job) -> int:
    return await _peer.attributes(job, _opened)


async def gets(job: Job) -> int:
    return await _peer.gets(job, _opened)
