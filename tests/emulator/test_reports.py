"""Reports: rows made of what there is, as JSON:API, as plain values, as CSV."""

from __future__ import annotations

import csv
import io

import pytest

from .conftest import ACCOUNT, ENVIRONMENT, related


@pytest.fixture
async def estate(api):
    """Two workspaces: one has run twice, and uses a module."""
    emu = api.emu
    emu.run_step = 0
    provider = emu.create("vcs-providers", {"name": "v"})
    module = emu.create(
        "modules",
        {"vcs-repo": {"identifier": "acme/terraform-null-network"}},
        {"vcs-provider": provider.id},
    )
    version = emu.store.all("module-versions")[0]
    app = emu.create(
        "workspaces", {"name": "app"}, {"environment": ENVIRONMENT, "module-version": version.id}
    )
    idle = emu.create(
        "workspaces", {"name": "idle", "terraform-version": "auto"}, {"environment": ENVIRONMENT}
    )
    emu.create("configuration-versions", {"source": "vcs"}, {"workspace": app.id})
    emu.create("runs", {"auto-apply": True}, {"workspace": app.id})
    emu.store  # let it be applied
    emu.create("runs", {"is-dry": True}, {"workspace": app.id})
    emu.store
    return {"app": app.id, "idle": idle.id, "module": module.id}


async def rows(api, path):
    return (await api.get(f"/reports/{path}"))["data"]


async def values(api, path, name):
    return [row[name] for row in await rows(api, path)]


async def test_versions_in_use(api, estate):
    found = await rows(api, "tf-versions-usage?include=workspace&sort=version")
    assert [related(row, "workspace") for row in found] == [estate["app"], estate["idle"]]
    assert [row["attributes"]["is-auto"] for row in found] == [False, True]
    assert related(found[0], "account") == ACCOUNT
    only = await rows(api, "tf-versions-usage?filter[is-auto]=true")
    assert [row["id"] for row in only] == [found[1]["id"]]
    assert await values(api, "tf-versions-usage-versions", "version") == ["1.5.7", "auto"]
    assert await values(api, "tf-versions-usage-versions?query=AUT", "version") == ["auto"]


async def test_providers_in_use(api, estate):
    found = await rows(api, "providers?query=null")
    assert found[0]["attributes"] == {
        "provider": "null",
        "source": "hashicorp/null",
        "versions-used-count": 1,
        "workspaces-count": 1,
    }
    id = found[0]["id"]
    assert (await api.get(f"/reports/providers/{id}"))["data"] == found[0]
    assert (await api("GET", "/reports/providers/tpu-none"))[0] == 404
    used = await rows(api, f"provider-usage?filter[tf-provider-usage]={id}&include=workspace")
    assert [related(row, "workspace") for row in used] == [estate["app"]]
    assert await rows(api, "provider-usage?filter[tf-provider-usage]=x") == []
    assert await values(api, "provider-sources", "source") == ["hashicorp/null"]
    assert await values(api, "provider-versions-usage", "version") == []


async def test_modules_in_use(api, estate):
    found = await rows(api, "modules?include=namespace")
    assert found[0]["attributes"]["module"] == "network"
    assert found[0]["attributes"]["workspaces-count"] == 1
    id = found[0]["id"]
    assert (await api.get(f"/reports/modules/{id}"))["data"]["id"] == id
    for filter, fits in ((estate["app"], True), (estate["idle"], False)):
        assert bool(await rows(api, f"modules?filter[workspace]={filter}")) is fits
    used = await rows(api, f"module-usage?filter[tf-module-usage]={id}")
    assert [row["attributes"]["version"] for row in used] == ["1.0.0"]
    assert await values(api, "module-sources", "source") == [found[0]["attributes"]["source"]]
    path = "module-versions-usage"
    assert await values(api, f"{path}?filter[tf-module-usage]={id}", "version") == ["1.0.0"]
    assert await values(api, f"{path}?filter[tf-module-usage]=x", "version") == []
    assert await values(api, f"{path}?filter[version]=2.0.0", "version") == []


