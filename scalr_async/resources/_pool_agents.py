"""The agents of pools: waits until enough agents have joined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import Any, Final, get_args

from scalr_async._arguments import check_whole_number
from scalr_async._text import shown
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi import Ref
from scalr_async.resources._context import Context
from scalr_async.resources._generated.agents import Agent, Agents, AgentStatus
from scalr_async.resources._poller import Poller
from scalr_async.resources._run_stage import text_of
from scalr_async.resources._waiting import Wait, check_timeout

__all__ = ["wait_for_agents"]

_KNOWN: Final = get_args(AgentStatus)


async def wait_for_agents(
    context: Context,
    pool: str,
    read_pool: Callable[[], Awaitable[object]],
    *,
    count: int,
    status: AgentStatus | Collection[AgentStatus],
    seconds: float | None,
) -> tuple[Agent, ...]:
    """Wait until `count` agents of a pool have one of the statuses; return all such agents."""
    statuses = _statuses(status)
    count = check_whole_number("count", count, 1)
    limit = check_timeout("timeout", seconds)
    agents = Agents(context)

    async def look(pools: Sequence[str]) -> dict[str, tuple[Agent, ...]]:
        return await _by_pool(agents, pools)

    async def read() -> tuple[Agent, ...]:
        await read_pool()  # raises if the pool is gone
        return ()

    poller: Poller[tuple[Agent, ...]] = context.pollers.setdefault("agents", Poller(look))
    wait = Wait(poller, pool, f"/agent-pools/{pool}", read=read, state=_counted, on_change=None)
    found = await wait.until(lambda those: len(_with(those, statuses)) >= count, limit)
    return _with(found, statuses)


async def _by_pool(agents: Agents, pools: Sequence[str]) -> dict[str, tuple[Agent, ...]]:
    """Return the agents of pools; a pool without any is left out."""
    found: dict[str, list[Agent]] = {}
    async for agent in agents.list(agent_pool=pools, on_drift="ignore"):
        if isinstance(agent.pool, Ref):
            found.setdefault(agent.pool.id, []).append(agent)
    return {pool: tuple(members) for pool, members in found.items()}


def _statuses(status: Any) -> frozenset[str]:
    several = [status] if isinstance(status, str) else status
    known = isinstance(several, Collection) and several
    if not known or not all(isinstance(one, str) and one in _KNOWN for one in several):
        raise InvalidArgumentError(f"status={shown(status)}: must be of {', '.join(_KNOWN)}")
    return frozenset(map(str.__str__, several))


def _with(agents: Iterable[Agent], statuses: Collection[str]) -> tuple[Agent, ...]:
    return tuple(agent for agent in agents if text_of(agent.status) in statuses)


def _counted(agents: Iterable[Agent]) -> str:
    """Return the number of agents by status, for a message: `2 idle, 1 offline`."""
    numbers = Counter(text_of(agent.status) for agent in agents)
    listed = ", ".join(f"{number} {status}" for status, number in sorted(numbers.items()))
    return listed or "without agents"
