"""JSON read strictly, and lines of it that each hold a resource of JSON:API."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final

import msgspec

from scalr_async.errors import InvalidArgumentError

__all__ = ["parse_json", "resource_lines"]

_DEEPEST: Final = 100
"""Levels of lists and objects: what is nested deeper could not be handled without overflow."""
_MARK: Final = b"\xef\xbb\xbf"
_decode: Final = msgspec.json.Decoder().decode
_Members = dict[str, Any] | None


class _Shape(msgspec.Struct):
    """The members of a resource, as far as they are checked; others may be there too."""

    type: Annotated[str, msgspec.Meta(min_length=1)]
    id: Annotated[str, msgspec.Meta(min_length=1)]
    attributes: _Members = None
    relationships: _Members = None
    meta: _Members = None


def parse_json(text: bytes) -> Any:
    """Return the value of JSON, in which a text may have half of a surrogate pair.

    Raises `ValueError` for anything else that is no JSON, for a number that no float can hold, and
    for lists and objects nested deeper than 100 levels.
    """
    try:
        found = _decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except msgspec.DecodeError as error:
        found = _parse_surrogates(text, error)
    if text.count(b"[") + text.count(b"{") > _DEEPEST and not _is_shallow(found, _DEEPEST):
        raise ValueError("nested too deeply")
    return found


def resource_lines(lines: Iterable[bytes], where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each resource of NDJSON with its place: `where` and the number of its line.

    Raises `InvalidArgumentError` for a line that holds no resource; empty lines are skipped.
    """
    for number, line in enumerate(lines, 1):
        text = line.removeprefix(_MARK) if number == 1 else line
        if not text.strip():
            continue
        try:
            found = parse_json(text)
            msgspec.convert(found, _Shape)
        except ValueError as error:
            reason = f"{error}; an inventory has a resource a line, as `crawl` writes NDJSON"
            raise InvalidArgumentError(f"{where}:{number}: {reason}") from None
        yield f"{where}:{number}", found


def _parse_surrogates(text: bytes, error: Exception) -> Any:
    """Parse halves of surrogate pairs, which JSON allows and msgspec refuses."""
    try:
        return json.loads(text.decode(), parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError):
        raise ValueError(str(error)) from None


def _finite(text: str) -> float:
    if math.isfinite(number := float(text)):
        return number
    raise ValueError


def _is_shallow(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_is_shallow(each, levels - 1) for each in inner)
