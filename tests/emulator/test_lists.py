from __future__ import annotations

import pytest

from scalr_async.emulator.engine.store import OWNER, Record

from .conftest import ACCOUNT, ENVIRONMENT, TEAM, many, one, related
from .world import CATALOG, OWNERS, make


async def test_starting_account_is_that_of_the_documentation(api):
    accounts = (await api.get("/accounts"))["data"]
    assert [(a["id"], a["attributes"]["name"]) for a in accounts] == [(ACCOUNT, "mainiacp")]
    assert accounts[0]["attributes"]["allowed-ips"] == []
    assert await api.ids("/environments") == [ENVIRONMENT]
    users = (await api.get("/users"))["data"]
    assert len(users) == 1
    assert accounts[0]["relationships"]["owner"]["data"]["id"] == users[0]["id"]
    for empty in ("workspaces", "agent-pools", "agents", "tags", "access-tokens"):
        assert await api.ids(f"/{empty}") == []


async def test_document_of_a_list(api):
    document = await api.get("/environments")
    assert set(document) == {"data", "links", "meta"}
    url = f"{api.emu.url}/api/iacp/v3/environments"
    assert document["data"][0]["links"] == {"self": f"{url}/{ENVIRONMENT}"}
    assert document["meta"]["pagination"] == {
        "current-page": 1,
        "page-size": 20,
        "prev-page": None,
        "next-page": None,
        "total-pages": 1,
        "total-count": 1,
    }
    assert set(document["links"]) == {"self", "first", "last"}


async def test_pages_follow_one_another_in_creation_order(api):
    made = api.emu.seed(environments=1, workspaces=250)
    seen: list[str] = []
    for number in range(1, 4):
        document = await api.get(f"/workspaces?page[number]={number}&page[size]=100")
        seen += [r["id"] for r in document["data"]]
        pagination = document["meta"]["pagination"]
        assert pagination["total-count"] == 250
        assert pagination["next-page"] == (number + 1 if number < 3 else None)
        assert pagination["prev-page"] == (number - 1 or None)
    assert seen == list(made.workspaces)


async def test_page_links_lead_on(api):
    api.emu.seed(environments=1, workspaces=45)
    document = await api.get("/workspaces?sort=name&page[number]=2")
    following = document["links"]["next"].removeprefix(f"{api.emu.url}/api/iacp/v3")
    assert "sort=name" in following
    assert (await api.get(following))["meta"]["pagination"]["current-page"] == 3
    assert "prev" in document["links"]


async def test_page_past_the_end_is_empty_and_keeps_the_true_total(api):
    document = await api.get("/environments?page[number]=999&page[size]=100")
    assert document["data"] == []
    assert document["meta"]["pagination"]["current-page"] == 999
    assert document["meta"]["pagination"]["total-count"] == 1
    assert document["meta"]["pagination"]["prev-page"] == 1


async def test_page_size_is_capped_at_100(api):
    api.emu.seed(environments=1, workspaces=120)
    document = await api.get("/workspaces?page[size]=500")
    assert len(document["data"]) == 100
    assert document["meta"]["pagination"]["page-size"] == 100


@pytest.mark.parametrize(
    "query",
    [
        "page[number]=0",
        "page[size]=-1",
        "page[size]=ten",
        "include=nobody",
        "sort=color",
        "filter[color]=red",
        "filter[name=x",
        "filter[environment][name=x",
        "filter[name]]=x",
        "filter=x",
        "page[size=2",
        "fields[workspaces=name",
        "sort[favorite-first=true",
        "fields[workspaces]=color",
        "fields[colors]=name",
        "color=red",
        "filter[updated-at]=between:now",
    ],
)
async def test_unknown_query_is_refused_by_name(api, query):
    status, document = await api("GET", f"/workspaces?{query}")
    assert status == 400
    assert document["errors"][0]["source"] == {"parameter": query.partition("=")[0]}


