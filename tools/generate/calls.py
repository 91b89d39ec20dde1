"""From one operation to one function: what it takes, what it passes on, what it answers."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from tools.generate import text
from tools.generate.document import JSON, Node, Operation, fields, keys, type_of
from tools.generate.module import Module, RenderError, write_name
from tools.generate.text import pascal, plural, snake

_ANSWERS: Final = {
    "download": "bytes", "json": "Mapping[str, Any]", "location": "str", "log": "str | None",
    "text": "str",
}  # fmt: skip
"""What is answered where no schema says so: a redirect's location, or what one may lead to."""
_RESOURCEFUL: Final = frozenset({"list", "get", "create", "update", "act"})
_PLAIN: Final = frozenset({"boolean", "integer", "string"})


@attrs.define
class Call:
    """The function `name` of `module`, which does an operation.

    `own` is the parameter in its path that identifies a resource of the collection itself.
    `asked` is what a caller asks for, with annotations; `declared` how the `Operation` says it, as
    source text. `answer` is the class that is answered, empty where none is, `subject` its module
    or else the function's own; `prefix` begins the names of what this function alone takes.
    """

    modules: Mapping[str, Module]
    module: Module
    operation: Operation
    name: str
    own: str
    asked: dict[str, str] = attrs.field(factory=dict, init=False)
    declared: dict[str, str] = attrs.field(factory=dict, init=False)
    answer: str = attrs.field(init=False)
    subject: Module = attrs.field(init=False)
    prefix: str = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        node, schema = self.operation.answered, self.module.schema
        self.answer = self.module.resources.get(type_of(node), node.get("x-schema", ""))
        self.subject = self.modules.get(self.answer, self.module)
        own = self.name in {"list", "get"} and self.subject is self.module
        self.prefix = schema + ("" if own else pascal(self.name.removeprefix("list_")))

    def ask(self) -> None:
        """Take all that the operation has and a caller gives."""
        tables: dict[str, dict[str, str]] = {"filters": {}, "filter_types": {}, "params": {}}
        for wire, node in self.operation.parameters.items():
            name = snake(wire.removeprefix("filter"))
            if wire in {"include", "sort"} and node["type"] == "array":
                self._choose(wire, getattr(self.operation, wire))
            elif wire == "fields":
                self._fieldsets(self.operation.fields or (type_of(self.subject.node),))
            elif wire.startswith("filter["):
                tables["filters"][name] = wire
                self.asked[name], type_ = self._filter(keys(wire), node)
                tables["filter_types"] |= {name: type_} if type_ else {}
            elif not wire.startswith("page[") and "x-omitted" not in node:
                tables["params"][name] = wire
                alias = self.prefix + pascal(wire)
                self.asked[name] = self.module.annotate(node, alias, writing=True)
        self.declared |= {name: repr(table) for name, table in tables.items() if table}

    def _choose(self, wire: str, named: Iterable[str]) -> None:
        """Ask for relationships to include or attributes to sort by: the named ones, or all.

        They are a Literal of the subject, unless the one there has others.
        """
        sorts, parts = wire == "sort", fields(self.subject.node).items()
        fits = [n for n, part in parts if (part.get("type") in _PLAIN if sorts else "x-to" in part)]
        signs = ("", "-") if sorts else ("",)
        values = tuple(sign + snake(name) for name in named or fits for sign in signs)
        home, name = self.subject, self.subject.schema + wire.capitalize()
        if home.sections["literals"].setdefault(name, text.literal(name, values)) != text.literal(
            name, values
        ):
            home, name = self.module, self.prefix + wire.capitalize()
            home.add("literals", name, text.literal(name, values))
        self.asked[wire] = f"{name} | Sequence[{name}]" if sorts else f"Sequence[{name}]"
        self.declared[wire] = f"get_args({name})" if home is self.module else repr(values)

    def _fieldsets(self, types: Iterable[str]) -> None:
        """Ask for some fields of each type: by a TypedDict of the subject."""
        modules = [self.modules[self.subject.resources[type_]] for type_ in types]
        items = {module.name: f"Sequence[{module.add_names()}]" for module in modules}
        name = f"{self.subject.schema}Fieldsets"
        made = text.typed_dict(name, "The fields that shall come, by type.", items)
        self.asked["fields"] = self.subject.add("dicts", name, made)
        self.declared["fields"] = repr(dict(zip(items, types, strict=True)))

    def _filter(self, path: list[str], node: Node) -> tuple[str, str]:
        """Return the annotation of a filter, and the resource type if it compares with one."""
        target = node.get("x-target", "")
        found = f"Identity[{target}]" if target else self._compared(self.subject, *path)
        if found.startswith("Identity["):
            return f"Filter[{found}]", type_of(self.modules[found[9:-1]].node)
        if node["schema"] != {"type": "string"}:
            found = self.module.annotate(node, self.prefix + pascal("-".join(path)), writing=True)
        return f"Filter[{found}]", ""

    def _compared(self, module: Module, head: str, *rest: str) -> str:
        """Return what the keys of a filter lead to, from the listed resource on.

        That is an attribute, a relationship (also in the singular), the resource itself or
        another by its name. All else is a string.
        """
        parts, known = fields(module.node), module.resources
        field = parts.get(head) or parts.get(plural(head)) or {}
        if field and "x-to" not in field and not rest:
            found = module.annotate(field, module.schema + pascal(head), writing=True)
            return found.removesuffix(" | None").removeprefix("Sequence[").removesuffix("]")
        named = (name for name in self.modules if snake(name) == snake(head))
        target = known.get(field.get("x-to", plural(head))) or known.get(head) or next(named, "")
        if target and rest:
            return self._compared(self.modules[target], *rest)
        return f"Identity[{target}]" if target else "str"

    def add(self) -> None:
        """Add the function and its `Operation` to the module; for a report, one for CSV too."""
        operation, kind = self.operation, self.operation.kind
        if not kind:
            raise RenderError(f"{operation.name}: no helper does this")
        ids, answers = self._ids(), self._answers()
        writes = {n for n, field in fields(operation.sent).items() if not field.get("readOnly")}
        taken = [*ids, *self.asked, *map(snake, writes)]
        if twice := {name for name in taken if taken.count(name) > 1}:
            raise RenderError(f"{operation.name}: {twice} is a parameter and a value")
        arguments = [repr(operation.method), repr(operation.path)]
        declared = self._declared(answers) | self.declared
        arguments += [f"{name}={value}" for name, value in declared.items() if value]
        made = f"_{self.name.upper()}: Operation[{answers}] = Operation({', '.join(arguments)})"
        self.module.add("operations", self.name, text.filled(made.replace("'", '"'), "()"))
        returns = f"Pager[{answers}]" if kind.startswith("list") else answers
        returns = {"values": f"tuple[{answers}, ...]", "download": "Download"}.get(kind, returns)
        self._function(kind, *self._parameters(), returns)
        if "csv" in operation.parameters.get("format", {}).get("enum", ()):
            options = self._options("CsvOptions", "DownloadOptions")
            self._function("csv", [f"**options: Unpack[{options}]"], ["options"], "Download")

    def _ids(self) -> dict[str, str]:
        """Return the class that each parameter in the path identifies; empty for a plain value."""
        ids, known = {}, self.module.resources
        for name in re.findall(r"\{(\w+)\}", self.operation.path):
            wire, own = name.replace("_", "-"), self.module.schema if name == self.own else ""
            schema = known.get(plural(wire)) or known.get(wire) or own
            ids[snake(schema) or name] = schema
        return ids

    def _answers(self) -> str:
        """Return the annotation of what the `Operation` answers: one item of a list."""
        kind = self.operation.kind
        if kind in _ANSWERS or (kind == "list_values" and not self.answer):
            empty = kind == "json" and 204 in self.operation.statuses
            return _ANSWERS.get(kind, _ANSWERS["json"]) + (" | None" if empty else "")
        if self.operation.accept == JSON:
            return self.module.add_class(self.operation.answered, self.answer)
        return f"Ref[{self.answer}]" if kind == "list_refs" else self.answer or "None"

    def _declared(self, answers: str) -> dict[str, str]:
        """Return the arguments of the `Operation` that its query does not make, as source text.

        Safe to repeat are: taking an object away, and adding to, replacing or taking from a set
        of relationships; not an update, whose values others may have changed meanwhile.
        """
        operation, kind = self.operation, self.operation.kind
        schemas = [self.modules.get(schema) for schema in self._ids().values()]
        types = tuple(module and type_of(module.node) for module in schemas)
        foreign = self.subject is not self.module and kind in _RESOURCEFUL
        other = kind == "create" and operation.body != self.answer
        plain = operation.accept == JSON or kind == "list_values"
        redirects = {"location": "'show'"}.get(kind, "'follow'") if kind in _ANSWERS else ""
        safe = kind in {"delete", "change_refs"} or "x-idempotent" in operation.node
        return {
            "ids": repr(types) if types else "",
            "result": repr(type_of(self.subject.node)) if foreign else "",
            "body": repr(operation.body) if other else "",
            "value": answers if plain else "",
            "accept": "JSON" if plain or kind == "json" else "ANYTHING" if redirects else "",
            "redirects": redirects,
            "content_type": "JSON" if operation.content_type == JSON else "",
            "paginated": "True" if operation.paginated else "",
            "idempotent": "True" if safe else "",
        }

    def _parameters(self) -> tuple[list[str], list[str]]:
        """Return the parameters after the ids, and what is passed on of them."""
        kind, asked = self.operation.kind, self.asked
        if kind == "change_refs":
            noun, type_ = self.name.partition("_")[2], str(self.operation.linkage)
            target = self.module.resources[type_]
            return [f"{noun}: Iterable[Identity[{target}]]"], [noun, f'"{type_}"']
        if kind.startswith("list") or kind == "download":
            base = "DownloadOptions" if kind == "download" else "ListOptions"
            return [f"**options: Unpack[{self._options(base, base)}]"], ["options"]
        if kind == self.name == "create":
            asked = asked | {"reconcile": f"Pager[{self.answer}] | None"}
        named = [f"{n}: {a} = {_default(a)}" for n, a in asked.items()]
        parameters, passed = ["*", *named] if named else [], [f"{name}={name}" for name in asked]
        if sent := self.operation.sent:
            name = write_name(sent, kind)
            if kind not in {"create", "update"}:
                name, about = self.module.schema + pascal(self.name), f"What `{self.name}` takes."
                self.module.add_dict(name, about, self.module.values(sent, name))
            return [*parameters, f"**values: Unpack[{name}]"], ["values", *passed]
        return parameters, passed

    def _options(self, suffix: str, base: str) -> str:
        """Return the TypedDict of what a list or a download takes."""
        name = self.prefix + suffix
        function = self.name + ("_csv" if suffix == "CsvOptions" else "")
        made = text.typed_dict(name, f"What `{function}` takes.", self.asked, base)
        return self.module.add("options", name, made) if self.asked else base

    def _function(self, kind: str, more: list[str], passed: list[str], returns: str) -> None:
        """Add a function that returns a helper, called with the `Operation` and what is passed."""
        ids, csv = self._ids(), "_csv" if kind == "csv" else ""
        named = (f"{n}: Identity[{schema}]" if schema else f"{n}: str" for n, schema in ids.items())
        path = f"({', '.join(ids)}{',' if len(ids) == 1 else ''})"
        call = f"self._{kind}({', '.join([f'_{self.name.upper()}', path, *passed])})"
        waits = not returns.startswith(("Download", "Pager"))
        head = f"def {self.name}{csv}({', '.join(['self', *named, *more])}) -> {returns}:\n"
        body = f"\n    return {'await ' if waits else ''}{call}"
        about = text.about(self.operation, self.name, self.module.schema, csv=bool(csv))
        made = f"{'async ' if waits else ''}{head}{text.docstring(about)}{body}"
        self.module.add("functions", self.name + csv, textwrap.indent(made, " " * 4))


def _default(annotation: str) -> str:
    if annotation.endswith(" | None"):
        return "None"
    return "()" if annotation.startswith("Sequence[") else "UNSET"
