"""Mistakes in test code are refused at once: a fault that never occurs would hide them."""

from __future__ import annotations

import asyncio
import fnmatch
import inspect
import math
import re
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalr_async.emulator import DeliveryScript, Emulator, RunScript
from scalr_async.emulator.engine.errors import ApiError
from scalr_async.emulator.engine.patterns import check_pattern

ENVIRONMENT = "env-svrcnchebt61e30"
NO_NUMBER = (math.nan, "1", True)
NEGATIVE = (-1, *NO_NUMBER)
NO_COUNT = (1.5, *NEGATIVE)
NO_POSITIVE = (0, *NEGATIVE)

WRONG: dict[str, dict[str, tuple[Any, ...]]] = {
    "__init__": {
        "accounts": ("mainiacp", (), (7,), {"main"}),
        "seed": (1.5, *NO_NUMBER),
        "token": ("", b"token", 7),
        "host": (None, 7),
        "port": (65_536, *NO_COUNT),
        "tls": (True, "yes"),
        "answers": ("sparsely", None),
    },
    "fail": {
        "method": ("POTS", "get", "PUT", None),
        "path": (
            *("/api/iacp/v3/workspaces", "workspaces", "/workspace", "/workspaces/*/nothing"),
            *("/workspaces?page[size]=1", "", None, 7),
        ),
        "status": (99, 600, 503.5, "503", True, None),
        "times": (0, *NO_COUNT),
        "headers": ("Retry-After", {"Retry-After": 7}, {7: "seven"}),
        "body": ("text", None),
        "cut": ("after_apply", "after", True),
        "delay": (math.inf, *NEGATIVE),
        "every": (0, *NO_COUNT),
        "match": ("/workspaces", True),
    },
    "limit_rate": {"requests": (math.inf, *NO_POSITIVE), "per": (math.inf, *NO_POSITIVE)},
    "seed": dict.fromkeys(("environments", "workspaces", "pools", "agents", "tags"), NO_COUNT),
    "create": {
        "type": ("agent_pools", "", None),
        "attributes": ({"nam": "x"}, {"name": 7}, [("name", "x")]),
        "relationships": (
            {"environment": "env-nope"},
            {"environ": ENVIRONMENT},
            ["environment"],
        ),
        "owner": ("ws-nope",),
    },
    "update": {
        "record": (None, "ws-nope"),
        "attributes": ({"nam": "x"}, [("name", "x")]),
        "relationships": ({"environment": "env-nope"}, {"environ": ENVIRONMENT}),
    },
    "delete": {"record": (None, "ws-nope")},
    "advance": {"run": ("run-nope", None, 7), "status": ("aplied", 7)},
    "churn": {"type": ("agent_pools", None), "per_second": (math.inf, *NO_POSITIVE)},
}
"""Wrong values of each parameter of each public function."""

UNCHECKED = {
    ("__init__", "demo"),
    ("__init__", "inventory"),  # `test_inventory`
    ("limit_rate", "retry_after"),
    ("in_thread", "options"),  # those of the class
    ("load", "file"),
    ("load", "options"),
}
"""Truth values, files, and what is passed on."""

SETTINGS: dict[str, tuple[Any, ...]] = {
    "latency": (math.inf, *NEGATIVE),
    "run_step": NEGATIVE,
    "run_script": (None, {"fails": "plan"}),
    "delivery_script": (None, {"copies": 2}),
}
"""Wrong values of each attribute that can be set."""

SCRIPTS: dict[Callable[..., Any], dict[str, tuple[Any, ...]]] = {
    RunScript: {
        **dict.fromkeys(("additions", "changes", "destructions"), NO_COUNT),
        "fails": ("planing", True),
        "policies": ("hard-failed", None),
    },
    DeliveryScript: {
        "copies": (0, *NO_COUNT),
        "age": (math.inf, *NO_NUMBER),
        "tampered": ("bodies", True),
        "hold": (0, *NO_COUNT),
        "algorithm": ("sha-256", None),
        "pause": (math.inf, *NEGATIVE),
    },
}


def functions() -> dict[str, Callable[..., Any]]:
    found = inspect.getmembers(Emulator, callable)
    return {n: f for n, f in found if not n.startswith("_")} | {"__init__": Emulator.__init__}


def valid(emu: Emulator) -> dict[str, dict[str, Any]]:
    """Return arguments with which each function would work."""
    home = {"environment": ENVIRONMENT}
    workspace = emu.create("workspaces", {"name": "app"}, home)
    run = emu.create("runs", {"status": "applying"}, {"workspace": workspace.id})
    return {
        "__init__": {},
        "fail": {"method": "GET", "path": "/workspaces"},
        "limit_rate": {"requests": 1},
        "seed": {},
        "create": {"type": "workspaces", "attributes": {"name": "y"}, "relationships": home},
        "update": {"record": workspace},
        "delete": {"record": workspace},
        "advance": {"run": run},
        "churn": {"type": "tags", "per_second": 1},
    }


def call(emu: Emulator, name: str, arguments: dict[str, Any]) -> None:
    if name == "__init__":
        Emulator(**arguments)
    elif name == "churn":

        async def enter() -> None:
            async with emu.churn(**arguments):
                pass

        asyncio.run(enter())
    else:
        getattr(emu, name)(**arguments)


def names(message: str, value: Any) -> bool:
    """Say whether a message has a value, or what is wrong inside it."""
    parts = [value]
    if isinstance(value, dict):
        parts = [*value, *value.values()]
    elif isinstance(value, tuple):
        parts = [*value, "at least one"]
    return any(repr(part) in message or str(part) in message for part in parts) or (
        any(type(part).__name__ in message for part in parts)
    )


