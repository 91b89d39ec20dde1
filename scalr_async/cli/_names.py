"""Resolution of words on the command line: ids and names, given as arguments or in a file."""

from __future__ import annotations

import csv
import difflib
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import attrs

from scalr_async._text import printable
from scalr_async.client import ScalrClient
from scalr_async.errors import InvalidArgumentError, NotFoundError
from scalr_async.inventory._csv import read_rows

__all__ = ["ENVIRONMENT", "POOL", "TAG", "Kind", "find", "find_workspaces", "workspaces_in"]


_WORKSPACES: Final = "workspaces"
"""The type of the resources to find in a file."""
_PAGE: Final = 100
_SEEN: Final = 300
"""The most names that are searched for one similar to an unknown name."""
_SHOWN: Final = 5
_LIKE_AN_ID: Final = re.compile(r"ws-[0-9A-Za-z]+")
_HEADER: Final = 100_000
"""Characters of a line that may be a header; a cell may be larger, but no name of a column is."""
_QUERY: Final = 6_000
"""Bytes of names in a query; servers accept about 8 000 for the whole request line."""


@attrs.frozen
class Kind:
    """A kind of resource with a name: its noun, its collection, and the prefix of its ids."""

    noun: str
    collection: str
    prefix: str


POOL: Final = Kind("agent pool", "agent_pools", "apool")
ENVIRONMENT: Final = Kind("environment", "environments", "env")
TAG: Final = Kind("tag", "tags", "tag")


async def find(scalr: ScalrClient, kind: Kind, text: str) -> Any:
    """Return the resource with an id or a name.

    Raises `InvalidArgumentError`, with candidates, if none or several have it.
    """
    collection = getattr(scalr, kind.collection)
    if text.startswith(f"{kind.prefix}-"):
        try:
            return await collection.get(text)
        except (NotFoundError, InvalidArgumentError):
            pass  # a name may look like an id
    found = await _named(collection, [text])
    if len(found) == 1:
        return found[0]
    if found:
        raise _ambiguous(text, [(item.id, item.name) for item in found])
    raise _unknown(text, kind.noun, await _near(collection.list(), text))


async def find_workspaces(scalr: ScalrClient, texts: Iterable[str]) -> list[Any]:
    """Return the workspaces with these ids, names and `environment/name`, in this order, each once.

    A word that looks like an id and is unknown is returned unchanged: the later request for it
    fails like that of any other workspace. Raises `InvalidArgumentError`, with candidates, for any
    other word that is unknown or ambiguous.
    """
    words = list(dict.fromkeys(texts))
    known = {item.id: item for item in await _by_id(scalr, words)}
    named = await _by_name(scalr, [word for word in words if word not in known])
    found = [known.get(word) or named.get(word, word) for word in words]
    return list({getattr(item, "id", item): item for item in found}.values())


async def _by_id(scalr: ScalrClient, words: Sequence[str]) -> list[Any]:
    ids = [word for word in words if _LIKE_AN_ID.fullmatch(word)]
    found = []
    for some in _batches(ids):
        found += await scalr.workspaces.list(workspace=some, page_size=_PAGE).collect()
    return found


async def _by_name(scalr: ScalrClient, words: Sequence[str]) -> dict[str, Any]:
    homes: dict[str, str] = {}
    named: dict[str, Any] = {}
    for environment in {word.rpartition("/")[0] for word in words if "/" in word}:
        homes[environment] = (await find(scalr, ENVIRONMENT, environment)).id
    found = await _named(scalr.workspaces, {word.rpartition("/")[2] for word in words})
    for word in words:
        environment, _, name = word.rpartition("/")
        home = homes.get(environment)
        those = [
            item
            for item in found
            if item.name == name
            and (home is None or (item.environment and item.environment.id == home))
        ]
        if len(those) > 1:
            raise _ambiguous(word, [(item.id, item.name) for item in those])
        if those:
            named[word] = those[0]
        elif not word.startswith("ws-"):
            raise _unknown(word, "workspace", await _near(scalr.workspaces.list(), name))
    return named


