"""Plans.

Generated from openapi/scalr.json (c5a10fd7b8a7) by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from scalr_async._sentinels import UNSET
from scalr_async.jsonapi.model import Identity, Resource, resource
from scalr_async.jsonapi.operation import Operation
from scalr_async.resources._base import Collection

# fmt: off
PlanStatus = Literal[
    "pending", "queued", "running", "finished", "canceled", "errored", "unreachable"]
PlanField = Literal[
    "id", "execution_details", "has_changes", "resource_additions", "resource_changes",
    "resource_destructions", "status", "status_timestamps"]
# fmt: on


@resource("plans")
class Plan(Resource):
    """A plan."""

    execution_details: Mapping[str, str] = UNSET
    has_changes: bool = UNSET
    resource_additions: int | None = UNSET
    resource_changes: int | None = UNSET
    resource_destructions: int | None = UNSET
    status: PlanStatus = UNSET
    status_timestamps: Mapping[str, datetime] = UNSET


_GET: Operation[Plan] = Operation("GET", "/plans/{plan}", ids=("plans",))


class Plans(Collection[Plan]):
    """Plans: `scalr.plans`."""

    model = Plan

    async def get(self, plan: Identity[Plan]) -> Plan:
        """Read a plan.

        `GET /plans/{plan}`. Raises `ForbiddenError`.
        """
        return await self._get(_GET, (plan,))
