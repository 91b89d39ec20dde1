"""Actions on workspaces and environments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from scalr_async.emulator._bodies import Changes
from scalr_async.emulator._call import Action, Answer, Call
from scalr_async.emulator._errors import conflict, invalid_document, not_found
from scalr_async.emulator._service import Service
from scalr_async.emulator.operations._targets import listing, shown, target

__all__ = ["ACTIONS", "CRON"]

CRON: Final = re.compile(r"\S+( +\S+){4}")
"""Five fields: minute, hour, day of the month, month, day of the week."""


def _favorite(type: str, *, value: bool) -> Action:
    def act(service: Service, call: Call) -> Answer:
        record = target(service, call, type)
        service.store.change(record, {"favorite": value}, {})
        return shown(service, record)

    return act


def _lock(type: str) -> Action:
    def act(service: Service, call: Call) -> Answer:
        record = target(service, call, type)
        reason = call.object(service.catalog.objects).get("reason")
        if record.attributes.get("locked"):
            raise conflict(f"{service.schemas[type][0]} is already locked.")
        service.store.change(
            record, {"locked": True, "lock-reason": reason}, {"locked-by": call.actor.user}
        )
        return shown(service, record)

    return act


def _unlock(type: str) -> Action:
    def act(service: Service, call: Call) -> Answer:
        record = target(service, call, type)
        if not record.attributes.get("locked"):
            raise conflict(f"{service.schemas[type][0]} is already unlocked.")
        service.store.change(record, {"locked": False, "lock-reason": None}, {"locked-by": None})
        return shown(service, record)

    return act


def _set_schedule(service: Service, call: Call) -> Answer:
    record = target(service, call, "workspaces")
    schedules = call.object(service.catalog.objects)
    for name, schedule in schedules.items():
        if schedule and not CRON.fullmatch(schedule):
            raise invalid_document(f"/{name}", f"'{schedule}' is not a cron expression.")
    service.store.change(record, {name: s or None for name, s in schedules.items()}, {})
    return shown(service, record)


def _resync(service: Service, call: Call) -> Answer:
    record = target(service, call, "workspaces")
    if not record.attributes.get("vcs-repo"):
        raise invalid_document("/data", "The workspace is not connected to a repository.")
    changes = Changes(attributes={"source": "vcs"}, relationships={"workspace": record.id})
    return shown(service, service.create("configuration-versions", changes, call.actor), 201)


def _link_ssh_key(service: Service, call: Call) -> Answer:
    record = target(service, call, "workspaces")
    key = call.object(service.catalog.objects)["ssh-key"]
    if service.store.get("account-ssh-keys", key) is None:
        raise not_found("SSHKey", key)
    service.store.change(record, {}, {"ssh-key": key})
    return shown(service, record, 201)


def _unlink_ssh_key(service: Service, call: Call) -> Answer:
    record = target(service, call, "workspaces")
    service.store.change(record, {}, {"ssh-key": None})
    return Answer(status=204)


def _outputs(service: Service, call: Call) -> Answer:
    record = target(service, call, "workspaces")
    states = service.store.sources("state-versions", "workspace", record.id)
    return listing(service, call, states[-1].attributes.get("outputs") or () if states else ())


ACTIONS: Final[Mapping[str, Action]] = {
    "add_environment_to_favorites": _favorite("environments", value=True),
    "add_workspace_to_favorites": _favorite("workspaces", value=True),
    "create_workspace_ssh_key_link": _link_ssh_key,
    "delete_workspace_ssh_key_link": _unlink_ssh_key,
    "get_workspace_outputs": _outputs,
    "lock_environment": _lock("environments"),
    "lock_workspace": _lock("workspaces"),
    "remove_environment_from_favorites": _favorite("environments", value=False),
    "remove_workspace_from_favorites": _favorite("workspaces", value=False),
    "resync_workspace": _resync,
    "set_schedule": _set_schedule,
    "unlock_environment": _unlock("environments"),
    "unlock_workspace": _unlock("workspaces"),
}
