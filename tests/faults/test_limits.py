"""Rows 16 to 28: time, repeats, and what the server allows. Time is virtual, sockets are real."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import time
from collections import Counter
from typing import Any

import pytest

from scalr_async import (
    DeadlineExceededError,
    RateLimitError,
    RetryPolicy,
    ScalrError,
    ServerError,
    Timeouts,
)
from scalr_async.telemetry import RetryEvent
from tests.faults.common import METHODS, POOL, body_of, client, now, refusal, virtually
from tests.servers import CLOSE, HANG, Pause, ScriptedServer, reply

DEFAULT = RetryPolicy()
SCHEDULES = int(os.environ.get("SCALR_SCHEDULES", "400"))
DATE = "Sun, 06 Nov 1994 08:49:37 GMT"


def delays(events: list[Any]) -> list[float]:
    return [event.delay for event in events if isinstance(event, RetryEvent)]


def test_a_get_without_an_answer_is_sent_again() -> None:
    async def main() -> None:
        async with ScriptedServer(HANG, POOL) as server:
            async with client(server.url, timeouts=Timeouts(read=0.3)) as scalr:
                assert (await scalr.agent_pools.get("apool-1")).name == "eu"
                assert 0.3 <= now() <= 0.4
        assert len(server.requests) == 2

    virtually(main())


def test_a_post_without_an_answer_is_unknown() -> None:
    async def main() -> None:
        async with ScriptedServer(HANG) as server:
            async with client(server.url, timeouts=Timeouts(read=0.3)) as scalr:
                with pytest.raises(DeadlineExceededError, match=r"no data for 0\.3 s") as caught:
                    await scalr.agent_pools.create(name="eu")
        assert caught.value.phase == "response headers"
        assert (caught.value.outcome, len(server.requests)) == ("unknown", 1)

    virtually(main())


def test_an_answer_that_drips_for_ever_ends_with_the_deadline() -> None:
    def drip() -> Any:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
        for _ in range(10_000):
            yield b"x"
            yield Pause(0.1)

    async def main() -> None:
        timeouts = Timeouts(total=5.0, read=1.0)
        async with ScriptedServer(lambda _: drip()) as server:
            async with client(server.url, timeouts=timeouts) as scalr:
                with pytest.raises(DeadlineExceededError) as caught:
                    await scalr.agent_pools.get("apool-1")
                assert now() == pytest.approx(5.0, abs=0.05)
        assert caught.value.phase == "response body"
        assert len(server.requests) == 1

    virtually(main())


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    async def main() -> None:
        async with ScriptedServer(refusal(503, headers={"Retry-After": "5"})) as server:
            async with client(server.url, timeouts=Timeouts(total=1.0)) as scalr:
                with pytest.raises(ServerError) as caught:
                    await scalr.agent_pools.get("apool-1")
                assert now() < 0.05
        assert (caught.value.attempts, caught.value.retry_after) == (1, 5.0)
        assert len(server.requests) == 1

    virtually(main())


def test_no_schedule_of_failures_goes_over_the_deadline() -> None:
    draw = random.Random(19)

    def entry() -> Any:
        wait = Pause(draw.choice([0.0, 0.01, draw.uniform(0, 3), draw.uniform(0, 20)]))
        after = {"Retry-After": str(draw.randint(0, 8))} if draw.random() < 0.5 else {}
        end = draw.choice([CLOSE, HANG, POOL, *(refusal(s, headers=after) for s in (429, 503))])
        return (wait, *(end if isinstance(end, tuple) else (end,)))

    async def main() -> None:
        elapsed: list[float] = []
        async with ScriptedServer(lambda _: entry()) as server:
            for _ in range(SCHEDULES):
                total = draw.uniform(0.05, 30)
                policy = RetryPolicy(base=draw.uniform(0, 5), max_attempts=draw.randint(1, 10))
                timeouts = Timeouts(total=total, read=draw.uniform(0.05, 30))
                async with client(server.url, timeouts=timeouts, retry=policy) as scalr:
                    began = now()
                    try:
                        await scalr.agent_pools.get("apool-1")
                    except ScalrError as error:
                        elapsed.append(error.elapsed - total)
                    assert now() - began <= total + 0.05
            assert len(server.requests) > 1.5 * SCHEDULES
        assert max(elapsed) <= 0.05

    virtually(main())


@pytest.mark.parametrize("how", ["cancel", "timeout"])
def test_cancelling_a_backoff_ends_it_at_once(how: str) -> None:
    async def main() -> None:
        async with ScriptedServer(refusal(503, headers={"Retry-After": "8"})) as server:
            async with client(server.url, timeouts=Timeouts(total=60.0)) as scalr:
                task = asyncio.create_task(scalr.agent_pools.get("apool-1"))
                if how == "cancel":
                    await asyncio.sleep(3)
                    task.cancel()
                    with pytest.raises(asyncio.CancelledError):
                        await task
                else:
                    with pytest.raises(TimeoutError) as caught:
                        async with asyncio.timeout(3):
                            await task
                    assert not isinstance(caught.value, ScalrError)
                assert now() == pytest.approx(3, abs=0.01)
                await asyncio.sleep(60)
        assert len(server.requests) == 1

    virtually(main())


@pytest.mark.parametrize("jump", [3600.0, -3600.0])
def test_the_wall_clock_plays_no_part(jump: float, monkeypatch: pytest.MonkeyPatch) -> None:
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() + jump * len(server.requests))
    later = {"Date": DATE, "Retry-After": DATE.replace("49:37", "49:44")}
    server = ScriptedServer(refusal(503, headers=later), POOL)

    async def main() -> None:
        async with server, client(server.url, timeouts=Timeouts(total=60.0)) as scalr:
            assert (await scalr.agent_pools.get("apool-1")).name == "eu"
            assert 7.0 <= now() < 8.5

    virtually(main())


RETRY_AFTER = {
    "120": 120.0,
    "0000007": 7.0,
    " 7 ": 7.0,
    "1.5": 1.5,
    "0": 0.0,
    "000": 0.0,
    "86400": 86_400.0,
    "999999999": 999_999_999.0,
    "9999999999": 9_999_999_999.0,
    "9" * 15: float("9" * 15),
    "9" * 16: 1e15,
    "9" * 5000: 1e15,
    "1" + "0" * 400: 1e15,
    "0" * 400 + "7": 7.0,
    "1." + "3" * 40: 1.333333333,
    "-1": None,
    "+1": None,
    "1e3": None,
    "0x10": None,
    "inf": None,
    "nan": None,
    "1, 2": None,
    "soon": None,
    "": None,
    "\u0663".encode().decode("latin-1"): None,
    ".5": None,
    "Sun, 06 Nov 1994 08:49:47 GMT": 10.0,
    "Sunday, 06-Nov-94 08:49:47 GMT": 10.0,
    "Sun Nov  6 08:49:47 1994": 10.0,
    "Wed Nov 16 08:49:37 1994": 864_000.0,
    DATE: 0.0,
    "Sun, 06 Nov 1994 08:49:27 GMT": 0.0,
    "Sunday, 06-Nov-93 08:49:37 GMT": 0.0,
    "Sunday, 06-Nov-60 08:49:37 GMT": 0.0,
    "Sun, 06 Nov 1994 08:49:60 GMT": 22.0,
    "Sun, 31 Nov 1994 08:49:47 GMT": None,
    "Sun, 06 Nov 1994 24:49:47 GMT": None,
    "Sun, 06 Nvo 1994 08:49:47 GMT": None,
    "Sun, 06 Nov 1994 08:49:47 CET": None,
    "Sun, 06 Nov 94 08:49:47 GMT": None,
    "1994-11-06T08:49:47Z": None,
    "Sun, 06 Nov 1994": None,
}


@pytest.mark.parametrize("value", RETRY_AFTER, ids=lambda value: repr(value[:40]))
async def test_every_form_of_retry_after_is_a_delay_or_nothing(value: str) -> None:
    answer = refusal(503, headers={"Date": DATE, "Retry-After": value})
    async with ScriptedServer(answer) as server:
        async with client(server.url, retry=RetryPolicy(max_attempts=1)) as scalr:
            with pytest.raises(ServerError) as caught:
                await scalr.agent_pools.get("apool-1")

    assert caught.value.retry_after == RETRY_AFTER[value]


@pytest.mark.parametrize(
    ("values", "seconds"),
    [
        (("2", "9"), 9.0),
        (("3", "10", "5"), 10.0),
        (("soon", "3"), 3.0),
        (("soon", "-1"), None),
        (("soon",), None),
    ],
)
async def test_of_a_repeated_field_the_longest_valid_one_counts(
    values: tuple[str, ...], seconds: float | None
) -> None:
    names = ("Retry-After", "retry-after", "RETRY-AFTER")
    answer = refusal(503, headers=dict(zip(names, values, strict=False)))
    async with ScriptedServer(answer) as server:
        async with client(server.url, retry=RetryPolicy(max_attempts=1)) as scalr:
            with pytest.raises(ServerError) as caught:
                await scalr.agent_pools.get("apool-1")

    assert caught.value.retry_after == seconds


def test_what_is_invalid_means_the_computed_backoff() -> None:
    async def main() -> list[float]:
        events: list[Any] = []
        script = [refusal(503, headers={"Retry-After": "soon"})] * 4 + [POOL]
        async with ScriptedServer(*script) as server:
            options = {"events": events, "retry": DEFAULT, "timeouts": Timeouts(total=60.0)}
            async with client(server.url, **options) as scalr:
                await scalr.agent_pools.get("apool-1")
        return delays(events)

    found = virtually(main())

    assert len(found) == 4
    assert all(0 <= delay <= 0.25 * 2**n for n, delay in enumerate(found))


def test_a_day_is_not_waited_for() -> None:
    async def main() -> None:
        async with ScriptedServer(refusal(429, headers={"Retry-After": "86400"})) as server:
            async with client(server.url, timeouts=Timeouts(total=None)) as scalr:
                with pytest.raises(RateLimitError, match="retry_after") as caught:
                    await scalr.agent_pools.create(name="eu")
                assert now() < 0.05
        assert (caught.value.retry_after, caught.value.attempts) == (86400.0, 1)
        assert (caught.value.outcome, len(server.requests)) == ("rejected", 1)

    virtually(main())


def test_without_retry_after_the_jitter_is_full_and_even() -> None:
    """Delays as the hook saw them."""

    async def main() -> list[RetryEvent]:
        events: list[Any] = []
        options = {"events": events, "retry": RetryPolicy(max_attempts=7)}
        options["timeouts"] = Timeouts(total=None)
        async with ScriptedServer(refusal(429)) as server, client(server.url, **options) as scalr:
            calls = (scalr.request("GET", "/agent-pools") for _ in range(50))
            ends = await asyncio.gather(*calls, return_exceptions=True)
            assert {type(end) for end in ends} == {RateLimitError}
        return [event for event in events if isinstance(event, RetryEvent)]

    found = virtually(main())

    shares = [event.delay / min(2.0 ** (event.attempt - 1), 20.0) for event in found]
    assert len(shares) == 50 * 6
    assert 0 <= min(shares) < 0.1
    assert 0.9 < max(shares) <= 1
    halves = sum(share < 0.5 for share in shares)
    assert 100 < halves < 200


def test_one_gate_holds_everybody_back_and_opens_spread_out() -> None:
    async def main() -> None:
        arrivals: list[float] = []

        def answer(_: object) -> Any:
            arrivals.append(now())
            answer = POOL if now() >= 2 else refusal(429, headers={"Retry-After": "2"})
            return (Pause(0.02), answer)

        async with ScriptedServer(answer) as server, client(server.url, retry=DEFAULT) as scalr:
            calls = (scalr.agent_pools.get("apool-1") for _ in range(100))
            assert len(await asyncio.gather(*calls)) == 100

        early = [at for at in arrivals if at < 2]
        late = sorted(at for at in arrivals if at >= 2)
        assert len(early) <= 64
        assert len(late) == 100
        windows = Counter(int(at / 0.05) for at in late)
        assert max(windows.values()) <= 25
        assert late[-1] - late[0] > 0.3

    virtually(main())


def test_a_client_comes_back_with_one_request_and_doubles() -> None:
    """200 calls were taken; then everything is refused for 2 s, and 64 are on their way."""

    async def main() -> None:
        arrivals: list[float] = []

        def answer(_: object) -> Any:
            arrivals.append(now())
            if len(arrivals) > 200 and now() < arrivals[200] + 2:
                return refusal(429, headers={"Retry-After": "2"})
            return (Pause(0.02), POOL)

        async with ScriptedServer(answer) as server, client(server.url, retry=DEFAULT) as scalr:
            for _ in range(200):
                await scalr.agent_pools.get("apool-1")
            calls = (scalr.agent_pools.get("apool-1") for _ in range(200))
            assert len(await asyncio.gather(*calls)) == 200

        again = arrivals[200] + 2
        early, late = arrivals[200:-200], arrivals[-200:]
        assert len(early) <= 64
        assert max(early) < again <= min(late)
        assert min(late) <= again + 0.1
        rounds = Counter(round((at - min(late)) / 0.02) for at in late)
        assert [rounds[number] for number in range(6)] == [1, 2, 4, 8, 16, 32]

    virtually(main())


def test_an_outage_is_not_multiplied_by_repeats() -> None:
    async def main() -> None:
        script = ScriptedServer(refusal(503))
        async with script as server, client(server.url, retry=DEFAULT) as scalr:
            calls = (scalr.agent_pools.get("apool-1") for _ in range(1000))
            ends = await asyncio.gather(*calls, return_exceptions=True)
            assert {type(end) for end in ends} == {ServerError}
            assert len(server.requests) <= 1300

            began, before = now(), len(server.requests)
            with pytest.raises(ServerError) as caught:
                await scalr.agent_pools.get("apool-1")
            assert (caught.value.attempts, now() - began) == (1, pytest.approx(0, abs=0.05))
            assert len(server.requests) == before + 1

            server.script = (POOL,)
            for _ in range(50):
                await scalr.agent_pools.get("apool-1")
            count = itertools.count()
            server.script = (lambda _: POOL if next(count) else refusal(503),)
            assert (await scalr.agent_pools.get("apool-1")).name == "eu"

    virtually(main())


# One line a status; a column each for GET, POST, PATCH, PUT, DELETE, unmarked and then marked as
# idempotent. R: sent again. -: final.
STATUSES = """
    400  - - - - -   - - - - -
    401  - - - - -   - - - - -
    403  - - - - -   - - - - -
    404  - - - - -   - - - - -
    405  - - - - -   - - - - -
    408  R - - - -   R R R R R
    409  - - - - -   - - - - -
    410  - - - - -   - - - - -
    412  - - - - -   - - - - -
    413  - - - - -   - - - - -
    422  - - - - -   - - - - -
    425  - - - - -   - - - - -
    429  R R R R R   R R R R R
    500  R - - - -   R R R R R
    501  - - - - -   - - - - -
    502  R - - - -   R R R R R
    503  R - - - -   R R R R R
    504  R - - - -   R R R R R
    505  - - - - -   - - - - -
