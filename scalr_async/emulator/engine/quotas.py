"""Quotas: the largest numbers of objects of a type."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Iterable
from typing import Any, Self

from scalr_async.emulator.engine.arguments import check_choice, check_number

__all__ = ["Quotas"]


class Quotas(UserDict[str, int]):
    """The largest number of objects by type; refuses unknown types, and what is no number."""

    def __init__(self, types: Iterable[str]) -> None:
        super().__init__()
        self._types = types

    def __setitem__(self, type: str, most: int) -> None:
        check_choice("quotas", type, self._types)
        check_number(f"quotas: {type}", most, whole=True)
        super().__setitem__(type, most)

    def __ior__(self, other: Any) -> Self:  # type: ignore[misc, override]  # also of pairs
        self.update(other)
        return self
