"""A crawl becomes a server: what the file tells is kept, what it does not tell is said."""

from __future__ import annotations

import json

import pytest

from scalr_async.emulator import Emulator, LoggedRequest
from scalr_async.emulator.engine.drafts import write_through
from scalr_async.emulator.scalr.rulebook import RULEBOOK
from scalr_async.emulator.scalr.usage import RULES as COMPUTED

from .odd_inventories import odd_inventory
from .world import CATALOG, body

KINDS = ("accounts", "environments", "agent-pools", "agents", "workspaces")
TYPES = sorted(Emulator()._service.types)
PARAMETERS = {
    route.path.rpartition("{")[2].rstrip("}"): CATALOG.schemas[route.schema].type
    for route in CATALOG.routes
    if route.operation == "get" and route.path.endswith("}") and route.path.count("{") == 1
}
WRITES = [route for route in CATALOG.routes if route.method != "GET"]
READS = [route for route in CATALOG.routes if route.method == "GET"]


def ask(emu, path, method="GET", **query):
    """Answer a request in this thread: status and document."""
    request = LoggedRequest(method=method, path=path, query=tuple(query.items()))
    answer = emu._api.answer(request, authorization=f"Bearer {emu.token}")
    return answer.status, json.loads(answer.body) if answer.body[:1] == b"{" else None


def crawl(emu, *kinds):
    """Return every resource of some collections, as the server sends it."""
    found, number = [], 1
    for kind in kinds:
        number, last = 1, 1
        while number <= last:
            _, page = ask(emu, f"/{kind}", **{"page[size]": "100", "page[number]": str(number)})
            found += page["data"]
            last, number = page["meta"]["pagination"]["total-pages"], number + 1
    return found


def without_links(resources):
    return [{k: v for k, v in each.items() if k != "links"} for each in resources]


@pytest.fixture
def load(tmp_path):
    def load(resources, **options):
        file = tmp_path / "inventory.ndjson"
        file.write_text("".join(json.dumps(each) + "\n" for each in resources))
        return Emulator.load(file, **options)

    return load


@pytest.fixture(scope="module")
def estate():
    emu = Emulator(accounts=["acme"])
    emu.seed(environments=3, workspaces=130, pools=3, agents=9)
    pool = emu.store.all("agent-pools")[0]
    headers = [{"name": "X-Key", "value": "s3cret", "sensitive": True}]
    emu.update(pool, {"webhook-headers": headers, "webhook-url": "https://example.com"})
    return emu


def test_a_crawl_of_a_loaded_crawl_is_the_same(estate, load):
    before = crawl(estate, *KINDS, "tags")

    after = crawl(load(before), *KINDS, "tags")

    assert without_links(after) == without_links(before)


def test_variables_of_every_scope_are_loaded_as_they_are(load):
    emu, kinds = Emulator(), ("accounts", "environments", "workspaces", "vars")
    home = {"environment": emu.store.all("environments")[0].id}
    workspace = emu.create("workspaces", {"name": "w"}, home).id
    for scope in ({}, home, {"workspace": workspace}):
        emu.create("vars", {"key": "k", "category": "shell"}, scope)
    before = crawl(emu, *kinds)

    after = crawl(load(before), *kinds)

    assert without_links(after) == without_links(before)


def test_lists_of_both_are_filtered_and_sorted_alike(estate, load):
    emu = load(crawl(estate, *KINDS, "tags"))
    home = estate.store.all("environments")[1].id
    pool = estate.store.all("agent-pools")[0].id
    for query in (
        {"filter[environment]": home, "sort": "-updated-at"},
        {"filter[agent-pool]": pool},
        {"filter[agent-pool]": "null", "sort": "name"},
        {"filter[environment][name]": "production"},
        {"query": "payments"},
        {"filter[tag]": estate.store.all("tags")[0].id},
    ):
        pages = [ask(each, "/workspaces", **query)[1]["data"] for each in (estate, emu)]
        ids = [[each["id"] for each in page] for page in pages]
        assert ids[0] == ids[1] != []


