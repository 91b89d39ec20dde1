"""Environments.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Required, TypedDict

from scalr_async import resources as api
from scalr_async._sentinels import UNSET
from scalr_async.jsonapi.model import Identity, Ref, Resource, resource

# fmt: off
EnvironmentInclude = Literal[
    "account", "created_by", "default_provider_configurations", "default_workspace_agent_pool",
    "drift_detection_schedules", "locked_by", "policy_groups", "provider_configurations",
    "storage_profile", "tags"]
EnvironmentSort = Literal[
    "account", "-account", "created_at", "-created_at", "created_by_email", "-created_by_email",
    "name", "-name"]
EnvironmentField = Literal[
    "id", "created_at", "created_by_email", "favorite", "is_federated_to_account", "lock_reason",
    "locked", "mask_sensitive_output", "name", "permissions", "remote_backend",
    "remote_backend_overridable", "status", "updated_at", "account", "created_by",
    "default_provider_configurations", "default_workspace_agent_pool", "drift_detection_schedules",
    "locked_by", "policy_groups", "provider_configurations", "storage_profile", "tags",
    "updated_by"]
# fmt: on


@resource("environments")
class Environment(Resource):
    """A part of an account that holds workspaces and what they share."""

    created_at: datetime = UNSET
    created_by_email: str | None = UNSET
    favorite: bool = UNSET
    """Whether the caller has marked it so."""
    is_federated_to_account: bool = UNSET
    """Whether every environment of the account may read its workspaces' state."""
    lock_reason: str | None = UNSET
    """The comment given when it was locked."""
    locked: bool = UNSET
    """Whether somebody has locked it."""
    mask_sensitive_output: bool = UNSET
    """Whether sensitive values are masked in logs."""
    name: str = UNSET
    """Unique in the account."""
    permissions: Mapping[str, Any] = UNSET
    """The actions that the caller is allowed here."""
    remote_backend: bool = UNSET
    """Whether Scalr keeps the state of its workspaces."""
    remote_backend_overridable: bool = UNSET
    """Whether a workspace may choose for itself."""
    status: str = UNSET
    updated_at: datetime | None = UNSET
    account: Ref[api.Account] = UNSET
    """The account that owns the environment."""
    created_by: Ref[api.User] | None = UNSET
    default_provider_configurations: tuple[Ref[api.ProviderConfiguration], ...] = UNSET
    """Given to every new workspace."""
    default_workspace_agent_pool: Ref[api.AgentPool] | None = UNSET
    """The pool of workspaces that name none."""
    drift_detection_schedules: tuple[Ref[api.DriftDetectionSchedule], ...] = UNSET
    locked_by: Ref[api.User] | None = UNSET
    policy_groups: tuple[Ref[api.PolicyGroup], ...] = UNSET
    """Policies that every run has to pass."""
    provider_configurations: tuple[Ref[api.ProviderConfiguration], ...] = UNSET
    """Provider configurations that workspaces here may use."""
    storage_profile: Ref[api.StorageProfile] | None = UNSET
    """The storage of the state; None for Scalr's own."""
    tags: tuple[Ref[api.Tag], ...] = UNSET
    updated_by: Ref[api.User] | None = UNSET


class _EnvironmentValues(TypedDict, total=False):
    """The values of every write of an environment."""

    is_federated_to_account: bool
    mask_sensitive_output: bool
    remote_backend: bool
    remote_backend_overridable: bool
    default_provider_configurations: Iterable[Identity[api.ProviderConfiguration]]
    default_workspace_agent_pool: Identity[api.AgentPool] | None
    storage_profile: Identity[api.StorageProfile] | None
    tags: Iterable[Identity[api.Tag]]


class EnvironmentCreate(_EnvironmentValues, total=False):
    """The values for creating an environment."""

    name: Required[str]


class EnvironmentUpdate(_EnvironmentValues, total=False):
    """The values for updating an environment."""

    name: str


class EnvironmentFieldsets(TypedDict, total=False):
    """The fields that shall come, by type."""

    accounts: Sequence[api.AccountField]
    agent_pools: Sequence[api.AgentPoolField]
    drift_detection_schedules: Sequence[api.DriftDetectionScheduleField]
    environments: Sequence[EnvironmentField]
    policy_groups: Sequence[api.PolicyGroupField]
    provider_configurations: Sequence[api.ProviderConfigurationField]
    storage_profiles: Sequence[api.StorageProfileField]
    tags: Sequence[api.TagField]
    users: Sequence[api.UserField]


class EnvironmentLock(TypedDict, total=False):
    """The options of `lock`."""

    reason: str
