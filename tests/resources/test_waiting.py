"""Waits for runs and agents: in virtual time, against a server that tells what it was asked."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections import Counter
from collections.abc import Callable, Coroutine
from itertools import pairwise
from typing import Any, TypeVar

import attrs
import pytest

from scalr_async import (
    ConflictError,
    DeadlineExceededError,
    DecodeError,
    DisconnectedError,
    ForbiddenError,
    InvalidArgumentError,
    NotFoundError,
    RateLimitError,
    Response,
    ScalrClient,
    ServerError,
    TLSError,
    UnauthorizedError,
)
from scalr_async._http import Headers, Request
from scalr_async.emulator import Emulator
from scalr_async.errors import ClientStateError, ScalrError
from scalr_async.resources import AgentPools, Run, Runs, run_stage
from scalr_async.resources._base import Context
from scalr_async.telemetry import Telemetry
from tests.servers import run_virtually

T = TypeVar("T")
Status = Callable[[str, float], Any]
"""From a run's id and the time to its status, None if it is not there, or an error."""


@attrs.define
class Scalr:
    """Answers about runs as `status` says; notes when it was asked for what."""

    status: Status
    asked: list[tuple[float, str]] = attrs.field(factory=list)
    latency: float = 0.1

    async def send(self, request: Request) -> Response:
        now = asyncio.get_running_loop().time()
        ids = self._ids(request)
        self.asked.append((now, request.path if request.path != "/runs" else f"/runs {len(ids)}"))
        found = {id_: self.status(id_, now) for id_ in ids}
        await asyncio.sleep(self.latency)
        for result in found.values():
            if isinstance(result, ScalrError):
                raise result
        there = [self._run(id_, status) for id_, status in found.items() if status is not None]
        if request.path != "/runs":
            return answer(request, {"data": there[0]} if there else None)
        pages = {"current-page": 1, "page-size": 100, "total-pages": 1, "total-count": len(there)}
        return answer(request, {"data": there, "meta": {"pagination": pages}})

    def _ids(self, request: Request) -> list[str]:
        if request.path != "/runs":
            return [request.path.rpartition("/")[2]]
        return dict(request.params)["filter[run]"].removeprefix("in:").split(",")

    def _run(self, id_: str, status: Any) -> dict[str, Any]:
        attributes = status if isinstance(status, dict) else {"status": status}
        return {"type": "runs", "id": id_, "attributes": attributes}

    @property
    def runs(self) -> Runs:
        return Runs(context(self.send))


def context(send: Callable[[Request], Any]) -> Context:
    async def no_stream(_: Request) -> Any:
        raise AssertionError

    return Context(send, Telemetry(), None, "https://acme.scalr.io", no_stream)


def answer(request: Request, document: Any) -> Response:
    status = 404 if document is None else 200
    return Response(
        status=status,
        headers=Headers((("Content-Type", "application/vnd.api+json"),)),
        body=json.dumps(document or {"errors": []}).encode(),
        method=request.method,
        path=request.path,
        attempts=1,
        elapsed=0.1,
        outcome="applied" if document is not None else "rejected",
    )


def course(*steps: tuple[float, Any]) -> Status:
    """Have every run in these statuses, each from its time on."""

    def status(_: str, now: float) -> Any:
        return next(status for begin, status in reversed(steps) if now >= begin)

    return status


def waited(server: Scalr, **options: Any) -> tuple[Run, float]:
    async def main() -> tuple[Run, float]:
        run = await server.runs.wait("run-1", **options)
        return run, asyncio.get_running_loop().time()

    return run_virtually(main())


