"""Pages of classes, functions, errors and values: one for each part of the package."""

from __future__ import annotations

import ast
import inspect
import typing
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

import attrs

from scalr_async import errors
from tools.reference import facts
from tools.reference.text import code, codes, directive, joined, line, prose, table

_TITLES: Final = {
    "client": ("The client", "client"),
    "config": ("Configuration", "configuration"),
    "credentials": ("Credentials", "credentials"),
    "errors": ("Errors", "errors"),
    "pagination": ("Lists", "lists"),
    "filters": ("Filters", "filters"),
    "jsonapi": ("Resources and references", "model"),
    "bulk": ("Bulk", "bulk"),
    "watching": ("Changes of lists", "watching"),
    "telemetry": ("Telemetry", "telemetry"),
    "budget": ("A shared budget", "budget"),
    "tokens": ("Tokens that expire", "tokens"),
    "opentelemetry": ("OpenTelemetry", "opentelemetry"),
    "webhooks": ("Webhooks", "webhooks"),
    "testing": ("The pytest plugin", "testing"),
    "emulator": ("The emulator", "emulator"),
}
"""The title of the page of each part of the package, and its file; others go to `values`."""
_STARS: Final = defaultdict(str, VAR_POSITIONAL="*", VAR_KEYWORD="**")
_MEMBERS: Final = ("name", "type", "default", "meaning")


def pages() -> dict[str, str]:
    """Return the pages of everything except resources, by path."""
    parts: dict[str, dict[str, str]] = {}
    for module in facts.public_modules():
        for name in facts.public_names(module) if module != "scalr_async.resources" else ():
            part = _part(module, name)
            if part != "resources" and name != "__version__":
                # Users import it by the shortest path.
                parts.setdefault(part, {}).setdefault(name, module)
    made: dict[str, str] = {}
    titled = {**_TITLES, "values": ("Values", "values")}
    for part, names in parts.items():
        heading, file = titled.get(part, (part.capitalize(), part))
        tree = prose(errors.__doc__) if part == "errors" else ""
        entries = (entry(module, name) for name, module in names.items())
        made[f"{file}.md"] = joined(f"# {heading}", tree, *entries)
    return made


def _part(module: str, name: str) -> str:
    """Return the part of the package to which a name belongs."""
    if module != "scalr_async":
        return module.split(".")[1]
    found = getattr(import_module(module), name)
    home = str(getattr(found, "__module__", "")).split(".")
    part = home[1] if home[0] == "scalr_async" and len(home) > 1 else ""
    if name == "Event":
        return "telemetry"
    return part if part and part[0] != "_" else "values"


def entry(module: str, name: str) -> str:
    """Return the entry of a public name."""
    found = getattr(import_module(module), name)
    path = f"{module}.{name}"
    if isinstance(found, type) and found.__module__.startswith("scalr_async"):
        return _class(path, found)
    if inspect.isfunction(found):
        return _function("function", path, found)
    if callable(found) and hasattr(found, "__wrapped__"):  # a fixture
        return _function("function", path, found.__wrapped__)
    return _value(path, module, name, found)


def _class(path: str, cls: type) -> str:
    kind = "exception" if issubclass(cls, BaseException) else "class"
    public = [b.__name__ for b in cls.__bases__ if b.__name__[0] != "_" and b not in (object, dict)]
    bases = ", ".join(public) if not typing.is_typeddict(cls) else ""
    told = cls.__doc__ if cls.__doc__ and not cls.__doc__.startswith(cls.__name__ + "(") else ""
    about = prose(told, facts.docs_of(cls) if facts.is_fields(cls) else ())
    return directive(
        kind,
        f"{path}{_signature(cls)}",
        f"Bases: {code(bases)}" if bases and bases not in ("NamedTuple", "Generic") else "",
        about,
        _fields(cls),
        *_methods(path, cls),
    )


def _signature(cls: type) -> str:
    """Return the arguments of a class: names and defaults; a table has the types."""
    if typing.is_typeddict(cls) or getattr(cls, "_is_protocol", False):
        return ""
    if facts.is_fields(cls) and attrs.has(cls):
        return ""  # its fields are its arguments
    try:
        return _arguments(inspect.signature(cls))
    except (ValueError, TypeError):
        return ""


def _arguments(signature: inspect.Signature, *, bound: bool = False) -> str:
    """Return a signature as written in the source."""
    parameters = [
        p.replace(annotation=inspect.Parameter.empty, default=_Shown.of(p))
        for p in [*signature.parameters.values()][bound:]
    ]
    bare = signature.replace(parameters=parameters, return_annotation=inspect.Signature.empty)
    return str(bare).replace(", /", "").replace("(self, ", "(")


