"""Links between workspaces and an agent pool: one workspace at a time, or by the pool's list."""

from __future__ import annotations

import contextlib
import copy
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from scalr_async._http import Response
from scalr_async._text import printable, scrub
from scalr_async.errors import DecodeError, ScalrError, VerificationError
from scalr_async.jsonapi import Operation, Ref, check, decode, unexpected
from scalr_async.resources import _base
from scalr_async.resources._generated.agent_pools import AgentPool
from scalr_async.resources._workspace_ids import WorkspaceId, id_of

if TYPE_CHECKING:
    from scalr_async.resources._generated.workspaces import Workspace

__all__ = ["PoolList", "WorkspaceLinks"]

_GET: Final[Operation[Workspace]] = Operation(
    "GET", "/workspaces/{workspace}", ids=("workspaces",), result="workspaces"
)
_LIST: Final[Operation[Workspace]] = Operation(
    "GET",
    "/workspaces",
    paginated=True,
    filters={"agent_pool": "filter[agent-pool]", "workspace": "filter[workspace]"},
    fields={"workspaces": "workspaces"},
    result="workspaces",
)
_SET_POOL: Final[Operation[Workspace]] = Operation(
    "PATCH", "/workspaces/{workspace}", ids=("workspaces",), result="workspaces", idempotent=True
)
"""One relationship is set to one value; before it is set again somebody looks."""

_TRIES: Final = 3
"""The rounds of reading, merging and writing before a pool's answer is reported as wrong."""

_UNSAID: Final = ""
"""No pool's id: what stands for one where an answer does not say."""


class WorkspaceLinks(_base.Collection["Workspace"]):
    """Links by a workspace's own relationship, which touches nothing else.

    What an answer does not say, the workspace is asked for, and then the list of workspaces.
    """

    def __init__(self, context: _base.Context) -> None:
        super().__init__(context)
        self._workspaces = self._codec(_SET_POOL)

    async def link(self, workspace: WorkspaceId, pool: str) -> Workspace:
        """Set the pool of a workspace.

        It is set again only if the workspace is on no pool, or on the one that it was given with:
        on any other, somebody may have moved it meanwhile.
        """
        name = id_of(workspace)

        async def look() -> Response | None:
            response, found = await self._read(name)
            if await self._is_on(pool, found):
                return response
            now = self._pool_of(found)
            if now is None or now == _pool_given(workspace):
                return None
            raise _not_as_asked(response, f"may have been linked to {pool}", now)

        return await self._set(name, pool, look, linked=True)

    async def unlink(self, workspace: WorkspaceId, pool: str) -> Workspace:
        """Take a workspace from a pool; one that is not on this pool is left alone."""
        name = id_of(workspace)
        with _unwritten():
            _, found = await self._read(name)
            if not await self._is_on(pool, found):
                return found

        async def look() -> Response | None:
            response, now = await self._read(name)
            return None if await self._is_on(pool, now) else response

        return await self._set(name, pool, look, linked=False)

    async def on_pool(self, pool: str, workspace: str | None = None) -> set[str]:
        """Return the workspaces that are on a pool by the list of workspaces: all, or that one."""
        options = {"agent_pool": pool, "on_drift": "verify", "fields": {"workspaces": ()}}
        if workspace is not None:
            options["workspace"] = workspace
        began = time.monotonic()
        pager = self._list(_LIST, (), options)
        found = {item.id async for item in pager}
        if not pager.report.verified:
            raise VerificationError(
                f"it cannot be told which workspaces are on {pool}",
                method=_LIST.method,
                path=_LIST.path,
                attempts=pager.report.pages,
                elapsed=time.monotonic() - began,
                outcome="unknown",
            )
        return found

    async def _set(
        self,
        name: str,
        pool: str,
        look: Callable[[], Awaitable[Response | None]],
        *,
        linked: bool,
    ) -> Workspace:
        """Set the relationship, and see that it holds."""
        value = pool if linked else None
        body = self._workspaces.write(id=name, values={"agent_pool": value})
        request = self._request(_SET_POOL, (name,), {}, body)
        request.before_repeat = look
        response = await self._context.send(request)
        try:
            found = self._decoded(check(response), name)
        except DecodeError:
            now: str | None = _UNSAID
        else:
            now = self._pool_of(found)
            if now != _UNSAID and (now == pool) is linked:
                return found
        with _written():
            response, found = await self._read(name)
            if await self._is_on(pool, found) is linked:
                return found
        asked = f"was linked to {pool}" if linked else f"was taken from {pool}"
        raise _not_as_asked(response, asked, self._pool_of(found))

    async def _read(self, name: str) -> tuple[Response, Workspace]:
        response = await self._send(_GET, (name,), {})
        return response, self._decoded(response, name)

    def _decoded(self, response: Response, name: str) -> Workspace:
        found = decode(response, self._workspaces.read_one)
        if found.id != name:
            raise unexpected(response, f"it is about {_shown(found.id)}, not {name}")
        return found

    def _pool_of(self, workspace: Workspace) -> str | None:
        return self._workspaces.linked_id(workspace, "agent_pool", _UNSAID)

    async def _is_on(self, pool: str, workspace: Workspace) -> bool:
        now = self._pool_of(workspace)
        if now != _UNSAID:
            return now == pool
        return workspace.id in await self.on_pool(pool, workspace.id)


