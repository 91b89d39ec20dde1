"""The fenced blocks of a Markdown page, and how its Python blocks are run.

Blocks of one page share their names, as if they were typed one after the other into
`python -m asyncio`. A `text` block right behind a Python block is what that one prints; `...` in
it stands for anything. A block that begins with a comment like `# tests/conftest.py` is that file.
"""

from __future__ import annotations

import ast
import doctest
import inspect
import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import attrs

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = sorted(
    [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "how-to").glob("*.md")]
)

_FENCE: Final = re.compile(
    r"^```(?P<language>\S*)[^\n]*\n(?P<text>.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL
)
_FILE: Final = re.compile(r"# (?P<path>[\w./]+\.(?:py|toml))\n")
_SPAN: Final = re.compile(r"`([^`\n]+)`")
_LINK: Final = re.compile(r"\]\((?P<target>[^)\s]+)\)")


def name_of(page: Path) -> str:
    """Return how a page is called in the list of tests."""
    return page.relative_to(ROOT).as_posix()


@attrs.frozen(kw_only=True)
class Block:
    """One fenced block; `line` is that of its first line in the page."""

    page: Path
    language: str
    text: str
    line: int

    @property
    def file(self) -> str | None:
        """The path of the file that this block is, None for all others."""
        found = _FILE.match(self.text)
        return found["path"] if found else None

    async def run(self, names: dict[str, Any]) -> None:
        """Run it among the names of its page; tracebacks point into the page."""
        code = compile(
            "\n" * (self.line - 1) + self.text,
            str(self.page),
            "exec",
            flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
            dont_inherit=True,
        )
        value = eval(code, names)
        if code.co_flags & inspect.CO_COROUTINE:
            await value


@attrs.frozen(kw_only=True)
class Example:
    """A Python block, and what it prints if the page says so."""

    block: Block
    printed: str | None

    def agrees_with(self, output: str) -> bool:
        """Whether the output is what the page shows."""
        checker = doctest.OutputChecker()
        return self.printed is None or checker.check_output(
            self.printed, output, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        )


def blocks(page: Path) -> list[Block]:
    """Return every fenced block of a page, in order."""
    source = page.read_text(encoding="utf-8")
    return [
        Block(
            page=page,
            language=fence["language"],
            text=fence["text"],
            line=source.count("\n", 0, fence.start("text")) + 1,
        )
        for fence in _FENCE.finditer(source)
    ]


def examples(page: Path) -> Iterator[Example]:
    """Yield the Python blocks of a page that are no files."""
    found = blocks(page)
    lines = page.read_text(encoding="utf-8").splitlines()
    for block, following in zip_longest(found, found[1:]):
        if block.language != "python" or block.file is not None:
            continue
        printed = None
        if following is not None and following.language == "text":
            between = lines[block.line + block.text.count("\n") : following.line - 2]
            printed = following.text if not any(between) else None
        yield Example(block=block, printed=printed)


def files(page: Path) -> dict[str, str]:
    """Return the files that a page shows, by their path; a block in two parts is one file."""
    found: dict[str, str] = {}
    for block in blocks(page):
        if block.file is not None:
            found[block.file] = found.get(block.file, "") + block.text
    return found


def links(page: Path) -> list[str]:
    """Return the links of a page that stay in this repository."""
    prose = _FENCE.sub("", page.read_text(encoding="utf-8"))
    targets = (found["target"] for found in _LINK.finditer(prose))
    return [target for target in targets if "://" not in target]


def spans(page: Path) -> list[str]:
    """Return the code in the prose of a page."""
    return _SPAN.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))


def anchors(page: Path) -> set[str]:
    """Return what the headings of a page are called in links."""
    prose = _FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"(?m)^#+ (.*)$", prose)
    return {re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-") for text in headings}


def commands(page: Path) -> list[str]:
    """Return the lines of shell blocks, as they would be typed."""
    return [
        line.strip()
        for block in blocks(page)
        if block.language == "sh"
        for line in block.text.replace("\\\n", " ").splitlines()
        if line.strip() and not line.startswith("#")
    ]
