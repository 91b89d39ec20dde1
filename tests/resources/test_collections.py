"""How typed calls become requests, and answers typed objects: through the whole client."""

from __future__ import annotations

import json
import logging
from importlib import import_module
from typing import Any

import pytest
from aiohttp import ClientResponse
from aioresponses import aioresponses
from yarl import URL

from scalr_async import (
    APIError,
    Config,
    DecodeError,
    InvalidArgumentError,
    MultipleResultsError,
    NoResultError,
    NotFoundError,
    Pager,
    Ref,
    ScalrClient,
    UnprocessableEntityError,
    filters,
    resources,
)
from scalr_async._values import UNSET
from scalr_async.emulator import Emulator
from scalr_async.jsonapi._relationships import RelationshipGroup
from scalr_async.resources import Account, AgentPool, Environment, Workspace, _generated
from scalr_async.telemetry import EmptyListEvent
from tests.conftest import CANARY
from tests.servers import ScriptedServer, reply

ACCOUNT = "acc-svrcncgh453bi8g"
ENVIRONMENT = "env-svrcnchebt61e30"


class MockedResponse(ClientResponse):
    """A response that can be made without a connection (aiohttp 3.14 asks for a writer)."""

    def __init__(self, *arguments: object, **options: object) -> None:
        writer = type("Writer", (), {"output_size": 0})()
        super().__init__(*arguments, **{"stream_writer": writer} | options)


DOCUMENTED = {
    "data": {
        "attributes": {"name": "my-pool"},
        "id": "apool-tkacmbjoemheukg",
        "links": {"self": "https://my.scalr.io/api/iacp/v3/agent-pools/apool-tkacmbjoemheukg"},
        "relationships": {
            "account": {"data": {"id": ACCOUNT, "type": "accounts"}},
            "agents": None,
            "environment": {"data": {"id": ENVIRONMENT, "type": "environments"}},
        },
        "type": "agent-pools",
    },
    "included": None,
    "meta": None,
}


async def test_the_documented_creation_is_sent_and_read_as_documented() -> None:
    url = "https://my.scalr.io/api/iacp/v3/agent-pools"
    with aioresponses() as mocked:
        mocked.post(
            url,
            status=201,
            body=json.dumps(DOCUMENTED),
            response_class=MockedResponse,
            headers={"Content-Type": "application/vnd.api+json"},
        )
        async with ScalrClient("my.scalr.io", CANARY) as scalr:
            pool = await scalr.agent_pools.create(name="my-pool", environment=ENVIRONMENT)

    (call,) = mocked.requests["POST", URL(url)]
    assert json.loads(call.kwargs["data"].decode()) == {
        "data": {
            "type": "agent-pools",
            "attributes": {"name": "my-pool"},
            "relationships": {"environment": {"data": {"type": "environments", "id": ENVIRONMENT}}},
        }
    }
    assert pool.name == "my-pool"
    assert pool.account == Ref("accounts", ACCOUNT)
    assert pool.agents == ()
    assert pool.environment.id == ENVIRONMENT
    assert pool.raw() == DOCUMENTED["data"]


@pytest.mark.parametrize(
    ("call", "query"),
    [
        (lambda s: s.agent_pools.list(name="eu"), "filter[name]=eu"),
        (lambda s: s.agent_pools.list(name=filters.like("eu")), "filter[name]=like:eu"),
        (lambda s: s.agent_pools.list(vcs_enabled=True), "filter[vcs-enabled]=true"),
        (
            lambda s: s.agent_pools.list(environment=[ENVIRONMENT, Ref("environments", "env-2")]),
            f"filter[environment]=in:{ENVIRONMENT},env-2",
        ),
        (
            lambda s: s.agent_pools.list(include=["workspaces", "default"][:1], sort="-name"),
            "include=workspaces&sort=-name",
        ),
        (
            lambda s: s.workspaces.list(run_status=["errored", "applied"]),
            "filter[run][status]=in:errored,applied",
        ),
        (
            lambda s: s.workspaces.list(fields={"workspaces": ["name", "agent_pool"]}),
            "fields[workspaces]=name,agent-pool",
        ),
        (
            lambda s: s.workspaces.list(sort=["environment", "-updated_at"]),
            "sort=environment,-updated-at",
        ),
        (lambda s: s.workspaces.list(query="net"), "query=net"),
    ],
)
async def test_a_list_asks_for_what_it_was_told(
    call, query, emu: Emulator, scalr: ScalrClient
) -> None:
    await call(scalr)

    (request,) = emu.requests
    sent = "&".join(f"{name}={value}" for name, value in request.query if "page" not in name)
    assert sent == query


