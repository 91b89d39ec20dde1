"""Functions from operations: their modules, parameters, arguments and results."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tools.generate import document, lookups, text
from tools.generate.document import JSON, Node, Operation, fields, keys, type_of
from tools.generate.module import Module, RenderError, told_values, write_name
from tools.generate.text import pascal, plural, singular, snake

_ANSWERS: Final = {
    "download": "bytes", "json": "Mapping[str, Any]", "location": "str", "log": "str", "text": "str"
}  # fmt: skip
"""The types of answers without a schema: a redirect's location, or the content of its target."""
_CHANGES: Final = {"GET": "list", "POST": "add", "PATCH": "replace", "DELETE": "remove"}
_VERBS: Final = {"GET": "get", "POST": "create", "PATCH": "update", "DELETE": "delete"}
_PAGING: Final = ("`page_size`", "`prefetch`", "`limit`", "`on_drift`")
_DOWNLOADING: Final = ("`to`", "`on_progress`")
_PLAIN: Final = frozenset({"boolean", "integer", "string"})


class Call:
    """The function `name` of `module`, which performs an operation.

    `asked` are the keywords of the query with their annotations, `declared` the arguments that
    declare them in the `Operation`. `answer` is the class of the answer, or empty; `subject` its
    module, or else the function's own; `prefix` begins the names of types of this function alone.
    """

    def __init__(
        self, modules: Mapping[str, Module], module: Module, operation: Operation, name: str
    ) -> None:
        self.modules, self.module, self.operation, self.name = modules, module, operation, name
        self.asked, self.declared = dict[str, str](), dict[str, str]()
        self.choices = dict[str, list[str]]()
        node, known = operation.answered, module.resources
        self.answer: str = known.get(type_of(node), node.get("x-schema", ""))
        self.subject = modules.get(self.answer, module)
        short = name in {"list", "get"} and self.subject is module
        self.prefix = module.schema + ("" if short else pascal(name.removeprefix("list_")))

    def ask(self) -> None:
        """Collect all keywords of the operation that a caller may give."""
        tables: dict[str, dict[str, str]] = {"filters": {}, "params": {}}
        types = dict[str, str]()
        for wire, node in self.operation.parameters.items():
            name = snake(wire.removeprefix("filter"))
            if wire in {"include", "sort"} and node["type"] == "array":
                self._choose(wire, getattr(self.operation, wire))
            elif wire == "fields":
                self._fieldsets(self.operation.fields or (type_of(self.subject.node),))
            elif wire.startswith("filter["):
                tables["filters"][name] = wire
                self.asked[name], type_ = self._filter(keys(node.get("x-path", wire)), node)
                types |= {name: type_} if type_ else {}
            elif not wire.startswith("page[") and "x-omitted" not in node:
                tables["params"][name] = wire
                alias = self.prefix + pascal(wire)
                self.asked[name] = self.module.annotate(node, alias, writing=True)
        self.declared |= {name: repr(table) for name, table in tables.items() if table}
        if types:
            items = (f"{name!r}: {type_}" for name, type_ in types.items())
            self.declared["filter_types"] = f"{{{', '.join(items)}}}"

    def _choose(self, wire: str, named: Iterable[str]) -> None:
        """Add a keyword for relationships to include or attributes to sort by."""
        sorts, parts = wire == "sort", fields(self.subject.node).items()
        here = self.module.sections["literals"]
        fits = [n for n, part in parts if (part.get("type") in _PLAIN if sorts else "x-to" in part)]
        self.choices[wire] = [snake(n) for n in named or fits]
        values = [sign + n for n in self.choices[wire] for sign in ("", "-")[: 1 + sorts]]
        try:
            name = self.subject.add_literal(self.subject.schema + wire.capitalize(), values)
        except RenderError:  # the Literal of the subject has others
            name = self.module.add_literal(self.prefix + wire.capitalize(), values)
        self.asked[wire] = f"{name} | Sequence[{name}]" if sorts else f"Sequence[{name}]"
        self.declared[wire] = f"get_args({name})" if name in here else repr(tuple(values))

    def _fieldsets(self, types: Iterable[str]) -> None:
        """Add a keyword for sparse fieldsets: a TypedDict of the subject."""
        modules = {type_: self.modules[self.subject.resources[type_]] for type_ in types}
        items, about = {}, "The fields to send, by type."
        for module in modules.values():
            names = ["id", *map(snake, fields(module.node))]
            items[module.name] = f"Sequence[{module.add_literal(f'{module.schema}Field', names)}]"
        name = f"{self.subject.schema}Fieldsets"
        self.asked["fields"] = self.subject.add_dict(name, about, items)
        self.declared["fields"] = repr({module.name: type_ for type_, module in modules.items()})

    def _filter(self, path: list[str], node: Node) -> tuple[str, str]:
        """Return the annotation of a filter, and the source that describes its values.

        The source is a resource type, the values of a Literal, or a class; empty for plain text.
        """
        found = self._compared(self.subject, *path)
        if found.startswith("Identity["):
            return f"Filter[{found}]", repr(type_of(self.modules[found[9:-1]].node))
        if node["schema"] != {"type": "string"}:
            found = self.module.annotate(node, self.prefix + pascal("-".join(path)), writing=True)
        if found in self.module.literals:
            return f"Filter[{found}]", f"get_args({found})"
        elsewhere = [of.literals[found] for of in self.modules.values() if found in of.literals]
        return f"Filter[{found}]", repr(elsewhere[0]) if elsewhere else found.removesuffix("str")

    def _compared(self, module: Module, head: str, *rest: str) -> str:
        """Return the type of a filter's keys: an attribute or a resource, else a string."""
        parts, known = fields(module.node), module.resources
        field = parts.get(head) or parts.get(plural(head)) or {}
        if field and "x-to" not in field and not rest:
            found = module.annotate(field, module.schema + pascal(head), writing=True)
            return found.removesuffix(" | None").removeprefix("Sequence[").removesuffix("]")
        target = known.get(field.get("x-to", plural(head))) or known.get(head)
        if target and rest:
            return self._compared(self.modules[target], *rest)
        return f"Identity[{target}]" if target else "str"

    def add(self) -> None:
        """Add the function and its `Operation` to the module; for a report, one for CSV too."""
        operation, kind = self.operation, self.operation.kind
        if not kind:
            raise RenderError(f"{operation.name}: no helper does this")
        ids, answers = self._ids(), self._answers()
        sent = fields(operation.sent).items()
        if twice := {*ids, *self.asked} & {snake(n) for n, f in sent if "readOnly" not in f}:
            raise RenderError(f"{operation.name}: {twice} is a parameter and a value")
        declared = (self._declared(answers) | self.declared).items()
        arguments = [repr(operation.method), repr(operation.path)]
        arguments += [f"{name}={value}" for name, value in declared if value]
        made = f"_{self.name.upper()}: Operation[{answers}] = Operation({', '.join(arguments)})"
        self.module.add("operations", self.name, text.filled(made.replace("'", '"'), "()"))
        self._function(kind, answers)
        if "csv" in operation.parameters.get("format", {}).get("enum", ()):
            self._function("csv", answers)

    def _ids(self) -> dict[str, str]:
        """Return the class identified by each parameter of the path; empty for a plain value."""
        ids, known = dict[str, str](), self.module.resources
        for name in re.findall(r"\{(\w+)\}", self.operation.path):
            # The first is of the collection's own, where it has the name of no other.
            wire, own = name.replace("_", "-"), "" if ids else self.module.schema
            schema = known.get(plural(wire)) or known.get(wire) or own
            ids[snake(schema) or name] = schema
        return ids

    def _answers(self) -> str:
        """Return the annotation of the `Operation`'s answer: of a list, that of one item."""
        kind = self.operation.kind
        if kind in _ANSWERS or (kind == "list_values" and not self.answer):
            empty = " | None" if 204 in self.operation.statuses else ""
            return _ANSWERS.get(kind, _ANSWERS["json"]) + empty
        if self.operation.accept == JSON:
            return self.module.add_class(self.operation.answered, self.answer)
        return f"Ref[{self.answer}]" if kind == "list_refs" else self.answer or "None"

    def _declared(self, answers: str) -> dict[str, str]:
        """Return the arguments of the `Operation` that are not from its query, as source text."""
        operation, kind = self.operation, self.operation.kind
        types = tuple(type_of(self.modules[s].node) if s else None for s in self._ids().values())
        foreign = self.subject is not self.module and kind != "list_refs"
        other = kind == "create" and operation.body != self.answer
        plain = operation.accept == JSON or kind == "list_values"
        redirects = {"location": "'show'"}.get(kind, "'follow'") if kind in _ANSWERS else ""
        # Not an update: others may have changed the values meanwhile.
        safe = kind in {"delete", "change_refs"} or "x-idempotent" in operation.node
        return {
            "ids": repr(types) if types else "",
            "result": repr(type_of(self.subject.node)) if foreign else "",
            "body": repr(operation.body) if other else "",
            "value": answers if plain else "",
            "accept": "JSON" if plain or kind == "json" else "ANY_MEDIA_TYPE" if redirects else "",
            "redirects": redirects,
            "content_type": "JSON" if operation.content_type == JSON else "",
            "paginated": "True" if operation.paginated else "",
            "idempotent": "True" if safe else "",
            "account": "True" if kind == "create" and _is_owned(operation) else "",
        }

    def _function(self, kind: str, answers: str) -> None:
        """Add a function that calls a helper with the `Operation` and the arguments."""
        ids, name = self._ids(), self.name + ("_csv" if kind == "csv" else "")
        more, passed = self._parameters(kind, name)
        returns = {"values": f"tuple[{answers}, ...]", "download": "Download", "csv": "Download"}
        answers = f"Pager[{answers}]" if kind.startswith("list") else returns.get(kind, answers)
        named = (f"{n}: Identity[{schema}]" if schema else f"{n}: str" for n, schema in ids.items())
        path = f"({', '.join(ids)}{',' if len(ids) == 1 else ''})"
        call = f"self._{kind}({', '.join([f'_{self.name.upper()}', path, *passed])})"
        waits = not answers.startswith(("Download", "Pager"))
        head = f"def {name}({', '.join(['self', *named, *more])}) -> {answers}:\n"
        body = f"\n    return {'await ' if waits else ''}{call}"
        about = text.about(self.operation, name, self.module.schema) + self._keywords(kind)
        made = f"{'async ' if waits else ''}{head}{text.docstring(about)}{body}"
        self.module.add("functions", name, textwrap.indent(made, " " * 4))

    def _parameters(self, kind: str, function: str) -> tuple[list[str], list[str]]:
        """Return the parameters after the ids, and the arguments that pass them on."""
        asked, about = self.asked, f"The options of `{function}`."
        if kind == "change_refs":
            noun, type_ = self.name.partition("_")[2], str(self.operation.linkage)
            target = self.module.resources[type_]
            return [f"{noun}: Iterable[Identity[{target}]]"], [noun, f'"{type_}"']
        if (head := kind.partition("_")[0].capitalize()) in {"List", "Download", "Csv"}:
            name = base = "ListOptions" if head == "List" else "DownloadOptions"
            if asked:
                name = f"{self.prefix}{head}Options"
                self.module.add_dict(name, about, asked, base)
            return [f"**options: Unpack[{name}]"], ["options"]
        given = {n: f"{a} = {'()' if a[:8] == 'Sequence' else 'UNSET'}" for n, a in asked.items()}
        if kind == "create":
            given["reconcile"] = f"Pager[{self.answer}] | None = None"
        parameters = ["*", *(f"{name}: {given[name]}" for name in given)] if given else []
        passed = [f"{name}={name}" for name in given]
        if sent := self.operation.sent:
            name = write_name(sent, kind)
            if kind not in {"create", "update"}:
                name = self.module.schema + pascal(self.name)
                self.module.add_dict(name, about, self.module.values(sent, name))
            return [*parameters, f"**values: Unpack[{name}]"], ["values", *passed]
        return parameters, passed

    def _keywords(self, kind: str) -> str:
        """Return the paragraph of a docstring that lists the keywords of a call."""
        sent = {} if kind == "change_refs" else self.operation.sent
        told = told_values(sent, needed=kind == "create")
        for name in self.asked:
            choices = ", ".join(f"`{choice}`" for choice in self.choices.get(name, ()))
            end = {"include": f" of {choices}", "sort": f" by {choices} (`-` reverses)"}
            told.append(f"`{name}`{end.get(name, '') if choices else ''}")
        head = kind.partition("_")[0]
        told += {"list": _PAGING, "download": _DOWNLOADING, "csv": _DOWNLOADING}.get(head, ())
        return f"\n\nKeywords: {'; '.join(told)}." if told else ""


