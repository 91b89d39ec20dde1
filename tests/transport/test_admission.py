"""The queue in front of everything that holds requests back, in virtual time."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalr_async.transport._concurrency import Admission, ConcurrencyLimiter, Gate
from scalr_async.transport._rate import AdaptiveRate, FixedRate
from tests.faults.limiters import FixedWindow
from tests.servers import run_virtually

NEVER = float("inf")


class Door:
    """An admission with the parts that it asks."""

    def __init__(self, most: int = 1, pace: FixedRate | None = None) -> None:
        self.gate, self.concurrency = Gate(), ConcurrencyLimiter(most)
        self.rate = AdaptiveRate(self.concurrency.restart)
        self.admission = Admission(self.gate, pace, self.rate, self.concurrency, lambda: 0.0)

    def admit(self) -> bool:
        return self.admission.admit(self.now())

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def wait(self, deadline: float = NEVER) -> asyncio.Future[Any]:
        return asyncio.ensure_future(self.admission.wait(self.now, asyncio.sleep, deadline))

    def counts(self) -> tuple[int, int]:
        return self.admission.in_flight, self.admission.waiting


async def settle() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_free_places_are_taken_at_once() -> None:
    door = Door(2)

    assert [door.admit() for _ in range(3)] == [True, True, False]


async def test_who_waits_first_is_served_first() -> None:
    door, served = Door(), []
    door.admit()

    async def wait(name: int) -> None:
        _, obstacle = await door.wait()
        served.append((name, obstacle))
        door.admission.release()

    async with asyncio.TaskGroup() as tasks:
        for name in range(5):
            tasks.create_task(wait(name))
        await settle()
        assert door.counts() == (1, 5)
        door.admission.release()

    assert served == [(name, "pool") for name in range(5)]
    assert door.counts() == (0, 0)


def test_nobody_overtakes_the_queue() -> None:
    async def main() -> None:
        door = Door(2)
        door.gate.close(1.0, door.now())
        waiting = door.wait()
        await settle()
        door.gate = door.admission._gate = Gate()

        assert not door.admit()
        assert (await waiting)[1] == "gate"

    run_virtually(main())


async def test_a_place_handed_to_a_cancelled_task_goes_to_the_next() -> None:
    door = Door()
    door.admit()
    first, second = door.wait(), door.wait()
    await settle()

    door.admission.release()
    first.cancel()
    await second

    assert first.cancelled()
    assert door.counts() == (1, 0)


async def test_a_cancelled_neighbor_in_the_queue_is_passed_over() -> None:
    door = Door()
    door.admit()
    first, second = door.wait(), door.wait()
    await settle()

    first.cancel()
    door.admission.release()
    await second
    with pytest.raises(asyncio.CancelledError):
        await first

    assert door.counts() == (1, 0)


async def test_a_cancelled_wait_leaves_the_queue_at_once() -> None:
    door = Door()
    door.admit()
    waiting = door.wait()
    await settle()

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert door.counts() == (1, 0)


@pytest.mark.unmeasured
@given(seed=st.integers())
def test_200_tasks_cancelled_at_random_points_leave_nothing_behind(seed: int) -> None:
    async def main() -> None:
        draw, door = random.Random(seed), Door(5, FixedRate(100.0, 3))

        async def use() -> None:
            if draw.random() < 0.1:
                door.gate.close(draw.random(), door.now())
            if (
                not door.admit()
                and await door.admission.wait(
                    door.now, asyncio.sleep, draw.choice([NEVER, 0.5, 2.0])
                )
                is None
            ):
                return
            try:
                await asyncio.sleep(draw.choice([0, 0.1]))
            finally:
                door.admission.release()

        tasks = [asyncio.ensure_future(use()) for _ in range(200)]
        for task in draw.sample(tasks, 150):
            if draw.random() < 0.2:
                await asyncio.sleep(draw.choice([0, 0, 0.01]))
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)

        assert {type(end) for end in ends} <= {type(None), asyncio.CancelledError}
        assert door.counts() == (0, 0)
        await asyncio.sleep(5)
        assert door.admit()
        assert len(asyncio.all_tasks()) == 1

    run_virtually(main())


def test_a_raised_limit_lets_more_in() -> None:
    async def main() -> None:
        door = Door(8)
        door.admit()
        door.concurrency.restart(1, door.now())
        waiting = [door.wait() for _ in range(2)]
        await settle()
        door.concurrency.succeeded(door.now(), 1, may_raise=True)
        door.admission.release()
        await asyncio.gather(*waiting)

        assert door.counts() == (2, 0)

    run_virtually(main())


def test_all_that_holds_back_is_waited_for_and_the_first_of_it_is_told() -> None:
    """A gate for a second, then a pace of two in a second."""

    async def main() -> None:
        door = Door(8, FixedRate(2.0, 2))
        door.gate.close(1.0, 0.0)
        found = await asyncio.gather(*(door.wait() for _ in range(5)))

        assert found == [(1.0, "gate"), (1.0, "pool"), (2.0, "rate"), (2.0, "pool"), (3.0, "rate")]

    run_virtually(main())


def test_a_gate_lets_those_who_wait_go_one_after_the_other() -> None:
    async def main() -> None:
        door = Door(64)
        door.gate.close(2.0, 0.0, over=1.0)
        went = [found[0] for found in await asyncio.gather(*(door.wait() for _ in range(10)))]

        assert went == pytest.approx([2.0 + place / 11 for place in range(10)])

    run_virtually(main())


def test_a_quota_that_was_learned_holds_back_as_a_rate() -> None:
    """20 in four seconds, each taking a tenth of one; refusals are few and waited out."""

    async def main() -> None:
        door, limiter, left, obstacles, refused = Door(64), FixedWindow(20, 4.0), 200, [], 0

        async def use() -> bool:
            found = (door.now(), None) if door.admit() else await door.wait()
            obstacles.append(found[1])
            taken = limiter.take(found[0])
            await asyncio.sleep(0.1)
            if taken:
                door.concurrency.succeeded(found[0], door.admission.in_flight, may_raise=True)
                door.rate.succeeded(found[0])
            else:
                door.concurrency.throttled(
                    found[0], door.admission.in_flight, door.now(), alone=door.rate.most == NEVER
                )
                pause = door.rate.refused(found[0], door.now(), 1.0)
                if pause is not None:
                    door.gate.close(found[0] + pause - door.now(), door.now())
            door.admission.release()
            return taken

        async def work() -> None:
            nonlocal left, refused
            while left > 0:
                left -= 1
                while not await use():
                    refused += 1

        await asyncio.gather(*(work() for _ in range(10)))
        assert {"rate", "gate", "pool"} <= set(obstacles)
        assert door.now() <= 1.25 * 36
        assert refused <= 30
        assert door.admission.limit == door.concurrency.limit

    run_virtually(main())


def test_what_one_more_would_wait_for_is_known_where_it_can_be() -> None:
    async def main() -> None:
        door = Door(8, FixedRate(0.5, 1))
        assert door.admission.obstacle(0.0) == ("pool", NEVER)
        assert door.admit()
        assert door.admission.obstacle(0.0) == ("rate", 2.0)
        waiting = door.wait()
        await settle()
        assert door.admission.obstacle(0.0) == ("rate", 4.0)
        await waiting
        assert door.admission.obstacle(2.0) == ("rate", 2.0)
        assert door.admission.obstacle(4.0) == ("pool", NEVER)
        door.gate.close(5.0, 4.0)
        assert door.admission.obstacle(4.0) == ("gate", 5.0)

    run_virtually(main())


def test_a_wait_that_turns_out_longer_than_the_deadline_ends_at_once() -> None:
    async def main() -> None:
        door = Door(1)
        door.admit()
        short, patient = door.wait(deadline=3.0), door.wait()
        await asyncio.sleep(1.0)
        door.gate.close(5.0, door.now())
        door.admission.release()

        assert await short is None
        assert door.now() == 1.0
        assert await patient == (6.0, "pool")
        assert door.counts() == (1, 0)

    run_virtually(main())


def test_a_wait_that_was_told_so_in_the_tick_of_its_cancellation_holds_nothing() -> None:
    async def main() -> None:
        door = Door(1)
        door.admit()
        short = door.wait(deadline=3.0)
        await settle()
        door.gate.close(5.0, door.now())
        door.admission.release()
        short.cancel()
        with pytest.raises(asyncio.CancelledError):
            await short

        assert door.admission.in_flight == 0

    run_virtually(main())
