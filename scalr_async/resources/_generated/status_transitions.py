"""Status transitions.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from scalr_async._values import UNSET
from scalr_async.jsonapi import Ref, Resource, resource
from scalr_async.resources import _generated as api

StatusTransitionField = Literal["id", "occurred_at", "reason", "status", "user"]


@resource("status-transitions")
class StatusTransition(Resource):
    """A change of a run's status: its time and author."""

    occurred_at: datetime = UNSET
    reason: str | None = UNSET
    status: str = UNSET
    user: Ref[api.User] | None = UNSET
