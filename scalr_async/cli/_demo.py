"""`demo`: the main job, from an inventory to workspaces on a new pool, on an emulated Scalr."""

from __future__ import annotations

import argparse
import io
import sys
import textwrap
import time
from collections.abc import Sequence
from typing import Any, Final, Self

import attrs

from scalr_async.bulk import BulkResult, run_bulk
from scalr_async.cli._changes import by_reason
from scalr_async.cli._counters import Counters
from scalr_async.cli._demo_server import DemoServer, Settings
from scalr_async.cli._inventory import Inventory
from scalr_async.cli._parser import KINDS
from scalr_async.cli._present import PlainPresenter, Presenter
from scalr_async.cli._run import Exit
from scalr_async.cli._streams import presenter
from scalr_async.client import ScalrClient
from scalr_async.errors import ScalrError
from scalr_async.inventory._text import count

__all__ = ["Demo", "demo", "settings_of"]

_COLUMNS: Final = 80
"""The width of a terminal, at which long lines are broken between words."""


async def demo(arguments: argparse.Namespace) -> int:
    """Run the demo on an emulator in another process, which ends with it."""
    await Demo(presenter(sys.stdout), settings_of(arguments), links=arguments.links).run()
    return Exit.OK


def settings_of(arguments: argparse.Namespace) -> Settings:
    """Return the emulator's settings that the options give."""
    names = [field.name for field in attrs.fields(Settings)]
    return Settings(**{name: getattr(arguments, name) for name in names})


class Demo:
    """Does the job step by step, and shows a verdict for each step."""

    def __init__(self, show: Presenter, settings: Settings, *, links: int) -> None:
        self._show = show
        self._settings = settings
        self._links = links
        self._counters = Counters()

    async def run(self) -> None:
        """Do all steps; the emulator's process has ended afterwards."""
        async with DemoServer(self._settings) as server:
            self._show.say(
                f"An emulated Scalr at {server.url}, {self._settings.latency * 1000:g} ms away, "
                f"{self._settings.rate_limit:g} requests a second."
            )
            async with ScalrClient(server.url, server.token, on_event=self._counters) as scalr:
                await self._work(scalr, server)
            self._summarize(await server.count_requests())

    async def _work(self, scalr: ScalrClient, server: DemoServer) -> None:
        found = await self._crawl(scalr)
        served = found["environments"][:-1] or found["environments"]
        pool = await self._create_pool(scalr, served)
        inside, strays = _choose(found["workspaces"], {home.id for home in served}, self._links)
        faults = _Faults.among(inside, strays)
        announced = faults.announce()
        wrong = ", while things go wrong" if announced else ""
        self._show.title(f"Link {count(len(inside) + len(strays), 'workspace')}{wrong}")
        for line in _broken(announced, indent=2):
            self._show.say(f"  {line}")
        await faults.inject(scalr, server)
        linked = await self._link(scalr, pool, [*inside, *strays])
        await self._lose_an_answer(scalr, server)
        await self._unlink(scalr, pool, [outcome.input for outcome in linked.succeeded])

    async def _crawl(self, scalr: ScalrClient) -> dict[str, list[Any]]:
        self._show.title("Read the inventory")
        found: dict[str, list[Any]] = {kind: [] for kind in KINDS}
        inventory = Inventory(scalr=scalr, show=PlainPresenter(io.StringIO()))
        begun = time.perf_counter()
        for kind in KINDS:
            async for batch in inventory.walk(kind):
                found[kind].extend(batch.items)
        seconds = time.perf_counter() - begun
        counts = [
            count(len(items), kind.removesuffix("s").replace("_", " "))
            for kind, items in found.items()
        ]
        self._show.verdict(", ".join(counts), good=True)
        self._show.verdict(
            f"typed, in {self._counters.requests:,} requests and {seconds:.1f} s: "
            "pages are read ahead",
            good=True,
        )
        return found

    async def _create_pool(self, scalr: ScalrClient, environments: Sequence[Any]) -> Any:
        self._show.title("Make an agent pool")
        pool = await scalr.agent_pools.create(name="demo", environments=environments)
        token = await scalr.agent_pools.create_token(pool, description="demo agents")
        self._show.verdict(
            f"{pool.name} is {pool.id}; a token for its agents: {token.token!r}", good=True
        )
        return pool

    async def _link(
        self, scalr: ScalrClient, pool: Any, chosen: Sequence[Any]
    ) -> BulkResult[Any, Any]:
        with self._show.progress("linking") as progress:
            progress.expect(len(chosen))
            result = await scalr.agent_pools.link_workspaces(
                pool, chosen, on_outcome=lambda _: progress.advance()
            )
        self._show.verdict(
            f"{len(result.succeeded):,} linked; where an answer was lost, it was looked up",
            good=True,
        )
        for reason, failed in by_reason(result.failed).items():
            first, *rest = _broken(f"{len(failed):>3}  {reason}", indent=11)
            self._show.verdict(first, good=False)
            for line in rest:
                self._show.say(f"           {line}")
        return result

    async def _lose_an_answer(self, scalr: ScalrClient, server: DemoServer) -> None:
        """Create a pool whose answer is lost: the error says so, and the client does not retry."""
        self._show.title("Create a pool, and lose the answer")
        await server.fail("POST", "/agent-pools", cut="after-apply")
        try:
            await scalr.agent_pools.create(name="lost")
        except ScalrError as error:
            there = await scalr.agent_pools.list(name="lost").count()
            self._show.verdict(
                f"reported as {error.outcome}, sent {error.attempts} time: "
                f"the server has {there} such pool",
                good=there == error.attempts == 1,
            )

    async def _unlink(self, scalr: ScalrClient, pool: Any, linked: Sequence[Any]) -> None:
        self._show.title("Take the workspaces off again")
        result = await scalr.agent_pools.unlink_workspaces(pool, linked)
        result.raise_for_failures()
        await scalr.agent_pools.delete(pool)
        self._show.verdict(f"{len(result.succeeded):,} unlinked, the pool is deleted", good=True)

    def _summarize(self, seen: int) -> None:
        counted = self._counters
        self._show.title(
            f"{counted.requests:,} requests, the server saw {seen:,}: {counted.throttled:,} were "
            f"too fast, {counted.retries:,} sent again"
        )
        self._show.say("Try next: scalr-async emulate --workspaces 2500, then scalr-async report")


