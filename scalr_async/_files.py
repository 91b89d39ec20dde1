"""Local files: written completely or not at all, continued, or read up to a size limit.

Every function here raises `FileError` when the operating system refuses an operation.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from scalr_async._text import shown
from scalr_async.errors import FileError, InvalidArgumentError, ScalrError

__all__ = [
    "Target",
    "allowed_mode",
    "check_regular_file",
    "commit_file",
    "continue_file",
    "is_stream",
    "open_target",
    "partial_path",
    "read_file",
    "replace_file",
    "replace_path",
    "run_in_thread",
    "wrap_os_errors",
    "write_file",
]

T = TypeVar("T")

Target = str | os.PathLike[str] | BinaryIO
"""A path, or a file object opened for writing bytes."""

_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
_MAX_READ: Final = 512 * 2**20
"""Bytes; the limit stops the reading of an endless file such as `/dev/zero`."""


@contextlib.contextmanager
def wrap_os_errors(name: object, verb: str) -> Iterator[None]:
    """Raise `FileError` in place of an operating system error: `'name' cannot be read: ...`.

    The error is raised outside the `except` block, so that no traceback holds the data that was
    being written.
    """
    try:
        yield
    except ScalrError:
        raise
    except (OSError, ValueError) as error:
        reason = _reason(error, str(name))
    else:
        return
    raise FileError(f"{name if isinstance(name, str) else shown(str(name), 1024)} {verb}: {reason}")


def _reason(error: Exception, name: str) -> str:
    """Return the operating system's message in words that are the same in all Python versions."""
    if type(error) is ValueError and "\0" in name:
        return "a path cannot hold a null byte"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


class _Replacement:
    """A draft beside `path`, under another name, which replaces `path` when it is complete."""

    def __init__(self, path: Path, mode: int) -> None:
        self._path = path
        self._draft = path.parent / f".{os.urandom(8).hex()}.part"
        self.file = _open(self._draft, os.O_CREAT | os.O_EXCL, allowed_mode(path, mode))

    def commit(self) -> None:
        """Flush the draft to disk, then rename it to `path`."""
        _flush_and_close(self.file)
        self._draft.replace(self._path)

    def discard(self) -> None:
        """Remove the draft; a file at `path` stays as it was."""
        with contextlib.suppress(OSError):  # the first error is the one to report
            self.file.close()
        self._draft.unlink(missing_ok=True)


