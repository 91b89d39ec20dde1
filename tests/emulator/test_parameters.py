"""Every operation takes the query parameters that it declares, and refuses others by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from scalr_async.emulator import Emulator, LoggedRequest

from .conftest import ACCOUNT, many, related, resource
from .test_declared import OPERATIONS
from .world import CATALOG, fill

EMULATOR = Emulator()
ROUTES = pytest.mark.parametrize("route", CATALOG.routes, ids=lambda route: route.name)


def answered(method: str, path: str, name: str, value: str) -> tuple[int, Any]:
    request = LoggedRequest(method=method.upper(), path=path, query=((name, value),))
    answer = EMULATOR._api.answer(request, authorization=f"Bearer {EMULATOR.token}")
    return answer.status, json.loads(answer.body) if answer.status == 400 else None


def assert_refused(method: str, path: str, name: str, value: str) -> None:
    status, document = answered(method, path, name, value)
    assert status == 400, (method, path, name, value)
    assert document["errors"][0]["source"] == {"parameter": name}


@ROUTES
def test_an_unknown_parameter_is_refused_by_name(route):
    for name in ("nope", "filter[nope]", "filter[nope", "sort", "fields[tags"):
        assert_refused(route.method, route.path, name, "nope")
    if route.operation != "list":
        for name in {"query", "sort[favorite-first]"} - {*route.query}:
            assert_refused(route.method, route.path, name, "nope")


@ROUTES
def test_pages_are_asked_of_any_operation_and_refused_by_none(route):
    status, document = answered(route.method, route.path, "page[number]", "1")
    assert status != 400 or "source" not in document["errors"][0]


def few_values() -> Iterator[Any]:
    """Yield each declared parameter that has few values, with them.

    Filters are not among them, because they may have any value: most match nothing.
    """
    for path, method, node in OPERATIONS:
        for parameter in node.get("parameters", ()):
            name, schema = parameter["name"], parameter["schema"]
            schema = schema.get("items", schema)
            values = schema.get("enum") or (schema["type"] == "boolean" and ["true", "false"])
            others = name in ("include", "sort") or name.startswith("filter[")
            if parameter["in"] == "query" and values and not others:
                yield pytest.param(method, path, name, values, id=f"{method} {path} {name}")


@pytest.mark.parametrize(("method", "path", "name", "values"), [*few_values()])
def test_a_parameter_has_the_values_that_are_declared(method, path, name, values):
    for wrong in ("nope", "", f"{values[0]}x"):
        assert_refused(method, path, name, wrong)
    for value in values:
        status, document = answered(method, path, name, value)
        assert status != 400 or "parameter" not in document["errors"][0].get("source", {})


@pytest.mark.parametrize("route", [r for r in CATALOG.routes if "/relationships/" in r.path])
def test_identifiers_include_and_select_nothing(route):
    for name in ("include", "fields[tags]", "filter[name]", "sort", "query"):
        assert_refused(route.method, route.path, name, "name")


ACTIONS = [r for r in CATALOG.routes if r.operation in ("action", "other") and r.schema]


@pytest.mark.parametrize("route", ACTIONS, ids=lambda route: route.name)
async def test_an_action_that_can_not_be_answered_as_asked_has_no_effect(api, emu, route):
    path = fill(emu, route.path)
    before = emu.store.revision
    status, document = await api(route.method, f"{path}?include=nope", {})
    assert (status, document["errors"][0]["source"]) == (400, {"parameter": "include"})
    assert emu.store.revision == before


async def test_an_invitation_grants_roles_and_answers_what_is_included(api):
    team = await api.create("/teams", "teams", {"name": "t"})
    role = (await api.ids("/roles"))[0]
    links = {"teams": many("teams", team["id"]), "roles": many("roles", role)}
    body = resource("users", {"email": "new@example.com"}, links)
    path = f"/accounts/{ACCOUNT}/actions/invite?include=user,teams"
    status, document = await api("POST", path, body)
    assert status == 201
    user = related(document["data"], "user")
    assert {one["id"] for one in document["included"]} == {user, team["id"]}
    policies = (await api.get(f"/access-policies?filter[user]={user}"))["data"]
    granted = [(related(p, "account"), related(p, "roles")) for p in policies]
    assert granted == [(ACCOUNT, [role])]