async def _named(collection: Any, names: Iterable[str]) -> list[Any]:
    """Return the resources that have exactly one of these names.

    For names that a filter cannot hold (`null`, names with a comma, very long ones) it reads the
    whole list.
    """
    found: list[Any] = []
    for some in _batches(filter(None, names)):
        try:
            pager = collection.list(page_size=_PAGE, **({} if _fills(some) else {"name": some}))
        except InvalidArgumentError:
            pager = collection.list(page_size=_PAGE)
        found += [item async for item in pager if item.name in some]
    return found


async def _near(pager: Any, text: str) -> str:
    """Return the closest names, or else the first ones, as the end of an error message."""
    names: dict[str, str] = {}
    async for item in pager:
        names.setdefault(str(item.name), item.id)
        if len(names) == _SEEN:
            break
    folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(text.casefold(), folded, n=_SHOWN, cutoff=0.5)
    close += [name for name in folded if text.casefold() in name and name not in close]
    shown = [folded[name] for name in close][:_SHOWN]
    lead = "closest are" if shown else "there are"
    shown = shown or sorted(names)[:_SHOWN]
    if not shown:
        return "; there are none"
    return f"; {lead} " + ", ".join(f"{printable(name, 80)} ({names[name]})" for name in shown)


def _fills(words: Sequence[str]) -> bool:
    """Return whether words are too long for a query; percent-encoding turns a byte into three."""
    return sum(3 * len(word.encode(errors="replace")) for word in words) > _QUERY


def _batches(words: Iterable[str]) -> Iterator[list[str]]:
    """Yield lists of as many words as fit one request; each has one word at least."""
    some: list[str] = []
    for word in words:
        if some and (len(some) == _PAGE or _fills([*some, word])):
            yield some
            some = []
        some.append(word)
    if some:
        yield some


def _unknown(text: str, noun: str, near: str) -> InvalidArgumentError:
    article = "an" if noun[0] in "aeiou" else "a"
    return InvalidArgumentError(
        f"{printable(text, 80)!r} is neither id nor name of {article} {noun}{near}"
    )


def _ambiguous(text: str, found: Sequence[tuple[str, str]]) -> InvalidArgumentError:
    among = ", ".join(id for id, _ in found[: _SHOWN * 4])
    return InvalidArgumentError(f"{printable(text)!r} is the name of several, give an id: {among}")


_LINE: Final = re.compile(r"\r\n|\r|\n")
"""Line ends. `str.splitlines` would also split at characters that JSON allows, as U+2028."""


def workspaces_in(text: str, where: str) -> list[str]:
    """Return the ids and names in a text; errors call the text `where`.

    Lines of NDJSON, and rows of CSV with the column `id`, must be workspaces, or resources that a
    crawl included with them. The CSV may have a spreadsheet's form: semicolons or tabs, and every
    cell in quotes.
    """
    lines = _LINE.split(text)
    first = next((line for line in lines if line.strip()), "")
    delimiter = _delimiter(first)
    if delimiter is None:
        return list(_of_lines(lines, where))
    file = io.StringIO(text.lstrip(), newline=None)
    rows = [row for _, row in read_rows(file, where, ("id",), delimiter=delimiter)]
    if "type" not in _cells(first, delimiter):
        rows = [{"type": _WORKSPACES if _is_id(row["id"]) else None, **row} for row in rows]
    return [_checked(row, where) for row in rows if row.get("included") != "true"]


def _delimiter(line: str) -> str | None:
    """Return the delimiter of a CSV header line, None if the line is no such header."""
    for delimiter in ",;\t":
        cells = _cells(line, delimiter)
        if "id" in cells:
            return delimiter
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line[:_HEADER]], delimiter=delimiter), [])


def _is_id(text: Any) -> bool:
    return isinstance(text, str) and _LIKE_AN_ID.fullmatch(text) is not None


def _of_lines(lines: list[str], where: str) -> Iterator[str]:
    for line in map(str.strip, lines):
        if line.startswith("{"):
            resource = _object(line, where)
            if not _is_included(resource):
                yield _checked(resource, where)
        elif line:
            yield line


def _is_included(resource: Any) -> bool:
    meta = resource.get("meta")
    return isinstance(meta, dict) and meta.get("included") is True


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
    if resource.get("type") != _WORKSPACES or not isinstance(id, str) or not id:
        shown = printable(json.dumps(resource, default=str), 80)
        raise InvalidArgumentError(f"{where}: not a workspace: {shown}")
    return id
