"""The value of a field that was not there."""

from __future__ import annotations

import enum
from typing import Any, Literal

__all__ = ["UNSET", "UnsetType"]


class _Unset(enum.Enum):
    """The type of `UNSET`; an enum, so that it is one object, also after pickle and copy."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    __str__ = __repr__


UnsetType = Literal[_Unset.UNSET]
"""For signatures of our own whose parameters tell an absent value from `None`."""

UNSET: Any = _Unset.UNSET
"""The value of a field that the server did not send, or that a write leaves alone; falsy.

Fields are typed as what the server promises (`name: str`), because only a sparse fieldset takes
them away; `Any` lets `value is UNSET` be asked of every one of them under strict type checkers.
"""
