"""pyreqwest, bindings of Rust's reqwest with threads of its own, and msgspec structs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pyreqwest.client import ClientBuilder

from benchmarks.clients import _peer
from benchmarks.clients.dicts import HEADERS
from benchmarks.job import Job


@asynccontextmanager
async def _opened(job: Job) -> AsyncIterator[_peer.Fetch]:
    builder = ClientBuilder().default_headers(HEADERS).error_for_status(enable=True)
    async with builder.build() as client:

        async def fetch(target: str) -> bytes | memoryview:
            answer = await client.get(job.url + target).build().send()
            return memoryview(await answer.bytes())

        yield fetch


async def attributes(job: Job) -> int:
    return await _peer.attributes(job, _opened)


async def gets(job: Job) -> int:
    return await _peer.gets(job, _opened)
