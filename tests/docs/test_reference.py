"""Nothing public is missing from the reference, and the reference shows nothing else."""

from __future__ import annotations

import argparse
import functools
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any, get_args

import attrs
import pytest

from scalr_async import Event, ScalrClient, _catalog, resources
from scalr_async.cli._parser import parser
from tests.docs.pages import ROOT
from tools.reference import facts, pages
from tools.reference.text import described, prose, table

_ENTRY = re.compile(r"^:{3,}\{py:\w+\} ([\w.]+)", re.MULTILINE)


@functools.cache
def reference() -> dict[str, str]:
    return pages()


@functools.cache
def entries() -> dict[str, str]:
    """The page of each entry, by the path of its name."""
    return {name: page for page, text in reference().items() for name in _ENTRY.findall(text)}


def public() -> Iterator[tuple[str, str]]:
    for module in facts.public_modules():
        found = import_module(module)
        for name in getattr(found, "__all__", None) or dir(found):
            if not inspect.ismodule(getattr(found, name)) and name != "__version__":
                yield module, name


def resolve(path: str) -> Any:
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


def test_every_public_name_has_an_entry() -> None:
    shown: dict[str, list[Any]] = {}
    for path in entries():
        if path.startswith("scalr_async.") and path.rpartition(".")[0] in facts.public_modules():
            shown.setdefault(path.rpartition(".")[2], []).append(resolve(path))

    names = [*public()]
    missing = [
        f"{module}.{name}"
        for module, name in names
        if not any(getattr(import_module(module), name) is found for found in shown.get(name, ()))
    ]

    assert len(names) > 800
    assert missing == []


def test_every_method_of_every_collection_has_an_entry() -> None:
    methods = [
        f"scalr.{name}.{method}"
        for name, member in inspect.getmembers_static(ScalrClient)
        if isinstance(member, property) and name in facts.collections()
        for method, _ in inspect.getmembers(
            getattr(resources, facts.collections()[name].__name__), inspect.isfunction
        )
        if method[0] != "_"
    ]

    assert len(methods) > 360
    assert [method for method in methods if method not in entries()] == []


def test_every_keyword_of_every_list_is_in_the_table_of_its_call() -> None:
    for name, cls in facts.collections().items():
        if not hasattr(cls, "list"):
            continue
        text = reference()[f"resources/{name}.md"].partition(f"scalr.{name}.list(")[2]
        section = text.partition("\n:::\n")[0]
        route = facts.route_of(cls.list)
        assert route is not None
        for found in route.filters:
            assert f"`{found.parameter}`" in section, (name, found)
        for choice in (*route.include, *route.sort):
            assert f"`{choice.replace('-', '_')}`" in section, (name, choice)


def test_help_names_every_keyword_of_every_call() -> None:
    seen = 0
    for name, cls in facts.collections().items():
        for call, made in facts.calls(cls).items():
            for parameter in inspect.signature(made).parameters.values():
                if parameter.kind is parameter.VAR_KEYWORD:
                    keys = facts.items(facts.named(facts.annotation(parameter.annotation), made))
                    told = inspect.getdoc(getattr(cls, call)) or ""
                    assert [key for key in keys if f"`{key}`" not in told] == [], (name, call)
                    seen += len(keys)
    assert seen > 1500


def test_every_operation_of_the_description_leads_to_a_call() -> None:
    rows = re.findall(r"(?m)^\| `(\w+ /[^`]*)` \| (.*?) \|", reference()["operations.md"])

    assert [request for request, _ in rows] == [
        f"{route.method} {route.path}" for route in _catalog.load().routes
    ]
    assert [request for request, call in rows if "{py:meth}" not in call] == []


def test_every_reference_leads_to_an_entry() -> None:
    for page, text in reference().items():
        for told in re.findall(r"\{py:(?:meth|class)\}`~?([^`]+)`", text):
            target = re.sub(r".* <(.*)>", r"\1", told)
            assert target in entries(), (page, target)


