"""Policy checks.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from scalr_async._http import ANY_MEDIA_TYPE
from scalr_async._values import UNSET
from scalr_async.jsonapi import Identity, Nested, Operation, Resource, nested, resource
from scalr_async.resources._base import Collection
from scalr_async.resources._with_response import with_response

# fmt: off
PolicyCheckSummaryPolicyResult = Literal["passed", "hard_failed", "soft_failed", "advisory_failed"]
PolicyCheckStatus = Literal[
    "pending", "queued", "passed", "errored", "hard_failed", "soft_failed", "overridden",
    "unreachable", "canceled"]
PolicyCheckField = Literal["id", "permissions", "result", "status", "status_timestamps"]
# fmt: on


@resource("policy-checks")
class PolicyCheck(Resource):
    """The check of a run against all its policies."""

    permissions: Mapping[str, Any] = UNSET
    result: PolicyCheckSummary = UNSET
    status: PolicyCheckStatus = UNSET
    status_timestamps: Mapping[str, datetime] = UNSET


@nested
class PolicyCheckSummaryPolicy(Nested):
    """A part of `PolicyCheck`."""

    messages: tuple[str, ...] = UNSET
    name: str = UNSET
    result: PolicyCheckSummaryPolicyResult = UNSET
    unit_path: str = UNSET


@nested
class PolicyCheckSummary(Nested):
    """A part of `PolicyCheck`."""

    advisory_failed: int = UNSET
    duration_ms: int = UNSET
    hard_failed: int = UNSET
    passed: int = UNSET
    policies: tuple[PolicyCheckSummaryPolicy, ...] = UNSET
    result: bool = UNSET
    soft_failed: int = UNSET
    total_failed: int = UNSET


# fmt: off
_GET: Operation[PolicyCheck] = Operation(
    "GET", "/policy-checks/{policy_check}", ids=("policy-checks",))
_OVERRIDE: Operation[PolicyCheck] = Operation(
    "POST", "/policy-checks/{policy_check}/actions/override", ids=("policy-checks",))
_LOG: Operation[str] = Operation(
    "GET", "/policy-checks/{policy_check}/output", ids=("policy-checks",), accept=ANY_MEDIA_TYPE,
    redirects="follow", params={"clean": "clean"})
# fmt: on


class PolicyChecks(Collection[PolicyCheck]):
    """The calls of `scalr.policy_checks`."""

    model = PolicyCheck

    async def get(self, policy_check: Identity[PolicyCheck]) -> PolicyCheck:
        """Read a policy check.

        `GET /policy-checks/{policy_check}`. Raises `ForbiddenError`.
        """
        return await self._get(_GET, (policy_check,))

    async def override(self, policy_check: Identity[PolicyCheck]) -> PolicyCheck:
        """Let a run go on in spite of its failed policies.

        `POST /policy-checks/{policy_check}/actions/override`. Raises `NotFoundError` or
        `ConflictError`.
        """
        return await self._act(_OVERRIDE, (policy_check,))

    async def log(self, policy_check: Identity[PolicyCheck], *, clean: bool = UNSET) -> str:
        """Read the log of a policy check.

        `GET /policy-checks/{policy_check}/output`. Raises `NotFoundError`.

        Keywords: `clean`.
        """
        return await self._text(_LOG, (policy_check,), clean=clean)

    @property
    def with_response(self) -> PolicyChecksWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return PolicyChecksWithResponse(self)


class PolicyChecksWithResponse:
    """The calls of `scalr.policy_checks.with_response`."""

    def __init__(self, calls: PolicyChecks) -> None:
        self.get = with_response(calls.get)
        self.override = with_response(calls.override)
        self.log = with_response(calls.log)
