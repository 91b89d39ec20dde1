"""Rates: the configured one, and the quota that is learned from refusals."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalr_async.transport._concurrency import ConcurrencyLimiter
from scalr_async.transport._rate import AdaptiveRate, FixedRate
from tests.faults.limiters import Bucket, FixedWindow, Limiter, SlidingWindow


class TestPace:
    def test_requests_are_spaced_evenly(self) -> None:
        pace, delays = FixedRate(10.0, 1), []
        for number in range(4):
            delays.append(pace.delay(5.0 + 0.02 * number))
            pace.take(5.0 + 0.02 * number + delays[-1])

        assert delays == pytest.approx([0.0, 0.08, 0.16, 0.24])

    def test_those_in_front_are_waited_for(self) -> None:
        pace = FixedRate(10.0, 2)
        pace.take(0.0)

        assert [pace.delay(0.0, ahead) for ahead in range(5)] == pytest.approx(
            [0.0, 0.2, 0.2, 0.4, 0.4]
        )

    @pytest.mark.parametrize("burst", [1, 2, 3, 10])
    @pytest.mark.parametrize("idle", [0.0, 0.05, 0.35, 100.0])
    def test_those_in_front_are_waited_for_whatever_went_before(
        self, burst: int, idle: float
    ) -> None:
        pace, now, waits = FixedRate(10.0, burst), 0.0, list[float]()
        for _ in range(7):
            now += pace.delay(now)
            pace.take(now)
        now = later = now + idle
        foreseen = [pace.delay(now, ahead) for ahead in range(25)]
        for _ in foreseen:
            later += pace.delay(later)
            pace.take(later)
            waits.append(later - now)

        assert foreseen == pytest.approx(waits)

    def test_a_pause_saves_up_nothing_more_than_a_burst(self) -> None:
        pace = FixedRate(10.0, 1)
        pace.take(0.0)

        assert pace.delay(100.0) == 0.0
        pace.take(100.0)
        assert pace.delay(100.0) == pytest.approx(0.1)

    def test_500_a_minute_may_go_at_once(self) -> None:
        pace = FixedRate(500 / 60, 500)
        for _ in range(500):
            assert pace.delay(7.0) == 0.0
            pace.take(7.0)

        assert pace.delay(7.0) == pytest.approx(60.0)
        assert pace.delay(67.0) == 0.0

    @given(
        burst=st.integers(1, 20),
        rate=st.floats(0.1, 100.0),
        pauses=st.lists(st.floats(0.0, 3.0), min_size=1, max_size=80),
    )
    def test_no_limiter_of_that_rate_and_burst_refuses_anything(
        self, burst: int, rate: float, pauses: list[float]
    ) -> None:
        """Whatever the requests come in, the windows stand, the bucket holds."""
        pace, now, seconds = FixedRate(rate, burst), 0.0, burst / rate
        limiters: list[Limiter] = [
            SlidingWindow(burst, seconds),
            Bucket(rate, burst),
            *(FixedWindow(burst, seconds, -seconds * part / 4) for part in range(4)),
        ]
        for pause in pauses:
            now += pause
            now += pace.delay(now) + 1e-7
            pace.take(now)
            assert all(limiter.take(now) for limiter in limiters)


class Client:
    """Sends one request after the other past a limiter, as fast as it may."""

    def __init__(self, limiter: Limiter, *, latency: float = 0.02, base: float = 1.0) -> None:
        self.concurrency = ConcurrencyLimiter(64)
        self.rate = AdaptiveRate(self.concurrency.restart)
        self.limiter, self.latency, self.base = limiter, latency, base
        self.now = 0.0
        self.taken: list[float] = []
        self.refused: list[float] = []

    def one(self) -> bool:
        """Send a request; return whether it was taken."""
        rate = self.rate
        if rate.most < math.inf:
            self.now += rate.delay(self.now)
            rate.next_period(self.now)
        began = self.now
        rate.take(began)
        taken = self.limiter.take(began)
        self.now += self.latency
        if taken:
            self.taken.append(began)
            rate.succeeded(began)
        else:
            self.refused.append(began)
            pause = rate.refused(began, self.now, self.base)
            self.now = began + (self.base if pause is None else pause)
        return taken

    def crawl(self, requests: int) -> Client:
        while len(self.taken) < requests:
            self.one()
        return self


class TestAdaptiveRate:
    def test_a_client_that_is_never_refused_is_never_held_back(self) -> None:
        rate = AdaptiveRate(ConcurrencyLimiter(64).restart)
        for number in range(10_000):
            assert rate.delay(number * 1e-6) == 0.0
            rate.take(number * 1e-6)
            rate.succeeded(number * 1e-6)

        assert rate.most == math.inf
        assert not rate.binding

    @pytest.mark.parametrize(
        ("limiter", "rate"),
        [
            (lambda: FixedWindow(100, 10.0), 10.0),
            (lambda: FixedWindow(100, 10.0, phase=-7.0), 10.0),
            (lambda: SlidingWindow(100, 10.0), 10.0),
            (lambda: SlidingWindow(300, 60.0), 5.0),
            (lambda: Bucket(10.0, 10.0), 10.0),
            (lambda: Bucket(10.0, 100.0), 10.0),
            (lambda: Bucket(40.0, 40.0), 40.0),
        ],
    )
    def test_the_quota_of_a_server_is_found_and_kept_to(self, limiter: object, rate: float) -> None:
        client = Client(limiter()).crawl(2000)

        assert client.now <= 1.1 * 2000 / rate
        assert len(client.refused) <= 0.05 * 2000
        assert client.rate.most / client.rate.period == pytest.approx(rate, rel=0.25)
        assert client.rate.binding

    def test_few_requests_say_nothing_of_a_quota(self) -> None:
        client = Client(FixedWindow(AdaptiveRate.MIN_EVIDENCE - 1, 30.0))
        while not client.refused or client.rate.closed:
            client.one()

        assert client.rate.most == math.inf

    def test_a_quota_that_was_raised_is_noticed(self) -> None:
        limiter = FixedWindow(100, 10.0)
        client = Client(limiter).crawl(500)
        limiter.most = 400
        began = client.now
        client.crawl(3300)

        assert client.now - began <= 1.6 * 2800 / 40

    def test_a_quota_that_was_raised_by_half_is_learned_whole(self) -> None:
        """By the refusal that ends a trial, before which more was taken than the quota allows."""
        limiter = FixedWindow(100, 10.0)
        client = Client(limiter).crawl(500)
        limiter.most = 150
        began = client.now
        client.crawl(3500)

        assert client.rate.most == 150
        assert client.now - began <= 1.05 * 3000 / 15

    def test_a_limit_that_was_lifted_is_noticed(self) -> None:
        limiter = FixedWindow(100, 10.0)
        client = Client(limiter).crawl(500)
        limiter.most = 10**9
        began = client.now
        client.crawl(5000)

        assert client.now - began <= 4500 * 0.02 + 25
        assert client.rate.most == math.inf

    def test_a_period_in_which_nobody_waited_restarts_nothing(self) -> None:
        client = Client(FixedWindow(100, 10.0)).crawl(500)
        for _ in range(2):
            client.concurrency.limit = 7
            client.now += 100.0
            client.one()

        assert not client.rate.binding
        assert client.concurrency.limit == 7

    def test_a_quota_that_sank_is_learned_anew(self) -> None:
        limiter = SlidingWindow(100, 10.0)
        client = Client(limiter).crawl(500)
        limiter.most = 50
        began = client.now
        client.crawl(1500)

        assert client.now - began <= 1.2 * 1000 / 5

    def test_a_refusal_in_spite_of_a_quota_that_held_teaches_nothing(self) -> None:
        client = Client(FixedWindow(100, 10.0)).crawl(1050)
        quota, limiter = (client.rate.most, client.rate.period), client.limiter
        client.limiter = FixedWindow(0, 1.0)
        for _ in range(5):
            assert not client.one()
        client.limiter = limiter
        client.crawl(1300)

        assert (client.rate.most, client.rate.period) == pytest.approx(quota, rel=0.1)

    def test_a_quota_that_is_larger_than_it_is_worth_is_not_kept(self) -> None:
        client = Client(FixedWindow(AdaptiveRate.MAX_QUOTA + 500, 30.0), latency=0.001)
        while not client.refused or client.rate.closed:
            client.one()

        assert client.rate.most == math.inf

    def test_refusals_of_requests_that_were_on_their_way_say_nothing_new(self) -> None:
        rate = AdaptiveRate(ConcurrencyLimiter(64).restart)
        for _ in range(60):
            rate.take(0.0)
        for _ in range(57):
            rate.succeeded(0.0)

        assert rate.refused(0.0, 0.5, 1.0) == 1.0
        assert [rate.refused(0.0, 0.6, 1.0) for _ in range(2)] == [None, None]
        rate.take(1.5)
        rate.succeeded(1.5)
        assert rate.most == 57

    def test_while_all_is_refused_it_is_asked_once_in_a_while(self) -> None:
        rate = AdaptiveRate(ConcurrencyLimiter(64).restart)
        for second in range(20):
            rate.take(float(second))
            assert rate.refused(float(second), second + 0.02, 1.0) == 1.0

    def test_a_pause_of_the_client_says_nothing_of_a_quota(self) -> None:
        """What was taken before it does not count as taken in the time of the pause."""
        client = Client(Bucket(10.0, 50.0))
        for _ in range(20):
            client.one()
        client.now += 600.0
        client.crawl(500)

        assert client.rate.most / client.rate.period == pytest.approx(10.0, rel=0.25)
