"""A comparison as one HTML page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from scalr_async.inventory._charts import Cell, table, text
from scalr_async.inventory._diff import Change
from scalr_async.inventory._html import html_page
from scalr_async.inventory._text import count

__all__ = ["diff_page", "shown_values"]

_ROWS: Final = 5_000
"""The most rows of a table; the others are counted."""
_TITLES: Final = {"created": "Created", "changed": "Changed", "deleted": "Deleted"}


def diff_page(
    title: str, subtitle: str, changes: Iterable[Change], left_out: Mapping[str, str]
) -> str:
    """Return the whole page: totals, then a table of each kind of change."""
    rows: dict[str, list[list[Cell]]] = {kind: [] for kind in _TITLES}
    seen: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    for change in changes:
        totals[change.kind] += 1
        begin = [Cell(change.type), Cell(change.name or ""), Cell(change.id)]
        fields = change.fields.items() or (("", ("", "")),)
        for field, (old, new) in fields:
            seen[change.kind] += 1
            if len(rows[change.kind]) < _ROWS:
                more = [Cell(field), *map(Cell, shown_values(old, new))]
                rows[change.kind].append([*begin, *(more if change.fields else ())])
    parts = "".join(
        f"<div><dt>{text(kind)}</dt><dd>{totals[kind]:,}</dd></div>" for kind in _TITLES
    )
    names = ("type", "name", "id")
    columns = {"changed": (*names, "field", "old", "new")}
    tables = "".join(
        table(
            title_of,
            columns.get(kind, names),
            rows[kind],
            id=kind,
            more=seen[kind] - len(rows[kind]),
        )
        for kind, title_of in _TITLES.items()
    )
    verdict = f"{count(totals.total(), 'change')}" if totals else "Nothing has changed"
    omitted = "".join(
        f"<li>{text(name)} is not in the {which} file</li>" for name, which in left_out.items()
    )
    notes = f"<ol>{omitted}</ol>" if omitted else ""
    body = (
        f'<div class="verdict"><strong>{text(verdict)}</strong>{notes}</div>'
        f'<dl id="totals">{parts}</dl><main>{tables}</main>'
    )
    return html_page(title, subtitle, body)


def shown_values(old: Any, new: Any) -> tuple[str, str]:
    """Return two values as text: strings unchanged unless both look alike, others as JSON."""
    before, after = (json.dumps(value, ensure_ascii=False) for value in (old, new))
    plain = old if isinstance(old, str) else before, new if isinstance(new, str) else after
    return plain if plain[0] != plain[1] else (before, after)