def test_links_of_the_reference_lead_somewhere() -> None:
    made = {PurePosixPath("docs/reference", path) for path in reference()}
    for page, text in reference().items():
        for target in re.findall(r"\]\(([^)#\s]+\.md)", text):
            path = PurePosixPath("docs/reference", page).parent / target
            plain = PurePosixPath(*_folded(path.parts))
            assert plain in made or (ROOT / plain).exists(), (page, target)


def _folded(parts: tuple[str, ...]) -> list[str]:
    folded: list[str] = []
    for part in parts:
        folded = folded[:-1] if part == ".." else [*folded, part]
    return folded


def test_every_option_of_the_command_line_is_listed() -> None:
    text = reference()["command-line.md"]

    def options(made: argparse.ArgumentParser) -> Iterator[str]:
        yield made.prog
        for action in made._actions:
            if isinstance(action, argparse._SubParsersAction):
                for below in action.choices.values():
                    yield from options(below)
            elif action.help != argparse.SUPPRESS:
                yield from action.option_strings

    assert [option for option in options(parser()) if f"`{option}`" not in text] == []


def test_every_event_is_listed_with_its_fields() -> None:
    text = reference()["events.md"]
    for event in get_args(Event):
        section = text.partition(f"## `{event.name}`")[2].partition("\n## ")[0]
        assert [
            n
            for n in event.__annotations__
            if f"`{n}`" not in section and n not in ("name", "level")
        ] == []


def test_no_page_shows_a_private_module_or_an_address_in_memory() -> None:
    for page, text in reference().items():
        assert not re.search(r"scalr_async\.(?:\w+\.)*_\w+|_generated| at 0x", text), page


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        ("Do *this* to `*that*`.", r"Do \*this\* to `*that*`."),
        ("A token: <redacted>.", r"A token: \<redacted\>."),
        ("So:\n\n    a < b\n\nand on.", "So:\n\n    a < b\n\nand on."),
        ("Tree.\n\nRoot\n├── leaf\n\nEnd.", "Tree.\n\n    Root\n    ├── leaf\n\nEnd."),
        (None, ""),
        (
            "A.\n\nArgs:\n    x: one,\n        or two.\n    y: 3.\n",
            "A.\n\n- `x`: one, or two.\n- `y`: 3.",
        ),
        ("A.\n\nArgs:\n    x: 1.\n\nAttributes:\n    y: 2.", "A.\n\n- `x`: 1.\n\n- `y`: 2."),
    ],
)
def test_docstrings_mean_the_same_in_markdown(docstring: str | None, expected: str) -> None:
    assert prose(docstring) == expected


def test_what_a_table_shows_is_not_listed_again() -> None:
    docstring = "A.\n\nAttributes:\n    x: 1.\n    y: 2.\n"

    assert described(docstring) == {"x": "1.", "y": "2."}
    assert prose(docstring, {"x"}) == "A.\n\n- `y`: 2."
    assert prose(docstring, {"x", "y"}) == "A."


def test_no_page_has_a_section_of_a_docstring_as_text() -> None:
    for page, text in reference().items():
        assert not re.search(r"(?m)^(?:Args|Attributes|Raises|Returns):$", text), page


def test_every_field_in_a_table_has_its_meaning() -> None:
    for event in get_args(Event):
        section = reference()["events.md"].partition(f"## `{event.name}`")[2].partition("\n## ")[0]
        rows = re.findall(r"(?m)^\| `\w+` \| (?:[^|]|\\\|)+ \| (.*) \|$", section)
        assert len(rows) == len(attrs.fields(event))
        assert all(rows), event


def test_tables_keep_bars_in_their_cells_and_drop_empty_columns() -> None:
    assert table(("a", "b", "c"), [("`int | None`", "", "x"), ("y", "", "z")]) == (
        "| a | c |\n| --- | --- |\n| `int \\| None` | x |\n| y | z |\n"
    )
    assert table(("a",), []) == ""
