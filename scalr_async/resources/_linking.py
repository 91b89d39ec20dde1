"""How workspaces and an agent pool are linked: one workspace at a time, or by the pool's list."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
)
from typing import TYPE_CHECKING, Final, TypeAlias

from scalr_async.errors import InvalidArgumentError, ScalrError, VerificationError
from scalr_async.jsonapi.model import Identity, identify
from scalr_async.jsonapi.operation import Operation
from scalr_async.resources import _base
from scalr_async.resources._generated.agent_pools import AgentPool

if TYPE_CHECKING:
    from scalr_async.resources._generated.workspaces import Workspace

__all__ = [
    "Distinct",
    "Link",
    "Links",
    "Merge",
    "PoolList",
    "WorkspaceLinks",
    "distinct",
]

# Quoted: workspaces are not imported before one is linked.
Link: TypeAlias = "Identity[Workspace]"
Links: TypeAlias = Iterable[Link] | AsyncIterable[Link]

_GET: Final[Operation[Workspace]] = Operation(
    "GET", "/workspaces/{workspace}", ids=("workspaces",), result="workspaces"
)
_SET_POOL: Final[Operation[Workspace]] = Operation(
    "PATCH", "/workspaces/{workspace}", ids=("workspaces",), result="workspaces", idempotent=True
)
"""One relationship is set to one value: the same however often it is sent."""

_TRIES: Final = 3
"""How often a pool's list is read, merged and written before its answer is reported as wrong."""


class WorkspaceLinks(_base.Collection["Workspace"]):
    """Links by a workspace's own relationship, which touches nothing else."""

    async def link(self, workspace: Link, pool: str) -> Workspace:
        """Set the pool of a workspace."""
        return await self._set_pool(workspace, pool)

    async def unlink(self, workspace: Link, pool: str) -> Workspace:
        """Take a workspace from a pool; one that is not on this pool is left alone."""
        found = await self._get(_GET, (workspace,))
        return await self._set_pool(found, None) if self._pool_of(found) == pool else found

    async def _set_pool(self, workspace: Link, pool: str | None) -> Workspace:
        answer = await self._update(_SET_POOL, (workspace,), {"agent_pool": pool})
        if (now := self._pool_of(answer)) != pool:
            raise VerificationError(
                f"the agent pool was set to {pool}, and the answer says {now}",
                method=_SET_POOL.method,
                path=f"/workspaces/{answer.id}",
                attempts=1,
                outcome="unknown",
            )
        return answer

    def _pool_of(self, workspace: Workspace) -> str | None:
        return self._codec(_SET_POOL).linked_id(workspace, "agent_pool")


class PoolList:
    """Links by the pool's list of workspaces: read it, merge, write all of it, look again."""

    def __init__(
        self,
        read: Callable[[], Awaitable[AgentPool]],
        write: Callable[[Collection[str]], Awaitable[AgentPool]],
    ) -> None:
        self._read = read
        self._write = write

    async def change(self, wanted: Collection[str], *, linked: bool) -> dict[str, ScalrError]:
        """Link or unlink all of `wanted`; returns what went wrong, by workspace.

        The list that is read back decides: what others overwrote meanwhile is merged again,
        `_TRIES` times in all.
        """
        pool = await self._read()
        for _ in range(_TRIES):
            have = {ref.id for ref in pool.workspaces}
            left = [name for name in wanted if (name in have) is not linked]
            if not left:
                return {}
            merged = have.union(left) if linked else have.difference(left)
            await self._write(sorted(merged))
            pool = await self._read()
        have = {ref.id for ref in pool.workspaces}
        return {
            name: _not_as_asked(pool, name, linked=linked)
            for name in wanted
            if (name in have) is not linked
        }

    async def replace(self, wanted: Collection[str]) -> AgentPool:
        """Make the list exactly `wanted`, in one PATCH whose answer is checked.

        Scalr documents the PATCH as linking and unlinking in bulk; should a server only add, the
        answer shows it, and nothing is lost in silence.
        """
        pool = await self._write(wanted)
        have = {ref.id for ref in pool.workspaces}
        if have != set(wanted):
            more, fewer = sorted(have.difference(wanted)), sorted(set(wanted) - have)
            raise VerificationError(
                f"the pool's workspaces are not what was asked: {len(more)} more "
                f"{more[:3]}, {len(fewer)} fewer {fewer[:3]}",
                method="PATCH",
                path=f"/agent-pools/{pool.id}",
                attempts=1,
                outcome="applied",
            )
        return pool


