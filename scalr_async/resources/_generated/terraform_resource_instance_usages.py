"""Terraform resource instance usages.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
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
TerraformResourceInstanceUsageInclude = Literal["environment", "run", "state_version", "workspace"]
TerraformResourceInstanceUsageSort = Literal[
    "is_active", "-is_active", "name", "-name", "updated_at", "-updated_at"]
TerraformResourceInstanceUsageField = Literal[
    "id", "address", "external_id", "is_active", "is_duplicate", "name", "updated_at",
    "updated_by_email", "workspace_name", "environment", "resource", "run", "state_version",
    "workspace"]
# fmt: on


@resource("tf-resource-instance-usages")
class TerraformResourceInstanceUsage(Resource):
    """One line of a report: a resource in the state of a workspace."""

    address: str = UNSET
    external_id: str = UNSET
    is_active: bool = UNSET
    is_duplicate: bool = UNSET
    name: str = UNSET
    updated_at: datetime = UNSET
    updated_by_email: str = UNSET
    workspace_name: str = UNSET
    environment: Ref[api.Environment] | None = UNSET
    resource: Ref[api.TerraformResourceUsage] | None = UNSET
    run: Ref[api.Run] | None = UNSET
    state_version: Ref[api.StateVersion] | None = UNSET
    workspace: Ref[api.Workspace] | None = UNSET


class TerraformResourceInstanceUsageFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    environments: Sequence[api.EnvironmentField]
    runs: Sequence[api.RunField]
    state_versions: Sequence[api.StateVersionField]
    terraform_resource_instance_usages: Sequence[TerraformResourceInstanceUsageField]
    workspaces: Sequence[api.WorkspaceField]


class TerraformResourceInstanceUsageListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    is_active: Filter[bool]
    is_duplicate: Filter[bool]
    tf_resource_usage: Filter[Identity[api.TerraformResourceUsage]]
    include: Sequence[TerraformResourceInstanceUsageInclude]
    sort: TerraformResourceInstanceUsageSort | Sequence[TerraformResourceInstanceUsageSort]
    fields: TerraformResourceInstanceUsageFieldsets


class TerraformResourceInstanceUsageCsvOptions(DownloadOptions, total=False):
    """The options of `list_csv`."""

    query: str
    is_active: Filter[bool]
    is_duplicate: Filter[bool]
    tf_resource_usage: Filter[Identity[api.TerraformResourceUsage]]
    include: Sequence[TerraformResourceInstanceUsageInclude]
    sort: TerraformResourceInstanceUsageSort | Sequence[TerraformResourceInstanceUsageSort]
    fields: TerraformResourceInstanceUsageFieldsets


# fmt: off
_LIST: Operation[TerraformResourceInstanceUsage] = Operation(
    "GET", "/reports/resource-usage", paginated=True,
    include=get_args(TerraformResourceInstanceUsageInclude),
    sort=get_args(TerraformResourceInstanceUsageSort), fields={"environments": "environments",
    "runs": "runs", "state_versions": "state-versions",
    "terraform_resource_instance_usages": "tf-resource-instance-usages",
    "workspaces": "workspaces"}, filters={"is_active": "filter[is-active]",
    "is_duplicate": "filter[is-duplicate]", "tf_resource_usage": "filter[tf-resource-usage]"},
    params={"query": "query"}, filter_types={"is_active": bool, "is_duplicate": bool,
    "tf_resource_usage": "tf-resource-usages"})
# fmt: on


class TerraformResourceInstanceUsages(Collection[TerraformResourceInstanceUsage]):
    """The calls of `scalr.terraform_resource_instance_usages`."""

    model = TerraformResourceInstanceUsage

    def list(
        self, **options: Unpack[TerraformResourceInstanceUsageListOptions]
    ) -> Pager[TerraformResourceInstanceUsage]:
        """List Terraform resource instance usages.

        `GET /reports/resource-usage`. Raises `ForbiddenError`.

        Keywords: `query`; `is_active`; `is_duplicate`; `tf_resource_usage`; `include` of
        `environment`, `run`, `state_version`, `workspace`; `sort` by `is_active`, `name`,
        `updated_at` (`-` reverses); `fields`; `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    def list_csv(self, **options: Unpack[TerraformResourceInstanceUsageCsvOptions]) -> Download:
        """Download what `list` lists as CSV.

        `GET /reports/resource-usage?format=csv`. Raises `ForbiddenError`.

        Keywords: `query`; `is_active`; `is_duplicate`; `tf_resource_usage`; `include` of
        `environment`, `run`, `state_version`, `workspace`; `sort` by `is_active`, `name`,
        `updated_at` (`-` reverses); `fields`; `to`; `on_progress`.
        """
        return self._csv(_LIST, (), options)

    async def find(
        self, *, name: str, include: Sequence[TerraformResourceInstanceUsageInclude] = ()
    ) -> TerraformResourceInstanceUsage:
        """Find a Terraform resource instance usage by its name.

        `GET /reports/resource-usage`. Raises `NoResultError`, which tells names that come
        close, or `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {}, include=include)

    @property
    def with_response(self) -> TerraformResourceInstanceUsagesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return TerraformResourceInstanceUsagesWithResponse(self)


class TerraformResourceInstanceUsagesWithResponse:
    """The calls of `scalr.terraform_resource_instance_usages.with_response`."""

    def __init__(self, calls: TerraformResourceInstanceUsages) -> None:
        self.list = with_response(calls.list)
        self.list_csv = with_response(calls.list_csv)
