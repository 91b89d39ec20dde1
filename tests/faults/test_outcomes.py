"""What became of a call: every history of two answers, and many of three, held against the truth.

The server really applies a write or does not, whatever it answers, and counts. What the client
says is compared with that, never with rules of the client's own:

- `applied` (a call that returns, or an error that says so) only where it was applied,
- `rejected` and `not_sent` only where it was not, and `not_sent` only where nothing came,
- `unknown` only where somebody who saw all the answers could not know: the same answers came in
  another history with the other truth.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import random
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from scalr_async import Config, RetryPolicy, ScalrClient, ScalrError, Timeouts
from scalr_async._http import Headers, outcome_of
from scalr_async.transport import Answer, Sender
from scalr_async.transport._retry import decide
from tests.conftest import CANARY
from tests.faults.common import ok, refusal, resource
from tests.servers import CLOSE, RESET, Received, ScriptedServer, Steps, reply
from tests.transport.common import POST, marked

pytestmark = pytest.mark.unmeasured


@attrs.frozen
class Reply:
    """How one request ends: what is seen of it, and whether the write was applied."""

    seen: str
    """All that a client can see; a status, or how the connection ended."""
    applied: bool

    def __str__(self) -> str:
        return f"{self.seen}{'!' if self.applied else ''}"


_BEGUN: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n"
_DAY: Final = {"Retry-After": "86400"}
REFUSED: Final = [Reply(seen, False) for seen in "400 401 403 404 409 422 429 429+day".split()]
FAILED: Final = "408 500 502 503 503+day 504".split()
LOST: Final = "FIN RST garbage".split()
ANSWERS: Final = [
    *REFUSED,
    *(Reply(seen, applied) for seen in FAILED + LOST for applied in (False, True)),
    Reply("success", True),
    Reply("success, no body", True),
    Reply("success, half a body", True),
]


AGAIN: Final = [each for each in ANSWERS if each.seen in {"429", *FAILED, *LOST}]
"""What may be followed by another attempt."""


class Truth:
    """A server with one object of each kind; it plays a history to the write that it expects."""

    def __init__(self) -> None:
        self.begin("", ())

    def begin(self, operation: str, history: Sequence[Reply]) -> None:
        self.operation = operation
        self.history = list(history)
        self.came = 0
        self.applied = 0
        self.there = operation != "create" and not operation.startswith("create ")
        self.seen: list[str] = []
        """All that went out, in order."""

    def __call__(self, request: Received) -> Steps:
        if request.method == "GET":
            return self._read(request)
        reply_ = self.history[self.came]
        self.came += 1
        if self.operation == "delete" and reply_.seen == "404":
            self.there = False  # somebody else took it: a server that says so is right
        if reply_.applied:
            self.applied += 1
            self.there = self.operation != "delete"
        self.seen.append(reply_.seen)
        return self._played(reply_.seen)

    def _played(self, seen: str) -> Steps:
        status, _, day = seen.partition("+")
        headers = _DAY if day else None
        if status.isdecimal():
            return refusal(int(status), {"title": "no"}, headers=headers)
        if seen == "success":
            return self._success()
        return {
            "FIN": CLOSE,
            "RST": RESET,
            "garbage": (b"\x15\x03\x01 no HTTP\r\n\r\n", CLOSE),
            "success, no body": (_BEGUN, CLOSE),
            "success, half a body": (_BEGUN, b'{"data"', CLOSE),
        }[seen]

    def _success(self) -> bytes:
        match self.operation.partition(" ")[0]:
            case "create":
                return ok(resource("agent-pools", "apool-1", {"name": "eu"}), 201)
            case "update":
                return ok(resource("agent-pools", "apool-1", {"name": "eu"}))
            case "link":
                return ok(self._workspace("apool-1"))
            case "confirm":
                return reply(202)
            case "request":
                return reply(200, b"{}", {"Content-Type": "application/json"})
        return reply(204)

    def _read(self, request: Received) -> Steps:
        """Show what there is, or what there was: some servers need a moment."""
        path = request.target.partition("?")[0].removeprefix("/api/iacp/v3")
        done = self.applied > 0 and not self.operation.endswith(SLOWLY)
        shown: Any
        if path == "/agent-pools":
            shown = [resource("agent-pools", "apool-1", {"name": "eu"})] if done else []
        elif path.startswith("/runs/"):
            shown = resource("runs", "run-1", {"status": "confirmed" if done else "planned"})
        else:
            shown = self._workspace("apool-1" if done else None)
        self.seen.append(json.dumps(shown))
        return ok(shown)

    def _workspace(self, pool: str | None) -> dict[str, Any]:
        ref = None if pool is None else {"type": "agent-pools", "id": pool}
        return resource("workspaces", "ws-1", {"name": "net"}, **{"agent-pool": {"data": ref}})


async def link(scalr: ScalrClient) -> None:
    result = await scalr.agent_pools.link_workspaces("apool-1", ["ws-1"])
    (outcome,) = result.outcomes
    if outcome.error is not None:
        assert outcome.outcome == outcome.error.outcome
        raise outcome.error


def reconciled(scalr: ScalrClient) -> Awaitable[Any]:
    return scalr.agent_pools.create(name="eu", reconcile=scalr.agent_pools.list(name="eu"))


OPERATIONS: Final[dict[str, Callable[[ScalrClient], Awaitable[Any]]]] = {
    "create": lambda scalr: scalr.agent_pools.create(name="eu"),
    "create and reconcile": reconciled,
    "update": lambda scalr: scalr.agent_pools.update("apool-1", name="eu"),
    "delete": lambda scalr: scalr.agent_pools.delete("apool-1"),
    "link": link,
    "tags": lambda scalr: scalr.workspaces.add_tags("ws-1", ["tag-1"]),
    "confirm": lambda scalr: scalr.runs.confirm("run-1"),
    "request": lambda scalr: scalr.request("PUT", "/things/1", body=b"{}", idempotent=True),
}
SLOWLY: Final = " at a slow server"
"""What is read back there is what was before the write."""
READING: Final = ("confirm", "create and reconcile", "link")
"""Operations that may look at what their write has done."""


@attrs.frozen
class Ended:
    """One history and what the client made of it."""

    operation: str
    history: tuple[Reply, ...]
    seen: tuple[str, ...]
    said: str
    came: int
    applied: bool
    there: bool

    def __str__(self) -> str:
        told = f"{self.operation}: {' '.join(map(str, self.history))}"
        return f"{told}: said {self.said}, {self.came} came, applied: {self.applied}"


@asynccontextmanager
async def timeless(attempts: int) -> AsyncIterator[tuple[Truth, ScalrClient]]:
    """Open a client whose waits only move its own clock, at a server that counts."""
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        await asyncio.sleep(0)

    policy = RetryPolicy(max_attempts=attempts, budget_reserve=1e9)
    defaults = Sender.__init__.__kwdefaults__
    before = dict(defaults)
    defaults.update(clock=lambda: now, sleep=sleep, random=random.Random(1).random)
    truth = Truth()
    try:
        async with ScriptedServer(truth) as server:
            config = Config(
                host=server.url, token=CANARY, retry=policy, timeouts=Timeouts(total=None)
            )
            async with ScalrClient(config=config) as scalr:
                yield truth, scalr
    finally:
        defaults.update(before)


async def play(operation: str, histories: Iterable[tuple[Reply, ...]]) -> list[Ended]:
    """Play histories one after the other; those of one call may leave their connection to the next.

    One that begins as the last one did, up to where that ended, ends in the same way.
    """
    ended: list[Ended] = []
    call = OPERATIONS[operation.removesuffix(SLOWLY)]
    histories = list(histories)
    async with timeless(len(histories[0])) as (truth, scalr):
        for history in histories:
            known = ended[-1].history[: ended[-1].came] if ended else ()
            if known and history[: len(known)] == known:
                ended.append(attrs.evolve(ended[-1], history=history))
                continue
            truth.begin(operation, history)
            try:
                await call(scalr)
                said = "ok"
            except ScalrError as error:
                said = error.outcome
            ended.append(
                Ended(
                    operation,
                    history,
                    tuple(truth.seen),
                    said,
                    truth.came,
                    truth.applied > 0,
                    truth.there,
                )
            )
    return ended


def wrong(all_ended: Iterable[Ended]) -> list[str]:
    """Return the histories of which something was said that is not true."""
    all_ended = list(all_ended)
    truths: defaultdict[tuple[str, tuple[str, ...]], set[bool]] = defaultdict(set)
    for ended in all_ended:
        truths[ended.operation.removesuffix(SLOWLY), ended.seen].add(ended.applied)

    def true(ended: Ended) -> bool:
        match ended.said:
            case "ok":
                return not ended.there if ended.operation == "delete" else ended.applied
            case "applied":
                return ended.applied
            case "rejected":
                return not ended.applied and ended.came > 0
            case "not_sent":
                return ended.came == 0
        could_be = truths[ended.operation.removesuffix(SLOWLY), ended.seen]
        return could_be == {False, True}

    return [str(ended) for ended in all_ended if not true(ended)]


PAIRS: Final = list(itertools.product(ANSWERS, repeat=2))


def test_there_are_6728_histories_of_two_answers() -> None:
    assert (len(set(ANSWERS)), len(OPERATIONS)) == (29, 8)
    assert len(PAIRS) * len(OPERATIONS) == 6728


async def of(operation: str, histories: Iterable[tuple[Reply, ...]]) -> list[Ended]:
    """Play histories of an operation, at a slow server too if it may look at what it has done."""
    histories = list(histories)
    ended = await play(operation, histories)
    if operation in READING:
        ended += await play(f"{operation}{SLOWLY}", histories)
    return ended


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_of_every_history_of_two_answers_the_truth_is_told(
    operation: str, record_property: Any
) -> None:
    ended = await of(operation, PAIRS)

    assert not wrong(ended)
    assert {each.said for each in ended} >= {"ok", "applied", "rejected", "unknown"}
    record_property("histories", str(len(ended)))


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_of_histories_of_three_answers_the_truth_is_told(
    operation: str, record_property: Any
) -> None:
    """Histories at random, each with those that look the same from outside."""
    draw = random.Random(operation)
    histories = {
        alike
        for _ in range(60)
        for alike in lookalikes(draw.choices(AGAIN, k=2) + draw.choices(ANSWERS, k=1))
    }
    ended = await of(operation, sorted(histories, key=str))

    assert not wrong(ended)
    record_property("histories", str(len(ended)))


def lookalikes(history: Sequence[Reply]) -> Iterable[tuple[Reply, ...]]:
    """Return the histories with the same answers: what was lost or failed may have been applied."""
    known = set(ANSWERS)
    options = [
        [r for applied in (False, True) if (r := Reply(each.seen, applied)) in known]
        for each in history
    ]
    return itertools.product(*options)


def table() -> list[tuple[set[int], str, str]]:
    """Return what docs/reliability.md says of statuses: which, of reads, of writes."""
    page = Path("docs/reliability.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    every = {"any other 5xx, redirects": {*range(300, 400), *range(500, 600)}}
    every["any other 4xx, including 409"] = {*range(400, 500)}
    found, before = [], set[int]()
    for came, *cells in rows:
        listed = {int(status) for status in re.findall(r"\b[345]\d\d\b", came.partition(",")[0])}
        if came.startswith("408,"):
            listed = {int(status) for status in came.split(", ")}
        statuses = every.get(came, listed) - before
        if statuses and cells[0].startswith(("repeated", "final")):
            found.append((statuses, *cells))
            before |= statuses
    return found


def test_the_page_says_after_which_statuses_a_write_may_have_happened() -> None:
    rows = table()
    assert {status for row in rows for status in row[0]} == {*range(300, 600)}

    for status, reads, writes in ((s, r, w) for statuses, r, w in rows for s in statuses):
        assert (outcome_of(status) == "unknown") is ("may have been applied" in writes), status
        assert (outcome_of(status) == "rejected") is ("refused it" in writes), status
        for request, said in ((marked(POST), reads), (POST, writes)):
            again = decide(
                RetryPolicy(), request, Answer(status, Headers(), b""), attempt=1, sent=True,
                wait=None, remaining=math.inf, random=random.random,
            )  # fmt: skip
            assert (again is not None) is (said.startswith("repeated") and status != 401), status
