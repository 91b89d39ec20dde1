"""Idempotent steps: what is there afterwards, what is said about it, and what is left alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scalr_async import (
    UNSET,
    Config,
    ConflictError,
    DisconnectedError,
    InvalidArgumentError,
    MultipleResultsError,
    ScalrClient,
    ScalrError,
    Secret,
    ServerError,
    UnprocessableEntityError,
    VerificationError,
)
from scalr_async._http import JSONAPI
from scalr_async.emulator import Emulator
from scalr_async.resources import Environment, FieldChange, Workspace, _ensuring
from tests.conftest import CANARY
from tests.servers import Received, ScriptedServer, reply

HUSH = "hush-5f1c"


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ensuring, "_PAUSE", 0.0)


@pytest.fixture
async def home(scalr: ScalrClient) -> Environment:
    return await scalr.environments.create(name="production")


@pytest.fixture
async def workspace(scalr: ScalrClient, home: Environment) -> Workspace:
    return await scalr.workspaces.create(name="vpc", environment=home)


def writes(emu: Emulator) -> list[tuple[str, dict[str, Any]]]:
    return [
        (request.method, json.loads(request.body)["data"])
        for request in emu.requests
        if request.method != "GET"
    ]


STEPS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "agent_pools": ({"name": "eu", "vcs_enabled": False}, {"vcs_enabled": True}),
    "environments": ({"name": "eu", "remote_backend": True}, {"remote_backend": False}),
    "variables": (
        {"key": "eu", "category": "shell", "value": "1", "description": "a"},
        {"description": "b"},
    ),
    "workspaces": (
        {"name": "eu", "auto_apply": False, "var_files": ["a", "b"]},
        {"var_files": ["b", "a"]},
    ),
    "tags": ({"name": "eu"}, {}),
}
"""For each collection with steps: values, and others for the same object."""


LISTS: dict[str, dict[str, list[Any]]] = {
    "agent_pools": {
        "webhook_headers": [{"name": "X-Key", "value": "a", "sensitive": False}],
    },
    "workspaces": {"var_files": ["a", "b"]},
}
"""Values that are lists, for each collection with steps that takes some."""


@pytest.mark.parametrize("collection", LISTS)
async def test_a_list_may_come_from_a_generator(
    collection: str, scalr: ScalrClient, emu: Emulator, home: Environment
) -> None:
    own = {"environment": home} if collection == "workspaces" else {"webhook_enabled": True}
    own |= {} if collection == "workspaces" else {"webhook_url": "https://w.example"}
    for name, items in LISTS[collection].items():
        await getattr(scalr, collection).ensure(name=name, **own, **{name: iter(items)})

        sent = writes(emu)[-1][1]["attributes"][name.replace("_", "-")]
        assert sent == items


@pytest.mark.parametrize("collection", STEPS)
async def test_a_step_creates_then_leaves_alone_then_writes_only_what_differs(
    collection: str, scalr: ScalrClient, emu: Emulator, home: Environment
) -> None:
    values, others = STEPS[collection]
    if collection == "workspaces":
        values = {**values, "environment": home}
    calls = getattr(scalr, collection)
    before = len(writes(emu))

    created = await calls.ensure(**values)
    again = await calls.ensure(**values)
    other = await calls.ensure(**{**values, **others})

    assert (created.action, created.changed) == ("created", True)
    assert created.changes.keys() == values.keys()
    assert all(change.before is UNSET for change in created.changes.values())
    assert (again.action, again.changed, again.changes) == ("unchanged", False, {})
    assert again.resource.id == created.resource.id == other.resource.id
    assert other.action == ("updated" if others else "unchanged")
    assert other.changes.keys() == others.keys()
    written = writes(emu)[before:]
    assert [method for method, _ in written] == ["POST"] + ["PATCH"] * bool(others)
    if others:
        (_, sent) = written[1]
        (name,) = others
        assert sent["attributes"] == {name.replace("_", "-"): others[name]}
        assert "relationships" not in sent
        before, after = other.changes[name]
        assert after == (tuple(others[name]) if isinstance(others[name], list) else others[name])
        assert before != after


async def test_what_is_not_named_is_not_touched(
    scalr: ScalrClient, emu: Emulator, workspace: Workspace
) -> None:
    pool = await scalr.agent_pools.create(
        name="eu", workspaces=[workspace], webhook_url="https://a.example/x"
    )

    ensured = await scalr.agent_pools.ensure(name="eu", vcs_enabled=True)

    assert ensured.changes == {"vcs_enabled": FieldChange(False, True)}
    _, sent = writes(emu)[-1]
    assert sent == {
        "type": "agent-pools",
        "id": pool.id,
        "attributes": {"vcs-enabled": True},
    }
    kept = await scalr.agent_pools.get(pool, include=["workspaces"])
    assert kept.webhook_url == "https://a.example/x"
    assert [ref.id for ref in kept.workspaces] == [workspace.id]


async def test_relationships_are_compared_as_sets_and_null_with_what_is_left_out(
    scalr: ScalrClient, emu: Emulator, home: Environment
) -> None:
    tags = [(await scalr.tags.ensure(name=name)).resource for name in ("a", "b")]
    pool = await scalr.agent_pools.create(name="eu")
    values: dict[str, Any] = {"name": "vpc", "environment": home, "tags": tags}

    await scalr.workspaces.ensure(**values)
    backwards = await scalr.workspaces.ensure(**{**values, "tags": (t.id for t in tags[::-1])})
    without = await scalr.workspaces.ensure(**values, agent_pool=None)
    on_pool = await scalr.workspaces.ensure(**values, agent_pool=pool)
    again = await scalr.workspaces.ensure(**values, agent_pool=pool.id)
    fewer = await scalr.workspaces.ensure(**{**values, "tags": tags[:1]})
    none = await scalr.workspaces.ensure(**{**values, "tags": []})
    off = await scalr.workspaces.ensure(**values, agent_pool=None)

    assert [step.action for step in (backwards, without, again)] == ["unchanged"] * 3
    assert {ref.id for ref in fewer.changes["tags"].before} == {tag.id for tag in tags}
    after = fewer.changes["tags"].after
    assert after is UNSET or [ref.id for ref in after] == [tags[0].id]
    after = on_pool.changes["agent_pool"].after
    assert after is UNSET or after.id == pool.id
    assert none.changes.keys() == {"tags"}
    assert off.changes.keys() == {"tags", "agent_pool"}
    assert off.changes["agent_pool"].before.id == pool.id


async def test_parts_of_an_object_that_were_not_given_count_as_equal(
    scalr: ScalrClient, home: Environment
) -> None:
    values: dict[str, Any] = {"name": "vpc", "environment": home}
    hooks = {"pre_plan": "a.sh", "post_apply": "b.sh"}

    await scalr.workspaces.ensure(**values, hooks=hooks)
    same = await scalr.workspaces.ensure(**values, hooks={"pre_plan": "a.sh"})
    null = await scalr.workspaces.ensure(**values, hooks={"pre_plan": "a.sh", "pre_init": None})
    other = await scalr.workspaces.ensure(**values, hooks={"pre_plan": "c.sh"})

    assert [same.action, null.action, other.action] == ["unchanged", "unchanged", "updated"]


async def test_values_of_another_type_differ(scalr: ScalrClient, home: Environment) -> None:
    values: dict[str, Any] = {"name": "vpc", "environment": home}
    await scalr.workspaces.ensure(**values, run_operation_timeout=1)

    same = await scalr.workspaces.ensure(**values, run_operation_timeout=1)
    with pytest.raises(UnprocessableEntityError):
        await scalr.workspaces.ensure(**values, run_operation_timeout=True)

    assert same.action == "unchanged"


async def test_what_the_server_hides_is_written_each_time_and_never_shown(
    scalr: ScalrClient, emu: Emulator, workspace: Workspace
) -> None:
    values: dict[str, Any] = {
        "key": "k",
        "category": "shell",
        "workspace": workspace,
        "value": HUSH,
        "sensitive": True,
    }

    steps = [await scalr.variables.ensure(**values) for _ in range(3)]
    empty = await scalr.variables.ensure(**{**values, "value": ""})
    unnamed = await scalr.variables.ensure(key="k", category="shell", workspace=workspace)

    assert [step.action for step in steps] == ["created", "updated", "updated"]
    assert steps[1].changes.keys() == empty.changes.keys() == {"value"}
    assert unnamed.action == "unchanged"
    assert [sent["attributes"] for _, sent in writes(emu)[-3:-1]] == [{"value": HUSH}] * 2
    assert HUSH not in repr(steps)
    assert isinstance(steps[1].changes["value"].before, Secret)


async def test_a_value_that_may_be_secret_is_not_shown_though_the_server_tells_it(
    scalr: ScalrClient,
) -> None:
    values: dict[str, Any] = {"key": "k", "category": "shell"}
    await scalr.variables.ensure(**values, value=HUSH)

    ensured = await scalr.variables.ensure(**values, value=f"{HUSH}-2")

    assert HUSH not in repr(ensured)
    assert ensured.changes["value"] == (HUSH, f"{HUSH}-2")


async def test_hidden_headers_of_a_pool_are_written_and_open_ones_compared(
    scalr: ScalrClient,
) -> None:
    header = {"name": "X-Key", "value": HUSH}
    open_ = [await scalr.agent_pools.ensure(name="a", webhook_headers=[header]) for _ in range(2)]
    hidden = {**header, "sensitive": True}
    closed = [await scalr.agent_pools.ensure(name="b", webhook_headers=[hidden]) for _ in range(2)]

    assert [step.action for step in open_] == ["created", "unchanged"]
    assert [step.action for step in closed] == ["created", "updated"]
    assert HUSH not in repr([*open_, *closed])


async def test_scopes_tell_objects_of_one_name_apart(
    scalr: ScalrClient, emu: Emulator, home: Environment, workspace: Workspace
) -> None:
    key: dict[str, Any] = {"key": "k", "category": "shell"}
    scopes: list[dict[str, Any]] = [{}, {"environment": home}, {"workspace": workspace}]

    made = [await scalr.variables.ensure(**key, **scope, value="1") for scope in scopes]
    again = [await scalr.variables.ensure(**key, **scope, value="1") for scope in scopes]
    terraform = await scalr.variables.ensure(key="k", category="terraform", value="1")
    pools = [
        await scalr.agent_pools.ensure(name="eu"),
        await scalr.agent_pools.ensure(name="eu", environment=home),
        await scalr.agent_pools.ensure(name="eu"),
        await scalr.agent_pools.ensure(name="eu", environment=home.id),
    ]

    assert [step.action for step in made] == ["created"] * 3
    assert [step.action for step in again] == ["unchanged"] * 3
    assert [step.resource.id for step in made] == [step.resource.id for step in again]
    assert terraform.action == "created"
    assert [step.action for step in pools] == ["created", "created", "unchanged", "unchanged"]
    assert pools[0].resource.id == pools[2].resource.id != pools[3].resource.id


async def test_a_variable_of_a_workspace_may_name_its_environment_too(
    scalr: ScalrClient, emu: Emulator, home: Environment, workspace: Workspace
) -> None:
    key: dict[str, Any] = {"key": "k", "category": "shell", "value": "1"}
    places = {"workspace": workspace.id, "environment": home.id}
    emu.create("vars", {"key": "k", "category": "shell", "value": "1"}, places)

    assert (await scalr.variables.ensure(**key, workspace=workspace)).action == "unchanged"
    assert (await scalr.variables.ensure(**key, environment=home)).action == "created"


async def test_the_account_of_the_configuration_is_where_names_are_looked_for() -> None:
    async with Emulator(accounts=("one", "two"), token=CANARY) as emu:
        first, second = (record.id for record in emu.store.all("accounts"))
        for account in (first, second):
            emu.create("environments", {"name": "eu"}, {"account": account})
        config = Config(host=emu.url, token=CANARY, account=second)
        async with ScalrClient(config=config) as scalr, ScalrClient(emu.url, CANARY) as other:
            with pytest.raises(MultipleResultsError, match=f"account {first}"):
                await other.environments.ensure(name="eu")
            ensured = await scalr.environments.ensure(name="eu")

    assert ensured.action == "unchanged"
    assert ensured.resource.account.id == second


@pytest.mark.parametrize("cut", ["before", "headers", "body", "after-apply"])
@pytest.mark.parametrize("times", [1, 3])
async def test_a_create_without_an_answer_makes_one_object(
    cut: Any, times: int, scalr: ScalrClient, emu: Emulator
) -> None:
    emu.fail("POST", "/agent-pools", cut=cut, times=times)

    ensured = await scalr.agent_pools.ensure(name="eu", vcs_enabled=True)

    assert ensured.action == "created"
    assert ensured.resource.vcs_enabled is True
    assert [record.attributes["name"] for record in emu.store.all("agent-pools")] == ["eu"]


@pytest.mark.parametrize("cut", ["before", "headers", "body", "after-apply"])
async def test_a_change_without_an_answer_is_told_as_the_change_it_is(
    cut: Any, scalr: ScalrClient, emu: Emulator
) -> None:
    await scalr.agent_pools.create(name="eu")
    emu.fail("PATCH", "/agent-pools/*", cut=cut, times=2)

    ensured = await scalr.agent_pools.ensure(name="eu", vcs_enabled=True)

    assert ensured.action == "updated"
    assert ensured.changes == {"vcs_enabled": FieldChange(False, True)}
    assert emu.store.all("agent-pools")[0].attributes["vcs-enabled"] is True


async def test_a_create_that_lost_its_answer_and_the_race_writes_what_differs(
    scalr: ScalrClient, emu: Emulator
) -> None:
    def other_first(_: Any) -> bool:
        emu.create("agent-pools", {"name": "eu", "vcs-enabled": False})
        return True

    emu.fail("POST", "/agent-pools", cut="before", match=other_first)

    ensured = await scalr.agent_pools.ensure(name="eu", vcs_enabled=True)

    assert ensured.action == "created"  # by somebody; ours is one that may have
    assert ensured.changes["vcs_enabled"] == FieldChange(False, True)


async def test_who_loses_the_race_for_a_name_goes_on_from_what_is_there(
    scalr: ScalrClient, emu: Emulator
) -> None:
    def other_first(_: Any) -> bool:
        emu.create("agent-pools", {"name": "eu", "vcs-enabled": False})
        return False

    emu.fail("POST", "/agent-pools", match=other_first)

    ensured = await scalr.agent_pools.ensure(name="eu", vcs_enabled=True)

    assert ensured.action == "updated"
    assert [request.status for request in emu.requests if request.method == "POST"] == [422]


async def test_a_create_that_is_refused_for_itself_is_an_error(
    scalr: ScalrClient, emu: Emulator
) -> None:
    with pytest.raises(UnprocessableEntityError) as refused:
        await scalr.tags.ensure(name="no/tag")
    emu.quotas["agent-pools"] = 0
    with pytest.raises(ConflictError) as full:
        await scalr.agent_pools.ensure(name="eu")

    assert refused.value.errors[0].field == "name"
    assert (refused.value.outcome, full.value.outcome) == ("rejected", "rejected")
    assert len(writes(emu)) == 2


async def test_an_object_that_goes_while_it_is_written_is_made_again(
    scalr: ScalrClient, emu: Emulator
) -> None:
    await scalr.agent_pools.create(name="eu")

    def gone(_: Any) -> bool:
        emu.delete(emu.store.all("agent-pools")[0])
        return False

    emu.fail("PATCH", "/agent-pools/*", match=gone)

    assert (await scalr.agent_pools.ensure(name="eu", vcs_enabled=True)).action == "created"


async def test_an_object_that_is_never_there_for_a_write_is_an_error(
    scalr: ScalrClient, emu: Emulator
) -> None:
    await scalr.agent_pools.create(name="eu")
    emu.fail("PATCH", "/agent-pools/*", status=404, times=None)

    with pytest.raises(VerificationError, match="'eu' was deleted before each"):
        await scalr.agent_pools.ensure(name="eu", vcs_enabled=True)


async def test_an_outage_is_an_error_whose_outcome_is_unknown(
    scalr: ScalrClient, emu: Emulator
) -> None:
    emu.fail("POST", "/agent-pools", cut="before", times=None)

    with pytest.raises(DisconnectedError) as lost:
        await scalr.agent_pools.ensure(name="eu")

    assert lost.value.outcome == "unknown"
    assert [method for method, _ in writes(emu)] == ["POST"] * _ensuring._TRIES


async def test_a_look_that_fails_behind_a_lost_write_keeps_its_outcome_unknown(
    scalr: ScalrClient, emu: Emulator
) -> None:
    def blind(_: Any) -> bool:
        emu.fail("GET", "/agent-pools", status=403, times=None)
        return True

    emu.fail("POST", "/agent-pools", cut="after-apply", match=blind)

    with pytest.raises(DisconnectedError) as lost:
        await scalr.agent_pools.ensure(name="eu")

    assert lost.value.outcome == "unknown"
    assert "403" in str(lost.value.__cause__)


async def test_a_look_that_fails_before_anything_was_written_says_so(
    scalr: ScalrClient, emu: Emulator
) -> None:
    emu.fail("GET", "/agent-pools", status=503, times=None)

    with pytest.raises(ServerError) as failed:
        await scalr.agent_pools.ensure(name="eu")

    assert failed.value.outcome == "rejected"
    assert emu.store.count("agent-pools") == 0


async def test_a_refusal_behind_a_lost_answer_is_unknown(scalr: ScalrClient, emu: Emulator) -> None:
    emu.fail("POST", "/agent-pools", cut="before")
    emu.fail("POST", "/agent-pools", status=403)

    with pytest.raises(ScalrError) as refused:
        await scalr.agent_pools.ensure(name="eu")

    assert "403" in str(refused.value)
    assert refused.value.outcome == "unknown"


async def test_several_of_one_name_are_listed_and_left_alone(
    scalr: ScalrClient, emu: Emulator
) -> None:
    pools = [emu.create("agent-pools", {"name": f"eu-{n}"}) for n in range(2)]
    for pool in pools:
        pool.attributes["name"] = "eu"  # as a server might have it that allows that

    with pytest.raises(MultipleResultsError) as told:
        await scalr.agent_pools.ensure(name="eu", vcs_enabled=True)

    assert all(pool.id in str(told.value) for pool in pools)
    assert writes(emu) == []


@pytest.mark.parametrize(
    ("linkage", "action"),
    [
        ({"links": {"self": "/x"}}, "updated"),
        (None, "updated"),
        ({"data": "nonsense"}, "updated"),
        ({"data": {"type": "agent-pools", "id": "apool-1"}}, "unchanged"),
    ],
)
async def test_a_link_that_a_server_does_not_tell_is_written(
    linkage: Any, action: str, home: Environment
) -> None:
    shown = {
        "type": "workspaces",
        "id": "ws-1",
        "attributes": {"name": "vpc"},
        "relationships": {"agent-pool": linkage},
    }

    def answer(received: Received) -> bytes:
        is_list = received.target.partition("?")[0].endswith("/workspaces")
        document = {"data": [shown] if is_list else shown}
        return reply(200, json.dumps(document).encode(), {"Content-Type": JSONAPI})

    async with ScriptedServer(answer) as server, ScalrClient(server.url, CANARY) as scalr:
        values: dict[str, Any] = {"name": "vpc", "environment": home}
        ensured = await scalr.workspaces.ensure(**values, agent_pool="apool-1")
        none = await scalr.workspaces.ensure(**values, agent_pool=None)

    assert ensured.action == action
    assert none.action == ("unchanged" if action == "updated" else "updated")


BAD: list[tuple[str, dict[str, Any]]] = [
    ("agent_pools", {}),
    ("agent_pools", {"name": "eu", "vcs_enabled": object()}),
    ("agent_pools", {"name": "eu", "vcs": True}),
    ("agent_pools", {"name": "eu", "environments": "env-1"}),
    ("agent_pools", {"name": "eu", "environment": "a b"}),
    ("agent_pools", {"name": "apool-tkacmbjoemheukg"}),
    ("tags", {"name": "tag-svrcncgh453bi8g"}),
    ("variables", {"key": "k"}),
    ("variables", {"key": "k", "category": None}),
    ("variables", {"category": "shell", "value": HUSH}),
    ("variables", {"key": Secret(HUSH), "category": "shell"}),
    ("variables", {"key": "k", "category": "shell", "value": {HUSH}}),
    ("workspaces", {"name": "vpc"}),
    ("workspaces", {"name": "vpc", "environment": None}),
    ("workspaces", {"name": "vpc", "environment": Workspace(id="ws-1")}),
]


@pytest.mark.parametrize(("collection", "values"), BAD)
async def test_what_cannot_be_a_step_is_refused_before_anything_is_sent(
    collection: str, values: dict[str, Any], scalr: ScalrClient, emu: Emulator
) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        await getattr(scalr, collection).ensure(**values)

    assert HUSH not in str(refused.value)
    assert len(emu.requests) == 0
