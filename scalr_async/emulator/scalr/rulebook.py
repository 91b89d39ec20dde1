"""The rules and operations of all domains, collected by type and by the operation's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scalr_async._catalog import Relationship, Schema
from scalr_async._prefixes import PREFIXES
from scalr_async.emulator.engine.service import Action, Rule, Rulebook
from scalr_async.emulator.engine.store import Derived, Inverses
from scalr_async.emulator.scalr import (
    access,
    accounts,
    agent_pools,
    environments,
    integrations,
    registry,
    reports,
    secrets,
    usage,
    variables,
    workspaces,
)
from scalr_async.emulator.scalr.runs import artifacts, control

__all__ = ["ACTIONS", "RULEBOOK"]

_INVERSES: Final[Inverses] = {
    ("agent-pools", "agents"): ("agents", "pool"),
    ("agent-pools", "default-environments"): ("environments", "default-workspace-agent-pool"),
    ("agent-pools", "workspaces"): ("workspaces", "agent-pool"),
    ("environments", "drift-detection-schedules"): ("drift-detection-schedule", "environment"),
    ("environments", "policy-groups"): ("policy-groups", "environments"),
    ("environments", "provider-configurations"): ("provider-configurations", "environments"),
    ("module-namespaces", "modules"): ("modules", "namespace"),
    ("modules", "module-versions"): ("module-versions", "module"),
    ("policy-groups", "policies"): ("policies", "policy-group"),
    ("provider-configurations", "parameters"): (
        "provider-configuration-parameters",
        "provider-configuration",
    ),
    ("runs", "state-versions"): ("state-versions", "run"),
    ("users", "teams"): ("teams", "users"),
    ("workload-identity-providers", "assume-service-account-policies"): (
        "assume-service-account-policies",
        "provider",
    ),
}

_DERIVED: Final[Mapping[tuple[str, str], Derived]] = {
    **accounts.DERIVED,
    **integrations.DERIVED,
    **workspaces.DERIVED,
}

_SCHEMAS: Final[Mapping[str, Schema]] = {
    "PolicyGroupCheck": Schema(
        type="policy-group-checks",
        relationships={"policy-group": Relationship(target="policy-groups", nullable=True)},
    ),
    "TestConfiguration": Schema(
        type="test-configurations",
        relationships={"module": Relationship(target="modules", nullable=True)},
    ),
}

_RULES: Final[Mapping[str, type[Rule]]] = {
    **access.RULES,
    **accounts.RULES,
    **agent_pools.RULES,
    **artifacts.RULES,
    **control.RULES,
    **environments.RULES,
    **integrations.RULES,
    **registry.RULES,
    **secrets.RULES,
    **usage.RULES,
    **variables.RULES,
    **workspaces.RULES,
}

_PREFIXES: Final[Mapping[str, str]] = {
    **PREFIXES,
    "applies": "apply",
    "assume-service-account-policies": "assp",
    "configuration-versions": "cv",
    "gpg-keys": "gpg",
    "plans": "plan",
    "policies": "pol",
    "policy-checks": "polchk",
    "provider-configuration-parameters": "pcfgp",
    "provider-versions": "provver",
    "providers": "prov",
    "security-rules": "secrule",
    "test-configurations": "tcfg",
    "var-set-variables": "vsvar",
    "webhook-integration-deliveries": "wd",
}
"""The beginnings of ids: those that are documented, and made-up ones beside them."""

_KINDS: Final[Mapping[str, str]] = {
    "AccessPolicy": "IamAccessPolicy",
    "PolicyGroup": "PolicyGroups",
    "Role": "IamRole",
    "SSHKey": "AccountSSHKey",
    "Tag": "AccountTag",
    "VcsRevision": "VcsRevisionBinding",
    "WebhookIntegration": "Webhook",
}

RULEBOOK: Final = Rulebook(
    rules=_RULES,
    inverses=_INVERSES,
    derived=_DERIVED,
    schemas=_SCHEMAS,
    prefixes=_PREFIXES,
    kinds=_KINDS,
)

ACTIONS: Final[Mapping[str, Action]] = {
    **access.ACTIONS,
    **accounts.ACTIONS,
    **artifacts.ACTIONS,
    **control.ACTIONS,
    **environments.ACTIONS,
    **integrations.ACTIONS,
    **registry.ACTIONS,
    **reports.ACTIONS,
    **workspaces.ACTIONS,
}
"""Operations other than reading or writing an object."""
