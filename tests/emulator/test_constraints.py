from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from scalr_async.emulator import Emulator
from scalr_async.emulator.engine.store import Record

from .conftest import ACCOUNT, ENVIRONMENT, TEAM, Api, many, one, resource
from .world import make, make_workspace

PATHS: dict[str, dict[str, Any]] = json.loads(Path("openapi/scalr.json").read_text())["paths"]

UNIQUE = {
    "service-accounts": ("name", 422),
    "tags": ("name", 422),
    "teams": ("name", 409),
    "users": ("email", 422),
}
"""The attribute that is unique in each type, and the status of a write that takes a taken value."""


def value(name: str, attribute: str) -> dict[str, str]:
    return {attribute: f"{name}@example.com" if attribute == "email" else name}


@pytest.mark.parametrize("type", UNIQUE)
async def test_names_and_emails_are_unique(api: Any, type: str) -> None:
    attribute, refused = UNIQUE[type]
    account = {"account": one("accounts", ACCOUNT)} if type == "service-accounts" else {}
    first = await api.create(f"/{type}", type, value("first", attribute), account)
    second = await api.create(f"/{type}", type, value("second", attribute), account)
    body = resource(type, value("first", attribute), account)

    created = await api("POST", f"/{type}", body)
    updated = await api.patch(second, f"/{type}", value("first", attribute))

    for status, document in (created, updated):
        error = document["errors"][0]
        assert status == refused
        assert error["detail"] == f"{attribute.capitalize()} has already been taken"
        if refused == 422:
            assert error["source"] == {"pointer": f"/data/attributes/{attribute}"}
    assert (await api.patch(first, f"/{type}", value("first", attribute)))[0] == 200
    assert (await api("DELETE", f"/{type}/{first['id']}"))[0] == 204
    assert (await api.patch(second, f"/{type}", value("first", attribute)))[0] == 200


async def test_a_registry_has_one_integration(api: Any) -> None:
    path, type = "/integrations/docker", "docker-integrations"
    first = await api.create(path, type, {"name": "a", "registry-url": "ghcr.io"})
    second = await api.create(path, type, {"name": "b", "registry-url": "https://quay.io"})
    for url in ("ghcr.io", "https://ghcr.io/", "http://GHCR.io", "https://ghcr.io:443/v2"):
        for status, document in (
            await api("POST", path, resource(type, {"name": "c", "registry-url": url})),
            await api.patch(second, path, {"registry-url": url}),
        ):
            assert status == 422
            assert document["errors"][0]["detail"] == (
                "Only one integration per registry host is allowed."
            )
            assert document["errors"][0]["source"] == {"pointer": "/data/attributes/registry-url"}
    assert (await api.patch(first, path, {"registry-url": "https://ghcr.io/"}))[0] == 200
    for attributes in ({}, {}, {"registry-url": "ghcr.io:8443"}):
        await api.create(path, type, attributes)


@pytest.mark.parametrize("type", UNIQUE)
def test_the_description_of_the_api_lists_the_status_of_a_taken_name(type: str) -> None:
    item = next(p for p in PATHS if p.startswith(f"/{type}/{{") and p.count("/") == 2)
    for operation in (PATHS[f"/{type}"]["post"], PATHS[item]["patch"]):
        assert str(UNIQUE[type][1]) in operation["responses"]


def busy_pool(emu: Emulator) -> str:
    pool = make(emu, "agent-pools")
    emu.create("agents", {"name": "busy", "status": "busy"}, {"pool": pool})
    return pool


def idle_agent(emu: Emulator) -> str:
    return emu.create("agents", {"name": "idle"}, {"pool": make(emu, "agent-pools")}).id


def linked_policy_group(emu: Emulator) -> str:
    group = record_of(emu, "policy-groups", make(emu, "policy-groups"))
    emu.update(group, {}, {"environments": (ENVIRONMENT,)})
    return group.id


def granted_role(emu: Emulator) -> str:
    role = emu.create("roles", {"name": "granted"}).id
    emu.create("access-policies", {}, {"roles": (role,), "team": TEAM, "account": ACCOUNT})
    return role


def default_profile(emu: Emulator) -> str:
    return emu.create("storage-profiles", {"name": "default", "default": True}).id


def used_profile(emu: Emulator) -> str:
    profile = emu.create("storage-profiles", {"name": "used"}).id
    emu.create("environments", {"name": "stores"}, {"storage-profile": profile})
    return profile


def locked_workspace(emu: Emulator) -> str:
    workspace = record_of(emu, "workspaces", make_workspace(emu))
    emu.update(workspace, {"locked": True})
    return workspace.id


