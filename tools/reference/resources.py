"""A page for each resource: its calls with every keyword, its fields, and the types of both."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Iterator
from typing import Any, Final

from scalr_async import Resource, _catalog, resources
from scalr_async._catalog import Field, Relationship, Route
from scalr_async.resources._base import Collection
from tools.generate.text import snake, title
from tools.reference import facts, names
from tools.reference.text import code, codes, directive, joined, line, prose, table

_PAGING: Final = {"page_size": "page[size]"}
_LAST: Final = frozenset({"limit", "on_drift", "on_progress", "page_size", "prefetch", "to"})
"""The keywords of every list and of every download."""
_MEANINGS: Final = {
    "include": "The resources to include; read them from `.resource` of a reference",
    "sort": "The sort order; a minus sign means descending",
    "fields": "The fields to send, by type; all others are `UNSET`",
    "reconcile": "A list in which the call finds the created object if its answer is lost",
    "query": "A text to search for",
    "to": "A path or an open file to write to",
    "on_progress": "A function that is called with the bytes so far and the total",
}
_ARGUMENTS: Final = (
    "Every call may also raise the [errors of any request](../errors.md). `Identity[T]` is an id, "
    "a reference or a resource; `Filter[T]` is a value, a sequence of values of which one must "
    "match, or a [condition](../filters.md)."
)
_CALLS: Final = ("call", "purpose", "request")
_KEYWORDS: Final = ("keyword", "type", "default", "on the wire", "meaning")
_FIELDS: Final = ("field", "type", "on the wire", "", "meaning")


def pages() -> dict[str, str]:
    """Return the page of each resource, by its path."""
    found, models = facts.collections(), facts.models()
    homes = {cls.model.__name__: name for name, cls in found.items()}
    for name, model in models.items():  # models without calls of their own
        page = model.type.replace("-", "_")
        if name not in homes and page not in homes.values():
            homes[name] = page
    owned = _owned(homes)
    return {
        f"resources/{name}.md": _page(name, found.get(name), models.get(model), owned[model])
        for model, name in homes.items()
    } | {"resources/shared.md": _shared(owned[""])}


def _owned(homes: dict[str, str]) -> dict[str, list[str]]:
    """Return the public names that belong on the page of each model; "" has the others."""
    owned: dict[str, list[str]] = {model: [] for model in ("", *homes)}
    classes = {cls.__name__: cls.model.__name__ for cls in facts.collections().values()}
    pages_of = {page: model for model, page in homes.items()}
    for name in facts.public_names("scalr_async.resources"):
        bare = name.removesuffix("WithResponse")
        type_ = getattr(facts.models().get(name), "type", "")
        fitting = [model for model in homes if name.startswith(model)]
        beside = pages_of.get(type_.replace("-", "_"), "")
        owned[classes.get(bare) or max(fitting, key=len, default=beside)].append(name)
    return owned


def _page(
    name: str,
    collection: type[Collection[Any]] | None,
    model: type[Resource] | None,
    own: list[str],
) -> str:
    calls = facts.calls(collection) if collection else {}
    heading = title(name)
    return joined(
        f"# {heading}",
        prose(model.__doc__) if model else "",
        f"JSON:API type `{model.type}`. " + _reached(name, collection, model) if model else "",
        table(_CALLS, (_row(name, call, made) for call, made in calls.items())),
        "## Calls" if calls else "",
        _ARGUMENTS if calls else "",
        *(_call(name, call, made) for call, made in calls.items()),
        "## Fields" if model else "",
        _fields(model) if model else "",
        "## Types" if own else "",
        *_types(name, own, collection, model),
    )


def _reached(name: str, collection: type | None, model: type[Resource]) -> str:
    if collection is None:
        return f"There are no calls for it: other resources refer to a `{model.__name__}`."
    return f"The calls of `scalr.{name}` ({code(collection.__name__)}) return `{model.__name__}`."


def _row(name: str, call: str, made: Any) -> tuple[str, str, str]:
    route = facts.route_of(made)
    request = code(f"{route.method} {route.path}") if route else ""
    target = f"scalr.{name}.{call}"
    return f"{{py:meth}}`{call} <{target}>`", line(made.__doc__), request


def _call(collection: str, name: str, made: Any) -> str:
    route = facts.route_of(made)
    signature = inspect.signature(made)
    rows = [
        row
        for parameter in [*signature.parameters.values()][1:]
        for row in _rows(parameter, route, made)
    ]
    shown = [row[0].strip("`") + (f"={row[2].strip('`')}" if row[2] else "") for row in rows]
    positional = [p for p in signature.parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    count = len(positional) - 1
    if count < len(shown):
        shown.insert(count, "*")
    returned = facts.annotation(signature.return_annotation)
    returned = re.sub(r"^_\w+$", "Coroutine", returned)
    options = {"async": ""} if inspect.iscoroutinefunction(made) else {}
    return directive(
        "method",
        f"scalr.{collection}.{name}({', '.join(shown)}) -> {returned}",
        prose(made.__doc__),
        table(_KEYWORDS, rows),
        f"Documented error statuses: {codes(map(str, route.errors))}."
        if route and route.errors
        else "",
        **options,
    )


def _rows(
    parameter: inspect.Parameter, route: Route | None, made: Any
) -> Iterator[tuple[str, ...]]:
    """Yield a row for a parameter, and for each key of a TypedDict that stands for many."""
    told = facts.annotation(parameter.annotation)
    if parameter.kind is not parameter.VAR_KEYWORD:
        given = parameter.default
        default = "" if given is parameter.empty else code(_default(given))
        wire, meaning = _on_the_wire(parameter.name, told, route)
        yield code(parameter.name), code(told), default, wire, meaning
        return
    dictionary = facts.named(told, made)
    model = facts.models().get(route.body or route.schema or "") if route else None
    docs = (facts.docs_of(model) if model else {}) | facts.docs_of(dictionary)
    known = facts.values(route.body if route else None)
    keys = sorted(
        facts.items(dictionary).items(), key=lambda item: (item[0] in _LAST, not item[1][1])
    )
    for key, (annotated, required) in keys:
        wire, meaning = _on_the_wire(key, annotated, route)
        if not wire and key in known:
            wire, meaning = code(known[key][0]), _facet(known[key][1])
        meaning = _sentences("Required" if required else "", meaning, line(docs.get(key)))
        yield code(key), code(annotated), "", wire, meaning


def _default(given: object) -> str:
    return "()" if given == () else repr(given)


def _on_the_wire(name: str, annotated: str, route: Route | None) -> tuple[str, str]:
    """Return the place of a keyword in a request, and its meaning."""
    filters = {snake(found.name): found for found in route.filters} if route else {}
    queries = {snake(wire): wire for wire in route.query} if route else {}
    meaning = _MEANINGS.get(name, "")
    if route is None:
        wire = ""
    elif annotated.startswith("Identity[") and f"{{{name}}}" in route.path:
        wire = f"{{{name}}}"
    elif name in filters and annotated.startswith("Filter["):
        wire, meaning = filters[name].parameter, _facet(filters[name])
    elif name in ("include", "sort"):
        wire, meaning = name, _sentences(meaning, codes(_choices(annotated)))
    elif name == "fields":
        return codes(f"fields[{type_}]" for type_ in route.fields), meaning
    else:
        wire = queries.get(name, "") or _PAGING.get(name, "")
    return code(wire), meaning


def _choices(annotated: str) -> tuple[str, ...]:
    found = facts.named(annotated.partition(" | ")[0])
    return tuple(str(choice) for choice in typing.get_args(found))


def _facet(part: Any) -> str:
    """Return the facts of the API's description about a value: its choices, and nullability."""
    target = f"to `{part.target}`" if isinstance(part, Relationship) else ""
    enum = getattr(part, "enum", ()) or getattr(getattr(part, "items", None), "enum", ())
    return _sentences(target, codes(map(str, enum)))


