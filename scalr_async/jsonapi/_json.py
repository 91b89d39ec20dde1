"""JSON and times, as bytes on the wire and back.

Edge cases (a body is JSON by RFC 8259, in UTF-8):

- the last of several duplicate keys counts;
- a byte order mark is skipped; bytes that are not UTF-8 and lone surrogates are read as U+FFFD;
- an integer of more than 4300 digits is read as a `str` of its digits, `1e999` as `inf`;
- `NaN`, `Infinity`, and nesting deeper than the interpreter's recursion limit raise `DecodeError`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NoReturn, TypeAlias

import msgspec

from scalr_async._values import SecretBytes
from scalr_async.errors import DecodeError, InvalidArgumentError

__all__ = [
    "NESTED_TOO_DEEPLY",
    "Body",
    "encode_ids",
    "encode_json",
    "loads",
    "repaired",
    "undecodable",
    "write_datetime",
]

_MAX_LEVELS: Final = 200
"""The largest nesting that is written, on all interpreters, whose own limits differ tenfold."""

NESTED_TOO_DEEPLY: Final = (
    f"not a value that JSON can hold: nested too deeply (more than {_MAX_LEVELS} levels)"
)

_encode: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode

Body: TypeAlias = bytes | memoryview
"""The body of an answer; tracebacks that print locals do not show the content of a view."""

_ESCAPE: Final = (
    r"(?s)\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)
"""One escape sequence; the group is a lone surrogate."""


def loads(raw: msgspec.Raw | Body) -> Any:
    """Parse JSON as the module docstring says; raises `DecodeError` for anything else."""
    try:
        return msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(repaired(bytes(raw)), parse_int=_integer, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        problem = str(error)  # not chained: the error itself holds the body
    raise undecodable(problem)


def repaired(body: Body) -> str:
    """Return a body as text, with a replacement character for each part that is not UTF-8."""
    # No local variable holds the text, because some tracebacks print them.
    return re.sub(
        _ESCAPE,
        lambda escape: "\N{REPLACEMENT CHARACTER}" if escape[1] else escape[0],
        bytes(body).decode("utf-8", "replace").removeprefix("\N{BYTE ORDER MARK}"),
    )


def _integer(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:  # longer than sys.get_int_max_str_digits()
        return digits


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def undecodable(why: str) -> DecodeError:
    """Return the error for a body that is not the expected document."""
    return DecodeError(f"not the JSON:API document that was promised: {why}", outcome="applied")


def encode_json(value: Any) -> SecretBytes:
    """Encode a value as compact UTF-8 text.

    Raises `InvalidArgumentError` for values that JSON does not have (NaN, sets, lone surrogates),
    for reference cycles, and for more than 200 levels of nesting.
    """
    refusal = NESTED_TOO_DEEPLY
    try:
        text = _encode(value)
        encoded = SecretBytes(text, "utf-8")
    except RecursionError:
        pass  # a context would hold a thousand frames, and some programs pickle it
    except (TypeError, ValueError) as error:
        refusal = f"not a value that JSON can hold: {error}"  # not chained: it holds the value
    else:
        if text.count("[") + text.count("{") <= _MAX_LEVELS or _is_shallow(value):
            return encoded
    raise InvalidArgumentError(refusal)


def write_datetime(value: datetime) -> str:
    """Return a time as UTC in ISO 8601; refuse a time without a zone, or out of UTC's range."""
    if value.utcoffset() is None:
        raise InvalidArgumentError(f"{value.isoformat()}: a time needs a zone (tzinfo)")
    try:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except OverflowError:
        raise InvalidArgumentError(f"{value.isoformat()}: out of range in UTC") from None


def _is_shallow(value: Any) -> bool:
    """Return whether a value is nested no deeper than allowed."""
    level = [value]
    for _ in range(_MAX_LEVELS):
        level = [member for container in level for member in _members(container)]
        level = [member for member in level if isinstance(member, Mapping | list | tuple)]
    return not level


def _members(container: Any) -> Any:
    return container.values() if isinstance(container, Mapping) else container


def encode_ids(document: Any) -> SecretBytes:
    """Encode types and ids that have been checked, at a tenth of the cost of `encode_json`."""
    return SecretBytes(msgspec.json.encode(document))
