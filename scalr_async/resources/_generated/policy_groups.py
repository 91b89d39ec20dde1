"""Policy groups.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._download import Download, DownloadOptions
from scalr_async.resources._with_response import with_response

# fmt: off
PolicyGroupExecuteAs = Literal["pre_plan_check", "policy_check"]
PolicyGroupStatus = Literal["fetching", "active", "errored"]
PolicyGroupField = Literal[
    "id", "common_functions_folder", "created_at", "error_message", "execute_as", "is_enforced",
    "name", "opa_version", "status", "vcs_repo", "account", "environments", "policies",
    "vcs_provider", "vcs_revision"]
PolicyGroupInclude = Literal["account", "policies", "vcs_provider", "vcs_revision"]
PolicyGroupSort = Literal[
    "account", "-account", "created_at", "-created_at", "name", "-name", "status", "-status"]
PolicyGroupPullRequestPolicyCheckResultsSort = Literal[
    "name", "-name", "pull_request_number", "-pull_request_number", "result", "-result"]
# fmt: on


@resource("policy-groups")
class PolicyGroup(Resource):
    """Policies from one repository, enforced in environments."""

    common_functions_folder: str | None = UNSET
    created_at: datetime = UNSET
    error_message: str | None = UNSET
    execute_as: PolicyGroupExecuteAs = UNSET
    is_enforced: bool = UNSET
    name: str = UNSET
    opa_version: str = UNSET
    status: PolicyGroupStatus = UNSET
    vcs_repo: PolicyGroupVcsRepo = UNSET
    account: Ref[api.Account] = UNSET
    environments: tuple[Ref[api.Environment], ...] = UNSET
    policies: tuple[Ref[api.Policy], ...] = UNSET
    vcs_provider: Ref[api.VcsProvider] = UNSET
    vcs_revision: Ref[api.VcsRevision] | None = UNSET


@nested
class PolicyGroupVcsRepo(Nested):
    """A part of `PolicyGroup`."""

    branch: str | None = UNSET
    identifier: str = UNSET
    path: str | None = UNSET


class PolicyGroupVcsRepoDict(TypedDict, total=False):
    """`PolicyGroupVcsRepo` as a dict."""

    branch: str | None
    identifier: Required[str]
    path: str | None


class _PolicyGroupValues(TypedDict, total=False):
    """The values of every write of a policy group."""

    common_functions_folder: str | None
    execute_as: PolicyGroupExecuteAs
    is_enforced: bool
    opa_version: str
    account: Identity[api.Account]


class PolicyGroupCreate(_PolicyGroupValues, total=False):
    """The values for creating a policy group."""

    name: Required[str]
    vcs_repo: Required[PolicyGroupVcsRepo | PolicyGroupVcsRepoDict]
    vcs_provider: Required[Identity[api.VcsProvider]]


class PolicyGroupUpdate(_PolicyGroupValues, total=False):
    """The values for updating a policy group."""

    name: str
    vcs_repo: PolicyGroupVcsRepo | PolicyGroupVcsRepoDict
    vcs_provider: Identity[api.VcsProvider]


class PolicyGroupFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    accounts: Sequence[api.AccountField]
    policies: Sequence[api.PolicyField]
    policy_groups: Sequence[PolicyGroupField]
    vcs_providers: Sequence[api.VcsProviderField]
    vcs_revisions: Sequence[api.VcsRevisionField]


class PolicyGroupListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    environment: Filter[Identity[api.Environment]]
    name: Filter[str]
    policy_group: Filter[Identity[PolicyGroup]]
    software_version: Filter[Identity[api.SoftwareVersion]]
    vcs_provider: Filter[Identity[api.VcsProvider]]
    include: Sequence[PolicyGroupInclude]
    sort: PolicyGroupSort | Sequence[PolicyGroupSort]
    fields: PolicyGroupFieldsets


class PolicyGroupPullRequestPolicyCheckResultsListOptions(ListOptions, total=False):
    """The options of `list_pull_request_policy_check_results`."""

    query: str
    environment: Filter[Identity[api.Environment]]
    result: Filter[api.PolicyCheckResultResult]
    terragrunt_unit: Filter[str]
    workspace: Filter[Identity[api.Workspace]]
    include: Sequence[api.PolicyCheckResultInclude]
    sort: (
        PolicyGroupPullRequestPolicyCheckResultsSort
        | Sequence[PolicyGroupPullRequestPolicyCheckResultsSort]
    )
    commit_sha: str
    fields: api.PolicyCheckResultFieldsets


class PolicyGroupPullRequestPolicyCheckResultsCsvOptions(DownloadOptions, total=False):
    """The options of `list_pull_request_policy_check_results_csv`."""

    query: str
    environment: Filter[Identity[api.Environment]]
    result: Filter[api.PolicyCheckResultResult]
    terragrunt_unit: Filter[str]
    workspace: Filter[Identity[api.Workspace]]
    include: Sequence[api.PolicyCheckResultInclude]
    sort: (
        PolicyGroupPullRequestPolicyCheckResultsSort
        | Sequence[PolicyGroupPullRequestPolicyCheckResultsSort]
    )
    commit_sha: str
    fields: api.PolicyCheckResultFieldsets


# fmt: off
_LIST: Operation[PolicyGroup] = Operation(
    "GET", "/policy-groups", paginated=True, include=get_args(PolicyGroupInclude),
    sort=get_args(PolicyGroupSort), fields={"accounts": "accounts", "policies": "policies",
    "policy_groups": "policy-groups", "vcs_providers": "vcs-providers",
    "vcs_revisions": "vcs-revisions"}, filters={"environment": "filter[environment]",
    "name": "filter[name]", "policy_group": "filter[policy-group]",
    "software_version": "filter[software-version]", "vcs_provider": "filter[vcs-provider]"},
    params={"query": "query"}, filter_types={"environment": "environments",
    "policy_group": "policy-groups", "software_version": "software-versions",
    "vcs_provider": "vcs-providers"})
_CREATE: Operation[PolicyGroup] = Operation(
    "POST", "/policy-groups", account=True, include=get_args(PolicyGroupInclude))
_GET: Operation[PolicyGroup] = Operation(
    "GET", "/policy-groups/{policy_group}", ids=("policy-groups",),
    include=get_args(PolicyGroupInclude))
_UPDATE: Operation[PolicyGroup] = Operation(
    "PATCH", "/policy-groups/{policy_group}", ids=("policy-groups",),
    include=get_args(PolicyGroupInclude))
_DELETE: Operation[None] = Operation(
    "DELETE", "/policy-groups/{policy_group}", ids=("policy-groups",), idempotent=True)
_RESYNC: Operation[None] = Operation(
    "POST", "/policy-groups/{policy_group}/actions/resync", ids=("policy-groups",))
_LIST_PULL_REQUEST_POLICY_CHECK_RESULTS: Operation[api.PolicyCheckResult] = Operation(
    "GET", "/policy-groups/{policy_group}/pull-request-policy-check-results",
    ids=("policy-groups",), result="policy-check-results", paginated=True, include=("environment",
    "workspace"), sort=get_args(PolicyGroupPullRequestPolicyCheckResultsSort),
    fields={"environments": "environments", "policy_check_results": "policy-check-results",
    "workspaces": "workspaces"}, filters={"environment": "filter[environment]",
    "result": "filter[result]", "terragrunt_unit": "filter[terragrunt-unit]",
    "workspace": "filter[workspace]"}, params={"query": "query", "commit_sha": "commit_sha"},
    filter_types={"environment": "environments", "result": ("passed", "hard_failed", "soft_failed",
    "advisory_failed"), "workspace": "workspaces"})
_ADD_ENVIRONMENTS: Operation[None] = Operation(
    "POST", "/policy-groups/{policy_group}/relationships/environments", ids=("policy-groups",),
    idempotent=True)
_REPLACE_ENVIRONMENTS: Operation[None] = Operation(
    "PATCH", "/policy-groups/{policy_group}/relationships/environments", ids=("policy-groups",),
    idempotent=True)
_REMOVE_ENVIRONMENT: Operation[None] = Operation(
    "DELETE", "/policy-groups/{policy_group}/relationships/environments/{environment}",
    ids=("policy-groups", "environments"), idempotent=True)
# fmt: on


class PolicyGroups(Collection[PolicyGroup]):
    """The calls of `scalr.policy_groups`."""

    model = PolicyGroup

    def list(self, **options: Unpack[PolicyGroupListOptions]) -> Pager[PolicyGroup]:
        """List policy groups.

        `GET /policy-groups`. Raises `ForbiddenError`.

        Keywords: `query`; `environment`; `name`; `policy_group`; `software_version`;
        `vcs_provider`; `include` of `account`, `policies`, `vcs_provider`, `vcs_revision`;
        `sort` by `account`, `created_at`, `name`, `status` (`-` reverses); `fields`;
        `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        include: Sequence[PolicyGroupInclude] = (),
        reconcile: Pager[PolicyGroup] | None = None,
        **values: Unpack[PolicyGroupCreate],
    ) -> PolicyGroup:
        """Create a policy group.

        `POST /policy-groups`. `reconcile` is a list that finds the object if the answer is
        lost. Raises `ForbiddenError`, `NotFoundError`, `ConflictError` or
        `UnprocessableEntityError`.

        Keywords: `common_functions_folder`; `execute_as`; `is_enforced`; `name` (required);
        `opa_version`; `vcs_repo` (required); `account`; `vcs_provider` (required); `include` of
        `account`, `policies`, `vcs_provider`, `vcs_revision`.
        """
        return await self._create(_CREATE, (), values, include=include, reconcile=reconcile)

    async def get(
        self, policy_group: Identity[PolicyGroup], *, include: Sequence[PolicyGroupInclude] = ()
    ) -> PolicyGroup:
        """Read a policy group.

        `GET /policy-groups/{policy_group}`. Raises `ForbiddenError` or `NotFoundError`.

        Keywords: `include` of `account`, `policies`, `vcs_provider`, `vcs_revision`.
        """
        return await self._get(_GET, (policy_group,), include=include)

    async def update(
        self,
        policy_group: Identity[PolicyGroup],
        *,
        include: Sequence[PolicyGroupInclude] = (),
        **values: Unpack[PolicyGroupUpdate],
    ) -> PolicyGroup:
        """Update a policy group.

        `PATCH /policy-groups/{policy_group}`. Raises `ForbiddenError`, `NotFoundError` or
        `UnprocessableEntityError`.

        Keywords: `common_functions_folder`; `execute_as`; `is_enforced`; `name`; `opa_version`;
        `vcs_repo`; `account`; `vcs_provider`; `include` of `account`, `policies`,
        `vcs_provider`, `vcs_revision`.
        """
        return await self._update(_UPDATE, (policy_group,), values, include=include)

    async def delete(self, policy_group: Identity[PolicyGroup]) -> None:
        """Delete a policy group.

        `DELETE /policy-groups/{policy_group}`. Raises `ForbiddenError`, `NotFoundError` or
        `ConflictError`.
        """
        return await self._delete(_DELETE, (policy_group,))

    async def resync(self, policy_group: Identity[PolicyGroup]) -> None:
        """Resync a policy group.

        `POST /policy-groups/{policy_group}/actions/resync`. Raises `ForbiddenError`,
        `NotFoundError` or `ConflictError`.
        """
        return await self._do(_RESYNC, (policy_group,))

    def list_pull_request_policy_check_results(
        self,
        policy_group: Identity[PolicyGroup],
        **options: Unpack[PolicyGroupPullRequestPolicyCheckResultsListOptions],
    ) -> Pager[api.PolicyCheckResult]:
        """List the pull request policy check results of a policy group.

        `GET /policy-groups/{policy_group}/pull-request-policy-check-results`. Raises
        `NotFoundError`.

        Keywords: `query`; `environment`; `result`; `terragrunt_unit`; `workspace`; `include` of
        `environment`, `workspace`; `sort` by `name`, `pull_request_number`, `result` (`-`
        reverses); `commit_sha`; `fields`; `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST_PULL_REQUEST_POLICY_CHECK_RESULTS, (policy_group,), options)

    def list_pull_request_policy_check_results_csv(
        self,
        policy_group: Identity[PolicyGroup],
        **options: Unpack[PolicyGroupPullRequestPolicyCheckResultsCsvOptions],
    ) -> Download:
        """Download what `list_pull_request_policy_check_results` lists as CSV.

        `GET /policy-groups/{policy_group}/pull-request-policy-check-results?format=csv`. Raises
        `NotFoundError`.

        Keywords: `query`; `environment`; `result`; `terragrunt_unit`; `workspace`; `include` of
        `environment`, `workspace`; `sort` by `name`, `pull_request_number`, `result` (`-`
        reverses); `commit_sha`; `fields`; `to`; `on_progress`.
        """
        return self._csv(_LIST_PULL_REQUEST_POLICY_CHECK_RESULTS, (policy_group,), options)

    async def add_environments(
        self, policy_group: Identity[PolicyGroup], environments: Iterable[Identity[api.Environment]]
    ) -> None:
        """Add environments to a policy group.

        `POST /policy-groups/{policy_group}/relationships/environments`. Raises `NotFoundError`.
        """
        return await self._change_refs(
            _ADD_ENVIRONMENTS, (policy_group,), environments, "environments"
        )

    async def replace_environments(
        self, policy_group: Identity[PolicyGroup], environments: Iterable[Identity[api.Environment]]
    ) -> None:
        """Replace all environments of a policy group.

        `PATCH /policy-groups/{policy_group}/relationships/environments`. Raises
        `NotFoundError`.
        """
        return await self._change_refs(
            _REPLACE_ENVIRONMENTS, (policy_group,), environments, "environments"
        )

    async def remove_environment(
        self, policy_group: Identity[PolicyGroup], environment: Identity[api.Environment]
    ) -> None:
        """Take one environment from a policy group.

        `DELETE /policy-groups/{policy_group}/relationships/environments/{environment}`. Raises
        `NotFoundError`.
        """
        return await self._delete(_REMOVE_ENVIRONMENT, (policy_group, environment))

    async def find(
        self,
        *,
        name: str,
        environment: Identity[api.Environment] | None = None,
        include: Sequence[PolicyGroupInclude] = (),
    ) -> PolicyGroup:
        """Find a policy group by its name.

        `GET /policy-groups`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {"environment": environment}, include=include)

    @property
    def with_response(self) -> PolicyGroupsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return PolicyGroupsWithResponse(self)


class PolicyGroupsWithResponse:
    """The calls of `scalr.policy_groups.with_response`."""

    def __init__(self, calls: PolicyGroups) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
        self.resync = with_response(calls.resync)
        self.list_pull_request_policy_check_results = with_response(
            calls.list_pull_request_policy_check_results
        )
        self.list_pull_request_policy_check_results_csv = with_response(
            calls.list_pull_request_policy_check_results_csv
        )
        self.add_environments = with_response(calls.add_environments)
        self.replace_environments = with_response(calls.replace_environments)
        self.remove_environment = with_response(calls.remove_environment)