class _Shown:
    """A default value, shown as written in the source."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text

    @classmethod
    def of(cls, parameter: inspect.Parameter) -> Any:
        given = parameter.default
        if given is parameter.empty:
            return given
        plain = given is None or isinstance(given, str | int | float | bool | tuple)
        return cls(repr(given) if plain or repr(given).isidentifier() else "...")


def _fields(cls: type) -> str:
    """Return a table of the fields of a class."""
    docs, rows = facts.docs_of(cls), []
    if attrs.has(cls):
        for field in attrs.fields(cls):
            if field.name[0] != "_":
                given = field.default
                default = "" if given is attrs.NOTHING else _made(given)
                rows.append(
                    (
                        code(field.name),
                        code(facts.annotation(field.type)),
                        default,
                        line(docs.get(field.name)),
                    )
                )
    elif typing.is_typeddict(cls):
        for name, (annotated, required) in facts.items(cls).items():
            told = line(docs.get(name))
            rows.append((code(name), code(annotated), "required" if required else "", told))
    else:
        for name, annotated in vars(cls).get("__annotations__", {}).items():
            if name[0] != "_" and "Final" not in str(annotated):
                rows.append(
                    (code(name), code(facts.annotation(annotated)), "", line(docs.get(name)))
                )
    return table(_MEMBERS, rows)


def _made(default: Any) -> str:
    if type(default).__name__ == "Factory":
        default = _Shown("" if default.takes_self else f"{default.factory.__name__}()")
    return code(repr(default))


def _methods(path: str, cls: type) -> Iterator[str]:
    """Yield the entries of the methods and properties that a class adds to public ones."""
    seen: set[str] = set()
    for base in cls.__mro__:
        ours = base is cls or (
            base.__module__.startswith("scalr_async") and base.__name__[0] == "_"
        )
        for name, member in vars(base).items() if ours else ():
            if name in seen or name[0] == "_" or isinstance(member, attrs.Attribute):
                continue
            seen.add(name)
            found = getattr(member, "fget", None) or getattr(member, "func", None)
            if found and not isinstance(member, staticmethod | classmethod):
                returned = facts.annotation(inspect.signature(found).return_annotation)
                yield directive("property", f"{path}.{name}", prose(found.__doc__), type=returned)
            elif isinstance(member, staticmethod | classmethod):
                yield _function(
                    "method",
                    f"{path}.{name}",
                    member.__func__,
                    bound=isinstance(member, classmethod),
                )
            elif inspect.isfunction(member) and inspect.isfunction(inspect.unwrap(member)):
                yield _function("method", f"{path}.{name}", member, bound=True)


def _function(kind: str, path: str, found: Any, *, bound: bool = False) -> str:
    signature = inspect.signature(found)
    returned = facts.annotation(signature.return_annotation)
    rows = []
    for parameter in [*signature.parameters.values()][bound:]:
        shown = _Shown.of(parameter)
        default = "" if shown is parameter.empty else code(repr(shown))
        star = _STARS[parameter.kind.name]
        rows.append(
            (code(star + parameter.name), code(facts.annotation(parameter.annotation)), default, "")
        )
    options = {"async": ""} if inspect.iscoroutinefunction(found) else {}
    return directive(
        kind,
        f"{path}{_arguments(signature, bound=bound)}" + (f" -> {returned}" if returned else ""),
        prose(found.__doc__),
        table(_MEMBERS, rows),
        **options,
    )


def _value(path: str, module: str, name: str, found: Any) -> str:
    """Return the entry of a value or an alias; an alias is shown as written."""
    home = _defined(module, name)
    choices = typing.get_args(found) if typing.get_origin(found) is typing.Literal else ()
    alias = typing.get_origin(found) is not None or "typing" in type(found).__module__
    written = code(facts.source_of(home, name)) if alias else ""
    told = f"One of {codes(map(str, choices))}." if choices else written
    return directive("data", path, prose(facts.attribute_docs(home).get(name)), told)


def _defined(module: str, name: str) -> str:
    """Return the module that defines a name which a public module imports."""
    for node in ast.walk(ast.parse(inspect.getsource(import_module(module)))):
        if isinstance(node, ast.ImportFrom) and any(name in (a.asname, a.name) for a in node.names):
            return _defined(str(node.module), name)
    return module
