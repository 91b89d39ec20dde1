"""Write the generated modules, the catalog, and the document that the emulator serves.

python -m tools.generate                writes them
python -m tools.generate --check        exits with 1 and names the files that differ, if any do
python -m tools.generate refresh FILE   extracts the facts of Scalr's own OpenAPI document
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from tools.generate import lookups, text
from tools.generate.calls import resolve
from tools.generate.document import catalog, type_of
from tools.generate.module import Module, RenderError
from tools.generate.overlay import apply
from tools.generate.published import published
from tools.refresh import refresh

ROOT: Final = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "openapi" / "scalr.json"
OVERLAY = ROOT / "openapi" / "overlay.toml"
PACKAGE = ROOT / "scalr_async"
TARGET = "resources/_generated"
PUBLISHED = "emulator/_openapi.json"

_PACKAGE: Final = "scalr_async.resources._generated"
_TEXTS: Final = re.compile(r'"""[\s\S]*?"""|"[^"]*"')
_FILE: Final = '''"""{}

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, Required, TypedDict, Unpack, get_args

import attrs

from scalr_async import resources
from scalr_async._values import UNSET, Secret
from scalr_async._http import ANY_MEDIA_TYPE, JSON
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource, wire
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._download import Download, DownloadOptions
from scalr_async.resources._ensured import Ensured
from scalr_async.resources._with_response import with_response
{}
'''
"""Title, imports and body; ruff removes unused imports."""
_INDEX: Final = '''if TYPE_CHECKING:
    from scalr_async.resources._generated._names import *  # noqa: F403  # all of them

__all__ = ["COLLECTIONS", "MODELS", "NAMES"]

COLLECTIONS: Final = {collections}
"""The module and the class of each collection, by its name on the client."""

MODELS: Final = {models}
"""The module and the class of each resource type."""

_DEFINED: Final = {names}

NAMES: Final = {{name: module for module, names in _DEFINED.items() for name in names.split()}}
"""The module of each class, TypedDict and Literal."""


def __getattr__(name: str) -> Any:
    if name in NAMES:
        return getattr(import_module(f"{{__name__}}.{{NAMES[name]}}"), name)
    raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
'''
_CLIENT: Final = '''class Collections:
    """Every collection of the API; its module is imported on first use."""

    _collections: Mapping[str, Any]

{}
'''
_PROPERTY: Final = '''    @property
    def {name}(self) -> resources.{collection}:
        """{title}."""
        found: resources.{collection} = self._collections["{name}"]
        return found
'''
_CALLS: Final = '''class {collection}({base}):
    """The calls of `scalr.{name}`."""

    model = {model}

{functions}

    @property
    def with_response(self) -> {collection}WithResponse:
        """The same calls, each of which returns its result together with the response."""
        return {collection}WithResponse(self)


