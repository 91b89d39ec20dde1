"""Workspaces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from scalr_async.emulator._errors import conflict, invalid_attribute
from scalr_async.emulator._filters import Source
from scalr_async.emulator._service import Draft, Rule, Service, require_name
from scalr_async.emulator._store import Record
from scalr_async.emulator.rules._agent_pools import check_available

__all__ = ["Workspaces"]

_PERMISSIONS: Final = {
    f"can-{verb}": True
    for verb in (
        "destroy",
        "force-unlock",
        "lock",
        "queue-apply",
        "queue-destroy",
        "queue-run",
        "read-settings",
        "unlock",
        "update",
        "update-variable",
    )
}
_NAME: Final = re.compile(r"[\w.-]+")
_VERSION: Final = re.compile(r"\d+\.\d+\.\d+(-[\w.]+)?|auto|latest")


class Workspaces(Rule):
    """Workspaces: names are unique in the environment; what is alive is protected."""

    prefix = "ws"
    unique = "environment"
    defaults: ClassVar[Mapping[str, Any]] = {
        "auto-queue-runs": "skip_first",
        "deletion-protection-enabled": True,
        "environment-type": "unmapped",
        "execution-mode": "remote",
        "iac-platform": "terraform",
        "operations": True,
        "permissions": _PERMISSIONS,
        "remote-backend": True,
        "remote-state-sharing": True,
        "terraform-version": "1.5.7",
        "working-directory": "",
    }

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.filters = {
            "drift-detection-enabled": Source(values=self._drift_detected),
            "federated-by-env": Source(values=self._federated_by),
            "federated-to-env": Source(values=self._federated_to),
            "provider-configuration": Source(values=self._configurations),
            "state-consumer-of": Source(values=self._consumed),
        }

    def prepare(self, draft: Draft) -> None:
        """Check name, version and pool; keep `operations` and `execution-mode` in step."""
        require_name(draft)
        attributes = draft.attributes
        if draft.sets("name") and not _NAME.fullmatch(attributes["name"]):
            detail = "Name can only have letters, numbers, dots, dashes and underscores."
            raise invalid_attribute("name", detail)
        version = attributes.get("terraform-version")
        if version is not None and not _VERSION.fullmatch(version):
            raise invalid_attribute("terraform-version", f"Version '{version}' is not supported.")
        if draft.sets("execution-mode"):
            attributes["operations"] = attributes["execution-mode"] == "remote"
        elif draft.sets("operations"):
            attributes["execution-mode"] = "remote" if attributes["operations"] else "local"
        hooks = attributes.get("hooks")
        if hooks is not None and not any(hooks.values()):
            attributes["hooks"] = None
        if draft.sets("deletion-protection-enabled") and draft.record is not None:
            attributes["deletion-protection-changed-by-email"] = draft.actor.email
        self._check_pool(draft)

    def _check_pool(self, draft: Draft) -> None:
        if not draft.sets("agent-pool") and not draft.sets("environment"):
            return
        environment = draft.related("environment")[0]
        for pool in self.service.store.related(draft, "agent-pool"):
            check_available(pool, environment, "agent-pool")

    def removing(self, record: Record) -> None:
        """Keep a workspace that is locked, or protected and in charge of resources."""
        attributes = record.attributes
        if attributes.get("locked"):
            raise conflict("Workspace is locked.")
        if attributes.get("has-resources") and attributes.get("deletion-protection-enabled", True):
            raise conflict("Workspace has resources and is protected from deletion.")

    def _drift_detected(self, record: Record) -> list[bool]:
        store, schedules = self.service.store, "drift-detection-schedule"
        ids = record.related("environment")
        return [any(store.points_at(schedules, "environment", id) for id in ids)]

    def _federated_by(self, record: Record) -> list[str]:
        store, name = self.service.store, "federated-environments"
        ids = record.related("environment")
        return [source.id for id in ids for source in store.sources("environments", name, id)]

    def _federated_to(self, record: Record) -> list[str]:
        homes = self.service.store.related(record, "environment")
        return [id for home in homes for id in home.related("federated-environments")]

    def _configurations(self, record: Record) -> list[str]:
        type = "provider-configuration-links"
        links = self.service.store.sources(type, "workspace", record.id)
        return [id for link in links for id in link.related("provider-configuration")]

    def _consumed(self, record: Record) -> list[str]:
        sources = self.service.store.sources("workspaces", "remote-state-consumers", record.id)
        return [source.id for source in sources]
