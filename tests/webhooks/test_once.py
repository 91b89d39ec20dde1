"""Signed content is handled before it is answered 200, and once, whatever is sent under which id.

An eavesdropper can send what was signed again, under any id, but cannot sign. Scalr dates and signs
a delivery anew when it sends it again. Both are part of the histories here, besides failures,
kills, leases that end and restarts, with two processes.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalr_async.errors import FileError
from scalr_async.webhooks import (
    Delivery,
    DeliveryStore,
    MemoryDeliveryStore,
    Reply,
    SQLiteDeliveryStore,
    WebhookReceiver,
    WebhookVerifier,
)
from tests.webhooks import sender
from tests.webhooks.sender import BODY, SECRET, headers, moment

LEASE = 60.0
VERIFIER = WebhookVerifier(SECRET, clock=sender.clock)


@attrs.define
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@attrs.frozen
class Sent:
    """What is sent: the number of its content, of its id, and of its date."""

    content: int
    id: int
    date: int

    @property
    def request(self) -> tuple[bytes, dict[str, str]]:
        body = BODY + b" " * self.content
        return body, headers(body, id=f"wd-{self.id}", date=moment(self.date))

    @property
    def delivery(self) -> Delivery:
        return VERIFIER.verify(*self.request)


SENT = st.builds(Sent, st.integers(0, 2), st.integers(0, 2), st.integers(0, 1))
PROCESS = st.integers(0, 1)


def in_memory(_: Path, clock: Clock) -> list[DeliveryStore]:
    return [MemoryDeliveryStore(clock=clock)] * 2


def in_a_file(path: Path, clock: Clock) -> list[DeliveryStore]:
    return [SQLiteDeliveryStore(path / "d.db", clock=clock) for _ in range(2)]


@attrs.define
class Claims:
    """The stores of two processes, and what was truly done with what they gave away."""

    clock: Clock
    stores: list[DeliveryStore]
    tokens: list[str] = attrs.field(factory=lambda: [""])
    held: dict[str, tuple[Delivery, float]] = attrs.field(factory=dict)
    sent: set[Sent] = attrs.field(factory=set)
    acknowledged: list[Delivery] = attrs.field(factory=list)
    handled: list[Delivery] = attrs.field(factory=list)

    async def send(self, process: int, sent: Sent) -> str:
        delivery = sent.delivery
        claim = await self.stores[process].claim(delivery, LEASE)
        match claim.state:
            case "finished":
                assert self.has_body(delivery, self.handled)
            case "acknowledged":
                assert self.has_body(delivery, self.acknowledged)
            case "busy":
                assert self.has_body(delivery, self.at_work())
            case "claimed":
                self.hold(claim.token, delivery)
        if claim.state != "claimed":
            assert any(self.may_be_same(sent, other) for other in self.sent)
        self.sent.add(sent)
        return claim.state

    def has_body(self, delivery: Delivery, among: list[Delivery]) -> bool:
        return any(other.body == delivery.body for other in among)

    def may_be_same(self, one: Sent, other: Sent) -> bool:
        same = (one.id, one.date)
        return one.content == other.content and (same[0] == other.id or same[1] == other.date)

    def at_work(self) -> list[Delivery]:
        return [delivery for delivery, until in self.held.values() if until > self.clock()]

    def hold(self, token: str, delivery: Delivery) -> None:
        for others in (self.at_work(), self.handled):
            assert delivery.fingerprint not in {other.fingerprint for other in others}
        if not any(self.is_replay(one) for one in self.sent):
            keys = {(other.id, other.body) for other in self.handled}
            assert (delivery.id, delivery.body) not in keys
        self.tokens.append(token)
        self.held[token] = (delivery, self.clock() + LEASE)

    def is_replay(self, sent: Sent) -> bool:
        return any(attrs.evolve(sent, id=other.id) == other != sent for other in self.sent)

    async def end(self, process: int, name: str, number: int) -> bool:
        """Do something with a token; while its lease lasts this always succeeds."""
        token = self.tokens[-1 - number % len(self.tokens)]
        store = self.stores[process]
        calls: dict[str, Callable[[], Any]] = {
            "extend": lambda: store.extend(token, LEASE),
            "acknowledge": lambda: store.acknowledge(token),
            "finish": lambda: store.finish(token),
            "fail": lambda: store.abandon(token, failed=True),
            "leave": lambda: store.abandon(token, failed=False),
        }
        done: bool = await calls[name]()
        delivery, until = self.held.get(token, (None, 0.0))
        assert done or until <= self.clock()
        if delivery is not None and done:
            self.note(name, token, delivery)
        return done

    def note(self, name: str, token: str, delivery: Delivery) -> None:
        if name == "extend":
            self.held[token] = (delivery, self.clock() + LEASE)
        elif name == "acknowledge":
            self.acknowledged.append(delivery)
        else:
            del self.held[token]
            self.handled += [delivery] if name == "finish" else []

    async def take_up(self, process: int) -> list[str]:
        taken = await self.stores[process].take_up(LEASE)
        taken = sorted(taken, key=lambda pair: pair[0].fingerprint)
        for delivery, token in taken:
            assert delivery in self.acknowledged
            self.hold(token, delivery)
        return [delivery.fingerprint for delivery, _ in taken]

    async def close(self) -> None:
        for store in self.stores:
            await store.close()

    async def apply(self, name: str, process: int, sent: Sent, number: int) -> Any:
        match name:
            case "send":
                return await self.send(process, sent)
            case "take up":
                return await self.take_up(process)
            case "revive":
                return await self.stores[process].revive()
            case "restart":
                return await self.close()
            case "wait":
                self.clock.now += LEASE / 2
            case _:
                return await self.end(process, name, number)

    async def check_to_the_end(self) -> None:
        """Everything that was acknowledged is handled at last, and nothing else is left."""
        self.clock.now += LEASE
        await self.stores[0].revive()
        while await self.take_up(0):
            for token in [*self.held]:
                await self.end(0, "finish", -1 - self.tokens.index(token))
        handled = {delivery.fingerprint for delivery in self.handled}
        assert {delivery.fingerprint for delivery in self.acknowledged} <= handled
        await self.close()


STEPS = st.tuples(
    st.sampled_from(
        ["send"] * 6
        + ["acknowledge", "finish", "fail", "leave", "extend", "take up", "revive"]
        + ["wait", "restart"]
    ),
    PROCESS,
    SENT,
    st.integers(0, 2),
)


@settings(max_examples=50, deadline=None, suppress_health_check=[*HealthCheck])
@given(st.lists(STEPS, max_size=40))
async def test_both_stores_do_the_same_whatever_is_asked(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, Sent, int]]
) -> None:
    path = tmp_path_factory.mktemp("s")
    memory, file = (Claims(clock := Clock(), make(path, clock)) for make in (in_memory, in_a_file))
    for step in steps:
        assert await memory.apply(*step) == await file.apply(*step), step
    for claims in (memory, file):
        await claims.check_to_the_end()


class Mortal:
    """A store as one process has it, which can do nothing any more once that is killed."""

    def __init__(self, store: DeliveryStore) -> None:
        self.store = store
        self.calls = 0
        self.dead = False

    def __getattr__(self, name: str) -> Any:
        async def call(*arguments: Any, **named: Any) -> Any:
            if self.dead:
                raise FileError("the process was killed")
            self.calls += 1
            try:
                return await getattr(self.store, name)(*arguments, **named)
            finally:
                self.calls -= 1

        return call


@attrs.define
class Processes:
    """Two processes with a receiver each, whose handlers end when they are told how."""

    clock: Clock
    stores: list[DeliveryStore]
    patience: float
    receivers: list[WebhookReceiver | None] = attrs.field(factory=lambda: [None, None])
    mortals: list[Mortal] = attrs.field(factory=list)
    gates: list[tuple[Delivery, asyncio.Future[bool]]] = attrs.field(factory=list)
    posts: list[asyncio.Task[Reply]] = attrs.field(factory=list)
    handled: collections.Counter[str] = attrs.field(factory=collections.Counter)
    bodies: set[bytes] = attrs.field(factory=set)
    accepted: set[bytes] = attrs.field(factory=set)
    fresh: set[str] = attrs.field(factory=set)
    """What was handled, and perhaps not yet written down."""
    repeatable: set[str] = attrs.field(factory=set)
    """What may be handled again: its lease ended, or its process, before that was written down."""
    never_fail: bool = False

    async def handle(self, delivery: Delivery) -> None:
        if not self.never_fail:
            gate: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            self.gates.append((delivery, gate))
            try:
                if not await gate:
                    raise RuntimeError("the bot broke")
            finally:
                self.gates.remove((delivery, gate))
        self.handled[delivery.fingerprint] += 1
        self.fresh.add(delivery.fingerprint)
        self.bodies.add(delivery.body)

    async def start(self, process: int) -> None:
        if self.receivers[process] is None:
            mortal = Mortal(self.stores[process])
            self.mortals.append(mortal)
            receiver = WebhookReceiver(
                VERIFIER,
                self.handle,
                store=mortal,
                patience=self.patience,
                lease=LEASE,
                delays=(),
                drain=0,
            )
            self.receivers[process] = await receiver.__aenter__()

    async def stop(self, process: int, *, kill: bool) -> None:
        receiver, self.receivers[process] = self.receivers[process], None
        if receiver is not None:
            receiver._store.dead = kill
            with contextlib.suppress(FileError):
                await receiver.__aexit__(None, None, None)
            self.repeatable |= self.fresh
            await self.stores[process].close()

    async def post(self, process: int, sent: Sent) -> Reply | None:
        """Send and check what may be said in the moment in which it is answered."""
        receiver = self.receivers[process]
        if receiver is None:
            return None
        body, fields = sent.request
        reply = await receiver.receive(body, fields)
        assert reply.status in (200, 202, 500, 503)
        if reply.status == 200:
            assert body in self.bodies
        if reply.status == 202:
            self.accepted.add(body)
        return reply

    async def settle(self) -> None:
        """Wait until everything waits for a gate."""
        passes = 0
        while passes < 30:
            at_work = any(mortal.calls for mortal in self.mortals)
            await asyncio.sleep(0.0005 if at_work else 0)
            passes = 0 if at_work else passes + 1
        self.fresh.clear()

    async def apply(self, name: str, process: int, sent: Sent, number: int) -> None:
        match name:
            case "send":
                self.posts.append(asyncio.create_task(self.post(process, sent)))
            case "start":
                await self.start(process)
            case "kill" | "stop":
                await self.stop(process, kill=name == "kill")
            case "wait":
                self.repeatable |= {delivery.fingerprint for delivery, _ in self.gates}
                self.repeatable |= self.fresh
                self.clock.now += LEASE
            case "finish" | "fail" if self.gates:
                _, gate = self.gates[number % len(self.gates)]
                if not gate.done():
                    gate.set_result(name == "finish")

    async def check_to_the_end(self, sent: set[Sent]) -> None:
        """Everything is sent until it is taken, and handled by then."""
        for process in range(2):
            await self.stop(process, kill=True)
        await asyncio.gather(*self.posts)
        self.clock.now += LEASE
        self.never_fail = True
        await self.start(0)
        await self.settle()
        assert self.accepted <= self.bodies
        for each in sent:
            reply = await self.post(0, each)
            assert reply is not None
            assert reply.status in (200, 202)
        await self.settle()
        assert {each.request[0] for each in sent} <= self.bodies
        often = {fingerprint for fingerprint, times in self.handled.items() if times > 1}
        assert often <= self.repeatable
        await self.stop(0, kill=False)


HISTORIES = st.lists(
    st.tuples(
        st.sampled_from(["send"] * 8 + ["finish"] * 3 + ["fail", "start", "kill", "stop", "wait"]),
        PROCESS,
        SENT,
        st.integers(0, 2),
    ),
    max_size=30,
)


@pytest.mark.parametrize("make", [in_memory, in_a_file])
@settings(max_examples=40, deadline=None, suppress_health_check=[*HealthCheck])
@given(HISTORIES, st.sampled_from([0.0, 3600.0]))
async def test_what_was_signed_is_handled_before_it_is_answered_200_and_once(
    tmp_path_factory: pytest.TempPathFactory,
    make: Callable[[Path, Clock], list[DeliveryStore]],
    history: list[tuple[str, int, Sent, int]],
    patience: float,
) -> None:
    clock = Clock()
    processes = Processes(clock, make(tmp_path_factory.mktemp("s"), clock), patience)
    for process in range(2):
        await processes.start(process)
    for step in history:
        await processes.apply(*step)
        if step[3]:  # else what follows overlaps
            await processes.settle()
    await processes.check_to_the_end({sent for name, _, sent, _ in history if name == "send"})
