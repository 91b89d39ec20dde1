"""Tokens that expire while a client works: no call fails for it, and none is asked for twice."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scalr_async import (
    AssumeServiceAccount,
    DisconnectedError,
    ExpiringToken,
    Limits,
    ScalrClient,
    Timeouts,
    TokenCommand,
    TokenError,
    TokenFile,
    UnauthorizedError,
)
from scalr_async.emulator import Emulator
from scalr_async.errors import ConfigError
from scalr_async.telemetry import AttemptEvent
from tests.conftest import CANARY
from tests.emulator.test_every_operation import AUDIENCE, ISSUER, identity_token
from tests.faults.common import POOL, client, now, virtually
from tests.faults.test_frames import leaks
from tests.servers import CLOSE, Received, ScriptedServer, reply

BOT = "bot@acme.scalr.io"
EXCHANGE = "/service-accounts/assume"
WORKERS = int(os.environ.get("SCALR_WORKERS", "2"))


def trust(emu: Emulator) -> None:
    """Make a service account that may be assumed, and that may read pools."""
    account = emu.create("service-accounts", {"name": "bot", "email": BOT})
    provider = emu.create(
        "workload-identity-providers",
        {"name": "ci", "url": ISSUER, "allowed-audiences": [AUDIENCE]},
    )
    emu.create(
        "assume-service-account-policies",
        {"name": "p", "claim-conditions": [], "maximum-session-duration": 3600},
        {"provider": provider.id, "service-account": account.id},
        owner=account.id,
    )


@asynccontextmanager
async def emulated(*, ahead: timedelta = timedelta(), **options: Any) -> Any:
    """Run an emulator whose clock is that of the loop, and a client that assumes."""
    start = datetime(2026, 3, 1, tzinfo=UTC) + ahead
    async with Emulator(token=CANARY) as emu:
        trust(emu)
        await emu._courier.stop()  # its ticks would be all that happens in virtual time
        emu._service.clock = lambda: start + timedelta(seconds=now())
        source = AssumeServiceAccount(BOT, identity_token, lifetime=60)
        async with client(emu.url, token=source, **options) as scalr:
            yield emu, scalr


async def work(scalr: ScalrClient, seconds: float, workers: int, seed: int) -> int:
    """Have some workers call again and again; returns how often."""
    draw = random.Random(seed)
    done = 0

    async def worker() -> None:
        nonlocal done
        while now() < seconds:
            await scalr.agent_pools.list(page_size=1)
            done += 1
            await asyncio.sleep(draw.choice((0.5, 1.0, 1.5)))

    await asyncio.gather(*(worker() for _ in range(workers)))
    return done


@pytest.mark.parametrize(
    ("minutes", "ahead"),
    [(10, timedelta()), (3, timedelta(days=-400)), (3, timedelta(hours=5))],
    ids=["same clock", "clock behind", "clock ahead"],
)
def test_tokens_of_a_minute_serve_ten_minutes_of_load(
    minutes: int, ahead: timedelta, record_property: Callable[[str, object], None]
) -> None:
    refused: list[AttemptEvent] = []

    async def main() -> tuple[int, int]:
        async with emulated(ahead=ahead) as (emu, scalr):
            scalr = scalr.with_options(
                on_event=lambda event: (
                    refused.append(event)
                    if isinstance(event, AttemptEvent) and event.status != 200
                    else None
                )
            )
            calls = await work(scalr, 60.0 * minutes, workers=WORKERS, seed=1)
            return calls, sum(r.path == EXCHANGE for r in emu.requests)

    calls, exchanges = virtually(main())

    assert calls > 50 * WORKERS * minutes
    assert refused == []
    assert minutes * 60 / 57 <= exchanges <= minutes * 60 / 42 + 1
    record_property("calls", calls)
    record_property("exchanges", exchanges)


async def test_one_exchange_serves_all_who_wait_and_takes_no_place_of_theirs() -> None:
    sent: list[str] = []
    async with Emulator(token=CANARY) as emu:
        trust(emu)
        source = AssumeServiceAccount(BOT, identity_token)
        limits = Limits(connections=1)
        async with client(emu.url, token=source, limits=limits) as scalr:
            await asyncio.gather(*(scalr.agent_pools.list() for _ in range(20)))
        sent = [r.path for r in emu.requests]
        (exchange,) = [r for r in emu.requests if r.path == EXCHANGE]

    assert sent.count("/agent-pools") == 20
    assert "authorization" not in exchange.headers
    assert json.loads(exchange.body)["service-account-email"] == BOT


def lending(*lives: int | None, **more: Any) -> Callable[[Received], bytes]:
    """Answer as Scalr does: `token-1` for so many seconds, `token-2`, ...; the last one counts."""
    start, lent = datetime(2026, 3, 1, tzinfo=UTC), 0

    def answer(request: Received) -> bytes:
        nonlocal lent
        at = start + timedelta(seconds=now())
        if not request.target.endswith(EXCHANGE):
            return more.get("answer", lambda _: POOL)(request)
        life = lives[min(lent, len(lives) - 1)]
        lent += 1
        body: dict[str, Any] = {"access-token": f"token-{lent}"}
        if life is not None:
            body["expire-time"] = (at + timedelta(seconds=life)).strftime("%Y-%m-%dT%H:%M:%SZ")
        date = at.strftime("%a, %d %b %Y %H:%M:%S GMT")
        headers = {"Content-Type": "application/json", "Date": date}
        return reply(200, json.dumps(body).encode(), headers | more.get("headers", {}))

    return answer


def exchanges(server: ScriptedServer) -> int:
    return sum(r.target.endswith(EXCHANGE) for r in server.requests)


def assuming(**more: Any) -> AssumeServiceAccount:
    return AssumeServiceAccount(BOT, lambda: CANARY, **more)


def test_nothing_is_asked_between_calls() -> None:
    async def main() -> None:
        async with ScriptedServer(lending(60)) as server:
            async with client(server.url, token=assuming()) as scalr:
                await scalr.agent_pools.get("apool-1")
                await asyncio.sleep(3600)
                assert exchanges(server) == 1
                await scalr.agent_pools.get("apool-1")
            tokens = [r.headers.get("authorization") for r in server.requests]

        assert tokens == [None, "Bearer token-1", None, "Bearer token-2"]

    virtually(main())


@pytest.mark.parametrize(
    ("after", "token"), [(41.0, "token-1"), (52.0, "token-1"), (56.9, "token-1"), (57.1, "token-2")]
)
def test_the_last_part_of_a_life_is_not_used(after: float, token: str) -> None:
    """From 70 % on the next one is asked for, beside the call; from 95 % on it is waited for."""

    async def main() -> tuple[str, int]:
        async with ScriptedServer(lending(60)) as server:
            async with client(server.url, token=assuming()) as scalr:
                await scalr.agent_pools.get("apool-1")
                await asyncio.sleep(after)
                await scalr.agent_pools.get("apool-1")
                await asyncio.sleep(0.01)
            _, used = (r for r in server.requests if r.target.endswith("apool-1"))
            return used.headers["authorization"], exchanges(server)

    used, asked = virtually(main())

    assert used == f"Bearer {token}"
    assert asked == (1 if after < 42 else 2)


def test_no_more_than_half_a_minute_of_a_long_life_is_left_unused() -> None:
    async def main() -> int:
        async with ScriptedServer(lending(3600)) as server:
            async with client(server.url, token=failing_after(1)) as scalr:
                for at in (3569, 3571):
                    await scalr.agent_pools.get("apool-1")
                    await asyncio.sleep(at - now())
                with pytest.raises(LookupError):
                    await scalr.agent_pools.get("apool-1")
            return len(server.requests)

    def failing_after(times: int) -> Any:
        given = iter([ExpiringToken("token", expires_in=3600)] * times)

        def provide() -> ExpiringToken:
            for token in given:
                return token
            raise LookupError

        return provide

    assert virtually(main()) == 2


def test_calls_go_on_while_the_next_token_is_fetched() -> None:
    asked = 0

    async def slowly() -> ExpiringToken:
        nonlocal asked
        asked += 1
        await asyncio.sleep(5.0 * (asked > 1))
        return ExpiringToken(f"token-{asked}", expires_in=60)

    async def main() -> list[str]:
        async with ScriptedServer(POOL) as server, client(server.url, token=slowly) as scalr:
            await scalr.agent_pools.get("apool-1")
            await asyncio.sleep(51.5)
            before = now()
            for _ in range(3):
                await scalr.agent_pools.get("apool-1")
            assert now() - before < 1
            await asyncio.sleep(5.2)
            await scalr.agent_pools.get("apool-1")
            return [r.headers["authorization"] for r in server.requests]

    assert virtually(main()) == ["Bearer token-1"] * 4 + ["Bearer token-2"]
    assert asked == 2


def test_an_exchange_that_fails_is_tried_again_while_the_token_is_good(
    caplog: pytest.LogCaptureFixture,
) -> None:
    given = iter([None, OSError, ValueError, None])
    told: list[str] = []

    def identity() -> str:
        if (kind := next(given)) is not None:
            raise kind(CANARY)
        return "identity"

    async def main() -> None:
        async with ScriptedServer(lending(600)) as server:
            source = AssumeServiceAccount(BOT, identity)
            async with client(server.url, token=source) as scalr:
                while now() < 600 and exchanges(server) < 2:
                    await scalr.agent_pools.get("apool-1")
                    await asyncio.sleep(1.0)
                assert 600 * 0.7 < now() < 600 * 0.95 + 2

    with caplog.at_level(logging.WARNING, "scalr_async"):
        virtually(main())
        told += [record.getMessage() for record in caplog.records]

    assert told == [f"scalr.token_not_renewed {name}" for name in ("OSError", "ValueError")]


def test_a_renewal_that_keeps_failing_is_asked_for_less_and_less_and_raised_in_the_end() -> None:
    asked: list[float] = []

    def provide() -> ExpiringToken:
        asked.append(now())
        if len(asked) > 1:
            raise LookupError("vault is sealed")
        return ExpiringToken("token", expires_in=3600)

    async def main() -> None:
        async with ScriptedServer(POOL) as server, client(server.url, token=provide) as scalr:
            await scalr.agent_pools.get("apool-1")
            await asyncio.sleep(3600 * 0.7 - 2)
            while now() < 3565:
                await scalr.agent_pools.get("apool-1")
                await asyncio.sleep(4.0)
            assert 3600 * 0.15 / 45 - 2 < len(asked) < 3600 * 0.3 / 15 + 2
            with pytest.raises(LookupError, match="sealed"):
                await scalr.agent_pools.get("apool-1")
                await asyncio.sleep(6.0)
                await scalr.agent_pools.get("apool-1")

    logging.getLogger("scalr_async").setLevel(logging.CRITICAL)
    try:
        virtually(main())
    finally:
        logging.getLogger("scalr_async").setLevel(logging.NOTSET)


@pytest.mark.parametrize(
    ("life", "headers", "lifetime", "lasts"),
    [
        (60, {}, None, 57.0),
        (60, {}, 600, 57.0),
        (None, {}, 60, 57.0),
        (60, {"Date": "yesterday"}, 100, 95.0),
        (-60, {}, 100, 95.0),
        (None, {}, None, None),
        (60, {"Date": "Sun, 01 Mar 2026 00:00:00 -0000"}, 100, 95.0),
    ],
)
def test_the_servers_own_clock_tells_how_long_a_token_lasts(
    life: int | None, headers: dict[str, str], lifetime: int | None, lasts: float | None
) -> None:
    async def main() -> None:
        async with ScriptedServer(lending(life, headers=headers)) as server:
            async with client(server.url, token=assuming(lifetime=lifetime)) as scalr:
                await scalr.agent_pools.get("apool-1")
                tokens = scalr._transport._tokens
        assert tokens._unused_from == pytest.approx(lasts or float("inf"), abs=1)

    virtually(main())


async def test_a_lost_exchange_is_repeated() -> None:
    async with Emulator(token=CANARY) as emu:
        trust(emu)
        emu.fail("POST", EXCHANGE, cut="after-apply")
        async with client(emu.url, token=AssumeServiceAccount(BOT, identity_token)) as scalr:
            await scalr.agent_pools.list()
        assert sum(r.path == EXCHANGE for r in emu.requests) == 2


async def test_a_refused_exchange_is_told_to_all_who_wait() -> None:
    async with Emulator(token=CANARY) as emu:
        async with client(emu.url, token=assuming()) as scalr:
            calls = (scalr.agent_pools.get("apool-1") for _ in range(3))
            ends = await asyncio.gather(*calls, return_exceptions=True)
        assert [r.path for r in emu.requests] == [EXCHANGE]

    assert {type(end) for end in ends} == {UnauthorizedError}
    assert {end.path for end in ends if isinstance(end, UnauthorizedError)} == {EXCHANGE}


@pytest.mark.parametrize(
    "answer", [{}, {"access-token": None}, {"access-token": 5}, {"access-token": "a b"}], ids=str
)
async def test_an_exchange_without_a_token_is_an_error(answer: dict[str, Any]) -> None:
    script = reply(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})
    async with ScriptedServer(script) as server, client(server.url, token=assuming()) as scalr:
        with pytest.raises(ConfigError, match="token: must"):
            await scalr.agent_pools.get("apool-1")

    assert len(server.requests) == 1


async def test_a_client_that_closes_ends_an_exchange() -> None:
    async with ScriptedServer(lambda _: asyncio.sleep(60)) as server:
        async with client(server.url, token=assuming()) as scalr:
            call = asyncio.create_task(scalr.agent_pools.get("apool-1"))
            while not server.requests:
                await asyncio.sleep(0.001)
        ends = await asyncio.gather(call, return_exceptions=True)

    assert "closed" in str(ends[0])


async def test_a_file_that_is_rotated_under_load_costs_no_call(tmp_path: Path) -> None:
    """The old token is refused from the moment on at which the new one is written."""
    path = tmp_path / "token"
    good = ["token-0"]
    served: list[str] = []

    def write(token: str) -> None:
        fresh = tmp_path / "fresh"
        fresh.touch(0o600)
        fresh.write_text(token)
        fresh.replace(path)
        good[0] = token

    def answer(request: Received) -> bytes:
        if request.headers["authorization"] != f"Bearer {good[0]}":
            return reply(401)
        served.append(good[0])
        return POOL

    write("token-0")
    async with ScriptedServer(answer) as server:
        async with client(server.url, token=TokenFile(path)) as scalr:

            async def worker() -> None:
                for _ in range(30):
                    await scalr.agent_pools.get("apool-1")

            async def rotate() -> None:
                for number in range(1, 6):
                    while served.count(good[0]) < 10:
                        await asyncio.sleep(0.001)
                    write(f"token-{number}")

            await asyncio.gather(rotate(), *(worker() for _ in range(4)))

    assert len(served) == 120
    assert set(served) == {f"token-{number}" for number in range(6)}


def test_a_file_is_looked_at_while_requests_are_made(tmp_path: Path) -> None:
    """Both tokens are good for a while: nobody is told to take the new one."""
    path = tmp_path / "token"
    path.touch(0o600)
    path.write_text("token-1")

    class Here(TokenFile):
        async def __call__(self) -> ExpiringToken:
            return ExpiringToken(self._read(), refresh_in=self.check_every)

    async def main() -> list[str]:
        async with ScriptedServer(POOL) as server:
            async with client(server.url, token=Here(path)) as scalr:
                for text in ("token-1", "token-2", "", "token-3"):
                    path.write_text(text)
                    for _ in range(2):
                        await asyncio.sleep(4.0)
                        await scalr.agent_pools.get("apool-1")
            return [r.headers["authorization"].removeprefix("Bearer ") for r in server.requests]

    # What the first call after a change finds due, the second one is sent with.
    used = virtually(main())

    assert used[:2] == ["token-1", "token-1"]
    assert used[3:6] == ["token-2"] * 3
    assert used[7] == "token-3"


async def test_a_command_is_run_again_when_its_token_is_refused(tmp_path: Path) -> None:
    count = tmp_path / "count"
    command = TokenCommand(["/bin/sh", "-c", f"echo x >> {count}; wc -l < {count}"])

    def answer(request: Received) -> bytes:
        return POOL if request.headers["authorization"] == "Bearer 2" else reply(401)

    async with ScriptedServer(answer) as server, client(server.url, token=command) as scalr:
        await scalr.agent_pools.get("apool-1")

    assert len(server.requests) == 2


async def test_security_what_fails_to_give_a_token_shows_none(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.touch(0o600)
    path.write_bytes(CANARY[::-1].encode() + b" x\xff")
    script = f"printf {CANARY[::-1]}; exit 1"
    sources: list[Any] = [
        TokenFile(path),
        TokenCommand(["/bin/sh", "-c", script]),
        TokenCommand(["/bin/sh", "-c", f"printf '{CANARY[::-1]} x'"]),
        AssumeServiceAccount(BOT, TokenCommand(["/bin/sh", "-c", f"printf '{CANARY[::-1]}'"])),
    ]
    path.write_bytes(CANARY[::-1].encode() + b" x")
    async with ScriptedServer(CLOSE) as server:
        for source in sources:
            async with client(server.url, token=source) as scalr:
                with pytest.raises((ConfigError, TokenError, DisconnectedError)) as caught:
                    await scalr.agent_pools.get("apool-1")
            assert leaks(caught.value) == []


def test_waiting_for_an_exchange_has_the_deadline_of_the_call() -> None:
    async def main() -> None:
        async with ScriptedServer(lambda _: asyncio.sleep(3600)) as server:
            options = {"token": assuming(), "timeouts": Timeouts(total=50.0, read=None)}
            async with client(server.url, **options) as scalr:
                with pytest.raises(TimeoutError) as caught:
                    await scalr.with_options(timeout=5.0).agent_pools.get("apool-1")
        assert "token wait" in str(caught.value)

    virtually(main())