def test_what_is_included_is_what_is_in_the_file(estate, load):
    emu = load(crawl(estate, *KINDS))
    pool = estate.store.all("agent-pools")[0].id

    _, document = ask(emu, f"/agent-pools/{pool}", include="workspaces,agents,account")

    _, original = ask(estate, f"/agent-pools/{pool}", include="workspaces,agents,account")
    assert {each["id"] for each in document["included"]} == {
        each["id"] for each in original["included"]
    }


def test_links_to_what_is_not_in_the_file_are_kept_and_said(estate, load):
    emu = load(crawl(estate, *KINDS))
    loaded = emu.loaded
    workspace = next(w for w in emu.store.all("workspaces") if w.related("latest-run"))
    run = workspace.related("latest-run")[0]

    assert estate.store.get("runs", run)
    assert ask(emu, f"/runs/{run}")[0] == 404
    assert ask(emu, f"/workspaces/{workspace.id}", include="latest-run,tags")[0] == 200
    assert loaded.counts["workspaces"] == 130
    assert loaded.unresolved["workspaces.latest-run"] == estate.store.count("runs")
    assert "workspaces.latest-run" in str(loaded)
    assert set(loaded.stand_ins) == {"users"}


def test_what_others_cannot_be_without_is_there_by_its_id(estate, load):
    emu = load(crawl(estate, "workspaces"))
    homes = {w.related("environment")[0] for w in estate.store.all("workspaces")}

    assert set(emu.loaded.stand_ins["environments"]) == homes
    assert {each["id"] for each in crawl(emu, "environments")} == homes
    assert {each["attributes"]["name"] for each in crawl(emu, "environments")} == homes
    assert "added with a name only" in str(emu.loaded)


def test_a_link_that_only_the_other_end_tells_is_set(load):
    home = {"environment": {"data": {"type": "environments", "id": "env-1"}}}
    members = [{"type": "workspaces", "id": id} for id in ("ws-1", "ws-2", "ws-missing")]
    others = {"data": {"type": "agent-pools", "id": "apool-2"}}
    emu = load(
        [
            {
                "type": "agent-pools",
                "id": "apool-1",
                "relationships": {"workspaces": {"data": members}},
            },
            {"type": "agent-pools", "id": "apool-2"},
            {"type": "workspaces", "id": "ws-1", "relationships": home},
            {"type": "workspaces", "id": "ws-2", "relationships": {**home, "agent-pool": others}},
            {
                "type": "users",
                "id": "user-1",
                "relationships": {"teams": {"data": [{"type": "teams", "id": "team-1"}]}},
            },
            {"type": "teams", "id": "team-1"},
        ]
    )

    pools = {w.id: w.related("agent-pool") for w in emu.store.all("workspaces")}
    assert pools == {"ws-1": ("apool-1",), "ws-2": ("apool-2",)}
    assert emu.store.get("teams", "team-1").related("users") == ("user-1",)
    assert emu.loaded.unresolved == {"agent-pools.workspaces": 1}


def test_the_token_belongs_to_the_first_account(estate, load):
    emu = load(crawl(estate, *KINDS))

    _, document = ask(emu, "/accounts")
    emu.seed(workspaces=1)
    tag = emu.create("tags", {"name": "new"})

    assert [each["attributes"]["name"] for each in document["data"]] == ["acme"]
    assert tag.related("account") == (document["data"][0]["id"],)


def test_a_later_line_about_an_object_takes_the_place_of_an_earlier(load):
    lines = [{"type": "tags", "id": "tag-1", "attributes": {"name": name}} for name in "abc"]
    emu = load([*lines, {"type": "tags", "id": "tag-2"}])

    assert [r.attributes["name"] for r in emu.store.all("tags")] == ["c", "tag-2"]


def test_builtins_are_there_and_may_be_in_the_file_too(load):
    bare = load([{"type": "accounts", "id": "acc-1"}])
    role = {"name": "renamed", "is-system": True}
    named = load([{"type": "roles", "id": "role-t67mjtmaajmgdg1", "attributes": role}])

    assert bare.store.count("permissions") > 100
    assert named.store.count("roles") == bare.store.count("roles")
    assert named.store.get("roles", "role-t67mjtmaajmgdg1").attributes["name"] == "renamed"
    assert named.store.get("roles", "role-t67mjtmaajmgdg1").related("permissions")


