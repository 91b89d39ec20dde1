"""Identity tokens (JSON Web Tokens): their claims, and the conditions that these meet."""

from __future__ import annotations

import binascii
import fnmatch
from base64 import urlsafe_b64decode
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import attrs
import msgspec

from scalr_async.emulator.engine.bodies import is_kind
from scalr_async.emulator.engine.errors import unauthorized

__all__ = ["Claims", "parse_claims"]

_OPERATORS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "contains": lambda value, wanted: wanted in value,
    "endswith": lambda value, wanted: value.endswith(wanted),
    "eq": lambda value, wanted: value == wanted,
    "like": fnmatch.fnmatchcase,
    "startswith": lambda value, wanted: value.startswith(wanted),
}


@attrs.frozen
class Claims:
    """The claims of an identity token, which may be of any JSON kind.

    A claim of another kind than RFC 7519 gives it matches nothing, like one that is missing.
    """

    values: Mapping[str, Any]

    def is_current(self, now: float) -> bool:
        """Return whether the token expires after `now`, in seconds since 1970."""
        expires: Any = self.values.get("exp")
        return is_kind("number", expires) and bool(expires > now)

    def is_from(self, url: str) -> bool:
        """Return whether the token's issuer has this address."""
        issuer = self.values.get("iss")
        return isinstance(issuer, str) and issuer.rstrip("/") == url.rstrip("/")

    def is_for(self, audiences: Collection[str]) -> bool:
        """Return whether the token names one of the audiences; it may name one or several."""
        named = self.values.get("aud")
        return any(one in audiences for one in (named if isinstance(named, list) else [named]))

    def meet(self, condition: Mapping[str, str]) -> bool:
        """Return whether a claim meets a condition; numbers and booleans compare as JSON."""
        value = self.values.get(condition["claim"])
        if value is None or isinstance(value, list | dict):
            return False
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        return _OPERATORS[condition.get("operator", "eq")](text, condition["value"])


def parse_claims(token: str) -> Claims:
    """Read the claims of an identity token; raises `ApiError` (401) if it is none."""
    parts = token.split(".")
    try:
        if len(parts) == 3:
            padded = parts[1] + "=" * (-len(parts[1]) % 4)
            return Claims(msgspec.json.decode(urlsafe_b64decode(padded), type=dict[str, Any]))
    except (binascii.Error, msgspec.DecodeError, RecursionError, ValueError):
        pass
    raise unauthorized("The identity token is not a JSON Web Token.")
