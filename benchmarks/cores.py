"""The cores of a run: one for the client, another for the server."""

from __future__ import annotations

import enum
import os

__all__ = ["Side", "pin"]


class Side(enum.Enum):
    """The two sides of a measurement."""

    SERVER = 0
    CLIENT = -1


def pin(side: Side) -> bool:
    """Pin this process to the core of its side; returns whether that was possible.

    It is impossible with only one core, or without the system call (macOS, Windows).
    """
    if not hasattr(os, "sched_setaffinity"):
        return False
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, {cores[side.value]})
    return len(cores) > 1
