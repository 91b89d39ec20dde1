"""The generic engine, on every JSON:API route of the catalog."""

from __future__ import annotations

import pytest

from scalr_async import _catalog

from .conftest import resource
from .world import CATALOG, body, fill, target

pytestmark = pytest.mark.unmeasured

BY_TYPE = {
    CATALOG.schemas[route.schema].type: route.path
    for route in CATALOG.routes
    if route.operation == "get" and route.path.count("{") == 1
}


def routes(operation: str) -> list[_catalog.Route]:
    return [route for route in CATALOG.routes if route.operation == operation]


CREATES, LISTS = routes("create"), routes("list")


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
    shown = (await api.get(one))["data"]
    once = {"access-tokens": "token", "webhook-integrations": "secret-key"}.get(type)
    if once is not None:  # only the answer to the creation has it
        assert made["attributes"].pop(once)
        assert not shown["attributes"].pop(once)
    if type == "configuration-versions":
        assert "/blobs/" in made["links"].pop("upload")
        assert shown["links"].pop("upload") is None
    if type != "runs":  # which move on
        assert shown == made
    methods = {r.method for r in CATALOG.routes if r.path == BY_TYPE[schema.type]}
    if "PATCH" in methods:
        status, document = await api("PATCH", one, resource(schema.type, {}, {}))
        assert status in (200, 201), document
    if "DELETE" in methods:
        assert await api("DELETE", one) == (204, None)
        assert (await api("GET", one))[0] == 404


SOME = {
    "breakdown-by": "account,environment",
    "breakdown_by": "account",
    "format": "json",
    "sort[favorite-first]": "true",
}
"""A value of the parameters that have few."""


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.name)
async def test_every_documented_query_is_taken(api, route):
    path = fill(api.emu, route.path)
    target(api.emu, CATALOG.schemas[route.schema].type)
    parts = [f"{f.parameter}=in:null,x" for f in route.filters]
    parts += [f"fields[{type}]=id" for type in route.fields if type in BY_TYPE]
    parts += [f"sort=-{','.join(route.sort)}", f"include={','.join(route.include)}"]
    parts += [f"{name}={SOME.get(name, 'x')}" for name in route.query]
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