PLANNED = {"status": "planned", "auto-apply": False}
BY_ITSELF = {"status": "planned", "auto-apply": True}
AIMS: list[tuple[Any, list[Any], str]] = [
    ("terminal", ["planning", "applied"], "applied"),
    ("terminal", ["planning", "errored"], "errored"),
    ("terminal", ["planning", "new_status", "canceled"], "canceled"),
    ("terminal", ["planning", PLANNED, "applied"], "planned"),
    ("terminal", ["planning", "policy_override", "applied"], "policy_override"),
    ("terminal", ["planning", BY_ITSELF, "applied"], "applied"),
    ("terminal", ["planning", {"status": "policy_checked", "is-dry": True}, "x"], "x"),
    ("confirmable", ["planning", PLANNED, "applied"], "planned"),
    ("confirmable", ["planning", BY_ITSELF, "applied"], "planned"),
    ("confirmable", ["planning", "planned_and_saved"], "planned_and_saved"),
    ("confirmable", ["planning", "policy_override"], "policy_override"),
    ("confirmable", ["planning", "errored"], "errored"),
    ("planning", ["plan_queued", "planning", "applied"], "planning"),
    (("applying", "planning"), ["pending", "planning", "applied"], "planning"),
    ({"applying"}, ["pending", "discarded"], "discarded"),
    (["applying"], ["pending", 5, None, "applying"], "applying"),
]


@pytest.mark.parametrize(("until", "statuses", "last"), AIMS)
def test_a_wait_ends_at_its_aim_at_an_end_and_where_a_person_is_needed(
    until: Any, statuses: list[Any], last: str
) -> None:
    steps = [(10.0 * place, status) for place, status in enumerate(statuses)]
    if last == "x":
        steps[-1] = (steps[-1][0], "planned_and_finished")
        last = "planned_and_finished"

    run, _ = waited(Scalr(course(*steps)), until=until)

    assert run.status == last


@pytest.mark.parametrize(
    "until", ["", "nonsense", [], (), ["applied", "nonsense"], 5, None, b"applied", [None]]
)
def test_an_aim_that_is_none_is_refused_before_anything_is_sent(until: Any) -> None:
    server = Scalr(course((0, "applied")))

    with pytest.raises(InvalidArgumentError, match=r"^until.*must be 'terminal', 'confirmable'"):
        waited(server, until=until)

    assert server.asked == []


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), "5", True, 1e10])
def test_a_timeout_that_is_none_is_refused(timeout: Any) -> None:
    with pytest.raises(InvalidArgumentError, match=r"^timeout="):
        waited(Scalr(course((0, "applied"))), timeout=timeout)


@pytest.mark.parametrize("hook", [5, "text"])
def test_a_hook_that_is_none_is_refused(hook: Any) -> None:
    with pytest.raises(InvalidArgumentError, match=r"^on_change: must be a function"):
        waited(Scalr(course((0, "applied"))), on_change=hook)


def test_a_wait_tells_of_each_status_once() -> None:
    told: list[str] = []

    def hook(run: Run) -> None:
        told.append(run.status)

    async def slow(run: Run) -> None:
        await asyncio.sleep(1)
        told.append(run.status)

    steps = ((0, "pending"), (20, "planning"), (40, "applied"))
    waited(Scalr(course(*steps)), on_change=hook)
    waited(Scalr(course(*steps)), on_change=slow)

    assert told == ["pending", "planning", "applied"] * 2


def test_what_a_hook_raises_ends_its_wait_alone() -> None:
    def hook(_: Run) -> None:
        raise TimeoutError("of a hook")

    async def main() -> list[Any]:
        runs = Scalr(course((0, "pending"), (5, "applied"))).runs
        waits = (runs.wait("run-1", on_change=hook, timeout=50), runs.wait("run-1"))
        return await asyncio.gather(*waits, return_exceptions=True)

    failed, run = run_virtually(main())

    assert str(failed) == "of a hook"
    assert type(failed) is TimeoutError
    assert run.status == "applied"


def test_a_wait_that_takes_too_long_says_how_far_the_run_came() -> None:
    server = Scalr(course((0, "pending"), (3, "planning")))

    with pytest.raises(DeadlineExceededError) as caught:
        waited(server, timeout=60)

    error = caught.value
    assert str(error).startswith(
        "GET /runs/run-1: still not as wanted after 60.0 s: it is planning"
    )
    assert (error.phase, error.outcome, error.elapsed) == ("wait", "applied", 60.0)
    assert error.attempts == len(server.asked)


def test_a_wait_asks_more_and_more_seldom_while_nothing_changes() -> None:
    server = Scalr(course((0, "pending"), (300, "planning"), (600, "applied")))
    _, ended = waited(server)

    gaps = [after - before for (before, _), (after, _) in pairwise(server.asked)]
    assert len(server.asked) < 70
    assert max(gaps) <= 15 * 1.25 + 0.2
    assert min(gaps) >= 0.75
    assert ended - 600 <= 15 * 1.25 + 0.2


