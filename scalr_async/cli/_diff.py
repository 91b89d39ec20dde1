"""`diff`: compares two inventories."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from scalr_async._text import printable
from scalr_async.cli._run import Exit
from scalr_async.cli._streams import STANDARD, opened, presenter
from scalr_async.inventory._diff import Change, Comparison, compare
from scalr_async.inventory._diff_page import diff_page, shown_values
from scalr_async.inventory._reading import mode_within
from scalr_async.inventory._text import json_line

__all__ = ["diff"]

_MARKS: Final = {"created": "+", "changed": "~", "deleted": "-"}
_VALUE: Final = 120
"""The most characters of a value that are shown."""


async def diff(arguments: argparse.Namespace) -> int:
    """Show what was created, changed and deleted."""
    counts: Counter[str] = Counter()
    paths = Path(arguments.old), Path(arguments.new)
    with (
        compare(*paths, ignore=arguments.ignore, types=arguments.types) as comparison,
        opened(arguments.output, mode=mode_within(paths)) as file,
    ):
        changes = _counted(comparison, counts)
        if arguments.format == "html":
            left_out = {**comparison.left_out_types, **comparison.left_out_fields}
            title = f"{arguments.old} to {arguments.new}"
            page = diff_page("Changes", title, changes, left_out)
            file.write(page.encode(errors="replace"))
        else:
            write = _json if arguments.format == "json" else _text
            for change in changes:
                file.write("".join(write(change)).encode(errors="replace"))
    show = presenter(sys.stderr)
    for name, which in comparison.left_out_types.items():
        show.say(
            f"{name}: none in the {which} file, which does not say whether they were crawled: "
            f"not compared; --types {name} compares them"
        )
    for name, which in comparison.left_out_fields.items():
        show.say(f"{name} is not in the {which} file: not compared")
    where = f"; wrote {arguments.output}" if arguments.output not in (None, STANDARD) else ""
    show.say(", ".join(f"{counts[kind]:,} {kind}" for kind in _MARKS) + where)
    differ = counts or comparison.left_out_types
    return Exit.SOME_FAILED if differ and arguments.exit_code else Exit.OK


def _counted(comparison: Comparison, counts: Counter[str]) -> Iterator[Change]:
    for change in comparison.changes():
        counts[change.kind] += 1
        yield change


def _text(change: Change) -> Iterator[str]:
    name = f" {printable(change.name, _VALUE)}" if change.name else ""
    yield f"{_MARKS[change.kind]} {printable(change.type)} {printable(change.id)}{name}\n"
    for field, (old, new) in change.fields.items():
        values = " -> ".join(printable(value, _VALUE) for value in shown_values(old, new))
        yield f"    {printable(field)}: {values}\n"


def _json(change: Change) -> Iterator[str]:
    fields = {name: {"old": old, "new": new} for name, (old, new) in change.fields.items()}
    yield json_line(
        {
            "change": change.kind,
            "type": change.type,
            "id": change.id,
            "name": change.name,
            "fields": fields,
        }
    )
