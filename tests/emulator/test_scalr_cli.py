"""What the official command line sends: page numbers with everything, null for no body."""

from __future__ import annotations

import aiohttp
import pytest

from scalr_async.emulator import Emulator

from .conftest import ENVIRONMENT, Api, one, resource
from .world import CATALOG, fill, target

PAGES = "page%5Bnumber%5D=1&page%5Bsize%5D=100"
SINGLE = [r for r in CATALOG.routes if r.operation in ("get", "singleton")]
BODILESS = [
    r
    for r in CATALOG.routes
    if r.body in CATALOG.objects
    and not any(f.required for f in CATALOG.objects[r.body].fields.values())
]


@pytest.mark.parametrize("route", SINGLE, ids=lambda route: route.name)
async def test_pages_of_a_single_object_do_not_matter(api, route):
    target(api.emu, CATALOG.schemas[route.schema].type)
    path = fill(api.emu, route.path)
    assert await api("GET", f"{path}?{PAGES}") == await api("GET", path)
    assert (await api("GET", f"{path}?page[offset]=1"))[0] == 400


async def test_pages_of_writes_do_not_matter(api):
    status, document = await api("POST", f"/tags?{PAGES}", resource("tags", {"name": "t"}))
    assert status == 201
    path = f"/tags/{document['data']['id']}?{PAGES}"
    assert (await api("PATCH", path, resource("tags", {"name": "u"})))[0] == 200
    assert (await api("DELETE", path))[0] == 204
    workspace = await api.workspace("w")
    path = f"/workspaces/{workspace['id']}/actions/lock?{PAGES}"
    assert (await api("POST", path))[0] == 200
    assert (await api("GET", f"/workspaces/{workspace['id']}/relationships/tags?{PAGES}"))[0] == 200


@pytest.mark.parametrize("route", BODILESS, ids=lambda route: route.name)
async def test_null_is_no_body_where_none_is_needed(route):
    """The answer is that of the same request without a body."""
    statuses = []
    for body in (b"", b"null", b" null\n"):
        async with Emulator() as emu, aiohttp.ClientSession() as session:
            headers = {"Content-Type": str(route.content_type)}
            path = fill(emu, route.path)
            answer = await Api(emu, session).raw(route.method, path, data=body, headers=headers)
            statuses.append(answer[0])
    assert statuses[0] in (*route.statuses, 401, 409)
    assert len(set(statuses)) == 1


async def test_null_where_a_body_is_needed_is_refused(api):
    assert (await api.raw("POST", "/tags", data=b"null"))[0] == 422
    workspace = await api.workspace("w")
    path = f"/workspaces/{workspace['id']}/ssh-key-links"
    headers = {"Content-Type": "application/json"}
    assert (await api.raw("POST", path, data=b"null", headers=headers))[0] == 422


async def test_any_body_will_do_where_none_is_taken(api):
    tag = await api.create("/tags", "tags", {"name": "t"})
    headers = {"Content-Type": "text/plain"}
    status, _, _ = await api.raw("DELETE", f"/tags/{tag['id']}", data=b"null", headers=headers)
    assert status == 204


@pytest.mark.parametrize(
    ("filter", "value"),
    [
        ("vcs-enabled", "True"),
        ("vcs-enabled", "TRUE"),
        ("vcs-enabled", "in:True"),
        ("vcs-enabled", "in:FALSE,tRue"),
        ("in-use", "False"),
        ("is-shared", "True"),
    ],
)
async def test_booleans_are_written_in_any_case(api, filter, value):
    pool = await api.create("/agent-pools", "agent-pools", {"name": "p", "vcs-enabled": True})
    assert await api.ids(f"/agent-pools?filter[{filter}]={value}") == [pool["id"]]


async def test_only_booleans_are_written_in_any_case(api):
    for name in ("True", "true"):
        await api.create("/tags", "tags", {"name": name})
    found = (await api.get("/tags?filter[name]=True"))["data"]
    assert [tag["attributes"]["name"] for tag in found] == ["True"]
    versions = await api.ids("/software-versions?filter[deprecated]=False")
    assert versions == await api.ids("/software-versions?filter[deprecated]=false") != []
    assert await api.ids("/software-versions?filter[deprecated]=True") == []


async def test_a_whole_object_is_sent_back(api):
    """As it was read, and as clients make of it: empty relationships, links as an attribute."""
    pool = await api.create("/agent-pools", "agent-pools", {"name": "p"})
    workspace = await api.workspace("w", **{"agent-pool": one("agent-pools", pool["id"])})
    path = f"/workspaces/{workspace['id']}"
    assert (await api("PATCH", path, {"data": workspace}))[0] == 200
    links = {n: v if v["data"] else {} for n, v in workspace["relationships"].items()}
    links["agent-pool"] = {"links": {"related": "/agent-pools"}, "meta": {}}
    attributes = {**workspace["attributes"], "links": workspace["links"], "relationships": {}}
    status, document = await api("PATCH", path, resource("workspaces", attributes, links))
    assert status == 200
    del workspace["relationships"]["updated-by"], document["data"]["relationships"]["updated-by"]
    assert document["data"]["relationships"] == workspace["relationships"]


async def test_an_empty_relationship_is_not_there_when_it_is_required(api):
    body = resource("workspaces", {"name": "w"}, {"environment": {}})
    status, document = await api("POST", "/workspaces", body)
    assert status == 422
    assert document["errors"][0]["source"]["pointer"] == "/data/relationships/environment"
    for odd in ({"dat": None}, [], "env", {"data": {}}):
        links = {"environment": one("environments", ENVIRONMENT), "agent-pool": odd}
        body = resource("workspaces", {"name": "w"}, links)
        assert (await api("POST", "/workspaces", body))[0] == 422
