"""The chart in the documentation: the reach of a second of CPU, and the results for the goals."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Final

from benchmarks.figures import Results, Row

__all__ = ["draw"]

_WIDTH: Final = 860
_LABELS: Final = 330
"""The position where the labels end and the bars begin."""
_BARS: Final = 430
_STEP: Final = 30

_STYLE: Final = """
  text { font: 14px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 16px }
  .small { font-size: 12px; fill: #656d76 }
  .label { text-anchor: end }
  .other { fill: #afb8c1 }
  .ours { fill: #0969da }
  .axis { stroke: #d0d7de }
  .goal { stroke: #1a7f37; stroke-width: 3 }
  .span { stroke: #0969da; stroke-width: 3; stroke-linecap: round; opacity: 0.45 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .small { fill: #8d96a0 }
    .other { fill: #57606a }
    .ours { fill: #4493f8 }
    .axis { stroke: #3d444d }
    .goal { stroke: #3fb950 }
    .span { stroke: #4493f8 }
  }
"""


def draw(results: Results, path: Path) -> None:
    """Write the picture as SVG."""
    walk = results.rows[0]
    ratios = [row for row in results.rows if row.goal and row.compared_with.startswith("aiohttp")]
    second = 84 + _STEP * len(walk.contenders)
    height = second + 74 + _STEP * len(ratios)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
        f"<title>{escape(_summary(walk))}</title><style>{_STYLE}</style>",
        *_reach(walk, 24),
        *_goals(ratios, second),
        "</svg>",
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts) + "\n", "utf-8")


def _summary(walk: Row) -> str:
    return f"scalr_async: {walk.spread.median:.2f} of the CPU of {walk.compared_with}"


def _reach(walk: Row, top: int) -> Iterator[str]:
    """Draw a bar for each client; longer is better."""
    yield _text(16, top, "Workspaces read in a second of CPU", "title")
    yield _text(16, top + 20, "whole client: network, parsing, objects; longer is better", "small")
    reach = {one.name: 1e6 / one.spread.median for one in walk.contenders}
    scale = _BARS / max(reach.values())
    for place, name in enumerate(sorted(reach, key=lambda name: -reach[name])):
        y = top + 34 + _STEP * place
        kind = "ours" if name == walk.contenders[0].name else "other"
        width = reach[name] * scale
        yield _text(_LABELS - 10, y + 15, name, "label")
        yield f'<rect class="{kind}" x="{_LABELS}" y="{y}" width="{width:.1f}" height="20" rx="3"/>'
        shown = f"{float(f'{reach[name]:.3g}'):,.0f}".replace(",", "\N{NO-BREAK SPACE}")
        yield _text(_LABELS + width + 8, y + 15, shown)


def _goals(rows: list[Row], top: int) -> Iterator[str]:
    """Draw each ratio as a dot within the range of its rounds, and its goal as a line."""
    yield _text(16, top, "Ratio to plain aiohttp + orjson", "title")
    yield _text(
        16, top + 20, "dot: median, line: all rounds, green: the goal; left is better", "small"
    )
    most = max([1.2, *(max(row.spread.max, row.goal or 0) for row in rows)]) * 1.05
    scale = _BARS / most

    def x(value: float) -> float:
        return _LABELS + value * scale

    bottom = top + 34 + _STEP * len(rows)
    for value in (0.0, 0.5, 1.0):
        yield f'<path class="axis" d="M{x(value):.1f} {top + 34}V{bottom}"/>'
        yield _text(x(value) - 9, bottom + 14, f"{value:.1f}", "small")
    for place, row in enumerate(rows):
        y = top + 50 + _STEP * place
        least, middle, highest = (
            x(value) for value in (row.spread.min, row.spread.median, row.spread.max)
        )
        yield _text(_LABELS - 10, y + 5, row.work.partition(": ")[0], "label small")
        yield f'<path class="span" d="M{least:.1f} {y}H{highest:.1f}"/>'
        yield f'<path class="goal" d="M{x(row.goal or 0):.1f} {y - 10}v20"/>'
        yield f'<circle class="ours" cx="{middle:.1f}" cy="{y}" r="6"/>'
        yield _text(_LABELS + _BARS + 30, y + 5, f"{row.spread.median:.2f}")


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(text)}</text>'
