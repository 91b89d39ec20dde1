"""The bodies of requests: bytes, or a source that is read while it is sent."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Final

from aiohttp import ClientConnectionError
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import StreamWriter
from aiohttp.payload import Payload

from scalr_async._http import UploadBody
from scalr_async.transport._attempt import Progress

__all__ = ["BytesBody", "StreamedBody", "make_body"]

_PIECE: Final = 32 * 1024
"""Bytes of a request body that are written at once."""


class BytesBody(Payload):
    """The body of a request, which knows how much of it went out."""

    fails: Callable[[], Awaitable[bool]] | None = None
    """Tells whether the connection became unusable; asked when the first byte would be written."""
    touched = False
    """True if a piece was taken from the source: it may be gone."""
    _value: bytes
    _autoclose = True

    def __init__(self, value: bytes) -> None:
        super().__init__(value)
        self._size = len(value)
        self.started = False
        self.written = False

    @property
    def data(self) -> bytes:
        """All of it."""
        return self._value

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Return the body as text, as every payload can."""
        return self._value.decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write all of it; the first piece takes the headers along."""
        await self._write(self._value, writer)
        self.written = True

    async def _write(self, data: bytes | memoryview, writer: AbstractStreamWriter) -> None:
        assert isinstance(writer, StreamWriter), "aiohttp's own, which can leave the wait to us"
        view = memoryview(data)
        if not self.started:
            await self._check()
        for start in range(0, len(view) or 1, _PIECE):
            await writer.write(view[start : start + _PIECE], drain=False)
            self.started = True
            await writer.drain()

    async def _check(self) -> None:
        if self.fails is not None and await self.fails():
            raise ClientConnectionError


class StreamedBody(BytesBody):
    """A body that is read while it is written."""

    def __init__(self, source: UploadBody, progress: Progress) -> None:
        super().__init__(b"")
        self._size = source.size
        self._source = source
        self._progress = progress
        self.failure: Exception | None = None

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write it piece by piece, as it is read."""
        await self._check()
        self.touched = True
        async with aclosing(self._source.chunks()) as pieces:
            while (piece := await self._next(pieces)) is not None:
                await self._write(piece, writer)
                self._progress.moved()
        self.started = self.written = True

    async def _next(self, pieces: AsyncGenerator[memoryview]) -> memoryview | None:
        try:
            return await anext(pieces, None)
        except Exception as error:
            self.failure = error
            raise


def make_body(body: bytes | UploadBody, progress: Progress) -> BytesBody:
    return BytesBody(body) if isinstance(body, bytes) else StreamedBody(body, progress)
