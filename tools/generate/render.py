"""From resolved modules to source text; `ruff format` does the rest.

Tables of names (Literals, operations) are filled, not one name a line: `# fmt: off` says so.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import attrs

from tools.generate.model import Bag, Call, Field, Module, Record
from tools.generate.names import capital, plural, snake, words
from tools.generate.types import RenderError

__all__ = ["CAP", "ROOT", "render"]

ROOT: Final = Path(__file__).resolve().parents[2]
CAP: Final = 350
"""Lines that a generated module may have; a longer one is split by `x-split`."""

_PACKAGE: Final = "scalr_async.resources._generated"
_HOMES: Final = {
    "collections.abc": ("Iterable", "Mapping", "Sequence"),
    "datetime": ("datetime",),
    "scalr_async._sentinels": ("UNSET",),
    "scalr_async._wire": ("JSON", "Secret"),
    "scalr_async.filters": ("Filter",),
    "scalr_async.jsonapi.model": ("Identity", "Ref", "Resource", "nested", "resource", "wire"),
    "scalr_async.jsonapi.operation": ("Operation",),
    "scalr_async.pagination": ("Pager",),
    "scalr_async.resources._base": ("Collection", "ListOptions"),
    "typing": ("Any", "Literal", "Required", "TypedDict", "Unpack", "get_args"),
    "": ("attrs",),
}
_INDEX: Final = '''"""What the generated modules hold, as data; nothing is imported here.

{banner}
"""

from __future__ import annotations

from typing import Final

__all__ = ["COLLECTIONS", "MODELS", "NAMES"]

COLLECTIONS: Final = {collections}
"""The module and the class of each collection, by its name on the client."""

MODELS: Final = {models}
"""The module and the class of each resource type."""

_DEFINED: Final = {names}

NAMES: Final = {{
    name: module for module, names in _DEFINED.items() for name in names.split()
}}
"""The module of each class, TypedDict and Literal."""
'''
_PROPERTIES: Final = '''"""One attribute a collection, for the client.

{banner}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalr_async.resources._lazy import Lazy

if TYPE_CHECKING:
{imports}

class Collections:
    """Every collection of the API; its module is imported on first use."""

