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
from typing import Any, Final, TypeVar

import attrs

__all__ = ["show_fields", "value_class"]

C = TypeVar("C", bound=type)


def value_class(cls: C) -> C:
    """Give an attrs class the methods of `eq=True, repr=True`; it is declared without both.

    Objects are equal if they are of the same class and all their fields are equal. Only objects of
    a frozen class can be hashed. A method that the class defines itself stays.
    """
    methods: dict[str, Any] = {name: vars(_Methods)[name] for name in _NAMES}
    if "__setattr__" not in vars(cls):  # attrs gives it to frozen classes
        methods["__hash__"] = None
    for name in methods.keys() - vars(cls).keys():
        setattr(cls, name, methods[name])
    return cls


def show_fields(self: Any) -> str:
    """Return the fields in order; a field may have a function that shows it, or be left out."""
    shown = []
    for field in self.__attrs_attrs__:
        if field.repr is not False:
            value = getattr(self, field.name, attrs.NOTHING)
            show = repr if field.repr is True or value is attrs.NOTHING else field.repr
            shown.append(f"{field.name}={show(value)}")
    return f"{self.__class__.__qualname__.rsplit('>.', 1)[-1]}({', '.join(shown)})"


_NAMES: Final = ("__eq__", "__hash__", "__repr__")
_show_once: Final = recursive_repr("...")(show_fields)
"""`show_fields`, with dots in place of an object that is being shown already."""


class _Methods:
    """The methods that value classes share."""

    def __eq__(self, other: object) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in _compared(self))

    def __hash__(self) -> int:
        return hash((self.__class__, *(getattr(self, name) for name in _compared(self))))

    def __repr__(self) -> str:
        return _show_once(self)


def _compared(self: Any) -> Iterator[str]:
    return (field.name for field in self.__attrs_attrs__ if field.eq)
