"""Resources as lines of a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any, Final

from scalr_async._wire import Secret

__all__ = ["csv_header", "csv_lines", "json_lines"]

_ATTRIBUTES: Final = ("name", "status", "terraform-version", "created-at", "updated-at")
_RELATIONSHIPS: Final = ("account", "environment", "agent-pool")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\n")
_COLUMNS: Final = ("type", "id", *_ATTRIBUTES, *_RELATIONSHIPS)


def json_lines(resources: Iterable[Any]) -> str:
    """Return each resource as the server sent it, a line of NDJSON; secrets are left out."""
    return "".join(
        json.dumps(_public(resource.raw()), ensure_ascii=False) + "\n" for resource in resources
    )


def csv_header() -> str:
    """Return the line of column names."""
    return _csv([_COLUMNS])


def csv_lines(resources: Iterable[Any]) -> str:
    """Return the columns that resources of all types share, empty where there is no value."""
    return _csv(_row(resource.raw()) for resource in resources)


def _row(raw: dict[str, Any]) -> list[Any]:
    attributes = raw.get("attributes") or {}
    relationships = dict(raw.get("relationships") or {})
    relationships.setdefault("agent-pool", relationships.get("pool"))  # as agents call it
    return [
        raw["type"],
        raw["id"],
        *(attributes.get(name) for name in _ATTRIBUTES),
        *(_id(relationships.get(name)) for name in _RELATIONSHIPS),
    ]


def _id(relationship: Any) -> str | None:
    """Return the id of a to-one relationship, which may be null itself, or hold null."""
    data = (relationship or {}).get("data")
    return None if data is None else data["id"]


def _csv(rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(map(_cell, row) for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    """Return a value that no spreadsheet takes for a formula, and that stays in its row.

    A spreadsheet runs what begins like a formula: such text gets an apostrophe in front. A bare
    carriage return would end the row for readers before Python 3.11.9, so it becomes a line feed.
    """
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(_FORMULA) else text


def _public(value: Any) -> Any:
    """Return the value with each secret as null."""
    match value:
        case Secret():
            return None
        case dict():
            return {key: _public(item) for key, item in value.items()}
        case list():
            return [_public(item) for item in value]
        case _:
            return value
