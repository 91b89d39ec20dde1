"""Every call that takes many ids refuses what is no list of them, before anything is sent."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest

from scalr_async import InvalidArgumentError, Ref, ScalrClient
from scalr_async.emulator import Emulator
from scalr_async.resources import AgentPool
from scalr_async.resources._generated import COLLECTIONS, NAMES

NOT_A_LIST: dict[str, Any] = {
    "an id": "ws-12",
    "bytes": b"ws-12",
    "a bytearray": bytearray(),
    "a view": memoryview(b""),
    "None": None,
    "a number": 12,
    "a float": 1.5,
    "a truth": True,
    "a mapping": {"ws-1": "ws-2"},
    "an object": object(),
    "a ref": Ref("workspaces", "ws-1"),
    "a resource": AgentPool(id="apool-1"),
}
NO_IDS: dict[str, Any] = {
    "a list with None": [None],
    "a tuple with a number": ("x-1", 7),
    "a set with a path": {"a/b"},
    "a list with bytes": [b"x-1"],
    "a list of lists": [["x-1"]],
    "a list with a truth": [True],
    "a view of a mapping with a number": {1: 2}.keys(),
}
CALLS: dict[str, Callable[[ScalrClient, Any], Any]] = {}
"""Every call that takes many, with the many of it still to be given."""

_MANY = re.compile(r"Iterable\[Identity|WorkspaceIds|^Iterable\[W\]")


def find_calls() -> Iterator[tuple[str, Callable[[ScalrClient, Any], Any]]]:
    for collection in COLLECTIONS:
        cls = type(getattr(ScalrClient("acme.scalr.io", "t"), collection))
        for name, method in inspect.getmembers(cls, inspect.isfunction):
            if not name.startswith("_"):
                for label, arguments in calls_of(method):
                    yield f"{collection}.{name}{label}", caller(collection, name, arguments)


def caller(
    collection: str, name: str, arguments: Callable[[Any], tuple[list[Any], dict[str, Any]]]
) -> Callable[[ScalrClient, Any], Any]:
    def call(scalr: ScalrClient, many: Any) -> Any:
        positional, named = arguments(many)
        return getattr(getattr(scalr, collection), name)(*positional, **named)

    return call


def calls_of(method: Any) -> Iterator[tuple[str, Any]]:
    """Yield the ways in which a method takes many: as an argument, or as a field of a write."""
    parameters = [p for p in inspect.signature(method).parameters.values() if p.name != "self"]
    leading = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    if any(_MANY.search(str(p.annotation)) for p in leading):
        yield "", lambda many: (["x-1"] * (len(leading) - 1) + [many], {})
        if "via" in inspect.signature(method).parameters:
            yield " by the list", lambda many: (["x-1", many], {"via": "pool"})
    for parameter in parameters:
        if (found := re.fullmatch(r"Unpack\[(\w+)\]", str(parameter.annotation))) is not None:
            written = typed_dict(found[1])
            for field, annotation in getattr(written, "__annotations__", {}).items():
                if "Iterable[Identity" in getattr(annotation, "__forward_arg__", str(annotation)):
                    yield f".{field}", given(["x-1"] * len(leading), field)


def given(positional: list[Any], field: str) -> Any:
    return lambda many: (positional, {field: many})


def typed_dict(name: str) -> Any:
    """The class of a call's named arguments; of those of a list nobody asks for many."""
    module = f"scalr_async.resources._generated.{NAMES.get(name, 'agent_pools')}"
    return getattr(import_module(module), name, None)


CALLS.update(find_calls())
CALLS["agent_pools.assign_workspaces"] = lambda scalr, many: scalr.agent_pools.assign_workspaces(
    {"apool-1": many}
)


def test_calls_that_take_many_are_found() -> None:
    assert {
        "agent_pools.link_workspaces",
        "agent_pools.link_workspaces by the list",
        "agent_pools.unlink_workspaces_iter",
        "agent_pools.replace_workspaces",
        "agent_pools.update.workspaces",
        "workspaces.add_tags",
        "access_policies.create.roles",
    } <= CALLS.keys()
    assert len(CALLS) > 50


@pytest.mark.parametrize("name", CALLS)
async def test_what_is_no_list_of_ids_is_refused(
    emu: Emulator, scalr: ScalrClient, name: str
) -> None:
    taken = []
    for kind, many in {**NOT_A_LIST, **NO_IDS}.items():
        try:
            called = CALLS[name](scalr, many)
            await called
        except InvalidArgumentError:
            continue
        taken.append(kind)

    assert taken == []
    assert list(emu.requests) == []
