"""JSON and times as they are sent, with the same limits on every interpreter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from scalr_async._values import SecretBytes
from scalr_async.errors import InvalidArgumentError

__all__ = ["NESTED_TOO_DEEPLY", "encode_json", "write_datetime"]

_MOST_LEVELS: Final = 200
"""Levels of nesting. What the interpreters can do themselves differs by a factor of ten."""

NESTED_TOO_DEEPLY: Final = (
    f"not a value that JSON can hold: nested too deeply (more than {_MOST_LEVELS} levels)"
)

_encode: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def encode_json(value: Any) -> SecretBytes:
    """Encode a value as compact UTF-8 text.

    Raises `InvalidArgumentError` for what JSON does not have (NaN, sets, half surrogate pairs),
    for circles, and for more than 200 levels of nesting.
    """
    try:
        text = _encode(value)
        encoded = SecretBytes(text, "utf-8")
    except RecursionError:
        raise InvalidArgumentError(NESTED_TOO_DEEPLY) from None
    except (TypeError, ValueError) as error:
        problem = str(error)  # itself, it holds what is encoded
    else:
        if text.count("[") + text.count("{") <= _MOST_LEVELS or _is_shallow(value):
            return encoded
        raise InvalidArgumentError(NESTED_TOO_DEEPLY)
    raise InvalidArgumentError(f"not a value that JSON can hold: {problem}")


def write_datetime(value: datetime) -> str:
    """Return a time as UTC in ISO 8601; refuse one without a zone, or that UTC has no year for."""
    if value.utcoffset() is None:
        raise InvalidArgumentError(f"{value.isoformat()}: a time needs a zone (tzinfo)")
    try:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except OverflowError:
        raise InvalidArgumentError(f"{value.isoformat()}: UTC has no such time") from None


def _is_shallow(value: Any) -> bool:
    """Return whether a value has no more levels than may be sent."""
    level = [value]
    for _ in range(_MOST_LEVELS):
        level = [member for holder in level for member in _members(holder)]
        level = [member for member in level if isinstance(member, Mapping | list | tuple)]
    return not level


def _members(holder: Any) -> Any:
    return holder.values() if isinstance(holder, Mapping) else holder
