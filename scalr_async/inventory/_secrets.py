"""Attributes without their secrets: known ones by their class, unknown ones by their name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, get_args, get_origin

from scalr_async._values import REDACTED, Secret
from scalr_async.jsonapi import is_nested, schema_of

__all__ = ["is_secret_name", "without_secrets"]

_SECRET_NAME: Final = re.compile(
    r"(^|-)(authorization|cookies?|credentials?|passphrase|passwd|passwords?|secrets?|tokens?"
    r"|(access|api|encryption|private|secret|signing)-key)(-value)?$"
)
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_.\s]")
_USER_INFO: Final = re.compile(r"(https?)?://([^/?#\s]*)@", re.IGNORECASE)


def without_secrets(cls: type, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of a resource, or of an object in one, with null for each secret.

    A value that the server marks as sensitive or not is kept only with `sensitive: false`. Of an
    attribute that is unknown, the name decides. In URLs, passwords become `<redacted>`.
    """
    schema = schema_of(cls)
    known = {field.wire: field for field in schema.attributes.values()}
    is_open = sent.get("sensitive") is False
    kept: dict[str, Any] = {}
    for name, value in sent.items():
        field = known.get(name)
        if field is None:
            kept[name] = _by_name(name, value)
        elif is_open and field.name in schema.guarded:
            kept[name] = _unknown(value)
        elif field.hidden:
            kept[name] = None
        else:
            kept[name] = _of_type(field.type, value, is_confidential=field in schema.confidential)
    return kept


def is_secret_name(name: str) -> bool:
    """Return whether a name says that its value is a secret: `client-secret`, `apiKey`."""
    return _SECRET_NAME.search(_HUMP.sub("-", name).lower()) is not None


def _of_type(type_: Any, value: Any, *, is_confidential: bool) -> Any:
    """Return a value of a known type; one of another kind is null if it may be confidential."""
    if type_ is Secret:
        return None
    if is_nested(type_) and isinstance(value, dict):
        return without_secrets(type_, value)
    if get_origin(type_) is tuple and isinstance(value, list):
        inner = get_args(type_)[0]
        return [_of_type(inner, item, is_confidential=is_confidential) for item in value]
    return None if is_confidential else _unknown(value)


def _unknown(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _by_name(name, item) for name, item in value.items()}
    if isinstance(value, list):
        return [_unknown(item) for item in value]
    return _without_password(str(value)) if isinstance(value, str) else value


def _by_name(name: str, value: Any) -> Any:
    is_flag = isinstance(value, bool)  # `has-token: true` is no secret
    return None if is_secret_name(name) and not is_flag else _unknown(value)


def _without_password(text: str) -> str:
    if "://" not in text or "@" not in text:
        return text
    return _USER_INFO.sub(_redacted, text)


def _redacted(found: re.Match[str]) -> str:
    """Return the beginning of a URL; over HTTP, a user name may be a token as well."""
    scheme, user = found[1] or "", found[2]
    return f"{scheme}://{REDACTED}@" if scheme or ":" in user else found[0]