def test_what_cannot_be_loaded_is_left_out_and_said(load):
    many = {"data": [{"type": "tags", "id": "tag-1"}]}
    one = {"data": {"type": "environments", "id": "env-1"}}
    emu = load(
        [
            {"type": "accounts", "id": "acc-1"},
            {"type": "widgets", "id": "w-1"},
            {"type": "tags", "id": "acc-1"},
            {
                "type": "workspaces",
                "id": "ws-1",
                "attributes": {"name": 5, "auto-apply": "yes", "not-yet-known": {"a": 1}},
                "relationships": {"environment": many, "tags": one, "gadget": one, "agent-pool": 7},
            },
        ]
    )
    _, document = ask(emu, "/workspaces/ws-1")

    assert document["data"]["attributes"]["not-yet-known"] == {"a": 1}
    assert document["data"]["attributes"]["name"] == "ws-1"
    assert emu.loaded.left_out == {
        "of the unknown type 'widgets'": 1,
        "of type 'tags' with the id of another object": 1,
        "workspaces.name not of the kind string": 1,
        "workspaces.auto-apply not of the kind boolean": 1,
        "workspaces.environment not a link to environments": 1,
        "workspaces.tags not a link to tags": 1,
        "workspaces.gadget not known": 1,
    }
    assert "workspaces.gadget not known (1)" in str(emu.loaded)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "inventory.ndjson: no resource in it"),
        (b"\n \n", "no resource in it"),
        (b'type,id,name\ntags,tag-1,"a"\n', r"inventory.ndjson:1: .* as `crawl` writes NDJSON"),
        (b'{"type": "tags", "id": "tag-1"}\n{"type": "tags", "id"', "inventory.ndjson:2: "),
        (b'{"type": "tags"}\n', "inventory.ndjson:1: .*id"),
        (b'{"type": "", "id": "a"}\n', "inventory.ndjson:1: "),
        (b'{"type": "tags", "id": 5}\n', "inventory.ndjson:1: "),
        (b'{"type": "tags", "id": "tag-1", "attributes": []}\n', "inventory.ndjson:1: "),
        (b'[{"type": "tags", "id": "tag-1"}]\n', "inventory.ndjson:1: "),
        (b'{"type": "tags", "id": "tag-\xff"}\n', "inventory.ndjson:1: "),
        (b'{"type": "tags", "id": "t", "x": ' + b"[" * 100_000, "inventory.ndjson:1: "),
    ],
)
def test_a_file_that_is_no_inventory_is_refused_by_line(tmp_path, text, reason):
    file = tmp_path / "inventory.ndjson"
    file.write_bytes(text)

    with pytest.raises(ValueError, match=reason):
        Emulator.load(file)


def test_nothing_is_said_of_what_is_complete(load):
    owner = {"owner": {"data": {"type": "users", "id": "user-1"}}}
    emu = load(
        [
            {"type": "accounts", "id": "acc-1", "relationships": owner},
            {"type": "users", "id": "user-1"},
        ]
    )

    assert str(emu.loaded) == "loaded: accounts (1), users (1)"


def test_a_file_with_a_mark_and_crlf_and_more_columns_is_read(tmp_path):
    file = tmp_path / "inventory.ndjson"
    file.write_bytes(
        b'\xef\xbb\xbf{"host": "a", "type": "tags", "id": "tag-1", "names": {}}\r\n\r\n'
    )

    assert Emulator.load(str(file)).loaded.counts == {"tags": 1}


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        Emulator.load(tmp_path / "missing.ndjson")


def test_the_demo_account_and_an_inventory_are_not_mixed(tmp_path):
    with pytest.raises(ValueError, match="demo, inventory"):
        Emulator(demo=True, inventory=tmp_path / "any")


def test_only_a_loaded_emulator_says_what_was_loaded():
    assert Emulator().loaded is None


