"""Workspaces that are named in a file: ids and names, a line each, or what `crawl` writes."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from scalr_async._wire import printable
from scalr_async.errors import InvalidArgumentError

__all__ = ["workspaces_in"]

_LINE: Final = re.compile(r"\r\n|\r|\n")
"""The ends of lines; `str.splitlines` also ends them where JSON does not, as at U+2028."""


def workspaces_in(text: str, where: str) -> list[str]:
    """Return the ids and names in a text; `where` is what an error calls it.

    Lines of NDJSON, and CSV with the columns `type` and `id`, must be workspaces. The CSV may be
    as a spreadsheet saved it: with semicolons or tabs, and every cell in quotes.
    """
    lines = _LINE.split(text)
    first = next((line for line in lines if line.strip()), "")
    if (delimiter := _delimiter(first)) is not None:
        return [_checked(row, where) for row in _rows(text.lstrip(), delimiter, where)]
    return list(_of_lines(lines, where))


def _delimiter(line: str) -> str | None:
    """Return what separates the names of columns in a line, None if it is no head of CSV."""
    for delimiter in ",;\t":
        with contextlib.suppress(csv.Error):
            if {"type", "id"} <= set(next(csv.reader([line], delimiter=delimiter), ())):
                return delimiter
    return None


def _rows(text: str, delimiter: str, where: str) -> Iterator[dict[Any, Any]]:
    try:
        yield from csv.DictReader(io.StringIO(text, newline=None), delimiter=delimiter)
    except csv.Error as error:
        raise InvalidArgumentError(f"{where}: {error}") from None


def _of_lines(lines: list[str], where: str) -> Iterator[str]:
    for line in map(str.strip, lines):
        if line.startswith("{"):
            yield _checked(_object(line, where), where)
        elif line:
            yield line


def _object(line: str, where: str) -> Any:
    try:
        return json.loads(line)
    except RecursionError:
        problem = "nested too deeply"
    except ValueError as error:
        problem = str(error)
    raise InvalidArgumentError(f"{where}: {problem}")


def _checked(resource: dict[Any, Any], where: str) -> str:
    id = resource.get("id")
    if resource.get("type") != "workspaces" or not isinstance(id, str) or not id:
        shown = printable(json.dumps(resource, default=str), 80)
        raise InvalidArgumentError(f"{where}: not a workspace: {shown}")
    return id
