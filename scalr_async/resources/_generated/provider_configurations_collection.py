"""Provider configurations: the calls.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Unpack, get_args

from scalr_async import resources as api
from scalr_async._wire import JSON
from scalr_async.filters import Filter
from scalr_async.jsonapi.model import Identity, Ref
from scalr_async.jsonapi.operation import Operation
from scalr_async.pagination import Pager
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._generated.provider_configurations import (
    ProviderConfiguration,
    ProviderConfigurationCreate,
    ProviderConfigurationFieldsets,
    ProviderConfigurationInclude,
    ProviderConfigurationProviderName,
    ProviderConfigurationSort,
    ProviderConfigurationStatus,
    ProviderConfigurationUpdate,
    ProviderConfigurationWorkspacesUsageSort,
    ProviderConfigurationWorkspaceUsage,
)


class ProviderConfigurationListOptions(ListOptions, total=False):
    """The options of `list`."""

    account: Filter[Identity[api.Account]]
    environment: Filter[Identity[api.Environment]]
    name: Filter[str]
    provider_configuration: Filter[Identity[ProviderConfiguration]]
    provider_name: Filter[ProviderConfigurationProviderName]
    status: Filter[ProviderConfigurationStatus]
    tag: Filter[Identity[api.Tag]]
    include: Sequence[ProviderConfigurationInclude]
    sort: ProviderConfigurationSort | Sequence[ProviderConfigurationSort]
    fields: ProviderConfigurationFieldsets


class ProviderConfigurationWorkspacesUsageListOptions(ListOptions, total=False):
    """The options of `list_workspaces_usage`."""

    environment: Filter[Identity[api.Environment]]
    workspace_name: Filter[str]
    sort: (
        ProviderConfigurationWorkspacesUsageSort
        | Sequence[ProviderConfigurationWorkspacesUsageSort]
    )


# fmt: off
_LIST: Operation[ProviderConfiguration] = Operation(
    "GET", "/provider-configurations", paginated=True,
    include=get_args(ProviderConfigurationInclude), sort=get_args(ProviderConfigurationSort),
    fields={"environments": "environments",
    "provider_configuration_parameters": "provider-configuration-parameters",
    "provider_configurations": "provider-configurations", "tags": "tags"},
    filters={"account": "filter[account]", "environment": "filter[environment]",
    "name": "filter[name]", "provider_configuration": "filter[provider-configuration]",
    "provider_name": "filter[provider-name]", "status": "filter[status]", "tag": "filter[tag]"},
    filter_types={"account": "accounts", "environment": "environments",
    "provider_configuration": "provider-configurations",
    "provider_name": get_args(ProviderConfigurationProviderName),
    "status": get_args(ProviderConfigurationStatus), "tag": "tags"})
_CREATE: Operation[ProviderConfiguration] = Operation(
    "POST", "/provider-configurations", account=True)
_GET: Operation[ProviderConfiguration] = Operation(
    "GET", "/provider-configurations/{provider_configuration}", ids=("provider-configurations",),
    include=get_args(ProviderConfigurationInclude))
_UPDATE: Operation[ProviderConfiguration] = Operation(
    "PATCH", "/provider-configurations/{provider_configuration}", ids=("provider-configurations",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/provider-configurations/{provider_configuration}",
    ids=("provider-configurations",), idempotent=True)
_LIST_PARAMETERS: Operation[api.ProviderConfigurationParameter] = Operation(
    "GET", "/provider-configurations/{provider_configuration}/parameters",
    ids=("provider-configurations",), result="provider-configuration-parameters", paginated=True)
_CREATE_PARAMETER: Operation[api.ProviderConfigurationParameter] = Operation(
    "POST", "/provider-configurations/{provider_configuration}/parameters",
    ids=("provider-configurations",), result="provider-configuration-parameters")
_LIST_TAGS: Operation[Ref[api.Tag]] = Operation(
    "GET", "/provider-configurations/{provider_configuration}/relationships/tags",
    ids=("provider-configurations",), paginated=True)
_ADD_TAGS: Operation[None] = Operation(
    "POST", "/provider-configurations/{provider_configuration}/relationships/tags",
    ids=("provider-configurations",), idempotent=True)
_REPLACE_TAGS: Operation[None] = Operation(
    "PATCH", "/provider-configurations/{provider_configuration}/relationships/tags",
    ids=("provider-configurations",), idempotent=True)
_REMOVE_TAGS: Operation[None] = Operation(
    "DELETE", "/provider-configurations/{provider_configuration}/relationships/tags",
    ids=("provider-configurations",), idempotent=True)
_LIST_WORKSPACES_USAGE: Operation[ProviderConfigurationWorkspaceUsage] = Operation(
    "GET", "/provider-configurations/{provider_configuration}/workspaces-usage",
    ids=("provider-configurations",), value=ProviderConfigurationWorkspaceUsage, accept=JSON,
    paginated=True, sort=get_args(ProviderConfigurationWorkspacesUsageSort),
    filters={"environment": "filter[environment]", "workspace_name": "filter[workspace][name]"},
    filter_types={"environment": "environments"})
# fmt: on


class ProviderConfigurations(Collection[ProviderConfiguration]):
    """The calls of `scalr.provider_configurations`."""

    model = ProviderConfiguration

    def list(
        self, **options: Unpack[ProviderConfigurationListOptions]
    ) -> Pager[ProviderConfiguration]:
        """List provider configurations.

        `GET /provider-configurations`. Raises `ForbiddenError`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        reconcile: Pager[ProviderConfiguration] | None = None,
        **values: Unpack[ProviderConfigurationCreate],
    ) -> ProviderConfiguration:
        """Create a provider configuration.

        `POST /provider-configurations`. `reconcile` is the list that is looked at when the
        answer is lost. Raises `ForbiddenError`, `NotFoundError` or `UnprocessableEntityError`.
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(
        self,
        provider_configuration: Identity[ProviderConfiguration],
        *,
        include: Sequence[ProviderConfigurationInclude] = (),
    ) -> ProviderConfiguration:
        """Read a provider configuration.

        `GET /provider-configurations/{provider_configuration}`. Raises `NotFoundError`.
        """
        return await self._get(_GET, (provider_configuration,), include=include)

    async def update(
        self,
        provider_configuration: Identity[ProviderConfiguration],
        **values: Unpack[ProviderConfigurationUpdate],
    ) -> ProviderConfiguration:
        """Update a provider configuration.

        `PATCH /provider-configurations/{provider_configuration}`. Raises `ForbiddenError`,
        `NotFoundError` or `UnprocessableEntityError`.
        """
        return await self._update(_UPDATE, (provider_configuration,), values)

    async def delete(self, provider_configuration: Identity[ProviderConfiguration]) -> None:
        """Delete a provider configuration.

        `DELETE /provider-configurations/{provider_configuration}`. Raises `NotFoundError` or
        `UnprocessableEntityError`.
        """
        return await self._delete(_DELETE, (provider_configuration,))

    def list_parameters(
        self,
        provider_configuration: Identity[ProviderConfiguration],
        **options: Unpack[ListOptions],
    ) -> Pager[api.ProviderConfigurationParameter]:
        """List the parameters of a provider configuration.

        `GET /provider-configurations/{provider_configuration}/parameters`. Raises
        `ForbiddenError` or `NotFoundError`.
        """
        return self._list(_LIST_PARAMETERS, (provider_configuration,), options)

    async def create_parameter(
        self,
        provider_configuration: Identity[ProviderConfiguration],
        *,
        reconcile: Pager[api.ProviderConfigurationParameter] | None = None,
        **values: Unpack[api.ProviderConfigurationParameterCreate],
    ) -> api.ProviderConfigurationParameter:
        """Create a parameter of a provider configuration.

        `POST /provider-configurations/{provider_configuration}/parameters`. `reconcile` is the
        list that is looked at when the answer is lost. Raises `ForbiddenError`, `NotFoundError`
        or `UnprocessableEntityError`.
        """
        return await self._create(
            _CREATE_PARAMETER, (provider_configuration,), values, reconcile=reconcile
        )

    def list_tags(
        self,
        provider_configuration: Identity[ProviderConfiguration],
        **options: Unpack[ListOptions],
    ) -> Pager[Ref[api.Tag]]:
        """List the tags of a provider configuration.

        `GET /provider-configurations/{provider_configuration}/relationships/tags`. Raises
        `ForbiddenError`.
        """
        return self._list_refs(_LIST_TAGS, (provider_configuration,), options)

    async def add_tags(
        self,
        provider_configuration: Identity[ProviderConfiguration],
        tags: Iterable[Identity[api.Tag]],
    ) -> None:
        """Add tags to a provider configuration.

        `POST /provider-configurations/{provider_configuration}/relationships/tags`. Raises
        `ForbiddenError`.
        """
        return await self._change_refs(_ADD_TAGS, (provider_configuration,), tags, "tags")

    async def replace_tags(
        self,
        provider_configuration: Identity[ProviderConfiguration],
        tags: Iterable[Identity[api.Tag]],
    ) -> None:
        """Replace all tags of a provider configuration.

        `PATCH /provider-configurations/{provider_configuration}/relationships/tags`. Raises
        `ForbiddenError`.
        """
        return await self._change_refs(_REPLACE_TAGS, (provider_configuration,), tags, "tags")

    async def remove_tags(
        self,
        provider_configuration: Identity[ProviderConfiguration],
        tags: Iterable[Identity[api.Tag]],
    ) -> None:
        """Take tags from a provider configuration.

        `DELETE /provider-configurations/{provider_configuration}/relationships/tags`. Raises
        `ForbiddenError`.
        """
        return await self._change_refs(_REMOVE_TAGS, (provider_configuration,), tags, "tags")

    def list_workspaces_usage(
        self,
        provider_configuration: Identity[ProviderConfiguration],
        **options: Unpack[ProviderConfigurationWorkspacesUsageListOptions],
    ) -> Pager[ProviderConfigurationWorkspaceUsage]:
        """List the workspaces that use a provider configuration.

        `GET /provider-configurations/{provider_configuration}/workspaces-usage`. Raises
        `ForbiddenError`.
        """
        return self._list_values(_LIST_WORKSPACES_USAGE, (provider_configuration,), options)
