"""The documented prefixes of ids; ids with other prefixes are as good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from scalr_async._text import shown

__all__ = ["doubt", "doubt_about"]

_PREFIXES: Final[Mapping[str, str]] = {
    "accounts": "acc",
    "access-tokens": "at",
    "agent-pools": "apool",
    "agents": "agent",
    "environments": "env",
    "policy-groups": "pgrp",
    "provider-configurations": "pcfg",
    "roles": "role",
    "runs": "run",
    "tags": "tag",
    "teams": "team",
    "users": "user",
    "var-sets": "varset",
    "variables": "var",
    "vcs-providers": "vcs",
    "workspaces": "ws",
}
"""Read off the ids in the API's documentation and in that of the Terraform provider."""
_TYPES: Final = {prefix: type_ for type_, prefix in _PREFIXES.items()}


def doubt(value: Any, type_: str | None) -> str:
    """Return why a value is hardly the id of one of a type; empty when nothing speaks against it.

    To be said when nothing was found, and never a reason to refuse an id.
    """
    found = doubt_about(value, type_)
    return found and f"{shown(value)} {found}"


def doubt_about(value: Any, type_: str | None) -> str:
    """Return the same without the value."""
    wanted = _PREFIXES.get(type_ or "")
    if not isinstance(value, str) or wanted is None:
        return ""
    prefix = value.partition("-")[0]
    if prefix == wanted and prefix != value:
        return ""
    known = _TYPES.get(prefix)
    is_other = known is not None and prefix != value
    what = f"looks like one of {known}" if is_other else "does not look like an id"
    return f"{what}: ids of {type_} begin with {wanted}-"
