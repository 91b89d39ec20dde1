"""The results of a run: one `Row` for each goal, and its figures."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Final, Literal

import attrs

__all__ = ["Contender", "Results", "Row", "Spread"]

TOLERATED: Final = 1.15
"""The ratio of a figure to its goal above which `--check` fails."""

Unit = Literal["", "ms", "MB"]
"""The unit of a row; ratios have none."""


@attrs.frozen
class Spread:
    """The minimum, median and maximum of a figure over all rounds."""

    min: float
    median: float
    max: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Return the spread of the values of all rounds."""
        return cls(min(values), statistics.median(values), max(values))


@attrs.frozen(kw_only=True)
class Contender:
    """The cost of a task with one client; `spread` is in `unit`."""

    name: str
    spread: Spread
    unit: str
    ratio: Spread | None = None
    """The ratio to the reference client, round by round."""


@attrs.frozen(kw_only=True)
class Row:
    """One goal and its result; smaller is better."""

    work: str
    compared_with: str
    goal: float | None
    unit: Unit
    spread: Spread
    contenders: tuple[Contender, ...] = ()
    note: str = ""

    @property
    def met(self) -> bool:
        """True if the median is within the goal, or if the row has no goal."""
        return self.goal is None or self.spread.median <= self.goal

    @property
    def tolerable(self) -> bool:
        """True if the median is at most 15 % worse than the goal."""
        return self.goal is None or self.spread.median <= self.goal * TOLERATED


@attrs.frozen(kw_only=True)
class Results:
    """All rows of one run, and the machine on which they were measured."""

    date: str
    rounds: int
    machine: dict[str, str]
    versions: dict[str, str]
    rows: tuple[Row, ...]
    left_out: tuple[str, ...] = ()
    """The rows that could not be measured here, with the reason."""
