"""The client of a command, and what a name on the command line means."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from scalr_async._wire import printable
from scalr_async.client import ScalrClient
from scalr_async.errors import InvalidArgumentError

__all__ = ["connect", "identify"]


def connect(arguments: argparse.Namespace) -> ScalrClient:
    """Return the client of `--host` and `--token-file`; what is not given is discovered."""
    token = None
    if arguments.token_file == "-":  # noqa: S105  # a file's name, not a token
        token = sys.stdin.readline()
    elif arguments.token_file is not None:
        token = Path(arguments.token_file).read_text(encoding="utf-8", errors="replace")
    return ScalrClient(arguments.host, token)


async def identify(collection: Any, prefix: str, text: str) -> str:
    """Return the id that an id or a name stands for; a name must be that of one thing alone."""
    if text.startswith(f"{prefix}-"):
        return text
    found = await collection.list(name=text, limit=5).collect()
    if len(found) == 1:
        return str(found[0].id)
    among = "".join(f", {item.id}" for item in found)
    problem = f"is the name of several, give an id{among}" if found else "is neither id nor name"
    raise InvalidArgumentError(f"{printable(text)!r} {problem}")
