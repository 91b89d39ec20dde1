"""Workspaces: relationships.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Unpack

from scalr_async import resources as api
from scalr_async.jsonapi.model import Identity, Ref
from scalr_async.jsonapi.operation import Operation
from scalr_async.pagination import Pager
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._generated.workspaces import Workspace

# fmt: off
_LIST_REMOTE_STATE_CONSUMERS: Operation[Ref[Workspace]] = Operation(
    "GET", "/workspaces/{workspace}/relationships/remote-state-consumers", ids=("workspaces",),
    paginated=True)
_ADD_REMOTE_STATE_CONSUMERS: Operation[None] = Operation(
    "POST", "/workspaces/{workspace}/relationships/remote-state-consumers", ids=("workspaces",),
    idempotent=True)
_REPLACE_REMOTE_STATE_CONSUMERS: Operation[None] = Operation(
    "PATCH", "/workspaces/{workspace}/relationships/remote-state-consumers", ids=("workspaces",),
    idempotent=True)
_REMOVE_REMOTE_STATE_CONSUMERS: Operation[None] = Operation(
    "DELETE", "/workspaces/{workspace}/relationships/remote-state-consumers", ids=("workspaces",),
    idempotent=True)
_LIST_TAGS: Operation[Ref[api.Tag]] = Operation(
    "GET", "/workspaces/{workspace}/relationships/tags", ids=("workspaces",), paginated=True)
_ADD_TAGS: Operation[None] = Operation(
    "POST", "/workspaces/{workspace}/relationships/tags", ids=("workspaces",), idempotent=True)
_REPLACE_TAGS: Operation[None] = Operation(
    "PATCH", "/workspaces/{workspace}/relationships/tags", ids=("workspaces",), idempotent=True)
_REMOVE_TAGS: Operation[None] = Operation(
    "DELETE", "/workspaces/{workspace}/relationships/tags", ids=("workspaces",), idempotent=True)
_LIST_VARIABLE_SETS: Operation[Ref[api.VariableSet]] = Operation(
    "GET", "/workspaces/{workspace}/relationships/var-sets", ids=("workspaces",), paginated=True)
_ADD_VARIABLE_SETS: Operation[None] = Operation(
    "POST", "/workspaces/{workspace}/relationships/var-sets", ids=("workspaces",), idempotent=True)
_REPLACE_VARIABLE_SETS: Operation[None] = Operation(
    "PATCH", "/workspaces/{workspace}/relationships/var-sets", ids=("workspaces",), idempotent=True)
_REMOVE_VARIABLE_SETS: Operation[None] = Operation(
    "DELETE", "/workspaces/{workspace}/relationships/var-sets", ids=("workspaces",),
    idempotent=True)
# fmt: on


class WorkspaceRelationships(Collection[Workspace]):
    """Workspaces: relationships."""

    model = Workspace

    def list_remote_state_consumers(
        self, workspace: Identity[Workspace], **options: Unpack[ListOptions]
    ) -> Pager[Ref[Workspace]]:
        """List the remote state consumers of a workspace.

        `GET /workspaces/{workspace}/relationships/remote-state-consumers`. Raises
        `ForbiddenError` or `NotFoundError`.
        """
        return self._list_refs(_LIST_REMOTE_STATE_CONSUMERS, (workspace,), options)

    async def add_remote_state_consumers(
        self, workspace: Identity[Workspace], remote_state_consumers: Iterable[Identity[Workspace]]
    ) -> None:
        """Add remote state consumers to a workspace.

        `POST /workspaces/{workspace}/relationships/remote-state-consumers`. Raises
        `ForbiddenError`, `NotFoundError` or `ConflictError`.
        """
        return await self._change_refs(
            _ADD_REMOTE_STATE_CONSUMERS, (workspace,), remote_state_consumers, "workspaces"
        )

    async def replace_remote_state_consumers(
        self, workspace: Identity[Workspace], remote_state_consumers: Iterable[Identity[Workspace]]
    ) -> None:
        """Replace all remote state consumers of a workspace.

        `PATCH /workspaces/{workspace}/relationships/remote-state-consumers`. Raises
        `ForbiddenError`, `NotFoundError` or `ConflictError`.
        """
        return await self._change_refs(
            _REPLACE_REMOTE_STATE_CONSUMERS, (workspace,), remote_state_consumers, "workspaces"
        )

    async def remove_remote_state_consumers(
        self, workspace: Identity[Workspace], remote_state_consumers: Iterable[Identity[Workspace]]
    ) -> None:
        """Take remote state consumers from a workspace.

        `DELETE /workspaces/{workspace}/relationships/remote-state-consumers`. Raises
        `ForbiddenError`, `NotFoundError` or `ConflictError`.
        """
        return await self._change_refs(
            _REMOVE_REMOTE_STATE_CONSUMERS, (workspace,), remote_state_consumers, "workspaces"
        )

    def list_tags(
        self, workspace: Identity[Workspace], **options: Unpack[ListOptions]
    ) -> Pager[Ref[api.Tag]]:
        """List the tags of a workspace.

        `GET /workspaces/{workspace}/relationships/tags`. Raises `ForbiddenError`.
        """
        return self._list_refs(_LIST_TAGS, (workspace,), options)

    async def add_tags(
        self, workspace: Identity[Workspace], tags: Iterable[Identity[api.Tag]]
    ) -> None:
        """Add tags to a workspace.

        `POST /workspaces/{workspace}/relationships/tags`. Raises `ForbiddenError`.
        """
        return await self._change_refs(_ADD_TAGS, (workspace,), tags, "tags")

    async def replace_tags(
        self, workspace: Identity[Workspace], tags: Iterable[Identity[api.Tag]]
    ) -> None:
        """Replace all tags of a workspace.

        `PATCH /workspaces/{workspace}/relationships/tags`. Raises `ForbiddenError`.
        """
        return await self._change_refs(_REPLACE_TAGS, (workspace,), tags, "tags")

    async def remove_tags(
        self, workspace: Identity[Workspace], tags: Iterable[Identity[api.Tag]]
    ) -> None:
        """Take tags from a workspace.

        `DELETE /workspaces/{workspace}/relationships/tags`. Raises `ForbiddenError`.
        """
        return await self._change_refs(_REMOVE_TAGS, (workspace,), tags, "tags")

    def list_variable_sets(
        self, workspace: Identity[Workspace], **options: Unpack[ListOptions]
    ) -> Pager[Ref[api.VariableSet]]:
        """List the variable sets of a workspace.

        `GET /workspaces/{workspace}/relationships/var-sets`.
        """
        return self._list_refs(_LIST_VARIABLE_SETS, (workspace,), options)

    async def add_variable_sets(
        self, workspace: Identity[Workspace], variable_sets: Iterable[Identity[api.VariableSet]]
    ) -> None:
        """Add variable sets to a workspace.

        `POST /workspaces/{workspace}/relationships/var-sets`.
        """
        return await self._change_refs(_ADD_VARIABLE_SETS, (workspace,), variable_sets, "var-sets")

    async def replace_variable_sets(
        self, workspace: Identity[Workspace], variable_sets: Iterable[Identity[api.VariableSet]]
    ) -> None:
        """Replace all variable sets of a workspace.

        `PATCH /workspaces/{workspace}/relationships/var-sets`.
        """
        return await self._change_refs(
            _REPLACE_VARIABLE_SETS, (workspace,), variable_sets, "var-sets"
        )

    async def remove_variable_sets(
        self, workspace: Identity[Workspace], variable_sets: Iterable[Identity[api.VariableSet]]
    ) -> None:
        """Take variable sets from a workspace.

        `DELETE /workspaces/{workspace}/relationships/var-sets`.
        """
        return await self._change_refs(
            _REMOVE_VARIABLE_SETS, (workspace,), variable_sets, "var-sets"
        )
