"""One attribute a collection.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from scalr_async import resources as api
from scalr_async.resources._lazy import Lazy


class Collections:
    """Every collection of the API; its module is imported on first use."""

    access_policies: Lazy[api.AccessPolicies] = Lazy()
    """Access policies."""
    access_token_usages: Lazy[api.AccessTokenUsages] = Lazy()
    """Access token usages."""
    access_tokens: Lazy[api.AccessTokens] = Lazy()
    """Access tokens."""
    account_users: Lazy[api.AccountUsers] = Lazy()
    """Account users."""
    accounts: Lazy[api.Accounts] = Lazy()
    """Accounts."""
    agent_pools: Lazy[api.AgentPools] = Lazy()
    """Agent pools."""
    agents: Lazy[api.Agents] = Lazy()
    """Agents."""
    ai_usages: Lazy[api.AiUsages] = Lazy()
    """AI usages."""
    applies: Lazy[api.Applies] = Lazy()
    """Applies."""
    assume_service_account_policies: Lazy[api.AssumeServiceAccountPolicies] = Lazy()
    """Assume service account policies."""
    aws_event_bridge_integrations: Lazy[api.AWSEventBridgeIntegrations] = Lazy()
    """AWS event bridge integrations."""
    billing_usages: Lazy[api.BillingUsages] = Lazy()
    """Billing usages."""
    checkov_integrations: Lazy[api.CheckovIntegrations] = Lazy()
    """Checkov integrations."""
    configuration_versions: Lazy[api.ConfigurationVersions] = Lazy()
    """Configuration versions."""
    cost_estimates: Lazy[api.CostEstimates] = Lazy()
    """Cost estimates."""
    datadog_integrations: Lazy[api.DatadogIntegrations] = Lazy()
    """Datadog integrations."""
    docker_integrations: Lazy[api.DockerIntegrations] = Lazy()
    """Docker integrations."""
    drift_detection_schedules: Lazy[api.DriftDetectionSchedules] = Lazy()
    """Drift detection schedules."""
    environments: Lazy[api.Environments] = Lazy()
    """Environments."""
    event_definitions: Lazy[api.EventDefinitions] = Lazy()
    """Event definitions."""
    gpg_keys: Lazy[api.GPGKeys] = Lazy()
    """GPG keys."""
    hook_environment_links: Lazy[api.HookEnvironmentLinks] = Lazy()
    """Hook environment links."""
    hooks: Lazy[api.Hooks] = Lazy()
    """Hooks."""
    infracost_integrations: Lazy[api.InfracostIntegrations] = Lazy()
    """Infracost integrations."""
    module_namespaces: Lazy[api.ModuleNamespaces] = Lazy()
    """Module namespaces."""
    module_test_provider_configuration_links: Lazy[api.ModuleTestProviderConfigurationLinks] = (
        Lazy()
    )
    """Module test provider configuration links."""
    module_usage_namespaces: Lazy[api.ModuleUsageNamespaces] = Lazy()
    """Module usage namespaces."""
    module_versions: Lazy[api.ModuleVersions] = Lazy()
    """Module versions."""
    modules: Lazy[api.Modules] = Lazy()
    """Modules."""
    permissions: Lazy[api.Permissions] = Lazy()
    """Permissions."""
    plans: Lazy[api.Plans] = Lazy()
    """Plans."""
    policies: Lazy[api.Policies] = Lazy()
    """Policies."""
    policy_check_results: Lazy[api.PolicyCheckResults] = Lazy()
    """Policy check results."""
    policy_checks: Lazy[api.PolicyChecks] = Lazy()
    """Policy checks."""
    policy_groups: Lazy[api.PolicyGroups] = Lazy()
    """Policy groups."""
    provider_configuration_links: Lazy[api.ProviderConfigurationLinks] = Lazy()
    """Provider configuration links."""
    provider_configuration_parameters: Lazy[api.ProviderConfigurationParameters] = Lazy()
    """Provider configuration parameters."""
    provider_configurations: Lazy[api.ProviderConfigurations] = Lazy()
    """Provider configurations."""
    provider_versions: Lazy[api.ProviderVersions] = Lazy()
    """Provider versions."""
    providers: Lazy[api.Providers] = Lazy()
    """Providers."""
    roles: Lazy[api.Roles] = Lazy()
    """Roles."""
    run_schedule_rules: Lazy[api.RunScheduleRules] = Lazy()
    """Run schedule rules."""
    run_triggers: Lazy[api.RunTriggers] = Lazy()
    """Run triggers."""
    runs: Lazy[api.Runs] = Lazy()
    """Runs."""
    saml_integrations: Lazy[api.SamlIntegrations] = Lazy()
    """SAML integrations."""
    security_rules: Lazy[api.SecurityRulesCollection] = Lazy()
    """Security rules."""
    service_accounts: Lazy[api.ServiceAccounts] = Lazy()
    """Service accounts."""
    slack_connections: Lazy[api.SlackConnections] = Lazy()
    """Slack connections."""
    slack_integrations: Lazy[api.SlackIntegrations] = Lazy()
    """Slack integrations."""
    software_versions: Lazy[api.SoftwareVersions] = Lazy()
    """Software versions."""
    ssh_keys: Lazy[api.SSHKeys] = Lazy()
    """SSH keys."""
    state_versions: Lazy[api.StateVersions] = Lazy()
    """State versions."""
    storage_profiles: Lazy[api.StorageProfiles] = Lazy()
    """Storage profiles."""
    tags: Lazy[api.Tags] = Lazy()
    """Tags."""
    teams: Lazy[api.Teams] = Lazy()
    """Teams."""
    terraform_module_usages: Lazy[api.TerraformModuleUsages] = Lazy()
    """Terraform module usages."""
    terraform_module_version_usages: Lazy[api.TerraformModuleVersionUsages] = Lazy()
    """Terraform module version usages."""
    terraform_provider_usages: Lazy[api.TerraformProviderUsages] = Lazy()
    """Terraform provider usages."""
    terraform_provider_version_usages: Lazy[api.TerraformProviderVersionUsages] = Lazy()
    """Terraform provider version usages."""
    terraform_resource_instance_usages: Lazy[api.TerraformResourceInstanceUsages] = Lazy()
    """Terraform resource instance usages."""
    terraform_resource_usages: Lazy[api.TerraformResourceUsages] = Lazy()
    """Terraform resource usages."""
    terraform_version_usages: Lazy[api.TerraformVersionUsages] = Lazy()
    """Terraform version usages."""
    usage_statistics: Lazy[api.UsageStatistics] = Lazy()
    """Usage statistics."""
    users: Lazy[api.Users] = Lazy()
    """Users."""
    variable_set_variables: Lazy[api.VariableSetVariables] = Lazy()
    """Variable set variables."""
    variable_sets: Lazy[api.VariableSets] = Lazy()
    """Variable sets."""
    variables: Lazy[api.Variables] = Lazy()
    """Variables."""
    vcs_providers: Lazy[api.VcsProviders] = Lazy()
    """VCS providers."""
    vcs_revisions: Lazy[api.VcsRevisions] = Lazy()
    """VCS revisions."""
    webhook_integration_deliveries: Lazy[api.WebhookIntegrationDeliveries] = Lazy()
    """Webhook integration deliveries."""
    webhook_integrations: Lazy[api.WebhookIntegrations] = Lazy()
    """Webhook integrations."""
    workload_identity_providers: Lazy[api.WorkloadIdentityProviders] = Lazy()
    """Workload identity providers."""
    workspaces: Lazy[api.Workspaces] = Lazy()
    """Workspaces."""
