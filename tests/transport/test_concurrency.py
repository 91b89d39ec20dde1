"""How many requests may be in flight, the gate, and the budget of repeats."""

from __future__ import annotations

import pytest

from scalr_async.config import Limits, RetryPolicy
from scalr_async.transport import SharedState
from scalr_async.transport._concurrency import ConcurrencyLimiter, Gate, RetryBudget


class Server:
    """Takes so many requests at once; answers what is on its way in rounds, a second each."""

    def __init__(self, limiter: ConcurrencyLimiter, most: float) -> None:
        self.limiter, self.most = limiter, most
        self.now = 0.0
        self.refused = 0

    def round(self, *, alone: bool = True, may_raise: bool = True) -> int:
        """Send as many at once as may go; return how many were taken."""
        count, began = self.limiter.limit, self.now
        taken = int(min(count, self.most))
        self.now += 1.0
        for left in range(count, taken, -1):
            self.refused += 1
            self.limiter.throttled(began, left, self.now, alone=alone)
        for left in range(taken, 0, -1):
            self.limiter.succeeded(began, left, may_raise=may_raise)
        return taken

    def rounds(self, count: int, **options: bool) -> list[int]:
        return [self.round(**options) for _ in range(count)]


class TestConcurrencyLimiter:
    def test_a_client_that_is_never_refused_is_never_held_back(self) -> None:
        server = Server(ConcurrencyLimiter(64), 64)

        assert server.rounds(100) == [64] * 100

    def test_after_a_refusal_it_begins_with_one_and_doubles(self) -> None:
        limiter = ConcurrencyLimiter(64)
        server = Server(limiter, 64)
        server.round()
        limiter.throttled(server.now, 64, server.now + 1, alone=True)
        server.now += 1

        assert server.rounds(8) == [1, 2, 4, 8, 16, 32, 64, 64]

    def test_refusals_of_requests_that_were_on_their_way_say_nothing_new(self) -> None:
        limiter = ConcurrencyLimiter(64)
        limiter.throttled(0.0, 64, 1.0, alone=True)
        limiter.succeeded(1.0, 1, may_raise=True)
        for _ in range(10):
            limiter.throttled(0.5, 63, 1.5, alone=True)

        assert limiter.limit == 2

    def test_as_many_as_are_taken_at_once_are_found_and_kept_to(self) -> None:
        server = Server(ConcurrencyLimiter(64), 5)

        assert server.rounds(9) == [5, 1, 2, 4, 5, 5, 5, 5, 5]
        assert server.refused == 59

    def test_more_is_tried_now_and_then_and_taken_back(self) -> None:
        server = Server(ConcurrencyLimiter(64), 5)
        server.rounds(1000)

        tried = server.refused - 59
        assert 10 <= tried <= 40
        assert server.limiter.limit in {5, 6}

    def test_more_is_not_tried_while_something_else_holds_requests_back(self) -> None:
        server = Server(ConcurrencyLimiter(64), 5)
        server.rounds(1000, may_raise=False)

        assert server.refused == 59

    def test_a_limit_that_was_lifted_is_noticed(self) -> None:
        server = Server(ConcurrencyLimiter(64), 5)
        server.rounds(20)
        server.most = 64

        assert max(server.rounds(300)) == 64

    def test_a_limit_that_sank_is_followed_one_by_one(self) -> None:
        server = Server(ConcurrencyLimiter(64), 8)
        server.rounds(12)
        server.most = 6
        server.rounds(8)

        assert server.limiter.limit == 6

    def test_that_is_not_done_where_a_rate_is_known(self) -> None:
        server = Server(ConcurrencyLimiter(64), 8)
        server.rounds(9)
        server.most = 6
        server.round(alone=False)

        assert server.limiter.limit == 1

    def test_refusals_among_few_do_not_show_that_they_were_too_many(self) -> None:
        limiter = ConcurrencyLimiter(3)
        server = Server(limiter, 2)
        server.rounds(20)

        assert server.refused > 4
        assert limiter._ceiling == 3

    def test_idle_successes_do_not_raise_the_limit(self) -> None:
        server = Server(ConcurrencyLimiter(64), 5)
        server.rounds(8)
        for second in range(100):
            server.limiter.succeeded(1000.0 + second, 1, may_raise=True)

        assert server.limiter.limit == 5

    def test_nothing_grows_without_end(self) -> None:
        limiter = ConcurrencyLimiter(2)
        server = Server(limiter, 2)
        server.rounds(500)

        assert limiter.limit == 2
        assert limiter._step == 1


class TestGate:
    def test_an_open_gate_delays_nobody(self) -> None:
        gate = Gate()

        assert (gate.delay(0.0), gate.opens_at) == (0.0, 0.0)

    def test_it_opens_little_by_little(self) -> None:
        gate, now, went = Gate(), 2.0, []
        gate.close(2.0, 0.0, over=1.0)
        for waiting in range(9, -1, -1):
            now += gate.delay(now)
            went.append(now)
            gate.pass_one(now, waiting)

        assert went == pytest.approx([2.0 + 0.1 * place for place in range(10)])

    def test_that_takes_no_longer_than_it_was_closed(self) -> None:
        gate = Gate()
        gate.close(0.25, 0.0, over=1.0)

        assert gate.open_at == 0.5

    def test_it_opens_at_once_where_a_rate_is_known(self) -> None:
        gate = Gate()
        gate.close(2.0, 0.0)

        assert gate.open_at == gate.opens_at == 2.0

    def test_whoever_shares_it_is_told_the_bounded_time_of_each_that_counts(self) -> None:
        told: list[float] = []
        gate = Gate(told.append)
        gate.close(2.0, 0.0)
        gate.close(1.0, 0.0)  # it is closed for longer
        gate.close(86_400.0, 0.0)

        assert told == [2.0, Gate.MAX_CLOSED]

    def test_a_longer_wait_wins_over_a_shorter_one(self) -> None:
        gate = Gate()
        gate.close(5.0, 0.0)
        gate.close(1.0, 0.0)

        assert gate.delay(0.0) == 5.0

    def test_it_asks_again_after_a_minute_whatever_the_server_said(self) -> None:
        gate = Gate()
        gate.close(86_400.0, 0.0)

        assert gate.delay(0.0) == 60.0


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
    shared = SharedState(Limits())
    budget = shared.retry_budget_for(RetryPolicy())

    assert shared.retry_budget_for(RetryPolicy(max_attempts=2, base=9.0)) is budget
    assert shared.retry_budget_for(RetryPolicy(budget_reserve=1.0)) is not budget
    assert shared.retry_budget_for(RetryPolicy(budget_ratio=0.1)) is not budget
