from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from .conftest import ACCOUNT, ENVIRONMENT, many, one, related, resource


async def pool_of(api, name="p", attributes=None, **relationships):
    return await api.create(
        "/agent-pools", "agent-pools", {"name": name, **(attributes or {})}, relationships
    )


async def environment(api, name="other", **relationships):
    return await api.create(
        "/environments",
        "environments",
        {"name": name},
        {"account": one("accounts", ACCOUNT), **relationships},
    )


async def read(api, path, data):
    return (await api.get(f"{path}/{data['id']}"))["data"]


# environments and workspaces


async def test_defaults_of_an_environment(api):
    made = await environment(api)
    expected = {
        "status": "Active",
        "remote-backend": True,
        "mask-sensitive-output": True,
        "is-federated-to-account": False,
        "locked": False,
        "favorite": False,
    }
    assert expected.items() <= made["attributes"].items()
    assert made["attributes"]["created-at"].endswith("Z")
    users = await api.ids("/users")
    assert related(made, "created-by") == users[0]


async def test_defaults_of_a_workspace(api):
    made = await api.workspace("w")
    expected = {
        "auto-apply": False,
        "auto-queue-runs": "skip_first",
        "deletion-protection-enabled": True,
        "environment-type": "unmapped",
        "execution-mode": "remote",
        "force-latest-run": False,
        "has-resources": False,
        "hooks": None,
        "iac-platform": "terraform",
        "operations": True,
        "terraform-version": "1.5.7",
        "working-directory": "",
    }
    assert expected.items() <= made["attributes"].items()
    assert related(made, "agent-pool") is None
    assert related(made, "tags") == []


async def test_an_environment_takes_what_is_in_it_along(api):
    home = await environment(api)
    there = {"environment": one("environments", home["id"])}
    pool = await pool_of(api, **there)
    workspace = await api.create("/workspaces", "workspaces", {"name": "w"}, there)
    assert (await api("DELETE", f"/environments/{home['id']}"))[0] == 204
    assert (await api("GET", f"/workspaces/{workspace['id']}"))[0] == 404
    assert (await api("GET", f"/agent-pools/{pool['id']}"))[0] == 404


async def test_execution_mode_and_operations_are_one(api):
    workspace = await api.workspace("w")
    _, document = await api.patch(workspace, "/workspaces", {"execution-mode": "local"})
    assert document["data"]["attributes"]["operations"] is False
    _, document = await api.patch(workspace, "/workspaces", {"operations": True})
    assert document["data"]["attributes"]["execution-mode"] == "remote"
    _, document = await api.patch(workspace, "/workspaces", {"operations": False})
    assert document["data"]["attributes"]["execution-mode"] == "local"


async def test_empty_hooks_are_no_hooks(api):
    workspace = await api.workspace("w")
    hooks = {"pre-plan": "./plan.sh", "pre-init": ""}
    _, document = await api.patch(workspace, "/workspaces", {"hooks": hooks})
    assert document["data"]["attributes"]["hooks"] == hooks
    _, document = await api.patch(workspace, "/workspaces", {"hooks": {"pre-plan": ""}})
    assert document["data"]["attributes"]["hooks"] is None


async def test_a_workspace_with_resources_is_protected(api):
    workspace = await api.workspace("w")
    api.emu.update(api.emu.store.get("workspaces", workspace["id"]), {"has-resources": True})
    path = f"/workspaces/{workspace['id']}"
    assert (await api("DELETE", path))[0] == 409
    _, document = await api.patch(workspace, "/workspaces", {"deletion-protection-enabled": False})
    changed_by = document["data"]["attributes"]["deletion-protection-changed-by-email"]
    assert changed_by == "tf-admin@scalr.com"
    assert (await api("DELETE", path))[0] == 204


