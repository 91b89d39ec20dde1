"""The figures in `docs/performance.md`, in tables between comments, and those in the README."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from benchmarks.figures import Results, Row, Spread

__all__ = ["compared", "filled"]

_BLOCK: Final = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

_PLAIN: Final = "aiohttp + orjson, dicts"

_ROWS: Final = {
    "walk": "walk ",
    "ids": "the same, every relationship",
    "related": "walk with four includes",
    "gets": "get() in a loop",
    "links": "link ",
    "distant": "100 pages at 50 ms, 16",
    "limits": "limits:",
    "parts": "parts of a walk",
    "frozen": "making a frozen object",
    "imports": "from scalr_async import",
    "growth": "a workspace late in a walk",
    "uvloop": "walk on uvloop",
}
"""The rows in each table, by the beginning of their title."""


def filled(page: str, results: Results) -> str:
    """Return the page with the tables of these results."""

    def table(found: re.Match[str]) -> str:
        lines = _goals(results) if found[2] == "goals" else _figures(found[2], results)
        return "\n".join([found[1], *lines, "", found[3]])

    return _BLOCK.sub(table, page)


def compared(readme: str, results: Results) -> str:
    """Return the README with the ratios of these results in its comparison of clients."""
    ratios = {one.name: _ratio(one.ratio) for one in _row("walk", results).contenders}
    ours, terrasnek, plain = (ratios[n] for n in ("scalr_async", "terrasnek", _PLAIN))
    cells = f"{ours} | not measured here | {terrasnek} | {plain} |"
    return re.sub(r"(?m)^(\| CPU of a walk, relative \| ).*$", rf"\g<1>{cells}", readme)


def _goals(results: Results) -> Iterator[str]:
    yield "| work | goal | median | of the rounds | |"
    yield "|---|---|---|---|---|"
    for row in results.rows:
        if row.goal is not None:
            spread = f"{_number(row.spread.min)} to {_number(row.spread.max)}"
            middle = f"{_number(row.spread.median)} {row.unit}".strip()
            goal = f"{row.goal:g} {row.unit}".strip()
            met = "met" if row.met else "not met"
            yield f"| {row.work} | {goal} | {middle} | {spread} | {met} |"
    yield ""
    machine = results.machine
    yield (
        f"{results.date}, {results.rounds} rounds, {machine['cores']} cores ({machine['cpu']}), "
        f"{machine['python']}; "
        + ", ".join(f"{name} {version}" for name, version in results.versions.items())
        + "."
    )


def _figures(name: str, results: Results) -> Iterator[str]:
    row = _row(name, results)
    unit = row.contenders[0].unit.replace("us ", "\N{MICRO SIGN}s ")
    has_ratio = any(one.ratio for one in row.contenders)
    yield f"| | {unit} | of the rounds |{' ratio |' if has_ratio else ''}"
    yield f"|---|---|---|{'---|' if has_ratio else ''}"
    for one in row.contenders:
        spread = f"{_number(one.spread.min)} to {_number(one.spread.max)}"
        ratio = f" {_ratio(one.ratio)} |" if has_ratio else ""
        yield f"| {one.name} | {_number(one.spread.median)} | {spread} |{ratio}"


def _row(name: str, results: Results) -> Row:
    return next(row for row in results.rows if row.work.startswith(_ROWS[name]))


def _ratio(ratio: Spread | None) -> str:
    return f"{ratio.median:.2f}" if ratio else ""


def _number(value: float) -> str:
    return (
        f"{value:.2f}"
        if abs(value) < 10
        else f"{value:.1f}"
        if abs(value) < 100
        else f"{value:.0f}"
    )
