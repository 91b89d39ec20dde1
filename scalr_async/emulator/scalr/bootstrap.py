"""The initial objects of a server: built-in ones, and one account or more.

Their ids are those in Scalr's documentation and in the tests of its official clients.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from scalr_async.emulator.engine.http import Actor
from scalr_async.emulator.engine.service import Service
from scalr_async.emulator.engine.store import Ids, Record

__all__ = ["add_builtins", "bootstrap"]

_ACCOUNT: Final = "acc-svrcncgh453bi8g"
_ENVIRONMENT: Final = "env-svrcnchebt61e30"
_IDENTITY_PROVIDER: Final = "idp-sohkb0o1phrdmr8"
_OWNER: Final = "user-svrcmmpcrkmit1g"
_TEAM: Final = "team-v0os7i01qr63263l1"
_EMAIL: Final = "tf-admin@scalr.com"

_EVENTS: Final = {
    "run:completed": "A run has come to its end.",
    "run:errored": "A run has failed.",
    "run:needs_attention": "A run waits for somebody.",
}
_KINDS: Final = (
    "access-policies",
    "access-tokens",
    "accounts",
    "agent-pools",
    "configuration-versions",
    "environments",
    "hooks",
    "integrations",
    "module-namespaces",
    "modules",
    "policy-groups",
    "provider-configurations",
    "roles",
    "runs",
    "service-accounts",
    "ssh-keys",
    "state-versions",
    "storage-profiles",
    "tags",
    "teams",
    "users",
    "variables",
    "vcs-providers",
    "webhooks",
    "workspaces",
)
_VERBS: Final = ("*", "create", "delete", "read", "update")
_ROLES: Final = (
    ("role-t67mjtmaajmgdg1", "admin", "Full access to everything.", ("*:*",)),
    ("role-t67mjtmauajto7g", "user", "Works with workspaces and their runs.", ("*:read", "runs:*")),
    ("role-t67mjtmabulckto", "reader", "Sees everything, changes nothing.", ("*:read",)),
)
_SOFTWARE: Final = {
    "checkov": ("3.2.312",),
    "infracost": ("0.10.40",),
    "opa": ("0.61.0",),
    "opentofu": ("1.6.3", "1.8.8"),
    "terraform": ("1.4.7", "1.5.7"),
    "terragrunt": ("0.69.1",),
}
_CREATED: Final = "2024-01-01T00:00:00Z"


def bootstrap(service: Service, accounts: Sequence[str]) -> Actor:
    """Fill an empty store; returns the owner of the accounts."""
    now = service.now()
    add_builtins(service)

    def add(type: str, id: str, attributes: dict[str, Any], relationships: dict[str, Ids]) -> None:
        record = Record(type=type, id=id, attributes=attributes, relationships=relationships)
        service.store.add(record)

    provider = {"name": "Scalr", "idp-type": "scalr"}
    add("identity-providers", _IDENTITY_PROVIDER, provider, {"account": _ACCOUNT})
    owner = {"email": _EMAIL, "username": _EMAIL, "full-name": "Account Owner", "created-at": now}
    add("users", _OWNER, owner, {"identity-providers": (_IDENTITY_PROVIDER,)})
    for index, name in enumerate(accounts):
        id = service.new_id("accounts") if index else _ACCOUNT
        belongings: dict[str, Ids] = {"owner": _OWNER, "identity-provider": _IDENTITY_PROVIDER}
        add("accounts", id, {"name": name, "created-at": now}, belongings)
        member = service.new_id("account-users")
        add("account-users", member, {}, {"account": id, "user": _OWNER})
    team: dict[str, Ids] = {"account": _ACCOUNT, "identity-provider": _IDENTITY_PROVIDER}
    add("teams", _TEAM, {"name": "Administrators"}, {**team, "users": (_OWNER,)})
    slack = {"slack-workspace-name": accounts[0]}
    add("slack-connections", service.new_id("slack-connections"), slack, {"account": _ACCOUNT})
    environment = {"name": "main", "created-at": now, "created-by-email": _EMAIL}
    home: dict[str, Ids] = {"account": _ACCOUNT, "created-by": _OWNER}
    add("environments", _ENVIRONMENT, environment, home)
    return Actor(holder=_OWNER, user=_OWNER, account=_ACCOUNT, email=_EMAIL)


def add_builtins(service: Service) -> None:
    """Add permissions, roles, events and software."""

    def add(
        type: str,
        id: str,
        attributes: dict[str, Any],
        relationships: dict[str, Ids] | None = None,
    ) -> None:
        record = Record(type=type, id=id, attributes=attributes, relationships=relationships or {})
        service.store.add(record)

    for name, description in _EVENTS.items():
        add("event-definitions", name, {"name": name, "description": description})
    scopes = ["account", "environment", "workspace"]
    for kind in ("*", *_KINDS):
        for verb in _VERBS:
            described = {"applicable-scopes": scopes, "description": f"{verb} on {kind}"}
            add("permissions", f"{kind}:{verb}", described)
    for id, name, description, permissions in _ROLES:
        role = {"name": name, "description": description, "is-system": True}
        add("roles", id, role, {"account": None, "permissions": permissions})
    for type, versions in _SOFTWARE.items():
        for version in versions:
            newest = version == versions[-1]
            add("software-versions", f"{type}-{version}", _software(type, version, newest=newest))


def _software(type: str, version: str, *, newest: bool) -> dict[str, Any]:
    return {
        "created-at": _CREATED,
        "default": newest,
        "deprecated": False,
        "image": None,
        "latest": newest,
        "software-type": type,
        "status": "active",
        "version": version,
    }
