"""One change of a pool's list as a bulk call: an outcome for each of its workspaces."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Coroutine
from typing import TYPE_CHECKING, Any, TypeAlias

from scalr_async.bulk import BulkResult, OnOutcome, Outcome
from scalr_async.bulk._outcome import Reported, reported, tell
from scalr_async.errors import InvalidArgumentError, ScalrError
from scalr_async.resources._linking import PoolList, copied
from scalr_async.resources._workspace_ids import (
    WorkspaceId,
    WorkspaceIds,
    id_of,
    ids_of,
    many,
    read_all,
)

if TYPE_CHECKING:
    from scalr_async.resources._generated.workspaces import Workspace

__all__ = ["ListChange"]

_Outcome: TypeAlias = "Outcome[WorkspaceId, Workspace | None]"


class ListChange:
    """Reads all workspaces, changes the list, and tells what became of each of them.

    What is not sent yet is not started; from the first write on, all of them are under way.
    """

    def __init__(
        self,
        pool: PoolList,
        workspaces: WorkspaceIds,
        on_outcome: OnOutcome[WorkspaceId, Workspace | None] | None,
        *,
        linked: bool,
    ) -> None:
        self._pool = pool
        self._workspaces = many(workspaces)
        self._on_outcome = on_outcome
        self._linked = linked
        self._links: dict[str, tuple[int, WorkspaceId]] = {}
        self._outcomes: deque[_Outcome] = deque()
        self._settled = False
        self._failure: Exception | None = None
        ids = ids_of(self._workspaces)
        self._length = None if ids is None else len(set(ids))

    def run(self) -> Coroutine[Any, Any, BulkResult[WorkspaceId, Workspace | None]]:
        """Change the list; the result has what became of each workspace."""
        return Reported(self._run(), self.report)

    async def _run(self) -> BulkResult[WorkspaceId, Workspace | None]:
        with reported(self.report):
            await self._settle()
            for outcome in self._outcomes:
                await self._tell(outcome)
            self._raise_failure()
        return self.report()

    async def stream(self) -> AsyncGenerator[_Outcome]:
        """Change the list, and yield the outcomes in input order."""
        with reported(self.report):
            await self._settle()
            while self._outcomes:
                await self._tell(self._outcomes[0])
                yield self._outcomes.popleft()
            self._raise_failure()

    def report(self) -> BulkResult[WorkspaceId, Workspace | None]:
        """Return how far it came, after its end."""
        under_way: tuple[_Outcome, ...] = ()
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
        """Find out what became of each workspace."""
        await self._read()
        try:
            failures = await self._pool.change(self._links, linked=self._linked)
        except ScalrError as error:
            if not self._links:
                raise  # there is no outcome that could carry it
            failures = dict.fromkeys(self._links, copied(error))  # its traceback knows this frame
        done = [
            _outcome(index, link, failures.get(name)) for name, (index, link) in self._links.items()
        ]
        by_index = sorted([*self._outcomes, *done], key=lambda outcome: outcome.index)
        self._outcomes, self._settled = deque(by_index), True

    async def _read(self) -> None:
        """Read all workspaces; what cannot be one is a failure of its own."""
        for index, link in enumerate(await read_all(self._workspaces)):
            try:
                self._links.setdefault(id_of(link), (index, link))
            except InvalidArgumentError as error:
                self._outcomes.append(_outcome(index, link, error))
        self._length = len(self._links)

    async def _tell(self, outcome: _Outcome) -> None:
        if self._on_outcome is not None:
            try:
                await tell(self._on_outcome, outcome)
            except Exception as error:  # noqa: BLE001  # raised when all have been told
                self._failure = error if self._failure is None else self._failure

    def _raise_failure(self) -> None:
        failure, self._failure = self._failure, None
        try:
            if failure is not None:
                raise failure
        finally:
            del failure  # its traceback knows this frame


def _outcome(index: int, link: WorkspaceId, error: ScalrError | None) -> _Outcome:
    if error is None:
        return Outcome(index=index, input=link, outcome="applied")
    own = copied(error)  # each workspace has an error, and notes, of its own
    return Outcome(index=index, input=link, error=own, outcome=own.outcome)
