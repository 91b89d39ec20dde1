"""Actions: what a POST does that is neither a new object nor a change of attributes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from scalr_async._catalog import Field
from scalr_async.emulator._bodies import Changes, parse_body, parse_changes
from scalr_async.emulator._documents import Selection
from scalr_async.emulator._errors import (
    conflict,
    invalid_document,
    not_found,
)
from scalr_async.emulator._service import Service
from scalr_async.emulator._store import Record

if TYPE_CHECKING:
    from scalr_async.emulator._api import Call

__all__ = ["ACTIONS"]

_CRON: Final = re.compile(r"\S+( +\S+){4}")

Action = Callable[[Service, "Call"], tuple[int, bytes]]
"""Do it; answers status and body, or raises `ApiError`."""


def _target(service: Service, call: Call, type: str) -> Record:
    id = next(iter(call.parameters.values()))
    record = service.store.get(type, id)
    if record is None:
        raise not_found(service.schemas[type][0], id)
    return record


def _shown(service: Service, record: Record, status: int = 200) -> tuple[int, bytes]:
    return status, service.documents.one(record, Selection())


def _body(service: Service, call: Call) -> dict[str, Any]:
    return call.object(service.catalog.objects.get(str(call.route.body), Field(kind="object")))


def _favorite(type: str, *, value: bool) -> Action:
    def act(service: Service, call: Call) -> tuple[int, bytes]:
        record = _target(service, call, type)
        service.store.change(record, {"favorite": value}, {})
        return _shown(service, record)

    return act


def _lock(type: str) -> Action:
    def act(service: Service, call: Call) -> tuple[int, bytes]:
        record = _target(service, call, type)
        reason = _body(service, call).get("reason")
        if record.attributes.get("locked"):
            raise conflict(f"{service.schemas[type][0]} is already locked.")
        service.store.change(
            record, {"locked": True, "lock-reason": reason}, {"locked-by": call.actor.user}
        )
        return _shown(service, record)

    return act


def _unlock(type: str) -> Action:
    def act(service: Service, call: Call) -> tuple[int, bytes]:
        record = _target(service, call, type)
        if not record.attributes.get("locked"):
            raise conflict(f"{service.schemas[type][0]} is already unlocked.")
        service.store.change(record, {"locked": False, "lock-reason": None}, {"locked-by": None})
        return _shown(service, record)

    return act


def _set_schedule(service: Service, call: Call) -> tuple[int, bytes]:
    record = _target(service, call, "workspaces")
    schedules = _body(service, call)
    for name, schedule in schedules.items():
        if schedule and not _CRON.fullmatch(schedule):
            raise invalid_document(f"/{name}", f"'{schedule}' is not a cron expression.")
    service.store.change(record, {name: s or None for name, s in schedules.items()}, {})
    return _shown(service, record)


def _resync(service: Service, call: Call) -> tuple[int, bytes]:
    record = _target(service, call, "workspaces")
    if not record.attributes.get("vcs-repo"):
        raise invalid_document("/data", "The workspace is not connected to a repository.")
    changes = Changes(attributes={}, relationships={"workspace": record.id})
    version = service.create("configuration-versions", changes, call.actor)
    service.store.change(record, {}, {"latest-configuration-version": version.id})
    return _shown(service, version, 201)


def _link_ssh_key(service: Service, call: Call) -> tuple[int, bytes]:
    record = _target(service, call, "workspaces")
    key = _body(service, call)["ssh-key"]
    if service.store.get("account-ssh-keys", key) is None:
        raise not_found("SSHKey", key)
    service.store.change(record, {}, {"ssh-key": key})
    return _shown(service, record, 201)


def _unlink_ssh_key(service: Service, call: Call) -> tuple[int, bytes]:
    record = _target(service, call, "workspaces")
    service.store.change(record, {}, {"ssh-key": None})
    return 204, b""


def _invite(service: Service, call: Call) -> tuple[int, bytes]:
    account = _target(service, call, "accounts")
    schema = service.catalog.schemas["UserInvite"]
    document = parse_body(call.body)
    changes = parse_changes(service.store, service.schemas, schema, document, id=None)
    email = changes.attributes["email"]
    user = service.store.holder("users", email)
    if user is None:
        invited = Changes(attributes={"email": email, "status": "Pending"}, relationships={})
        user = service.create("users", invited, call.actor)
    memberships = service.store.sources("account-users", "user", user.id)
    if any(account.id in membership.related("account") for membership in memberships):
        raise invalid_document("/data/attributes/email", "User is already in the account.")
    teams = [service.store.get("teams", id) for id in changes.relationships.get("teams") or ()]
    for team in filter(None, teams):
        service.store.change(team, {}, {"users": (*team.related("users"), user.id)})
    joined = Changes(
        attributes={"status": user.attributes.get("status", "Active")},
        relationships={
            "account": account.id,
            "teams": changes.relationships.get("teams", ()),
            "user": user.id,
        },
    )
    return _shown(service, service.create("account-users", joined, call.actor), 201)


def _remove_user(service: Service, call: Call) -> tuple[int, bytes]:
    account = _target(service, call, "accounts")
    id = call.parameters["user"]
    user = service.store.get("users", id)
    memberships = service.store.sources("account-users", "user", id)
    here = [m for m in memberships if account.id in m.related("account")]
    if user is None or not here:
        raise not_found("User", id)
    service.delete(user if len(memberships) == 1 else here[0])
    return 204, b""


def _outputs(service: Service, call: Call) -> tuple[int, bytes]:
    record = _target(service, call, "workspaces")
    states = service.store.sources("state-versions", "workspace", record.id)
    outputs = states[-1].attributes.get("outputs") if states else None
    return 200, msgspec.json.encode({"data": outputs or []})


def _ping(service: Service, call: Call) -> tuple[int, bytes]:  # noqa: ARG001 - as all are
    return 200, b""


ACTIONS: Final[Mapping[str, Action]] = {
    "add_environment_to_favorites": _favorite("environments", value=True),
    "add_workspace_to_favorites": _favorite("workspaces", value=True),
    "create_workspace_ssh_key_link": _link_ssh_key,
    "delete_workspace_ssh_key_link": _unlink_ssh_key,
    "get_workspace_outputs": _outputs,
    "invite_user_to_account": _invite,
    "lock_environment": _lock("environments"),
    "lock_workspace": _lock("workspaces"),
    "ping": _ping,
    "remove_environment_from_favorites": _favorite("environments", value=False),
    "remove_user_from_account": _remove_user,
    "remove_workspace_from_favorites": _favorite("workspaces", value=False),
    "resync_workspace": _resync,
    "set_schedule": _set_schedule,
    "unlock_environment": _unlock("environments"),
    "unlock_workspace": _unlock("workspaces"),
}
"""By the operation's name in the document."""
