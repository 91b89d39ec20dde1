"""Many tasks at work for a long time through a proxy that breaks one exchange in twenty.

    python -m tests.faults.soak --seconds 600

Reads, writes and walks are mixed. Every write must be done exactly once, or be reported as
unknown; what is unknown is read back. Sockets, tasks and memory must stay flat.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path

import attrs

from scalr_async import Config, RetryPolicy, ScalrClient, ScalrError, Timeouts
from scalr_async.emulator import Emulator
from scalr_async.resources import Tag
from tests.faults.common import open_files, quietly
from tests.faults.proxy import FAULTS, Fault, FaultProxy
from tests.servers import Received

SHARE = 0.05
"""Of all exchanges, those that are broken."""


@attrs.define
class Ledger:
    """What was asked for, what became of it, and what the server saw."""

    calls: Counter[str] = attrs.field(factory=Counter)
    writes: Counter[str] = attrs.field(factory=Counter)
    delivered: Counter[str] = attrs.field(factory=Counter)
    """How often each name reached the server in a POST."""
    wrong: list[str] = attrs.field(factory=list)
    samples: list[tuple[int, int, int]] = attrs.field(factory=list)
    """Open files, tasks and resident bytes, now and then."""
    faults: int = 0

    @property
    def is_telling(self) -> bool:
        """Whether enough happened; a slow machine takes more time for it."""
        unknown = self.writes["create unknown"] + self.writes["update unknown"]
        return self.writes["create ok"] > 50 and self.faults > 20 and unknown > 0

    @property
    def doubled(self) -> list[str]:
        """The names that reached the server more than once."""
        return [name for name, times in self.delivered.items() if times > 1]

    def growth(self) -> tuple[int, int, int]:
        """Return by how much the peaks of the last third exceed those of the second."""
        third = max(1, len(self.samples) // 3)
        before, after = self.samples[third : 2 * third], self.samples[2 * third :]
        files, tasks, memory = (max(a) - max(b) for a, b in zip(zip(*after), zip(*before)))
        return files, tasks, memory


class Worker:
    """One task: does this and that until the time is over, and enough happened (within a minute)."""

    def __init__(self, number: int, scalr: ScalrClient, emu: Emulator, ledger: Ledger) -> None:
        self._scalr = scalr
        self._emu = emu
        self._ledger = ledger
        self._draw = random.Random(number)
        self._number = number
        self._made = 0

    async def run(self, until: float) -> None:
        doings = [self._read, self._walk, self._life, self._life, self._link]
        while (now := time.monotonic()) < until + 60.0:
            if now >= until and self._ledger.is_telling:
                return
            doing = self._draw.choice(doings)
            self._ledger.calls[doing.__name__.strip("_")] += 1
            await doing()

    async def _read(self) -> None:
        with contextlib.suppress(ScalrError):
            await self._scalr.workspaces.list(name="none-such").first()

    async def _walk(self) -> None:
        seen: set[str] = set()
        with contextlib.suppress(ScalrError):
            async for workspace in self._scalr.workspaces.list(page_size=20, prefetch=2):
                if workspace.id in seen:
                    self._ledger.wrong.append(f"{workspace.id} came twice")
                seen.add(workspace.id)

    async def _life(self) -> None:
        """Make a tag, rename it, delete it."""
        self._made += 1
        name = f"tag-{self._number}-{self._made}"
        tag = await self._create(name)
        if tag is not None:
            await self._rename(tag, name)
            await self._delete(tag)

    async def _create(self, name: str) -> Tag | None:
        try:
            tag = await self._scalr.tags.create(name=name)
        except ScalrError as error:
            self._ledger.writes[f"create {error.outcome}"] += 1
            made = self._stored(name)
            if made and error.outcome in {"not_sent", "rejected"}:
                self._ledger.wrong.append(f"{name}: made, but reported as {error.outcome}")
            if not made and error.outcome == "applied":
                self._ledger.wrong.append(f"{name}: not made, but reported as applied")
            return await self._read_back(name, made=made)
        self._ledger.writes["create ok"] += 1
        if self._stored(name) != 1:
            self._ledger.wrong.append(f"{name}: said to be made, {self._stored(name)} are there")
        return tag

    async def _read_back(self, name: str, *, made: int) -> Tag | None:
        """Resolve what is unknown, as a user would."""
        while True:
            with contextlib.suppress(ScalrError):
                found = await self._scalr.tags.list(name=name).collect()
                self._ledger.writes["read back"] += 1
                if len(found) != made:
                    self._ledger.wrong.append(f"{name}: {made} made, {len(found)} read back")
                return found[0] if found else None

    async def _rename(self, tag: Tag, name: str) -> None:
        wanted = f"{name} renamed"
        try:
            await self._scalr.tags.update(tag, name=wanted)
            outcome = "ok"
        except ScalrError as error:
            outcome = error.outcome
        self._ledger.writes[f"update {outcome}"] += 1
        stored = self._emu.store.get("tags", tag.id).attributes["name"]
        known = {"ok": wanted, "applied": wanted, "not_sent": name, "rejected": name}
        if stored != known.get(outcome, stored):
            self._ledger.wrong.append(f"{tag.id}: update {outcome}, and its name is {stored}")

    async def _delete(self, tag: Tag) -> None:
        try:
            await self._scalr.tags.delete(tag)
            outcome = "ok"
        except ScalrError as error:
            outcome = error.outcome
        self._ledger.writes[f"delete {outcome}"] += 1
        there = any(record.id == tag.id for record in self._emu.store.all("tags"))
        if there is (outcome in {"ok", "applied"}):
            self._ledger.wrong.append(f"{tag.id}: delete {outcome}, there: {there}")
        if there:
            await self._delete(tag)

    async def _link(self) -> None:
        """Link five workspaces of one's own to a pool; each of them says what became of it."""
        pools = [record.id for record in self._emu.store.all("agent-pools")]
        workspaces = [record.id for record in self._emu.store.all("workspaces")]
        mine = workspaces[self._number :: 200][:5]
        pool = self._draw.choice(pools)
        result = await self._scalr.agent_pools.link_workspaces(pool, mine)
        for outcome in result.outcomes:
            self._ledger.writes[f"link {outcome.outcome}"] += 1
            linked = self._emu.store.get("workspaces", outcome.input).relationships["agent-pool"]
            if outcome.ok and linked != pool:
                self._ledger.wrong.append(f"{outcome.input}: on {linked} and not on {pool}")

    def _stored(self, name: str) -> int:
        tags = self._emu.store.all("tags")
        return sum(record.attributes["name"].startswith(name) and record.attributes["name"] in (name, f"{name} renamed") for record in tags)  # fmt: skip


