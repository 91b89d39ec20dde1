"""Provider configuration links.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from typing import Literal, Required, TypedDict, Unpack

from scalr_async._values import UNSET
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection
from scalr_async.resources._with_response import with_response

ProviderConfigurationLinkInclude = Literal["provider_configuration"]
ProviderConfigurationLinkSort = Literal["name", "-name"]


@resource("provider-configuration-links")
class ProviderConfigurationLink(Resource):
    """Gives a workspace a provider configuration, under an alias if it has several."""

    alias: str | None = UNSET
    default: bool = UNSET
    environment: Ref[api.Environment] | None = UNSET
    provider_configuration: Ref[api.ProviderConfiguration] = UNSET
    workspace: Ref[api.Workspace] | None = UNSET


class _ProviderConfigurationLinkValues(TypedDict, total=False):
    """The values of every write of a provider configuration link."""

    alias: str | None


class ProviderConfigurationLinkCreate(_ProviderConfigurationLinkValues, total=False):
    """The values for creating a provider configuration link."""

    provider_configuration: Required[Identity[api.ProviderConfiguration]]


class ProviderConfigurationLinkUpdate(_ProviderConfigurationLinkValues, total=False):
    """The values for updating a provider configuration link."""

    provider_configuration: Identity[api.ProviderConfiguration]


# fmt: off
_GET: Operation[ProviderConfigurationLink] = Operation(
    "GET", "/provider-configuration-links/{provider_configuration_link}",
    ids=("provider-configuration-links",))
_UPDATE: Operation[ProviderConfigurationLink] = Operation(
    "PATCH", "/provider-configuration-links/{provider_configuration_link}",
    ids=("provider-configuration-links",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/provider-configuration-links/{provider_configuration_link}",
    ids=("provider-configuration-links",), idempotent=True)
# fmt: on


class ProviderConfigurationLinks(Collection[ProviderConfigurationLink]):
    """The calls of `scalr.provider_configuration_links`."""

    model = ProviderConfigurationLink

    async def get(
        self, provider_configuration_link: Identity[ProviderConfigurationLink]
    ) -> ProviderConfigurationLink:
        """Read a provider configuration link.

        `GET /provider-configuration-links/{provider_configuration_link}`. Raises
        `NotFoundError`.
        """
        return await self._get(_GET, (provider_configuration_link,))

    async def update(
        self,
        provider_configuration_link: Identity[ProviderConfigurationLink],
        **values: Unpack[ProviderConfigurationLinkUpdate],
    ) -> ProviderConfigurationLink:
        """Update a provider configuration link.

        `PATCH /provider-configuration-links/{provider_configuration_link}`. Raises
        `ForbiddenError` or `UnprocessableEntityError`.

        Keywords: `alias`; `provider_configuration`.
        """
        return await self._update(_UPDATE, (provider_configuration_link,), values)

    async def delete(
        self, provider_configuration_link: Identity[ProviderConfigurationLink]
    ) -> None:
        """Delete a provider configuration link.

        `DELETE /provider-configuration-links/{provider_configuration_link}`. Raises
        `NotFoundError` or `UnprocessableEntityError`.
        """
        return await self._delete(_DELETE, (provider_configuration_link,))

    @property
    def with_response(self) -> ProviderConfigurationLinksWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return ProviderConfigurationLinksWithResponse(self)


class ProviderConfigurationLinksWithResponse:
    """The calls of `scalr.provider_configuration_links.with_response`."""

    def __init__(self, calls: ProviderConfigurationLinks) -> None:
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
