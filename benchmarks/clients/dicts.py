"""The reference: aiohttp, `orjson.loads` into plain dicts, and nothing else.

Like this library, it returns all items in the order of the list, and reads as many pages ahead;
`folded` shows the savings without either.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any, TypeVar

import aiohttp
import orjson

from benchmarks.documents import INCLUDE, POOL, name_of
from benchmarks.job import PAGE_SIZE, Everything, Job

API = "/api/iacp/v3/workspaces"
HEADERS = {"Authorization": "Bearer token", "Accept": "application/vnd.api+json"}

_NAMED = (("environment", "name"), ("agent-pool", "name"), ("created-by", "email"))

T = TypeVar("T")


@asynccontextmanager
async def session(job: Job) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(job.url, headers=HEADERS) as opened:
        yield opened


async def walk(
    job: Job, read: Callable[[bytes], T], include: str | None = None
) -> AsyncIterator[T]:
    """Yield the results of `read` for the pages, in order, reading `in_flight` of them ahead."""

    async def page(number: int) -> T:
        params = {"page[number]": str(number), "page[size]": str(PAGE_SIZE)}
        if include is not None:
            params["include"] = include
        async with opened.get(API, params=params) as answer:
            return read(await answer.read())

    async with session(job) as opened:
        async for one in in_order(job, page):
            yield one


async def in_order(job: Job, page: Callable[[int], Coroutine[Any, Any, T]]) -> AsyncIterator[T]:
    """Yield the pages in order, `in_flight` of them read ahead."""
    numbers = iter(job.pages)
    ahead = deque(asyncio.create_task(page(n)) for n in islice(numbers, job.in_flight))
    while ahead:
        yield await ahead.popleft()
        ahead.extend(asyncio.create_task(page(n)) for n in islice(numbers, 1))


async def fold(job: Job, read: Callable[[bytes], int], *, ask: bool = False) -> int:
    """Return the sum of `read` over all pages, `in_flight` at once; no page is kept.

    With `ask`, the number of pages is read from the first page, as real programs must do.
    """
    total = 0

    async def page(number: int) -> bytes:
        params = {"page[number]": str(number), "page[size]": str(PAGE_SIZE)}
        async with opened.get(API, params=params) as answer:
            return await answer.read()

    async def work() -> None:
        nonlocal total
        for number in numbers:
            body = await page(number)
            total += read(body)

    async with session(job) as opened:
        numbers = iter(job.pages)
        if ask:
            first = await page(next(numbers))
            last = orjson.loads(first)["meta"]["pagination"]["total-pages"]
            numbers = iter(range(2, last + 1))
            total += read(first)
        await asyncio.gather(*(work() for _ in range(job.in_flight)))
    return total


def read(item: dict[str, Any]) -> int:
    attributes = item["attributes"]
    total: int = (
        len(item["id"])
        + len(attributes["name"])
        + attributes["locked"]
        + attributes["auto-apply"]
        + len(attributes["working-directory"] or "")
        + len(attributes["var-files"] or ())
    )
    return total


def _load(body: bytes) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = orjson.loads(body)["data"]
    return items


def _sum(body: bytes) -> int:
    total = 0
    for item in orjson.loads(body)["data"]:
        total += read(item)
    return total


async def attributes(job: Job) -> int:
    total = 0
    async for page in walk(job, _load):
        for item in page:
            total += read(item)
    return total


async def folded(job: Job) -> int:
    """Do `attributes` with pages in order of arrival, each dropped before the next is parsed."""
    return await fold(job, _sum)


async def folded_unknown(job: Job) -> int:
    """Do `folded` without knowing the number of pages beforehand."""
    return await fold(job, _sum, ask=True)


async def ids(job: Job) -> int:
    total = 0
    async for page in walk(job, _load):
        for item in page:
            total += read(item)
            for link in item["relationships"].values():
                data = link["data"]
                if data is None:
                    continue
                if isinstance(data, list):
                    for ref in data:
                        total += len(ref["id"])
                else:
                    total += len(data["id"])
    return total


async def related(job: Job) -> int:
    total = 0
    async for document in walk(job, orjson.loads, INCLUDE):
        index = {(item["type"], item["id"]): item["attributes"] for item in document["included"]}
        for item in document["data"]:
            total += read(item)
            links = item["relationships"]
            for name, attribute in _NAMED:
                ref = links[name]["data"]
                total += len(index[ref["type"], ref["id"]][attribute])
            for ref in links["tags"]["data"]:
                total += len(index[ref["type"], ref["id"]]["name"])
    return total


async def gets(job: Job) -> int:
    total = 0
    async with session(job) as opened:
        for number in range(job.total):
            async with opened.get(f"{API}/{name_of(number)}") as answer:
                total += read(orjson.loads(await answer.read())["data"])
    return total


async def links(job: Job) -> int:
    done = 0

    def look(data: dict[str, Any]) -> None:
        nonlocal done
        done += data["relationships"]["agent-pool"]["data"]["id"] == POOL

    await _link(job, look)
    return done


async def links_kept(job: Job) -> int:
    """Do `links`, and keep all answers to the end, as this library does."""
    kept: list[dict[str, Any]] = []
    await _link(job, kept.append)
    return sum(data["relationships"]["agent-pool"]["data"]["id"] == POOL for data in kept)


async def _link(job: Job, take: Callable[[dict[str, Any]], None]) -> None:
    numbers = iter(range(job.total))
    pool = {"agent-pool": {"data": {"type": "agent-pools", "id": POOL}}}
    headers = {"Content-Type": "application/vnd.api+json"}

    async def work(opened: aiohttp.ClientSession) -> None:
        for number in numbers:
            name = name_of(number)
            sent = {"data": {"type": "workspaces", "id": name, "relationships": pool}}
            async with opened.patch(
                f"{API}/{name}", data=orjson.dumps(sent), headers=headers
            ) as answer:
                take(orjson.loads(await answer.read())["data"])

    async with session(job) as opened:
        await asyncio.gather(*(work(opened) for _ in range(job.in_flight)))


async def everything(job: Job) -> Everything:
    return [
        (item["id"], item["attributes"], linked(item))
        async for page in walk(job, _load)
        for item in page
    ]


def linked(item: dict[str, Any]) -> dict[str, Any]:
    """Return the related ids of a resource object, by relationship."""
    related = {name: link["data"] for name, link in item["relationships"].items()}
    return {
        name: [ref["id"] for ref in data] if isinstance(data, list) else data and data["id"]
        for name, data in related.items()
    }
