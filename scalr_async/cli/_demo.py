"""`demo`: the main job, from an inventory to workspaces on a new pool, on an emulated Scalr."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any, Final

import attrs

from scalr_async.bulk import BulkResult, run_bulk
from scalr_async.cli._demo_server import DemoServer, Settings
from scalr_async.cli._exit import Exit
from scalr_async.cli._failures import by_reason, name_of
from scalr_async.cli._inventory import Inventory
from scalr_async.cli._parser import KINDS
from scalr_async.cli._present import Column, Presenter, presenter
from scalr_async.cli._tally import Ledger
from scalr_async.client import ScalrClient

__all__ = ["Demo", "demo", "settings_of"]

_AHEAD: Final = "walk workspaces, reading ahead"
_PLAIN: Final = "the same, page after page"

_NAMED: Final = 2
"""How many of the workspaces that failed for one reason are named."""

_SUMMARY: Final = (
    Column("step"),
    Column("outcome"),
    Column("requests", right=True),
    Column("429s", right=True),
    Column("retries", right=True),
    Column("waits", right=True),
    Column("seconds", right=True),
)


async def demo(arguments: argparse.Namespace) -> int:
    """Run the demo on an emulator in another process, which ends with it."""
    await Demo(presenter(sys.stdout), settings_of(arguments), links=arguments.links).run()
    return Exit.OK


def settings_of(arguments: argparse.Namespace) -> Settings:
    """Return what the emulator shall be like."""
    names = [field.name for field in attrs.fields(Settings)]
    return Settings(**{name: getattr(arguments, name) for name in names})


class Demo:
    """Does the job step by step, and shows each."""

    def __init__(self, show: Presenter, settings: Settings, *, links: int) -> None:
        self._show = show
        self._settings = settings
        self._links = links
        self._ledger = Ledger()

    async def run(self) -> None:
        """Do all of it; the emulator's process is gone afterwards."""
        async with DemoServer(self._settings) as server:
            self._show.say(
                f"An emulated Scalr at {server.url}: {self._settings.latency * 1000:g} ms away, "
                f"{self._settings.rate_limit:g} requests a second"
            )
            async with ScalrClient(server.url, server.token, on_event=self._ledger.tally) as scalr:
                await self._work(scalr, server)
            self._summarise(await server.count_requests())

    async def _work(self, scalr: ScalrClient, server: DemoServer) -> None:
        found = await self._crawl(scalr)
        await self._crawl_plainly(scalr)
        environments, workspaces = found["environments"], found["workspaces"]
        served = environments[:-1]
        pool = await self._create_pool(scalr, served)
        inside, strays = _choose(workspaces, {home.id for home in served}, self._links)
        self._show.title(f"Link {len(inside) + len(strays)} workspaces to it")
        self._show.say(f"By design {len(strays)} of them stand where the pool does not serve.")
        await self._make_trouble(scalr, server, inside)
        linked = await self._link(scalr, pool, [*inside, *strays])
        await self._unlink(scalr, pool, [outcome.input for outcome in linked.succeeded])
        with self._ledger.step("delete the pool") as step:
            await scalr.agent_pools.delete(pool)
            step.outcome = "deleted"

    async def _crawl(self, scalr: ScalrClient) -> dict[str, list[Any]]:
        self._show.title("Inventory")
        found: dict[str, list[Any]] = {kind: [] for kind in KINDS}
        few = [kind for kind in KINDS if kind != "workspaces"]
        for name, kinds in (("walk all but workspaces", few), (_AHEAD, ["workspaces"])):
            with self._ledger.step(name) as step:
                for kind in kinds:
                    async for batch in Inventory(scalr=scalr, show=self._show).walk(kind):
                        found[kind].extend(batch.items)
                step.outcome = f"{sum(len(found[kind]) for kind in kinds)} found"
        counts = [[kind.replace("_", " "), str(len(items))] for kind, items in found.items()]
        self._show.table((Column("kind"), Column("found", right=True)), counts)
        return found

    async def _crawl_plainly(self, scalr: ScalrClient) -> None:
        with self._ledger.step(_PLAIN) as step:
            count = 0
            inventory = Inventory(scalr=scalr, show=self._show, prefetch=0)
            async for batch in inventory.walk("workspaces"):
                count += len(batch.items)
            step.outcome = f"{count} found"
        ahead, plain = self._ledger.steps[-2:]
        self._show.say(
            f"Workspaces: {ahead.seconds:.2f} s reading ahead, {plain.seconds:.2f} s page after "
            f"page ({plain.seconds / ahead.seconds:.1f} times as long)"
        )

    async def _create_pool(self, scalr: ScalrClient, environments: Sequence[Any]) -> Any:
        names = ", ".join(environment.name for environment in environments)
        self._show.title(f"A pool for {names}")
        with self._ledger.step("create a pool and its token") as step:
            pool = await scalr.agent_pools.create(name="demo", environments=environments)
            token = await scalr.agent_pools.create_token(pool, description="demo agents")
            step.outcome = pool.id
        self._show.say(f"{pool.name} is {pool.id}; a token for its agents: {token.token!r}")
        return pool

    async def _make_trouble(
        self, scalr: ScalrClient, server: DemoServer, inside: Sequence[Any]
    ) -> None:
        """Delete some of the workspaces, and let the server fail on others, for good or once."""
        gone, lost, busy, broken = _share(inside)
        with self._ledger.step(f"others delete {len(gone)} of the workspaces") as step:
            await run_bulk(gone, scalr.workspaces.delete)
            step.outcome = "deleted"
        for workspace in lost:
            await server.fail("PATCH", f"/workspaces/{workspace.id}", cut="after-apply")
        for workspace in busy:
            await server.fail("PATCH", f"/workspaces/{workspace.id}", status=503)
        for workspace in broken:
            await server.fail("PATCH", f"/workspaces/{workspace.id}", status=500, times=None)
        self._show.say(
            f"{len(gone)} are gone, and the server fails on {len(broken)}. Once it is too busy "
            f"for {len(busy)}, and its answer to {len(lost)} is lost: these are sent again."
        )

    async def _link(
        self, scalr: ScalrClient, pool: Any, chosen: Sequence[Any]
    ) -> BulkResult[Any, Any]:
        with (
            self._ledger.step(f"link {len(chosen)} workspaces") as step,
            self._show.progress("linking") as progress,
        ):
            progress.expect(len(chosen))
            result = await scalr.agent_pools.link_workspaces(
                pool, chosen, on_outcome=lambda _: progress.advance()
            )
            step.outcome = f"{len(result.succeeded)} linked, {len(result.failed)} failed"
        self._show.say(f"{step.outcome}:")
        rows = [
            [str(len(failed)), reason, _names([outcome.input for outcome in failed])]
            for reason, failed in by_reason(result.failed).items()
        ]
        columns = (Column("failed", right=True), Column("reason"), Column("workspaces"))
        self._show.table(columns, rows)
        return result

    async def _unlink(self, scalr: ScalrClient, pool: Any, linked: Sequence[Any]) -> None:
        self._show.title("Take them off again")
        with (
            self._ledger.step(f"unlink {len(linked)} workspaces") as step,
            self._show.progress("unlinking") as progress,
        ):
            progress.expect(len(linked))
            result = await scalr.agent_pools.unlink_workspaces(
                pool, linked, on_outcome=lambda _: progress.advance()
            )
            step.outcome = f"{len(result.succeeded)} unlinked"
        result.raise_for_failures()
        self._show.say(step.outcome)

    def _summarise(self, seen: int) -> None:
        self._show.title("In all")
        rows = [
            [
                step.name,
                step.outcome,
                *map(str, attrs.astuple(step.tally)),
                f"{step.seconds:.2f}",
            ]
            for step in self._ledger.steps
        ]
        seconds = sum(step.seconds for step in self._ledger.steps)
        rows.append(["all", "", *map(str, attrs.astuple(self._ledger.tally)), f"{seconds:.2f}"])
        self._show.table(_SUMMARY, rows)
        self._show.say(
            f"429s came too fast, retries were sent again, waits were held back until the server "
            f"takes requests again. The emulator saw {seen} requests."
        )


def _choose(workspaces: Sequence[Any], served: set[str], count: int) -> tuple[list[Any], list[Any]]:
    """Return workspaces without a pool: those where the new one serves, and one in fifty strays."""
    free = [workspace for workspace in workspaces if workspace.agent_pool is None]
    inside = [workspace for workspace in free if workspace.environment.id in served]
    outside = [workspace for workspace in free if workspace.environment.id not in served]
    strays = outside[: count // 50]
    return inside[: count - len(strays)], strays


def _share(workspaces: Sequence[Any]) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
    """Return four distinct few of the workspaces, one in fifty of them or less."""
    return (
        list(workspaces[7::50]),
        list(workspaces[19::50]),
        list(workspaces[31::50]),
        list(workspaces[40::125]),
    )


def _names(workspaces: Sequence[Any]) -> str:
    names = [name_of(workspace) for workspace in workspaces[:_NAMED]]
    more = len(workspaces) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
