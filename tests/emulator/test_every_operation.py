"""All operations of the document, each called once: it succeeds as the document says."""

from __future__ import annotations

import copy
import json
import math
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from scalr_async import _catalog
from scalr_async.emulator import Emulator, RunScript

from .conftest import ENVIRONMENT, resource
from .world import CATALOG, PARENTS, body, fill, make, target

pytestmark = pytest.mark.unmeasured

AUDIENCE, ISSUER = "scalr", "https://issuer.example.com"


@pytest.fixture(scope="module", autouse=True)
def shared() -> Iterator[None]:
    """What all servers of a process share stays as it is, whatever they are asked."""
    api = Emulator()._api
    types = api.service.documents._types
    shared = [api._routes._tree, {type: described.blank for type, described in types.items()}]
    before = copy.deepcopy(shared)
    yield
    assert shared == before


def identity_token(**claims: Any) -> str:
    """A JSON Web Token whose signature nobody checks."""
    parts = [{"alg": "none"}, {"iss": ISSUER, "aud": AUDIENCE, "sub": "ci", "exp": 4e9, **claims}]
    encoded = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return b".".join([*encoded, b"signature"]).decode()


def run(emu: Emulator, status: str, **attributes: Any) -> str:
    """Make a run, and bring it to a status; returns its id."""
    workspace = target(emu, "workspaces")
    if not emu.store.all("configuration-versions"):
        make(emu, "configuration-versions")
    made = emu.create("runs", attributes, {"workspace": workspace}).id
    if status != "pending":
        emu.advance(made, status)
    return made


def part(name: str, status: str) -> Any:
    """Return what brings the part of a run there, with the run at a status."""

    def build(emu: Emulator) -> str:
        emu.create("infracost-integration", {"name": "i", "api-key": "k", "is-shared": True})
        group = make(emu, "policy-groups")
        emu.store.change(
            emu.store.get("policy-groups", group), {}, {"environments": (ENVIRONMENT,)}
        )
        made = emu.store.get("runs", run(emu, status))
        return made.related(name)[0]

    return build


def soft_failed(emu: Emulator) -> str:
    emu.run_script = RunScript(policies="soft_failed")
    return part("policy-checks", "policy_override")(emu)


def trusted(emu: Emulator) -> None:
    account = emu.create("service-accounts", {"name": "robot", "email": "robot@example.com"})
    provider = emu.create(
        "workload-identity-providers",
        {"name": "ci", "url": ISSUER, "allowed-audiences": [AUDIENCE]},
    )
    emu.create(
        "assume-service-account-policies",
        {"name": "p", "claim-conditions": [{"claim": "sub", "value": "ci"}]},
        {"provider": provider.id, "service-account": account.id},
        owner=account.id,
    )


def unshared(emu: Emulator) -> str:
    attributes = {"name": "unshared", "remote-state-sharing": False}
    return emu.create("workspaces", attributes, {"environment": ENVIRONMENT}).id


def locked(type: str) -> Any:
    def build(emu: Emulator) -> str:
        id = target(emu, type)
        emu.update(emu.store.get(type, id), {"locked": True})
        return id

    return build


def with_content(type: str, content: bytes) -> Any:
    def build(emu: Emulator) -> str:
        id = make(emu, type)
        emu._service.contents[id] = content
        return id

    return build


def invited(emu: Emulator) -> str:
    user = emu.create("users", {"email": "guest@example.com"}).id
    emu.create("account-users", {}, {"account": target(emu, "accounts"), "user": user})
    return user


