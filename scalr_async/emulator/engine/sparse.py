"""Sparse answers: as little as JSON:API allows, plus members and types that no client knows.

The content of a resource depends on the seed and its id alone, so that equal requests get equal
answers. No value in them is wrong.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import msgspec

from scalr_async._catalog import Field, Schema
from scalr_async.emulator.engine.store import Record

__all__ = ["NOVEL", "Sparse"]

NOVEL: Final = "not-yet-known"
"""The prefix of attributes, relationships, types and values that no client knows."""

_VALUES: Final[Sequence[Any]] = (None, True, 7, 2.5, "text", [], ["a", {"b": None}], {"c": {}})
_STATES: Final = ("status",)
"""Enumerations that describe a state; their values are never replaced by unknown ones."""

_UNKNOWN: Final = Field()
_ABSENT: Final = object()


class Sparse:
    """Removes optional members from documents, and adds members that no client knows."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def resource(
        self,
        schema: Schema,
        record: Record,
        shown: Mapping[str, Any],
        *,
        asked: Collection[str] | None,
        linked: Collection[str],
    ) -> dict[str, Any]:
        """Return a resource with fewer members.

        `asked` holds the members that the request selects, None if it selects none; `linked` the
        relationships that lead to included resources. All of these stay unchanged.
        """
        whole = {*(asked or ()), *linked}
        dice = self._dice(record.id)
        attributes: dict[str, Any] = {}
        for name, value in shown["attributes"].items():
            kept = _attribute(schema, record, name, value, dice.random())
            attributes[name] = value if name in whole else kept
        relationships: dict[str, Any] = {}
        place = f"{shown.get('links', {}).get('self', '')}/relationships/"
        for name, value in shown.get("relationships", {}).items():
            kept = _relationship(value, place + name, dice.random())
            needed = schema.relationships[name].required or name in whole
            relationships[name] = value if needed else kept
        if asked is None:
            novelty = self._novelty(record.id)
            attributes |= {f"{NOVEL}-{n}": dice.choice(_VALUES) for n in range(dice.randrange(3))}
            relationships[f"{NOVEL}-one"] = {"data": dice.choice((None, novelty))}
            relationships[f"{NOVEL}-many"] = {"data": [novelty], "meta": {}}
        meta = dice.choice((None, {NOVEL: 1}, _ABSENT))
        members = {"attributes": attributes, "relationships": relationships}
        members = {name: _shuffled(dice, values) for name, values in members.items()}
        present = {name: values or _ABSENT for name, values in members.items()}
        return _shuffled(dice, {**shown, **present, "meta": meta})

    def unknown(self, id: str) -> bytes:
        """Encode a resource of an unknown type, to which the object with this id is linked."""
        return msgspec.json.encode({**self._novelty(id), "attributes": {"name": NOVEL}})

    def _novelty(self, id: str) -> dict[str, Any]:
        number = self._dice(f"{id} {NOVEL}").randrange(10**9)
        return {"type": f"{NOVEL}-things", "id": f"nyk-{number}"}

    def document(self, members: Mapping[str, Any], about: str) -> bytes:
        """Encode a document; `about` is the id or type of its primary data."""
        dice = self._dice(about)
        given = dict(members)
        if "pagination" not in (given.get("meta") or {}):
            given["meta"] = dice.choice((None, {}, {NOVEL: []}))
        elif dice.random() < 1 / 3:
            del given["links"]
        if "included" not in given and dice.random() < 1 / 2:
            given["included"] = None
        given["jsonapi"] = {"version": "1.0"}
        return msgspec.json.encode(_shuffled(dice, given))

    def _dice(self, about: str) -> random.Random:
        return random.Random(f"{self._seed} {about}")  # noqa: S311 - variety, no secret


def _attribute(schema: Schema, record: Record, name: str, value: Any, roll: float) -> Any:
    """Return the value of an attribute, or `_ABSENT`.

    An attribute that is null or unset may be left out; an unset enumeration may have an unknown
    value.
    """
    field = schema.attributes.get(name, _UNKNOWN)
    if field.required or (name in record.attributes and value is not None):
        return value
    if not value:
        return _ABSENT if roll < 1 / 2 else value
    new = field.enum and field.read_only and name not in _STATES and roll < 1 / 2
    return f"{NOVEL}-value" if new else value


def _relationship(value: Mapping[str, Any], place: str, roll: float) -> Any:
    """Return a relationship: unchanged, null if it has no data, with links only, or `_ABSENT`."""
    without: Any = {"links": {"self": place}}
    choices = [value, value, without]
    if not value["data"]:
        choices = [value, None, without, _ABSENT]
    elif isinstance(value["data"], list):
        choices.append(_ABSENT)
    return choices[int(roll * len(choices))]


def _shuffled(dice: random.Random, members: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members that are not `_ABSENT`, in random order."""
    present = [(name, value) for name, value in members.items() if value is not _ABSENT]
    return dict(dice.sample(present, len(present)))
