from __future__ import annotations

import asyncio
from typing import Any

import pytest

from scalr_async.transport._attempt import Progress
from scalr_async.transport._timers import DeadlineScope, Timers
from tests.servers import run_virtually


async def work(timers: Timers, seconds: float | None, needed: float) -> float:
    """Work as long as needed, or as it is let; return the moment of the end."""
    with DeadlineScope(timers, seconds):
        await asyncio.sleep(needed)
        return asyncio.get_running_loop().time()
    return -asyncio.get_running_loop().time()


def ends(*works: tuple[float | None, float]) -> list[float]:
    """Return when each work ended, all begun at once; negative: it was ended."""

    async def main() -> list[float]:
        timers = Timers()
        moments = await asyncio.gather(*(work(timers, *each) for each in works))
        assert not timers
        return moments

    return run_virtually(main())


def test_what_is_done_in_time_is_left_alone() -> None:
    assert ends((5.0, 1.0), (None, 100.0)) == [1.0, 100.0]


def test_each_call_has_its_own_deadline_whatever_the_order() -> None:
    assert ends((5.0, 9.0), (1.0, 9.0), (3.0, 9.0), (None, 9.0)) == pytest.approx(
        [-5.0, -1.0, -3.0, 9.0]
    )


def test_a_call_that_is_over_does_not_keep_the_others_from_theirs() -> None:
    assert ends((1.0, 0.5), (2.0, 9.0)) == pytest.approx([0.5, -2.0])


def test_one_that_begins_later_may_end_earlier() -> None:
    async def main() -> list[float]:
        timers = Timers()
        first = asyncio.ensure_future(work(timers, 10.0, 99.0))
        await asyncio.sleep(1.0)
        return await asyncio.gather(first, work(timers, 2.0, 99.0))

    assert run_virtually(main()) == pytest.approx([-10.0, -3.0])


def test_ending_all_ends_even_those_without_a_deadline() -> None:
    async def main() -> None:
        timers = Timers()
        tasks = [asyncio.ensure_future(work(timers, seconds, 99.0)) for seconds in (None, 50.0)]
        await asyncio.sleep(1.0)
        await timers.end_all()
        assert not timers
        assert await asyncio.gather(*tasks) == [-1.0, -1.0]

    run_virtually(main())


def test_one_that_is_being_ended_already_is_ended_once() -> None:
    async def main() -> None:
        timers = Timers()
        task = asyncio.ensure_future(work(timers, 1.0, 99.0))
        await asyncio.sleep(0)
        (limit,) = timers._scopes
        limit.end()
        await timers.end_all()
        assert await task <= 0
        assert task.cancelling() == 0

    run_virtually(main())


def test_a_moved_end_counts_from_then_and_not_when_it_has_come() -> None:
    async def main() -> None:
        timers = Timers()
        with DeadlineScope(timers, 3.0) as limit:
            await asyncio.sleep(2.0)
            limit.renew()
            try:
                await asyncio.sleep(99.0)
            finally:
                assert asyncio.get_running_loop().time() == 5.0
                limit.renew()
        assert limit.expired
        assert not timers

    run_virtually(main())


def test_a_cancellation_from_elsewhere_wins() -> None:
    """As with `asyncio.timeout`: who cancels a task must see it cancelled."""

    async def main() -> None:
        timers = Timers()
        task = asyncio.ensure_future(work(timers, 1.0, 99.0))
        await asyncio.sleep(0)
        (limit,) = timers._scopes
        limit.end()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not timers

    run_virtually(main())


def test_an_error_on_the_way_out_is_kept_and_the_task_goes_on() -> None:
    async def main() -> None:
        with pytest.raises(KeyError):
            with DeadlineScope(Timers(), 1.0):
                try:
                    await asyncio.sleep(99.0)
                finally:
                    raise KeyError
        await asyncio.sleep(1.0)  # not cancelled any more

    run_virtually(main())


def test_ending_nothing_leaves_those_that_come_later_alone() -> None:
    async def main() -> None:
        timers = Timers()
        await timers.end_all()
        assert asyncio.get_running_loop().time() == 0.0
        assert await work(timers, 2.0, 1.0) == 1.0
        assert await work(timers, 2.0, 99.0) == -3.0

    run_virtually(main())


