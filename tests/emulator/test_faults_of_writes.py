"""Each attribute and each relationship of each new object, given a value that it does not take."""

from __future__ import annotations

import pytest

from scalr_async.emulator.engine.errors import ApiError

from .conftest import one
from .world import CATALOG, body, fill

CREATES = [route for route in CATALOG.routes if route.operation == "create"]
WRONG = {
    "string": 5,
    "integer": "five",
    "number": "five",
    "boolean": "yes",
    "array": 5,
    "object": 5,
}


async def faults(api, route, attributes=(), relationships=(), without=()):
    """Send a good document with these members changed; returns the status and the pointers."""
    document = body(api.emu, CATALOG.schemas[route.body])
    document["data"]["attributes"] |= dict(attributes)
    document["data"].setdefault("relationships", {}).update(dict(relationships))
    for kind in ("attributes", "relationships"):
        members = document["data"][kind]
        document["data"][kind] = {n: v for n, v in members.items() if n not in without}
    status, answer = await api("POST", fill(api.emu, route.path), document)
    assert status >= 400, answer
    assert all(error["status"] == str(status) and error["title"] for error in answer["errors"])
    return status, [error["source"]["pointer"] for error in answer["errors"]], answer["errors"]


@pytest.mark.parametrize("route", CREATES, ids=lambda route: route.name)
async def test_attributes(api, route):
    fields = CATALOG.schemas[route.body].attributes
    writable = {name: field for name, field in fields.items() if not field.read_only}
    wrong = {name: WRONG[f.kind] for name, f in writable.items() if f.kind in WRONG}
    status, pointers, _ = await faults(api, route, {**wrong, "no-such-thing": 1})
    assert status == 422
    assert set(pointers) == {f"/data/attributes/{name}" for name in (*wrong, "no-such-thing")}
    enums = {n: "no such member" for n, f in writable.items() if f.enum and f.kind == "string"}
    if enums:
        status, pointers, errors = await faults(api, route, enums)
        assert (status, sorted(pointers)) == (422, sorted(f"/data/attributes/{n}" for n in enums))
        details = {error["detail"] for error in errors}
        assert {d for d in details if not d.startswith("Value must be one of: ")} == set()


@pytest.mark.parametrize("route", CREATES, ids=lambda route: route.name)
async def test_required_members(api, route):
    schema = CATALOG.schemas[route.body]
    attributes = {n for n, f in schema.attributes.items() if f.required and not f.read_only}
    links = {
        n
        for n, r in schema.relationships.items()
        if (r.required or not (r.many or r.nullable or r.read_only)) and n != "account"
    }
    if not attributes | links:
        return
    status, pointers, _ = await faults(api, route, without=attributes | links)
    assert status == 422
    wanted = {f"/data/attributes/{n}" for n in attributes}
    assert set(pointers) == wanted | {f"/data/relationships/{n}" for n in links}


@pytest.mark.parametrize("type", ["configuration-versions", "runs", "state-versions"])
async def test_a_workspace_is_named_to_the_emulator_itself_too(emu, type):
    with pytest.raises(ApiError) as refused:
        emu.create(type)
    assert refused.value.errors[0]["source"] == {"pointer": "/data/relationships/workspace"}


@pytest.mark.parametrize("route", CREATES, ids=lambda route: route.name)
async def test_relationships(api, route):
    links = {
        name: relationship
        for name, relationship in CATALOG.schemas[route.body].relationships.items()
        if not relationship.read_only
    }
    pointers = {f"/data/relationships/{name}" for name in links}
    if not links:
        return
    other = {name: one("things", "thing-1") for name in links}
    status, found, _ = await faults(api, route, relationships={**other, "no-such-thing": None})
    assert (status, set(found)) == (422, pointers | {"/data/relationships/no-such-thing"})
    unknown = {}
    for name, relationship in links.items():
        identifier = {"type": relationship.target, "id": "none-1"}
        unknown[name] = {"data": [identifier] if relationship.many else identifier}
    status, found, errors = await faults(api, route, relationships=unknown)
    assert (status, set(found)) == (404, pointers)
    for error in errors:
        name = error["source"]["pointer"].rpartition("/")[2]
        assert error["title"] == "Invalid Relationship"
        assert error["detail"].endswith(" with ID 'none-1' not found or user unauthorized.")
        if links[name].many:
            assert error["detail"].startswith(f"Relationship '{name}' ")


@pytest.mark.parametrize("route", CREATES, ids=lambda route: route.name)
async def test_what_is_read_only_is_not_taken_over(api, route):
    fields = CATALOG.schemas[route.body].attributes
    given = {n: "not mine to say" for n, f in fields.items() if f.read_only}
    document = body(api.emu, CATALOG.schemas[route.body])
    document["data"]["attributes"] |= given
    status, answer = await api("POST", fill(api.emu, route.path), document)
    assert status == 201
    assert "not mine to say" not in answer["data"].get("attributes", {}).values()
