"""The first and last steps of most operations: the object in the path, the object as an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from scalr_async.emulator._call import Answer, Call, json
from scalr_async.emulator._documents import Selection
from scalr_async.emulator._errors import not_found
from scalr_async.emulator._query import parse_cut
from scalr_async.emulator._service import Service
from scalr_async.emulator._store import Record

__all__ = ["listing", "shown", "target"]


def target(service: Service, call: Call, type: str) -> Record:
    """Return the object that the first id in the path stands for."""
    record = service.store.get(type, call.target)
    if record is None:
        raise not_found(service.schemas[type][0], call.target)
    return record


def shown(service: Service, record: Record, status: int = 200) -> Answer:
    """Answer with the document of an object."""
    return Answer(status=status, body=service.documents.one(record, Selection()))


def listing(service: Service, call: Call, items: Iterable[Mapping[str, Any]]) -> Answer:
    """Answer with a page of plain objects, in the envelope of a JSON:API list."""
    page = parse_cut(call.route, call.pairs).of(list(items))
    if not call.route.paginated:
        return json({"data": list(page.items)})
    tail = page.tail(service.documents.url + call.path, call.pairs, urlencode)
    return json({"data": list(page.items), **tail})
