"""From filled modules to files; ruff sorts and prunes their imports, and formats them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import attrs

from tools.generate import text
from tools.generate.document import type_of
from tools.generate.module import Module, RenderError

ROOT: Final = Path(__file__).resolve().parents[2]
CAP: Final = 350
"""Lines that a generated module may have; a longer one is split by `x-split`."""

_PACKAGE: Final = "scalr_async.resources._generated"
_FILE: Final = '''"""{title}

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations
{imports}
{body}
'''
_IMPORTS: Final = """
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Required, TypedDict, Unpack, get_args

import attrs

from scalr_async._sentinels import UNSET
from scalr_async._wire import ANYTHING, JSON, Secret
from scalr_async.filters import Filter
from scalr_async.jsonapi.model import Identity, Ref, Resource, nested, resource, wire
from scalr_async.jsonapi.operation import Operation
from scalr_async.pagination import Pager
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._download import Download, DownloadOptions
from scalr_async.resources._lazy import Lazy
"""
_INDEX: Final = '''__all__ = ["COLLECTIONS", "MODELS", "NAMES"]

COLLECTIONS: Final = {collections}
"""The module and the class of each collection, by its name on the client."""

MODELS: Final = {models}
"""The module and the class of each resource type."""

_DEFINED: Final = {names}

NAMES: Final = {{name: module for module, names in _DEFINED.items() for name in names.split()}}
"""The module of each class, TypedDict and Literal."""
'''
_CLIENT: Final = "Every collection of the API; its module is imported on first use."


@attrs.define
class File:
    """A module to write: its title, its parts in order, what others may import from it."""

    name: str
    title: str
    of: Module
    parts: list[str]
    names: list[str]


def render(modules: list[Module]) -> dict[str, str]:
    """Return the text of every generated file by its name, formatted."""
    files = [file for module in modules for file in _files(module)]
    names = [name for file in files for name in file.names]
    if twice := {name for name in names if names.count(name) > 1}:
        raise RenderError(f"one name for two things: {sorted(twice)}")
    owned = {m.name: m.collection for m in modules if m.sections["functions"]}
    homes = {name: file.name for file in files for name in file.names}
    index = _INDEX.format(
        collections={name: (homes[collection], collection) for name, collection in owned.items()},
        models={type_of(m.node): (m.name, m.schema) for m in modules},
        names={file.name: " ".join(sorted(file.names)) for file in files},
    )
    stars = "\n".join(map(_star, files))
    lines = (
        f"    {name}: Lazy[{collection}] = Lazy()\n{text.docstring(text.title(name) + '.')}"
        for name, collection in owned.items()
    )
    client = "\n".join(["class Collections:", text.docstring(_CLIENT) + "\n", *lines])
    hint = f"if TYPE_CHECKING:\n    from scalr_async.resources import {', '.join(owned.values())}"
    texts = {file.name: _source(file, files) for file in files} | {
        "__init__": _python("What stands where.", "from typing import Final\n", index),
        "_names": _python("Every public name, for type checkers alone.", "", stars),
        "_collections": _python("One attribute a collection.", f"{_IMPORTS}\n{hint}", client),
    }
    return _formatted({f"{name}.py": made for name, made in texts.items()})


def _python(title: str, imports: str, body: str) -> str:
    return _FILE.format(title=title, imports=imports, body=body)


def _formatted(texts: Mapping[str, str]) -> dict[str, str]:
    with TemporaryDirectory() as folder:
        for name, source in texts.items():
            (Path(folder) / name).write_text(source, encoding="utf-8")
        options = ["--quiet", "--no-cache", f"--config={ROOT / 'pyproject.toml'}", folder]
        for command in (["check", "--select=F401,I001", "--fix"], ["format"]):
            subprocess.run([sys.executable, "-m", "ruff", *command, *options], check=True)
        written = {name: (Path(folder) / name).read_text("utf-8") for name in sorted(texts)}
    for name, source in written.items():
        if (lines := source.count("\n")) > CAP:
            raise RenderError(f"{name}: {lines} lines: split it by x-split")
    return written


def _files(module: Module) -> list[File]:
    """Return the files of a module: the resource, its collection, the relationship endpoints."""
    title, about = text.title(module.name), module.node.get("description", "")
    sections = module.sections
    split, base = module.node.get("x-split", ()), f"Collection[{module.schema}]"
    said = f"{title}: {about[:1].lower()}{about[1:]}" if about else f"{title}."
    classes = sorted(sections["classes"].values(), key=lambda text: text.startswith("@nested"))
    parts = [text.table(sections["literals"].values()), *classes, *sections["dicts"].values()]
    names = [*sections["literals"], *sections["classes"], *sections["dicts"]]
    files = [File(module.name, said, module, parts, names)]
    linked = {name for name, made in sections["operations"].items() if "/relationships/" in made}
    apart = linked if "relationships" in split else set()
    if apart:
        name, said = f"{module.schema}Relationships", f"{title}: relationships."
        parts = _collection(module, f"{name}({base})", said, apart)
        files.append(File(f"{module.name}_relationships", said, module, parts, [name]))
        base = name
    if "collection" in split:
        files.append(File(f"{module.name}_collection", f"{title}: the calls.", module, [], []))
    if sections["functions"]:
        head, said = f"{module.collection}({base})", f"{title}: `scalr.{module.name}`."
        said = said if len(said) <= 88 else said.replace(": ", ".\n\n")
        own = _collection(module, head, said, sections["functions"].keys() - apart)
        files[-1].parts += [*sections["options"].values(), *own]
        files[-1].names += [*sections["options"], module.collection]
    return files


def _collection(module: Module, head: str, about: str, names: Collection[str]) -> list[str]:
    """Return the operations with these names as a table, and the class with their functions."""
    operations, functions = (
        [made for name, made in module.sections[section].items() if name in names]
        for section in ("operations", "functions")
    )
    lines = [f"class {head}:\n{text.docstring(about)}", f"    model = {module.schema}", *functions]
    return [text.table(operations), "\n\n".join(lines)]


def _source(file: File, files: list[File]) -> str:
    """Return the text of a file; other resources are imported for type checkers alone."""
    body = "\n\n\n".join(file.parts)
    used = set(re.findall(r"\w+", re.sub(r'"""[\s\S]*?"""|"[^"]*"', "", body))) - {*file.names}
    near, far = [_IMPORTS], ["if TYPE_CHECKING:"]
    for other in files:
        if taken := ", ".join(sorted(used.intersection(other.names))):
            line = f"from {_PACKAGE}.{other.name} import {taken}"
            near += [line] if other.of is file.of else []
            far += [f"    {line}"] if other.of is not file.of else []
    return _python(file.title, "\n".join(near + far if far[1:] else near), body)


def _star(file: File) -> str:
    """Return the import of all names but that of a collection that is extended by hand."""
    if "x-extended" not in file.of.node or file.of.collection not in file.names:
        return f"from {_PACKAGE}.{file.name} import *"
    kept = [name for name in file.names if name[0] != "_" and name != file.of.collection]
    return f"from {_PACKAGE}.{file.name} import {', '.join(f'{n} as {n}' for n in kept)}"
