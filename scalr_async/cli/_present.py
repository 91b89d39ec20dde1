"""The output of a command: titles, lines, tables and progress, as plain text."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TextIO

import attrs

from scalr_async._text import printable
from scalr_async.inventory._text import json_line

__all__ = [
    "Board",
    "Column",
    "PlainPresenter",
    "Presenter",
    "Progress",
    "write_json",
]


LINE_EVERY: Final = 10.0
"""The least seconds between two lines about one task."""


@attrs.frozen
class Column:
    """A table's column; `right` aligns numbers, `whole` keeps ids unbroken so that they copy."""

    name: str
    right: bool = attrs.field(default=False, kw_only=True)
    whole: bool = attrs.field(default=False, kw_only=True)


class Progress(Protocol):
    """The display of one task's progress; the task calls it."""

    def expect(self, total: int | None) -> None:
        """Set how many items there will be; None if unknown."""

    def advance(self, items: int = 1) -> None:
        """Add to the items that are done."""

    def note(self, text: str) -> None:
        """Set the text beside the numbers."""


class Board(Protocol):
    """The display of several tasks' progress."""

    def task(self, label: str) -> Progress:
        """Add a task."""
        ...


class Presenter(Protocol):
    """Shows output to a person; control codes and markup in a server's text have no effect."""

    def title(self, text: str) -> None:
        """Show a heading."""

    def say(self, text: str) -> None:
        """Show a line."""

    def verdict(self, text: str, *, good: bool) -> None:
        """Show how a step ended."""

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """Show rows under column names."""

    def progress(self, label: str) -> contextlib.AbstractContextManager[Progress]:
        """Show a task's progress while the context is open."""
        ...

    def board(self) -> contextlib.AbstractContextManager[Board]:
        """Show the progress of several tasks while the context is open."""
        ...


class _Silent:
    def expect(self, total: int | None) -> None:
        """Show nothing."""

    def advance(self, items: int = 1) -> None:
        """Show nothing."""

    def note(self, text: str) -> None:
        """Show nothing."""


@attrs.define
class _Lines:
    """Progress as lines, at most one in ten seconds."""

    say: Callable[[str], None]
    label: str
    clock: Callable[[], float]
    done: int = 0
    total: int | None = None
    _text: str = ""
    _said: float = attrs.Factory(lambda self: self.clock(), takes_self=True)

    def expect(self, total: int | None) -> None:
        """Remember how many items there will be."""
        self.total = total

    def note(self, text: str) -> None:
        """Remember the text beside the numbers."""
        self._text = text

    def advance(self, items: int = 1) -> None:
        """Write a line if the last one is old."""
        self.done += items
        if self.clock() - self._said >= LINE_EVERY:
            self._said = self.clock()
            whole = "" if self.total is None else f" of {self.total:,}"
            self.say(f"{self.label}: {self.done:,}{whole}{self._text and f', {self._text}'}")


@attrs.frozen
class _LineBoard:
    say: Callable[[str], None]
    clock: Callable[[], float]

    def task(self, label: str) -> Progress:
        """Add a task."""
        return _Lines(self.say, label, self.clock)


@attrs.frozen
class PlainPresenter:
    """Plain text without control codes, for pipes, files and machines without rich."""

    stream: TextIO
    clock: Callable[[], float] = time.monotonic

    def title(self, text: str) -> None:
        """Write the title after an empty line."""
        self.say("")
        self.say(text)

    def say(self, text: str) -> None:
        """Write and flush the line, so that the reader of a pipe sees it at once."""
        self.stream.write(f"{printable(text)}\n")
        self.stream.flush()

    def verdict(self, text: str, *, good: bool) -> None:
        """Write the line after a mark."""
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

    @contextlib.contextmanager
    def board(self) -> Iterator[Board]:
        """Write a line about each task, every ten seconds."""
        yield _LineBoard(self.say, self.clock)


def write_json(records: Iterable[Mapping[str, Any]]) -> None:
    """Write records to standard output, a line each, escaped if its encoding is not UTF-8."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    for each in records:
        sys.stdout.write(json_line(each, ascii=not unicode))
