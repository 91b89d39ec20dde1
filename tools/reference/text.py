"""Pieces of Markdown: code, tables, directives, and docstrings as prose."""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Collection, Iterable, Iterator

_SPAN = re.compile(r"(```.*?```|`[^`]*`)", re.DOTALL)
_SPECIAL = re.compile(r"([*<>$])")
_TREE = frozenset("├└│")
_SECTION = re.compile(r"(?m)^(?:Args|Attributes):\n(?P<entries>(?:(?: {4}.*)?(?:\n|\Z))+)")
_ENTRY = re.compile(r"(?m)^ {4}(?P<name>\w+): (?P<about>.*(?:\n {8}.*)*)")


def code(text: str) -> str:
    """Return text as code; an empty text stays empty."""
    return f"`{text}`" if text else ""


def codes(texts: Iterable[str]) -> str:
    """Return texts as code, separated by commas."""
    return ", ".join(code(text) for text in texts)


def described(docstring: str | None) -> dict[str, str]:
    """Return what a docstring says of each argument and attribute."""
    sections = _SECTION.finditer(inspect.cleandoc(docstring or ""))
    return {name: about for section in sections for name, about in _descriptions(section)}


def _descriptions(section: re.Match[str]) -> Iterator[tuple[str, str]]:
    for entry in _ENTRY.finditer(section["entries"]):
        yield entry["name"], " ".join(entry["about"].split())


def prose(docstring: str | None, shown: Collection[str] = ()) -> str:
    """Return a docstring as Markdown: text outside of code is escaped.

    Arguments and attributes become a list, without those that a table has `shown`.
    """

    def listed(section: re.Match[str]) -> str:
        rest = ((name, about) for name, about in _descriptions(section) if name not in shown)
        return "".join(f"- `{name}`: {about}\n" for name, about in rest) + "\n"

    told = _SECTION.sub(listed, inspect.cleandoc(docstring or "")).strip()
    told = re.sub(r"\n{3,}", "\n\n", told)
    told = re.sub(r"\n\nKeywords: .*?(?=\n\n|\Z)", "", told, flags=re.DOTALL)  # a table has them
    lines = told.splitlines()
    tree = [number for number, text in enumerate(lines) if text[:1] in _TREE and text]
    if tree:  # its root is the line above
        for number in range(tree[0] - 1, tree[-1] + 1):
            lines[number] = f"    {lines[number]}"
    runs = itertools.groupby(lines, lambda text: text.startswith("    "))
    return "\n".join(
        "\n".join(run) if indented else _escaped("\n".join(run)) for indented, run in runs
    )


def line(docstring: str | None) -> str:
    """Return the first paragraph of a docstring as one line."""
    first = inspect.cleandoc(docstring or "").partition("\n\n")[0]
    return _escaped(" ".join(first.split()))


def _escaped(text: str) -> str:
    parts = _SPAN.split(text)
    return "".join(part if part.startswith("`") else _SPECIAL.sub(r"\\\1", part) for part in parts)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table; columns that are empty in every row are left out."""
    names, cells = list(head), [list(row) for row in rows]
    kept = [n for n in range(len(names)) if any(row[n] for row in cells)]
    if not kept:
        return ""
    lines = [[names[n] for n in kept], ["---"] * len(kept), *([r[n] for n in kept] for r in cells)]
    return "\n".join("| " + " | ".join(map(_cell, row)) + " |" for row in lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", r"\|").split())


def directive(kind: str, signature: str, *body: str, **options: str) -> str:
    """Return a Sphinx directive with its body, which may contain directives."""
    inner = joined(*body)
    fences = [len(found[0]) for found in re.finditer(r"(?m)^:{3,}", inner)]
    fence = ":" * (max(fences, default=2) + 1)
    told = "".join(f":{name}: {value}".rstrip() + "\n" for name, value in options.items())
    return f"{fence}{{py:{kind}}} {signature}\n{told}\n{inner}\n{fence}\n"


def joined(*parts: str) -> str:
    """Join the parts that are not empty with an empty line between them."""
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"
