"""What the official Go client puts on the wire, and what its acceptance tests look at.

Its update structs send every field without `omitempty`: unset ones as null or as an empty list.
"""

from __future__ import annotations

import pytest

from .conftest import ACCOUNT, ENVIRONMENT, many, one, related, resource

NOTHING = {"data": None}


async def environment(api, name):
    body = resource("environments", {"name": name}, {"account": one("accounts", ACCOUNT)})
    status, document = await api("POST", "/environments", body)
    assert status == 201
    return document["data"]


async def test_a_workspace_is_updated_with_all_its_nulls(api):
    pool = await api.create("/agent-pools", "agent-pools", {"name": "p"})
    workspace = await api.workspace("w", **{"agent-pool": one("agent-pools", pool["id"])})
    attributes = {
        "auto-apply": True,
        "force-latest-run": True,
        "deletion-protection-enabled": False,
        "execution-mode": "remote",
        "terraform-version": "1.2.9",
        "terragrunt": None,
        "vcs-repo": None,
        "var_files": None,
        "run-operation-timeout": 20,
        "auto-queue-runs": "always",
        "iac-platform": "terraform",
    }
    relationships = {"agent-pool": NOTHING, "module-version": NOTHING, "vcs-provider": NOTHING}
    status, document = await api.patch(workspace, "/workspaces", attributes, relationships)
    assert status == 200
    after = document["data"]
    for name in ("auto-apply", "force-latest-run", "deletion-protection-enabled"):
        assert after["attributes"][name] is not workspace["attributes"][name]
    assert after["attributes"]["run-operation-timeout"] == 20
    assert after["attributes"]["working-directory"] == workspace["attributes"]["working-directory"]
    assert related(after, "agent-pool") is None


async def test_a_pool_is_renamed_with_empty_lists(api):
    pool = await api.create("/agent-pools", "agent-pools", {"name": "p"})
    body = resource(
        "agent-pools", {"name": "updated"}, {"workspaces": many("", *()), "environments": many("")}
    )
    status, document = await api("PATCH", f"/agent-pools/{pool['id']}", body)
    assert (status, document["data"]["attributes"]["name"]) == (200, "updated")
    workspaces = [await api.workspace(f"w{n}") for n in range(2)]
    links = {
        "workspaces": many("workspaces", *(w["id"] for w in workspaces)),
        "environments": many(""),
    }
    status, document = await api.patch(pool, "/agent-pools", {}, links)
    assert (status, len(related(document["data"], "workspaces"))) == (200, 2)
    sharing = {"workspaces": many(""), "environments": many("environments", ENVIRONMENT)}
    status, document = await api.patch(pool, "/agent-pools", {"is-shared": False}, sharing)
    assert (status, related(document["data"], "environments")) == (200, [ENVIRONMENT])
    links = {"workspaces": many("workspaces", "ws-asdf"), "environments": many("")}
    assert (await api.patch(pool, "/agent-pools", {}, links))[0] == 404


async def test_the_account_may_be_named_where_it_is_read_only(api):
    account = {"account": one("accounts", ACCOUNT)}
    for path, type, name in (
        ("/agent-pools", "agent-pools", "p"),
        ("/tags", "tags", "t"),
        ("/teams", "teams", "x"),
        ("/roles", "roles", "r"),
    ):
        made = await api.create(path, type, {"name": name}, account)
        assert related(made, "account") == ACCOUNT
        assert made["id"] in await api.ids(f"{path}?filter[account]={ACCOUNT}")


async def test_an_environment_is_deleted_with_the_workspaces_left_in_it(api):
    made = await environment(api, "e")
    belongs = {"environment": one("environments", made["id"])}
    await api.create("/workspaces", "workspaces", {"name": "w"}, belongs)
    update = resource(
        "environments",
        {"name": "f", "cost-estimation-enabled": False},
        {"policy-groups": many(""), "default-provider-configurations": many("")},
    )
    status, document = await api("PATCH", f"/environments/{made['id']}", update)
    assert (status, document["data"]["attributes"]["name"]) == (200, "f")
    assert (await api("DELETE", f"/environments/{made['id']}"))[0] == 204


async def test_default_provider_configurations_come_and_go(api):
    configuration = await api.create(
        "/provider-configurations",
        "provider-configurations",
        {"name": "consul", "provider-name": "consul", "is-shared": True},
        {"account": one("accounts", ACCOUNT)},
    )
    made = await environment(api, "e")
    name = "default-provider-configurations"
    linkage = many("provider-configurations", configuration["id"])
    _, document = await api.patch(made, "/environments", {}, {name: linkage})
    assert related(document["data"], name) == [configuration["id"]]
    _, document = await api.patch(made, "/environments", {}, {name: many("")})
    assert related(document["data"], name) == []


