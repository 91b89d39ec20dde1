"""Permissions.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from typing import Literal, Unpack

from scalr_async._values import UNSET
from scalr_async.jsonapi import Identity, Operation, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

PermissionApplicableScope = Literal["account", "environment", "workspace"]


@resource("permissions")
class Permission(Resource):
    """One thing that a role may allow."""

    applicable_scopes: tuple[PermissionApplicableScope, ...] = UNSET
    description: str | None = UNSET


_LIST: Operation[Permission] = Operation("GET", "/permissions")
_GET: Operation[Permission] = Operation("GET", "/permissions/{permission}", ids=("permissions",))


class Permissions(Collection[Permission]):
    """The calls of `scalr.permissions`."""

    model = Permission

    def list(self, **options: Unpack[ListOptions]) -> Pager[Permission]:
        """List permissions.

        `GET /permissions`.

        Keywords: `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def get(self, permission: Identity[Permission]) -> Permission:
        """Read a permission.

        `GET /permissions/{permission}`. Raises `NotFoundError`.
        """
        return await self._get(_GET, (permission,))

    @property
    def with_response(self) -> PermissionsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return PermissionsWithResponse(self)


class PermissionsWithResponse:
    """The calls of `scalr.permissions.with_response`."""

    def __init__(self, calls: Permissions) -> None:
        self.list = with_response(calls.list)
        self.get = with_response(calls.get)
