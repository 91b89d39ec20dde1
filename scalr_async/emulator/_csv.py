"""Reports as comma-separated values."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from scalr_async._catalog import Schema
from scalr_async.emulator._call import Answer, download
from scalr_async.emulator._documents import Documents, Selection
from scalr_async.emulator._store import Record

__all__ = ["comma_separated", "table"]


def comma_separated(
    documents: Documents, schema: Schema, records: Sequence[Record], selection: Selection
) -> Answer:
    """Answer with all rows at once: the id, the attributes, the ids of to-one relationships."""
    only = selection.fields.get(schema.type)
    single = [name for name, relationship in schema.relationships.items() if not relationship.many]
    columns = [name for name in (*schema.attributes, *single) if only is None or name in only]
    rows = [
        {
            "id": record.id,
            **documents.attributes(record),
            **{name: next(iter(record.related(name)), None) for name in single},
        }
        for record in records
    ]
    return table(["id", *columns], rows)


def table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Answer:
    """Answer with a header line and one line a row."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    return download(out.getvalue().encode(), "text/csv; charset=utf-8")


def _cell(value: Any) -> Any:
    if isinstance(value, list | dict | bool):
        return msgspec.json.encode(value).decode()
    return value
