"""What Scalr's newest reference and clients know: actors, drift filters, revisions, strategies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scalr_async import ScalrClient
from scalr_async.emulator import Emulator
from scalr_async.emulator.scalr.runs.effects import queue_run

from .conftest import ENVIRONMENT, many, one, resource

STRATEGY, INTERIM = "google-default-label-strategy", "google-default-labels-strategy"
CONFIGURATIONS = "/provider-configurations", "provider-configurations"
DRIFTED = f"/reports/environments/{ENVIRONMENT}/drifted-workspaces"


@pytest.mark.parametrize("name", [STRATEGY, INTERIM])
async def test_a_strategy_has_two_names(api, name):
    path, type = CONFIGURATIONS
    google = {"name": "g", "provider-name": "google"}
    made = await api.create(path, type, {**google, name: "skip"})
    for value in ("skip", "update", None):
        _, document = await api.patch(made, path, {name: value})
        shown = document["data"]["attributes"]
        assert (shown[STRATEGY], shown[INTERIM]) == (value, value)
    status, document = await api.patch(made, path, {name: "delete"})
    assert status == 422
    assert document["errors"][0]["source"]["pointer"] == f"/data/attributes/{name}"


async def test_the_strategy_of_today_wins(api):
    path, type = CONFIGURATIONS
    both = {STRATEGY: "skip", INTERIM: "update"}
    made = await api.create(path, type, {"name": "g", "provider-name": "google", **both})
    assert made["attributes"][STRATEGY] == made["attributes"][INTERIM] == "skip"


async def runs(api):
    return [r["attributes"]["actor"] for r in (await api.get("/runs"))["data"]]


async def test_who_made_a_run(api):
    workspace = await api.workspace("w")
    home = {"workspace": one("workspaces", workspace["id"])}
    api.emu.create("configuration-versions", {"source": "vcs"}, {"workspace": workspace["id"]})
    await api.create("/runs", "runs", {"actor": "ai-agent"}, home)
    account = api.emu.create("service-accounts", {"name": "robot"})
    token = api.emu.create("access-tokens", {}, owner=account.id)
    api.token = token.attributes["secret"]
    await api.create("/runs", "runs", {}, home)
    queue_run(api.emu._service, api.emu.store.get("workspaces", workspace["id"]), "schedule")
    api.emu.create("runs", {"actor": "ai-agent"}, {"workspace": workspace["id"]})
    assert await runs(api) == ["user", "service-account", "scalr-system", "ai-agent"]


async def test_variable_sets_of_an_environment(api):
    sets = {}
    for name, links in (("own", {"environments": many("environments", ENVIRONMENT)}), ("none", {})):
        sets[name] = await api.create("/var-sets", "var-sets", {"name": name}, links)
    sets["all"] = await api.create("/var-sets", "var-sets", {"name": "all", "is-shared": True})
    found = await api.ids(f"/var-sets?filter[environment]={ENVIRONMENT}")
    assert set(found) == {sets["own"]["id"], sets["all"]["id"]}
    assert await api.ids("/var-sets?filter[environment]=env-none") == []
    ids = f"in:{sets['none']['id']},{sets['all']['id']}"
    assert len(await api.ids(f"/var-sets?filter[var-set]={ids}")) == 2
    assert await api.ids("/var-sets?filter[name]=own") == [sets["own"]["id"]]


@pytest.fixture
async def drifted(api):
    """Three workspaces with a report each, and one without."""
    tag = await api.create("/tags", "tags", {"name": "blue"})
    for name, status, checked in (
        ("found", "awaiting_manual_action", "2026-01-10T00:00:00Z"),
        ("clean", "no_drift_detected", "2026-01-20T00:00:00Z"),
        ("broken", "errored", None),
    ):
        report = api.emu.create("drift-reports", {"status": status})
        api.emu.update(report, {"updated-at": checked})
        links = {"environment": ENVIRONMENT, "tags": (tag["id"],) if name == "found" else ()}
        workspace = api.emu.create("workspaces", {"name": name}, links)
        api.emu.update(workspace, {}, {"drift-report": report.id})
    await api.workspace("unchecked")
    return tag["id"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["found", "broken"]),
        ("filter[status]=no_drift_detected", ["clean"]),
        ("filter[status]=in:errored,awaiting_manual_action", ["found", "broken"]),
        ("filter[has-drift]=true", ["found"]),
        ("filter[has-drift]=True", ["found"]),
        ("filter[has-drift]=false", ["clean", "broken"]),
        ("filter[tags]={tag}", ["found"]),
        ("filter[tags]=in:{tag},tag-none", ["found"]),
        ("filter[tags]=blue", ["found"]),
        ("filter[tags]=tag-none", []),
        ("filter[last-check-at]=between:2026-01-01T00:00:00Z,2026-01-15T00:00:00Z", ["found"]),
        ("filter[last-check-at]=between:2026-01-15T00:00:00Z,2026-02-01T00:00:00Z", []),
        ("filter[has-drift]=false&filter[last-check-at]=gte:2026-01-15", ["clean"]),
        ("filter[last-check-at]=null", ["broken"]),
        ("query=FOU", ["found"]),
    ],
)
async def test_drifted_workspaces_are_filtered(api, drifted, query, names):
    for form in ("", "&format=csv"):
        path = f"{DRIFTED}?{query.format(tag=drifted)}{form}"
        status, _, body = await api.raw("GET", path)
        assert status == 200
        for name in ("found", "clean", "broken", "unchecked"):
            assert (name.encode() in body) is (name in names)


async def test_a_drifted_workspace_says_when_it_is_checked(api, drifted):
    (found, _) = (await api.get(DRIFTED))["data"]
    assert found["environment-id"] == ENVIRONMENT
    assert found["environment-name"] == "main"
    assert api.emu.store.get("drift-reports", found["drift-report-id"]) is not None
    assert found["last-check-at"] == "2026-01-10T00:00:00Z"
    assert found["next-check-at"] == "2026-01-11T00:00:00Z"
    home = {"environment": one("environments", ENVIRONMENT)}
    path, type = "/drift-detection-schedules", "drift-detection-schedule"
    await api.create(path, type, {"schedule": "weekly"}, home)
    (found, _) = (await api.get(DRIFTED))["data"]
    assert found["next-check-at"] == "2026-01-17T00:00:00Z"


async def test_revisions_are_read(api):
    revision = api.emu.create("vcs-revisions", {"branch": "main", "commit-sha": "c0ffee"})
    shown = (await api.get(f"/vcs-revisions/{revision.id}"))["data"]
    assert shown["attributes"]["commit-sha"] == "c0ffee"
    assert shown["links"]["self"].endswith(f"/vcs-revisions/{revision.id}")
    status, document = await api("GET", "/vcs-revisions/nonexisting")
    title = "VcsRevisionBinding with ID 'nonexisting' not found or user unauthorized."
    assert (status, document["errors"]) == (404, [{"status": "404", "title": title}])


async def test_workspaces_are_read_since_a_time(api):
    now = datetime(2026, 5, 1, tzinfo=UTC)
    api.emu._service.clock = lambda: now
    old, new = await api.workspace("old"), await api.workspace("new")
    for workspace in (new, old):
        now += timedelta(days=1)
        status, _ = await api("PATCH", f"/workspaces/{workspace['id']}", resource("workspaces", {}))
        assert status == 200
    path = "/workspaces?sort=updated-at&filter[updated-at]="
    assert await api.ids(path + "gte:2026-05-02") == [new["id"], old["id"]]
    assert await api.ids(path + "gte:2026-05-03T00:00:00Z") == [old["id"]]
    assert await api.ids(path + "lte:2026-05-02") == [new["id"]]
    assert await api.ids(path + "between:2026-05-03,2026-06-01") == [old["id"]]
    assert (await api.ids("/workspaces?sort=-updated-at"))[0] == old["id"]


async def test_the_client_knows_them_too(emu: Emulator):
    revision = emu.create("vcs-revisions", {"branch": "main"})
    workspace = emu.create("workspaces", {"name": "w"}, {"environment": ENVIRONMENT})
    run = emu.create("runs", {"status": "planned"}, {"workspace": workspace.id})
    report = emu.create("drift-reports", {"status": "accept_state"})
    emu.update(workspace, {}, {"drift-report": report.id})
    async with ScalrClient(emu.url, emu.token) as scalr:
        assert (await scalr.vcs_revisions.get(revision.id)).branch == "main"
        assert (await scalr.runs.get(run.id)).actor == "user"
        made = await scalr.provider_configurations.create(
            name="g", provider_name="google", google_default_label_strategy="update"
        )
        assert made.google_default_labels_strategy == "update"
        assert await scalr.variable_sets.list(environment=ENVIRONMENT).collect() == []
        listed = scalr.environments.list_drifted_workspaces(ENVIRONMENT, has_drift=True)
        assert [row["workspace-id"] async for row in listed] == [workspace.id]
