"""Links by a pool's own list of workspaces: read, merge, write the whole list, read again."""

from __future__ import annotations

import contextlib
import copy
import time
from collections import deque
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Iterable,
    Iterator,
)
from typing import TYPE_CHECKING, Any, Final, Generic, TypeAlias

from scalr_async.bulk import BulkResult, OnOutcome, Outcome
from scalr_async.bulk._outcome import Reported, call_on_outcome, reported
from scalr_async.errors import DecodeError, InvalidArgumentError, ScalrError, VerificationError
from scalr_async.jsonapi import Ref
from scalr_async.resources._generated.agent_pools import AgentPool
from scalr_async.resources._workspace_ids import (
    W,
    check_workspaces,
    id_of,
    ids_of,
    read_all,
)

if TYPE_CHECKING:
    from scalr_async.resources._generated.workspaces import Workspace

__all__ = ["ListChange", "PoolList", "after_write", "before_write"]

_TRIES: Final = 3
"""The rounds of reading, merging and writing before a pool's answer is reported as wrong."""

_Outcome: TypeAlias = "Outcome[W, Workspace]"


class PoolList:
    """Links by a pool's list of workspaces: read, merge, write the whole list, read again.

    `ask` finds the workspaces of a pool whose answer does not list them.
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
        """True if a write was sent."""
        self._began = time.monotonic()
        self._calls = 0

    async def change(self, wanted: Collection[str], *, linked: bool) -> dict[str, ScalrError]:
        """Link or unlink all of `wanted`; return the error of each workspace that failed.

        The list that is read back decides: if others overwrote it meanwhile, it is merged again,
        in at most `_TRIES` rounds. A failed write is not repeated; if its answer was lost, the list
        shows its effect.
        """
        with before_write():
            pool, have = await self._read_list()
        failure: ScalrError | None = None
        for _ in range(_TRIES):
            left = [name for name in wanted if (name in have) is not linked]
            if not left or failure is not None:
                break
            self.touched = True
            failure = await self._failure_of(have.union(left) if linked else have.difference(left))
            if failure is None or _is_lost(failure):
                with after_write():
                    pool, have = await self._read_list()
        return {
            name: self._not_changed(pool, name, linked=linked) if failure is None else failure
            for name in wanted
            if (name in have) is not linked
        }

    async def replace(self, wanted: Collection[str]) -> AgentPool:
        """Replace the list by `wanted`, in one PATCH whose answer is checked.

        Scalr documents the PATCH as linking and unlinking in bulk; if a server only added, the
        check would fail. If the answer is lost or does not list the workspaces, the pool is read.
        """
        lost: ScalrError | None = None
        try:
            pool = await self._write_list(wanted)
        except DecodeError:
            pass
        except ScalrError as error:
            if not _is_lost(error):
                raise
            lost = error
        else:
            if _listed(pool) == set(wanted):
                return pool
        try:
            with after_write():
                pool, have = await self._read_list()
        except ScalrError as error:
            raise lost or error from None
        if have == set(wanted):
            return pool
        raise lost or self._different(pool, have, set(wanted))

    async def _read_list(self) -> tuple[AgentPool, set[str]]:
        """Read the pool and its list."""
        self._calls += 1
        pool = await self._read()
        have = _listed(pool)
        if have is None and self._ask is not None:
            have = await self._ask()
        if have is None:
            raise self._error(pool, "the pool does not list its workspaces")
        return pool, have

    async def _write_list(self, names: Collection[str]) -> AgentPool:
        """Write the list."""
        self._calls += 1
        return await self._write(names)

    async def _failure_of(self, names: Iterable[str]) -> ScalrError | None:
        """Write the list; return its error, None if the answer was only unreadable."""
        try:
            await self._write_list(sorted(names))
        except DecodeError:
            return None
        except ScalrError as error:
            return copy.copy(error)  # avoids a cycle: a traceback refers to the frames keeping it
        return None

    def _not_changed(self, pool: AgentPool, workspace: str, *, linked: bool) -> VerificationError:
        place = "not" if linked else "still"
        return self._error(pool, f"{workspace} is {place} on the pool after {_TRIES} writes")

    def _different(self, pool: AgentPool, have: set[str], wanted: set[str]) -> VerificationError:
        more, fewer = sorted(have - wanted), sorted(wanted - have)
        return self._error(
            pool,
            f"the pool's workspaces are not as requested: {len(more)} more "
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


def _is_lost(error: ScalrError) -> bool:
    """Return whether a write may have been applied; if so, only a read shows its outcome."""
    if error.outcome == "applied":  # by its status, but its answer cannot be read
        error.outcome = "unknown"
    return error.outcome == "unknown"


def _listed(pool: AgentPool) -> set[str] | None:
    """Return the workspaces that a pool lists; None if the list is missing or incomplete."""
    refs: Any = pool.workspaces
    if not isinstance(refs, tuple):
        return None
    if not all(isinstance(ref, Ref) and ref.type == "workspaces" for ref in refs):
        return None
    sent = pool.raw().get("relationships")
    sent = sent.get("workspaces") if isinstance(sent, dict) else None
    said = sent if isinstance(sent, dict) else {}
    links = said.get("links")
    continues = isinstance(links, dict) and bool(links.get("next"))
    if continues or (not refs and said.get("data") != []):  # null is not a list
        return None
    return {ref.id for ref in refs}


@contextlib.contextmanager
def before_write() -> Iterator[None]:
    """Mark errors of a read before the write with the outcome `not_sent`."""
    try:
        yield
    except ScalrError as error:
        if error.outcome != "rejected":
            error.outcome = "not_sent"
        raise


@contextlib.contextmanager
def after_write() -> Iterator[None]:
    """Mark errors of a read that checks the write with the outcome `unknown`."""
    try:
        yield
    except ScalrError as error:
        error.outcome = "unknown"
        raise


class ListChange(Generic[W]):
    """One change of a pool's list as a bulk call, with an outcome for each workspace.

    Before the first write no workspace counts as started, afterwards all do.
    """

    def __init__(
        self,
        pool: PoolList,
        workspaces: Iterable[W] | AsyncIterable[W],
        on_outcome: OnOutcome[W, Workspace] | None,
        *,
        linked: bool,
    ) -> None:
        self._pool = pool
        self._workspaces = check_workspaces(workspaces)
        self._on_outcome = on_outcome
        self._linked = linked
        self._links: dict[str, tuple[int, W]] = {}
        self._outcomes: deque[_Outcome[W]] = deque()
        self._settled = False
        self._failure: Exception | None = None
        ids = ids_of(self._workspaces)
        self._length = None if ids is None else len(set(ids))

    def run(self) -> Coroutine[Any, Any, BulkResult[W, Workspace]]:
        """Change the list; the result has an outcome for each workspace."""
        return Reported(self._run, self.report)

    async def _run(self) -> BulkResult[W, Workspace]:
        await self._settle()
        for outcome in self._outcomes:
            await self._call_hook(outcome)
        self._raise_failure()
        return self.report()

    async def stream(self) -> AsyncGenerator[_Outcome[W]]:
        """Change the list and yield the outcomes in input order."""
        with reported(self.report):
            await self._settle()
            while self._outcomes:
                await self._call_hook(self._outcomes[0])
                yield self._outcomes.popleft()
            self._raise_failure()

    def report(self) -> BulkResult[W, Workspace]:
        """Return the outcomes so far; to be called after the end."""
        under_way: tuple[_Outcome[W], ...] = ()
        not_started: int | None = 0
        if self._pool.touched and not self._settled:
            links = self._links.values()
            under_way = tuple(Outcome(index=i, input=link, outcome="unknown") for i, link in links)
        elif not self._settled:
            not_started = self._length
        return BulkResult(
            outcomes=tuple(self._outcomes), interrupted=under_way, not_started=not_started
        )

    async def _settle(self) -> None:
        """Determine the outcome of each workspace."""
        await self._read()
        try:
            failures = await self._pool.change(self._links, linked=self._linked)
        except ScalrError as error:
            if not self._links:
                raise  # no outcome could carry the error
            failure = copy.copy(error)  # avoids a cycle: its traceback refers to this frame
            failures = dict.fromkeys(self._links, failure)
        done = [
            _outcome(index, link, failures.get(name)) for name, (index, link) in self._links.items()
        ]
        by_index = sorted([*self._outcomes, *done], key=lambda outcome: outcome.index)
        self._outcomes, self._settled = deque(by_index), True

    async def _read(self) -> None:
        """Read all workspaces; each invalid workspace becomes a failed outcome."""
        for index, link in enumerate(await read_all(self._workspaces)):
            try:
                self._links.setdefault(id_of(link), (index, link))
            except InvalidArgumentError as error:
                self._outcomes.append(_outcome(index, link, error))
        self._length = len(self._links)

    async def _call_hook(self, outcome: _Outcome[W]) -> None:
        if self._on_outcome is not None:
            try:
                await call_on_outcome(self._on_outcome, outcome)
            except Exception as error:  # noqa: BLE001  # raised after the hook had all outcomes
                self._failure = error if self._failure is None else self._failure

    def _raise_failure(self) -> None:
        failure, self._failure = self._failure, None
        try:
            if failure is not None:
                raise failure
        finally:
            del failure  # avoids a cycle: its traceback refers to this frame


def _outcome(index: int, link: W, error: ScalrError | None) -> _Outcome[W]:
    if error is None:
        return Outcome(index=index, input=link, outcome="applied")
    own = copy.copy(error)  # each workspace gets its own error with its own notes
    return Outcome(index=index, input=link, error=own, outcome=own.outcome)
