"""Terraform module version usages.

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
TerraformModuleVersionUsageInclude = Literal["environment", "workspace"]
TerraformModuleVersionUsageSort = Literal[
    "created_at", "-created_at", "environment", "-environment", "version", "-version", "workspace",
    "-workspace"]
TerraformModuleVersionUsageField = Literal[
    "id", "created_at", "version", "environment", "workspace"]
# fmt: on


@resource("tf-module-version-usages")
class TerraformModuleVersionUsage(Resource):
    """One line of a report: a workspace that uses a version of a module."""

    created_at: datetime = UNSET
    version: str | None = UNSET
    environment: Ref[api.Environment] | None = UNSET
    workspace: Ref[api.Workspace] | None = UNSET


@nested
class TerraformModuleUsageVersion(Nested):
    """A version of a module in use."""

    version: str = UNSET


class TerraformModuleVersionUsageFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    environments: Sequence[api.EnvironmentField]
    terraform_module_version_usages: Sequence[TerraformModuleVersionUsageField]
    workspaces: Sequence[api.WorkspaceField]


class TerraformModuleVersionUsageListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    environment: Filter[Identity[api.Environment]]
    tf_module_usage: Filter[Identity[api.TerraformModuleUsage]]
    version: Filter[str]
    workspace: Filter[Identity[api.Workspace]]
    include: Sequence[TerraformModuleVersionUsageInclude]
    sort: TerraformModuleVersionUsageSort | Sequence[TerraformModuleVersionUsageSort]
    fields: TerraformModuleVersionUsageFieldsets


class TerraformModuleVersionUsageCsvOptions(DownloadOptions, total=False):
    """The options of `list_csv`."""

    query: str
    environment: Filter[Identity[api.Environment]]
    tf_module_usage: Filter[Identity[api.TerraformModuleUsage]]
    version: Filter[str]
    workspace: Filter[Identity[api.Workspace]]
    include: Sequence[TerraformModuleVersionUsageInclude]
    sort: TerraformModuleVersionUsageSort | Sequence[TerraformModuleVersionUsageSort]
    fields: TerraformModuleVersionUsageFieldsets


# fmt: off
_LIST: Operation[TerraformModuleVersionUsage] = Operation(
    "GET", "/reports/module-usage", paginated=True,
    include=get_args(TerraformModuleVersionUsageInclude),
    sort=get_args(TerraformModuleVersionUsageSort), fields={"environments": "environments",
    "terraform_module_version_usages": "tf-module-version-usages", "workspaces": "workspaces"},
    filters={"environment": "filter[environment]", "tf_module_usage": "filter[tf-module-usage]",
    "version": "filter[version]", "workspace": "filter[workspace]"}, params={"query": "query"},
    filter_types={"environment": "environments", "tf_module_usage": "tf-module-usages",
    "workspace": "workspaces"})
_LIST_VERSIONS: Operation[TerraformModuleUsageVersion] = Operation(
    "GET", "/reports/module-versions-usage", value=TerraformModuleUsageVersion, accept=JSON,
    filters={"tf_module_usage": "filter[tf-module-usage]", "version": "filter[version]"},
    filter_types={"tf_module_usage": "tf-module-usages"})
# fmt: on


class TerraformModuleVersionUsages(Collection[TerraformModuleVersionUsage]):
    """The calls of `scalr.terraform_module_version_usages`."""

    model = TerraformModuleVersionUsage

    def list(
        self, **options: Unpack[TerraformModuleVersionUsageListOptions]
    ) -> Pager[TerraformModuleVersionUsage]:
        """List Terraform module version usages.

        `GET /reports/module-usage`. Raises `ForbiddenError`.

        Keywords: `query`; `environment`; `tf_module_usage`; `version`; `workspace`; `include`
        of `environment`, `workspace`; `sort` by `created_at`, `environment`, `version`,
        `workspace` (`-` reverses); `fields`; `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    def list_csv(self, **options: Unpack[TerraformModuleVersionUsageCsvOptions]) -> Download:
        """Download what `list` lists as CSV.

        `GET /reports/module-usage?format=csv`. Raises `ForbiddenError`.

        Keywords: `query`; `environment`; `tf_module_usage`; `version`; `workspace`; `include`
        of `environment`, `workspace`; `sort` by `created_at`, `environment`, `version`,
        `workspace` (`-` reverses); `fields`; `to`; `on_progress`.
        """
        return self._csv(_LIST, (), options)

    async def list_versions(
        self,
        *,
        tf_module_usage: Filter[Identity[api.TerraformModuleUsage]] = UNSET,
        version: Filter[str] = UNSET,
    ) -> tuple[TerraformModuleUsageVersion, ...]:
        """List the versions of a module in use.

        `GET /reports/module-versions-usage`. Raises `ForbiddenError`.

        Keywords: `tf_module_usage`; `version`.
        """
        return await self._values(
            _LIST_VERSIONS, (), tf_module_usage=tf_module_usage, version=version
        )

    @property
    def with_response(self) -> TerraformModuleVersionUsagesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return TerraformModuleVersionUsagesWithResponse(self)


class TerraformModuleVersionUsagesWithResponse:
    """The calls of `scalr.terraform_module_version_usages.with_response`."""

    def __init__(self, calls: TerraformModuleVersionUsages) -> None:
        self.list = with_response(calls.list)
        self.list_csv = with_response(calls.list_csv)
        self.list_versions = with_response(calls.list_versions)
