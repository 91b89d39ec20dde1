"""Agent pools and their agents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from scalr_async.emulator.engine.drafts import Draft, require_name
from scalr_async.emulator.engine.errors import conflict, invalid_attribute, invalid_relationship
from scalr_async.emulator.engine.service import Rule
from scalr_async.emulator.engine.store import Record
from scalr_async.emulator.scalr.secrets import masked_headers

__all__ = ["RULES", "check_available"]


def check_available(pool: Record | Draft, home: Record | Draft, relationship: str) -> None:
    """Refuse to link a pool to an object of an environment (`home`) that it does not serve."""
    named = (*pool.related("environment"), *pool.related("environments"))
    shared = pool.attributes.get("is-shared") and home.related("account") == pool.related("account")
    if not shared and home.id not in named:
        detail = f"AgentPool '{pool.id}' is not available to environment '{home.id}'."
        raise invalid_relationship(relationship, detail)


class AgentPools(Rule):
    """Agent pools: of an account or one environment, shared with all or with some environments.

    A pool of an account that names no environments is shared with all. The official clients rely
    on that: they link workspaces to pools that were created with only a name.
    """

    unique = "account"
    computed = frozenset({"in-use", "webhook-headers"})

    def key(self, record: Record) -> tuple[Any, ...]:
        """Return scope and name: names are unique in an environment, or in the account itself."""
        scope = record.related("environment") or record.related("account")
        return scope, record.attributes.get("name")

    def prepare(self, draft: Draft) -> None:
        """Complete the scope, and check that it includes all that use the pool."""
        require_name(draft)
        url = draft.attributes.get("webhook-url")
        if url is not None and not url.startswith(("http://", "https://")):
            raise invalid_attribute("webhook-url", "Value is not a valid URL.")
        scoped = draft.related("environment") or draft.related("environments")
        if draft.attributes.get("is-shared") is None:
            draft.attributes["is-shared"] = not scoped
        narrowed = any(draft.sets(n) and draft.related(n) for n in ("environment", "environments"))
        if narrowed and "is-shared" not in draft.changes.attributes:
            draft.attributes["is-shared"] = False
        if draft.attributes["is-shared"]:
            draft.relationships["environments"] = ()
        related = self.service.store.related
        for name in ("environment", "environments"):
            for home in related(draft, name):
                if home.related("account") != draft.related("account"):
                    raise invalid_relationship(
                        name, f"Environment '{home.id}' is of another account."
                    )
        homes = {h.id: h for w in self._linked(draft) for h in related(w, "environment")}
        for home in homes.values():
            check_available(draft, home, "workspaces")
        default = ("environments", "default-workspace-agent-pool", draft.id)
        for home in self.service.store.sources(*default):
            check_available(draft, home, "default-environments")

    def _linked(self, draft: Draft) -> list[Record]:
        store = self.service.store
        if "workspaces" not in draft.changes.relationships:
            return store.sources("workspaces", "agent-pool", draft.id)
        ids = draft.changes.relationships["workspaces"] or ()
        return [w for id in ids if (w := store.get("workspaces", id)) is not None]

    def removing(self, record: Record) -> None:
        """Refuse while an agent is active; delete the other agents with the pool."""
        agents = self.service.store.sources("agents", "pool", record.id)
        if any(agent.attributes.get("status") == "busy" for agent in agents):
            raise conflict("Can't be deleted. Has busy agents.")
        for agent in agents:
            self.service.delete(agent, forced=True)

    def present(self, record: Record, attributes: dict[str, Any]) -> None:
        """Set whether the pool is in use, and hide sensitive header values."""
        store = self.service.store
        attributes["in-use"] = any(
            store.points_at(type, name, record.id)
            for type, name in (
                ("workspaces", "agent-pool"),
                ("environments", "default-workspace-agent-pool"),
                ("vcs-providers", "agent-pool"),
            )
        )
        attributes["webhook-headers"] = masked_headers(attributes["webhook-headers"])


class Agents(Rule):
    """Agents: they register by themselves, and only inactive ones can be deleted."""

    defaults: ClassVar[Mapping[str, Any]] = {
        "cpu-platform": "linux_amd64",
        "driver": "docker",
        "kubernetes-driver-mode": "default",
        "os": "Linux",
        "runtime": "docker",
        "status": "idle",
        "upgrade-status": "none",
        "version": "0.50.0",
    }

    def prepare(self, draft: Draft) -> None:
        """Count the creation as the first heartbeat."""
        draft.attributes.setdefault("last-seen-at", self.service.now())

    def removing(self, record: Record) -> None:
        """Refuse to delete an active agent."""
        if record.attributes.get("status", "idle") not in ("offline", "errored"):
            raise conflict("Only offline or errored agents can be deleted.")


RULES: Final[Mapping[str, type[Rule]]] = {"agent-pools": AgentPools, "agents": Agents}
