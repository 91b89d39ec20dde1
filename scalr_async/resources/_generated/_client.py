"""One property a collection.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scalr_async import resources


class Collections:
    """Every collection of the API; its module is imported on first use."""

    _collections: Mapping[str, Any]

    @property
    def access_policies(self) -> resources.AccessPolicies:
        """Access policies."""
        found: resources.AccessPolicies = self._collections["access_policies"]
        return found

    @property
    def access_token_usages(self) -> resources.AccessTokenUsages:
        """Access token usages."""
        found: resources.AccessTokenUsages = self._collections["access_token_usages"]
        return found

    @property
    def access_tokens(self) -> resources.AccessTokens:
        """Access tokens."""
        found: resources.AccessTokens = self._collections["access_tokens"]
        return found

    @property
    def account_users(self) -> resources.AccountUsers:
        """Account users."""
        found: resources.AccountUsers = self._collections["account_users"]
        return found

    @property
    def accounts(self) -> resources.Accounts:
        """Accounts."""
        found: resources.Accounts = self._collections["accounts"]
        return found

    @property
    def agent_pools(self) -> resources.AgentPools:
        """Agent pools."""
        found: resources.AgentPools = self._collections["agent_pools"]
        return found

    @property
    def agents(self) -> resources.Agents:
        """Agents."""
        found: resources.Agents = self._collections["agents"]
        return found

    @property
    def ai_usages(self) -> resources.AiUsages:
        """AI usages."""
        found: resources.AiUsages = self._collections["ai_usages"]
        return found

    @property
    def applies(self) -> resources.Applies:
        """Applies."""
        found: resources.Applies = self._collections["applies"]
        return found

    @property
    def assume_service_account_policies(self) -> resources.AssumeServiceAccountPolicies:
        """Assume service account policies."""
        found: resources.AssumeServiceAccountPolicies = self._collections[
            "assume_service_account_policies"
        ]
        return found

    @property
    def aws_event_bridge_integrations(self) -> resources.AWSEventBridgeIntegrations:
        """AWS event bridge integrations."""
        found: resources.AWSEventBridgeIntegrations = self._collections[
            "aws_event_bridge_integrations"
        ]
        return found

    @property
    def billing_usages(self) -> resources.BillingUsages:
        """Billing usages."""
        found: resources.BillingUsages = self._collections["billing_usages"]
        return found

    @property
    def checkov_integrations(self) -> resources.CheckovIntegrations:
        """Checkov integrations."""
        found: resources.CheckovIntegrations = self._collections["checkov_integrations"]
        return found

    @property
    def configuration_versions(self) -> resources.ConfigurationVersions:
        """Configuration versions."""
        found: resources.ConfigurationVersions = self._collections["configuration_versions"]
        return found

    @property
    def cost_estimates(self) -> resources.CostEstimates:
        """Cost estimates."""
        found: resources.CostEstimates = self._collections["cost_estimates"]
        return found

    @property
    def datadog_integrations(self) -> resources.DatadogIntegrations:
        """Datadog integrations."""
        found: resources.DatadogIntegrations = self._collections["datadog_integrations"]
        return found

    @property
    def docker_integrations(self) -> resources.DockerIntegrations:
        """Docker integrations."""
        found: resources.DockerIntegrations = self._collections["docker_integrations"]
        return found

    @property
    def drift_detection_schedules(self) -> resources.DriftDetectionSchedules:
        """Drift detection schedules."""
        found: resources.DriftDetectionSchedules = self._collections["drift_detection_schedules"]
        return found

    @property
    def environments(self) -> resources.Environments:
        """Environments."""
        found: resources.Environments = self._collections["environments"]
        return found

    @property
    def event_definitions(self) -> resources.EventDefinitions:
        """Event definitions."""
        found: resources.EventDefinitions = self._collections["event_definitions"]
        return found

    @property
    def gpg_keys(self) -> resources.GPGKeys:
        """GPG keys."""
        found: resources.GPGKeys = self._collections["gpg_keys"]
        return found

    @property
    def hook_environment_links(self) -> resources.HookEnvironmentLinks:
        """Hook environment links."""
        found: resources.HookEnvironmentLinks = self._collections["hook_environment_links"]
        return found

    @property
    def hooks(self) -> resources.Hooks:
        """Hooks."""
        found: resources.Hooks = self._collections["hooks"]
        return found

    @property
    def infracost_integrations(self) -> resources.InfracostIntegrations:
        """Infracost integrations."""
        found: resources.InfracostIntegrations = self._collections["infracost_integrations"]
        return found

    @property
    def module_namespaces(self) -> resources.ModuleNamespaces:
        """Module namespaces."""
        found: resources.ModuleNamespaces = self._collections["module_namespaces"]
        return found

    @property
    def module_test_provider_configuration_links(
        self,
    ) -> resources.ModuleTestProviderConfigurationLinks:
        """Module test provider configuration links."""
        found: resources.ModuleTestProviderConfigurationLinks = self._collections[
            "module_test_provider_configuration_links"
        ]
        return found

    @property
    def module_usage_namespaces(self) -> resources.ModuleUsageNamespaces:
        """Module usage namespaces."""
        found: resources.ModuleUsageNamespaces = self._collections["module_usage_namespaces"]
        return found

    @property
    def module_versions(self) -> resources.ModuleVersions:
        """Module versions."""
        found: resources.ModuleVersions = self._collections["module_versions"]
        return found

    @property
    def modules(self) -> resources.Modules:
        """Modules."""
        found: resources.Modules = self._collections["modules"]
        return found

    @property
    def permissions(self) -> resources.Permissions:
        """Permissions."""
        found: resources.Permissions = self._collections["permissions"]
        return found

    @property
    def plans(self) -> resources.Plans:
        """Plans."""
        found: resources.Plans = self._collections["plans"]
        return found

    @property
    def policies(self) -> resources.Policies:
        """Policies."""
        found: resources.Policies = self._collections["policies"]
        return found

    @property
    def policy_check_results(self) -> resources.PolicyCheckResults:
        """Policy check results."""
        found: resources.PolicyCheckResults = self._collections["policy_check_results"]
        return found

    @property
    def policy_checks(self) -> resources.PolicyChecks:
        """Policy checks."""
        found: resources.PolicyChecks = self._collections["policy_checks"]
        return found

    @property
    def policy_groups(self) -> resources.PolicyGroups:
        """Policy groups."""
        found: resources.PolicyGroups = self._collections["policy_groups"]
        return found

    @property
    def provider_configuration_links(self) -> resources.ProviderConfigurationLinks:
        """Provider configuration links."""
        found: resources.ProviderConfigurationLinks = self._collections[
            "provider_configuration_links"
        ]
        return found

    @property
    def provider_configuration_parameters(self) -> resources.ProviderConfigurationParameters:
        """Provider configuration parameters."""
        found: resources.ProviderConfigurationParameters = self._collections[
            "provider_configuration_parameters"
        ]
        return found

    @property
    def provider_configurations(self) -> resources.ProviderConfigurations:
        """Provider configurations."""
        found: resources.ProviderConfigurations = self._collections["provider_configurations"]
        return found

    @property
    def provider_versions(self) -> resources.ProviderVersions:
        """Provider versions."""
        found: resources.ProviderVersions = self._collections["provider_versions"]
        return found

    @property
    def providers(self) -> resources.Providers:
        """Providers."""
        found: resources.Providers = self._collections["providers"]
        return found

    @property
    def roles(self) -> resources.Roles:
        """Roles."""
        found: resources.Roles = self._collections["roles"]
        return found

    @property
    def run_schedule_rules(self) -> resources.RunScheduleRules:
        """Run schedule rules."""
        found: resources.RunScheduleRules = self._collections["run_schedule_rules"]
        return found

    @property
    def run_triggers(self) -> resources.RunTriggers:
        """Run triggers."""
        found: resources.RunTriggers = self._collections["run_triggers"]
        return found

    @property
    def runs(self) -> resources.Runs:
        """Runs."""
        found: resources.Runs = self._collections["runs"]
        return found

    @property
    def saml_integrations(self) -> resources.SamlIntegrations:
        """SAML integrations."""
        found: resources.SamlIntegrations = self._collections["saml_integrations"]
        return found

    @property
    def security_rules(self) -> resources.SecurityRulesCollection:
        """Security rules."""
        found: resources.SecurityRulesCollection = self._collections["security_rules"]
        return found

    @property
    def service_accounts(self) -> resources.ServiceAccounts:
        """Service accounts."""
        found: resources.ServiceAccounts = self._collections["service_accounts"]
        return found

    @property
    def slack_connections(self) -> resources.SlackConnections:
        """Slack connections."""
        found: resources.SlackConnections = self._collections["slack_connections"]
        return found

    @property
    def slack_integrations(self) -> resources.SlackIntegrations:
        """Slack integrations."""
        found: resources.SlackIntegrations = self._collections["slack_integrations"]
        return found

    @property
    def software_versions(self) -> resources.SoftwareVersions:
        """Software versions."""
        found: resources.SoftwareVersions = self._collections["software_versions"]
        return found

    @property
    def ssh_keys(self) -> resources.SSHKeys:
        """SSH keys."""
        found: resources.SSHKeys = self._collections["ssh_keys"]
        return found

    @property
    def state_versions(self) -> resources.StateVersions:
        """State versions."""
        found: resources.StateVersions = self._collections["state_versions"]
        return found

    @property
    def storage_profiles(self) -> resources.StorageProfiles:
        """Storage profiles."""
        found: resources.StorageProfiles = self._collections["storage_profiles"]
        return found

    @property
    def tags(self) -> resources.Tags:
        """Tags."""
        found: resources.Tags = self._collections["tags"]
        return found

    @property
    def teams(self) -> resources.Teams:
        """Teams."""
        found: resources.Teams = self._collections["teams"]
        return found

    @property
    def terraform_module_usages(self) -> resources.TerraformModuleUsages:
        """Terraform module usages."""
        found: resources.TerraformModuleUsages = self._collections["terraform_module_usages"]
        return found

    @property
    def terraform_module_version_usages(self) -> resources.TerraformModuleVersionUsages:
        """Terraform module version usages."""
        found: resources.TerraformModuleVersionUsages = self._collections[
            "terraform_module_version_usages"
        ]
        return found

    @property
    def terraform_provider_usages(self) -> resources.TerraformProviderUsages:
        """Terraform provider usages."""
        found: resources.TerraformProviderUsages = self._collections["terraform_provider_usages"]
        return found

    @property
    def terraform_provider_version_usages(self) -> resources.TerraformProviderVersionUsages:
        """Terraform provider version usages."""
        found: resources.TerraformProviderVersionUsages = self._collections[
            "terraform_provider_version_usages"
        ]
        return found

    @property
    def terraform_resource_instance_usages(self) -> resources.TerraformResourceInstanceUsages:
        """Terraform resource instance usages."""
        found: resources.TerraformResourceInstanceUsages = self._collections[
            "terraform_resource_instance_usages"
        ]
        return found

    @property
    def terraform_resource_usages(self) -> resources.TerraformResourceUsages:
        """Terraform resource usages."""
        found: resources.TerraformResourceUsages = self._collections["terraform_resource_usages"]
        return found

    @property
    def terraform_version_usages(self) -> resources.TerraformVersionUsages:
        """Terraform version usages."""
        found: resources.TerraformVersionUsages = self._collections["terraform_version_usages"]
        return found

    @property
    def usage_statistics(self) -> resources.UsageStatistics:
        """Usage statistics."""
        found: resources.UsageStatistics = self._collections["usage_statistics"]
        return found

    @property
    def users(self) -> resources.Users:
        """Users."""
        found: resources.Users = self._collections["users"]
        return found

    @property
    def variable_set_variables(self) -> resources.VariableSetVariables:
        """Variable set variables."""
        found: resources.VariableSetVariables = self._collections["variable_set_variables"]
        return found

    @property
    def variable_sets(self) -> resources.VariableSets:
        """Variable sets."""
        found: resources.VariableSets = self._collections["variable_sets"]
        return found

    @property
    def variables(self) -> resources.Variables:
        """Variables."""
        found: resources.Variables = self._collections["variables"]
        return found

    @property
    def vcs_providers(self) -> resources.VcsProviders:
        """VCS providers."""
        found: resources.VcsProviders = self._collections["vcs_providers"]
        return found

    @property
    def vcs_revisions(self) -> resources.VcsRevisions:
        """VCS revisions."""
        found: resources.VcsRevisions = self._collections["vcs_revisions"]
        return found

    @property
    def webhook_integration_deliveries(self) -> resources.WebhookIntegrationDeliveries:
        """Webhook integration deliveries."""
        found: resources.WebhookIntegrationDeliveries = self._collections[
            "webhook_integration_deliveries"
        ]
        return found

    @property
    def webhook_integrations(self) -> resources.WebhookIntegrations:
        """Webhook integrations."""
        found: resources.WebhookIntegrations = self._collections["webhook_integrations"]
        return found

    @property
    def workload_identity_providers(self) -> resources.WorkloadIdentityProviders:
        """Workload identity providers."""
        found: resources.WorkloadIdentityProviders = self._collections[
            "workload_identity_providers"
        ]
        return found

    @property
    def workspaces(self) -> resources.Workspaces:
        """Workspaces."""
        found: resources.Workspaces = self._collections["workspaces"]
        return found
