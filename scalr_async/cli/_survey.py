"""What a report counts while the pages go by: numbers, and a few of the workspaces."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import attrs

from scalr_async._sentinels import UNSET

__all__ = ["AGES", "Pool", "Survey"]

AGES: Final = (
    ("a week", timedelta(days=7)),
    ("a month", timedelta(days=30)),
    ("a quarter", timedelta(days=91)),
    ("a year", timedelta(days=365)),
)
"""How long ago a workspace may have been changed to stand under each heading."""
_OLDER: Final = "longer ago"
_SHOWN: Final = 20
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@attrs.define
class Pool:
    """One agent pool: its workspaces, and its agents by status."""

    name: str
    workspaces: int = 0
    agents: Counter[str] = attrs.field(factory=Counter)


@attrs.define(kw_only=True)
class Survey:
    """The numbers of a report; memory grows with environments and pools, not with workspaces.

    `stalest` holds (seconds since 1970, id, name, environment) of the workspaces that were
    changed longest ago, as a heap whose head is the newest of them.
    """

    now: datetime
    environments: dict[str, str] = attrs.field(factory=dict)
    pools: dict[str, Pool] = attrs.field(factory=dict)
    totals: Counter[str] = attrs.field(factory=Counter)
    by_environment: Counter[str] = attrs.field(factory=Counter)
    by_version: Counter[str] = attrs.field(factory=Counter)
    by_run: Counter[str] = attrs.field(factory=Counter)
    by_age: Counter[str] = attrs.field(factory=Counter)
    unlinked: Counter[str] = attrs.field(factory=Counter)
    stalest: list[tuple[float, str, str, str]] = attrs.field(factory=list)

    def take(self, kind: str, item: Any) -> None:
        """Count one resource in; workspaces come after environments and pools."""
        self.totals[kind] += 1
        match kind:
            case "environments":
                self.environments[item.id] = item.name
            case "agent_pools":
                self.pools[item.id] = Pool(item.name)
            case "agents":
                self._pool(item.pool).agents[item.status] += 1
            case "workspaces":
                self._take_workspace(item)
            case _:
                pass

    def _take_workspace(self, workspace: Any) -> None:
        home = workspace.environment
        environment = "unknown"
        if home:
            environment = self.environments.get(home.id, str(home.id))
        self.by_environment[environment] += 1
        self.by_version[_text(workspace.terraform_version)] += 1
        run = workspace.latest_run
        self.by_run[_run_status(run)] += 1
        if workspace.agent_pool:
            self._pool(workspace.agent_pool).workspaces += 1
        else:
            self.unlinked[environment] += 1
        self._take_age(workspace, environment)

    def _take_age(self, workspace: Any, environment: str) -> None:
        changed = workspace.updated_at or workspace.created_at or _EPOCH
        age = self.now - changed
        self.by_age[next((name for name, most in AGES if age < most), _OLDER)] += 1
        entry = (-changed.timestamp(), workspace.id, workspace.name, environment)
        if len(self.stalest) < _SHOWN:
            heapq.heappush(self.stalest, entry)
        else:
            heapq.heappushpop(self.stalest, entry)

    def _pool(self, ref: Any) -> Pool:
        return self.pools.setdefault(ref.id, Pool(ref.id))

    def ages(self) -> Mapping[str, int]:
        """Return how many workspaces were changed how long ago, newest first."""
        return {name: self.by_age[name] for name in (*(name for name, _ in AGES), _OLDER)}


def _text(value: Any) -> str:
    return "none" if value is UNSET or value is None else str(value)


def _run_status(run: Any) -> str:
    if not run:
        return "never run"
    return _text(run.resource.status) if run.resource else "unknown"
