"""From one operation to one function: what it takes, what it passes on, what it answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import attrs

from tools.generate.model import Alias, Bag, Call, Kind, Module, Pairs
from tools.generate.names import pascal, plural, snake
from tools.generate.prose import about_call, about_csv
from tools.generate.source import JSON, JSONAPI, Node, Source
from tools.generate.types import RenderError, Types, items

__all__ = ["Maker"]

_KINDS: Final[dict[tuple[str, str, str], Kind]] = {
    ("GET", "", JSONAPI): "get",
    ("GET", "", JSON): "value",
    ("POST", JSONAPI, JSONAPI): "create",
    ("PATCH", JSONAPI, JSONAPI): "update",
    ("DELETE", "", ""): "delete",
    ("POST", JSONAPI, ""): "change_refs",
    ("PATCH", JSONAPI, ""): "change_refs",
    ("DELETE", JSONAPI, ""): "change_refs",
    ("POST", "", JSONAPI): "act",
    ("POST", JSON, JSONAPI): "act",
    ("POST", "", ""): "do",
    ("POST", JSON, ""): "do",
    ("POST", JSON, JSON): "value",
}
"""What an operation does, by its method and the media types of what is sent and answered."""
_STREAMS: Final[dict[str, Kind]] = {
    "binary-json": "download",
    "binary-tar-gz": "download",
    "binary-zip": "download",
    "json-or-csv": "list_values",
    "json-raw": "json",
    "redirect": "location",
    "redirect-json": "json",
    "redirect-text": "text",
    "text": "text",
}
"""What an operation does whose answer has no schema, by `x-response-kind`."""
_REDIRECTS: Final = {
    "download": "follow", "json": "follow", "location": "show", "log": "follow", "text": "follow"
}  # fmt: skip
_OF_MANY: Final[dict[Kind, Kind]] = {"get": "list", "value": "values"}

_ANSWERS: Final = {
    "download": "bytes", "json": "Mapping[str, Any]", "location": "str", "log": "str | None",
    "text": "str",
}  # fmt: skip

_SORTABLE: Final = re.compile(r"(str|int|bool|datetime|[A-Z]\w+)( \| None)?$")
_ITEM: Final = re.compile(r"tuple\[(.+), \.\.\.\]$")


@attrs.define
class Maker:
    """Makes the function of one operation; what it takes is added to the modules.

    `own` is the parameter in the path that identifies a resource of the collection itself,
    `answer` the schema of what is answered, empty when nothing is.
    """

    types: Types
    modules: dict[str, Module]
    source: Source
    module: Module
    name: str
    own: str
    answer: str = attrs.field(init=False)
    many: bool = attrs.field(init=False)
    kind: Kind = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.answer = self.types.primary(self.source.answer[1])
        _, self.many = self.types.data(self.source.answer[1])
        self.kind = self._kind()

    def make(self) -> Call:
        """Return the function."""
        ids = list(self._ids())
        query, declared = self._query()
        asked = list(query)
        more: list[str] = []
        bag = ""
        if self.kind == "change_refs":
            more, passed = self._change()
        elif self.kind.startswith("list") or self.kind == "download":
            bag, passed = self._options(query), ["options"]
        elif self.kind == "values" and asked:
            bag = self._options(query)
            passed = ["**options"]
        else:
            bag = self._values()
            if self.kind == self.name == "create":
                asked.append(("reconcile", f"Pager[{self.answer}] | None"))
            more = ["*", *(f"{n}: {a} = {_default(a)}" for n, a in asked)] if asked else []
            passed = [*(["values"] if bag else []), *(f"{name}={name}" for name, _ in asked)]
        named = {name for name, _, _ in ids} | {name for name in more if ":" in name}
        if clash := {name.partition(":")[0] for name in named} & dict(self._items(bag)).keys():
            raise RenderError(f"{self.source.id}: {clash} is a parameter and a value")
        if bag:
            more.append(f"**{passed[0].strip('*')}: Unpack[{bag}]")
        return Call(
            name=self.name,
            kind=self.kind,
            route=(*self._route([wire for _, _, wire in ids]), *declared),
            about=about_call(self.source, self.name, self.module),
            signature=(*(f"{name}: {annotation}" for name, annotation, _ in ids), *more),
            ids=tuple(name for name, _, _ in ids),
            passed=tuple(passed),
            answers=self._answers(),
        )

    def csv(self, listing: Call) -> Call | None:
        """Return the function that downloads what another lists, where there is CSV."""
        if not self.source.node.get("x-csv-format"):
            return None
        name = f"{self._prefix}CsvOptions"
        bases = f"{self._prefix}QueryOptions, DownloadOptions"
        self.module.bags[name] = Bag(name, f"What `{listing.name}_csv` takes.", (), bases)
        return attrs.evolve(
            listing,
            name=f"{listing.name}_csv",
            kind="csv",
            about=about_csv(self.source, listing.name),
            signature=(*listing.signature[:-1], f"**options: Unpack[{name}]"),
            shares=listing.name,
        )

    def _kind(self) -> Kind:
        sent, answered = self.source.body[0], self.source.answer[0]
        kind = _STREAMS.get(self.source.node.get("x-response-kind", ""))
        if kind is not None:
            return "log" if kind == "text" and self.source.may_be_empty else kind
        kind = _KINDS.get((self.source.method, sent, answered))
        if "/relationships/" in self.source.path and kind == "get":
            return "list_refs"
        if kind == "value" and "page[number]" in self.source.queries:
            return "list_values"
        if self.many and kind in _OF_MANY:
            return _OF_MANY[kind]
        if kind is None:
            raise RenderError(f"{self.source.id}: no helper does this")
        return kind

    def _ids(self) -> Iterator[tuple[str, str, str | None]]:
        """Yield the name, the annotation and the resource type of each parameter in the path."""
        known = self.types.resources
        for name in re.findall(r"\{(\w+)\}", self.source.path):
            wire = name.replace("_", "-")
            named = (known[kind] for kind in (plural(wire), wire) if kind in known)
            schema = next(named, self.module.schema if name == self.own else None)
            if schema is None:
                yield name, "str", None
            else:
                yield snake(schema), f"Identity[{schema}]", self.types.wire(schema)

    def _route(self, wires: list[str | None]) -> Iterator[tuple[str, str]]:
        """Yield what the `Operation` says beside the query.

        Safe to repeat are: taking an object away, and adding to, replacing or taking from a set
        of relationships; not an update, whose values others may have changed meanwhile.
        """
        yield "", repr(self.source.method)
        yield "", repr(self.source.path)
        if wires:
            yield "ids", repr(tuple(wires))
        if self.kind in {"list", "get", "create", "update", "act"} and self._foreign:
            yield "result", repr(self.types.wire(self.answer))
        body, _ = self.types.data(self.source.body[1])
        if self.kind == "create" and body != self.answer:
            yield "body", repr(body)
        if self.source.answer[0] == JSON or self.kind == "list_values":
            yield "value", self._answers()
            yield "accept", "JSON"
        if self.kind in _REDIRECTS:
            yield "accept", "JSON" if self.kind == "json" else "ANYTHING"
            yield "redirects", repr(_REDIRECTS[self.kind])
        if self.source.body[0] == JSON:
            yield "content_type", "JSON"
        if "page[number]" in self.source.queries:
            yield "paginated", "True"
        if self.kind in {"delete", "change_refs"} or self.source.node.get("x-idempotent"):
            yield "idempotent", "True"

    @property
    def _foreign(self) -> bool:
        return self.answer not in {"", self.module.schema}

    def _query(self) -> tuple[Pairs, Pairs]:
        """Return what a caller may ask for, and how the `Operation` declares it."""
        asked: dict[str, str] = {}
        declared: dict[str, str] = {}
        tables: dict[str, dict[str, str]] = {"filters": {}, "filter_types": {}, "params": {}}
        for wire, parameter in self.source.queries.items():
            name = snake(wire.removeprefix("filter"))
            if wire == "include":
                alias, declared[wire] = self._alias("Include", self._choices(parameter, wire))
                asked[wire] = f"Sequence[{alias}]"
            elif wire == "sort" and "items" in parameter["schema"]:
                names = self._choices(parameter, wire)
                both = tuple(signed for name in names for signed in (name, f"-{name}"))
                alias, declared[wire] = self._alias("Sort", both)
                asked[wire] = f"{alias} | Sequence[{alias}]"
            elif wire == "fields":
                asked[wire], declared[wire] = self._fieldsets(parameter)
            elif wire.startswith("filter["):
                tables["filters"][name] = wire
                asked[name], target = self._filter(wire, parameter["schema"])
                tables["filter_types"] |= {name: target} if target else {}
            elif not wire.startswith("page["):
                tables["params"][name] = wire
                alias = self._prefix + pascal(wire)
                asked[name] = self.types.annotate(self.module, parameter["schema"], alias).write
        declared |= {name: repr(table) for name, table in tables.items() if table}
        return tuple(asked.items()), tuple(declared.items())

    @property
    def _prefix(self) -> str:
        """The beginning of the names of what this function alone takes."""
        own = self.name in {"list", "get"} and not self._foreign
        return self.module.schema + ("" if own else pascal(self.name.removeprefix("list_")))

    @property
    def _subject(self) -> str:
        """The resource that filters, include and sort speak of."""
        return self.answer if self.answer in self.modules else self.module.schema

    def _choices(self, parameter: Node, what: str) -> tuple[str, ...]:
        """Return the Python names of what may be included, or sorted by.

        Where the document names none, the relationships or the plain attributes stand in.
        """
        if named := parameter["schema"]["items"].get("enum"):
            return tuple(map(snake, named))
        fields = self.modules[self._subject].records[self._subject].fields
        fits = _SORTABLE.match if what == "sort" else re.compile(r".*Ref\[").match
        return tuple(field.name for field in fields if fits(field.type.read))

    def _alias(self, suffix: str, values: tuple[str, ...]) -> tuple[str, str]:
        """Return a Literal's name and its values as source text; the answer's own when equal."""
        home, name = self.modules[self._subject], f"{self._subject}{suffix}"
        if home is self.module:
            home.aliases.setdefault(name, Alias(name, values))
        if name not in home.aliases or home.aliases[name].values != values:
            home, name = self.module, f"{self._prefix}{suffix}"
            home.aliases[name] = Alias(name, values)
        return name, f"get_args({name})" if home is self.module else repr(values)

    def _fieldsets(self, parameter: Node) -> tuple[str, str]:
        """Return the TypedDict of sparse fieldsets, and the wire names of its types."""
        wires = parameter["schema"].get("properties") or [self.types.wire(self.answer)]
        schemas = {plural(snake(self.types.resources[wire])): wire for wire in wires}
        keys = tuple((n, f"Sequence[{self.types.resources[w]}Field]") for n, w in schemas.items())
        home, name = self.modules[self.answer], f"{self.answer}Fieldsets"
        bag = home.bags.setdefault(name, Bag(name, "The fields that shall come, by type.", keys))
        if bag.items != keys:
            raise RenderError(f"{self.source.id}: {name} names two sets; mend one")
        return name, repr(schemas)

    def _filter(self, wire: str, schema: Node) -> tuple[str, str | None]:
        """Return the annotation of a filter, and the resource type it identifies, if it does."""
        keys = wire.removeprefix("filter[").removesuffix("]").split("][")
        target = schema.get("x-target") or self._compared(self._subject, keys)
        if target in self.modules:
            return f"Filter[Identity[{target}]]", self.types.wire(target)
        if schema != {"type": "string"}:
            alias = self._prefix + pascal("-".join(keys))
            target = self.types.annotate(self.module, schema, alias).write
        return f"Filter[{target}]", None

    def _compared(self, schema: str, keys: list[str]) -> str:
        """Return what a filter compares with: the class of a resource, or the type of a value.

        The keys follow the listed resource: an attribute, a relationship (also in the singular),
        itself or another resource by its name. What is none of these is a string.
        """
        head, *rest = keys
        records = self.modules[schema].records
        fields = {field.wire: field for field in records[schema].fields}
        field = fields.get(head) or fields.get(plural(head))
        known = self.types.resources
        if field is not None and "Ref[" not in field.type.read:
            found = _bare(field.type.read)
            inside = records[found].fields if rest else ()
            return next((_bare(f.type.read) for f in inside if f.wire == rest[0]), found)
        if field is not None:
            target: str | None = _bare(field.type.read)[4:-1]
        else:
            named = (name for name in self.modules if snake(name) == snake(head))
            target = next(named, known.get(plural(head), known.get(head)))
        if target is None:
            return "str"
        return self._compared(target, rest) if rest else target

    def _options(self, asked: Pairs) -> str:
        """Return the TypedDict of what a call asks for."""
        base = {"download": "DownloadOptions", "values": "TypedDict"}.get(self.kind, "ListOptions")
        if not asked:
            return base
        if self.source.node.get("x-csv-format"):
            shared = f"{self._prefix}QueryOptions"
            self.module.bags[shared] = Bag(shared, f"What `{self.name}` may ask for.", asked)
            asked, base = (), f"{shared}, ListOptions"
        name = self._prefix + base.rpartition(" ")[2].replace("TypedDict", "Options")
        self.module.bags[name] = Bag(name, f"What `{self.name}` takes.", asked, base)
        return name

    def _values(self) -> str:
        """Return the TypedDict of what a write takes; empty when it takes nothing."""
        media, document = self.source.body
        if media == JSON:
            name = self.module.schema + pascal(self.name)
            node = self.types.schemas[document]
            fields = tuple(self.types.attributes(self.module, node, name))
            bag = Bag(name, f"What `{self.name}` takes.", items(fields, needed=True))
            self.module.bags[name] = bag
            return name
        if media != JSONAPI:
            return ""
        body, _ = self.types.data(document)
        verb = "Update" if self.kind == "update" else "Create"
        home = self.modules[self.types.primary(document)]
        fields = home.records[body].fields
        about = "What an update takes." if verb == "Update" else "What a creation takes."
        name = self.types.schemas[body].get("x-values") or body + verb
        bag = Bag(name, about, items(fields, needed=verb == "Create"))
        home.bags[bag.name] = bag
        return bag.name

    def _change(self) -> tuple[list[str], list[str]]:
        """Return the parameter for the other side of a relationship, and what is passed."""
        target = self.types.primary(self.source.body[1])
        noun = self.name.partition("_")[2]
        return [f"{noun}: Iterable[Identity[{target}]]"], [noun, repr(self.types.wire(target))]

    def _items(self, bag: str) -> Pairs:
        found = (module.bags[bag].items for module in self.modules.values() if bag in module.bags)
        return next(found, ())

    def _answers(self) -> str:
        """Return the annotation of what the `Operation` answers: one item of a list."""
        if self.kind in _ANSWERS:
            empty = self.kind == "json" and self.source.may_be_empty
            return _ANSWERS[self.kind] + (" | None" if empty else "")
        if self.kind == "list_values" and not self.answer:
            return _ANSWERS["json"]
        if self.source.answer[0] == JSON and self.answer not in self.module.records:
            node = {"description": f"What `{self.name}` answers."} | dict(
                self.types.schemas[self.answer]
            )
            self.types.record(self.module, node, self.answer)
        if self.kind == "list_refs":
            return f"Ref[{self.answer}]"
        return self.answer or "None"


def _bare(annotation: str) -> str:
    """Return an annotation without None, and the item of a tuple."""
    bare = annotation.removesuffix(" | None")
    item = _ITEM.match(bare)
    return item[1] if item else bare


def _default(annotation: str) -> str:
    if annotation.endswith(" | None"):
        return "None"
    return "()" if annotation.startswith("Sequence[") else "UNSET"
