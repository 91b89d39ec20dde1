"""What Scalr knows beyond the schema, one small class a type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scalr_async.emulator._service import Rule
from scalr_async.emulator.rules._access_tokens import AccessTokens
from scalr_async.emulator.rules._accounts import Accounts, AccountUsers, Teams, Users
from scalr_async.emulator.rules._agent_pools import AgentPools, Agents
from scalr_async.emulator.rules._environments import Environments
from scalr_async.emulator.rules._names import NAMED
from scalr_async.emulator.rules._service_accounts import ServiceAccounts
from scalr_async.emulator.rules._tags import Tags
from scalr_async.emulator.rules._variables import Parameters, Variables, VariableSetVariables
from scalr_async.emulator.rules._workspaces import Workspaces

__all__ = ["RULES"]

RULES: Final[Mapping[str, type[Rule]]] = {
    **NAMED,
    "access-tokens": AccessTokens,
    "account-users": AccountUsers,
    "accounts": Accounts,
    "agent-pools": AgentPools,
    "agents": Agents,
    "environments": Environments,
    "provider-configuration-parameters": Parameters,
    "service-accounts": ServiceAccounts,
    "tags": Tags,
    "teams": Teams,
    "users": Users,
    "var-set-variables": VariableSetVariables,
    "vars": Variables,
    "workspaces": Workspaces,
}
