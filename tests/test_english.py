"""Docstrings say what a thing is or what to do with it, in the first words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
RIDDLES: Final = frozenset({"How", "That", "What", "When", "Where", "Which", "Who", "Whose", "Why"})
"""Openings that ask, where the reader wants a noun or an imperative."""


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    """Yield each docstring, those of attributes included, with its line."""
    for node in ast.walk(ast.parse(source)):
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else ():
            value = statement.value if isinstance(statement, ast.Expr) else None
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield statement.lineno, value.value


def riddles(source: str) -> list[int]:
    """Return the lines of docstrings that open with a question word."""
    return [
        line
        for line, text in docstrings(source)
        if (text.split() or [""])[0].strip(",:") in RIDDLES
    ]


@pytest.mark.parametrize("folder", ["scalr_async", "tools", "benchmarks", "examples"])
def test_no_docstring_opens_with_a_question_word(folder: str) -> None:
    files = {path: riddles(path.read_text("utf-8")) for path in (ROOT / folder).rglob("*.py")}

    assert {str(path): lines for path, lines in files.items() if lines} == {}


def test_docstrings_of_every_kind_are_seen() -> None:
    source = (
        '"""What a module is."""\nx = 1\n"""How many."""\n'
        'class A:\n    """A class."""\n    y: int\n    """Where it is."""\n'
        '    async def f(self):\n        """Whose it is."""\n'
    )

    assert sorted(riddles(source)) == [1, 3, 7, 9]
