"""Linking 1 000 workspaces to a pool at 50 ms, 50 at once, against the ideal 1 second."""

from __future__ import annotations

import asyncio

import aiohttp
import orjson

from benchmarks.harness import compare, static_server, table
from scalr_async import ScalrClient

ITEMS = 1_000
CONCURRENCY = 50
LATENCY = 0.05
POOL = "apool-000000000000001"
IDS = [f"ws-{n:09d}" for n in range(ITEMS)]


async def ideal() -> int:
    for _ in range(ITEMS // CONCURRENCY):
        await asyncio.sleep(LATENCY)
    return ITEMS


async def plain(session: aiohttp.ClientSession, url: str) -> int:
    pending = iter(IDS)
    done = 0

    async def work() -> None:
        nonlocal done
        for name in pending:
            pool = {"data": {"type": "agent-pools", "id": POOL}}
            body = {"type": "workspaces", "id": name, "relationships": {"agent-pool": pool}}
            async with session.patch(
                f"{url}/api/iacp/v3/workspaces/{name}", data=orjson.dumps({"data": body})
            ) as answer:
                done += orjson.loads(await answer.read())["data"]["id"] == name

    await asyncio.gather(*(work() for _ in range(CONCURRENCY)))
    return done


async def ours(scalr: ScalrClient) -> int:
    result = await scalr.agent_pools.link_workspaces(POOL, IDS, concurrency=CONCURRENCY)
    return len(result.succeeded)


async def link(rounds: int) -> None:
    with static_server(ITEMS, LATENCY) as url:
        connector = aiohttp.TCPConnector(limit=CONCURRENCY)
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            ScalrClient(url, "token") as scalr,
        ):
            figures = await compare(
                {
                    "ideal (sleeps alone)": ideal,
                    "scalr_async, concurrency=50": lambda: ours(scalr),
                    "aiohttp + orjson, 50 in flight": lambda: plain(session, url),
                },
                rounds=rounds,
            )
    title = f"Wall time, linking {ITEMS} workspaces, 50 ms latency, {CONCURRENCY} at once"
    print(table(title, figures, clock="wall", against="ideal (sleeps alone)"))
