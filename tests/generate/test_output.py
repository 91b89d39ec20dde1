"""What is generated: complete, current and plain."""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from scalr_async.jsonapi import Operation
from scalr_async.resources import _generated
from tools.generate import __main__ as command
from tools.generate.__main__ import (
    DOCUMENT,
    OVERLAY,
    PACKAGE,
    PUBLISHED,
    TARGET,
    differing,
    generate,
    main,
)
from tools.generate.overlay import complete, entries

MODULES = sorted((PACKAGE / TARGET).glob("*.py"))
PACKAGE = "scalr_async.resources._generated"


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return generate()


def test_what_is_on_disk_is_what_would_be_generated(files: dict[str, str]) -> None:
    assert differing(files) == []


def test_generating_twice_gives_the_same_bytes(files: dict[str, str]) -> None:
    assert generate() == files


def test_check_names_what_was_edited_is_missing_or_too_much_and_writing_mends_it(
    tmp_path: Path,
    files: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(command, "PACKAGE", tmp_path)
    monkeypatch.setattr(command, "generate", lambda: files)
    modules = tmp_path / TARGET
    modules.mkdir(parents=True)
    (tmp_path / PUBLISHED).parent.mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert main(["--check"]) == 0

    (modules / "tags.py").write_text("# edited\n")
    (modules / "agents.py").unlink()
    (modules / "stale.py").touch()
    (tmp_path / "_catalog.json").unlink()
    capsys.readouterr()

    assert main(["--check"]) == 1
    changed = ["_catalog.json", *(f"{TARGET}/{name}.py" for name in ("agents", "stale", "tags"))]
    assert capsys.readouterr().out.split() == changed
    assert main([]) == 0
    assert main(["--check"]) == 0


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_generated_function_is_a_docstring_and_one_return(path: Path) -> None:
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    for function in functions:
        if path.stem in {"_client", "__init__"} or function.name == "__init__":
            continue  # properties; the lookup of names; the list of a collection's calls
        docstring, statement = function.body
        assert ast.get_docstring(function), function.name
        assert isinstance(docstring, ast.Expr), function.name
        assert isinstance(statement, ast.Return), function.name
        call = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
        assert isinstance(call, ast.Call), function.name
        helper = ast.unparse(call.func)
        assert helper.startswith("self._") or function.name == "with_response", function.name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_generated_module_says_what_made_it(path: Path) -> None:
    text = path.read_text()

    assert "by `nox -s generate`. Do not edit." in text.split('"""')[1]


def operations() -> Iterator[tuple[str, Operation[Any]]]:
    for module in sorted(set(_generated.NAMES.values())):
        for value in vars(import_module(f"{PACKAGE}.{module}")).values():
            if isinstance(value, Operation):
                yield module, value


def test_every_operation_of_the_document_is_rendered_once_or_written_by_hand() -> None:
    overlay = tomllib.loads(OVERLAY.read_text())
    document = complete(json.loads(DOCUMENT.read_bytes()), overlay)
    wanted = {
        (method.upper(), path): node["operationId"]
        for path, item in document["paths"].items()
        for method, node in item.items()
    }
    by_hand = {
        name: entry["reason"]
        for entry in entries(overlay)
        if "x-handwritten" in entry["set"]
        for name in entry["names"]
    }

    found = [(operation.method, operation.path) for _, operation in operations()]

    assert len(wanted) == 345
    assert len(found) == len(set(found))
    missing = {name for key, name in wanted.items() if key not in found}
    assert missing == set(by_hand)
    assert set(found) <= set(wanted)


def test_every_name_leads_to_its_module() -> None:
    for name, module in _generated.NAMES.items():
        assert hasattr(import_module(f"{PACKAGE}.{module}"), name), name
    for type_, (module, name) in _generated.MODELS.items():
        assert getattr(import_module(f"{PACKAGE}.{module}"), name).type == type_
    for name, (module, collection) in _generated.COLLECTIONS.items():
        found = getattr(import_module(f"{PACKAGE}.{module}"), collection)
        assert found.model.type in _generated.MODELS, name


def test_a_resource_has_one_module_and_the_index_only_public_names() -> None:
    modules = {module for module, _ in _generated.MODELS.values()}

    assert {path.stem for path in MODULES} == modules | {"__init__", "_client", "_names"}
    assert set(_generated.NAMES.values()) == modules
    assert {module for module, _ in _generated.COLLECTIONS.values()} <= modules
    assert [name for name in _generated.NAMES if name[0] == "_"] == []


def test_what_is_safe_to_repeat_is_reading_deleting_and_setting_relationships() -> None:
    """And confirming a run, refused a second time; and lending a token, where a lost one expires."""
    for module, operation in operations():
        related = "/relationships/" in operation.path
        safe = operation.method in {"GET", "DELETE"} or related
        safe |= operation.path in {"/runs/{run}/actions/apply", "/service-accounts/assume"}
        assert operation.idempotent is safe, (module, operation.method, operation.path)