@pytest.mark.parametrize("query", ["include=created-by", "include="])
async def test_a_workspace_is_found_by_environment_and_name(api, query):
    await api.workspace("v")
    workspace = await api.workspace("w")
    path = f"/workspaces?filter%5Benvironment%5D={ENVIRONMENT}&filter%5Bname%5D=w&{query}"
    document = await api.get(path)
    assert [r["id"] for r in document["data"]] == [workspace["id"]]
    document = await api.get(f"/workspaces/{workspace['id']}?include=created-by")
    owner = document["included"][0]["attributes"]
    assert all(owner[name] for name in ("full-name", "email", "username"))


async def test_timestamps_are_whole_seconds_in_utc(api):
    workspace = await api.workspace("w")
    created = workspace["attributes"]["created-at"]
    assert len(created) == len("2026-01-02T03:04:05Z")
    assert created.endswith("Z")


async def test_an_ssh_key_link_is_plain_json_in_a_document_type(api):
    workspace = await api.workspace("w")
    key = await api.create(
        "/ssh-keys",
        "account-ssh-keys",
        {"name": "k", "private-key": "-----BEGIN"},
        {"account": one("accounts", ACCOUNT)},
    )
    path = f"/workspaces/{workspace['id']}/ssh-key-links"
    assert (await api("POST", path, {"ssh-key": key["id"]}))[0] == 201
    assert (await api("DELETE", path + "/"))[0] == 204


async def test_the_default_user_of_its_tests(api):
    users = (await api.get("/users?filter[email]=tf-admin@scalr.com"))["data"]
    assert [user["id"] for user in users] == ["user-svrcmmpcrkmit1g"]
    found = await api.get("/account-users?filter[user]=user-svrcmmpcrkmit1g")
    assert [related(member, "account") for member in found["data"]] == [ACCOUNT]
    assert await api.ids("/users?filter[identity-provider]=none") == []


UNSET_KEYS = (
    "aws-access-key aws-secret-key aws-account-type aws-credentials-type aws-trusted-entity-type "
    "aws-role-arn aws-external-id aws-audience aws-default-tags aws-default-tags-strategy "
    "aws-credentials-source azurerm-auth-type azurerm-audience azurerm-client-id "
    "azurerm-client-secret azurerm-subscription-id azurerm-tenant-id google-auth-type "
    "google-service-account-email google-workload-provider-name google-project "
    "google-credentials google-default-labels google-default-label-strategy scalr-hostname "
    "scalr-token"
).split()


async def test_a_provider_configuration_is_updated_with_all_its_nulls(api):
    path, type = "/provider-configurations", "provider-configurations"
    tags = {"aws-default-tags": {"Tag1": "Value1"}, "aws-default-tags-strategy": "update"}
    made = await api.create(path, type, {"name": "p", "provider-name": "aws", **tags})
    attributes = dict.fromkeys(UNSET_KEYS) | {"name": "q", "aws-access-key": "AKIA"}
    links = {name: many("", *()) for name in ("environments", "owners", "tags")}
    status, document = await api.patch(made, path, attributes, links)
    assert status == 200
    after = document["data"]["attributes"]
    assert (after["name"], after["aws-access-key"]) == ("q", "AKIA")
    assert after["aws-default-tags"] is None


async def test_workspace_filters_of_a_drift_schedule_are_replaced(api):
    path, type = "/drift-detection-schedules", "drift-detection-schedule"
    home = {"environment": one("environments", ENVIRONMENT)}
    made = await api.create(path, type, {"schedule": "daily", "workspace-filters": {}}, home)
    assert "workspace-filters" not in made["attributes"]
    assert made["attributes"]["run-mode"] == "refresh-only"
    filters = {"name-patterns": ["*foo", "bar*"]}
    given = {"schedule": "weekly", "workspace-filters": filters, "run-mode": "plan"}
    status, document = await api.patch(made, path, given, home)
    assert (status, document["data"]["attributes"]["workspace-filters"]) == (200, filters)


async def test_variables_know_who_changed_them(api):
    made = await api.create("/vars", "vars", {"key": "k", "category": "shell"})
    assert made["attributes"]["updated-by-email"] == "tf-admin@scalr.com"
    assert made["attributes"]["updated-at"]
    document = await api.get(f"/vars/{made['id']}?include=updated-by")
    assert document["included"][0]["attributes"]["email"] == "tf-admin@scalr.com"


async def test_an_account_need_not_be_named(api):
    integration = {"name": "d", "api-key": "k"}
    made = await api.create("/integrations/datadog", "datadog-integrations", integration)
    assert related(made, "account") == ACCOUNT


