"""Every public name, for type checkers alone.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from scalr_async.resources._generated.access_policies import *
from scalr_async.resources._generated.access_token_usages import *
from scalr_async.resources._generated.access_tokens import *
from scalr_async.resources._generated.account_users import *
from scalr_async.resources._generated.accounts import *
from scalr_async.resources._generated.agent_pools import AgentPool as AgentPool
from scalr_async.resources._generated.agent_pools import (
    AgentPoolAccessTokensListOptions as AgentPoolAccessTokensListOptions,
)
from scalr_async.resources._generated.agent_pools import AgentPoolCreate as AgentPoolCreate
from scalr_async.resources._generated.agent_pools import AgentPoolFeature as AgentPoolFeature
from scalr_async.resources._generated.agent_pools import AgentPoolField as AgentPoolField
from scalr_async.resources._generated.agent_pools import AgentPoolInclude as AgentPoolInclude
from scalr_async.resources._generated.agent_pools import (
    AgentPoolListOptions as AgentPoolListOptions,
)
from scalr_async.resources._generated.agent_pools import AgentPoolSort as AgentPoolSort
from scalr_async.resources._generated.agent_pools import AgentPoolUpdate as AgentPoolUpdate
from scalr_async.resources._generated.agent_pools import (
    AgentPoolWebhookHeader as AgentPoolWebhookHeader,
)
from scalr_async.resources._generated.agent_pools import (
    AgentPoolWebhookHeaderDict as AgentPoolWebhookHeaderDict,
)
from scalr_async.resources._generated.agents import *
from scalr_async.resources._generated.ai_usages import *
from scalr_async.resources._generated.applies import *
from scalr_async.resources._generated.assume_service_account_policies import *
from scalr_async.resources._generated.aws_event_bridge_integrations import *
from scalr_async.resources._generated.billing_plans import *
from scalr_async.resources._generated.billing_usages import *
from scalr_async.resources._generated.checkov_integrations import *
from scalr_async.resources._generated.configuration_versions import (
    ConfigurationVersion as ConfigurationVersion,
)
from scalr_async.resources._generated.configuration_versions import (
    ConfigurationVersionCreate as ConfigurationVersionCreate,
)
from scalr_async.resources._generated.configuration_versions import (
    ConfigurationVersionField as ConfigurationVersionField,
)
from scalr_async.resources._generated.configuration_versions import (
    ConfigurationVersionInclude as ConfigurationVersionInclude,
)
from scalr_async.resources._generated.configuration_versions import (
    ConfigurationVersionInput as ConfigurationVersionInput,
)
from scalr_async.resources._generated.configuration_versions import (
    ConfigurationVersionListOptions as ConfigurationVersionListOptions,
)
from scalr_async.resources._generated.configuration_versions import (
    ConfigurationVersionStatus as ConfigurationVersionStatus,
)
from scalr_async.resources._generated.cost_estimates import *
from scalr_async.resources._generated.datadog_integrations import *
from scalr_async.resources._generated.docker_integrations import *
from scalr_async.resources._generated.drift_detection_schedules import *
from scalr_async.resources._generated.drift_reports import *
from scalr_async.resources._generated.environments import *
from scalr_async.resources._generated.event_definitions import *
from scalr_async.resources._generated.gpg_keys import *
from scalr_async.resources._generated.hook_environment_links import *
from scalr_async.resources._generated.hook_readmes import *
from scalr_async.resources._generated.hooks import *
from scalr_async.resources._generated.identity_providers import *
from scalr_async.resources._generated.infracost_integrations import *
from scalr_async.resources._generated.module_namespaces import *
from scalr_async.resources._generated.module_test_provider_configuration_links import *
from scalr_async.resources._generated.module_usage_namespaces import *
from scalr_async.resources._generated.module_versions import *
from scalr_async.resources._generated.modules import *
from scalr_async.resources._generated.permissions import *
from scalr_async.resources._generated.plans import *
from scalr_async.resources._generated.policies import *
from scalr_async.resources._generated.policy_check_results import *
from scalr_async.resources._generated.policy_checks import *
from scalr_async.resources._generated.policy_groups import *
from scalr_async.resources._generated.provider_configuration_links import *
from scalr_async.resources._generated.provider_configuration_parameters import *
from scalr_async.resources._generated.provider_configurations import *
from scalr_async.resources._generated.provider_readmes import *
from scalr_async.resources._generated.provider_versions import *
from scalr_async.resources._generated.providers import *
from scalr_async.resources._generated.roles import *
from scalr_async.resources._generated.run_schedule_rules import *
from scalr_async.resources._generated.run_triggers import *
from scalr_async.resources._generated.runs import Run as Run
from scalr_async.resources._generated.runs import RunActor as RunActor
from scalr_async.resources._generated.runs import RunCancel as RunCancel
from scalr_async.resources._generated.runs import RunConfirm as RunConfirm
from scalr_async.resources._generated.runs import RunCreate as RunCreate
from scalr_async.resources._generated.runs import RunDiscard as RunDiscard
from scalr_async.resources._generated.runs import RunField as RunField
from scalr_async.resources._generated.runs import RunFieldsets as RunFieldsets
from scalr_async.resources._generated.runs import RunForce as RunForce
from scalr_async.resources._generated.runs import RunIacPlatform as RunIacPlatform
from scalr_async.resources._generated.runs import RunInclude as RunInclude
from scalr_async.resources._generated.runs import RunInput as RunInput
from scalr_async.resources._generated.runs import RunInputDict as RunInputDict
from scalr_async.resources._generated.runs import RunListOptions as RunListOptions
from scalr_async.resources._generated.runs import (
    RunPolicyInputDownloadOptions as RunPolicyInputDownloadOptions,
)
from scalr_async.resources._generated.runs import RunPolicyInputStage as RunPolicyInputStage
from scalr_async.resources._generated.runs import RunQueueListOptions as RunQueueListOptions
from scalr_async.resources._generated.runs import RunSource as RunSource
from scalr_async.resources._generated.runs import RunStatus as RunStatus
from scalr_async.resources._generated.runs import RunsWithResponse as RunsWithResponse
from scalr_async.resources._generated.runs import RunVariable as RunVariable
from scalr_async.resources._generated.runs import RunVariableCategory as RunVariableCategory
from scalr_async.resources._generated.runs import RunVariableDict as RunVariableDict
from scalr_async.resources._generated.saml_integrations import *
from scalr_async.resources._generated.security_rules import *
from scalr_async.resources._generated.service_accounts import *
from scalr_async.resources._generated.slack_connections import *
from scalr_async.resources._generated.slack_integrations import *
from scalr_async.resources._generated.software_versions import *
from scalr_async.resources._generated.ssh_keys import *
from scalr_async.resources._generated.state_versions import *
from scalr_async.resources._generated.status_transitions import *
from scalr_async.resources._generated.storage_profiles import *
from scalr_async.resources._generated.tags import *
from scalr_async.resources._generated.teams import *
from scalr_async.resources._generated.terraform_module_usages import *
from scalr_async.resources._generated.terraform_module_version_usages import *
from scalr_async.resources._generated.terraform_provider_usages import *
from scalr_async.resources._generated.terraform_provider_version_usages import *
from scalr_async.resources._generated.terraform_resource_instance_usages import *
from scalr_async.resources._generated.terraform_resource_usages import *
from scalr_async.resources._generated.terraform_version_usages import *
from scalr_async.resources._generated.usage_statistics import *
from scalr_async.resources._generated.users import *
from scalr_async.resources._generated.variable_set_variables import *
from scalr_async.resources._generated.variable_sets import *
from scalr_async.resources._generated.variables import *
from scalr_async.resources._generated.vcs_providers import *
from scalr_async.resources._generated.vcs_revisions import *
from scalr_async.resources._generated.webhook_integration_deliveries import *
from scalr_async.resources._generated.webhook_integrations import *
from scalr_async.resources._generated.workload_identity_providers import *
from scalr_async.resources._generated.workspace_readmes import *
from scalr_async.resources._generated.workspaces import Workspace as Workspace
from scalr_async.resources._generated.workspaces import (
    WorkspaceAutoDestroyDays as WorkspaceAutoDestroyDays,
)
from scalr_async.resources._generated.workspaces import (
    WorkspaceAutoQueueRuns as WorkspaceAutoQueueRuns,
)
from scalr_async.resources._generated.workspaces import WorkspaceCreate as WorkspaceCreate
from scalr_async.resources._generated.workspaces import (
    WorkspaceEnvironmentType as WorkspaceEnvironmentType,
)
from scalr_async.resources._generated.workspaces import (
    WorkspaceExecutionMode as WorkspaceExecutionMode,
)
from scalr_async.resources._generated.workspaces import WorkspaceField as WorkspaceField
from scalr_async.resources._generated.workspaces import WorkspaceFieldsets as WorkspaceFieldsets
from scalr_async.resources._generated.workspaces import WorkspaceHooks as WorkspaceHooks
from scalr_async.resources._generated.workspaces import WorkspaceHooksDict as WorkspaceHooksDict
from scalr_async.resources._generated.workspaces import WorkspaceIacPlatform as WorkspaceIacPlatform
from scalr_async.resources._generated.workspaces import WorkspaceInclude as WorkspaceInclude
from scalr_async.resources._generated.workspaces import WorkspaceLinkSshKey as WorkspaceLinkSshKey
from scalr_async.resources._generated.workspaces import WorkspaceListOptions as WorkspaceListOptions
from scalr_async.resources._generated.workspaces import WorkspaceLock as WorkspaceLock
from scalr_async.resources._generated.workspaces import WorkspaceOutput as WorkspaceOutput
from scalr_async.resources._generated.workspaces import (
    WorkspaceProviderConfigurationLinksListOptions as WorkspaceProviderConfigurationLinksListOptions,
)
from scalr_async.resources._generated.workspaces import WorkspaceSetSchedule as WorkspaceSetSchedule
from scalr_async.resources._generated.workspaces import WorkspaceSort as WorkspaceSort
from scalr_async.resources._generated.workspaces import (
    WorkspacesWithResponse as WorkspacesWithResponse,
)
from scalr_async.resources._generated.workspaces import WorkspaceTerragrunt as WorkspaceTerragrunt
from scalr_async.resources._generated.workspaces import (
    WorkspaceTerragruntDict as WorkspaceTerragruntDict,
)
from scalr_async.resources._generated.workspaces import WorkspaceUpdate as WorkspaceUpdate
from scalr_async.resources._generated.workspaces import WorkspaceVcsRepo as WorkspaceVcsRepo
from scalr_async.resources._generated.workspaces import WorkspaceVcsRepoDict as WorkspaceVcsRepoDict
