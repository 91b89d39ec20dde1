from __future__ import annotations

import json

import pytest

from .conftest import ACCOUNT, ENVIRONMENT, many, one, related, resource
from .world import CATALOG, fill


async def test_create_read_change_delete(api):
    tag = await api.create("/tags", "tags", {"name": "red"})
    assert tag["id"].startswith("tag-")
    assert related(tag, "account") == ACCOUNT
    assert (await api.get(f"/tags/{tag['id']}"))["data"] == tag
    status, document = await api.patch(tag, "/tags", {"name": "blue"})
    assert (status, document["data"]["attributes"]["name"]) == (200, "blue")
    assert await api("DELETE", f"/tags/{tag['id']}") == (204, None)
    status, document = await api("GET", f"/tags/{tag['id']}")
    assert status == 404
    message = f"AccountTag with ID '{tag['id']}' not found or user unauthorized."
    assert document == {"errors": [{"status": "404", "title": message}]}
    assert await api("DELETE", f"/tags/{tag['id']}") == (404, document)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/agent-pools", "AgentPool"),
        ("/workspaces", "Workspace"),
        ("/environments", "Environment"),
        ("/accounts", "Account"),
        ("/access-tokens", "AccessToken"),
        ("/roles", "IamRole"),
        ("/access-policies", "IamAccessPolicy"),
        ("/policy-groups", "PolicyGroups"),
        ("/policies", "Policy"),
        ("/ssh-keys", "AccountSSHKey"),
        ("/integrations/webhooks", "Webhook"),
        ("/service-accounts", "ServiceAccount"),
        ("/vars", "Variable"),
        ("/agents", "Agent"),
        ("/users", "User"),
    ],
)
async def test_unknown_id_is_named_as_the_server_names_it(api, path, kind):
    status, document = await api("GET", f"{path}/x-%21%20nope")
    assert status == 404
    title = f"{kind} with ID 'x-! nope' not found or user unauthorized."
    assert document["errors"] == [{"status": "404", "title": title}]


async def test_a_new_object_has_its_place_in_the_answer(api):
    body = json.dumps(resource("tags", {"name": "red"}))
    status, headers, answer = await api.raw("POST", "/tags", data=body)
    assert status == 201
    assert headers["Location"] == json.loads(answer)["data"]["links"]["self"]


async def test_plain_json_is_taken_too(api):
    body = json.dumps(resource("tags", {"name": "red"}))
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert (await api.raw("POST", "/tags", data=body, headers=headers))[0] == 201
    headers = {"Content-Type": "text/plain"}
    assert (await api.raw("POST", "/tags", data=body, headers=headers))[0] == 415


@pytest.mark.parametrize("body", [b"{", b"", b"\xff\xfe", b'{"data": NaN}'])
async def test_malformed_json_is_a_bad_request(api, body):
    status, _, answer = await api.raw("POST", "/tags", data=body)
    assert status == 400
    assert json.loads(answer)["errors"][0]["title"] == "Bad Request"


@pytest.mark.parametrize(
    ("document", "status", "pointer"),
    [
        ([], 422, "/data"),
        ({}, 422, "/data"),
        ({"data": []}, 422, "/data"),
        ({"data": {"attributes": {"name": "x"}}}, 422, "/data/type"),
        ({"data": {"type": None, "attributes": {"name": "x"}}}, 422, "/data/type"),
        (
            {"data": {"type": "agent-pools", "attributes": {"name": "x"}}, "meta": [None]},
            422,
            "/meta",
        ),
        ({"data": {"type": "pools", "attributes": {"name": "x"}}}, 409, "/data/type"),
        (resource("agent-pools", []), 422, "/data/attributes"),
        (resource("agent-pools", {"name": "x"}, []), 422, "/data/relationships"),
        (resource("agent-pools", {}), 422, "/data/attributes/name"),
        (resource("agent-pools", {"name": None}), 422, "/data/attributes/name"),
        (resource("agent-pools", {"name": 5}), 422, "/data/attributes/name"),
        (resource("agent-pools", {"name": "x", "color": 1}), 422, "/data/attributes/color"),
        (
            resource("agent-pools", {"name": "x", "vcs-enabled": "yes"}),
            422,
            "/data/attributes/vcs-enabled",
        ),
        (
            resource("agent-pools", {"name": "x", "webhook-headers": [{"name": "a"}]}),
            422,
            "/data/attributes/webhook-headers/0/value",
        ),
        (
            resource(
                "agent-pools",
                {"name": "x", "webhook-headers": [{"name": "a", "value": "b", "x": 1}]},
            ),
            422,
            "/data/attributes/webhook-headers/0/x",
        ),
        (
            resource("agent-pools", {"name": "x"}, {"color": one("tags", "tag-1")}),
            422,
            "/data/relationships/color",
        ),
        (
            resource("agent-pools", {"name": "x"}, {"environment": "env-1"}),
            422,
            "/data/relationships/environment",
        ),
        (
            resource("agent-pools", {"name": "x"}, {"environment": one("tags", "tag-1")}),
            422,
            "/data/relationships/environment",
        ),
        (
            resource("agent-pools", {"name": "x"}, {"workspaces": one("workspaces", "ws-1")}),
            422,
            "/data/relationships/workspaces",
        ),
    ],
)
async def test_document_faults_are_pointed_at(api, document, status, pointer):
    answered, refused = await api("POST", "/agent-pools", document)
    assert answered == status
    assert refused["errors"][0]["source"] == {"pointer": pointer}
    assert refused["errors"][0]["status"] == str(status)


