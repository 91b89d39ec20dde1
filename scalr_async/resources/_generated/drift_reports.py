"""Drift reports.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from scalr_async._values import UNSET
from scalr_async.jsonapi import Ref, Resource, resource
from scalr_async.resources import _generated as api

# fmt: off
DriftReportStatus = Literal[
    "pending", "errored", "in_progress", "no_drift_detected", "awaiting_manual_action",
    "discarded", "accept_state", "reset_state"]
DriftReportField = Literal[
    "id", "is_paused", "pause_reason", "reason", "status", "updated_at", "updated_by_email", "run"]
# fmt: on


@resource("drift-reports")
class DriftReport(Resource):
    """The differences between the resources of a workspace and its state."""

    is_paused: bool = UNSET
    pause_reason: str | None = UNSET
    reason: str | None = UNSET
    status: DriftReportStatus = UNSET
    updated_at: datetime | None = UNSET
    updated_by_email: str | None = UNSET
    run: Ref[api.Run] | None = UNSET
