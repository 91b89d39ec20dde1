"""The frame of a self-contained HTML page: it loads nothing, and runs only its own script."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from scalr_async.inventory._charts import text

__all__ = ["html_page"]

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
@media (max-width: 34rem) {
  th, td { padding-right: .7rem; } td:first-child { min-width: 7rem; }
}
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


def html_page(title: str, subtitle: str, body: str) -> str:
    """Return a page; `body` is HTML, title and subtitle are text."""
    digest = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        f"style-src 'unsafe-inline'; script-src 'sha256-{digest}'\">"
        f"<title>Scalr: {text(title)}</title><style>{_STYLE}</style></head><body>"
        f'<header><h1>{text(title)}</h1><p class="soft">{text(subtitle)}</p></header>'
        f"{body}<script>{_SCRIPT}</script></body></html>\n"
    )