PASSING = [
    RateLimitError("throttled", status=429),
    ServerError("down", status=503),
    DisconnectedError("gone"),
    DeadlineExceededError("slow"),
    NotFoundError("not there", status=404),
]
FINAL = [
    UnauthorizedError("no", status=401),
    ForbiddenError("no", status=403),
    TLSError("not trusted"),
    ClientStateError("closed"),
    DecodeError("a page of HTML"),
]


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
def test_an_outage_on_the_way_is_waited_out(error: ScalrError) -> None:
    steps = ((0, "pending"), (1.5, error), (5, "applied"))

    run, _ = waited(Scalr(course(*steps)))

    assert run.status == "applied"


@pytest.mark.parametrize("error", PASSING[:-1], ids=lambda error: type(error).__name__)
def test_an_outage_at_the_start_is_waited_out(error: ScalrError) -> None:
    run, _ = waited(Scalr(course((0, error), (300, "applied"))))

    assert run.status == "applied"


@pytest.mark.parametrize("error", PASSING[:-1], ids=lambda error: type(error).__name__)
def test_an_outage_without_end_is_raised_after_ten_minutes(error: ScalrError) -> None:
    server = Scalr(course((0, "pending"), (5, error)))

    with pytest.raises(type(error)):
        waited(server)

    assert 600 < server.asked[-1][0] < 640


@pytest.mark.parametrize("error", PASSING[:-1], ids=lambda error: type(error).__name__)
def test_a_timeout_in_an_outage_is_raised_from_the_newest_failure(error: ScalrError) -> None:
    with pytest.raises(DeadlineExceededError) as caught:
        waited(Scalr(course((0, error))), timeout=30)

    assert type(caught.value.__cause__) is type(error)
    assert caught.value.outcome == "unknown"
    assert "it was never seen" in str(caught.value)


@pytest.mark.parametrize("error", FINAL, ids=lambda error: type(error).__name__)
def test_what_no_later_look_could_mend_ends_every_wait_at_once(error: ScalrError) -> None:
    server = Scalr(course((0, "pending"), (5, error)))

    async def main() -> list[Any]:
        runs = server.runs
        return await asyncio.gather(*(runs.wait("run-1") for _ in range(3)), return_exceptions=True)

    errors = run_virtually(main())

    assert [type(raised) for raised in errors] == [type(error)] * 3
    assert len({id(raised) for raised in errors}) == 3


def test_a_retry_after_is_kept_to() -> None:
    error = RateLimitError("throttled", status=429, retry_after=100.0)
    server = Scalr(course((0, error), (50, "applied")))

    waited(server)

    assert [round(when) for when, _ in server.asked] == [0, 100]


def test_a_run_that_is_not_there_is_not_waited_for() -> None:
    for name in ("run-1", "run-2"):
        server = Scalr(lambda id_, _: "pending" if id_ == "run-2" else None)

        async def main(server: Scalr = server, name: str = name) -> Any:
            runs = server.runs
            other = asyncio.create_task(runs.wait("run-2"))
            try:
                return await asyncio.gather(runs.wait("run-1"), return_exceptions=True)
            finally:
                other.cancel()

        (error,) = run_virtually(main())

        assert isinstance(error, NotFoundError)
        assert error.path == "/runs/run-1"


def test_a_run_that_is_deleted_meanwhile_is_gone_after_half_a_minute() -> None:
    server = Scalr(course((0, "pending"), (5, None)))

    with pytest.raises(NotFoundError):
        waited(server)

    assert 35 < server.asked[-1][0] < 60


def test_polls_grow_with_runs_and_not_with_those_who_wait() -> None:
    """1 000 wait for 50 runs: one list for all of them each time."""

    def status(id_: str, now: float) -> str:
        return "applied" if now >= 60 + int(id_.partition("-")[2]) else "planning"

    def polls(waiters: int, runs: int) -> tuple[Scalr, list[Run]]:
        server = Scalr(status)

        async def main() -> list[Run]:
            collection = server.runs
            names = (f"run-{place % runs}" for place in range(waiters))
            return list(await asyncio.gather(*map(collection.wait, names)))

        return server, run_virtually(main())

    many, found = polls(1000, 50)
    few, _ = polls(50, 50)

    assert [run.status for run in found] == ["applied"] * 1000
    assert len(many.asked) == pytest.approx(len(few.asked), abs=5)
    assert len(many.asked) < 60
    assert many.asked[0] == (0.0, "/runs 50")