{properties}
'''
_IMPORTS: Final = {name: home for home, names in _HOMES.items() for name in names}


@attrs.frozen
class File:
    """One module to write: its title, its parts in order, and what those define for others."""

    name: str
    title: str
    parts: tuple[str, ...]
    defines: tuple[str, ...]


def render(modules: list[Module], digest: str) -> dict[str, str]:
    """Return the text of every generated file by its name, formatted."""
    banner = f"Generated from openapi/scalr.json ({digest}) by `nox -s generate`. Do not edit."
    files = [file for module in modules for file in _files(module)]
    homes = {name: file.name for file in files for name in file.defines}
    if len(homes) != sum(len(file.defines) for file in files):
        names = [name for file in files for name in file.defines]
        twice = sorted(name for name in homes if names.count(name) > 1)
        raise RenderError(f"one name for two things: {twice}")
    texts = {f"{file.name}.py": _text(file, homes, banner) for file in files}
    texts["__init__.py"] = _index(modules, files, banner)
    texts["_collections.py"] = _properties(modules, homes, banner)
    written = _formatted(texts)
    long = [f"{n}: {t.count(chr(10))} lines" for n, t in written.items() if t.count("\n") > CAP]
    if long := [line for line in long if not line.startswith("_")]:
        raise RenderError(f"{', '.join(long)}: split it by x-split")
    return written


def _formatted(texts: Mapping[str, str]) -> dict[str, str]:
    with TemporaryDirectory() as folder:
        for name, text in texts.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        options = ["--quiet", "--no-cache", f"--config={ROOT / 'pyproject.toml'}", folder]
        for command in (["check", "--select=I001", "--fix"], ["format"]):
            subprocess.run([sys.executable, "-m", "ruff", *command, *options], check=True)
        return {name: (Path(folder) / name).read_text(encoding="utf-8") for name in sorted(texts)}


def _files(module: Module) -> Iterator[File]:
    """Yield the files of a module: the resource, its collection, the relationship endpoints."""
    title = _title(module)
    bags = [bag for bag in module.bags.values() if not _asked(bag)]
    parts = [
        _aliases(module),
        *(_record(module, record) for record in _ordered(module)),
        *map(_bag, bags),
    ]
    names = [*module.aliases, *module.records, *(bag.name for bag in bags)]
    relations, others = _parted(module)
    base = "Collection"
    if relations:
        base = f"{module.schema}Relationships"
        yield File(
            f"{module.name}_relationships",
            f"{title}: what is linked to them.",
            _calls(relations, base, f"Collection[{module.schema}]", f"{title}: relationships."),
            (base,),
        )
    asked = [bag for bag in module.bags.values() if _asked(bag)]
    bases = base if relations else f"Collection[{module.schema}]"
    about = f"{title}: `scalr.{module.name}`."
    if len(about) > 88:
        about = about.replace(": ", ".\n\n")
    calls = (*map(_bag, asked), *_calls(others, module.collection, bases, about, module.schema))
    offered = (*(bag.name for bag in asked), module.collection)
    if "collection" in module.split:
        yield File(f"{module.name}_collection", f"{title}: what can be asked.", calls, offered)
        calls, offered = (), ()
    elif not module.calls:
        calls, offered = (), ()
    about = f"{title}: {module.about[0].lower()}{module.about[1:]}" if module.about else title + "."
    yield File(module.name, about, (*parts, *calls), (*names, *offered))


def _title(module: Module) -> str:
    return capital(words(plural(snake(module.schema))))


def _asked(bag: Bag) -> bool:
    return bag.name.endswith("Options")


def _ordered(module: Module) -> list[Record]:
    """Return the classes, resources first, the module's own last among these."""
    resources = [record for record in module.records.values() if record.wire]
    return [*resources, *(record for record in module.records.values() if not record.wire)]


def _parted(module: Module) -> tuple[list[Call], list[Call]]:
    calls = list(module.calls.values())
    apart = [c for c in calls if c.kind.endswith("_refs") and "relationships" in module.split]
    return apart, [call for call in calls if call not in apart]


def _text(file: File, homes: Mapping[str, str], banner: str) -> str:
    body = "\n\n\n".join(part for part in file.parts if part)
    return f'"""{file.title}\n\n{banner}\n"""\n\n{_imports(body, file, homes)}\n\n{body}\n'


def _imports(body: str, file: File, homes: Mapping[str, str]) -> str:
    """Return the imports; what only annotations name is there for type checkers alone."""
    tree = ast.parse(body)
    fields = [
        getattr(n, field, None) for n in ast.walk(tree) for field in ("annotation", "returns")
    ]
    inside = {id(child) for hint in fields if hint for child in ast.walk(hint)}
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    used = {node.id for node in names}
    needed = {node.id for node in names if id(node) not in inside}
    foreign = sorted(name for name in used & homes.keys() if homes[name] != file.name)
    lines = ["from __future__ import annotations\n"]
    for name in sorted(used & _IMPORTS.keys()):
        home = _IMPORTS[name]
        lines.append(f"from {home} import {name}" if home else f"import {name}")
    lines += [f"from {_PACKAGE}.{homes[n]} import {n}" for n in foreign if n in needed]
    hinted = [f"    from {_PACKAGE}.{homes[n]} import {n}" for n in foreign if n not in needed]
    if hinted:
        lines += ["from typing import TYPE_CHECKING\n", "if TYPE_CHECKING:", *hinted]
    return "\n".join(lines)


def _filled(text: str, opening: str, closing: str) -> str:
    """Return a long line with what stands in its outermost brackets filled below it."""
    if len(text) <= 100:
        return text
    head, _, inner = text.removesuffix(closing).partition(opening)
    kept = inner.replace(": ", ":\N{NO-BREAK SPACE}")
    lines = textwrap.wrap(kept, 95, break_long_words=False, break_on_hyphens=False)
    filled = textwrap.indent("\n".join(lines), " " * 4).replace("\N{NO-BREAK SPACE}", " ")
    return f"{head}{opening}\n{filled}{closing}"


def _table(lines: list[str]) -> str:
    text = "\n".join(lines)
    return f"# fmt: off\n{text}\n# fmt: on" if any("\n" in line for line in lines) else text


def _aliases(module: Module) -> str:
    return _table(
        [
            _filled(f"{alias.name} = Literal[{', '.join(map(_quoted, alias.values))}]", "[", "]")
            for alias in module.aliases.values()
        ]
    )


def _quoted(value: str | int) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _record(module: Module, record: Record) -> str:
    head = f'@resource("{record.wire}")\nclass {record.name}(Resource):'
    about = record.about or f"A part of `{module.schema}`."
    if not record.wire:
        head = f"@nested\nclass {record.name}:"
    fields = (line for field in record.fields for line in _field(field))
    return "\n".join([head, _docstring(about), "", *fields])


def _field(field: Field) -> Iterator[str]:
    default = "attrs.field(default=UNSET, repr=False)" if field.hidden else "UNSET"
    if field.wire != field.name.replace("_", "-"):
        default = f'wire("{field.wire}")'
    yield f"    {field.name}: {field.type.read} = {default}"
    if field.about:
        yield _docstring(field.about)


def _bag(bag: Bag) -> str:
    lines = [f"class {bag.name}({bag.base}, total=False):", _docstring(bag.about), ""]
    return "\n".join([*lines, *(f"    {name}: {annotation}" for name, annotation in bag.items)])


def _calls(
    calls: list[Call], name: str, bases: str, about: str, model: str = ""
) -> tuple[str, str]:
    """Return the operations as a table, and the class with a function for each."""
    head = [f"class {name}({bases}):", _docstring(about), ""]
    head += [f"    model = {model}\n"] if model else []
    functions = "\n\n".join(map(_function, calls))
    return _table([_operation(call) for call in calls]), "\n".join([*head, functions])


def _operation(call: Call) -> str:
    values = ((n, v.replace("'", '"')) for n, v in call.route)
    arguments = ", ".join(f"{name}={value}" if name else value for name, value in values)
    declared = f"_{call.name.upper()}: Operation[{call.answers}]"
    return _filled(f"{declared} = Operation({arguments})", "(", ")")


def _function(call: Call) -> str:
    lists = call.kind.startswith("list")
    returns = f"Pager[{call.answers}]" if lists else call.answers
    if call.kind == "values":
        returns = f"tuple[{call.answers}, ...]"
    ids = f"({', '.join(call.ids)}{',' if len(call.ids) == 1 else ''})"
    passed = ", ".join((f"_{call.name.upper()}", ids, *call.passed))
    head = f"def {call.name}({', '.join(('self', *call.signature))}) -> {returns}:"
    body = f"return {'' if lists else 'await '}self._{call.kind}({passed})"
    lines = ("" if lists else "async ") + head, _docstring(call.about), f"    {body}"
    return textwrap.indent("\n".join(lines), " " * 4)


def _docstring(text: str) -> str:
    """Return a docstring of the text's paragraphs, filled, indented by four."""
    wrapped = (
        textwrap.wrap(paragraph, 88, break_long_words=False, break_on_hyphens=False)
        for paragraph in text.split("\n\n")
    )
    lines = "\n\n".join("\n".join(lines) for lines in wrapped)
    closing = '\n"""' if "\n" in lines else '"""'
    return textwrap.indent(f'"""{lines}{closing}', " " * 4)


def _index(modules: Iterable[Module], files: Iterable[File], banner: str) -> str:
    """Return the package's `__init__`: what stands where, as data."""
    homes = {name: file.name for file in files for name in file.defines}
    types = {r.wire: m.schema for m in modules for r in m.records.values() if r.wire}
    return _INDEX.format(
        banner=banner,
        collections={m.name: (homes[m.collection], m.collection) for m in modules if m.calls},
        models={wire: (homes[name], name) for wire, name in sorted(types.items())},
        names={f.name: " ".join(sorted(f.defines)) for f in files if f.defines},
    )


def _properties(modules: Iterable[Module], homes: Mapping[str, str], banner: str) -> str:
    """Return the mixin that gives a client one property a collection."""
    collections = [module for module in modules if module.calls]
    imports = [
        f"    from {_PACKAGE.removesuffix('._generated')}.{m.name} import {m.collection}"
        if m.extended
        else f"    from {_PACKAGE}.{homes[m.collection]} import {m.collection}"
        for m in collections
    ]
    properties = [
        f'    {m.name}: Lazy[{m.collection}] = Lazy()\n    """{_title(m)}."""' for m in collections
    ]
    return _PROPERTIES.format(
        banner=banner, imports="\n".join(imports), properties="\n".join(properties)
    )
