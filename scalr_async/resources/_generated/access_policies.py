"""Access policies.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
AccessPolicyConditions = Literal["none", "environment", "workspace"]
AccessPolicyInclude = Literal[
    "account", "environment", "roles", "service_account", "team", "user", "workspace"]
AccessPolicySort = Literal[
    "account", "-account", "environment", "-environment", "service_account", "-service_account",
    "team", "-team", "user", "-user", "workspace", "-workspace"]
# fmt: on


@resource("access-policies")
class AccessPolicy(Resource):
    """Gives roles to a user, a team or a service account in one scope."""

    is_system: bool = UNSET
    account: Ref[api.Account] | None = UNSET
    environment: Ref[api.Environment] | None = UNSET
    roles: tuple[Ref[api.Role], ...] = UNSET
    service_account: Ref[api.ServiceAccount] | None = UNSET
    team: Ref[api.Team] | None = UNSET
    user: Ref[api.User] | None = UNSET
    workspace: Ref[api.Workspace] | None = UNSET


class _AccessPolicyValues(TypedDict, total=False):
    """The values of every write of an access policy."""

    account: Identity[api.Account] | None
    environment: Identity[api.Environment] | None
    service_account: Identity[api.ServiceAccount] | None
    team: Identity[api.Team] | None
    user: Identity[api.User] | None
    workspace: Identity[api.Workspace] | None


class AccessPolicyCreate(_AccessPolicyValues, total=False):
    """The values for creating an access policy."""

    roles: Required[Iterable[Identity[api.Role]]]


class AccessPolicyUpdate(_AccessPolicyValues, total=False):
    """The values for updating an access policy."""

    roles: Iterable[Identity[api.Role]]


class AccessPolicyListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    access_policy: Filter[Identity[AccessPolicy]]
    account: Filter[Identity[api.Account]]
    conditions: Filter[AccessPolicyConditions]
    environment: Filter[Identity[api.Environment]]
    role: Filter[Identity[api.Role]]
    service_account: Filter[Identity[api.ServiceAccount]]
    team: Filter[Identity[api.Team]]
    user: Filter[Identity[api.User]]
    workspace: Filter[Identity[api.Workspace]]
    include: Sequence[AccessPolicyInclude]
    sort: AccessPolicySort | Sequence[AccessPolicySort]


# fmt: off
_LIST: Operation[AccessPolicy] = Operation(
    "GET", "/access-policies", paginated=True, include=get_args(AccessPolicyInclude),
    sort=get_args(AccessPolicySort), filters={"access_policy": "filter[access-policy]",
    "account": "filter[account]", "conditions": "filter[conditions]",
    "environment": "filter[environment]", "role": "filter[role]",
    "service_account": "filter[service-account]", "team": "filter[team]", "user": "filter[user]",
    "workspace": "filter[workspace]"}, params={"query": "query"},
    filter_types={"access_policy": "access-policies", "account": "accounts",
    "conditions": get_args(AccessPolicyConditions), "environment": "environments", "role": "roles",
    "service_account": "service-accounts", "team": "teams", "user": "users",
    "workspace": "workspaces"})
_CREATE: Operation[AccessPolicy] = Operation(
    "POST", "/access-policies", include=get_args(AccessPolicyInclude))
_GET: Operation[AccessPolicy] = Operation(
    "GET", "/access-policies/{access_policy}", ids=("access-policies",),
    include=get_args(AccessPolicyInclude))
_UPDATE: Operation[AccessPolicy] = Operation(
    "PATCH", "/access-policies/{access_policy}", ids=("access-policies",),
    include=get_args(AccessPolicyInclude))
_DELETE: Operation[None] = Operation(
    "DELETE", "/access-policies/{access_policy}", ids=("access-policies",), idempotent=True)
# fmt: on


class AccessPolicies(Collection[AccessPolicy]):
    """The calls of `scalr.access_policies`."""

    model = AccessPolicy

    def list(self, **options: Unpack[AccessPolicyListOptions]) -> Pager[AccessPolicy]:
        """List access policies.

        `GET /access-policies`. Raises `ForbiddenError`.

        Keywords: `query`; `access_policy`; `account`; `conditions`; `environment`; `role`;
        `service_account`; `team`; `user`; `workspace`; `include` of `account`, `environment`,
        `roles`, `service_account`, `team`, `user`, `workspace`; `sort` by `account`,
        `environment`, `service_account`, `team`, `user`, `workspace` (`-` reverses);
        `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        include: Sequence[AccessPolicyInclude] = (),
        reconcile: Pager[AccessPolicy] | None = None,
        **values: Unpack[AccessPolicyCreate],
    ) -> AccessPolicy:
        """Create an access policy.

        `POST /access-policies`. `reconcile` is a list that finds the object if the answer is
        lost. Raises `ForbiddenError`, `NotFoundError`, `ConflictError` or
        `UnprocessableEntityError`.

        Keywords: `account`; `environment`; `roles` (required); `service_account`; `team`;
        `user`; `workspace`; `include` of `account`, `environment`, `roles`, `service_account`,
        `team`, `user`, `workspace`.
        """
        return await self._create(_CREATE, (), values, include=include, reconcile=reconcile)

    async def get(
        self, access_policy: Identity[AccessPolicy], *, include: Sequence[AccessPolicyInclude] = ()
    ) -> AccessPolicy:
        """Read an access policy.

        `GET /access-policies/{access_policy}`. Raises `ForbiddenError` or `NotFoundError`.

        Keywords: `include` of `account`, `environment`, `roles`, `service_account`, `team`,
        `user`, `workspace`.
        """
        return await self._get(_GET, (access_policy,), include=include)

    async def update(
        self,
        access_policy: Identity[AccessPolicy],
        *,
        include: Sequence[AccessPolicyInclude] = (),
        **values: Unpack[AccessPolicyUpdate],
    ) -> AccessPolicy:
        """Update an access policy.

        `PATCH /access-policies/{access_policy}`. Raises `ForbiddenError`, `NotFoundError` or
        `UnprocessableEntityError`.

        Keywords: `account`; `environment`; `roles`; `service_account`; `team`; `user`;
        `workspace`; `include` of `account`, `environment`, `roles`, `service_account`, `team`,
        `user`, `workspace`.
        """
        return await self._update(_UPDATE, (access_policy,), values, include=include)

    async def delete(self, access_policy: Identity[AccessPolicy]) -> None:
        """Delete an access policy.

        `DELETE /access-policies/{access_policy}`. Raises `ForbiddenError`, `NotFoundError` or
        `UnprocessableEntityError`.
        """
        return await self._delete(_DELETE, (access_policy,))

    @property
    def with_response(self) -> AccessPoliciesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return AccessPoliciesWithResponse(self)


class AccessPoliciesWithResponse:
    """The calls of `scalr.access_policies.with_response`."""

    def __init__(self, calls: AccessPolicies) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