@pytest.mark.parametrize(("path", "type"), [("/workspaces", "w"), ("/environments", "e")])
async def test_lock_and_unlock(api, path, type):
    made = await (api.workspace("w") if type == "w" else environment(api))
    actions = f"{path}/{made['id']}/actions"
    status, document = await api("POST", f"{actions}/lock", {"reason": "repairs"})
    assert status == 200
    assert document["data"]["attributes"]["locked"] is True
    assert document["data"]["attributes"]["lock-reason"] == "repairs"
    assert related(document["data"], "locked-by") is not None
    assert (await api("POST", f"{actions}/lock"))[0] == 409
    if type == "w":
        assert (await api("DELETE", f"{path}/{made['id']}"))[0] == 409
    status, document = await api("POST", f"{actions}/unlock")
    assert (status, document["data"]["attributes"]["locked"]) == (200, False)
    assert related(document["data"], "locked-by") is None
    assert (await api("POST", f"{actions}/unlock"))[0] == 409
    assert (await api("POST", f"{path}/none/actions/lock"))[0] == 404
    assert (await api("POST", f"{actions}/lock", {"reason": 5}))[0] == 422
    assert (await api("POST", f"{actions}/lock", []))[0] == 422


@pytest.mark.parametrize(("path", "type"), [("/workspaces", "w"), ("/environments", "e")])
async def test_favorites(api, path, type):
    made = await (api.workspace("w") if type == "w" else environment(api))
    for action, value in (("favorite", True), ("unfavorite", False)):
        status, document = await api("POST", f"{path}/{made['id']}/actions/{action}")
        assert (status, document["data"]["attributes"]["favorite"]) == (200, value)


async def test_schedules(api):
    workspace = await api.workspace("w")
    path = f"/workspaces/{workspace['id']}/actions/set-schedule"
    body = {"apply-schedule": "30 3 5 3-5 2", "destroy-schedule": ""}
    status, document = await api("POST", path, body)
    assert status == 200
    assert document["data"]["attributes"]["apply-schedule"] == "30 3 5 3-5 2"
    assert document["data"]["attributes"]["destroy-schedule"] is None
    status, document = await api("POST", path, {"apply-schedule": "whenever"})
    assert (status, document["errors"][0]["source"]) == (422, {"pointer": "/apply-schedule"})


async def test_resync_makes_a_configuration_version(api):
    workspace = await api.workspace("w")
    path = f"/workspaces/{workspace['id']}/actions/resync"
    assert (await api("POST", path))[0] == 422
    await api.patch(workspace, "/workspaces", {"vcs-repo": {"identifier": "acme/app"}})
    status, document = await api("POST", path)
    assert (status, document["data"]["type"]) == (201, "configuration-versions")
    after = await read(api, "/workspaces", workspace)
    assert related(after, "latest-configuration-version") == document["data"]["id"]


async def test_ssh_key_links(api):
    workspace = await api.workspace("w")
    key = api.emu.create("account-ssh-keys", {"name": "k"})
    path = f"/workspaces/{workspace['id']}/ssh-key-links"
    status, document = await api("POST", path, {"ssh-key": key.id})
    assert (status, related(document["data"], "ssh-key")) == (201, key.id)
    assert (await api("POST", path, {"ssh-key": "none"}))[0] == 404
    assert (await api("POST", path, {}))[0] == 422
    assert (await api("DELETE", path))[0] == 204
    assert related(await read(api, "/workspaces", workspace), "ssh-key") is None


# agent pools


async def test_a_pool_belongs_to_the_account_of_the_token(api):
    pool = await pool_of(api)
    assert pool["id"].startswith("apool-")
    assert related(pool, "account") == ACCOUNT
    assert related(pool, "environment") is None
    assert pool["attributes"] == {
        "default": False,
        "features": [],
        "in-use": False,
        "is-scalr-managed": False,
        "is-shared": True,
        "name": "p",
        "vcs-enabled": False,
        "webhook-enabled": False,
        "webhook-headers": None,
        "webhook-url": None,
    }


