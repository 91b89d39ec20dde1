"""The cost of a workspace early and late in a walk."""

from __future__ import annotations

import time

from benchmarks.clients.scalr import _read
from benchmarks.job import PAGE_SIZE, Job
from scalr_async import ScalrClient


async def halves(job: Job) -> float:
    """Return the CPU of the second half of a walk relative to the first.

    The first tenth is left out, because it includes the client's start.
    """
    marks = []
    at = {job.total // 10, job.total // 20 * 11, job.total}
    seen = total = 0
    async with ScalrClient(job.url, "token") as scalr:
        walk = scalr.workspaces.list(page_size=PAGE_SIZE, prefetch=job.in_flight)
        async for workspace in walk:
            total += _read(workspace)
            seen += 1
            if seen in at:
                marks.append(time.process_time())
    begin, middle, end = marks
    assert total > seen == job.total
    return (end - middle) / (middle - begin)
