"""Logs, plans, states, archives: what is no JSON:API document."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import math
import zipfile

import pytest

from scalr_async.emulator import RunScript

from .conftest import ENVIRONMENT, one, related, resource


@pytest.fixture
async def workspace(api):
    api.emu.run_step = math.inf
    workspace = await api.workspace("w")
    api.emu.create("configuration-versions", {"source": "vcs"}, {"workspace": workspace["id"]})
    return workspace


@pytest.fixture
async def run(api, workspace):
    belongs = {"workspace": one("workspaces", workspace["id"])}
    return await api.create("/runs", "runs", {}, belongs)


async def fetch(api, path):
    status, headers, content = await api.raw("GET", path)
    return status, headers.get("Content-Type"), content


async def test_logs_grow_while_the_work_is_done(api, run):
    path = f"/plans/{related(run, 'plan')}/output"
    assert await fetch(api, path) == (204, None, b"")
    api.emu.advance(run["id"], "planning")
    sizes = []
    for _ in range(4):
        status, content_type, content = await fetch(api, path)
        assert (status, content_type) == (200, "text/plain; charset=utf-8")
        sizes.append(len(content))
        api.emu.advance(run["id"]) if len(sizes) < 4 else None
    assert sizes == sorted(set(sizes))
    assert b"Plan: 2 to add, 0 to change, 0 to destroy." in content
    assert b"\x1b[" in content
    _, _, clean = await fetch(api, f"{path}?clean=true")
    assert b"\x1b[" not in clean
    assert b"null_resource.create_1" in clean
    _, content_type, packed = await fetch(api, f"{path}?clean=true&format=gzip")
    assert (content_type, gzip.decompress(packed)) == ("application/gzip", clean)
    path = f"/applies/{related(run, 'apply')}/output"
    assert (await fetch(api, path))[0] == 204
    assert (await api("POST", f"/runs/{run['id']}/actions/apply"))[0] == 202
    api.emu.advance(run["id"], "applied")
    _, _, content = await fetch(api, path)
    assert b"Apply complete! Resources: 2 added, 0 changed, 0 destroyed." in content


@pytest.mark.parametrize("phase", ["plan", "apply"])
async def test_logs_tell_what_went_wrong(api, workspace, phase):
    api.emu.run_script = RunScript(fails=phase, changes=1, destructions=1)
    belongs = {"workspace": one("workspaces", workspace["id"])}
    run = await api.create("/runs", "runs", {"auto-apply": True}, belongs)
    api.emu.advance(run["id"], "errored")
    path = {"plan": "plans", "apply": "applies"}[phase]
    _, _, content = await fetch(api, f"/{path}/{related(run, phase)}/output?clean=1")
    assert b"Error: " in content
    status, _, _ = await fetch(api, f"/plans/{related(run, 'plan')}/json-output")
    assert status == (204 if phase == "plan" else 200)


async def test_a_plan_without_changes_says_so(api, workspace):
    api.emu.run_script = RunScript(additions=0)
    belongs = {"workspace": one("workspaces", workspace["id"])}
    run = await api.create("/runs", "runs", {}, belongs)
    api.emu.advance(run["id"], "planned_and_finished")
    _, _, content = await fetch(api, f"/plans/{related(run, 'plan')}/output?clean=true")
    assert b"No changes." in content


async def test_plans_as_json(api, run):
    path = f"/plans/{related(run, 'plan')}"
    for name in ("json-output", "sanitized-json-output"):
        assert (await fetch(api, f"{path}/{name}"))[0] == 204
    api.emu.advance(run["id"], "planned")
    shown = (await api.get(path))["data"]
    assert shown["links"]["json-output"].endswith(f"{path}/json-output")
    status, content_type, content = await fetch(api, f"{path}/json-output")
    assert (status, content_type) == (200, "application/json")
    plan = json.loads(content)
    assert [c["change"]["actions"] for c in plan["resource_changes"]] == [["create"]] * 2
    _, _, sanitized = await fetch(api, f"{path}/sanitized-json-output")
    assert [c["change"]["after"] for c in json.loads(sanitized)["resource_changes"]] == [None] * 2
    _, _, packed = await fetch(api, f"{path}/json-output?format=gzip")
    assert gzip.decompress(packed) == content


async def test_parts_that_belong_to_no_run(api):
    attributes = {"status": "finished", "resource-additions": 1}
    plan = api.emu.create("plans", attributes)
    _, _, content = await fetch(api, f"/plans/{plan.id}/output?clean=true")
    assert b"Plan: 1 to add" in content
    running = api.emu.create("plans", {"status": "running"})
    assert (await fetch(api, f"/plans/{running.id}/output"))[0] == 200


async def test_costs_and_checks_are_somewhere_else(api, workspace):
    api.emu.create(
        "infracost-integration", {"name": "i", "api-key": "k"}, {"environments": (ENVIRONMENT,)}
    )
    provider = api.emu.create("vcs-providers", {"name": "v"})
    group = api.emu.create("policy-groups", {"name": "g"}, {"vcs-provider": provider.id})
    api.emu.store.change(group, {}, {"environments": (ENVIRONMENT,)})
    belongs = {"workspace": one("workspaces", workspace["id"])}
    run = await api.create("/runs", "runs", {}, belongs)
    estimate, check = related(run, "cost-estimate"), related(run, "policy-checks")[0]
    for name in ("output", "breakdown"):
        assert (await fetch(api, f"/cost-estimates/{estimate}/{name}"))[0] == 422
    found = []
    for path in (f"/policy-checks/{check}/output", f"/cost-estimates/{estimate}/breakdown"):
        status, headers, content = await api.raw("GET", path, allow_redirects=False)
        if status == 302:
            assert content == b""
            async with api.session.get(headers["Location"]) as answer:
                found.append((answer.status, answer.content_type, await answer.read()))
        api.emu.advance(run["id"], "policy_checked") if not found[1:] else None
    assert found[0] == (200, "text/plain", b"Policy check pending\n")
    status, content_type, content = found[1]
    assert (status, content_type) == (200, "application/json")
    assert json.loads(content)["totalMonthlyCost"] == "14.60"
    _, _, content = await fetch(api, f"/cost-estimates/{estimate}/output")
    assert content == b"Resources: 2\nMonthly cost: $14.60\n"
    _, headers, _ = await api.raw("GET", f"/policy-checks/{check}/output", allow_redirects=False)
    async with api.session.get(headers["Location"]) as answer:
        assert await answer.text() == "policy: passed\n"


async def test_policy_input(api, run):
    api.emu.advance(run["id"], "planned")
    path = f"/runs/{run['id']}/policy-input"
    status, content_type, content = await fetch(api, path)
    assert (status, content_type) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["tfrun.json", "tfplan.json"]
        assert json.loads(archive.read("tfrun.json"))["id"] == run["id"]
    _, _, content = await fetch(api, f"{path}?stage=pre_plan")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["tfrun.json"]


async def test_configurations_go_up_and_come_down(api):
    workspace = await api.workspace("w")
    belongs = {"workspace": one("workspaces", workspace["id"])}
    path, type = "/configuration-versions", "configuration-versions"
    made = await api.create(path, type, {}, belongs)
    upload = made["links"]["upload"]
    assert "/blobs/" in upload
    shown = (await api.get(f"{path}/{made['id']}"))["data"]
    assert (shown["attributes"]["status"], shown["links"]["upload"]) == ("pending", None)
    assert (await fetch(api, f"{path}/{made['id']}/download"))[0] == 404
    content = b"\x1f\x8b" + bytes(range(256)) * 40_000

    async def pieces():
        for start in range(0, len(content), 65_536):
            yield content[start : start + 65_536]

    async with api.session.put(upload, data=pieces()) as answer:
        assert (answer.status, await answer.read()) == (200, b"")
    assert api.emu.requests[-1].body == content
    async with api.session.put(upload, data=b"again") as answer:
        assert answer.status == 404
    for method in ("GET", "POST"):
        async with api.session.request(method, upload) as answer:
            assert answer.status == 404
    shown = (await api.get(f"{path}/{made['id']}"))["data"]["attributes"]
    assert (shown["status"], shown["size"]) == ("uploaded", len(content))
    assert "uploaded-at" in shown["status-timestamps"]
    assert await fetch(api, f"{path}/{made['id']}/download") == (200, "application/gzip", content)
    empty = await api.create(path, type, {}, belongs)
    async with api.session.put(empty["links"]["upload"], data=b""):
        pass
    shown = (await api.get(f"{path}/{empty['id']}"))["data"]["attributes"]
    assert (shown["status"], shown["error-message"]) == ("errored", "The archive is empty.")


def terraform_state(serial, lineage="l", resources=()):
    document = {
        "version": 4,
        "serial": serial,
        "lineage": lineage,
        "outputs": {"address": {"value": "10.0.0.1"}, "secret": {"value": 1, "sensitive": True}},
        "resources": list(resources),
    }
    return json.dumps(document).encode()


def version_of(content, **attributes):
    given = {"state": base64.b64encode(content).decode(), **attributes}
    return {name.replace("_", "-"): value for name, value in given.items()}


async def test_states_are_written_one_after_the_other(api):
    workspace = await api.workspace("w")
    belongs = {"workspace": one("workspaces", workspace["id"])}
    path, type = "/state-versions", "state-versions"
    content = terraform_state(
        1,
        resources=[
            {
                "type": "aws_instance",
                "name": "web",
                "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
                "instances": [{"index_key": 0}, {"index_key": "b"}],
            },
            {"module": "module.vpc", "type": "aws_vpc", "name": "main", "provider": "p"},
            "nonsense",
        ],
    )
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    made = await api.create(path, type, version_of(content, md5=md5, serial=1), belongs)
    attributes = made["attributes"]
    assert attributes["state"] is None
    assert (attributes["md5"], attributes["size"]) == (md5, len(content))
    addresses = [resource["address"] for resource in attributes["resources"]]
    assert addresses == ["aws_instance.web[0]", 'aws_instance.web["b"]', "module.vpc.aws_vpc.main"]
    assert {"name": "secret", "sensitive": True, "value": None} in attributes["outputs"]
    assert attributes["providers"]["p"] == {"aws_vpc": 1}
    assert attributes["modules"] == {"root": {"aws_instance": 2, "aws_vpc": 1}}
    assert made["links"]["download"].endswith(f"/state-versions/{made['id']}/download")
    assert await fetch(api, f"{path}/{made['id']}/download") == (200, "application/json", content)

    async def refused(content, **attributes):
        body = resource(type, version_of(content, **attributes), belongs)
        return (await api("POST", path, body))[0]

    assert await refused(terraform_state(1)) == 409
    assert await refused(terraform_state(2, lineage="other")) == 412
    for content in (b"no json", b"[]", b"{}", b'{"serial": "1"}', b'{"serial": true}'):
        assert await refused(content) == 422
    assert await refused(b'{"serial": 2, "lineage": 1}') == 422
    for state in ("!!", "é"):
        assert (await api("POST", path, resource(type, {"state": state}, belongs)))[0] == 422
    forced = version_of(terraform_state(1, lineage="other"), force=True)
    await api.create(path, type, forced, belongs)
    current = (await api.get(f"/workspaces/{workspace['id']}/current-state-version"))["data"]
    assert current["attributes"]["lineage"] == "other"


async def test_a_state_without_content_has_no_download(api):
    workspace = await api.workspace("w")
    state = api.emu.create("state-versions", {"outputs": []}, {"workspace": workspace["id"]})
    assert (await fetch(api, f"/state-versions/{state.id}/download"))[0] == 404
    belongs = {"workspace": one("workspaces", workspace["id"])}
    path, type = "/state-versions", "state-versions"
    await api.create(path, type, version_of(terraform_state(1)), belongs)
    api.emu.create(type, {"outputs": []}, {"workspace": workspace["id"]})
    other = resource(type, version_of(terraform_state(2, lineage="other")), belongs)
    assert (await api("POST", path, other))[0] == 412
    old = resource(type, version_of(terraform_state(1)), belongs)
    assert (await api("POST", path, old))[0] == 409


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"serial": 3}, "serial"),
        ({"lineage": "other"}, "lineage"),
        ({"md5": "0" * 32}, "md5"),
        ({"state": None}, "state"),
        ({"state": None, "force": True, "serial": 2, "lineage": "l"}, "state"),
    ],
)
async def test_what_does_not_describe_its_state_is_refused(api, wrong, name):
    workspace = await api.workspace("w")
    belongs = {"workspace": one("workspaces", workspace["id"])}
    path, type = "/state-versions", "state-versions"
    content = terraform_state(2)
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    right = version_of(content, md5=md5, serial=2, lineage="l")
    code, document = await api("POST", path, resource(type, right | wrong, belongs))
    pointers = [error["source"]["pointer"] for error in document["errors"]]
    assert (code, pointers) == (422, [f"/data/attributes/{name}"])
    assert (await api("GET", f"/workspaces/{workspace['id']}/current-state-version"))[0] == 404
    assert (await api.create(path, type, right, belongs))["attributes"]["serial"] == 2


@pytest.mark.parametrize(
    "odd",
    [
        *({"module": value} for value in (5, True, ["m"], {})),
        *({"instances": [{"index_key": value}]} for value in (1.5, True, [1], {})),
    ],
    ids=json.dumps,
)
async def test_a_state_whose_resources_can_not_be_shown_is_refused(api, odd):
    content = {"serial": 1, "resources": [{"type": "t", "name": "n", **odd}]}
    body = version_of(json.dumps(content).encode())
    links = {"workspace": one("workspaces", (await api.workspace("w"))["id"])}
    status, document = await api("POST", "/state-versions", resource("state-versions", body, links))
    pointer = {"pointer": "/data/attributes/state"}
    assert (status, document["errors"][0]["source"]) == (422, pointer)


async def test_a_state_is_of_a_run_of_its_workspace(api):
    workspace, other = await api.workspace("w"), await api.workspace("other")
    run = api.emu.create("runs", {"status": "applied"}, {"workspace": workspace["id"]})
    statuses = []
    for home in (other, workspace):
        links = {"workspace": one("workspaces", home["id"]), "run": one("runs", run.id)}
        body = resource("state-versions", version_of(b'{"serial": 1}'), links)
        statuses.append((await api("POST", "/state-versions", body))[0])
    assert statuses == [422, 201]
