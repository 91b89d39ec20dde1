"""Run schedule rules.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

RunScheduleRuleScheduleMode = Literal["apply", "destroy", "refresh"]
RunScheduleRuleInclude = Literal["workspace"]


@resource("run-schedule-rules")
class RunScheduleRule(Resource):
    """Starts runs of a workspace by a cron expression."""

    schedule: str = UNSET
    schedule_mode: RunScheduleRuleScheduleMode = UNSET
    workspace: Ref[api.Workspace] = UNSET


class _RunScheduleRuleValues(TypedDict, total=False):
    """The values of every write of a run schedule rule."""

    workspace: Identity[api.Workspace]


class RunScheduleRuleCreate(_RunScheduleRuleValues, total=False):
    """The values for creating a run schedule rule."""

    schedule: Required[str]
    schedule_mode: Required[RunScheduleRuleScheduleMode]


class RunScheduleRuleUpdate(_RunScheduleRuleValues, total=False):
    """The values for updating a run schedule rule."""

    schedule: str
    schedule_mode: RunScheduleRuleScheduleMode


class RunScheduleRuleListOptions(ListOptions, total=False):
    """The options of `list`."""

    schedule_mode: Filter[RunScheduleRuleScheduleMode]
    workspace: Filter[Identity[api.Workspace]]
    include: Sequence[RunScheduleRuleInclude]


# fmt: off
_LIST: Operation[RunScheduleRule] = Operation(
    "GET", "/run-schedule-rules", paginated=True, include=get_args(RunScheduleRuleInclude),
    filters={"schedule_mode": "filter[schedule-mode]", "workspace": "filter[workspace]"},
    filter_types={"schedule_mode": get_args(RunScheduleRuleScheduleMode),
    "workspace": "workspaces"})
_CREATE: Operation[RunScheduleRule] = Operation("POST", "/run-schedule-rules")
_GET: Operation[RunScheduleRule] = Operation(
    "GET", "/run-schedule-rules/{run_schedule_rule}", ids=("run-schedule-rules",),
    include=get_args(RunScheduleRuleInclude))
_UPDATE: Operation[RunScheduleRule] = Operation(
    "PATCH", "/run-schedule-rules/{run_schedule_rule}", ids=("run-schedule-rules",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/run-schedule-rules/{run_schedule_rule}", ids=("run-schedule-rules",),
    idempotent=True)
# fmt: on


class RunScheduleRules(Collection[RunScheduleRule]):
    """The calls of `scalr.run_schedule_rules`."""

    model = RunScheduleRule

    def list(self, **options: Unpack[RunScheduleRuleListOptions]) -> Pager[RunScheduleRule]:
        """List run schedule rules.

        `GET /run-schedule-rules`.

        Keywords: `schedule_mode`; `workspace`; `include` of `workspace`; `page_size`;
        `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        reconcile: Pager[RunScheduleRule] | None = None,
        **values: Unpack[RunScheduleRuleCreate],
    ) -> RunScheduleRule:
        """Create a run schedule rule.

        `POST /run-schedule-rules`. `reconcile` is a list that finds the object if the answer is
        lost. Raises `ForbiddenError`, `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `schedule` (required); `schedule_mode` (required); `workspace`.
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(
        self,
        run_schedule_rule: Identity[RunScheduleRule],
        *,
        include: Sequence[RunScheduleRuleInclude] = (),
    ) -> RunScheduleRule:
        """Read a run schedule rule.

        `GET /run-schedule-rules/{run_schedule_rule}`. Raises `NotFoundError`.

        Keywords: `include` of `workspace`.
        """
        return await self._get(_GET, (run_schedule_rule,), include=include)

    async def update(
        self, run_schedule_rule: Identity[RunScheduleRule], **values: Unpack[RunScheduleRuleUpdate]
    ) -> RunScheduleRule:
        """Update a run schedule rule.

        `PATCH /run-schedule-rules/{run_schedule_rule}`. Raises `NotFoundError`.

        Keywords: `schedule`; `schedule_mode`; `workspace`.
        """
        return await self._update(_UPDATE, (run_schedule_rule,), values)

    async def delete(self, run_schedule_rule: Identity[RunScheduleRule]) -> None:
        """Delete a run schedule rule.

        `DELETE /run-schedule-rules/{run_schedule_rule}`. Raises `NotFoundError`.
        """
        return await self._delete(_DELETE, (run_schedule_rule,))

    @property
    def with_response(self) -> RunScheduleRulesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return RunScheduleRulesWithResponse(self)


class RunScheduleRulesWithResponse:
    """The calls of `scalr.run_schedule_rules.with_response`."""

    def __init__(self, calls: RunScheduleRules) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
