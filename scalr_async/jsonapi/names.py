"""Names: those of Python on the wire, and the message about one that does not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from scalr_async._wire import shown

__all__ = ["kebab", "unknown_name"]


def kebab(name: str) -> str:
    """Return the wire name of a Python name: `vcs_enabled` is `vcs-enabled`."""
    return name.replace("_", "-")


def unknown_name(name: object, possible: Iterable[str], kind: str) -> str:
    """Return the message for an unknown name: what it is, and what there is, closest first."""
    names = sorted(possible)
    close = difflib.get_close_matches(name, names, n=3) if isinstance(name, str) else []
    listed = ", ".join([*close, *(other for other in names if other not in close)]) or "none"
    return f"{shown(name)}: no such {kind}; there is {listed}"
