"""What `import scalr_async` gives, and what it costs."""

from __future__ import annotations

import subprocess
import sys
import types

import pytest

import scalr_async
from scalr_async import resources


def test_everything_public_is_in_all_and_sorted() -> None:
    public = {
        name
        for name, value in vars(scalr_async).items()
        if not name.startswith("_")
        and name != "annotations"
        and (not isinstance(value, types.ModuleType) or name == "filters")
    }

    assert set(scalr_async.__all__) == public | {"__version__"}
    assert scalr_async.__all__ == sorted(scalr_async.__all__, key=_ruff_order)


def _ruff_order(name: str) -> tuple[int, str]:
    kind = 0 if name.isupper() else 1 if name[0].isupper() else 2
    return kind, name


def test_every_public_name_of_resources_can_be_imported() -> None:
    for name in resources.__all__:
        assert getattr(resources, name) is not None


def test_a_name_that_resources_do_not_have_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Nonsense"):
        _ = resources.Nonsense


def test_importing_the_package_imports_no_resource_module_and_no_emulator() -> None:
    code = (
        "import sys, scalr_async;"
        "print([m for m in sys.modules if m.startswith('scalr_async.emulator')"
        " or m.startswith('scalr_async.cli.') or '_generated.' in m and not m.endswith('._collections')"
        " or m == 'scalr_async._catalog'])"
    )

    printed = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout

    assert printed.strip() == "[]"
