"""Filter operators beside an exact value: `like`, `between`, `null`, `raw`.

```python
scalr.workspaces.list(name=filters.like("prod"), updated_at=filters.between(start, None))
scalr.workspaces.list(agent_pool=filters.null)
```
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, TypeAlias, TypeVar

from scalr_async._text import shown
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi import NULL, Condition, encode_member, encode_value, plain_value

__all__ = ["Condition", "Filter", "between", "like", "null", "raw"]

T = TypeVar("T")

_ORDERED: Final = (str, datetime, bool, (int, float))

Filter: TypeAlias = T | Iterable[T | Condition] | Condition
"""The argument of a filter: a value, several values of which one must match, or a condition."""


def like(text: str) -> Condition:
    """Match values that contain the text."""
    given: Any = text
    if not isinstance(given, str) or not given:
        raise InvalidArgumentError(f"like({shown(given)}): must be a text that is not empty")
    return Condition(f"like:{encode_value(given)}")


def between(low: str | float | datetime | None, high: str | float | datetime | None) -> Condition:
    """Match values from `low` to `high`, both included; None leaves that end open.

    Times need a zone. That Scalr takes a range with one end is inferred, not documented.
    """
    ends = [plain_value(low), plain_value(high)]
    there = [end for end in ends if end is not None]
    kinds = {next((kind for kind in _ORDERED if isinstance(end, kind)), None) for end in there}
    told = f"between({shown(low)}, {shown(high)})"
    if not there or "" in there or len(kinds) > 1 or not kinds.isdisjoint((None, bool)):
        raise InvalidArgumentError(f"{told}: give one end at least, and both of one kind")
    texts = ["" if end is None else encode_member(end, None) for end in ends]
    if str not in kinds and there != sorted(there):
        raise InvalidArgumentError(f"{told}: it ends before it begins")
    return Condition(f"between:{','.join(texts)}")


def raw(text: str) -> Condition:
    """Send a value unchecked: a status newer than this library, an operator that it lacks."""
    return Condition(text)


null: Final = NULL
"""Matches null; also as one of several values: `[filters.null, "env-1"]`."""