async def test_scope_and_sharing_of_a_pool(api):
    home = {"environment": one("environments", ENVIRONMENT)}
    scoped = await pool_of(api, "scoped", **home)
    assert related(scoped, "account") == ACCOUNT
    assert related(scoped, "environment") == ENVIRONMENT
    assert scoped["attributes"]["is-shared"] is False
    listed = await pool_of(api, "listed", environments=many("environments", ENVIRONMENT))
    assert listed["attributes"]["is-shared"] is False
    assert related(listed, "environments") == [ENVIRONMENT]
    assert await api.ids(f"/agent-pools?filter[environment]={ENVIRONMENT}") == [
        scoped["id"],
        listed["id"],
    ]
    _, document = await api.patch(listed, "/agent-pools", {"is-shared": True})
    assert related(document["data"], "environments") == []
    environments = {"environments": many("environments", ENVIRONMENT)}
    _, document = await api.patch(listed, "/agent-pools", {}, environments)
    assert document["data"]["attributes"]["is-shared"] is False
    assert related(document["data"], "environments") == [ENVIRONMENT]


async def test_a_pool_serves_only_environments_that_it_is_there_for(api):
    other = await environment(api)
    pool = await pool_of(api, environments=many("environments", other["id"]))
    workspace = await api.workspace("w")
    link = {"agent-pool": one("agent-pools", pool["id"])}
    status, document = await api.patch(workspace, "/workspaces", {}, link)
    assert status == 422
    assert document["errors"][0]["title"] == "Invalid Relationship"
    assert document["errors"][0]["source"] == {"pointer": "/data/relationships/agent-pool"}
    links = {"workspaces": many("workspaces", workspace["id"])}
    status, document = await api.patch(pool, "/agent-pools", {}, links)
    assert status == 422
    assert document["errors"][0]["source"] == {"pointer": "/data/relationships/workspaces"}
    assert related(await read(api, "/workspaces", workspace), "agent-pool") is None
    assert (await api.patch(pool, "/agent-pools", {"is-shared": True}))[0] == 200
    assert (await api.patch(workspace, "/workspaces", {}, link))[0] == 200
    assert (await api.patch(pool, "/agent-pools", {"is-shared": False}))[0] == 422
    home = await environment(
        api, "third", **{"default-workspace-agent-pool": one("agent-pools", pool["id"])}
    )
    after = await read(api, "/agent-pools", pool)
    assert related(after, "default-environments") == [home["id"]]
    scoped = await pool_of(api, "s", environment=one("environments", ENVIRONMENT))
    link = {"agent-pool": one("agent-pools", scoped["id"])}
    assert (await api.patch(workspace, "/workspaces", {}, link))[0] == 200


async def test_pool_and_workspace_tell_the_same_link(api):
    one_pool, two_pool = await pool_of(api, "a"), await pool_of(api, "b")
    workspaces = [await api.workspace(f"w{n}") for n in range(3)]
    ids = [w["id"] for w in workspaces]
    links = {"workspaces": many("workspaces", *ids[:2], ids[0])}
    status, document = await api.patch(one_pool, "/agent-pools", {}, links)
    assert (status, related(document["data"], "workspaces")) == (200, ids[:2])
    assert document["data"]["attributes"]["in-use"] is True
    assert related(await read(api, "/workspaces", workspaces[0]), "agent-pool") == one_pool["id"]
    link = {"agent-pool": one("agent-pools", two_pool["id"])}
    await api.patch(workspaces[0], "/workspaces", {}, link)
    assert related(await read(api, "/agent-pools", one_pool), "workspaces") == [ids[1]]
    assert related(await read(api, "/agent-pools", two_pool), "workspaces") == [ids[0]]
    links = {"workspaces": many("workspaces", ids[2])}
    await api.patch(one_pool, "/agent-pools", {}, links)
    assert related(await read(api, "/workspaces", workspaces[1]), "agent-pool") is None
    assert related(await read(api, "/workspaces", workspaces[0]), "agent-pool") == two_pool["id"]
    _, document = await api.patch(workspaces[2], "/workspaces", {}, {"agent-pool": one("", None)})
    assert related(document["data"], "agent-pool") is None
    after = await read(api, "/agent-pools", one_pool)
    assert related(after, "workspaces") == []
    assert after["attributes"]["in-use"] is False


