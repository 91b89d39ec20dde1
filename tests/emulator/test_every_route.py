"""The generic engine, on every JSON:API route of the catalog."""

from __future__ import annotations

from typing import Any

import pytest

from scalr_async import _catalog

from .conftest import ACCOUNT, ENVIRONMENT, resource

CATALOG = _catalog.load()
BY_TYPE = {
    CATALOG.schemas[route.schema].type: route.path
    for route in CATALOG.routes
    if route.operation == "get" and route.path.count("{") == 1
}
OWN = {path.rpartition("/")[2]: type for type, path in BY_TYPE.items()}


def reachable(operation: str) -> list[_catalog.Route]:
    """The routes below which there is something: the document has no test configurations."""
    return [
        route
        for route in CATALOG.routes
        if route.operation == operation
        and all(s in OWN for s in route.path.split("/") if s.startswith("{"))
    ]


CREATES, LISTS = reachable("create"), reachable("list")
SPECIAL = {"email": "someone@example.com", "terraform-version": "1.6.0"}


def sample(name: str, field: _catalog.Field) -> Any:
    if name in SPECIAL:
        return SPECIAL[name]
    if field.enum:
        return field.enum[0]
    if field.kind == "object":
        return {k: sample(k, f) for k, f in field.fields.items() if f.required}
    if field.format == "date-time":
        return "2026-01-02T03:04:05Z"
    values = {"array": [], "boolean": True, "integer": 1, "number": 1.5}
    return values.get(field.kind, f"some-{name}")


def target(emu, type: str) -> str:
    if type == "accounts":
        return ACCOUNT
    if type == "environments":
        return ENVIRONMENT
    found = emu.store.all(type)
    if found:
        return found[0].id
    relationships = {"environment": ENVIRONMENT} if type == "workspaces" else {}
    attributes = {"name": "made", "email": "made@example.com"}
    return emu.create(type, attributes, relationships).id


def fill(emu, path: str) -> str:
    for segment in path.split("/"):
        if segment.startswith("{"):
            path = path.replace(segment, target(emu, OWN[segment]))
    return path


def body(emu, schema: _catalog.Schema) -> Any:
    relationships = {}
    for name, relationship in schema.relationships.items():
        if relationship.required and not relationship.read_only:
            identifier = {"type": relationship.target, "id": target(emu, relationship.target)}
            relationships[name] = {"data": [identifier] if relationship.many else identifier}
    attributes = {n: sample(n, f) for n, f in schema.attributes.items() if f.required}
    return resource(schema.type, attributes, relationships)


@pytest.mark.parametrize("route", CREATES, ids=lambda route: route.name)
async def test_create_read_list_change_delete(api, route):
    type = CATALOG.schemas[route.schema].type
    schema = api.emu._service.types[type]
    path = fill(api.emu, route.path)
    status, document = await api("POST", path, body(api.emu, CATALOG.schemas[route.body]))
    assert status == 201, document
    made = document["data"]
    assert made["type"] == schema.type
    assert set(made.get("relationships", ())) == set(schema.relationships)
    if any(other.path == route.path for other in LISTS):
        assert made["id"] in await api.ids(path + "?page[size]=100")
    if schema.type not in BY_TYPE:
        return
    one = BY_TYPE[schema.type].rpartition("/")[0] + f"/{made['id']}"
    made["attributes"].pop("token", None)
    shown = (await api.get(one))["data"]
    shown["attributes"].pop("token", None)
    assert shown == made
    methods = {r.method for r in CATALOG.routes if r.path == BY_TYPE[schema.type]}
    if "PATCH" in methods:
        status, document = await api("PATCH", one, resource(schema.type, {}, {}))
        assert status == 200, document
    if "DELETE" in methods:
        assert await api("DELETE", one) == (204, None)
        assert (await api("GET", one))[0] == 404


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.name)
async def test_every_documented_query_is_taken(api, route):
    path = fill(api.emu, route.path)
    target(api.emu, CATALOG.schemas[route.schema].type)
    parts = [f"{f.parameter}=in:null,x" for f in route.filters]
    parts += [f"fields[{type}]=id" for type in route.fields if type in BY_TYPE]
    parts += [f"sort=-{','.join(route.sort)}", f"include={','.join(route.include)}"]
    parts += [f"{name}=x" for name in route.query]
    document = await api.get(f"{path}?{'&'.join(parts)}")
    assert isinstance(document["data"], list)


@pytest.mark.parametrize(
    "route", [r for r in CATALOG.routes if r.operation == "get"], ids=lambda route: route.name
)
async def test_every_object_can_be_read(api, route):
    schema = CATALOG.schemas[route.schema]
    made = target(api.emu, schema.type)
    schema = api.emu._service.types[schema.type]
    path = route.path.rpartition("/")[0]
    document = await api.get(fill(api.emu, f"{path}/{made}?include={','.join(route.include)}"))
    assert document["data"]["id"] == made
    assert set(document["data"].get("relationships", ())) == set(schema.relationships)