async def test_optional_keys_that_nobody_set_come_as_null(api):
    vcs = api.emu.create("vcs-providers", {"name": "v", "vcs-type": "github"})
    links = {"vcs-provider": one("vcs-providers", vcs.id)}
    repository = {"identifier": "acme/terraform-aws-vpc", "path": None}
    made = await api.create("/modules", "modules", {"vcs-repo": repository}, links)
    assert made["attributes"]["vcs-repo"] == {"identifier": "acme/terraform-aws-vpc"}
    body = resource("modules", {"vcs-repo": {"identifier": None, "path": None}}, links)
    status, document = await api("POST", "/modules", body)
    pointers = [error["source"]["pointer"] for error in document["errors"]]
    assert (status, pointers) == (422, ["/data/attributes/vcs-repo/identifier"])
    nobody = {"vcs-provider": one("vcs-providers", "vcs-none")}
    body = resource("modules", {"vcs-repo": repository}, nobody)
    status, document = await api("POST", "/modules", body)
    detail = "VcsProvider with ID 'vcs-none' not found or user unauthorized."
    told = [(error["title"], error["detail"]) for error in document["errors"]]
    assert (status, told) == (404, [("Invalid Relationship", detail)])


async def test_nulls_inside_lists_and_untyped_values(api):
    headers = [{"name": "A", "value": "b", "sensitive": None}]
    attributes = {"name": "p", "webhook-url": "https://example.com", "webhook-headers": headers}
    made = await api.create("/agent-pools", "agent-pools", attributes)
    shown = [{"name": "A", "value": "b", "sensitive": False}]
    assert made["attributes"]["webhook-headers"] == shown
    profile = {
        "name": "google",
        "backend-type": "google",
        "google-storage-bucket": "b",
        "google-credentials": {"type": "service_account", "note": None},
    }
    await api.create("/storage-profiles", "storage-profiles", profile)


VCS = {
    "name": "v",
    "vcs-type": "github",
    "auth-type": "personal_token",
    "oauth": None,
    "token": "",
    "url": None,
    "username": None,
}


@pytest.mark.parametrize(
    ("kind", "given", "url"),
    [
        ("github", None, "https://github.com"),
        ("gitlab", None, "https://gitlab.com"),
        ("github", "https://github.example.com", "https://github.example.com"),
        ("github_enterprise", None, None),
    ],
)
async def test_a_vcs_provider_knows_where_it_is(api, kind, given, url):
    attributes = {**VCS, "vcs-type": kind, "url": given}
    made = await api.create("/vcs-providers", "vcs-providers", attributes)
    assert made["attributes"]["url"] == url


async def test_a_vcs_provider_without_environments_is_for_all(api):
    path, type = "/vcs-providers", "vcs-providers"
    shared = await api.create(path, type, VCS)
    assert shared["attributes"]["is-shared"] is True
    here = {"environments": many("environments", ENVIRONMENT)}
    own = await api.create(path, type, {**VCS, "name": "w"}, here)
    assert own["attributes"]["is-shared"] is False
    status, document = await api.patch(own, path, {"token": "invalid token"})
    assert (status, document["errors"][0]["detail"]) == (422, "Invalid access token.")


async def test_roles_are_found_by_the_name_inside_their_own_filter(api):
    scope = f"filter[account]=in:null,{ACCOUNT}"
    assert await api.ids(f"/roles?{scope}&filter[role][name]=user") == ["role-t67mjtmauajto7g"]
    reader = "filter[role]=role-t67mjtmabulckto"
    assert await api.ids(f"/roles?{scope}&{reader}&filter[role][name]=user") == []
    assert (await api("GET", "/roles?filter[role][color]=red"))[0] == 400


async def test_policies_need_a_version_that_is_one(api):
    vcs = api.emu.create("vcs-providers", {"name": "v"})
    attributes = {"name": "g", "vcs-repo": {"identifier": "acme/policies"}}
    links = {"vcs-provider": one("vcs-providers", vcs.id)}
    made = await api.create("/policy-groups", "policy-groups", attributes, links)
    status, document = await api.patch(made, "/policy-groups", {"opa-version": "nonexisting"})
    pointer = document["errors"][0]["source"]["pointer"]
    assert (status, pointer) == (422, "/data/attributes/opa-version")
    assert (await api.patch(made, "/policy-groups", {"opa-version": "0.50.1"}))[0] == 200


async def test_hooks_are_found_by_the_events_they_run_at(api):
    vcs = api.emu.create("vcs-providers", {"name": "v"})
    hooks = [
        api.emu.create("hooks", {"name": name}, {"vcs-provider": vcs.id}) for name in ("a", "b")
    ]
    links = {"environment": ENVIRONMENT, "hook": hooks[0].id}
    api.emu.create("hook-environment-links", {"events": ["pre-plan", "post-plan"]}, links)
    assert await api.ids("/hooks?filter[events]=post-plan") == [hooks[0].id]
    assert await api.ids("/hooks?filter[events]=in:pre-apply") == []