async def test_page_numbers_and_sizes_are_sent_with_every_page(
    emu: Emulator, scalr: ScalrClient
) -> None:
    emu.seed(environments=1, workspaces=25, pools=0, agents=0)

    found = await scalr.workspaces.list(page_size=10, prefetch=0).collect()

    assert len({workspace.id for workspace in found}) == 25
    asked = [dict(request.query) for request in emu.requests]
    assert [query["page[number]"] for query in asked] == ["1", "2", "3"]
    assert {query["page[size]"] for query in asked} == {"10"}


async def test_the_only_item_of_a_list_is_missed_by_the_filters_as_they_were_written(
    emu: Emulator, scalr: ScalrClient
) -> None:
    emu.seed(environments=2, workspaces=4, pools=1, agents=0)
    options = {"run_status": ["errored", "applied"], "name": filters.like("nope"), "sort": "name"}

    with pytest.raises(NoResultError) as none:
        await scalr.workspaces.list(**options, query="x").one()
    with pytest.raises(MultipleResultsError, match="4 items in this list, not one"):
        await scalr.workspaces.list(include=["environment"]).one()

    assert "run_status='in:errored,applied', name='like:nope', query='x'" in str(none.value)
    assert "sort" not in str(none.value)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda s: s.agent_pools.list(include=["tag"]), "'tag'"),
        (lambda s: s.agent_pools.list(sort="created_at"), "'created_at'"),
        (lambda s: s.agent_pools.list(color="red"), "'color'"),
        (lambda s: s.agent_pools.list(fields={"agent_pools": ["name"]}), "fields"),
        (lambda s: s.workspaces.list(fields={"workspaces": ["nmae"]}), "'nmae'"),
        (lambda s: s.workspaces.list(page_size=101), "page_size=101"),
        (lambda s: s.workspaces.list(prefetch=-1), "prefetch=-1"),
        (lambda s: s.workspaces.list(environment=Ref("tags", "tag-1")), "tag-1"),
        (lambda s: s.agent_pools.list_access_tokens("a/b"), "'a/b'"),
        (lambda s: s.agent_pools.list(on_drift="never"), "'never'"),
    ],
)
async def test_a_list_that_makes_no_sense_is_refused_when_it_is_made(
    call, named, emu: Emulator, scalr: ScalrClient
) -> None:
    with pytest.raises(InvalidArgumentError, match=named.replace("(", r"\(")):
        call(scalr)

    assert len(emu.requests) == 0


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda s: s.agent_pools.get(""), "''"),
        (lambda s: s.agent_pools.get("../accounts"), "'../accounts'"),
        (lambda s: s.agent_pools.get(Ref("workspaces", "ws-1")), "ws-1"),
        (lambda s: s.agent_pools.get("apool-1", include=["nope"]), "'nope'"),
        (lambda s: s.agent_pools.create(name="x", nmae="y"), "'nmae'"),
        (lambda s: s.agent_pools.create(name="x", environments="env-1"), "environments"),
        (lambda s: s.agent_pools.update("apool-1", account=None, environment="a b"), "'a b'"),
        (lambda s: s.agent_pools.create(name="x", environment=Ref("accounts", "acc-1")), "acc-1"),
        (lambda s: s.workspaces.add_tags("ws-1", [Ref("workspaces", "ws-2")]), "ws-2"),
        (lambda s: s.workspaces.add_tags("ws-1", "tag-1"), "'tag-1'"),
        (lambda s: s.agent_pools.delete("apool-1#"), "'apool-1#'"),
    ],
)
async def test_a_call_that_makes_no_sense_is_not_sent(
    call, named, emu: Emulator, scalr: ScalrClient
) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        await call(scalr)

    assert named in str(caught.value)
    assert caught.value.outcome == "not_sent"
    assert len(emu.requests) == 0


