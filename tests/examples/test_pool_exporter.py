"""An exporter of pool load, scraped as Prometheus does it."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from types import ModuleType

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from scalr_async.emulator import Emulator, Record
from tests.examples.conftest import ACCOUNT, Load, on_aiohttp, run_in, workspace

Figures = dict[tuple[str, ...], float]
Scrape = Callable[[], Awaitable[Figures]]


@pytest.fixture
def exporter(load: Load) -> ModuleType:
    return load("pool_exporter")


@pytest.fixture
async def scrape(exporter: ModuleType, http: aiohttp.ClientSession) -> AsyncIterator[Scrape]:
    """Start an exporter that reads all the time, and return its figures by name and labels."""
    async with AsyncExitStack() as stack:
        started: list[str] = []

        async def scraped() -> Figures:
            if not started:
                serving = on_aiohttp(exporter.make_app(interval=0.01))
                started.append(await stack.enter_async_context(serving))
            async with http.get(f"{started[0]}/metrics") as answer:
                assert answer.status == 200
                families = text_string_to_metric_families(await answer.text())
                samples = [sample for family in families for sample in family.samples]
            labels = [(s.labels.get("pool"), s.labels.get("status")) for s in samples]
            return {
                (sample.name, *filter(None, named)): sample.value
                for sample, named in zip(samples, labels, strict=True)
            }

        yield scraped


async def until(scrape: Scrape, reached: Callable[[Figures], bool]) -> Figures:
    async with asyncio.timeout(10):
        while not reached(figures := await scrape()):
            await asyncio.sleep(0.005)
    return figures


def pool(emu: Emulator, name: str, *statuses: str) -> Record:
    made = emu.create("agent-pools", {"name": name, "is-shared": True}, {"account": ACCOUNT})
    for number, status in enumerate(statuses):
        emu.create("agents", {"name": f"{name}-{number}", "status": status}, {"pool": made.id})
    return made


async def test_agents_and_queue_of_each_pool_are_told(emu: Emulator, scrape: Scrape) -> None:
    emu.run_step = math.inf
    eu = pool(emu, "eu", "idle", "busy", "busy")
    pool(emu, "us")
    for number in range(3):
        run_in(emu, workspace(emu, f"eu-{number}", agent_pool=eu.id))
    emu.advance(run_in(emu, workspace(emu, "eu-busy", agent_pool=eu.id)), "planning")
    run_in(emu, workspace(emu, "elsewhere"))

    figures = await scrape()

    assert figures["scalr_up",] == 1
    assert figures["scalr_pool_queued_runs", "eu"] == 3
    assert figures["scalr_pool_queued_runs", "us"] == 0
    agents = {key[1:]: value for key, value in figures.items() if key[0] == "scalr_pool_agents"}
    assert {key: value for key, value in agents.items() if value} == {
        ("eu", "idle"): 1,
        ("eu", "busy"): 2,
    }
    assert ("us", "idle") in agents


async def test_a_pool_that_is_deleted_is_told_of_no_more(emu: Emulator, scrape: Scrape) -> None:
    us = pool(emu, "us")
    assert ("scalr_pool_queued_runs", "us") in await scrape()

    emu.delete(us)

    await until(scrape, lambda figures: ("scalr_pool_queued_runs", "us") not in figures)


async def test_an_outage_shows_as_that_and_not_as_old_figures(
    emu: Emulator, scrape: Scrape
) -> None:
    pool(emu, "eu", "idle")
    assert (await scrape())["scalr_pool_agents", "eu", "idle"] == 1

    down = emu.fail("GET", "/agents", status=403, times=None)
    figures = await until(scrape, lambda figures: figures["scalr_up",] == 0)
    assert figures == {("scalr_up",): 0}

    down.left = 0
    figures = await until(scrape, lambda figures: figures["scalr_up",] == 1)
    assert figures["scalr_pool_agents", "eu", "idle"] == 1


async def test_what_prometheus_asks_costs_scalr_nothing(
    emu: Emulator, exporter: ModuleType, scalr
) -> None:
    load = exporter.PoolLoad()
    await load.refresh(scalr)
    asked = len(emu.requests)

    for _ in range(5):
        assert [*load.collect()]

    assert len(emu.requests) == asked == 3
