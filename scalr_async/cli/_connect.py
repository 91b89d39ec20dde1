"""The client of a command."""

from __future__ import annotations

import argparse
import os
from typing import Final

from yarl import URL

from scalr_async.budget import RedisBudget
from scalr_async.cli._streams import STANDARD, read_line, read_text
from scalr_async.client import ScalrClient
from scalr_async.config import Config, Limits
from scalr_async.credentials import discover
from scalr_async.errors import InvalidArgumentError
from scalr_async.telemetry import EventHook

__all__ = ["connect", "connect_profile"]

_OTHERS: Final = (
    "SCALR_HOSTNAME",
    "SCALR_ADDRESS",
    "SCALR_TOKEN",
    "SCALR_TOKEN_FILE",
    "SCALR_SERVICE_ACCOUNT_EMAIL",
    "SCALR_ID_TOKEN_FILE",
    "SCALR_ACCOUNT",
    "SCALR_ACCOUNT_ID",
)


def connect(arguments: argparse.Namespace, on_event: EventHook | None = None) -> ScalrClient:
    """Return the client that the options describe; settings not given are discovered.

    A profile that is given takes precedence over the environment.
    """
    return connect_profile(arguments, arguments.profile, on_event)


def connect_profile(
    arguments: argparse.Namespace, profile: str | None, on_event: EventHook | None = None
) -> ScalrClient:
    """Return the client of one profile; None stands for the default profile."""
    env = dict(os.environ)
    if profile is not None:
        env = {name: value for name, value in env.items() if name not in _OTHERS}
        env["SCALR_PROFILE"] = profile
    if arguments.host is not None:
        env["SCALR_HOSTNAME"] = arguments.host
    if arguments.token_file is not None:
        env["SCALR_TOKEN"] = _token(arguments.token_file)
    found = discover(env)
    config = Config(
        host=found.host,
        token=found.token,
        account=found.account,
        ca_file=arguments.ca_file,
        proxy=_url("--proxy", arguments.proxy),
        limits=Limits(
            requests_per_second=arguments.rate, shared=_budget(arguments.budget, found.host)
        ),
    )
    return ScalrClient(config=config, on_event=on_event)


def _token(name: str) -> str:
    """Read a token; on standard input it is the first line, and the rest is the command's input."""
    where = "standard input" if name == STANDARD else name
    token = read_line() if name == STANDARD else read_text(name)
    if not token.strip():
        raise InvalidArgumentError(f"--token-file: {where} is empty")
    return token


def _budget(text: str | None, host: str) -> RedisBudget | None:
    """Return the budget shared by all processes that give the same server and the same host."""
    url = _url("--budget", text)
    return None if url is None else RedisBudget(url, key=URL(host).host or host)


def _url(option: str, text: str | None) -> str | None:
    """Return a URL, read from a file for `@FILE`; only a file may hold a password."""
    if text is None:
        return None
    if text.startswith("@"):
        return read_text(text[1:]).strip()
    try:
        url = URL(text)
        secret = url.password is not None or "password" in url.query
    except ValueError:
        secret = "@" in text
    if secret:
        raise InvalidArgumentError(
            f"{option}: others can read a command line; put a URL with a password in a file and "
            f"give {option} @FILE"
        )
    return text
