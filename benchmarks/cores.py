"""The cores of a run: the client has one to itself, the server another."""

from __future__ import annotations

import enum
import os

__all__ = ["Side", "pin"]


class Side(enum.Enum):
    """The two sides of a measurement."""

    SERVER = 0
    CLIENT = -1


def pin(side: Side) -> bool:
    """Keep this process on the core of its side; returns whether it could be done.

    It cannot where there is one core only, or no such call (macOS, Windows).
    """
    if not hasattr(os, "sched_setaffinity"):
        return False
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, {cores[side.value]})
    return len(cores) > 1
