"""jsonapi-client, for any JSON:API, in its asyncio mode."""

from __future__ import annotations

from typing import Any

from jsonapi_client import Modifier, Session

from benchmarks.clients.dicts import linked
from benchmarks.documents import workspace
from benchmarks.job import PAGE_SIZE, Everything, Job

_EVERY = f"page[size]={PAGE_SIZE}"
_NAMES = list(workspace(0)["relationships"])


async def attributes(job: Job) -> int:
    total = 0
    async with Session(f"{job.url}/api/iacp/v3", enable_async=True) as session:
        async for item in session.iterate("workspaces", Modifier(_EVERY)):
            total += (
                len(item.id)
                + len(item.name)
                + item.locked
                + item.auto_apply
                + len(item.working_directory or "")
                + len(item.var_files or ())
            )
    return total


async def everything(job: Job) -> Everything:
    async with Session(f"{job.url}/api/iacp/v3", enable_async=True) as session:
        return [
            (item.id, item.attributes, _linked(item))
            async for item in session.iterate("workspaces", Modifier(_EVERY))
        ]


def _linked(item: Any) -> dict[str, Any]:
    links = {
        name: {"data": item.relationships[name].as_json_resource_identifiers} for name in _NAMES
    }
    return linked({"relationships": links})
