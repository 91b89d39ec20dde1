"""Applies.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from scalr_async._http import ANY_MEDIA_TYPE
from scalr_async._values import UNSET
from scalr_async.jsonapi import Identity, Operation, Resource, resource
from scalr_async.resources._base import Collection
from scalr_async.resources._with_response import with_response

# fmt: off
ApplyStatus = Literal[
    "pending", "queued", "running", "finished", "canceled", "errored", "unreachable"]
ApplyField = Literal[
    "id", "execution_details", "resource_additions", "resource_changes", "resource_destructions",
    "resource_forgets", "resource_imports", "status", "status_timestamps"]
# fmt: on


@resource("applies")
class Apply(Resource):
    """The apply of a run: what it changed."""

    execution_details: Mapping[str, str] = UNSET
    resource_additions: int | None = UNSET
    resource_changes: int | None = UNSET
    resource_destructions: int | None = UNSET
    resource_forgets: int | None = UNSET
    resource_imports: int | None = UNSET
    status: ApplyStatus = UNSET
    status_timestamps: Mapping[str, datetime] = UNSET


# fmt: off
_GET: Operation[Apply] = Operation("GET", "/applies/{apply}", ids=("applies",))
_LOG: Operation[str | None] = Operation(
    "GET", "/applies/{apply}/output", ids=("applies",), accept=ANY_MEDIA_TYPE, redirects="follow",
    params={"clean": "clean"})
# fmt: on


class Applies(Collection[Apply]):
    """The calls of `scalr.applies`."""

    model = Apply

    async def get(self, apply: Identity[Apply]) -> Apply:
        """Read an apply.

        `GET /applies/{apply}`. Raises `ForbiddenError`.
        """
        return await self._get(_GET, (apply,))

    async def log(self, apply: Identity[Apply], *, clean: bool = UNSET) -> str | None:
        """Read the log of an apply; None while there is none yet.

        `GET /applies/{apply}/output`. Raises `NotFoundError`.

        Keywords: `clean`.
        """
        return await self._log(_LOG, (apply,), clean=clean)

    @property
    def with_response(self) -> AppliesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return AppliesWithResponse(self)


class AppliesWithResponse:
    """The calls of `scalr.applies.with_response`."""

    def __init__(self, calls: Applies) -> None:
        self.get = with_response(calls.get)
        self.log = with_response(calls.log)