async def test_query_of_one_object_is_checked_too(api):
    status, document = await api("GET", f"/environments/{ENVIRONMENT}?filter[name]=x")
    assert status == 400
    assert document["errors"][0]["source"]["parameter"] == "filter[name]"
    assert (await api("GET", f"/environments/{ENVIRONMENT}?track_access=true"))[0] == 200


@pytest.fixture
async def estate(api):
    pool = await api.create("/agent-pools", "agent-pools", {"name": "eu", "vcs-enabled": True})
    tag = await api.create("/tags", "tags", {"name": "red"})
    other = await api.create(
        "/environments",
        "environments",
        {"name": "other"},
        {"account": one("accounts", ACCOUNT), "tags": many("tags", tag["id"])},
    )
    workspaces = [
        await api.workspace("app-prod", tags=many("tags", tag["id"])),
        await api.workspace("app-test", **{"agent-pool": one("agent-pools", pool["id"])}),
        await api.create(
            "/workspaces",
            "workspaces",
            {"name": "Db-Prod", "auto-apply": True, "deletion-protection-enabled": False},
            {"environment": one("environments", other["id"])},
        ),
    ]
    run = api.emu.create("runs", {"status": "errored"}, {"workspace": workspaces[0]["id"]})
    api.emu.store.change(
        api.emu.store.get("workspaces", workspaces[0]["id"]),
        {"updated-at": "2026-02-03T04:05:06Z", "vcs-repo": {"identifier": "acme/app"}},
        {"latest-run": run.id},
    )
    return {
        "pool": pool["id"],
        "tag": tag["id"],
        "other": other["id"],
        "names": {w["id"]: w["attributes"]["name"] for w in workspaces},
        "ids": [w["id"] for w in workspaces],
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("filter[name]=app-prod", ["app-prod"]),
        ("filter[name]=in:app-prod,Db-Prod,zzz", ["app-prod", "Db-Prod"]),
        ("filter[name]=like:PROD", ["app-prod", "Db-Prod"]),
        ("filter[environment]={main}", ["app-prod", "app-test"]),
        ("filter[environment]=in:{main},{other}", ["app-prod", "app-test", "Db-Prod"]),
        ("filter[environment]=env-none", []),
        ("filter[environment]=!%20/%20nope", []),
        ("filter[environment][name]=other", ["Db-Prod"]),
        ("filter[account]={account}", ["app-prod", "app-test", "Db-Prod"]),
        ("filter[account]=acc-none", []),
        ("filter[agent-pool]={pool}", ["app-test"]),
        ("filter[agent-pool]=null", ["app-prod", "Db-Prod"]),
        ("filter[agent-pool]=in:null,{pool}", ["app-prod", "app-test", "Db-Prod"]),
        ("filter[tag]={tag}", ["app-prod"]),
        ("filter[run][status]=in:errored,applied", ["app-prod"]),
        ("filter[run][status]=null", ["app-test", "Db-Prod"]),
        ("filter[run][created-by]=null", ["app-test", "Db-Prod"]),
        ("filter[vcs-repo][identifier]=acme/app", ["app-prod"]),
        ("filter[vcs-repo][identifier]=like:ACME", ["app-prod"]),
        ("filter[deletion-protection-enabled]=true", ["app-prod", "app-test"]),
        ("filter[deletion-protection-enabled]=false", ["Db-Prod"]),
        ("filter[has-resources]=false", ["app-prod", "app-test", "Db-Prod"]),
        ("filter[updated-at]=between:2026-02-01,2026-03-01", ["app-prod"]),
        ("filter[updated-at]=between:2026-02-01T00:00:00Z,", ["app-prod"]),
        ("filter[updated-at]=between:,2026-02-01", []),
        ("filter[updated-at]=between:1,2", []),
        ("filter[name]=between:app-a,app-q", ["app-prod"]),
        ("filter[terraform-version]=gte:1", ["app-prod", "app-test", "Db-Prod"]),
        ("filter[updated-at]=gte:1", []),
        ("filter[updated-at]=lte:2026-02", []),
        ("filter[run-operation-timeout]=between:1,30", []),
        ("filter[software-version]=sw-1", []),
        ("filter[workspace]={first}", ["app-prod"]),
        ("filter[drift-detection-enabled]=false", ["app-prod", "app-test", "Db-Prod"]),
        ("filter[provider-configuration]=null", ["app-prod", "app-test", "Db-Prod"]),
        ("filter[state-consumer-of]={first}", []),
        ("filter[federated-by-env]={other}", []),
        ("filter[federated-to-env]={other}", []),
        ("filter[created-by]=null", []),
        ("query=PROD", ["app-prod", "Db-Prod"]),
        ("query={first}", ["app-prod"]),
        ("filter[environment]={main}&filter[name]=like:test", ["app-test"]),
        ("sort=name", ["app-prod", "app-test", "Db-Prod"]),
        ("sort=-name", ["Db-Prod", "app-test", "app-prod"]),
        ("sort=-environment,name", ["Db-Prod", "app-prod", "app-test"]),
        ("sort=updated-at", ["app-prod", "app-test", "Db-Prod"]),
        ("sort=latest-run", ["app-prod", "app-test", "Db-Prod"]),
        ("sort=", ["app-prod", "app-test", "Db-Prod"]),
    ],
)
async def test_filters_and_sort(api, estate, query, names):
    filled = query.format(main=ENVIRONMENT, account=ACCOUNT, first=estate["ids"][0], **estate)
    found = [estate["names"][id] for id in await api.ids(f"/workspaces?{filled}")]
    assert found == names


