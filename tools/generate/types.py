"""From the schema of a value to its annotations, and to the classes and Literals these name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from tools.generate.model import Alias, Bag, Field, Module, Pairs, Record, Type
from tools.generate.names import pascal, singular, snake
from tools.generate.source import Node

__all__ = ["RenderError", "Types", "items"]

_RESERVED: Final = frozenset({"id", "links", "raw", "type"})
_SCALARS: Final = {"boolean": "bool", "integer": "int", "number": "float", "string": "str"}


class RenderError(Exception):
    """The document holds what has no rendering: mend it in the overlay, or teach the generator."""


@attrs.define
class Types:
    """Resolves the values of one document's schemas."""

    schemas: Mapping[str, Node]
    resources: dict[str, str] = attrs.field(init=False)
    """The schema of each resource type."""

    def __attrs_post_init__(self) -> None:
        self.resources = {
            self.wire(name): name
            for name, node in self.schemas.items()
            if self.wire(name) and "x-body" not in node
            if {"attributes", "relationships"} & node["properties"].keys()
        }

    def wire(self, schema: str) -> str:
        """Return the resource type of a schema; empty when it has none."""
        kind = self.schemas[schema].get("properties", {}).get("type", {})
        return str(kind.get("enum", [""])[0])

    def data(self, document: str) -> tuple[str, bool]:
        """Return the schema of a document's `data` and whether it is a list.

        A document without `data` is its own schema.
        """
        data = self.schemas[document].get("properties", {}).get("data", {}) if document else {}
        schema = data.get("items", data).get("$ref", document).rpartition("/")[2]
        return schema, data.get("type") == "array"

    def primary(self, document: str) -> str:
        """Return the schema that a document's `data` is read as; empty without a document."""
        schema, _ = self.data(document)
        return self.resources.get(self.wire(schema), schema) if schema else ""

    def class_of(self, identifier: Node) -> str:
        """Return the class that a resource identifier leads to; `Resource` without a schema."""
        return self.resources.get(identifier["properties"]["type"]["enum"][0], "Resource")

    def fields(self, module: Module, schema: str, owner: str) -> Iterator[Field]:
        """Yield the attributes and the relationships of a resource schema."""
        properties = self.schemas[schema]["properties"]
        found = [
            *self.attributes(module, properties.get("attributes", {}), owner),
            *self._relationships(properties.get("relationships", {})),
        ]
        if taken := _RESERVED & {field.name for field in found}:
            raise RenderError(f"{schema}: every resource has {sorted(taken)} already")
        yield from found

    def attributes(self, module: Module, node: Node, owner: str) -> Iterator[Field]:
        """Yield the fields of a plain object."""
        for wire, raw in node.get("properties", {}).items():
            value = self._follow(raw)
            yield Field(
                name=snake(wire),
                wire=wire,
                type=self.annotate(module, value, owner + pascal(wire)),
                required=wire in node.get("required", ()),
                writable=not value.get("readOnly", False),
                hidden=bool(value.get("x-hidden")),
                about=_about(value),
            )

    def _relationships(self, node: Node) -> Iterator[Field]:
        for wire, value in node.get("properties", {}).items():
            data = value["properties"]["data"]
            target = self.class_of(data.get("items", data))
            found = Type(f"Ref[{target}]", f"Identity[{target}]")
            if data.get("type") == "array":
                found = Type(f"tuple[{found.read}, ...]", f"Iterable[{found.write}]")
            elif data.get("nullable"):
                found = _or_none(found)
            yield Field(
                name=snake(wire),
                wire=wire,
                type=found,
                required=wire in node.get("required", ()),
                writable=not value.get("readOnly", False),
                about=_about(value),
            )

    def annotate(self, module: Module, node: Node, name: str) -> Type:
        """Return the annotations of a value; what they name is added to the module as `name`."""
        value = self._one_of(self._follow(node), name)
        name = value.get("x-class", name)
        kind = value.get("type")
        if value.get("x-secret"):
            found = Type("Secret", "str")
        elif "enum" in value:
            alias = Alias(name, tuple(v for v in value["enum"] if v is not None))
            if module.aliases.setdefault(name, alias) != alias:
                raise RenderError(f"{name}: two sets of values under one name")
            found = Type(name, name)
        elif value.get("format") == "date-time":
            found = Type("datetime", "datetime")
        elif kind == "array":
            item = self.annotate(module, value["items"], singular(name))
            found = Type(f"tuple[{item.read}, ...]", f"Sequence[{item.write}]")
        elif kind == "object":
            found = self._object(module, value, name)
        elif kind is None or kind in _SCALARS:
            scalar = _SCALARS[kind] if kind else "Any"
            found = Type(scalar, scalar)
        else:
            raise RenderError(f"{name}: no rendering for the type {kind}")
        return _or_none(found) if value.get("nullable") and found.read != "Any" else found

    def _object(self, module: Module, node: Node, name: str) -> Type:
        if node.get("properties"):
            return self.record(module, node, name)
        free = node.get("additionalProperties")
        item = self.annotate(module, free if isinstance(free, Mapping) else {}, name)
        return Type(f"Mapping[str, {item.read}]", f"Mapping[str, {item.write}]")

    def record(self, module: Module, node: Node, name: str) -> Type:
        """Add the class of a plain object, and its dict form, to the module."""
        fields = tuple(self.attributes(module, node, name))
        module.records[name] = Record(name, node.get("description", ""), fields)
        bag = Bag(f"{name}Dict", f"`{name}` as a dict.", items(fields, needed=True))
        module.bags[bag.name] = bag
        return Type(name, f"{name} | {bag.name}")

    def _follow(self, node: Node) -> Node:
        """Return the node, or what it refers to with the facets that stand beside `$ref`."""
        if "$ref" not in node:
            return node
        target = self.schemas[node["$ref"].rpartition("/")[2]]
        return {**target, **{key: value for key, value in node.items() if key != "$ref"}}

    def _one_of(self, node: Node, name: str) -> Node:
        """Return the one schema that stands for an `anyOf`.

        An enum or any string is an open enum, as all are; scalars of several types are anything.
        """
        options = [self._follow(option) for option in node.get("anyOf", ())]
        enums = [option for option in options if "enum" in option]
        if any("properties" in option for option in options) or len(enums) > 1:
            raise RenderError(f"{name}: no rendering for this anyOf")
        return {**node, **enums[0]} if enums else node


def items(fields: tuple[Field, ...], *, needed: bool) -> Pairs:
    """Return what a write takes of these fields; with `needed` the required ones are marked."""
    return tuple(
        (f.name, f"Required[{f.type.write}]" if needed and f.required else f.type.write)
        for f in fields
        if f.writable
    )


def _or_none(found: Type) -> Type:
    return Type(f"{found.read} | None", f"{found.write} | None")


def _about(node: Node) -> str:
    text = str(node.get("description", ""))
    if node.get("deprecated") and "eprecated" not in text:
        return f"{text} Deprecated by Scalr.".strip()
    return text
