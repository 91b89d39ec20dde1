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
    "scalr_async._wire": ("ANYTHING", "JSON", "Secret"),
    "scalr_async.filters": ("Filter",),
    "scalr_async.jsonapi.model": ("Identity", "Ref", "Resource", "nested", "resource", "wire"),
    "scalr_async.jsonapi.operation": ("Operation",),
    "scalr_async.pagination": ("Pager",),
    "scalr_async.resources._base": ("Collection", "ListOptions"),
    "scalr_async.resources._download": ("Download", "DownloadOptions"),
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
    names = [name for file in files for name in file.defines]
    homes = {name: file.name for file in files for name in file.defines}
    if len(homes) != len(names):
        twice = sorted(name for name in homes if names.count(name) > 1)
        raise RenderError(f"one name for two things: {twice}")
    texts = {f"{file.name}.py": _text(file, homes, banner) for file in files}
    texts["__init__.py"] = _index(modules, files, banner)
    texts["_collections.py"] = _properties(modules, homes, banner)
    texts["_names.py"] = _names(modules, files, banner)
    written = _formatted(texts)
    for name, text in written.items():
        if (lines := text.count("\n")) > CAP:
            raise RenderError(f"{name}: {lines} lines: split it by x-split")
    return written


def _names(modules: list[Module], files: list[File], banner: str) -> str:
    """Return the module by which type checkers find every name but the extended collections'."""
    extended = {module.collection for module in modules if module.extended}
    lines = []
    for file in files:
        names = [name for name in file.defines if not name.startswith("_")]
        kept = ", ".join(f"{name} as {name}" for name in names if name not in extended)
        taken = f"({kept})" if extended.intersection(names) else "*"
        lines.append(f"from {_PACKAGE}.{file.name} import {taken}")
    imports = "\n".join(lines)
    return f'"""Every public name, for type checkers alone.\n\n{banner}\n"""\n\n{imports}\n'


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
    about = f"{title}: {module.about[:1].lower()}{module.about[1:]}" if module.about else title
    resource = File(module.name, about.rstrip(".") + ".", *_resource(module))
    if not module.calls:
        yield resource
        return
    apart = [
        c for c in module.calls.values() if "_refs" in c.kind and "relationships" in module.split
    ]
    bases = f"Collection[{module.schema}]"
    if apart:
        name = f"{module.schema}Relationships"
        about = f"{title}: relationships."
        linked = _calls(apart, f"class {name}({bases}):", about)
        yield File(f"{module.name}_relationships", about, linked, (name,))
        bases = name
    asked = [bag for bag in module.bags.values() if bag.name.endswith("Options")]
    about = f"{title}: `scalr.{module.name}`."
    parts: tuple[str, ...] = (
        *map(_bag, asked),
        *_calls(
            [call for call in module.calls.values() if call not in apart],
            f"class {module.collection}({bases}):",
            about if len(about) <= 88 else about.replace(": ", ".\n\n"),
            f"\n    model = {module.schema}\n",
        ),
    )
    defines = (*(bag.name for bag in asked), module.collection)
    if "collection" in module.split:
        yield resource
        yield File(f"{module.name}_collection", f"{title}: what can be asked.", parts, defines)
    else:
        yield attrs.evolve(
            resource, parts=(*resource.parts, *parts), defines=(*resource.defines, *defines)
        )


def _title(module: Module) -> str:
    return capital(words(plural(snake(module.schema))))


def _resource(module: Module) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the parts of a resource, and what they define; its class comes after its bodies'."""
    records = sorted(module.records.values(), key=lambda record: not record.wire)
    bags = [bag for bag in module.bags.values() if not bag.name.endswith("Options")]
    parts = [_aliases(module), *(_record(module, r) for r in records), *map(_bag, bags)]
    return tuple(parts), (*module.aliases, *module.records, *(bag.name for bag in bags))


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


def _calls(calls: list[Call], head: str, about: str, model: str = "") -> tuple[str, str]:
    """Return the operations as a table, and the class with a function for each."""
    functions = "\n\n".join(map(_function, calls))
    return _table(
        [_operation(call) for call in calls if not call.shares]
    ), f"{head}\n{_docstring(about)}\n{model}\n{functions}"


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
    elif call.kind in {"csv", "download"}:
        returns = "Download"
    waits = not returns.startswith(("Download", "Pager"))
    ids = f"({', '.join(call.ids)}{',' if len(call.ids) == 1 else ''})"
    passed = ", ".join((f"_{(call.shares or call.name).upper()}", ids, *call.passed))
    head = f"def {call.name}({', '.join(('self', *call.signature))}) -> {returns}:"
    body = f"return {'await ' if waits else ''}self._{call.kind}({passed})"
    lines = ("async " if waits else "") + head, _docstring(call.about), f"    {body}"
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