def test_a_deadline_in_the_cleanup_of_a_cancelled_task_ends_what_is_inside() -> None:
    """The scope was entered by a task that is being cancelled already."""
    moments: list[float] = []

    async def cleaning(timers: Timers) -> None:
        try:
            await asyncio.sleep(99.0)
        finally:
            moments.append(await work(timers, 2.0, 99.0))

    async def main() -> None:
        timers = Timers()
        task = asyncio.ensure_future(cleaning(timers))
        await asyncio.sleep(1.0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelling() == 1

    run_virtually(main())
    assert moments == [-3.0]


@pytest.mark.parametrize("others", [0, 1])
def test_one_that_needs_long_to_end_is_not_looked_at_again(others: int) -> None:
    """A timer that is set anew for a moment that has passed would never rest."""

    async def lingering(timers: Timers) -> None:
        with DeadlineScope(timers, 1.0):
            try:
                await asyncio.sleep(99.0)
            finally:
                await asyncio.sleep(5.0)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        armed: list[float] = []
        original = loop.call_at

        def call_at(when: float, callback: Any, *values: Any, **more: Any) -> Any:
            if getattr(callback, "__name__", "") == "_tick":
                armed.append(when)
                assert when > loop.time() or not armed[1:], "set for a moment that has passed"
            return original(when, callback, *values, **more)

        loop.call_at = call_at
        timers = Timers()
        rest = [asyncio.ensure_future(work(timers, 4.0, 99.0)) for _ in range(others)]
        await lingering(timers)
        assert loop.time() == 6.0
        await asyncio.gather(*rest)
        assert armed == [1.0] + [4.0] * others

    run_virtually(main())


def test_a_wait_for_the_end_of_all_that_is_broken_off_does_not_harm_them() -> None:
    async def main() -> None:
        timers = Timers()
        with DeadlineScope(timers, None):
            waiting = asyncio.create_task(timers.end_all())
            with pytest.raises(asyncio.CancelledError):
                await asyncio.sleep(1.0)
            waiting.cancel()
            await asyncio.wait([waiting])
        assert waiting.cancelled()
        assert not timers

    run_virtually(main())


class Exchange:
    """An attempt that records when it is checked."""

    def __init__(self) -> None:
        self.checked: list[float] = []

    def check(self, now: float) -> None:
        self.checked.append(now)


def under_way(exchange: Exchange) -> Progress:
    progress = Progress()
    progress.exchange = exchange
    return progress


def test_each_exchange_is_checked_as_often_as_it_asks_for() -> None:
    async def main() -> None:
        timers, slow, quick = Timers(), Exchange(), Exchange()
        with DeadlineScope(timers, None, under_way(slow), 1.0):
            await asyncio.sleep(0.5)
            with DeadlineScope(timers, None, under_way(quick), 0.25):
                await asyncio.sleep(0.55)
            assert quick.checked == [0.75, 1.0]
            await asyncio.sleep(2.0)

        assert slow.checked == [0.75, 1.0, 1.25, 2.25]

    run_virtually(main())


def test_an_exchange_is_not_checked_once_it_is_over() -> None:
    async def main() -> None:
        timers, exchange = Timers(), Exchange()
        progress = under_way(exchange)
        with DeadlineScope(timers, 9.0, progress, 1.0):
            await asyncio.sleep(1.5)
            progress.exchange = None
            await asyncio.sleep(2.0)
            progress.exchange = exchange
            await asyncio.sleep(1.0)
        await asyncio.sleep(5.0)

        assert exchange.checked == [1.0, 4.0]

    run_virtually(main())


def test_a_call_whose_time_is_over_is_still_checked_while_it_ends() -> None:
    async def main() -> None:
        exchange = Exchange()
        with DeadlineScope(Timers(), 1.5, under_way(exchange), 1.0):
            try:
                await asyncio.sleep(99.0)
            finally:
                await asyncio.sleep(1.5)

        assert exchange.checked == [1.0, 2.5]

    run_virtually(main())
