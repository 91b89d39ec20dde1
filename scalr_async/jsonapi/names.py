"""Names: those of Python on the wire, and the message about one that does not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from scalr_async._text import shown
from scalr_async.errors import InvalidArgumentError

__all__ = ["kebab", "known_name", "known_names", "unknown_name"]


def kebab(name: str) -> str:
    """Return the wire name of a Python name: `vcs_enabled` is `vcs-enabled`."""
    return name.replace("_", "-")


def unknown_name(name: object, possible: Iterable[str], kind: str) -> str:
    """Return the message for an unknown name: what it is, and what there is, closest first."""
    names = sorted(possible)
    close = difflib.get_close_matches(name, names, n=3) if isinstance(name, str) else []
    listed = ", ".join([*close, *(other for other in names if other not in close)]) or "none"
    return f"{shown(name)}: no such {kind}; there is {listed}"


def known_names(value: Any, possible: Iterable[str], kind: str) -> list[str]:
    """Return one or several Python names, each of them once; refuse an unknown one."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, Iterable) or isinstance(names, bytes | Mapping):
        raise InvalidArgumentError(f"{shown(names)}: not a list of names")
    listed = dict.fromkeys(known_name(name, possible, kind) for name in names)
    return list(listed)


def known_name(name: Any, possible: Iterable[str], kind: str) -> str:
    """Return a name as plain text, also a member of an enumeration of texts."""
    text = str.__str__(name) if isinstance(name, str) else None
    if text is None or text not in possible:
        raise InvalidArgumentError(unknown_name(name, possible, kind))
    return text
