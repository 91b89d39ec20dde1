"""How long work takes past a rate limiter, and how much of it is refused, in virtual time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

import attrs

from scalr_async._wire import Request
from scalr_async.config import Config, Limits, RetryPolicy, Timeouts
from scalr_async.pagination._readahead import ReadAhead
from scalr_async.telemetry import Telemetry
from scalr_async.transport import Sender, Shared
from tests.faults.limiters import Server
from tests.servers import run_virtually

GET = Request(method="GET", path="/workspaces")
WORKERS = 64

Work = Callable[[Server, int, int, int], Awaitable[int]]


@attrs.frozen
class Run:
    """How some work went: seconds until its last request was done, and what the server counted."""

    seconds: float
    server: Server
    gave_up: int

    @property
    def share(self) -> float:
        """The share of requests that were refused."""
        refused = len(self.server.refused)
        return refused / (refused + len(self.server.taken))


def sender(server: Server, seed: int = 0) -> Sender:
    loop, config = asyncio.get_running_loop(), _config()
    draw = random.Random(seed).random
    shared = Shared(config.limits, draw)
    shared.lifecycle.open()
    return Sender(
        server, config, telemetry=Telemetry(), shared=shared, clock=loop.time, random=draw
    )


def _config() -> Config:
    return Config(
        host="acme.scalr.io",
        token="t",
        timeouts=Timeouts(total=None),
        limits=Limits(connections=64),
        retry=RetryPolicy(),
    )


async def bulk(server: Server, requests: int, workers: int, seed: int) -> int:
    """Have workers send requests through the client; return how many calls failed and were redone."""
    ours, left, failed = sender(server, seed), requests, 0

    async def work() -> None:
        nonlocal left, failed
        while left > 0:
            left -= 1
            while (await ours.send(GET)).status != 200:
                failed += 1

    await asyncio.gather(*(work() for _ in range(workers)))
    ours._shared.lifecycle.close()
    return failed


async def walk(server: Server, requests: int, workers: int, seed: int) -> int:
    """Read pages ahead, as a walk over a list does."""
    ours, failed = sender(server, seed), 0

    async def read(number: int) -> None:
        nonlocal failed
        while (await ours.send(GET)).status != 200:
            failed += 1

    ahead = ReadAhead(read, 1, last=requests, most=workers)
    for number in range(requests):
        await ahead.take()
        ahead.widen(fully=number == 0)
    ours._shared.lifecycle.close()
    return failed


async def backoff(server: Server, requests: int, workers: int, seed: int) -> int:
    """Have workers send requests, each with an exponential backoff of its own and jitter."""
    left, draw = requests, random.Random(seed)

    async def work() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            attempt = 0
            while True:
                status, headers = await server.exchange()
                if status == 200:
                    break
                wait = float(headers.get("retry-after", "0"))
                await asyncio.sleep(wait + min(30, 2**attempt) * draw.uniform(0.5, 1))
                attempt += 1

    await asyncio.gather(*(work() for _ in range(workers)))
    return 0


def run(work: Work, server: Server, requests: int, *, workers: int = WORKERS, seed: int = 0) -> Run:
    """Run some work in virtual time."""

    async def main() -> Run:
        gave_up = await work(server, requests, workers, seed)
        return Run(asyncio.get_running_loop().time(), server, gave_up)

    return run_virtually(main())
