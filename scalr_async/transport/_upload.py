"""Uploads: bytes, a path, a binary file or an async iterable, read while they are sent."""

from __future__ import annotations

import contextlib
import io
import os
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from scalr_async._files import run_in_thread, wrap_os_errors
from scalr_async.errors import FileError, InvalidArgumentError
from scalr_async.telemetry import check_observer, notify

__all__ = ["Content", "OnProgress", "Upload", "open_upload"]

Content = bytes | memoryview | str | os.PathLike[str] | BinaryIO | AsyncIterable[bytes]
"""Bytes, a path, a file object opened for reading bytes, or an async iterable of bytes."""

OnProgress = Callable[[int, int | None], None]
"""A function that is called with the number of bytes transferred so far and the total (or None).

Its exceptions are reported and do not disturb the transfer.
"""

_CHUNK: Final = 256 * 1024
"""The number of bytes that are read from a file at once."""
_UNKNOWN_SIZE: Final = 2**62


@contextlib.asynccontextmanager
async def open_upload(
    content: Content, on_progress: OnProgress | None = None
) -> AsyncIterator[Upload]:
    """Yield content as the body of a request; opens and closes the file at a path.

    Raises `FileError` if the content cannot be read, `InvalidArgumentError` for any other type.
    """
    check_observer("on_progress", on_progress, InvalidArgumentError)
    if isinstance(content, str | os.PathLike):
        with _open(Path(content)) as file:
            yield _FileUpload(file, on_progress)
    elif isinstance(content, bytes | bytearray | memoryview):
        yield _FileUpload(io.BytesIO(content), on_progress)
    elif isinstance(content, AsyncIterable):
        yield _IterableUpload(content, on_progress)
    elif hasattr(content, "seekable") and not isinstance(content, io.TextIOBase):
        yield _FileUpload(content, on_progress)
    else:
        raise InvalidArgumentError(
            f"{type(content).__name__}: must be bytes, a path, a file opened in binary mode, "
            "or an async iterable of bytes"
        )


class Upload(ABC):
    """The body of a request that is read while it is sent; see `UploadBody`."""

    size: int | None = None
    repeatable = True

    def __init__(self, on_progress: OnProgress | None) -> None:
        self._on_progress = on_progress

    async def chunks(self) -> AsyncGenerator[memoryview]:
        """Yield the content from its beginning; only once unless it is `repeatable`.

        A chunk is a `memoryview`, whose content no traceback prints.
        """
        done = 0
        async with contextlib.aclosing(self._read()) as chunks:
            async for chunk in chunks:
                yield chunk
                done += len(chunk)
                if self._on_progress is not None:
                    notify("on_progress", self._on_progress, done, self.size)

    @abstractmethod
    def _read(self) -> AsyncGenerator[memoryview]: ...


class _FileUpload(Upload):
    """A file from its position to its end; a repeat reads it again from there."""

    def __init__(self, file: BinaryIO, on_progress: OnProgress | None) -> None:
        super().__init__(on_progress)
        self._file = file
        self._start = None
        with _wrap_read_errors():
            if file.seekable():
                self._start = file.tell()
                self.size = file.seek(0, os.SEEK_END) - self._start
                file.seek(self._start)

    async def _read(self) -> AsyncGenerator[memoryview]:
        left = _UNKNOWN_SIZE if self.size is None else self.size
        if self._start is None:
            self.repeatable = False
        else:
            with _wrap_read_errors():
                self._file.seek(self._start)
        while chunk := await self._read_chunk(min(left, _CHUNK)):
            yield chunk
            left -= len(chunk)
        if self.size and left:
            raise _read_error(f"{left} bytes are missing at its end")

    async def _read_chunk(self, size: int) -> memoryview:
        with _wrap_read_errors():
            chunk = _copy(await run_in_thread(partial(self._file.read, size)))
        if isinstance(chunk, str):
            raise _read_error(f"its read() returns {chunk}, not bytes")
        if len(chunk) > size:
            raise _read_error("its read() returns more bytes than requested")
        return chunk


class _IterableUpload(Upload):
    """An async iterable, which can be read only once."""

    def __init__(self, iterable: AsyncIterable[bytes], on_progress: OnProgress | None) -> None:
        super().__init__(on_progress)
        self._iterable = iterable

    async def _read(self) -> AsyncGenerator[memoryview]:
        self.repeatable = False
        iterator = aiter(self._iterable)
        done = 0
        try:
            while (chunk := await _next(iterator)) is not None:
                if isinstance(chunk, str):
                    text = f"the content to upload yields {chunk}, not bytes"
                    raise FileError(text) if done else InvalidArgumentError(text)
                if chunk:  # an empty chunk would already send the headers
                    yield chunk
                    done += len(chunk)
        finally:
            if isinstance(iterator, AsyncGenerator):
                await iterator.aclose()


async def _next(iterator: AsyncIterator[object]) -> memoryview | str | None:
    """Return a view of the next chunk; None at the end."""
    try:
        return _copy(await anext(iterator))
    except StopAsyncIteration:
        return None


def _copy(chunk: object) -> memoryview | str:
    """Return a view of a copy of a chunk, or the name of its type if it is not bytes."""
    if isinstance(chunk, bytes | bytearray | memoryview):
        return memoryview(bytes(chunk))
    return type(chunk).__name__


def _wrap_read_errors() -> contextlib.AbstractContextManager[None]:
    return wrap_os_errors("the content to upload", "cannot be read")


def _read_error(reason: str) -> FileError:
    return FileError(f"the content to upload cannot be read: {reason}")


@contextlib.contextmanager
def _open(path: Path) -> Iterator[BinaryIO]:
    with wrap_os_errors(path, "cannot be read"):
        file = path.open("rb")
    with file:
        yield file
