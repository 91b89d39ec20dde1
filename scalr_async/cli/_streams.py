"""The standard streams of a command, and files given in their place."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO, cast

from scalr_async._files import read_file, replace_file
from scalr_async.cli._present import PlainPresenter, Presenter

__all__ = ["STANDARD", "drop", "opened", "prepare_streams", "presenter", "read_line", "read_text"]

STANDARD: Final = "-"
"""Stands for standard input or output where a file is named."""

_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), *((m, "utf-16") for m in _UTF16))


def presenter(stream: TextIO) -> Presenter:
    """Return the presenter for a stream: rich on a terminal if installed, else plain text."""
    if stream.isatty() and os.environ.get("TERM") != "dumb":
        with contextlib.suppress(ImportError):
            from scalr_async.cli._terminal import terminal  # noqa: PLC0415  # the extra may be missing

            return terminal(stream)
    return PlainPresenter(stream)


class _Notices:
    """Standard error, to which a failed write is no reason to stop."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write the text; if that fails, drop this and all later text."""
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            drop(self._stream)
        return len(text)

    def flush(self) -> None:
        """Do nothing: `write` flushes."""


def prepare_streams() -> None:
    """Let streams write any text, whatever their encoding, and replace closed ones."""
    sys.stdin = sys.stdin or io.TextIOWrapper(io.BytesIO())
    sys.stdout = sys.stdout or io.StringIO()
    sys.stderr = sys.stderr or io.StringIO()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):  # replaced by something simpler
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # as above
    if not isinstance(sys.stderr, _Notices):
        sys.stderr = cast("TextIO", _Notices(sys.stderr))


def drop(stream: TextIO) -> None:
    """Redirect a stream that cannot be written to the null device.

    Otherwise Python would report an error at exit, when it flushes:
    https://docs.python.org/3/library/signal.html#note-on-sigpipe
    """
    with contextlib.suppress(io.UnsupportedOperation):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextlib.contextmanager
def opened(output: str | None, *, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Open standard output for None and `-`, else a file that gets its name when it is complete."""
    if output in (None, STANDARD):
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with replace_file(Path(output), mode=mode) as file:
        yield file


def read_text(name: str) -> str:
    """Return the text of a file, or of standard input for `-`, without a byte order mark.

    It is read as UTF-8, or as UTF-16 when its mark says so (PowerShell writes that).
    """
    raw = sys.stdin.buffer.read() if name == STANDARD else read_file(Path(name))
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8")
    return raw.decode(encoding, errors="replace")


def read_line() -> str:
    """Return the next line of standard input, without a byte order mark; `read_text` has the rest.

    Like `read_text`, it reads bytes: a text stream would keep the bytes after the line to itself.
    """
    return sys.stdin.buffer.readline().decode("utf-8-sig", errors="replace")