def test_every_parameter_has_wrong_values() -> None:
    parameters = {
        (name, parameter)
        for name, function in functions().items()
        for parameter in inspect.signature(function).parameters
        if parameter != "self"
    }
    assert parameters == {(n, p) for n, each in WRONG.items() for p in each} | UNCHECKED


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [(n, p, value) for n, each in WRONG.items() for p, values in each.items() for value in values],
)
def test_a_wrong_argument_is_refused_with_its_value(name: str, parameter: str, value: Any) -> None:
    emu = Emulator()
    arguments = valid(emu)[name]
    call(emu, name, dict(arguments))

    arguments = valid(emu := Emulator())[name]
    with pytest.raises(ValueError, match=re.escape(parameter.rstrip("s"))) as refused:
        call(emu, name, arguments | {parameter: value})
    assert names(str(refused.value), value)


def test_every_setting_has_wrong_values() -> None:
    properties = inspect.getmembers(Emulator, lambda member: isinstance(member, property))
    assert {name for name, each in properties if each.fset is not None} == SETTINGS.keys()
    for kind, wrong in SCRIPTS.items():
        assert {field.name for field in attrs.fields(kind)} == wrong.keys()


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, each in SETTINGS.items() for value in each]
)
def test_a_wrong_setting_is_refused_with_its_value(name: str, value: Any) -> None:
    emu = Emulator()
    before = getattr(emu, name)
    with pytest.raises(ValueError, match=re.escape(f"{name}: {value!r}")):
        setattr(emu, name, value)
    assert getattr(emu, name) == before


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (k, n, value)
        for k, each in SCRIPTS.items()
        for n, values in each.items()
        for value in values
    ],
)
def test_a_wrong_script_is_refused_with_its_value(
    kind: Callable[..., Any], name: str, value: Any
) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{name}: {value!r}")):
        kind(**{name: value})


@pytest.mark.parametrize("name", ["latncy", "quota", "requested", "anything"])
def test_an_unknown_attribute_is_refused_with_the_nearest(name: str) -> None:
    emu = Emulator()
    with pytest.raises(AttributeError, match=f"{name}: no such attribute; (did you|there is)"):
        setattr(emu, name, 3)
    with pytest.raises(AttributeError):
        setattr(emu, "token", "another")


@pytest.mark.parametrize(
    "write",
    [
        lambda quotas, of, most: quotas.__setitem__(of, most),
        lambda quotas, of, most: quotas.update({of: most}),
        lambda quotas, of, most: quotas.setdefault(of, most),
        lambda quotas, of, most: quotas.__ior__({of: most}),
    ],
)
def test_a_quota_is_of_a_type_and_a_number_however_it_is_set(write: Any) -> None:
    quotas = Emulator().quotas
    with pytest.raises(ValueError, match="'agent_pools' is not known; did you mean 'agent-pools'"):
        write(quotas, "agent_pools", 0)
    for most in NO_COUNT:
        with pytest.raises(ValueError, match=re.escape(f"quotas: agent-pools: {most!r}")):
            write(quotas, "agent-pools", most)
    assert not quotas
    write(quotas, "agent-pools", 3)
    assert quotas == {"agent-pools": 3}


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/api/iacp/v3/workspaces", "use '/workspaces'"),
        ("/api/iacp/v3", "use '/*'"),
        ("workspaces", "'/workspaces'"),
        ("/workspace", "'/workspaces'"),
    ],
)
def test_the_right_path_is_named(path: str, hint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(hint)):
        Emulator().fail("GET", path)


def test_every_path_of_a_server_may_fail() -> None:
    emu = Emulator()
    for route in emu._service.catalog.routes:
        emu.fail(route.method, route.path)
        emu.fail("*", re.sub(r"\{[^}]*\}", "*", route.path))
        emu.fail(route.method, re.sub(r"\{[^}]*\}", "x-1", route.path))
    for path in ("/.well-known/terraform.json", "/openapi-public.yml", "/blobs/*", "*", "/*/*"):
        emu.fail("GET", path)


SIGNS = st.lists(st.sampled_from([*"ab/", "?", "*", "[ab]", "[!a]"]), max_size=7).map("".join)
TEMPLATES = st.lists(st.sampled_from(["a", "b", "/", "{x}"]), max_size=5).map("".join)


@given(pattern=SIGNS, template=TEMPLATES, values=st.lists(st.text("abc", min_size=1), min_size=5))
def test_a_pattern_that_matches_a_path_is_never_refused(
    pattern: str, template: str, values: list[str]
) -> None:
    rest = iter(values)
    path = re.sub(r"\{x\}", lambda _: next(rest), template)
    if fnmatch.fnmatchcase(path, pattern):
        check_pattern("GET", pattern, [("GET", template)])


def test_the_error_of_a_rule_names_the_field_and_the_reason() -> None:
    emu = Emulator()
    home = {"environment": ENVIRONMENT}
    emu.create("workspaces", {"name": "x"}, home)
    with pytest.raises(ApiError, match=r"422; .*name"):
        emu.create("workspaces", {"name": "x"}, home)


def test_what_was_deleted_can_be_neither_changed_nor_deleted() -> None:
    emu = Emulator()
    record = emu.create("tags", {"name": "x"})
    emu.delete(record)

    for change in (lambda: emu.delete(record), lambda: emu.update(record, {"name": "y"})):
        with pytest.raises(ValueError, match=record.id):
            change()
