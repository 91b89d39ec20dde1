"""Module namespaces.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

ModuleNamespaceSort = Literal["name", "-name"]
ModuleNamespaceField = Literal["id", "is_shared", "name", "environments", "modules", "owners"]


@resource("module-namespaces")
class ModuleNamespace(Resource):
    """A name under which modules are published, and who may use them."""

    is_shared: bool = UNSET
    name: str = UNSET
    environments: tuple[Ref[api.Environment], ...] = UNSET
    modules: tuple[Ref[api.Module], ...] = UNSET
    owners: tuple[Ref[api.Team], ...] = UNSET


class _ModuleNamespaceValues(TypedDict, total=False):
    """The values of every write of a module namespace."""

    is_shared: bool
    name: str
    environments: Iterable[Identity[api.Environment]]
    owners: Iterable[Identity[api.Team]]


class ModuleNamespaceCreate(_ModuleNamespaceValues, total=False):
    """The values for creating a module namespace."""


class ModuleNamespaceUpdate(_ModuleNamespaceValues, total=False):
    """The values for updating a module namespace."""


class ModuleNamespaceListOptions(ListOptions, total=False):
    """The options of `list`."""

    environment: Filter[Identity[api.Environment]]
    name: Filter[str]
    sort: ModuleNamespaceSort | Sequence[ModuleNamespaceSort]


# fmt: off
_LIST: Operation[ModuleNamespace] = Operation(
    "GET", "/module-namespaces", paginated=True, sort=get_args(ModuleNamespaceSort),
    filters={"environment": "filter[environment]", "name": "filter[name]"},
    filter_types={"environment": "environments"})
_CREATE: Operation[ModuleNamespace] = Operation("POST", "/module-namespaces")
_GET: Operation[ModuleNamespace] = Operation(
    "GET", "/module-namespaces/{module_namespace}", ids=("module-namespaces",))
_UPDATE: Operation[ModuleNamespace] = Operation(
    "PATCH", "/module-namespaces/{module_namespace}", ids=("module-namespaces",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/module-namespaces/{module_namespace}", ids=("module-namespaces",), idempotent=True)
# fmt: on


class ModuleNamespaces(Collection[ModuleNamespace]):
    """The calls of `scalr.module_namespaces`."""

    model = ModuleNamespace

    def list(self, **options: Unpack[ModuleNamespaceListOptions]) -> Pager[ModuleNamespace]:
        """List module namespaces.

        `GET /module-namespaces`. Raises `NotFoundError`.

        Keywords: `environment`; `name`; `sort` by `name` (`-` reverses); `page_size`;
        `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        reconcile: Pager[ModuleNamespace] | None = None,
        **values: Unpack[ModuleNamespaceCreate],
    ) -> ModuleNamespace:
        """Create a module namespace.

        `POST /module-namespaces`. `reconcile` is a list that finds the object if the answer is
        lost. Raises `ForbiddenError`, `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `is_shared`; `name`; `environments`; `owners`.
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(self, module_namespace: Identity[ModuleNamespace]) -> ModuleNamespace:
        """Read a module namespace.

        `GET /module-namespaces/{module_namespace}`. Raises `NotFoundError`.
        """
        return await self._get(_GET, (module_namespace,))

    async def update(
        self, module_namespace: Identity[ModuleNamespace], **values: Unpack[ModuleNamespaceUpdate]
    ) -> ModuleNamespace:
        """Update a module namespace.

        `PATCH /module-namespaces/{module_namespace}`. Raises `ForbiddenError`, `NotFoundError`
        or `UnprocessableEntityError`.

        Keywords: `is_shared`; `name`; `environments`; `owners`.
        """
        return await self._update(_UPDATE, (module_namespace,), values)

    async def delete(self, module_namespace: Identity[ModuleNamespace]) -> None:
        """Delete a module namespace.

        `DELETE /module-namespaces/{module_namespace}`. Raises `ForbiddenError` or
        `NotFoundError`.
        """
        return await self._delete(_DELETE, (module_namespace,))

    async def find(
        self, *, name: str, environment: Identity[api.Environment] | None = None
    ) -> ModuleNamespace:
        """Find a module namespace by its name.

        `GET /module-namespaces`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {"environment": environment})

    @property
    def with_response(self) -> ModuleNamespacesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return ModuleNamespacesWithResponse(self)


class ModuleNamespacesWithResponse:
    """The calls of `scalr.module_namespaces.with_response`."""

    def __init__(self, calls: ModuleNamespaces) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
