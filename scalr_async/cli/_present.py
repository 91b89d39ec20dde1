"""The output of a command: titles, lines, tables and progress, as plain text or through rich."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TextIO

import attrs

from scalr_async._wire import printable

__all__ = [
    "Column",
    "PlainPresenter",
    "Presenter",
    "Progress",
    "count",
    "json_line",
    "presenter",
    "write_json",
]


OBEYED: Final = "\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Controls that JSON leaves as they are: C1, ends of lines, changes of direction."""
_IN_JSON: Final = re.compile(f"[{OBEYED}]")


@attrs.frozen
class Column:
    """A table's column: numbers stand to the `right`, ids are to be copied and stay `whole`."""

    name: str
    right: bool = attrs.field(default=False, kw_only=True)
    whole: bool = attrs.field(default=False, kw_only=True)


class Progress(Protocol):
    """The progress of a piece of work, which reports to it."""

    def expect(self, total: int | None) -> None:
        """Say how many items there will be; None when nobody knows."""

    def advance(self, items: int = 1) -> None:
        """Say that so many more items are done."""


class Presenter(Protocol):
    """Shows things to a person. Text may come from a server: it is shown, never obeyed."""

    def title(self, text: str) -> None:
        """Begin a part."""

    def say(self, text: str) -> None:
        """Show a line."""

    def verdict(self, text: str, *, good: bool) -> None:
        """Show how a step ended."""

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """Show rows under column names."""

    def progress(self, label: str) -> contextlib.AbstractContextManager[Progress]:
        """Show progress as long as the context is open."""
        ...


class _Silent:
    def expect(self, total: int | None) -> None:
        """Show nothing."""

    def advance(self, items: int = 1) -> None:
        """Show nothing."""


@attrs.frozen
class PlainPresenter:
    """Plain text without control codes, for pipes, files and machines without rich."""

    stream: TextIO

    def title(self, text: str) -> None:
        """Write the title after an empty line."""
        self.say("")
        self.say(text)

    def say(self, text: str) -> None:
        """Write the line at once: a reader of a pipe follows what happens."""
        self.stream.write(f"{printable(text)}\n")
        self.stream.flush()

    def verdict(self, text: str, *, good: bool) -> None:
        """Write the line behind a mark."""
        self.say(f"  {'ok' if good else 'no'}  {text}")

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """Write aligned columns, two spaces apart."""
        names = [column.name for column in columns]
        shown = [names, *([printable(cell) for cell in row] for row in rows)]
        widths = [max(map(len, cells)) for cells in zip(*shown, strict=True)]
        for row in shown:
            cells = (
                cell.rjust(width) if column.right else cell.ljust(width)
                for cell, width, column in zip(row, widths, columns, strict=True)
            )
            self.say("  ".join(cells).rstrip())

    @contextlib.contextmanager
    def progress(self, label: str) -> Iterator[Progress]:  # noqa: ARG002  # the protocol's
        """Show nothing: progress is for terminals."""
        yield _Silent()


def presenter(stream: TextIO) -> Presenter:
    """Return what suits the stream: rich on a terminal where it is installed, else plain text."""
    if stream.isatty() and os.environ.get("TERM") != "dumb":
        with contextlib.suppress(ImportError):
            from scalr_async.cli._rich import terminal  # noqa: PLC0415  # the extra may be missing

            return terminal(stream)
    return PlainPresenter(stream)


def count(number: int, noun: str) -> str:
    """Return a number with its noun: `1 workspace`, `2,500 workspaces`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def write_json(records: Iterable[Mapping[str, Any]]) -> None:
    """Write records to standard output, a line each, in what its encoding can hold."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    for each in records:
        sys.stdout.write(json_line(each, ascii=not unicode))


def json_line(value: Any, *, ascii: bool = False) -> str:
    """Return a value as a line of NDJSON; what a terminal would obey, or break at, is escaped."""
    line = json.dumps(value, ensure_ascii=ascii, default=lambda _: None)  # what is not told: null
    if not line.isprintable():
        line = _IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", line)
    return f"{line}\n"