PREPARED: dict[str, Any] = {
    "add_remote_state_consumers": ("workspace", unshared),
    "assume_service_account": ("", trusted),
    "cancel_run": ("run", lambda emu: run(emu, "planning")),
    "confirm_run": ("run", lambda emu: run(emu, "planned")),
    "delete_agent": (
        "agent",
        lambda emu: (
            emu.create(
                "agents", {"name": "a", "status": "offline"}, {"pool": make(emu, "agent-pools")}
            ).id
        ),
    ),
    "delete_user": ("user", lambda emu: emu.create("users", {"email": "gone@example.com"}).id),
    "discard_run": ("run", lambda emu: run(emu, "planned")),
    "download_configuration_version": (
        "configuration_version",
        with_content("configuration-versions", b"archive"),
    ),
    "force_run": ("run", lambda emu: run(emu, "pending")),
    "get_apply_log": ("apply", lambda emu: finished(emu, "apply")),
    "get_cost_estimate_breakdown": ("cost_estimate", part("cost-estimate", "policy_checked")),
    "get_cost_estimate_log": ("cost_estimate", part("cost-estimate", "policy_checked")),
    "get_current_state_version": ("workspace", lambda emu: with_state(emu)),
    "get_state_version_download": ("state_version", with_content("state-versions", b"{}")),
    "override_policy": ("policy_check", soft_failed),
    "remove_user_from_account": ("user", invited),
    "replace_remote_state_consumers": ("workspace", unshared),
    "resync_workspace": ("workspace", lambda emu: target(emu, "workspaces")),
    "unlock_environment": ("environment", locked("environments")),
    "unlock_workspace": ("workspace", locked("workspaces")),
    "update_role": ("role", lambda emu: make(emu, "roles")),
}
"""The name in the path that stands for an object of its own, and what makes that object."""

BODIES: dict[str, Any] = {
    "assume_service_account": {
        "id-token": identity_token(),
        "service-account-email": "robot@example.com",
    },
    "create_vcs_task": {"repository-id": "acme/network", "branch": "main", "commit-sha": "c0ffee"},
    "set_schedule": {"apply-schedule": "0 4 * * *"},
}


def finished(emu: Emulator, name: str) -> str:
    id = run(emu, "applied", **{"auto-apply": True})
    return emu.store.get("runs", id).related(name)[0]


def with_state(emu: Emulator) -> str:
    make(emu, "state-versions")
    return target(emu, "workspaces")


def payload(emu: Emulator, route: _catalog.Route) -> Any:
    """Return the body of a request, None when it has none."""
    if route.name in BODIES:
        return BODIES[route.name]
    if route.linkage and route.method != "GET":
        type = route.linkage
        return {"data": [{"type": type, "id": target(emu, type)}]}
    if route.name == "create_workspace_ssh_key_link":
        return {"ssh-key": target(emu, "account-ssh-keys")}
    if route.body in CATALOG.schemas:
        schema = CATALOG.schemas[route.body]
        return resource(schema.type, {}, {}) if route.method == "PATCH" else body(emu, schema)
    return {} if route.body else None


@pytest.mark.parametrize("route", CATALOG.routes, ids=lambda route: route.name)
async def test_it_answers_as_documented(emu, route):
    emu.run_step = math.inf
    own, build = PREPARED.get(route.name, ("", None))
    made = build(emu) if build is not None else None
    path = route.path.replace(f"{{{own}}}", str(made)) if own else route.path
    last = route.path.rpartition("{")[2].strip("}")
    fresh = last if route.method == "DELETE" and last in PARENTS and not own else None
    path = fill(emu, path, None if fresh in ("environment", "account") else fresh)
    data = payload(emu, route)
    headers = {"Authorization": f"Bearer {emu.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        answer = await session.request(
            route.method,
            f"{emu.url}/api/iacp/v3{path}",
            data=None if data is None else json.dumps(data).encode(),
            headers={} if data is None else {"Content-Type": str(route.content_type)},
            allow_redirects=False,
        )
        content = await answer.read()
    documented = route.statuses or range(300, 400)
    assert answer.status in documented, (route.method, path, content)
    if route.response == "jsonapi":
        assert answer.content_type == "application/vnd.api+json"
        assert "data" in json.loads(content)


def test_there_are_345():
    assert len(CATALOG.routes) == 345
