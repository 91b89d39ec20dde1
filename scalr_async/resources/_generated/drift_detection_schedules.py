"""Drift detection schedules.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Required, TypedDict, Unpack

from scalr_async._values import UNSET
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection
from scalr_async.resources._with_response import with_response

# fmt: off
DriftDetectionScheduleRunMode = Literal["refresh-only", "plan"]
DriftDetectionScheduleSchedule = Literal["daily", "weekly"]
DriftDetectionScheduleWorkspaceFiltersEnvironmentType = Literal[
    "production", "staging", "testing", "development", "unmapped"]
DriftDetectionScheduleField = Literal[
    "id", "run_mode", "schedule", "workspace_filters", "environment"]
# fmt: on


@resource("drift-detection-schedule")
class DriftDetectionSchedule(Resource):
    """The schedule of an environment's drift detection."""

    run_mode: DriftDetectionScheduleRunMode = UNSET
    schedule: DriftDetectionScheduleSchedule = UNSET
    workspace_filters: DriftDetectionScheduleWorkspaceFilters = UNSET
    environment: Ref[api.Environment] = UNSET


@nested
class DriftDetectionScheduleWorkspaceFilters(Nested):
    """A part of `DriftDetectionSchedule`."""

    environment_types: tuple[DriftDetectionScheduleWorkspaceFiltersEnvironmentType, ...] = UNSET
    name_patterns: tuple[str, ...] = UNSET
    tags: tuple[str, ...] = UNSET


class DriftDetectionScheduleWorkspaceFiltersDict(TypedDict, total=False):
    """`DriftDetectionScheduleWorkspaceFilters` as a dict."""

    environment_types: Sequence[DriftDetectionScheduleWorkspaceFiltersEnvironmentType]
    name_patterns: Sequence[str]
    tags: Sequence[str]


class _DriftDetectionScheduleValues(TypedDict, total=False):
    """The values of every write of a drift detection schedule."""

    run_mode: DriftDetectionScheduleRunMode
    workspace_filters: (
        DriftDetectionScheduleWorkspaceFilters | DriftDetectionScheduleWorkspaceFiltersDict
    )


class DriftDetectionScheduleCreate(_DriftDetectionScheduleValues, total=False):
    """The values for creating a drift detection schedule."""

    schedule: Required[DriftDetectionScheduleSchedule]
    environment: Required[Identity[api.Environment]]


class DriftDetectionScheduleUpdate(_DriftDetectionScheduleValues, total=False):
    """The values for updating a drift detection schedule."""

    schedule: DriftDetectionScheduleSchedule
    environment: Identity[api.Environment]


class DriftDetectionScheduleFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    drift_detection_schedules: Sequence[DriftDetectionScheduleField]


# fmt: off
_CREATE: Operation[DriftDetectionSchedule] = Operation(
    "POST", "/drift-detection-schedules",
    fields={"drift_detection_schedules": "drift-detection-schedule"})
_GET: Operation[DriftDetectionSchedule] = Operation(
    "GET", "/drift-detection-schedules/{drift_detection_schedule}",
    ids=("drift-detection-schedule",))
_UPDATE: Operation[DriftDetectionSchedule] = Operation(
    "PATCH", "/drift-detection-schedules/{drift_detection_schedule}",
    ids=("drift-detection-schedule",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/drift-detection-schedules/{drift_detection_schedule}",
    ids=("drift-detection-schedule",), idempotent=True)
# fmt: on


class DriftDetectionSchedules(Collection[DriftDetectionSchedule]):
    """The calls of `scalr.drift_detection_schedules`."""

    model = DriftDetectionSchedule

    async def create(
        self,
        *,
        fields: DriftDetectionScheduleFieldsets = UNSET,
        reconcile: Pager[DriftDetectionSchedule] | None = None,
        **values: Unpack[DriftDetectionScheduleCreate],
    ) -> DriftDetectionSchedule:
        """Create a drift detection schedule.

        `POST /drift-detection-schedules`. `reconcile` is a list that finds the object if the
        answer is lost. Raises `NotFoundError`.

        Keywords: `run_mode`; `schedule` (required); `workspace_filters`; `environment`
        (required); `fields`.
        """
        return await self._create(_CREATE, (), values, fields=fields, reconcile=reconcile)

    async def get(
        self, drift_detection_schedule: Identity[DriftDetectionSchedule]
    ) -> DriftDetectionSchedule:
        """Read a drift detection schedule.

        `GET /drift-detection-schedules/{drift_detection_schedule}`. Raises `NotFoundError`.
        """
        return await self._get(_GET, (drift_detection_schedule,))

    async def update(
        self,
        drift_detection_schedule: Identity[DriftDetectionSchedule],
        **values: Unpack[DriftDetectionScheduleUpdate],
    ) -> DriftDetectionSchedule:
        """Update a drift detection schedule.

        `PATCH /drift-detection-schedules/{drift_detection_schedule}`. Raises `NotFoundError` or
        `UnprocessableEntityError`.

        Keywords: `run_mode`; `schedule`; `workspace_filters`; `environment`.
        """
        return await self._update(_UPDATE, (drift_detection_schedule,), values)

    async def delete(self, drift_detection_schedule: Identity[DriftDetectionSchedule]) -> None:
        """Delete a drift detection schedule.

        `DELETE /drift-detection-schedules/{drift_detection_schedule}`. Raises `NotFoundError`.
        """
        return await self._delete(_DELETE, (drift_detection_schedule,))

    @property
    def with_response(self) -> DriftDetectionSchedulesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return DriftDetectionSchedulesWithResponse(self)


class DriftDetectionSchedulesWithResponse:
    """The calls of `scalr.drift_detection_schedules.with_response`."""

    def __init__(self, calls: DriftDetectionSchedules) -> None:
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
