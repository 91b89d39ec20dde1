from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console

from scalr_async.cli._present import Column, PlainPresenter
from scalr_async.cli._streams import presenter
from scalr_async.cli._terminal import RichPresenter
from tests.cli.conftest import Terminal

COLUMNS = (Column("name"), Column("items", right=True))
ROWS = (("workspaces", "2500"), ("pools", "4"))


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def on_terminal(stream: io.StringIO, **options) -> RichPresenter:
    return RichPresenter(Console(file=stream, force_terminal=True, width=60, **options))


def test_plain_tables_are_aligned(stream) -> None:
    PlainPresenter(stream).table(COLUMNS, ROWS)

    assert stream.getvalue() == ("name        items\nworkspaces   2500\npools           4\n")


def test_plain_text_has_titles_and_lines_and_no_progress(stream) -> None:
    show = PlainPresenter(stream)
    show.title("Inventory")
    with show.progress("walking") as progress:
        progress.expect(10)
        progress.advance()
    show.say("done")

    assert stream.getvalue() == "\nInventory\ndone\n"


def test_plain_text_cannot_control_the_terminal(stream) -> None:
    PlainPresenter(stream).say("name \x1b[2J\nforged")

    assert stream.getvalue() == "name \\x1b[2J\\nforged\n"


def test_rich_shows_the_same(stream) -> None:
    show = on_terminal(stream)
    show.title("Inventory")
    show.table(COLUMNS, ROWS)
    show.say("done")

    text = stream.getvalue()
    assert "\x1b[" in text
    assert all(word in text for word in ("Inventory", "workspaces", "2500", "items", "done"))


def test_rich_reads_no_markup_and_no_controls_in_text(stream) -> None:
    show = on_terminal(stream, color_system=None)
    show.say("[red]x[/red] \x1b[2J")
    show.title("[bold]y[/bold]")
    show.table((Column("a"),), [["[link=http://evil]z[/link]"]])
    with show.progress("[blink]w[/blink]"):
        pass

    text = stream.getvalue()
    for word in ("[red]x[/red] \\x1b[2J", "[bold]y[/bold]", "[link=http://evil]z[/link]"):
        assert word in text
    assert "[blink]w[/blink]" in text


def test_rich_shows_progress(stream) -> None:
    with on_terminal(stream).progress("linking") as progress:
        progress.expect(3)
        progress.advance(2)

    assert "linking" in stream.getvalue()
    assert "2/3" in stream.getvalue()


def test_a_terminal_gets_rich(monkeypatch) -> None:
    monkeypatch.setenv("TERM", "xterm")

    assert isinstance(presenter(Terminal()), RichPresenter)


def test_no_color_leaves_colors_out(monkeypatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal()

    presenter(terminal).title("Inventory")

    assert "36m" not in terminal.getvalue()  # cyan


def test_a_pipe_gets_plain_text(stream) -> None:
    assert isinstance(presenter(stream), PlainPresenter)


def test_a_dumb_terminal_gets_plain_text(monkeypatch) -> None:
    monkeypatch.setenv("TERM", "dumb")

    assert isinstance(presenter(Terminal()), PlainPresenter)


def test_without_rich_a_terminal_gets_plain_text(monkeypatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setitem(sys.modules, "scalr_async.cli._terminal", None)

    assert isinstance(presenter(Terminal()), PlainPresenter)


@pytest.mark.parametrize("width", range(10, 60, 7))
def test_a_whole_column_is_never_cut(stream, width) -> None:
    columns = (Column("id", whole=True), Column("name"))
    rows = [("apool-0123456789abcde", "a rather long name of a pool")]

    RichPresenter(Console(file=stream, force_terminal=True, width=width)).table(columns, rows)

    assert "apool-0123456789abcde" in stream.getvalue()


@pytest.mark.parametrize(("good", "mark"), [(True, "ok"), (False, "no")])
def test_a_verdict_has_a_mark(stream, good, mark) -> None:
    PlainPresenter(stream).verdict("476 linked", good=good)
    on_terminal(stream).verdict("476 linked", good=good)

    plain, colored = stream.getvalue().splitlines()
    assert plain == f"  {mark}  476 linked"
    assert mark in colored
    assert "\x1b[1;3" in colored
