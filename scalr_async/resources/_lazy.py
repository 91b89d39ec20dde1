"""A collection that is made when it is first asked for."""

from __future__ import annotations

from typing import Any, Generic, TypeVar, cast

__all__ = ["Lazy"]

C_co = TypeVar("C_co", covariant=True)


class Lazy(Generic[C_co]):
    """An attribute of the client: its collection of the same name."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, client: Any, owner: type | None = None) -> C_co:
        # On the class itself, for whoever looks at it, the attribute is its own description.
        found = self if client is None else client._collection(self._name)  # noqa: SLF001  # its own part
        return cast("C_co", found)
