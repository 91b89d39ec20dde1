"""Agent pools.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET, Secret
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._ensured import Ensured
from scalr_async.resources._with_response import with_response

# fmt: off
AgentPoolFeature = Literal["relay"]
AgentPoolInclude = Literal["account", "agents", "environment", "environments", "workspaces"]
AgentPoolSort = Literal[
    "account", "-account", "environment", "-environment", "in_use", "-in_use", "name", "-name",
    "vcs_enabled", "-vcs_enabled"]
AgentPoolField = Literal[
    "id", "default", "features", "in_use", "is_scalr_managed", "is_shared", "name", "vcs_enabled",
    "webhook_enabled", "webhook_headers", "webhook_url", "account", "agents",
    "default_environments", "environment", "environments", "workspaces"]
# fmt: on


@resource("agent-pools")
class AgentPool(Resource):
    """A group of self-hosted agents that runs the work of the workspaces linked to it."""

    default: bool = UNSET
    """Whether workspaces that name no pool of their own use this one."""
    features: tuple[AgentPoolFeature, ...] = UNSET
    """The features of the pool beside runs: `relay`."""
    in_use: bool = UNSET
    """Whether anything is linked to the pool."""
    is_scalr_managed: bool = UNSET
    """Whether Scalr runs the agents itself."""
    is_shared: bool = UNSET
    """Whether every environment of the account may use the pool; else only `environments` may."""
    name: str = UNSET
    """Unique in its scope (the account, or the environment)."""
    vcs_enabled: bool = UNSET
    """Whether its agents may carry the traffic to VCS providers."""
    webhook_enabled: bool = UNSET
    """Whether Scalr calls `webhook_url` when the pool has work."""
    webhook_headers: tuple[AgentPoolWebhookHeader, ...] | None = UNSET
    """Sent with each call of the webhook; the value of a sensitive one reads as an empty
    string.
    """
    webhook_url: str | None = UNSET
    account: Ref[api.Account] = UNSET
    """The account that owns the pool."""
    agents: tuple[Ref[api.Agent], ...] = UNSET
    """The agents that have joined."""
    default_environments: tuple[Ref[api.Environment], ...] = UNSET
    """Environments whose workspaces use the pool unless told otherwise."""
    environment: Ref[api.Environment] | None = UNSET
    """The scope of a pool that belongs to one environment. Deprecated: use `is_shared` and
    `environments`.
    """
    environments: tuple[Ref[api.Environment], ...] = UNSET
    """The environments that may use the pool, unless it `is_shared`."""
    workspaces: tuple[Ref[api.Workspace], ...] = UNSET
    """The workspaces that run on the pool. Writing it replaces the whole list."""


@nested
class AgentPoolWebhookHeader(Nested):
    """A part of `AgentPool`."""

    name: str = UNSET
    sensitive: bool = UNSET
    value: Secret | None = UNSET


class AgentPoolWebhookHeaderDict(TypedDict, total=False):
    """`AgentPoolWebhookHeader` as a dict."""

    name: Required[str]
    sensitive: bool
    value: Required[str | None]


class _AgentPoolValues(TypedDict, total=False):
    """The values of every write of an agent pool."""

    default: bool
    is_shared: bool
    vcs_enabled: bool
    webhook_enabled: bool
    webhook_headers: Sequence[AgentPoolWebhookHeader | AgentPoolWebhookHeaderDict] | None
    webhook_url: str | None
    environment: Identity[api.Environment] | None
    environments: Iterable[Identity[api.Environment]]
    workspaces: Iterable[Identity[api.Workspace]]


class AgentPoolCreate(_AgentPoolValues, total=False):
    """The values for creating an agent pool."""

    name: Required[str]


class AgentPoolUpdate(_AgentPoolValues, total=False):
    """The values for updating an agent pool."""

    name: str


class AgentPoolListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    account: Filter[Identity[api.Account]]
    agent_pool: Filter[Identity[AgentPool]]
    environment: Filter[Identity[api.Environment]]
    in_use: Filter[bool]
    is_shared: Filter[bool]
    name: Filter[str]
    vcs_enabled: Filter[bool]
    include: Sequence[AgentPoolInclude]
    sort: AgentPoolSort | Sequence[AgentPoolSort]


class AgentPoolAccessTokensListOptions(ListOptions, total=False):
    """The options of `list_access_tokens`."""

    query: str
    include: Sequence[api.AccessTokenInclude]
    sort: api.AccessTokenSort | Sequence[api.AccessTokenSort]


# fmt: off
_LIST: Operation[AgentPool] = Operation(
    "GET", "/agent-pools", paginated=True, include=get_args(AgentPoolInclude),
    sort=get_args(AgentPoolSort), filters={"account": "filter[account]",
    "agent_pool": "filter[agent-pool]", "environment": "filter[environment]",
    "in_use": "filter[in-use]", "is_shared": "filter[is-shared]", "name": "filter[name]",
    "vcs_enabled": "filter[vcs-enabled]"}, params={"query": "query"},
    filter_types={"account": "accounts", "agent_pool": "agent-pools",
    "environment": "environments", "in_use": bool, "is_shared": bool, "vcs_enabled": bool})
_CREATE: Operation[AgentPool] = Operation(
    "POST", "/agent-pools", include=get_args(AgentPoolInclude))
_GET: Operation[AgentPool] = Operation(
    "GET", "/agent-pools/{agent_pool}", ids=("agent-pools",), include=get_args(AgentPoolInclude))
_UPDATE: Operation[AgentPool] = Operation(
    "PATCH", "/agent-pools/{agent_pool}", ids=("agent-pools",), include=get_args(AgentPoolInclude))
_DELETE: Operation[None] = Operation(
    "DELETE", "/agent-pools/{agent_pool}", ids=("agent-pools",), idempotent=True)
_LIST_ACCESS_TOKENS: Operation[api.AccessToken] = Operation(
    "GET", "/agent-pools/{agent_pool}/access-tokens", ids=("agent-pools",), result="access-tokens",
    paginated=True, include=("created_by",), sort=("created_at", "-created_at", "description",
    "-description", "expires_at", "-expires_at", "last_used_at", "-last_used_at", "name", "-name"),
    params={"query": "query"})
_CREATE_TOKEN: Operation[api.AccessToken] = Operation(
    "POST", "/agent-pools/{agent_pool}/access-tokens", ids=("agent-pools",),
    result="access-tokens", include=("created_by",))
# fmt: on


class AgentPools(Collection[AgentPool]):
    """The calls of `scalr.agent_pools`."""

    model = AgentPool

    def list(self, **options: Unpack[AgentPoolListOptions]) -> Pager[AgentPool]:
        """List agent pools.

        `GET /agent-pools`. Raises `NotFoundError`.

        Keywords: `query`; `account`; `agent_pool`; `environment`; `in_use`; `is_shared`;
        `name`; `vcs_enabled`; `include` of `account`, `agents`, `environment`, `environments`,
        `workspaces`; `sort` by `account`, `environment`, `in_use`, `name`, `vcs_enabled` (`-`
        reverses); `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        include: Sequence[AgentPoolInclude] = (),
        reconcile: Pager[AgentPool] | None = None,
        **values: Unpack[AgentPoolCreate],
    ) -> AgentPool:
        """Create an agent pool.

        `POST /agent-pools`. `reconcile` is a list that finds the object if the answer is lost.
        Raises `ForbiddenError`, `ConflictError` (the account's quota is used up) or
        `UnprocessableEntityError`.

        Keywords: `default`; `is_shared`; `name` (required); `vcs_enabled`; `webhook_enabled`;
        `webhook_headers`; `webhook_url`; `environment`; `environments`; `workspaces`; `include`
        of `account`, `agents`, `environment`, `environments`, `workspaces`.
        """
        return await self._create(_CREATE, (), values, include=include, reconcile=reconcile)

    async def get(
        self, agent_pool: Identity[AgentPool], *, include: Sequence[AgentPoolInclude] = ()
    ) -> AgentPool:
        """Read an agent pool.

        `GET /agent-pools/{agent_pool}`. Raises `NotFoundError`.

        Keywords: `include` of `account`, `agents`, `environment`, `environments`, `workspaces`.
        """
        return await self._get(_GET, (agent_pool,), include=include)

    async def update(
        self,
        agent_pool: Identity[AgentPool],
        *,
        include: Sequence[AgentPoolInclude] = (),
        **values: Unpack[AgentPoolUpdate],
    ) -> AgentPool:
        """Update an agent pool.

        `PATCH /agent-pools/{agent_pool}`. Raises `ForbiddenError`, `NotFoundError`,
        `ConflictError` (the account's quota is used up) or `UnprocessableEntityError`.

        Keywords: `default`; `is_shared`; `name`; `vcs_enabled`; `webhook_enabled`;
        `webhook_headers`; `webhook_url`; `environment`; `environments`; `workspaces`; `include`
        of `account`, `agents`, `environment`, `environments`, `workspaces`.
        """
        return await self._update(_UPDATE, (agent_pool,), values, include=include)

    async def delete(self, agent_pool: Identity[AgentPool]) -> None:
        """Delete an agent pool.

        `DELETE /agent-pools/{agent_pool}`. Raises `ForbiddenError`, `NotFoundError` or
        `ConflictError` (it has busy agents).
        """
        return await self._delete(_DELETE, (agent_pool,))

    def list_access_tokens(
        self, agent_pool: Identity[AgentPool], **options: Unpack[AgentPoolAccessTokensListOptions]
    ) -> Pager[api.AccessToken]:
        """List the access tokens of an agent pool.

        `GET /agent-pools/{agent_pool}/access-tokens`. Raises `NotFoundError`.

        Keywords: `query`; `include` of `created_by`; `sort` by `created_at`, `description`,
        `expires_at`, `last_used_at`, `name` (`-` reverses); `page_size`; `prefetch`; `limit`;
        `on_drift`.
        """
        return self._list(_LIST_ACCESS_TOKENS, (agent_pool,), options)

    async def create_token(
        self,
        agent_pool: Identity[AgentPool],
        *,
        include: Sequence[api.AccessTokenInclude] = (),
        reconcile: Pager[api.AccessToken] | None = None,
        **values: Unpack[api.AccessTokenCreate],
    ) -> api.AccessToken:
        """Create an access token that agents join the pool with; its `token` is shown only now.

        `POST /agent-pools/{agent_pool}/access-tokens`. `reconcile` is a list that finds the
        object if the answer is lost. Raises `UnprocessableEntityError`.

        Keywords: `description`; `expires_in`; `name`; `include` of `created_by`.
        """
        return await self._create(
            _CREATE_TOKEN, (agent_pool,), values, include=include, reconcile=reconcile
        )

    async def find(
        self,
        *,
        name: str,
        account: Identity[api.Account] | None = None,
        environment: Identity[api.Environment] | None = None,
        agent_pool: Identity[AgentPool] | None = None,
        include: Sequence[AgentPoolInclude] = (),
    ) -> AgentPool:
        """Find an agent pool by its name.

        `GET /agent-pools`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(
            _LIST,
            name,
            {"account": account, "environment": environment, "agent_pool": agent_pool},
            include=include,
        )

    async def ensure(self, **values: Unpack[AgentPoolCreate]) -> Ensured[AgentPool]:
        """Ensure that an agent pool with these values exists: create or update it.

        It is identified by `name`, `environment`. Omitted fields are neither compared nor
        written; values that the server hides cannot be compared, and are written. The call is
        idempotent, and safe to run concurrently: after a lost answer or a conflict, it reads
        the object again. Raises `MultipleResultsError` if several match, and the errors of
        `create` and `update`.

        Keywords: `default`; `is_shared`; `name` (required); `vcs_enabled`; `webhook_enabled`;
        `webhook_headers`; `webhook_url`; `environment`; `environments`; `workspaces`.
        """
        return await self._ensure(
            (_LIST, _GET, _CREATE, _UPDATE), ("name",), ("environment",), values
        )

    @property
    def with_response(self) -> AgentPoolsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return AgentPoolsWithResponse(self)


class AgentPoolsWithResponse:
    """The calls of `scalr.agent_pools.with_response`."""

    def __init__(self, calls: AgentPools) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
        self.list_access_tokens = with_response(calls.list_access_tokens)
        self.create_token = with_response(calls.create_token)
