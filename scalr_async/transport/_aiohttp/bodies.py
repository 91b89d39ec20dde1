"""Bodies of requests as aiohttp payloads, and bodies of answers that are read as they arrive."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Final

from aiohttp import ClientConnectionError, ClientError, ClientResponse, hdrs
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import HttpProcessingError, StreamWriter
from aiohttp.payload import Payload

from scalr_async._http import UploadBody
from scalr_async.config import Timeouts
from scalr_async.errors import PayloadError
from scalr_async.transport._aiohttp.errors import failure_of
from scalr_async.transport._attempt import Failure, Progress
from scalr_async.transport._decompress import Decompressor

__all__ = ["BytesBody", "StreamedBody", "StreamedResponse", "make_body"]

_MAX_WRITE: Final = 32 * 1024
"""The largest number of bytes of a request body that are written at once."""


class BytesBody(Payload):
    """The body of a request, which records whether it was started and written."""

    is_unusable: Callable[[], Awaitable[bool]] | None = None
    """A function that is called before the first byte; True if the connection became unusable."""
    source_read = False
    """True once the source has been read from, which may be possible only once."""
    _autoclose = True

    def __init__(self, value: bytes) -> None:
        super().__init__(value)
        self._size = len(value)
        self.data = value
        """The whole body."""
        self.started = False
        self.written = False

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Return the body as text; every payload has this method."""
        return self.data.decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write the whole body; the first write sends the headers as well."""
        await self._write(self.data, writer)
        self.written = True

    async def _write(self, data: bytes | memoryview, writer: AbstractStreamWriter) -> None:
        assert isinstance(writer, StreamWriter), "aiohttp's own, which can write without draining"
        view = memoryview(data)
        if not self.started:
            await self._check()
        for start in range(0, len(view) or 1, _MAX_WRITE):
            await writer.write(view[start : start + _MAX_WRITE], drain=False)
            self.started = True
            await writer.drain()

    async def _check(self) -> None:
        if self.is_unusable is not None and await self.is_unusable():
            raise ClientConnectionError


class StreamedBody(BytesBody):
    """A body that is read while it is sent."""

    def __init__(self, source: UploadBody, progress: Progress) -> None:
        super().__init__(b"")
        self._size = source.size
        self._source = source
        self._progress = progress
        self.error: Exception | None = None
        """The error that the source raised."""

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write the body chunk by chunk."""
        await self._check()
        self.source_read = True
        async with aclosing(self._source.chunks()) as chunks:
            while (chunk := await self._next(chunks)) is not None:
                await self._write(chunk, writer)
                self._progress.chunk_sent()
        self.started = self.written = True

    async def _next(self, chunks: AsyncGenerator[memoryview]) -> memoryview | None:
        try:
            return await anext(chunks, None)
        except Exception as error:
            self.error = error
            raise


def make_body(body: bytes | UploadBody, progress: Progress) -> BytesBody:
    return BytesBody(body) if isinstance(body, bytes) else StreamedBody(body, progress)


class StreamedResponse:
    """The body of an answer that is read as it arrives; see `ResponseBody`.

    Args:
        response: the answer, whose head has arrived.
        progress: the call.
        check_end: raises if the connection ended before the answer did.
        timeouts: the time limits that an error message names.
    """

    def __init__(
        self,
        response: ClientResponse,
        progress: Progress,
        check_end: Callable[[ClientResponse], None],
        timeouts: Timeouts,
    ) -> None:
        progress.waiting = False
        progress.phase = "response body"
        progress.status = response.status
        self._response = response
        self._progress = progress
        self._check_end = check_end
        self._timeouts = timeouts
        self._chunks = self._decompressed()
        self._first: bytes | None = None

    async def begin(self) -> Failure | None:
        """Read the first chunk in advance; return the failure if there is one."""
        first = await self.read()
        if isinstance(first, Failure):
            return first
        self._first = first
        return None

    async def read(self) -> bytes | Failure:
        """Return the next chunk, `b""` at the end; do not call it again after a failure."""
        first, self._first = self._first, None
        if first is not None:
            return first
        try:
            return await anext(self._chunks, b"")
        except PayloadError as error:
            failure = Failure(type(error), error.message)
        except (ClientError, HttpProcessingError, OSError) as error:
            failure = failure_of(error, self._progress, self._timeouts)
        except BaseException:
            self.close()
            raise
        self.close()
        return failure

    def close(self) -> None:
        """Release the connection; idempotent."""
        self._progress.exchange = None
        if not self._response.closed:
            self._response.close()

    async def _decompressed(self) -> AsyncGenerator[bytes]:
        response = self._response
        decompressor = Decompressor(response.headers.getall(hdrs.CONTENT_ENCODING, ()))
        while data := await self._next():
            for chunk in filter(None, decompressor.decompress(data)):
                yield chunk
            data = chunk = b""  # while it waits for more: tracebacks show locals
        if hdrs.CONTENT_LENGTH not in response.headers:
            self._check_end(response)
        decompressor.finish()
        self._progress.exchange = None

    async def _next(self) -> bytes:
        self._progress.waiting = True
        try:
            return await self._response.content.readany()
        finally:
            self._progress.waiting = False
