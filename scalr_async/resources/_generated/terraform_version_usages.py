"""Terraform version usages.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypedDict, Unpack, get_args

from scalr_async._http import JSON
from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._download import Download, DownloadOptions
from scalr_async.resources._with_response import with_response

# fmt: off
TerraformVersionUsageIacPlatform = Literal["terraform", "opentofu"]
TerraformVersionUsageInclude = Literal["account", "environment", "workspace"]
TerraformVersionUsageSort = Literal[
    "created_at", "-created_at", "environment", "-environment", "iac_platform", "-iac_platform",
    "version", "-version", "workspace", "-workspace"]
TerraformVersionUsageField = Literal[
    "id", "created_at", "iac_platform", "is_auto", "version", "account", "environment", "workspace"]
# fmt: on


@resource("tf-version-usages")
class TerraformVersionUsage(Resource):
    """One line of a report: a workspace, and the version it runs on."""

    created_at: datetime = UNSET
    iac_platform: TerraformVersionUsageIacPlatform = UNSET
    is_auto: bool = UNSET
    version: str = UNSET
    account: Ref[api.Account] | None = UNSET
    environment: Ref[api.Environment] | None = UNSET
    workspace: Ref[api.Workspace] | None = UNSET


@nested
class TerraformVersionUsageVersion(Nested):
    """A version of Terraform or OpenTofu in use."""

    version: str = UNSET


class TerraformVersionUsageFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    accounts: Sequence[api.AccountField]
    environments: Sequence[api.EnvironmentField]
    terraform_version_usages: Sequence[TerraformVersionUsageField]
    workspaces: Sequence[api.WorkspaceField]


class TerraformVersionUsageListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    account: Filter[Identity[api.Account]]
    environment: Filter[Identity[api.Environment]]
    iac_platform: Filter[TerraformVersionUsageIacPlatform]
    is_auto: Filter[bool]
    version: Filter[str]
    include: Sequence[TerraformVersionUsageInclude]
    sort: TerraformVersionUsageSort | Sequence[TerraformVersionUsageSort]
    fields: TerraformVersionUsageFieldsets


class TerraformVersionUsageCsvOptions(DownloadOptions, total=False):
    """The options of `list_csv`."""

    query: str
    account: Filter[Identity[api.Account]]
    environment: Filter[Identity[api.Environment]]
    iac_platform: Filter[TerraformVersionUsageIacPlatform]
    is_auto: Filter[bool]
    version: Filter[str]
    include: Sequence[TerraformVersionUsageInclude]
    sort: TerraformVersionUsageSort | Sequence[TerraformVersionUsageSort]
    fields: TerraformVersionUsageFieldsets


class TerraformVersionUsageVersionsListOptions(ListOptions, total=False):
    """The options of `list_versions`."""

    query: str


# fmt: off
_LIST: Operation[TerraformVersionUsage] = Operation(
    "GET", "/reports/tf-versions-usage", paginated=True,
    include=get_args(TerraformVersionUsageInclude), sort=get_args(TerraformVersionUsageSort),
    fields={"accounts": "accounts", "environments": "environments",
    "terraform_version_usages": "tf-version-usages", "workspaces": "workspaces"},
    filters={"account": "filter[account]", "environment": "filter[environment]",
    "iac_platform": "filter[iac-platform]", "is_auto": "filter[is-auto]",
    "version": "filter[version]"}, params={"query": "query"}, filter_types={"account": "accounts",
    "environment": "environments", "iac_platform": get_args(TerraformVersionUsageIacPlatform),
    "is_auto": bool})
_LIST_VERSIONS: Operation[TerraformVersionUsageVersion] = Operation(
    "GET", "/reports/tf-versions-usage-versions", value=TerraformVersionUsageVersion, accept=JSON,
    paginated=True, params={"query": "query"})
# fmt: on


class TerraformVersionUsages(Collection[TerraformVersionUsage]):
    """The calls of `scalr.terraform_version_usages`."""

    model = TerraformVersionUsage

    def list(
        self, **options: Unpack[TerraformVersionUsageListOptions]
    ) -> Pager[TerraformVersionUsage]:
        """List Terraform version usages.

        `GET /reports/tf-versions-usage`. Raises `ForbiddenError`.

        Keywords: `query`; `account`; `environment`; `iac_platform`; `is_auto`; `version`;
        `include` of `account`, `environment`, `workspace`; `sort` by `created_at`,
        `environment`, `iac_platform`, `version`, `workspace` (`-` reverses); `fields`;
        `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    def list_csv(self, **options: Unpack[TerraformVersionUsageCsvOptions]) -> Download:
        """Download what `list` lists as CSV.

        `GET /reports/tf-versions-usage?format=csv`. Raises `ForbiddenError`.

        Keywords: `query`; `account`; `environment`; `iac_platform`; `is_auto`; `version`;
        `include` of `account`, `environment`, `workspace`; `sort` by `created_at`,
        `environment`, `iac_platform`, `version`, `workspace` (`-` reverses); `fields`; `to`;
        `on_progress`.
        """
        return self._csv(_LIST, (), options)

    def list_versions(
        self, **options: Unpack[TerraformVersionUsageVersionsListOptions]
    ) -> Pager[TerraformVersionUsageVersion]:
        """List the Terraform and OpenTofu versions in use.

        `GET /reports/tf-versions-usage-versions`. Raises `ForbiddenError`.

        Keywords: `query`; `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list_values(_LIST_VERSIONS, (), options)

    @property
    def with_response(self) -> TerraformVersionUsagesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return TerraformVersionUsagesWithResponse(self)


class TerraformVersionUsagesWithResponse:
    """The calls of `scalr.terraform_version_usages.with_response`."""

    def __init__(self, calls: TerraformVersionUsages) -> None:
        self.list = with_response(calls.list)
        self.list_csv = with_response(calls.list_csv)
        self.list_versions = with_response(calls.list_versions)
