"""Checks of arguments: numbers in their ranges, and lists; an error names the refused value."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from scalr_async._text import shown
from scalr_async.errors import InvalidArgumentError, ScalrError

__all__ = ["check_list", "check_seconds", "check_whole_number"]


def check_whole_number(
    name: str,
    value: Any,
    least: int,
    most: int | None = None,
    *,
    error: type[ScalrError] = InvalidArgumentError,
) -> int:
    """Return a whole number in its range; raises `error` for anything else."""
    if type(value) is not int or value < least or (most is not None and value > most):
        span = f" from {least} to {most}" if most is not None else f", {least} or above"
        raise error(f"{name}={shown(value)}: must be a whole number{span}")
    return value


def check_seconds(
    name: str,
    value: Any,
    most: float,
    *,
    zero: bool = False,
    error: type[ScalrError] = InvalidArgumentError,
) -> float:
    """Return a number of seconds up to `most`; raises `error` for anything else.

    0 is allowed if `zero` is true.
    """
    given = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(value, int) and value > sys.float_info.max:
        given = False
    if not given or not (0 < value <= most or (zero and value == 0)):
        span = "from 0" if zero else "above 0"
        end = f", and at most {most:.0f}" if most < math.inf else ""
        raise error(f"{name}={shown(value)}: must be {span} seconds{end}")
    return float(value)


def check_list(
    name: str, values: Any, *, error: type[ScalrError] = InvalidArgumentError
) -> tuple[Any, ...]:
    """Return the members of an iterable; raises `error` for texts, mappings and anything else."""
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise error(f"{name}: give a list, not {type(values).__name__}")
    return tuple(values)
