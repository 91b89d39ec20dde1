"""Measure calls against each other in one run: alternating, garbage collected, median of many."""

from __future__ import annotations

import contextlib
import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping

import attrs

Contender = Callable[[], Awaitable[object]]


@attrs.frozen
class Figure:
    """What one contender took, in seconds, over all rounds."""

    cpu: tuple[float, ...]
    wall: tuple[float, ...]

    @property
    def cpu_median(self) -> float:
        return statistics.median(self.cpu)

    @property
    def wall_median(self) -> float:
        return statistics.median(self.wall)


@contextlib.contextmanager
def static_server(workspaces: int, latency: float = 0.0) -> Iterator[str]:
    """Run the static server in another process; yields its URL."""
    command = [sys.executable, "-m", "benchmarks.server"]
    command += ["--workspaces", str(workspaces), "--latency", str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()


async def compare(
    contenders: Mapping[str, Contender], *, rounds: int, same: bool = True
) -> dict[str, Figure]:
    """Run every contender `rounds` times in turn, after one round that does not count.

    With `same`, all of them must return equal results in every round.
    """
    cpu: dict[str, list[float]] = {name: [] for name in contenders}
    wall: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        results = {}
        for name, contender in contenders.items():
            gc.collect()
            began, began_cpu = time.perf_counter(), time.process_time()
            results[name] = await contender()
            if turn:
                cpu[name].append(time.process_time() - began_cpu)
                wall[name].append(time.perf_counter() - began)
        first = next(iter(results.values()))
        if same and any(result != first for result in results.values()):
            raise AssertionError(f"results differ: {results}")
    return {name: Figure(tuple(cpu[name]), tuple(wall[name])) for name in contenders}


def table(title: str, figures: Mapping[str, Figure], *, clock: str, against: str) -> str:
    """Render one comparison; ratios are of medians, against one contender."""
    reference = getattr(figures[against], f"{clock}_median")
    lines = [title, f"  {'':<36}{'min':>9}{'median':>9}{'max':>9}{'ratio':>8}"]
    for name, figure in figures.items():
        times = getattr(figure, clock)
        median = statistics.median(times)
        lines.append(
            f"  {name:<36}{min(times):>8.3f}s{median:>8.3f}s{max(times):>8.3f}s"
            f"{median / reference:>8.2f}"
        )
    return "\n".join(lines)