def test_a_reset_brings_the_inventory_back(estate, load):
    before = crawl(estate, *KINDS)
    emu = load(before)
    for workspace in emu.store.all("workspaces"):
        emu.delete(workspace)
    for pool in emu.store.all("agent-pools"):
        emu.update(pool, {"name": f"{pool.id}-changed"})

    emu.reset()

    assert without_links(crawl(emu, *KINDS)) == without_links(before)


def test_secrets_that_the_file_does_not_have_are_made(load):
    emu = load(
        [
            {"type": "webhook-integrations", "id": "wh-1", "attributes": {"secret-key": None}},
            {"type": "access-tokens", "id": "at-1", "attributes": {"description": "ci"}},
        ]
    )
    hook, token = (
        emu.store.get("webhook-integrations", "wh-1"),
        emu.store.get("access-tokens", "at-1"),
    )
    request = LoggedRequest(method="GET", path="/access-tokens/at-1")
    answer = emu._api.answer(request, authorization=f"Bearer {token.attributes['secret']}")

    assert len(hook.attributes["secret-key"]) == 32
    assert answer.status == 200


async def test_a_loaded_server_is_served_and_written_to(estate, load):
    import aiohttp

    pool = estate.store.all("agent-pools")[0].id
    async with load(crawl(estate, *KINDS), token="t", seed=3) as emu:
        workspace = emu.store.all("workspaces")[1].id
        link = {"agent-pool": {"data": {"type": "agent-pools", "id": pool}}}
        document = {"data": {"type": "workspaces", "id": workspace, "relationships": link}}
        url = f"{emu.url}/api/iacp/v3/workspaces/{workspace}"
        async with aiohttp.ClientSession(headers={"Authorization": "Bearer t"}) as session:
            async with session.patch(url, json=document) as answer:
                assert answer.status == 200

    assert emu.store.get("workspaces", workspace).related("agent-pool") == (pool,)


def test_a_thread_of_its_own_may_have_an_inventory(load, tmp_path):
    load([{"type": "tags", "id": "tag-1"}])

    with Emulator.in_thread(inventory=tmp_path / "inventory.ndjson") as emu:
        assert emu.store.count("tags") == 1


@pytest.mark.parametrize("sparse", [False, True], ids=["generous", "sparse"])
def test_a_file_of_bare_ids_makes_a_server_that_answers_every_read(load, sparse):
    """One object of each type, known by its id only: nothing is an error of the server."""
    bare = [{"type": type, "id": f"{type}-1"} for type in TYPES]
    emu = load(bare, answers="sparse" if sparse else "generous")
    ids = {type: f"{type}-1" for type in TYPES}
    for route in READS:
        values = {name: ids.get(type, "x") for name, type in PARAMETERS.items()}
        path = route.path.format_map({**dict.fromkeys(_names(route.path), "x"), **values})
        queries = [{}, {"include": ",".join(route.include)}]
        queries += [{"sort": name} for name in route.sort] + [
            {f.parameter: "x"} for f in route.filters
        ]
        for query in queries if route.operation == "list" else queries[:2]:
            status, _ = ask(emu, path, **query)
            assert status < 500, (route.path, query)
    for type in TYPES:
        assert emu.store.get(type, f"{type}-1"), type


@pytest.mark.parametrize("route", WRITES, ids=lambda route: route.name)
def test_what_is_known_by_its_id_only_can_be_written_to(load, route):
    emu = load([{"type": type, "id": f"{type}-1"} for type in TYPES])
    emu.run_step = 0
    values = {name: f"{type}-1" for name, type in PARAMETERS.items()}
    path = route.path.format_map({**dict.fromkeys(_names(route.path), "x"), **values})
    content = body(emu, CATALOG.schemas[route.body]) if route.body in CATALOG.schemas else {}
    if "data" in content and route.operation == "update":
        content["data"]["id"] = path.rpartition("/")[2]
    request = LoggedRequest(method=route.method, path=path, body=json.dumps(content).encode())

    for _ in range(2):
        assert emu._api.answer(request, authorization=f"Bearer {emu.token}").status < 500
    for kind in ("runs", "workspaces", "webhook-integration-deliveries"):
        assert (
            ask(emu, "/integrations/webhook-deliveries" if "web" in kind else f"/{kind}")[0] == 200
        )


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_loaded_every_read_is_answered(load, seed):
    """Nulls, other kinds and links to anything, in every attribute and in the values inside."""
    odd = odd_inventory(seed, oddity=(0.05, 0.3, 0.6)[seed % 3])
    emu = load(odd, answers="sparse" if seed % 2 else "generous")
    for route in READS:
        values = {name: f"{type}-0" for name, type in PARAMETERS.items()}
        path = route.path.format_map({**dict.fromkeys(_names(route.path), "x"), **values})
        queries = [{}, {"include": ",".join(route.include)}, {"format": "csv"}]
        queries += [{"sort": name} for name in route.sort]
        queries += [{name: "environment"} for name in route.query]
        for each in route.filters:
            queries += [{each.parameter: text} for text in ("x", "between:2026-01-01,2026-02-01")]
        for query in queries:
            status, _ = ask(emu, path, **query)
            assert status < 500, (route.path, query)


