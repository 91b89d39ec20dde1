"""Agents.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
AgentCpuPlatform = Literal["linux_amd64", "linux_arm64"]
AgentDriver = Literal["unknown", "local", "docker", "kubernetes", "kubernetes-job"]
AgentKubernetesDriverMode = Literal["default", "controller", "worker"]
AgentRuntime = Literal["unknown", "docker", "kubernetes", "vm", "fargate"]
AgentStatus = Literal["idle", "busy", "offline", "errored"]
AgentUpgradeStatus = Literal["none", "low", "medium", "high"]
AgentInclude = Literal["pool"]
AgentSort = Literal[
    "last_seen_at", "-last_seen_at", "name", "-name", "os", "-os", "pool", "-pool", "status",
    "-status", "version", "-version"]
# fmt: on


@resource("agents")
class Agent(Resource):
    """A self-hosted process that has joined an agent pool and executes runs."""

    cpu_platform: AgentCpuPlatform = UNSET
    created_at: datetime = UNSET
    driver: AgentDriver = UNSET
    """The way the agent isolates runs."""
    error_message: str | None = UNSET
    """The reason why the agent is `errored`."""
    kubernetes_driver_mode: AgentKubernetesDriverMode = UNSET
    last_seen_at: datetime = UNSET
    """The time of the last heartbeat."""
    name: str = UNSET
    os: str = UNSET
    relay_last_seen_at: datetime | None = UNSET
    runtime: AgentRuntime = UNSET
    """The platform that the agent itself runs on."""
    status: AgentStatus = UNSET
    """`offline` after 30 seconds without a heartbeat; offline and errored agents can be
    deleted.
    """
    upgrade_status: AgentUpgradeStatus = UNSET
    """The urgency of updating the agent's software."""
    version: str = UNSET
    pool: Ref[api.AgentPool] = UNSET
    """The pool that the agent has joined."""


class AgentListOptions(ListOptions, total=False):
    """The options of `list`."""

    agent_pool: Filter[Identity[api.AgentPool]]
    agent: Filter[Identity[Agent]]
    name: Filter[str]
    include: Sequence[AgentInclude]
    sort: AgentSort | Sequence[AgentSort]


# fmt: off
_LIST: Operation[Agent] = Operation(
    "GET", "/agents", paginated=True, include=get_args(AgentInclude), sort=get_args(AgentSort),
    filters={"agent_pool": "filter[agent-pool]", "agent": "filter[agent]", "name": "filter[name]"},
    filter_types={"agent_pool": "agent-pools", "agent": "agents"})
_GET: Operation[Agent] = Operation(
    "GET", "/agents/{agent}", ids=("agents",), include=get_args(AgentInclude))
_DELETE: Operation[None] = Operation("DELETE", "/agents/{agent}", ids=("agents",), idempotent=True)
# fmt: on


class Agents(Collection[Agent]):
    """The calls of `scalr.agents`."""

    model = Agent

    def list(self, **options: Unpack[AgentListOptions]) -> Pager[Agent]:
        """List agents.

        `GET /agents`. Raises `NotFoundError`.

        Keywords: `agent_pool`; `agent`; `name`; `include` of `pool`; `sort` by `last_seen_at`,
        `name`, `os`, `pool`, `status`, `version` (`-` reverses); `page_size`; `prefetch`;
        `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def get(self, agent: Identity[Agent], *, include: Sequence[AgentInclude] = ()) -> Agent:
        """Read an agent.

        `GET /agents/{agent}`. Raises `NotFoundError`.

        Keywords: `include` of `pool`.
        """
        return await self._get(_GET, (agent,), include=include)

    async def delete(self, agent: Identity[Agent]) -> None:
        """Delete an agent.

        `DELETE /agents/{agent}`. Raises `ConflictError` (only offline and errored agents can be
        deleted).
        """
        return await self._delete(_DELETE, (agent,))

    async def find(
        self,
        *,
        name: str,
        agent_pool: Identity[api.AgentPool] | None = None,
        include: Sequence[AgentInclude] = (),
    ) -> Agent:
        """Find an agent by its name.

        `GET /agents`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {"agent_pool": agent_pool}, include=include)

    @property
    def with_response(self) -> AgentsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return AgentsWithResponse(self)


class AgentsWithResponse:
    """The calls of `scalr.agents.with_response`."""

    def __init__(self, calls: Agents) -> None:
        self.list = with_response(calls.list)
        self.get = with_response(calls.get)
        self.delete = with_response(calls.delete)
