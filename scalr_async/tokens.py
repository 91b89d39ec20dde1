"""Sources of tokens that change: a rotated file, a command, or the exchange of an OIDC token.

Pass a source to the client in place of a token:

    ScalrClient("acme.scalr.io", TokenFile("/run/secrets/scalr-token"))
    ScalrClient("acme.scalr.io", TokenCommand(["vault", "kv", "get", "-field=token", "kv/scalr"]))
    ScalrClient("acme.scalr.io", AssumeServiceAccount("bot@acme.scalr.io", Path("/run/oidc/token")))

A source stores no token. The client keeps the current token, asks for the next one before the
current one expires, once for all its calls, and uses the current one meanwhile.
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
from scalr_async._value_class import value_class
from scalr_async._values import Secret, SecretBytes, conceal, hide_arguments, hide_init_arguments
from scalr_async.errors import ConfigError, TokenError

__all__ = [
    "AssumeServiceAccount",
    "ExpiringToken",
    "TokenCommand",
    "TokenFile",
    "TokenProvider",
    "ask",
    "printable_path",
    "read_private",
]

_MODES_COUNT: Final = os.name == "posix"
_LARGEST: Final = 1024 * 1024
"""Bytes; a larger file is refused."""
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
@value_class
@attrs.frozen(eq=False, repr=False)
class ExpiringToken:
    """A token and its lifetime: a provider returns it instead of a `str` if it knows the lifetime.

    Attributes:
        token: the token.
        expires_in: the seconds from now for which the token is valid; None if unknown.
        refresh_in: the seconds from now after which the client asks for the next token, while it
            still uses this one; None for a random time between 70 % and 85 % of `expires_in`.
    """

    token: Secret = attrs.field(converter=_text)
    expires_in: float | None = attrs.field(default=None, kw_only=True, validator=_seconds)
    refresh_in: float | None = attrs.field(default=None, kw_only=True, validator=_seconds)


TokenProvider = Callable[[], str | ExpiringToken | Awaitable[str | ExpiringToken]]


async def ask(provider: TokenProvider) -> ExpiringToken:
    """Ask a provider, plain or asynchronous, for a token."""
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


@value_class
@attrs.frozen(eq=False, repr=False)
class TokenFile:
    """A file that contains a token and nothing else, and is replaced or rewritten now and then.

    The client reads the file before the first request, again after the server has refused the
    token, and every `check_every` seconds while it sends requests. While the file is missing or
    empty, the client uses the token that it read before. Raises `TokenError` when no token has been
    read, and warns with a `UserWarning` about a file that other users can read.

    Attributes:
        path: the file.
        check_every: the seconds between two reads; None reads the file only at the start and after
            a refusal.
    """

    path: Path = attrs.field(converter=_path)
    check_every: float | None = attrs.field(default=1.0, kw_only=True, validator=_seconds)

    async def __call__(self) -> ExpiringToken:
        """Read the file in a thread, because a file system may be slow."""
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
        raise TokenError(f"token file {printable_path(self.path)}: {problem}")


def _arguments(value: Any) -> tuple[str, ...]:
    if isinstance(value, Sequence) and not isinstance(value, str | bytes) and value:
        arguments = tuple(value)
        if all(isinstance(each, str) and "\0" not in each for each in arguments) and arguments[0]:
            return arguments
    raise ConfigError("arguments: must be a list of str, a program and its arguments")


@value_class
@attrs.frozen(eq=False, repr=False)
class TokenCommand:
    """A program that prints a token; it runs without a shell and shares this process's stderr.

    The client runs the program before the first request, again after the server has refused the
    token and, if `expires_in` is given, before a token expires. The program has no standard input.
    Raises `TokenError` when the program cannot be run, fails, prints nothing, or takes longer than
    `timeout`; in the last case it is killed.

    Attributes:
        arguments: the program and its arguments.
        expires_in: the seconds for which each of its tokens is valid, None if unknown.
        timeout: the seconds that the program may take, None for no limit.
    """

    arguments: tuple[str, ...] = attrs.field(converter=_arguments, repr=lambda all_: repr(all_[:1]))
    expires_in: float | None = attrs.field(default=None, kw_only=True, validator=_seconds)
    timeout: float | None = attrs.field(default=30.0, kw_only=True, validator=_seconds)

    async def __call__(self) -> ExpiringToken:
        """Run the program and return the token that it prints."""
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
        """Return a description of the failure, and the token (empty after a failure)."""
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
            return "printed text that is not UTF-8", nothing


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


@value_class
@attrs.frozen(eq=False, repr=False)
class AssumeServiceAccount:
    """The tokens of a service account that trusts an OIDC identity (workload identity).

    The client exchanges an identity token for a token of the service account with
    `POST /service-accounts/assume` on its own host: before the first request, before the account's
    token expires, and after the server has refused that token. The remaining lifetime is the
    difference between `expire-time` and `Date` in the same answer, so that clocks need not agree. A
    refused exchange raises the errors of `scalr.service_accounts.assume`.

    Attributes:
        email: the email address of the service account.
        identity: the source of identity tokens, asked for each exchange: the `Path` of a file, or a
            `TokenProvider`.
        lifetime: the seconds for which a token is to be valid; None leaves the lifetime to the
            account's policy.
    """

    email: str = attrs.field(converter=_email)
    identity: TokenProvider = attrs.field(converter=_identity)
    lifetime: int | None = attrs.field(default=None, kw_only=True, validator=_whole)


@hide_arguments
def read_private(path: Path) -> Secret | None:
    """Return the text of a small regular file that contains secrets, None if it is missing.

    The checks apply to the open file, not to its path, which may change meanwhile. Raises
    `ConfigError` for a file that is not regular or is too large, and the errors of reading and
    decoding.
    """
    try:
        file = open(path, "rb", opener=_open_nonblocking)  # noqa: SIM115  # closed below
    except (FileNotFoundError, NotADirectoryError):
        return None
    with file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise ConfigError(f"{printable_path(path)}: not a regular file")
        if _MODES_COUNT and mode & (stat.S_IRWXG | stat.S_IRWXO):
            warnings.warn(
                f"{path} contains a token and can be read by others; run: chmod 600 {path}",
                UserWarning,
                stacklevel=2,
            )
        content = SecretBytes(file.read(_LARGEST + 1))
    if len(content) > _LARGEST:
        raise ConfigError(f"{printable_path(path)}: larger than {_LARGEST} bytes")
    return Secret(content.decode("utf-8-sig"))


def printable_path(path: Path) -> str:
    """Return a path fit for an error message."""
    return printable(str(path), 1024)


def _open_nonblocking(path: str, flags: int) -> int:
    """Open a file without blocking: a pipe in its place must not hang the program."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
