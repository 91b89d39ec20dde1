"""Checks of what test code asks for: a mistake is refused at once, with its value.

A fault that never occurs would let a test of this fault pass.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from typing import Any

__all__ = ["check_choice", "check_kind", "check_number", "check_secret", "nearest"]


def check_number(
    name: str, value: Any, *, least: float = 0, most: float = math.inf, whole: bool = False
) -> None:
    """Raise `ValueError` unless a value is a number between two bounds, which are included."""
    is_number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    if is_number and least <= value <= most:
        return
    kind = "a whole number" if whole else "a number"
    limit = f"at least {least:g}" if math.isinf(most) else f"from {least:g} to {most:g}"
    raise ValueError(f"{name}: {value!r} is not {kind}, {limit}")


def check_kind(name: str, value: Any, kind: Any, described: str) -> None:
    """Raise `ValueError` unless a value is of a class, which the message describes."""
    if not isinstance(value, kind):
        raise ValueError(f"{name}: {value!r} is not {described}")  # noqa: TRY004  # one class for all


def check_secret(name: str, value: Any) -> None:
    """Raise `ValueError` unless a value is text; the message does not have it."""
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name}: {type(value).__name__} without text")


def check_choice(name: str, value: Any, choices: Iterable[str]) -> None:
    """Raise `ValueError` unless a value is one of the choices; the message has the nearest."""
    known = list(choices)
    if value not in known:
        raise ValueError(f"{name}: {value!r} is not known; {nearest(value, known)}")


def nearest(value: Any, choices: Iterable[str]) -> str:
    """Return a hint at the choices that are most like a value, or all if they are few."""
    known = sorted(choices)
    close = difflib.get_close_matches(str(value), known, n=3)
    if close:
        return f"did you mean {' or '.join(map(repr, close))}?"
    more = ", ..." if len(known) > 12 else ""
    return f"there is {', '.join(known[:12])}{more}"
