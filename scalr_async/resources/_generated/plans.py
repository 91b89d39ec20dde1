"""Plans.

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
PlanStatus = Literal[
    "pending", "queued", "running", "finished", "canceled", "errored", "unreachable"]
PlanField = Literal[
    "id", "execution_details", "has_changes", "resource_additions", "resource_changes",
    "resource_destructions", "status", "status_timestamps"]
# fmt: on


@resource("plans")
class Plan(Resource):
    """The plan of a run: what it would change."""

    execution_details: Mapping[str, str] = UNSET
    has_changes: bool = UNSET
    resource_additions: int | None = UNSET
    resource_changes: int | None = UNSET
    resource_destructions: int | None = UNSET
    status: PlanStatus = UNSET
    status_timestamps: Mapping[str, datetime] = UNSET


# fmt: off
_GET: Operation[Plan] = Operation("GET", "/plans/{plan}", ids=("plans",))
_JSON_OUTPUT: Operation[Mapping[str, Any] | None] = Operation(
    "GET", "/plans/{plan}/json-output", ids=("plans",), accept=JSON, redirects="follow")
_LOG: Operation[str | None] = Operation(
    "GET", "/plans/{plan}/output", ids=("plans",), accept=ANY_MEDIA_TYPE, redirects="follow",
    params={"clean": "clean"})
_SANITIZED_JSON_OUTPUT: Operation[Mapping[str, Any] | None] = Operation(
    "GET", "/plans/{plan}/sanitized-json-output", ids=("plans",), accept=JSON, redirects="follow")
# fmt: on


class Plans(Collection[Plan]):
    """The calls of `scalr.plans`."""

    model = Plan

    async def get(self, plan: Identity[Plan]) -> Plan:
        """Read a plan.

        `GET /plans/{plan}`. Raises `ForbiddenError`.
        """
        return await self._get(_GET, (plan,))

    async def json_output(self, plan: Identity[Plan]) -> Mapping[str, Any] | None:
        """Read a plan in the JSON format of Terraform; None while there is none yet.

        `GET /plans/{plan}/json-output`. Raises `NotFoundError` or `APIError` (status 413).
        """
        return await self._json(_JSON_OUTPUT, (plan,))

    async def log(self, plan: Identity[Plan], *, clean: bool = UNSET) -> str | None:
        """Read the log of a plan; None while there is none yet.

        `GET /plans/{plan}/output`. Raises `NotFoundError`.

        Keywords: `clean`.
        """
        return await self._log(_LOG, (plan,), clean=clean)

    async def sanitized_json_output(self, plan: Identity[Plan]) -> Mapping[str, Any] | None:
        """Read a plan as JSON without its sensitive values; None while there is none yet.

        `GET /plans/{plan}/sanitized-json-output`. Raises `NotFoundError`.
        """
        return await self._json(_SANITIZED_JSON_OUTPUT, (plan,))

    @property
    def with_response(self) -> PlansWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return PlansWithResponse(self)


class PlansWithResponse:
    """The calls of `scalr.plans.with_response`."""

    def __init__(self, calls: Plans) -> None:
        self.get = with_response(calls.get)
        self.json_output = with_response(calls.json_output)
        self.log = with_response(calls.log)
        self.sanitized_json_output = with_response(calls.sanitized_json_output)
