"""An object that is sent back as it was read stays as it is."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from .test_every_operation import PREPARED
from .world import CATALOG, fill

STAMPS = {"updated-at", "updated-by", "updated-by-email"}
GOT = {route.path for route in CATALOG.routes if route.method == "GET"}
UPDATES = [r for r in CATALOG.routes if r.operation == "update" and r.path in GOT]


def shown(data: Any) -> Any:
    """Return the members of an object, without the time and the author of its last change."""
    members = {**data["attributes"], **data.get("relationships", {})}
    return {name: value for name, value in members.items() if name not in STAMPS}


def as_another_might_have_left_it(emu, type: str, id: str) -> None:
    """Set what only some writes of an object set."""
    record = emu.store.get(type, id)
    if type == "access-tokens":
        emu.update(record, {"expires-in": 60, "expires-at": emu._service.now(minutes=60)})


@pytest.mark.parametrize("route", UPDATES, ids=lambda route: route.name)
async def test_what_is_written_back_unchanged_stays(api, emu, route):
    own, build = PREPARED.get(route.name, ("", None))
    path = route.path.replace(f"{{{own}}}", build(emu)) if build is not None else route.path
    path = fill(emu, path)
    data = (await api.get(path))["data"]
    if "{" in route.path:
        as_another_might_have_left_it(emu, data["type"], data["id"])
        data = (await api.get(path))["data"]
    now = emu._service.clock() + timedelta(hours=0.5)
    emu._service.clock = lambda: now
    status, answer = await api("PATCH", path, {"data": data})
    assert status == route.statuses[0], json.dumps(answer)
    assert shown(answer["data"]) == shown(data)
    assert shown((await api.get(path))["data"]) == shown(data)


async def test_of_two_names_of_a_setting_the_one_that_changed_counts(api):
    made = await api.workspace("w")
    path = f"/workspaces/{made['id']}"
    modes = []
    for change in ({"operations": False}, {"execution-mode": "remote"}):
        whole = (await api.get(path))["data"]
        whole["attributes"] |= change
        status, answer = await api("PATCH", path, {"data": whole})
        assert status == 200
        shown = answer["data"]["attributes"]
        modes.append((shown["execution-mode"], shown["operations"]))
    assert modes == [("local", False), ("remote", True)]


async def test_a_change_of_the_protection_names_its_author(api):
    made = await api.workspace("w")
    changed = {"deletion-protection-enabled": False}
    _, answer = await api.patch(made, "/workspaces", changed)
    author = "deletion-protection-changed-by-email"
    assert answer["data"]["attributes"][author] == api.emu._service.owner.email