async def soak(seconds: float, tasks: int = 200, seed: int = 0) -> Ledger:
    """Run for some seconds; return what happened."""
    ledger, draw = Ledger(), random.Random(seed)

    def choose(received: Received) -> Fault | None:
        fault = draw.choice(FAULTS) if draw.random() < SHARE else None
        ledger.faults += fault is not None
        if received.method == "POST" and (fault is None or fault.forward):
            attributes = json.loads(received.body)["data"]["attributes"]
            ledger.delivered[attributes["name"]] += 1
        return fault

    async with Emulator(seed=seed) as emu, FaultProxy(emu.url, choose) as proxy:
        emu.seed(environments=2, workspaces=1000, pools=3)
        config = Config(
            host=proxy.url,
            token=emu.token,
            timeouts=Timeouts(total=30.0),
            retry=RetryPolicy(base=0.01, throttled_base=0.01, cap=0.05),
        )
        async with ScalrClient(config=config) as scalr:
            workers = [Worker(number, scalr, emu, ledger) for number in range(tasks)]
            until = time.monotonic() + seconds
            running = [asyncio.create_task(worker.run(until)) for worker in workers]
            while time.monotonic() < until:
                await asyncio.sleep(max(0.05, seconds / 60))
                ledger.samples.append((open_files(), len(asyncio.all_tasks()), _resident()))
                emu.requests.clear()
            await asyncio.gather(*running)
            admission = scalr._transport._shared.admission
            assert (admission.in_flight, admission.waiting) == (0, 0)
    return ledger


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def main() -> None:
    """Print the ledger; exit with 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--tasks", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with quietly():
        ledger = asyncio.run(soak(arguments.seconds, arguments.tasks, arguments.seed))
    files, tasks, memory = ledger.growth()
    lines = [
        f"calls: {ledger.calls.total()} {dict(ledger.calls)}",
        f"writes: {ledger.writes.total()} {dict(sorted(ledger.writes.items()))}",
        f"exchanges broken: {ledger.faults}",
        f"creates delivered twice: {len(ledger.doubled)}; wrong: {len(ledger.wrong)} {ledger.wrong[:5]}",
        f"growth of peaks: {files} files, {tasks} tasks, {memory / 2**20:.1f} MiB",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(bool(ledger.doubled or ledger.wrong))


if __name__ == "__main__":
    main()
