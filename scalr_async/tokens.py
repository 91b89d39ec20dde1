"""Tokens that change: from a file that is rotated, a command, or the exchange of an OIDC token.

Each of them is given to the client in place of a token:

    ScalrClient("acme.scalr.io", TokenFile("/run/secrets/scalr-token"))
    ScalrClient("acme.scalr.io", TokenCommand(["vault", "kv", "get", "-field=token", "kv/scalr"]))
    ScalrClient("acme.scalr.io", AssumeServiceAccount("bot@acme.scalr.io", Path("/run/oidc/token")))

They hold no token themselves: the client keeps the one it uses, asks for the next one before it
expires, once for all its calls, and goes on with the old one meanwhile.
"""

from __future__ import annotations

import asyncio
import os
import stat
import warnings
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final, cast

import attrs

from scalr_async._text import printable, shown
from scalr_async._values import Secret, SecretBytes, conceal, hide_arguments, hide_init_arguments
from scalr_async.errors import ConfigError, TokenError

__all__ = [
    "AssumeServiceAccount",
    "ExpiringToken",
    "TokenCommand",
    "TokenFile",
    "TokenProvider",
    "ask",
    "read_private",
    "told",
]

_MODES_COUNT: Final = os.name == "posix"
_LARGEST: Final = 1024 * 1024
"""Bytes; a file above that holds no credentials."""
_LONGEST: Final = 1e9
"""Seconds (32 years)."""


