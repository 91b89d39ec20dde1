"""Terraform provider usages.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict, Unpack, get_args

from scalr_async._http import JSON
from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Nested, Operation, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._download import Download, DownloadOptions
from scalr_async.resources._with_response import with_response

# fmt: off
TerraformProviderUsageSort = Literal[
    "provider", "-provider", "source", "-source", "versions_used_count", "-versions_used_count",
    "workspaces_count", "-workspaces_count"]
TerraformProviderUsageField = Literal[
    "id", "provider", "source", "versions_used_count", "workspaces_count"]
# fmt: on


@resource("tf-provider-usages")
class TerraformProviderUsage(Resource):
    """One line of a report: a provider, and how many workspaces use it."""

    provider: str = UNSET
    source: str = UNSET
    versions_used_count: int = UNSET
    workspaces_count: int = UNSET


@nested
class TerraformProviderUsageSource(Nested):
    """A source of providers in use."""

    source: str = UNSET


class TerraformProviderUsageFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    terraform_provider_usages: Sequence[TerraformProviderUsageField]


class TerraformProviderUsageListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    source: Filter[str]
    sort: TerraformProviderUsageSort | Sequence[TerraformProviderUsageSort]
    fields: TerraformProviderUsageFieldsets


class TerraformProviderUsageCsvOptions(DownloadOptions, total=False):
    """The options of `list_csv`."""

    query: str
    source: Filter[str]
    sort: TerraformProviderUsageSort | Sequence[TerraformProviderUsageSort]
    fields: TerraformProviderUsageFieldsets


# fmt: off
_LIST_SOURCES: Operation[TerraformProviderUsageSource] = Operation(
    "GET", "/reports/provider-sources", value=TerraformProviderUsageSource, accept=JSON,
    params={"query": "query"})
_LIST: Operation[TerraformProviderUsage] = Operation(
    "GET", "/reports/providers", paginated=True, sort=get_args(TerraformProviderUsageSort),
    fields={"terraform_provider_usages": "tf-provider-usages"},
    filters={"source": "filter[source]"}, params={"query": "query"})
_GET: Operation[TerraformProviderUsage] = Operation(
    "GET", "/reports/providers/{provider_usage}", ids=("tf-provider-usages",),
    fields={"terraform_provider_usages": "tf-provider-usages"})
# fmt: on


class TerraformProviderUsages(Collection[TerraformProviderUsage]):
    """The calls of `scalr.terraform_provider_usages`."""

    model = TerraformProviderUsage

    async def list_sources(self, *, query: str = UNSET) -> tuple[TerraformProviderUsageSource, ...]:
        """List the sources of the providers in use.

        `GET /reports/provider-sources`. Raises `ForbiddenError`.

        Keywords: `query`.
        """
        return await self._values(_LIST_SOURCES, (), query=query)

    def list(
        self, **options: Unpack[TerraformProviderUsageListOptions]
    ) -> Pager[TerraformProviderUsage]:
        """List Terraform provider usages.

        `GET /reports/providers`. Raises `ForbiddenError`.

        Keywords: `query`; `source`; `sort` by `provider`, `source`, `versions_used_count`,
        `workspaces_count` (`-` reverses); `fields`; `page_size`; `prefetch`; `limit`;
        `on_drift`.
        """
        return self._list(_LIST, (), options)

    def list_csv(self, **options: Unpack[TerraformProviderUsageCsvOptions]) -> Download:
        """Download what `list` lists as CSV.

        `GET /reports/providers?format=csv`. Raises `ForbiddenError`.

        Keywords: `query`; `source`; `sort` by `provider`, `source`, `versions_used_count`,
        `workspaces_count` (`-` reverses); `fields`; `to`; `on_progress`.
        """
        return self._csv(_LIST, (), options)

    async def get(
        self,
        terraform_provider_usage: Identity[TerraformProviderUsage],
        *,
        fields: TerraformProviderUsageFieldsets = UNSET,
    ) -> TerraformProviderUsage:
        """Read a Terraform provider usage.

        `GET /reports/providers/{provider_usage}`. Raises `ForbiddenError` or `NotFoundError`.

        Keywords: `fields`.
        """
        return await self._get(_GET, (terraform_provider_usage,), fields=fields)

    @property
    def with_response(self) -> TerraformProviderUsagesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return TerraformProviderUsagesWithResponse(self)


class TerraformProviderUsagesWithResponse:
    """The calls of `scalr.terraform_provider_usages.with_response`."""

    def __init__(self, calls: TerraformProviderUsages) -> None:
        self.list_sources = with_response(calls.list_sources)
        self.list = with_response(calls.list)
        self.list_csv = with_response(calls.list_csv)
        self.get = with_response(calls.get)
