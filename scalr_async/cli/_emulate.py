"""`emulate`: serves an emulated Scalr until a signal stops it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ipaddress
import secrets
import shlex
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from scalr_async._files import wrap_os_errors, write_file
from scalr_async._text import printable
from scalr_async.cli._run import Exit
from scalr_async.emulator import Emulator
from scalr_async.errors import InvalidArgumentError

__all__ = ["emulate"]


async def emulate(arguments: argparse.Namespace) -> int:
    """Run the emulator until Ctrl-C or SIGTERM, after which it exits with 0."""
    chosen = _token_for(arguments.host)
    if arguments.inventory and arguments.account:
        raise InvalidArgumentError("--from, --account: the accounts are those of the file")
    emulator = _emulator(arguments, arguments.token or chosen)
    for line in str(emulator.loaded or "").splitlines():
        sys.stderr.write(f"scalr-async: {printable(line)}\n")
    with _stop_signals() as stopped:
        async with _listening(emulator, arguments) as emu:
            _fill(emu, arguments)
            emu.latency = arguments.latency
            emu.limit_rate(arguments.rate_limit)
            _introduce(emu, arguments.token_file)
            await stopped.wait()
    return Exit.OK


@contextlib.asynccontextmanager
async def _listening(emulator: Emulator, arguments: argparse.Namespace) -> AsyncIterator[Emulator]:
    """Start the emulator; `InvalidArgumentError` if it cannot listen at its address."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            emu = await stack.enter_async_context(emulator)
        except (OSError, UnicodeError) as error:  # that of a name that no host can have
            reason = getattr(error, "strerror", None) or error
            raise InvalidArgumentError(
                f"--host {arguments.host}, --port {arguments.port}: cannot listen there: {reason}"
            ) from None
        yield emu


def _emulator(arguments: argparse.Namespace, token: str | None) -> Emulator:
    with wrap_os_errors(arguments.inventory, "cannot be read"):
        return Emulator(
            accounts=tuple(arguments.account or ("mainiacp",)),
            seed=arguments.seed,
            token=token,
            host=arguments.host,
            port=arguments.port,
            answers=arguments.answers,
            demo=arguments.demo,
            inventory=arguments.inventory,
        )


def _token_for(host: str) -> str | None:
    """Return a random token, with a warning, if other machines can reach `host`; else None."""
    with contextlib.suppress(ValueError):
        if host == "localhost" or ipaddress.ip_address(host).is_loopback:
            return None
    sys.stderr.write(
        f"scalr-async: {host} can be reached from other machines, without TLS; "
        "unless you chose the token, it is a random one\n"
    )
    return secrets.token_urlsafe(24)


@contextlib.contextmanager
def _stop_signals() -> Iterator[asyncio.Event]:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    before = {
        number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(stopped.set))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _fill(emu: Emulator, arguments: argparse.Namespace) -> None:
    counts = {
        name: getattr(arguments, name) for name in ("environments", "workspaces", "pools", "agents")
    }
    if any(counts.values()):
        try:
            emu.seed(**counts)
        except ValueError as error:
            raise InvalidArgumentError(str(error)) from None


def _introduce(emu: Emulator, token_file: str | None) -> None:
    """Print the address and the token, as lines that a shell can evaluate."""
    token = shlex.quote(str(emu.token))
    if token_file is not None:
        write_file(Path(token_file), f"{emu.token!s}\n", mode=0o600)
        token = f'"$(cat {shlex.quote(token_file)})"'
    sys.stdout.write(
        f"# an emulated Scalr; Ctrl-C ends it\n"
        f"export SCALR_HOSTNAME={shlex.quote(emu.url)}\n"
        f"export SCALR_ADDRESS={shlex.quote(emu.url)}\n"
        f"export SCALR_TOKEN={token}\n"
    )
    sys.stdout.flush()
