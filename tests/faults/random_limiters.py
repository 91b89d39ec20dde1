"""Limiters by chance, of every kind: what a seed stands for."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Final

import attrs

from tests.faults import limiters
from tests.faults.etiquette import Cell
from tests.faults.limiters import (
    AtOnce,
    Bucket,
    Changes,
    FixedWindow,
    Limiter,
    Outages,
    SharedState,
    SlidingWindow,
    Telling,
)

KINDS: Final = ("window", "sliding", "bucket", "at once", "shared", "changes", "outage")
TELLINGS: Final[tuple[Telling, ...]] = (
    limiters.retry_after,
    limiters.retry_after_decimal,
    limiters.retry_after_date,
    limiters.rate_limit,
    limiters.rate_limit_fields,
    limiters.x_rate_limit,
    limiters.x_rate_limit_seconds,
    limiters.nothing,
)


@attrs.frozen
class Chance:
    """A limiter of some kind, what it tells, and how much is asked of it by how many workers."""

    kind: str
    cell: Cell
    told: Telling
    workers: int


def chance(seed: int) -> Chance:
    """Return what a seed stands for; kinds and tellings follow each other."""
    draw = random.Random(seed)
    kind, told = KINDS[seed % len(KINDS)], TELLINGS[seed % len(TELLINGS)]
    service, workers = _even(draw, 0.01, 0.1), draw.choice([16, 64])
    make, rate = _limiter(draw, kind, service)
    asked = min(rate, workers / (service + 0.002)) * draw.uniform(30, 150)
    return Chance(kind, Cell(make, int(max(200, min(asked, 3000))), service), told, workers)


def _even(draw: random.Random, least: float, most: float) -> float:
    """Draw a number that is as likely between 1 and 2 as between 10 and 20."""
    return math.exp(draw.uniform(math.log(least), math.log(most)))


def _limiter(draw: random.Random, kind: str, service: float) -> tuple[Callable[[], Limiter], float]:
    """Return what makes a limiter, and about how many requests it takes a second."""
    if kind == "at once":
        most = draw.randint(2, 40)
        return lambda: AtOnce(most), most / service
    if kind in {"window", "sliding", "bucket"}:
        return _quota(draw, kind)
    make, rate = _quota(draw, draw.choice(["window", "sliding", "bucket"]))
    if kind == "shared":
        others, seed = rate * draw.uniform(0.1, 0.5), draw.random()
        return lambda: SharedState(make(), others, int(seed * 1000)), rate - others
    if kind == "outage":
        begin = draw.uniform(2, 30)
        end = begin + _even(draw, 1, 60)
        return lambda: Outages(make(), (begin, end)), rate
    other, later = _quota(draw, draw.choice(["window", "sliding", "bucket"]))
    then = draw.uniform(5, 60)
    return lambda: Changes((0, make()), (then, other())), min(rate, later)


def _quota(draw: random.Random, kind: str) -> tuple[Callable[[], Limiter], float]:
    """Return what makes a limiter of at least 20 requests in at least 2 seconds, and its rate."""
    seconds, rate = _even(draw, 2, 90), _even(draw, 2, 100)
    most = min(2000, max(20, round(rate * seconds)))
    if kind == "window":
        phase = draw.choice([None, -draw.random() * seconds])
        return lambda: FixedWindow(most, seconds, phase), most / seconds
    if kind == "sliding":
        return lambda: SlidingWindow(most, seconds), most / seconds
    return lambda: Bucket(most / seconds, most), most / seconds
