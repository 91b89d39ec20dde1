"""`crawl --scheduler`: real workers of Dask, in processes of their own, and one emulator."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from scalr_async import ConfigError, DeadlineExceededError, ScalrClient, ScalrError
from scalr_async.cli import _scheduler
from scalr_async.cli._counters import Counters
from scalr_async.cli._parser import parser
from scalr_async.cli._scheduler import Part, Task, read_shard
from scalr_async.emulator import Emulator
from scalr_async.inventory._crawl import Batch
from tests.valkey import ValkeyServer

ROOT = Path(__file__).parents[2]


@attrs.define
class Machines:
    """A scheduler, and workers with credentials for one emulator in their environment."""

    folder: Path
    env: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = attrs.field(factory=list)

    @property
    def address(self) -> str:
        return str(json.loads((self.folder / "scheduler").read_text())["address"])

    def start(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{name}", "--no-dashboard", *words],
                env=self.env,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def start_scheduler(self) -> None:
        file = self.folder / "scheduler"
        where = ("--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
        process = self.start("dask_scheduler", *where)
        while not file.exists() or not file.read_text():
            assert process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.02)

    def start_worker(self) -> subprocess.Popen[bytes]:
        file = str(self.folder / "scheduler")
        where = ("--scheduler-file", file, "--local-directory", str(self.folder))
        return self.start("dask_worker", "--nthreads", "1", "--no-nanny", *where)

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@contextlib.contextmanager
def machines(folder: Path, emu: Emulator) -> Iterator[Machines]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("SCALR_")}
    env |= {"SCALR_HOSTNAME": emu.url, "SCALR_TOKEN": str(emu.token), "PYTHONPATH": str(ROOT)}
    found = Machines(folder, {**env, "HOME": str(folder)})
    try:
        found.start_scheduler()
        yield found
    finally:
        found.stop()


@pytest.fixture
def small_shards(monkeypatch) -> None:
    monkeypatch.setattr(_scheduler, "_SHARD", 100)


def written(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.skipif(sys.platform == "win32", reason="workers are killed by signals")
@pytest.mark.generous("what workers read is the same, and it takes long")
async def test_workers_write_what_one_process_writes_though_one_of_them_is_killed(
    run, emu, tmp_path, small_shards
) -> None:
    """In the order of the list, what came along once; under one budget; all requests counted."""
    emu.seed(environments=3, workspaces=1250)
    words = ("crawl", "workspaces", "tags", "--include", "environment", "--json", "--output")
    alone = await run(*words, tmp_path / "alone")
    valkey = ValkeyServer()
    valkey.start()
    try:
        with machines(tmp_path, emu) as found:
            workers = [found.start_worker(), found.start_worker()]
            more = ("--scheduler", found.address, "--budget", valkey.url, "--rate", "1000")
            emu.requests.clear()
            both = await run(*words, tmp_path / "both", *more)
            asked = len(emu.requests)
            emu.requests.clear()

            def kill(request) -> bool:
                if len(emu.requests) == 25:
                    workers[0].kill()
                return False

            emu.latency = 0.02
            emu.fail("GET", "/workspaces", times=None, match=kill)
            one = await run(*words, tmp_path / "one", *more)
            gone = workers[0].wait(60)
    finally:
        valkey.remove()

    assert (alone.code, both.code, one.code, gone) == (0, 0, 0, -signal.SIGKILL), one.err
    whole = written(tmp_path / "alone")
    assert len(whole) > 1250
    assert sorted(map(str, written(tmp_path / "both"))) == sorted(map(str, whole))
    assert sorted(map(str, written(tmp_path / "one"))) == sorted(map(str, whole))
    listed = [each["id"] for each in whole if each["type"] == "workspaces"]
    assert [e["id"] for e in written(tmp_path / "one") if e["type"] == "workspaces"] == listed
    assert json.loads(both.out)["requests"] == asked


# Without machines: a scheduler in this process, which does the work itself.


@attrs.define
class Dask:
    """Stands for the package: its client runs what it is given in a thread, pickled as Dask does."""

    threads: int = 1
    error: Exception | None = None
    tasks: list[bytes] = attrs.field(factory=list)
    futures: list[Any] = attrs.field(factory=list)
    waiting: int = 0
    most: int = 0

    class KilledWorker(Exception):  # noqa: N818  # its name in Dask
        pass

    def Client(self, address: str, *, asynchronous: bool, timeout: float) -> Dask:
        if address.startswith("ucx"):
            raise ValueError("no such protocol")
        return self

    async def __aenter__(self) -> Dask:
        return self

    async def __aexit__(self, *_: object) -> None:
        for future in self.futures:
            future.cancel()
        await asyncio.gather(*self.futures, return_exceptions=True)
        self.futures.clear()

    async def wait_for_workers(self, count: int, timeout: float) -> None:
        if not self.threads:
            raise TimeoutError("Only 0/1 workers arrived after 10.0 s")

    async def nthreads(self) -> dict[str, int]:
        return {"tcp://a": self.threads}

    def submit(self, function: Any, task: Task, *, pure: bool) -> Any:
        self.tasks.append(pickle.dumps(task))
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        future = asyncio.ensure_future(self.done(function, self.tasks[-1]))
        self.futures.append(future)
        return future

    async def done(self, function: Any, task: bytes) -> Part:
        if self.error is not None:
            raise self.error
        part = await asyncio.to_thread(function, pickle.loads(task))
        self.waiting -= 1
        return pickle.loads(pickle.dumps(part))


@pytest.fixture
def dask(monkeypatch, small_shards) -> Dask:
    made = Dask()
    monkeypatch.setitem(sys.modules, "distributed", made)
    return made


@pytest.mark.parametrize("format", ["ndjson", "csv"])
async def test_shards_are_written_in_order_and_few_of_them_are_held(
    run, emu, tmp_path, dask, format
) -> None:
    emu.seed(environments=3, workspaces=730)
    words = ("crawl", "environments", "workspaces", "--include", "environment,tags", "--format")
    words = (*words, format, "--output")
    alone = await run(*words, tmp_path / "alone")
    far = await run(*words, tmp_path / "far", "--scheduler", "tcp://here")
    piped = await run(*words, "-", "--scheduler", "tcp://here")

    assert (alone.code, far.code, piped.code) == (0, 0, 0), far.err
    assert (tmp_path / "far").read_text() == (tmp_path / "alone").read_text() == piped.out
    assert dask.most == 2


async def test_no_secret_goes_through_the_scheduler(run, emu, tmp_path, dask, monkeypatch) -> None:
    emu.seed(workspaces=150)
    (tmp_path / "token").write_text(str(emu.token))
    monkeypatch.delenv("SCALR_TOKEN")

    words = ("--token-file", tmp_path / "token", "--scheduler", "tcp://here", "--rate", "900")
    ended = await run("crawl", "workspaces", *words)

    assert (ended.code, len(ended.lines)) == (0, 150)
    assert len(dask.tasks) == 2
    assert all(str(emu.token).encode() not in task for task in dask.tasks)


async def test_a_list_that_changes_under_the_workers_is_said(run, emu, tmp_path, dask) -> None:
    emu.seed(environments=1, workspaces=400)

    def delete(request) -> bool:
        if ("page[number]", "2") in request.query:
            emu._service.delete(emu.store.all("workspaces")[0], forced=True)
        return False

    emu.fail("GET", "/workspaces", times=None, match=delete)

    ended = await run("crawl", "workspaces", "--scheduler", "tcp://here")

    assert ended.code == 4
    assert ended.err.startswith("workspaces: the list changed on the way (")
    found = [json.loads(line)["id"] for line in ended.lines]
    assert len(found) == len(set(found))


async def test_what_the_shard_before_had_is_left_out(dask, monkeypatch, emu, scalr) -> None:
    """Items that are created at a seam may be in both."""
    emu.seed(workspaces=200)
    from scalr_async.inventory._collections import select
    from scalr_async.inventory._crawl import Source

    def part(*ids: str) -> Part:
        batch = Batch(documents=[{"id": id} for id in ids], included=[], number=1, ids=ids, total=9)
        return Part([batch], Counter(), Counters(requests=3))

    parts = [part("a", "b"), part("b", "c")]
    monkeypatch.setattr(_scheduler, "read_shard", lambda _: parts.pop(0))
    counters = Counters()
    cluster = _scheduler.Cluster("tcp://here", dask, (OSError,), {}, counters)
    source = Source(name="x", client=scalr, meta={"origin": emu.url})
    (selection,) = select(["workspaces"])

    batches = [
        batch
        async for batch in cluster.read_shards(source, selection, listed=set(), seen=Counter())
    ]

    assert [[*batch.ids] for batch in batches] == [["a", "b"], ["c"]]
    assert [each["id"] for batch in batches for each in batch.documents] == ["a", "b", "c"]
    assert counters.requests == 6


@pytest.fixture
async def scalr(emu):
    async with ScalrClient(emu.url, emu.token) as client:
        yield client


def task_for(emu, **more: Any) -> Task:
    named = dict.fromkeys(("host", "token_file", "ca_file", "proxy", "rate", "budget"))
    values = {"connection": named, "profile": None, "meta": {"origin": emu.url}}
    values |= {"collection": "workspaces", "options": {}, "includes": (), "names": ()}
    return Task(**{**values, "listed": frozenset(), "shard": "", **more})


async def test_a_worker_for_another_server_is_refused(run, emu) -> None:
    task = task_for(emu, meta={"origin": "https://acme.scalr.io"})

    with pytest.raises(ConfigError, match=r"on a worker: its credentials are for .*, not for http"):
        await asyncio.to_thread(read_shard, task)
    assert not emu.requests


async def test_a_worker_without_credentials_says_so(run, emu, monkeypatch) -> None:
    monkeypatch.delenv("SCALR_TOKEN")

    with pytest.raises(ConfigError, match="on a worker: no token"):
        await asyncio.to_thread(read_shard, task_for(emu))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Dask.KilledWorker("shard was on 4 workers that died"), "that died"),
        (concurrent.futures.CancelledError(), "CancelledError"),
        (OSError("Timed out trying to connect"), "Timed out"),
        (ScalrError("refused"), "scalr-async: refused"),
        (DeadlineExceededError("too slow"), "scalr-async: too slow"),
    ],
    ids=str,
)
async def test_a_cluster_that_is_lost_is_said(run, emu, dask, error, said) -> None:
    emu.seed(workspaces=3)
    dask.error = error

    ended = await run("crawl", "workspaces", "--scheduler", "tcp://here")

    assert ended.code == 3
    assert said in ended.err


async def test_a_scheduler_without_workers_or_of_no_kind_is_said(run, emu, dask) -> None:
    dask.threads = 0

    none = await run("crawl", "--scheduler", "tcp://here")
    odd = await run("crawl", "--scheduler", "ucx://here")

    assert (none.code, odd.code) == (3, 3)
    assert none.err.startswith("scalr-async: --scheduler 'tcp://here': Only 0/1 workers")
    assert odd.err == "scalr-async: --scheduler 'ucx://here': no such protocol\n"
    assert not emu.requests


@pytest.mark.parametrize(
    ("address", "valid"),
    [
        *[(address, True) for address in ("tcp://here", "tls://[::1]:8786", "10.0.0.5:8786")],
        *[(address, False) for address in ("", "here", "here:abc", "tcp://", "http://here:80")],
        *[(address, False) for address in ("tcp://here:8786/x", "tcp://a b", "tcp://here:")],
    ],
)
async def test_what_is_no_address_is_an_invalid_option(run, emu, dask, address, valid) -> None:
    dask.threads = 0

    ended = await run("crawl", "workspaces", "--scheduler", address)

    assert ended.code == (3 if valid else 2)
    assert "--scheduler" in ended.err
    assert not emu.requests


async def test_a_full_disk_is_none_of_the_schedulers_doing(run, emu, dask) -> None:
    emu.seed(workspaces=300)

    ended = await run("crawl", "workspaces", "--scheduler", "tcp://here", "--output", "/dev/full")

    assert ended.code == 2
    assert "No space left" in ended.err


async def test_without_the_package_it_says_what_to_install(run, emu, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)

    ended = await run("crawl", "--scheduler", "tcp://here")

    assert ended.code == 2
    assert "pip install 'scalr-async[dask]'" in ended.err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--verify",), "--scheduler: cannot be used with --verify"),
        (("--dry-run",), "--scheduler: cannot be used with --dry-run"),
        (("--resume", "note", "--output", "all"), "--scheduler: cannot be used with --resume"),
        (("--token-file", "-"), "--token-file: workers have no standard input"),
    ],
)
async def test_what_workers_cannot_keep_to_is_refused(run, emu, dask, more, said) -> None:
    ended = await run("crawl", "--scheduler", "tcp://here", *more)

    assert ended.code == 2
    assert said in ended.err
    assert not emu.requests


async def test_lists_without_pages_are_read_here(run, emu, dask) -> None:
    here = await run("crawl", "permissions")
    far = await run("crawl", "permissions", "--scheduler", "tcp://here")

    assert (far.code, far.out) == (here.code, here.out)
    assert far.lines
    assert dask.tasks == []


def test_the_options_of_a_connection_are_those_that_workers_get() -> None:
    given = vars(parser().parse_args(["pools", "list"]))

    assert {*_scheduler._CONNECTION, "profile"} == {*given} - {"command", "json"}
