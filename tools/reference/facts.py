"""The public names of the package, and facts about them, found by inspection."""

from __future__ import annotations

import ast
import functools
import inspect
import itertools
import re
import sys
import typing
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import attrs

from scalr_async import Resource, ScalrClient, _catalog, resources
from scalr_async._catalog import Field, Route
from scalr_async.resources._base import Collection
from tools.generate.text import snake
from tools.reference.text import described

MODULES: Final = (
    "scalr_async",
    "scalr_async.bulk",
    "scalr_async.config",
    "scalr_async.credentials",
    "scalr_async.emulator",
    "scalr_async.errors",
    "scalr_async.filters",
    "scalr_async.pagination",
    "scalr_async.resources",
    "scalr_async.telemetry",
    "scalr_async.testing",
    "scalr_async.webhooks",
)
INTERNAL: Final = frozenset(
    {"budget", "cli", "client", "inventory", "jsonapi", "tokens", "transport", "watching"}
)
"""Modules and packages whose names are public elsewhere, or not public."""

_PLACES: Final = re.compile(
    r"\b(?:api|resources|typing|generated|collections\.abc|scalr_async(?:\.\w+)+)\."
)
ENDPOINT: Final = re.compile(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`?]*)[^`]*`")


def public_modules() -> list[str]:
    """Return the names of all public modules: those known here, and any new one."""
    place = Path(sys.modules["scalr_async"].__file__ or "").parent
    found = {path.stem for path in place.glob("[!_]*.py")}
    found |= {path.parent.name for path in place.glob("[!_]*/__init__.py")}
    return ["scalr_async", *(f"scalr_async.{name}" for name in sorted(found - INTERNAL))]


def public_names(module: str) -> list[str]:
    """Return the public names of a module."""
    found = import_module(module)
    names: list[str] = list(getattr(found, "__all__", None) or dir(found))
    return [name for name in names if not inspect.ismodule(getattr(found, name))]


@functools.cache
def collections() -> dict[str, type[Collection[Any]]]:
    """Return the class of each collection, by its name on the client."""
    found = {}
    for name, member in inspect.getmembers_static(ScalrClient):
        if isinstance(member, property) and member.fget:
            returned = str(inspect.signature(member.fget).return_annotation)
            cls = getattr(resources, returned.rpartition(".")[2], None)
            if isinstance(cls, type) and issubclass(cls, Collection):
                found[name] = cls
    return found


@functools.cache
def models() -> dict[str, type[Resource]]:
    """Return every resource class, by name."""
    named = ((name, getattr(resources, name)) for name in dir(resources))
    return {n: c for n, c in named if isinstance(c, type) and issubclass(c, Resource)}


@functools.cache
def routes() -> Mapping[str, Route]:
    """Return the routes of the API by `METHOD /path`."""
    return {f"{route.method} {route.path}": route for route in _catalog.load().routes}


def calls(cls: type) -> dict[str, Any]:
    """Return the public methods of a collection; those of the API first, in their order."""
    ordered = [name for base in reversed(cls.__mro__) for name in vars(base)]
    return {
        name: getattr(cls, name)
        for name in dict.fromkeys(ordered)
        if name[0] != "_" and inspect.isfunction(getattr(cls, name))
    }


def route_of(call: Any) -> Route | None:
    """Return the route of a call: the first one in the first lines of its docstring."""
    head = (call.__doc__ or "").split("\n\n")[1:2]
    found = ENDPOINT.match(inspect.cleandoc(head[0])) if head else None
    return routes().get(found[1]) if found else None


@functools.cache
def _tree(module: str) -> ast.Module:
    return ast.parse(inspect.getsource(import_module(module)))


@functools.cache
def attribute_docs(module: str, cls: str = "") -> Mapping[str, str]:
    """Return the docstrings below the assignments of a class, or of a module, by name."""
    body: list[ast.stmt] = _tree(module).body
    if cls:
        found = [node for node in body if isinstance(node, ast.ClassDef) and node.name == cls]
        body = found[0].body if found else []
    docs = {}
    for statement, following in itertools.pairwise(body):
        match statement, following:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                docs[name] = text
    return docs


def docs_of(cls: type) -> dict[str, str]:
    """Return the docstrings of the attributes of a class, inherited ones included."""
    docs: dict[str, str] = {}
    for base in reversed([*_lineage(cls)]):
        docs |= described(base.__doc__)
        docs |= attribute_docs(base.__module__, base.__name__)
    return docs


def _lineage(cls: type) -> Iterator[type]:
    """Yield a class and its bases; those of a TypedDict are found only in its source."""
    yield cls
    module = import_module(cls.__module__)
    for node in _tree(cls.__module__).body:
        if isinstance(node, ast.ClassDef) and node.name == cls.__name__:
            names = [base.id for base in node.bases if isinstance(base, ast.Name)]
            for base in (getattr(module, name, None) for name in names):
                if isinstance(base, type) and base.__module__.startswith("scalr_async"):
                    yield from _lineage(base)


def source_of(module: str, name: str) -> str:
    """Return the source of the value assigned to a name of a module; empty if there is none."""
    text = inspect.getsource(import_module(module))
    for node in _tree(module).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            value = getattr(node, "value", None)
            found = ast.get_source_segment(text, value) if value else None
            return annotation(" ".join((found or "").strip('"').split()))
    return ""


def annotation(given: object) -> str:
    """Return an annotation as written, without parts that only the source needs."""
    if given is inspect.Parameter.empty:
        return ""
    if isinstance(given, typing.ForwardRef):
        given = given.__forward_arg__
    text = given if isinstance(given, str) else inspect.formatannotation(given)
    return _PLACES.sub("", text)


def items(dictionary: type) -> dict[str, tuple[str, bool]]:
    """Return the keys of a TypedDict with their annotations, and whether each is required."""
    found = {}
    for name, given in dictionary.__annotations__.items():
        text = annotation(given)
        required = text.startswith("Required[")
        found[name] = (
            text.removeprefix("Required[").removesuffix("]") if required else text,
            required,
        )
    return found


def named(annotated: str, made: Any = resources) -> Any:
    """Return the class or alias that an annotation of a function names, or None."""
    found = re.fullmatch(r"(?:Unpack|Sequence)\[(\w+)\]|(\w+)(?: \|.*)?", annotated)
    name = (found[1] or found[2]) if found else ""
    place = sys.modules[getattr(made, "__module__", resources.__name__)]
    return getattr(place, name, None) or getattr(resources, name, None) if name else None


def values(body: str | None) -> dict[str, tuple[str, Field | Any]]:
    """Return the values of a request body by Python name: the wire name, and the field."""
    catalog = _catalog.load()
    if body in catalog.schemas:
        schema = catalog.schemas[body]
        parts: dict[str, Any] = {**schema.attributes, **schema.relationships}
    else:
        parts = dict(catalog.objects[body].fields) if body in catalog.objects else {}
    return {snake(wire): (wire, part) for wire, part in parts.items()}


def is_fields(cls: object) -> bool:
    """Return whether a class is made of fields: by attrs, as a tuple or as a dict."""
    return isinstance(cls, type) and (
        attrs.has(cls) or hasattr(cls, "_fields") or typing.is_typeddict(cls)
    )