def protected_workspace(emu: Emulator) -> str:
    workspace = record_of(emu, "workspaces", make_workspace(emu))
    emu.update(workspace, {"has-resources": True})
    return workspace.id


REFUSING: dict[str, tuple[Callable[[Emulator], str], ...]] = {
    "/agent-pools/{agent_pool}": (busy_pool,),
    "/agents/{agent}": (idle_agent,),
    "/policy-groups/{policy_group}": (linked_policy_group,),
    "/roles/{role}": (granted_role,),
    "/storage-profiles/{storage_profile}": (default_profile, used_profile),
    "/workspaces/{workspace}": (locked_workspace, protected_workspace),
}
"""What makes objects whose deletion is refused, by the path of the deletion."""

ALLOWED = {
    "/workspaces/{workspace}/relationships/remote-state-consumers": (
        "The Terraform provider shares the state first, and removes its consumers after that."
    ),
}
"""Deletions that are never refused, with the reason, though a conflict is listed for them."""

CASES = [(path, make_one) for path, makers in REFUSING.items() for make_one in makers]


def test_every_deletion_that_may_be_a_conflict_is_known() -> None:
    deletions = {path: item["delete"] for path, item in PATHS.items() if "delete" in item}
    listed = {path for path, each in deletions.items() if "409" in each["responses"]}
    assert listed == REFUSING.keys() | ALLOWED.keys()


async def test_consumers_of_a_state_that_has_become_shared_can_be_removed(api: Any) -> None:
    id, consumer = make_workspace(api.emu), make_workspace(api.emu)
    path = f"/workspaces/{id}/relationships/remote-state-consumers"
    workspace = {"type": "workspaces", "id": id}
    await api.patch(workspace, "/workspaces", {"remote-state-sharing": False})
    assert (await api("POST", path, many("workspaces", consumer)))[0] == 204
    await api.patch(workspace, "/workspaces", {"remote-state-sharing": True})

    assert (await api("DELETE", path, many("workspaces", consumer)))[0] == 204
    assert await api.ids(path) == []


@pytest.mark.parametrize(("path", "make_one"), CASES, ids=[each[1].__name__ for each in CASES])
async def test_a_deletion_is_a_conflict_until_its_reason_is_gone(
    api: Any, path: str, make_one: Callable[[Emulator], str]
) -> None:
    id = make_one(api.emu)
    target = f"{path.partition('{')[0]}{id}"

    status, document = await api("DELETE", target)

    assert status == 409
    assert document["errors"][0]["detail"]
    assert (await api("GET", target))[0] == 200
    free(api.emu, id)
    assert (await api("DELETE", target))[0] == 204


def free(emu: Emulator, id: str) -> None:
    """Take away every reason for which an object refuses its deletion."""
    record = emu.store.find(id)
    assert record is not None
    for _, source in emu.store.referrers(id):
        emu.delete(source)
    schema = emu._service.types[record.type]
    idle = {"default": False, "has-resources": False, "locked": False, "status": "offline"}
    emu.update(
        record,
        {name: value for name, value in idle.items() if name in schema.attributes},
        {name: () for name in ("environments",) if name in schema.relationships},
    )


async def test_a_policy_group_in_use_is_kept_in_the_words_of_the_server(api: Any) -> None:
    path = f"/policy-groups/{linked_policy_group(api.emu)}"
    _, document = await api("DELETE", path)
    title, detail = (
        "Policy group can not be deleted",
        "Policy group is in use and can not be removed",
    )
    assert document["errors"] == [{"status": "409", "title": title, "detail": detail}]


async def test_an_access_policy_has_a_role(api: Any) -> None:
    links = {"team": one("teams", TEAM), "account": one("accounts", ACCOUNT)}
    role = api.emu.create("roles", {"name": "r"}).id
    policy = await api.create(
        "/access-policies", "access-policies", {}, {**links, "roles": many("roles", role)}
    )
    empty = {**links, "roles": many("roles")}

    created = await api("POST", "/access-policies", resource("access-policies", {}, empty))
    updated = await api.patch(policy, "/access-policies", {}, {"roles": many("roles")})

    for status, document in (created, updated):
        error = document["errors"][0]
        assert (status, error["source"]) == (422, {"pointer": "/data/relationships/roles"})
    status, _ = await api.patch(policy, "/access-policies", {}, {"roles": many("roles", role)})
    assert status == 200


