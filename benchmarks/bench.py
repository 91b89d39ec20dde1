"""One run: the server, the rounds in which clients take turns, and the ratios of each round."""

from __future__ import annotations

import contextlib
import importlib.util
import statistics
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from benchmarks.child import Child, Figure, Here, Task
from benchmarks.figures import Contender, Spread
from benchmarks.job import Job
from benchmarks.server import Listing

__all__ = ["CLIENTS", "SENDERS", "Bench", "Client", "Turns"]

WARM: Final = Listing(100)


@attrs.frozen
class Client:
    """A client that is compared; `needs` is the module that must be installed for it."""

    name: str
    module: str
    needs: str

    @property
    def installed(self) -> bool:
        """True if the required module is installed."""
        return importlib.util.find_spec(self.needs) is not None


OURS: Final = Client("scalr_async", "scalr", "scalr_async")
DICTS: Final = Client("aiohttp + orjson, dicts", "dicts", "orjson")
UVLOOP: Final = Client("uvloop", "", "uvloop")
STRUCTS: Final = Client("aiohttp + msgspec, hand-made structs", "structs", "msgspec")
CLIENTS: Final = (
    OURS,
    STRUCTS,
    DICTS,
    Client("aiohttp + orjson + cattrs, attrs classes", "classes", "orjson"),
    Client("terrasnek", "terrasnek_tfc", "terrasnek"),
    Client("jsonapi-client", "jsonapi", "jsonapi_client"),
    Client("pytfe", "pytfe_tfe", "pytfe"),
)


SENDERS: Final = (
    Client("asyncio + httptools, the same structs", "bare", "httptools"),
    Client("wreq, the same structs", "wreq_structs", "wreq"),
    Client("pyreqwest, the same structs", "pyreqwest_structs", "pyreqwest"),
)
"""Clients that send without aiohttp, and do nothing else."""


@attrs.frozen
class Turns:
    """The figures of all contenders, round by round."""

    figures: Mapping[str, Sequence[Figure]]
    totals: Mapping[str, int]

    def cpu(self, name: str) -> list[float]:
        """Return microseconds of CPU a resource."""
        return [figure.cpu / self.totals[name] * 1e6 for figure in self.figures[name]]

    def wall(self, name: str) -> list[float]:
        """Return milliseconds of wall time."""
        return [figure.wall * 1e3 for figure in self.figures[name]]

    def contenders(self, reference: str) -> tuple[Contender, ...]:
        """Return each client's CPU a resource, and its ratio to the reference's."""
        return tuple(
            Contender(
                name=name,
                spread=Spread.of(self.cpu(name)),
                unit="us a resource",
                ratio=Spread.of(ratios(self.cpu(name), self.cpu(reference))),
            )
            for name in self.figures
        )


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Return the ratio of each round."""
    return [one / other for one, other in zip(ours, theirs, strict=True)]


def _middle(figures: Sequence[Figure]) -> Figure:
    """Return the median of each number, and the result, which must be the same in all."""
    result, *others = {figure.result for figure in figures}
    if others:
        raise AssertionError(f"results differ: {[result, *others]}")
    return Figure(
        result=result,
        cpu=statistics.median(figure.cpu for figure in figures),
        wall=statistics.median(figure.wall for figure in figures),
        peak=max(figure.peak for figure in figures),
    )


@attrs.frozen(kw_only=True)
class Bench:
    """The settings of a run; `small` runs everything in this process, only for its results."""

    urls: Mapping[Listing, str]
    rounds: int
    small: bool = False

    def job(self, listing: Listing) -> Job:
        """Return a job over a list of the server."""
        return Job(self.urls[listing], listing.total)

    def task(
        self,
        client: str,
        work: str,
        listing: Listing,
        *,
        repeat: int = 1,
        uvloop: bool = False,
    ) -> Task:
        """Return a task over a list of the server."""
        return Task(
            client=client,
            work=work,
            job=self.job(listing),
            warm=self.job(WARM),
            repeat=1 if self.small else repeat,
            uvloop=uvloop,
        )

    def alternate(
        self, tasks: Mapping[str, Task], *, rounds: int | None = None, passes: int = 3
    ) -> Turns:
        """Measure all tasks in every round; all of them must have the same result.

        Each round has fresh processes. They take turns, `passes` times, every other time in the
        opposite order; the figure of the round is the median of its passes.
        """
        found = [
            self._round(tasks, 1 if self.small else passes)
            for _ in range(min(rounds or self.rounds, self.rounds))
        ]
        figures = {name: [one[name] for one in found] for name in tasks}
        results = {(tasks[name].job.total, one[name].result) for one in found for name in tasks}
        if len(results) != len({task.job.total for task in tasks.values()}):
            raise AssertionError(f"results differ: {results}")
        return Turns(figures, {name: task.job.total for name, task in tasks.items()})

    def values(self, task: Task) -> list[Any]:
        """Return the results of a task whose result is its figure, one for each round."""
        return [self._round({"": task}, 1)[""].result for _ in range(self.rounds)]

    def _round(self, tasks: Mapping[str, Task], passes: int) -> Mapping[str, Figure]:
        taken: dict[str, list[Figure]] = {name: [] for name in tasks}
        with contextlib.ExitStack() as stack:
            clients = {}
            for name, task in tasks.items():
                clients[name] = Here(task) if self.small else Child(task)
                stack.callback(clients[name].close)
            names = list(tasks)
            for turn in range(passes):
                for name in names if turn % 2 == 0 else reversed(names):
                    taken[name].append(clients[name].measure())
        return {name: _middle(figures) for name, figures in taken.items()}

    def compare_everything(self, clients: Sequence[Client], listing: Listing) -> None:
        """Check that all clients read the same: every attribute, every related id."""
        tasks = {client.name: self.task(client.module, "everything", listing) for client in clients}
        self.alternate(tasks, rounds=1, passes=1)
