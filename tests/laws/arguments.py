"""Values that a caller may pass by mistake, or in good faith."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import fractions
import io
import math
import pathlib
import types
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from yarl import URL

from scalr_async import UNSET, Ref, ScalrClient, Secret, filters
from scalr_async.resources import Run, Tag, Workspace


class Mine(Exception):  # noqa: N818  # no error of anybody but the caller
    """What a caller's own code raises: it may pass."""


class Unspeakable:
    """Has no `repr`, no length, no truth."""

    def __repr__(self) -> str:
        raise Mine

    def __bool__(self) -> bool:
        raise Mine


class Text(str, enum.Enum):  # noqa: UP042  # not a StrEnum: it formats otherwise
    VALUE = "x-1"


class Number(enum.IntEnum):
    VALUE = 5


class Plain(enum.Enum):
    VALUE = ("x",)


class NoZone(dt.tzinfo):
    def utcoffset(self, _: Any) -> None:
        return None


class Failing:
    """Fails when it is gone through."""

    def __iter__(self) -> Iterator[Any]:
        raise Mine


def _generator() -> Iterator[Any]:
    yield "x-1"
    yield None


def _failing() -> Iterator[Any]:
    yield "x-1"
    raise Mine


async def _agenerator() -> AsyncIterator[Any]:
    yield "x-1"
    yield 5


def _nested(depth: int) -> list[Any]:
    made: list[Any] = []
    for _ in range(depth):
        made = [made]
    return made


def _circle() -> list[Any]:
    made: list[Any] = []
    made.append(made)
    return made


UTC, EAST = dt.UTC, dt.timezone(dt.timedelta(hours=14))

VALUES: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "UNSET": lambda: UNSET,
    "True": lambda: True,
    "False": lambda: False,
    "0": lambda: 0,
    "-1": lambda: -1,
    "5": lambda: 5,
    "a huge int": lambda: 10**5000,
    "2**63": lambda: 2**63,
    "0.5": lambda: 0.5,
    "nan": lambda: math.nan,
    "inf": lambda: math.inf,
    "1e308": lambda: 1e308,
    "a decimal": lambda: decimal.Decimal("NaN"),
    "a fraction": lambda: fractions.Fraction(1, 3),
    "a complex": lambda: 1j,
    "an empty text": lambda: "",
    "a text": lambda: "x-1",
    "a path above": lambda: "../x",
    "an encoded path": lambda: "%2e%2e/x?y#z",
    "spaces": lambda: "  ",
    "null": lambda: "null",
    "a list by hand": lambda: "x-1,x-2",
    "an operator": lambda: "in:x-1",
    "a lone surrogate": lambda: "x\ud800",
    "controls": lambda: "x\r\nX-Evil: 1\0\x1b[31m",
    "umlauts": lambda: "gr\u00f6\u00dfe \U0001f600",
    "a long text": lambda: "x" * 100_000,
    "a URL": lambda: URL("https://acme.scalr.io/api/iacp/v3/x"),
    "a broken URL": lambda: "http://[",
    "a path": lambda: pathlib.Path("x", "y"),
    "a path with NUL": lambda: "x\0y",
    "a uuid": lambda: uuid.UUID(int=5),
    "bytes": lambda: b"x-1",
    "no bytes": lambda: b"",
    "a bytearray": lambda: bytearray(b"x\xff"),
    "a memoryview": lambda: memoryview(b"x-1"),
    "a list": lambda: ["x-1"],
    "an empty list": list,
    "a list of None": lambda: [None],
    "a list of lists": lambda: [["x-1"], {}],
    "a tuple": lambda: ("x-1", 5),
    "a set": lambda: {"x-1"},
    "a frozenset": lambda: frozenset({5}),
    "a range": lambda: range(3),
    "a dict": lambda: {"x-1": "x-2"},
    "an empty dict": dict,
    "a dict of anything": lambda: {5: [None], None: {}, ("a",): 5},
    "a frozen dict": lambda: types.MappingProxyType({"name": 5}),
    "a generator": _generator,
    "a generator that fails": _failing,
    "an iterable that fails": Failing,
    "an async generator": _agenerator,
    "a deep list": lambda: _nested(5000),
    "a deep dict": lambda: {"a": _nested(5000)},
    "a list in itself": _circle,
    "a naive time": lambda: dt.datetime(2026, 1, 1),
    "a time": lambda: dt.datetime(2026, 1, 1, tzinfo=UTC),
    "the first time": lambda: dt.datetime.min.replace(tzinfo=EAST),
    "the last time": lambda: dt.datetime.max.replace(tzinfo=dt.timezone(-dt.timedelta(hours=9))),
    "a time without offset": lambda: dt.datetime(2026, 1, 1, tzinfo=NoZone()),
    "a date": lambda: dt.date(2026, 1, 1),
    "a duration": lambda: dt.timedelta(seconds=5),
    "a text of an enumeration": lambda: Text.VALUE,
    "a number of an enumeration": lambda: Number.VALUE,
    "a tuple of an enumeration": lambda: Plain.VALUE,
    "an enumeration": lambda: Text,
    "a ref": lambda: Ref("tags", "tag-1"),
    "a ref without a type": lambda: Ref(None, "tag-1"),
    "a ref of numbers": lambda: Ref(10**5000, 5),
    "a ref of lists": lambda: Ref([], {}),
    "a resource": lambda: Tag(id="tag-1"),
    "another resource": lambda: Workspace(id="ws-1"),
    "a resource without an id": lambda: Run(id=None),
    "a resource class": lambda: Run,
    "a secret": lambda: Secret("hush"),
    "a condition": lambda: filters.like("x"),
    "nothing at all": lambda: filters.null,
    "an object": object,
    "a class": lambda: int,
    "a function": lambda: lambda *_: None,
    "an exception": lambda: ValueError("x"),
    "a module": lambda: math,
    "a text file": lambda: io.StringIO("x"),
    "a binary file": lambda: io.BytesIO(b"x"),
    "a closed file": lambda: _closed(),
    "a client": lambda: ScalrClient("acme.scalr.io", "t"),
    "what cannot be shown": Unspeakable,
}
"""What makes each of them, by what they are: some can be used only once."""


def _closed() -> io.BytesIO:
    file = io.BytesIO(b"x")
    file.close()
    return file
