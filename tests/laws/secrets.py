"""Every argument of every write that may be secret, and the values that it may be given as."""

from __future__ import annotations

import collections
import re
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args, get_origin

import attrs

from scalr_async import ScalrClient, Secret, resources
from scalr_async.jsonapi import Operation, schema_of
from scalr_async.jsonapi._schema import is_nested, without_none
from scalr_async.resources._generated import COLLECTIONS
from tests.conftest import CANARY
from tests.laws.calls import Method, methods

NUMBER = 907199247412
"""The canary among the numbers."""


@attrs.frozen
class Frank:
    """An object of the caller's that shows what it holds."""

    private_key: Any = CANARY


class Teller:
    """No JSON, and shows what it holds."""

    def __repr__(self) -> str:
        return CANARY


VALUES: dict[str, Callable[[], Any]] = {
    "a text": lambda: CANARY,
    "a secret": lambda: Secret(CANARY),
    "a number": lambda: NUMBER,
    "a fraction": lambda: NUMBER + 0.5,
    "bytes": lambda: CANARY.encode(),
    "a bytearray": lambda: bytearray(CANARY.encode()),
    "a memoryview": lambda: memoryview(CANARY.encode()),
    "a dict": lambda: {"private_key": CANARY},
    "a dict of numbers": lambda: {"pin": [NUMBER]},
    "a name in a dict": lambda: {"X-Key": CANARY, "of": {"more": (CANARY, 5)}},
    "a frozen dict": lambda: types.MappingProxyType({"private_key": CANARY}),
    "a user's dict": lambda: collections.UserDict({"private_key": CANARY}),
    "a list": lambda: [CANARY, 5],
    "a tuple": lambda: (CANARY, [CANARY]),
    "a set": lambda: {CANARY},
    "a deque": lambda: collections.deque([CANARY]),
    "a generator": lambda: (text for text in [CANARY]),
    "a list of dicts": lambda: [{"private_key": CANARY}],
    "an attrs object": Frank,
    "a list of attrs objects": lambda: [Frank()],
    "a deep list": lambda: _nested(150),
    "too deep a list": lambda: _nested(300),
    "a list with what is no JSON": lambda: [CANARY, Teller()],
    "an object": Teller,
}
"""What makes each of them, by what they are."""


def _nested(depth: int) -> list[Any]:
    made: list[Any] = [CANARY]
    for _ in range(depth):
        made = [made]
    return made


@attrs.frozen
class Place:
    """A keyword of a call that may be secret; `type` is None in plain JSON, which has no schema."""

    method: Method
    keyword: str
    type: Any

    def __str__(self) -> str:
        return f"{self.method}({self.keyword}=)"

    def given(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield arguments of the call, with every kind of value in every shape of the type."""
        for kind, make in VALUES.items():
            for shape, value in _shapes(self.type, make):
                yield f"{self}: {kind}{shape}", {**self.method.arguments, self.keyword: value}


def _shapes(type_: Any, make: Callable[[], Any]) -> Iterator[tuple[str, Any]]:
    """Yield a value, and it inside the lists, mappings and objects that the type knows."""
    yield "", make()
    type_ = without_none(type_)
    if get_origin(type_) is tuple:
        for shape, value in _shapes(get_args(type_)[0], make):
            yield f" in a list{shape}", [value]
    elif get_origin(type_) is Mapping:
        for shape, value in _shapes(get_args(type_)[1], make):
            yield f" in a mapping{shape}", {"X-Key": value}
    elif is_nested(type_):
        for field in schema_of(type_).confidential:
            for shape, value in _shapes(field.type, make):
                yield f" as {field.name}{shape}", {field.name: value}
                yield f" as {field.name} of an object{shape}", type_(**{field.name: value})


def places(scalr: ScalrClient) -> Iterator[Place]:
    """Yield them all, found by reflection."""
    for method in methods():
        keywords = _keywords(method)
        function = _generated(method) if keywords else method.function
        names = set(function.__code__.co_names)
        if keywords and names & {"_create", "_update", "_ensure"}:
            for field in schema_of(_written(scalr, method.collection, function)).confidential:
                if field.name in keywords:
                    yield Place(method, field.name, field.type)
        elif keywords and names & {"_act", "_do", "_value"}:
            yield from (Place(method, keyword, None) for keyword in keywords)


def _keywords(method: Method) -> list[str]:
    """Return the names that `**values` takes."""
    annotations = (str(p.annotation) for p in method.parameters if p.name == "values")
    for annotation in annotations:
        (name,) = re.findall(r"Unpack\[(?:\w+\.)*(\w+)\]", annotation)
        return list(getattr(resources, name).__annotations__)
    return []


def _generated(method: Method) -> Any:
    """Return the generated function behind a method."""
    classes = getattr(resources, COLLECTIONS[method.collection][1]).__mro__
    found = [vars(cls)[method.name] for cls in classes if method.name in vars(cls)]
    return found[-1]


def _written(scalr: ScalrClient, collection: str, function: Any) -> type:
    """Return the class of what a generated function writes."""
    used = map(function.__globals__.get, function.__code__.co_names)
    operations = [found for found in used if isinstance(found, Operation)]
    written = next((found for found in operations if found.body), operations[0])
    model: type = getattr(scalr, collection)._writer(written).model
    return model
