"""`report`: one HTML page with charts of everything there is."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from scalr_async.cli._charts import bars, text
from scalr_async.cli._connect import connect
from scalr_async.cli._exit import Exit
from scalr_async.cli._files import STANDARD, writing
from scalr_async.cli._inventory import Inventory
from scalr_async.cli._present import presenter
from scalr_async.cli._survey import Pool, Survey

__all__ = ["page", "report"]

_KINDS: Final = ("accounts", "environments", "agent_pools", "agents", "workspaces")
_OPTIONS: Final = {"workspaces": {"include": ["latest_run"]}}

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1d2330; --soft: #667; --paper: #fff; --bar: #3b6fd4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8ee; --soft: #9aa; --paper: #14171f; --bar: #6d9bff; }
}
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0; }  h2 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
p { color: var(--soft); margin-top: 0; }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr)); gap: 0 2rem; }
svg { width: 100%; }  rect { fill: var(--bar); }  text { fill: var(--ink); font-size: 13px; }
text.label { text-anchor: end; }
dl { display: flex; flex-wrap: wrap; gap: 2rem; }  dt { color: var(--soft); }
dd { margin: 0; font-size: 1.6rem; font-weight: 600; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8884; }
"""


async def report(arguments: argparse.Namespace) -> int:
    """Walk everything and write the page, whole or not at all."""
    survey, show = Survey(now=datetime.now(UTC)), presenter(sys.stderr)
    async with connect(arguments) as scalr:
        with _opened(arguments.output) as file:
            inventory = Inventory(scalr=scalr, show=show, options=_OPTIONS)
            for kind in _KINDS:
                async for batch in inventory.walk(kind):
                    for item in batch.items:
                        survey.take(kind, item)
            file.write(page(survey, scalr.config.host).encode())
    if arguments.output != STANDARD:
        show.say(f"wrote {arguments.output}")
    return Exit.OK


@contextlib.contextmanager
def _opened(output: str) -> Iterator[BinaryIO]:
    if output == STANDARD:
        yield sys.stdout.buffer
        return
    with writing(Path(output)) as file:
        yield file


def page(survey: Survey, host: str) -> str:
    """Return the whole page: no scripts, nothing loaded from anywhere."""
    charts = (
        bars("Workspaces by environment", _ordered(survey.by_environment)),
        bars("Workspaces by Terraform version", _ordered(survey.by_version)),
        bars("Latest run", _ordered(survey.by_run)),
        bars("Last changed within", survey.ages()),
        bars("Workspaces on each agent pool", {p.name: p.workspaces for p in _pools(survey)}),
        bars("Workspaces without an agent pool", _ordered(survey.unlinked)),
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Scalr: {text(host)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{text(host)}</h1><p>{survey.now:%Y-%m-%d %H:%M} UTC</p>"
        f"{_totals(survey)}<main>{''.join(charts)}</main>{_tables(survey)}</body></html>\n"
    )


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(counts.most_common())


def _pools(survey: Survey) -> list[Pool]:
    return sorted(survey.pools.values(), key=lambda pool: (-pool.workspaces, pool.name))


def _totals(survey: Survey) -> str:
    parts = (
        f"<div><dt>{text(kind.replace('_', ' '))}</dt><dd>{survey.totals[kind]}</dd></div>"
        for kind in _KINDS
    )
    return f"<dl>{''.join(parts)}</dl>"


def _tables(survey: Survey) -> str:
    pools = [
        [p.name, p.workspaces, *(p.agents[s] for s in ("idle", "busy", "offline", "errored"))]
        for p in _pools(survey)
    ]
    names = ("pool", "workspaces", "agents idle", "busy", "offline", "errored")
    stale = [
        [name, environment, f"{datetime.fromtimestamp(-negated, UTC):%Y-%m-%d}", id]
        for negated, id, name, environment in sorted(survey.stalest, reverse=True)
    ]
    return _table("Agent pools", names, pools) + _table(
        "Changed longest ago", ("workspace", "environment", "changed", "id"), stale
    )


def _table(title: str, names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    head = "".join(f"<th>{text(name)}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{text(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<h2>{text(title)}</h2><table><tr>{head}</tr>{body}</table>"
