"""Scalr's rules beyond the schema, one small class a type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scalr_async.emulator._service import Rule
from scalr_async.emulator.rules._access import AssumePolicies, Roles, WorkloadIdentityProviders
from scalr_async.emulator.rules._access_tokens import AccessTokens
from scalr_async.emulator.rules._accounts import Accounts, AccountUsers, Teams, Users
from scalr_async.emulator.rules._agent_pools import AgentPools, Agents
from scalr_async.emulator.rules._environments import DriftDetectionSchedules, Environments
from scalr_async.emulator.rules._names import NAMED
from scalr_async.emulator.rules._registry import (
    CheckovIntegrations,
    EventBridgeIntegrations,
    GPGKeys,
    Hooks,
    Modules,
    ModuleVersions,
    PolicyGroups,
    Providers,
    ProviderVersions,
)
from scalr_async.emulator.rules._reports import REPORTS
from scalr_async.emulator.rules._runs import (
    ConfigurationVersions,
    Runs,
    RunScheduleRules,
    RunTriggers,
    StateVersions,
)
from scalr_async.emulator.rules._secrets import (
    DatadogIntegrations,
    DockerIntegrations,
    InfracostIntegrations,
    ProviderConfigurations,
    SamlIntegrations,
    SSHKeys,
    StorageProfiles,
    VcsProviders,
    WebhookDeliveries,
    WebhookIntegrations,
)
from scalr_async.emulator.rules._service_accounts import ServiceAccounts
from scalr_async.emulator.rules._tags import Tags
from scalr_async.emulator.rules._variables import Parameters, Variables, VariableSetVariables
from scalr_async.emulator.rules._workspaces import Workspaces

__all__ = ["RULES"]

RULES: Final[Mapping[str, type[Rule]]] = {
    **NAMED,
    **REPORTS,
    "access-tokens": AccessTokens,
    "account-ssh-keys": SSHKeys,
    "account-users": AccountUsers,
    "accounts": Accounts,
    "agent-pools": AgentPools,
    "agents": Agents,
    "assume-service-account-policies": AssumePolicies,
    "aws-event-bridge-integrations": EventBridgeIntegrations,
    "checkov-integrations": CheckovIntegrations,
    "configuration-versions": ConfigurationVersions,
    "datadog-integrations": DatadogIntegrations,
    "docker-integrations": DockerIntegrations,
    "drift-detection-schedule": DriftDetectionSchedules,
    "environments": Environments,
    "gpg-keys": GPGKeys,
    "hooks": Hooks,
    "infracost-integration": InfracostIntegrations,
    "module-versions": ModuleVersions,
    "modules": Modules,
    "policy-groups": PolicyGroups,
    "provider-configuration-parameters": Parameters,
    "provider-configurations": ProviderConfigurations,
    "provider-versions": ProviderVersions,
    "providers": Providers,
    "roles": Roles,
    "run-schedule-rules": RunScheduleRules,
    "run-triggers": RunTriggers,
    "runs": Runs,
    "saml-integration": SamlIntegrations,
    "service-accounts": ServiceAccounts,
    "state-versions": StateVersions,
    "storage-profiles": StorageProfiles,
    "tags": Tags,
    "teams": Teams,
    "users": Users,
    "var-set-variables": VariableSetVariables,
    "vars": Variables,
    "vcs-providers": VcsProviders,
    "webhook-integration-deliveries": WebhookDeliveries,
    "webhook-integrations": WebhookIntegrations,
    "workload-identity-providers": WorkloadIdentityProviders,
    "workspaces": Workspaces,
}
