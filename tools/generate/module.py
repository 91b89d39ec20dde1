"""A module under construction: a resource, the types of its writes, and its collection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from tools.generate import text
from tools.generate.document import Node, fields, is_resource, type_of
from tools.generate.text import pascal, snake

_SCALARS: Final = {
    "any": "Any", "boolean": "bool", "integer": "int", "number": "float", "string": "str"
}  # fmt: skip

_OF_EVERY_RESOURCE: Final = frozenset({"id", "links", "raw", "to_dict", "type"})


class RenderError(Exception):
    """A part of the document cannot be rendered: correct the overlay, or extend the generator."""


class Module:
    """Source text by name, in sections; pieces are added when something needs them.

    `schema` is the class of the resource, `node` its schema, `resources` has the class of each
    resource type; `name` is that of the collection on the client, `collection` its class;
    `literals` has the values of each Literal.
    """

    def __init__(self, schema: str, node: Node, resources: Mapping[str, str]) -> None:
        self.schema, self.node, self.resources = schema, node, resources
        self.name = text.plural(snake(schema))
        self.collection = str(node.get("x-collection") or text.plural(schema))
        self.sections: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self.literals: dict[str, tuple[str | int, ...]] = {}

    def add(self, section: str, name: str, source: str) -> str:
        """Add a piece, and return its name; a different piece with the same name is an error."""
        if self.sections[section].setdefault(name, source) != source:
            raise RenderError(f"{name}: two things under one name")
        return name

    def add_literal(self, name: str, values: Iterable[str | int]) -> str:
        """Add a Literal."""
        values = self.literals[name] = tuple(values)
        listed = ", ".join(map(repr, values)).replace("'", '"')
        return self.add("literals", name, text.filled(f"{name} = Literal[{listed}]", "[]"))

    def add_dict(self, name: str, said: str, items: dict[str, str], base: str = "TypedDict") -> str:
        """Add a TypedDict."""
        lines = (f"    {key}: {annotation}" for key, annotation in items.items())
        source = [f"class {name}({base}, total=False):", text.docstring(said), "", *lines]
        return self.add("options" if "Options" in base else "dicts", name, "\n".join(source))

    def add_class(self, node: Node, name: str) -> str:
        """Add the class of an object or a resource: the module's own, or one for writes."""
        head, about, owner = f"@nested\nclass {name}(Nested):", f"A part of `{self.schema}`.", name
        if is_resource(node):
            head, owner = f'@resource("{type_of(node)}")\nclass {name}(Resource):', self.schema
            about = f"{text.capital(text.an(text.words(name)))}."
            if taken := {"id", "links", "raw", "to_dict", "type"}.intersection(
                map(snake, fields(node))
            ):
                raise RenderError(f"{name}: every resource has {sorted(taken)} already")
        lines = [head, text.docstring(node.get("description") or about), ""]
        for wire, field in fields(node).items():
            python, default = snake(wire), "UNSET"
            if "x-hidden" in field:
                default = "attrs.field(default=UNSET, repr=False)"
            elif wire != python.replace("_", "-"):
                default = f'wire("{wire}")'
            lines.append(f"    {python}: {self.annotate(field, owner + pascal(wire))} = {default}")
            said = field.get("description", "Deprecated by Scalr." * field.get("deprecated", False))
            lines += [text.docstring(said)] if said else []
        return self.add("classes", name, "\n".join(lines))

    def add_writes(self, node: Node, verbs: Iterable[str]) -> None:
        """Add the types of writes, by verb; their common members go to a common base."""
        taken = {verb: self.values(node, self.schema, needed=verb == "create") for verb in verbs}
        first, *others = taken.values() or [{}]
        shared = {n: a for n, a in first.items() if others and others[0].get(n) == a}
        noun, base = text.an(text.words(self.schema)), "TypedDict"
        if shared:
            about = f"The values of every write of {noun}."
            base = self.add_dict(f"_{self.schema}Values", about, shared)
        for verb, values in taken.items():
            own = {n: a for n, a in values.items() if n not in shared}
            about = f"The values for {verb[:-1]}ing {noun}."
            self.add_dict(write_name(node, verb), about, own, base)

    def values(self, node: Node, owner: str, *, needed: bool = True) -> dict[str, str]:
        """Return the values of a write; with `needed`, required values are marked."""
        taken = {}
        for wire, field in fields(node).items():
            if not field.get("readOnly"):
                found = self.annotate(field, owner + pascal(wire), writing=True)
                must = needed and is_needed(wire, field)
                taken[snake(wire)] = f"Required[{found}]" if must else found
        return taken

    def annotate(self, node: Node, name: str, *, writing: bool = False) -> str:
        """Return the annotation of a value; a type that it needs is added as `name`."""
        if "x-to" in node:
            target = self.resources.get(node["x-to"], "Resource")
            found = f"Identity[{target}]" if writing else f"Ref[{target}]"
            if node["x-many"]:
                return f"Iterable[{found}]" if writing else f"tuple[{found}, ...]"
        else:
            found = self._plain(node, node.get("x-class", name), writing=writing)
        return f"{found} | None" if node.get("nullable") and found != "Any" else found

    def _plain(self, node: Node, name: str, *, writing: bool) -> str:  # noqa: PLR0911  # one a shape
        # An enum or any string is an open enum, as all are; scalars of several types are anything.
        options, kind = node.get("anyOf", ()), node.get("type", "any")
        enums = [of["enum"] for of in (*options, node) if "enum" in of]
        if len(enums) > 1 or any("properties" in option for option in options):
            raise RenderError(f"{name}: no rendering for this anyOf")
        if "x-secret" in node:
            return "str" if writing else "Secret"
        if enums:
            return self.add_literal(name, enums[0])
        if node.get("format") == "date-time":
            return "datetime"
        if kind == "array":
            item = self.annotate(node.get("items", {}), text.singular(name), writing=writing)
            return f"Sequence[{item}]" if writing else f"tuple[{item}, ...]"
        if node.get("properties"):
            found = self.add_class(node, name)
            if writing:
                values = self.values(node, name)
                found += " | " + self.add_dict(f"{name}Dict", f"`{name}` as a dict.", values)
            return found
        if kind == "object":
            item = self.annotate(node.get("additionalProperties", {}), name, writing=writing)
            return f"Mapping[str, {item}]"
        if kind not in _SCALARS:
            raise RenderError(f"{name}: no rendering for the type {kind}")
        return _SCALARS[kind]


def write_name(node: Node, verb: str) -> str:
    """Return the name of the type of a resource's write."""
    return str(node.get("x-values") or node["x-schema"] + verb.capitalize())


def is_needed(wire: str, field: Node) -> bool:
    """Return whether a create must name a value; an account defaults to `Config.account`."""
    return "x-required" in field and "x-optional" not in field and wire != "account"


def told_values(node: Node, *, needed: bool) -> list[str]:
    """Return the values of a write, as docstrings list them."""
    parts = {wire: field for wire, field in fields(node).items() if not field.get("readOnly")}
    musts = {wire for wire, field in parts.items() if needed and is_needed(wire, field)}
    return [f"`{snake(wire)}`{' (required)' * (wire in musts)}" for wire in parts]
