"""Types of options: each checks a value, and names it in the error when it is invalid.

Beside them, what `argparse` does differently here.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import sys
from collections.abc import Callable
from typing import Any, Final, TypeVar

from scalr_async.errors import InvalidArgumentError

N = TypeVar("N", int, float)

_HOST: Final = r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+)"
_SCHEDULER: Final = rf"(?:tcp|tls|ucx|wss?)://{_HOST}(?::[0-9]+)?|{_HOST}:[0-9]+"


def number(read: Callable[[str], N], least: N, most: N, rule: str) -> Callable[[str], N]:
    def checked(text: str) -> N:
        with contextlib.suppress(ValueError):
            number = read(text)
            if least <= number <= most:
                return number
        raise argparse.ArgumentTypeError(f"{text!r} must be {rule}")

    return checked


any_count = number(int, 0, sys.maxsize, "a whole number, 0 or more")
positive = number(int, 1, sys.maxsize, "a whole number, 1 or more")
port = number(int, 0, 65535, "a port, 0 to 65535")
seconds = number(float, 0.0, 3600.0, "seconds, 0 to 3600")
duration = number(float, 0.001, 1e9, "seconds, above 0")
rate = number(float, 0.001, 1e9, "requests a second, above 0")


def rate_limit(text: str) -> float:
    number, _, unit = text.partition("/")
    if unit in ("", "s", "m"):
        return rate(number) / (60 if unit == "m" else 1)
    raise argparse.ArgumentTypeError(f"{text!r} must be requests a second, or a minute as in 500/m")


class Parser(argparse.ArgumentParser):
    """A parser that does not ignore the errors of writing help to standard output."""

    def _print_message(self, message: str, file: Any = None) -> None:
        if file is not None and file is sys.stdout:
            file.write(message)
        else:
            super()._print_message(message, file)


class RefuseToken(argparse.Action):
    """Refuses a token on the command line, without repeating it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,  # noqa: ARG002  # argparse's signature
        values: object,  # noqa: ARG002  # likewise
        option_string: str | None = None,
    ) -> None:
        parser.error(f"{option_string}: others can read a command line; use --token-file")


def word(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("it must not be empty")
    return text


def kind(text: str) -> str:
    from scalr_async.inventory._collections import (  # noqa: PLC0415  # not for `--help`
        find_collection,
    )

    try:
        return find_collection(text).name
    except InvalidArgumentError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def words(text: str) -> list[str]:
    words = [word.strip() for word in text.split(",")]
    if not all(words):
        raise argparse.ArgumentTypeError(f"{text!r} must be names with commas between them")
    return words


def pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not (name and separator and value):
        raise argparse.ArgumentTypeError(f"{text!r} must be NAME=VALUE")
    return name, value


def scheduler(text: str) -> str:
    if re.fullmatch(_SCHEDULER, text):
        return text
    raise argparse.ArgumentTypeError(f"{text!r} must be an address, as in tcp://HOST:8786")