async def test_an_environment_lives_from_creation_to_deletion(
    emu: Emulator, scalr: ScalrClient
) -> None:
    tag = await scalr.tags.create(name="team-a")
    made = await scalr.environments.create(name="staging", tags=[tag])
    read = await scalr.environments.get(made, include=["account", "tags"])
    renamed = await scalr.environments.update(made, name="stage")
    await scalr.environments.lock(made, reason="freeze")

    assert isinstance(read.account.resource, Account)
    assert read.account.resource.name == "mainiacp"
    assert [ref.resource.name for ref in read.tags] == ["team-a"]
    assert (await scalr.environments.get(made)).locked
    assert renamed.name == "stage"
    assert renamed.created_at.tzinfo is not None
    await scalr.environments.unlock(made)
    await scalr.environments.delete(made)
    with pytest.raises(NotFoundError, match="missing or no permission"):
        await scalr.environments.get(made)


async def test_relationships_are_listed_added_to_replaced_and_removed(scalr: ScalrClient) -> None:
    workspace = await scalr.workspaces.create(name="net", environment=ENVIRONMENT)
    one, two, three = [await scalr.tags.create(name=name) for name in ("one", "two", "three")]

    async def tags() -> set[str]:
        return {ref.id async for ref in scalr.workspaces.list_tags(workspace)}

    await scalr.workspaces.add_tags(workspace, [one, two.id])
    assert await tags() == {one.id, two.id}
    await scalr.workspaces.remove_tags(workspace, [one])
    assert await tags() == {two.id}
    await scalr.workspaces.replace_tags(workspace, [Ref("tags", three.id)])
    assert await tags() == {three.id}


async def test_a_pools_token_is_shown_once_and_never_printed(scalr: ScalrClient) -> None:
    pool = await scalr.agent_pools.create(name="k8s")

    token = await scalr.agent_pools.create_token(pool, description="cluster")
    (listed,) = await scalr.agent_pools.list_access_tokens(pool).collect()

    assert len(token.token) > 20
    assert str(token.token) not in f"{token!r} {token} {vars(type(token))}"
    assert listed.id == token.id
    assert not listed.token
    await scalr.access_tokens.delete(token)
    assert await scalr.agent_pools.list_access_tokens(pool).count() == 0


@pytest.mark.generous("an attribute that is null may be left out")
async def test_none_is_sent_and_absent_is_not(emu: Emulator, scalr: ScalrClient) -> None:
    pool = await scalr.agent_pools.create(name="hooks", webhook_url="https://example.com/hook")
    emu.requests.clear()

    changed = await scalr.agent_pools.update(pool, webhook_url=None)

    assert json.loads(emu.requests[0].body)["data"]["attributes"] == {"webhook-url": None}
    assert changed.webhook_url is None
    assert changed.name == "hooks"


async def test_a_refused_value_names_the_python_field(scalr: ScalrClient) -> None:
    await scalr.agent_pools.create(name="eu")
    with pytest.raises(UnprocessableEntityError) as caught:
        await scalr.agent_pools.create(name="eu")

    (error,) = caught.value.errors
    assert (error.field, error.pointer) == ("name", "/data/attributes/name")
    assert "Name has already been taken" in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_an_answer_that_is_no_document_says_which_one_it_was(
    emu: Emulator, scalr: ScalrClient
) -> None:
    emu.fail("POST", "/tags", status=201, body=b'{"data": null}', times=1)

    with pytest.raises(DecodeError) as caught:
        await scalr.tags.create(name="x")

    assert (caught.value.method, caught.value.path) == ("POST", "/tags")
    assert caught.value.outcome == "applied"
    assert caught.value.attempts == 1


