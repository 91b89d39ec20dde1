"""Filter operators other than equality: `like`, `between`, `null`, `raw`.

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
from scalr_async._values import plain_value
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi import NULL, Condition, encode_member, encode_value

__all__ = ["Condition", "Filter", "between", "like", "null", "raw"]

T = TypeVar("T")

_ORDERED: Final = (str, datetime, bool, (int, float))

Filter: TypeAlias = T | Iterable[T | Condition] | Condition
"""The argument of a filter: a value, several alternative values, or a condition."""


def like(text: str) -> Condition:
    """Match values that contain the text; for filters of texts, not of ids, states or times."""
    given: Any = plain_value(text)
    if not isinstance(given, str) or not given:
        raise InvalidArgumentError(f"like({shown(given)}): must be a non-empty str")
    return Condition(f"like:{encode_value(given)}")


def between(low: str | float | datetime | None, high: str | float | datetime | None) -> Condition:
    """Match values from `low` to `high`, both included; None leaves an end open.

    Times need a time zone. Scalr does not document ranges with an open end.
    """
    ends = [plain_value(low), plain_value(high)]
    given = [end for end in ends if end is not None]
    kinds = {next((kind for kind in _ORDERED if isinstance(end, kind)), None) for end in given}
    call = f"between({shown(low)}, {shown(high)})"
    if not given or "" in given or len(kinds) > 1 or not kinds.isdisjoint((None, bool)):
        raise InvalidArgumentError(f"{call}: give at least one end, and both ends of one type")
    texts = ["" if end is None else encode_member(end, None) for end in ends]
    if str not in kinds and given != sorted(given):
        raise InvalidArgumentError(f"{call}: the range ends before it begins")
    return Condition(f"between:{','.join(texts)}")


def raw(text: str) -> Condition:
    """Send a value unchecked, such as a status or an operator that this library does not know."""
    return Condition(text, unchecked=True)


null: Final = NULL
"""A condition that matches null, also as one of several values: `[filters.null, "env-1"]`."""
