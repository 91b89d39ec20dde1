"""Variables.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET, Secret
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._ensured import Ensured
from scalr_async.resources._with_response import with_response

# fmt: off
VariableCategory = Literal["terraform", "shell", "env"]
VariableInclude = Literal["updated_by"]
VariableSort = Literal["key", "-key", "updated_at", "-updated_at"]
VariableField = Literal[
    "id", "category", "description", "final", "hcl", "key", "sensitive", "updated_at",
    "updated_by_email", "value", "account", "environment", "updated_by", "workspace"]
# fmt: on


@resource("vars")
class Variable(Resource):
    """A value that runs are given: a Terraform variable or one of the shell."""

    category: VariableCategory = UNSET
    description: str | None = UNSET
    final: bool = UNSET
    hcl: bool = UNSET
    key: str = UNSET
    sensitive: bool = UNSET
    updated_at: datetime | None = UNSET
    updated_by_email: str | None = UNSET
    value: Secret | None = UNSET
    """Reads as an empty string when the variable is sensitive."""
    account: Ref[api.Account] | None = UNSET
    environment: Ref[api.Environment] | None = UNSET
    updated_by: Ref[api.User] | None = UNSET
    workspace: Ref[api.Workspace] | None = UNSET


class _VariableValues(TypedDict, total=False):
    """The values of every write of a variable."""

    description: str | None
    final: bool
    hcl: bool
    sensitive: bool
    value: str | None
    environment: Identity[api.Environment] | None
    workspace: Identity[api.Workspace] | None


class VariableCreate(_VariableValues, total=False):
    """The values for creating a variable."""

    category: Required[VariableCategory]
    key: Required[str]


class VariableUpdate(_VariableValues, total=False):
    """The values for updating a variable."""

    category: VariableCategory
    key: str


class VariableFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    users: Sequence[api.UserField]
    variables: Sequence[VariableField]


class VariableListOptions(ListOptions, total=False):
    """The options of `list`."""

    category: Filter[VariableCategory]
    environment: Filter[Identity[api.Environment]]
    key: Filter[str]
    var: Filter[Identity[Variable]]
    workspace: Filter[Identity[api.Workspace]]
    include: Sequence[VariableInclude]
    sort: VariableSort | Sequence[VariableSort]


# fmt: off
_LIST: Operation[Variable] = Operation(
    "GET", "/vars", paginated=True, include=get_args(VariableInclude), sort=get_args(VariableSort),
    filters={"category": "filter[category]", "environment": "filter[environment]",
    "key": "filter[key]", "var": "filter[var]", "workspace": "filter[workspace]"},
    filter_types={"category": get_args(VariableCategory), "environment": "environments",
    "var": "vars", "workspace": "workspaces"})
_CREATE: Operation[Variable] = Operation(
    "POST", "/vars", include=get_args(VariableInclude), params={"force": "force"})
_GET: Operation[Variable] = Operation(
    "GET", "/vars/{var}", ids=("vars",), include=get_args(VariableInclude),
    fields={"users": "users", "variables": "vars"})
_UPDATE: Operation[Variable] = Operation(
    "PATCH", "/vars/{var}", ids=("vars",), include=get_args(VariableInclude),
    params={"force": "force"})
_DELETE: Operation[None] = Operation("DELETE", "/vars/{var}", ids=("vars",), idempotent=True)
# fmt: on


class Variables(Collection[Variable]):
    """The calls of `scalr.variables`."""

    model = Variable

    def list(self, **options: Unpack[VariableListOptions]) -> Pager[Variable]:
        """List variables.

        `GET /vars`. Raises `NotFoundError`.

        Keywords: `category`; `environment`; `key`; `var`; `workspace`; `include` of
        `updated_by`; `sort` by `key`, `updated_at` (`-` reverses); `page_size`; `prefetch`;
        `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        include: Sequence[VariableInclude] = (),
        force: bool = UNSET,
        reconcile: Pager[Variable] | None = None,
        **values: Unpack[VariableCreate],
    ) -> Variable:
        """Create a variable.

        `POST /vars`. `reconcile` is a list that finds the object if the answer is lost. Raises
        `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `category` (required); `description`; `final`; `hcl`; `key` (required);
        `sensitive`; `value`; `environment`; `workspace`; `include` of `updated_by`; `force`.
        """
        return await self._create(
            _CREATE, (), values, include=include, force=force, reconcile=reconcile
        )

    async def get(
        self,
        variable: Identity[Variable],
        *,
        include: Sequence[VariableInclude] = (),
        fields: VariableFieldsets = UNSET,
    ) -> Variable:
        """Read a variable.

        `GET /vars/{var}`. Raises `NotFoundError`.

        Keywords: `include` of `updated_by`; `fields`.
        """
        return await self._get(_GET, (variable,), include=include, fields=fields)

    async def update(
        self,
        variable: Identity[Variable],
        *,
        include: Sequence[VariableInclude] = (),
        force: bool = UNSET,
        **values: Unpack[VariableUpdate],
    ) -> Variable:
        """Update a variable.

        `PATCH /vars/{var}`. Raises `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `category`; `description`; `final`; `hcl`; `key`; `sensitive`; `value`;
        `environment`; `workspace`; `include` of `updated_by`; `force`.
        """
        return await self._update(_UPDATE, (variable,), values, include=include, force=force)

    async def delete(self, variable: Identity[Variable]) -> None:
        """Delete a variable.

        `DELETE /vars/{var}`. Raises `NotFoundError`.
        """
        return await self._delete(_DELETE, (variable,))

    async def ensure(self, **values: Unpack[VariableCreate]) -> Ensured[Variable]:
        """Ensure that a variable with these values exists: create or update it.

        It is identified by `key`, `category`, `workspace`, `environment`. Omitted fields are
        neither compared nor written; values that the server hides cannot be compared, and are
        written. The call is idempotent, and safe to run concurrently: after a lost answer or a
        conflict, it reads the object again. Raises `MultipleResultsError` if several match, and
        the errors of `create` and `update`.

        Keywords: `category` (required); `description`; `final`; `hcl`; `key` (required);
        `sensitive`; `value`; `environment`; `workspace`.
        """
        return await self._ensure(
            (_LIST, _GET, _CREATE, _UPDATE),
            ("key", "category"),
            ("workspace", "environment"),
            values,
        )

    @property
    def with_response(self) -> VariablesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return VariablesWithResponse(self)


class VariablesWithResponse:
    """The calls of `scalr.variables.with_response`."""

    def __init__(self, calls: Variables) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
