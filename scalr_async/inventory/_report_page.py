"""The report as one HTML page: it loads nothing, and runs the one script that it carries."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

import attrs

from scalr_async.inventory._charts import Bar, Cell, bars, table, text
from scalr_async.inventory._findings import Finding, findings, verdict
from scalr_async.inventory._statistics import UNKNOWN, Pool, Seen, Statistics, run_class

__all__ = ["KINDS", "page"]

KINDS: Final = ("accounts", "environments", "agent_pools", "agents", "workspaces")
"""The kinds a report reads, in this order: workspaces refer to all others."""

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1b2230; --soft: #5a6478; --paper: #fff; --line: #d9dee8;
  --card: #f6f8fb; --bar: #3b6fd4; --good: #1f8a4c; --bad: #c42b3a; --warn: #b26a00;
  --calm: #7a859a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e7eaf1; --soft: #a4aec2; --paper: #12151c; --line: #2c3342; --card: #1a1f29;
    --bar: #7aa5ff; --good: #4cc38a; --bad: #ff7b86; --warn: #f0a93b; --calm: #8b95a9; }
}
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 72rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.05rem; margin: 0 0 .6rem; }
a { color: inherit; } a:hover { color: var(--bar); }
:focus-visible { outline: 2px solid var(--bar); outline-offset: 2px; }
.soft, .empty { color: var(--soft); margin: 0; }
.verdict { margin: 1.2rem 0; padding: 1rem 1.2rem; background: var(--card);
  border-left: 6px solid var(--good); border-radius: 6px; }
.verdict.critical { border-color: var(--bad); } .verdict.warning { border-color: var(--warn); }
.verdict strong { font-size: 1.25rem; } .verdict ol { margin: .6rem 0 0; padding-left: 1.4rem; }
.status { font-weight: 600; } .status.critical, .status.failed { color: var(--bad); }
.status.warning, .status.waiting { color: var(--warn); } .status.note { color: var(--calm); }
dl { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1.2rem 0; } dt { color: var(--soft); }
dd { margin: 0; font-size: 1.6rem; font-weight: 600; font-variant-numeric: tabular-nums; }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr));
  gap: 2rem; } section { min-width: 0; } .wide { grid-column: 1 / -1; }
.bars { list-style: none; margin: 0; padding: 0; } .bars svg { width: 100%; height: .9rem; }
.bars li { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr) 7.5rem; gap: .6rem;
  align-items: center; padding: .15rem 0; }
.bars span:last-child { text-align: right; font-variant-numeric: tabular-nums; }
.bars rect { fill: var(--bar); } .bars .good rect { fill: var(--good); }
.bars .failed rect { fill: var(--bad); } .bars .waiting rect { fill: var(--warn); }
.bars .ended rect, .bars .none rect { fill: var(--calm); } .bars .rest { color: var(--soft); }
@media (max-width: 34rem) {
  .bars li { grid-template-columns: 1fr auto; gap: .1rem .6rem; padding: .3rem 0; }
  .bars svg { grid-column: 1 / -1; grid-row: 2; }
}
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem 1.4rem .3rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; } th, .number, td:last-child { white-space: nowrap; }
td:first-child { min-width: 12rem; } td { min-width: 6rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; min-width: 4.5rem; }
th button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0;
  padding: 0; cursor: pointer; } th[aria-sort=ascending] button::after { content: " ↑"; }
th[aria-sort=descending] button::after { content: " ↓"; }
input { font: inherit; width: 100%; max-width: 20rem; padding: .3rem .6rem; margin-bottom: .5rem;
  color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 4px; }
@media print { input { display: none; } }
"""

_SCRIPT: Final = """
for (const section of document.querySelectorAll("section.wide")) {
  const body = section.querySelector("tbody"), rows = [...body.rows];
  section.querySelector("input").addEventListener("input", event => {
    const wanted = event.target.value.toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
  const heads = [...section.querySelectorAll("th")];
  heads.forEach((head, column) => head.firstChild.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach(each => each.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = row => {
      const cell = row.cells[column];
      return "key" in cell.dataset ? Number(cell.dataset.key) : cell.textContent.toLowerCase();
    };
    rows.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * (down ? -1 : 1));
    body.append(...rows);
  }));
}
"""


def page(statistics: Statistics, origin: str) -> str:
    """Return the whole page; `origin` is the server's URL, for links into its web interface."""
    found = findings(statistics)
    shown = _Shown(statistics, origin.rstrip("/"))
    digest = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
    host = origin.partition("://")[2].strip("/")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        f"style-src 'unsafe-inline'; script-src 'sha256-{digest}'\">"
        f"<title>Scalr: {text(host)}</title><style>{_STYLE}</style></head><body>"
        f"<header><h1>{text(host)}</h1>"
        f'<p class="soft">{statistics.now:%Y-%m-%d %H:%M} UTC</p></header>'
        f"{_verdict(statistics, found)}{_totals(statistics)}"
        f"<main>{''.join([*shown.charts(), *shown.tables()])}</main>"
        f"<script>{_SCRIPT}</script></body></html>\n"
    )


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
        yield bars("Latest run", map(_run_bar, counted.by_run.items()), id="runs")
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

    def _name(self, environment: str) -> str:
        return self.statistics.environments.get(environment, environment)

    def _workspace(self, seen: Seen) -> str | None:
        """Return where the web interface shows a workspace.

        That is not part of the API. Scalr's own plugin for Backstage leads there, and no public
        source tells where other things are shown.
        """
        if seen.environment == UNKNOWN:
            return None
        home, id = quote(seen.environment, safe=""), quote(seen.id, safe="")
        return f"{self.origin}/v2/e/{home}/workspaces/{id}/"


def _numeric(number: int, kind: str = "") -> Cell:
    """Return a number's cell, which is coloured unless it is 0."""
    return Cell(f"{number:,}", number, kind=kind if number else "")


def _run_bar(counted: tuple[str, int]) -> Bar:
    status, count = counted
    return Bar(status, count, "none" if status == "never run" else run_class(status))


def _day(seen: Seen) -> Cell:
    if seen.since is None:
        return Cell("unknown", 0.0)
    return Cell(f"{seen.since:%Y-%m-%d}", seen.since.timestamp())
