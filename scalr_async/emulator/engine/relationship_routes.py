"""Relationship endpoints: list, add, replace or remove the members of a to-many relationship."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec

from scalr_async.emulator.engine.bodies import parse_body, parse_identifiers
from scalr_async.emulator.engine.errors import unavailable_member
from scalr_async.emulator.engine.http import Answer, Call
from scalr_async.emulator.engine.query import parse_paging
from scalr_async.emulator.engine.service import Service
from scalr_async.emulator.engine.store import Record

__all__ = ["relationship"]


def relationship(service: Service, call: Call, owner: Record) -> Answer:
    """Read or write a relationship; answers a read with identifiers, a write with 204."""
    name = call.route.path.split("/relationships/")[1].partition("/")[0]
    held = list(owner.related(name))
    if call.route.method == "GET":
        return Answer(body=_list(service, call, held))
    if call.route.linkage is None:
        given = [list(call.parameters.values())[-1]]
        type = service.types[owner.type].relationships[name].target
    else:
        type = call.route.linkage
        given = parse_identifiers(parse_body(call.body), type)
    for id in given:
        if service.store.get(type, id) is None:
            raise unavailable_member(service.schemas[type][0], id)
    if call.route.method != "DELETE" and given:
        service.rules[owner.type].relating(owner, name)
    if call.route.method == "POST":
        kept = [*held, *(id for id in given if id not in held)]
    elif call.route.method == "PATCH":
        kept = given
    else:
        kept = [id for id in held if id not in given]
    service.store.change(owner, {}, {name: tuple(kept)})
    return Answer(status=204)


def _list(service: Service, call: Call, ids: list[str]) -> bytes:
    type = str(call.route.linkage)
    records = [record for id in ids if (record := service.store.get(type, id)) is not None]
    page = parse_paging(call.route, call.pairs).of(records)
    data = [{"id": record.id, "type": type} for record in page.items]
    tail = page.tail(service.documents.url + call.path, call.pairs, urlencode)
    return msgspec.json.encode({"data": data, **tail})
