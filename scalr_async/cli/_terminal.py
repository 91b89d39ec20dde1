"""The output of a command on a terminal: color, boxes and bars; needs the extra `cli`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TextIO, cast

import attrs
from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from scalr_async._text import printable
from scalr_async.cli._present import Board, Column, PlainPresenter, Progress

__all__ = ["RichPresenter", "terminal"]


@attrs.frozen
class _Bar:
    bars: Bars
    task: TaskID

    def expect(self, total: int | None) -> None:
        """Give the bar its length."""
        self.bars.update(self.task, total=total)

    def advance(self, items: int = 1) -> None:
        """Move the bar."""
        self.bars.advance(self.task, items)

    def note(self, text: str) -> None:
        """Write the text after the bar."""
        self.bars.update(self.task, note=printable(text))


@attrs.frozen
class _Bars:
    bars: Bars

    def task(self, label: str) -> Progress:
        """Add a bar."""
        return _Bar(self.bars, self.bars.add_task(printable(label), total=None, note=""))


@attrs.frozen
class RichPresenter:
    """Shows output on a terminal. Text is never interpreted as rich's markup."""

    console: Console

    def title(self, text: str) -> None:
        """Print the title in bold after an empty line."""
        self.console.print()
        self.console.print(Text(printable(text), style="bold cyan"))

    def say(self, text: str) -> None:
        """Print the line unwrapped; the terminal wraps it, and copied text has no line breaks."""
        self.console.print(Text(printable(text)), soft_wrap=True)

    def verdict(self, text: str, *, good: bool) -> None:
        """Print the line after a colored mark."""
        mark = ("  ok  ", "bold green") if good else ("  no  ", "bold red")
        self.console.print(Text.assemble(mark, printable(text)), soft_wrap=True)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """Print the table in a light frame, or without one if ids would have to be broken."""
        table = Table(box=box.ROUNDED, border_style="dim", header_style="bold")
        for column in columns:
            table.add_column(
                printable(column.name),
                justify="right" if column.right else "left",
                no_wrap=column.whole,
                overflow="fold",
            )
        for row in rows:
            table.add_row(*(Text(printable(cell)) for cell in row))
        if table.__rich_measure__(self.console, self.console.options).minimum > self.console.width:
            PlainPresenter(cast("TextIO", self.console.file)).table(columns, rows)
        else:
            self.console.print(table)

    @contextlib.contextmanager
    def progress(self, label: str) -> Iterator[Progress]:
        """Show a bar, which stays when the task is done."""
        with self.board() as board:
            yield board.task(label)

    @contextlib.contextmanager
    def board(self) -> Iterator[Board]:
        """Show a bar for each task, which stays when the task is done."""
        with Bars(
            TextColumn("{task.description:<13}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(compact=True, elapsed_when_finished=True),
            TextColumn("{task.fields[note]}", markup=False),
            console=self.console,
        ) as bars:
            yield _Bars(bars)


def terminal(stream: TextIO) -> RichPresenter:
    """Return the presenter of a terminal; rich obeys `NO_COLOR` by itself."""
    return RichPresenter(Console(file=stream, highlight=False))
