"""Estimates of the requests that linking workspaces takes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, Literal, Self, cast

import attrs

from scalr_async._estimate import Estimate
from scalr_async._text import shown
from scalr_async._value_class import value_class
from scalr_async._values import UNSET
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi import Identity, Ref, identify
from scalr_async.pagination import Pager
from scalr_async.resources._context import Context
from scalr_async.resources._generated.agent_pools import AgentPool
from scalr_async.resources._workspace_ids import (
    WorkspaceId,
    check_pairs,
    check_workspaces,
    id_of,
)
from scalr_async.telemetry import SlowBulkEvent

__all__ = ["BATCH", "MIN_BATCH", "SLOW", "PoolEstimates", "Via", "readings", "suggest_via_pool"]

Via = Literal["workspace", "pool"]

BATCH: Final = 100
"""The largest number of workspaces that one request reads before they are unlinked."""
MIN_BATCH: Final = 4
"""The smallest batch; fewer workspaces are read one by one."""
SLOW: Final = 60.0
"""Seconds that a bulk call may take before a faster way is suggested."""
_VIA_POOL: Final = 3
"""The number of requests of `via="pool"` if nobody else is changing the pool."""
_HINT: Final = f'via="pool" takes {_VIA_POOL} requests, if nobody else is changing the pool'


class PoolEstimates:
    """The calls of `scalr.agent_pools.estimate`: each counts the requests of its namesake.

    A `Pager` is counted with one request; nothing else is sent. An iterator is refused, because
    counting would exhaust it.
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

        `via="pool"` takes 3 requests, or 1 if all workspaces are resources whose `agent_pool` is
        already this pool. Raises `InvalidArgumentError`.
        """
        return await self._estimate(agent_pool, workspaces, via, linked=True)

    async def unlink_workspaces(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: Collection[WorkspaceId] | Pager[Any],
        *,
        via: Via = "workspace",
    ) -> Estimate:
        """Count the requests that unlink workspaces from a pool.

        A workspace given as a resource is assumed to be on its `agent_pool`, all others on this
        pool. Raises `InvalidArgumentError`.
        """
        return await self._estimate(agent_pool, workspaces, via, linked=False)

    async def replace_workspaces(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: Collection[WorkspaceId] | Pager[Any],
    ) -> Estimate:
        """Count the requests that replace the workspaces of a pool.

        An answer that does not list the workspaces costs one more request. Raises
        `InvalidArgumentError`.
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
            requests = _VIA_POOL if to_change else 1
        else:
            requests = given.names if linked else readings(given.names) + to_change
        return self._estimated(given.names, given.pages + requests)

    def _estimated(self, items: int, requests: int) -> Estimate:
        seconds = self._context.time_for(requests)
        return Estimate(items=items, requests=requests, seconds=seconds)


def suggest_via_pool(context: Context, pool: str, workspaces: int, *, linked: bool) -> None:
    """Emit a `SlowBulkEvent` if `via="pool"` takes fewer requests, and these take long."""
    requests = workspaces if linked else workspaces + readings(workspaces)
    if requests <= _VIA_POOL:
        return
    seconds = context.time_for(requests)
    if seconds is not None and seconds > SLOW and context.telemetry.wants(SlowBulkEvent):
        path = f"/agent-pools/{pool}"
        context.telemetry.emit(
            SlowBulkEvent(path=path, requests=requests, seconds=seconds, hint=_HINT)
        )


def readings(workspaces: int) -> int:
    """Return the number of requests that read so many workspaces before they are unlinked."""
    batches, rest = divmod(workspaces, BATCH)
    return batches + (rest if rest < MIN_BATCH else 1)


@value_class
@attrs.frozen(eq=False, repr=False)
class _Given:
    """The number of given workspaces, and of those that state their pool, on it or elsewhere."""

    names: int
    on_pool: int = 0
    elsewhere: int = 0
    pages: int = 0
    """The number of requests that read the workspaces."""

    @classmethod
    async def of(cls, workspaces: Any, pool: str) -> Self:
        """Count workspaces; refuse invalid ones, and an iterator, which counting would exhaust."""
        if isinstance(workspaces, Pager):
            counted = await workspaces.estimate()
            return cls(counted.items, pages=counted.requests)
        _check_countable(workspaces)
        places: dict[str, Any] = {}
        for workspace in workspaces:
            places.setdefault(id_of(workspace), getattr(workspace, "agent_pool", UNSET))
        stated = [place.id for place in places.values() if isinstance(place, Ref)]
        nowhere = sum(place is None for place in places.values())
        on_pool = stated.count(pool)
        return cls(len(places), on_pool, nowhere + len(stated) - on_pool)


def _check_countable(workspaces: object) -> None:
    check_workspaces(cast("Any", workspaces))
    if not isinstance(workspaces, Collection):
        raise InvalidArgumentError(
            f"{shown(workspaces)}: counting would exhaust it; give a list or a pager"
        )