async def test_resources_in_use(api, estate):
    found = await rows(api, "resources")
    assert found[0]["attributes"] == {
        "active-instances-count": 2,
        "deleted-instances-count": 0,
        "name": "null_resource",
        "provider-type": "null",
        "workspaces-count": 1,
    }
    instances = await rows(
        api, f"resource-usage?filter[tf-resource-usage]={found[0]['id']}&sort=-name"
    )
    names = [row["attributes"]["address"] for row in instances]
    assert names == ["null_resource.create_2", "null_resource.create_1"]
    assert related(instances[0], "resource") == found[0]["id"]
    document = await api.get("/reports/resource-usage?include=resource,workspace")
    assert {r["id"]: r for r in document["included"]}.keys() == {found[0]["id"], estate["app"]}
    assert found[0] in document["included"]
    for name, number in (("null_resource", 2), ("aws_vpc", 0)):
        used = await rows(api, f"resource-usage?filter[resource][name]={name}")
        assert len(used) == number
    assert await values(api, "resource-providers", "provider-type") == ["null"]
    await api("DELETE", f"/workspaces/{estate['app']}")
    api.emu.update(api.emu.store.get("workspaces", estate["app"]), {"has-resources": False})
    assert (await api("DELETE", f"/workspaces/{estate['app']}"))[0] == 204
    assert await rows(api, "resources") == []


async def test_runs_that_cost(api, estate):
    found = await rows(api, "billing?filter[date]=between:2000-01-01,2999-01-01")
    assert [row["attributes"]["workspace-name"] for row in found] == ["app"]
    counts = {n: v for n, v in found[0]["attributes"].items() if n.endswith("runs")}
    assert counts == {"total-runs": 2, "plan-only-runs": 1, "plan-apply-runs": 1}
    account = await rows(
        api, "billing?filter[date]=between:2000-01-01,2999-01-01&breakdown-by=account"
    )
    assert account[0]["attributes"]["account-name"] == "mainiacp"
    assert account[0]["attributes"]["workspace-name"] is None
    assert await rows(api, "billing?filter[date]=2000-01-01") == []
    assert len(await rows(api, "billing")) == 1


async def test_statistics(api, estate):
    dates = "filter[date]=between:2000-01-01,2999-01-01"
    found = (await api.get(f"/usage-statistics?{dates}"))["data"]
    assert found[0]["attributes"]["runs-count"] == 2
    assert found[0]["attributes"]["breakdown-id"] == ACCOUNT
    assert found[0]["attributes"]["date"] is not None
    path = f"/usage-statistics?{dates}&breakdown_by=workspace&total=true"
    total = (await api.get(path))["data"]
    assert (total[0]["attributes"]["breakdown-name"], total[0]["attributes"]["date"]) == (
        "app",
        None,
    )
    bare = api.emu.create("workspaces", {"name": "bare"}, {"environment": ENVIRONMENT})
    api.emu.store.change(api.emu.store.all("runs")[0], {"status-timestamps": {}}, {})
    assert bare.id
    assert (await api.get(f"/usage-statistics?{dates}"))["data"][0]["attributes"][
        "runs-seconds"
    ] == 0


async def test_tokens_in_use(api):
    made = await api.create("/access-tokens", "access-tokens", {"description": "mine"})
    account = api.emu.create("service-accounts", {"name": "robot"})
    pool = api.emu.create("agent-pools", {"name": "p"})
    for path in (f"/service-accounts/{account.id}", f"/agent-pools/{pool.id}"):
        await api.create(f"{path}/access-tokens", "access-tokens", {"description": "its"})
    found = await rows(api, "access-tokens")
    assert [row["attributes"]["owner-type"] for row in found] == ["user", "service-account"]
    token = made["attributes"]["token"]
    assert found[0]["attributes"]["last-characters"] == token[-4:]


