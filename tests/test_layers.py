"""A layer imports only lower ones; read off the source, so that lazy imports count too."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.unmeasured

PACKAGE = Path(__file__).parent.parent / "scalr_async"

LAYERS = {
    "_backlog": 0,
    "_estimate": 0,
    "_files": 0,
    "_ndjson": 0,
    "_http": 0,
    "_rate_limit": 0,
    "_text": 0,
    "_value_class": 0,
    "_values": 0,
    "_version": 0,
    "_catalog": 0,
    "_tasks": 0,
    "_phrases": 0,
    "_prefixes": 0,
    "errors": 0,
    "_arguments": 0,
    "budget": 1,
    "config": 1,
    "credentials": 1,
    "telemetry": 1,
    "tokens": 1,
    "transport": 2,
    "jsonapi": 3,
    "filters": 4,
    "pagination": 4,
    "bulk": 4,
    "resources": 5,
    "_guards": 5,
    "client": 6,
    "watching": 6,
    "webhooks": 6,
    "opentelemetry": 7,
    "inventory": 7,
    "cli": 8,
    "__main__": 8,
}
SIDE = {
    "_pyinstaller": set(),
    "emulator": {
        *("_catalog", "_http", "_ndjson", "_prefixes", "_text", "_values", "_version", "errors"),
    },
    "testing": {"emulator", "client", "config", "webhooks", "_http", "_values", "errors"},
}
FACADE = {"__init__"}
"""The facade names everything; nothing below may import it."""


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Yield the top-level part of this package that each import names; '' is the facade."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "scalr_async":
            assert node.level == 0
            inner = (node.module or "").split(".")[1:]
            yield from [inner[0]] if inner else [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "scalr_async":
                    yield [*alias.name.split("."), ""][1]


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py"))


def allowed(importer: str, imported: str) -> bool:
    if importer == imported or importer in FACADE:
        return True
    if importer in SIDE:
        return imported in SIDE[importer]
    if imported in SIDE:
        return LAYERS[importer] == 8
    if imported not in LAYERS:
        return False
    if importer.startswith("_") and LAYERS.get(importer) is None:
        return False
    return LAYERS[imported] < LAYERS[importer] or (
        LAYERS[imported] == LAYERS[importer] and LAYERS[importer] in {0, 1, 3, 4, 8}
    )


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_imports_only_lower_layers(path: Path) -> None:
    importer = part(path)
    assert importer in LAYERS or importer in SIDE or importer in FACADE, f"{importer}: which layer?"

    wrong = {imported for imported in imports(path) if not allowed(importer, imported)}

    assert wrong == set()


def test_only_the_transport_knows_aiohttp() -> None:
    knowing = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            names = (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else []
            )
            if any(name.split(".")[0] == "aiohttp" for name in names):
                knowing.add(str(path.relative_to(PACKAGE)))

    outside = {name for name in knowing if not name.startswith(("emulator/", "cli/", "testing"))}
    outside.remove("webhooks/_aiohttp.py")  # an adapter to its server, imported when asked for
    assert {name.rpartition("/")[0] for name in outside} == {"transport/_aiohttp"}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_fits_on_a_few_screens(path: Path) -> None:
    assert "_generated" in path.parts or len(path.read_text().splitlines()) <= 400


EMULATOR = PACKAGE / "emulator"


def emulator_imports(path: Path) -> set[str]:
    """Return the modules of the emulator that one of them imports, those for types included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            "scalr_async.emulator"
        ):
            inner = Path(*(node.module or "").split(".")[2:])
            for alias in node.names:
                inside = EMULATOR / inner / alias.name
                module = inner / alias.name if inside.with_suffix(".py").exists() else inner
                found.add(module.as_posix())
    return found


def test_the_engine_of_the_emulator_knows_nothing_of_scalr() -> None:
    engine = list((EMULATOR / "engine").glob("*.py"))
    needed = {name for path in engine for name in emulator_imports(path)}

    assert {name.partition("/")[0] for name in needed} == {"engine"}


def test_no_module_of_the_emulator_leads_back_to_itself() -> None:
    left = {
        path.relative_to(EMULATOR).with_suffix("").as_posix(): emulator_imports(path)
        for path in EMULATOR.rglob("*.py")
        if path.name != "__init__.py"
    }
    while leaves := {name for name, needed in left.items() if not needed & left.keys()}:
        left = {name: needed for name, needed in left.items() if name not in leaves}

    assert left == {}


def test_no_two_modules_of_the_emulator_have_the_same_name() -> None:
    names = [path.stem for path in EMULATOR.rglob("*.py") if path.name != "__init__.py"]

    assert sorted(names) == sorted(set(names))


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def graph() -> dict[str, set[str]]:
    """Return which module imports which, imports for type checkers and lazy ones included."""
    names = {module_name(path): path for path in modules()}
    found: dict[str, set[str]] = {}
    for name, path in names.items():
        targets = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                targets |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                targets |= {each if each in names else node.module for each in inner}
        found[name] = (targets & set(names)) - {name}
    return found


def circles(edges: dict[str, set[str]]) -> set[frozenset[str]]:
    """Return the sets of nodes that lead to each other."""
    reached = {name: leads_to(edges, name) for name in edges}
    return {
        frozenset(other for other in reached[name] if name in reached[other])
        for name in edges
        if name in reached[name]
    }


def leads_to(edges: dict[str, set[str]], name: str) -> set[str]:
    found, rest = set[str](), [name]
    while rest:
        new = edges[rest.pop()] - found
        found |= new
        rest += new
    return found


def test_handwritten_modules_import_each_other_in_no_circle() -> None:
    edges = {
        name: {target for target in targets if "._generated" not in target}
        for name, targets in graph().items()
        if "._generated" not in name
    }

    assert circles(edges) == set()


SILENCED = re.compile(r"# (?:noqa|pragma|pyright|type): [^#]*$")
"""A comment that silences a check and is the end of its line."""
UNCHECKED = re.compile(r"#\stype: ignore\[")


@pytest.mark.parametrize("folder", ["benchmarks", "examples", "scalr_async", "tests", "tools"])
def test_a_check_is_silenced_where_it_is_made_and_with_a_reason(folder: str) -> None:
    """In `tests/typing` the error is what is tested; types of other tests are not checked."""
    silent = []
    for path in sorted((PACKAGE.parent / folder).rglob("*.py")):
        if {"_generated", "typing"} & set(path.parts):
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            found = SILENCED.search(line)
            if (found and " - " not in found[0]) or (folder == "tests" and UNCHECKED.search(line)):
                silent.append(f"{path}:{number}")

    assert silent == []


def test_packages_import_each_other_in_no_circle() -> None:
    edges: dict[str, set[str]] = {}
    for name, targets in graph().items():
        own = [*name.split("."), ""][1]
        others = {[*target.split("."), ""][1] for target in targets}
        edges.setdefault(own, set()).update(others - {own})
    edges[""] = set()  # the facade names everything

    assert circles({name: targets - {""} for name, targets in edges.items()}) == set()