@pytest.mark.parametrize(
    ("attributes", "path", "detail"),
    [
        ({"execution-mode": "cloud"}, "execution-mode", "Value must be one of: remote, local."),
        ({"auto-destroy-days": 3}, "auto-destroy-days", "Value must be one of: 1, 2, 7, 14."),
        ({"run-operation-timeout": True}, "run-operation-timeout", "Value is not an integer."),
        ({"var-files": ["a", 5]}, "var-files/1", "Value is not a string."),
        ({"vcs-repo": {}}, "vcs-repo/identifier", "Missing required key."),
        ({"terraform-version": "nonexisting"}, "terraform-version", None),
        ({"name": "not / this"}, "name", None),
        ({"name": "  "}, "name", "Name can not be empty."),
    ],
)
async def test_attribute_faults_of_a_workspace(api, attributes, path, detail):
    body = resource(
        "workspaces",
        {"name": "w", **attributes},
        {"environment": one("environments", ENVIRONMENT)},
    )
    status, document = await api("POST", "/workspaces", body)
    assert status == 422
    error = document["errors"][0]
    assert error["title"] == "Invalid Attribute"
    assert error["source"] == {"pointer": f"/data/attributes/{path}"}
    assert detail is None or error["detail"] == detail


async def test_every_fault_is_told_at_once(api):
    body = resource("workspaces", {"name": 1, "auto-apply": 2}, {"tags": 3})
    status, document = await api("POST", "/workspaces", body)
    assert status == 422
    assert [e["source"]["pointer"].rpartition("/")[2] for e in document["errors"]] == [
        "name",
        "auto-apply",
        "tags",
        "environment",
    ]


async def test_unknown_ids_in_relationships(api):
    body = resource(
        "agent-pools",
        {"name": "x"},
        {
            "environment": one("environments", "env-1234"),
            "workspaces": many("workspaces", "ws-323"),
        },
    )
    status, document = await api("POST", "/agent-pools", body)
    assert status == 404
    assert document["errors"] == [
        {
            "status": "404",
            "title": "Invalid Relationship",
            "detail": "Environment with ID 'env-1234' not found or user unauthorized.",
            "source": {"pointer": "/data/relationships/environment"},
        },
        {
            "status": "404",
            "title": "Invalid Relationship",
            "detail": "Relationship 'workspaces' with ID 'ws-323' not found or user unauthorized.",
            "source": {"pointer": "/data/relationships/workspaces"},
        },
    ]


async def test_read_only_members_and_retired_attributes_are_ignored(api):
    status, document = await api("GET", f"/environments/{ENVIRONMENT}")
    whole = document["data"]
    whole["attributes"] |= {"name": "renamed", "status": "Gone", "cost-estimation-enabled": False}
    whole["relationships"]["policy-groups"] = None
    status, document = await api("PATCH", f"/environments/{ENVIRONMENT}", {"data": whole})
    assert status == 200
    assert document["data"]["attributes"]["name"] == "renamed"
    assert document["data"]["attributes"]["status"] == "Active"


async def test_underscores_do_for_dashes(api):
    workspace = await api.workspace("w")
    _, document = await api.patch(workspace, "/workspaces", {"var_files": ["a.tfvars"]})
    assert document["data"]["attributes"]["var-files"] == ["a.tfvars"]
    assert "var_files" not in document["data"]["attributes"]


async def test_patch_touches_only_what_it_names(api):
    workspace = await api.workspace("w")
    status, document = await api.patch(workspace, "/workspaces", {"auto-apply": True})
    after = document["data"]
    assert status == 200
    changed = {k for k, v in after["attributes"].items() if v != workspace["attributes"][k]}
    assert changed == {"auto-apply", "updated-at", "updated-by-email"}
    status, document = await api.patch(after, "/workspaces", {"working-directory": None})
    assert document["data"]["attributes"]["working-directory"] is None
    assert document["data"]["attributes"]["auto-apply"] is True


async def test_patch_of_another_id_is_a_conflict(api):
    body = {"data": {"type": "environments", "id": "env-other"}}
    status, document = await api("PATCH", f"/environments/{ENVIRONMENT}", body)
    assert (status, document["errors"][0]["source"]) == (409, {"pointer": "/data/id"})


