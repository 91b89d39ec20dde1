"""Exit codes."""

from __future__ import annotations

import enum

__all__ = ["Exit"]


class Exit(enum.IntEnum):
    """The exit status of the command."""

    OK = 0
    SOME_FAILED = 1
    USAGE = 2
    """It lies on this side: options that make no sense, no credentials, a local file."""
    FAILED = 3
    """The server refused, or could not be reached."""
    INCOMPLETE = 4
    """A list changed while it was read, so that something may be missing."""
    INTERRUPTED = 130
    TERMINATED = 143