async def test_a_repeated_deletion_that_finds_nothing_is_a_success(
    emu: Emulator, scalr: ScalrClient
) -> None:
    tag = await scalr.tags.create(name="gone")
    emu.fail("DELETE", f"/tags/{tag.id}", cut="after-apply", times=1)
    emu.requests.clear()

    await scalr.tags.delete(tag)

    assert [request.method for request in emu.requests] == ["DELETE", "DELETE"]
    assert emu.store.all("tags") == [] or tag.id not in {r.id for r in emu.store.all("tags")}


async def test_included_resources_are_the_same_object_all_along_a_walk(
    emu: Emulator, scalr: ScalrClient
) -> None:
    emu.seed(environments=1, workspaces=30, pools=0, agents=0)
    seeded = emu.store.all("environments")[-1].id

    walk = scalr.workspaces.list(page_size=10, include=["environment"], environment=seeded)
    environments = [workspace.environment.resource async for workspace in walk]

    assert len(environments) == 30
    assert len({id(environment) for environment in environments}) == 1
    assert isinstance(environments[0], Environment)


async def test_a_walk_reads_what_it_asked_to_include_without_the_other_relationships(
    emu: Emulator, scalr: ScalrClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled: set[tuple[str, ...]] = set()
    fill = RelationshipGroup.fill

    def noted(group: RelationshipGroup, *arguments: Any) -> None:
        filled.add(group.names)
        fill(group, *arguments)

    monkeypatch.setattr(RelationshipGroup, "fill", noted)
    emu.seed(environments=1, workspaces=3, pools=1, agents=0)

    async for workspace in scalr.workspaces.list(include=["environment", "agent_pool"]):
        assert workspace.environment.resource is not None
        assert workspace.agent_pool is not UNSET
    assert filled == {("agent_pool", "environment")}


async def test_a_verified_walk_reads_ids_alone_again(emu: Emulator, scalr: ScalrClient) -> None:
    emu.seed(environments=1, workspaces=30, pools=0, agents=0)
    emu.requests.clear()
    walk = scalr.workspaces.list(
        page_size=10, on_drift="verify", include=["environment"], fields={"workspaces": ["name"]}
    )

    seen = 0
    async for workspace in walk:
        seen += 1
        if seen == 5:
            gone = emu.store.all("workspaces")[0].id
            await scalr.workspaces.update(gone, deletion_protection_enabled=False)
            await scalr.workspaces.delete(gone)
        assert workspace.name

    assert 29 <= seen <= 30
    again = [dict(r.query) for r in emu.requests if dict(r.query).get("fields[workspaces]") == ""]
    assert all("include" not in query for query in again)


async def test_plain_values_are_read_as_typed_objects(emu: Emulator, scalr: ScalrClient) -> None:
    emu.fail(
        "GET",
        "/accounts/*/metrics",
        status=200,
        body=b'{"environments-count": 3, "workspaces-count": 7}',
        headers={"Content-Type": "application/json"},
    )
    emu.fail(
        "GET",
        "/workspaces/*/outputs",
        status=200,
        body=b'{"data": [{"name": "url", "sensitive": false, "value": {"a": 1}}]}',
        headers={"Content-Type": "application/json"},
    )

    metrics = await scalr.accounts.metrics(ACCOUNT)
    outputs = await scalr.workspaces.outputs("ws-1")

    assert (metrics.environments_count, metrics.workspaces_count) == (3, 7)
    assert [(output.name, output.value) for output in outputs] == [("url", {"a": 1})]


def test_resources_are_values() -> None:
    one = AgentPool(id="apool-1", name="x")
    same = AgentPool(id="apool-1", name="x")

    assert one == same
    assert hash(one) == hash(same)
    assert one != AgentPool(id="apool-1", name="y")
    assert one != Workspace(id="apool-1", name="x")


async def test_an_included_type_without_a_class_is_kept_raw(
    emu: Emulator, scalr: ScalrClient
) -> None:
    document = {
        "data": {
            "type": "agent-pools",
            "id": "apool-1",
            "relationships": {"account": {"data": {"type": "galaxies", "id": "g-1"}}},
        },
        "included": [{"type": "galaxies", "id": "g-1", "attributes": {"name": "M31"}}],
    }
    emu.fail(
        "GET",
        "/agent-pools/*",
        status=200,
        body=json.dumps(document).encode(),
        headers={"Content-Type": "application/vnd.api+json"},
    )

    pool = await scalr.agent_pools.get("apool-1", include=["account"])

    assert pool.account.resource.type == "galaxies"
    assert pool.account.resource.raw()["attributes"] == {"name": "M31"}


@pytest.mark.parametrize(
    ("name", "found"),
    [("agent-pools", AgentPool), ("AgentPool", AgentPool), ("AgentPoolSort", None), ("x", None)],
)
def test_a_class_is_found_by_its_wire_type_or_its_name(name: str, found: type | None) -> None:
    assert resources._load(name) is found


OWNED = [
    (name, constant)
    for name, (module, _) in _generated.COLLECTIONS.items()
    for constant in [
        getattr(import_module(f"scalr_async.resources._generated.{module}"), "_CREATE", None)
    ]
    if constant is not None and constant.account
]


def test_creates_that_take_an_account_are_known() -> None:
    assert [name for name, _ in OWNED] == [
        "datadog_integrations",
        "policy_groups",
        "provider_configurations",
        "service_accounts",
        "slack_integrations",
        "ssh_keys",
        "vcs_providers",
        "webhook_integrations",
    ]


@pytest.mark.parametrize("name", [name for name, _ in OWNED])
async def test_what_is_created_without_an_account_belongs_to_that_of_the_configuration(
    name: str,
) -> None:
    async with ScriptedServer(reply(418)) as server:
        config = Config(host=server.url, token=CANARY, account="acc-mine")
        async with ScalrClient(config=config) as scalr:
            for options in ({}, {"account": "acc-other"}):
                with pytest.raises(APIError):
                    await getattr(scalr, name).create(name="x", **options)
            with pytest.raises(APIError):
                await scalr.tags.create(name="x")
            with pytest.raises(APIError):
                await getattr(scalr, name).update("x-1", name="x")

    written = [json.loads(request.body)["data"] for request in server.requests]
    owners = [data.get("relationships", {}).get("account") for data in written]
    assert owners == [
        {"data": {"type": "accounts", "id": "acc-mine"}},
        {"data": {"type": "accounts", "id": "acc-other"}},
        None,
        None,
    ]


@pytest.mark.parametrize("call", ["create", "update"])
async def test_an_unknown_field_is_named_once_with_the_fields_that_a_write_takes(
    scalr: ScalrClient, call: str
) -> None:
    ids = ("apool-1",) if call == "update" else ()
    with pytest.raises(InvalidArgumentError) as told:
        await getattr(scalr.agent_pools, call)(*ids, nmae="x")

    said, _, listed = str(told.value).partition("; there is ")
    assert said == "'nmae': no such AgentPool field"
    assert listed.split(", ")[0] == "name"
    assert set(listed.split(", ")) == _generated.agent_pools.AgentPoolCreate.__annotations__.keys()


async def test_an_account_that_is_no_id_is_refused_when_it_is_written() -> None:
    config = Config(host="acme.scalr.io", token=CANARY, account="my company")
    async with ScalrClient(config=config) as scalr:
        with pytest.raises(InvalidArgumentError, match="account: 'my company': not the id"):
            await scalr.ssh_keys.create(name="x")


@pytest.mark.parametrize(
    ("id_", "said"),
    [
        ("env-abc", "; 'env-abc' looks like one of environments: ids of workspaces begin with ws-"),
        ("prod", "; 'prod' does not look like an id: ids of workspaces begin with ws-"),
        ("ws", "; 'ws' does not look like an id: ids of workspaces begin with ws-"),
        ("ws-abc", ""),
    ],
)
async def test_what_is_not_found_by_an_id_of_another_type_says_so(
    scalr: ScalrClient, id_: str, said: str
) -> None:
    for call in (scalr.workspaces.get(id_), scalr.workspaces.delete(id_)):
        with pytest.raises(NotFoundError) as caught:
            await call
        assert ("begin with" in str(caught.value)) is bool(said)
        assert said in str(caught.value)
    with pytest.raises(NoResultError) as none:
        await scalr.workspaces.list(workspace=id_).one()
    assert f"workspace='{id_}'{said}" in str(none.value)


EMPTY = [
    ({"environment": "production"}, [("environment", "does not look like an id: ids of env")]),
    ({"environment": "ws-1"}, [("environment", "looks like one of workspaces: ids of env")]),
    ({"environment": ["env-1", "prod"]}, [("environment", "does not look like an id: ids of env")]),
    (
        {"environment": "a", "agent_pool": "b"},
        [("environment", "does not look"), ("agent_pool", "does not look")],
    ),
    ({"environment": "env-unknown"}, []),
    *(({name: filters.null}, []) for name in ("environment", "agent_pool", "tag", "vcs_provider")),
    ({"agent_pool": [filters.null, "apool-1"]}, []),
    ({"agent_pool": ["apool-1", filters.null, "b"]}, [("agent_pool", "does not look like an id")]),
    ({"name": "production"}, []),
    ({"environment": "production", "limit": 0}, []),
]


@pytest.mark.parametrize(("filters", "told"), EMPTY)
async def test_an_empty_list_tells_which_filter_holds_what_is_no_id(
    emu: Emulator, scalr: ScalrClient, filters: Any, told: list[tuple[str, str]]
) -> None:
    for read in (Pager.collect, Pager.first):
        events: list[Any] = []
        pager = scalr.with_options(on_event=events.append).workspaces.list(**filters)

        assert not await read(pager)
        hints = [event for event in events if isinstance(event, EmptyListEvent)]
        assert [event.filter for event in hints] == [name for name, _ in told]
        for event, (_, hint) in zip(hints, told, strict=True):
            assert event.path == "/workspaces"
            assert event.hint.startswith(hint)


async def test_an_empty_list_is_not_explained_to_nobody(
    scalr: ScalrClient, caplog: pytest.LogCaptureFixture
) -> None:
    pager = scalr.workspaces.list(environment="production")
    for level, told in ((logging.CRITICAL, 0), (logging.DEBUG, 1)):
        caplog.set_level(level, "scalr_async")

        assert await pager.collect() == []
        assert sum("does not look" in record.getMessage() for record in caplog.records) == told


async def test_a_list_that_is_not_empty_tells_nothing_of_its_filters() -> None:
    body = json.dumps({"data": [{"type": "workspaces", "id": "ws-1"}]}).encode()
    events: list[Any] = []
    async with ScriptedServer(reply(200, body)) as server:
        async with ScalrClient(server.url, CANARY, on_event=events.append) as other:
            assert await other.workspaces.list(environment="new-1").collect(limit=1)

    assert not [event for event in events if isinstance(event, EmptyListEvent)]


async def test_an_id_that_begins_otherwise_is_as_good(emu: Emulator, scalr: ScalrClient) -> None:
    document = {"data": {"type": "workspaces", "id": "new-1", "attributes": {"name": "x"}}}
    async with ScriptedServer(reply(200, json.dumps(document).encode())) as server:
        async with ScalrClient(server.url, CANARY) as other:
            assert (await other.workspaces.get("new-1")).name == "x"
    with pytest.raises(NotFoundError) as caught:
        await scalr.plans.get("env-abc")  # what ids of plans begin with is nowhere documented
    assert "begin with" not in str(caught.value)
