"""Asks before much is changed: a person at the terminal, `--yes` in a script."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import sys
from typing import Final

from scalr_async._wire import printable
from scalr_async.errors import InvalidArgumentError

__all__ = ["HANDFUL", "confirm"]

HANDFUL: Final = 5
"""So many things are changed without a question."""


async def confirm(arguments: argparse.Namespace, what: str) -> None:
    """Return if `what` may be done; raise `InvalidArgumentError` if not.

    Only a person at a terminal is asked: standard input may hold something else.
    """
    if arguments.yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise InvalidArgumentError(f"would {what}: give --yes to do it, --dry-run to see it")
    sys.stderr.write(f"{printable(what[0].upper() + what[1:])}? [y/N] ")
    sys.stderr.flush()
    await _wait_for_input()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise InvalidArgumentError("nothing was done")


async def _wait_for_input() -> None:
    """Wait until a line was typed, so that Ctrl-C meanwhile ends the command at once."""
    loop, typed = asyncio.get_running_loop(), asyncio.Event()
    with contextlib.suppress(io.UnsupportedOperation, NotImplementedError):  # then reading waits
        terminal = sys.stdin.fileno()
        loop.add_reader(terminal, typed.set)
        try:
            await typed.wait()
        finally:
            loop.remove_reader(terminal)
