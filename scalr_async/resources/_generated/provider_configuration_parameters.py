"""Provider configuration parameters.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from typing import Literal, Required, TypedDict, Unpack

from scalr_async._values import UNSET, Secret
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection
from scalr_async.resources._with_response import with_response

# fmt: off
ProviderConfigurationParameterField = Literal[
    "id", "description", "hcl", "key", "sensitive", "value", "provider_configuration"]
# fmt: on


@resource("provider-configuration-parameters")
class ProviderConfigurationParameter(Resource):
    """One argument of a custom provider configuration."""

    description: str | None = UNSET
    hcl: bool = UNSET
    key: str = UNSET
    sensitive: bool = UNSET
    value: Secret | None = UNSET
    provider_configuration: Ref[api.ProviderConfiguration] = UNSET


class _ProviderConfigurationParameterValues(TypedDict, total=False):
    """The values of every write of a provider configuration parameter."""

    description: str | None
    hcl: bool
    sensitive: bool
    value: str | None


class ProviderConfigurationParameterCreate(_ProviderConfigurationParameterValues, total=False):
    """The values for creating a provider configuration parameter."""

    key: Required[str]


class ProviderConfigurationParameterUpdate(_ProviderConfigurationParameterValues, total=False):
    """The values for updating a provider configuration parameter."""

    key: str


# fmt: off
_GET: Operation[ProviderConfigurationParameter] = Operation(
    "GET", "/provider-configuration-parameters/{provider_configuration_parameter}",
    ids=("provider-configuration-parameters",))
_UPDATE: Operation[ProviderConfigurationParameter] = Operation(
    "PATCH", "/provider-configuration-parameters/{provider_configuration_parameter}",
    ids=("provider-configuration-parameters",))
_DELETE: Operation[None] = Operation(
    "DELETE", "/provider-configuration-parameters/{provider_configuration_parameter}",
    ids=("provider-configuration-parameters",), idempotent=True)
# fmt: on


class ProviderConfigurationParameters(Collection[ProviderConfigurationParameter]):
    """The calls of `scalr.provider_configuration_parameters`."""

    model = ProviderConfigurationParameter

    async def get(
        self, provider_configuration_parameter: Identity[ProviderConfigurationParameter]
    ) -> ProviderConfigurationParameter:
        """Read a provider configuration parameter.

        `GET /provider-configuration-parameters/{provider_configuration_parameter}`. Raises
        `NotFoundError`.
        """
        return await self._get(_GET, (provider_configuration_parameter,))

    async def update(
        self,
        provider_configuration_parameter: Identity[ProviderConfigurationParameter],
        **values: Unpack[ProviderConfigurationParameterUpdate],
    ) -> ProviderConfigurationParameter:
        """Update a provider configuration parameter.

        `PATCH /provider-configuration-parameters/{provider_configuration_parameter}`. Raises
        `ForbiddenError`, `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `description`; `hcl`; `key`; `sensitive`; `value`.
        """
        return await self._update(_UPDATE, (provider_configuration_parameter,), values)

    async def delete(
        self, provider_configuration_parameter: Identity[ProviderConfigurationParameter]
    ) -> None:
        """Delete a provider configuration parameter.

        `DELETE /provider-configuration-parameters/{provider_configuration_parameter}`. Raises
        `NotFoundError`.
        """
        return await self._delete(_DELETE, (provider_configuration_parameter,))

    @property
    def with_response(self) -> ProviderConfigurationParametersWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return ProviderConfigurationParametersWithResponse(self)


class ProviderConfigurationParametersWithResponse:
    """The calls of `scalr.provider_configuration_parameters.with_response`."""

    def __init__(self, calls: ProviderConfigurationParameters) -> None:
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
