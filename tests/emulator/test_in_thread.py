"""An emulator in a thread: its server has a loop of its own, and anybody may use it."""

from __future__ import annotations

import asyncio
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from scalr_async import Config, ScalrClient
from scalr_async.emulator import Emulator


def status(emulator: Emulator) -> int:
    headers = {"Authorization": f"Bearer {emulator.token}"}
    request = urllib.request.Request(f"{emulator.url}/api/iacp/v3/workspaces", headers=headers)
    with urllib.request.urlopen(request) as answer:
        return int(answer.status)


def test_it_serves_programs_without_a_loop() -> None:
    before = threading.active_count()
    with Emulator.in_thread(seed=7, accounts=["one", "two"]) as emulator:
        emulator.seed(workspaces=3)
        emulator.latency = 0.001
        assert status(emulator) == 200
        assert emulator.latency == 0.001
        assert emulator.store.count("accounts") == 2
        assert [request.path for request in emulator.requests] == ["/workspaces"]
    assert threading.active_count() == before
    with pytest.raises(RuntimeError, match="not running"):
        status(emulator)


def test_what_it_raises_is_raised_where_it_is_asked() -> None:
    with Emulator.in_thread() as emulator:
        with pytest.raises(ValueError, match="there is no run 'run-1'"):
            emulator.advance("run-1")
        taken = int(emulator.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"), Emulator.in_thread(port=taken):
            raise AssertionError


def test_clients_of_one_loop_after_another_use_it() -> None:
    async def names(emulator: Emulator) -> list[str]:
        config = Config(host=emulator.url, token=emulator.token)
        async with ScalrClient(config=config) as scalr:
            pools = emulator.store.count("agent-pools")
            await scalr.agent_pools.create(name=f"pool-{pools}")
            for number in range(10):
                emulator.create("tags", {"name": f"{pools}-{number}"})
            async with emulator.churn("tags", per_second=500):
                await asyncio.sleep(0.02)
            return [pool.name async for pool in scalr.agent_pools.list()]

    with Emulator.in_thread() as emulator:
        before = {record.id for record in emulator.store.all("tags")}
        assert asyncio.run(names(emulator)) == ["pool-0"]
        assert asyncio.run(names(emulator)) == ["pool-0", "pool-1"]
        after = {record.id for record in emulator.store.all("tags")}
        assert before != after
        assert {record.id for record in emulator.store.all("tags")} == after


def test_many_threads_may_use_it_at_once() -> None:
    with Emulator.in_thread() as emulator, ThreadPoolExecutor(8) as threads:
        made = list(
            threads.map(lambda n: emulator.create("tags", {"name": f"tag-{n}"}).id, range(200))
        )
        assert len(set(made)) == emulator.store.count("tags") == 200


async def test_in_a_loop_it_is_the_same_as_ever(emu: Emulator) -> None:
    emu.latency = 0.0
    assert emu.seed(workspaces=2).workspaces
    assert Emulator.seed.__doc__
    assert type(emu).latency.__doc__
