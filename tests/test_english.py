"""Docstrings say what a thing is, or what to do, in the first words, and name every field.

Pages of the documentation are free of translated idioms.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

pytestmark = pytest.mark.unmeasured

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


IDIOMS: Final = re.compile(
    r"\b(?:in earnest|whoever|nobody|handed out|(?:is|are|be) told|tells? of|as it came|waited out|"
    r"gets by with|anew|what comes|of one's own|said aloud|plays? no part|goes? on from|what is not)\b"
    r"(?! known)",
    re.IGNORECASE,
)
"""Translated idioms; a native writer names the subject instead."""

PAGES: Final = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / "docs" / "how-to").glob("*.md"),
]


def prose(text: str) -> str:
    """Return a page without its examples and code."""
    return re.sub(r"(?ms)^```.*?^```$|`[^`\n]+`", "", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_has_a_translated_idiom(page: Path) -> None:
    assert IDIOMS.findall(prose(page.read_text("utf-8"))) == []


def test_idioms_are_found_in_prose_only() -> None:
    text = "Whoever waits is told.\n\n```python\nnobody = 1\n```\n\n`anew` and what is not known."

    assert IDIOMS.findall(prose(text)) == ["Whoever", "is told"]


PUBLIC: Final = (
    *("scalr_async", "bulk", "budget", "config", "credentials", "emulator", "errors", "filters"),
    *("jsonapi", "telemetry", "testing", "tokens", "watching", "webhooks"),
)
"""The package, and modules below it, whose classes are made or read by users."""


def fields_of(cls: type[Any]) -> set[str]:
    """Return the public fields of an attrs class or a struct."""
    names = getattr(cls, "__struct_fields__", ())
    names = [field.name for field in attrs.fields(cls)] if attrs.has(cls) else names
    return {name for name in names if name[0] != "_"}


def public_classes() -> dict[str, type[Any]]:
    """Return the classes with fields of all public modules; the generator describes its own."""
    found = {}
    for name in PUBLIC:
        module = importlib.import_module(name if name == "scalr_async" else f"scalr_async.{name}")
        for each in (getattr(module, public) for public in module.__all__):
            if inspect.isclass(each) and fields_of(each) and "_generated" not in each.__module__:
                found[each.__qualname__] = each
    return found


def described(cls: type[Any]) -> set[str]:
    """Return the fields that a class describes: in a list of its docstring, or below each."""
    listed = re.findall(r"(?m)^ {4}(\w+): \S", inspect.getdoc(cls) or "")
    below = set[str]()
    for each in cls.__mro__[:-1]:
        source = inspect.getsource(each) if "scalr_async" in each.__module__ else ""
        for definition in ast.parse(source).body[:1]:
            statements = getattr(definition, "body", [])
            for one, following in pairwise(statements):
                text = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
                if text and isinstance(one, ast.AnnAssign):
                    below.add(ast.unparse(one.target))
    return {*listed, *below}


CLASSES: Final = public_classes()


@pytest.mark.parametrize("name", CLASSES)
def test_a_public_class_describes_each_of_its_fields(name: str) -> None:
    assert fields_of(CLASSES[name]) - described(CLASSES[name]) == set()


def test_classes_of_every_kind_are_looked_at() -> None:
    kinds = {"Config", "Response", "DriftReport", "Resource", "Operation", "PageEvent", "Delivery"}

    assert kinds <= CLASSES.keys()
    assert len(CLASSES) > 40
