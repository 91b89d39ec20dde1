"""Types that need no rule of their own but the prefix of their ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scalr_async.emulator._service import Rule

__all__ = ["NAMED"]

_PREFIXES: Final[Mapping[str, str]] = {
    "access-policies": "ap",
    "account-ssh-keys": "ssh",
    "applies": "apply",
    "configuration-versions": "cv",
    "cost-estimates": "ce",
    "hooks": "hook",
    "module-versions": "modver",
    "modules": "mod",
    "plans": "plan",
    "policy-checks": "polchk",
    "policy-groups": "pgrp",
    "provider-configurations": "pcfg",
    "roles": "role",
    "run-schedule-rules": "srule",
    "run-triggers": "rt",
    "runs": "run",
    "state-versions": "sv",
    "storage-profiles": "sp",
    "var-sets": "varset",
    "vcs-providers": "vcs",
    "webhook-integrations": "wh",
    "workload-identity-providers": "wip",
}

NAMED: Final[Mapping[str, type[Rule]]] = {
    name: type("Named", (Rule,), {"prefix": prefix}) for name, prefix in _PREFIXES.items()
}
