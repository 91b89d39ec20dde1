"""Provider configurations.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Required, TypedDict

from scalr_async import resources as api
from scalr_async._sentinels import UNSET
from scalr_async._wire import Secret
from scalr_async.jsonapi.model import Identity, Ref, Resource, nested, resource

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
class ProviderConfigurationWorkspaceUsage:
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
    """The fields that shall come, by type."""

    environments: Sequence[api.EnvironmentField]
    provider_configuration_parameters: Sequence[api.ProviderConfigurationParameterField]
    provider_configurations: Sequence[ProviderConfigurationField]
    tags: Sequence[api.TagField]