async def test_a_pool_is_made_with_its_workspaces(api):
    workspace = await api.workspace("w")
    pool = await pool_of(api, workspaces=many("workspaces", workspace["id"]))
    assert related(pool, "workspaces") == [workspace["id"]]
    assert related(await read(api, "/workspaces", workspace), "agent-pool") == pool["id"]
    assert (await api("DELETE", f"/agent-pools/{pool['id']}"))[0] == 204
    assert related(await read(api, "/workspaces", workspace), "agent-pool") is None


async def test_sensitive_headers_read_back_blank_and_in_order(api):
    headers = [
        {"name": "z", "value": "plain"},
        {"name": "a", "value": "secret", "sensitive": True},
        {"name": "m", "value": None, "sensitive": False},
    ]
    pool = await pool_of(api, attributes={"webhook-headers": headers})
    for shown in (pool, await read(api, "/agent-pools", pool)):
        assert shown["attributes"]["webhook-headers"] == [
            {"name": "z", "value": "plain", "sensitive": False},
            {"name": "a", "value": "", "sensitive": True},
            {"name": "m", "value": None, "sensitive": False},
        ]
    status, _ = await api.patch(pool, "/agent-pools", {"webhook-url": "ftp://nowhere"})
    assert status == 422
    status, _ = await api.patch(pool, "/agent-pools", {"webhook-url": "https://somewhere"})
    assert status == 200


async def test_busy_agents_keep_their_pool(api):
    pool = await pool_of(api)
    busy = api.emu.create("agents", {"name": "a", "status": "busy"}, {"pool": pool["id"]})
    dead = api.emu.create("agents", {"name": "b", "status": "offline"}, {"pool": pool["id"]})
    assert related(await read(api, "/agent-pools", pool), "agents") == [busy.id, dead.id]
    status, document = await api("DELETE", f"/agent-pools/{pool['id']}")
    assert status == 409
    assert document["errors"][0]["detail"] == "Can't be deleted. Has busy agents."
    assert (await api("DELETE", f"/agents/{busy.id}"))[0] == 409
    assert (await api("DELETE", f"/agents/{dead.id}"))[0] == 204
    api.emu.update(busy, {"status": "idle"})
    assert (await api("DELETE", f"/agents/{busy.id}"))[0] == 409
    assert (await api("DELETE", f"/agent-pools/{pool['id']}"))[0] == 204
    assert await api.ids("/agents") == []


# access tokens


async def test_a_token_is_shown_once(api):
    pool = await pool_of(api)
    path = f"/agent-pools/{pool['id']}/access-tokens"
    token = await api.create(path, "access-tokens", {"expires-in": 60})
    assert token["attributes"]["token"]
    assert token["attributes"]["description"] == ""
    assert token["attributes"]["expires-at"] > token["attributes"]["created-at"]
    shown = await read(api, "/access-tokens", token)
    assert shown["attributes"]["token"] is None
    assert "secret" not in shown["attributes"]
    status, document = await api.patch(token, "/access-tokens", {"description": "k8s", "name": "n"})
    assert (status, document["data"]["attributes"]["description"]) == (200, "k8s")
    assert (await api.patch(token, "/access-tokens", {"expires-in": 10**30}))[0] == 422
    status, document = await api.patch(token, "/access-tokens", {"expires-in": None})
    assert document["data"]["attributes"]["expires-at"] is None
    assert (await api("DELETE", f"/access-tokens/{token['id']}"))[0] == 204
    assert await api.ids(path) == []


async def test_tokens_go_with_what_they_belong_to(api):
    pool = await pool_of(api)
    token = await api.create(f"/agent-pools/{pool['id']}/access-tokens", "access-tokens")
    assert (await api("DELETE", f"/agent-pools/{pool['id']}"))[0] == 204
    assert (await api("GET", f"/access-tokens/{token['id']}"))[0] == 404