class {collection}WithResponse:
    """The calls of `scalr.{name}.with_response`."""

    def __init__(self, calls: {collection}) -> None:
{wrapped}
'''


class File(NamedTuple):
    """A module to write: its source, its parts in order, its public names."""

    of: Module
    parts: list[str]
    names: list[str]


def render(modules: list[Module]) -> dict[str, str]:
    """Return the text of every generated file by its name, formatted."""
    files = list(map(_file, modules))
    names = [name for file in files for name in file.names]
    if twice := {name for name in names if names.count(name) > 1}:
        raise RenderError(f"one name for two things: {sorted(twice)}")
    owned = {m.name: m.collection for m in modules if m.sections["functions"]}
    index = _INDEX.format(
        collections={name: (name, collection) for name, collection in owned.items()},
        models={type_of(m.node): (m.name, m.schema) for m in modules},
        names={file.of.name: " ".join(sorted(file.names)) for file in files},
    )
    properties = (
        _PROPERTY.format(name=n, collection=c, title=text.title(n)) for n, c in owned.items()
    )
    client = _CLIENT.format("\n".join(properties))
    return _formatted(
        {file.of.name: _source(file, names) for file in files}
        | {
            "__init__": _FILE.format("Every name, imported when it is first used.", index),
            "_names": _FILE.format(
                "Every public name, for type checkers alone.", "\n".join(map(_star, files))
            ),
            "_client": _FILE.format("One property a collection.", client),
        }
    )


def _formatted(texts: Mapping[str, str]) -> dict[str, str]:
    with TemporaryDirectory() as folder:
        # Under other names, because ruff does not remove the imports of an `__init__.py`.
        paths = {f"{name}.py": Path(folder, f"_{name}.py") for name in sorted(texts)}
        for path in paths.values():
            path.write_text(texts[path.stem[1:]], "utf-8")
        options = ["--quiet", "--no-cache", f"--config={ROOT / 'pyproject.toml'}", folder]
        # Import sorting must not depend on which of these files exist already.
        ours = '--config=lint.isort.known-first-party=["scalr_async"]'
        for command in (["check", "--select=F401,I001", "--fix", ours], ["format"]):
            subprocess.run([sys.executable, "-m", "ruff", *command, *options], check=True)
        return {name: path.read_text("utf-8") for name, path in paths.items()}


def _file(module: Module) -> File:
    """Return a module's file: the resource, the types of writes, the collection."""
    sections = module.sections
    classes = sorted(sections["classes"].values(), key=lambda text: text.startswith("@nested"))
    parts = [text.table(sections["literals"].values()), *classes, *sections["dicts"].values()]
    names = [*sections["literals"], *sections["classes"], *sections["dicts"], *sections["options"]]
    parts += sections["options"].values()
    if functions := sections["functions"]:
        single = [name for name in functions if name not in lookups.NAMES]
        wrapped = (f"        self.{name} = with_response(calls.{name})" for name in single)
        calls = _CALLS.format(
            collection=module.collection,
            base=f"Collection[{module.schema}]",
            name=module.name,
            model=module.schema,
            functions="\n\n".join(functions.values()),
            wrapped="\n".join(wrapped),
        )
        parts += [text.table(sections["operations"].values()), calls]
        names += [module.collection, f"{module.collection}WithResponse"]
    return File(module, parts, [name for name in names if name[0] != "_"])


def _source(file: File, names: Iterable[str]) -> str:
    """Return the text of a file; other resources are imported lazily."""
    body, own = "\n\n\n".join(file.parts), {*file.names}
    return _FILE.format(f"{text.title(file.of.name)}.", _qualified(body, {*names} - own))


def _qualified(body: str, names: set[str]) -> str:
    """Return source with names qualified by the package of all resources, which imports lazily."""
    parts = re.split(f"({_TEXTS.pattern})", body)
    for index in range(0, len(parts), 2):  # the parts between string literals
        parts[index] = re.sub(r"\w+", lambda at: "api." * (at[0] in names) + at[0], parts[index])
    return "".join(parts)


def _star(file: File) -> str:
    """Return the import of all names except those that are extended by hand."""
    names, extended = "*", file.of.node.get("x-extended")
    if extended:
        names = ", ".join(f"{name} as {name}" for name in file.names if name not in extended)
    return f"from {_PACKAGE}.{file.of.name} import {names}"


def generate() -> dict[str, str]:
    """Return the text of every generated file, by its path in the package."""
    document = apply(json.loads(DOCUMENT.read_bytes()), tomllib.loads(OVERLAY.read_text("utf-8")))
    modules = {f"{TARGET}/{name}": text for name, text in render(resolve(document)).items()}
    return modules | {
        "_catalog.json": catalog(document).decode(),
        PUBLISHED: published(document).decode(),
    }


def differing(files: dict[str, str]) -> list[str]:
    """Return the names of files that differ on disk, or that should not be there."""
    found = [*(PACKAGE / TARGET).glob("*.py"), *PACKAGE.glob("_catalog.json")]
    found += PACKAGE.glob(PUBLISHED)
    there = {path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8") for path in found}
    return sorted(name for name in {*files, *there} if files.get(name) != there.get(name))


def main(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    if arguments[:1] == ["refresh"]:
        print(refresh(Path(arguments[1]), DOCUMENT))
        return 0
    changed = differing(files := generate())
    if arguments == ["--check"]:
        print("\n".join(changed) or "up to date")
        return int(bool(changed))
    for name in changed:
        (PACKAGE / name).unlink(missing_ok=True)
        if name in files:
            (PACKAGE / name).write_text(files[name], "utf-8")
    print(f"{len(files)} files, {len(changed)} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
