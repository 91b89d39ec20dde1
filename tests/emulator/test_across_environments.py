"""What environments share: things for all of them, states, run triggers."""

from __future__ import annotations

import pytest

from .conftest import ACCOUNT, ENVIRONMENT, many, one, resource
from .world import CATALOG, fill, make, target

SHARED = [
    route
    for route in CATALOG.routes
    if route.operation == "list"
    and route.schema
    and "is-shared" in CATALOG.schemas[route.schema].attributes
    and "environments" in CATALOG.schemas[route.schema].relationships
]
MEMBERS = [route for route in CATALOG.routes if route.linkage and route.method == "POST"]


async def environment(api, name, account=ACCOUNT):
    return await api.create(
        "/environments", "environments", {"name": name}, {"account": one("accounts", account)}
    )


@pytest.mark.parametrize("route", SHARED, ids=lambda route: route.name)
async def test_what_an_environment_may_use(api, route):
    """What is shared with all, and what names the environment; not what names another."""
    other = await environment(api, "other")
    emu, type = api.emu, CATALOG.schemas[route.schema].type
    ids, records = [], []
    for shared, named in ((True, ()), (False, (other["id"],))):
        ids.append(make(emu, type))
        records.append(emu.store.get(type, ids[-1]))
        values = {"name": f"shared-{shared}", "is-shared": shared}
        emu.update(records[-1], values, {"environments": named})
    path = f"{route.path}?filter[environment]="
    assert await api.ids(path + other["id"]) == ids
    assert await api.ids(path + ENVIRONMENT) == ids[:1]
    assert await api.ids(path + f"in:{ENVIRONMENT},{other['id']}") == ids
    assert await api.ids(path + "env-none") == []
    emu.update(records[1], {}, {"environments": ()})
    assert await api.ids(path + "null") == ids[1:]


async def test_what_is_shared_stays_in_its_account(api):
    pool = await api.create("/agent-pools", "agent-pools", {"name": "p", "is-shared": True})
    elsewhere = api.emu.create("accounts", {"name": "elsewhere"})
    foreign = await environment(api, "foreign", elsewhere.id)
    assert await api.ids(f"/agent-pools?filter[environment]={ENVIRONMENT}") == [pool["id"]]
    assert await api.ids(f"/agent-pools?filter[environment]={foreign['id']}") == []


async def trigger(api, upstream, downstream):
    ends = {
        "upstream": one("workspaces", upstream["id"]),
        "downstream": one("workspaces", downstream["id"]),
    }
    status, document = await api("POST", "/run-triggers", resource("run-triggers", {}, ends))
    return status, [error["detail"] for error in document.get("errors", ())]


async def test_triggers_cross_environments_that_are_federated(api):
    other = await environment(api, "other")
    upstream, beside = await api.workspace("upstream"), await api.workspace("beside")
    downstream = await api.workspace("downstream", environment=one("environments", other["id"]))
    apart = "The downstream and upstream workspaces must be within the same Scalr environment"
    assert await trigger(api, upstream, beside) == (201, [])
    assert await trigger(api, upstream, downstream) == (422, [apart])
    path = f"/environments/{ENVIRONMENT}/relationships/federated-environments"
    assert (await api("POST", path, many("environments", other["id"])))[0] == 204
    assert await trigger(api, upstream, downstream) == (201, [])
    assert await trigger(api, downstream, upstream) == (422, [apart])
    home = {"type": "environments", "id": other["id"]}
    status, _ = await api.patch(home, "/environments", {"is-federated-to-account": True})
    assert status == 200
    assert await trigger(api, downstream, upstream) == (201, [])


@pytest.mark.parametrize("route", MEMBERS, ids=lambda route: route.name)
async def test_an_unknown_member_is_told_without_a_pointer(api, route):
    path = fill(api.emu, route.path)
    known = {"type": route.linkage, "id": target(api.emu, route.linkage)}
    unknown = {"type": route.linkage, "id": "none-1"}
    methods = [r.method for r in CATALOG.routes if r.path == route.path and r.method != "GET"]
    for method in methods:
        status, document = await api(method, path, {"data": [known, unknown]})
        (error,) = document["errors"]
        assert (status, error["status"], error["title"]) == (404, "404", "Validation Error")
        assert error["detail"].endswith(" with ID 'none-1' not found or user unauthorized.")
        assert "source" not in error
    name = {schema.type: name for name, schema in CATALOG.schemas.items()}
    if route.linkage == "tags":
        assert error["detail"].startswith(f"{name['tags']} with ID")