async def test_personal_and_service_account_tokens_work_until_deleted(api):
    account = {"account": one("accounts", ACCOUNT)}
    robot = await api.create("/service-accounts", "service-accounts", {"name": "bot"}, account)
    owners = api.token
    path = f"/service-accounts/{robot['id']}/access-tokens"
    made = [
        await api.create("/access-tokens", "access-tokens", {"name": "mine"}),
        await api.create(path, "access-tokens", {"description": "ci"}),
    ]
    for token in made:
        api.token = token["attributes"]["token"]
        assert await api.ids("/environments") == [ENVIRONMENT]
        tag = await api.create("/tags", "tags", {"name": token["id"]})
        assert related(tag, "account") == ACCOUNT
    assert await api.ids("/access-tokens") == [made[1]["id"]]
    api.token = owners
    assert await api.ids("/access-tokens") == [made[0]["id"]]
    assert await api.ids(path) == [made[1]["id"]]
    await api.patch(robot, "/service-accounts", {"status": "Inactive"})
    api.token = made[1]["attributes"]["token"]
    assert (await api("GET", "/environments"))[0] == 401
    api.token = owners
    assert (await api("DELETE", f"/access-tokens/{made[0]['id']}"))[0] == 204
    api.token = made[0]["attributes"]["token"]
    assert (await api("GET", "/environments"))[0] == 401


async def test_a_token_says_when_it_was_last_used(api):
    service, owners = api.emu._service, api.token
    moment = service.clock()
    token = await api.create("/access-tokens", "access-tokens", {"expires-in": 5})
    path = f"/access-tokens/{token['id']}"
    assert (await api.get(path))["data"]["attributes"]["last-used-at"] is None
    for minutes, used, status in ((1, 1, 200), (2, 2, 200), (9, 2, 401)):
        service.clock = lambda minutes=minutes: moment + timedelta(minutes=minutes)
        api.token = token["attributes"]["token"]
        assert (await api("GET", "/tags"))[0] == status
        api.token = owners
        shown = (await api.get(path))["data"]["attributes"]["last-used-at"]
        assert shown == (moment + timedelta(minutes=used)).strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_expired_tokens_and_tokens_of_pools_do_not_speak_for_anybody(api):
    service = api.emu._service
    token = await api.create("/access-tokens", "access-tokens", {"expires-in": 5})
    pool = await pool_of(api)
    agents = await api.create(f"/agent-pools/{pool['id']}/access-tokens", "access-tokens")
    assert await api.ids("/access-tokens?filter[is-expired]=false") == [token["id"]]
    service.clock = lambda: datetime(2999, 1, 1, tzinfo=UTC)
    assert await api.ids("/access-tokens?filter[is-expired]=true") == [token["id"]]
    for tried in (token, agents):
        api.token = tried["attributes"]["token"]
        assert (await api("GET", "/environments"))[0] == 401
    api.token = token["id"] + ".guess"
    assert (await api("GET", "/environments"))[0] == 401


async def test_missing_or_unknown_tokens_are_unauthorized(api):
    for header in ("", "Bearer", "Bearer nobody", f"Basic {api.token}"):
        status, headers, body = await api.raw("GET", "/tags", headers={"Authorization": header})
        assert (status, body, headers["WWW-Authenticate"]) == (401, b"", "Bearer")


# the rest


@pytest.mark.parametrize(
    ("name", "detail"),
    [(" ", "Name cannot be empty."), ("! / nope", None)],
)
async def test_names_of_tags(api, name, detail):
    status, document = await api("POST", "/tags", resource("tags", {"name": name}))
    assert status == 422
    assert detail is None or document["errors"][0]["detail"] == detail


