"""`==`, `hash` and `repr` of attrs classes, without compiling code for each class.

    @value_class
    @attrs.frozen(kw_only=True, eq=False, repr=False)
    class Timeouts: ...

attrs writes the source of these methods for every class and compiles it, which takes half of the
time in which the class is made, in every program that imports it.
"""

from __future__ import annotations

from collections.abc import Iterator
from reprlib import recursive_repr
from typing import Any, TypeVar

import attrs

__all__ = ["show_fields", "value_class"]

C = TypeVar("C", bound=type)


def value_class(cls: C) -> C:
    """Give an attrs class the methods of `eq=True, repr=True`; it is declared without both.

    Objects are equal if they are of the same class and all their fields are equal. Only objects of
    a frozen class can be hashed. A method that the class defines itself stays.
    """
    frozen = "__setattr__" in vars(cls)
    methods = {"__eq__": _equals, "__hash__": _hash if frozen else None, "__repr__": show_fields}
    for name in methods.keys() - vars(cls).keys():
        setattr(cls, name, methods[name])
    return cls


def _equals(self: Any, other: object) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return all(getattr(self, name) == getattr(other, name) for name in _compared(self))


def _hash(self: Any) -> int:
    return hash((self.__class__, *(getattr(self, name) for name in _compared(self))))


def _compared(self: Any) -> Iterator[str]:
    return (field.name for field in self.__attrs_attrs__ if field.eq)


def show_fields(self: Any) -> str:
    """Return the fields in order; a field may have a function that shows it, or be left out."""
    return _shown(self)


@recursive_repr("...")
def _shown(self: Any) -> str:
    shown = []
    for field in self.__attrs_attrs__:
        if field.repr is not False:
            value = getattr(self, field.name, attrs.NOTHING)
            show = repr if field.repr is True or value is attrs.NOTHING else field.repr
            shown.append(f"{field.name}={show(value)}")
    return f"{self.__class__.__qualname__.rsplit('>.', 1)[-1]}({', '.join(shown)})"