def test_more_than_a_hundred_runs_take_a_list_for_each_hundred() -> None:
    server = Scalr(course((0, "applied")))

    async def main() -> list[Run]:
        runs = server.runs
        return list(await asyncio.gather(*(runs.wait(f"run-{n}") for n in range(250))))

    assert len(run_virtually(main())) == 250
    assert Counter(path for _, path in server.asked) == {"/runs 100": 2, "/runs 50": 1}


def test_who_comes_during_a_look_is_not_told_what_was_before() -> None:
    """A run is confirmed and waited for while a look for somebody else is under way."""
    server = Scalr(course((0, "pending"), (1.05, PLANNED), (1.1, "applied")), latency=1.0)

    async def main() -> Run:
        runs = server.runs
        other = asyncio.create_task(runs.wait("run-1", until="applying"))
        await asyncio.sleep(1.5)  # its second look has begun
        server.status = course((0, "applied"))
        run = await runs.wait("run-1")
        await other
        return run

    assert run_virtually(main()).status == "applied"


def test_a_delivery_wakes_those_who_wait_for_its_run() -> None:
    @attrs.frozen
    class Event:
        run: Any

    server = Scalr(course((0, "planning"), (100, "applied")), latency=0.0)

    async def main() -> float:
        runs = server.runs
        runs.wake("run-nobody-waits-for")
        waiting = asyncio.create_task(runs.wait("run-1"))
        await asyncio.sleep(100)
        runs.wake(Event(run=Run(id="run-1")))
        await waiting
        return asyncio.get_running_loop().time()

    assert run_virtually(main()) == 100
    before = [when for when, _ in server.asked if when < 100]
    assert len(before) <= 12
    assert max(after - at for at, after in pairwise(before)) > 15


def test_a_delivery_during_a_look_leads_to_another_one() -> None:
    server = Scalr(course((0, "planning"), (0.5, "applied")), latency=1.0)

    async def main() -> float:
        runs = server.runs
        waiting = asyncio.create_task(runs.wait("run-1"))
        await asyncio.sleep(0.6)
        runs.wake("run-1")
        await waiting
        return asyncio.get_running_loop().time()

    assert run_virtually(main()) == 2.0


def test_with_deliveries_polls_are_few() -> None:
    """50 runs of 10 minutes, 1 000 who wait, each change delivered."""

    def status(id_: str, now: float) -> str:
        return "applied" if now >= 600 else "planning"

    server = Scalr(status)

    async def main() -> None:
        runs = server.runs
        names = [f"run-{n}" for n in range(50)]
        runs.wake(names[0])
        waits = [asyncio.create_task(runs.wait(names[n % 50])) for n in range(1000)]
        await asyncio.sleep(600)
        for name in names:
            runs.wake(name)
        await asyncio.gather(*waits)
        assert asyncio.get_running_loop().time() < 601

    run_virtually(main())

    assert len(server.asked) <= 20


def test_nothing_is_asked_when_nobody_waits_any_more() -> None:
    server = Scalr(course((0, "pending")))

    async def main() -> set[str]:
        runs = server.runs
        waits = [asyncio.create_task(runs.wait("run-1")) for _ in range(3)]
        await asyncio.sleep(10)
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
        await asyncio.sleep(0.2)
        asked = len(server.asked)
        await asyncio.sleep(100)
        assert len(server.asked) == asked
        again = asyncio.create_task(runs.wait("run-1"))
        await asyncio.sleep(0.5)
        assert len(server.asked) == asked + 1
        again.cancel()
        await asyncio.gather(again, return_exceptions=True)
        await asyncio.sleep(0.2)
        return {task.get_name() for task in asyncio.all_tasks()} - {
            getattr(asyncio.current_task(), "get_name")()
        }

    assert run_virtually(main()) == set()


