"""Provider configurations.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Required, TypedDict, Unpack, get_args

from scalr_async._http import JSON
from scalr_async._values import UNSET, Secret
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Nested, Operation, Ref, Resource, nested, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._with_response import with_response

# fmt: off
ProviderConfigurationAwsAccountType = Literal["regular", "gov-cloud", "cn-cloud"]
ProviderConfigurationAwsCredentialsSource = Literal["Ec2InstanceMetadata", "EcsContainer"]
ProviderConfigurationAwsCredentialsType = Literal["role_delegation", "access_keys", "oidc"]
ProviderConfigurationAwsDefaultTagsStrategy = Literal["skip", "update"]
ProviderConfigurationAwsTrustedEntityType = Literal["aws_account", "aws_service"]
ProviderConfigurationAzurermAuthType = Literal["client-secrets", "oidc"]
ProviderConfigurationGoogleAuthType = Literal["service-account-key", "oidc"]
ProviderConfigurationGoogleDefaultLabelsStrategy = Literal["skip", "update"]
ProviderConfigurationProviderName = Literal["aws", "azurerm", "google", "scalr"]
ProviderConfigurationStatus = Literal["active", "errored"]
ProviderConfigurationGoogleDefaultLabelStrategy = Literal["skip", "update"]
ProviderConfigurationField = Literal[
    "id", "apply_only", "aws_access_key", "aws_account_type", "aws_audience",
    "aws_credentials_source", "aws_credentials_type", "aws_default_tags",
    "aws_default_tags_strategy", "aws_external_id", "aws_role_arn", "aws_secret_key",
    "aws_trusted_entity_type", "azurerm_audience", "azurerm_auth_type", "azurerm_client_id",
    "azurerm_client_secret", "azurerm_subscription_id", "azurerm_tenant_id", "error_message",
    "export_shell_variables", "google_auth_type", "google_credentials", "google_default_labels",
    "google_default_labels_strategy", "google_project", "google_service_account_email",
    "google_service_account_name", "google_use_default_project", "google_workload_provider_name",
    "is_allowed_in_module_test", "is_custom", "is_shared", "is_used_in_module_test", "name",
    "provider_name", "scalr_hostname", "scalr_token", "status", "google_default_label_strategy",
    "account", "environments", "owners", "parameters", "tags"]
ProviderConfigurationInclude = Literal["environments", "parameters", "tags"]
ProviderConfigurationSort = Literal["name", "-name"]
ProviderConfigurationWorkspacesUsageSort = Literal[
    "environment_name", "-environment_name", "workspace_name", "-workspace_name"]
# fmt: on


@resource("provider-configurations")
class ProviderConfiguration(Resource):
    """Credentials and settings of a Terraform provider, given to workspaces."""

    apply_only: bool = UNSET
    aws_access_key: str | None = UNSET
    aws_account_type: ProviderConfigurationAwsAccountType | None = UNSET
    aws_audience: str | None = UNSET
    aws_credentials_source: ProviderConfigurationAwsCredentialsSource | None = UNSET
    aws_credentials_type: ProviderConfigurationAwsCredentialsType | None = UNSET
    aws_default_tags: Mapping[str, Any] | None = UNSET
    aws_default_tags_strategy: ProviderConfigurationAwsDefaultTagsStrategy | None = UNSET
    aws_external_id: str | None = UNSET
    aws_role_arn: str | None = UNSET
    aws_secret_key: Secret | None = UNSET
    aws_trusted_entity_type: ProviderConfigurationAwsTrustedEntityType | None = UNSET
    azurerm_audience: str | None = UNSET
    azurerm_auth_type: ProviderConfigurationAzurermAuthType | None = UNSET
    azurerm_client_id: str | None = UNSET
    azurerm_client_secret: Secret | None = UNSET
    azurerm_subscription_id: str | None = UNSET
    azurerm_tenant_id: str | None = UNSET
    error_message: str | None = UNSET
    export_shell_variables: bool = UNSET
    google_auth_type: ProviderConfigurationGoogleAuthType | None = UNSET
    google_credentials: Secret | None = UNSET
    google_default_labels: Mapping[str, Any] | None = UNSET
    google_default_labels_strategy: ProviderConfigurationGoogleDefaultLabelsStrategy | None = UNSET
    """Deprecated by Scalr."""
    google_project: str | None = UNSET
    google_service_account_email: str | None = UNSET
    google_service_account_name: str | None = UNSET
    google_use_default_project: bool | None = UNSET
    google_workload_provider_name: str | None = UNSET
    is_allowed_in_module_test: bool = UNSET
    is_custom: bool | None = UNSET
    is_shared: bool = UNSET
    is_used_in_module_test: bool = UNSET
    name: str = UNSET
    provider_name: ProviderConfigurationProviderName = UNSET
    scalr_hostname: str | None = UNSET
    scalr_token: Secret | None = UNSET
    status: ProviderConfigurationStatus = UNSET
    google_default_label_strategy: ProviderConfigurationGoogleDefaultLabelStrategy | None = UNSET
    """Treatment of labels that a resource has already: they stay (`skip`) or are replaced."""
    account: Ref[api.Account] = UNSET
    environments: tuple[Ref[api.Environment], ...] = UNSET
    owners: tuple[Ref[api.Team], ...] = UNSET
    parameters: tuple[Ref[api.ProviderConfigurationParameter], ...] = UNSET
    tags: tuple[Ref[api.Tag], ...] = UNSET


@nested
class ProviderConfigurationWorkspaceUsage(Nested):
    """A workspace that uses a provider configuration, and by what."""

    direct_links_ids: tuple[str, ...] = UNSET
    environment_id: str = UNSET
    environment_name: str = UNSET
    environment_permissions: tuple[str, ...] = UNSET
    is_default_link: bool = UNSET
    workspace_id: str = UNSET
    workspace_name: str = UNSET
    workspace_permissions: tuple[str, ...] = UNSET


class _ProviderConfigurationValues(TypedDict, total=False):
    """The values of every write of a provider configuration."""

    apply_only: bool
    aws_access_key: str | None
    aws_account_type: ProviderConfigurationAwsAccountType | None
    aws_audience: str | None
    aws_credentials_source: ProviderConfigurationAwsCredentialsSource | None
    aws_credentials_type: ProviderConfigurationAwsCredentialsType | None
    aws_default_tags: Mapping[str, Any] | None
    aws_default_tags_strategy: ProviderConfigurationAwsDefaultTagsStrategy | None
    aws_external_id: str | None
    aws_role_arn: str | None
    aws_secret_key: str | None
    aws_trusted_entity_type: ProviderConfigurationAwsTrustedEntityType | None
    azurerm_audience: str | None
    azurerm_auth_type: ProviderConfigurationAzurermAuthType | None
    azurerm_client_id: str | None
    azurerm_client_secret: str | None
    azurerm_subscription_id: str | None
    azurerm_tenant_id: str | None
    export_shell_variables: bool
    google_auth_type: ProviderConfigurationGoogleAuthType | None
    google_credentials: str | None
    google_default_labels: Mapping[str, Any] | None
    google_default_labels_strategy: ProviderConfigurationGoogleDefaultLabelsStrategy | None
    google_project: str | None
    google_service_account_email: str | None
    google_use_default_project: bool | None
    google_workload_provider_name: str | None
    is_allowed_in_module_test: bool
    is_custom: bool | None
    is_shared: bool
    scalr_hostname: str | None
    scalr_token: str | None
    google_default_label_strategy: ProviderConfigurationGoogleDefaultLabelStrategy | None
    account: Identity[api.Account]
    environments: Iterable[Identity[api.Environment]]
    owners: Iterable[Identity[api.Team]]
    tags: Iterable[Identity[api.Tag]]


class ProviderConfigurationCreate(_ProviderConfigurationValues, total=False):
    """The values for creating a provider configuration."""

    name: Required[str]
    provider_name: Required[ProviderConfigurationProviderName]


class ProviderConfigurationUpdate(_ProviderConfigurationValues, total=False):
    """The values for updating a provider configuration."""

    name: str
    provider_name: ProviderConfigurationProviderName


class ProviderConfigurationFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    environments: Sequence[api.EnvironmentField]
    provider_configuration_parameters: Sequence[api.ProviderConfigurationParameterField]
    provider_configurations: Sequence[ProviderConfigurationField]
    tags: Sequence[api.TagField]


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

        Keywords: `account`; `environment`; `name`; `provider_configuration`; `provider_name`;
        `status`; `tag`; `include` of `environments`, `parameters`, `tags`; `sort` by `name`
        (`-` reverses); `fields`; `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self,
        *,
        reconcile: Pager[ProviderConfiguration] | None = None,
        **values: Unpack[ProviderConfigurationCreate],
    ) -> ProviderConfiguration:
        """Create a provider configuration.

        `POST /provider-configurations`. `reconcile` is a list that finds the object if the
        answer is lost. Raises `ForbiddenError`, `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `apply_only`; `aws_access_key`; `aws_account_type`; `aws_audience`;
        `aws_credentials_source`; `aws_credentials_type`; `aws_default_tags`;
        `aws_default_tags_strategy`; `aws_external_id`; `aws_role_arn`; `aws_secret_key`;
        `aws_trusted_entity_type`; `azurerm_audience`; `azurerm_auth_type`; `azurerm_client_id`;
        `azurerm_client_secret`; `azurerm_subscription_id`; `azurerm_tenant_id`;
        `export_shell_variables`; `google_auth_type`; `google_credentials`;
        `google_default_labels`; `google_default_labels_strategy`; `google_project`;
        `google_service_account_email`; `google_use_default_project`;
        `google_workload_provider_name`; `is_allowed_in_module_test`; `is_custom`; `is_shared`;
        `name` (required); `provider_name` (required); `scalr_hostname`; `scalr_token`;
        `google_default_label_strategy`; `account`; `environments`; `owners`; `tags`.
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

        Keywords: `include` of `environments`, `parameters`, `tags`.
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

        Keywords: `apply_only`; `aws_access_key`; `aws_account_type`; `aws_audience`;
        `aws_credentials_source`; `aws_credentials_type`; `aws_default_tags`;
        `aws_default_tags_strategy`; `aws_external_id`; `aws_role_arn`; `aws_secret_key`;
        `aws_trusted_entity_type`; `azurerm_audience`; `azurerm_auth_type`; `azurerm_client_id`;
        `azurerm_client_secret`; `azurerm_subscription_id`; `azurerm_tenant_id`;
        `export_shell_variables`; `google_auth_type`; `google_credentials`;
        `google_default_labels`; `google_default_labels_strategy`; `google_project`;
        `google_service_account_email`; `google_use_default_project`;
        `google_workload_provider_name`; `is_allowed_in_module_test`; `is_custom`; `is_shared`;
        `name`; `provider_name`; `scalr_hostname`; `scalr_token`;
        `google_default_label_strategy`; `account`; `environments`; `owners`; `tags`.
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

        Keywords: `page_size`; `prefetch`; `limit`; `on_drift`.
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

        `POST /provider-configurations/{provider_configuration}/parameters`. `reconcile` is a
        list that finds the object if the answer is lost. Raises `ForbiddenError`,
        `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `description`; `hcl`; `key` (required); `sensitive`; `value`.
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

        Keywords: `page_size`; `prefetch`; `limit`; `on_drift`.
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
        """Remove tags from a provider configuration.

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

        Keywords: `environment`; `workspace_name`; `sort` by `environment_name`,
        `workspace_name` (`-` reverses); `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list_values(_LIST_WORKSPACES_USAGE, (provider_configuration,), options)

    async def find(
        self,
        *,
        name: str,
        account: Identity[api.Account] | None = None,
        environment: Identity[api.Environment] | None = None,
        include: Sequence[ProviderConfigurationInclude] = (),
    ) -> ProviderConfiguration:
        """Find a provider configuration by its name.

        `GET /provider-configurations`. Raises `NoResultError`, which tells names that come
        close, or `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(
            _LIST, name, {"account": account, "environment": environment}, include=include
        )

    @property
    def with_response(self) -> ProviderConfigurationsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return ProviderConfigurationsWithResponse(self)


class ProviderConfigurationsWithResponse:
    """The calls of `scalr.provider_configurations.with_response`."""

    def __init__(self, calls: ProviderConfigurations) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
        self.list_parameters = with_response(calls.list_parameters)
        self.create_parameter = with_response(calls.create_parameter)
        self.list_tags = with_response(calls.list_tags)
        self.add_tags = with_response(calls.add_tags)
        self.replace_tags = with_response(calls.replace_tags)
        self.remove_tags = with_response(calls.remove_tags)
        self.list_workspaces_usage = with_response(calls.list_workspaces_usage)
