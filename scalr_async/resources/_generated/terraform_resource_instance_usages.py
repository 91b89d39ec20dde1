"""Terraform resource instance usages.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack, get_args

from scalr_async._sentinels import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi.model import Identity, Ref, Resource, resource
from scalr_async.jsonapi.operation import Operation
from scalr_async.pagination import Pager
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._download import Download, DownloadOptions

if TYPE_CHECKING:
    from scalr_async.resources._generated.environments import Environment, EnvironmentField
    from scalr_async.resources._generated.runs import Run, RunField
    from scalr_async.resources._generated.state_versions import StateVersion, StateVersionField
    from scalr_async.resources._generated.terraform_resource_usages import TerraformResourceUsage
    from scalr_async.resources._generated.workspaces import Workspace, WorkspaceField
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
    environment: Ref[Environment] | None = UNSET
    resource: Ref[TerraformResourceUsage] | None = UNSET
    run: Ref[Run] | None = UNSET
    state_version: Ref[StateVersion] | None = UNSET
    workspace: Ref[Workspace] | None = UNSET


class TerraformResourceInstanceUsageFieldsets(TypedDict, total=False):
    """The fields that shall come, by type."""

    environments: Sequence[EnvironmentField]
    runs: Sequence[RunField]
    state_versions: Sequence[StateVersionField]
    terraform_resource_instance_usages: Sequence[TerraformResourceInstanceUsageField]
    workspaces: Sequence[WorkspaceField]


class TerraformResourceInstanceUsageListOptions(ListOptions, total=False):
    """What `list` takes."""

    query: str
    is_active: Filter[bool]
    is_duplicate: Filter[bool]
    tf_resource_usage: Filter[Identity[TerraformResourceUsage]]
    include: Sequence[TerraformResourceInstanceUsageInclude]
    sort: TerraformResourceInstanceUsageSort | Sequence[TerraformResourceInstanceUsageSort]
    fields: TerraformResourceInstanceUsageFieldsets


class TerraformResourceInstanceUsageCsvOptions(DownloadOptions, total=False):
    """What `list_csv` takes."""

    query: str
    is_active: Filter[bool]
    is_duplicate: Filter[bool]
    tf_resource_usage: Filter[Identity[TerraformResourceUsage]]
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
        """
        return self._list(_LIST, (), options)

    def list_csv(self, **options: Unpack[TerraformResourceInstanceUsageCsvOptions]) -> Download:
        """Download what `list` lists as CSV.

        `GET /reports/resource-usage?format=csv`. Raises `ForbiddenError`.
        """
        return self._csv(_LIST, (), options)
