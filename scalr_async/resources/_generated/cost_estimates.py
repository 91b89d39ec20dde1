"""Cost estimates.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from scalr_async._http import ANY_MEDIA_TYPE, JSON
from scalr_async._values import UNSET
from scalr_async.jsonapi import Identity, Operation, Resource, resource
from scalr_async.resources._base import Collection
from scalr_async.resources._with_response import with_response

# fmt: off
CostEstimateStatus = Literal["pending", "queued", "finished", "canceled", "errored", "unreachable"]
CostEstimateField = Literal[
    "id", "delta_monthly_cost", "error_message", "matched_resources_count", "prior_monthly_cost",
    "proposed_monthly_cost", "resources_count", "status", "status_timestamps",
    "unmatched_resources_count"]
# fmt: on


@resource("cost-estimates")
class CostEstimate(Resource):
    """The monthly cost of the resources in a run's plan."""

    delta_monthly_cost: str = UNSET
    error_message: str | None = UNSET
    matched_resources_count: int | None = UNSET
    prior_monthly_cost: str = UNSET
    proposed_monthly_cost: str = UNSET
    resources_count: int | None = UNSET
    status: CostEstimateStatus = UNSET
    status_timestamps: Mapping[str, datetime] = UNSET
    unmatched_resources_count: int | None = UNSET


# fmt: off
_GET: Operation[CostEstimate] = Operation(
    "GET", "/cost-estimates/{cost_estimate}", ids=("cost-estimates",))
_BREAKDOWN: Operation[Mapping[str, Any]] = Operation(
    "GET", "/cost-estimates/{cost_estimate}/breakdown", ids=("cost-estimates",), accept=JSON,
    redirects="follow")
_LOG: Operation[str] = Operation(
    "GET", "/cost-estimates/{cost_estimate}/output", ids=("cost-estimates",),
    accept=ANY_MEDIA_TYPE, redirects="follow")
# fmt: on


class CostEstimates(Collection[CostEstimate]):
    """The calls of `scalr.cost_estimates`."""

    model = CostEstimate

    async def get(self, cost_estimate: Identity[CostEstimate]) -> CostEstimate:
        """Read a cost estimate.

        `GET /cost-estimates/{cost_estimate}`. Raises `NotFoundError`.
        """
        return await self._get(_GET, (cost_estimate,))

    async def breakdown(self, cost_estimate: Identity[CostEstimate]) -> Mapping[str, Any]:
        """Read the breakdown of a cost estimate.

        `GET /cost-estimates/{cost_estimate}/breakdown`. Raises `NotFoundError` or
        `UnprocessableEntityError`.
        """
        return await self._json(_BREAKDOWN, (cost_estimate,))

    async def log(self, cost_estimate: Identity[CostEstimate]) -> str:
        """Read the log of a cost estimate.

        `GET /cost-estimates/{cost_estimate}/output`. Raises `NotFoundError` or
        `UnprocessableEntityError`.
        """
        return await self._text(_LOG, (cost_estimate,))

    @property
    def with_response(self) -> CostEstimatesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return CostEstimatesWithResponse(self)


class CostEstimatesWithResponse:
    """The calls of `scalr.cost_estimates.with_response`."""

    def __init__(self, calls: CostEstimates) -> None:
        self.get = with_response(calls.get)
        self.breakdown = with_response(calls.breakdown)
        self.log = with_response(calls.log)
