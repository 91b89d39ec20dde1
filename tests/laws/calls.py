"""Every public call of every collection, found by reflection, with arguments that make sense."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
from collections.abc import AsyncGenerator, Awaitable, Iterator
from contextlib import aclosing
from itertools import islice
from typing import Any

import attrs

from scalr_async import Page, Pager, Ref, Resource, ScalrClient, resources
from scalr_async.jsonapi import schema_of
from scalr_async.resources import Download
from scalr_async.resources._generated import COLLECTIONS

MOST = 3
"""Items of a list, pieces of a log, that are looked at."""


class Archive:
    """Bytes to upload that no thread has to read."""

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        yield b"abc"


PLAUSIBLE = {
    "archive": Archive(),
    "path": "production/web",
    "hand_over": lambda _: None,
    "in_use": lambda _: True,
    "assignments": {"apool-1": ["ws-1", "ws-2"]},
    "workspaces": ["ws-1", "ws-2"],
}
"""Arguments by the names of parameters whose annotation does not tell."""

ENSURED = {
    "workspaces": {"environment": "env-1"},
    "variables": {"key": "REGION", "category": "shell", "workspace": "ws-1", "value": "eu"},
}
"""Keywords that `ensure` needs; `name` where nothing else is said."""


@attrs.frozen
class Method:
    """A public function of a collection, or of the client itself, where `collection` is empty."""

    collection: str
    name: str
    function: Any
    parameters: tuple[inspect.Parameter, ...]
    handwritten: bool

    def __str__(self) -> str:
        return f"{self.collection or 'client'}.{self.name}"

    def bound(self, scalr: ScalrClient) -> Any:
        return getattr(getattr(scalr, self.collection) if self.collection else scalr, self.name)

    @property
    def arguments(self) -> dict[str, Any]:
        """Arguments for everything that has no default."""
        given = {
            parameter.name: plausible(parameter)
            for parameter in self.parameters
            if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
        }
        if self.name == "ensure":
            named = {} if self.collection == "variables" else {"name": "web"}
            given |= named | ENSURED.get(self.collection, {})
        return given


def plausible(parameter: inspect.Parameter) -> Any:
    annotation = str(parameter.annotation)
    if parameter.name in PLAUSIBLE:
        return PLAUSIBLE[parameter.name]
    if annotation.startswith("Iterable["):
        return ["x-1", "x-2"]
    assert annotation.startswith("Identity[") or annotation == "str", f"{parameter}: what is that?"
    return "x-1"


def methods() -> Iterator[Method]:
    """Yield all of them, those that are written by hand first."""
    found = [*_of("", ScalrClient)]
    for name, (_, class_name) in COLLECTIONS.items():
        found += _of(name, getattr(resources, class_name))
    yield from sorted(found, key=lambda method: not method.handwritten)


def _of(collection: str, cls: type) -> Iterator[Method]:
    for name, function in inspect.getmembers(cls, inspect.isfunction):
        if name.startswith("_") or (
            not collection and name in {"close", "open", "with_options", "request"}
        ):
            continue
        _, *parameters = inspect.signature(function).parameters.values()
        handwritten = "_generated" not in function.__module__
        yield Method(collection, name, function, tuple(parameters), handwritten)


async def drive(made: Any, *, thoroughly: bool = False) -> None:
    """Use what a call gives, as a caller would, to its end."""
    if isinstance(made, Pager):
        await _walk(made, thoroughly=thoroughly)
    elif isinstance(made, Download):
        async for piece in made:
            assert isinstance(piece, bytes)
    elif isinstance(made, AsyncGenerator):
        async with aclosing(made) as found:
            seen = 0
            async for item in found:
                look(item)
                if (seen := seen + 1) == MOST:
                    break
    else:
        look(await made if isinstance(made, Awaitable) else made)


async def _walk(pager: Pager[Any], *, thoroughly: bool) -> None:
    page = await pager
    assert isinstance(page, Page)
    page.raw()
    repr(page)
    for item in islice(page, MOST):
        look(item)
    if thoroughly:
        await pager.collect(limit=500)
        await pager.first()
        await pager.count()
        async for found in pager.pages(start=2):
            look(found)
    # Last: it raises where there is none, or more than one.
    await pager.one()


def look(found: Any) -> None:
    """Touch everything: relationships, what was included, and `links` are read on first use."""
    if isinstance(found, Resource):
        for field in attrs.fields(type(found)):
            value = getattr(found, field.name)
            for ref in value[:MOST] if isinstance(value, tuple) else (value,):
                if isinstance(ref, Ref):
                    hash(ref)
                    repr(ref.resource)
        found.raw()
        related = list(schema_of(type(found)).relationships)
        json.dumps(found.to_dict(include=related), allow_nan=False)
        assert found == copy.deepcopy(found)
        hash(found)
        pickle.loads(pickle.dumps(found))
    repr(found)


def what_is_kept(error: BaseException) -> str:
    """Return what the errors behind an error hold that is large or may be secret, if anything."""
    behind = error.__context__
    while behind is not None:
        if isinstance(behind, RecursionError):
            return "a thousand frames"
        if isinstance(behind, json.JSONDecodeError | UnicodeDecodeError):
            return "the whole body"
        behind = behind.__context__
    return ""