async def test_a_tag_in_use(api):
    tag = await api.create("/tags", "tags", {"name": "red"})
    assert tag["attributes"]["in-use"] is False
    workspace = await api.workspace("w", tags=many("tags", tag["id"]))
    assert (await read(api, "/tags", tag))["attributes"]["in-use"] is True
    assert (await api("DELETE", f"/tags/{tag['id']}"))[0] == 204
    assert related(await read(api, "/workspaces", workspace), "tags") == []


async def test_service_accounts(api):
    account = {"account": one("accounts", ACCOUNT)}
    made = await api.create("/service-accounts", "service-accounts", {"name": "bot"}, account)
    assert made["attributes"]["status"] == "Active"
    assert await api.ids(f"/service-accounts?filter[email]={made['attributes']['email']}") == [
        made["id"]
    ]
    body = resource("service-accounts", {"name": " "}, account)
    _, document = await api("POST", "/service-accounts", body)
    assert document["errors"][0]["detail"] == "Service account name can not be empty."
    body = resource("service-accounts", {"name": "x"}, {"account": one("accounts", "acc-123")})
    status, document = await api("POST", "/service-accounts", body)
    assert status == 404
    assert document["errors"][0]["detail"].startswith("Account with ID 'acc-123' not found")


async def test_allowed_ips(api):
    account = {"type": "accounts", "id": ACCOUNT}
    networks = ["0.0.0.0/0", "192.168.0.0/24"]
    status, document = await api.patch(account, "/accounts", {"allowed-ips": networks})
    assert (status, document["data"]["attributes"]["allowed-ips"]) == (200, networks)
    for wrong in ("127.0.00", "FE80::1"):
        status, document = await api.patch(account, "/accounts", {"allowed-ips": [wrong]})
        assert status == 422
        assert document["errors"][0]["title"] == "Invalid Attribute"
        assert document["errors"][0]["detail"] == "value is not a valid IPv4 network"
        assert document["errors"][0]["source"] == {"pointer": "/data/attributes/allowed-ips/0"}


async def test_an_account_keeps_a_name(api):
    account = {"type": "accounts", "id": ACCOUNT}
    assert (await api.patch(account, "/accounts", {"name": " "}))[0] == 422


async def test_a_provider_version_has_a_number_and_a_provider(api):
    provider = await api.create("/providers", "providers", {"name": "p"})
    links = {"provider": one("providers", provider["id"])}
    type, path = "provider-versions", "/provider-versions"
    for attributes, linked, pointer in (
        ({"version": ""}, links, "/data/attributes/version"),
        ({}, links, "/data/attributes/version"),
        (
            {"version": "1.0.0"},
            {"provider": one("providers", None)},
            "/data/relationships/provider",
        ),
    ):
        status, document = await api("POST", path, resource(type, attributes, linked))
        assert (status, document["errors"][0]["source"]) == (422, {"pointer": pointer})
    await api.create(path, type, {"version": "1.0.0"}, links)


async def test_inviting_and_removing_users(api):
    path = f"/accounts/{ACCOUNT}/actions"
    team = await api.create("/teams", "teams", {"name": "t"})
    body = resource("users", {"email": "new@example.com"}, {"teams": many("teams", team["id"])})
    status, document = await api("POST", f"{path}/invite", body)
    assert (status, document["data"]["type"]) == (201, "account-users")
    assert document["data"]["attributes"]["status"] == "Pending"
    user = related(document["data"], "user")
    assert related(await read(api, "/teams", team), "users") == [user]
    assert await api.ids(f"/account-users?filter[user]={user}") == [document["data"]["id"]]
    assert (await api("POST", f"{path}/invite", body))[0] == 422
    assert (await api("DELETE", f"{path}/remove/{user}"))[0] == 204
    assert (await api("GET", f"/users/{user}"))[0] == 404
    assert (await api("DELETE", f"{path}/remove/{user}"))[0] == 404
    owner = (await api.ids("/users"))[0]
    assert (await api("DELETE", f"{path}/remove/{owner}"))[0] == 403


