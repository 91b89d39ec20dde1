"""`completion`: prints a script that completes commands and options in a shell."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from scalr_async.cli._parser import parser
from scalr_async.cli._run import Exit
from scalr_async.errors import InvalidArgumentError
from scalr_async.inventory._collections import collections

__all__ = ["completion"]


async def completion(arguments: argparse.Namespace) -> int:
    """Print the completion script for a shell."""
    try:
        import shtab  # noqa: PLC0415  # the extra may be missing
    except ImportError:
        raise InvalidArgumentError(
            "completion needs the extra: pip install 'scalr-async[cli]'"
        ) from None
    root = parser()
    for action in _actions(root):
        if action.metavar == "FILE":
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # shtab's own convention
        if action.metavar == "KIND":
            # not in the parser: with nargs="*", argparse would check an empty list against choices
            action.choices = list(collections())
    sys.stdout.write(shtab.complete(root, arguments.shell) + "\n")
    return Exit.OK


def _actions(command: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in command._actions:  # noqa: SLF001  # argparse has no other way in
        yield action
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001  # likewise
            for each in action.choices.values():
                yield from _actions(each)
