"""Types that need no rule of their own but the prefix of their ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scalr_async.emulator._service import Rule

__all__ = ["NAMED"]

_PREFIXES: Final[Mapping[str, str]] = {
    "access-policies": "ap",
    "applies": "apply",
    "cost-estimates": "ce",
    "plans": "plan",
    "policies": "pol",
    "policy-checks": "polchk",
    "slack-integrations": "in",
    "test-configurations": "tcfg",
    "var-sets": "varset",
}

NAMED: Final[Mapping[str, type[Rule]]] = {
    name: type("Named", (Rule,), {"prefix": prefix}) for name, prefix in _PREFIXES.items()
}
