"""The time that requests take at the known limit, for `--dry-run`."""

from __future__ import annotations

import argparse
from typing import Final

from scalr_async.inventory._text import count

__all__ = ["at_limit", "duration", "seconds_for"]

_ASSUMED_RATE: Final = 500 / 60
"""Requests a second, from second-hand sources: Scalr documents no limit."""


def seconds_for(requests: int, arguments: argparse.Namespace) -> float:
    """Return the seconds that requests take at least, at `--rate` or at the assumed rate."""
    return requests / (arguments.rate or _ASSUMED_RATE)


def at_limit(requests: int, seconds: float, arguments: argparse.Namespace) -> str:
    """Return a phrase that gives the requests, their time and the limit."""
    known = "--rate" if arguments.rate else "which is assumed; --rate says another"
    rate = (arguments.rate or _ASSUMED_RATE) * 60
    return (
        f"{count(requests, 'request')}: at least {duration(seconds)} at "
        f"{rate:g} requests a minute ({known})"
    )


def duration(seconds: float) -> str:
    """Return seconds as text, in minutes from 100 seconds on."""
    if seconds < 100:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:,.1f} min"
