"""The work of a client, and the comparison of its data with those of other clients."""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import attrs

from benchmarks.documents import workspace

__all__ = ["Everything", "Job", "digest", "shaped"]

PAGE_SIZE: Final = 100


@attrs.frozen
class Job:
    """A client's work: the server's list, its length, and the number of requests in flight."""

    url: str
    total: int
    in_flight: int = 16

    @property
    def pages(self) -> range:
        """The numbers of the pages of the list."""
        return range(1, -(-self.total // PAGE_SIZE) + 1)


Everything = Iterable[tuple[str, Any, Mapping[str, Any]]]
"""For each workspace: its id; its attributes, by wire name or as an object with Python names; and
its relationships, each as the id, a list of ids, or None."""

_SHAPE: Final = workspace(0)["attributes"]


def digest(everything: Everything) -> str:
    """Return a hash of all data that does not depend on the client or the order."""
    lines = sorted(
        json.dumps([name, shaped(attributes, _SHAPE), dict(sorted(ids.items()))], sort_keys=True)
        for name, attributes, ids in everything
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def shaped(value: Any, shape: Any) -> Any:
    """Return a value in JSON's form: the members of `shape`, times as text, tuples as lists."""
    if isinstance(shape, dict) and value is not None:
        return {key: shaped(_member(value, key), inner) for key, inner in shape.items()}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, enum.Enum):
        return value.value
    return list(value) if isinstance(value, list | tuple) else value


def _member(value: Any, key: str) -> Any:
    return value[key] if isinstance(value, Mapping) else getattr(value, key.replace("-", "_"))
