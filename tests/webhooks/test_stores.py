"""What a store promises, of each that there is; and what the one in a file adds to it."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import pytest

from scalr_async.errors import ConfigError, FileError
from scalr_async.webhooks import (
    Claim,
    Delivery,
    DeliveryStore,
    MemoryDeliveryStore,
    SQLiteDeliveryStore,
    _sqlite,
)
from scalr_async.webhooks._payloads import read_payload
from tests.docs.pages import ROOT
from tests.webhooks.sender import BODY, NOW, TASK_BODY

LEASE = 60.0


def delivery(id: str = "wd-1", fingerprint: str | None = None, body: bytes = BODY) -> Delivery:
    return Delivery(
        id=id,
        date=NOW,
        payload=read_payload(body),
        fingerprint=fingerprint or f"of {id}",
        body=body,
    )


@attrs.define
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


Make = Callable[[], DeliveryStore]


@pytest.fixture(params=["memory", "file"])
async def store(
    request: pytest.FixtureRequest, clock: Clock, tmp_path: Path
) -> AsyncIterator[DeliveryStore]:
    made: DeliveryStore = (
        MemoryDeliveryStore(clock=clock)
        if request.param == "memory"
        else SQLiteDeliveryStore(tmp_path / "deliveries.db", clock=clock)
    )
    yield made
    await made.close()


async def test_a_delivery_is_claimed_once(store: DeliveryStore) -> None:
    first, *others = await asyncio.gather(*(store.claim(delivery(), LEASE) for _ in range(3)))

    assert first.state == "claimed"
    assert first.token
    assert others == [Claim("busy")] * 2


async def test_what_is_finished_is_never_claimed_again(store: DeliveryStore, clock: Clock) -> None:
    claim = await store.claim(delivery(), LEASE)

    assert await store.finish(claim.token)
    clock.now += 100 * LEASE
    assert await store.claim(delivery(), LEASE) == Claim("finished")
    assert await store.take_up(LEASE) == []


async def test_what_failed_before_it_was_acknowledged_is_as_if_never_sent(
    store: DeliveryStore,
) -> None:
    claim = await store.claim(delivery(), LEASE)

    assert await store.abandon(claim.token, failed=True)
    assert (await store.claim(delivery(), LEASE)).state == "claimed"


async def test_a_claim_that_nobody_extends_is_free_after_its_lease(
    store: DeliveryStore, clock: Clock
) -> None:
    dead = await store.claim(delivery(), LEASE)
    clock.now += LEASE - 1
    assert (await store.claim(delivery(), LEASE)).state == "busy"
    assert await store.extend(dead.token, LEASE)
    clock.now += LEASE - 1
    assert (await store.claim(delivery(), LEASE)).state == "busy"
    clock.now += 1
    again = await store.claim(delivery(), LEASE)

    assert again.state == "claimed"
    for late in (
        store.extend(dead.token, LEASE),
        store.acknowledge(dead.token),
        store.finish(dead.token),
        store.abandon(dead.token, failed=False),
    ):
        assert not await late
    assert (await store.claim(delivery(), LEASE)).state == "busy"
    assert await store.finish(again.token)


async def test_what_is_acknowledged_is_taken_up_when_its_lease_has_ended(
    store: DeliveryStore, clock: Clock
) -> None:
    claim = await store.claim(delivery(), LEASE)
    assert await store.acknowledge(claim.token)
    assert await store.claim(delivery(), LEASE) == Claim("acknowledged")
    assert await store.take_up(LEASE) == []

    clock.now += LEASE
    assert await store.claim(delivery(), LEASE) == Claim("acknowledged")
    ((taken, token),) = await store.take_up(LEASE)

    assert taken == delivery()
    assert await store.take_up(LEASE) == []
    assert not await store.finish(claim.token)
    assert await store.finish(token)
    assert await store.claim(delivery(), LEASE) == Claim("finished")


async def test_what_is_acknowledged_and_abandoned_is_free_at_once(store: DeliveryStore) -> None:
    claim = await store.claim(delivery(), LEASE)
    await store.acknowledge(claim.token)

    assert await store.abandon(claim.token, failed=False)
    ((_, token),) = await store.take_up(LEASE)
    assert await store.finish(token)


async def test_what_failed_waits_until_it_is_revived(store: DeliveryStore) -> None:
    claim = await store.claim(delivery(), LEASE)
    await store.acknowledge(claim.token)
    await store.abandon(claim.token, failed=True)

    assert await store.take_up(LEASE) == []
    assert await store.revive() == 1
    assert await store.revive() == 0
    ((taken, _),) = await store.take_up(LEASE)
    assert taken.id == "wd-1"


async def test_what_was_acknowledged_and_failed_stays_so_when_it_is_sent_again(
    store: DeliveryStore,
) -> None:
    claim = await store.claim(delivery(), LEASE)
    await store.acknowledge(claim.token)
    await store.abandon(claim.token, failed=True)

    assert await store.claim(delivery(), LEASE) == Claim("acknowledged")
    ((taken, token),) = await store.take_up(LEASE)
    assert taken == delivery()
    await store.abandon(token, failed=True)
    assert await store.revive() == 1


async def test_a_token_that_nobody_was_given_does_nothing(store: DeliveryStore) -> None:
    claim = await store.claim(delivery(), LEASE)
    busy = await store.claim(delivery(), LEASE)
    await store.finish((await store.claim(delivery("wd-2"), LEASE)).token)

    for token in ("", busy.token, "x", claim.token.upper()):
        assert not await store.extend(token, LEASE)
        assert not await store.acknowledge(token)
        assert not await store.finish(token)
        assert not await store.abandon(token, failed=False)
    assert await store.finish(claim.token)
    assert not await store.finish(claim.token)


async def test_what_was_signed_once_is_not_handled_again_under_another_id(
    store: DeliveryStore,
) -> None:
    claim = await store.claim(delivery("wd-1", "first"), LEASE)
    assert await store.claim(delivery("wd-2", "first"), LEASE) == Claim("busy")
    assert await store.claim(delivery("wd-1", "sent again"), LEASE) == Claim("busy")
    await store.finish(claim.token)

    for id, fingerprint in (("wd-3", "first"), ("wd-4", "sent again"), ("wd-1", "new")):
        assert await store.claim(delivery(id, fingerprint), LEASE) == Claim("finished")
    assert await store.claim(delivery("wd-5", "new"), LEASE) == Claim("finished")
    assert (await store.claim(delivery("wd-5", "other"), LEASE)).state == "claimed"


OTHER = BODY + b" "


async def held(store: DeliveryStore, clock: Clock, token: str) -> None:
    pass


async def expired(store: DeliveryStore, clock: Clock, token: str) -> None:
    clock.now += LEASE


async def acknowledged(store: DeliveryStore, clock: Clock, token: str) -> None:
    assert await store.acknowledge(token)


async def failed(store: DeliveryStore, clock: Clock, token: str) -> None:
    assert await store.acknowledge(token)
    assert await store.abandon(token, failed=True)


async def forgotten(store: DeliveryStore, clock: Clock, token: str) -> None:
    assert await store.abandon(token, failed=True)


async def finished(store: DeliveryStore, clock: Clock, token: str) -> None:
    assert await store.finish(token)


BEFORE = [held, expired, acknowledged, failed, forgotten, finished]


@pytest.mark.parametrize("before", BEFORE)
async def test_other_content_is_claimed_though_its_id_was_used_before(
    store: DeliveryStore, clock: Clock, before: Callable[..., Awaitable[None]]
) -> None:
    await before(store, clock, (await store.claim(delivery("wd-1", "first"), LEASE)).token)
    await store.claim(delivery("wd-2", "first"), LEASE)  # sent again by somebody else

    for id in ("wd-1", "wd-2"):
        other = delivery(id, f"other {id}", OTHER)
        claim = await store.claim(other, LEASE)
        assert claim.state == "claimed"
        assert await store.finish(claim.token)
        assert await store.claim(other, LEASE) == Claim("finished")


async def test_what_could_be_either_of_two_is_the_one_with_its_signature(
    store: DeliveryStore, clock: Clock
) -> None:
    for id, fingerprint in (("wd-1", "first"), ("wd-2", "later")):
        await store.claim(delivery(id, fingerprint), LEASE)
    clock.now += LEASE
    first = await store.claim(delivery("wd-2", "first"), LEASE)
    later = await store.claim(delivery("wd-2", "later"), LEASE)

    assert await store.finish(first.token)
    assert await store.abandon(later.token, failed=True)
    assert await store.claim(delivery("wd-1", "first"), LEASE) == Claim("finished")
    assert (await store.claim(delivery("wd-2", "later"), LEASE)).state == "claimed"


async def test_what_is_dated_anew_under_another_id_is_another_delivery(
    store: DeliveryStore,
) -> None:
    await store.finish((await store.claim(delivery("wd-1", "first"), LEASE)).token)

    assert (await store.claim(delivery("wd-2", "later"), LEASE)).state == "claimed"


async def test_what_is_claimed_under_another_id_is_held_all_the_same(
    store: DeliveryStore, clock: Clock
) -> None:
    await store.claim(delivery("wd-1", "first"), LEASE)
    clock.now += LEASE

    claim = await store.claim(delivery("wd-2", "first"), LEASE)
    assert await store.finish(claim.token)
    assert await store.claim(delivery("wd-1", "first"), LEASE) == Claim("finished")


async def test_as_much_is_taken_up_at_once_as_fits(store: DeliveryStore, clock: Clock) -> None:
    for number in range(130):
        claim = await store.claim(delivery(f"wd-{number}"), LEASE)
        await store.acknowledge(claim.token)
    clock.now += LEASE

    first, second, third = [await store.take_up(LEASE) for _ in range(3)]

    assert (len(first), len(second), len(third)) == (100, 30, 0)
    assert {each.id for each, _ in [*first, *second]} == {f"wd-{n}" for n in range(130)}


async def test_a_store_is_opened_again_when_it_is_asked(store: DeliveryStore) -> None:
    claim = await store.claim(delivery(), LEASE)
    await store.close()
    await store.close()

    assert await store.finish(claim.token)


class TestInMemory:
    async def test_finished_ones_are_forgotten_when_there_are_too_many(self) -> None:
        store = MemoryDeliveryStore(most=3)
        for number in range(5):
            claim = await store.claim(delivery(f"wd-{number}"), LEASE)
            await store.finish(claim.token)

        states = [(await store.claim(delivery(f"wd-{n}"), LEASE)).state for n in (4, 3, 2, 0)]
        assert states == ["finished", "finished", "finished", "claimed"]

    async def test_unfinished_ones_are_never_forgotten(self) -> None:
        store = MemoryDeliveryStore(most=2)
        claims = [await store.claim(delivery(f"wd-{n}"), LEASE) for n in range(3)]

        assert [claim.state for claim in claims] == ["claimed", "claimed", "busy"]
        assert await store.finish(claims[0].token)
        assert (await store.claim(delivery("wd-2"), LEASE)).state == "claimed"

    async def test_what_is_sent_again_under_many_ids_takes_no_room(self) -> None:
        store = MemoryDeliveryStore()
        for number in range(100):
            await store.claim(delivery(f"wd-{number}", "first"), LEASE)

        assert len(store._known) == 2

    async def test_what_is_forgotten_leaves_nothing(self) -> None:
        store = MemoryDeliveryStore(most=1)
        for number in range(3):
            claim = await store.claim(delivery(f"wd-{number}"), LEASE)
            await store.claim(delivery(f"wd-{number}", f"{number} anew"), LEASE)
            await store.finish(claim.token)
        assert len(store._known) == 3

        claim = await store.claim(delivery("wd-9"), LEASE)
        await store.abandon(claim.token, failed=True)
        assert (store._known, store._unfinished) == ({}, {})

    @pytest.mark.parametrize("most", [0, -1])
    def test_it_needs_room(self, most: int) -> None:
        with pytest.raises(ConfigError, match="most"):
            MemoryDeliveryStore(most=most)


class TestInAFile:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "deliveries.db"

    @asynccontextmanager
    async def opened(self, path: Path, **options: Any) -> AsyncIterator[SQLiteDeliveryStore]:
        store = SQLiteDeliveryStore(path, **options)
        try:
            yield store
        finally:
            await store.close()

    async def test_it_is_remembered_over_a_restart(self, path: Path, clock: Clock) -> None:
        async with self.opened(path, clock=clock) as store:
            await store.finish((await store.claim(delivery("wd-1"), LEASE)).token)
            await store.acknowledge((await store.claim(delivery("wd-2"), LEASE)).token)
            task = delivery("atask-1", body=TASK_BODY)
            await store.acknowledge((await store.claim(task, LEASE)).token)
        clock.now += LEASE

        async with self.opened(path, clock=clock) as store:
            assert await store.claim(delivery("wd-1"), LEASE) == Claim("finished")
            taken = sorted(await store.take_up(LEASE), key=lambda pair: pair[0].id)
        assert [each for each, _ in taken] == [task, delivery("wd-2")]

    async def test_a_task_without_a_date_comes_back_without_one(self, path: Path) -> None:
        task = attrs.evolve(delivery("atask-1", body=TASK_BODY), date=None)
        async with self.opened(path) as store:
            token = (await store.claim(task, LEASE)).token
            await store.acknowledge(token)
            await store.abandon(token, failed=False)
            ((taken, _),) = await store.take_up(LEASE)
        assert taken == task

    async def test_the_file_is_for_its_owner_and_holds_no_body_that_was_handled(
        self, path: Path
    ) -> None:
        async with self.opened(path) as store:
            await store.finish((await store.claim(delivery(), LEASE)).token)
            files = list(path.parent.iterdir())
            assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}

        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT state, token, body FROM deliveries").fetchall() == [
                ("finished", None, None)
            ]
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)

    async def test_finished_ones_are_forgotten_after_a_while(
        self, path: Path, clock: Clock
    ) -> None:
        async with self.opened(path, clock=clock, keep=1000) as store:
            await store.finish((await store.claim(delivery("wd-1"), LEASE)).token)
            await store.claim(delivery("never sent again"), LEASE)
            await store.acknowledge((await store.claim(delivery("wd-2"), LEASE)).token)
            clock.now += 999
            assert (await store.claim(delivery("wd-1"), LEASE)).state == "finished"
            clock.now += 2 * LEASE + 2
            assert (await store.claim(delivery("wd-1"), LEASE)).state == "claimed"
            assert len(await store.take_up(LEASE)) == 1

        with closing(sqlite3.connect(path)) as connection:
            kept = connection.execute("SELECT id, number FROM deliveries ORDER BY id").fetchall()
            known = connection.execute("SELECT number FROM known").fetchall()
        assert [id for id, _ in kept] == ["wd-1", "wd-2"]
        assert sorted(known) == sorted([(number,) for _, number in kept] * 2)

    @pytest.mark.parametrize("keep", [0, -1, float("nan")])
    def test_it_keeps_for_a_while(self, path: Path, keep: float) -> None:
        with pytest.raises(ConfigError, match="keep"):
            SQLiteDeliveryStore(path, keep=keep)

    async def test_a_file_that_cannot_be_opened_is_told_to_each_that_asks(
        self, tmp_path: Path
    ) -> None:
        async with self.opened(tmp_path / "missing" / "d.db") as store:
            for _ in range(2):
                with pytest.raises(FileError, match=r"missing/d\.db: "):
                    await store.claim(delivery(), LEASE)

    async def test_what_is_no_database_is_told_and_left_alone(self, path: Path) -> None:
        path.write_text("somebody's notes, long enough to be taken for a header" * 9)
        before = path.read_text()
        async with self.opened(path) as store:
            with pytest.raises(FileError, match="not a database"):
                await store.revive()
        assert path.read_text() == before

    async def test_what_is_sent_again_under_many_ids_takes_no_room(self, path: Path) -> None:
        async with self.opened(path) as store:
            for number in range(100):
                await store.claim(delivery(f"wd-{number}", "first"), LEASE)

        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT count(*) FROM known").fetchone() == (2,)

    @pytest.mark.parametrize(
        "schema",
        [
            "CREATE TABLE deliveries (id TEXT PRIMARY KEY, state TEXT NOT NULL)",
            "CREATE TABLE deliveries (id); PRAGMA user_version = 3",
            "CREATE TABLE notes (text)",
        ],
    )
    async def test_tables_of_another_version_are_told_and_left_alone(
        self, path: Path, schema: str
    ) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(schema)
        before = path.read_bytes()

        async with self.opened(path) as store:
            for _ in range(2):
                with pytest.raises(FileError, match=r"d\w+\.db: it was written by another version"):
                    await store.revive()
        assert path.read_bytes() == before

    async def test_a_failure_takes_back_all_of_its_transaction_and_the_next_one_works(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with self.opened(path) as store:
            await store.revive()
            plain = _sqlite._take_up
            monkeypatch.setattr(_sqlite, "_take_up", lambda *_: 1 / 0)
            tries = await asyncio.gather(
                store.claim(delivery(), LEASE), store.take_up(LEASE), return_exceptions=True
            )
            assert FileError in {type(each) for each in tries}
            monkeypatch.setattr(_sqlite, "_take_up", plain)
            state = (await store.claim(delivery("wd-2"), LEASE)).state
        assert state == "claimed"

    @asynccontextmanager
    async def held_up(self, store: SQLiteDeliveryStore) -> AsyncIterator[None]:
        """The thread is at work on something else meanwhile."""
        begun, over = threading.Event(), threading.Event()
        blocking = asyncio.create_task(store._do(lambda _: begun.set() or over.wait(60)))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        yield
        over.set()
        await blocking

    async def test_a_step_that_nobody_waits_for_any_more_is_not_taken(self, path: Path) -> None:
        async with self.opened(path) as store:
            async with self.held_up(store):
                claim = asyncio.create_task(store.claim(delivery(), LEASE))
                await asyncio.sleep(0)
                claim.cancel()
                await asyncio.wait({claim})
            assert (await store.claim(delivery(), LEASE)).state == "claimed"

    async def test_the_file_is_closed_when_closing_has_ended(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Slow(sqlite3.Connection):
            def close(self) -> None:
                threading.Event().wait(0.02)
                super().close()

        monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Slow))
        store = SQLiteDeliveryStore(path)
        await store.claim(delivery(), LEASE)
        beside = {each.name for each in path.parent.iterdir()}

        await store.close()

        assert beside > {path.name}
        assert [each.name for each in path.parent.iterdir()] == [path.name]

    async def test_closing_that_is_cancelled_closes_all_the_same(self, path: Path) -> None:
        store = SQLiteDeliveryStore(path)
        async with self.held_up(store):
            closing = asyncio.create_task(store.close())
            await asyncio.sleep(0)
            closing.cancel()
            await asyncio.wait({closing})
            ended = store._ended
        await asyncio.wrap_future(ended)

        assert [each.name for each in path.parent.iterdir()] == [path.name]

    async def test_many_steps_take_few_transactions(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        batches = []
        plain = _sqlite._transact
        monkeypatch.setattr(
            _sqlite, "_transact", lambda c, steps: batches.append(len(steps)) or plain(c, steps)
        )
        async with self.opened(path) as store:
            async with self.held_up(store):
                claims = [store.claim(delivery(f"wd-{n}"), LEASE) for n in range(500)]
                waiting = asyncio.gather(*claims)
                await asyncio.sleep(0)
            claimed = await waiting
        assert {claim.state for claim in claimed} == {"claimed"}
        assert batches[:4] == [1, 200, 200, 100]

    async def test_several_processes_claim_each_delivery_once(self, path: Path) -> None:
        script = (
            "import asyncio, sys\n"
            "from scalr_async.webhooks import SQLiteDeliveryStore\n"
            "from tests.webhooks.test_stores import delivery\n"
            "async def main():\n"
            "    store = SQLiteDeliveryStore(sys.argv[1])\n"
            "    claims = [(n, store.claim(delivery(f'wd-{n}'), 60)) for n in range(100)]\n"
            "    for n, claim in claims:\n"
            "        if (await claim).state == 'claimed': print(n)\n"
            "    await store.close()\n"
            "asyncio.run(main())\n"
        )
        processes = [
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                script,
                str(path),
                cwd=ROOT,
                stdout=asyncio.subprocess.PIPE,
            )
            for _ in range(3)
        ]
        outputs = [await process.communicate() for process in processes]

        claimed = [int(line) for out, _ in outputs for line in out.split()]
        assert sorted(claimed) == list(range(100))
        assert [process.returncode for process in processes] == [0, 0, 0]
