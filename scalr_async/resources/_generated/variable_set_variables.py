"""Variable set variables.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypedDict, Unpack, get_args

from scalr_async._values import UNSET, Secret
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
VariableSetVariableCategory = Literal["terraform", "shell"]
VariableSetVariableInclude = Literal["account", "var_set"]
VariableSetVariableSort = Literal[
    "category", "-category", "description", "-description", "final", "-final", "hcl", "-hcl",
    "key", "-key", "sensitive", "-sensitive", "updated_at", "-updated_at", "updated_by_email",
    "-updated_by_email", "value", "-value"]
# fmt: on


@resource("var-set-variables")
class VariableSetVariable(Resource):
    """A value in a variable set."""

    category: VariableSetVariableCategory = UNSET
    description: str | None = UNSET
    final: bool = UNSET
    hcl: bool = UNSET
    key: str = UNSET
    sensitive: bool = UNSET
    updated_at: datetime = UNSET
    updated_by_email: str | None = UNSET
    value: Secret | None = UNSET
    """Reads as an empty string when the variable is sensitive."""
    account: Ref[api.Account] = UNSET
    var_set: Ref[api.VariableSet] = UNSET


class _VariableSetVariableValues(TypedDict, total=False):
    """The values of every write of a variable set variable."""

    category: VariableSetVariableCategory
    description: str | None
    final: bool
    hcl: bool
    key: str
    sensitive: bool
    value: str | None
    var_set: Identity[api.VariableSet]


class VariableSetVariableCreate(_VariableSetVariableValues, total=False):
    """The values for creating a variable set variable."""


class VariableSetVariableUpdate(_VariableSetVariableValues, total=False):
    """The values for updating a variable set variable."""


class VariableSetVariableListOptions(ListOptions, total=False):
    """The options of `list`."""

    include: Sequence[VariableSetVariableInclude]
    sort: VariableSetVariableSort | Sequence[VariableSetVariableSort]


# fmt: off
_LIST: Operation[VariableSetVariable] = Operation(
    "GET", "/var-set-variables", paginated=True, include=get_args(VariableSetVariableInclude),
    sort=get_args(VariableSetVariableSort))
_CREATE: Operation[VariableSetVariable] = Operation(
    "POST", "/var-set-variables", include=get_args(VariableSetVariableInclude))
_GET: Operation[VariableSetVariable] = Operation(
    "GET", "/var-set-variables/{vs_var}", ids=("var-set-variables",),
    include=get_args(VariableSetVariableInclude))
_UPDATE: Operation[VariableSetVariable] = Operation(
    "PATCH", "/var-set-variables/{vs_var}", ids=("var-set-variables",),
    include=get_args(VariableSetVariableInclude))
_DELETE: Operation[None] = Operation(
    "DELETE", "/var-set-variables/{vs_var}", ids=("var-set-variables",), idempotent=True)
# fmt: on


class VariableSetVariables(Collection[VariableSetVariable]):
    """The calls of `scalr.variable_set_variables`."""

    model = VariableSetVariable

    def list(self, **options: Unpack[VariableSetVariableListOptions]) -> Pager[VariableSetVariable]:
        """List variable set variables.

        `GET /var-set-variables`.

        Keywords: `include` of `account`, `var_set`; `sort` by `category`, `description`,
        `final`, `hcl`, `key`, `sensitive`, `updated_at`, `updated_by_email`, `value` (`-`
        reverses); `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        include: Sequence[VariableSetVariableInclude] = (),
        reconcile: Pager[VariableSetVariable] | None = None,
        **values: Unpack[VariableSetVariableCreate],
    ) -> VariableSetVariable:
        """Create a variable set variable.

        `POST /var-set-variables`. `reconcile` is a list that finds the object if the answer is
        lost.

        Keywords: `category`; `description`; `final`; `hcl`; `key`; `sensitive`; `value`;
        `var_set`; `include` of `account`, `var_set`.
        """
        return await self._create(_CREATE, (), values, include=include, reconcile=reconcile)

    async def get(
        self,
        variable_set_variable: Identity[VariableSetVariable],
        *,
        include: Sequence[VariableSetVariableInclude] = (),
    ) -> VariableSetVariable:
        """Read a variable set variable.

        `GET /var-set-variables/{vs_var}`.

        Keywords: `include` of `account`, `var_set`.
        """
        return await self._get(_GET, (variable_set_variable,), include=include)

    async def update(
        self,
        variable_set_variable: Identity[VariableSetVariable],
        *,
        include: Sequence[VariableSetVariableInclude] = (),
        **values: Unpack[VariableSetVariableUpdate],
    ) -> VariableSetVariable:
        """Update a variable set variable.

        `PATCH /var-set-variables/{vs_var}`.

        Keywords: `category`; `description`; `final`; `hcl`; `key`; `sensitive`; `value`;
        `var_set`; `include` of `account`, `var_set`.
        """
        return await self._update(_UPDATE, (variable_set_variable,), values, include=include)

    async def delete(self, variable_set_variable: Identity[VariableSetVariable]) -> None:
        """Delete a variable set variable.

        `DELETE /var-set-variables/{vs_var}`.
        """
        return await self._delete(_DELETE, (variable_set_variable,))

    @property
    def with_response(self) -> VariableSetVariablesWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return VariableSetVariablesWithResponse(self)


class VariableSetVariablesWithResponse:
    """The calls of `scalr.variable_set_variables.with_response`."""

    def __init__(self, calls: VariableSetVariables) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