async def test_users(api):
    body = resource("users", {"email": "a@example.com", "password": "hidden"})
    status, document = await api("POST", "/users", body)
    assert status == 201
    assert "password" not in document["data"]["attributes"]
    assert document["data"]["attributes"]["username"] == "a@example.com"
    status, document = await api("POST", "/users", body)
    assert (status, document["errors"][0]["detail"]) == (422, "Email has already been taken")
    assert (await api("POST", "/users", resource("users", {"email": "nobody"})))[0] == 422


async def test_relationship_endpoints(api):
    tags = [await api.create("/tags", "tags", {"name": n}) for n in "abc"]
    ids = [tag["id"] for tag in tags]
    workspace = await api.workspace("w")
    path = f"/workspaces/{workspace['id']}/relationships/tags"
    assert await api("POST", path, many("tags", *ids[:2])) == (204, None)
    assert await api("POST", path, many("tags", ids[1], ids[2])) == (204, None)
    document = await api.get(f"{path}?page[size]=2")
    assert document["data"] == many("tags", *ids[:2])["data"]
    assert document["meta"]["pagination"]["total-count"] == 3
    assert await api("DELETE", path, many("tags", ids[0])) == (204, None)
    assert await api.ids(path) == ids[1:]
    assert await api("PATCH", path, many("tags", ids[0])) == (204, None)
    assert related(await read(api, "/workspaces", workspace), "tags") == [ids[0]]
    assert await api("PATCH", path, many("tags")) == (204, None)
    assert await api.ids(path) == []
    status, document = await api("POST", path, many("tags", "tag-none"))
    assert status == 404
    assert document["errors"][0]["title"] == "Validation Error"
    detail = "Tag with ID 'tag-none' not found or user unauthorized."
    assert document["errors"][0]["detail"] == detail
    status, document = await api("POST", path, many("workspaces", workspace["id"]))
    assert (status, document["errors"][0]["source"]) == (422, {"pointer": "/data/0"})
    assert (await api("POST", path, {"data": {}}))[0] == 422
    assert (await api("GET", "/workspaces/none/relationships/tags"))[0] == 404


async def test_remote_state_consumers(api):
    first, second = await api.workspace("a"), await api.workspace("b")
    path = f"/workspaces/{first['id']}/relationships/remote-state-consumers"
    body = many("workspaces", second["id"])
    assert (await api("POST", path, body))[0] == 409
    await api.patch(first, "/workspaces", {"remote-state-sharing": False})
    assert (await api("POST", path, body))[0] == 204
    assert await api.ids(path) == [second["id"]]
    assert await api.ids(f"/workspaces?filter[state-consumer-of]={first['id']}") == [second["id"]]
    assert (await api("DELETE", f"/workspaces/{second['id']}"))[0] == 204
    assert await api.ids(path) == []


async def test_federated_environments(api):
    other = await environment(api)
    workspace = await api.workspace("w")
    path = f"/environments/{ENVIRONMENT}/relationships/federated-environments"
    assert (await api("POST", path, many("environments", other["id"])))[0] == 204
    assert await api.ids(path) == [other["id"]]
    found = await api.ids(f"/workspaces?filter[federated-to-env]={other['id']}")
    assert found == [workspace["id"]]
    there = await api.create(
        "/workspaces",
        "workspaces",
        {"name": "x"},
        {"environment": one("environments", other["id"])},
    )
    found = await api.ids(f"/workspaces?filter[federated-by-env]={ENVIRONMENT}")
    assert found == [there["id"]]


async def test_sso_bypass_users(api):
    owner = (await api.ids("/users"))[0]
    path = f"/accounts/{ACCOUNT}/relationships/sso-bypass-users"
    assert (await api("PATCH", path, many("users", owner)))[0] == 204
    assert await api.ids(path) == [owner]


