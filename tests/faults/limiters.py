"""Rate limiters as servers have them, and a server that has one, in virtual time.

A limiter decides about one request at a time, in the order of arrival. `take` says whether it lets
one through, `wait` for how many seconds it would not: exactly, so that an oracle (`ideal`) can play
the best schedule there is, and so that a server can tell its clients.
"""

from __future__ import annotations

import asyncio
import heapq
import math
import random
from collections import deque
from collections.abc import Callable, Sequence
from email.utils import formatdate
from typing import Final, Protocol

import attrs

from scalr_async._http import Headers, Request
from scalr_async.transport import Answer, Progress

EPOCH: Final = 1_700_000_000
"""The server's clock at the beginning, in seconds since 1970."""
_TINY: Final = 1e-9


class Limiter(Protocol):
    """What all limiters have; times are seconds and never go back."""

    def take(self, now: float) -> bool:
        """Let one request through, or refuse it."""
        ...

    def wait(self, now: float) -> float:
        """Return the seconds until one would be let through, 0 for now."""
        ...

    def done(self, now: float) -> None:
        """Note that a request that was let through has been answered."""
        ...

    def quota(self, now: float) -> tuple[int, int, float, float]:
        """Return limit, remaining, seconds until more remain, and the window in seconds."""
        ...


class _Limiter:
    def done(self, now: float) -> None: ...


class Unlimited(_Limiter):
    """Takes everything."""

    def take(self, now: float) -> bool:
        return True

    def wait(self, now: float) -> float:
        return 0.0

    def quota(self, now: float) -> tuple[int, int, float, float]:
        return 10**6, 10**6, 0.0, 1.0


class Bucket(_Limiter):
    """A token bucket: `burst` at once, refilled by `rate` a second."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst = rate, burst
        self.tokens, self.filled_at = burst, 0.0

    def _fill(self, now: float) -> None:
        self.tokens = min(self.burst, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now

    def take(self, now: float) -> bool:
        self._fill(now)
        if self.tokens < 1 - _TINY:
            return False
        self.tokens -= 1
        return True

    def wait(self, now: float) -> float:
        self._fill(now)
        return max(0.0, (1 - self.tokens) / self.rate)

    def quota(self, now: float) -> tuple[int, int, float, float]:
        self._fill(now)
        remaining = int(self.tokens)
        return (
            int(self.burst),
            remaining,
            (remaining + 1 - self.tokens) / self.rate,
            (self.burst / self.rate),
        )


class FixedWindow(_Limiter):
    """`most` requests in each window of `seconds`.

    Windows stand on the clock, shifted by `phase`; with None the first request begins the first.
    """

    def __init__(self, most: int, seconds: float, phase: float | None = None) -> None:
        self.most, self.seconds, self.phase = most, seconds, phase
        self.window, self.taken = -1, 0

    def _turn(self, now: float) -> None:
        if self.phase is None:
            self.phase = now
        window = math.floor((now - self.phase) / self.seconds + _TINY)
        if window != self.window:
            self.window, self.taken = window, 0

    def take(self, now: float) -> bool:
        self._turn(now)
        if self.taken >= self.most:
            return False
        self.taken += 1
        return True

    def wait(self, now: float) -> float:
        self._turn(now)
        return 0.0 if self.taken < self.most else self._left(now)

    def _left(self, now: float) -> float:
        assert self.phase is not None
        return self.phase + (self.window + 1) * self.seconds - now

    def quota(self, now: float) -> tuple[int, int, float, float]:
        self._turn(now)
        return self.most, self.most - self.taken, self._left(now), self.seconds


class SlidingWindow(_Limiter):
    """`most` requests in any span of `seconds`: a log of those that were taken."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self.log: deque[float] = deque()

    def _forget(self, now: float) -> None:
        while self.log and self.log[0] + self.seconds <= now + _TINY:
            self.log.popleft()

    def take(self, now: float) -> bool:
        self._forget(now)
        if len(self.log) >= self.most:
            return False
        self.log.append(now)
        return True

    def wait(self, now: float) -> float:
        self._forget(now)
        return 0.0 if len(self.log) < self.most else self.log[0] + self.seconds - now

    def quota(self, now: float) -> tuple[int, int, float, float]:
        self._forget(now)
        oldest = self.log[0] if self.log else now
        return self.most, self.most - len(self.log), oldest + self.seconds - now, self.seconds


