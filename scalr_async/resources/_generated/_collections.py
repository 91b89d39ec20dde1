"""One attribute a collection.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalr_async.resources._lazy import Lazy

if TYPE_CHECKING:
    from scalr_async.resources import (
        AccessPolicies,
        AccessTokens,
        AccessTokenUsages,
        Accounts,
        AccountUsers,
        AgentPools,
        Agents,
        AiUsages,
        Applies,
        AssumeServiceAccountPolicies,
        AWSEventBridgeIntegrations,
        BillingUsages,
        CheckovIntegrations,
        ConfigurationVersions,
        CostEstimates,
        DatadogIntegrations,
        DockerIntegrations,
        DriftDetectionSchedules,
        Environments,
        EventDefinitions,
        GPGKeys,
        HookEnvironmentLinks,
        Hooks,
        InfracostIntegrations,
        ModuleNamespaces,
        Modules,
        ModuleTestProviderConfigurationLinks,
        ModuleUsageNamespaces,
        ModuleVersions,
        Permissions,
        Plans,
        Policies,
        PolicyCheckResults,
        PolicyChecks,
        PolicyGroups,
        ProviderConfigurationLinks,
        ProviderConfigurationParameters,
        ProviderConfigurations,
        Providers,
        ProviderVersions,
        Roles,
        Runs,
        RunScheduleRules,
        RunTriggers,
        SamlIntegrations,
        SecurityRulesCollection,
        ServiceAccounts,
        SlackConnections,
        SlackIntegrations,
        SoftwareVersions,
        SSHKeys,
        StateVersions,
        StorageProfiles,
        Tags,
        Teams,
        TerraformModuleUsages,
        TerraformModuleVersionUsages,
        TerraformProviderUsages,
        TerraformProviderVersionUsages,
        TerraformResourceInstanceUsages,
        TerraformResourceUsages,
        TerraformVersionUsages,
        UsageStatistics,
        Users,
        Variables,
        VariableSets,
        VariableSetVariables,
        VcsProviders,
        VcsRevisions,
        WebhookIntegrationDeliveries,
        WebhookIntegrations,
        WorkloadIdentityProviders,
        Workspaces,
    )


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
    vcs_revisions: Lazy[VcsRevisions] = Lazy()
    """VCS revisions."""
    webhook_integration_deliveries: Lazy[WebhookIntegrationDeliveries] = Lazy()
    """Webhook integration deliveries."""
    webhook_integrations: Lazy[WebhookIntegrations] = Lazy()
    """Webhook integrations."""
    workload_identity_providers: Lazy[WorkloadIdentityProviders] = Lazy()
    """Workload identity providers."""
    workspaces: Lazy[Workspaces] = Lazy()
    """Workspaces."""
