"""The schedules that a workspace shows are its run schedules, whichever of the two was written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from scalr_async.emulator import Emulator

from .conftest import Api, one, resource
from .world import make_workspace

RULES = "/run-schedule-rules"
EARLY, LATE = "0 1 * * *", "0 3 * * *"
MODES = ("apply", "destroy")


async def check(api: Any, workspace: str, **expected: str) -> None:
    """Check the schedules of a workspace, and its run schedules, by mode."""
    shown = (await api.get(f"/workspaces/{workspace}"))["data"]["attributes"]
    rules = (await api.get(f"{RULES}?filter[workspace]={workspace}"))["data"]
    listed = [(r["attributes"]["schedule-mode"], r["attributes"]["schedule"]) for r in rules]
    assert sorted(listed) == sorted(expected.items())
    for mode in MODES:
        assert shown[f"{mode}-schedule"] == expected.get(mode)
        found = await api.ids(f"/workspaces?filter[{mode}-schedule]={expected.get(mode, 'null')}")
        assert workspace in found


def rule(workspace: str, mode: str, schedule: str) -> Any:
    attributes = {"schedule": schedule, "schedule-mode": mode}
    return resource("run-schedule-rules", attributes, {"workspace": one("workspaces", workspace)})


@pytest.mark.parametrize("mode", MODES)
async def test_a_schedule_set_at_the_workspace_is_a_run_schedule(api: Any, mode: str) -> None:
    id = make_workspace(api.emu)
    action = f"/workspaces/{id}/actions/set-schedule"

    await check(api, id)
    for schedule in (EARLY, LATE):
        assert (await api("POST", action, {f"{mode}-schedule": schedule}))[0] == 200
        await check(api, id, **{mode: schedule})
    status, document = await api("POST", RULES, rule(id, mode, EARLY))
    assert status == 422
    assert document["errors"][0]["source"] == {"pointer": "/data/attributes/schedule-mode"}
    for nothing in (None, ""):
        assert (await api("POST", action, {f"{mode}-schedule": nothing}))[0] == 200
        await check(api, id)


@pytest.mark.parametrize("mode", MODES)
async def test_a_workspace_shows_its_run_schedules(api: Any, mode: str) -> None:
    id, other = make_workspace(api.emu), "destroy" if mode == "apply" else "apply"

    status, document = await api("POST", RULES, rule(id, mode, EARLY))
    assert status == 201
    made = document["data"]
    await check(api, id, **{mode: EARLY})
    assert (await api.patch(made, RULES, {"schedule": LATE}))[0] == 200
    await check(api, id, **{mode: LATE})
    assert (await api.patch(made, RULES, {"schedule-mode": other}))[0] == 200
    await check(api, id, **{other: LATE})
    record = api.emu.store.get("run-schedule-rules", made["id"])
    api.emu.update(record, {"schedule": EARLY})
    await check(api, id, **{other: EARLY})
    assert (await api.patch(made, RULES, {"schedule-mode": "refresh"}))[0] == 200
    await check(api, id, refresh=EARLY)
    assert (await api("DELETE", f"{RULES}/{made['id']}"))[0] == 204
    await check(api, id)


async def test_a_refused_schedule_changes_nothing(api: Any) -> None:
    id = make_workspace(api.emu)
    wrong = {"apply-schedule": EARLY, "destroy-schedule": "whenever"}
    assert (await api("POST", f"/workspaces/{id}/actions/set-schedule", wrong))[0] == 422
    await check(api, id)


async def test_a_workspace_is_created_with_its_run_schedules(api: Any) -> None:
    first = make_workspace(api.emu)
    home = {"environment": api.emu.store.get("workspaces", first).related("environment")[0]}
    id = api.emu.create("workspaces", {"name": "w", "apply-schedule": EARLY}, home).id
    await check(api, id, apply=EARLY)


@pytest.mark.parametrize("kinds", [("workspaces",), ("workspaces", "run-schedule-rules")])
async def test_a_crawl_keeps_schedules_with_or_without_run_schedules(
    api: Any, tmp_path: Path, kinds: tuple[str, ...]
) -> None:
    id = make_workspace(api.emu)
    body = {"apply-schedule": EARLY, "destroy-schedule": LATE}
    assert (await api("POST", f"/workspaces/{id}/actions/set-schedule", body))[0] == 200
    lines = [each for kind in kinds for each in (await api.get(f"/{kind}"))["data"]]
    file = tmp_path / "inventory.ndjson"
    file.write_text("".join(json.dumps(each) + "\n" for each in lines))

    async with Emulator.load(file) as emu, aiohttp.ClientSession() as session:
        await check(Api(emu, session), id, apply=EARLY, destroy=LATE)
