"""Counting beforehand what it takes to link workspaces."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, Literal, Self, cast

import attrs

from scalr_async._estimate import Estimate
from scalr_async._text import shown
from scalr_async._values import UNSET
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi import Identity, Ref, identify
from scalr_async.pagination import Pager
from scalr_async.resources._generated.agent_pools import AgentPool
from scalr_async.resources._pages import Context
from scalr_async.resources._workspace_ids import (
    WorkspaceId,
    check_pairs,
    check_workspaces,
    id_of,
)
from scalr_async.telemetry import SlowBulkEvent

__all__ = ["BATCH", "MIN_BATCH", "SLOW", "PoolEstimates", "Via", "readings"]

Via = Literal["workspace", "pool"]

BATCH: Final = 100
"""The most workspaces that one request reads before they are unlinked."""
MIN_BATCH: Final = 4
"""Fewer are read one by one."""
SLOW: Final = 60.0
"""Seconds that a bulk call may take before a faster way is suggested."""
_HINT: Final = 'via="pool" takes 3 requests, if nobody else is at work on the pool'


class PoolEstimates:
    """The calls of `scalr.agent_pools.estimate`: what those of the same name would ask.

    A `Pager` is counted with one request; nothing else is sent. An iterator is refused: counting
    would use it up.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    async def link_workspaces(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: Collection[WorkspaceId] | Pager[Any],
        *,
        via: Via = "workspace",
    ) -> Estimate:
        """Count the requests that link workspaces, the pages of a `Pager` included.

        `via="pool"` takes 3; 1 if all of them are resources whose `agent_pool` is this one already.
        Raises `InvalidArgumentError`.
        """
        return await self._estimate(agent_pool, workspaces, via, linked=True)

    async def unlink_workspaces(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: Collection[WorkspaceId] | Pager[Any],
        *,
        via: Via = "workspace",
    ) -> Estimate:
        """Count the requests that take workspaces from a pool.

        A workspace that is given as a resource is taken to be where its `agent_pool` says; of all
        others it is assumed that they are on this pool. Raises `InvalidArgumentError`.
        """
        return await self._estimate(agent_pool, workspaces, via, linked=False)

    async def replace_workspaces(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: Collection[WorkspaceId] | Pager[Any],
    ) -> Estimate:
        """Count the requests that make these the workspaces of a pool.

        An answer that does not list them costs one more. Raises `InvalidArgumentError`.
        """
        given = await _Given.of(workspaces, identify(agent_pool, "agent-pools"))
        return self._estimated(given.names, given.pages + 1)

    async def assign_workspaces(
        self, assignments: Mapping[Identity[AgentPool], Iterable[WorkspaceId]]
    ) -> Estimate:
        """Count the requests that link workspaces to several pools.

        Raises `InvalidArgumentError`.
        """
        given: Any = assignments
        for workspaces in given.values() if isinstance(given, Mapping) else ():
            _check_countable(workspaces)
        names = len({id_of(workspace) for _, workspace in check_pairs(assignments)})
        return self._estimated(names, names)

    def suggest(self, pool: str, workspaces: int, *, linked: bool) -> None:
        """Tell of a faster way if so many workspaces take long at the known limit, one by one."""
        requests = workspaces if linked else workspaces + readings(workspaces)
        seconds = self._context.time_for(requests)
        if seconds is not None and seconds > SLOW and self._context.telemetry.wants(SlowBulkEvent):
            self._context.telemetry.emit(
                SlowBulkEvent(
                    path=f"/agent-pools/{pool}", requests=requests, seconds=seconds, hint=_HINT
                )
            )

    async def _estimate(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: Collection[WorkspaceId] | Pager[Any],
        via: Via,
        *,
        linked: bool,
    ) -> Estimate:
        pool = identify(agent_pool, "agent-pools")
        if via not in ("workspace", "pool"):
            raise InvalidArgumentError(f"via={shown(via)}: must be 'workspace' or 'pool'")
        given = await _Given.of(workspaces, pool)
        to_change = given.names - (given.on_pool if linked else given.elsewhere)
        if via == "pool":
            requests = 3 if to_change else 1
        else:
            requests = given.names if linked else readings(given.names) + to_change
        return self._estimated(given.names, given.pages + requests)

    def _estimated(self, items: int, requests: int) -> Estimate:
        seconds = self._context.time_for(requests)
        return Estimate(items=items, requests=requests, seconds=seconds)


def readings(workspaces: int) -> int:
    """Return how many requests read so many workspaces before they are unlinked."""
    batches, rest = divmod(workspaces, BATCH)
    return batches + (rest if rest < MIN_BATCH else 1)


@attrs.frozen
class _Given:
    """Workspaces that were given: how many there are, and where those are that tell it."""

    names: int
    on_pool: int = 0
    elsewhere: int = 0
    pages: int = 0
    """The requests that read them."""

    @classmethod
    async def of(cls, workspaces: Any, pool: str) -> Self:
        """Count workspaces; refuse what is none, and what counting would use up."""
        if isinstance(workspaces, Pager):
            counted = await workspaces.estimate()
            return cls(counted.items, pages=counted.requests)
        _check_countable(workspaces)
        places: dict[str, Any] = {}
        for workspace in workspaces:
            places.setdefault(id_of(workspace), getattr(workspace, "agent_pool", UNSET))
        told = [place.id for place in places.values() if isinstance(place, Ref)]
        nowhere = sum(place is None for place in places.values())
        on_pool = told.count(pool)
        return cls(len(places), on_pool, nowhere + len(told) - on_pool)


def _check_countable(workspaces: object) -> None:
    check_workspaces(cast("Any", workspaces))
    if not isinstance(workspaces, Collection):
        raise InvalidArgumentError(
            f"{shown(workspaces)}: counting would use it up; give a list or a pager"
        )
