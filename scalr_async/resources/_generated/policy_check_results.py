"""Policy check results.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._download import Download, DownloadOptions
from scalr_async.resources._with_response import with_response

# fmt: off
PolicyCheckResultResult = Literal["passed", "hard_failed", "soft_failed", "advisory_failed"]
PolicyCheckResultInclude = Literal["environment", "workspace"]
PolicyCheckResultSort = Literal["name", "-name"]
PolicyCheckResultField = Literal[
    "id", "messages", "name", "pull_request_number", "pull_request_title", "result", "unit_path",
    "environment", "policy_check", "run", "workspace"]
# fmt: on


@resource("policy-check-results")
class PolicyCheckResult(Resource):
    """One line of a report: what a policy group said of a run or of a pull request."""

    messages: tuple[str, ...] = UNSET
    name: str = UNSET
    pull_request_number: str | None = UNSET
    pull_request_title: str | None = UNSET
    result: PolicyCheckResultResult = UNSET
    unit_path: str | None = UNSET
    environment: Ref[api.Environment] | None = UNSET
    policy_check: Ref[api.PolicyCheck] | None = UNSET
    run: Ref[api.Run] | None = UNSET
    workspace: Ref[api.Workspace] | None = UNSET


class PolicyCheckResultFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    environments: Sequence[api.EnvironmentField]
    policy_check_results: Sequence[PolicyCheckResultField]
    workspaces: Sequence[api.WorkspaceField]


class PolicyCheckResultListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    environment: Filter[Identity[api.Environment]]
    policy: Filter[Identity[api.Policy]]
    result: Filter[PolicyCheckResultResult]
    terragrunt_unit: Filter[str]
    workspace: Filter[Identity[api.Workspace]]
    include: Sequence[PolicyCheckResultInclude]
    sort: PolicyCheckResultSort | Sequence[PolicyCheckResultSort]
    fields: PolicyCheckResultFieldsets


class PolicyCheckResultCsvOptions(DownloadOptions, total=False):
    """The options of `list_csv`."""

    query: str
    environment: Filter[Identity[api.Environment]]
    policy: Filter[Identity[api.Policy]]
    result: Filter[PolicyCheckResultResult]
    terragrunt_unit: Filter[str]
    workspace: Filter[Identity[api.Workspace]]
    include: Sequence[PolicyCheckResultInclude]
    sort: PolicyCheckResultSort | Sequence[PolicyCheckResultSort]
    fields: PolicyCheckResultFieldsets


# fmt: off
_LIST: Operation[PolicyCheckResult] = Operation(
    "GET", "/policy-group-checks/{policy_group_check}/policy-check-results",
    ids=("policy-check-results",), paginated=True, include=get_args(PolicyCheckResultInclude),
    sort=get_args(PolicyCheckResultSort), fields={"environments": "environments",
    "policy_check_results": "policy-check-results", "workspaces": "workspaces"},
    filters={"environment": "filter[environment]", "policy": "filter[policy]",
    "result": "filter[result]", "terragrunt_unit": "filter[terragrunt-unit]",
    "workspace": "filter[workspace]"}, params={"query": "query"},
    filter_types={"environment": "environments", "policy": "policies",
    "result": get_args(PolicyCheckResultResult), "workspace": "workspaces"})
# fmt: on


class PolicyCheckResults(Collection[PolicyCheckResult]):
    """The calls of `scalr.policy_check_results`."""

    model = PolicyCheckResult

    def list(
        self,
        policy_check_result: Identity[PolicyCheckResult],
        **options: Unpack[PolicyCheckResultListOptions],
    ) -> Pager[PolicyCheckResult]:
        """List policy check results.

        `GET /policy-group-checks/{policy_group_check}/policy-check-results`. Raises
        `ForbiddenError` or `NotFoundError`.

        Keywords: `query`; `environment`; `policy`; `result`; `terragrunt_unit`; `workspace`;
        `include` of `environment`, `workspace`; `sort` by `name` (`-` reverses); `fields`;
        `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (policy_check_result,), options)

    def list_csv(
        self,
        policy_check_result: Identity[PolicyCheckResult],
        **options: Unpack[PolicyCheckResultCsvOptions],
    ) -> Download:
        """Download what `list` lists as CSV.

        `GET /policy-group-checks/{policy_group_check}/policy-check-results?format=csv`. Raises
        `ForbiddenError` or `NotFoundError`.

        Keywords: `query`; `environment`; `policy`; `result`; `terragrunt_unit`; `workspace`;
        `include` of `environment`, `workspace`; `sort` by `name` (`-` reverses); `fields`;
        `to`; `on_progress`.
        """
        return self._csv(_LIST, (policy_check_result,), options)

    @property
    def with_response(self) -> PolicyCheckResultsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return PolicyCheckResultsWithResponse(self)


class PolicyCheckResultsWithResponse:
    """The calls of `scalr.policy_check_results.with_response`."""

    def __init__(self, calls: PolicyCheckResults) -> None:
        self.list = with_response(calls.list)
        self.list_csv = with_response(calls.list_csv)
