"""The target of a download: a path, which is complete or not there at all, or a binary file."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import secrets
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

from scalr_async._text import shown
from scalr_async.errors import FileError, InvalidArgumentError

__all__ = ["Target", "in_thread", "why", "writing"]

T = TypeVar("T")

Target = str | os.PathLike[str] | BinaryIO
"""A path, or a file object opened for writing bytes."""

Write = Callable[[memoryview], Awaitable[None]]


@contextlib.asynccontextmanager
async def writing(target: Target) -> AsyncIterator[Write]:
    """Give a function that writes a piece, as a view that no traceback prints, to the target.

    A path is written under another name beside it, readable by its owner alone, and takes its own
    name when the block ends well and all of it is on the disk; when the block raises, nothing is
    left. A file object is written where it stands, and stays open.

    Raises `FileError` for what the operating system refuses, `InvalidArgumentError` for what
    cannot be written to.
    """
    if isinstance(target, str | os.PathLike):
        path = Path(target)
        with _told(path):
            draft, file = _open_beside(path)
        try:
            yield lambda piece: _write(file, piece, path)
            with _told(path):
                await in_thread(lambda: _complete(file, draft, path))
        except BaseException:
            with contextlib.suppress(OSError):  # what it says was said already
                file.close()
            draft.unlink(missing_ok=True)
            raise
    elif hasattr(target, "write") and not isinstance(target, io.TextIOBase):
        name = getattr(target, "name", "the file")
        with _told(name):
            _check_writable(target)
        yield lambda piece: _write(target, piece, name)
    else:
        raise InvalidArgumentError(f"to={shown(target)}: must be a path or a file in binary mode")


async def in_thread(work: Callable[[], T]) -> T:
    """Run what may block in a thread; when cancelled, wait until the thread is done with it."""
    done = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        with contextlib.suppress(Exception):
            await done
        raise


def why(error: Exception) -> str:
    """Return what the operating system said, in words that no version of Python changes."""
    if type(error) is ValueError and "null" in str(error):
        return "a path cannot hold a null byte"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _open_beside(path: Path) -> tuple[Path, BinaryIO]:
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError("not a regular file; open it and give the file object")
    draft = path.parent / f".{secrets.token_hex(8)}.part"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return draft, os.fdopen(handle, "wb")


def _complete(file: BinaryIO, draft: Path, path: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()
    draft.replace(path)


async def _write(file: BinaryIO, piece: memoryview, name: object) -> None:
    with _told(name):
        await in_thread(lambda: _write_all(file, piece))


def _check_writable(file: BinaryIO) -> None:
    """Refuse a file that says of itself that it takes nothing."""
    if getattr(file, "closed", False):
        raise OSError("it is closed")
    writable = getattr(file, "writable", None)
    if callable(writable) and not writable():
        raise OSError("it is not open for writing")


def _write_all(file: BinaryIO, rest: memoryview) -> None:
    """Write a piece, also to a file without a buffer, which may take only a part at once.

    Of `None` a raw file says that it takes nothing now; others that say nothing have taken all.
    """
    while rest:
        taken: object = file.write(rest)
        if taken is None and not isinstance(file, io.RawIOBase):
            return
        if type(taken) is not int or not 0 < taken <= len(rest):
            raise OSError(f"it took {taken} of {len(rest)} bytes; it must be in blocking mode")
        rest = rest[taken:]


@contextlib.contextmanager
def _told(name: object) -> Iterator[None]:
    """Raise `FileError` for what the operating system refuses."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = why(error)
    else:
        return
    raise FileError(f"{shown(str(name), 1024)} cannot be written: {reason}")
