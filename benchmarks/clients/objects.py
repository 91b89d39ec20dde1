"""The cost of immutable resources: four ways to create an object with 33 fields.

This library works like `frozen_filled`: it fills the slots of a mutable subclass, then changes the
object's class to the frozen one.
"""

from __future__ import annotations

from typing import Any, Final

import attrs

from benchmarks.documents import name_of, workspace
from benchmarks.job import Job

_ATTRIBUTES: Final = workspace(0)["attributes"]
_VALUES: Final[dict[str, Any]] = {
    "id": name_of(0),
    **{name.replace("-", "_"): value for name, value in _ATTRIBUTES.items()},
}
_SENT: Final = attrs.make_class("Sent", list(_VALUES), slots=True)(*_VALUES.values())

_OPEN: Final = attrs.make_class("Open", list(_VALUES), slots=True, kw_only=True)
_FROZEN: Final = attrs.make_class(
    "Frozen", list(_VALUES), slots=True, kw_only=True, frozen=True, weakref_slot=False
)
_TWIN: Final = type(
    "Twin",
    (_FROZEN,),
    {
        "__slots__": (),
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,  # else CPython calls the other one by a slow path
    },
)


def _filler(made: type, *last: str) -> Any:
    """Return a function that fills the slots of a new object, one after another."""
    lines = ["self = new(made)", *(f"self.{name} = sent.{name}" for name in _VALUES), *last]
    source = "\n    ".join(["def fill(sent):", *lines, "return self"])
    names: dict[str, Any] = {"new": object.__new__, "made": made, "Frozen": _FROZEN}
    exec(source, names)  # a list of assignments
    return names["fill"]


_fill_open: Final = _filler(_OPEN)
_fill_frozen: Final = _filler(_TWIN, "self.__class__ = Frozen")


def frozen_filled(job: Job) -> int:
    return sum(_fill_frozen(_SENT).id == name_of(0) for _ in range(job.total))


def open_filled(job: Job) -> int:
    return sum(_fill_open(_SENT).id == name_of(0) for _ in range(job.total))


def frozen_init(job: Job) -> int:
    return sum(_FROZEN(**_VALUES).id == name_of(0) for _ in range(job.total))


def open_init(job: Job) -> int:
    return sum(_OPEN(**_VALUES).id == name_of(0) for _ in range(job.total))
