"""Functions built from others of a collection: `find` by name, and `ensure`."""

from __future__ import annotations

import textwrap
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from tools.generate import text
from tools.generate.document import fields
from tools.generate.module import Module, told_values, write_name
from tools.generate.text import snake

if TYPE_CHECKING:
    from tools.generate.calls import Call

NAMES: Final = ("find", "ensure")
"""The functions; each may send several requests, so there is no one response to them."""
_SCOPES: Final = ("account", "environment", "agent_pool")
"""Filters that narrow down the search for a name."""


def add(calls: Collection[Call]) -> None:
    """Add these functions to each collection that has a list of its own, after the others."""
    for call in calls:
        own = call.subject is call.module and "{" not in call.operation.path
        if call.name == "list" and own and "name" in fields(call.module.node):
            _find(call)
    for call in calls:
        if call.name == "create" and "x-identity" in call.module.node:
            _ensure(call.module, write_name(call.operation.sent, "create"))


def _find(call: Call) -> None:
    module, noun = call.module, text.words(call.module.schema)
    scopes = {name: call.asked[name] for name in _SCOPES if name in call.asked}
    kinds = {name: kind.removeprefix("Filter[")[:-1] for name, kind in scopes.items()}
    parameters = ["self", "*", "name: str"]
    parameters += [f"{name}: {kind} | None = None" for name, kind in kinds.items()]
    passed = ", ".join(f'"{name}": {name}' for name in scopes)
    asked = ""
    if "include" in call.asked:
        parameters.append(f"include: {call.asked['include']} = ()")
        asked = ", include=include"
    about = (
        f"Find {text.an(noun)} by its name.\n\n"
        f"`GET {call.operation.path}`. Raises `NoResultError`, which tells names that come close, "
        "or `MultipleResultsError`, which tells all that have the name."
    )
    head = f"async def find({', '.join(parameters)}) -> {module.schema}:\n"
    body = f"\n    return await self._find(_LIST, name, {{{passed}}}{asked})"
    made = f"{head}{text.docstring(about)}{body}"
    module.add("functions", "find", textwrap.indent(made, " " * 4))


def _ensure(module: Module, values: str) -> None:
    names: list[str] = module.node["x-identity"]
    required = module.values(module.node, module.schema)
    keys = [name for name in map(snake, names) if required[name].startswith("Required")]
    scopes = [name for name in map(snake, names) if name not in keys]
    noun = text.words(module.schema)
    told = ", ".join(f"`{name}`" for name in map(snake, names))
    about = (
        f"Ensure that {text.an(noun)} with these values exists: create or update it.\n\n"
        f"It is identified by {told}. Omitted fields are neither compared nor written; values that "
        "the server hides cannot be compared, and are written. The call is idempotent, and safe to "
        "run concurrently: after a lost answer or a conflict, it reads the object again. Raises "
        "`MultipleResultsError` if several match, and the errors of `create` and `update`.\n\n"
        f"Keywords: {'; '.join(told_values(module.node, needed=True))}."
    )
    head = f"async def ensure(self, **values: Unpack[{values}]) -> Ensured[{module.schema}]:\n"
    passed = ", ".join([_tuple(keys), _tuple(scopes), "values"])
    body = f"\n    return await self._ensure((_LIST, _GET, _CREATE, _UPDATE), {passed})"
    made = f"{head}{text.docstring(about)}{body}"
    module.add("functions", "ensure", textwrap.indent(made, " " * 4))


def _tuple(names: list[str]) -> str:
    return f"({', '.join(repr(name) for name in names)}{',' * (len(names) == 1)})"
