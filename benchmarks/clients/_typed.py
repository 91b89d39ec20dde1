"""The common part of the two handwritten typed clients, whose fields have the same names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, get_type_hints

from benchmarks.clients._fields import Relationships, wire_name
from benchmarks.clients.dicts import walk
from benchmarks.job import Everything, Job

__all__ = ["NAMES", "added", "attributes", "everything", "ids", "read"]

NAMES = tuple(get_type_hints(Relationships))

Load = Callable[[bytes], Sequence[Any]]


def read(item: Any) -> int:
    attributes = item.attributes
    total: int = (
        len(item.id)
        + len(attributes.name)
        + attributes.locked
        + attributes.auto_apply
        + len(attributes.working_directory or "")
        + len(attributes.var_files or ())
    )
    return total


async def attributes(job: Job, load: Load) -> int:
    return await added(walk(job, load))


async def added(pages: AsyncIterator[Sequence[Any]]) -> int:
    total = 0
    async for page in pages:
        for item in page:
            total += read(item)
    return total


async def ids(job: Job, load: Load) -> int:
    total = 0
    async for page in walk(job, load):
        for item in page:
            total += read(item)
            for name in NAMES:
                data = getattr(item.relationships, name).data
                if data is None:
                    continue
                if isinstance(data, list):
                    for ref in data:
                        total += len(ref.id)
                else:
                    total += len(data.id)
    return total


async def everything(job: Job, load: Load) -> Everything:
    return [
        (item.id, item.attributes, _linked(item)) async for page in walk(job, load) for item in page
    ]


def _linked(item: Any) -> dict[str, Any]:
    related = {name: getattr(item.relationships, name).data for name in NAMES}
    return {
        wire_name(name): [ref.id for ref in data] if isinstance(data, list) else data and data.id
        for name, data in related.items()
    }