def test_what_breaks_the_look_is_raised_by_all_who_wait_and_the_next_wait_looks_anew() -> None:
    def status(id_: str, now: float) -> str:
        if 5 < now < 50:
            raise ZeroDivisionError
        return "planning" if now < 60 else "applied"

    async def main() -> tuple[list[Any], Run]:
        runs = Scalr(status).runs
        waits = [runs.wait(f"run-{number}") for number in (1, 1, 2)]
        failed = await asyncio.gather(*waits, return_exceptions=True)
        await asyncio.sleep(50)
        return failed, await runs.wait("run-1")

    failed, run = run_virtually(main())

    assert [type(error) for error in failed] == [ZeroDivisionError] * 3
    assert run.status == "applied"


def test_what_breaks_the_look_shows_one_way_to_it_however_many_raise_it() -> None:
    def status(id_: str, now: float) -> str:
        raise ZeroDivisionError

    async def main(waiters: int) -> int:
        runs = Scalr(status).runs
        waits = [runs.wait("run-1") for _ in range(waiters)]
        *_, error = await asyncio.gather(*waits, return_exceptions=True)
        return len(traceback.extract_tb(error.__traceback__))

    assert run_virtually(main(5)) == run_virtually(main(1)) > 1


def test_nobody_hangs_when_the_task_that_looks_is_cancelled() -> None:
    async def main() -> list[Any]:
        runs = Scalr(course((0, "planning"))).runs
        waits = [asyncio.create_task(runs.wait("run-1")) for _ in range(3)]
        await asyncio.sleep(5)
        ours = {asyncio.current_task(), *waits}
        (looking,) = asyncio.all_tasks() - ours
        looking.cancel()
        return await asyncio.gather(*waits, return_exceptions=True)

    assert [type(error) for error in run_virtually(main())] == [ClientStateError] * 3


def test_who_gives_up_during_a_look_is_not_told() -> None:
    server = Scalr(course((0, "pending"), (5, "applied")), latency=2.0)

    async def main() -> Run:
        runs = server.runs
        impatient = asyncio.create_task(runs.wait("run-2"))
        waiting = asyncio.create_task(runs.wait("run-1"))
        await asyncio.sleep(1)
        impatient.cancel()
        return await waiting

    assert run_virtually(main()).status == "applied"


@attrs.define
class Pools:
    """Answers about agents and pools: `agents(now)` are pairs of a pool and a status."""

    agents: Callable[[float], list[tuple[str, str]]]
    refusals: int = 0
    asked: list[tuple[float, str]] = attrs.field(factory=list)

    async def send(self, request: Request) -> Response:
        now = asyncio.get_running_loop().time()
        self.asked.append((now, f"{request.method} {request.path}"))
        if request.method == "DELETE":
            self.refusals -= 1
            if self.refusals >= 0:
                raise ConflictError("busy agents", status=409, outcome="rejected")
            return attrs.evolve(answer(request, {}), status=204, body=b"")
        if request.path.startswith("/agent-pools/"):
            there = request.path.endswith("-1")
            pool = {"type": "agent-pools", "id": "apool-1"}
            return answer(request, {"data": pool} if there else None)
        wanted = dict(request.params)["filter[agent-pool]"].removeprefix("in:").split(",")
        data = [
            {
                "type": "agents",
                "id": f"agent-{place}",
                "attributes": {"status": status},
                "relationships": {"pool": {"data": {"type": "agent-pools", "id": pool}}}
                if pool
                else {},
            }
            for place, (pool, status) in enumerate(self.agents(now))
            if pool in wanted or not pool
        ]
        pages = {"current-page": 1, "page-size": 100, "total-pages": 1, "total-count": len(data)}
        return answer(request, {"data": data, "meta": {"pagination": pages}})

    @property
    def pools(self) -> AgentPools:
        return AgentPools(context(self.send))


def run_now(call: Callable[[], Coroutine[Any, Any, T]]) -> T:
    async def main() -> T:
        return await call()

    return run_virtually(main())


