"""Checkov integrations.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

CheckovIntegrationStatus = Literal["active", "disabled", "failed", "pending"]
CheckovIntegrationInclude = Literal["environments", "vcs_provider"]
CheckovIntegrationSort = Literal["name", "-name"]


@resource("checkov-integrations")
class CheckovIntegration(Resource):
    """Scans the code of workspaces by Checkov."""

    cli_args: str | None = UNSET
    err_message: str | None = UNSET
    external_checks_enabled: bool = UNSET
    is_shared: bool = UNSET
    name: str = UNSET
    status: CheckovIntegrationStatus = UNSET
    vcs_repo: CheckovIntegrationVcsRepo | None = UNSET
    version: str = UNSET
    environments: tuple[Ref[api.Environment], ...] = UNSET
    vcs_provider: Ref[api.VcsProvider] | None = UNSET


@nested
class CheckovIntegrationVcsRepo(Nested):
    """A part of `CheckovIntegration`."""

    branch: str = UNSET
    identifier: str = UNSET
    path: str | None = UNSET


class CheckovIntegrationVcsRepoDict(TypedDict, total=False):
    """`CheckovIntegrationVcsRepo` as a dict."""

    branch: str
    identifier: Required[str]
    path: str | None


class _CheckovIntegrationValues(TypedDict, total=False):
    """The values of every write of a Checkov integration."""

    cli_args: str | None
    external_checks_enabled: bool
    is_shared: bool
    status: CheckovIntegrationStatus
    vcs_repo: CheckovIntegrationVcsRepo | CheckovIntegrationVcsRepoDict | None
    version: str
    environments: Iterable[Identity[api.Environment]]
    vcs_provider: Identity[api.VcsProvider] | None


class CheckovIntegrationCreate(_CheckovIntegrationValues, total=False):
    """The values for creating a Checkov integration."""

    name: Required[str]


class CheckovIntegrationUpdate(_CheckovIntegrationValues, total=False):
    """The values for updating a Checkov integration."""

    name: str


class CheckovIntegrationListOptions(ListOptions, total=False):
    """The options of `list`."""

    include: Sequence[CheckovIntegrationInclude]
    sort: CheckovIntegrationSort | Sequence[CheckovIntegrationSort]


# fmt: off
_LIST: Operation[CheckovIntegration] = Operation(
    "GET", "/integrations/checkov", paginated=True, include=get_args(CheckovIntegrationInclude),
    sort=get_args(CheckovIntegrationSort))
_CREATE: Operation[CheckovIntegration] = Operation(
    "POST", "/integrations/checkov", include=get_args(CheckovIntegrationInclude))
_GET: Operation[CheckovIntegration] = Operation(
    "GET", "/integrations/checkov/{integration}", ids=("checkov-integrations",),
    include=get_args(CheckovIntegrationInclude))
_UPDATE: Operation[CheckovIntegration] = Operation(
    "PATCH", "/integrations/checkov/{integration}", ids=("checkov-integrations",),
    include=get_args(CheckovIntegrationInclude))
_DELETE: Operation[None] = Operation(
    "DELETE", "/integrations/checkov/{integration}", ids=("checkov-integrations",), idempotent=True)
_RESYNC: Operation[None] = Operation(
    "POST", "/integrations/checkov/{integration}/actions/resync", ids=("checkov-integrations",))
# fmt: on


class CheckovIntegrations(Collection[CheckovIntegration]):
    """The calls of `scalr.checkov_integrations`."""

    model = CheckovIntegration

    def list(self, **options: Unpack[CheckovIntegrationListOptions]) -> Pager[CheckovIntegration]:
        """List Checkov integrations.

        `GET /integrations/checkov`. Raises `ForbiddenError`.

        Keywords: `include` of `environments`, `vcs_provider`; `sort` by `name` (`-` reverses);
        `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        include: Sequence[CheckovIntegrationInclude] = (),
        reconcile: Pager[CheckovIntegration] | None = None,
        **values: Unpack[CheckovIntegrationCreate],
    ) -> CheckovIntegration:
        """Create a Checkov integration.

        `POST /integrations/checkov`. `reconcile` is a list that finds the object if the answer
        is lost. Raises `NotFoundError`.

        Keywords: `cli_args`; `external_checks_enabled`; `is_shared`; `name` (required);
        `status`; `vcs_repo`; `version`; `environments`; `vcs_provider`; `include` of
        `environments`, `vcs_provider`.
        """
        return await self._create(_CREATE, (), values, include=include, reconcile=reconcile)

    async def get(
        self,
        checkov_integration: Identity[CheckovIntegration],
        *,
        include: Sequence[CheckovIntegrationInclude] = (),
    ) -> CheckovIntegration:
        """Read a Checkov integration.

        `GET /integrations/checkov/{integration}`. Raises `NotFoundError`.

        Keywords: `include` of `environments`, `vcs_provider`.
        """
        return await self._get(_GET, (checkov_integration,), include=include)

    async def update(
        self,
        checkov_integration: Identity[CheckovIntegration],
        *,
        include: Sequence[CheckovIntegrationInclude] = (),
        **values: Unpack[CheckovIntegrationUpdate],
    ) -> CheckovIntegration:
        """Update a Checkov integration.

        `PATCH /integrations/checkov/{integration}`. Raises `NotFoundError`.

        Keywords: `cli_args`; `external_checks_enabled`; `is_shared`; `name`; `status`;
        `vcs_repo`; `version`; `environments`; `vcs_provider`; `include` of `environments`,
        `vcs_provider`.
        """
        return await self._update(_UPDATE, (checkov_integration,), values, include=include)

    async def delete(self, checkov_integration: Identity[CheckovIntegration]) -> None:
        """Delete a Checkov integration.

        `DELETE /integrations/checkov/{integration}`. Raises `NotFoundError`.
        """
        return await self._delete(_DELETE, (checkov_integration,))

    async def resync(self, checkov_integration: Identity[CheckovIntegration]) -> None:
        """Resync a Checkov integration.

        `POST /integrations/checkov/{integration}/actions/resync`. Raises `NotFoundError`.
        """
        return await self._do(_RESYNC, (checkov_integration,))

    async def find(
        self, *, name: str, include: Sequence[CheckovIntegrationInclude] = ()
    ) -> CheckovIntegration:
        """Find a Checkov integration by its name.

        `GET /integrations/checkov`. Raises `NoResultError`, which tells names that come close,
        or `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {}, include=include)

    @property
    def with_response(self) -> CheckovIntegrationsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return CheckovIntegrationsWithResponse(self)


class CheckovIntegrationsWithResponse:
    """The calls of `scalr.checkov_integrations.with_response`."""

    def __init__(self, calls: CheckovIntegrations) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
        self.resync = with_response(calls.resync)
