"""The failures of a bulk call, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scalr_async.bulk import Outcome

__all__ = ["by_reason", "id_of", "name_of", "reason", "record"]


def id_of(item: Any) -> str:
    """Return the id of an id, a reference or a resource."""
    return item if isinstance(item, str) else str(item.id)


def name_of(item: Any) -> str:
    """Return the name of a resource, the id of what has no name."""
    return getattr(item, "name", None) or id_of(item)


def reason(outcome: Outcome[Any, Any]) -> str:
    """Return why an item failed, in words that are the same for all that failed like it."""
    if outcome.error is None:
        return "interrupted"
    return outcome.error.message.replace(id_of(outcome.input), "...")


def by_reason(failed: Iterable[Outcome[Any, Any]]) -> dict[str, list[Outcome[Any, Any]]]:
    """Group failures by reason, in order of appearance."""
    groups: dict[str, list[Outcome[Any, Any]]] = {}
    for outcome in failed:
        groups.setdefault(reason(outcome), []).append(outcome)
    return groups


def record(outcome: Outcome[Any, Any]) -> dict[str, Any]:
    """Return an outcome as a line of NDJSON."""
    values: dict[str, Any] = {
        "workspace": id_of(outcome.input),
        "ok": outcome.ok,
        "outcome": outcome.outcome,
    }
    if outcome.error is not None:
        values |= {"error": type(outcome.error).__name__, "reason": outcome.error.message}
    return values
