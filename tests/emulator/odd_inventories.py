"""Inventories as no server sends them: values of any kind in any place, links to anything."""

from __future__ import annotations

import random
from typing import Any, Final

from scalr_async._catalog import Field
from scalr_async.emulator import Emulator

TYPES: Final = Emulator()._service.types
ODD: Final[tuple[Any, ...]] = (
    None, "", "odd", 0, 5, -1.5, 1e308, True, [], {}, [None], {"x": None}, [[1]], "0001-01-01", "9999-12-31T23:59:59Z",
    {"type": 5}, [{"address": None}], "2026-01-02T03:04:05Z", "2026-01-02", "9" * 400,
)  # fmt: skip


def odd_inventory(seed: int, objects: int = 2, oddity: float = 0.3) -> list[dict[str, Any]]:
    """Return some objects of each type, known by `<type>-<number>`."""
    chance = random.Random(seed)
    return [
        {
            "type": type,
            "id": f"{type}-{number}",
            "attributes": {
                name: _value(field, chance, oddity)
                for name, field in schema.attributes.items()
                if chance.random() > oddity / 2
            },
            "relationships": {
                name: _link(link.target, many=link.many, chance=chance, oddity=oddity)
                for name, link in schema.relationships.items()
                if chance.random() > oddity / 2
            },
        }
        for type, schema in TYPES.items()
        for number in range(objects)
    ]


def _value(field: Field, chance: random.Random, oddity: float) -> Any:
    if chance.random() < oddity:
        return chance.choice(ODD)
    if field.enum:
        return chance.choice(field.enum)
    if field.kind == "array":
        items = field.items or Field()
        return [_value(items, chance, oddity) for _ in range(chance.randrange(3))]
    if field.kind == "object":
        inner = {name: _value(each, chance, oddity) for name, each in field.fields.items()}
        free = {name: _value(field.values or Field(), chance, oddity) for name in ("a", "b")}
        return inner if field.fields else free
    moment = f"2026-01-{chance.randrange(1, 29):02}T00:00:00Z"
    plain = {"boolean": True, "integer": 3, "number": 1.5}
    return moment if field.format == "date-time" else plain.get(field.kind, "some")


def _link(target: str, *, many: bool, chance: random.Random, oddity: float) -> Any:
    if chance.random() < oddity / 2:
        return chance.choice(ODD)
    if chance.random() < oddity / 2:
        return {"data": chance.choice(ODD)}
    refs = [{"type": target, "id": f"{target}-{n}"} for n in (0, 1, 7) if chance.random() < 0.7]
    return {"data": refs if many else next(iter(refs), None)}
