"""From the mended document to modules: which collection has which function."""

from __future__ import annotations

import re
from typing import Final

from tools.generate.calls import Maker
from tools.generate.model import Alias, Bag, Module, Record
from tools.generate.names import article, capital, plural, singular, snake, words
from tools.generate.source import JSONAPI, Node, Source, sources
from tools.generate.types import RenderError, Types

__all__ = ["resolve"]

_VERBS: Final = {"GET": "get", "POST": "create", "PATCH": "update", "DELETE": "delete"}
_CHANGES: Final = {"GET": "list", "POST": "add", "PATCH": "replace", "DELETE": "remove"}


def resolve(document: Node) -> list[Module]:
    """Return all modules, sorted by name."""
    types = Types(document["components"]["schemas"])
    modules = {schema: _open(types, schema) for schema in types.resources.values()}
    roots = _roots(types, document)
    placed = [(source, *_place(types, modules, roots, source)) for source in sources(document)]
    makers: dict[tuple[str, str], Maker] = {}
    for source, module, rest in placed:
        name = source.node.get("x-name") or _name(types, source, rest)
        if makers.get((module.name, name)):
            raise RenderError(f"{source.id}: {module.name}.{name} is there already; set x-name")
        own = rest[0].strip("{}") if rest else ""
        makers[module.name, name] = Maker(types, modules, source, module, name, own)
    # What answers a collection's own resource comes first: others take their names from it.
    order = sorted(makers, key=lambda key: makers[key].answer != makers[key].module.schema)
    calls = {key: makers[key].make() for key in order}
    for key, maker in makers.items():
        maker.module.calls[maker.name] = calls[key]
        if (csv := maker.csv(calls[key])) is not None:
            maker.module.calls[csv.name] = csv
    for module in modules.values():
        _share(module)
    _prune(list(modules.values()))
    return sorted(modules.values(), key=lambda module: module.name)


def _open(types: Types, schema: str) -> Module:
    """Begin the module of a resource: its class, and the names that sparse fieldsets take."""
    node = types.schemas[schema]
    about = node.get("description", "")
    collection = node.get("x-collection") or plural(schema)
    split, extended = tuple(node.get("x-split", ())), bool(node.get("x-extended"))
    module = Module(plural(snake(schema)), schema, about, collection, split, extended)
    bodies = [name for name, other in types.schemas.items() if other.get("x-body") == schema]
    for name in (*bodies, schema):
        fields = tuple(types.fields(module, name, schema))
        text = types.schemas[name].get("description") or f"{capital(article(words(name)))}."
        module.records[name] = Record(name, text, fields, types.wire(name))
    module.aliases[f"{schema}Field"] = Alias(f"{schema}Field", ("id", *(f.name for f in fields)))
    return module


def _roots(types: Types, document: Node) -> dict[str, str]:
    """Return the paths that are a collection's own: `/agent-pools`, `/integrations/slack`."""
    roots: dict[str, str] = {}
    for source in sources(document):
        root = re.sub(r"/\{[^}]+\}$", "", source.path)
        if "{" not in root and source.answer[0] == JSONAPI and "x-owner" not in source.node:
            roots.setdefault(root, types.primary(source.answer[1]))
    return roots


def _place(
    types: Types, modules: dict[str, Module], roots: dict[str, str], source: Source
) -> tuple[Module, list[str]]:
    """Return the module that an operation belongs to, and the rest of its path."""
    segments = source.path.split("/")
    if owner := source.node.get("x-owner"):
        return modules[owner], []
    for end in range(len(segments), 1, -1):
        if schema := roots.get("/".join(segments[:end])):
            return modules[schema], segments[end:]
    if source.answer[0] != JSONAPI:
        raise RenderError(f"{source.id}: no collection to put it in; set x-owner")
    return modules[types.primary(source.answer[1])], []


def _name(types: Types, source: Source, rest: list[str]) -> str:
    """Return the name of a function: its verb, and what stands behind the id in the path."""
    _, many = types.data(source.answer[1])
    verb = "list" if many else _VERBS.get(source.method, "")
    known = types.resources
    parts = (part for part in rest if not part.startswith("{"))
    nouns = [plural(snake(known[part])) if part in known else snake(part) for part in parts]
    if not nouns:
        return verb
    if nouns[0] == "relationships":
        return f"{_CHANGES[source.method]}_{nouns[1]}"
    if nouns[0] == "actions":
        return "_".join(nouns[1:])
    if verb == "get" and not rest[-1].startswith("{"):
        return nouns[-1]
    return f"{verb}_{nouns[-1] if many else singular(nouns[-1])}"


def _share(module: Module) -> None:
    """Move what a creation and an update take alike to a base of both."""
    pair = [module.bags.get(module.schema + verb) for verb in ("Create", "Update")]
    create, update = pair
    if create is None or update is None:
        return
    common = tuple(item for item in create.items if item in update.items)
    base = Bag(f"_{module.schema}Values", "What every write takes.", common)
    module.bags = {base.name: base, **module.bags}
    for bag in (create, update):
        own = tuple(item for item in bag.items if item not in common)
        module.bags[bag.name] = Bag(bag.name, bag.about, own, base.name)


def _prune(modules: list[Module]) -> None:
    """Take out the dicts and the Literals that nothing names."""
    bags = {name: bag for module in modules for name, bag in module.bags.items()}
    calls = [call for module in modules for call in module.calls.values()]
    texts = [text for call in calls for text in (*call.signature, call.answers)]
    texts += [f.type.read for m in modules for r in m.records.values() for f in r.fields]
    taken: set[str] = set()
    while texts:
        for name in set(re.findall(r"\w+", texts.pop())) - taken:
            taken.add(name)
            if name in bags:
                texts += [bags[name].base, *(text for _, text in bags[name].items)]
    for module in modules:
        module.bags = {n: bag for n, bag in module.bags.items() if n in taken}
        module.aliases = {n: alias for n, alias in module.aliases.items() if n in taken}
