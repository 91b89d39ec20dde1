"""Local files of a command: written whole or not at all, read as text."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from scalr_async.errors import InvalidArgumentError

__all__ = ["STANDARD", "continuing", "draft_of", "read_text", "write_whole", "writing"]

STANDARD: Final = "-"
"""Stands for standard input or output where a file is named."""

_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)


@contextlib.contextmanager
def writing(path: Path, *, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its name when the block ends well.

    Until then, and after an error, what was there stays. What is no regular file, such as a pipe
    or `/dev/null`, is written directly. Raises `InvalidArgumentError` when it cannot be written,
    before the block begins wherever that can be known.
    """
    with _named(path):
        if path.exists() and not path.is_file():
            file: BinaryIO = path.open("wb")  # a folder fails here
            draft = None
        else:
            draft = path.with_name(f".{secrets.token_hex(8)}.part")
            file = _create(draft, mode)
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
        if size == 0:
            draft.unlink(missing_ok=True)
            file = _create(draft, 0o666)
        else:
            file = os.fdopen(os.open(draft, os.O_RDWR | _NO_LINK), "r+b")
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


def read_text(name: str) -> str:
    """Return the text of a file, or of standard input for `-`, without a byte order mark."""
    if name == STANDARD:
        text = sys.stdin.read()
    else:
        with _named(Path(name), "read"):
            text = Path(name).read_text(encoding="utf-8", errors="replace")
    return text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")


def _create(draft: Path, mode: int) -> BinaryIO:
    return os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | _NO_LINK, mode), "w+b")


def _finish(file: BinaryIO) -> None:
    file.flush()
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        os.fsync(file.fileno())
    file.close()


def _lock(file: BinaryIO, draft: Path) -> None:
    """Hold the draft alone, until it is closed; where there are no such locks, do nothing."""
    try:
        import fcntl  # noqa: PLC0415  # not on every system
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise InvalidArgumentError(f"{draft}: another crawl is writing it") from None


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
