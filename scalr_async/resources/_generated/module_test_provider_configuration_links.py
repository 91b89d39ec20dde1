"""Module test provider configuration links.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

ModuleTestProviderConfigurationLinkInclude = Literal["provider_configuration"]


@resource("module-test-provider-configuration-links")
class ModuleTestProviderConfigurationLink(Resource):
    """Gives the tests of a module a provider configuration."""

    provider_configuration: Ref[api.ProviderConfiguration] | None = UNSET


class _ModuleTestProviderConfigurationLinkValues(TypedDict, total=False):
    """The values of every write of a module test provider configuration link."""

    provider_configuration: Identity[api.ProviderConfiguration] | None


class ModuleTestProviderConfigurationLinkCreate(
    _ModuleTestProviderConfigurationLinkValues, total=False
):
    """The values for creating a module test provider configuration link."""


class ModuleTestProviderConfigurationLinkUpdate(
    _ModuleTestProviderConfigurationLinkValues, total=False
):
    """The values for updating a module test provider configuration link."""


class ModuleTestProviderConfigurationLinkListOptions(ListOptions, total=False):
    """The options of `list`."""

    include: Sequence[ModuleTestProviderConfigurationLinkInclude]


# fmt: off
_GET: Operation[ModuleTestProviderConfigurationLink] = Operation(
    "GET", "/module-test-provider-configuration-links/{module_test_provider_configuration_link}",
    ids=("module-test-provider-configuration-links",),
    include=get_args(ModuleTestProviderConfigurationLinkInclude))
_UPDATE: Operation[ModuleTestProviderConfigurationLink] = Operation(
    "PATCH", "/module-test-provider-configuration-links/{module_test_provider_configuration_link}",
    ids=("module-test-provider-configuration-links",))
_DELETE: Operation[None] = Operation(
    "DELETE",
    "/module-test-provider-configuration-links/{module_test_provider_configuration_link}",
    ids=("module-test-provider-configuration-links",), idempotent=True)
_LIST: Operation[ModuleTestProviderConfigurationLink] = Operation(
    "GET", "/test-configurations/{test_configuration}/provider-configuration-links",
    ids=("module-test-provider-configuration-links",), paginated=True,
    include=get_args(ModuleTestProviderConfigurationLinkInclude))
_CREATE: Operation[ModuleTestProviderConfigurationLink] = Operation(
    "POST", "/test-configurations/{test_configuration}/provider-configuration-links",
    ids=("module-test-provider-configuration-links",))
# fmt: on


class ModuleTestProviderConfigurationLinks(Collection[ModuleTestProviderConfigurationLink]):
    """The calls of `scalr.module_test_provider_configuration_links`."""

    model = ModuleTestProviderConfigurationLink

    async def get(
        self,
        module_test_provider_configuration_link: Identity[ModuleTestProviderConfigurationLink],
        *,
        include: Sequence[ModuleTestProviderConfigurationLinkInclude] = (),
    ) -> ModuleTestProviderConfigurationLink:
        """Read a module test provider configuration link.

        `GET /module-test-provider-configuration-links/{module_test_provider_configuration_link}`.

        Keywords: `include` of `provider_configuration`.
        """
        return await self._get(_GET, (module_test_provider_configuration_link,), include=include)

    async def update(
        self,
        module_test_provider_configuration_link: Identity[ModuleTestProviderConfigurationLink],
        **values: Unpack[ModuleTestProviderConfigurationLinkUpdate],
    ) -> ModuleTestProviderConfigurationLink:
        """Update a module test provider configuration link.

        `PATCH /module-test-provider-configuration-links/{module_test_provider_configuration_link}`.

        Keywords: `provider_configuration`.
        """
        return await self._update(_UPDATE, (module_test_provider_configuration_link,), values)

    async def delete(
        self, module_test_provider_configuration_link: Identity[ModuleTestProviderConfigurationLink]
    ) -> None:
        """Delete a module test provider configuration link.

        `DELETE /module-test-provider-configuration-links/{module_test_provider_configuration_link}`.
        """
        return await self._delete(_DELETE, (module_test_provider_configuration_link,))

    def list(
        self,
        module_test_provider_configuration_link: Identity[ModuleTestProviderConfigurationLink],
        **options: Unpack[ModuleTestProviderConfigurationLinkListOptions],
    ) -> Pager[ModuleTestProviderConfigurationLink]:
        """List module test provider configuration links.

        `GET /test-configurations/{test_configuration}/provider-configuration-links`.

        Keywords: `include` of `provider_configuration`; `page_size`; `prefetch`; `limit`;
        `on_drift`.
        """
        return self._list(_LIST, (module_test_provider_configuration_link,), options)

    async def create(
        self,
        module_test_provider_configuration_link: Identity[ModuleTestProviderConfigurationLink],
        *,
        reconcile: Pager[ModuleTestProviderConfigurationLink] | None = None,
        **values: Unpack[ModuleTestProviderConfigurationLinkCreate],
    ) -> ModuleTestProviderConfigurationLink:
        """Create a module test provider configuration link.

        `POST /test-configurations/{test_configuration}/provider-configuration-links`.
        `reconcile` is a list that finds the object if the answer is lost.

        Keywords: `provider_configuration`.
        """
        return await self._create(
            _CREATE, (module_test_provider_configuration_link,), values, reconcile=reconcile
        )

    @property
    def with_response(self) -> ModuleTestProviderConfigurationLinksWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return ModuleTestProviderConfigurationLinksWithResponse(self)


class ModuleTestProviderConfigurationLinksWithResponse:
    """The calls of `scalr.module_test_provider_configuration_links.with_response`."""

    def __init__(self, calls: ModuleTestProviderConfigurationLinks) -> None:
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