async def test_favorites_first(api, estate):
    last = estate["ids"][2]
    assert (await api("POST", f"/workspaces/{last}/actions/favorite"))[0] == 200
    assert (await api.ids("/workspaces?sort[favorite-first]=true"))[0] == last
    assert await api.ids("/workspaces?filter[favorite]=true") == [last]


async def test_filters_of_other_lists(api, estate):
    assert await api.ids(f"/tags?filter[account]={ACCOUNT}") == [estate["tag"]]
    assert await api.ids("/tags?filter[resource-type]=workspaces") == [estate["tag"]]
    assert await api.ids("/tags?filter[resource-type]=provider-configurations") == []
    assert await api.ids("/agent-pools?filter[in-use]=true") == [estate["pool"]]
    assert await api.ids("/agent-pools?filter[in-use]=false") == []
    assert await api.ids("/agent-pools?filter[vcs-enabled]=true") == [estate["pool"]]
    assert await api.ids(f"/agent-pools?filter[environment]={ENVIRONMENT}") == [estate["pool"]]
    assert await api.ids("/agent-pools?filter[environment]=env-none") == []
    assert await api.ids(f"/environments?filter[environment]={ENVIRONMENT}") == [ENVIRONMENT]
    assert await api.ids(f"/environments?filter[tag]={estate['tag']}") == [estate["other"]]
    assert await api.ids("/environments?filter[policy-group]=pgrp-1") == []
    assert await api.ids("/environments?filter[latest-run-date]=between:2026-01-01,") == [
        ENVIRONMENT
    ]
    agent = api.emu.create("agents", {"name": "a"}, {"pool": estate["pool"]})
    assert await api.ids(f"/agents?filter[agent-pool]={estate['pool']}") == [agent.id]
    assert await api.ids("/accounts?filter[name]=mainiacp") == [ACCOUNT]


async def test_a_list_is_searched_anew_after_a_change(api):
    assert await api.ids("/tags?filter[name]=like:a") == []
    tag = await api.create("/tags", "tags", {"name": "blau"})
    assert await api.ids("/tags?filter[name]=like:a") == [tag["id"]]
    for number in range(70):
        assert await api.ids(f"/tags?filter[name]=n{number}") == []