USERS: dict[str, Callable[[Emulator, str, str], object]] = {
    "workspaces": lambda emu, pool, home: emu.create(
        "workspaces", {"name": "user"}, {"environment": home, "agent-pool": pool}
    ),
    "default-environments": lambda emu, pool, home: emu.update(
        record_of(emu, "environments", home), {}, {"default-workspace-agent-pool": pool}
    ),
}
"""How an environment uses a pool, by the pool's relationship that shows it."""

WITHDRAWALS: dict[str, tuple[Any, Any, Any]] = {
    "shared with all, then with none": ({"is-shared": True}, {"is-shared": False}, {}),
    "shared with all, then with another": ({"is-shared": True}, {}, {"environments": ["other"]}),
    "shared with all, then of another": ({"is-shared": True}, {}, {"environment": "other"}),
    "shared with it, then with another": ({}, {}, {"environments": ["other"]}),
    "shared with it, then with none": ({}, {}, {"environments": []}),
    "of it, then of another": ({}, {}, {"environment": "other"}),
    "of it, then of none": ({}, {}, {"environment": None}),
}
"""Ways in which a pool is withdrawn from an environment: attributes before, and the update."""


def record_of(emu: Emulator, type: str, id: str) -> Record:
    record = emu.store.get(type, id)
    assert record is not None
    return record


@pytest.mark.parametrize("use", USERS)
@pytest.mark.parametrize("way", WITHDRAWALS)
async def test_a_pool_is_not_withdrawn_from_an_environment_that_uses_it(
    api: Any, way: str, use: str
) -> None:
    before, attributes, links = WITHDRAWALS[way]
    other = api.emu.create("environments", {"name": "other"}).id
    scope: dict[str, Any] = {}
    if not before:
        scope = (
            {"environments": (ENVIRONMENT,)} if "with it" in way else {"environment": ENVIRONMENT}
        )
    pool = api.emu.create("agent-pools", {"name": "p", **before}, scope)
    USERS[use](api.emu, pool.id, ENVIRONMENT)
    data = {name: linkage(value, other) for name, value in links.items()}
    shown = {"type": "agent-pools", "id": pool.id}

    status, document = await api.patch(shown, "/agent-pools", attributes, data)

    assert status == 422
    assert document["errors"][0]["source"] == {"pointer": f"/data/relationships/{use}"}
    assert (await api.patch(shown, "/agent-pools", {"name": "renamed"}))[0] == 200
    for _, user in api.emu.store.referrers(pool.id):
        link = "agent-pool" if user.type == "workspaces" else "default-workspace-agent-pool"
        api.emu.update(user, {}, {link: None})
    assert (await api.patch(shown, "/agent-pools", attributes, data))[0] == 200


def linkage(value: list[str] | str | None, other: str) -> Any:
    """Return the linkage to environments; the only name is that of the other one."""
    if isinstance(value, list):
        return many("environments", *[other for _ in value])
    return one("environments", value and other)


@pytest.mark.parametrize(
    "accounts", [("first",), ("first", "second"), ("first", "second", "third")]
)
async def test_an_owner_stays_in_all_accounts(accounts: tuple[str, ...]) -> None:
    async with Emulator(accounts=accounts) as emu, aiohttp.ClientSession() as session:
        api = Api(emu, session)
        for account in emu.store.all("accounts"):
            (owner,) = account.related("owner")
            status, document = await api("DELETE", f"/accounts/{account.id}/actions/remove/{owner}")
            assert status == 403
            assert document["errors"][0]["detail"] == "The owner of an account can not be removed."
            assert (await api("DELETE", f"/users/{owner}"))[0] == 403
        assert emu.store.count("account-users") == len(accounts)


@pytest.mark.parametrize("member_of_his_own", [True, False])
async def test_an_owner_can_be_removed_from_accounts_of_others(member_of_his_own: bool) -> None:
    async with Emulator(accounts=("first", "second")) as emu, aiohttp.ClientSession() as session:
        api = Api(emu, session)
        first, second = emu.store.all("accounts")
        user = emu.create("users", {"email": "guest@example.com"})
        emu.update(second, {}, {"owner": user.id})
        emu.create("account-users", {}, {"account": first.id, "user": user.id})
        if member_of_his_own:
            emu.create("account-users", {}, {"account": second.id, "user": user.id})

        assert (await api("DELETE", f"/accounts/{first.id}/actions/remove/{user.id}"))[0] == 204
        assert (await api("DELETE", f"/accounts/{first.id}/actions/remove/{user.id}"))[0] == 404
        assert (await api("GET", f"/users/{user.id}"))[0] == 200
