"""Value classes compare, hash and show themselves as attrs would have it."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import attrs
import pytest

from scalr_async._value_class import value_class
from tests.test_layers import PACKAGE, module_name, modules


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class Frozen:
    number: Any = 1
    secret: str = attrs.field(default="hush", repr=False)
    items: Any = attrs.field(default=(), repr=lambda items: f"<{len(items)}>")
    seen: int = attrs.field(default=0, eq=False)
    derived: int = attrs.field(init=False, default=7)


@value_class
@attrs.define(eq=False, repr=False)
class Changing:
    number: Any = 1


class Made:
    """The same classes as attrs itself makes them."""

    @attrs.frozen(kw_only=True)
    class Frozen:
        number: Any = 1
        secret: str = attrs.field(default="hush", repr=False)
        items: Any = attrs.field(default=(), repr=lambda items: f"<{len(items)}>")
        seen: int = attrs.field(default=0, eq=False)
        derived: int = attrs.field(init=False, default=7)

    @attrs.define
    class Changing:
        number: Any = 1


CHANGES: list[dict[str, Any]] = [
    {},
    {"number": 2},
    {"number": float("nan")},
    {"number": "1"},
    {"secret": "other"},
    {"items": (1, 2)},
    {"seen": 5},
]


@pytest.mark.parametrize("right", CHANGES, ids=str)
@pytest.mark.parametrize("left", CHANGES, ids=str)
def test_objects_are_equal_exactly_when_those_of_attrs_are(left: Any, right: Any) -> None:
    ours, theirs = ((cls(**left), cls(**right)) for cls in (Frozen, Made.Frozen))

    assert (ours[0] == ours[1], ours[0] != ours[1]) == (
        theirs[0] == theirs[1],
        theirs[0] != theirs[1],
    )
    if ours[0] == ours[1]:
        assert hash(ours[0]) == hash(ours[1])
        assert len({*ours}) == 1


@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_objects_show_themselves_as_those_of_attrs_do(changes: Any) -> None:
    assert repr(Frozen(**changes)) == repr(Made.Frozen(**changes)).removeprefix("Made.")


def test_objects_that_can_change_are_compared_and_never_hashed() -> None:
    assert Changing(2) == Changing(2) != Changing(3)
    assert repr(Changing("x")) == "Changing(number='x')"
    for each in (Changing(), Made.Changing()):
        with pytest.raises(TypeError, match="unhashable"):
            hash(each)


def test_an_object_equals_none_of_another_class() -> None:
    class Child(Frozen):
        pass

    assert Frozen() != Child()
    assert Frozen() != Changing()
    assert Frozen().__eq__(1) is NotImplemented


def test_an_object_that_holds_itself_can_be_shown() -> None:
    around: Any = Changing()
    around.number = [around]

    assert repr(around) == "Changing(number=[...])"


def test_a_field_that_was_never_set_is_shown_as_nothing() -> None:
    shown = "Frozen(number=NOTHING, items=NOTHING, seen=NOTHING, derived=NOTHING)"

    assert repr(Frozen.__new__(Frozen)) == shown


def test_a_class_keeps_the_methods_that_it_has() -> None:
    @value_class
    @attrs.frozen(eq=False, repr=False)
    class Own:
        number: int = 1

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 5

        def __repr__(self) -> str:
            return "own"

    assert (Own(1) == Own(2), hash(Own()), repr(Own())) == (True, 5, "own")


def test_objects_can_be_copied_and_pickled() -> None:
    value = Frozen(number=3)

    assert pickle.loads(pickle.dumps(value)) == copy.deepcopy(value) == attrs.evolve(value) == value


def handwritten() -> Iterator[type]:
    """Yield the attrs classes of the client, which everybody imports; others are made for tests."""
    for path in modules():
        parts = path.relative_to(PACKAGE).parts
        if parts[0] in {"cli", "emulator", "inventory", "testing", "_pyinstaller", "webhooks"}:
            continue
        if "_generated" in parts or parts[-1] in {"__main__.py", "opentelemetry.py"}:
            continue
        module = import_module(module_name(path))
        for found in vars(module).values():
            if isinstance(found, type) and attrs.has(found) and found.__module__ == module.__name__:
                yield found


@pytest.mark.parametrize(
    "cls", list(handwritten()), ids=lambda cls: f"{cls.__module__}.{cls.__name__}"
)
def test_no_class_of_the_client_has_its_methods_compiled(cls: type) -> None:
    """That takes as long as everything else that an import of the class does."""
    compiled = {
        name
        for name in ("__eq__", "__hash__", "__repr__")
        if inspect.isfunction(method := vars(cls).get(name))
        and method.__code__.co_filename.startswith("<attrs")
    }

    assert compiled == set()
    if vars(cls).get("__eq__") is vars(Frozen)["__eq__"]:
        assert (cls.__hash__ is None) == (cls.__setattr__ is object.__setattr__)
