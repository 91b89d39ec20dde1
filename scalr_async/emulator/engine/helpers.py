"""First and last steps of many operations: the object in the path, the answer."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from scalr_async._catalog import Schema
from scalr_async.emulator.engine.documents import Documents, Selection
from scalr_async.emulator.engine.errors import not_found
from scalr_async.emulator.engine.http import Answer, Call, download, json
from scalr_async.emulator.engine.query import parse_paging, parse_selection
from scalr_async.emulator.engine.service import Service
from scalr_async.emulator.engine.store import Record

__all__ = ["comma_separated", "listing", "record_answer", "table", "target"]


def target(service: Service, call: Call, type: str) -> Record:
    """Return the object that the first id in the path identifies."""
    record = service.store.get(type, call.target)
    if record is None:
        raise not_found(service.kinds[type], call.target)
    return record


def record_answer(service: Service, call: Call, record: Record, status: int = 200) -> Answer:
    """Answer with the document of an object, and what the request includes."""
    schema = service.types[record.type]
    selection = parse_selection(service.types, schema, call.pairs)
    return Answer(status=status, body=service.documents.one(record, selection))


def listing(service: Service, call: Call, items: Iterable[Mapping[str, Any]]) -> Answer:
    """Answer with a page of plain objects, as the `data` of a JSON:API list."""
    page = parse_paging(call.route, call.pairs).of(list(items))
    if not call.route.paginated:
        return json({"data": list(page.items)})
    tail = page.tail(service.documents.url + call.path, call.pairs, urlencode)
    return json({"data": list(page.items), **tail})


def comma_separated(
    documents: Documents, schema: Schema, records: Sequence[Record], selection: Selection
) -> Answer:
    """Answer with CSV of all records: id, attributes, and ids of to-one relationships."""
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
    """Answer with CSV: a header line, and one line per row."""
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