def _sentences(*parts: str) -> str:
    return ". ".join(part.rstrip(".") for part in parts if part)


def _fields(model: type[Resource]) -> str:
    known, docs = facts.values(_schema(model)), facts.docs_of(model)
    rows = [("`id`", "`str`", "`id`", "read-only", "Unique among the resources of its type.")]
    for name, annotated in model.__annotations__.items():
        if name in ("id", "type") or name[0] == "_":
            continue
        wire, part = known.get(name, ("", None))
        rows.append(
            (
                code(name),
                code(facts.annotation(annotated)),
                code(wire),
                "read-only" if part is not None and part.read_only else "",
                _sentences(_facet(part) if isinstance(part, Field) else "", line(docs.get(name))),
            )
        )
    return table(_FIELDS, rows)


def _schema(model: type[Resource]) -> str:
    schemas = _catalog.load().schemas
    return next(name for name, s in schemas.items() if name == model.__name__)


def _types(
    name: str, own: list[str], collection: type | None, model: type[Resource] | None
) -> Iterator[str]:
    for public in own:
        found = getattr(resources, public)
        if found is collection:
            yield directive(
                "class", f"scalr_async.resources.{public}", f"The calls of `scalr.{name}`."
            )
        elif found is model:
            yield directive("class", f"scalr_async.resources.{public}", "The fields above.")
        elif public.endswith("WithResponse") and collection is not None:
            about = f"The calls of `scalr.{name}.with_response`: {codes(facts.calls(collection))}."
            yield directive("class", f"scalr_async.resources.{public}", about)
        else:
            yield names.entry("scalr_async.resources", public)


def _shared(own: list[str]) -> str:
    return joined(
        "# Names of several resources",
        "The names of `scalr_async.resources` that several resources share.",
        *(names.entry("scalr_async.resources", name) for name in own),
    )
