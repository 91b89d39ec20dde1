"""Applies.

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
ApplyStatus = Literal[
    "pending", "queued", "running", "finished", "canceled", "errored", "unreachable"]
ApplyField = Literal[
    "id", "execution_details", "resource_additions", "resource_changes", "resource_destructions",
    "resource_forgets", "resource_imports", "status", "status_timestamps"]
# fmt: on


@resource("applies")
class Apply(Resource):
    """An apply."""

    execution_details: Mapping[str, str] = UNSET
    resource_additions: int | None = UNSET
    resource_changes: int | None = UNSET
    resource_destructions: int | None = UNSET
    resource_forgets: int | None = UNSET
    resource_imports: int | None = UNSET
    status: ApplyStatus = UNSET
    status_timestamps: Mapping[str, datetime] = UNSET


_GET: Operation[Apply] = Operation("GET", "/applies/{apply}", ids=("applies",))


class Applies(Collection[Apply]):
    """Applies: `scalr.applies`."""

    model = Apply

    async def get(self, apply: Identity[Apply]) -> Apply:
        """Read an apply.

        `GET /applies/{apply}`. Raises `ForbiddenError`.
        """
        return await self._get(_GET, (apply,))