@contextlib.contextmanager
def replace_file(path: Path, *, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Open a new file for writing that replaces `path` when the block ends without an error.

    Until then, and after an error, the old file stays. The new file grants no permission that the
    old one did not. A pipe or a device such as `/dev/null` is written directly.
    """
    replacement: _Replacement | None = None
    with _writing(path):
        if is_stream(path):
            file: BinaryIO = path.open("wb")  # fails for a folder
        else:
            replacement = _Replacement(path, mode)
            file = replacement.file
    try:
        yield file
        with _writing(path):
            if replacement is None:
                _flush_and_close(file)
            else:
                replacement.commit()
    except BaseException:
        if replacement is not None:
            replacement.discard()
        with contextlib.suppress(OSError):
            file.close()
        raise


def write_file(path: Path, text: str, *, mode: int = 0o666) -> None:
    """Write a text file in one step; see `replace_file`."""
    with replace_file(path, mode=mode) as file:
        file.write(text.encode())


@contextlib.contextmanager
def replace_path(path: Path, *, mode: int = 0o666) -> Iterator[Path]:
    """Yield the path of an empty file to write; it replaces `path` as in `replace_file`."""
    check_regular_file(path, "output")
    with _writing(path):
        draft = path.parent / f".{os.urandom(8).hex()}.part"
        _open(draft, os.O_CREAT | os.O_EXCL, allowed_mode(path, mode)).close()
    try:
        yield draft
        commit_file(draft.open("r+b"), draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def continue_file(draft: Path, size: int, *, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Open a draft to continue after its first `size` bytes; it is kept however the block ends.

    Only one process at a time can write a draft; links are not followed. See `commit_file`.
    """
    with _writing(draft):
        if size == 0 and draft.is_symlink():
            draft.unlink()
        file = _open(draft, os.O_CREAT if size == 0 else 0, mode)
    with file:
        with _writing(draft):
            _lock(file, draft)
            if file.seek(0, os.SEEK_END) < size:
                raise OSError("it is shorter than noted; remove the --resume file")
            file.truncate(size)
            file.seek(size)
        yield file


def commit_file(file: BinaryIO, draft: Path, path: Path) -> None:
    """Close a complete draft and rename it to `path`."""
    with _writing(path):
        _flush_and_close(file)
        draft.replace(path)


def allowed_mode(path: Path, mode: int) -> int:
    """Return the mode for a new file at `path`; it never allows more than the replaced file.

    Of a symbolic link, which is replaced as well, the file that it leads to counts.
    """
    try:
        old = path.stat().st_mode
    except OSError:
        return mode
    return mode & old if stat.S_ISREG(old) else mode


def partial_path(path: Path) -> Path:
    """Return the path of the draft from which a file can be continued."""
    return path.with_name(f"{path.name}.part")


def read_file(path: Path) -> bytes:
    """Return the content of a file of at most 512 MiB."""
    with wrap_os_errors(path, "cannot be read"):
        with path.open("rb") as file:
            raw = file.read(_MAX_READ + 1)
        if len(raw) > _MAX_READ:
            raise OSError(f"larger than {_MAX_READ // 2**20} MiB")
    return raw


def check_regular_file(path: Path, option: str) -> None:
    """Raise `InvalidArgumentError` for the path of a pipe, a device or a folder."""
    with _writing(path):
        if is_stream(path):
            raise InvalidArgumentError(f"{option}: {path} is no regular file")


@contextlib.asynccontextmanager
async def open_target(target: Target) -> AsyncIterator[Callable[[memoryview], Awaitable[None]]]:
    """Yield a function that writes the next piece of a download to a path or a file object.

    The file at a path is replaced as in `replace_file`; only its owner can read the new one. A file
    object is written at its position and stays open. Pieces are `memoryview` objects, whose content
    no traceback prints.

    Raises `InvalidArgumentError` for any other target.
    """
    if isinstance(target, str | os.PathLike):
        path = Path(target)
        with _writing(path):
            _check_replaceable(path)
            replacement = _Replacement(path, 0o600)
        try:
            yield lambda piece: _write(replacement.file, piece, path)
            with _writing(path):
                await run_in_thread(replacement.commit)
        except BaseException:
            replacement.discard()
            raise
    elif hasattr(target, "write") and not isinstance(target, io.TextIOBase):
        name = str(getattr(target, "name", "the file"))
        with _writing(Path(name)):
            _check_writable(target)
        yield lambda piece: _write(target, piece, Path(name))
    else:
        raise InvalidArgumentError(f"to={shown(target)}: must be a path or a file in binary mode")


async def run_in_thread(work: Callable[[], T]) -> T:
    """Run a blocking function in a thread; a cancellation is raised after it has returned."""
    done = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        with contextlib.suppress(Exception):
            await done
        raise


async def _write(file: BinaryIO, piece: memoryview, path: Path) -> None:
    with _writing(path):
        await run_in_thread(lambda: _write_all(file, piece))


def _write_all(file: BinaryIO, rest: memoryview) -> None:
    """Write a whole piece, also to an unbuffered file, which may write only part of it per call.

    A raw file returns None when it can write nothing now; for other files None means success.
    """
    while rest:
        taken: object = file.write(rest)
        if taken is None and not isinstance(file, io.RawIOBase):
            return
        if type(taken) is not int or not 0 < taken <= len(rest):
            raise OSError(f"it took {taken} of {len(rest)} bytes; it must be in blocking mode")
        rest = rest[taken:]


def _check_writable(file: BinaryIO) -> None:
    if getattr(file, "closed", False):
        raise OSError("it is closed")
    writable = getattr(file, "writable", None)
    if callable(writable) and not writable():
        raise OSError("it is not open for writing")


def _check_replaceable(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError("not a regular file; open it and give the file object")


def is_stream(path: Path) -> bool:
    """Return whether a path leads to something that cannot be replaced.

    Such things are folders, pipes, devices, and names of open files, such as `/dev/stdout`.
    """
    if path.exists() and not path.is_file():
        return True
    home = path.parent.resolve()
    return home == Path("/dev") or home.is_relative_to("/proc")


def _open(draft: Path, flags: int, mode: int) -> BinaryIO:
    return os.fdopen(os.open(draft, os.O_RDWR | flags | _NO_LINK, mode), "r+b")


def _flush_and_close(file: BinaryIO) -> None:
    file.flush()
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        os.fsync(file.fileno())
    file.close()


def _lock(file: BinaryIO, draft: Path) -> None:
    """Lock the draft until it is closed; do nothing on systems without such locks.

    If its last owner has renamed it in the meantime, the open file is no longer the draft.
    """
    try:
        import fcntl  # noqa: PLC0415  # not on every system
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        alone = os.path.samestat(os.fstat(file.fileno()), draft.lstat())
    except OSError:
        alone = False
    if not alone:
        raise OSError("another process is writing it")


def _writing(path: Path) -> contextlib.AbstractContextManager[None]:
    return wrap_os_errors(path, "cannot be written")
