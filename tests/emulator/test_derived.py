"""Read-only relationships: each follows from what is stored, or the emulator has nothing for it."""

from __future__ import annotations

from base64 import b64encode

from .conftest import ACCOUNT, ENVIRONMENT, TEAM, many, one, related
from .world import make, target

NOTHING = {
    ("accounts", "billing-plan"): "the emulator bills nobody",
    ("hook-environment-links", "vcs-revision"): "no repository is read",
    ("hooks", "readme"): "no repository is read",
    ("hooks", "vcs-revision"): "no repository is read",
    ("module-versions", "vcs-revision"): "no repository is read",
    ("policy-groups", "vcs-revision"): "no repository is read",
    ("provider-configuration-links", "environment"): "all links are of workspaces",
    ("provider-versions", "readme"): "no package of a provider is read",
    ("runs", "tags"): "no request and no rule gives a run tags",
    ("workspaces", "configuration-version"): "undocumented, beside the latest one",
    ("workspaces", "drift-report"): "no drift is looked for: a test makes the report, and links it",
    ("workspaces", "locked-by-run"): "runs wait for each other without a lock",
    ("workspaces", "readme-id"): "no repository is read",
}
"""The read-only relationships that are always empty, and why."""


def fill(emu):
    """Link objects of all types, where that fills a relationship of another one."""
    for type in emu._service.types:
        target(emu, type)
    emu.create("roles", {"name": "r"}, {"permissions": ("*:read",)})
    emu.create(
        "hook-environment-links",
        {"events": ["pre-plan"]},
        {"hook": target(emu, "hooks"), "environment": ENVIRONMENT},
    )
    emu.create("provider-versions", {"version": "2.0.0"}, {"provider": target(emu, "providers")})
    emu.create("agents", {"name": "a", "os": "linux"}, {"pool": target(emu, "agent-pools")})
    emu.update(emu.store.all("modules")[0], {}, {"namespace": target(emu, "module-namespaces")})
    for type in ("policy-groups", "provider-configurations"):
        emu.update(emu.store.all(type)[0], {}, {"environments": (ENVIRONMENT,)})
    pool = {"default-workspace-agent-pool": target(emu, "agent-pools")}
    emu.update(emu.store.get("environments", ENVIRONMENT), {}, pool)
    emu.create("infracost-integration", {"name": "i", "api-key": "k", "is-shared": True})


async def fill_workspace(api):
    """Bring about whatever fills a relationship of a workspace, its runs and states."""
    emu = api.emu
    workspace = emu.create(
        "workspaces",
        {"name": "full", "auto-apply": True, "vcs-repo": {"identifier": "acme/network"}},
        {"environment": ENVIRONMENT, "module-version": target(emu, "module-versions")},
    )
    commit = {"repository-id": "acme/network", "branch": "main", "commit-sha": "c0ffee"}
    assert (await api("POST", "/vcs-tasks", commit))[0] == 202
    [run] = emu.store.sources("runs", "workspace", workspace.id)
    emu.advance(run, "applied")
    state = {"state": b64encode(b'{"serial": 9}').decode(), "force": True}
    emu.create("state-versions", state, {"workspace": workspace.id})
    for path in (f"/environments/{ENVIRONMENT}", f"/workspaces/{workspace.id}"):
        assert (await api("POST", f"{path}/actions/lock", {}))[0] == 200
        there = (await api.get(path))["data"]
        assert (await api.patch(there, path.rpartition("/")[0], {}))[0] == 200
    emu.update(workspace, {}, {"agent-pool": target(emu, "agent-pools")})
    key = {"ssh-key": target(emu, "account-ssh-keys")}
    assert (await api("POST", f"/workspaces/{workspace.id}/ssh-key-links", key))[0] == 201


async def test_read_only_relationships_are_filled_or_listed(api):
    fill(api.emu)
    await fill_workspace(api)
    service, store = api.emu._service, api.emu.store
    empty = {
        (type, name)
        for type, schema in service.types.items()
        for name, relationship in schema.relationships.items()
        if relationship.read_only or not store.stores(type, name)
        if not any(store.linkage(r, name) for r in service.rows(type) or store.all(type))
    }
    assert empty ^ NOTHING.keys() == set()


async def test_a_hook_has_the_environments_of_its_links(api):
    hook = make(api.emu, "hooks")
    assert await found(api, f"/hooks/{hook}", "environments") == []
    links = {"hook": one("hooks", hook), "environment": one("environments", ENVIRONMENT)}
    path, type = "/hook-environment-links", "hook-environment-links"
    link = await api.create(path, type, {"events": ["pre-plan"]}, links)
    assert await found(api, f"/hooks/{hook}", "environments") == [ENVIRONMENT]
    assert await api.ids(f"/hooks?filter[environments]={ENVIRONMENT}") == [hook]
    other = api.emu.create("environments", {"name": "other"}).id
    links = {"environment": one("environments", other)}
    assert (await api.patch(link, path, {}, links))[0] == 200
    assert await found(api, f"/hooks/{hook}", "environments") == [other]
    [provider] = await found(api, f"{path}/{link['id']}", "vcs-provider")
    assert provider == api.emu.store.all("vcs-providers")[0].id
    assert (await api("DELETE", f"{path}/{link['id']}"))[0] == 204
    assert await found(api, f"/hooks/{hook}", "environments") == []


async def test_a_member_of_an_account_has_the_teams_of_the_user(api):
    [member] = (await api.get("/account-users"))["data"]
    user = related(member, "user")
    assert related(member, "teams") == [TEAM]
    account = {"account": one("accounts", ACCOUNT), "users": many("users", user)}
    team = await api.create("/teams", "teams", {"name": "t"}, account)
    [member] = (await api.get("/account-users?include=teams"))["data"]
    assert related(member, "teams") == [TEAM, team["id"]]
    assert await api.ids(f"/account-users?filter[team]={team['id']}") == [member["id"]]
    elsewhere = api.emu.create("accounts", {"name": "other"}, {"owner": user}).id
    api.emu.create("teams", {"name": "u"}, {"account": elsewhere, "users": (user,)})
    [member] = (await api.get("/account-users"))["data"]
    assert related(member, "teams") == [TEAM, team["id"]]
    assert (await api.patch(team, "/teams", {}, {"users": many("users")}))[0] == 200
    [member] = (await api.get("/account-users"))["data"]
    assert related(member, "teams") == [TEAM]


async def test_a_workspace_has_the_module_of_its_version(api):
    module = await api.create(
        "/modules",
        "modules",
        {"vcs-repo": {"identifier": "acme/terraform-null-network"}},
        {"vcs-provider": one("vcs-providers", make(api.emu, "vcs-providers"))},
    )
    version = {"module-version": one("module-versions", related(module, "module-version"))}
    workspace = await api.workspace("w", **version)
    path = f"/workspaces/{workspace['id']}"
    assert related(workspace, "module") == module["id"]
    assert await found(api, path, "module") == [module["id"]]
    for query in (f"filter[module]={module['id']}", "filter[module][name]=network"):
        assert await api.ids(f"/workspaces?{query}") == [workspace["id"]]
    nothing = {"module-version": one("module-versions", None)}
    assert (await api.patch(workspace, "/workspaces", {}, nothing))[0] == 200
    assert await found(api, path, "module") == []


async def found(api, path, name):
    """Return the ids that a relationship has, all of which are included."""
    document = await api.get(f"{path}?include={name}")
    linkage = related(document["data"], name)
    ids = linkage if isinstance(linkage, list) else [linkage] if linkage else []
    assert [resource["id"] for resource in document["included"]] == ids
    return ids
