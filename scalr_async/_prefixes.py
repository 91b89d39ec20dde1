"""The prefixes of ids, by type: the `ws` of `ws-tkacmbjoemheukg`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["PREFIXES"]

PREFIXES: Final[Mapping[str, str]] = {
    "access-policies": "ap",
    "access-tokens": "at",
    "account-ssh-keys": "ssh",
    "accounts": "acc",
    "agent-pools": "apool",
    "agents": "agent",
    "aws-event-bridge-integrations": "in",
    "checkov-integrations": "in",
    "datadog-integrations": "in",
    "docker-integrations": "in",
    "drift-detection-schedule": "dds",
    "environments": "env",
    "hook-environment-links": "hkenv",
    "hooks": "hook",
    "identity-providers": "idp",
    "infracost-integration": "in",
    "module-namespaces": "modns",
    "module-test-provider-configuration-links": "tpcfgl",
    "module-versions": "modver",
    "modules": "mod",
    "policy-groups": "pgrp",
    "provider-configurations": "pcfg",
    "roles": "role",
    "run-schedule-rules": "sr",
    "run-triggers": "rt",
    "runs": "run",
    "service-accounts": "sa",
    "slack-integrations": "in",
    "storage-profiles": "sp",
    "tags": "tag",
    "teams": "team",
    "users": "user",
    "var-sets": "varset",
    "vars": "var",
    "vcs-providers": "vcs",
    "webhook-integrations": "wh",
    "workspaces": "ws",
}
"""Those in the documentation of the API and of the Terraform provider; types may share one."""
