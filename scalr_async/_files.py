"""Local files: written whole or not at all, gone on with, read within bounds."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from scalr_async.errors import InvalidArgumentError

__all__ = [
    "check_regular",
    "continuing",
    "draft_of",
    "read_bytes",
    "write_whole",
    "writing",
]


_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
_MOST: Final = 512 * 2**20
"""Bytes that are read at most: what never ends, such as `/dev/zero`, is no input."""


@contextlib.contextmanager
def writing(path: Path, *, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its name when the block ends well.

    Until then, and after an error, what was there stays, and nobody may read the new file who
    could not read the old one. What is no regular file, such as a pipe or `/dev/null`, is written
    directly. Raises `InvalidArgumentError` when it cannot be written, before the block begins
    wherever that can be known.
    """
    with _named(path):
        if _is_stream(path):
            file: BinaryIO = path.open("wb")  # a folder fails here
            draft = None
        else:
            draft = path.with_name(f".{secrets.token_hex(8)}.part")
            file = _open(draft, os.O_CREAT | os.O_EXCL, _mode_of(path, mode))
    try:
        yield file
        with _named(path):
            _finish(file)
            if draft is not None:
                draft.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):  # the first error is the one to tell
            file.close()
        if draft is not None:
            draft.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def continuing(path: Path, size: int) -> Iterator[BinaryIO]:
    """Open `FILE.part`, whose first `size` bytes stay, to go on writing `FILE`.

    It takes its name when the block ends well and is kept otherwise, so that the next try finds
    it. Only one process at a time can write it; links are not followed.
    """
    draft = draft_of(path)
    with _named(draft):
        if size == 0 and draft.is_symlink():
            draft.unlink()
        flags = os.O_CREAT if size == 0 else 0
        file = _open(draft, flags, _mode_of(path, 0o666))
    with file:
        _lock(file, draft)
        with _named(draft):
            if file.seek(0, os.SEEK_END) < size:
                raise InvalidArgumentError(f"{draft}: shorter than noted; remove the --resume file")
            file.truncate(size)
            file.seek(size)
        yield file
        with _named(path):
            _finish(file)
            draft.replace(path)


def draft_of(path: Path) -> Path:
    """Return where a file is written until it is complete, if it can be gone on with."""
    return path.with_name(f"{path.name}.part")


def write_whole(path: Path, text: str, *, mode: int = 0o666) -> None:
    """Put a text file in place in one step."""
    with writing(path, mode=mode) as file:
        file.write(text.encode())


def read_bytes(path: Path) -> bytes:
    """Return what a file holds; raise `InvalidArgumentError` if it cannot be read or never ends."""
    with _named(path, "read"), path.open("rb") as file:
        raw = file.read(_MOST + 1)
    if len(raw) > _MOST:
        raise InvalidArgumentError(f"{path}: cannot be read: larger than {_MOST // 2**20} MiB")
    return raw


def check_regular(path: Path, option: str) -> None:
    """Raise `InvalidArgumentError` unless a file is there, or can be: no pipe, no device."""
    with _named(path):
        if _is_stream(path):
            raise InvalidArgumentError(f"{option}: {path} is no regular file")


def _is_stream(path: Path) -> bool:
    """Return whether a path leads to something that cannot be replaced.

    That is a folder, a pipe or a device, and what only stands for an open file: `/dev/stdout`.
    """
    if path.exists() and not path.is_file():
        return True
    home = path.parent.resolve()
    return home == Path("/dev") or home.is_relative_to("/proc")


def _mode_of(path: Path, mode: int) -> int:
    """Return the mode of a file that takes the place of another: never more than that one has."""
    try:
        there = path.lstat().st_mode
    except OSError:
        return mode
    return mode & there if stat.S_ISREG(there) else mode


def _open(draft: Path, flags: int, mode: int) -> BinaryIO:
    return os.fdopen(os.open(draft, os.O_RDWR | flags | _NO_LINK, mode), "r+b")


def _finish(file: BinaryIO) -> None:
    file.flush()
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        os.fsync(file.fileno())
    file.close()


def _lock(file: BinaryIO, draft: Path) -> None:
    """Hold the draft alone, until it is closed; where there are no such locks, do nothing.

    Whoever held it before may have given it its name meanwhile: then it is no draft any more.
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
        raise InvalidArgumentError(f"{draft}: another crawl is writing it")


@contextlib.contextmanager
def _named(path: Path, verb: str = "written") -> Iterator[None]:
    """Say which file it was that the operating system refused."""
    try:
        yield
    except (OSError, ValueError) as error:
        if isinstance(error, InvalidArgumentError):
            raise
        why = getattr(error, "strerror", None) or str(error)
        raise InvalidArgumentError(f"{path}: cannot be {verb}: {why}") from None
