"""From a request on a socket to work that is done once: answers, repeats, failures, closing."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import attrs
import pytest
from aiohttp import web

from scalr_async.errors import ClientStateError, ConfigError, FileError
from scalr_async.webhooks import (
    Claim,
    Delivery,
    MemoryDeliveryStore,
    RunEvent,
    SQLiteDeliveryStore,
    TaskVerifier,
    WebhookApp,
    WebhookReceiver,
    WebhookVerifier,
    _receiver,
    add_webhook_route,
)
from tests.webhooks.sender import BODY, SECRET, TASK_BODY, clock, headers, moment, sign
from tests.webhooks.served import (
    SERVERS,
    Asgi,
    Sender,
    Serve,
    listening,
    on_aiohttp,
    sending,
)

VERIFIER = WebhookVerifier(SECRET, clock=clock)
SOON = 0.03


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.002)


@attrs.define
class Work:
    """A handler that does as it is told: it waits for `gate`, fails `failures` times, counts."""

    failures: int = 0
    gate: asyncio.Event = attrs.field(factory=asyncio.Event)
    begun: list[str] = attrs.field(factory=list)
    done: list[str] = attrs.field(factory=list)
    stopped: list[str] = attrs.field(factory=list)

    async def __call__(self, delivery: Delivery) -> None:
        assert isinstance(delivery.payload, RunEvent)
        self.begun.append(delivery.id)
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.stopped.append(delivery.id)
            raise
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the bot broke")
        self.done.append(delivery.id)


@pytest.fixture
async def work() -> Work:
    made = Work()
    made.gate.set()
    return made


@pytest.fixture
async def slow() -> Work:
    return Work()


@pytest.fixture(params=SERVERS.values(), ids=SERVERS)
def serve(request: pytest.FixtureRequest) -> Serve:
    return request.param


@asynccontextmanager
async def serving(
    handler: Callable[[Delivery], Awaitable[object]], serve: Serve = on_aiohttp, **options: Any
) -> AsyncIterator[Sender]:
    options = {"verifier": VERIFIER, "drain": 2.0, **options}
    receiver = WebhookReceiver(handler=handler, **options)
    async with serve(receiver) as url, sending(url) as sender:
        sender.receiver = receiver
        yield sender


class Counting:
    """The verifier of these tests, which counts what came."""

    max_body = VERIFIER.max_body

    def __init__(self) -> None:
        self.seen = 0

    def verify(self, body: bytes, fields: Any) -> Delivery:
        self.seen += 1
        return VERIFIER.verify(body, fields)


class Waited(MemoryDeliveryStore):
    """A store that counts how often it was asked for a claim."""

    claimed = 0

    async def claim(self, delivery: Delivery, lease: float) -> Claim:
        self.claimed += 1
        return await super().claim(delivery, lease)


async def test_a_delivery_is_handled_and_answered(work: Work, serve: Serve) -> None:
    async with serving(work, serve) as sender:
        answered = await sender.post()

    assert (answered.status, answered.text, work.done) == (200, "done", ["wd-1"])
    assert answered.headers["Content-Type"] == "text/plain; charset=utf-8"


async def test_a_task_is_handled_and_answered(serve: Serve) -> None:
    done = []

    async def launch(delivery: Delivery) -> None:
        done.append(delivery.payload.task_id)

    async with serving(launch, serve, verifier=TaskVerifier("X-Key", SECRET)) as sender:
        fields = {"X_Key": SECRET, "Idempotency_Key": "atask-1"}
        answers = [await sender.post(body=TASK_BODY, **fields) for _ in range(2)]
        refused = await sender.post(body=TASK_BODY, X_Key="other", Idempotency_Key="atask-2")

        again = await sender.post(body=TASK_BODY + b" ", **fields)

    assert ([each.status for each in answers], refused.status) == ([200, 200], 401)
    assert (again.status, done) == (200, ["atask-1"])  # the task, whatever else is said of it


async def test_a_plain_function_that_succeeded_is_not_taken_for_one_that_failed(
    serve: Serve,
) -> None:
    done: list[str] = []

    async with serving(lambda delivery: done.append(delivery.id), serve) as sender:
        answers = [await sender.post() for _ in range(2)]

    assert ([each.status for each in answers], done) == ([200, 200], ["wd-1"])


async def test_what_comes_again_is_handled_once(work: Work, serve: Serve) -> None:
    async with serving(work, serve) as sender:
        answers = [await sender.post() for _ in range(3)]

    assert [each.status for each in answers] == [200] * 3
    assert work.done == ["wd-1"]


async def test_different_content_under_one_id_is_all_handled(slow: Work, serve: Serve) -> None:
    counting = Counting()
    async with serving(slow, serve, verifier=counting) as sender:
        bodies = [BODY, BODY + b" ", BODY]
        posts = [asyncio.create_task(sender.post("wd-2", body)) for body in bodies]
        posts.append(asyncio.create_task(sender.post("wd-1")))  # that of the first and third
        await until(lambda: counting.seen == 4)
        slow.gate.set()
        statuses = [(await each).status for each in posts]
        last = await sender.post("wd-2", BODY + b"  ")

    assert (statuses, last.status) == ([200] * 4, 200)
    assert len(slow.begun) == len(slow.done) == 3


@pytest.mark.parametrize("failures", [0, 1])
async def test_what_is_dated_anew_is_handled_once_and_answered_alike(
    slow: Work, serve: Serve, failures: int
) -> None:
    slow.failures = failures
    store = Waited()
    async with serving(slow, serve, store=store) as sender:
        posts = []
        for date in map(moment, range(3)):
            signed = {"Date": date, "X_Signature": sign(BODY, date=date)}
            posts.append(asyncio.create_task(sender.post(**signed)))
            await until(lambda: store.claimed == len(posts) and bool(slow.begun))
        slow.gate.set()
        statuses = [(await each).status for each in posts]
        again = await sender.post("wd-2", **signed)

    assert statuses == [500 if failures else 200] * 3
    assert (again.status, len(slow.done)) == (200, 1)


@pytest.mark.parametrize("failures", [0, 1])
async def test_what_comes_three_times_at_once_is_handled_once_and_answered_alike(
    slow: Work, serve: Serve, failures: int
) -> None:
    slow.failures = failures
    counting = Counting()
    async with serving(slow, serve, verifier=counting) as sender:
        answers = [asyncio.create_task(sender.post()) for _ in range(3)]
        await until(lambda: counting.seen == 3)
        slow.gate.set()
        statuses = [(await each).status for each in answers]

    assert statuses == [500 if failures else 200] * 3
    assert slow.begun == ["wd-1"]


async def test_what_fails_is_answered_500_and_handled_when_it_is_sent_again(
    work: Work, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    work.failures = 2
    async with serving(work, serve) as sender:
        answers = [await sender.post() for _ in range(4)]

    assert [each.status for each in answers] == [500, 500, 200, 200]
    assert (len(work.begun), work.done) == (3, ["wd-1"])
    assert "the bot broke" not in answers[0].text
    assert "scalr.webhook_failed wd-1" in caplog.text


async def test_a_handler_that_is_cancelled_from_within_has_failed(serve: Serve) -> None:
    begun = []

    async def cancelled(delivery: Delivery) -> None:
        begun.append(delivery.id)
        raise asyncio.CancelledError

    async with serving(cancelled, serve) as sender:
        answers = [await sender.post() for _ in range(2)]

    assert [each.status for each in answers] == [500, 500]
    assert begun == ["wd-1"] * 2


async def test_what_takes_long_is_acknowledged_in_time_and_handled_to_its_end(
    slow: Work, serve: Serve
) -> None:
    async with serving(slow, serve, patience=SOON) as sender:
        first, again = await sender.post(), await sender.post()
        begun = list(slow.begun)
        done_before = list(slow.done)
        slow.gate.set()
        await until(lambda: not sender.receiver.unfinished)
        last = await sender.post()

    assert [each.status for each in (first, again, last)] == [202, 202, 200]
    assert (begun, done_before, slow.done) == (["wd-1"], [], ["wd-1"])


async def test_with_no_patience_everything_is_acknowledged_first(work: Work, serve: Serve) -> None:
    async with serving(work, serve, patience=0) as sender:
        answers = [await sender.post(f"wd-{n}", body=BODY + b" " * n) for n in range(5)]
        await until(lambda: len(work.done) == 5)

    assert {each.status for each in answers} == {202}


async def test_what_was_acknowledged_and_fails_is_tried_again_here(
    slow: Work, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    slow.failures = 2
    async with serving(slow, serve, patience=0, delays=[0.01, 0.01]) as sender:
        answered = await sender.post()
        slow.gate.set()
        await until(lambda: bool(slow.done))

    assert answered.status == 202
    assert (slow.begun, slow.done) == (["wd-1"] * 3, ["wd-1"])
    assert "given_up" not in caplog.text


async def test_what_fails_for_good_waits_for_the_next_start(
    work: Work, serve: Serve, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    work.failures = 3
    options = {"patience": 0, "delays": [0, 0]}
    store = SQLiteDeliveryStore(tmp_path / "d.db")
    async with serving(work, serve, store=store, **options) as sender:
        await sender.post()
        await until(lambda: "scalr.webhook_given_up wd-1" in caplog.text)
        assert (len(work.begun), work.done) == (3, [])

    async with serving(work, serve, store=store, **options) as sender:
        await until(lambda: bool(work.done))
    async with serving(work, serve, store=store, **options) as sender:
        assert (await sender.post()).status == 200
    assert work.done == ["wd-1"]


async def test_no_more_are_handled_at_once_than_may_be(slow: Work, serve: Serve) -> None:
    async with serving(slow, serve, concurrency=2, patience=SOON) as sender:
        answers = await asyncio.gather(
            *(sender.post(f"wd-{n}", body=BODY + b" " * n) for n in range(5))
        )
        assert len(slow.begun) == 2
        slow.gate.set()
        await until(lambda: len(slow.done) == 5)

    assert {each.status for each in answers} == {202}


async def test_more_than_the_backlog_is_answered_503_and_handled_later(
    slow: Work, serve: Serve
) -> None:
    async with serving(slow, serve, backlog=2, patience=SOON) as sender:
        posts = [sender.post(f"wd-{n}", body=BODY + b" " * n) for n in range(2)]
        accepted = await asyncio.gather(*posts)
        full = await sender.post("wd-9", body=BODY + b" " * 9)
        slow.gate.set()
        await until(lambda: not sender.receiver.unfinished)
        again = await sender.post("wd-9", body=BODY + b" " * 9)

    assert [each.status for each in accepted] == [202, 202]
    assert (full.status, full.headers["Retry-After"]) == (503, "5")
    assert again.status in (200, 202)
    assert set(slow.done) == {"wd-0", "wd-1", "wd-9"}


async def test_a_storm_is_bounded_and_nothing_of_it_is_lost(work: Work, serve: Serve) -> None:
    async with serving(work, serve, backlog=5, concurrency=2) as sender:

        async def persist(number: int) -> int:
            refused = 0
            while (await sender.post(f"wd-{number}", body=BODY + b" " * number)).status != 200:
                refused += 1
                await asyncio.sleep(0.01)
            return refused

        refused = await asyncio.gather(*map(persist, range(40)))

    assert sorted(work.done) == sorted(f"wd-{n}" for n in range(40))
    assert sum(refused) > 0


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"X_Signature": "0" * 64}, 401, "another secret"),
    ({"X_Signature": ""}, 401, "not signed"),
    ({"Date": "2020-11-25T09:43:38+0000"}, 401, "another secret"),
    ({"X_Scalr_Delivery_Id": ""}, 400, "X-Scalr-Delivery-Id is missing"),
    ({"Content_Type": "text/plain"}, 400, "not JSON"),
    ({"body": b"{"}, 400, "not JSON|brackets"),
    ({"body": b"[" * 100_000}, 400, "nested"),
]


@pytest.mark.parametrize(("changes", "status", "words"), REFUSED)
async def test_what_is_not_believed_is_answered_4xx_and_not_handled(
    work: Work,
    serve: Serve,
    changes: dict[str, Any],
    status: int,
    words: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(work, serve) as sender:
        answered = await sender.post(**changes)

    assert answered.status == status
    assert any(word in answered.text for word in words.split("|"))
    assert work.begun == []
    assert "scalr.webhook_refused" in caplog.text
    assert SECRET not in caplog.text + answered.text


async def test_a_stale_delivery_is_answered_401(work: Work, serve: Serve) -> None:
    async with serving(work, serve, verifier=WebhookVerifier(SECRET)) as sender:
        answered = await sender.post()

    assert (answered.status, work.begun) == (401, [])
    assert "seconds ago" in answered.text


async def test_a_body_that_is_too_large_is_not_read_to_its_end(work: Work, serve: Serve) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 65536
            yield b" " * 65536

    small = WebhookVerifier(SECRET, clock=clock, max_body=100_000)
    async with serving(work, serve, verifier=small) as sender:
        try:
            status = (await sender.post(body=endless())).status
        except aiohttp.ClientError:
            status = 413  # the connection was closed while it was sent
        whole = (await sender.post(body=b" " * 200_000)).status

    assert (status, whole, work.begun) == (413, 413, [])
    assert read < 20 * 1024 * 1024


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "x"])
@pytest.mark.parametrize("whole", [True, False])
async def test_a_compressed_body_is_refused(
    work: Work, serve: Serve, encoding: str, whole: bool
) -> None:
    packed = {"gzip": gzip.compress(BODY), "deflate": zlib.compress(BODY)}.get(encoding, BODY)
    body = packed if whole else b"no such thing" + packed
    async with serving(work, serve) as sender:
        answered = await sender.post(body=body, Content_Encoding=encoding)

    assert (answered.status, work.begun) == (400, [])


async def test_a_body_that_does_not_come_is_given_up(
    work: Work, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_receiver, "_READING", SOON)
    forever = asyncio.Event()

    async def dripping() -> AsyncIterator[bytes]:
        yield b"{"
        await forever.wait()

    async with serving(work, serve) as sender:
        answered = await sender.post(body=dripping())

    assert answered.status == 408


async def test_bodies_that_are_being_read_count_as_load(work: Work, serve: Serve) -> None:
    forever = asyncio.Event()

    async def dripping() -> AsyncIterator[bytes]:
        yield b"{"
        await forever.wait()
        yield b"}"

    async with serving(work, serve, backlog=1) as sender:
        reading = asyncio.create_task(sender.post(body=dripping()))
        await until(lambda: sender.receiver._reading == 1)
        full = await sender.post()
        forever.set()
        assert (await reading).status == 401
        assert (full.status, (await sender.post()).status) == (503, 200)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
async def test_only_posts_are_deliveries(work: Work, serve: Serve, method: str) -> None:
    async with serving(work, serve) as sender:
        answered = await sender.post(method=method)

    assert (answered.status, answered.headers["Allow"], work.begun) == (405, "POST", [])


async def test_a_sender_that_gives_up_stops_no_work(slow: Work, serve: Serve) -> None:
    async with serving(slow, serve) as sender:
        post = asyncio.create_task(sender.post())
        await until(lambda: bool(slow.begun))
        post.cancel()
        await asyncio.sleep(SOON)
        slow.gate.set()
        await until(lambda: not sender.receiver.unfinished)
        assert (await sender.post()).status == 200
    assert slow.begun == ["wd-1"]


class TestClosing:
    async def test_what_is_at_work_is_waited_for(self, slow: Work, serve: Serve) -> None:
        async with serving(slow, serve, patience=SOON) as sender:
            await sender.post()
            asyncio.get_running_loop().call_later(SOON, slow.gate.set)

        assert (slow.done, slow.stopped) == (["wd-1"], [])

    async def test_what_is_late_is_stopped_and_taken_up_at_the_next_start(
        self, slow: Work, serve: Serve, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        store = SQLiteDeliveryStore(tmp_path / "d.db")
        async with serving(slow, serve, store=store, patience=0, drain=SOON) as sender:
            assert (await sender.post()).status == 202
            await until(lambda: bool(slow.begun))
        assert (slow.stopped, slow.done) == (["wd-1"], [])
        assert "scalr.webhook_left 1 deliveries" in caplog.text

        slow.gate.set()
        async with serving(slow, serve, store=store):
            await until(lambda: bool(slow.done))
        assert slow.begun == ["wd-1"] * 2

    async def test_what_is_late_and_not_acknowledged_is_answered_503(self, slow: Work) -> None:
        store = MemoryDeliveryStore()
        receiver = WebhookReceiver(VERIFIER, slow, store=store, drain=0)
        async with receiver:
            reply = asyncio.create_task(receiver.receive(BODY, headers()))
            await until(lambda: bool(slow.begun))
        assert (await reply).status == 503
        assert await self.is_free(store)

    async def is_free(self, store: MemoryDeliveryStore) -> bool:
        claim = await store.claim(VERIFIER.verify(BODY, headers()), 60)
        return claim.state == "claimed"

    async def test_what_never_began_is_answered_503(self, work: Work) -> None:
        receiver = WebhookReceiver(VERIFIER, work)
        async with receiver:
            reply = asyncio.create_task(receiver.receive(BODY, headers()))
            await asyncio.sleep(0)
            for task in receiver._tasks:
                task.cancel()
        assert (await reply).status == 503
        assert (work.begun, receiver.unfinished) == ([], 0)

    async def test_rests_between_tries_are_cut_short(self, work: Work, tmp_path: Path) -> None:
        work.failures = 1
        store = SQLiteDeliveryStore(tmp_path / "d.db")
        async with serving(work, store=store, patience=0, delays=[3600], drain=60) as sender:
            await sender.post()
            await until(lambda: bool(work.begun))
        assert work.done == []

        async with serving(work, store=store):
            await until(lambda: bool(work.done))

    async def test_it_goes_to_its_end_though_it_is_cancelled(self, slow: Work) -> None:
        receiver = WebhookReceiver(VERIFIER, slow, patience=0, drain=60)
        await receiver.__aenter__()
        await receiver.receive(BODY, headers())
        await until(lambda: bool(slow.begun))
        closing = asyncio.create_task(receiver.__aexit__(None, None, None))
        await asyncio.sleep(SOON)
        closing.cancel()
        await asyncio.wait({closing})

        assert closing.cancelled()
        assert (slow.stopped, receiver.unfinished) == (["wd-1"], 0)

    @pytest.mark.parametrize("when", ["before", "after"])
    async def test_a_receiver_that_is_not_open_answers_503(
        self, work: Work, when: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        receiver = WebhookReceiver(VERIFIER, work)
        if when == "after":
            async with receiver:
                pass
        server = Asgi(WebhookApp(receiver))
        async with listening(web.Server(server.handle)) as url, sending(url) as sender:
            answered = await sender.post()
        reply = await receiver.receive(BODY, headers())

        assert (answered.status, reply.status, work.begun) == (503, 503, [])
        assert "use `async with receiver`" in caplog.text

    async def test_it_can_be_opened_again_and_not_twice(self, work: Work) -> None:
        receiver = WebhookReceiver(VERIFIER, work)
        for _ in range(2):
            async with receiver:
                with pytest.raises(ClientStateError, match="open already"):
                    await receiver.__aenter__()
                assert (await receiver.receive(BODY, headers())).status == 200
        assert work.done == ["wd-1"]

    async def test_closing_what_was_never_opened_is_harmless(self, work: Work) -> None:
        await WebhookReceiver(VERIFIER, work).__aexit__(None, None, None)


class TestLeases:
    async def test_what_another_process_left_is_taken_up_while_this_one_runs(
        self, work: Work, tmp_path: Path
    ) -> None:
        store = SQLiteDeliveryStore(tmp_path / "d.db")
        dead = await store.claim(VERIFIER.verify(BODY, headers()), 0.05)
        await store.acknowledge(dead.token)
        async with serving(work, store=store, lease=0.04) as sender:
            await until(lambda: bool(work.done) and not sender.receiver.unfinished)
            assert (await sender.post()).status == 200
        assert work.begun == ["wd-1"]

    async def test_what_another_process_works_on_is_answered_503_until_it_is_done(
        self, work: Work, tmp_path: Path
    ) -> None:
        store = SQLiteDeliveryStore(tmp_path / "d.db")
        other = SQLiteDeliveryStore(tmp_path / "d.db")
        claim = await other.claim(VERIFIER.verify(BODY, headers()), 60)
        async with serving(work, store=store) as sender:
            busy = await sender.post()
            await other.finish(claim.token)
            done = await sender.post()
        await other.close()
        assert (busy.status, busy.headers["Retry-After"], done.status) == (503, "5", 200)
        assert work.begun == []

    async def test_a_lease_is_extended_while_work_goes_on(self, slow: Work) -> None:
        extended: list[tuple[str, float]] = []

        class Watched(MemoryDeliveryStore):
            async def extend(self, token: str, lease: float) -> bool:
                extended.append((token, lease))
                return await super().extend(token, lease)

        store = Watched(clock=lambda: 0.0)
        async with serving(slow, store=store, lease=0.06, patience=0) as sender:
            await sender.post()
            (token,) = store._held
            await until(lambda: len(extended) == 3)
            slow.gate.set()
        assert set(extended) == {(token, 0.06)}
        assert slow.done == ["wd-1"]


class Broken(MemoryDeliveryStore):
    """A store that fails where it is told to."""

    def __init__(self, *broken: str) -> None:
        super().__init__()
        self.broken = set(broken)

    def __getattribute__(self, name: str) -> Any:
        if name in ("claim", "finish", "abandon", "acknowledge", "extend", "take_up", "revive"):
            if name in self.broken:
                return self.fail
        return super().__getattribute__(name)

    async def fail(self, *_: Any, **__: Any) -> Any:
        raise FileError("the disk is full")


class TestBrokenStores:
    async def test_what_cannot_be_noted_is_not_handled_and_answered_503(
        self, work: Work, serve: Serve, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with serving(work, serve, store=Broken("claim")) as sender:
            answered = await sender.post()

        assert (answered.status, work.begun) == (503, [])
        assert "the disk is full" in caplog.text

    async def test_what_cannot_be_acknowledged_stays_with_the_sender_and_is_handled(
        self, slow: Work
    ) -> None:
        store = Broken("acknowledge")
        async with serving(slow, store=store, patience=SOON) as sender:
            late = await sender.post()
            slow.gate.set()
            await until(lambda: not sender.receiver.unfinished)
            again = await sender.post()

        assert (late.status, again.status, slow.begun) == (503, 200, ["wd-1"])

    async def test_what_was_handled_and_cannot_be_noted_is_answered_200(
        self, work: Work, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with serving(work, store=Broken("finish")) as sender:
            answered = await sender.post()

        assert (answered.status, work.done) == (200, ["wd-1"])
        assert "scalr.webhook_store_failed wd-1" in caplog.text

    @pytest.mark.parametrize("then", ["works", "fails"])
    async def test_a_lease_that_is_lost_is_told(
        self, slow: Work, then: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        store = MemoryDeliveryStore()
        slow.failures = 1 if then == "fails" else 0
        receiver = WebhookReceiver(VERIFIER, slow, store=store)
        async with receiver:
            reply = asyncio.create_task(receiver.receive(BODY, headers()))
            await until(lambda: bool(slow.begun))
            (token,) = store._held
            await store.abandon(token, failed=False)
            slow.gate.set()
            assert (await reply).status == (200 if then == "works" else 500)
        assert "scalr.webhook_lease_lost wd-1" in caplog.text

    async def test_a_lease_that_is_lost_is_not_acknowledged(self, slow: Work) -> None:
        store = MemoryDeliveryStore()
        receiver = WebhookReceiver(VERIFIER, slow, store=store, patience=SOON)
        async with receiver:
            reply = asyncio.create_task(receiver.receive(BODY, headers()))
            await until(lambda: bool(slow.begun))
            (token,) = store._held
            await store.abandon(token, failed=False)
            assert (await reply).status == 503
            slow.gate.set()

    async def test_a_store_that_fails_at_the_side_is_told_and_asked_again(
        self, slow: Work, caplog: pytest.LogCaptureFixture
    ) -> None:
        store = Broken("extend", "take_up")
        async with serving(slow, store=store, lease=0.03, patience=0) as sender:
            await sender.post()
            told = {"scalr.webhook_store_failed", "scalr.webhook_store_failed wd-1"}
            await until(lambda: told <= {record.getMessage() for record in caplog.records})
            store.broken.clear()
            slow.gate.set()
            await until(lambda: bool(slow.done))

    async def test_a_lease_that_was_extended_too_late_goes_on(
        self, slow: Work, caplog: pytest.LogCaptureFixture
    ) -> None:
        store = MemoryDeliveryStore()
        store.extend = lambda *_: asyncio.sleep(0, True)
        receiver = WebhookReceiver(VERIFIER, slow, store=store, patience=0, lease=0.02)
        async with receiver:
            await receiver.receive(BODY, headers())
            await until(lambda: bool(slow.begun))
            (first,) = store._held
            await until(lambda: list(store._held) != [first])
            slow.gate.set()
        assert slow.begun == slow.done == ["wd-1"]
        assert (await store.claim(VERIFIER.verify(BODY, headers()), 60)).state == "finished"
        assert "lease_lost" not in caplog.text

    async def test_a_file_that_cannot_be_opened_is_told_at_the_start(
        self, work: Work, tmp_path: Path
    ) -> None:
        receiver = WebhookReceiver(
            VERIFIER, work, store=SQLiteDeliveryStore(tmp_path / "missing" / "d.db")
        )
        app = web.Application()
        add_webhook_route(app, "/", receiver)
        with pytest.raises(FileError):
            async with listening(app):
                raise AssertionError

        sent = []
        events = iter([{"type": "lifespan.startup"}])

        async def receive() -> Any:
            return next(events)

        async def send(message: Any) -> None:
            sent.append(message)

        await WebhookApp(receiver)({"type": "lifespan"}, receive, send)
        assert [message["type"] for message in sent] == ["lifespan.startup.failed"]
        assert "missing" in sent[0]["message"]


async def test_a_sender_that_leaves_before_the_end_of_its_body_is_not_answered(work: Work) -> None:
    sent = []
    messages = iter(
        [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
    )

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    async with WebhookReceiver(VERIFIER, work) as receiver:
        scope = {"type": "http", "method": "POST", "headers": []}
        await WebhookApp(receiver)(scope, receive, send)
    assert sent == []


async def test_a_websocket_is_closed(work: Work) -> None:
    sent = []

    async def send(message: Any) -> None:
        sent.append(message)

    await WebhookApp(WebhookReceiver(VERIFIER, work))({"type": "websocket"}, None, send)
    assert sent == [{"type": "websocket.close"}]


async def test_what_is_left_in_the_store_does_not_pass_the_backlog(slow: Work) -> None:
    store = MemoryDeliveryStore()
    for number in range(250):
        body = BODY + b" " * number
        token = (
            await store.claim(VERIFIER.verify(body, headers(body, id=f"wd-{number}")), 60)
        ).token
        await store.acknowledge(token)
        await store.abandon(token, failed=False)
    receiver = WebhookReceiver(VERIFIER, slow, store=store, backlog=150, lease=0.4)
    async with receiver:
        await until(lambda: receiver.unfinished > 0)
        assert receiver.unfinished == 200
        other = BODY + b" " * 1000
        assert (await receiver.receive(other, headers(other, id="wd-1000"))).status == 503
        slow.gate.set()
        await until(lambda: len(slow.done) == 250)
    assert len(set(slow.done)) == len(slow.begun) == 250


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"patience": -1}, "patience"),
    ({"patience": float("nan")}, "patience"),
    ({"lease": 0}, "lease"),
    ({"drain": float("inf")}, "drain"),
    ({"delays": [1, -1]}, "delays"),
    ({"concurrency": 0}, "concurrency"),
    ({"backlog": 0}, "backlog"),
]


@pytest.mark.parametrize(("options", "words"), UNFIT)
def test_what_makes_no_receiver_is_told(options: dict[str, Any], words: str, work: Any) -> None:
    with pytest.raises(ConfigError, match=words):
        WebhookReceiver(VERIFIER, work, **options)


def test_only_what_is_there_can_be_imported() -> None:
    from scalr_async import webhooks

    assert all(getattr(webhooks, name) is not None for name in webhooks.__all__)
    with pytest.raises(AttributeError, match="Nonsense"):
        _ = webhooks.Nonsense