def table(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


async def test_csv(api, estate):
    api.emu.seed(environments=1, workspaces=150)
    path = "/reports/tf-versions-usage?format=csv"
    status, headers, content = await api.raw("GET", path)
    assert (status, headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    lines = table(content)
    assert len(lines) == 152
    assert lines[0]["workspace"] == estate["app"]
    assert (lines[0]["is-auto"], lines[1]["is-auto"]) == ("false", "true")
    path += "&fields[tf-version-usages]=version&filter[version]=auto"
    _, _, content = await api.raw("GET", path)
    assert [list(line) for line in table(content)] == [["id", "version"]]
    _, headers, _ = await api.raw("GET", "/reports/tf-versions-usage?format=json")
    assert headers["Content-Type"] == "application/vnd.api+json"


async def test_drifted_workspaces(api, estate):
    for name, status in (("app", "awaiting_manual_action"), ("idle", "no_drift_detected")):
        report = api.emu.create("drift-reports", {"status": status, "updated-at": None})
        workspace = api.emu.store.get("workspaces", estate[name])
        api.emu.store.change(workspace, {}, {"drift-report": report.id})
    path = f"/reports/environments/{ENVIRONMENT}/drifted-workspaces"
    found = (await api.get(path))["data"]
    assert [row["workspace-name"] for row in found] == ["app"]
    assert (await api.get(f"{path}?query=zzz"))["data"] == []
    _, headers, content = await api.raw("GET", f"{path}?format=csv")
    assert headers["Content-Type"].startswith("text/csv")
    assert table(content)[0]["workspace-id"] == estate["app"]


async def test_who_uses_a_provider_configuration(api, estate):
    configuration = api.emu.create(
        "provider-configurations", {"name": "aws", "provider-name": "aws"}
    )
    path = f"/provider-configurations/{configuration.id}/workspaces-usage"
    assert (await api.get(path))["data"] == []
    link = api.emu.create(
        "provider-configuration-links",
        {},
        {"provider-configuration": configuration.id},
        owner=estate["app"],
    )
    found = (await api.get(path))["data"]
    assert found[0]["direct-links-ids"] == [link.id]
    assert found[0]["is-default-link"] is False
    environment = api.emu.store.get("environments", ENVIRONMENT)
    api.emu.store.change(environment, {}, {"default-provider-configurations": (configuration.id,)})
    document = await api.get(f"{path}?sort=-workspace-name&page[size]=1")
    assert [row["workspace-name"] for row in document["data"]] == ["idle"]
    assert document["meta"]["pagination"]["total-count"] == 2
    found = await api.get(f"{path}?filter[workspace][name]=like:AP&filter[environment]=x")
    assert found["data"] == []
    assert len((await api.get(f"{path}?filter[workspace][name]=like:AP"))["data"]) == 1
    assert (await api("GET", f"{path}?sort=nothing"))[0] == 400


async def test_pull_requests_of_a_policy_group(api):
    provider = api.emu.create("vcs-providers", {"name": "v"})
    group = api.emu.create("policy-groups", {"name": "g"}, {"vcs-provider": provider.id})
    check = api.emu.create("policy-group-checks", {}, {"policy-group": group.id})
    for owner, path in (
        (check.id, f"/policy-group-checks/{check.id}/policy-check-results"),
        (group.id, f"/policy-groups/{group.id}/pull-request-policy-check-results"),
    ):
        result = api.emu.create("policy-check-results", {"name": "p"}, owner=owner)
        assert await api.ids(path) == [result.id]
    assert (await api("GET", "/policy-group-checks/none/policy-check-results"))[0] == 404


async def test_lists_without_pages_come_whole(api):
    permissions = await api.get("/permissions")
    assert len(permissions["data"]) > 100
    assert permissions["meta"]["pagination"]["total-pages"] == 1
    assert len((await api.get("/permissions?page[size]=10"))["data"]) == 10