async def test_names_are_unique_in_their_scope(api):
    account = {"account": one("accounts", ACCOUNT)}
    other = await api.create("/environments", "environments", {"name": "other"}, account)
    first = await api.workspace("w")
    second = await api.create(
        "/workspaces",
        "workspaces",
        {"name": "w"},
        {"environment": one("environments", other["id"])},
    )
    pool = await api.create("/agent-pools", "agent-pools", {"name": "p"})
    scope = {"environment": one("environments", other["id"])}
    await api.create("/agent-pools", "agent-pools", {"name": "p"}, scope)
    for path, type, relationships in (
        ("/environments", "environments", account),
        ("/workspaces", "workspaces", {"environment": one("environments", other["id"])}),
        ("/agent-pools", "agent-pools", scope),
        ("/agent-pools", "agent-pools", {}),
    ):
        name = "other" if type == "environments" else "w" if type == "workspaces" else "p"
        status, document = await api("POST", path, resource(type, {"name": name}, relationships))
        assert status == 422
        assert document["errors"][0]["detail"] == "Name has already been taken"
        assert document["errors"][0]["source"] == {"pointer": "/data/attributes/name"}
    moved = {"environment": one("environments", other["id"])}
    assert (await api.patch(first, "/workspaces", {}, moved))[0] == 422
    assert (await api.patch(second, "/workspaces", {"name": "w"}))[0] == 200
    assert (await api.patch(second, "/workspaces", {"name": "v"}))[0] == 200
    assert (await api.patch(first, "/workspaces", {}, moved))[0] == 200
    assert (await api.patch(pool, "/agent-pools", {"name": "p"}))[0] == 200
    assert (await api("DELETE", f"/agent-pools/{pool['id']}"))[0] == 204
    await api.create("/agent-pools", "agent-pools", {"name": "p"})


async def test_quota(api):
    api.emu.quotas["agent-pools"] = 1
    await api.create("/agent-pools", "agent-pools", {"name": "a"})
    status, document = await api("POST", "/agent-pools", resource("agent-pools", {"name": "b"}))
    assert (status, document["errors"][0]["title"]) == (409, "Conflict")
    assert len(await api.ids("/agent-pools")) == 1


async def test_dates_are_checked(api):
    workspace = await api.workspace("w")
    belongs = {"workspace": one("workspaces", workspace["id"])}
    api.emu.create("configuration-versions", {"source": "vcs"}, {"workspace": workspace["id"]})
    body = resource("runs", {"plan-at": "tomorrow"}, belongs)
    status, document = await api("POST", "/runs", body)
    assert status == 422
    assert document["errors"][0]["source"]["pointer"] == "/data/attributes/plan-at"
    body = resource("runs", {"plan-at": "2026-01-02T03:04:05Z"}, belongs)
    assert (await api("POST", "/runs", body))[0] == 201


async def test_free_form_objects_take_any_key(api):
    attributes = {
        "name": "aws",
        "provider-name": "aws",
        "aws-default-tags": {"team": "payments", "cost": 5},
    }
    account = {"account": one("accounts", ACCOUNT)}
    made = await api.create(
        "/provider-configurations", "provider-configurations", attributes, account
    )
    assert made["attributes"]["aws-default-tags"] == attributes["aws-default-tags"]


async def test_a_body_of_many_megabytes_is_read(api):
    pool = await api.create("/agent-pools", "agent-pools", {"name": "p"})
    ids = [f"ws-{number:015}" for number in range(40_000)]
    links = {"workspaces": many("workspaces", *ids)}
    status, document = await api.patch(pool, "/agent-pools", {}, links)
    assert (status, len(document["errors"])) == (404, 40_000)


async def test_routes(api):
    assert (await api("GET", "/nowhere"))[0] == 404
    assert (await api("GET", "/workspaces/ws-1/nowhere"))[0] == 404
    assert (await api("GET", "/reports"))[0] == 404
    assert (await api("GET", "//"))[0] == 404
    status, document = await api("PATCH", "/workspaces", resource("workspaces"))
    assert (status, document["errors"][0]["detail"]) == (405, "Use GET, HEAD, POST.")
    assert (await api("GET", "/environments/"))[0] == 200
    assert (await api("GET", "/ping"))[0] == 200


@pytest.mark.parametrize("value", [1, 1.5, "a", True, None, [1, "b"], {"c": {"d": []}}])
async def test_values_of_any_kind_are_kept(api, value):
    workspace = await api.workspace("w")
    api.emu.create("configuration-versions", {"source": "vcs"}, {"workspace": workspace["id"]})
    inputs = [{"name": "size", "value": value}]
    links = {"workspace": one("workspaces", workspace["id"])}
    run = await api.create("/runs", "runs", {"inputs": inputs}, links)
    assert run["attributes"]["inputs"] == inputs


async def test_a_variable_of_a_set_is_in_one(api):
    body = resource("var-set-variables", {"key": "k", "category": "shell"})
    status, document = await api("POST", "/var-set-variables", body)
    assert status == 422
    assert document["errors"][0]["source"]["pointer"] == "/data/relationships/var-set"


@pytest.mark.parametrize(
    "route",
    [r for r in CATALOG.routes if r.name.startswith("resync") and r.name != "resync_workspace"],
    ids=lambda route: route.name,
)
async def test_fetching_again_clears_the_error_by_its_own_name(api, route):
    path = fill(api.emu, route.path)
    one = path.partition("/actions")[0]
    before = (await api.get(one))["data"]["attributes"]
    assert await api("POST", path) == (204, None)
    after = (await api.get(one))["data"]["attributes"]
    assert set(after) == set(before)
