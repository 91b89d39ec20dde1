"""Environments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from scalr_async.emulator._filters import Source
from scalr_async.emulator._service import Draft, Rule, Service, require_name
from scalr_async.emulator._store import Record
from scalr_async.emulator.rules._agent_pools import check_available

__all__ = ["DriftDetectionSchedules", "Environments"]


class Environments(Rule):
    """Environments: names are unique in the account; workspaces go with them."""

    prefix = "env"
    unique = "account"
    defaults: ClassVar[Mapping[str, Any]] = {
        "mask-sensitive-output": True,
        "remote-backend": True,
        "remote-backend-overridable": True,
        "status": "Active",
    }

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.filters = {"latest-run-date": Source(values=self._run_dates)}

    def prepare(self, draft: Draft) -> None:
        """See that the default agent pool serves the environment."""
        require_name(draft)
        for pool in self.service.store.related(draft, "default-workspace-agent-pool"):
            check_available(pool, draft.id, "default-workspace-agent-pool")

    def removing(self, record: Record) -> None:
        """Take the agent pools of this environment's own along; workspaces go by themselves."""
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
    """Drift detection schedules: filters that leave nothing out are none."""

    prefix = "dds"
    defaults: ClassVar[Mapping[str, Any]] = {"run-mode": "refresh-only"}

    def present(self, record: Record, attributes: dict[str, Any]) -> None:  # noqa: ARG002 - as shown
        """Leave empty filters out."""
        if not any(attributes.get("workspace-filters", {}).values()):
            attributes.pop("workspace-filters", None)
