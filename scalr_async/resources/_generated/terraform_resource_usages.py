"""Terraform resource usages.

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
TerraformResourceUsageSort = Literal["name", "-name"]
TerraformResourceUsageField = Literal[
    "id", "active_instances_count", "deleted_instances_count", "name", "provider_type",
    "workspaces_count", "account"]
# fmt: on


@resource("tf-resource-usages")
class TerraformResourceUsage(Resource):
    """One line of a report: a type of resource, and how many there are."""

    active_instances_count: int = UNSET
    deleted_instances_count: int = UNSET
    name: str = UNSET
    provider_type: str = UNSET
    workspaces_count: int = UNSET
    account: Ref[api.Account] | None = UNSET


@nested
class TerraformResourceUsageProviderType(Nested):
    """A type of providers whose resources are in use."""

    provider_type: str = UNSET


class TerraformResourceUsageFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    terraform_resource_usages: Sequence[TerraformResourceUsageField]


class TerraformResourceUsageListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    provider_type: Filter[str]
    sort: TerraformResourceUsageSort | Sequence[TerraformResourceUsageSort]
    fields: TerraformResourceUsageFieldsets


class TerraformResourceUsageCsvOptions(DownloadOptions, total=False):
    """The options of `list_csv`."""

    query: str
    provider_type: Filter[str]
    sort: TerraformResourceUsageSort | Sequence[TerraformResourceUsageSort]
    fields: TerraformResourceUsageFieldsets


# fmt: off
_LIST_PROVIDER_TYPES: Operation[TerraformResourceUsageProviderType] = Operation(
    "GET", "/reports/resource-providers", value=TerraformResourceUsageProviderType, accept=JSON,
    params={"query": "query"})
_LIST: Operation[TerraformResourceUsage] = Operation(
    "GET", "/reports/resources", paginated=True, sort=get_args(TerraformResourceUsageSort),
    fields={"terraform_resource_usages": "tf-resource-usages"},
    filters={"provider_type": "filter[provider-type]"}, params={"query": "query"})
_GET: Operation[TerraformResourceUsage] = Operation(
    "GET", "/reports/resources/{resource_usage}", ids=("tf-resource-usages",),
    fields={"terraform_resource_usages": "tf-resource-usages"})
# fmt: on


class TerraformResourceUsages(Collection[TerraformResourceUsage]):
    """The calls of `scalr.terraform_resource_usages`."""

    model = TerraformResourceUsage

    async def list_provider_types(
        self, *, query: str = UNSET
    ) -> tuple[TerraformResourceUsageProviderType, ...]:
        """List the provider types of the resources in use.

        `GET /reports/resource-providers`. Raises `ForbiddenError`.

        Keywords: `query`.
        """
        return await self._values(_LIST_PROVIDER_TYPES, (), query=query)

    def list(
        self, **options: Unpack[TerraformResourceUsageListOptions]
    ) -> Pager[TerraformResourceUsage]:
        """List Terraform resource usages.

        `GET /reports/resources`. Raises `ForbiddenError`.

        Keywords: `query`; `provider_type`; `sort` by `name` (`-` reverses); `fields`;
        `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    def list_csv(self, **options: Unpack[TerraformResourceUsageCsvOptions]) -> Download:
        """Download what `list` lists as CSV.

        `GET /reports/resources?format=csv`. Raises `ForbiddenError`.

        Keywords: `query`; `provider_type`; `sort` by `name` (`-` reverses); `fields`; `to`;
        `on_progress`.
        """
        return self._csv(_LIST, (), options)

    async def get(
        self,
        terraform_resource_usage: Identity[TerraformResourceUsage],
        *,
        fields: TerraformResourceUsageFieldsets = UNSET,
    ) -> TerraformResourceUsage:
        """Read a Terraform resource usage.

        `GET /reports/resources/{resource_usage}`. Raises `ForbiddenError` or `NotFoundError`.

        Keywords: `fields`.
        """
        return await self._get(_GET, (terraform_resource_usage,), fields=fields)

    async def find(self, *, name: str) -> TerraformResourceUsage:
        """Find a Terraform resource usage by its name.

        `GET /reports/resources`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {})

    @property
    def with_response(self) -> TerraformResourceUsagesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return TerraformResourceUsagesWithResponse(self)


class TerraformResourceUsagesWithResponse:
    """The calls of `scalr.terraform_resource_usages.with_response`."""

    def __init__(self, calls: TerraformResourceUsages) -> None:
        self.list_provider_types = with_response(calls.list_provider_types)
        self.list = with_response(calls.list)
        self.list_csv = with_response(calls.list_csv)
        self.get = with_response(calls.get)
