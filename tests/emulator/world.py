"""What has to be there before an operation can be called, one object of each type."""

from __future__ import annotations

import math
from base64 import b64encode
from typing import Any

from scalr_async import _catalog
from scalr_async.emulator import Emulator

from .conftest import ACCOUNT, ENVIRONMENT, resource

CATALOG = _catalog.load()
SPECIAL = {
    "email": "someone@example.com",
    "schedule": "0 3 * * *",
    "terraform-version": "1.6.0",
    "url": "https://example.com/hook",
    "category": "terraform",
    "vcs-repo": {"identifier": "acme/terraform-null-network"},
    "format": "csv",
}
ATTRIBUTES: dict[str, dict[str, Any]] = {
    "drift-detection-schedule": {"schedule": "daily"},
    "policy-check-results": {"name": "policy", "result": "passed"},
    "run-schedule-rules": {"schedule": "0 3 * * *", "schedule-mode": "apply"},
    "tf-module-usages": {"module": "network", "source": "acme/network/null"},
    "workload-identity-providers": {"url": "https://issuer.example.com"},
    "configuration-versions": {"source": "vcs"},
    "service-accounts": {"name": "robot"},
    "webhook-integrations": {"name": "hook", "url": "https://example.com/hook"},
    "workspaces": {"name": "made", "vcs-repo": {"identifier": "acme/network"}},
}
NEEDED: dict[str, dict[str, Any]] = {
    "provider-versions": {"version": "1.0.0"},
    "state-versions": {"state": b64encode(b'{"serial": 1}').decode(), "force": True},
}
"""The attributes that an object can not be without, beside those that its schema says."""

LINKED: dict[str, tuple[str, ...]] = {
    "access-tokens": (),
    "assume-service-account-policies": ("provider",),
    "configuration-versions": ("workspace",),
    "module-versions": ("module",),
    "policies": ("policy-group",),
    "provider-versions": ("provider",),
    "var-set-variables": ("var-set",),
    "run-schedule-rules": ("workspace",),
    "run-triggers": ("upstream",),
    "runs": ("workspace", "configuration-version"),
    "state-versions": ("workspace",),
    "workspaces": ("environment",),
}
"""The relationships that an object can not be without, beside those that its schema says."""

OWNERS = {
    "access-tokens": "users",
    "assume-service-account-policies": "service-accounts",
    "module-test-provider-configuration-links": "test-configurations",
    "policy-check-results": "policy-group-checks",
    "policy-checks": "runs",
    "provider-configuration-links": "workspaces",
    "provider-configuration-parameters": "provider-configurations",
}
"""Below whose path the objects of a type stand."""


def sample(name: str, field: _catalog.Field) -> Any:
    """Return a value that an attribute takes."""
    if field.enum:
        return field.enum[0]
    if name in SPECIAL:
        return SPECIAL[name]
    if field.kind == "object":
        return {k: sample(k, f) for k, f in field.fields.items() if f.required}
    if field.format == "date-time":
        return "2026-01-02T03:04:05Z"
    values = {"array": [], "boolean": True, "integer": 1, "number": 1.5}
    return values.get(field.kind, f"some-{name}")


def target(emu: Emulator, type: str) -> str:
    """Return the id of an object of a type, made when there is none."""
    if type == "accounts":
        return ACCOUNT
    if type == "environments":
        return ENVIRONMENT
    found = emu.store.all(type)
    return found[0].id if found else make(emu, type)


def make(emu: Emulator, type: str) -> str:
    """Make an object of a type; returns its id."""
    emu.run_step = math.inf  # on a slow machine a run would move between two requests
    schema = emu._service.types[type]
    attributes = {"name": "made", "email": "made@example.com", **ATTRIBUTES.get(type, {})}
    known = {n: v for n, v in attributes.items() if n in schema.attributes}
    needed = {n: sample(n, f) for n, f in schema.attributes.items() if f.required}
    needed |= NEEDED.get(type, {})
    if "key" in schema.attributes:
        known["key"] = "made"
    links: dict[str, Any] = {}
    for name, relationship in schema.relationships.items():
        if relationship.required or name in LINKED.get(type, ()):
            id = target(emu, relationship.target)
            links[name] = (id,) if relationship.many else id
    if type == "run-triggers":
        links["downstream"] = make_workspace(emu)
    owner = target(emu, OWNERS[type]) if type in OWNERS else None
    return emu.create(type, {**needed, **known}, links, owner=owner).id


def make_workspace(emu: Emulator) -> str:
    """Make one more workspace."""
    name = f"another-{emu.store.count('workspaces')}"
    known = emu.store.get("environments", ENVIRONMENT) or emu.store.all("environments")[0]
    return emu.create("workspaces", {"name": name}, {"environment": known.id}).id


PARENTS = {
    _catalog_path.partition("}")[0].rpartition("{")[2]: type
    for type, _catalog_path in (
        (CATALOG.schemas[route.schema].type, route.path)
        for route in CATALOG.routes
        if route.operation == "get" and route.schema and route.path.count("{") == 1
    )
} | {
    "assume_service_account_policy": "assume-service-account-policies",
    "policy_group_check": "policy-group-checks",
    "test_configuration": "test-configurations",
}
"""The type behind each name in braces, where it is an object at all."""


def fill(emu: Emulator, path: str, make_new: str | None = None) -> str:
    """Put ids into a path template; the one of `make_new` is made for the purpose."""
    filled = []
    for segment in path.split("/"):
        name = segment.strip("{}")
        if segment == name:
            filled.append(segment)
        elif name == make_new:
            filled.append(make(emu, PARENTS[name]))
        else:
            plain = {"channel_id": "C123", "provider": "github"}
            filled.append(target(emu, PARENTS[name]) if name in PARENTS else plain[name])
    return "/".join(filled)


def body(emu: Emulator, schema: _catalog.Schema) -> Any:
    """Return the document of a new object: what is required, and what it can not be without."""
    links: dict[str, Any] = {}
    for name, relationship in schema.relationships.items():
        if (relationship.required or name in LINKED.get(schema.type, ())) and name != "account":
            id = target(emu, relationship.target)
            if (schema.type, name) == ("run-triggers", "downstream"):
                id = make_workspace(emu)
            identifier = {"type": relationship.target, "id": id}
            links[name] = {"data": [identifier] if relationship.many else identifier}
    attributes = {n: sample(n, f) for n, f in schema.attributes.items() if f.required}
    attributes |= NEEDED.get(schema.type, {})
    if "key" in schema.attributes:
        attributes["key"] = "another"
    return resource(schema.type, attributes, links)
