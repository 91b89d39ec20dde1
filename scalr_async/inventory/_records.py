"""Documents of an inventory in the form that reports count, in place of resources."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import attrs

from scalr_async._files import wrap_os_errors
from scalr_async.errors import InvalidArgumentError
from scalr_async.inventory._documents import Document
from scalr_async.inventory._reading import read_inventory
from scalr_async.inventory._report_page import KINDS
from scalr_async.inventory._statistics import Statistics

__all__ = ["count_files"]

_KINDS: Final = {kind.replace("_", "-"): kind for kind in KINDS}


@attrs.frozen
class _Link:
    """A link to one resource, with those of its fields that the files contain."""

    id: str
    resource: _Run | None = None


@attrs.frozen
class _Run:
    status: str


@attrs.frozen
class _Record:
    """The counted fields of a resource; None for missing ones."""

    id: str
    name: Any
    status: Any
    terraform_version: Any
    auto_apply: Any
    created_at: datetime | None
    updated_at: datetime | None
    environment: _Link | None
    agent_pool: _Link | None
    pool: _Link | None
    latest_run: _Link | None


def count_files(paths: Sequence[Path]) -> tuple[Statistics, str]:
    """Return the statistics of a crawl's files, as of the newest file, and the server's URL.

    The URL is empty unless everything came from one server. If several files contain a resource,
    the first counts. The states of runs need the runs, as a collection or by `include`. Kinds
    without any resource are recorded as not read.

    Raises `FileError`, and `InvalidArgumentError` for what is no inventory or has no resource.
    """
    with wrap_os_errors(", ".join(map(str, paths)), "cannot be read"):
        newest = max(path.stat().st_mtime for path in paths)
    statistics = Statistics(now=datetime.fromtimestamp(newest, UTC))
    origins: set[str] = set()
    runs: dict[str, str] = {}
    seen: set[tuple[str, str, str]] = set()
    is_empty = True
    for late in (False, True):  # workspaces refer to runs, which may come later
        for found in _documents(paths):
            type, id = found["type"], found["id"]
            is_empty = False
            origin = _text(_members(found.get("meta")).get("origin"))
            if (type == "workspaces") != late or (type, id, origin) in seen:
                continue
            origins.add(origin)
            if not late and type == "runs":
                runs[id] = sys.intern(_text(_members(found.get("attributes")).get("status")))
                continue
            if _members(found.get("meta")).get("included"):
                _take_name(statistics, type, found)
            elif type in _KINDS:
                seen.add((type, id, origin))
                statistics.take(_KINDS[type], _record(found, runs))
    if is_empty:
        raise InvalidArgumentError(f"{', '.join(map(str, paths))}: no resource in it")
    for kind in KINDS:
        if not statistics.totals[kind]:
            statistics.unread[kind] = "there are none in the files"
    return statistics, origins.pop() if len(origins) == 1 else ""


def _documents(paths: Sequence[Path]) -> Iterator[Document]:
    for path in paths:
        yield from read_inventory(path)


def _take_name(statistics: Statistics, type: str, found: Document) -> None:
    """Record the name of an included resource, which is not counted."""
    name = _members(found.get("attributes")).get("name")
    if type == "environments" and isinstance(name, str):
        statistics.environments.setdefault(found["id"], name)


def _record(found: Document, runs: dict[str, str]) -> _Record:
    attributes = _members(found.get("attributes"))
    links = _members(found.get("relationships"))
    run = _link(links.get("latest-run"))
    if run is not None and run.id in runs:
        run = _Link(run.id, _Run(runs[run.id]))
    return _Record(
        id=found["id"],
        name=attributes.get("name"),
        status=attributes.get("status"),
        terraform_version=attributes.get("terraform-version"),
        auto_apply=attributes.get("auto-apply"),
        created_at=_moment(attributes.get("created-at")),
        updated_at=_moment(attributes.get("updated-at")),
        environment=_link(links.get("environment")),
        agent_pool=_link(links.get("agent-pool")),
        pool=_link(links.get("pool")),
        latest_run=run,
    )


def _link(link: Any) -> _Link | None:
    id = _members(_members(link).get("data")).get("id")
    return _Link(id) if isinstance(id, str) else None


def _members(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
