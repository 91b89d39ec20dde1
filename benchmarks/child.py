"""A client in a process of its own: `python -m benchmarks.child '{...}'`.

It imports everything and walks one page. Then it does the task once for every line on its standard
input, and prints its cost from opening the client to closing it; CPU time includes all threads and
the kernel. Nothing is subtracted.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import inspect
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import attrs

from benchmarks.cores import Side, pin
from benchmarks.job import Job, digest

__all__ = ["Child", "Figure", "Here", "Task"]

Work = Callable[[Job], Awaitable[Any] | Any]


@attrs.frozen(kw_only=True)
class Task:
    """The work of a client on a list; `warm` is a short list that is walked first."""

    client: str
    work: str
    job: Job
    warm: Job
    repeat: int = 1
    uvloop: bool = False


@attrs.frozen(kw_only=True)
class Figure:
    """The cost of a task: CPU and wall time in seconds, peak resident memory in bytes."""

    result: Any
    cpu: float
    wall: float
    peak: int


class Here:
    """A client in this process: quick to start, and useful only for its results."""

    def __init__(self, task: Task) -> None:
        self._task = task
        module = importlib.import_module(f"benchmarks.clients.{task.client}")
        self._work: Work = getattr(module, task.work)
        self._runner = asyncio.Runner(loop_factory=_loop_factory(uvloop=task.uvloop))
        self._run(task.warm)

    def measure(self) -> Figure:
        """Do the task as often as it says, one after another."""
        task = self._task
        gc.collect()
        began, began_cpu = time.perf_counter(), time.process_time()
        results = [self._run(task.job) for _ in range(task.repeat)]
        cpu, wall = time.process_time() - began_cpu, time.perf_counter() - began
        result = digest(results[0]) if task.work == "everything" else results[0]
        return Figure(result=result, cpu=cpu / task.repeat, wall=wall / task.repeat, peak=_peak())

    def close(self) -> None:
        """Close the event loop."""
        self._runner.close()

    def _run(self, job: Job) -> Any:
        return self._runner.run(_awaited(self._work, job))


class Child:
    """A client in a fresh interpreter, on the clients' core."""

    def __init__(self, task: Task) -> None:
        command = [sys.executable, "-m", "benchmarks.child", json.dumps(attrs.asdict(task))]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._answer()  # the child is ready

    def measure(self) -> Figure:
        """Let the child do the task once."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        answer = self._answer()
        if isinstance(answer["result"], list):  # JSON has no tuples
            answer["result"] = tuple(answer["result"])
        return Figure(**answer)

    def close(self) -> None:
        """End the process."""
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self.close()
            raise RuntimeError("the client has failed")
        return json.loads(line)


async def _awaited(work: Work, job: Job) -> Any:
    result = work(job)
    return await result if inspect.isawaitable(result) else result


def _loop_factory(*, uvloop: bool) -> Callable[[], asyncio.AbstractEventLoop] | None:
    if not uvloop:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop]
    factory = importlib.import_module("uvloop").new_event_loop
    return factory


def _peak() -> int:
    """Return the peak resident memory of this program, 0 if the system does not report it."""
    status = Path("/proc/self/status")
    lines = status.read_text("ascii").splitlines() if status.exists() else []
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def main(argument: str) -> None:
    """Do the task that the argument describes, once for each line of input."""
    pin(Side.CLIENT)
    given = json.loads(argument)
    given |= {"job": Job(**given["job"]), "warm": Job(**given["warm"])}
    client = Here(Task(**given))
    print(json.dumps("ready"), flush=True)
    for _ in sys.stdin:
        print(json.dumps(attrs.asdict(client.measure())), flush=True)
    client.close()


if __name__ == "__main__":
    main(sys.argv[1])