def test_agents_are_waited_for_by_number_and_status() -> None:
    def agents(now: float) -> list[tuple[str, str]]:
        joined = [("apool-1", "idle"), ("apool-1", "busy"), ("apool-2", "idle")]
        offline = [("apool-1", "offline"), ("", "idle")]  # one of no pool that is told
        return offline + joined[: int(now // 10)]

    server = Pools(agents)
    found = run_now(lambda: server.pools.wait_for_agents("apool-1", count=2))
    assert [agent.status for agent in found] == ["idle", "busy"]
    assert 20 <= server.asked[-1][0] < 40

    found = run_now(lambda: server.pools.wait_for_agents("apool-1", status="offline"))
    assert [agent.status for agent in found] == ["offline"]


def test_pools_that_are_waited_for_share_a_list() -> None:
    server = Pools(lambda now: [("apool-1", "idle"), ("apool-2", "idle")] if now > 5 else [])

    async def main() -> None:
        pools = server.pools
        await asyncio.gather(*(pools.wait_for_agents(f"apool-{n % 2 + 1}") for n in range(100)))

    with pytest.raises(NotFoundError):  # the second pool is not there while it has no agents
        run_now(main)
    server.agents = lambda _: [("apool-1", "idle"), ("apool-2", "idle")]
    server.asked.clear()
    run_now(main)

    assert [asked for _, asked in server.asked] == ["GET /agents"]


def test_a_wait_for_agents_that_takes_too_long_counts_those_there_are() -> None:
    few = [("apool-1", "idle"), ("apool-1", "offline"), ("apool-1", "idle")]
    for agents, told in ((few, "it is 2 idle, 1 offline"), ([], "it is without agents")):
        server = Pools(lambda _, agents=agents: agents)
        with pytest.raises(DeadlineExceededError, match=told) as caught:
            run_now(lambda s=server: s.pools.wait_for_agents("apool-1", count=3, timeout=20))
        assert caught.value.path == "/agent-pools/apool-1"


@pytest.mark.parametrize(
    "options",
    [
        {"count": 0},
        {"count": True},
        {"count": 1.5},
        {"status": "nonsense"},
        {"status": []},
        {"status": ["idle", None]},
        {"status": None},
        {"timeout": 0},
    ],
)
def test_a_wait_for_agents_that_makes_no_sense_is_refused(options: Any) -> None:
    server = Pools(lambda _: [])

    with pytest.raises(InvalidArgumentError, match=f"^{next(iter(options))}="):
        run_now(lambda: server.pools.wait_for_agents("apool-1", **options))

    assert server.asked == []


def test_a_busy_pool_is_deleted_when_its_agents_are_done() -> None:
    server = Pools(lambda _: [], refusals=4)
    run_now(lambda: server.pools.delete("apool-1", wait=60))
    assert len(server.asked) == 5

    server = Pools(lambda _: [], refusals=1000)
    with pytest.raises(ConflictError):
        run_now(lambda: server.pools.delete("apool-1", wait=60))
    assert 5 < len(server.asked) < 20
    assert server.asked[-1][0] <= 60

    server = Pools(lambda _: [], refusals=1)
    with pytest.raises(ConflictError):
        run_now(lambda: server.pools.delete("apool-1"))
    assert len(server.asked) == 1


@pytest.mark.parametrize("wait", [0, -1, "5", True])
def test_a_wait_for_a_deletion_that_makes_no_sense_is_refused(wait: Any) -> None:
    server = Pools(lambda _: [])

    with pytest.raises(InvalidArgumentError, match=r"^wait="):
        run_now(lambda: server.pools.delete("apool-1", wait=wait))

    assert server.asked == []


async def test_a_run_of_a_server_is_waited_for_from_creation_to_its_end(
    emu: Emulator, scalr: ScalrClient
) -> None:
    emu.seed(workspaces=1)
    workspace = await scalr.workspaces.list().one()
    await scalr.workspaces.update(workspace, auto_apply=False)
    version = await scalr.configuration_versions.create(workspace=workspace, auto_queue_runs=False)
    await scalr.configuration_versions.upload(version, b"archive")
    run = await scalr.runs.create(workspace=workspace, configuration_version=version)

    waits = [scalr.with_options(timeout=n).runs.wait(run, timeout=30) for n in (5, 6)]
    planned, same = await asyncio.gather(*waits)
    await scalr.runs.confirm(planned)
    done = await scalr.runs.wait(planned, timeout=30)

    assert run_stage(planned) == run_stage(same) == "needs a person"
    assert done.status == "applied"
    with pytest.raises(NotFoundError):
        await scalr.runs.wait("run-unknown")
