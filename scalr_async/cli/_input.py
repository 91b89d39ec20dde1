"""Workspaces that are named in a file: ids and names, a line each, or what `crawl` writes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from scalr_async._wire import printable
from scalr_async.errors import InvalidArgumentError

__all__ = ["workspaces_in"]


def workspaces_in(text: str, where: str) -> list[str]:
    """Return the ids and names in a text; `where` is what an error calls it.

    Lines of NDJSON, and CSV with the columns `type` and `id`, must be workspaces.
    """
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    if {"type", "id"} <= set(first.split(",")):
        return [_checked(row, where) for row in csv.DictReader(io.StringIO(text))]
    return list(_of_lines(lines, where))


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