def _is_owned(operation: Operation) -> bool:
    """Return whether the created resource belongs to an account that the caller names."""
    account = fields(operation.sent).get("account", {"readOnly": True})
    return not account.get("readOnly") and not account.get("nullable")


def resolve(mended: Node) -> list[Module]:
    """Return all modules, sorted by name."""
    nodes = document.resources(mended)
    known = {type_of(node): name for name, node in nodes.items() if "x-body" not in node}
    modules = {name: Module(name, nodes[name], known) for name in known.values()}
    routes = [route for route in document.operations(mended) if "x-handwritten" not in route.node]
    for name, node in nodes.items():
        module = modules[node.get("x-body", name)]
        module.add_class(node, name)
        written = {route.kind for route in routes if route.body == name}
        module.add_writes(node, sorted(written & {"create", "update"}))
    calls = list(_calls(routes, modules))
    # Calls that answer a collection's own resource come first: others take their names from it.
    for call in sorted(calls, key=lambda call: call.subject is not call.module):
        call.ask()
    for call in calls:
        call.add()
    lookups.add(calls)
    return sorted(modules.values(), key=lambda module: module.name)


def _calls(routes: list[Operation], modules: Mapping[str, Module]) -> Iterator[Call]:
    """Yield the function of each operation: of the collection whose list its path is below."""
    known = {type_of(module.node): module for module in modules.values()}
    roots: dict[str, Module] = {}
    for route in routes:
        root, rest = (*re.split(r"/\{\w+\}(?:/|$)", route.path, maxsplit=1), "")[:2]
        answered, owner = known.get(type_of(route.answered)), route.node.get("x-owner")
        if answered and not rest and not owner:
            roots.setdefault(root, answered)
        module = modules[owner] if owner else roots.get(root, answered)
        if module is None:
            raise RenderError(f"{route.name}: no collection to put it in; set x-owner")
        below = rest.split("/") if module is roots.get(root) else []
        name = route.node.get("x-name") or _name(route, below, module.resources)
        yield Call(modules, module, route, name)


def _name(route: Operation, below: list[str], known: Mapping[str, str]) -> str:
    """Return the name of a function: its verb, and the part of the path after the id."""
    parts = [part for part in below if part and part[0] != "{"]
    nouns = [plural(snake(known[part])) if part in known else snake(part) for part in parts]
    if "/relationships/" in route.path:
        return f"{_CHANGES[route.method]}_{nouns[1]}"
    if "/actions/" in route.path:
        return "_".join(nouns[1:])
    verb = "list" if route.many else _VERBS[route.method]
    if nouns and verb == "get" and below[-1] == parts[-1]:
        return nouns[-1]
    noun = nouns[-1:] if route.many else map(singular, nouns[-1:])
    return "_".join([verb, *noun])
