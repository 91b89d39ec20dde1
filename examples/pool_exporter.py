"""A Prometheus exporter of the load of agent pools: agents by status, runs in the queue.

    pip install prometheus-client
    python pool_exporter.py --port 9465 --interval 30

The number of queued runs per available agent:

    scalr_pool_queued_runs
      / on (pool_id) sum by (pool_id) (scalr_pool_agents{status=~"idle|busy"})
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import get_args

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from scalr_async import ScalrClient, ScalrError
from scalr_async.resources import AgentStatus

log = logging.getLogger("pool_exporter")


async def measure(scalr: ScalrClient) -> list[Metric]:
    """Read pools, agents and the queue: a request each for up to 100 of them."""
    agents: Counter[tuple[str, str]] = Counter()
    async for agent in scalr.agents.list():
        agents[agent.pool.id, agent.status] += 1
    queued: Counter[str] = Counter()
    async for run in scalr.runs.list_queue(include=["workspace"]):
        workspace = run.workspace.resource
        if workspace and workspace.agent_pool:  # other runs use Scalr's own agents
            queued[workspace.agent_pool.id] += 1

    labels = ["pool", "pool_id"]
    of_agents = GaugeMetricFamily(
        "scalr_pool_agents", "Agents that have joined the pool", labels=[*labels, "status"]
    )
    of_queue = GaugeMetricFamily(
        "scalr_pool_queued_runs", "Runs that wait for an agent of the pool", labels=labels
    )
    statuses = dict.fromkeys([*get_args(AgentStatus), *(status for _, status in agents)])
    async for pool in scalr.agent_pools.list():
        of_queue.add_metric([pool.name, pool.id], queued[pool.id])
        for status in statuses:  # zeros too, so that every series exists and can be summed
            of_agents.add_metric([pool.name, pool.id, status], agents[pool.id, status])
    return [of_agents, of_queue]


class PoolLoad(Collector):
    """The figures of the last reading; none if it failed, rather than outdated ones."""

    def __init__(self) -> None:
        self._metrics: Sequence[Metric] = ()

    def collect(self) -> Iterable[Metric]:
        up = GaugeMetricFamily("scalr_up", "Whether Scalr could be read", value=bool(self._metrics))
        return [up, *self._metrics]

    async def refresh(self, scalr: ScalrClient) -> None:
        try:
            self._metrics = await measure(scalr)
        except ScalrError as error:
            log.warning("scalr could not be read: %s", error)
            self._metrics = ()

    async def keep_fresh(self, scalr: ScalrClient, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            await self.refresh(scalr)


def make_app(interval: float) -> web.Application:
    """Return the server; it reads Scalr every `interval` seconds, independent of Prometheus."""
    load, registry = PoolLoad(), CollectorRegistry()
    registry.register(load)

    async def reading(_: web.Application) -> AsyncIterator[None]:
        async with ScalrClient() as scalr:
            await load.refresh(scalr)
            task = asyncio.create_task(load.keep_fresh(scalr, interval))
            yield
            task.cancel()
            await asyncio.wait([task])

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(
            body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    app = web.Application()
    app.cleanup_ctx.append(reading)
    app.router.add_get("/metrics", metrics)
    return app


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=9465)
    parser.add_argument("--interval", type=float, default=30, help="seconds between two readings")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    try:
        web.run_app(make_app(arguments.interval), port=arguments.port)
    except ScalrError as error:
        sys.exit(str(error))
