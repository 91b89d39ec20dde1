"""Workspaces, also by the path that people write: `environment/workspace`."""

from __future__ import annotations

from typing import Any

from scalr_async._text import shown
from scalr_async.errors import InvalidArgumentError
from scalr_async.resources._finding import can_be_asked, check_name
from scalr_async.resources._generated import workspaces as generated
from scalr_async.resources._generated.environments import Environments
from scalr_async.resources._generated.workspaces import _LIST, Workspace

__all__ = ["Workspaces"]


class Workspaces(generated.Workspaces):
    """Workspaces: `scalr.workspaces`."""

    async def resolve(self, path: str) -> Workspace:
        """Find a workspace by the names of its environment and of itself: `production/network`.

        `GET /workspaces`. Raises `NoResultError`, which tells names that come close, of
        environments or of workspaces in that one, and `MultipleResultsError`, which tells all that
        the path fits.
        """
        environment, slash, name = check_name("path", path).rpartition("/")
        if not slash or not environment.strip() or not name.strip():
            raise InvalidArgumentError(f"path={shown(path)}: must be environment/workspace")
        names = self._names(_LIST)
        there = {"environment_name": environment} if can_be_asked(environment) else {}
        found = await names.all(name, {"include": ["environment"], **there})
        those = [item for item in found if _home(item) == environment]
        if those:
            return names.only(name, those)
        home = await Environments(self._context).find(name=environment)
        raise await names.none(name, {"environment": home})


def _home(workspace: Workspace) -> Any:
    """Return the name of a workspace's environment, as far as the answer tells."""
    ref: Any = workspace.environment
    return getattr(getattr(ref, "resource", None), "name", None)