async def test_policy_groups_and_their_environments(api):
    group = api.emu.create("policy-groups", {"name": "g"})
    path = f"/policy-groups/{group.id}/relationships/environments"
    assert (await api("POST", path, many("environments", ENVIRONMENT)))[0] == 204
    shown = (await api.get(f"/environments/{ENVIRONMENT}"))["data"]
    assert related(shown, "policy-groups") == [group.id]
    assert await api.ids(f"/environments?filter[policy-group]={group.id}") == [ENVIRONMENT]
    assert (await api("DELETE", f"{path}/{ENVIRONMENT}"))[0] == 204
    shown = (await api.get(f"/environments/{ENVIRONMENT}"))["data"]
    assert related(shown, "policy-groups") == []
    assert (await api("POST", f"/policy-groups/{group.id}/actions/resync"))[0] == 204
    assert (await api("POST", "/policy-groups/none/actions/resync"))[0] == 404


async def test_two_ends_of_a_relationship_to_many(api):
    owner = (await api.get("/users"))["data"][0]
    teams = [await api.create("/teams", "teams", {"name": n}) for n in "ab"]
    ids = [team["id"] for team in teams]
    _, document = await api.patch(owner, "/users", {}, {"teams": many("teams", *ids)})
    assert related(document["data"], "teams") == ids
    assert related(await read(api, "/teams", teams[0]), "users") == [owner["id"]]
    _, document = await api.patch(owner, "/users", {}, {"teams": many("teams", ids[1])})
    assert related(document["data"], "teams") == [ids[1]]
    assert related(await read(api, "/teams", teams[0]), "users") == []


async def test_objects_below_a_path_know_their_parent(api):
    account = {"account": one("accounts", ACCOUNT)}
    attributes = {"name": "consul", "provider-name": "consul"}
    configuration = await api.create(
        "/provider-configurations", "provider-configurations", attributes, account
    )
    workspace = await api.workspace("w")
    path = f"/workspaces/{workspace['id']}/provider-configuration-links"
    relationships = {"provider-configuration": one("provider-configurations", configuration["id"])}
    link = await api.create(path, "provider-configuration-links", {}, relationships)
    assert related(link, "workspace") == workspace["id"]
    assert await api.ids(path) == [link["id"]]
    found = await api.ids(f"/workspaces?filter[provider-configuration]={configuration['id']}")
    assert found == [workspace["id"]]


async def test_singletons(api):
    rules = (await api.get("/security-rules"))["data"]
    assert (await api.get("/security-rules"))["data"]["id"] == rules["id"]
    body = resource("security-rules", {}, {})
    body["data"]["id"] = rules["id"]
    assert (await api("PATCH", "/security-rules", body))[0] == 200
    workspace = await api.workspace("w")
    path = f"/workspaces/{workspace['id']}/current-state-version"
    assert (await api("GET", path))[0] == 404
    for _ in range(2):
        state = api.emu.create("state-versions", {"outputs": []}, {"workspace": workspace["id"]})
    assert (await api.get(path))["data"]["id"] == state.id


async def test_outputs_of_a_workspace(api):
    workspace = await api.workspace("w")
    path = f"/workspaces/{workspace['id']}/outputs"
    assert await api.get(path) == {"data": []}
    outputs = [{"name": "address", "value": "10.0.0.1", "sensitive": False}]
    api.emu.create("state-versions", {"outputs": outputs}, {"workspace": workspace["id"]})
    assert await api.get(path) == {"data": outputs}


async def test_teams_belong_to_the_identity_provider_of_the_account(api):
    account = (await api.get(f"/accounts/{ACCOUNT}?include=identity-provider"))["data"]
    team = await api.create("/teams", "teams", {"name": "t"})
    assert related(team, "identity-provider") == related(account, "identity-provider") is not None
    owner = (await api.get("/users"))["data"][0]
    assert related(owner, "identity-providers") == [related(team, "identity-provider")]


async def test_a_long_name_of_a_tag_is_refused_at_once(api):
    body = resource("tags", {"name": "x" * 10_000 + "/"})
    assert (await api("POST", "/tags", body))[0] == 422
    await api.create("/tags", "tags", {"name": "two  words"})
