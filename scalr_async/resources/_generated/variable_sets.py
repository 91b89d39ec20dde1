"""Variable sets.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
VariableSetInclude = Literal["account", "environments", "owners"]
VariableSetSort = Literal[
    "description", "-description", "is_shared", "-is_shared", "name", "-name", "updated_at",
    "-updated_at", "updated_by_email", "-updated_by_email"]
VariableSetField = Literal[
    "id", "description", "is_shared", "name", "updated_at", "updated_by_email", "account",
    "environments", "owners"]
# fmt: on


@resource("var-sets")
class VariableSet(Resource):
    """Variables that are kept once and used by many workspaces."""

    description: str | None = UNSET
    is_shared: bool = UNSET
    name: str = UNSET
    updated_at: datetime = UNSET
    updated_by_email: str | None = UNSET
    account: Ref[api.Account] = UNSET
    environments: tuple[Ref[api.Environment], ...] = UNSET
    owners: tuple[Ref[api.Team], ...] = UNSET


class _VariableSetValues(TypedDict, total=False):
    """The values of every write of a variable set."""

    description: str | None
    is_shared: bool
    name: str
    environments: Iterable[Identity[api.Environment]]
    owners: Iterable[Identity[api.Team]]


class VariableSetCreate(_VariableSetValues, total=False):
    """The values for creating a variable set."""


class VariableSetUpdate(_VariableSetValues, total=False):
    """The values for updating a variable set."""


class VariableSetFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    variable_sets: Sequence[VariableSetField]


class VariableSetListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    name: Filter[str]
    var_set: Filter[Identity[VariableSet]]
    include: Sequence[VariableSetInclude]
    sort: VariableSetSort | Sequence[VariableSetSort]
    fields: VariableSetFieldsets
    environment: Filter[Identity[api.Environment]]


# fmt: off
_LIST: Operation[VariableSet] = Operation(
    "GET", "/var-sets", paginated=True, include=get_args(VariableSetInclude),
    sort=get_args(VariableSetSort), fields={"variable_sets": "var-sets"},
    filters={"name": "filter[name]", "var_set": "filter[var-set]",
    "environment": "filter[environment]"}, params={"query": "query"},
    filter_types={"var_set": "var-sets", "environment": "environments"})
_CREATE: Operation[VariableSet] = Operation(
    "POST", "/var-sets", include=get_args(VariableSetInclude), fields={"variable_sets": "var-sets"})
_GET: Operation[VariableSet] = Operation(
    "GET", "/var-sets/{var_set}", ids=("var-sets",), include=get_args(VariableSetInclude),
    fields={"variable_sets": "var-sets"})
_UPDATE: Operation[VariableSet] = Operation(
    "PATCH", "/var-sets/{var_set}", ids=("var-sets",), include=get_args(VariableSetInclude),
    fields={"variable_sets": "var-sets"})
_DELETE: Operation[None] = Operation(
    "DELETE", "/var-sets/{var_set}", ids=("var-sets",), idempotent=True)
# fmt: on


class VariableSets(Collection[VariableSet]):
    """The calls of `scalr.variable_sets`."""

    model = VariableSet

    def list(self, **options: Unpack[VariableSetListOptions]) -> Pager[VariableSet]:
        """List variable sets.

        `GET /var-sets`.

        Keywords: `query`; `name`; `var_set`; `include` of `account`, `environments`, `owners`;
        `sort` by `description`, `is_shared`, `name`, `updated_at`, `updated_by_email` (`-`
        reverses); `fields`; `environment`; `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        include: Sequence[VariableSetInclude] = (),
        fields: VariableSetFieldsets = UNSET,
        reconcile: Pager[VariableSet] | None = None,
        **values: Unpack[VariableSetCreate],
    ) -> VariableSet:
        """Create a variable set.

        `POST /var-sets`. `reconcile` is a list that finds the object if the answer is lost.

        Keywords: `description`; `is_shared`; `name`; `environments`; `owners`; `include` of
        `account`, `environments`, `owners`; `fields`.
        """
        return await self._create(
            _CREATE, (), values, include=include, fields=fields, reconcile=reconcile
        )

    async def get(
        self,
        variable_set: Identity[VariableSet],
        *,
        include: Sequence[VariableSetInclude] = (),
        fields: VariableSetFieldsets = UNSET,
    ) -> VariableSet:
        """Read a variable set.

        `GET /var-sets/{var_set}`.

        Keywords: `include` of `account`, `environments`, `owners`; `fields`.
        """
        return await self._get(_GET, (variable_set,), include=include, fields=fields)

    async def update(
        self,
        variable_set: Identity[VariableSet],
        *,
        include: Sequence[VariableSetInclude] = (),
        fields: VariableSetFieldsets = UNSET,
        **values: Unpack[VariableSetUpdate],
    ) -> VariableSet:
        """Update a variable set.

        `PATCH /var-sets/{var_set}`.

        Keywords: `description`; `is_shared`; `name`; `environments`; `owners`; `include` of
        `account`, `environments`, `owners`; `fields`.
        """
        return await self._update(_UPDATE, (variable_set,), values, include=include, fields=fields)

    async def delete(self, variable_set: Identity[VariableSet]) -> None:
        """Delete a variable set.

        `DELETE /var-sets/{var_set}`.
        """
        return await self._delete(_DELETE, (variable_set,))

    async def find(
        self,
        *,
        name: str,
        environment: Identity[api.Environment] | None = None,
        include: Sequence[VariableSetInclude] = (),
    ) -> VariableSet:
        """Find a variable set by its name.

        `GET /var-sets`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {"environment": environment}, include=include)

    @property
    def with_response(self) -> VariableSetsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return VariableSetsWithResponse(self)


class VariableSetsWithResponse:
    """The calls of `scalr.variable_sets.with_response`."""

    def __init__(self, calls: VariableSets) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
