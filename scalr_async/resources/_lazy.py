"""A collection that is made when it is first asked for."""

from __future__ import annotations

from typing import Any, Generic, Protocol, TypeVar

__all__ = ["Lazy"]

C_co = TypeVar("C_co", covariant=True)


class _Client(Protocol):
    def _collection(self, name: str) -> Any: ...


class Lazy(Generic[C_co]):
    """An attribute of the client: the collection of the same name."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, client: _Client, owner: type | None = None) -> C_co:
        return client._collection(self._name)  # type: ignore[no-any-return]  # noqa: SLF001  # what the annotation says
