"""Patterns of paths: whether a pattern can match any request that has a route."""

from __future__ import annotations

import fnmatch
import functools
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from scalr_async.emulator.engine.arguments import check_kind, nearest
from scalr_async.emulator.engine.http import BASE_PATH

__all__ = ["check_pattern"]

_GLOB: Final = re.compile(r"\*|\[!?\]?[^\]]*\]|.", re.DOTALL)
_TEMPLATE: Final = re.compile(r"\{[^}]*\}|.")
_ONE: Final = "one"
"""One character of a parameter's value."""
_MORE: Final = "more"
"""Its further characters, or none."""


def check_pattern(method: str, pattern: Any, routes: Iterable[tuple[str, str]]) -> None:
    """Raise `ValueError` when no route can have a request that a method and a pattern match.

    `routes` are methods and path templates.
    """
    check_kind("path", pattern, str, "a path below the API root")
    if pattern.startswith(BASE_PATH):
        raise ValueError(
            f"path: {pattern!r} is not below the API root; "
            f"use {pattern.removeprefix(BASE_PATH) or '/*'!r}"
        )
    if "?" in pattern and "=" in pattern:
        raise ValueError(f"path: {pattern!r} has a query; use `match` for a condition on it")
    known = list(routes)
    signs = _GLOB.findall(pattern)
    methods = {taken for taken, template in known if _meet(signs, _parts(template))}
    if not methods:
        hint = nearest(pattern, {template for _, template in known})
        raise ValueError(f"path: {pattern!r} matches no path of the API; {hint}")
    if method != "*" and method not in methods:
        listed = ", ".join(sorted(methods))
        raise ValueError(f"method: {method!r} is not possible at {pattern!r}; there is {listed}")


def _meet(signs: Sequence[str], parts: Sequence[str]) -> bool:
    """Return whether any path matches both a pattern and a path template.

    It reads the pattern once, and keeps all places of the template that it may have reached.
    """
    places = {0}
    for sign in signs:
        if sign == "*":
            places = set(range(min(places), len(parts) + 1))
            continue
        taken = {place for place in places if place < len(parts) and _fits(sign, parts[place])}
        places = {place if parts[place] == _MORE else place + 1 for place in taken}
        places |= {place + 1 for place in places if parts[place : place + 1] == [_MORE]}
        if not places:
            return False
    return len(parts) in places


@functools.cache
def _parts(template: str) -> Sequence[str]:
    found: list[str] = []
    for sign in _TEMPLATE.findall(template):
        found += [_ONE, _MORE] if sign.startswith("{") else [sign]
    return found


def _fits(sign: str, part: str) -> bool:
    return sign != "/" if part in (_ONE, _MORE) else fnmatch.fnmatchcase(part, sign)
