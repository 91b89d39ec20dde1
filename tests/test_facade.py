"""What `import scalr_async` gives, and what it costs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import scalr_async
from scalr_async import errors, resources


def test_every_public_name_is_there_and_sorted() -> None:
    assert all(getattr(scalr_async, name) is not None for name in scalr_async.__all__)
    assert dir(scalr_async) == sorted(scalr_async.__all__)
    assert scalr_async.__all__ == sorted(scalr_async.__all__, key=_ruff_order)


def test_the_layers_in_the_docstring_are_the_modules_that_there_are() -> None:
    text = (scalr_async.__doc__ or "").partition("Layers")[2]
    named = set(re.findall(r"`(\w+)`", text))
    for line in text.splitlines():
        if line.startswith("    "):
            named.update(line[4:56].split())

    place = Path(scalr_async.__file__).parent
    found = {path.stem for path in place.glob("*.py")}
    found |= {path.parent.name for path in place.glob("*/__init__.py")}
    assert named == found - {"__init__", "__main__", "_pyinstaller"}


def test_every_error_is_public_and_has_a_place_in_the_tree_of_the_docstring() -> None:
    classes = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.ScalrError)
    }

    assert classes <= set(scalr_async.__all__)
    assert [
        name for name in classes if f" {name} " not in (errors.__doc__ or "").replace("\n", " ")
    ] == []


@pytest.mark.parametrize(("module", "name"), [("filters", "like"), ("credentials", "discover")])
def test_public_modules_are_there_without_importing_them(
    module: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(scalr_async, module, raising=False)

    assert getattr(getattr(scalr_async, module), name) is not None


def test_what_the_package_does_not_have_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Nonsense"):
        _ = scalr_async.Nonsense


def _ruff_order(name: str) -> tuple[int, str]:
    kind = 0 if name.isupper() else 1 if name[0].isupper() else 2
    return kind, name


def test_every_public_name_of_resources_can_be_imported() -> None:
    for name in dir(resources):
        assert getattr(resources, name) is not None


def test_a_name_that_resources_do_not_have_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Nonsense"):
        _ = resources.Nonsense


def test_importing_the_package_imports_no_resource_module_and_no_emulator() -> None:
    code = (
        "import sys, scalr_async;"
        "print([m for m in sys.modules if m.startswith('scalr_async.emulator')"
        " or m.startswith('scalr_async.cli.') or '_generated.' in m and not m.endswith('._generated._client')"
        " or m == 'scalr_async._catalog'])"
    )

    printed = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout

    assert printed.strip() == "[]"
