"""Terraform provider version usages.

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
TerraformProviderVersionUsageInclude = Literal["environment", "workspace"]
TerraformProviderVersionUsageSort = Literal[
    "created_at", "-created_at", "environment", "-environment", "version", "-version", "workspace",
    "-workspace"]
TerraformProviderVersionUsageField = Literal[
    "id", "created_at", "version", "environment", "workspace"]
# fmt: on


@resource("tf-provider-version-usages")
class TerraformProviderVersionUsage(Resource):
    """One line of a report: a workspace that uses a version of a provider."""

    created_at: datetime = UNSET
    version: str | None = UNSET
    environment: Ref[api.Environment] | None = UNSET
    workspace: Ref[api.Workspace] | None = UNSET


@nested
class TerraformProviderUsageVersion(Nested):
    """A version of a provider in use."""

    version: str = UNSET


class TerraformProviderVersionUsageFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    environments: Sequence[api.EnvironmentField]
    terraform_provider_version_usages: Sequence[TerraformProviderVersionUsageField]
    workspaces: Sequence[api.WorkspaceField]


class TerraformProviderVersionUsageListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    environment: Filter[Identity[api.Environment]]
    tf_provider_usage: Filter[Identity[api.TerraformProviderUsage]]
    version: Filter[str]
    include: Sequence[TerraformProviderVersionUsageInclude]
    sort: TerraformProviderVersionUsageSort | Sequence[TerraformProviderVersionUsageSort]
    fields: TerraformProviderVersionUsageFieldsets


class TerraformProviderVersionUsageCsvOptions(DownloadOptions, total=False):
    """The options of `list_csv`."""

    query: str
    environment: Filter[Identity[api.Environment]]
    tf_provider_usage: Filter[Identity[api.TerraformProviderUsage]]
    version: Filter[str]
    include: Sequence[TerraformProviderVersionUsageInclude]
    sort: TerraformProviderVersionUsageSort | Sequence[TerraformProviderVersionUsageSort]
    fields: TerraformProviderVersionUsageFieldsets


# fmt: off
_LIST: Operation[TerraformProviderVersionUsage] = Operation(
    "GET", "/reports/provider-usage", paginated=True,
    include=get_args(TerraformProviderVersionUsageInclude),
    sort=get_args(TerraformProviderVersionUsageSort), fields={"environments": "environments",
    "terraform_provider_version_usages": "tf-provider-version-usages", "workspaces": "workspaces"},
    filters={"environment": "filter[environment]",
    "tf_provider_usage": "filter[tf-provider-usage]", "version": "filter[version]"},
    params={"query": "query"}, filter_types={"environment": "environments",
    "tf_provider_usage": "tf-provider-usages"})
_LIST_VERSIONS: Operation[TerraformProviderUsageVersion] = Operation(
    "GET", "/reports/provider-versions-usage", value=TerraformProviderUsageVersion, accept=JSON,
    filters={"tf_provider_usage": "filter[tf-provider-usage]"}, params={"query": "query"},
    filter_types={"tf_provider_usage": "tf-provider-usages"})
# fmt: on


class TerraformProviderVersionUsages(Collection[TerraformProviderVersionUsage]):
    """The calls of `scalr.terraform_provider_version_usages`."""

    model = TerraformProviderVersionUsage

    def list(
        self, **options: Unpack[TerraformProviderVersionUsageListOptions]
    ) -> Pager[TerraformProviderVersionUsage]:
        """List Terraform provider version usages.

        `GET /reports/provider-usage`. Raises `ForbiddenError`.

        Keywords: `query`; `environment`; `tf_provider_usage`; `version`; `include` of
        `environment`, `workspace`; `sort` by `created_at`, `environment`, `version`,
        `workspace` (`-` reverses); `fields`; `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    def list_csv(self, **options: Unpack[TerraformProviderVersionUsageCsvOptions]) -> Download:
        """Download what `list` lists as CSV.

        `GET /reports/provider-usage?format=csv`. Raises `ForbiddenError`.

        Keywords: `query`; `environment`; `tf_provider_usage`; `version`; `include` of
        `environment`, `workspace`; `sort` by `created_at`, `environment`, `version`,
        `workspace` (`-` reverses); `fields`; `to`; `on_progress`.
        """
        return self._csv(_LIST, (), options)

    async def list_versions(
        self,
        *,
        query: str = UNSET,
        tf_provider_usage: Filter[Identity[api.TerraformProviderUsage]] = UNSET,
    ) -> tuple[TerraformProviderUsageVersion, ...]:
        """List the versions of a provider in use.

        `GET /reports/provider-versions-usage`. Raises `ForbiddenError`.

        Keywords: `query`; `tf_provider_usage`.
        """
        return await self._values(
            _LIST_VERSIONS, (), query=query, tf_provider_usage=tf_provider_usage
        )

    @property
    def with_response(self) -> TerraformProviderVersionUsagesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return TerraformProviderVersionUsagesWithResponse(self)


class TerraformProviderVersionUsagesWithResponse:
    """The calls of `scalr.terraform_provider_version_usages.with_response`."""

    def __init__(self, calls: TerraformProviderVersionUsages) -> None:
        self.list = with_response(calls.list)
        self.list_csv = with_response(calls.list_csv)
        self.list_versions = with_response(calls.list_versions)
