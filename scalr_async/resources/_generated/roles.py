"""Roles.

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

RoleInclude = Literal["account", "permissions"]
RoleSort = Literal["name", "-name"]


@resource("roles")
class Role(Resource):
    """A named set of permissions."""

    description: str | None = UNSET
    is_system: bool = UNSET
    name: str = UNSET
    account: Ref[api.Account] | None = UNSET
    permissions: tuple[Ref[api.Permission], ...] = UNSET


class _RoleValues(TypedDict, total=False):
    """The values of every write of a role."""

    description: str | None
    permissions: Iterable[Identity[api.Permission]]


class RoleCreate(_RoleValues, total=False):
    """The values for creating a role."""

    name: Required[str]


class RoleUpdate(_RoleValues, total=False):
    """The values for updating a role."""

    name: str


class RoleListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    account: Filter[Identity[api.Account]]
    name: Filter[str]
    role: Filter[Identity[Role]]
    include: Sequence[RoleInclude]
    sort: RoleSort | Sequence[RoleSort]


# fmt: off
_LIST: Operation[Role] = Operation(
    "GET", "/roles", paginated=True, include=get_args(RoleInclude), sort=get_args(RoleSort),
    filters={"account": "filter[account]", "name": "filter[name]", "role": "filter[role]"},
    params={"query": "query"}, filter_types={"account": "accounts", "role": "roles"})
_CREATE: Operation[Role] = Operation("POST", "/roles", include=get_args(RoleInclude))
_GET: Operation[Role] = Operation(
    "GET", "/roles/{role}", ids=("roles",), include=get_args(RoleInclude))
_UPDATE: Operation[Role] = Operation(
    "PATCH", "/roles/{role}", ids=("roles",), include=get_args(RoleInclude))
_DELETE: Operation[None] = Operation("DELETE", "/roles/{role}", ids=("roles",), idempotent=True)
# fmt: on


class Roles(Collection[Role]):
    """The calls of `scalr.roles`."""

    model = Role

    def list(self, **options: Unpack[RoleListOptions]) -> Pager[Role]:
        """List roles.

        `GET /roles`. Raises `ForbiddenError`.

        Keywords: `query`; `account`; `name`; `role`; `include` of `account`, `permissions`;
        `sort` by `name` (`-` reverses); `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        include: Sequence[RoleInclude] = (),
        reconcile: Pager[Role] | None = None,
        **values: Unpack[RoleCreate],
    ) -> Role:
        """Create a role.

        `POST /roles`. `reconcile` is a list that finds the object if the answer is lost. Raises
        `ForbiddenError`, `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `description`; `name` (required); `permissions`; `include` of `account`,
        `permissions`.
        """
        return await self._create(_CREATE, (), values, include=include, reconcile=reconcile)

    async def get(self, role: Identity[Role], *, include: Sequence[RoleInclude] = ()) -> Role:
        """Read a role.

        `GET /roles/{role}`. Raises `ForbiddenError` or `NotFoundError`.

        Keywords: `include` of `account`, `permissions`.
        """
        return await self._get(_GET, (role,), include=include)

    async def update(
        self,
        role: Identity[Role],
        *,
        include: Sequence[RoleInclude] = (),
        **values: Unpack[RoleUpdate],
    ) -> Role:
        """Update a role.

        `PATCH /roles/{role}`. Raises `ForbiddenError`, `NotFoundError` or
        `UnprocessableEntityError`.

        Keywords: `description`; `name`; `permissions`; `include` of `account`, `permissions`.
        """
        return await self._update(_UPDATE, (role,), values, include=include)

    async def delete(self, role: Identity[Role]) -> None:
        """Delete a role.

        `DELETE /roles/{role}`. Raises `ForbiddenError`, `NotFoundError` or `ConflictError`.
        """
        return await self._delete(_DELETE, (role,))

    async def find(
        self,
        *,
        name: str,
        account: Identity[api.Account] | None = None,
        include: Sequence[RoleInclude] = (),
    ) -> Role:
        """Find a role by its name.

        `GET /roles`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {"account": account}, include=include)

    @property
    def with_response(self) -> RolesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return RolesWithResponse(self)


class RolesWithResponse:
    """The calls of `scalr.roles.with_response`."""

    def __init__(self, calls: Roles) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
