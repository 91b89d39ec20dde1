"""Walking 10 000 workspaces: CPU without latency, wall time with 50 ms."""

from __future__ import annotations

import asyncio

import aiohttp
import orjson

from benchmarks.harness import compare, static_server, table
from scalr_async import ScalrClient

TOTAL = 10_000
SIZE = 100
INCLUDE = "environment,agent-pool,tags,created-by"


async def plain(
    session: aiohttp.ClientSession, url: str, in_flight: int, include: str | None = None
) -> int:
    """Walk with aiohttp and orjson into dicts, `in_flight` pages at once; the checksum."""
    numbers = iter(range(1, TOTAL // SIZE + 1))
    names = 0

    async def work() -> None:
        nonlocal names
        for number in numbers:
            params = {"page[number]": str(number), "page[size]": str(SIZE)}
            if include is not None:
                params["include"] = include
            async with session.get(f"{url}/api/iacp/v3/workspaces", params=params) as answer:
                document = orjson.loads(await answer.read())
            for item in document["data"]:
                attributes = item["attributes"]
                names += len(attributes["name"]) + attributes["locked"]

    await asyncio.gather(*(work() for _ in range(in_flight)))
    return names


async def ours(scalr: ScalrClient, prefetch: int) -> int:
    names = 0
    async for workspace in scalr.workspaces.list(page_size=SIZE, prefetch=prefetch):
        names += len(workspace.name) + workspace.locked
    return names


async def ours_with_ids(scalr: ScalrClient) -> int:
    names = 0
    async for workspace in scalr.workspaces.list(page_size=SIZE, prefetch=16):
        names += len(workspace.name) + workspace.locked
        if workspace.environment.id and workspace.agent_pool and workspace.tags[0].id:
            continue
        raise AssertionError(workspace)
    return names


async def ours_with_included(scalr: ScalrClient) -> int:
    names = 0
    include = ("environment", "agent_pool", "tags", "created_by")
    async for workspace in scalr.workspaces.list(page_size=SIZE, prefetch=16, include=include):
        names += len(workspace.name) + workspace.locked
        environment = workspace.environment.resource
        if environment is None or not environment.name:
            raise AssertionError(workspace)
    return names


async def cpu(rounds: int) -> None:
    with static_server(TOTAL) as url:
        async with aiohttp.ClientSession() as session, ScalrClient(url, "token") as scalr:
            figures = await compare(
                {
                    "aiohttp + orjson, dicts": lambda: plain(session, url, 16),
                    "scalr_async, attributes": lambda: ours(scalr, 16),
                    "scalr_async, relationship ids": lambda: ours_with_ids(scalr),
                },
                rounds=rounds,
            )
            with_included = await compare(
                {
                    "aiohttp + orjson, dicts": lambda: plain(session, url, 16, INCLUDE),
                    "scalr_async, included touched": lambda: ours_with_included(scalr),
                },
                rounds=rounds,
            )
    title = f"CPU of the client, {TOTAL} workspaces, {SIZE} a page, no latency"
    print(table(title, figures, clock="cpu", against="aiohttp + orjson, dicts"))
    title = f"The same with include={INCLUDE}"
    print(table(title, with_included, clock="cpu", against="aiohttp + orjson, dicts"))


async def latency(rounds: int) -> None:
    with static_server(TOTAL, 0.05) as url:
        async with aiohttp.ClientSession() as session, ScalrClient(url, "token") as scalr:
            figures = await compare(
                {
                    "page after page (prefetch=0)": lambda: ours(scalr, 0),
                    "scalr_async, prefetch=16": lambda: ours(scalr, 16),
                    "aiohttp + orjson, 16 in flight": lambda: plain(session, url, 16),
                },
                rounds=rounds,
            )
    title = f"Wall time, {TOTAL} workspaces, {SIZE} a page, 50 ms latency"
    print(table(title, figures, clock="wall", against="scalr_async, prefetch=16"))
