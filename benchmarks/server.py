"""A static Scalr in a process of its own: answers are prepared bytes, so the client dominates.

`python -m benchmarks.server '[[10000, 0.05, null]]'` serves one list for each triple of total,
latency in seconds and items a page (null: as requested), prints their ports, and ends with its
standard input. It answers any path that ends in `workspaces` or in the id of one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qs, unquote

import attrs

from benchmarks.cores import Side, pin
from benchmarks.documents import Pages

__all__ = ["Listing", "serve"]

_HEAD: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.api+json\r\nContent-Length: %d\r\n\r\n"
)
_DISCOVERY: Final = b'{"tfe.v2": "/api/v2/", "modules.v1": "/api/registry/v1/modules/"}'
"""The document that gives clients of Terraform Cloud their paths."""
_LENGTH: Final = re.compile(rb"(?i)content-length: *(\d+)")
_POOL: Final = re.compile(rb"apool-\d{15}")


@attrs.frozen
class Listing:
    """A list of workspaces to serve; `size`, if given, overrides the requested page size."""

    total: int
    latency: float = 0.0
    size: int | None = None


@contextlib.contextmanager
def serve(*listings: Listing) -> Iterator[dict[Listing, str]]:
    """Run the server in another process; yields the URL of each list."""
    wanted = json.dumps([attrs.astuple(listing) for listing in listings])
    command = [sys.executable, "-m", "benchmarks.server", wanted]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            ports = json.loads(process.stdout.readline())
            urls = [f"http://127.0.0.1:{port}" for port in ports]
            yield dict(zip(listings, urls, strict=True))
        finally:
            process.stdin.close()


class _Http(asyncio.Protocol):
    """The part of HTTP/1.1 with keep-alive that the benchmark needs."""

    def __init__(self, listing: Listing, pages: Pages) -> None:
        self._listing = listing
        self._pages = pages
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        while b"\r\n\r\n" in self._data:
            head, _, rest = self._data.partition(b"\r\n\r\n")
            length = _LENGTH.search(head)
            size = int(length[1]) if length else 0
            if len(rest) < size:
                return
            self._data = rest[size:]
            self._answer(head.split(b" ", 2)[1].decode(), rest[:size])

    def _answer(self, target: str, sent: bytes) -> None:
        body = self._body(target, sent)
        answer = _HEAD % len(body) + body
        if self._listing.latency:
            loop = asyncio.get_running_loop()
            loop.call_later(self._listing.latency, self._write, answer)
        else:
            self._write(answer)

    def _write(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)

    def _body(self, target: str, sent: bytes) -> bytes:
        path, _, query = target.partition("?")
        name = path.rpartition("/")[2]
        if name == "terraform.json":
            return _DISCOVERY
        if name != "workspaces":
            body = b'{"data":%b}' % self._pages.item(int(name.removeprefix("ws-")))
            pool = _POOL.search(sent)
            return _POOL.sub(pool[0], body) if pool else body
        asked = {key: values[-1] for key, values in parse_qs(unquote(query)).items()}
        size = self._listing.size or int(asked.get("page[size]", "20"))
        number = int(asked.get("page[number]", "1"))
        return self._pages.page(number, size, include="include" in asked)


async def _run(listings: list[Listing]) -> None:
    loop = asyncio.get_running_loop()
    ports = []
    pages: dict[int, Pages] = {}
    async with contextlib.AsyncExitStack() as stack:
        for listing in listings:
            if listing.total not in pages:
                pages[listing.total] = Pages(listing.total)
            prepared = pages[listing.total]

            def protocol(listing: Listing = listing, prepared: Pages = prepared) -> _Http:
                return _Http(listing, prepared)

            server = await loop.create_server(protocol, "127.0.0.1", 0)
            await stack.enter_async_context(server)
            ports.append(server.sockets[0].getsockname()[1])
        print(json.dumps(ports), flush=True)
        await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    pin(Side.SERVER)
    asyncio.run(_run([Listing(*listing) for listing in json.loads(sys.argv[1])]))
