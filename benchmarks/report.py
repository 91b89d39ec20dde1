"""The output of a run: a table, `results.json`, and the verdict of `--check`."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from benchmarks.figures import Contender, Results, Row, Spread

__all__ = ["machine", "read", "table", "verdict", "versions", "write"]

_PACKAGES: Final = (
    "aiohttp", "attrs", "cattrs", "msgspec", "orjson", "uvloop", "terrasnek", "jsonapi-client",
    "pytfe", "httptools", "wreq", "pyreqwest",
)  # fmt: skip


def machine() -> dict[str, str]:
    """Describe the hardware and software on which figures depend, without the machine's name."""
    info = Path("/proc/cpuinfo")
    text = info.read_text("utf-8") if info.exists() else ""
    model = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return {
        "cpu": model[1] if model else platform.processor() or platform.machine(),
        "architecture": platform.machine(),
        "cores": str(os.cpu_count()),
        "system": platform.system(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def versions() -> dict[str, str]:
    """Return the versions of the compared packages that are installed."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def table(results: Results) -> str:
    """Return the goals with their results, then the figures of each."""
    lines = [_line("work", "min", "median", "max", "goal", "")]
    for row in results.rows:
        goal = "" if row.goal is None else f"{row.goal:g} {row.unit}".strip()
        met = "" if row.goal is None else "met" if row.met else "NOT MET"
        lines.append(_line(row.work, *_shown(row.spread), goal, met))
    for row in results.rows:
        lines += _behind(row)
    lines += [f"left out: {what}" for what in results.left_out]
    return "\n".join(lines)


def _behind(row: Row) -> Iterator[str]:
    if row.contenders:
        yield ""
        yield _line(row.work, "min", "median", "max", "ratio", row.note)
    for one in row.contenders:
        ratio = f"{one.ratio.median:.2f}" if one.ratio else ""
        yield _line(f"  {one.name}", *_shown(one.spread), ratio, one.unit)


def _line(first: str, *columns: str) -> str:
    *numbers, last = columns
    return f"{first:<56}{''.join(f'{text:>9}' for text in numbers)}  {last}".rstrip()


def _shown(spread: Spread) -> tuple[str, str, str]:
    return _number(spread.min), _number(spread.median), _number(spread.max)


def _number(value: float) -> str:
    return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"


def verdict(results: Results) -> list[str]:
    """Return a line for each row that is more than 15 % worse than its goal."""
    return [
        f"{row.work}: {_number(row.spread.median)} {row.unit}".rstrip()
        + f", the goal is {row.goal:g}"
        for row in results.rows
        if not row.tolerable
    ]


def write(results: Results, path: Path) -> None:
    """Write all figures as JSON, numbers with four significant digits."""

    def rounded(_instance: Any, _field: Any, value: Any) -> Any:
        return float(f"{value:.4g}") if isinstance(value, float) else value

    document = attrs.asdict(results, value_serializer=rounded)
    path.write_text(json.dumps(document, indent=2) + "\n", "utf-8")


def read(path: Path) -> Results:
    """Read the file of `write`."""
    document = json.loads(path.read_text("utf-8"))
    rows = tuple(map(_row, document.pop("rows")))
    left_out = tuple(document.pop("left_out"))
    return Results(**document, rows=rows, left_out=left_out)


def _row(document: dict[str, Any]) -> Row:
    spread = Spread(**document.pop("spread"))
    contenders = tuple(map(_contender, document.pop("contenders")))
    return Row(**document, spread=spread, contenders=contenders)


def _contender(document: dict[str, Any]) -> Contender:
    spread = Spread(**document.pop("spread"))
    ratio = document.pop("ratio")
    return Contender(**document, spread=spread, ratio=Spread(**ratio) if ratio else None)
