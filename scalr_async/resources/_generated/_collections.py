"""One attribute a collection, for the client.

Generated from openapi/scalr.json (d43755756ba4) by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalr_async.resources._lazy import Lazy

if TYPE_CHECKING:
    from scalr_async.resources._generated.access_policies import AccessPolicies
    from scalr_async.resources._generated.access_token_usages import AccessTokenUsages
    from scalr_async.resources._generated.access_tokens import AccessTokens
    from scalr_async.resources._generated.account_users import AccountUsers
    from scalr_async.resources._generated.accounts import Accounts
    from scalr_async.resources._generated.agents import Agents
    from scalr_async.resources._generated.ai_usages import AiUsages
    from scalr_async.resources._generated.applies import Applies
    from scalr_async.resources._generated.assume_service_account_policies import (
        AssumeServiceAccountPolicies,
    )
    from scalr_async.resources._generated.aws_event_bridge_integrations import (
        AWSEventBridgeIntegrations,
    )
    from scalr_async.resources._generated.billing_usages import BillingUsages
    from scalr_async.resources._generated.checkov_integrations import CheckovIntegrations
    from scalr_async.resources._generated.cost_estimates import CostEstimates
    from scalr_async.resources._generated.datadog_integrations import DatadogIntegrations
    from scalr_async.resources._generated.docker_integrations import DockerIntegrations
    from scalr_async.resources._generated.drift_detection_schedules import DriftDetectionSchedules
    from scalr_async.resources._generated.environments_collection import Environments
    from scalr_async.resources._generated.event_definitions import EventDefinitions
    from scalr_async.resources._generated.gpg_keys import GPGKeys
    from scalr_async.resources._generated.hook_environment_links import HookEnvironmentLinks
    from scalr_async.resources._generated.hooks import Hooks
    from scalr_async.resources._generated.infracost_integrations import InfracostIntegrations
    from scalr_async.resources._generated.module_namespaces import ModuleNamespaces
    from scalr_async.resources._generated.module_test_provider_configuration_links import (
        ModuleTestProviderConfigurationLinks,
    )
    from scalr_async.resources._generated.module_usage_namespaces import ModuleUsageNamespaces
    from scalr_async.resources._generated.module_versions import ModuleVersions
    from scalr_async.resources._generated.modules import Modules
    from scalr_async.resources._generated.permissions import Permissions
    from scalr_async.resources._generated.plans import Plans
    from scalr_async.resources._generated.policies import Policies
    from scalr_async.resources._generated.policy_check_results import PolicyCheckResults
    from scalr_async.resources._generated.policy_checks import PolicyChecks
    from scalr_async.resources._generated.policy_groups import PolicyGroups
    from scalr_async.resources._generated.provider_configuration_links import (
        ProviderConfigurationLinks,
    )
    from scalr_async.resources._generated.provider_configuration_parameters import (
        ProviderConfigurationParameters,
    )
    from scalr_async.resources._generated.provider_configurations_collection import (
        ProviderConfigurations,
    )
    from scalr_async.resources._generated.provider_versions import ProviderVersions
    from scalr_async.resources._generated.providers import Providers
    from scalr_async.resources._generated.roles import Roles
    from scalr_async.resources._generated.run_schedule_rules import RunScheduleRules
    from scalr_async.resources._generated.run_triggers import RunTriggers
    from scalr_async.resources._generated.saml_integrations import SamlIntegrations
    from scalr_async.resources._generated.security_rules import SecurityRulesCollection
    from scalr_async.resources._generated.service_accounts import ServiceAccounts
    from scalr_async.resources._generated.slack_connections import SlackConnections
    from scalr_async.resources._generated.slack_integrations import SlackIntegrations
    from scalr_async.resources._generated.software_versions import SoftwareVersions
    from scalr_async.resources._generated.ssh_keys import SSHKeys
    from scalr_async.resources._generated.state_versions import StateVersions
    from scalr_async.resources._generated.storage_profiles import StorageProfiles
    from scalr_async.resources._generated.tags import Tags
    from scalr_async.resources._generated.teams import Teams
    from scalr_async.resources._generated.terraform_module_usages import TerraformModuleUsages
    from scalr_async.resources._generated.terraform_module_version_usages import (
        TerraformModuleVersionUsages,
    )
    from scalr_async.resources._generated.terraform_provider_usages import TerraformProviderUsages
    from scalr_async.resources._generated.terraform_provider_version_usages import (
        TerraformProviderVersionUsages,
    )
    from scalr_async.resources._generated.terraform_resource_instance_usages import (
        TerraformResourceInstanceUsages,
    )
    from scalr_async.resources._generated.terraform_resource_usages import TerraformResourceUsages
    from scalr_async.resources._generated.terraform_version_usages import TerraformVersionUsages
    from scalr_async.resources._generated.usage_statistics import UsageStatistics
    from scalr_async.resources._generated.users import Users
    from scalr_async.resources._generated.variable_set_variables import VariableSetVariables
    from scalr_async.resources._generated.variable_sets import VariableSets
    from scalr_async.resources._generated.variables import Variables
    from scalr_async.resources._generated.vcs_providers import VcsProviders
    from scalr_async.resources._generated.webhook_integration_deliveries import (
        WebhookIntegrationDeliveries,
    )
    from scalr_async.resources._generated.webhook_integrations import WebhookIntegrations
    from scalr_async.resources._generated.workload_identity_providers import (
        WorkloadIdentityProviders,
    )
    from scalr_async.resources._generated.workspaces_collection import Workspaces
    from scalr_async.resources.agent_pools import AgentPools
    from scalr_async.resources.configuration_versions import ConfigurationVersions
    from scalr_async.resources.runs import Runs


class Collections:
    """Every collection of the API; its module is imported on first use."""

    access_policies: Lazy[AccessPolicies] = Lazy()
    """Access policies."""
    access_token_usages: Lazy[AccessTokenUsages] = Lazy()
    """Access token usages."""
    access_tokens: Lazy[AccessTokens] = Lazy()
    """Access tokens."""
    account_users: Lazy[AccountUsers] = Lazy()
    """Account users."""
    accounts: Lazy[Accounts] = Lazy()
    """Accounts."""
    agent_pools: Lazy[AgentPools] = Lazy()
    """Agent pools."""
    agents: Lazy[Agents] = Lazy()
    """Agents."""
    ai_usages: Lazy[AiUsages] = Lazy()
    """AI usages."""
    applies: Lazy[Applies] = Lazy()
    """Applies."""
    assume_service_account_policies: Lazy[AssumeServiceAccountPolicies] = Lazy()
    """Assume service account policies."""
    aws_event_bridge_integrations: Lazy[AWSEventBridgeIntegrations] = Lazy()
    """AWS event bridge integrations."""
    billing_usages: Lazy[BillingUsages] = Lazy()
    """Billing usages."""
    checkov_integrations: Lazy[CheckovIntegrations] = Lazy()
    """Checkov integrations."""
    configuration_versions: Lazy[ConfigurationVersions] = Lazy()
    """Configuration versions."""
    cost_estimates: Lazy[CostEstimates] = Lazy()
    """Cost estimates."""
    datadog_integrations: Lazy[DatadogIntegrations] = Lazy()
    """Datadog integrations."""
    docker_integrations: Lazy[DockerIntegrations] = Lazy()
    """Docker integrations."""
    drift_detection_schedules: Lazy[DriftDetectionSchedules] = Lazy()
    """Drift detection schedules."""
    environments: Lazy[Environments] = Lazy()
    """Environments."""
    event_definitions: Lazy[EventDefinitions] = Lazy()
    """Event definitions."""
    gpg_keys: Lazy[GPGKeys] = Lazy()
    """GPG keys."""
    hook_environment_links: Lazy[HookEnvironmentLinks] = Lazy()
    """Hook environment links."""
    hooks: Lazy[Hooks] = Lazy()
    """Hooks."""
    infracost_integrations: Lazy[InfracostIntegrations] = Lazy()
    """Infracost integrations."""
    module_namespaces: Lazy[ModuleNamespaces] = Lazy()
    """Module namespaces."""
    module_test_provider_configuration_links: Lazy[ModuleTestProviderConfigurationLinks] = Lazy()
    """Module test provider configuration links."""
    module_usage_namespaces: Lazy[ModuleUsageNamespaces] = Lazy()
    """Module usage namespaces."""
    module_versions: Lazy[ModuleVersions] = Lazy()
    """Module versions."""
    modules: Lazy[Modules] = Lazy()
    """Modules."""
    permissions: Lazy[Permissions] = Lazy()
    """Permissions."""
    plans: Lazy[Plans] = Lazy()
    """Plans."""
    policies: Lazy[Policies] = Lazy()
    """Policies."""
    policy_check_results: Lazy[PolicyCheckResults] = Lazy()
    """Policy check results."""
    policy_checks: Lazy[PolicyChecks] = Lazy()
    """Policy checks."""
    policy_groups: Lazy[PolicyGroups] = Lazy()
    """Policy groups."""
    provider_configuration_links: Lazy[ProviderConfigurationLinks] = Lazy()
    """Provider configuration links."""
    provider_configuration_parameters: Lazy[ProviderConfigurationParameters] = Lazy()
    """Provider configuration parameters."""
    provider_configurations: Lazy[ProviderConfigurations] = Lazy()
    """Provider configurations."""
    provider_versions: Lazy[ProviderVersions] = Lazy()
    """Provider versions."""
    providers: Lazy[Providers] = Lazy()
    """Providers."""
    roles: Lazy[Roles] = Lazy()
    """Roles."""
    run_schedule_rules: Lazy[RunScheduleRules] = Lazy()
    """Run schedule rules."""
    run_triggers: Lazy[RunTriggers] = Lazy()
    """Run triggers."""
    runs: Lazy[Runs] = Lazy()
    """Runs."""
    saml_integrations: Lazy[SamlIntegrations] = Lazy()
    """SAML integrations."""
    security_rules: Lazy[SecurityRulesCollection] = Lazy()
    """Security rules."""
    service_accounts: Lazy[ServiceAccounts] = Lazy()
    """Service accounts."""
    slack_connections: Lazy[SlackConnections] = Lazy()
    """Slack connections."""
    slack_integrations: Lazy[SlackIntegrations] = Lazy()
    """Slack integrations."""
    software_versions: Lazy[SoftwareVersions] = Lazy()
    """Software versions."""
    ssh_keys: Lazy[SSHKeys] = Lazy()
    """SSH keys."""
    state_versions: Lazy[StateVersions] = Lazy()
    """State versions."""
    storage_profiles: Lazy[StorageProfiles] = Lazy()
    """Storage profiles."""
    tags: Lazy[Tags] = Lazy()
    """Tags."""
    teams: Lazy[Teams] = Lazy()
    """Teams."""
    terraform_module_usages: Lazy[TerraformModuleUsages] = Lazy()
    """Terraform module usages."""
    terraform_module_version_usages: Lazy[TerraformModuleVersionUsages] = Lazy()
    """Terraform module version usages."""
    terraform_provider_usages: Lazy[TerraformProviderUsages] = Lazy()
    """Terraform provider usages."""
    terraform_provider_version_usages: Lazy[TerraformProviderVersionUsages] = Lazy()
    """Terraform provider version usages."""
    terraform_resource_instance_usages: Lazy[TerraformResourceInstanceUsages] = Lazy()
    """Terraform resource instance usages."""
    terraform_resource_usages: Lazy[TerraformResourceUsages] = Lazy()
    """Terraform resource usages."""
    terraform_version_usages: Lazy[TerraformVersionUsages] = Lazy()
    """Terraform version usages."""
    usage_statistics: Lazy[UsageStatistics] = Lazy()
    """Usage statistics."""
    users: Lazy[Users] = Lazy()
    """Users."""
    variable_set_variables: Lazy[VariableSetVariables] = Lazy()
    """Variable set variables."""
    variable_sets: Lazy[VariableSets] = Lazy()
    """Variable sets."""
    variables: Lazy[Variables] = Lazy()
    """Variables."""
    vcs_providers: Lazy[VcsProviders] = Lazy()
    """VCS providers."""
    webhook_integration_deliveries: Lazy[WebhookIntegrationDeliveries] = Lazy()
    """Webhook integration deliveries."""
    webhook_integrations: Lazy[WebhookIntegrations] = Lazy()
    """Webhook integrations."""
    workload_identity_providers: Lazy[WorkloadIdentityProviders] = Lazy()
    """Workload identity providers."""
    workspaces: Lazy[Workspaces] = Lazy()
    """Workspaces."""
