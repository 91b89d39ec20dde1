"""Runs a command, and turns its result or error into an exit code and one line."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import enum
import importlib
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Final

from scalr_async._text import printable
from scalr_async.cli._streams import STANDARD, drop, prepare_streams
from scalr_async.errors import ConfigError, FileError, InvalidArgumentError, ScalrError, TLSError

__all__ = ["Exit", "run", "unwritten"]

_OPTIONS: Final = (
    ("give them to ScalrClient, or set", "give --host and --token-file, or set"),
    ("Config(ca_file=...), a client certificate with Config(ssl=...)", "--ca-file"),
    ("Config(proxy=...)", "--proxy"),
    ("; raise Limits(body=...) if such an answer is expected", ""),
    (" (raise Limits(body=...) if such an answer is expected)", ""),
    ("ca_file '", "--ca-file '"),
    ("proxy: must be", "--proxy: must be"),
    ("give environments=1 or more", "give --environments 1 or more"),
    ("give pools=1 or more", "give --pools 1 or more"),
)
"""Phrases of errors, as users of the library see them, and as the command line words them."""


class Exit(enum.IntEnum):
    """The exit status of the command."""

    OK = 0
    SOME_FAILED = 1
    USAGE = 2
    """The cause is on this side: invalid options, no credentials, a local file."""
    FAILED = 3
    """The server refused, or could not be reached."""
    INCOMPLETE = 4
    """A list changed while it was read, so items may be missing."""
    INTERRUPTED = 130
    TERMINATED = 143


Command = Callable[[argparse.Namespace], Coroutine[Any, Any, int]]


def run(arguments: argparse.Namespace) -> int:
    """Run the chosen command; an error becomes one line on standard error."""
    silent = sys.stdout is None
    prepare_streams()
    if silent and getattr(arguments, "output", None) in (None, STANDARD):
        return _end(Exit.USAGE, "standard output is closed")
    try:
        module, _, function = arguments.command.partition(":")
        command: Command = getattr(importlib.import_module(f"scalr_async.cli.{module}"), function)
        with warnings.catch_warnings():
            warnings.showwarning = _warn
            code = asyncio.run(_terminable(command(arguments)))
        sys.stdout.flush()
    except (KeyboardInterrupt, _Terminated, ScalrError) as error:
        return _end(*_explain(error))
    except OSError as error:
        return unwritten(error)
    return code


def unwritten(error: OSError) -> Exit:
    """Return the exit code of a command that could not write to standard output."""
    drop(sys.stdout)
    prepare_streams()  # `--help` has not done it
    if isinstance(error, BrokenPipeError):  # the reader has ended, as `head` does
        return Exit.INTERRUPTED
    return _end(Exit.USAGE, f"cannot be written: {error.strerror or error}")


def _explain(error: BaseException) -> tuple[Exit, str]:
    """Return the exit code and the message of an error."""
    match error:
        case KeyboardInterrupt():
            return Exit.INTERRUPTED, "interrupted"
        case _Terminated():
            return Exit.TERMINATED, "terminated"
        case TLSError():
            text = f"{_in_options(error)}; a server without TLS is given as http://HOST:PORT"
            return Exit.FAILED, text
        case ConfigError() | InvalidArgumentError() | FileError():
            return Exit.USAGE, _in_options(error)
        case _:
            return Exit.FAILED, _in_options(error)


def _in_options(error: BaseException) -> str:
    """Return an error's text with the names of options in place of arguments."""
    text = str(error)
    for said, meant in _OPTIONS:
        text = text.replace(said, meant)
    return text


class _Terminated(Exception):  # noqa: N818  # an end, not an error
    """SIGTERM came, and the command has reported what it did."""


async def _terminable(command: Coroutine[Any, Any, int]) -> int:
    """Run a command that SIGTERM cancels, as Ctrl-C does."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    came = False

    def terminate() -> None:
        nonlocal came
        came = True
        task.cancel()

    with _on_sigterm(lambda: loop.call_soon_threadsafe(terminate)):
        try:
            return await command
        except asyncio.CancelledError:
            if came:
                raise _Terminated from None
            raise


@contextlib.contextmanager
def _on_sigterm(act: Callable[[], object]) -> Iterator[None]:
    """Call `act` on SIGTERM inside the block; only the main thread can set signal handlers."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: act())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _warn(message: Warning | str, *_: object, **__: object) -> None:
    sys.stderr.write(f"scalr-async: {printable(str(message))}\n")


def _end(code: Exit, message: str) -> Exit:
    sys.stderr.write(f"scalr-async: {printable(message)}\n")
    return code
