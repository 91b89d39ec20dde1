"""Runs: how they come about, move on, wait, and end."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from scalr_async._catalog import load
from scalr_async.emulator import RunScript

from .conftest import ENVIRONMENT, one, related, resource

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def forward(self, seconds):
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock(emu):
    clock = Clock()
    emu._service.clock = clock
    emu.run_step = 10
    return clock


@pytest.fixture
async def workspace(api):
    return await api.workspace("w")


@pytest.fixture
async def version(api, workspace):
    return await uploaded(api, workspace)


async def uploaded(api, workspace):
    made = await api.create(
        "/configuration-versions",
        "configuration-versions",
        {},
        {"workspace": one("workspaces", workspace["id"])},
    )
    async with api.session.put(made["links"]["upload"], data=b"archive") as answer:
        assert answer.status == 200
    return made


async def start(api, workspace, **attributes):
    belongs = {"workspace": one("workspaces", workspace["id"])}
    given = {name.replace("_", "-"): value for name, value in attributes.items()}
    return await api.create("/runs", "runs", given, belongs)


async def status(api, run):
    return (await api.get(f"/runs/{run['id']}"))["data"]["attributes"]["status"]


async def act(api, run, action, body=None):
    code, _ = await api("POST", f"/runs/{run['id']}/actions/{action}", body)
    return code


async def test_a_run_moves_by_the_clock_until_it_waits(api, clock, version, workspace):
    run = await start(api, workspace, message="hello")
    assert run["attributes"]["status"] == "pending"
    assert related(run, "configuration-version") == version["id"]
    assert related(run, "environment") == ENVIRONMENT
    seen = []
    for _ in range(8):
        clock.forward(10)
        seen.append(await status(api, run))
    assert seen == ["plan_queued", *["planning"] * 3, *["planned"] * 4]
    shown = (await api.get(f"/runs/{run['id']}?include=plan,apply,status-transitions"))["data"]
    assert shown["attributes"]["status-timestamps"]["planned-at"] == "2026-03-01T12:00:50Z"
    assert shown["attributes"]["has-changes"] is True
    plan = (await api.get(f"/plans/{related(shown, 'plan')}"))["data"]["attributes"]
    assert (plan["status"], plan["has-changes"], plan["resource-additions"]) == (
        "finished",
        True,
        2,
    )
    assert await act(api, run, "apply", {"comment": "go"}) == 202
    assert await status(api, run) == "confirmed"
    assert await act(api, run, "apply", {}) == 409
    clock.forward(1000)
    assert await status(api, run) == "applied"
    document = await api.get(f"/runs/{run['id']}?include=status-transitions")
    transitions = document["included"]
    assert [t["attributes"]["status"] for t in transitions][:2] == ["pending", "plan_queued"]
    confirmed = [t for t in transitions if t["attributes"]["status"] == "confirmed"]
    assert confirmed[0]["attributes"]["reason"] == "go"
    assert related(confirmed[0], "user") is not None


async def test_a_run_that_applies_itself_leaves_a_state(api, clock, version, workspace):
    path = f"/workspaces/{workspace['id']}"
    assert (await api("GET", f"{path}/current-state-version"))[0] == 404
    run = await start(api, workspace, auto_apply=True)
    clock.forward(1000)
    assert await status(api, run) == "applied"
    state = (await api.get(f"{path}/current-state-version"))["data"]
    assert related(state, "run") == run["id"]
    assert state["attributes"]["serial"] == 1
    assert len(state["attributes"]["resources"]) == 2
    assert (await api.get(path))["data"]["attributes"]["has-resources"] is True
    outputs = (await api.get(f"{path}/outputs"))["data"]
    assert {"name": "password", "sensitive": True, "value": None} in outputs
    assert {"name": "count", "sensitive": False, "value": 2} in outputs
    again = await start(api, workspace, auto_apply=True)
    clock.forward(1000)
    assert await status(api, again) == "applied"
    states = (await api.get(f"/state-versions?filter[workspace]={workspace['id']}"))["data"]
    assert [s["attributes"]["serial"] for s in states] == [1, 2]
    assert related(states[1], "previous-state-version") == states[0]["id"]
    assert related(states[0], "next-state-version") == states[1]["id"]
    destroy = await start(api, workspace, auto_apply=True, is_destroy=True)
    clock.forward(1000)
    assert await status(api, destroy) == "applied"
    state = (await api.get(f"{path}/current-state-version"))["data"]["attributes"]
    assert state["resources"] == state["outputs"] == []
    nothing = await start(api, workspace, is_destroy=True)
    clock.forward(1000)
    assert await status(api, nothing) == "planned_and_finished"
    refresh = await start(api, workspace, refresh_only=True)
    clock.forward(1000)
    assert await status(api, refresh) == "planned_and_finished"


async def test_with_no_step_runs_are_done_at_once(api, version, workspace):
    api.emu.run_step = 0
    assert api.emu.run_step == 0
    run = await start(api, workspace, auto_apply=True)
    assert run["attributes"]["status"] == "pending"
    assert await status(api, run) == "applied"


async def test_with_endless_steps_only_tests_move_runs(api, version, workspace):
    api.emu.run_step = math.inf
    run = await start(api, workspace)
    assert await status(api, run) == "pending"
    api.emu.advance(run["id"])
    assert await status(api, run) == "plan_queued"
    api.emu.advance(run["id"], "planned")
    assert await status(api, run) == "planned"
    with pytest.raises(ValueError, match="waits for somebody: planned"):
        api.emu.advance(run["id"])
    assert await act(api, run, "apply") == 202
    api.emu.advance(run["id"], "applied")
    with pytest.raises(ValueError, match="over: applied"):
        api.emu.advance(run["id"])
    with pytest.raises(ValueError, match="no run 'run-none'"):
        api.emu.advance("run-none")


async def test_a_run_waits_for_its_configuration(api, clock, workspace):
    belongs = {"workspace": one("workspaces", workspace["id"])}
    status_, document = await api("POST", "/runs", resource("runs", {}, belongs))
    assert status_ == 422
    assert document["errors"][0]["title"] == "Invalid Relationship"
    assert document["errors"][0]["detail"].startswith("No configuration versions available")
    pointer = {"pointer": "/data/relationships/configuration-version"}
    assert document["errors"][0]["source"] == pointer
    version = await api.create(
        "/configuration-versions", "configuration-versions", {"is-dry": True}, belongs
    )
    assert (await api("POST", "/runs", resource("runs", {}, belongs)))[0] == 422
    named = {**belongs, "configuration-version": one("configuration-versions", version["id"])}
    run = await api.create("/runs", "runs", {}, named)
    assert run["attributes"]["is-dry"] is True
    clock.forward(1000)
    assert await status(api, run) == "pending"
    with pytest.raises(ValueError, match="waits for its configuration"):
        api.emu.advance(run["id"])
    async with api.session.put(version["links"]["upload"], data=b"archive"):
        pass
    assert await status(api, run) == "pending"
    clock.forward(10)
    assert await status(api, run) == "plan_queued"
    clock.forward(1000)
    assert await status(api, run) == "planned_and_finished"
    assert related(run, "apply") is None


async def put_empty(api, version):
    async with api.session.put(version["links"]["upload"], data=b"") as answer:
        assert answer.status == 200


@pytest.mark.parametrize("step", [0, 10, math.inf])
async def test_a_failed_upload_ends_its_runs_and_takes_no_more(api, clock, workspace, step):
    api.emu.run_step = step
    belongs = {"workspace": one("workspaces", workspace["id"])}
    path = "/configuration-versions"
    failed = await api.create(path, path.strip("/"), {}, belongs)
    named = {**belongs, "configuration-version": one(path.strip("/"), failed["id"])}
    early = await api.create("/runs", "runs", {}, named)
    await put_empty(api, failed)
    assert await status(api, early) == "errored"
    code, document = await api("POST", "/runs", resource("runs", {}, named))
    pointer = {"pointer": "/data/relationships/configuration-version"}
    assert (code, document["errors"][0]["source"]) == (422, pointer)
    await uploaded(api, workspace)
    later = await start(api, workspace)
    api.emu.advance(later["id"], "planned")
    assert await status(api, later) == "planned"


async def test_a_failed_upload_ends_no_run_that_a_test_deleted(api, workspace):
    belongs = {"workspace": one("workspaces", workspace["id"])}
    path = "/configuration-versions"
    failed = await api.create(path, path.strip("/"), {}, belongs)
    named = {**belongs, "configuration-version": one(path.strip("/"), failed["id"])}
    run = api.emu.store.get("runs", (await api.create("/runs", "runs", {}, named))["id"])
    api.emu.delete(run)
    await put_empty(api, failed)
    assert await api.ids("/runs") == []


async def test_an_upload_for_a_deleted_workspace_finds_nothing(api, workspace):
    belongs = {"workspace": one("workspaces", workspace["id"])}
    path = "/configuration-versions"
    made = await api.create(path, path.strip("/"), {}, belongs)
    assert (await api("DELETE", f"/workspaces/{workspace['id']}"))[0] == 204
    async with api.session.put(made["links"]["upload"], data=b"archive") as answer:
        assert answer.status == 404


async def test_a_configuration_is_of_its_workspace(api, version, workspace):
    other = await api.workspace("other")
    belongs = {
        "workspace": one("workspaces", other["id"]),
        "configuration-version": one("configuration-versions", version["id"]),
    }
    code, document = await api("POST", "/runs", resource("runs", {}, belongs))
    assert (code, document["errors"][0]["title"]) == (422, "Invalid Relationship")
    for path, type in (
        ("/runs", "runs"),
        ("/configuration-versions", "configuration-versions"),
        ("/state-versions", "state-versions"),
    ):
        code, document = await api("POST", path, resource(type, {}, {}))
        pointer = document["errors"][0]["source"]["pointer"]
        assert (code, pointer) == (422, "/data/relationships/workspace")


async def test_a_repository_has_a_configuration_at_any_time(api, clock):
    workspace = await api.create(
        "/workspaces",
        "workspaces",
        {"name": "vcs", "vcs-repo": {"identifier": "acme/app"}},
        {"environment": one("environments", ENVIRONMENT)},
    )
    run = await start(api, workspace)
    version = api.emu.store.get("configuration-versions", related(run, "configuration-version"))
    assert (version.attributes["source"], version.attributes["status"]) == ("vcs", "uploaded")


async def test_an_upload_may_start_a_run(api, clock, workspace):
    belongs = {"workspace": one("workspaces", workspace["id"])}
    made = await api.create(
        "/configuration-versions", "configuration-versions", {"auto-queue-runs": True}, belongs
    )
    async with api.session.put(made["links"]["upload"], data=b"archive"):
        pass
    runs = (await api.get(f"/runs?filter[workspace]={workspace['id']}"))["data"]
    assert [r["attributes"]["source"] for r in runs] == ["configuration-version"]
    shown = (await api.get(f"/workspaces/{workspace['id']}"))["data"]
    assert related(shown, "latest-run") == runs[0]["id"]
    assert related(shown, "latest-configuration-version") == made["id"]


async def test_one_run_after_the_other(api, clock, version, workspace):
    first = await start(api, workspace)
    second = await start(api, workspace)
    third = await start(api, workspace)
    dry = await start(api, workspace, is_dry=True)
    clock.forward(1000)
    assert await status(api, first) == "planned"
    assert await status(api, second) == "pending"
    assert await status(api, dry) == "planned_and_finished"
    assert await api.ids("/runs-queue") == [second["id"], third["id"]]
    assert len(await api.ids(f"/runs?filter[env-or-ws]={ENVIRONMENT}")) == 4
    assert await api.ids("/runs?filter[env-or-ws]=ws-other") == []
    shown = (await api.get(f"/runs/{third['id']}"))["data"]["attributes"]
    assert shown["position-in-queue"] == 2
    assert await act(api, first, "discard", {"comment": "no"}) == 202
    assert await status(api, first) == "discarded"
    clock.forward(1000)
    assert await status(api, second) == "planned"
    fourth = await start(api, workspace)
    assert await act(api, fourth, "force", {}) == 202
    for run in (second, third):
        assert await status(api, run) == "discarded"
    clock.forward(10)
    assert await status(api, fourth) == "plan_queued"
    assert await act(api, fourth, "force") == 409
    fifth = await start(api, workspace)
    assert await act(api, fifth, "force") == 202
    assert await status(api, fourth) == "canceled"
    alone = await start(api, workspace, is_dry=True)
    assert await act(api, alone, "force") == 202


async def test_the_newest_run_may_push_the_others_aside(api, clock, version, workspace):
    assert (await api.patch(workspace, "/workspaces", {"force-latest-run": True}))[0] == 200
    first = await start(api, workspace)
    clock.forward(1000)
    assert await status(api, first) == "planned"
    second = await start(api, workspace)
    assert await status(api, first) == "discarded"
    assert await status(api, second) == "pending"


async def test_a_locked_workspace_holds_its_runs(api, clock, version, workspace):
    await api("POST", f"/workspaces/{workspace['id']}/actions/lock", {})
    run = await start(api, workspace)
    clock.forward(1000)
    assert await status(api, run) == "pending"
    await api("POST", f"/workspaces/{workspace['id']}/actions/unlock")
    clock.forward(10)
    assert await status(api, run) == "plan_queued"


async def test_cancelling(api, clock, version, workspace):
    run = await start(api, workspace)
    clock.forward(20)
    assert await status(api, run) == "planning"
    assert await act(api, run, "discard") == 409
    assert await act(api, run, "cancel", {"comment": "stop"}) == 202
    assert await status(api, run) == "canceled"
    plan = related((await api.get(f"/runs/{run['id']}"))["data"], "plan")
    assert (await api.get(f"/plans/{plan}"))["data"]["attributes"]["status"] == "canceled"
    for action in ("apply", "cancel", "discard", "force"):
        assert await act(api, run, action) == 409
    early = await start(api, workspace)
    assert await act(api, early, "cancel") == 204
    waiting = await start(api, workspace)
    clock.forward(1000)
    assert await act(api, waiting, "cancel") == 409
    gone = await start(api, workspace)
    assert await act(api, gone, "discard") == 202


async def test_confirming_for_later(api, clock, version, workspace):
    run = await start(api, workspace)
    clock.forward(1000)
    at = (clock.now + timedelta(hours=1)).isoformat()
    assert await act(api, run, "apply", {"apply-at": at}) == 202
    shown = (await api.get(f"/runs/{run['id']}"))["data"]["attributes"]
    assert (shown["status"], shown["apply-at"]) == ("planned", at)
    clock.forward(3500)
    assert await status(api, run) == "planned"
    clock.forward(100)
    assert await status(api, run) == "confirmed"


async def test_planning_for_later(api, clock, version, workspace):
    at = (clock.now + timedelta(hours=1)).isoformat()
    run = await start(api, workspace, plan_at=at)
    clock.forward(3500)
    assert await status(api, run) == "pending"
    clock.forward(105)
    assert await status(api, run) == "plan_queued"
    unzoned = await start(api, workspace, plan_at="2026-01-02T03:04:05")
    assert unzoned["attributes"]["status"] == "pending"


@pytest.mark.parametrize(
    ("script", "end", "failed"),
    [
        (RunScript(fails="plan"), "errored", "plan"),
        (RunScript(fails="apply"), "errored", "apply"),
        (RunScript(additions=0), "planned_and_finished", None),
    ],
)
async def test_runs_follow_the_script(api, clock, version, workspace, script, end, failed):
    api.emu.run_script = script
    assert api.emu.run_script is script
    run = await start(api, workspace, auto_apply=True)
    clock.forward(1000)
    shown = (await api.get(f"/runs/{run['id']}?include=plan,apply"))["data"]
    assert shown["attributes"]["status"] == end
    if failed is not None:
        assert shown["attributes"]["error-message"]
        part = api.emu.store.find(related(shown, failed))
        assert part.attributes["status"] == "errored"


async def checked(api, **attributes):
    """A policy group that checks the environment."""
    provider = api.emu.create("vcs-providers", {"name": "v"})
    group = api.emu.create(
        "policy-groups",
        {"name": "g", "vcs-repo": {"identifier": "acme/policies"}, **attributes},
        {"vcs-provider": provider.id},
    )
    body = {"data": [{"type": "environments", "id": ENVIRONMENT}]}
    path = f"/policy-groups/{group.id}/relationships/environments"
    assert (await api("POST", path, body))[0] == 204
    return group


async def test_a_failed_policy_is_overridden(api, clock, version, workspace):
    await checked(api)
    api.emu.create("infracost-integration", {"name": "i", "api-key": "k", "is-shared": True})
    api.emu.run_script = RunScript(policies="soft_failed")
    run = await start(api, workspace)
    clock.forward(1000)
    shown = (await api.get(f"/runs/{run['id']}"))["data"]
    assert shown["attributes"]["status"] == "policy_override"
    check = related(shown, "policy-checks")[0]
    assert await api.ids(f"/runs/{run['id']}/policy-checks") == [check]
    result = (await api.get(f"/policy-checks/{check}"))["data"]["attributes"]
    assert (result["status"], result["result"]["soft-failed"]) == ("soft_failed", 1)
    assert result["result"]["policies"][0]["name"] == "policy"
    assert await act(api, run, "apply") == 409
    override = f"/policy-checks/{check}/actions/override"
    code, document = await api("POST", override)
    assert (code, document["data"]["attributes"]["status"]) == (200, "overridden")
    assert (await api("POST", override))[0] == 409
    assert await status(api, run) == "policy_checked"
    assert await act(api, run, "apply") == 202
    clock.forward(1000)
    assert await status(api, run) == "applied"
    check_status = (await api.get(f"/policy-checks/{check}"))["data"]["attributes"]["status"]
    assert check_status == "overridden"
    estimate = (await api.get(f"/cost-estimates/{related(shown, 'cost-estimate')}"))["data"]
    assert estimate["attributes"]["proposed-monthly-cost"] == "14.60"


@pytest.mark.parametrize(
    ("worst", "end", "check"),
    [
        ("hard_failed", "errored", "hard_failed"),
        ("advisory_failed", "applied", "passed"),
        ("passed", "applied", "passed"),
    ],
)
async def test_policy_results(api, clock, version, workspace, worst, end, check):
    await checked(api)
    api.emu.run_script = RunScript(policies=worst)
    run = await start(api, workspace, auto_apply=True)
    clock.forward(1000)
    shown = (await api.get(f"/runs/{run['id']}?include=policy-checks"))["data"]
    assert shown["attributes"]["status"] == end
    record = api.emu.store.find(related(shown, "policy-checks")[0])
    assert record.attributes["status"] == check


async def test_hooks_and_early_checks_have_stages_of_their_own(api, clock, version, workspace):
    await checked(api, **{"execute-as": "pre_plan_check"})
    hook = api.emu.create("hooks", {"name": "h"})
    api.emu.create(
        "hook-environment-links",
        {"events": ["pre-apply"]},
        {"environment": ENVIRONMENT, "hook": hook.id},
    )
    await api.patch(workspace, "/workspaces", {"hooks": {"post-plan": "x", "post-apply": "y"}})
    run = await start(api, workspace, auto_apply=True)
    clock.forward(1000)
    document = await api.get(f"/runs/{run['id']}?include=status-transitions")
    seen = [t["attributes"]["status"] for t in document["included"]]
    for stage in ("pre_plan", "post_plan", "pre_apply", "post_apply"):
        assert f"{stage}_running" in seen
    assert seen[-1] == "applied"
    assert related(document["data"], "policy-checks") == []


async def test_saved_plans(api, clock, version, workspace):
    run = await start(api, workspace, save_plan=True)
    clock.forward(1000)
    assert await status(api, run) == "planned_and_saved"
    assert await act(api, run, "apply") == 202


async def test_one_run_triggers_another(api, clock, version, workspace):
    downstream, bare = await api.workspace("downstream"), await api.workspace("bare")
    await uploaded(api, downstream)
    for target in (downstream, bare):
        ends = {
            "upstream": one("workspaces", workspace["id"]),
            "downstream": one("workspaces", target["id"]),
        }
        await api.create("/run-triggers", "run-triggers", {}, ends)
        code, _ = await api("POST", "/run-triggers", resource("run-triggers", {}, ends))
        assert code == 422
    code, _ = await api(
        "POST",
        "/run-triggers",
        resource(
            "run-triggers", {}, {"upstream": ends["upstream"], "downstream": ends["upstream"]}
        ),
    )
    assert code == 422
    run = await start(api, workspace, auto_apply=True)
    clock.forward(1000)
    assert await status(api, run) == "applied"
    runs = (await api.get(f"/runs?filter[workspace]={downstream['id']}"))["data"]
    assert [related(r, "created-by-run") for r in runs] == [run["id"]]
    assert await api.ids(f"/runs?filter[workspace]={bare['id']}") == []


async def test_deleting_a_workspace_ends_its_runs(api, clock, version, workspace):
    run = await start(api, workspace)
    await start(api, workspace)
    clock.forward(10)
    assert (await api("DELETE", f"/workspaces/{workspace['id']}"))[0] == 204
    clock.forward(10)
    assert (await api("GET", f"/runs/{run['id']}"))[0] == 404
    assert api.emu.store.all("plans") == []


@pytest.mark.parametrize(
    ("placed", "plan", "apply"),
    [
        ("planned", "finished", "pending"),
        ("policy_override", "finished", "pending"),
        ("errored", "errored", "unreachable"),
        ("applied", "finished", "finished"),
        ("planning", "running", "pending"),
    ],
)
async def test_runs_that_a_test_puts_there_stay(api, clock, workspace, placed, plan, apply):
    run = api.emu.create("runs", {"status": placed}, {"workspace": workspace["id"]})
    clock.forward(1000)
    shown = (await api.get(f"/runs/{run.id}"))["data"]
    assert shown["attributes"]["status"] == placed
    statuses = [
        api.emu.store.find(related(shown, p)).attributes["status"] for p in ("plan", "apply")
    ]
    assert statuses == [plan, apply]


BEFORE_PLANNING = ("pending", "pre_plan_queued", "pre_plan_running", "pre_plan_finished")
PLANS = dict.fromkeys(BEFORE_PLANNING, "pending")
PLANS |= {"plan_queued": "queued", "planning": "running"}
PLANS |= {"errored": "errored", "canceled": "canceled"}
APPLIES = {"apply_queued": "queued", "applying": "running"}
APPLIES |= dict.fromkeys(("post_apply_running", "post_apply_finished", "applied"), "finished")
APPLIES |= dict.fromkeys(
    ("errored", "canceled", "discarded", "planned_and_finished"), "unreachable"
)


@pytest.mark.parametrize("placed", load().schemas["Run"].attributes["status"].enum)
@pytest.mark.parametrize("auto_apply", [False, True])
async def test_parts_of_a_run_agree_with_the_status_it_was_given(
    api, workspace, placed, auto_apply
):
    attributes = {"status": placed, "auto-apply": auto_apply}
    made = api.emu.create("runs", attributes, {"workspace": workspace["id"]})
    parts = "plan,apply,cost-estimate,policy-checks"
    document = await api.get(f"/runs/{made.id}?include={parts}")
    statuses = {r["type"]: r["attributes"]["status"] for r in document["included"]}
    assert statuses.pop("plans") == PLANS.get(placed, "finished")
    assert statuses.pop("applies") == APPLIES.get(placed, "pending")
    others = {
        "cost_estimating": {"cost-estimates": "queued"},
        "cost_estimated": {"cost-estimates": "finished"},
        "policy_checking": {"policy-checks": "queued"},
        "policy_checked": {"policy-checks": "passed"},
        "policy_override": {"policy-checks": "soft_failed"},
    }
    assert statuses == others.get(placed, {})
    finished = PLANS.get(placed, "finished") == "finished"
    changes = document["data"]["attributes"]["has-changes"]
    assert changes is (finished and placed != "planned_and_finished")


async def test_a_run_put_before_an_override_is_overridden(api, clock, workspace):
    placed = {"status": "policy_override"}
    made = api.emu.create("runs", placed, {"workspace": workspace["id"]})
    (check,) = made.related("policy-checks")
    assert (await api("POST", f"/policy-checks/{check}/actions/override"))[0] == 200
    assert await status(api, {"id": made.id}) == "policy_checked"


async def test_seeded_runs_can_be_confirmed(api, clock):
    made = api.emu.seed(environments=1, workspaces=400)
    runs = [r for r in api.emu.store.all("runs") if r.attributes["status"] == "planned"]
    assert made.workspaces
    assert await act(api, {"id": runs[0].id}, "apply") == 202
    clock.forward(1000)
    assert await status(api, {"id": runs[0].id}) == "applied"


async def test_a_dry_run_put_there_by_a_test_goes_to_its_end(api, clock, workspace):
    attributes = {"status": "policy_override", "is-dry": True}
    run = api.emu.create("runs", attributes, {"workspace": workspace["id"]})
    api.emu.advance(run)
    assert await status(api, {"id": run.id}) == "planned_and_finished"
    pending = api.emu.create("runs", {"status": "pending"}, {"workspace": workspace["id"]})
    clock.forward(1000)
    assert await status(api, {"id": pending.id}) == "planned"


async def test_schedules(api, workspace):
    belongs = {"workspace": one("workspaces", workspace["id"])}
    attributes = {"schedule": "0 3 * * *", "schedule-mode": "apply"}
    path, type = "/run-schedule-rules", "run-schedule-rules"
    rule = await api.create(path, type, attributes, belongs)
    assert (await api("POST", path, resource(type, attributes, belongs)))[0] == 422
    other = await api.create(path, type, {**attributes, "schedule-mode": "destroy"}, belongs)
    assert (await api.patch(other, path, {"schedule-mode": "apply"}))[0] == 422
    assert (await api.patch(rule, path, {"schedule": "never"}))[0] == 422
    assert (await api.patch(rule, path, {"schedule": "* * * * *"}))[0] == 200


async def test_the_official_client_wraps_what_it_says(api, clock, version, workspace):
    run = await start(api, workspace)
    clock.forward(1000)
    body = {"data": {"type": "", "attributes": {"comment": "", "apply-at": None}}}
    assert await act(api, run, "apply", body) == 202
