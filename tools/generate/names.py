"""From wire names and schema names to the names of modules, classes, functions and fields."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["article", "capital", "pascal", "plural", "singular", "snake", "words"]

_HUMPS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PROPER: Final = "AI AWS GPG SAML SSH SSO VCS Checkov Datadog Docker Infracost Slack Terraform"
_SPELLINGS: Final = {name.lower(): name for name in _PROPER.split()}
_SAID_WITH_A_VOWEL: Final = re.compile(r"(?i)[aeio]|un(?!i)|SSH")


def snake(name: str) -> str:
    """Return the Python name of a schema or of a wire name: `ssh_key`, `run_status`."""
    return re.sub(r"[^a-z0-9]+", "_", _HUMPS.sub("_", name).lower()).strip("_")


def pascal(name: str) -> str:
    """Return a wire name as part of a class name: `WebhookHeaders`."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name))


def plural(name: str) -> str:
    """Return the plural of a name whose last word is a singular noun."""
    if re.search(r"[^aeiou]y$", name):
        return name[:-1] + "ies"
    return name if name.endswith("s") else name + "s"


def singular(name: str) -> str:
    """Return the singular of a name whose last word is a plural noun."""
    if name.endswith("ies"):
        return name[:-3] + "y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def words(name: str) -> str:
    """Return a name as people write it: `AWS event bridge integration`."""
    return " ".join(_SPELLINGS.get(word, word) for word in snake(name).split("_"))


def article(noun: str) -> str:
    """Return the noun with its indefinite article."""
    return f"{'an' if _SAID_WITH_A_VOWEL.match(noun) else 'a'} {noun}"


def capital(text: str) -> str:
    """Return the text with its first letter in upper case."""
    return text[:1].upper() + text[1:]
