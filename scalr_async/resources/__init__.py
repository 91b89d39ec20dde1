"""Every resource of the API: its class, its filters and writes, and the collection of its calls.

    from scalr_async.resources import AgentPool, Workspace, WorkspaceCreate

Names are imported on first use. The modules are generated, except for the collections that have
further calls besides those of the API (`agent_pools`, `configuration_versions`, `runs`,
`workspaces`).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from scalr_async.jsonapi import Resource, register_loader
from scalr_async.resources import _generated
from scalr_async.resources._base import Collection, Context
from scalr_async.resources._generated import COLLECTIONS, MODELS, NAMES

if TYPE_CHECKING:
    from scalr_async.resources._download import Download as Download
    from scalr_async.resources._download import DownloadOptions as DownloadOptions
    from scalr_async.resources._ensured import Ensured as Ensured
    from scalr_async.resources._ensured import FieldChange as FieldChange
    from scalr_async.resources._generated._names import *  # noqa: F403  # all of them
    from scalr_async.resources._rotation import TokenRotation as TokenRotation
    from scalr_async.resources._with_response import WithResponse as WithResponse
    from scalr_async.resources.agent_pools import AgentPools as AgentPools
    from scalr_async.resources.agent_pools import AgentPoolsWithResponse as AgentPoolsWithResponse
    from scalr_async.resources.configuration_versions import (
        ConfigurationVersions as ConfigurationVersions,
    )
    from scalr_async.resources.configuration_versions import (
        ConfigurationVersionsWithResponse as ConfigurationVersionsWithResponse,
    )
    from scalr_async.resources.runs import Runs as Runs
    from scalr_async.resources.runs import RunStage as RunStage
    from scalr_async.resources.runs import Until as Until
    from scalr_async.resources.runs import run_stage as run_stage
    from scalr_async.resources.workspaces import Workspaces as Workspaces

_EXTENDED = {
    "AgentPools": "agent_pools",
    "ConfigurationVersions": "configuration_versions",
    "Runs": "runs",
    "Workspaces": "workspaces",
}
"""Collections that subclass a generated one, with their modules."""
_HANDWRITTEN = {
    "AgentPoolsWithResponse": "agent_pools",
    "ConfigurationVersionsWithResponse": "configuration_versions",
    "Download": "_download",
    "DownloadOptions": "_download",
    "Ensured": "_ensured",
    "FieldChange": "_ensured",
    "RunStage": "runs",
    "TokenRotation": "_rotation",
    "Until": "runs",
    "WithResponse": "_with_response",
    "run_stage": "runs",
}
"""Other handwritten names, with their modules."""
_MODULES = _EXTENDED | _HANDWRITTEN


def __dir__() -> list[str]:
    return sorted({*NAMES, *_MODULES})


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    if name in NAMES:
        return getattr(_generated, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def make_collection(name: str, context: Context) -> Collection[Any]:
    """Create the collection with a name (`agent_pools`); imports its module on first use."""
    module, class_name = COLLECTIONS[name]
    place = _EXTENDED.get(class_name, f"_generated.{module}")
    made: Collection[Any] = getattr(import_module(f"{__name__}.{place}"), class_name)(context)
    return made


def _load(name: str) -> type[Resource] | None:
    """Import a resource class by its JSON:API type or its own name, for the codec."""
    class_name = MODELS[name][1] if name in MODELS else name
    if class_name not in NAMES:
        return None
    found = __getattr__(class_name)
    return found if isinstance(found, type) and issubclass(found, Resource) else None


register_loader(_load)
