"""What a filter may ask for beside an exact value: `like`, `between`, `null`.

```python
scalr.workspaces.list(name=filters.like("prod"), created_at=filters.between(start, end))
scalr.workspaces.list(agent_pool=filters.null)
```
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias, TypeVar, final

import attrs

from scalr_async._wire import Secret, printable
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi.model import Resource, identify
from scalr_async.jsonapi.ref import Ref

__all__ = ["Condition", "Filter", "between", "like", "null"]

T = TypeVar("T")

_OPERATORS: Final = ("in:", "like:", "between:")


@final
@attrs.frozen
class Condition:
    """What to look for, in the server's own syntax; made by the functions of this module."""

    text: str


Filter: TypeAlias = T | Iterable[T | Condition] | Condition
"""What a filter takes: a value, several of which one shall match, or a condition."""


def like(text: str) -> Condition:
    """Match values that contain the text."""
    if not text:
        raise InvalidArgumentError(f"like({text!r}): must be a text that is not empty")
    return Condition(f"like:{text}")


def between(low: str | int | datetime, high: str | int | datetime) -> Condition:
    """Match values from `low` to `high`; times need a zone."""
    return Condition(f"between:{_member(low, None)},{_member(high, None)}")


null: Final = Condition("in:null")
"""Match where there is no value; also as one of several: `[filters.null, "env-1"]`."""


def encode_filter(value: Any, type_: str | None) -> str:
    """Return the value of a `filter[...]` parameter.

    `type_` is the resource type whose ids the filter takes, None when it takes something else.

    Raises:
        InvalidArgumentError: None (`filters.null` asks for what has no value), an empty sequence,
            a text that the server would take for an operator (`in:`, `like:`, `between:`), a
            comma inside one of several values, a time without a zone, a resource of another type.
    """
    if isinstance(value, Condition):
        return value.text
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | dict):
        members = [_member(member, type_) for member in value]
        if not members:
            raise InvalidArgumentError("an empty list would match nothing; leave the filter out")
        return f"in:{','.join(dict.fromkeys(members))}"
    text = _text(value, type_)
    if text.startswith(_OPERATORS):
        shown = printable(text, 128)
        raise InvalidArgumentError(f"{shown!r}: the server would take it for an operator")
    return text


def encode_parameter(value: Any) -> str:
    """Return the value of any other parameter: a value, or several of them with commas."""
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | dict):
        return ",".join(_member(member, None) for member in value)
    return _text(value, None)


def _member(value: Any, type_: str | None) -> str:
    """Return one of several values, which the server tells apart by their commas."""
    if value is null:
        return "null"
    text = _text(value, type_)
    if "," in text:
        shown = printable(text, 128)
        raise InvalidArgumentError(f"{shown!r}: one of several values cannot hold a comma")
    return text


def _text(value: Any, type_: str | None) -> str:
    if isinstance(value, Ref | Resource):
        return identify(value, type_)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise InvalidArgumentError(f"{value.isoformat()}: a time needs a zone (tzinfo)")
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, str | int | float) and not isinstance(value, Secret):
        return str(value)
    if value is None:
        raise InvalidArgumentError("None: filters.null finds what has no value")
    raise InvalidArgumentError(f"{type(value).__name__}: not a value that a filter can have")
