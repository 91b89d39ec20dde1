"""VCS providers.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._http import JSON
from scalr_async._values import UNSET, Secret
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
VcsProviderAuthType = Literal["oauth2", "personal_token"]
VcsProviderCompareStrategy = Literal["base-commit", "previous-commit"]
VcsProviderVcsType = Literal[
    "github", "gitlab", "bitbucket", "bitbucket_enterprise", "gitlab_enterprise",
    "github_enterprise", "azure_dev_ops_services"]
VcsProviderField = Literal[
    "id", "applies_enabled", "auth_type", "auto_merge", "checks_enabled", "comments_enabled",
    "compare_strategy", "draft_pr_runs_enabled", "error_message", "is_shared", "name",
    "plans_enabled", "pr_merge_comments_enabled", "token", "url", "username", "vcs_type",
    "account", "agent_pool", "environments"]
VcsProviderInclude = Literal["agent_pool"]
VcsProviderSort = Literal["name", "-name", "vcs_type", "-vcs_type"]
# fmt: on


@resource("vcs-providers")
class VcsProvider(Resource):
    """A connection to a service that hosts repositories."""

    applies_enabled: bool = UNSET
    auth_type: VcsProviderAuthType = UNSET
    auto_merge: bool = UNSET
    checks_enabled: bool = UNSET
    comments_enabled: bool = UNSET
    compare_strategy: VcsProviderCompareStrategy = UNSET
    draft_pr_runs_enabled: bool = UNSET
    error_message: str | None = UNSET
    is_shared: bool = UNSET
    name: str = UNSET
    plans_enabled: bool = UNSET
    pr_merge_comments_enabled: bool = UNSET
    token: Secret | None = UNSET
    url: str | None = UNSET
    username: str | None = UNSET
    vcs_type: VcsProviderVcsType = UNSET
    account: Ref[api.Account] = UNSET
    agent_pool: Ref[api.AgentPool] | None = UNSET
    environments: tuple[Ref[api.Environment], ...] = UNSET


class _VcsProviderValues(TypedDict, total=False):
    """The values of every write of a VCS provider."""

    applies_enabled: bool
    auto_merge: bool
    checks_enabled: bool
    comments_enabled: bool
    compare_strategy: VcsProviderCompareStrategy
    draft_pr_runs_enabled: bool
    is_shared: bool
    plans_enabled: bool
    pr_merge_comments_enabled: bool
    token: str | None
    url: str | None
    username: str | None
    account: Identity[api.Account]
    agent_pool: Identity[api.AgentPool] | None
    environments: Iterable[Identity[api.Environment]]


class VcsProviderCreate(_VcsProviderValues, total=False):
    """The values for creating a VCS provider."""

    auth_type: Required[VcsProviderAuthType]
    name: Required[str]
    vcs_type: Required[VcsProviderVcsType]


class VcsProviderUpdate(_VcsProviderValues, total=False):
    """The values for updating a VCS provider."""

    auth_type: VcsProviderAuthType
    name: str
    vcs_type: VcsProviderVcsType


class VcsProviderFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    agent_pools: Sequence[api.AgentPoolField]
    vcs_providers: Sequence[VcsProviderField]


class VcsProviderCreateVcsTask(TypedDict, total=False):
    """The options of `create_vcs_task`."""

    branch: Required[str]
    commit_sha: Required[str]
    repository_id: Required[str]


class VcsProviderListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    account: Filter[Identity[api.Account]]
    agent_pool: Filter[Identity[api.AgentPool]]
    environment: Filter[Identity[api.Environment]]
    name: Filter[str]
    vcs_provider: Filter[Identity[VcsProvider]]
    vcs_type: Filter[VcsProviderVcsType]
    include: Sequence[VcsProviderInclude]
    sort: VcsProviderSort | Sequence[VcsProviderSort]
    fields: VcsProviderFieldsets


# fmt: off
_LIST: Operation[VcsProvider] = Operation(
    "GET", "/vcs-providers", paginated=True, include=get_args(VcsProviderInclude),
    sort=get_args(VcsProviderSort), fields={"agent_pools": "agent-pools",
    "vcs_providers": "vcs-providers"}, filters={"account": "filter[account]",
    "agent_pool": "filter[agent-pool]", "environment": "filter[environment]",
    "name": "filter[name]", "vcs_provider": "filter[vcs-provider]",
    "vcs_type": "filter[vcs-type]"}, params={"query": "query"},
    filter_types={"account": "accounts", "agent_pool": "agent-pools",
    "environment": "environments", "vcs_provider": "vcs-providers",
    "vcs_type": get_args(VcsProviderVcsType)})
_CREATE: Operation[VcsProvider] = Operation("POST", "/vcs-providers", account=True)
_GET: Operation[VcsProvider] = Operation(
    "GET", "/vcs-providers/{vcs_provider}", ids=("vcs-providers",),
    include=get_args(VcsProviderInclude), fields={"agent_pools": "agent-pools",
    "vcs_providers": "vcs-providers"})
_UPDATE: Operation[VcsProvider] = Operation(
    "PATCH", "/vcs-providers/{vcs_provider}", ids=("vcs-providers",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/vcs-providers/{vcs_provider}", ids=("vcs-providers",), idempotent=True)
_CREATE_VCS_TASK: Operation[None] = Operation("POST", "/vcs-tasks", content_type=JSON)
# fmt: on


class VcsProviders(Collection[VcsProvider]):
    """The calls of `scalr.vcs_providers`."""

    model = VcsProvider

    def list(self, **options: Unpack[VcsProviderListOptions]) -> Pager[VcsProvider]:
        """List VCS providers.

        `GET /vcs-providers`. Raises `ForbiddenError` or `NotFoundError`.

        Keywords: `query`; `account`; `agent_pool`; `environment`; `name`; `vcs_provider`;
        `vcs_type`; `include` of `agent_pool`; `sort` by `name`, `vcs_type` (`-` reverses);
        `fields`; `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self, *, reconcile: Pager[VcsProvider] | None = None, **values: Unpack[VcsProviderCreate]
    ) -> VcsProvider:
        """Create a VCS provider.

        `POST /vcs-providers`. `reconcile` is a list that finds the object if the answer is
        lost. Raises `ForbiddenError`, `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `applies_enabled`; `auth_type` (required); `auto_merge`; `checks_enabled`;
        `comments_enabled`; `compare_strategy`; `draft_pr_runs_enabled`; `is_shared`; `name`
        (required); `plans_enabled`; `pr_merge_comments_enabled`; `token`; `url`; `username`;
        `vcs_type` (required); `account`; `agent_pool`; `environments`.
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(
        self,
        vcs_provider: Identity[VcsProvider],
        *,
        include: Sequence[VcsProviderInclude] = (),
        fields: VcsProviderFieldsets = UNSET,
    ) -> VcsProvider:
        """Read a VCS provider.

        `GET /vcs-providers/{vcs_provider}`. Raises `NotFoundError`.

        Keywords: `include` of `agent_pool`; `fields`.
        """
        return await self._get(_GET, (vcs_provider,), include=include, fields=fields)

    async def update(
        self, vcs_provider: Identity[VcsProvider], **values: Unpack[VcsProviderUpdate]
    ) -> VcsProvider:
        """Update a VCS provider.

        `PATCH /vcs-providers/{vcs_provider}`. Raises `ForbiddenError`, `NotFoundError` or
        `UnprocessableEntityError`.

        Keywords: `applies_enabled`; `auth_type`; `auto_merge`; `checks_enabled`;
        `comments_enabled`; `compare_strategy`; `draft_pr_runs_enabled`; `is_shared`; `name`;
        `plans_enabled`; `pr_merge_comments_enabled`; `token`; `url`; `username`; `vcs_type`;
        `account`; `agent_pool`; `environments`.
        """
        return await self._update(_UPDATE, (vcs_provider,), values)

    async def delete(self, vcs_provider: Identity[VcsProvider]) -> None:
        """Delete a VCS provider.

        `DELETE /vcs-providers/{vcs_provider}`. Raises `NotFoundError`.
        """
        return await self._delete(_DELETE, (vcs_provider,))

    async def create_vcs_task(self, **values: Unpack[VcsProviderCreateVcsTask]) -> None:
        """Tell Scalr of a commit, as a repository's webhook would.

        `POST /vcs-tasks`. Raises `NotFoundError` or `ConflictError`.

        Keywords: `branch`; `commit_sha`; `repository_id`.
        """
        return await self._do(_CREATE_VCS_TASK, (), values)

    async def find(
        self,
        *,
        name: str,
        account: Identity[api.Account] | None = None,
        environment: Identity[api.Environment] | None = None,
        agent_pool: Identity[api.AgentPool] | None = None,
        include: Sequence[VcsProviderInclude] = (),
    ) -> VcsProvider:
        """Find a VCS provider by its name.

        `GET /vcs-providers`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(
            _LIST,
            name,
            {"account": account, "environment": environment, "agent_pool": agent_pool},
            include=include,
        )

    @property
    def with_response(self) -> VcsProvidersWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return VcsProvidersWithResponse(self)


class VcsProvidersWithResponse:
    """The calls of `scalr.vcs_providers.with_response`."""

    def __init__(self, calls: VcsProviders) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
        self.create_vcs_task = with_response(calls.create_vcs_task)
