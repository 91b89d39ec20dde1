"""Confirmation of changes and descriptions of failures, for the commands that write."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import sys
from collections.abc import Iterable, Iterator
from typing import Any, Final

from scalr_async._text import printable
from scalr_async.bulk import Outcome
from scalr_async.cli._streams import presenter
from scalr_async.errors import InvalidArgumentError, ScalrError

__all__ = ["HANDFUL", "by_reason", "confirm", "id_of", "name_of", "reason", "record", "writing"]


HANDFUL: Final = 5
"""The largest number of items that is changed without asking."""


async def confirm(arguments: argparse.Namespace, what: str) -> None:
    """Ask whether to do `what`; raises `InvalidArgumentError` if the answer is not yes.

    Asks only when standard input and standard error are terminals: otherwise standard input may
    hold workspaces or a token.
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
    """Wait until a line has been typed; unlike `readline`, this lets Ctrl-C end the command."""
    loop, typed = asyncio.get_running_loop(), asyncio.Event()
    with contextlib.suppress(io.UnsupportedOperation, NotImplementedError):  # `readline` will block
        terminal = sys.stdin.fileno()
        loop.add_reader(terminal, typed.set)
        try:
            await typed.wait()
        finally:
            loop.remove_reader(terminal)


@contextlib.contextmanager
def writing(change: str) -> Iterator[None]:
    """Say that `change` may have happened if the answer to the write in the block is missing.

    It is missing after Ctrl-C and SIGTERM, and after an error that says so.
    """
    unknown = True
    try:
        yield
        unknown = False
    except Exception as error:
        unknown = isinstance(error, ScalrError) and error.outcome in ("unknown", "applied")
        raise
    finally:
        if unknown:
            presenter(sys.stderr).say(f"{change}; check before you repeat the command")


def id_of(item: Any) -> str:
    """Return the id of an id, a reference or a resource."""
    return item if isinstance(item, str) else str(item.id)


def name_of(item: Any) -> str:
    """Return the name of a resource, or its id if it has no name."""
    return getattr(item, "name", None) or id_of(item)


def reason(outcome: Outcome[Any, Any]) -> str:
    """Return why an item failed, without its id: items that fail alike have the same reason."""
    if outcome.error is None:
        return "interrupted"
    return outcome.error.message.replace(id_of(outcome.input), "...")


def by_reason(failed: Iterable[Outcome[Any, Any]]) -> dict[str, list[Outcome[Any, Any]]]:
    """Group failures by reason, in order of appearance."""
    groups: dict[str, list[Outcome[Any, Any]]] = {}
    for outcome in failed:
        groups.setdefault(reason(outcome), []).append(outcome)
    return groups


def record(outcome: Outcome[Any, Any]) -> dict[str, Any]:
    """Return an outcome as a line of NDJSON."""
    values: dict[str, Any] = {
        "workspace": id_of(outcome.input),
        "ok": outcome.ok,
        "outcome": outcome.outcome,
    }
    if outcome.error is not None:
        values |= {"error": type(outcome.error).__name__, "reason": outcome.error.message}
    return values
