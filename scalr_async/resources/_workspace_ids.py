"""Workspaces as arguments of calls that take several: ids, references or resources."""

from __future__ import annotations

from collections.abc import (
    AsyncIterable,
    Iterable,
    Mapping,
    MappingView,
    Sequence,
)
from collections.abc import Set as AbstractSet
from typing import TypeAlias, TypeVar

from scalr_async._tasks import close_iterator, finish
from scalr_async._text import shown
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi import NOT_A_LIST, Identity, identify
from scalr_async.resources import _generated as api
from scalr_async.resources._generated.agent_pools import AgentPool

__all__ = [
    "P",
    "W",
    "WorkspaceId",
    "WorkspaceIds",
    "check_pairs",
    "check_workspaces",
    "id_of",
    "ids_of",
    "read_all",
]

# Quoted, because the module of workspaces is not imported before the first link.
WorkspaceId: TypeAlias = "Identity[api.Workspace]"
WorkspaceIds: TypeAlias = Iterable[WorkspaceId] | AsyncIterable[WorkspaceId]

P = TypeVar("P", bound=Identity[AgentPool])
W = TypeVar("W", bound="WorkspaceId")


def id_of(workspace: WorkspaceId) -> str:
    """Return the id of a workspace; refuse any other argument."""
    return identify(workspace, "workspaces")


def check_workspaces(
    workspaces: Iterable[W] | AsyncIterable[W],
) -> Iterable[W] | AsyncIterable[W]:
    """Return several workspaces: a collection as a list, any other iterable unchanged.

    Raises `InvalidArgumentError` for anything else.
    """
    several = isinstance(workspaces, Iterable | AsyncIterable)
    if isinstance(workspaces, NOT_A_LIST) or not several:
        raise InvalidArgumentError(f"{shown(workspaces)}: not a list of workspaces")
    if isinstance(workspaces, Sequence | AbstractSet | MappingView):
        return list(workspaces)
    return workspaces


def ids_of(workspaces: WorkspaceIds) -> list[str] | None:
    """Return the ids in a list, None for an iterator; raises the errors of `id_of`."""
    return [*map(id_of, workspaces)] if isinstance(workspaces, list) else None


async def read_all(workspaces: Iterable[W] | AsyncIterable[W]) -> list[W]:
    """Read all workspaces of any input; an iterator opened here is closed."""
    if not isinstance(workspaces, AsyncIterable):
        return list(workspaces)
    stream = aiter(workspaces)
    try:
        return [workspace async for workspace in stream]
    finally:
        if stream is not workspaces:
            await finish(close_iterator(stream))


def check_pairs(assignments: Mapping[P, Iterable[W]]) -> list[tuple[str, W]]:
    """Return each workspace with the id of its pool, in order; refuse two pools for a workspace."""
    if not isinstance(assignments, Mapping):
        raise InvalidArgumentError(f"{shown(assignments)}: not a mapping of pools to workspaces")
    pairs: list[tuple[str, W]] = []
    pools: dict[str, str] = {}
    for agent_pool, workspaces in assignments.items():
        pool = identify(agent_pool, "agent-pools")
        several = check_workspaces(workspaces)
        if isinstance(several, AsyncIterable):
            raise InvalidArgumentError(f"{shown(workspaces)}: read it first: await pager.collect()")
        for workspace in several:
            name = id_of(workspace)
            if pools.setdefault(name, pool) != pool:
                raise InvalidArgumentError(f"{name!r}: given to {pools[name]} and to {pool}")
            pairs.append((pool, workspace))
    return pairs
