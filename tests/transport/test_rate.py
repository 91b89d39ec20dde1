"""Paces: the configured one, and the one that is learned from refusals."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalr_async.transport._rate import AdaptiveRate, Pace


class TestPace:
    def test_requests_are_spaced_evenly(self) -> None:
        pace, delays = Pace(10.0), []
        for _ in range(4):
            delays.append(pace.delay(5.0))
            pace.take(5.0)

        assert delays == pytest.approx([0.0, 0.1, 0.2, 0.3])

    def test_a_pause_saves_up_nothing(self) -> None:
        pace = Pace(10.0)
        pace.take(0.0)

        assert pace.delay(100.0) == 0.0
        pace.take(100.0)
        assert pace.delay(100.0) == pytest.approx(0.1)


class Bucket:
    """A server that takes `rate` requests a second, `most` at once."""

    def __init__(self, rate: float, most: float) -> None:
        self.rate, self.most = rate, most
        self.tokens, self.filled_at = most, 0.0

    def takes(self, now: float) -> bool:
        self.tokens = min(self.most, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


def crawl(
    bucket: Bucket, *, requests: int, latency: float = 0.02, wait: float = 1.0
) -> tuple[AdaptiveRate, float, int]:
    """Send so many, one after the other; return the pace, the seconds and how many were refused."""
    pace, now, refused, done = AdaptiveRate(), 0.0, 0, 0
    while done < requests:
        now += pace.delay(now)
        pace.take(now)
        began, now = now, now + latency
        if bucket.takes(began + latency / 2):
            pace.succeeded()
            done += 1
        else:
            refused += 1
            pace.refused(began, now, wait)
            now += wait
    return pace, now, refused


def used(pace: AdaptiveRate, count: int, now: float = 0.0) -> None:
    """Have some requests taken at one moment."""
    for _ in range(count):
        pace.take(now)
        pace.succeeded()


class TestAdaptiveRate:
    def test_a_client_that_is_never_refused_is_never_held_back(self) -> None:
        pace = AdaptiveRate()
        for number in range(10_000):
            assert pace.delay(number * 1e-6) == 0.0
            pace.take(number * 1e-6)
            pace.succeeded()

        assert pace.rate == math.inf

    @pytest.mark.parametrize("rate", [5.0, 20.0, 40.0])
    def test_the_rate_of_a_server_is_found_and_kept_to(self, rate: float) -> None:
        pace, seconds, refused = crawl(Bucket(rate, rate), requests=2000)

        assert pace.rate == pytest.approx(rate, rel=0.15)
        assert seconds < 1.1 * 2000 / rate
        assert refused < 0.03 * 2000

    def test_a_bucket_larger_than_a_second_is_seen_through(self) -> None:
        pace, _, refused = crawl(Bucket(10.0, 100.0), requests=1000)

        assert pace.rate == pytest.approx(10.0, rel=0.15)
        assert refused < 30

    def test_the_first_refusal_puts_what_was_taken_down_to_the_time_until_it_ends(self) -> None:
        pace = AdaptiveRate()
        used(pace, 60)
        pace.refused(0.5, 0.52, wait=0.7)

        assert pace.rate == pytest.approx(0.98 * 60 / (0.5 + 0.7))

    def test_the_second_one_counts_from_the_first(self) -> None:
        pace = AdaptiveRate()
        used(pace, 60)
        pace.refused(0.5, 0.52, wait=1.0)
        used(pace, 30, 1.6)
        pace.refused(2.5, 2.52, wait=1.0)

        assert pace.rate == pytest.approx(0.98 * 30 / 2.0)

    def test_few_requests_say_nothing_of_a_rate(self) -> None:
        pace = AdaptiveRate()
        used(pace, AdaptiveRate.ENOUGH - 1)
        pace.refused(0.5, 0.52, wait=1.0)
        pace.refused(2.5, 2.52, wait=1.0)

        assert pace.rate == math.inf

    def test_those_after_several_refusals_are_counted_together(self) -> None:
        pace = AdaptiveRate()
        used(pace, 2)
        for second in (1.0, 2.0, 3.0):
            pace.refused(second, second + 0.02, wait=1.0)
            used(pace, 4, second + 0.9)
        pace.refused(4.0, 4.02, wait=1.0)

        assert pace.rate == pytest.approx(0.98 * 4 / 1.0)

    def test_a_rate_that_is_too_high_sinks_to_what_was_taken_but_not_to_nothing(self) -> None:
        pace = AdaptiveRate()
        used(pace, 100)
        pace.refused(0.5, 0.52, wait=1.0)
        used(pace, 4, 1.6)
        pace.refused(2.5, 2.52, wait=1.0)
        assert pace.rate == pytest.approx(4 / 2.0)
        for second in range(4, 60, 2):
            pace.refused(float(second), second + 0.02, wait=1.0)

        assert pace.rate == AdaptiveRate.LEAST

    def test_refusals_of_requests_that_were_on_their_way_say_nothing_new(self) -> None:
        pace = AdaptiveRate()
        used(pace, 60)
        pace.refused(0.5, 0.6, wait=1.0)
        before = pace.rate
        for began in (0.4, 0.5, 0.6):
            pace.refused(began, 0.7, wait=1.0)

        assert pace.rate == before

    def test_after_the_refusal_as_many_go_at_once_as_flowed_in(self) -> None:
        pace = AdaptiveRate()
        used(pace, 50)
        pace.refused(0.0, 0.0, wait=1.0)
        sent = 0
        while pace.delay(1.0) == 0.0:
            pace.take(1.0)
            sent += 1

        assert sent in {48, 49}

    def test_after_a_pause_no_more_go_at_once_than_were_taken_before(self) -> None:
        pace = AdaptiveRate()
        used(pace, 50)
        pace.refused(0.0, 0.0, wait=1.0)
        for _ in range(50):
            assert pace.delay(9.0) == 0.0
            pace.take(9.0)

        assert pace.delay(9.0) > 0.0

    def test_a_rate_is_kept_for_some_time_and_then_grows_until_it_binds_nobody(self) -> None:
        pace = AdaptiveRate()
        used(pace, 50)
        pace.refused(0.0, 0.0, wait=1.0)
        learned, rates = pace.rate, []
        for second in (1.0, 9.9, 20.0, 30.0):
            pace.delay(second)
            rates.append(pace.rate)
        pace.delay(3600.0)

        assert rates[:2] == [learned, learned]
        assert rates[2] == pytest.approx(learned * AdaptiveRate.GROWTH**10)
        assert rates[3] == pytest.approx(learned * AdaptiveRate.GROWTH**20)
        assert (pace.rate, pace.delay(3600.0)) == (math.inf, 0.0)

    def test_requests_before_an_idle_time_are_forgotten(self) -> None:
        pace = AdaptiveRate()
        used(pace, 1000)
        used(pace, 20, 100.0)
        pace.refused(100.5, 100.52, wait=1.0)

        assert pace.rate == pytest.approx(0.98 * 20 / 1.5)

    @given(st.integers(0, 2**32), st.floats(1, 200), st.floats(1, 500))
    def test_no_course_of_things_stops_it(self, seed: int, rate: float, most: float) -> None:
        draw = random.Random(seed)
        pace, bucket, now = AdaptiveRate(), Bucket(rate, most), 0.0
        for _ in range(300):
            delay = pace.delay(now)
            assert 0.0 <= delay <= 301 / AdaptiveRate.LEAST
            now += draw.choice([0.0, delay, draw.random() * 3])
            pace.take(now)
            if bucket.takes(now):
                pace.succeeded()
            else:
                pace.refused(now - draw.random(), now, draw.choice([0.0, 1.0, 30.0]))
            assert pace.rate > 0
