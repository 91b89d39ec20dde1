"""Type checkers agree with `tests/typing`: what is right passes, what is wrong is found.

An expected error is a `type: ignore` comment, and both checkers report one that is not needed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "command",
    [["mypy", "--strict"], ["pyright", f"--pythonpath={sys.executable}"]],
    ids=["mypy", "pyright"],
)
def test_a_type_checker_finds_what_is_wrong_and_nothing_else(command: list[str]) -> None:
    checked = subprocess.run(
        [sys.executable, "-m", *command, "tests/typing"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr
