"""The numbers of a report, counted page by page, and some workspaces by name."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

import attrs

from scalr_async._values import UNSET

__all__ = ["AGES", "SHOWN", "Pool", "RunClass", "Seen", "Statistics", "run_class"]

AGES: Final = (
    ("a week", timedelta(days=7)),
    ("a month", timedelta(days=30)),
    ("a quarter", timedelta(days=91)),
    ("a year", timedelta(days=365)),
)
"""The labels of age groups, each with the longest time since a workspace changed."""
OLDER: Final = "longer ago"
UNKNOWN: Final = "unknown"
SHOWN: Final = 50
"""The most workspaces of each sort that are listed by name."""

RunClass = Literal["good", "failed", "waiting", "running", "ended", "none"]
_CLASSES: Final[Mapping[str, RunClass]] = {
    "applied": "good",
    "planned_and_finished": "good",
    "errored": "failed",
    "policy_override": "waiting",
    "planned_and_saved": "waiting",
    "discarded": "ended",
    "canceled": "ended",
}
_CONFIRMABLE: Final = frozenset({"planned", "policy_checked", "cost_estimated"})
"""Statuses in which a run waits for a person, unless its workspace applies by itself."""
_VERSION: Final = re.compile(r"v?0\.\d")


def run_class(status: str, *, auto_apply: bool = False) -> RunClass:
    """Return the class of a run's status; an unknown status counts as running."""
    if status in _CONFIRMABLE and not auto_apply:
        return "waiting"
    return _CLASSES.get(status, "running")


@attrs.frozen
class Seen:
    """A workspace that is listed by name; `environment` is an id, `since` its last change."""

    id: str
    name: str
    environment: str
    since: datetime | None


@attrs.define
class Pool:
    """One agent pool: its workspaces, and its agents by status."""

    id: str
    name: str
    workspaces: int = 0
    agents: Counter[str] = attrs.field(factory=Counter)

    @property
    def working(self) -> int:
        """The number of agents that are up: all that are not reported as down."""
        return self.agents.total() - self.agents["offline"] - self.agents["errored"]


@attrs.define(kw_only=True)
class Statistics:
    """The numbers of a report; memory grows with environments and pools, not with workspaces.

    Environments and pools are counted by id: names may repeat. `unread` has the reason for each
    kind that could not be read.
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
    failed: Counter[str] = attrs.field(factory=Counter)
    waiting: Counter[str] = attrs.field(factory=Counter)
    waiting_statuses: set[str] = attrs.field(factory=set)
    outdated: int = 0
    homeless_agents: int = 0
    failing: list[Seen] = attrs.field(factory=list)
    blocked: list[Seen] = attrs.field(factory=list)
    unread: dict[str, str] = attrs.field(factory=dict)
    _oldest: list[tuple[float, str, int, Seen]] = attrs.field(factory=list)

    @property
    def workspaces(self) -> int:
        """The number of workspaces."""
        return self.totals["workspaces"]

    def take(self, kind: str, item: Any) -> None:
        """Count one resource; the order does not matter."""
        self.totals[kind] += 1
        match kind:
            case "environments":
                self.environments[item.id] = _text(item.name)
            case "agent_pools":
                self._pool(item).name = _text(item.name)
            case "agents" if item.pool:
                self._pool(item.pool).agents[_text(item.status)] += 1
            case "agents":
                self.homeless_agents += 1
            case "workspaces":
                self._take_workspace(item)
            case _:
                pass

    def _take_workspace(self, workspace: Any) -> None:
        home = workspace.environment.id if workspace.environment else UNKNOWN
        self.by_environment[home] += 1
        version = _text(workspace.terraform_version)
        self.by_version[version] += 1
        self.outdated += bool(_VERSION.match(version))
        if workspace.agent_pool:
            self._pool(workspace.agent_pool).workspaces += 1
        else:
            self.unlinked[home] += 1
        changed = _moment(workspace.updated_at) or _moment(workspace.created_at)
        seen = Seen(workspace.id, _text(workspace.name), home, changed)
        self._take_run(workspace, seen)
        self._take_age(seen)

    def _take_run(self, workspace: Any, seen: Seen) -> None:
        run = workspace.latest_run
        if not run:
            self.by_run["never run"] += 1
            return
        status = _text(run.resource.status) if run.resource else UNKNOWN
        self.by_run[status] += 1
        stands = run_class(status, auto_apply=workspace.auto_apply is True)
        if stands == "failed":
            self.failed[seen.environment] += 1
            self.failing += [seen] if len(self.failing) < SHOWN else []
        elif stands == "waiting":
            self.waiting[seen.environment] += 1
            self.waiting_statuses.add(status)
            self.blocked += [seen] if len(self.blocked) < SHOWN else []

    def _take_age(self, seen: Seen) -> None:
        if seen.since is None:
            self.by_age[UNKNOWN] += 1
            return
        age = self.now - seen.since
        self.by_age[next((name for name, most in AGES if age < most), OLDER)] += 1
        entry = (-seen.since.timestamp(), seen.id, self.workspaces, seen)
        if len(self._oldest) < SHOWN:
            heapq.heappush(self._oldest, entry)
        else:
            heapq.heappushpop(self._oldest, entry)

    def _pool(self, ref: Any) -> Pool:
        return self.pools.setdefault(ref.id, Pool(ref.id, ref.id))

    def ages(self) -> Mapping[str, int]:
        """Return the numbers of workspaces by the age of their last change, newest first."""
        names = [*(name for name, _ in AGES), OLDER]
        unknown = [UNKNOWN] if self.by_age[UNKNOWN] else []
        return {name: self.by_age[name] for name in [*names, *unknown]}

    def stalest(self) -> list[Seen]:
        """Return the workspaces with the oldest last change, oldest first."""
        return [entry[-1] for entry in sorted(self._oldest, reverse=True)]


def _text(value: Any) -> str:
    return "none" if value is UNSET or value is None or value == "" else str(value)


def _moment(value: Any) -> datetime | None:
    """Return a time with a zone; None for any other value."""
    if not isinstance(value, datetime):
        return None
    try:
        return value.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