@pytest.mark.parametrize(
    ("attributes", "is_kept"),
    [
        ({"status-timestamps": {"planned-at": None, "applied-at": "2026-01-01T00:00:00Z"}}, True),
        ({"status-timestamps": {"planned-at": "2026-01-01"}}, True),
        ({"status-timestamps": {"planned-at": "soon"}}, False),
        ({"status-timestamps": {"planned-at": 5}}, False),
        ({"variables": [{"key": "A", "value": None}]}, True),
        ({"variables": [{"key": 5}]}, False),
        ({"variables": [None]}, False),
        ({"inputs": [{"name": "a", "value": {"any": [1]}}]}, True),
    ],
)
def test_an_attribute_is_loaded_if_everything_in_it_is_of_its_kind(load, attributes, is_kept):
    emu = load([{"type": "runs", "id": "run-1", "attributes": attributes}])
    ((name, value),) = attributes.items()

    assert (emu.store.get("runs", "run-1").attributes.get(name) == value) == is_kept
    assert bool(emu.loaded.left_out) != is_kept


@pytest.mark.parametrize("inverse", sorted(RULEBOOK.inverses), ids=".".join)
def test_a_link_that_is_derived_from_what_is_not_in_the_file_is_kept_too(load, inverse):
    type, name = inverse
    target = Emulator()._service.types[type].relationships[name].target
    link = {"data": [{"type": target, "id": f"{target}-{n}"} for n in (1, 2)]}
    lines = [{"type": type, "id": "x-1", "relationships": {name: link}}]
    emu = load([*lines, {"type": target, "id": f"{target}-2"}])
    record = emu.store.get(type, "x-1")

    assert sorted(emu.store.linkage(record, name)) == [f"{target}-1", f"{target}-2"]
    assert emu.loaded.unresolved[f"{type}.{name}"] == 1

    write_through(emu.store, emu._service.types, record, {name: ()})

    assert emu.store.linkage(record, name) == []


@pytest.mark.parametrize("type", sorted(COMPUTED))
def test_the_rows_of_a_report_in_the_file_stand_in_place_of_computed_ones(estate, load, type):
    path = next(
        r.path
        for r in READS
        if r.operation == "list" and r.schema and CATALOG.schemas[r.schema].type == type
    )
    row = {"type": type, "id": "row-1", "attributes": {}}
    estate_lines = crawl(estate, *KINDS, "runs")

    _, document = ask(load([*estate_lines, row]), path)

    assert [each["id"] for each in document["data"]] == ["row-1"]


def test_rows_of_the_file_are_filtered_by_the_date_that_they_name(load):
    rows = [
        {"type": "usage-statistics", "id": f"row-{day}", "attributes": {"date": f"2026-01-0{day}"}}
        for day in (1, 2)
    ]
    emu = load([*rows, {"type": "billing-usages", "id": "row-3"}])
    query = {"filter[date]": "2026-01-02"}

    assert [e["id"] for e in ask(emu, "/usage-statistics", **query)[1]["data"]] == ["row-2"]
    assert ask(emu, "/reports/billing", **query)[1]["data"] == []


def _names(path):
    return [part.strip("{}") for part in path.split("/") if part.startswith("{")]
