"""Bars, tables and text of a self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

import attrs

from scalr_async._text import printable
from scalr_async.inventory._text import percent

__all__ = ["Bar", "Cell", "bars", "table", "text"]

_MOST: Final = 15
"""The most bars in a chart; the others are counted."""


@attrs.frozen
class Bar:
    """One bar; `kind` is the class that colors it."""

    label: str
    count: int
    kind: str = ""


@attrs.frozen
class Cell:
    """A cell of a table; `key`, if given, replaces the text for sorting."""

    text: str
    key: float | None = None
    href: str | None = None
    kind: str = ""


def text(value: object, limit: int = 300) -> str:
    """Return any value as escaped text of an HTML page."""
    return escape(printable(str(value), limit))


def bars(title: str, rows: Iterable[Bar], *, id: str, ordered: bool = False) -> str:
    """Draw horizontal bars, longest first or in the given order, with counts and percentages."""
    every = list(rows)
    shown = every if ordered else sorted(every, key=lambda bar: (-bar.count, bar.label))
    shown, rest = shown[:_MOST], shown[_MOST:]
    whole = sum(bar.count for bar in every)
    most = max((bar.count for bar in shown), default=0) or 1
    drawn = "".join(_bar(bar, most, whole) for bar in shown)
    if rest:
        count = sum(bar.count for bar in rest)
        drawn += (
            f'<li class="rest"><span>and {len(rest):,} others</span><span></span>'
            f"<span>{count:,} · {text(percent(count, whole))}</span></li>"
        )
    body = f'<ul class="bars">{drawn}</ul>' if drawn else '<p class="empty">nothing to show</p>'
    return f'<section id="{id}"><h2>{text(title)}</h2>{body}</section>'


def _bar(bar: Bar, most: int, whole: int) -> str:
    width = 100 * bar.count / most
    kind = f' class="{bar.kind}"' if bar.kind else ""
    return (
        f"<li{kind}><span>{text(bar.label)}</span>"
        f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{width:.2f}" height="10"/></svg>'
        f"<span>{bar.count:,} · {text(percent(bar.count, whole))}</span></li>"
    )


def table(
    title: str, names: Sequence[str], rows: Sequence[Sequence[Cell]], *, id: str, more: int = 0
) -> str:
    """Return a table that can be sorted by its headings and filtered by a text field above it.

    `more` is the number of rows that are left out.
    """
    if not rows:
        return ""
    numbers = [all(row[i].key is not None for row in rows) for i in range(len(names))]
    head = "".join(
        f'<th scope="col"{_number(numeric)}><button type="button">{text(name)}</button></th>'
        for name, numeric in zip(names, numbers, strict=True)
    )
    body = "".join(
        f"<tr>{''.join(_cell(cell, numeric) for cell, numeric in zip(row, numbers, strict=True))}"
        "</tr>"
        for row in rows
    )
    left = f'<p class="empty">and {more:,} more</p>' if more > 0 else ""
    return (
        f'<section class="wide" id="{id}"><h2>{text(title)}</h2>'
        f'<input type="search" placeholder="Filter" aria-label="Filter: {text(title)}">'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{text(title)}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{left}</section>"
    )


def _cell(cell: Cell, numeric: bool) -> str:  # noqa: FBT001  # private
    key = "" if cell.key is None else f' data-key="{cell.key:.17g}"'
    kind = f'<span class="status {cell.kind}">{text(cell.text)}</span>' if cell.kind else ""
    return f"<td{key}{_number(numeric)}>{kind or _linked(cell.text, cell.href)}</td>"


def _number(numeric: bool) -> str:  # noqa: FBT001  # private
    return ' class="number"' if numeric else ""


def _linked(label: str, href: str | None) -> str:
    if href is None:
        return text(label)
    return f'<a href="{escape(href)}" rel="noreferrer">{text(label)}</a>'
