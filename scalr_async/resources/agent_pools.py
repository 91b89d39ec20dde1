"""Agent pools, with linking of workspaces in bulk.

Two doors lead to a link. A workspace's own `agent-pool` relationship is independent for each
workspace, and safe to set again after a look: `via="workspace"`. The pool's list of `workspaces`
takes three requests however long it is, but writing it replaces all of it, so that what somebody
else changes between our reading and our writing is lost: `via="pool"`, for tight rate limits.

Scalr has no conditional writes, so that a moment remains between a look at a workspace and a write
to it. docs/bulk.md says what others may lose in it.
"""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    Callable,
    Collection,
    Coroutine,
    Iterable,
    Mapping,
)
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from scalr_async._text import shown
from scalr_async.bulk import BulkResult, OnOutcome, Outcome
from scalr_async.bulk._engine import Engine
from scalr_async.bulk._outcome import check_options
from scalr_async.errors import ConflictError, DecodeError, InvalidArgumentError
from scalr_async.jsonapi import Identity, identify
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Context
from scalr_async.resources._generated import agent_pools as generated
from scalr_async.resources._generated.access_tokens import AccessToken, AccessTokens
from scalr_async.resources._generated.agent_pools import AgentPool
from scalr_async.resources._generated.agents import Agent, AgentStatus
from scalr_async.resources._pool_agents import wait_for_agents
from scalr_async.resources._pool_estimates import PoolEstimates, Via
from scalr_async.resources._pool_list import ListChange, PoolList
from scalr_async.resources._rotation import HandOver, InUse, TokenRotation, rotate
from scalr_async.resources._waiting import check_timeout, retried_until
from scalr_async.resources._with_response import with_response
from scalr_async.resources._workspace_ids import (
    WorkspaceId,
    WorkspaceIds,
    check_pairs,
    check_workspaces,
    id_of,
    ids_of,
    read_all,
)
from scalr_async.telemetry import OutcomeEvent

if TYPE_CHECKING:
    from scalr_async.resources._linking import WorkspaceLinks

__all__ = [
    "AgentPools",
    "AgentPoolsWithResponse",
    "AssignOutcome",
    "LinkOutcome",
    "Via",
    "WorkspaceId",
    "WorkspaceIds",
]

LinkOutcome: TypeAlias = "Outcome[WorkspaceId, api.Workspace | None]"
"""The outcome of one workspace; its value is the workspace as answered, None `via="pool"`."""
AssignOutcome: TypeAlias = "Outcome[tuple[str, WorkspaceId], api.Workspace]"
"""The outcome of one pair of pool id and workspace."""

_Linking: TypeAlias = "Coroutine[Any, Any, BulkResult[WorkspaceId, api.Workspace | None]]"
_OnLinked: TypeAlias = "OnOutcome[WorkspaceId, api.Workspace | None] | None"


