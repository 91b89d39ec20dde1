from __future__ import annotations

import asyncio
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalr_async.config import Limits, RetryPolicy
from scalr_async.transport import Shared
from scalr_async.transport._concurrency import ConcurrencyLimiter, Gate, RetryBudget


class TestConcurrencyLimiter:
    async def test_free_slots_are_taken_at_once(self) -> None:
        slots = ConcurrencyLimiter(2)

        assert [slots.try_acquire() for _ in range(3)] == [True, True, False]

    async def test_who_waits_first_is_served_first(self) -> None:
        slots, served = ConcurrencyLimiter(1), []
        slots.try_acquire()

        async def wait(name: int) -> None:
            await slots.acquire()
            served.append(name)
            slots.release()

        async with asyncio.TaskGroup() as tasks:
            for name in range(5):
                tasks.create_task(wait(name))
            await asyncio.sleep(0)
            assert slots.waiting == 5
            slots.release()

        assert served == [0, 1, 2, 3, 4]
        assert (slots.in_flight, slots.waiting) == (0, 0)

    async def test_nobody_overtakes_the_queue(self) -> None:
        slots = ConcurrencyLimiter(2)
        slots.try_acquire()
        slots.try_acquire()
        waiting = asyncio.ensure_future(slots.acquire())
        await asyncio.sleep(0)
        slots.release()

        assert not slots.try_acquire()
        await waiting

    async def test_a_slot_handed_to_a_cancelled_task_goes_to_the_next(self) -> None:
        slots = ConcurrencyLimiter(1)
        slots.try_acquire()
        first, second = (asyncio.ensure_future(slots.acquire()) for _ in range(2))
        await asyncio.sleep(0)

        slots.release()
        first.cancel()
        await second

        assert first.cancelled()
        assert (slots.in_flight, slots.waiting) == (1, 0)

    async def test_a_cancelled_neighbour_in_the_queue_is_passed_over(self) -> None:
        slots = ConcurrencyLimiter(1)
        slots.try_acquire()
        first, second = (asyncio.ensure_future(slots.acquire()) for _ in range(2))
        await asyncio.sleep(0)

        first.cancel()
        slots.release()
        await second
        with pytest.raises(asyncio.CancelledError):
            await first

        assert (slots.in_flight, slots.waiting) == (1, 0)

    async def test_a_cancelled_wait_leaves_the_queue_at_once(self) -> None:
        slots = ConcurrencyLimiter(1)
        slots.try_acquire()
        waiting = asyncio.ensure_future(slots.acquire())
        await asyncio.sleep(0)

        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

        assert (slots.in_flight, slots.waiting) == (1, 0)

    @given(seed=st.integers())
    def test_200_tasks_cancelled_at_random_points_leave_nothing_behind(self, seed: int) -> None:
        async def main() -> None:
            draw, slots = random.Random(seed), ConcurrencyLimiter(5)

            async def use() -> None:
                if not slots.try_acquire():
                    await slots.acquire()
                try:
                    for _ in range(draw.randrange(4)):
                        await asyncio.sleep(0)
                finally:
                    slots.release()

            tasks = [asyncio.ensure_future(use()) for _ in range(200)]
            for task in draw.sample(tasks, 150):
                if draw.random() < 0.2:
                    await asyncio.sleep(0)
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)

            assert {type(end) for end in ends} <= {type(None), asyncio.CancelledError}
            assert (slots.in_flight, slots.waiting) == (0, 0)
            assert slots.try_acquire()

        asyncio.run(main())

    async def test_the_limit_is_halved_once_for_requests_of_one_moment(self) -> None:
        slots = ConcurrencyLimiter(64)
        for _ in range(64):
            slots.try_acquire()

        for _ in range(10):
            slots.narrow(began=1.0, now=2.0)
        assert slots.limit == 32

        slots.narrow(began=2.0, now=3.0)
        assert slots.limit == 16

    async def test_the_limit_is_halved_from_what_is_in_flight(self) -> None:
        slots = ConcurrencyLimiter(64)
        for _ in range(8):
            slots.try_acquire()
        slots.narrow(0.0, 1.0)

        assert slots.limit == 4

    async def test_the_limit_never_falls_below_one(self) -> None:
        slots = ConcurrencyLimiter(64)
        slots.try_acquire()
        for moment in range(5):
            slots.narrow(moment, moment)

        assert slots.limit == 1

    async def test_the_limit_grows_by_one_for_a_window_of_successes_that_used_it_all(self) -> None:
        slots = ConcurrencyLimiter(64)
        for _ in range(8):
            slots.try_acquire()
        slots.narrow(0.0, 1.0)

        for _ in range(4):
            slots.widen()
        assert slots.limit == 4
        slots.widen()
        assert slots.limit == 5

    async def test_near_where_the_server_throttled_the_limit_grows_ten_times_slower(self) -> None:
        slots = ConcurrencyLimiter(64)
        for _ in range(8):
            slots.try_acquire()
        slots.narrow(0.0, 1.0)

        successes = []
        for limit in (5, 6, 7, 8, 9):
            successes.append(0)
            while slots.limit < limit:
                slots.widen()
                successes[-1] += 1

        assert successes == [5, 5, 7, 68, 84]

    async def test_idle_successes_do_not_raise_the_limit(self) -> None:
        slots = ConcurrencyLimiter(64)
        for _ in range(8):
            slots.try_acquire()
        slots.narrow(0.0, 1.0)
        for _ in range(5):
            slots.release()

        for _ in range(100):
            slots.widen()

        assert slots.limit == 4

    async def test_the_limit_never_grows_beyond_the_configured_one(self) -> None:
        slots = ConcurrencyLimiter(2)
        slots.try_acquire()
        slots.try_acquire()
        slots.narrow(0.0, 1.0)
        for _ in range(100):
            slots.widen()

        assert slots.limit == 2

    async def test_a_raised_limit_lets_the_next_one_in(self) -> None:
        slots = ConcurrencyLimiter(2)
        slots.try_acquire()
        slots.narrow(0.0, 1.0)
        waiting = asyncio.ensure_future(slots.acquire())
        await asyncio.sleep(0)

        for _ in range(20):
            slots.widen()
        await waiting

        assert slots.in_flight == 2


