"""Security rules.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from typing import TypedDict, Unpack

from scalr_async._values import UNSET
from scalr_async.jsonapi import Operation, Resource, resource
from scalr_async.resources._base import Collection
from scalr_async.resources._with_response import with_response


@resource("security-rules")
class SecurityRules(Resource):
    """The security rules of an account: one set, without an id in its path."""

    enforce_agent_pool: bool = UNSET
    max_personal_token_lifetime: int | None = UNSET
    """Minutes that a personal token may last; None for no limit."""
    max_service_account_token_lifetime: int | None = UNSET
    """Minutes that a service account's token may last; None for no limit."""
    require_owners_for_service_accounts: bool = UNSET


class SecurityRulesUpdate(TypedDict, total=False):
    """The values for updating a security rules."""

    enforce_agent_pool: bool
    max_personal_token_lifetime: int | None
    max_service_account_token_lifetime: int | None
    require_owners_for_service_accounts: bool


_GET: Operation[SecurityRules] = Operation("GET", "/security-rules")
_UPDATE: Operation[SecurityRules] = Operation("PATCH", "/security-rules")


class SecurityRulesCollection(Collection[SecurityRules]):
    """The calls of `scalr.security_rules`."""

    model = SecurityRules

    async def get(self) -> SecurityRules:
        """Read the security rules of the account.

        `GET /security-rules`.
        """
        return await self._get(_GET, ())

    async def update(self, **values: Unpack[SecurityRulesUpdate]) -> SecurityRules:
        """Change the security rules of the account.

        `PATCH /security-rules`.

        Keywords: `enforce_agent_pool`; `max_personal_token_lifetime`;
        `max_service_account_token_lifetime`; `require_owners_for_service_accounts`.
        """
        return await self._update(_UPDATE, (), values)

    @property
    def with_response(self) -> SecurityRulesCollectionWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return SecurityRulesCollectionWithResponse(self)


class SecurityRulesCollectionWithResponse:
    """The calls of `scalr.security_rules.with_response`."""

    def __init__(self, calls: SecurityRulesCollection) -> None:
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
