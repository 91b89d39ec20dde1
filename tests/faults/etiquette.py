"""A crawl of 400 pages past a server that allows 50 requests a second.

    python -m tests.faults.etiquette

Compared with the ideal time and with the plain exponential backoff of other clients; `--real`
waits for it, otherwise time is virtual.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from collections.abc import Awaitable, Callable

import aiohttp
import attrs

from scalr_async import Config, ScalrClient, Timeouts
from scalr_async.emulator import Emulator
from tests.faults.common import ROOT, virtually

PAGES, RATE, PREFETCH = 400, 50, 64
IDEAL = (PAGES - RATE) / RATE
"""Seconds: a full bucket at the beginning, and then as fast as it fills."""

Crawl = Callable[[Emulator], Awaitable[int]]


@attrs.frozen
class Result:
    """How a crawl went: seconds, requests, and those of them that were refused."""

    seconds: float
    requests: int
    refused: int

    @property
    def ratio(self) -> float:
        """The time it took, by the ideal one."""
        return self.seconds / IDEAL

    @property
    def share(self) -> float:
        """The share of requests that were refused."""
        return self.refused / self.requests


async def ours(emu: Emulator) -> int:
    """Walk with the client."""
    config = Config(host=emu.url, token=emu.token, timeouts=Timeouts(total=None))
    async with ScalrClient(config=config) as scalr:
        return len(await scalr.workspaces.list(page_size=5, prefetch=PREFETCH).collect())


async def plain(emu: Emulator) -> int:
    """Read all pages, 64 at a time; after a 429 sleep 1, 2, 4 ... seconds, half of it at random."""
    window = asyncio.Semaphore(PREFETCH)
    headers = {"Authorization": f"Bearer {emu.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:

        async def page(number: int) -> int:
            url = f"{emu.url}{ROOT}/workspaces?page[number]={number}&page[size]=5"
            async with window:
                for attempt in range(20):
                    async with session.get(url) as answer:
                        if answer.status != 429:
                            return len((await answer.json(content_type=None))["data"])
                    await asyncio.sleep(min(30, 2**attempt) * random.uniform(0.5, 1))
            return 0

        return sum(await asyncio.gather(*(page(number) for number in range(1, PAGES + 1))))


async def crawl(how: Crawl, *, retry_after: bool = True) -> Result:
    """Run one of them on an emulator of its own."""
    async with Emulator() as emu:
        emu.seed(environments=1, workspaces=PAGES * 5, pools=1)
        emu.latency = 0.02
        emu.limit_rate(RATE, retry_after=retry_after)
        began = asyncio.get_running_loop().time()
        found = await how(emu)
        seconds = asyncio.get_running_loop().time() - began
        assert found == PAGES * 5, found
        refused = sum(request.status == 429 for request in emu.requests)
        return Result(seconds, len(emu.requests), refused)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", action="store_true", help="wait for it")
    run = asyncio.run if parser.parse_args().real else virtually
    for name, how in (("this client", ours), ("exponential backoff", plain)):
        for retry_after in (True, False):
            result = run(crawl(how, retry_after=retry_after))
            said = "with Retry-After" if retry_after else "without"
            sys.stdout.write(
                f"{name:<20} {said:<17} {result.seconds:6.1f} s, {result.ratio:5.2f} x ideal, "
                f"{result.requests} requests, {result.share:6.1%} refused\n"
            )


if __name__ == "__main__":
    main()
