"""Workspaces, also by a path of names: `environment/workspace`."""

from __future__ import annotations

from typing import Any

from scalr_async._text import shown
from scalr_async.errors import InvalidArgumentError
from scalr_async.resources._context import one_deadline
from scalr_async.resources._finding import can_be_asked, check_name
from scalr_async.resources._generated import workspaces as generated
from scalr_async.resources._generated.environments import Environments
from scalr_async.resources._generated.workspaces import _LIST, Workspace

__all__ = ["Workspaces"]


class Workspaces(generated.Workspaces):
    """Workspaces: `scalr.workspaces`."""

    @one_deadline
    async def resolve(self, path: str) -> Workspace:
        """Find a workspace by the name of its environment and its own name: `production/network`.

        `GET /workspaces`. Raises `NoResultError`, which lists similar names of environments or of
        workspaces in this environment, and `MultipleResultsError`, which lists all workspaces that
        match the path.
        """
        environment, slash, name = check_name("path", path).rpartition("/")
        if not slash or not environment.strip() or not name.strip():
            raise InvalidArgumentError(f"path={shown(path)}: must be environment/workspace")
        names = self._names(_LIST)
        scope = {"environment_name": environment} if can_be_asked(environment) else {}
        found = await names.all(name, {"include": ["environment"], **scope})
        matching = [item for item in found if _environment_name(item) == environment]
        if matching:
            return names.only(name, matching)
        home = await Environments(self._context).find(name=environment)
        raise await names.none(name, {"environment": home})


def _environment_name(workspace: Workspace) -> Any:
    """Return the name of a workspace's environment if the answer included it, otherwise None."""
    ref: Any = workspace.environment
    return getattr(getattr(ref, "resource", None), "name", None)