def _seconds(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is not None and not (number and 0 < value <= _LONGEST):
        name = type(instance).__name__
        raise ConfigError(
            f"{name}({attribute.name}={shown(value)}): must be seconds above 0, or None"
        )


def _text(value: Any) -> Secret:
    if not isinstance(value, str):
        raise ConfigError(f"token: must be a str, not {type(value).__name__}")
    return Secret(value)


@hide_init_arguments
@attrs.frozen
class ExpiringToken:
    """A token and its lifetime: a provider returns it instead of a `str` if it knows the lifetime.

    Attributes:
        token: the token.
        expires_in: the seconds for which it is good, from now on; None if nobody knows.
        refresh_in: the seconds after which the next token is asked for, while this one is still
            used; None for a time between 70 % and 85 % of `expires_in`.
    """

    token: Secret = attrs.field(converter=_text)
    expires_in: float | None = attrs.field(default=None, kw_only=True, validator=_seconds)
    refresh_in: float | None = attrs.field(default=None, kw_only=True, validator=_seconds)


TokenProvider = Callable[[], str | ExpiringToken | Awaitable[str | ExpiringToken]]


async def ask(provider: TokenProvider) -> ExpiringToken:
    """Ask a provider for a token, of whichever kind it is."""
    given = conceal(provider())
    if isinstance(given, Awaitable):
        given = conceal(await given)
    return given if isinstance(given, ExpiringToken) else ExpiringToken(given)


def _path(value: Any) -> Path:
    if isinstance(value, str | os.PathLike) and not isinstance(value, Secret):
        path = os.fspath(value)
        if isinstance(path, str) and path and "\0" not in path:
            return Path(path)
    raise ConfigError(f"path: must be the path of a file, not {type(value).__name__}")


@attrs.frozen
class TokenFile:
    """A file that holds a token and nothing else, and is replaced or rewritten from time to time.

    It is read before the first request, again when the server has refused the token, and now and
    then while requests are made. While it is missing or empty the token that was read before is
    used. Raises `TokenError` when there is none, and warns with a `UserWarning` of a file that
    others can read.

    Attributes:
        path: the file.
        check_every: the seconds between two looks at it, None for no look without a reason.
    """

    path: Path = attrs.field(converter=_path)
    check_every: float | None = attrs.field(default=1.0, kw_only=True, validator=_seconds)

    async def __call__(self) -> ExpiringToken:
        """Read it, in a thread: a file system may take its time."""
        token = await asyncio.to_thread(self._read)
        return ExpiringToken(token, refresh_in=self.check_every)

    def _read(self) -> Secret:
        problem = "is empty"
        try:
            text = read_private(self.path)
            if text is None:
                problem = "there is no such file"
            elif token := text.strip():
                return Secret(token)
        except UnicodeDecodeError:
            problem = "not UTF-8"
        except OSError as error:
            problem = f"cannot be read: {error.strerror}"
        raise TokenError(f"token file {told(self.path)}: {problem}")


def _arguments(value: Any) -> tuple[str, ...]:
    if isinstance(value, Sequence) and not isinstance(value, str | bytes) and value:
        arguments = tuple(value)
        if all(isinstance(each, str) and "\0" not in each for each in arguments) and arguments[0]:
            return arguments
    raise ConfigError("arguments: must be a list of str, a program and what it is given")


@attrs.frozen
class TokenCommand:
    """A program that prints a token, run without a shell; it has no input, and our error output.

    It is run before the first request, again when the server has refused the token and, if their
    lifetime is known, before a token expires. Raises `TokenError` when it cannot be run, fails,
    prints nothing, or takes too long; then it is killed.

    Attributes:
        arguments: the program and its arguments.
        expires_in: the seconds for which each of its tokens is good, None if unknown.
        timeout: the seconds that it may take, None for any number.
    """

    arguments: tuple[str, ...] = attrs.field(converter=_arguments, repr=lambda all_: repr(all_[:1]))
    expires_in: float | None = attrs.field(default=None, kw_only=True, validator=_seconds)
    timeout: float | None = attrs.field(default=30.0, kw_only=True, validator=_seconds)

    async def __call__(self) -> ExpiringToken:
        """Run it and return what it prints."""
        return ExpiringToken(await self._run(), expires_in=self.expires_in)

    async def _run(self) -> Secret:
        try:
            process = await asyncio.create_subprocess_exec(
                *self.arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            problem = f"cannot be run: {error.strerror}"
        else:
            problem, token = await self._end(process)
            if token:
                return token
        raise TokenError(f"token command {printable(self.arguments[0], 256)}: {problem}")

    async def _end(self, process: asyncio.subprocess.Process) -> tuple[str, Secret]:
        """Return what is wrong, or the token."""
        nothing = Secret("")
        try:
            async with asyncio.timeout(self.timeout):
                output = SecretBytes((await process.communicate())[0])
        except TimeoutError:
            return f"took longer than {self.timeout:g} s", nothing
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            return f"ended with {process.returncode}", nothing
        try:
            return "printed nothing", Secret(output.decode().strip())
        except UnicodeDecodeError:
            return "printed what is not UTF-8", nothing


def _email(value: Any) -> str:
    if isinstance(value, str) and not isinstance(value, Secret) and "@" in value[1:-1]:
        return value
    raise ConfigError(f"email: must be the address of a service account, not {shown(value)}")


def _identity(value: Any) -> TokenProvider:
    if isinstance(value, os.PathLike):
        return TokenFile(value)
    if callable(value):
        return cast("TokenProvider", value)
    raise ConfigError(
        f"identity: must be a Path, or a function that gives the token, not {type(value).__name__}"
    )


def _whole(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if value is not None and type(value) is not int:
        raise ConfigError(f"lifetime={shown(value)}: must be whole seconds, or None")
    _seconds(instance, attribute, value)


@attrs.frozen
class AssumeServiceAccount:
    """The tokens of a service account that trusts an OIDC identity (workload identity).

    The client exchanges an identity token for a token of the service account at
    `POST /service-accounts/assume` of its own host: before the first request, before that token
    expires, and when the server has refused it. The time left is taken from the answer alone, its
    `expire-time` against its `Date`: clocks need not agree. An exchange that is refused raises what
    `scalr.service_accounts.assume` raises.

    Attributes:
        email: the email address of the service account.
        identity: gives the identity token, a new one for each exchange: the `Path` of a file, or a
            function like any that provides tokens.
        lifetime: the seconds for which a token shall be good, None leaves it to the account's
            policy.
    """

    email: str = attrs.field(converter=_email)
    identity: TokenProvider = attrs.field(converter=_identity)
    lifetime: int | None = attrs.field(default=None, kw_only=True, validator=_whole)


@hide_arguments
def read_private(path: Path) -> Secret | None:
    """Read a small regular file that holds secrets, None when it is not there.

    What is checked is the file that is open, whatever the path. Raises `ConfigError` for what is
    no such file, and what reading and decoding raise.
    """
    try:
        file = open(path, "rb", opener=_at_once)  # noqa: SIM115  # closed below
    except (FileNotFoundError, NotADirectoryError):
        return None
    with file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise ConfigError(f"{told(path)}: not a regular file")
        if _MODES_COUNT and mode & (stat.S_IRWXG | stat.S_IRWXO):
            warnings.warn(
                f"{path} holds a token and can be read by others; run: chmod 600 {path}",
                UserWarning,
                stacklevel=2,
            )
        content = SecretBytes(file.read(_LARGEST + 1))
    if len(content) > _LARGEST:
        raise ConfigError(f"{told(path)}: larger than {_LARGEST} bytes")
    return Secret(content.decode("utf-8-sig"))


def told(path: Path) -> str:
    """Return a path as a message shows it."""
    return printable(str(path), 1024)


def _at_once(path: str, flags: int) -> int:
    """Open without blocking: a pipe in place of the file must not hang the program."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
