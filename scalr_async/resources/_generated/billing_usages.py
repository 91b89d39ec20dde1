"""Billing usages.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Operation, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._download import Download, DownloadOptions
from scalr_async.resources._with_response import with_response

# fmt: off
BillingUsageSort = Literal[
    "account_name", "-account_name", "environment_name", "-environment_name", "plan_apply_runs",
    "-plan_apply_runs", "plan_only_runs", "-plan_only_runs", "total_runs", "-total_runs",
    "workspace_name", "-workspace_name"]
BillingUsageBreakdownBy = Literal["account", "environment", "workspace"]
# fmt: on


@resource("billing-usages")
class BillingUsage(Resource):
    """One line of a report: the runs that are billed."""

    account_id: str | None = UNSET
    account_name: str | None = UNSET
    environment_id: str | None = UNSET
    environment_name: str | None = UNSET
    plan_apply_runs: int = UNSET
    plan_only_runs: int = UNSET
    total_runs: int = UNSET
    workspace_id: str | None = UNSET
    workspace_name: str | None = UNSET


class BillingUsageListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    date: Filter[str]
    sort: BillingUsageSort | Sequence[BillingUsageSort]
    breakdown_by: Sequence[BillingUsageBreakdownBy]


class BillingUsageCsvOptions(DownloadOptions, total=False):
    """The options of `list_csv`."""

    query: str
    date: Filter[str]
    sort: BillingUsageSort | Sequence[BillingUsageSort]
    breakdown_by: Sequence[BillingUsageBreakdownBy]


# fmt: off
_LIST: Operation[BillingUsage] = Operation(
    "GET", "/reports/billing", paginated=True, sort=get_args(BillingUsageSort),
    filters={"date": "filter[date]"}, params={"query": "query", "breakdown_by": "breakdown-by"})
# fmt: on


class BillingUsages(Collection[BillingUsage]):
    """The calls of `scalr.billing_usages`."""

    model = BillingUsage

    def list(self, **options: Unpack[BillingUsageListOptions]) -> Pager[BillingUsage]:
        """List billing usages.

        `GET /reports/billing`. Raises `ForbiddenError`.

        Keywords: `query`; `date`; `sort` by `account_name`, `environment_name`,
        `plan_apply_runs`, `plan_only_runs`, `total_runs`, `workspace_name` (`-` reverses);
        `breakdown_by`; `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    def list_csv(self, **options: Unpack[BillingUsageCsvOptions]) -> Download:
        """Download what `list` lists as CSV.

        `GET /reports/billing?format=csv`. Raises `ForbiddenError`.

        Keywords: `query`; `date`; `sort` by `account_name`, `environment_name`,
        `plan_apply_runs`, `plan_only_runs`, `total_runs`, `workspace_name` (`-` reverses);
        `breakdown_by`; `to`; `on_progress`.
        """
        return self._csv(_LIST, (), options)

    @property
    def with_response(self) -> BillingUsagesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return BillingUsagesWithResponse(self)


class BillingUsagesWithResponse:
    """The calls of `scalr.billing_usages.with_response`."""

    def __init__(self, calls: BillingUsages) -> None:
        self.list = with_response(calls.list)
        self.list_csv = with_response(calls.list_csv)
