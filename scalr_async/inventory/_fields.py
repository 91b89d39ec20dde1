"""The fields of documents, and how those of two documents differ."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from scalr_async.inventory._documents import Document
from scalr_async.inventory._tables import table_of

__all__ = ["Fields", "differences", "fields_of"]

Fields = tuple[Mapping[str, Any], Mapping[str, Any]]
"""The attributes of a document, and its links: of each target the type and the id."""

_FRACTION: Final = re.compile(r"[.,](\d+)")
_PLAIN: Final = re.compile(r'[^."]+')


def fields_of(found: Document) -> Fields:
    """Return the fields of a document; links to many are sorted, as their order says nothing."""
    links = found.get("relationships") or {}
    return found.get("attributes") or {}, {key: _targets(link) for key, link in links.items()}


def differences(
    type: str, old: Fields, new: Fields, known: frozenset[str]
) -> dict[str, tuple[Any, Any]]:
    """Return the old and the new values of the `known` fields that differ, by field.

    Objects are compared member by member, named as `field.member`. A missing field counts as null.
    """
    found: dict[str, tuple[Any, Any]] = {}
    for key in sorted(known & {*old[0], *new[0]}):
        before, after = old[0].get(key), new[0].get(key)
        if key not in _times(type) or _moment(before) is None or _moment(before) != _moment(after):
            found.update(_differ(_step(key), before, after))
    for key in sorted(known & {*old[1], *new[1]}):
        before, after = old[1].get(key), new[1].get(key)
        if not _is_same(before, after):
            # An attribute of the same name is against JSON:API, and hides no link.
            name = f"relationships.{key}" if _step(key) in found else _step(key)
            found[name] = _shown_links(before, after)
    return found


def _differ(path: str, old: Any, new: Any) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Yield what differs between two values, each with its path.

    An object that has a member with null where the other has none is shown as a whole: a value
    could not tell the two apart.
    """
    if _are_objects(old, new):
        for key in sorted({*old, *new}):
            yield from _differ(f"{path}.{_step(key)}", old.get(key), new.get(key))
    elif not _is_same(old, new):
        yield path, (old, new)


def _are_objects(old: Any, new: Any) -> bool:
    return (
        isinstance(old, dict)
        and isinstance(new, dict)
        and None not in (old.get(key, new.get(key)) for key in old.keys() ^ new.keys())
    )


def _step(key: str) -> str:
    """Return a key as part of a path, in quotes if it could be taken for a path."""
    return key if _PLAIN.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def _is_same(old: Any, new: Any) -> bool:
    """Return whether two values of JSON are equal; `1` and `1.0` are, `1` and `true` are not."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_is_same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_is_same, old, new))
    return bool(old == new) and isinstance(old, bool) == isinstance(new, bool)


@functools.cache
def _times(type: str) -> frozenset[str]:
    columns = table_of(type).columns
    return frozenset(
        each.key for each in columns if (each.place, each.kind) == ("attribute", "time")
    )


def _moment(value: Any) -> tuple[datetime, str] | None:
    """Return the time of a text, and the digits behind the microseconds; None if it is none."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is None or moment.tzinfo is None:
            return None
        fraction = _FRACTION.search(value)
        return moment.astimezone(UTC), fraction[1][6:].rstrip("0") if fraction else ""
    except (ValueError, OverflowError):
        return None


def _targets(link: Any) -> Any:
    data = link.get("data") if isinstance(link, dict) else link
    if isinstance(data, list):
        return sorted(map(_target, data), key=lambda each: json.dumps(each, sort_keys=True))
    return _target(data)


def _target(identifier: Any) -> Any:
    """Return the type and the id of an identifier; anything else as it is."""
    if isinstance(identifier, dict) and isinstance(identifier.get("id"), str):
        return {"type": identifier.get("type"), "id": identifier["id"]}
    return identifier


def _shown_links(old: Any, new: Any) -> tuple[Any, Any]:
    """Return the ids of two links; with their types if nothing else differs."""
    before, after = _ids(old), _ids(new)
    return (old, new) if _is_same(before, after) else (before, after)


def _ids(targets: Any) -> Any:
    if isinstance(targets, list):
        return [_ids(each) for each in targets]
    return targets["id"] if isinstance(targets, dict) and "id" in targets else targets
