"""Peak memory of walking 100 000 workspaces over walking 10 000, each in a process of its own."""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys

from benchmarks.harness import static_server
from scalr_async import ScalrClient


async def walk(url: str) -> int:
    seen = 0
    async with ScalrClient(url, "token") as scalr:
        async for _ in scalr.workspaces.list(page_size=100, prefetch=16):
            seen += 1
    return seen


def peak(total: int) -> float:
    """Return the peak resident memory of one walk in MB."""
    with static_server(total) as url:
        command = [sys.executable, "-m", "benchmarks.memory", url]
        answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seen, kilobytes = answer.split()
    assert int(seen) == total
    return int(kilobytes) / 1024


def growth(rounds: int) -> None:
    print("Peak memory of a walk, prefetch=16")
    small = min(peak(10_000) for _ in range(rounds))
    large = min(peak(100_000) for _ in range(rounds))
    print(f"  {'10 000 workspaces':<36}{small:>8.1f} MB")
    print(f"  {'100 000 workspaces':<36}{large:>8.1f} MB  ({large - small:+.1f} MB)")


if __name__ == "__main__":
    count = asyncio.run(walk(sys.argv[1]))
    print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
