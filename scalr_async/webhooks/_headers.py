"""Header fields of a delivery, in the forms that web frameworks give them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from scalr_async._http import Headers
from scalr_async.errors import InvalidArgumentError, MalformedDeliveryError

__all__ = ["AnyHeaders", "only", "optional", "read_headers"]

AnyHeaders = Mapping[str, str] | Mapping[bytes, bytes] | Iterable[tuple[str | bytes, str | bytes]]
"""A mapping (values may be lists) or pairs, of text or of bytes (as in ASGI)."""

_FORM: Final = "headers: give a mapping, or pairs of a name and a value"


def read_headers(headers: Any) -> Headers:
    """Return the fields as text with one character per byte.

    Raises `InvalidArgumentError` if `headers` is no mapping or pairs, `MalformedDeliveryError` for
    a field that is not text.
    """
    if isinstance(headers, Headers):
        return headers
    try:
        return Headers(tuple(_pairs(headers)))
    except UnicodeError:
        raise MalformedDeliveryError("a header field holds what is no text") from None


def _pairs(headers: Any) -> Iterator[tuple[str, str]]:
    items = headers.items() if hasattr(headers, "items") else headers
    if isinstance(items, str | bytes) or not isinstance(items, Iterable):
        raise InvalidArgumentError(f"{_FORM}, not {type(headers).__name__}")
    for item in items:
        if not isinstance(item, tuple | list) or len(item) != 2:
            raise InvalidArgumentError(_FORM)
        name, values = item
        for value in values if isinstance(values, tuple | list) else [values]:
            yield _text(name), _text(value).strip(" \t")


def _text(value: Any) -> str:
    """Return text with one character per byte; aiohttp and others have decoded it as UTF-8."""
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape")
    if not isinstance(value, bytes):
        raise MalformedDeliveryError("a header field holds what is no text")
    return value.decode("latin-1")


def optional(headers: Headers, name: str) -> str | None:
    """Return the value of a field, None without one; raises `MalformedDeliveryError` for two."""
    values = headers.getall(name)
    if len(values) > 1:
        raise MalformedDeliveryError(f"the header {name} is there {len(values)} times")
    return values[0] if values else None


def only(headers: Headers, name: str) -> str:
    """Return the value of a field; raises `MalformedDeliveryError` without one, and for two."""
    value = optional(headers, name)
    if not value:
        raise MalformedDeliveryError(f"the header {name} is missing")
    return value
