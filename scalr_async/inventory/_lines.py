"""Resources as lines of a file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Any, Final

from scalr_async._values import Secret
from scalr_async.inventory._text import OBEYED, json_line

__all__ = ["csv_header", "csv_lines", "json_lines"]

_ATTRIBUTES: Final = ("name", "status", "terraform-version", "created-at", "updated-at")
_RELATIONSHIPS: Final = ("account", "environment", "agent-pool")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\n")
_CONTROL: Final = re.compile(f"[\x00-\x08\x0b-\x1f{OBEYED}]")
_COLUMNS: Final = ("type", "id", *_ATTRIBUTES, *_RELATIONSHIPS)


def json_lines(resources: Iterable[Any]) -> str:
    """Return each resource as the server sent it, a line of NDJSON; secrets are left out."""
    return "".join(json_line(_public(resource.raw())) for resource in resources)


def csv_header() -> str:
    """Return the line of column names."""
    return _csv([_COLUMNS])


def csv_lines(resources: Iterable[Any]) -> str:
    """Return the columns that resources of all types share, empty where there is no value."""
    return _csv(_row(resource.raw()) for resource in resources)


def _row(raw: dict[str, Any]) -> list[Any]:
    attributes = _members(raw.get("attributes"))
    relationships = _members(raw.get("relationships"))
    relationships.setdefault("agent-pool", relationships.get("pool"))  # as agents call it
    return [
        raw.get("type"),
        raw.get("id"),
        *(attributes.get(name) for name in _ATTRIBUTES),
        *(_id(relationships.get(name)) for name in _RELATIONSHIPS),
    ]


def _members(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}


def _id(relationship: Any) -> str | None:
    """Return the id of a to-one relationship; None for null, and for what is no relationship."""
    data = relationship.get("data") if isinstance(relationship, dict) else None
    return data.get("id") if isinstance(data, dict) else None


def _csv(rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(map(_cell, row) for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    """Return a value that no spreadsheet takes for a formula, and that stays in its row.

    A spreadsheet runs what begins like a formula: such text gets an apostrophe in front. A bare
    carriage return would end the row for readers before Python 3.11.9, so it becomes a line feed.
    Other controls, which a terminal would obey, become replacement characters.
    """
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
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
