"""What it costs to turn pages of workspaces into objects, beside `orjson.loads` into dicts.

    python -m benchmarks.decode [pages]

Every way reads the same pages of 100 workspaces with all attributes and relationships; what each
makes of them is compared before it is timed. CPU time of one process, the best of several rounds,
the ways taking turns.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson

from scalr_async import _catalog
from scalr_async.jsonapi.codec import codec_for
from scalr_async.jsonapi.document import read_many
from scalr_async.jsonapi.included import IdentityMap
from scalr_async.jsonapi.schema import schema_of
from scalr_async.resources._generated.environments import Environment
from scalr_async.resources._generated.workspaces import Workspace

ITEMS = 100
ROUNDS = 15

Way = Callable[[bytes], Any]


class Server:
    """Makes pages of workspaces as the catalog describes them."""

    def __init__(self) -> None:
        self.random = random.Random(7)
        self.schemas = _catalog.load().schemas
        self.environments = [self.resource("Environment") for _ in range(5)]

    def id(self, type_: str) -> str:
        letters = self.random.choices("0123456789abcdefghijklmnopqrstuv", k=16)
        return f"{type_[:4]}-{''.join(letters)}"

    def value(self, name: str, field: _catalog.Field) -> Any:
        if field.format == "date-time":
            return f"2026-0{self.random.randint(1, 9)}-11T09:{self.random.randint(10, 59)}:00Z"
        if field.enum:
            return self.random.choice(field.enum)
        if field.fields:
            return {key: self.value(key, inner) for key, inner in field.fields.items()}
        number = self.random.randint(100, 9999)
        return {
            "boolean": number % 2 == 0,
            "integer": number,
            "object": {"can-read": True, "can-update": number % 2 == 0, "can-lock": True},
            "array": [f"env/{number}.tfvars", f"common-{number}.tfvars"],
        }.get(field.kind, f"{name[:12]}-{number}")

    def resource(self, schema: str) -> dict[str, Any]:
        described = self.schemas[schema]
        id_ = self.id(described.type)
        path = f"/api/iacp/v3/{described.type}/{id_}"
        attributes = described.attributes.items()
        relationships = described.relationships.items()
        return {
            "type": described.type,
            "id": id_,
            "attributes": {name: self.value(name, field) for name, field in attributes},
            "relationships": {name: self.linkage(link, path, name) for name, link in relationships},
            "links": {"self": path},
        }

    def linkage(self, link: _catalog.Relationship, path: str, name: str) -> dict[str, Any]:
        one = {"type": link.target, "id": self.id(link.target)}
        many = [one, {"type": link.target, "id": self.id(link.target)}]
        empty = link.nullable and self.random.random() < 0.3
        data = many if link.many else None if empty else one
        return {"data": data, "links": {"related": f"{path}/{name}"}}

    def page(self, *, include: bool = False, odd: bool = False) -> bytes:
        workspaces = [self.resource("Workspace") for _ in range(ITEMS)]
        for number, workspace in enumerate(workspaces):
            environment = self.environments[number % len(self.environments)]["id"]
            workspace["relationships"]["environment"]["data"]["id"] = environment
            if odd:
                workspace["attributes"]["run-operation-timeout"] = "never"
        document = {"data": workspaces, "links": {"next": None}, "meta": {"pagination": {}}}
        if include:
            document["included"] = self.environments
        return json.dumps(document, separators=(",", ":")).encode()


def attributes(body: bytes) -> Any:
    return codec_for(Workspace).read_page(body).items


def relationships(body: bytes) -> Any:
    items = codec_for(Workspace).read_page(body).items
    for item in items:
        item.environment  # noqa: B018  # the first touch decodes them all
    return items


def included(body: bytes) -> Any:
    items = codec_for(Workspace).read_page(body, IdentityMap()).items
    return items, [item.environment.resource.name for item in items]


def dicts_included(body: bytes) -> Any:
    document = orjson.loads(body)
    index = {(item["type"], item["id"]): item for item in document["included"]}
    links = [item["relationships"]["environment"]["data"] for item in document["data"]]
    return document, [index[link["type"], link["id"]]["attributes"]["name"] for link in links]


def raw(body: bytes) -> Any:
    return [item.raw() for item in codec_for(Workspace).read_page(body).items]


def structs(body: bytes) -> Any:
    decode = codec_for(Workspace)._decode_attributes  # noqa: SLF001  # the parse without the rest
    return [decode(head.attributes) for head in read_many(body).data or ()]


def check(body: bytes, *, include: bool = False) -> None:
    """Compare every field of every workspace with what plain dicts say."""
    data = orjson.loads(body)["data"]
    items = relationships(body)
    assert [item.raw() for item in items] == data
    for item, sent in zip(items, data, strict=True):
        for name, field in schema_of(Workspace).attributes.items():
            assert plain(getattr(item, name)) == plain(sent["attributes"][field.wire]), name
        for name, link in schema_of(Workspace).relationships.items():
            assert plain(getattr(item, name)) == plain(sent["relationships"][link.wire]["data"])
    if include:
        assert included(body)[1] == dicts_included(body)[1]
        assert isinstance(items[0].environment.resource or Environment(id=""), Environment)


def plain(value: Any) -> Any:
    """Make the two sides alike: times as text, nested objects and refs as dicts."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "__attrs_attrs__"):
        fields = schema_of(type(value)).attributes.items()
        return {field.wire: plain(getattr(value, name)) for name, field in fields}
    return {"type": value.type, "id": value.id} if hasattr(value, "resource") else value


def measure(ways: dict[str, tuple[Way, list[bytes]]]) -> dict[str, float]:
    """Return the CPU time of each way, in microseconds a workspace."""
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, (way, pages) in ways.items():
            started = time.process_time()
            for body in pages:
                way(body)
            spent = (time.process_time() - started) / len(pages) / ITEMS * 1e6
            best[name] = min(best[name], spent)
    return best


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    server = Server()
    pages = [server.page() for _ in range(count)]
    with_included = [server.page(include=True) for _ in range(count)]
    odd = [server.page(odd=True) for _ in range(count)]
    check(pages[0])
    check(with_included[0], include=True)
    check(odd[0])
    best = measure(
        {
            "orjson.loads to dicts": (orjson.loads, pages),
            "msgspec parse alone": (structs, pages),
            "ours, attributes": (attributes, pages),
            "ours, and all refs": (relationships, pages),
            "ours, and raw()": (raw, pages),
            "ours, every resource odd": (attributes, odd),
            "orjson, environments found": (dicts_included, with_included),
            "ours, environments found": (included, with_included),
        }
    )
    whole = best["orjson.loads to dicts"]
    size = sum(map(len, pages)) / count / ITEMS
    print(f"{count * ITEMS} workspaces of {size:.0f} bytes; CPU a workspace")
    for name, spent in best.items():
        print(f"{name:28} {spent:7.2f} us   {spent / whole:5.2f}")


if __name__ == "__main__":
    main()
