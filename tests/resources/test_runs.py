"""Runs: what their states mean, logs that grow, confirmations that get lost."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import attrs
import pytest

from scalr_async import (
    Config,
    ConflictError,
    DecodeError,
    DisconnectedError,
    InvalidArgumentError,
    NotFoundError,
    Ref,
    RetryPolicy,
    ScalrClient,
)
from scalr_async.resources import Run, RunStage, RunStatus, run_stage
from scalr_async.resources import _follow as following
from tests.conftest import CANARY
from tests.servers import CLOSE, Received, ScriptedServer, reply

TERMINAL = {"applied", "errored", "discarded", "canceled", "planned_and_finished"}
TO_BE_DECIDED = {"policy_override", "planned_and_saved"}
TO_BE_CONFIRMED = {"planned", "cost_estimated", "policy_checked"}
OLDER = ("force_canceled", "policy_soft_failed")
AFTER = (
    "confirmed", "pre_apply_queued", "pre_apply_running", "pre_apply_finished", "apply_queued",
    "applying", "applied", "post_apply_running", "post_apply_finished",
)  # fmt: skip
"""What a run comes to only when it was confirmed."""
NEVER = ("discarded", "planned_and_finished", "policy_soft_failed")
"""What it comes to only when it was not."""


def expected(status: str, *, by_itself: bool) -> RunStage:
    if status in TERMINAL:
        return "terminal"
    if status in TO_BE_DECIDED or (status in TO_BE_CONFIRMED and not by_itself):
        return "needs a person"
    return "in progress"


class TestStage:
    @pytest.mark.parametrize("status", get_args(RunStatus))
    @pytest.mark.parametrize(
        ("flags", "by_itself"),
        [({}, False), ({"auto_apply": False}, False), ({"auto_apply": True}, True),
         ({"is_dry": True}, True)],
    )  # fmt: skip
    def test_every_status_has_one(self, status: Any, flags: Any, by_itself: bool) -> None:
        assert run_stage(Run(id="run-1", status=status, **flags)) == expected(
            status, by_itself=by_itself
        )

    @pytest.mark.parametrize("where", ["the docstring", "the page"])
    def test_the_tables_name_every_status_that_is_not_in_progress(self, where: str) -> None:
        text = (
            str(run_stage.__doc__) if where == "the docstring" else Path("docs/runs.md").read_text()
        )
        rows: dict[str, str] = {}
        stage = ""
        for line in text.splitlines():
            cells = [*re.split(r" \| |  +", line.strip("| ")), ""]
            named = re.findall(r"`(\w+)`", cells[0])
            stage = re.sub(r"`", "", cells[1]).split(";")[0].split(",")[0] or stage
            if named and stage in get_args(RunStage):
                rows |= dict.fromkeys(named, stage)

        every = [*get_args(RunStatus), *OLDER]
        assert rows.keys() <= {*every}
        for status in every:
            made: Any = status
            assert run_stage(Run(id="run-1", status=made)) == rows.get(status, "in progress")

    def test_there_are_28(self) -> None:
        assert len(get_args(RunStatus)) == 28

    @pytest.mark.parametrize("status", OLDER)
    def test_ends_that_only_older_servers_know_are_ends(self, status: Any) -> None:
        assert run_stage(Run(id="run-1", status=status)) == "terminal"

    def test_what_is_not_known_goes_on(self) -> None:
        unknown: Any = "post_plan_queued"
        assert run_stage(Run(id="run-1", status=unknown)) == "in progress"
        assert run_stage(Run(id="run-1")) == "in progress"


@attrs.frozen
class State:
    """What a run looks like at one moment: statuses and logs; None for a log is 204."""

    status: str
    plan: str | None = None
    plan_log: bytes | None = None
    apply: str | None = None
    apply_log: bytes | None = None
    included: bool = True


class Scalr:
    """A server whose run is in the next state each time it is read."""

    def __init__(self, *states: State) -> None:
        self.states = states
        self.looks = 0
        self.server = ScriptedServer(self.answer)

    def answer(self, received: Received) -> bytes:
        path = received.target.removeprefix("/api/iacp/v3").partition("?")[0]
        if path == "/runs/run-1":
            self.looks += 1
            return reply(200, self.run())
        state = self.states[min(self.looks, len(self.states)) - 1]
        log = state.plan_log if path == "/plans/plan-1/output" else state.apply_log
        return reply(204) if log is None else reply(200, log, {"Content-Type": "text/plain"})

    def run(self) -> bytes:
        state = self.states[min(self.looks, len(self.states)) - 1]
        parts = {
            "plan": {"type": "plans", "id": "plan-1"} if state.plan else None,
            "apply": {"type": "applies", "id": "apply-1"} if state.apply else None,
        }
        statuses = {"plan": state.plan, "apply": state.apply}
        included = [
            part | {"attributes": {"status": statuses[name]}}
            for name, part in parts.items()
            if part
        ]
        return json.dumps(
            {
                "data": {
                    "type": "runs",
                    "id": "run-1",
                    "attributes": {"status": state.status, "auto-apply": True},
                    "relationships": {name: {"data": part} for name, part in parts.items()},
                },
                "included": included if state.included else [],
            }
        ).encode()

    @property
    def asked(self) -> list[str]:
        targets = (r.target.removeprefix("/api/iacp/v3") for r in self.server.requests)
        return [target.partition("?")[0] for target in targets]


def client(server: ScriptedServer) -> ScalrClient:
    retry = RetryPolicy(base=0.001, cap=0.002)
    return ScalrClient(config=Config(host=server.url, token=CANARY, retry=retry))


@pytest.fixture
def sleeps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between two looks, which take no time."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    original = following.follow

    def follow(look: Any, parts: Any, *, interval: float) -> Any:
        draws = iter([0.0, 0.5, 1.0] * 10)
        return original(look, parts, interval=interval, sleep=sleep, random=lambda: next(draws))

    monkeypatch.setattr("scalr_async.resources.runs.follow", follow)
    return slept


class TestFollowLogs:
    async def test_no_part_of_a_log_comes_twice(self, sleeps: list[float]) -> None:
        said = "plané\n".encode()
        scalr = Scalr(
            State("pending"),
            State("plan_queued", "queued"),
            State("planning", "running"),
            State("planning", "running", said[:5]),
            State("planning", "running", said[:5]),
            State("planning", "running", said),
            State("planned", "finished", said + b"done\n", "pending"),
            State("apply_queued", "finished", said + b"done\n", "queued"),
            State("applying", "finished", None, "running", b"a"),
            State("applied", "finished", None, "finished", b"applied"),
        )
        async with scalr.server, client(scalr.server) as opened:
            got = [text async for text in opened.runs.follow_logs("run-1", interval=3.0)]

        assert got == ["plan", "é\n", "done\n", "a", "pplied"]
        assert sleeps == [1.5, 3.0, 4.5] * 3
        assert scalr.asked.count("/plans/plan-1/output") == 5
        assert scalr.asked.count("/applies/apply-1/output") == 2
        assert "include=plan,apply" in scalr.server.requests[0].target

    async def test_it_ends_where_a_person_is_needed(self, sleeps: list[float]) -> None:
        scalr = Scalr(State("policy_override", "finished", b"plan\n", "pending", b"never read"))
        async with scalr.server, client(scalr.server) as opened:
            got = [text async for text in opened.runs.follow_logs(Run(id="run-1"))]

        assert (got, sleeps) == (["plan\n"], [])

    async def test_a_log_that_comes_back_shorter_is_not_repeated_when_it_grows(
        self, sleeps: list[float]
    ) -> None:
        scalr = Scalr(
            State("planning", "running", b"abcdef"),
            State("planning", "running", b"abc"),
            State("planning", "running", None),
            State("planning", "running", b"abcd"),
            State("planning", "running", b"abcdefgh"),
            State("errored", "errored", b"abcdefghi"),
        )
        async with scalr.server, client(scalr.server) as opened:
            got = [text async for text in opened.runs.follow_logs("run-1")]

        assert got == ["abcdef", "gh", "i"]

    async def test_bytes_that_stay_no_text_come_at_the_end(self, sleeps: list[float]) -> None:
        scalr = Scalr(State("planning", "running", b"a\xff"), State("errored", "errored", b"a\xff"))
        async with scalr.server, client(scalr.server) as opened:
            got = [text async for text in opened.runs.follow_logs("run-1")]

        assert got == ["a", "\N{REPLACEMENT CHARACTER}"]

    async def test_a_server_that_includes_nothing_is_asked_for_logs_all_the_same(
        self, sleeps: list[float]
    ) -> None:
        scalr = Scalr(
            State("planning", "running", b"a", included=False),
            State("applied", "finished", b"ab", "finished", b"c", included=False),
        )
        async with scalr.server, client(scalr.server) as opened:
            got = [text async for text in opened.runs.follow_logs("run-1")]

        assert got == ["a", "b", "c"]

    async def test_a_status_that_is_not_known_goes_on(self, sleeps: list[float]) -> None:
        scalr = Scalr(State("resting", "running"), State("canceled", "canceled", b"x"))
        async with scalr.server, client(scalr.server) as opened:
            assert [text async for text in opened.runs.follow_logs("run-1")] == ["x"]

        assert len(sleeps) == 1

    async def test_a_run_that_is_gone_is_an_error(self) -> None:
        async with ScriptedServer(reply(404)) as server, client(server) as opened:
            with pytest.raises(NotFoundError):
                await anext(opened.runs.follow_logs("run-1"))

    @pytest.mark.parametrize(
        "arguments",
        [
            *[("run-1", interval) for interval in (0, -1.0, "2", None, float("nan"), 1e9)],
            *[(run, 1.0) for run in ("../x", None, 5, Ref("plans", "plan-1"))],
        ],
    )
    async def test_what_makes_no_sense_is_refused(self, arguments: Any) -> None:
        run, interval = arguments
        async with ScriptedServer() as server, client(server) as opened:
            with pytest.raises(InvalidArgumentError):
                opened.runs.follow_logs(run, interval=interval)

        assert server.requests == []

    @pytest.mark.parametrize("status", [["planning"], {"a": 1}, None, 7, True])
    async def test_a_status_that_is_no_text_goes_on(self, status: Any, sleeps: list[float]) -> None:
        odd = run(status, relationships={"plan": {"data": {"type": "plans", "id": "plan-1"}}})
        over = run("errored")
        async with ScriptedServer(odd, reply(200, b"log"), over) as server:
            async with client(server) as opened:
                assert [text async for text in opened.runs.follow_logs("run-1")] == ["log"]

    @pytest.mark.parametrize("data", [[], {}, 0, ""])
    async def test_a_plan_that_is_nothing_is_none(self, data: Any) -> None:
        async with ScriptedServer(run("errored", relationships={"plan": {"data": data}})) as server:
            async with client(server) as opened:
                assert [text async for text in opened.runs.follow_logs("run-1")] == []

    @pytest.mark.parametrize(
        "data",
        [["x"], [{"type": "plans", "id": "plan-1"}], {"type": "runs", "id": "run-2"}, "x", 7],
    )
    async def test_a_plan_that_is_no_plan_is_an_error_of_the_answer(self, data: Any) -> None:
        async with ScriptedServer(run("errored", relationships={"plan": {"data": data}})) as server:
            async with client(server) as opened:
                with pytest.raises(
                    DecodeError, match="GET /runs/run-1: the run's plan is "
                ) as caught:
                    await anext(opened.runs.follow_logs("run-1"))

        assert (caught.value.outcome, len(server.requests)) == ("applied", 1)

    async def test_between_two_looks_it_really_sleeps(self) -> None:
        scalr = Scalr(State("planning"), State("errored"))
        async with scalr.server, client(scalr.server) as opened:
            assert [t async for t in opened.runs.follow_logs("run-1", interval=0.001)] == []


def run(status: Any, *, been: Sequence[str] = (), told: str = "transitions", **more: Any) -> bytes:
    """Return a run; where it has `been` is told by its transitions, or by its timestamps."""
    data: dict[str, Any] = {"type": "runs", "id": "run-1", "attributes": {"status": status}}
    document: dict[str, Any] = {"data": data}
    if told == "timestamps":
        times = {f"{each.replace('_', '-')}-at": "2026-01-01T00:00:00Z" for each in been}
        data["attributes"]["status-timestamps"] = times
    else:
        refs = [{"type": "status-transitions", "id": f"st-{n}"} for n, _ in enumerate(been)]
        data["relationships"] = {"status-transitions": {"data": refs}}
        document["included"] = [
            {**ref, "attributes": {"status": each}} for ref, each in zip(refs, been, strict=True)
        ]
    data.update(more)
    return reply(200, json.dumps(document).encode())


NOT_PAUSED = reply(409, b'{"errors": [{"title": "Run is not paused"}]}')


class TestConfirm:
    async def test_it_is_sent_once(self) -> None:
        async with ScriptedServer(reply(202)) as server, client(server) as opened:
            await opened.runs.confirm("run-1", comment="go")

        (request,) = server.requests
        assert request.target == "/api/iacp/v3/runs/run-1/actions/apply"
        assert json.loads(request.body) == {"comment": "go"}

    @pytest.mark.parametrize("status", [*get_args(RunStatus), *OLDER, "unheard_of", ["applied"], 7])
    async def test_a_repeat_that_is_refused_is_explained_by_the_run(self, status: Any) -> None:
        assert await self.confirmed(run(status)) == (
            "applied" if status in AFTER else "rejected" if status in NEVER else "unknown"
        )

    @pytest.mark.unmeasured
    @pytest.mark.parametrize("told", ["transitions", "timestamps"])
    @pytest.mark.parametrize("end", ["errored", "canceled", "force_canceled"])
    @pytest.mark.parametrize("stage", [*get_args(RunStatus)])
    async def test_one_that_has_ended_since_is_judged_by_its_history(
        self, stage: str, end: str, told: str
    ) -> None:
        been = ["pending", "planned", stage, end]

        said = await self.confirmed(run(end, been=been, told=told))

        assert said == (
            "applied" if stage in AFTER else "rejected" if stage in NEVER else "unknown"
        )

    @pytest.mark.parametrize(
        "found",
        [
            CLOSE,
            reply(404),
            reply(503),
            reply(200, b"<html>", {"Content-Type": "text/html"}),
            reply(200, b"{"),
            reply(200, b'{"data": null}'),
            run("errored", attributes=None),
            run(None, attributes={"status-timestamps": 7}),
            run(None, attributes={"status-timestamps": ["applied-at"]}),
            run(None, attributes={"status-timestamps": {"applied": None, "": 1}, "status": {}}),
            run("errored", relationships={"status-transitions": {"data": 7}}),
            run("errored", relationships={"status-transitions": {"data": {"id": "x"}}}),
            run("errored", relationships={"status-transitions": {"data": ["x", None]}}),
            run("errored", relationships={"status-transitions": None}),
        ],
        ids=str,
    )
    async def test_what_cannot_be_read_back_leaves_it_unknown(self, found: Any) -> None:
        expected = "applied" if b'"applied"' in bytes(found if found is not CLOSE else b"") else ""

        assert await self.confirmed(found) == (expected or "unknown")

    async def confirmed(self, found: Any) -> str:
        """Lose a confirmation's answer, refuse the repeat, show a run: what is said then?"""
        async with ScriptedServer(CLOSE, NOT_PAUSED, found) as server:
            async with client(server) as opened:
                ends = await asyncio.gather(opened.runs.confirm("run-1"), return_exceptions=True)
        assert [r.method for r in server.requests[:3]] == ["POST", "POST", "GET"]
        error = ends[0]
        if error is None:
            return "applied"
        assert isinstance(error, ConflictError)
        assert (error.attempts, error.method, error.status) == (2, "POST", 409)
        return error.outcome

    async def test_after_a_429_a_refusal_is_a_refusal(self) -> None:
        async with ScriptedServer(reply(429), NOT_PAUSED) as server, client(server) as opened:
            with pytest.raises(ConflictError) as caught:
                await opened.runs.confirm("run-1")

        assert (caught.value.outcome, len(server.requests)) == ("rejected", 2)

    async def test_a_refusal_at_once_is_an_error_and_nothing_is_read(self) -> None:
        async with ScriptedServer(NOT_PAUSED) as server, client(server) as opened:
            with pytest.raises(ConflictError):
                await opened.runs.confirm("run-1")

        assert len(server.requests) == 1

    async def test_an_answer_that_is_lost_every_time_says_that_nobody_knows(self) -> None:
        async with ScriptedServer(CLOSE) as server, client(server) as opened:
            with pytest.raises(DisconnectedError) as caught:
                await opened.runs.confirm("run-1")

        assert (caught.value.outcome, len(server.requests)) == ("unknown", 5)

    @pytest.mark.parametrize("action", ["cancel", "discard", "force"])
    async def test_other_actions_are_never_sent_twice(self, action: str) -> None:
        async with ScriptedServer(CLOSE) as server, client(server) as opened:
            with pytest.raises(DisconnectedError):
                await getattr(opened.runs, action)("run-1")

        assert len(server.requests) == 1