def _not_as_asked(pool: AgentPool, workspace: str, *, linked: bool) -> VerificationError:
    return VerificationError(
        f"{workspace} is {'not' if linked else 'still'} on the pool after {_TRIES} writes",
        method="PATCH",
        path=f"/agent-pools/{pool.id}",
        attempts=_TRIES,
        outcome="applied",
    )


def _checked(workspaces: Links) -> Links:
    """Refuse a collection with anything in it that cannot be a workspace, before anything is sent.

    What comes out of a generator or a pager is checked when it comes: a failed outcome.
    """
    if isinstance(workspaces, str | bytes) or not isinstance(workspaces, Iterable | AsyncIterable):
        raise InvalidArgumentError(f"{workspaces!r}: not a list of workspaces")
    if isinstance(workspaces, Collection):
        for workspace in workspaces:
            identify(workspace, "workspaces")
    return workspaces


def distinct(workspaces: Links) -> Links:
    """Return workspaces that come once each: a list of a collection, whose length is known."""
    if isinstance(workspaces, Collection) and not isinstance(workspaces, str | bytes):
        first: dict[str, Link] = {}
        for link in workspaces:
            first.setdefault(identify(link, "workspaces"), link)
        return [*first.values()]
    return Distinct(workspaces)


class Distinct(AsyncIterable[Link]):
    """Workspaces, each of them once: the first time it comes."""

    def __init__(self, workspaces: Links) -> None:
        self._workspaces = _checked(workspaces)

    async def __aiter__(self) -> AsyncGenerator[Link]:
        """Read them; what was opened for it is closed with it."""
        seen = set()
        stream = _stream(self._workspaces)
        try:
            async for link in stream:
                name = link if isinstance(link, str) else link.id
                if name not in seen:
                    seen.add(name)
                    yield link
        finally:
            close = getattr(stream, "aclose", None)
            if close is not None and stream is not self._workspaces:
                await close()


class Merge(AsyncIterable[Link]):
    """One change of a pool's list, for which the calls of all its workspaces wait.

    Iterating reads all workspaces and starts the change; it is gone when the iteration is closed.
    """

    def __init__(self, pool: PoolList, workspaces: Links, *, linked: bool) -> None:
        self._pool = pool
        self._workspaces = Distinct(workspaces)
        self._linked = linked
        self._change: asyncio.Task[dict[str, ScalrError]]

    async def __aiter__(self) -> AsyncGenerator[Link]:
        """Start the change, and yield what it is about."""
        links = [link async for link in self._workspaces]
        names = [identify(link, "workspaces") for link in links]
        self._change = asyncio.create_task(self._pool.change(names, linked=self._linked))
        try:
            for link in links:
                yield link
            await asyncio.wait({self._change})
        finally:
            self._change.cancel()
            await asyncio.wait({self._change})

    async def __call__(self, link: Link) -> None:
        """Wait for the change; raise what it meant for this workspace."""
        try:
            failures = await asyncio.shield(self._change)
        except ScalrError as error:
            raise copy.copy(error) from None  # each workspace has an error, and notes, of its own
        if (failed := failures.get(identify(link, "workspaces"))) is not None:
            raise failed


def _stream(items: Links) -> AsyncIterator[Link]:
    return aiter(items) if isinstance(items, AsyncIterable) else _each(items)


async def _each(items: Iterable[Link]) -> AsyncGenerator[Link]:
    for item in items:
        yield item