class TestGate:
    def test_an_open_gate_delays_nobody(self) -> None:
        assert Gate(lambda: 1.0).delay(0.0, 60.0) == 0.0

    def test_it_opens_for_everybody_at_another_moment(self) -> None:
        gate = Gate(random.Random(1).random)
        gate.close(2.0, now=10.0)

        delays = [gate.delay(10.0, 60.0) for _ in range(1000)]

        assert min(delays) >= 2.0
        assert max(delays) <= 3.0
        assert max(delays) - min(delays) > 0.9
        assert gate.delay(12.0, 60.0) == 0.0

    @pytest.mark.parametrize(
        ("remaining", "delay"), [(60.0, 3.0), (3.0, 2.5), (2.0, 2.0), (1.0, 2.0)]
    )
    def test_the_random_bit_leaves_time_for_the_request(
        self, remaining: float, delay: float
    ) -> None:
        gate = Gate(lambda: 1.0)
        gate.close(2.0, now=10.0)

        assert gate.delay(10.0, remaining) == delay

    def test_a_longer_wait_wins_over_a_shorter_one(self) -> None:
        gate = Gate(lambda: 0.0)
        gate.close(5.0, now=0.0)
        gate.close(1.0, now=0.0)

        assert gate.opens_in(0.0) == 5.0

    def test_it_asks_again_after_a_minute_whatever_the_server_said(self) -> None:
        gate = Gate(lambda: 0.0)
        gate.close(86_400.0, now=0.0)

        assert gate.opens_in(0.0) == 60.0


class TestRetryBudget:
    def test_it_is_spent_and_earned_back(self) -> None:
        budget = RetryBudget(2.0, 0.5)

        assert [budget.spend() for _ in range(3)] == [True, True, False]
        budget.earn()
        assert not budget.spend()
        budget.earn()
        assert budget.spend()

    def test_it_never_exceeds_its_reserve(self) -> None:
        budget = RetryBudget(1.0, 0.75)
        for _ in range(10):
            budget.earn()

        assert budget.tokens == 1.0


def test_clones_share_a_budget_of_the_same_numbers() -> None:
    shared = Shared(Limits())
    budget = shared.budget_for(RetryPolicy())

    assert shared.budget_for(RetryPolicy(max_attempts=2, base=9.0)) is budget
    assert shared.budget_for(RetryPolicy(budget_reserve=1.0)) is not budget
    assert shared.budget_for(RetryPolicy(budget_ratio=0.1)) is not budget
