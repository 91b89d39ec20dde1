"""Variables: the scopes that they name, and final ones, which no lower scope overrides."""

from __future__ import annotations

import itertools

import pytest

from scalr_async.emulator import Emulator

from .conftest import ACCOUNT, ENVIRONMENT, many, one, related, resource
from .world import CATALOG, make

SCOPES = ("account", "environment", "workspace")
GIVEN = [names for count in range(4) for names in itertools.combinations(SCOPES, count)]
"""Every choice of scopes that a client may name."""

WIDER = list(itertools.combinations(SCOPES, 2))
"""A scope, and one below it."""

SCOPED = sorted(type for type, rule in Emulator()._service.rules.items() if rule.scopes)


@pytest.fixture
async def places(api):
    """One object of each scope, and another below each, which is never concerned."""
    workspace = await api.workspace("w")
    beside = await api.workspace("beside")
    elsewhere = await api.create("/environments", "environments", {"name": "elsewhere"})
    return {
        "account": ACCOUNT,
        "environment": ENVIRONMENT,
        "workspace": workspace["id"],
        "beside": beside["id"],
        "elsewhere": elsewhere["id"],
    }


def links(places, *names):
    return {name: one(f"{name}s", places[name]) for name in names}


async def variable(api, places, *scopes, query="", **attributes):
    values = {"key": "k", "category": "shell", **attributes}
    body = resource("vars", values, links(places, *scopes))
    return await api("POST", f"/vars{query}", body)


def place(made):
    return {name: related(made, name) for name in SCOPES}


@pytest.mark.parametrize("given", GIVEN, ids=" ".join)
async def test_a_variable_names_every_scope_above_its_own(api, places, given):
    status, document = await variable(api, places, *given)
    own = max(map(SCOPES.index, given), default=0)
    above = {n: places[n] if i <= own else None for i, n in enumerate(SCOPES)}
    assert (status, place(document["data"])) == (201, above)
    assert place((await api.get(f"/vars/{document['data']['id']}"))["data"]) == above
    for name, id in above.items():
        assert bool(await api.ids(f"/vars?filter[{name}]={id or places[name]}")) is bool(id)
        assert bool(await api.ids(f"/vars?filter[{name}]=null")) is not bool(id)
        assert await api.ids(f"/vars?filter[{name}]=in:null,{places[name]}")


@pytest.mark.parametrize("given", GIVEN, ids=" ".join)
async def test_a_variable_that_moves_names_every_scope_above_the_new_one(api, places, given):
    _, document = await variable(api, places, "workspace")
    moved = {"workspace": one("workspaces", None), "environment": one("environments", None)}
    moved |= {name: link for name, link in links(places, *given).items() if name != "account"}
    _, document = await api.patch(document["data"], "/vars", {"value": "v"}, moved)
    own = max(map(SCOPES.index, given), default=0)
    assert place(document["data"]) == {
        n: places[n] if i <= own else None for i, n in enumerate(SCOPES)
    }


async def test_a_variable_goes_with_its_workspace_to_another_environment(api, places):
    _, document = await variable(api, places, "workspace")
    home = {"type": "workspaces", "id": places["workspace"]}
    there = {"environment": one("environments", places["elsewhere"])}
    for links, found in (({}, ENVIRONMENT), (there, places["elsewhere"])):
        assert (await api.patch(home, "/workspaces", {"auto-apply": True}, links))[0] == 200
        shown = (await api.get(f"/vars/{document['data']['id']}"))["data"]
        assert place(shown) == {**{n: places[n] for n in SCOPES}, "environment": found}
        assert await api.ids(f"/vars?filter[environment]={found}") == [shown["id"]]


async def test_scopes_that_contradict_each_other_are_refused(api, places):
    elsewhere = api.emu.create("accounts", {"name": "elsewhere"})
    foreign = {**places, "account": elsewhere.id, "environment": places["elsewhere"]}
    for wide, narrow in (("environment", "workspace"), ("account", "environment")):
        both = links({**places, wide: foreign[wide]}, wide, narrow)
        body = resource("vars", {"key": "k", "category": "shell"}, both)
        status, document = await api("POST", "/vars", body)
        assert status == 422
        assert document["errors"][0]["source"] == {"pointer": f"/data/relationships/{wide}"}
    assert await api.ids("/vars") == []


async def test_keys_are_unique_in_the_narrowest_scope(api, places):
    for scopes in (("account",), ("environment",), ("workspace",)):
        assert (await variable(api, places, *scopes))[0] == 201
    for scopes in GIVEN:
        for query in ("", "?force=true"):
            status, document = await variable(api, places, *scopes, query=query, final=True)
            assert status == 422
            if scopes == SCOPES or query:
                assert document["errors"][0]["detail"] == "Key has already been taken"
    assert len(await api.ids("/vars")) == 3


