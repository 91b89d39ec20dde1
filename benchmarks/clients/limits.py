"""The lower limits of any client: the sockets alone, the parser alone, aiohttp without a reader."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import msgspec
import orjson

from benchmarks.clients import dicts, structs
from benchmarks.documents import prepared
from benchmarks.job import PAGE_SIZE, Job

_LENGTH: Final = re.compile(rb"Content-Length: (\d+)")


class _Item(msgspec.Struct, gc=False):
    attributes: structs.Attributes  # type: ignore[valid-type]  # made at run time


class _Document(msgspec.Struct, gc=False):
    data: list[_Item]


_decoder = msgspec.json.Decoder(_Document)


class _Sink(asyncio.BufferedProtocol):
    """Requests one page after another, and parses only the length of the answers."""

    def __init__(self, job: Job, numbers: list[int], done: asyncio.Future[int]) -> None:
        self._host = urlsplit(job.url).netloc
        self._numbers = numbers
        self._done = done
        self._buffer = bytearray(256 * 1024)
        self._missing = 0
        self._read = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def get_buffer(self, _sizehint: int) -> bytearray:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        if self._missing == 0:  # a new answer; this server sends its head in one piece
            head = bytes(self._buffer[:300])
            length = _LENGTH.search(head)
            assert length is not None
            self._missing = int(length[1]) + head.index(b"\r\n\r\n") + 4
            self._read += int(length[1])
        self._missing -= nbytes
        if self._missing == 0:
            self._ask()

    def _ask(self) -> None:
        if not self._numbers:
            self._transport.close()
            self._done.set_result(self._read)
            return
        number = self._numbers.pop()
        query = f"page%5Bnumber%5D={number}&page%5Bsize%5D={PAGE_SIZE}"
        head = f"GET {dicts.API}?{query} HTTP/1.1\r\nHost: {self._host}\r\n\r\n"
        self._transport.write(head.encode())


async def sockets(job: Job) -> int:
    """Read the bytes of all pages, `in_flight` at once."""
    loop = asyncio.get_running_loop()
    numbers = list(job.pages)
    port = int(job.url.rpartition(":")[2])
    ends: list[asyncio.Future[int]] = [loop.create_future() for _ in range(job.in_flight)]
    for done in ends:
        sink = partial(_Sink, job, numbers, done)
        await loop.create_connection(sink, "127.0.0.1", port)
    return sum(await asyncio.gather(*ends))


async def transfers(job: Job) -> int:
    """Read the bodies of all pages through aiohttp, `in_flight` at once."""
    return await dicts.fold(job, len)


def parsing(job: Job) -> int:
    """Parse all pages from memory: attributes into structs, the rest skipped."""
    pages = prepared(job.total)
    return sum(len(_decoder.decode(page).data) for page in pages)


def loading(job: Job) -> int:
    """Parse all pages from memory: everything into dicts, with orjson."""
    return sum(len(orjson.loads(page)["data"]) for page in prepared(job.total))
