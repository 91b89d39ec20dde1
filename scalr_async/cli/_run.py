"""Runs a command, and tells how it ended."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib
import io
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Final, TextIO, cast

from scalr_async._wire import printable
from scalr_async.cli._exit import Exit
from scalr_async.cli._files import STANDARD
from scalr_async.errors import ConfigError, FileError, InvalidArgumentError, ScalrError, TLSError

__all__ = ["run"]

_OPTIONS: Final = (
    ("give them to ScalrClient, or set", "give --host and --token-file, or set"),
    ("Config(ca_file=...), a client certificate with Config(ssl=...)", "--ca-file"),
    ("Config(proxy=...)", "--proxy"),
    ("; raise Limits(body=...) if such an answer is expected", ""),
    (" (raise Limits(body=...) if such an answer is expected)", ""),
    ("ca_file '", "--ca-file '"),
    ("proxy: must be", "--proxy: must be"),
)
"""The words of errors for people who make a client, and those for the command line."""

Command = Callable[[argparse.Namespace], Coroutine[Any, Any, int]]


def run(arguments: argparse.Namespace) -> int:
    """Run the command that was asked for; its errors become one line on standard error."""
    silent = sys.stdout is None
    _prepare_streams()
    if silent and getattr(arguments, "output", None) in (None, STANDARD):
        return _end(Exit.USAGE, "standard output is closed")
    try:
        module, _, function = arguments.command.partition(":")
        command: Command = getattr(importlib.import_module(f"scalr_async.cli.{module}"), function)
        with warnings.catch_warnings():
            warnings.showwarning = _warn
            code = asyncio.run(_terminable(command(arguments)))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has left, as `head` does
        _drop(sys.stdout)
        return Exit.INTERRUPTED
    except (KeyboardInterrupt, _Terminated, ScalrError) as error:
        return _end(*_told(error))
    except OSError as error:
        _drop(sys.stdout)
        return _end(Exit.USAGE, f"cannot be written: {error.strerror or error}")
    return code


def _told(error: BaseException) -> tuple[Exit, str]:
    """Return the exit code and the line that an end has."""
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
    """Return an error's text as it is for somebody who gives options, not arguments."""
    text = str(error)
    for said, meant in _OPTIONS:
        text = text.replace(said, meant)
    return text


class _Terminated(Exception):  # noqa: N818  # an end, not an error
    """SIGTERM came: what was done has been told."""


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
    """Act on SIGTERM inside the block; only a process's main thread hears of signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: act())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _Notices:
    """Standard error: what is said there is for whoever reads it, and no reason to stop."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write the text; where that fails, this and all that follows is not heard."""
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            _drop(self._stream)
        return len(text)

    def flush(self) -> None:
        """Do nothing: what is written is flushed."""


def _prepare_streams() -> None:
    """Let no name fail to be shown, whatever the encoding, and no closed stream be a surprise."""
    sys.stdin = sys.stdin or io.StringIO()
    sys.stdout = sys.stdout or io.StringIO()
    sys.stderr = sys.stderr or io.StringIO()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):  # replaced by something simpler
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # as above
    if not isinstance(sys.stderr, _Notices):
        sys.stderr = cast("TextIO", _Notices(sys.stderr))


def _drop(stream: TextIO) -> None:
    """Send to nowhere what could not be written.

    Python would complain at exit, when it flushes:
    https://docs.python.org/3/library/signal.html#note-on-sigpipe
    """
    with contextlib.suppress(io.UnsupportedOperation):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _warn(message: Warning | str, *_: object, **__: object) -> None:
    sys.stderr.write(f"scalr-async: {printable(str(message))}\n")


def _end(code: Exit, message: str) -> Exit:
    sys.stderr.write(f"scalr-async: {printable(message)}\n")
    return code