@pytest.mark.parametrize("scope", ["environment", "workspace"])
@pytest.mark.parametrize("type", SCOPED)
async def test_what_has_a_scope_is_deleted_with_it(api, places, type, scope):
    emu = api.emu
    values = {"key": "k", "category": "shell"} if type == "vars" else {}
    roles = {} if type == "vars" else {"roles": ("role-t67mjtmaajmgdg1",)}
    ids = {name: emu.create(type, values, {name: places[name], **roles}).id for name in SCOPES}
    path = {"environment": "/environments", "workspace": "/workspaces"}[scope]
    assert (await api("DELETE", f"{path}/{places[scope]}"))[0] == 204
    left = [name for name, id in ids.items() if emu.store.get(type, id)]
    assert left == list(SCOPES[: SCOPES.index(scope)])


@pytest.mark.parametrize(("wide", "narrow"), WIDER)
async def test_a_final_variable_is_not_overridden(api, places, wide, narrow):
    _, document = await variable(api, places, wide, final=True)
    final = document["data"]
    _, document = await variable(api, places, narrow, key="other")
    other = document["data"]
    answers = [
        await variable(api, places, narrow, final=final, query=query)
        for final in (False, True)
        for query in ("", "?force=true")
    ]
    answers.append(await api.patch(other, "/vars", {"key": "k"}))
    for status, document in answers:
        assert status == 422
        assert document["errors"][0]["source"] == {"pointer": "/data/attributes/key"}
    for values in ({"category": "terraform"}, {"key": "K"}):
        assert (await variable(api, places, narrow, **values))[0] == 201
    assert (await api.patch(final, "/vars", {"value": "v"}))[0] == 200
    assert (await api.patch(final, "/vars", {"final": False}))[0] == 200
    assert (await variable(api, places, narrow))[0] == 201


@pytest.mark.parametrize("by", ["POST", "PATCH", "move"])
@pytest.mark.parametrize(("wide", "narrow"), WIDER)
async def test_a_variable_that_is_overridden_becomes_final_by_force(api, places, wide, narrow, by):
    _, document = await variable(api, places, narrow)
    lower = document["data"]["id"]
    kept = [
        (await variable(api, places, narrow, **values))[1]["data"]["id"]
        for values in ({"category": "terraform"}, {"key": "K"})
    ]
    beside = {"environment": places["elsewhere"], "account": ACCOUNT}
    if wide == "environment":
        kept.append((await variable(api, beside, "environment"))[1]["data"]["id"])
    body, path = resource("vars", {"final": True}), "/vars"
    if by == "POST":
        values = {"key": "k", "category": "shell", "final": True}
        body = resource("vars", values, links(places, wide))
    else:
        _, document = await variable(api, places, wide)
        path += f"/{document['data']['id']}"
    if by == "move":  # the key becomes the one that is overridden
        assert (await api("PATCH", path, resource("vars", {"key": "x", "final": True})))[0] == 200
        body = resource("vars", {"key": "k"})
    method = "POST" if by == "POST" else "PATCH"
    for query in ("", "?force=false"):
        status, document = await api(method, path + query, body)
        assert status == 422
        assert document["errors"][0]["source"] == {"pointer": "/data/attributes/final"}
        assert api.emu.store.get("vars", lower)
    status, document = await api(method, f"{path}?force=true", body)
    assert (status, document["data"]["attributes"]["final"]) == (201 if by == "POST" else 200, True)
    assert set(await api.ids("/vars")) == {document["data"]["id"], *kept}


async def test_a_final_variable_that_moves_up_does_not_override_itself(api, places):
    _, document = await variable(api, places, "workspace", final=True)
    away = {"workspace": one("workspaces", None)}
    status, document = await api.patch(document["data"], "/vars", {}, away)
    assert (status, place(document["data"])["workspace"]) == (200, None)
    back = links(places, "workspace")
    status, document = await api.patch(document["data"], "/vars", {}, back)
    assert (status, place(document["data"])["workspace"]) == (200, places["workspace"])


CATEGORIZED = [
    (schema.type, category)
    for schema in CATALOG.schemas.values()
    if {"category", "hcl"} <= schema.attributes.keys()
    for category in schema.attributes["category"].enum
]


@pytest.mark.parametrize(("type", "category"), CATEGORIZED)
async def test_only_terraform_variables_are_hcl(api, type, category):
    is_hcl = category == "terraform"
    own = {} if type == "vars" else {"var-set": one("var-sets", make(api.emu, "var-sets"))}
    values = {"key": "k", "value": "v", "category": category}
    path = f"/{type}"
    made = await api.create(path, type, {**values, "hcl": True}, own)
    assert made["attributes"]["hcl"] is is_hcl
    for hcl in (False, True):
        _, document = await api.patch(made, path, {"hcl": hcl})
        assert document["data"]["attributes"]["hcl"] is (hcl and is_hcl)


async def test_what_has_a_narrower_scope_than_the_account_need_not_name_it(api, places):
    """The account of access policies is one scope of three, not above the others."""
    roles = {"roles": many("roles", "role-t67mjtmaajmgdg1")}
    for given in GIVEN:
        body = resource("access-policies", {}, {**roles, **links(places, *given)})
        _, document = await api("POST", "/access-policies", body)
        named = {n: places[n] if n in (given or ["account"]) else None for n in SCOPES}
        assert place(document["data"]) == named
