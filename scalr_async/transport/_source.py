"""The source of an upload: bytes, a path, a binary file or an async iterable, read while sent."""

from __future__ import annotations

import contextlib
import io
import os
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from scalr_async._text import shown
from scalr_async.errors import FileError, InvalidArgumentError
from scalr_async.telemetry import check_observer, notify
from scalr_async.transport._sink import in_thread, why

__all__ = ["Content", "OnProgress", "Source", "reading"]

Content = bytes | memoryview | str | os.PathLike[str] | BinaryIO | AsyncIterable[bytes]
"""Bytes, a path, a file object opened for reading bytes, or an async iterable of bytes."""

OnProgress = Callable[[int, int | None], None]
"""Called with the bytes that are through so far, and how many there will be, if that is known.

What it raises is reported and does not disturb the transfer.
"""

_PIECE: Final = 256 * 1024
"""Bytes that are read from a file at once."""
_ENDLESS: Final = 2**62


@contextlib.asynccontextmanager
async def reading(content: Content, on_progress: OnProgress | None = None) -> AsyncIterator[Source]:
    """Give what is uploaded as a source of pieces; a file that was opened for it is closed.

    Raises `FileError` for what cannot be read, `InvalidArgumentError` for what has no bytes.
    """
    check_observer("on_progress", on_progress, InvalidArgumentError)
    if isinstance(content, str | os.PathLike):
        with _opened(Path(content)) as file:
            yield _FileSource(file, on_progress)
    elif isinstance(content, bytes | bytearray | memoryview):
        yield _FileSource(io.BytesIO(content), on_progress)
    elif isinstance(content, AsyncIterable):
        yield _IterableSource(content, on_progress)
    elif hasattr(content, "seekable") and not isinstance(content, io.TextIOBase):
        yield _FileSource(content, on_progress)
    else:
        raise InvalidArgumentError(
            f"{type(content).__name__}: must be bytes, a path, a file opened in binary mode, "
            "or an async iterable of bytes"
        )


class Source(ABC):
    """The pieces of one upload."""

    size: int | None = None
    repeatable = True

    def __init__(self, on_progress: OnProgress | None) -> None:
        self._on_progress = on_progress

    async def pieces(self) -> AsyncGenerator[memoryview]:
        """Yield all of it from its beginning, if it is `repeatable` or was never asked for.

        A piece is a `memoryview`, which a traceback does not print.
        """
        done = 0
        async with contextlib.aclosing(self._read()) as pieces:
            async for piece in pieces:
                yield piece
                done += len(piece)
                if self._on_progress is not None:
                    notify("on_progress", self._on_progress, done, self.size)

    @abstractmethod
    def _read(self) -> AsyncGenerator[memoryview]: ...


class _FileSource(Source):
    """A file, from where it stands to its end; it is read again from there if need be."""

    def __init__(self, file: BinaryIO, on_progress: OnProgress | None) -> None:
        super().__init__(on_progress)
        self._file = file
        self._start = None
        with _readable():
            if file.seekable():
                self._start = file.tell()
                self.size = file.seek(0, os.SEEK_END) - self._start
                file.seek(self._start)

    async def _read(self) -> AsyncGenerator[memoryview]:
        left = _ENDLESS if self.size is None else self.size
        if self._start is None:
            self.repeatable = False
        else:
            with _readable():
                self._file.seek(self._start)
        while piece := await self._piece(min(left, _PIECE)):
            yield piece
            left -= len(piece)
        if self.size and left:
            raise _unreadable(f"{left} bytes are missing at its end")

    async def _piece(self, size: int) -> memoryview:
        with _readable():
            piece = _view(await in_thread(partial(self._file.read, size)))
        if isinstance(piece, str):
            raise _unreadable(f"its read() gives {piece}, not bytes")
        if len(piece) > size:
            raise _unreadable("its read() gives more than was asked for")
        return piece


class _IterableSource(Source):
    """An async iterable; what was taken from it is gone."""

    def __init__(self, iterable: AsyncIterable[bytes], on_progress: OnProgress | None) -> None:
        super().__init__(on_progress)
        self._iterable = iterable

    async def _read(self) -> AsyncGenerator[memoryview]:
        self.repeatable = False
        iterator = aiter(self._iterable)
        done = 0
        try:
            while (piece := await _next(iterator)) is not None:
                if isinstance(piece, str):
                    text = f"what is uploaded gives {piece}, not bytes"
                    raise FileError(text) if done else InvalidArgumentError(text)
                if piece:  # an empty one would take the headers along
                    yield piece
                    done += len(piece)
        finally:
            if isinstance(iterator, AsyncGenerator):
                await iterator.aclose()


async def _next(iterator: AsyncIterator[object]) -> memoryview | str | None:
    """Return the view of the next piece; None at the end."""
    try:
        return _view(await anext(iterator))
    except StopAsyncIteration:
        return None


def _view(piece: object) -> memoryview | str:
    """Return a view of a copy of a piece, or the type of what is none."""
    if isinstance(piece, bytes | bytearray | memoryview):
        return memoryview(bytes(piece))
    return type(piece).__name__


def _unreadable(reason: str) -> FileError:
    return FileError(f"what is uploaded cannot be read: {reason}")


@contextlib.contextmanager
def _readable() -> Iterator[None]:
    """Raise `FileError` for what the operating system refuses."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = why(error)
    else:
        return
    raise _unreadable(reason)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except (OSError, ValueError) as error:
        reason = why(error)
    else:
        with file:
            yield file
        return
    raise FileError(f"{shown(str(path), 1024)} cannot be read: {reason}")
