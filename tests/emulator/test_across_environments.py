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
    """What is shared with all, and what names the environment; not what names another.

    `null` finds what names none, be it shared or not.
    """
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
    assert await api.ids(path + "null") == ids[:1]
    emu.update(records[1], {}, {"environments": ()})
    assert await api.ids(path + "null") == ids


async def test_what_is_shared_stays_in_its_account(api):
    pool = await api.create("/agent-pools", "agent-pools", {"name": "p", "is-shared": True})
    elsewhere = api.emu.create("accounts", {"name": "elsewhere"})
    foreign = await environment(api, "foreign", elsewhere.id)
    assert await api.ids(f"/agent-pools?filter[environment]={ENVIRONMENT}") == [pool["id"]]
    assert await api.ids(f"/agent-pools?filter[environment]={foreign['id']}") == []


async def test_a_pool_serves_its_account_alone(api):
    elsewhere = api.emu.create("accounts", {"name": "elsewhere"})
    foreign = await environment(api, "foreign", elsewhere.id)
    away = one("environments", foreign["id"])
    pool = await api.create("/agent-pools", "agent-pools", {"name": "p", "is-shared": True})
    workspace = await api.create("/workspaces", "workspaces", {"name": "w"}, {"environment": away})
    refused = f"AgentPool '{pool['id']}' is not available to environment '{foreign['id']}'."

    answers = [
        await api.patch(
            pool, "/agent-pools", {}, {"workspaces": many("workspaces", workspace["id"])}
        ),
        await api.patch(
            workspace, "/workspaces", {}, {"agent-pool": one("agent-pools", pool["id"])}
        ),
        await api.patch(
            foreign,
            "/environments",
            {},
            {"default-workspace-agent-pool": one("agent-pools", pool["id"])},
        ),
    ]

    assert [(s, d["errors"][0]["detail"]) for s, d in answers] == [(422, refused)] * 3


@pytest.mark.parametrize("name", ["environment", "environments"])
async def test_a_pool_names_environments_of_its_account_alone(api, name):
    elsewhere = api.emu.create("accounts", {"name": "elsewhere"})
    foreign = await environment(api, "foreign", elsewhere.id)
    named = one if name == "environment" else many
    links = {name: named("environments", foreign["id"]), "account": one("accounts", ACCOUNT)}

    status, document = await api(
        "POST", "/agent-pools", resource("agent-pools", {"name": "p"}, links)
    )

    assert status == 422
    assert document["errors"][0]["source"] == {"pointer": f"/data/relationships/{name}"}
    assert (
        document["errors"][0]["detail"] == f"Environment '{foreign['id']}' is of another account."
    )


SCOPED = [
    CATALOG.schemas[route.schema].type
    for route in CATALOG.routes
    if route.operation == "create"
    and {"account", "environment"} <= CATALOG.schemas[route.schema].relationships.keys()
    and CATALOG.schemas[route.schema].type != "access-policies"
]


@pytest.mark.parametrize("type", SCOPED)
def test_a_new_object_is_of_the_account_of_its_environment(api, type):
    emu = api.emu
    elsewhere = emu.create("accounts", {"name": "elsewhere"})
    foreign = emu.create("environments", {"name": "foreign"}, {"account": elsewhere.id})
    attributes = {"name": "new", "key": "new", "is-shared": False}
    known = emu._service.types[type].attributes
    attributes = {name: value for name, value in attributes.items() if name in known}

    origin = {}
    if type == "modules":
        attributes["vcs-repo"] = {"identifier": "acme/x"}
        origin["vcs-provider"] = target(emu, "vcs-providers")

    made = emu.create(type, attributes, {"environment": foreign.id, **origin})

    assert made.related("account") == (elsewhere.id,)


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
