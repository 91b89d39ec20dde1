"""One property a collection.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scalr_async import resources as api


class Collections:
    """Every collection of the API; its module is imported on first use."""

    _collections: Mapping[str, Any]

    @property
    def access_policies(self) -> api.AccessPolicies:
        """Access policies."""
        found: api.AccessPolicies = self._collections["access_policies"]
        return found

    @property
    def access_token_usages(self) -> api.AccessTokenUsages:
        """Access token usages."""
        found: api.AccessTokenUsages = self._collections["access_token_usages"]
        return found

    @property
    def access_tokens(self) -> api.AccessTokens:
        """Access tokens."""
        found: api.AccessTokens = self._collections["access_tokens"]
        return found

    @property
    def account_users(self) -> api.AccountUsers:
        """Account users."""
        found: api.AccountUsers = self._collections["account_users"]
        return found

    @property
    def accounts(self) -> api.Accounts:
        """Accounts."""
        found: api.Accounts = self._collections["accounts"]
        return found

    @property
    def agent_pools(self) -> api.AgentPools:
        """Agent pools."""
        found: api.AgentPools = self._collections["agent_pools"]
        return found

    @property
    def agents(self) -> api.Agents:
        """Agents."""
        found: api.Agents = self._collections["agents"]
        return found

    @property
    def ai_usages(self) -> api.AiUsages:
        """AI usages."""
        found: api.AiUsages = self._collections["ai_usages"]
        return found

    @property
    def applies(self) -> api.Applies:
        """Applies."""
        found: api.Applies = self._collections["applies"]
        return found

    @property
    def assume_service_account_policies(self) -> api.AssumeServiceAccountPolicies:
        """Assume service account policies."""
        found: api.AssumeServiceAccountPolicies = self._collections[
            "assume_service_account_policies"
        ]
        return found

    @property
    def aws_event_bridge_integrations(self) -> api.AWSEventBridgeIntegrations:
        """AWS event bridge integrations."""
        found: api.AWSEventBridgeIntegrations = self._collections["aws_event_bridge_integrations"]
        return found

    @property
    def billing_usages(self) -> api.BillingUsages:
        """Billing usages."""
        found: api.BillingUsages = self._collections["billing_usages"]
        return found

    @property
    def checkov_integrations(self) -> api.CheckovIntegrations:
        """Checkov integrations."""
        found: api.CheckovIntegrations = self._collections["checkov_integrations"]
        return found

    @property
    def configuration_versions(self) -> api.ConfigurationVersions:
        """Configuration versions."""
        found: api.ConfigurationVersions = self._collections["configuration_versions"]
        return found

    @property
    def cost_estimates(self) -> api.CostEstimates:
        """Cost estimates."""
        found: api.CostEstimates = self._collections["cost_estimates"]
        return found

    @property
    def datadog_integrations(self) -> api.DatadogIntegrations:
        """Datadog integrations."""
        found: api.DatadogIntegrations = self._collections["datadog_integrations"]
        return found

    @property
    def docker_integrations(self) -> api.DockerIntegrations:
        """Docker integrations."""
        found: api.DockerIntegrations = self._collections["docker_integrations"]
        return found

    @property
    def drift_detection_schedules(self) -> api.DriftDetectionSchedules:
        """Drift detection schedules."""
        found: api.DriftDetectionSchedules = self._collections["drift_detection_schedules"]
        return found

    @property
    def environments(self) -> api.Environments:
        """Environments."""
        found: api.Environments = self._collections["environments"]
        return found

    @property
    def event_definitions(self) -> api.EventDefinitions:
        """Event definitions."""
        found: api.EventDefinitions = self._collections["event_definitions"]
        return found

    @property
    def gpg_keys(self) -> api.GPGKeys:
        """GPG keys."""
        found: api.GPGKeys = self._collections["gpg_keys"]
        return found

    @property
    def hook_environment_links(self) -> api.HookEnvironmentLinks:
        """Hook environment links."""
        found: api.HookEnvironmentLinks = self._collections["hook_environment_links"]
        return found

    @property
    def hooks(self) -> api.Hooks:
        """Hooks."""
        found: api.Hooks = self._collections["hooks"]
        return found

    @property
    def infracost_integrations(self) -> api.InfracostIntegrations:
        """Infracost integrations."""
        found: api.InfracostIntegrations = self._collections["infracost_integrations"]
        return found

    @property
    def module_namespaces(self) -> api.ModuleNamespaces:
        """Module namespaces."""
        found: api.ModuleNamespaces = self._collections["module_namespaces"]
        return found

    @property
    def module_test_provider_configuration_links(self) -> api.ModuleTestProviderConfigurationLinks:
        """Module test provider configuration links."""
        found: api.ModuleTestProviderConfigurationLinks = self._collections[
            "module_test_provider_configuration_links"
        ]
        return found

    @property
    def module_usage_namespaces(self) -> api.ModuleUsageNamespaces:
        """Module usage namespaces."""
        found: api.ModuleUsageNamespaces = self._collections["module_usage_namespaces"]
        return found

    @property
    def module_versions(self) -> api.ModuleVersions:
        """Module versions."""
        found: api.ModuleVersions = self._collections["module_versions"]
        return found

    @property
    def modules(self) -> api.Modules:
        """Modules."""
        found: api.Modules = self._collections["modules"]
        return found

    @property
    def permissions(self) -> api.Permissions:
        """Permissions."""
        found: api.Permissions = self._collections["permissions"]
        return found

    @property
    def plans(self) -> api.Plans:
        """Plans."""
        found: api.Plans = self._collections["plans"]
        return found

    @property
    def policies(self) -> api.Policies:
        """Policies."""
        found: api.Policies = self._collections["policies"]
        return found

    @property
    def policy_check_results(self) -> api.PolicyCheckResults:
        """Policy check results."""
        found: api.PolicyCheckResults = self._collections["policy_check_results"]
        return found

    @property
    def policy_checks(self) -> api.PolicyChecks:
        """Policy checks."""
        found: api.PolicyChecks = self._collections["policy_checks"]
        return found

    @property
    def policy_groups(self) -> api.PolicyGroups:
        """Policy groups."""
        found: api.PolicyGroups = self._collections["policy_groups"]
        return found

    @property
    def provider_configuration_links(self) -> api.ProviderConfigurationLinks:
        """Provider configuration links."""
        found: api.ProviderConfigurationLinks = self._collections["provider_configuration_links"]
        return found

    @property
    def provider_configuration_parameters(self) -> api.ProviderConfigurationParameters:
        """Provider configuration parameters."""
        found: api.ProviderConfigurationParameters = self._collections[
            "provider_configuration_parameters"
        ]
        return found

    @property
    def provider_configurations(self) -> api.ProviderConfigurations:
        """Provider configurations."""
        found: api.ProviderConfigurations = self._collections["provider_configurations"]
        return found

    @property
    def provider_versions(self) -> api.ProviderVersions:
        """Provider versions."""
        found: api.ProviderVersions = self._collections["provider_versions"]
        return found

    @property
    def providers(self) -> api.Providers:
        """Providers."""
        found: api.Providers = self._collections["providers"]
        return found

    @property
    def roles(self) -> api.Roles:
        """Roles."""
        found: api.Roles = self._collections["roles"]
        return found

    @property
    def run_schedule_rules(self) -> api.RunScheduleRules:
        """Run schedule rules."""
        found: api.RunScheduleRules = self._collections["run_schedule_rules"]
        return found

    @property
    def run_triggers(self) -> api.RunTriggers:
        """Run triggers."""
        found: api.RunTriggers = self._collections["run_triggers"]
        return found

    @property
    def runs(self) -> api.Runs:
        """Runs."""
        found: api.Runs = self._collections["runs"]
        return found

    @property
    def saml_integrations(self) -> api.SamlIntegrations:
        """SAML integrations."""
        found: api.SamlIntegrations = self._collections["saml_integrations"]
        return found

    @property
    def security_rules(self) -> api.SecurityRulesCollection:
        """Security rules."""
        found: api.SecurityRulesCollection = self._collections["security_rules"]
        return found

    @property
    def service_accounts(self) -> api.ServiceAccounts:
        """Service accounts."""
        found: api.ServiceAccounts = self._collections["service_accounts"]
        return found

    @property
    def slack_connections(self) -> api.SlackConnections:
        """Slack connections."""
        found: api.SlackConnections = self._collections["slack_connections"]
        return found

    @property
    def slack_integrations(self) -> api.SlackIntegrations:
        """Slack integrations."""
        found: api.SlackIntegrations = self._collections["slack_integrations"]
        return found

    @property
    def software_versions(self) -> api.SoftwareVersions:
        """Software versions."""
        found: api.SoftwareVersions = self._collections["software_versions"]
        return found

    @property
    def ssh_keys(self) -> api.SSHKeys:
        """SSH keys."""
        found: api.SSHKeys = self._collections["ssh_keys"]
        return found

    @property
    def state_versions(self) -> api.StateVersions:
        """State versions."""
        found: api.StateVersions = self._collections["state_versions"]
        return found

    @property
    def storage_profiles(self) -> api.StorageProfiles:
        """Storage profiles."""
        found: api.StorageProfiles = self._collections["storage_profiles"]
        return found

    @property
    def tags(self) -> api.Tags:
        """Tags."""
        found: api.Tags = self._collections["tags"]
        return found

    @property
    def teams(self) -> api.Teams:
        """Teams."""
        found: api.Teams = self._collections["teams"]
        return found

    @property
    def terraform_module_usages(self) -> api.TerraformModuleUsages:
        """Terraform module usages."""
        found: api.TerraformModuleUsages = self._collections["terraform_module_usages"]
        return found

    @property
    def terraform_module_version_usages(self) -> api.TerraformModuleVersionUsages:
        """Terraform module version usages."""
        found: api.TerraformModuleVersionUsages = self._collections[
            "terraform_module_version_usages"
        ]
        return found

    @property
    def terraform_provider_usages(self) -> api.TerraformProviderUsages:
        """Terraform provider usages."""
        found: api.TerraformProviderUsages = self._collections["terraform_provider_usages"]
        return found

    @property
    def terraform_provider_version_usages(self) -> api.TerraformProviderVersionUsages:
        """Terraform provider version usages."""
        found: api.TerraformProviderVersionUsages = self._collections[
            "terraform_provider_version_usages"
        ]
        return found

    @property
    def terraform_resource_instance_usages(self) -> api.TerraformResourceInstanceUsages:
        """Terraform resource instance usages."""
        found: api.TerraformResourceInstanceUsages = self._collections[
            "terraform_resource_instance_usages"
        ]
        return found

    @property
    def terraform_resource_usages(self) -> api.TerraformResourceUsages:
        """Terraform resource usages."""
        found: api.TerraformResourceUsages = self._collections["terraform_resource_usages"]
        return found

    @property
    def terraform_version_usages(self) -> api.TerraformVersionUsages:
        """Terraform version usages."""
        found: api.TerraformVersionUsages = self._collections["terraform_version_usages"]
        return found

    @property
    def usage_statistics(self) -> api.UsageStatistics:
        """Usage statistics."""
        found: api.UsageStatistics = self._collections["usage_statistics"]
        return found

    @property
    def users(self) -> api.Users:
        """Users."""
        found: api.Users = self._collections["users"]
        return found

    @property
    def variable_set_variables(self) -> api.VariableSetVariables:
        """Variable set variables."""
        found: api.VariableSetVariables = self._collections["variable_set_variables"]
        return found

    @property
    def variable_sets(self) -> api.VariableSets:
        """Variable sets."""
        found: api.VariableSets = self._collections["variable_sets"]
        return found

    @property
    def variables(self) -> api.Variables:
        """Variables."""
        found: api.Variables = self._collections["variables"]
        return found

    @property
    def vcs_providers(self) -> api.VcsProviders:
        """VCS providers."""
        found: api.VcsProviders = self._collections["vcs_providers"]
        return found

    @property
    def vcs_revisions(self) -> api.VcsRevisions:
        """VCS revisions."""
        found: api.VcsRevisions = self._collections["vcs_revisions"]
        return found

    @property
    def webhook_integration_deliveries(self) -> api.WebhookIntegrationDeliveries:
        """Webhook integration deliveries."""
        found: api.WebhookIntegrationDeliveries = self._collections[
            "webhook_integration_deliveries"
        ]
        return found

    @property
    def webhook_integrations(self) -> api.WebhookIntegrations:
        """Webhook integrations."""
        found: api.WebhookIntegrations = self._collections["webhook_integrations"]
        return found

    @property
    def workload_identity_providers(self) -> api.WorkloadIdentityProviders:
        """Workload identity providers."""
        found: api.WorkloadIdentityProviders = self._collections["workload_identity_providers"]
        return found

    @property
    def workspaces(self) -> api.Workspaces:
        """Workspaces."""
        found: api.Workspaces = self._collections["workspaces"]
        return found
