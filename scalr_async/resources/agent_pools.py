"""Agent pools, with linking of workspaces in bulk.

There are two ways to link. `via="workspace"` sets each workspace's own `agent-pool` relationship,
which affects no other workspace and is safe to repeat after a read. `via="pool"` writes the pool's
list of `workspaces`, which takes three requests for any number of workspaces, but replaces the
whole list: changes of others between the read and the write are lost. It is for tight rate limits.

Scalr has no conditional writes, so that others may change a workspace between the read and the
write. docs/bulk.md describes the changes that can be lost that way.
"""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Callable,
    Collection,
    Coroutine,
    Iterable,
    Mapping,
)
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeAlias

from scalr_async._text import shown
from scalr_async.bulk import BulkResult, OnOutcome, Outcome
from scalr_async.bulk._engine import Engine
from scalr_async.bulk._outcome import check_options
from scalr_async.errors import ConflictError, InvalidArgumentError
from scalr_async.jsonapi import Identity, identify
from scalr_async.resources import _generated as api
from scalr_async.resources._context import one_deadline
from scalr_async.resources._generated import agent_pools as generated
from scalr_async.resources._generated.access_tokens import AccessToken, AccessTokens
from scalr_async.resources._generated.agent_pools import AgentPool
from scalr_async.resources._generated.agents import Agent, AgentStatus
from scalr_async.resources._pool_agents import wait_for_agents
from scalr_async.resources._pool_estimates import PoolEstimates, Via, suggest_via_pool
from scalr_async.resources._pool_list import ListChange, PoolList
from scalr_async.resources._rotation import HandOver, InUse, TokenRotation, rotate
from scalr_async.resources._waiting import check_timeout, retried_until
from scalr_async.resources._with_response import with_response
from scalr_async.resources._workspace_ids import (
    P,
    W,
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

LinkOutcome: TypeAlias = "Outcome[WorkspaceId, api.Workspace]"
"""The outcome of one workspace; its value is the workspace as answered, None with `via="pool"`."""
AssignOutcome: TypeAlias = "Outcome[tuple[str, WorkspaceId], api.Workspace]"
"""The outcome of one pair of pool id and workspace."""


class AgentPools(generated.AgentPools):
    """Agent pools: `scalr.agent_pools`."""

    def link_workspaces(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: Iterable[W] | AsyncIterable[W],
        *,
        concurrency: int = 16,
        via: Via = "workspace",
        on_outcome: OnOutcome[W, api.Workspace] | None = None,
    ) -> Coroutine[Any, Any, BulkResult[W, api.Workspace]]:
        """Link workspaces to a pool, `concurrency` at a time.

        `workspaces` are ids, refs or resources in any iterable, also a `Pager`, which is read
        during the work. A repeated workspace is linked once. Each workspace has an outcome in the
        result, in input order; a failed one does not stop the others. `on_outcome` is called with
        each outcome in the order of completion, and may be asynchronous.

        `via="pool"` merges all workspaces into the pool's own list instead: it reads the list,
        writes it with one `PATCH /agent-pools/{agent_pool}`, and reads it again to verify it.

        Raises `InvalidArgumentError` at once, before anything is sent, for an invalid pool or an
        invalid member of a list of workspaces. After a cancellation, `bulk_report` returns the
        outcomes, as for `run_bulk`.
        """
        return self._change(agent_pool, workspaces, concurrency, via, on_outcome, linked=True).run()

    def unlink_workspaces(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: Iterable[W] | AsyncIterable[W],
        *,
        concurrency: int = 16,
        via: Via = "workspace",
        on_outcome: OnOutcome[W, api.Workspace] | None = None,
    ) -> Coroutine[Any, Any, BulkResult[W, api.Workspace]]:
        """Unlink workspaces from a pool, with the same options as `link_workspaces`.

        A workspace on another pool, or on none, is read but not written, and counts as a success.
        Four or more workspaces are read together, up to a hundred with one request, shortly before
        they are written; from an asynchronous input, only workspaces that are already available.
        """
        return self._change(
            agent_pool, workspaces, concurrency, via, on_outcome, linked=False
        ).run()

    def link_workspaces_iter(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: Iterable[W] | AsyncIterable[W],
        *,
        concurrency: int = 16,
        via: Via = "workspace",
        on_outcome: OnOutcome[W, api.Workspace] | None = None,
    ) -> AsyncGenerator[Outcome[W, api.Workspace]]:
        """Link workspaces and yield the outcomes in input order.

        Suited for inputs of any length: only the ids of the workspaces are kept, and the outcomes
        that wait for an earlier one (`via="pool"` has to keep everything).
        """
        return self._change(
            agent_pool, workspaces, concurrency, via, on_outcome, linked=True
        ).stream()

    def unlink_workspaces_iter(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: Iterable[W] | AsyncIterable[W],
        *,
        concurrency: int = 16,
        via: Via = "workspace",
        on_outcome: OnOutcome[W, api.Workspace] | None = None,
    ) -> AsyncGenerator[Outcome[W, api.Workspace]]:
        """Unlink workspaces from a pool and yield the outcomes like `link_workspaces_iter`."""
        return self._change(
            agent_pool, workspaces, concurrency, via, on_outcome, linked=False
        ).stream()

    async def replace_workspaces(
        self, agent_pool: Identity[AgentPool], workspaces: WorkspaceIds
    ) -> AgentPool:
        """Replace the pool's workspaces by these, with one `PATCH /agent-pools/{agent_pool}`.

        If the answer is lost or does not list exactly these workspaces, the pool is read. Raises
        `VerificationError` if the pool then has other workspaces, and `NotFoundError` if one of
        them does not exist (`errors[0].field` is "workspaces"); then none is linked.
        """
        pool = identify(agent_pool, "agent-pools")
        names = map(id_of, await read_all(check_workspaces(workspaces)))
        return await self._list_of(pool).replace(list(dict.fromkeys(names)))

    def assign_workspaces(
        self,
        assignments: Mapping[P, Iterable[W]],
        *,
        concurrency: int = 16,
        on_outcome: OnOutcome[tuple[str, W], api.Workspace] | None = None,
    ) -> Coroutine[Any, Any, BulkResult[tuple[str, W], api.Workspace]]:
        """Link workspaces to several pools at once: `{pool: workspaces, ...}`.

        `concurrency` applies to all pools together. The inputs of the outcomes are pairs of pool id
        and workspace, numbered across all pools. Raises `InvalidArgumentError` at once, before
        anything is sent, for a workspace that is given to two pools, or an invalid pool or
        workspace.
        """
        check_options(concurrency, on_outcome)
        pairs = check_pairs(assignments)
        return Engine(
            pairs,
            lambda pair: self._links.link(pair[1], pair[0]),
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
        """Wait until `count` agents of a pool have one of the statuses; return all such agents.

        One `GET /agents` serves all pools for which calls wait, at the intervals of `runs.wait`.
        `timeout` is in seconds, None for no limit.

        Raises `DeadlineExceededError` after `timeout`, `NotFoundError` for a pool that does not
        exist, and `InvalidArgumentError`.
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

    @one_deadline
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
        """Replace all tokens of a pool with this description by a new one, step by step.

        Creates a token and passes it to `hand_over`, which brings its secret to the agents. Then
        calls `in_use`; once that returns True, deletes the other tokens with this description, and
        those in `replaces`. Both functions may be asynchronous. As long as `in_use` returns False,
        the old tokens stay: call again later. However a call ends, the next one continues from
        there, in any process; a token that may not have been handed over counts as an old one, so
        that no token in use is deleted. Run only one rotation of a description at a time.
        `expires_in` is in minutes.

        Raises `NotFoundError`, `VerificationError` for an answer without the secret,
        `InvalidArgumentError`, and the errors of `create_token` and of the two functions.
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
            deadline=self._deadline,
            dry_run=self._context.dry_run,
        )

    async def delete(self, agent_pool: Identity[AgentPool], *, wait: float | None = None) -> None:
        """Delete an agent pool.

        `DELETE /agent-pools/{agent_pool}`. The server refuses to delete a pool with busy agents;
        `wait` is the number of seconds for which to try again, None for a single attempt.

        Raises `ForbiddenError`, `NotFoundError` or `ConflictError` (it has busy agents).
        """
        pool, seconds = identify(agent_pool, "agent-pools"), check_timeout("wait", wait)
        await retried_until(lambda: super(AgentPools, self).delete(pool), ConflictError, seconds)

    @property
    def with_response(self) -> AgentPoolsWithResponse:
        """The calls of one request, whose results come with the response."""
        return AgentPoolsWithResponse(self)

    @property
    def estimate(self) -> PoolEstimates:
        """The calls that link workspaces, as estimates that only count the requests."""
        return PoolEstimates(self._context)

    def _change(
        self,
        agent_pool: Identity[AgentPool],
        workspaces: Iterable[W] | AsyncIterable[W],
        concurrency: int,
        via: Via,
        on_outcome: OnOutcome[W, api.Workspace] | None,
        *,
        linked: bool,
    ) -> Engine[W, api.Workspace] | ListChange[W]:
        """Return the bulk call that links or unlinks workspaces."""
        hook = self._with_telemetry(on_outcome)
        check_options(concurrency, on_outcome)
        pool = identify(agent_pool, "agent-pools")
        if via == "pool":
            return ListChange(self._list_of(pool), workspaces, hook, linked=linked)
        if via != "workspace":
            raise InvalidArgumentError(f"via={shown(via)}: must be 'workspace' or 'pool'")
        reader = None if linked else self._links.to_unlink()
        items = check_workspaces(workspaces)
        ids = ids_of(items)
        length = None if ids is None else len(set(ids))
        if length is not None:
            suggest_via_pool(self._context, pool, length, linked=linked)
        return Engine(
            items,
            partial(self._links.link if reader is None else reader.unlink, pool=pool),
            concurrency,
            hook,
            key=None if ids and len(ids) == length else id_of,
            length=length,
            reader=reader,
        )

    @cached_property
    def _links(self) -> WorkspaceLinks:
        from scalr_async.resources._linking import (  # noqa: PLC0415  # it imports workspaces
            WorkspaceLinks,
        )

        return WorkspaceLinks(self._context)

    @one_deadline
    def _list_of(self, pool: str) -> PoolList:
        recorded: list[AgentPool] = []  # what a dry run would have written

        async def read() -> AgentPool:
            return recorded[-1] if recorded else await self.get(pool)

        async def write(names: Collection[str]) -> AgentPool:
            found = await self.update(pool, workspaces=list(names))
            if self._context.dry_run:
                recorded.append(found)
            return found

        return PoolList(read, write, lambda: self._links.on_pool(pool))

    def _with_telemetry(self, on_outcome: Callable[..., Any] | None) -> Callable[..., Any] | None:
        """Return a hook that emits an `OutcomeEvent` and then calls `on_outcome`."""
        telemetry = self._context.telemetry
        if not telemetry.wants(OutcomeEvent):
            return on_outcome

        def hook(outcome: Outcome[object, object]) -> Any:
            error = None if outcome.error is None else type(outcome.error).__name__
            telemetry.emit(
                OutcomeEvent(
                    index=outcome.index, ok=outcome.ok, outcome=outcome.outcome, error=error
                )
            )
            return None if on_outcome is None else on_outcome(outcome)

        return hook


class AgentPoolsWithResponse(generated.AgentPoolsWithResponse):
    """The calls of `scalr.agent_pools.with_response`."""

    def __init__(self, calls: AgentPools) -> None:
        super().__init__(calls)
        self.replace_workspaces = with_response(calls.replace_workspaces)
