"""Charts as SVG, for a page that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

from scalr_async._wire import printable

__all__ = ["bars", "text"]

_WIDTH: Final = 640
_ROW: Final = 26
_LABEL: Final = 210
_VALUE: Final = 70
_MOST: Final = 25
"""Bars in a chart at most; what is left over is drawn as one."""


def text(value: object, limit: int = 120) -> str:
    """Return a value as text of a page, whatever it holds."""
    return escape(printable(str(value), limit))


def bars(title: str, values: Mapping[str, int]) -> str:
    """Draw horizontal bars, in the given order."""
    rows = list(values.items())
    if len(rows) > _MOST:
        rest = rows[_MOST - 1 :]
        rows = [*rows[: _MOST - 1], (f"{len(rest)} others", sum(count for _, count in rest))]
    most = max((count for _, count in rows), default=0) or 1
    drawn = "".join(_bar(index, name, count, most) for index, (name, count) in enumerate(rows))
    height = _ROW * max(len(rows), 1)
    label = f"{text(title)}: " + ", ".join(f"{text(name)} {count}" for name, count in rows)
    return (
        f"<section><h2>{text(title)}</h2>"
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">{drawn}</svg>'
        "</section>"
    )


def _bar(index: int, name: str, count: int, most: int) -> str:
    top = index * _ROW
    width = (_WIDTH - _LABEL - _VALUE) * count / most
    return (
        f'<text class="label" x="{_LABEL - 8}" y="{top + 17}">{text(name, 32)}</text>'
        f'<rect x="{_LABEL}" y="{top + 4}" width="{width:.1f}" height="{_ROW - 8}" rx="3"/>'
        f'<text x="{_LABEL + width + 6:.1f}" y="{top + 17}">{count}</text>'
    )
