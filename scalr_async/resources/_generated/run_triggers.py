"""Run triggers.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection
from scalr_async.resources._with_response import with_response

RunTriggerInclude = Literal["downstream", "upstream"]


@resource("run-triggers")
class RunTrigger(Resource):
    """Starts a run in one workspace after an apply in another."""

    created_at: datetime = UNSET
    downstream: Ref[api.Workspace] = UNSET
    upstream: Ref[api.Workspace] = UNSET


class RunTriggerCreate(TypedDict, total=False):
    """The values for creating a run trigger."""

    downstream: Required[Identity[api.Workspace]]
    upstream: Required[Identity[api.Workspace]]


# fmt: off
_CREATE: Operation[RunTrigger] = Operation("POST", "/run-triggers")
_GET: Operation[RunTrigger] = Operation(
    "GET", "/run-triggers/{run_trigger}", ids=("run-triggers",),
    include=get_args(RunTriggerInclude))
_DELETE: Operation[None] = Operation(
    "DELETE", "/run-triggers/{run_trigger}", ids=("run-triggers",), idempotent=True)
# fmt: on


class RunTriggers(Collection[RunTrigger]):
    """The calls of `scalr.run_triggers`."""

    model = RunTrigger

    async def create(
        self, *, reconcile: Pager[RunTrigger] | None = None, **values: Unpack[RunTriggerCreate]
    ) -> RunTrigger:
        """Create a run trigger.

        `POST /run-triggers`. `reconcile` is a list that finds the object if the answer is lost.
        Raises `ForbiddenError`, `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `downstream` (required); `upstream` (required).
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(
        self, run_trigger: Identity[RunTrigger], *, include: Sequence[RunTriggerInclude] = ()
    ) -> RunTrigger:
        """Read a run trigger.

        `GET /run-triggers/{run_trigger}`. Raises `NotFoundError`.

        Keywords: `include` of `downstream`, `upstream`.
        """
        return await self._get(_GET, (run_trigger,), include=include)

    async def delete(self, run_trigger: Identity[RunTrigger]) -> None:
        """Delete a run trigger.

        `DELETE /run-triggers/{run_trigger}`. Raises `NotFoundError`.
        """
        return await self._delete(_DELETE, (run_trigger,))

    @property
    def with_response(self) -> RunTriggersWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return RunTriggersWithResponse(self)


class RunTriggersWithResponse:
    """The calls of `scalr.run_triggers.with_response`."""

    def __init__(self, calls: RunTriggers) -> None:
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.delete = with_response(calls.delete)