"""
CELLS = [
    (int(status), method, marked, cell == "R")
    for status, *cells in (line.split() for line in STATUSES.strip().splitlines())
    for (marked, method), cell in zip(
        [(marked, method) for marked in (False, True) for method in METHODS], cells, strict=True
    )
]


def test_the_table_has_190_cells() -> None:
    assert len(set(CELLS)) == 190


@pytest.mark.parametrize("status", dict.fromkeys(cell[0] for cell in CELLS))
async def test_the_documented_statuses_are_sent_again_and_no_others(status: int) -> None:
    """docs/reliability.md, "Repeated requests"."""
    async with ScriptedServer(refusal(status)) as server:
        for _, method, marked, again in (cell for cell in CELLS if cell[0] == status):
            before = len(server.requests)
            async with client(server.url) as scalr:
                with pytest.raises(ScalrError) as caught:
                    await scalr.request(
                        method, "/agent-pools", **body_of(method), idempotent=marked or None
                    )
            sent = len(server.requests) - before
            assert (method, marked, sent) == (method, marked, 5 if again else 1)
            assert caught.value.attempts == sent
            unknown = method != "GET" and (status == 408 or status >= 500)
            assert caught.value.outcome == ("unknown" if unknown else "rejected")


SNAPSHOTS = {
    "present": ({"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "7", "X-RateLimit-Reset": "30"}, (100, 7, 30.0)),
    "in part": ({"X-RateLimit-Remaining": "7"}, (None, 7, None)),
    "garbage": ({"X-RateLimit-Limit": "lots", "X-RateLimit-Remaining": "-1", "X-RateLimit-Reset": "\u00e9"}, (None, None, None)),
    "huge": ({"X-RateLimit-Limit": "9" * 5000}, (10**15, None, None)),
}  # fmt: skip


@pytest.mark.parametrize("case", SNAPSHOTS)
async def test_rate_limit_headers_are_a_typed_snapshot(case: str) -> None:
    headers, expected = SNAPSHOTS[case]
    async with ScriptedServer(reply(200, b"{}", headers)) as server:
        async with client(server.url) as scalr:
            found = (await scalr.request("GET", "/agent-pools")).rate_limit

    if expected == (None, None, None):
        assert found is None
    else:
        assert found is not None
        assert (found.limit, found.remaining, found.reset) == expected


async def test_without_rate_limit_headers_there_is_no_snapshot() -> None:
    async with ScriptedServer(POOL) as server, client(server.url) as scalr:
        assert (await scalr.request("GET", "/agent-pools")).rate_limit is None
