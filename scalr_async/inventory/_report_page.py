"""The report as one HTML page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

import attrs

from scalr_async.inventory._charts import Bar, Cell, bars, table, text
from scalr_async.inventory._findings import Finding, findings, verdict
from scalr_async.inventory._html import html_page
from scalr_async.inventory._statistics import UNKNOWN, Pool, Seen, Statistics, run_class

__all__ = ["KINDS", "page"]

KINDS: Final = ("accounts", "environments", "agent_pools", "agents", "workspaces")
"""The kinds a report reads, in this order: workspaces refer to all others."""


def page(statistics: Statistics, origin: str) -> str:
    """Return the whole page; `origin` is the server's URL, for links into its web interface.

    Without one there are no links.
    """
    found = findings(statistics)
    shown = _Shown(statistics, origin.rstrip("/"))
    host = origin.partition("://")[2].strip("/") or "Inventory"
    body = (
        f"{_verdict(statistics, found)}{_totals(statistics)}"
        f"<main>{''.join([*shown.charts(), *shown.tables()])}</main>"
    )
    return html_page(host, f"{statistics.now:%Y-%m-%d %H:%M} UTC", body)


def _verdict(statistics: Statistics, found: list[Finding]) -> str:
    worst = found[0].severity if found else "good"
    items = "".join(
        f'<li><span class="status {each.severity}">{each.severity}</span> '
        f'<a href="#{each.section}">{text(each.text)}</a></li>'
        for each in found
    )
    listed = f"<ol>{items}</ol>" if items else ""
    return (
        f'<div class="verdict {worst}"><strong>{text(verdict(statistics, found))}</strong>'
        f"{listed}</div>"
    )


def _totals(statistics: Statistics) -> str:
    parts = (
        f"<div><dt>{text(kind.replace('_', ' '))}</dt>"
        f"<dd>{'?' if kind in statistics.unread else f'{statistics.totals[kind]:,}'}</dd></div>"
        for kind in KINDS
    )
    return f'<dl id="totals">{"".join(parts)}</dl>'


@attrs.frozen
class _Shown:
    """The context of charts and tables: the numbers, and the targets of links."""

    statistics: Statistics
    origin: str

    def charts(self) -> Iterator[str]:
        """Yield the charts; without workspaces there is nothing to draw."""
        counted = self.statistics
        if not counted.workspaces:
            return
        yield bars(
            "Workspaces by environment",
            self._environments(counted.by_environment.items()),
            id="environments",
        )
        yield bars("Latest run", map(self._run_bar, counted.by_run.items()), id="runs")
        versions = (Bar(name, count) for name, count in counted.by_version.items())
        yield bars("Workspaces by Terraform version", versions, id="versions")
        ages = (Bar(name, count) for name, count in counted.ages().items())
        yield bars("Last changed within", ages, id="ages", ordered=True)
        pools = (
            Bar(pool.name, pool.workspaces, "" if pool.working else "failed")
            for pool in counted.pools.values()
        )
        yield bars("Workspaces on each agent pool", pools, id="load")
        yield bars(
            "Workspaces without an agent pool",
            self._environments(counted.unlinked.items()),
            id="unlinked",
        )

    def tables(self) -> Iterator[str]:
        """Yield the tables; one without rows is left out."""
        counted = self.statistics
        columns = ("pool", "workspaces", "agents idle", "busy", "offline", "errored", "id")
        pools = sorted(counted.pools.values(), key=lambda pool: (-pool.workspaces, pool.name))
        yield table("Agent pools", columns, [self._pool_row(pool) for pool in pools], id="pools")
        yield self._listed("Latest run failed", counted.failing, "failing", counted.failed.total())
        yield self._listed(
            "Latest run waits for a person", counted.blocked, "waiting", counted.waiting.total()
        )
        yield self._listed("Changed longest ago", counted.stalest(), "stale")

    def _environments(self, counts: Iterable[tuple[str, int]]) -> Iterator[Bar]:
        for id, count in counts:
            yield Bar(self._name(id), count)

    def _listed(self, title: str, rows: list[Seen], id: str, total: int = 0) -> str:
        cells = [
            [
                Cell(seen.name, href=self._workspace(seen)),
                Cell(self._name(seen.environment)),
                _day(seen),
                Cell(seen.id),
            ]
            for seen in rows
        ]
        names = ("workspace", "environment", "changed", "id")
        return table(title, names, cells, id=id, more=total - len(rows))

    def _pool_row(self, pool: Pool) -> list[Cell]:
        down = "warning" if pool.working else "critical"
        agents = pool.agents
        return [
            Cell(pool.name),
            _numeric(pool.workspaces),
            _numeric(agents["idle"]),
            _numeric(agents["busy"]),
            _numeric(agents["offline"], down),
            _numeric(agents["errored"], down),
            Cell(pool.id),
        ]

    def _run_bar(self, counted: tuple[str, int]) -> Bar:
        """Return a status's bar, in the color of waiting only if a run of it waits for a person."""
        status, count = counted
        applies = status not in self.statistics.waiting_statuses
        kind = "none" if status == "never run" else run_class(status, auto_apply=applies)
        return Bar(status, count, kind)

    def _name(self, environment: str) -> str:
        return self.statistics.environments.get(environment, environment)

    def _workspace(self, seen: Seen) -> str | None:
        """Return the URL of a workspace in the web interface.

        It is not part of the API. Scalr's own plugin for Backstage uses this URL; no public source
        has those of other resources.
        """
        if seen.environment == UNKNOWN or not self.origin:
            return None
        home, id = quote(seen.environment, safe=""), quote(seen.id, safe="")
        return f"{self.origin}/v2/e/{home}/workspaces/{id}/"


def _numeric(number: int, kind: str = "") -> Cell:
    """Return a cell for a number, colored unless it is 0."""
    return Cell(f"{number:,}", number, kind=kind if number else "")


def _day(seen: Seen) -> Cell:
    if seen.since is None:
        return Cell("unknown", 0.0)
    return Cell(f"{seen.since:%Y-%m-%d}", seen.since.timestamp())
