"""What the transport costs on top of plain aiohttp: `python benchmarks/overhead.py`.

Both fetch the same 2 KB answer from the same server, which runs in a process of its own; the
rounds alternate, the medians are compared. CPU is the time of this process.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import time
from collections.abc import Awaitable, Callable

import aiohttp

from scalr_async._wire import Request
from scalr_async.config import Config
from scalr_async.telemetry import Telemetry
from scalr_async.transport import Transport

BODY = b'{"data": []' + b" " * 2036 + b"}"
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.api+json\r\nContent-Length: %d\r\n"
    b"Date: Mon, 23 Nov 2026 10:00:00 GMT\r\nX-Request-Id: 0123456789abcdef\r\n\r\n%s"
) % (len(BODY), BODY)

Fetch = Callable[[], Awaitable[object]]


class Server(asyncio.Protocol):
    """Answers whatever looks like the end of a request."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(ANSWER * data.count(b"\r\n\r\n"))


def serve(pipe: multiprocessing.connection.Connection) -> None:
    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def one_by_one(fetch: Fetch, count: int) -> None:
    for _ in range(count):
        await fetch()


async def many_at_once(fetch: Fetch, count: int) -> None:
    async def worker() -> None:
        for _ in range(count // 64):
            await fetch()

    await asyncio.gather(*(worker() for _ in range(64)))


async def compare(port: int, count: int, rounds: int) -> None:
    config = Config(host=f"http://127.0.0.1:{port}", token="benchmark")
    transport = Transport(config)
    sender = transport.sender(config, Telemetry())
    await transport.open()
    request = Request(method="GET", path="/agent-pools", params=(("page[number]", "1"),))
    url = f"{config.api_root}/agent-pools?page%5Bnumber%5D=1"
    headers = {"Authorization": "Bearer benchmark", "Accept": "application/vnd.api+json"}
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), headers=headers
    ) as session:

        async def plain() -> bytes:
            async with session.get(url) as response:
                return await response.read()

        async def ours() -> bytes:
            return (await sender.send(request)).body

        for name, pattern in (("one by one", one_by_one), ("64 in flight", many_at_once)):
            figures: dict[str, list[tuple[float, float]]] = {"aiohttp": [], "scalr_async": []}
            for _ in range(rounds + 1):
                for label, fetch in (("aiohttp", plain), ("scalr_async", ours)):
                    wall, cpu = time.perf_counter(), time.process_time()
                    await pattern(fetch, count)
                    spent = time.perf_counter() - wall, time.process_time() - cpu
                    figures[label].append(spent)
            report(name, figures, count)
    await transport.close()


def report(name: str, figures: dict[str, list[tuple[float, float]]], count: int) -> None:
    medians = {
        label: tuple(
            statistics.median(column) * 1e6 / count for column in zip(*runs[1:], strict=True)
        )
        for label, runs in figures.items()
    }
    (wall, cpu), (our_wall, our_cpu) = medians["aiohttp"], medians["scalr_async"]
    print(
        f"{name:13} aiohttp {wall:6.1f} us wall {cpu:6.1f} us CPU   "
        f"scalr_async {our_wall:6.1f} us wall {our_cpu:6.1f} us CPU   "
        f"ratio {our_wall / wall:.2f} wall {our_cpu / cpu:.2f} CPU"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3200, help="requests a round")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    try:
        asyncio.run(compare(ours.recv(), options.count, options.rounds))
    finally:
        process.terminate()
        process.join()


if __name__ == "__main__":
    main()
