"""This library, as a program would use it."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, Final

import attrs

from benchmarks.documents import POOL, name_of, prepared, workspace
from benchmarks.job import PAGE_SIZE, Everything, Job
from scalr_async import ScalrClient
from scalr_async.jsonapi import codec_for
from scalr_async.resources import Workspace

RELATIONSHIPS: Final = {wire: wire.replace("-", "_") for wire in workspace(0)["relationships"]}

_links = attrgetter(*RELATIONSHIPS.values())


def _read(workspace: Workspace) -> int:
    return (
        len(workspace.id)
        + len(workspace.name)
        + workspace.locked
        + workspace.auto_apply
        + len(workspace.working_directory or "")
        + len(workspace.var_files or ())
    )


async def attributes(job: Job) -> int:
    total = 0
    async with ScalrClient(job.url, "token") as scalr:
        async for workspace in scalr.workspaces.list(page_size=PAGE_SIZE, prefetch=job.in_flight):
            total += _read(workspace)
    return total


async def unhurried(job: Job) -> int:
    """Do `attributes` without reading ahead: one page in memory at a time."""
    return await attributes(attrs.evolve(job, in_flight=0))


def decoded(job: Job) -> int:
    """Do `attributes` from memory: no network, no pager."""
    read_page = codec_for(Workspace).read_page
    total = 0
    for body in prepared(job.total):
        for item in read_page(body).items:
            total += _read(item)
    return total


async def ids(job: Job) -> int:
    total = 0
    async with ScalrClient(job.url, "token") as scalr:
        async for workspace in scalr.workspaces.list(page_size=PAGE_SIZE, prefetch=job.in_flight):
            total += _read(workspace)
            for link in _links(workspace):
                if link is None:
                    continue
                if isinstance(link, tuple):
                    for ref in link:
                        total += len(ref.id)
                else:
                    total += len(link.id)
    return total


async def related(job: Job) -> int:
    total = 0
    async with ScalrClient(job.url, "token") as scalr:
        async for workspace in scalr.workspaces.list(
            page_size=PAGE_SIZE,
            prefetch=job.in_flight,
            include=["environment", "agent_pool", "tags", "created_by"],
        ):
            total += _read(workspace)
            links: Any = workspace  # here all links have their resources
            total += len(links.environment.resource.name)
            total += len(links.agent_pool.resource.name)
            total += len(links.created_by.resource.email)
            for tag in links.tags:
                total += len(tag.resource.name)
    return total


async def gets(job: Job) -> int:
    total = 0
    async with ScalrClient(job.url, "token") as scalr:
        for number in range(job.total):
            total += _read(await scalr.workspaces.get(name_of(number)))
    return total


async def links(job: Job) -> int:
    async with ScalrClient(job.url, "token") as scalr:
        names = [name_of(number) for number in range(job.total)]
        result = await scalr.agent_pools.link_workspaces(POOL, names, concurrency=job.in_flight)
    return len(result.succeeded)


async def links_streamed(job: Job) -> int:
    """Do `links` without keeping answers."""
    async with ScalrClient(job.url, "token") as scalr:
        names = [name_of(number) for number in range(job.total)]
        outcomes = scalr.agent_pools.link_workspaces_iter(POOL, names, concurrency=job.in_flight)
        return sum([outcome.ok async for outcome in outcomes])


async def everything(job: Job) -> Everything:
    found = []
    async with ScalrClient(job.url, "token") as scalr:
        async for workspace in scalr.workspaces.list(page_size=PAGE_SIZE, prefetch=job.in_flight):
            related = {wire: getattr(workspace, name) for wire, name in RELATIONSHIPS.items()}
            linked = {
                wire: [ref.id for ref in link] if isinstance(link, tuple) else link and link.id
                for wire, link in related.items()
            }
            found.append((workspace.id, workspace, linked))
    return found