class AgentPools(generated.AgentPools):
    """Agent pools: `scalr.agent_pools`."""

    def link_workspaces(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: WorkspaceIds,
        *,
        concurrency: int = 16,
        via: Via = "workspace",
        on_outcome: _OnLinked = None,
    ) -> _Linking:
        """Link workspaces to a pool, `concurrency` at a time.

        `workspaces` are ids, refs or resources in any iterable, also a `Pager`, which is read
        while the work goes on. One that comes twice is linked once. Each has an outcome in the
        result, in the order of the input; the failure of one stops no other. `on_outcome` is
        called with each as it comes, and may be asynchronous.

        `via="pool"` merges all of them into the pool's own list instead: read it, write it with
        one `PATCH /agent-pools/{agent_pool}`, read it again to see that it holds.

        Raises `InvalidArgumentError` when called, before anything is sent, when the pool, or
        anything in a list of workspaces, cannot be one. What a cancellation leaves behind is told
        as by `run_bulk`.
        """
        return self._change(agent_pool, workspaces, concurrency, via, on_outcome, linked=True).run()

    def unlink_workspaces(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: WorkspaceIds,
        *,
        concurrency: int = 16,
        via: Via = "workspace",
        on_outcome: _OnLinked = None,
    ) -> _Linking:
        """Take workspaces from a pool, in the ways of `link_workspaces`.

        A workspace that is on another pool, or on none, is read and left alone: a success. Four
        and more are read together, up to a hundred with one request, shortly before they are
        written to; of an asynchronous input those that are there already.
        """
        return self._change(
            agent_pool, workspaces, concurrency, via, on_outcome, linked=False
        ).run()

    def link_workspaces_iter(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: WorkspaceIds,
        *,
        concurrency: int = 16,
        via: Via = "workspace",
        on_outcome: _OnLinked = None,
    ) -> AsyncGenerator[LinkOutcome]:
        """Link workspaces, and yield the outcomes in the order of the input as they come.

        For inputs of any length: of the workspaces only the ids are kept, and of the outcomes
        those that wait for an earlier one (`via="pool"` has to keep all).
        """
        return self._change(
            agent_pool, workspaces, concurrency, via, on_outcome, linked=True
        ).stream()

    def unlink_workspaces_iter(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: WorkspaceIds,
        *,
        concurrency: int = 16,
        via: Via = "workspace",
        on_outcome: _OnLinked = None,
    ) -> AsyncGenerator[LinkOutcome]:
        """Take workspaces from a pool, and yield the outcomes as `link_workspaces_iter` does."""
        return self._change(
            agent_pool, workspaces, concurrency, via, on_outcome, linked=False
        ).stream()

    async def replace_workspaces(
        self, agent_pool: Identity[AgentPool], workspaces: WorkspaceIds
    ) -> AgentPool:
        """Make these the pool's workspaces, with one `PATCH /agent-pools/{agent_pool}`.

        An answer that does not list exactly them, or is lost, is made up for by reading the pool.
        Raises `VerificationError` when that shows others, and `NotFoundError` when one of them is
        missing (`errors[0].field` is "workspaces"): then none is linked.
        """
        pool = identify(agent_pool, "agent-pools")
        names = map(id_of, await read_all(check_workspaces(workspaces)))
        return await self._list_of(pool).replace(list(dict.fromkeys(names)))

    def assign_workspaces(
        self,
        assignments: Mapping[Identity[AgentPool], Iterable[WorkspaceId]],
        *,
        concurrency: int = 16,
        on_outcome: OnOutcome[tuple[str, WorkspaceId], api.Workspace] | None = None,
    ) -> Coroutine[Any, Any, BulkResult[tuple[str, WorkspaceId], api.Workspace]]:
        """Link workspaces to several pools at once: `{pool: workspaces, ...}`.

        `concurrency` is that of all pools together. Inputs of the outcomes are pairs of a pool's
        id and a workspace, counted through all pools. Raises `InvalidArgumentError` when called,
        before anything is sent, when a workspace is given to two pools, or anything cannot be what
        it stands for.
        """
        check_options(concurrency, on_outcome)
        pairs = check_pairs(assignments)
        links = _workspace_links(self._context)
        return Engine(
            pairs,
            lambda pair: links.link(pair[1], pair[0]),
            concurrency,
            self._with_telemetry(on_outcome),
            key=lambda pair: id_of(pair[1]),
            length=len({id_of(workspace) for _, workspace in pairs}),
        ).run()

    async def wait_for_agents(
        self,
        agent_pool: Identity[AgentPool],
        *,
        count: int = 1,
        status: AgentStatus | Collection[AgentStatus] = ("idle", "busy"),
        timeout: float | None = None,  # noqa: ASYNC109  # what is asked in vain is said
    ) -> tuple[Agent, ...]:
        """Wait until `count` agents of a pool have one of some statuses; return all that do.

        Asks with one `GET /agents` for all pools that anybody waits for, at the intervals of
        `runs.wait`. `timeout` is in seconds, None for no end.

        Raises `DeadlineExceededError` after `timeout`, `NotFoundError` for a pool that is not
        there, and `InvalidArgumentError`.
        """
        pool = identify(agent_pool, "agent-pools")
        return await wait_for_agents(
            self._context,
            pool,
            lambda: self.get(pool),
            count=count,
            status=status,
            seconds=timeout,
        )

    async def rotate_token(
        self,
        agent_pool: Identity[AgentPool],
        *,
        description: str,
        hand_over: HandOver,
        in_use: InUse,
        replaces: Iterable[Identity[AccessToken]] = (),
        expires_in: int | None = None,
    ) -> TokenRotation:
        """Replace the tokens of a pool that have a description by a new one, without a gap.

        Creates a token and passes it to `hand_over`, which brings its secret to the agents; then
        asks `in_use`, and once that says so deletes the others of this description, and those that
        it `replaces`. Both functions may be asynchronous. While it says no the old ones stay: call
        again. However a call ends, the next one goes on from there, in any process; a token whose
        handing over is in doubt counts as an old one, so that none in use is deleted. One rotation
        of a description at a time. `expires_in` is in minutes.

        Raises `NotFoundError`, `VerificationError` when the secret did not come,
        `InvalidArgumentError`, what `create_token` raises, and what the functions raise.
        """
        return await rotate(
            self,
            AccessTokens(self._context),
            identify(agent_pool, "agent-pools"),
            description=description,
            hand_over=hand_over,
            in_use=in_use,
            replaces=replaces,
            expires_in=expires_in,
        )

    async def delete(self, agent_pool: Identity[AgentPool], *, wait: float | None = None) -> None:
        """Delete an agent pool.

        `DELETE /agent-pools/{agent_pool}`. A pool with busy agents is refused; `wait` is how many
        seconds to try again, None for not at all.

        Raises `ForbiddenError`, `NotFoundError` or `ConflictError` (it has busy agents).
        """
        pool, seconds = identify(agent_pool, "agent-pools"), check_timeout("wait", wait)
        await retried_until(lambda: super(AgentPools, self).delete(pool), ConflictError, seconds)

    @property
    def with_response(self) -> AgentPoolsWithResponse:
        """The calls of one request, each of which returns its result with the response."""
        return AgentPoolsWithResponse(self)

    @property
    def estimate(self) -> PoolEstimates:
        """The calls that link workspaces, each of which only counts what it would ask."""
        return PoolEstimates(self._context)

    def _change(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: WorkspaceIds,
        concurrency: int,
        via: Via,
        on_outcome: _OnLinked,
        *,
        linked: bool,
    ) -> Engine[WorkspaceId, api.Workspace | None] | ListChange:
        """Return what links or unlinks workspaces."""
        pool = identify(agent_pool, "agent-pools")
        check_options(concurrency, on_outcome)
        tell = self._with_telemetry(on_outcome)
        if via == "pool":
            return ListChange(self._list_of(pool), workspaces, tell, linked=linked)
        if via != "workspace":
            raise InvalidArgumentError(f"via={shown(via)}: must be 'workspace' or 'pool'")
        links = _workspace_links(self._context)
        items = check_workspaces(workspaces)
        ids = ids_of(items)
        length = None if ids is None else len(set(ids))
        if length is not None:
            self.estimate.suggest(pool, length, linked=linked)
        return Engine(
            items,
            partial(links.link if linked else links.unlink, pool=pool),
            concurrency,
            tell,
            key=None if ids and len(ids) == length else id_of,
            length=length,
            reader=None if linked else links,
        )

    def _list_of(self, pool: str) -> PoolList:
        def same(found: AgentPool) -> AgentPool:
            if found.id != pool:
                raise DecodeError(
                    f"it is about another pool than {pool}",
                    method="GET",
                    path=f"/agent-pools/{pool}",
                    attempts=1,
                    outcome="applied",
                )
            return found

        async def read() -> AgentPool:
            return same(await self.get(pool))

        async def write(names: Collection[str]) -> AgentPool:
            return same(await self.update(pool, workspaces=list(names)))

        return PoolList(read, write, lambda: _workspace_links(self._context).on_pool(pool))

    def _with_telemetry(self, on_outcome: Callable[..., Any] | None) -> Callable[..., Any] | None:
        """Return a hook that tells telemetry of an outcome, and then the caller."""
        telemetry = self._context.telemetry
        if not telemetry.wants(OutcomeEvent):
            return on_outcome

        def tell(outcome: Outcome[object, object]) -> Any:
            error = None if outcome.error is None else type(outcome.error).__name__
            telemetry.emit(
                OutcomeEvent(
                    index=outcome.index, ok=outcome.ok, outcome=outcome.outcome, error=error
                )
            )
            return None if on_outcome is None else on_outcome(outcome)

        return tell


class AgentPoolsWithResponse(generated.AgentPoolsWithResponse):
    """The calls of `scalr.agent_pools.with_response`."""

    def __init__(self, calls: AgentPools) -> None:
        super().__init__(calls)
        self.replace_workspaces = with_response(calls.replace_workspaces)


def _workspace_links(context: Context) -> WorkspaceLinks:
    from scalr_async.resources._linking import (  # noqa: PLC0415  # which imports workspaces
        WorkspaceLinks,
    )

    return WorkspaceLinks(context)
