"""Links by a workspace's own relationship to its agent pool.

Imported when a workspace is first linked, as is the module of workspaces.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

import msgspec

from scalr_async._http import Response
from scalr_async._text import redacted
from scalr_async.errors import DecodeError, NotFoundError, ScalrError, VerificationError
from scalr_async.jsonapi import Ref, another_object, check, decode, identify, plain_id
from scalr_async.resources._base import Context
from scalr_async.resources._doubts import name_doubts
from scalr_async.resources._generated.workspaces import _GET, _LIST, _UPDATE, Workspace, Workspaces
from scalr_async.resources._pool_estimates import BATCH, MIN_BATCH
from scalr_async.resources._pool_list import after_write, before_write
from scalr_async.resources._workspace_ids import WorkspaceId, id_of

__all__ = ["WorkspaceLinks"]

_SET_POOL: Final = msgspec.structs.replace(_UPDATE, idempotent=True)
"""The update that sets one relationship; safe to repeat after the workspace was read again."""

_NOT_STATED: Final = ""
"""The stand-in for a pool's id that an answer does not state."""


class WorkspaceLinks(Workspaces):
    """Links by a workspace's own relationship; no other link is changed.

    If an answer does not state the pool, the workspace is read, and then the list of workspaces.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._workspaces = self._codec(_SET_POOL)
        self._pool_of = partial(self._workspaces.linked_id, name="agent_pool", default=_NOT_STATED)

    def to_unlink(self) -> Unlinking:
        """Return the links of one bulk call that unlinks workspaces."""
        return Unlinking(self._context)

    async def link(self, workspace: WorkspaceId, pool: str) -> Workspace:
        """Set the pool of a workspace.

        The write is repeated only if the workspace is on no pool, or on the pool stated in the
        resource that was passed; on any other pool, somebody may have moved it meanwhile.
        """

        async def look(name: str) -> Response | None:
            response, found = await self._read(name)
            if await self._is_on(pool, found):
                return response
            now = self._pool_of(found)
            if now is None or now == _pool_given(workspace):
                return None
            raise _not_as_asked(response, f"may have been linked to {pool}", now)

        return await self._set(workspace, pool, look, linked=True)

    async def on_pool(self, pool: str, workspace: str | None = None) -> set[str]:
        """Return the ids of the workspaces that are listed on a pool, or of one if it is there."""
        options = {"agent_pool": pool, "on_drift": "verify", "fields": {"workspaces": ()}}
        if workspace is not None:
            options["workspace"] = workspace
        began = time.monotonic()
        pager = self._list(_LIST, (), options)
        found = {item.id async for item in pager}
        if not pager.report.verified:
            raise VerificationError(
                f"the workspaces on {pool} cannot be determined",
                method=_LIST.method,
                path=_LIST.path,
                attempts=pager.report.pages,
                elapsed=time.monotonic() - began,
                outcome="unknown",
            )
        return found

    async def _set(
        self,
        workspace: WorkspaceId,
        pool: str,
        look: Callable[[str], Awaitable[Response | None]],
        *,
        linked: bool,
    ) -> Workspace:
        """Set the relationship and verify it; `look` decides before the write is repeated."""
        name, value = identify(workspace, "workspaces"), pool if linked else None
        body = self._workspaces.write(id=name, values={"agent_pool": value})
        request = self._request(_SET_POOL, (name,), {}, body)
        request.before_repeat = partial(look, name)
        response = await self._context.send(request)
        try:
            found = decode(check(response), self._workspaces.read_one)
            now = self._pool_of(found)
            if found.id == name and now != _NOT_STATED and (now == pool) is linked:
                return found
        except NotFoundError as error:
            name_doubts(error, _SET_POOL, (name,), body)
            raise
        except DecodeError:
            pass  # then the workspace is read
        with after_write():
            response, found = await self._read(name)
            if await self._is_on(pool, found) is linked:
                return found
        asked = f"was linked to {pool}" if linked else f"was taken from {pool}"
        raise _not_as_asked(response, asked, self._pool_of(found))

    async def _read(self, name: str) -> tuple[Response, Workspace]:
        response = await self._send(_GET, (name,), {})
        found = decode(response, self._workspaces.read_one)
        if found.id != name:
            raise another_object(response, found.id, name)
        return response, found

    async def _is_on(self, pool: str, workspace: Workspace) -> bool:
        now = self._pool_of(workspace)
        if now != _NOT_STATED:
            return now == pool
        return workspace.id in await self.on_pool(pool, workspace.id)


class Unlinking(WorkspaceLinks):
    """The links of one bulk call that unlinks workspaces, and its `BatchReader`.

    Up to a hundred workspaces are read at once, shortly before they are unlinked.
    """

    batch_size = BATCH
    MAX_AGE: Final = 15.0
    """Seconds after which workspaces are read again, because others may have moved them."""
    MAX_LENGTH: Final = 4096
    """The largest length of all ids in one request; servers accept URLs of 8 KiB."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._found: dict[str, Workspace] = {}
        """The workspaces of the last batch that were not unlinked yet."""
        self._read_at = 0.0
        self._is_listing = True
        """False once a list failed or did not state a pool."""

    async def unlink(self, workspace: WorkspaceId, pool: str) -> Workspace:
        """Unlink a workspace from a pool; write nothing if it is not on this pool."""
        name = identify(workspace, "workspaces")
        with before_write():
            found = self._found.pop(name, None) or (await self._read(name))[1]
            if not await self._is_on(pool, found):
                return found

        async def look(_: str) -> Response | None:
            response, now = await self._read(name)
            return None if await self._is_on(pool, now) else response

        return await self._set(name, pool, look, linked=False)

    def is_stale(self) -> bool:
        """Return whether the last batch is too old to use."""
        return bool(self._found) and _now() - self._read_at > self.MAX_AGE

    async def read_batch(self, items: Sequence[WorkspaceId]) -> None:
        """Read several workspaces with one list; keep those whose pool the list states."""
        self._found.clear()
        names = _listable(items, self.MAX_LENGTH)
        if len(names) < MIN_BATCH or not self._is_listing:
            return
        try:
            pager = self._list(_LIST, (), {"workspace": names, "on_drift": "ignore"})
            page = await pager
        except ScalrError:
            self._is_listing = False  # the reads of single workspaces raise their own errors
            return
        stated = [
            found for found in page if found.id in names and self._pool_of(found) != _NOT_STATED
        ]
        self._found = {found.id: found for found in stated}
        self._read_at, self._is_listing = _now(), len(stated) == len(page)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _listable(items: Sequence[WorkspaceId], length: int) -> list[str]:
    """Return the ids that a filter can express, up to a total length."""
    names: list[str] = []
    for name in map(id_of, items):
        if plain_id(name) and len(name) < length:
            names.append(name)
            length -= len(name) + 1
    return names


def _not_as_asked(response: Response, asked: str, now: str | None) -> VerificationError:
    place = {_NOT_STATED: "does not say where it is", None: "is on no pool"}
    shown = place.get(now) or f"is on {_shown(now, response)}"
    return VerificationError(
        f"it {asked}, and {shown}",
        method=response.method,
        path=response.path,
        attempts=response.attempts,
        elapsed=response.elapsed,
        outcome="unknown",
    )


def _shown(id_: object, response: Response) -> str:
    return redacted(str(id_), response.headers.secrets, 128)


def _pool_given(workspace: WorkspaceId) -> str | None:
    """Return the pool of a workspace that was passed as a resource, otherwise None."""
    pool = getattr(workspace, "agent_pool", None)
    return pool.id if isinstance(pool, Ref) else None
