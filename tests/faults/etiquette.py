"""How long work takes past a rate limiter, and how much of it is refused, in virtual time.

    python -m tests.faults.etiquette                 writes the tables of docs/reliability.md
    python -m tests.faults.etiquette --check         fails when they are not what comes out
    python -m tests.faults.etiquette --series NAME   prints what was taken and refused, by the second

64 workers send requests as fast as they may, through the client's own limits and, to compare, each
with an exponential backoff of its own. The ideal is the schedule of somebody who knows the limiter.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import random
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import attrs

from scalr_async._http import Request
from scalr_async.config import Config, Timeouts
from scalr_async.pagination._readahead import ReadAhead
from scalr_async.telemetry import Telemetry
from scalr_async.transport import Sender, SharedState
from scalr_async.transport._retry import retry_after as asked_again
from tests.faults.limiters import (
    AtOnce,
    Bucket,
    FixedWindow,
    Limiter,
    Outages,
    Server,
    SlidingWindow,
    Telling,
    Unlimited,
    ideal,
    nothing,
    retry_after,
    x_rate_limit,
)
from tests.servers import run_virtually

GET: Final = Request(method="GET", path="/workspaces")
WORKERS: Final = 64
PAGE: Final = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN: Final = "<!-- made by `python -m tests.faults.etiquette` -->"
END: Final = "<!-- written by hand again -->"

Work = Callable[[Server, int, int, int], Awaitable[int]]
"""Sends requests: so many, by so many workers, with the seed of chance; returns calls that failed."""


def sender(server: Server, seed: int, **options: Any) -> Sender:
    """Return a sender of the client, on a pretended wire and in virtual time."""
    options.setdefault("timeouts", Timeouts(total=None))
    config = Config(host="acme.scalr.io", token="t", **options)
    loop, draw = asyncio.get_running_loop(), random.Random(seed).random
    shared = SharedState(config.limits, draw)
    shared.lifecycle.open()
    return Sender(
        server, config, telemetry=Telemetry(), shared=shared, clock=loop.time, random=draw
    )


async def bulk(server: Server, requests: int, workers: int, seed: int) -> int:
    """Have workers send requests through the client; a call that fails is made again."""
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

    async def read(_: int) -> None:
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
    """Have workers send requests; after the n-th 429 each sleeps 2 ** n s, half of it at random.

    That is 30 s at most, and comes on top of what `Retry-After` asks for.
    """
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
                wait = asked_again(headers) or 0.0
                await asyncio.sleep(wait + min(30, 2**attempt) * draw.uniform(0.5, 1))
                attempt += 1

    await asyncio.gather(*(work() for _ in range(workers)))
    return 0


@attrs.frozen
class Run:
    """How some work went: its seconds, what the server counted, how many calls failed."""

    seconds: float
    server: Server
    failed: int

    @property
    def share(self) -> float:
        """The share of requests that were refused."""
        refused = len(self.server.refused)
        return refused / (refused + len(self.server.taken))


def run(work: Work, server: Server, requests: int, *, workers: int = WORKERS, seed: int = 0) -> Run:
    """Run some work in virtual time."""

    async def main() -> Run:
        failed = await work(server, requests, workers, seed)
        return Run(asyncio.get_running_loop().time(), server, failed)

    return run_virtually(main())


@attrs.frozen
class Cell:
    """A limiter, and how much is asked of it; `service` is how long a request takes, in seconds."""

    make: Callable[[], Limiter]
    requests: int
    service: float = 0.018

    def server(self, told: Telling = nothing, seed: int = 0) -> Server:
        return Server(self.make(), told, service=self.service, draw=random.Random(seed))

    def ideal(self, workers: int = WORKERS) -> float:
        """Return the seconds that the best schedule takes."""
        network = attrs.fields(Server).network.default
        return ideal(
            self.make(), self.requests, workers=workers, service=self.service, network=network
        )

    def run(self, work: Work, told: Telling, *, workers: int = WORKERS, seed: int = 0) -> Run:
        return run(work, self.server(told, seed), self.requests, workers=workers, seed=seed)


CELLS: Final[Mapping[str, Cell]] = {
    "100 in 10 s, fixed": Cell(lambda: FixedWindow(100, 10), 1000),
    "100 in 10 s, fixed, begun 7 s ago": Cell(lambda: FixedWindow(100, 10, phase=-7), 1000),
    "300 in 60 s, fixed": Cell(lambda: FixedWindow(300, 60), 3000),
    "500 in 60 s, fixed": Cell(lambda: FixedWindow(500, 60), 5000),
    "60 in 5 s, fixed": Cell(lambda: FixedWindow(60, 5), 1200),
    "100 in 10 s, sliding": Cell(lambda: SlidingWindow(100, 10), 1000),
    "300 in 60 s, sliding": Cell(lambda: SlidingWindow(300, 60), 3000),
    "500 in 60 s, sliding": Cell(lambda: SlidingWindow(500, 60), 5000),
    "60 in 5 s, sliding": Cell(lambda: SlidingWindow(60, 5), 1200),
    "50 a second, bucket of 50": Cell(lambda: Bucket(50, 50), 3000),
    "50 a second, bucket of 500": Cell(lambda: Bucket(50, 500), 3000),
    "50 a second, bucket of 10": Cell(lambda: Bucket(50, 10), 3000),
    "500 a minute, bucket of 500": Cell(lambda: Bucket(500 / 60, 500), 2000),
    "5 at once, 50 ms each": Cell(lambda: AtOnce(5), 5000, service=0.048),
}
"""The limiters of the table."""

OUTAGES: Final = (1.0, 5.0, 20.0, 60.0)
"""Seconds for which everything is refused."""


@cache
def outage(seconds: float, told: Telling, *, before: float = 10.0, limited: bool) -> Server:
    """Return what a server saw that refused everything for some seconds, after some of health."""
    limiter: Limiter = Bucket(50, 50) if limited else Unlimited()
    service = 0.018 if limited else 0.1
    server = Server(Outages(limiter, (before, before + seconds)), told, service=service)
    rate = 50 if limited else WORKERS / service
    run(bulk, server, int(rate * (before + 12)))
    return server


def recovery(server: Server, before: float, seconds: float) -> tuple[float, float]:
    """Return the seconds to the first success after an outage, and the throughput from there.

    That is what the best of the first five seconds had, as a share of what was usual before.
    """
    end = before + seconds
    first = min(at for at in server.taken if at >= end)
    usual = sum(before - 5 <= at < before for at in server.taken) / 5
    later = [sum(first + n <= at < first + n + 1 for at in server.taken) for n in range(5)]
    return first - end, max(later) / usual


COLUMNS: Final[Sequence[tuple[str, Work, Telling]]] = (
    ("client, `Retry-After`", bulk, retry_after),
    ("backoff, `Retry-After`", backoff, retry_after),
    ("client, `X-RateLimit-*`", bulk, x_rate_limit),
    ("client, no headers", bulk, nothing),
    ("backoff, no headers", backoff, nothing),
)
"""What is run against each limiter of the table."""


@cache
def result(name: str, work: Work, told: Telling) -> Run:
    """Return how some work went against a limiter of the table."""
    return CELLS[name].run(work, told)


@cache
def best(name: str) -> float:
    """Return the seconds of the best schedule past a limiter of the table."""
    return CELLS[name].ideal()


def figures(name: str, work: Work, told: Telling) -> str:
    """Return what the table says of it."""
    found = result(name, work, told)
    return f"{found.seconds / best(name):.2f}, {found.share:.1%}"


def rows() -> Iterator[str]:
    """Yield the table of limiters."""
    heads = ("limiter", "ideal", *(head for head, _, _ in COLUMNS))
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for name in CELLS:
        found = (figures(name, work, told) for _, work, told in COLUMNS)
        yield f"| {name} | {best(name):.0f} s | {' | '.join(found)} |"


def outage_rows() -> Iterator[str]:
    """Yield the table of outages."""
    yield "| outage | requests meanwhile | first success after it | throughput then |"
    yield "|---|---|---|---|"
    for seconds in OUTAGES:
        server = outage(seconds, nothing, limited=False)
        late, share = recovery(server, 10, seconds)
        asked = sum(10 <= at < 10 + seconds for at in server.refused)
        yield f"| {seconds:.0f} s | {asked} | {late:.1f} s later | {min(share, 1):.0%} |"


def made() -> str:
    """Return the part of the page that is made here."""
    return "\n".join([BEGIN, "", *rows(), "", *outage_rows(), "", END])


def series(name: str) -> None:
    """Print what was taken and refused in each second, of the client and of the backoff."""
    cell = CELLS[name]
    table = csv.writer(sys.stdout)
    table.writerow(["work", "told", "second", "taken", "refused"])
    for work in (bulk, backoff):
        for told in (retry_after, nothing):
            result = cell.run(work, told)
            taken, refused = (
                result.server.per_second(what, result.seconds)
                for what in (result.server.taken, result.server.refused)
            )
            for second, counts in enumerate(zip(taken, refused, strict=True)):
                table.writerow([work.__name__, told.__name__, second, *counts])


def main(arguments: list[str] | None = None) -> int:
    """Write the tables, check them, or print a series."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when they differ")
    parser.add_argument(
        "--series", choices=CELLS, metavar="NAME", help="print the run of a limiter"
    )
    options = parser.parse_args(arguments)
    if options.series:
        series(options.series)
        return 0
    page = PAGE.read_text(encoding="utf-8")
    former = page[page.index(BEGIN) : page.index(END) + len(END)]
    if options.check:
        return int(former != made())
    PAGE.write_text(page.replace(former, made()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
