"""Terraform module usages.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
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
TerraformModuleUsageInclude = Literal["namespace"]
TerraformModuleUsageSort = Literal[
    "module", "-module", "namespace", "-namespace", "parent_module", "-parent_module", "source",
    "-source", "versions_used_count", "-versions_used_count", "workspaces_count",
    "-workspaces_count"]
TerraformModuleUsageField = Literal[
    "id", "module", "parent_module", "source", "versions_used_count", "workspaces_count",
    "namespace"]
# fmt: on


@resource("tf-module-usages")
class TerraformModuleUsage(Resource):
    """One line of a report: a module, and how many workspaces use it."""

    module: str = UNSET
    parent_module: str | None = UNSET
    source: str | None = UNSET
    versions_used_count: int = UNSET
    workspaces_count: int = UNSET
    namespace: Ref[api.ModuleUsageNamespace] | None = UNSET


@nested
class TerraformModuleUsageSource(Nested):
    """A source of modules in use."""

    source: str = UNSET


class TerraformModuleUsageFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    module_usage_namespaces: Sequence[api.ModuleUsageNamespaceField]
    terraform_module_usages: Sequence[TerraformModuleUsageField]


class TerraformModuleUsageSourcesListOptions(ListOptions, total=False):
    """The options of `list_sources`."""

    query: str


class TerraformModuleUsageListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    environment: Filter[Identity[api.Environment]]
    source: Filter[str]
    tf_module_namespace: Filter[Identity[api.ModuleUsageNamespace]]
    workspace: Filter[Identity[api.Workspace]]
    include: Sequence[TerraformModuleUsageInclude]
    sort: TerraformModuleUsageSort | Sequence[TerraformModuleUsageSort]
    fields: TerraformModuleUsageFieldsets


class TerraformModuleUsageCsvOptions(DownloadOptions, total=False):
    """The options of `list_csv`."""

    query: str
    environment: Filter[Identity[api.Environment]]
    source: Filter[str]
    tf_module_namespace: Filter[Identity[api.ModuleUsageNamespace]]
    workspace: Filter[Identity[api.Workspace]]
    include: Sequence[TerraformModuleUsageInclude]
    sort: TerraformModuleUsageSort | Sequence[TerraformModuleUsageSort]
    fields: TerraformModuleUsageFieldsets


# fmt: off
_LIST_SOURCES: Operation[TerraformModuleUsageSource] = Operation(
    "GET", "/reports/module-sources", value=TerraformModuleUsageSource, accept=JSON,
    paginated=True, params={"query": "query"})
_LIST: Operation[TerraformModuleUsage] = Operation(
    "GET", "/reports/modules", paginated=True, include=get_args(TerraformModuleUsageInclude),
    sort=get_args(TerraformModuleUsageSort),
    fields={"module_usage_namespaces": "tf-module-namespaces",
    "terraform_module_usages": "tf-module-usages"}, filters={"environment": "filter[environment]",
    "source": "filter[source]", "tf_module_namespace": "filter[tf-module-namespace]",
    "workspace": "filter[workspace]"}, params={"query": "query"},
    filter_types={"environment": "environments", "tf_module_namespace": "tf-module-namespaces",
    "workspace": "workspaces"})
_GET: Operation[TerraformModuleUsage] = Operation(
    "GET", "/reports/modules/{module_usage}", ids=("tf-module-usages",),
    include=get_args(TerraformModuleUsageInclude),
    fields={"module_usage_namespaces": "tf-module-namespaces",
    "terraform_module_usages": "tf-module-usages"})
# fmt: on


class TerraformModuleUsages(Collection[TerraformModuleUsage]):
    """The calls of `scalr.terraform_module_usages`."""

    model = TerraformModuleUsage

    def list_sources(
        self, **options: Unpack[TerraformModuleUsageSourcesListOptions]
    ) -> Pager[TerraformModuleUsageSource]:
        """List the sources of the modules in use.

        `GET /reports/module-sources`. Raises `ForbiddenError`.

        Keywords: `query`; `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list_values(_LIST_SOURCES, (), options)

    def list(
        self, **options: Unpack[TerraformModuleUsageListOptions]
    ) -> Pager[TerraformModuleUsage]:
        """List Terraform module usages.

        `GET /reports/modules`. Raises `ForbiddenError`.

        Keywords: `query`; `environment`; `source`; `tf_module_namespace`; `workspace`;
        `include` of `namespace`; `sort` by `module`, `namespace`, `parent_module`, `source`,
        `versions_used_count`, `workspaces_count` (`-` reverses); `fields`; `page_size`;
        `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    def list_csv(self, **options: Unpack[TerraformModuleUsageCsvOptions]) -> Download:
        """Download what `list` lists as CSV.

        `GET /reports/modules?format=csv`. Raises `ForbiddenError`.

        Keywords: `query`; `environment`; `source`; `tf_module_namespace`; `workspace`;
        `include` of `namespace`; `sort` by `module`, `namespace`, `parent_module`, `source`,
        `versions_used_count`, `workspaces_count` (`-` reverses); `fields`; `to`; `on_progress`.
        """
        return self._csv(_LIST, (), options)

    async def get(
        self,
        terraform_module_usage: Identity[TerraformModuleUsage],
        *,
        include: Sequence[TerraformModuleUsageInclude] = (),
        fields: TerraformModuleUsageFieldsets = UNSET,
    ) -> TerraformModuleUsage:
        """Read a Terraform module usage.

        `GET /reports/modules/{module_usage}`. Raises `ForbiddenError` or `NotFoundError`.

        Keywords: `include` of `namespace`; `fields`.
        """
        return await self._get(_GET, (terraform_module_usage,), include=include, fields=fields)

    @property
    def with_response(self) -> TerraformModuleUsagesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return TerraformModuleUsagesWithResponse(self)


class TerraformModuleUsagesWithResponse:
    """The calls of `scalr.terraform_module_usages.with_response`."""

    def __init__(self, calls: TerraformModuleUsages) -> None:
        self.list_sources = with_response(calls.list_sources)
        self.list = with_response(calls.list)
        self.list_csv = with_response(calls.list_csv)
        self.get = with_response(calls.get)
