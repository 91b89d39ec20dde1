"""The way of calls to a budget that others draw on, too; the budget itself is a stub."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from typing import Any

import pytest

from scalr_async.budget import Grant
from scalr_async.telemetry import BudgetEvent, Telemetry
from scalr_async.transport._concurrency import Admission, ConcurrencyLimiter, Gate
from scalr_async.transport._rate import AdaptiveRate
from scalr_async.transport._shared_rate import SharedRate
from tests.servers import run_virtually


class Stub:
    """Grants what a test wrote down, the last entry again and again; it takes 10 ms."""

    errors = (OSError,)

    def __init__(self, *script: Grant | OSError) -> None:
        self.script = list(script)
        self.asked: list[int] = []
        self.reported: list[Sequence[float]] = []
        self.gates: list[float] = []
        self.closed = False

    async def take(self, requests: int, reported: Sequence[float] = ()) -> Grant:
        self.asked.append(requests)
        self.reported.append(list(reported))
        await asyncio.sleep(0.01)
        came = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(came, OSError):
            raise came
        return came

    async def close_gate(self, seconds: float) -> None:
        self.gates.append(seconds)
        if isinstance(self.script[0], OSError):
            raise self.script[0]

    async def aclose(self) -> None:
        self.closed = True


def now() -> float:
    return asyncio.get_running_loop().time()


class World:
    """A shared rate with its queue; times are those of a virtual loop."""

    def __init__(
        self,
        *script: Grant | OSError,
        rate: tuple[float, int] | None = (10.0, 10),
        stops: bool = False,
        processes: int = 1,
    ) -> None:
        self.stub = Stub(*script)
        self.events: list[Any] = []
        self.shared = SharedRate(
            self.stub,
            rate,
            Telemetry(self.events.append),
            stops=stops,
            processes=processes,
            random=lambda: 0.5,
        )
        concurrency = ConcurrencyLimiter(100)
        learned = AdaptiveRate(concurrency.restart)
        self.queue = Admission(Gate(), self.shared, learned, concurrency, lambda: 0.5)
        self.went: list[float] = []

    async def call(self, deadline: float = math.inf) -> bool:
        if not self.queue.admit(now()):
            if await self.queue.wait(now, asyncio.sleep, deadline) is None:
                return False
        self.went.append(now())
        self.queue.release()
        return True

    async def calls(self, count: int) -> list[float]:
        await asyncio.gather(*(self.call() for _ in range(count)))
        return self.went


def grant(requests: int, wait: float = 0.0, processes: int = 1) -> Grant:
    return Grant(requests, wait, processes)


def test_as_many_are_asked_for_as_calls_wait() -> None:
    async def main() -> World:
        world = World(grant(64), grant(40))
        await world.calls(100)
        return world

    world = run_virtually(main())

    assert world.stub.asked == [64, 36]
    assert world.went == pytest.approx([0.01] * 64 + [0.02] * 36)


def test_calls_wait_as_long_as_they_are_told_to() -> None:
    async def main() -> World:
        world = World(grant(1, 2.0), grant(1))
        await world.calls(2)
        return world

    assert run_virtually(main()).went == pytest.approx([0.01, 2.02])


def test_a_deadline_that_comes_before_ends_the_wait_at_once() -> None:
    async def main() -> None:
        world = World(grant(0, 5.0))
        first = asyncio.create_task(world.call(deadline=3.0))
        assert await first is False
        assert now() < 0.02

    run_virtually(main())


def test_what_was_granted_and_not_used_is_used_for_a_second() -> None:
    async def main() -> World:
        world = World(grant(3))
        for pause in (0.0, 0.5, 1.5):
            await asyncio.sleep(pause)
            await world.call()
        return world

    assert len(run_virtually(main()).stub.asked) == 2


def test_a_place_that_nobody_waits_for_any_more_is_the_next_ones() -> None:
    async def main() -> World:
        world = World(grant(1))
        gone = asyncio.create_task(world.call())
        await asyncio.sleep(0.005)
        gone.cancel()
        await asyncio.wait([gone])
        await asyncio.sleep(0.01)
        assert world.queue.in_flight == 0
        await world.call()
        return world

    assert run_virtually(main()).stub.asked == [1]


def test_a_budget_that_is_away_leaves_this_process_its_share() -> None:
    async def main() -> World:
        world = World(grant(1, processes=5), OSError(), rate=(10.0, 10))
        await world.calls(7)
        return world

    world = run_virtually(main())

    # Ten in a second, by five processes: two a second of which one has gone.
    assert world.went == pytest.approx([0.01, 0.02, 1.01, 1.02, 2.01, 2.02, 3.01])
    assert world.events[:1] == [BudgetEvent(state="lost", error="OSError")]
    assert len(world.events) == 1


def test_what_a_budget_that_is_away_leaves_is_what_requests_are_counted_by() -> None:
    async def main() -> tuple[float | None, float]:
        world = World(OSError(), rate=(10.0, 10), processes=5)
        assert world.shared.time_for(11, now()) == pytest.approx(1.0)
        await world.call()
        counted, began = world.shared.time_for(9, now()), now()
        await world.calls(9)
        return counted, now() - began

    counted, took = run_virtually(main())

    assert counted == pytest.approx(took)


def test_a_budget_that_never_was_there_leaves_the_share_that_was_configured() -> None:
    async def main() -> World:
        world = World(OSError(), rate=(10.0, 10), processes=5)
        await world.calls(4)
        return world

    assert run_virtually(main()).went == pytest.approx([0.01, 0.01, 1.01, 1.01])


def test_a_rate_that_is_less_than_one_each_is_one_each_in_turn() -> None:
    async def main() -> World:
        world = World(OSError(), rate=(10.0, 1), processes=5)
        await world.calls(3)
        return world

    assert run_virtually(main()).went == pytest.approx([0.01, 0.51, 1.01])


def test_without_a_rate_an_outage_holds_up_nothing() -> None:
    async def main() -> World:
        world = World(OSError(), rate=None)
        await world.calls(100)
        return world

    assert run_virtually(main()).went == pytest.approx([0.01] * 100)


def test_a_budget_that_is_back_is_told_what_went_meanwhile() -> None:
    async def main() -> World:
        world = World(OSError(), OSError(), grant(1))
        for _ in range(6):
            await world.call()
            await asyncio.sleep(0.7)
        return world

    world = run_virtually(main())

    assert [event.state for event in world.events] == ["lost", "back"]
    assert world.stub.reported[0] == []
    assert world.stub.reported[2] == pytest.approx([2.8, 2.1, 1.4, 0.7, 0.0], abs=0.1)
    assert all(ages == [] for ages in world.stub.reported[3:])


def test_a_budget_that_is_away_can_stop_all() -> None:
    async def main() -> World:
        world = World(OSError(), OSError(), grant(8), stops=True)
        await world.calls(2)
        return world

    world = run_virtually(main())

    assert world.went == pytest.approx([2.03, 2.03])
    assert [event.state for event in world.events] == ["lost", "back"]


@pytest.mark.parametrize("script", [grant(1), OSError()])
def test_a_refusal_is_told_to_the_others(script: Any) -> None:
    async def main() -> World:
        world = World(script)
        world.shared.refused(7.0)
        await asyncio.sleep(0)
        return world

    assert run_virtually(main()).stub.gates == [7.0]


def test_closing_ends_what_is_under_way() -> None:
    async def main() -> World:
        world = World(grant(1))
        call = asyncio.create_task(world.call())
        await asyncio.sleep(0.005)
        await world.shared.aclose()
        assert not call.done()
        call.cancel()
        await asyncio.wait([call])
        return world

    assert run_virtually(main()).stub.closed
