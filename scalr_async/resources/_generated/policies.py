"""Policies.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from typing import Literal

from scalr_async._values import UNSET
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection
from scalr_async.resources._with_response import with_response

PolicyEnforcedLevel = Literal["hard-mandatory", "soft-mandatory", "advisory"]
PolicyField = Literal["id", "enabled", "enforced_level", "name", "policy_group"]


@resource("policies")
class Policy(Resource):
    """One policy of a group."""

    enabled: bool = UNSET
    enforced_level: PolicyEnforcedLevel = UNSET
    name: str = UNSET
    policy_group: Ref[api.PolicyGroup] = UNSET


_GET: Operation[Policy] = Operation("GET", "/policies/{policy}", ids=("policies",))


class Policies(Collection[Policy]):
    """The calls of `scalr.policies`."""

    model = Policy

    async def get(self, policy: Identity[Policy]) -> Policy:
        """Read a policy.

        `GET /policies/{policy}`. Raises `ForbiddenError` or `NotFoundError`.
        """
        return await self._get(_GET, (policy,))

    @property
    def with_response(self) -> PoliciesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return PoliciesWithResponse(self)


class PoliciesWithResponse:
    """The calls of `scalr.policies.with_response`."""

    def __init__(self, calls: Policies) -> None:
        self.get = with_response(calls.get)