def _choose(workspaces: Sequence[Any], served: set[str], count: int) -> tuple[list[Any], list[Any]]:
    """Return workspaces without a pool: some in the `served` environments, and a few outside."""
    free = [workspace for workspace in workspaces if workspace.agent_pool is None]
    inside = [workspace for workspace in free if workspace.environment.id in served]
    outside = [workspace for workspace in free if workspace.environment.id not in served]
    strays = outside[: count // 50]
    return inside[: count - len(strays)], strays


def _broken(text: str, *, indent: int) -> list[str]:
    """Return the lines of a text, each with room for an indentation."""
    return textwrap.wrap(text, _COLUMNS - indent, break_on_hyphens=False)


@attrs.frozen
class _Faults:
    """The workspaces that each fault happens to, one in fifty of all or fewer.

    The samples are disjoint, so that each failure has one reason.
    """

    gone: Sequence[Any]
    lost: Sequence[Any]
    busy: Sequence[Any]
    broken: Sequence[Any]
    strays: Sequence[Any]

    @classmethod
    def among(cls, inside: Sequence[Any], strays: Sequence[Any]) -> Self:
        """Choose from those that the pool serves; the strays are those that it does not."""
        return cls(inside[7::50], inside[19::50], inside[31::50], inside[40::125], strays)

    def announce(self) -> str:
        """Return what is going to happen, without what happens to no workspace."""
        parts = (
            (self.gone, "deleted"),
            (self.lost, "with a lost answer"),
            (self.busy, "with one 503"),
            (self.broken, "with only 500s"),
            (self.strays, "in an environment without the pool"),
        )
        return ", ".join(f"{len(chosen)} {what}" for chosen, what in parts if chosen)

    async def inject(self, scalr: ScalrClient, server: DemoServer) -> None:
        """Delete some of the workspaces, and let the server fail on others, once or always."""
        await run_bulk(self.gone, scalr.workspaces.delete)
        for workspace in self.lost:
            await server.fail("PATCH", f"/workspaces/{workspace.id}", cut="after-apply")
        for workspace in self.busy:
            await server.fail("PATCH", f"/workspaces/{workspace.id}", status=503)
        for workspace in self.broken:
            await server.fail("PATCH", f"/workspaces/{workspace.id}", status=500, times=None)
