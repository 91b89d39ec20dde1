"""Annotations of everything public can be evaluated, by whoever looks at them at run time."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import attrs
import pytest

from scalr_async import Ref, Resource, Secret, make_converter
from scalr_async.resources import AgentPool, AgentPools, Environment, Workspace
from scalr_async.resources._generated import MODELS
from tests.generate.test_models import CANARY, full

MODULES = [
    "scalr_async",
    *(
        f"scalr_async.{name}"
        for name in (
            "bulk config credentials emulator errors filters jsonapi._operation pagination resources "
            "telemetry"
        ).split()
    ),
]


def public() -> Iterator[tuple[str, Any]]:
    """Yield every public class and function, and the methods of the classes."""
    for place in MODULES:
        module = import_module(place)
        for name in getattr(module, "__all__", None) or dir(module):
            found = getattr(module, name)
            if inspect.isfunction(found):
                yield f"{place}.{name}", found
            elif isinstance(found, type) and name[0] != "_":
                yield f"{place}.{name}", found
                yield from ((f"{place}.{name}.{own}", of) for own, of in methods(found))


def methods(cls: type) -> Iterator[tuple[str, Any]]:
    for name, member in inspect.getmembers_static(cls):
        found = getattr(member, "fget", None) or getattr(member, "__func__", member)
        ours = inspect.isfunction(found) and str(found.__module__).startswith("scalr_async")
        if ours and not (attrs.has(cls) and name == "__init__"):  # that is written by attrs
            yield name, found


PUBLIC = {name: found for found, name in {found: name for name, found in public()}.items()}
"""By one of its names: many are inherited."""
CLASSES = {name: found for name, found in PUBLIC.items() if isinstance(found, type)}


def test_everything_public_is_looked_at() -> None:
    assert len(CLASSES) > 300
    assert len(PUBLIC) - len(CLASSES) > 500


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", PUBLIC)
def test_annotations_can_be_evaluated(name: str) -> None:
    typing.get_type_hints(PUBLIC[name], include_extras=True)


@pytest.mark.parametrize("name", [name for name, cls in CLASSES.items() if attrs.has(cls)])
def test_attrs_can_resolve_its_types(name: str) -> None:
    resolved = attrs.resolve_types(CLASSES[name])

    assert [field.name for field in attrs.fields(resolved) if isinstance(field.type, str)] == []


def test_what_they_name_are_the_classes_themselves() -> None:
    hints = typing.get_type_hints(Workspace)

    assert hints["agent_pool"] == Ref[AgentPool] | None
    assert hints["environment"] == Ref[Environment]
    assert typing.get_type_hints(AgentPools.get)["return"] is AgentPool


@pytest.mark.parametrize(("module", "name"), MODELS.values())
def test_a_converter_gives_the_resource_object_of_any_resource(module: str, name: str) -> None:
    cls: type[Resource] = getattr(import_module(f"scalr_async.resources._generated.{module}"), name)

    given = make_converter().unstructure(full(cls))

    assert given == full(cls).raw() | {"attributes": given["attributes"]}
    assert given["attributes"] == full(cls).raw().get("attributes", {})
    assert CANARY not in repr(given)


def test_what_a_converter_gives_has_no_secret_to_show_and_nothing_that_was_not_sent() -> None:
    pool = AgentPool(
        id="apool-1",
        name="eu",
        workspaces=(Ref("workspaces", "ws-1"),),
        environment=None,
    )
    token = Secret("hush")

    assert make_converter().unstructure([pool, {"token": token}]) == [
        {
            "type": "agent-pools",
            "id": "apool-1",
            "attributes": {"name": "eu"},
            "relationships": {
                "environment": {"data": None},
                "workspaces": {"data": [{"type": "workspaces", "id": "ws-1"}]},
            },
        },
        {"token": "hush"},
    ]
