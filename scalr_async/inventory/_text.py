"""Numbers and JSON as text without control characters that a terminal would execute."""

from __future__ import annotations

import json
import re
from typing import Any, Final

__all__ = ["CONTROLS", "count", "json_line", "percent"]

CONTROLS: Final = "\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Control characters that JSON leaves unescaped: C1, line separators, changes of direction."""
_IN_JSON: Final = re.compile(f"[{CONTROLS}]")


def count(number: int, noun: str) -> str:
    """Return a number with its noun: `1 workspace`, `2,500 workspaces`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def percent(part: int, whole: int) -> str:
    """Return a percentage: `<1%` for a small part, and `100%` only for the whole."""
    if whole == 0 or part == 0:
        return "0%"
    share = 100 * part / whole
    if share < 1:
        return "<1%"
    return f"{min(round(share), 99) if part < whole else 100}%"


def json_line(value: Any, *, ascii: bool = False) -> str:
    """Return a value as a line of NDJSON; control characters and line separators are escaped."""
    # Values that the server did not send become null.
    line = json.dumps(value, ensure_ascii=ascii, default=lambda _: None)
    if not line.isprintable():
        line = _IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", line)
    return f"{line}\n"
