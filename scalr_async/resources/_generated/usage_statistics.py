"""Usage statistics.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from typing import Literal, Unpack

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

UsageStatisticBreakdownBy = Literal["account", "environment", "workspace"]


@resource("usage-statistics")
class UsageStatistic(Resource):
    """The runs of a day."""

    breakdown_id: str | None = UNSET
    breakdown_name: str | None = UNSET
    date: str | None = UNSET
    runs_count: int = UNSET
    runs_seconds: int = UNSET
    """Seconds that the runs took."""
    account: Ref[api.Account] | None = UNSET


class UsageStatisticListOptions(ListOptions, total=False):
    """The options of `list`."""

    account: Filter[Identity[api.Account]]
    date: Filter[str]
    breakdown_by: UsageStatisticBreakdownBy
    total: str


# fmt: off
_LIST: Operation[UsageStatistic] = Operation(
    "GET", "/usage-statistics", filters={"account": "filter[account]", "date": "filter[date]"},
    params={"breakdown_by": "breakdown_by", "total": "total"}, filter_types={"account": "accounts"})
# fmt: on


class UsageStatistics(Collection[UsageStatistic]):
    """The calls of `scalr.usage_statistics`."""

    model = UsageStatistic

    def list(self, **options: Unpack[UsageStatisticListOptions]) -> Pager[UsageStatistic]:
        """List usage statistics.

        `GET /usage-statistics`. Raises `ForbiddenError` or `NotFoundError`.

        Keywords: `account`; `date`; `breakdown_by`; `total`; `page_size`; `prefetch`; `limit`;
        `on_drift`.
        """
        return self._list(_LIST, (), options)

    @property
    def with_response(self) -> UsageStatisticsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return UsageStatisticsWithResponse(self)


class UsageStatisticsWithResponse:
    """The calls of `scalr.usage_statistics.with_response`."""

    def __init__(self, calls: UsageStatistics) -> None:
        self.list = with_response(calls.list)