class AtOnce:
    """`most` requests under way; the others are refused."""

    def __init__(self, most: int) -> None:
        self.most, self.busy = most, 0

    def take(self, now: float) -> bool:
        if self.busy >= self.most:
            return False
        self.busy += 1
        return True

    def done(self, now: float) -> None:
        self.busy -= 1

    def wait(self, now: float) -> float:
        return 0.0 if self.busy < self.most else 0.001  # nobody knows

    def quota(self, now: float) -> tuple[int, int, float, float]:
        return self.most, self.most - self.busy, self.wait(now), 1.0


class Outages(_Limiter):
    """Another limiter, and times (from, to) at which everything is refused."""

    def __init__(self, limiter: Limiter, *spans: tuple[float, float]) -> None:
        self.limiter, self.spans = limiter, spans

    def _out(self, now: float) -> float:
        return next((end - now for start, end in self.spans if start <= now < end), 0.0)

    def take(self, now: float) -> bool:
        return not self._out(now) and self.limiter.take(now)

    def wait(self, now: float) -> float:
        return self._out(now) or self.limiter.wait(now)

    def done(self, now: float) -> None:
        self.limiter.done(now)

    def quota(self, now: float) -> tuple[int, int, float, float]:
        limit, remaining, reset, window = self.limiter.quota(now)
        out = self._out(now)
        return (limit, 0, out, window) if out else (limit, remaining, reset, window)


class Changes(_Limiter):
    """One limiter after the other: pairs of the time from which one holds, and it."""

    def __init__(self, *limiters: tuple[float, Limiter]) -> None:
        self.limiters = limiters

    def _now(self, now: float) -> Limiter:
        return next(limiter for start, limiter in reversed(self.limiters) if start <= now)

    def take(self, now: float) -> bool:
        return self._now(now).take(now)

    def wait(self, now: float) -> float:
        ends = [start - now for start, _ in self.limiters if start > now]
        return min([self._now(now).wait(now), *ends])

    def done(self, now: float) -> None:
        self._now(now).done(now)

    def quota(self, now: float) -> tuple[int, int, float, float]:
        limit, remaining, reset, window = self._now(now).quota(now)
        ends = [start - now for start, _ in self.limiters if start > now]
        return limit, remaining, min([reset, *ends]), window


class SharedState(_Limiter):
    """A limiter that somebody else uses as well, who asks `rate` times a second, at random."""

    def __init__(self, limiter: Limiter, rate: float, seed: int = 0) -> None:
        self.limiter, self.rate = limiter, rate
        self.draw = random.Random(seed)
        self.next = self.draw.expovariate(rate)

    def _others(self, now: float) -> None:
        while self.next <= now:
            self.limiter.take(self.next)
            self.next += self.draw.expovariate(self.rate)

    def take(self, now: float) -> bool:
        self._others(now)
        return self.limiter.take(now)

    def wait(self, now: float) -> float:
        self._others(now)
        return self.limiter.wait(now)

    def quota(self, now: float) -> tuple[int, int, float, float]:
        self._others(now)
        return self.limiter.quota(now)


Telling = Callable[[Limiter, float], list[tuple[str, str]]]
"""The header fields with which a refusal is explained."""


def nothing(limiter: Limiter, now: float) -> list[tuple[str, str]]:
    return []


def retry_after(limiter: Limiter, now: float) -> list[tuple[str, str]]:
    """Whole seconds, rounded up: what most servers send."""
    return [("Retry-After", str(max(1, math.ceil(limiter.wait(now)))))]


def retry_after_decimal(limiter: Limiter, now: float) -> list[tuple[str, str]]:
    return [("Retry-After", f"{limiter.wait(now) + 0.0005:.3f}")]


def retry_after_date(limiter: Limiter, now: float) -> list[tuple[str, str]]:
    then = math.ceil(EPOCH + now + limiter.wait(now))
    return [
        ("Date", formatdate(int(EPOCH + now), usegmt=True)),
        ("Retry-After", formatdate(then, usegmt=True)),
    ]


def rate_limit(limiter: Limiter, now: float) -> list[tuple[str, str]]:
    """`RateLimit` and `RateLimit-Policy` of the IETF draft, since its version 8."""
    limit, remaining, reset, window = limiter.quota(now)
    return [
        ("RateLimit-Policy", f'"default";q={limit};w={math.ceil(window)}'),
        ("RateLimit", f'"default";r={remaining};t={math.ceil(reset)}'),
    ]


