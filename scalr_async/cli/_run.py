"""Runs a command, and tells how it ended."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import sys
import warnings
from collections.abc import Callable, Coroutine
from typing import Any

from scalr_async._wire import printable
from scalr_async.cli._exit import Exit
from scalr_async.errors import ConfigError, InvalidArgumentError, ScalrError

__all__ = ["run"]

Command = Callable[[argparse.Namespace], Coroutine[Any, Any, int]]


def run(arguments: argparse.Namespace) -> int:
    """Run the command that was asked for; its errors become one line on standard error."""
    module, _, function = arguments.command.partition(":")
    command: Command = getattr(importlib.import_module(f"scalr_async.cli.{module}"), function)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _warn
            code = asyncio.run(command(arguments))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _end(Exit.INTERRUPTED, "interrupted")
    except BrokenPipeError:
        # Whoever read our output has left, as `head` does. Python would complain at exit when
        # it flushes: https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.INTERRUPTED
    except (ConfigError, InvalidArgumentError) as error:
        return _end(Exit.USAGE, str(error))
    except (ScalrError, OSError) as error:
        return _end(Exit.FAILED, str(error))
    return code


def _warn(message: Warning | str, *_: object, **__: object) -> None:
    sys.stderr.write(f"scalr-async: {printable(str(message))}\n")


def _end(code: Exit, message: str) -> Exit:
    sys.stderr.write(f"scalr-async: {printable(message)}\n")
    return code
