"""Agent pools, with linking of workspaces in bulk.

Two doors lead to a link. A workspace's own `agent-pool` relationship is independent for each
workspace, safe to repeat, and undoes nothing of what others do meanwhile: `via="workspace"`. The
pool's list of `workspaces` takes three requests however long it is, but writing it replaces all of
it, so that what somebody else changes between our reading and our writing is lost: `via="pool"`,
for tight rate limits.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

from scalr_async.bulk import BulkResult, Outcome, run_bulk, run_bulk_iter
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi.model import Identity, identify
from scalr_async.resources._generated import agent_pools as generated
from scalr_async.resources._generated.agent_pools import AgentPool
from scalr_async.resources._linking import (
    Distinct,
    Link,
    Links,
    Merge,
    PoolList,
    WorkspaceLinks,
    distinct,
)
from scalr_async.telemetry import OutcomeEvent

if TYPE_CHECKING:
    from scalr_async.resources._generated.workspaces import Workspace

__all__ = ["AgentPools", "Assigned", "Linked", "Via"]

Via = Literal["workspace", "pool"]
Linked: TypeAlias = "Outcome[Link, Workspace | None]"
"""The outcome of one workspace; its value is the workspace as answered, None `via="pool"`."""
Assigned: TypeAlias = "Outcome[tuple[str, Link], Workspace]"
"""The outcome of one pair of pool id and workspace."""

_OnLinked: TypeAlias = "Callable[[Linked], None] | None"


class AgentPools(generated.AgentPools):
    """Agent pools: `scalr.agent_pools`."""

    async def link_workspaces(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: Links,
        *,
        concurrency: int = 16,
        via: Via = "workspace",
        on_outcome: _OnLinked = None,
    ) -> BulkResult[Link, Workspace | None]:
        """Link workspaces to a pool, `concurrency` at a time.

        `workspaces` are ids, refs or resources in any iterable, also a `Pager`, which is read
        while the work goes on. One that comes twice is linked once. Each has an outcome in the
        result, in the order of the input; the failure of one stops no other. `on_outcome` is
        called with each as it comes.

        `via="pool"` merges all of them into the pool's own list instead: read it, write it with
        one `PATCH /agent-pools/{agent_pool}`, read it again to see that it holds.

        Raises `InvalidArgumentError` before anything is sent when the pool, or anything in a list
        of workspaces, cannot be one. What a cancellation leaves behind is told as by `run_bulk`.
        """
        items, call = self._work(agent_pool, workspaces, via, linked=True)
        tell = self._told(on_outcome)
        return await run_bulk(items, call, concurrency=concurrency, on_outcome=tell)

    async def unlink_workspaces(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: Links,
        *,
        concurrency: int = 16,
        via: Via = "workspace",
        on_outcome: _OnLinked = None,
    ) -> BulkResult[Link, Workspace | None]:
        """Take workspaces from a pool, in the ways of `link_workspaces`.

        A workspace that is on another pool, or on none, is read and left alone: a success.
        """
        items, call = self._work(agent_pool, workspaces, via, linked=False)
        tell = self._told(on_outcome)
        return await run_bulk(items, call, concurrency=concurrency, on_outcome=tell)

    def link_workspaces_iter(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: Links,
        *,
        concurrency: int = 16,
        via: Via = "workspace",
        on_outcome: _OnLinked = None,
    ) -> AsyncGenerator[Linked]:
        """Link workspaces, and yield the outcomes in the order of the input as they come.

        For inputs of any length: neither they nor their outcomes are kept (`via="pool"` has to).
        """
        items, call = self._work(agent_pool, workspaces, via, linked=True)
        tell = self._told(on_outcome)
        return run_bulk_iter(items, call, concurrency=concurrency, on_outcome=tell)

    def unlink_workspaces_iter(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: Links,
        *,
        concurrency: int = 16,
        via: Via = "workspace",
        on_outcome: _OnLinked = None,
    ) -> AsyncGenerator[Linked]:
        """Take workspaces from a pool, and yield the outcomes as `link_workspaces_iter` does."""
        items, call = self._work(agent_pool, workspaces, via, linked=False)
        tell = self._told(on_outcome)
        return run_bulk_iter(items, call, concurrency=concurrency, on_outcome=tell)

    async def replace_workspaces(
        self, agent_pool: Identity[AgentPool], workspaces: Links
    ) -> AgentPool:
        """Make these the pool's workspaces, with one `PATCH /agent-pools/{agent_pool}`.

        Raises `VerificationError` when the answer does not hold exactly them, and
        `NotFoundError` when one of them is missing (`errors[0].field` is "workspaces"): then none
        is linked.
        """
        pool = identify(agent_pool, "agent-pools")
        names = [identify(link, "workspaces") async for link in Distinct(workspaces)]
        return await self._list_of(pool).replace(names)

    async def assign_workspaces(
        self,
        assignments: Mapping[Identity[AgentPool], Iterable[Link]],
        *,
        concurrency: int = 16,
        on_outcome: Callable[[Assigned], None] | None = None,
    ) -> BulkResult[tuple[str, Link], Workspace]:
        """Link workspaces to several pools at once: `{pool: workspaces, ...}`.

        `concurrency` is that of all pools together. Inputs of the outcomes are pairs of a pool's
        id and a workspace. Raises `InvalidArgumentError` before anything is sent when a workspace
        is given to two pools, or anything cannot be what it stands for.
        """
        pairs: dict[str, tuple[str, Link]] = {}
        for agent_pool, workspaces in assignments.items():
            pool = identify(agent_pool, "agent-pools")
            for link in workspaces:
                name = identify(link, "workspaces")
                first, _ = pairs.setdefault(name, (pool, link))
                if first != pool:
                    raise InvalidArgumentError(f"{name!r}: given to {first} and to {pool}")
        links = WorkspaceLinks(self._context)
        return await run_bulk(
            list(pairs.values()),
            lambda pair: links.link(pair[1], pair[0]),
            concurrency=concurrency,
            on_outcome=self._told(on_outcome),
        )

    def _work(
        self, agent_pool: Identity[AgentPool], workspaces: Links, via: Via, *, linked: bool
    ) -> tuple[Links, Callable[[Link], Awaitable[Workspace | None]]]:
        """Return what to go through, and what to do with each of them."""
        pool = identify(agent_pool, "agent-pools")
        if via == "pool":
            merge = Merge(self._list_of(pool), workspaces, linked=linked)
            return merge, merge
        if via != "workspace":
            raise InvalidArgumentError(f"via={via!r}: must be 'workspace' or 'pool'")
        links = WorkspaceLinks(self._context)
        act = links.link if linked else links.unlink
        return distinct(workspaces), lambda link: act(link, pool)

    def _list_of(self, pool: str) -> PoolList:
        return PoolList(
            lambda: self.get(pool), lambda names: self.update(pool, workspaces=list(names))
        )

    def _told(self, on_outcome: Callable[..., None] | None) -> Callable[..., None] | None:
        """Return a hook that tells telemetry of an outcome, and then the caller."""
        telemetry = self._context.telemetry
        if not telemetry.wants(OutcomeEvent):
            return on_outcome

        def tell(outcome: Outcome[object, object]) -> None:
            error = None if outcome.error is None else type(outcome.error).__name__
            telemetry.emit(
                OutcomeEvent(
                    index=outcome.index, ok=outcome.ok, outcome=outcome.outcome, error=error
                )
            )
            if on_outcome is not None:
                on_outcome(outcome)

        return tell