def rate_limit_fields(limiter: Limiter, now: float) -> list[tuple[str, str]]:
    """`RateLimit-Limit`, `-Remaining` and `-Reset` of its earlier versions."""
    limit, remaining, reset, window = limiter.quota(now)
    return [
        ("RateLimit-Limit", f"{limit}, {limit};w={math.ceil(window)}"),
        ("RateLimit-Remaining", str(remaining)),
        ("RateLimit-Reset", str(math.ceil(reset))),
    ]


def x_rate_limit(limiter: Limiter, now: float) -> list[tuple[str, str]]:
    """`X-RateLimit-*` with a reset in seconds since 1970."""
    limit, remaining, reset, _ = limiter.quota(now)
    return [
        ("Date", formatdate(int(EPOCH + now), usegmt=True)),
        ("X-RateLimit-Limit", str(limit)),
        ("X-RateLimit-Remaining", str(remaining)),
        ("X-RateLimit-Reset", str(math.ceil(EPOCH + now + reset))),
    ]


def x_rate_limit_seconds(limiter: Limiter, now: float) -> list[tuple[str, str]]:
    """`X-RateLimit-*` with a reset in seconds from now."""
    limit, remaining, reset, _ = limiter.quota(now)
    return [
        ("X-RateLimit-Limit", str(limit)),
        ("X-RateLimit-Remaining", str(remaining)),
        ("X-RateLimit-Reset", f"{reset:.3f}"),
    ]


@attrs.define
class Server:
    """Answers requests in virtual time and counts them; it is the wire of a `Sender` too.

    A request takes `network` seconds there and back each, and `service` seconds to be answered when
    it is let through; both vary by `jitter` of themselves.
    """

    limiter: Limiter
    told: Telling = nothing
    service: float = 0.018
    network: float = 0.001
    jitter: float = 0.2
    draw: random.Random = attrs.field(factory=lambda: random.Random(1))
    taken: list[float] = attrs.field(factory=list)
    refused: list[float] = attrs.field(factory=list)

    async def exchange(self) -> tuple[int, Headers]:
        """Send one request; return status and header fields."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._about(self.network))
        status, fields = 429, [("Content-Type", "application/json")]
        if self.limiter.take(loop.time()):
            self.taken.append(loop.time())
            await asyncio.sleep(self._about(self.service))
            self.limiter.done(loop.time())
            status = 200
        else:
            self.refused.append(loop.time())
            fields += self.told(self.limiter, loop.time())
        await asyncio.sleep(self._about(self.network))
        return status, Headers(fields)

    def _about(self, seconds: float) -> float:
        return seconds * (1 + self.jitter * (2 * self.draw.random() - 1))

    async def attempt(self, request: Request, progress: Progress) -> Answer:
        """Send one request for a `Sender`."""
        progress.phase, progress.sent = "response headers", True
        try:
            status, headers = await self.exchange()
        finally:
            progress.sent = True
        return Answer(status, headers, b"{}")

    async def open(self, request: Request, progress: Progress) -> Answer:
        raise NotImplementedError

    async def refresh_token(self, progress: Progress) -> bool:
        return False

    def per_second(self, what: Sequence[float], until: float) -> list[int]:
        """Return how many there were in each second."""
        counts = [0] * (math.ceil(until) + 1)
        for at in what:
            counts[int(at)] += 1
        return counts


def ideal(
    limiter: Limiter, requests: int, *, workers: int, service: float, network: float
) -> float:
    """Return the seconds that somebody needs who knows the limiter: the best schedule."""
    if isinstance(limiter, AtOnce):
        workers = min(workers, 2 * limiter.most)  # more find no place and only cost time here
    arrivals = [network] * min(workers, requests)
    busy: list[float] = []
    taken, end = 0, 0.0
    while taken < requests:
        now = heapq.heappop(arrivals)
        while busy and busy[0] <= now + _TINY:
            limiter.done(heapq.heappop(busy))
        if limiter.take(now):
            taken, end = taken + 1, now + service + network
            heapq.heappush(busy, now + service)
            heapq.heappush(arrivals, end + network)
        else:
            heapq.heappush(arrivals, now + max(limiter.wait(now), 1e-6))
    return end
