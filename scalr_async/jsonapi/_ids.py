"""The ids of resources: the arguments that calls accept as ids, and the form of ids."""

from __future__ import annotations

import re
from typing import (
    Any,
    Final,
    TypeAlias,
)

from scalr_async._prefixes import PREFIXES
from scalr_async._text import printable, shown
from scalr_async._values import Secret
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi._ref import Ref
from scalr_async.jsonapi._resource import R, Resource

__all__ = [
    "Identity",
    "describe",
    "describe_wrong_prefix",
    "identify",
    "is_like_an_id",
    "plain_id",
    "wrong_prefix",
]

_MAX_ID_LENGTH: Final = 128
_NOT_IN_IDS: Final = re.compile(r"[^!-~]|[/\\\\?#%]")

plain_id: Final = re.compile(r"[A-Za-z0-9_-]{1,128}").fullmatch
"""Matches an id that needs no encoding, like nearly all ids."""

Identity: TypeAlias = str | Ref[R] | R
"""An object as calls take it: its id, a `Ref` to it, or the object itself."""


def identify(value: object, type_: str | None) -> str:
    r"""Return the id of an object of `type_`, given as its id, a `Ref` or a resource.

    Raises:
        InvalidArgumentError: The id is empty, longer than 128 characters, `.` or `..`, or contains
            spaces, controls, non-ASCII characters or one of `/ \ ? # %`; a `Ref` or resource has
            another type; the value is none of the three.
    """
    if type(value) is str and plain_id(value):
        return value
    if isinstance(value, _OBJECTS):
        if type_ is not None and value.type != type_:
            raise _not_an_id(describe(value), type_)
        value = value.id
    if not isinstance(value, str) or not value or isinstance(value, Secret):
        raise _not_an_id(shown(value), type_)
    text = str.__str__(value)  # the value of a member of an enumeration
    if len(text) > _MAX_ID_LENGTH or text in (".", "..") or _NOT_IN_IDS.search(text):
        raise _not_an_id(shown(text), type_)
    return text


_OBJECTS: Final = (Ref, Resource)


def describe(value: Ref[Any] | Resource) -> str:
    """Return type and id for an error message (`tags 'tag-1'`), also for a malformed `Ref`."""
    kind: Any = value.type
    kind = printable(kind, _MAX_ID_LENGTH) if isinstance(kind, str) else shown(kind)
    return f"{kind} {shown(value.id)}"


def _not_an_id(shown: str, type_: str | None) -> InvalidArgumentError:
    wanted = f"the id of one of {type_}" if type_ else "an id"
    return InvalidArgumentError(f"{shown}: not {wanted}")


_RANDOM: Final = r"[0-9a-z]{15,}"
"""The part of an id after its prefix: lower-case base 32."""


def is_like_an_id(name: str, type_: str) -> bool:
    """Return whether a name has the form of an id of a type: `apool-tkacmbjoemheukg`."""
    prefix, _, rest = name.partition("-")
    return prefix == PREFIXES.get(type_) and re.fullmatch(_RANDOM, rest) is not None


def describe_wrong_prefix(value: Any, type_: str | None) -> str:
    """Return a value and a hint that its prefix is wrong for an id of a type, or an empty text.

    The hint is for errors about missing objects; an id is never refused for its prefix.
    """
    found = wrong_prefix(value, type_)
    return found and f"{shown(value)} {found}"


def wrong_prefix(value: Any, type_: str | None) -> str:
    """Return a hint that a prefix is wrong for an id of a type; an empty text if it is right."""
    wanted = PREFIXES.get(type_ or "")
    if not isinstance(value, str) or wanted is None:
        return ""
    prefix = value.partition("-")[0]
    if prefix == wanted and prefix != value:
        return ""
    others = [other for other, its in PREFIXES.items() if its == prefix != value]
    what = f"looks like one of {' or '.join(others)}" if others else "does not look like an id"
    return f"{what}: ids of {type_} begin with {wanted}-"
