"""asyncio and httptools only: the most that a client in Python can save in sending.

It keeps connections, and supports only the HTTP that httptools parses; any error ends it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httptools

from benchmarks.clients import _peer
from benchmarks.clients.dicts import HEADERS
from benchmarks.job import Job

_HEADERS = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())


class _Connection(asyncio.Protocol):
    def __init__(self, host: str) -> None:
        self._host = host
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def ask(self, target: str) -> asyncio.Future[bytes]:
        self._answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        head = f"GET {target} HTTP/1.1\r\nHost: {self._host}\r\n{_HEADERS}\r\n"
        self.transport.write(head.encode())
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, chunk: bytes) -> None:
        self._body.append(chunk)

    def on_message_complete(self) -> None:
        body, self._body = b"".join(self._body), []
        if self._parser.get_status_code() != 200:
            self._answer.set_exception(RuntimeError("not what was asked for"))
        else:
            self._answer.set_result(body)


@asynccontextmanager
async def _opened(job: Job) -> AsyncIterator[_peer.Fetch]:
    loop, host = asyncio.get_running_loop(), urlsplit(job.url).netloc
    name, _, port = host.partition(":")
    idle: list[_Connection] = []
    made: list[_Connection] = []

    async def fetch(target: str) -> bytes:
        if idle:
            connection = idle.pop()
        else:
            _, connection = await loop.create_connection(lambda: _Connection(host), name, int(port))
            made.append(connection)
        body = await connection.ask(target)
        idle.append(connection)
        return body

    try:
        yield fetch
    finally:
        for connection in made:
            connection.transport.close()


async def attributes(job: Job) -> int:
    return await _peer.attributes(job, _opened)


async def gets(job: Job) -> int:
    return await _peer.gets(job, _opened)
