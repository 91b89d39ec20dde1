"""Environments, their drift detection schedules, and locks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from scalr_async.emulator.engine.bodies import Lenience
from scalr_async.emulator.engine.drafts import Draft, require_name
from scalr_async.emulator.engine.errors import conflict
from scalr_async.emulator.engine.filters import FilterField
from scalr_async.emulator.engine.helpers import record_answer, target
from scalr_async.emulator.engine.http import Answer, Call
from scalr_async.emulator.engine.service import Action, Rule, Service
from scalr_async.emulator.engine.store import Record
from scalr_async.emulator.scalr.agent_pools import check_available

__all__ = ["ACTIONS", "RULES", "favorite", "lock", "unlock"]


class Environments(Rule):
    """Environments: names are unique in the account; workspaces are deleted with them."""

    lenience = Lenience(retired=frozenset({"cost-estimation-enabled"}))
    unique = "account"
    defaults: ClassVar[Mapping[str, Any]] = {
        "mask-sensitive-output": True,
        "remote-backend": True,
        "remote-backend-overridable": True,
        "status": "Active",
    }

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.filters = {"latest-run-date": FilterField(values=self._run_dates)}

    def prepare(self, draft: Draft) -> None:
        """Check that the default agent pool serves the environment."""
        require_name(draft)
        for pool in self.service.store.related(draft, "default-workspace-agent-pool"):
            check_available(pool, draft, "default-workspace-agent-pool")

    def removing(self, record: Record) -> None:
        """Delete the environment's own agent pools; workspaces depend on it and follow anyway."""
        for pool in self.service.store.sources("agent-pools", "environment", record.id):
            self.service.delete(pool)

    def _run_dates(self, record: Record) -> list[str]:
        store = self.service.store
        dates = [
            run.attributes["created-at"]
            for workspace in store.sources("workspaces", "environment", record.id)
            for run in store.related(workspace, "latest-run")
        ]
        return [max(dates)] if dates else []


class DriftDetectionSchedules(Rule):
    """Drift detection schedules: empty filters read as none."""

    computed = frozenset({"workspace-filters"})
    defaults: ClassVar[Mapping[str, Any]] = {"run-mode": "refresh-only"}

    def present(self, record: Record, attributes: dict[str, Any]) -> None:  # noqa: ARG002 - as shown
        """Remove empty filters."""
        if not any(attributes.get("workspace-filters", {}).values()):
            attributes.pop("workspace-filters", None)


def favorite(type: str, *, value: bool) -> Action:
    """Return the action that sets or clears the favorite mark of a type."""

    def act(service: Service, call: Call) -> Answer:
        record = target(service, call, type)
        service.store.change(record, {"favorite": value}, {})
        return record_answer(service, call, record)

    return act


def lock(type: str) -> Action:
    """Return the action that locks an object of a type."""

    def act(service: Service, call: Call) -> Answer:
        record = target(service, call, type)
        reason = call.object(service.catalog.objects).get("reason")
        if record.attributes.get("locked"):
            raise conflict(f"{service.schemas[type][0]} is already locked.")
        service.store.change(
            record, {"locked": True, "lock-reason": reason}, {"locked-by": call.actor.user}
        )
        return record_answer(service, call, record)

    return act


def unlock(type: str) -> Action:
    """Return the action that unlocks an object of a type."""

    def act(service: Service, call: Call) -> Answer:
        record = target(service, call, type)
        if not record.attributes.get("locked"):
            raise conflict(f"{service.schemas[type][0]} is already unlocked.")
        service.store.change(record, {"locked": False, "lock-reason": None}, {"locked-by": None})
        return record_answer(service, call, record)

    return act


RULES: Final[Mapping[str, type[Rule]]] = {
    "drift-detection-schedule": DriftDetectionSchedules,
    "environments": Environments,
}

ACTIONS: Final[Mapping[str, Action]] = {
    "add_environment_to_favorites": favorite("environments", value=True),
    "lock_environment": lock("environments"),
    "remove_environment_from_favorites": favorite("environments", value=False),
    "unlock_environment": unlock("environments"),
}