async def test_included_comes_once_and_only_when_asked(api, estate):
    document = await api.get("/workspaces?include=environment,agent-pool,tags")
    kinds = sorted(r["type"] for r in document["included"])
    assert kinds == ["agent-pools", "environments", "environments", "tags"]
    document = await api.get(f"/agent-pools/{estate['pool']}?include=workspaces,account")
    assert {r["type"] for r in document["included"]} == {"workspaces", "accounts"}


async def test_include_walks_along_a_path(api, estate):
    document = await api.get("/workspaces?include=environment.account")
    assert sorted({r["type"] for r in document["included"]}) == ["accounts", "environments"]
    status, refused = await api("GET", "/workspaces?include=environment.nobody")
    assert status == 400
    assert refused["errors"][0]["source"] == {"parameter": "include"}


async def test_primary_data_is_not_included_again(api):
    document = await api.get("/users")
    user = document["data"][0]["id"]
    team = await api.create("/teams", "teams", {"name": "t"}, {"users": many("users", user)})
    document = await api.get(f"/users/{user}?include=teams")
    assert [r["id"] for r in document["included"]] == [TEAM, team["id"]]
    assert related(document["data"], "teams") == [TEAM, team["id"]]


async def test_sparse_fieldsets(api, estate):
    document = await api.get(
        "/workspaces?fields[workspaces]=id,name,environment&fields[environments]="
        "&include=environment"
    )
    workspace = document["data"][0]
    assert set(workspace["attributes"]) == {"name"}
    assert set(workspace["relationships"]) == {"environment"}
    environment = document["included"][0]
    assert environment["attributes"] == {}
    assert "relationships" not in environment
    assert environment["id"]


async def test_nested_lists_hold_what_was_posted_there(api):
    pools = [await api.create("/agent-pools", "agent-pools", {"name": n}) for n in "ab"]
    token = await api.create(f"/agent-pools/{pools[0]['id']}/access-tokens", "access-tokens")
    assert await api.ids(f"/agent-pools/{pools[0]['id']}/access-tokens") == [token["id"]]
    assert await api.ids(f"/agent-pools/{pools[1]['id']}/access-tokens") == []
    assert await api.ids("/access-tokens") == []
    status, document = await api("GET", "/agent-pools/apool-none/access-tokens")
    assert status == 404
    assert document["errors"][0]["title"].startswith("AgentPool with ID 'apool-none'")


FAR = [
    (route, key)
    for route in CATALOG.routes
    if route.operation == "list" and route.schema
    for key in route.sort
    for schema in (CATALOG.schemas[route.schema],)
    if key not in schema.attributes and key not in schema.relationships
]
"""The documented keys that are members of a linked object."""


@pytest.mark.parametrize(("route", "key"), FAR, ids=lambda v: v if type(v) is str else v.name)
async def test_lists_are_sorted_by_members_of_what_they_link(api, route, key):
    emu, type = api.emu, CATALOG.schemas[route.schema].type
    (via,) = emu._service.rules[type].searched
    link = emu._service.types[type].relationships[via]
    far = emu._service.types[link.target]
    assert key in far.attributes or key in far.relationships
    owner = make(emu, OWNERS[type]) if type in OWNERS else ""
    for record in emu.store.all(type):
        emu.delete(record)
    for value in ("b", "c", "a"):
        user = Record(type="users", id=f"user-{value}", attributes={"name": value})
        emu.store.add(user)
        linked = Record(
            type=link.target,
            id=f"far-{value}",
            attributes={key: value} if key in far.attributes else {},
            relationships={} if key in far.attributes else {key: user.id},
        )
        near = {via: linked.id, OWNER: owner}
        emu.store.add(linked)
        emu.store.add(Record(type=type, id=f"near-{value}", relationships=near))
    path = route.path.format_map(dict.fromkeys(("workspace",), owner))
    for sign, order in (("", "abc"), ("-", "cba")):
        assert await api.ids(f"{path}?sort={sign}{key}") == [f"near-{v}" for v in order]
