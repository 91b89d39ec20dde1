"""The built-in objects of every Scalr: permissions, roles, events, software.

The ids are those that its official clients name.
"""

from __future__ import annotations

from typing import Any, Final

from scalr_async.emulator._service import Service
from scalr_async.emulator._store import Ids, Record

__all__ = ["add_fixtures"]

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


def add_fixtures(service: Service) -> None:
    """Put them into an empty store."""

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