class PoolList:
    """Links by the pool's list of workspaces: read it, merge, write all of it, look again.

    `ask` is asked for the workspaces of a pool that does not list them.
    """

    def __init__(
        self,
        read: Callable[[], Awaitable[AgentPool]],
        write: Callable[[Collection[str]], Awaitable[AgentPool]],
        ask: Callable[[], Awaitable[set[str]]] | None = None,
    ) -> None:
        self._read = read
        self._write = write
        self._ask = ask
        self.touched = False
        """True if anything was sent that changes the list."""
        self._began = time.monotonic()
        self._calls = 0

    async def change(self, wanted: Collection[str], *, linked: bool) -> dict[str, ScalrError]:
        """Link or unlink all of `wanted`; returns what went wrong, by workspace.

        The list that is read back decides: what others overwrote meanwhile is merged again,
        `_TRIES` times in all. A write that failed is not repeated; if its answer was lost, the
        list tells what it did.
        """
        with _unwritten():
            pool, have = await self._look()
        failure: ScalrError | None = None
        for _ in range(_TRIES):
            left = [name for name in wanted if (name in have) is not linked]
            if not left or failure is not None:
                break
            self.touched = True
            failure = await self._failure_of(have.union(left) if linked else have.difference(left))
            if failure is None or failure.outcome == "unknown":
                with _written():
                    pool, have = await self._look()
        return {
            name: self._missed(pool, name, linked=linked) if failure is None else failure
            for name in wanted
            if (name in have) is not linked
        }

    async def replace(self, wanted: Collection[str]) -> AgentPool:
        """Make the list exactly `wanted`, in one PATCH whose answer is checked.

        Scalr documents the PATCH as linking and unlinking in bulk; should a server only add, the
        answer shows it, and nothing is lost in silence. An answer that does not list them, or is
        lost, is made up for by reading the pool.
        """
        lost: ScalrError | None = None
        try:
            pool = await self._put(wanted)
        except DecodeError:
            pass
        except ScalrError as error:
            if error.outcome != "unknown":
                raise
            lost = error
        else:
            if _listed(pool) == set(wanted):
                return pool
        try:
            with _written():
                pool, have = await self._look()
        except ScalrError as error:
            raise lost or error from None
        if have == set(wanted):
            return pool
        raise lost or self._different(pool, have, set(wanted))

    async def _look(self) -> tuple[AgentPool, set[str]]:
        """Read the pool and its list."""
        self._calls += 1
        pool = await self._read()
        have = _listed(pool)
        if have is None and self._ask is not None:
            have = await self._ask()
        if have is None:
            raise self._error(pool, "the pool does not list its workspaces")
        return pool, have

    async def _put(self, names: Collection[str]) -> AgentPool:
        """Write the list."""
        self._calls += 1
        return await self._write(names)

    async def _failure_of(self, names: Iterable[str]) -> ScalrError | None:
        """Write the list; return the error that it met but for an answer that nobody can read."""
        try:
            await self._put(sorted(names))
        except DecodeError:
            return None
        except ScalrError as error:
            return copied(error)  # its traceback knows the frames that are to keep it
        return None

    def _missed(self, pool: AgentPool, workspace: str, *, linked: bool) -> VerificationError:
        place = "not" if linked else "still"
        return self._error(pool, f"{workspace} is {place} on the pool after {_TRIES} writes")

    def _different(self, pool: AgentPool, have: set[str], wanted: set[str]) -> VerificationError:
        more, fewer = sorted(have - wanted), sorted(wanted - have)
        return self._error(
            pool,
            f"the pool's workspaces are not what was asked: {len(more)} more "
            f"{more[:3]}, {len(fewer)} fewer {fewer[:3]}",
        )

    def _error(self, pool: AgentPool, text: str) -> VerificationError:
        return VerificationError(
            text,
            method="PATCH",
            path=f"/agent-pools/{pool.id}",
            attempts=self._calls,
            elapsed=time.monotonic() - self._began,
            outcome="unknown",
        )


def _listed(pool: AgentPool) -> set[str] | None:
    """Return the workspaces that a pool lists; None if it does not, or not all of them."""
    refs: Any = pool.workspaces
    if not isinstance(refs, tuple):
        return None
    if not all(isinstance(ref, Ref) and ref.type == "workspaces" for ref in refs):
        return None
    sent = pool.raw().get("relationships")
    sent = sent.get("workspaces") if isinstance(sent, dict) else None
    said = sent if isinstance(sent, dict) else {}
    links = said.get("links")
    goes_on = isinstance(links, dict) and bool(links.get("next"))
    if goes_on or (not refs and said.get("data") != []):  # null is no list
        return None
    return {ref.id for ref in refs}


def copied(error: ScalrError) -> ScalrError:
    """Return a copy with notes of its own, without the traceback and what it was raised from."""
    copy_ = copy.copy(error)
    copy_.__notes__ = [*getattr(error, "__notes__", ())]
    return copy_


@contextlib.contextmanager
def _unwritten() -> Iterator[None]:
    """Have an error say that nothing was written: a reading before the write failed."""
    try:
        yield
    except ScalrError as error:
        if error.outcome != "rejected":
            error.outcome = "not_sent"
        raise


@contextlib.contextmanager
def _written() -> Iterator[None]:
    """Have an error say that nobody knows: a reading behind the write failed."""
    try:
        yield
    except ScalrError as error:
        error.outcome = "unknown"
        raise


def _not_as_asked(response: Response, asked: str, now: str | None) -> VerificationError:
    place = {_UNSAID: "does not say where it is", None: "is on no pool"}
    shown = place.get(now) or f"is on {_shown(scrub(str(now), response.headers.secrets))}"
    return VerificationError(
        f"it {asked}, and {shown}",
        method=response.method,
        path=response.path,
        attempts=response.attempts,
        elapsed=response.elapsed,
        outcome="unknown",
    )


def _shown(id_: object) -> str:
    return printable(str(id_), 128)


def _pool_given(workspace: WorkspaceId) -> str | None:
    """Return the pool that a workspace was on when it was read, if it came as a resource."""
    pool = getattr(workspace, "agent_pool", None)
    return pool.id if isinstance(pool, Ref) else None
