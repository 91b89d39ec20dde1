"""No exception but a `ScalrError` leaves any call, whatever a server answers.

`SCALR_LAWS=1` gives every call every odd answer at every step; else some are left out.
"""

from __future__ import annotations

import os
import pickle
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import pytest

from scalr_async import ScalrError
from scalr_async._http import Request
from tests.laws.answers import Odd, fine, odd_answers
from tests.laws.calls import Method, drive, methods, what_is_kept
from tests.laws.seam import Reply, Script, scripted
from tests.servers import run_virtually

pytestmark = pytest.mark.unmeasured

ODD = tuple(odd_answers())
STRIDE = int(os.environ.get("SCALR_LAWS", "43"))
"""Of the odd answers, each generated call is given every so many; each call begins elsewhere. So is
each later step of a call that is written by hand.
"""
FIRST = min(STRIDE, 7)
"""The same for the first step of a call that is written by hand."""

STEPS: tuple[tuple[str, Callable[[int], int | None]], ...] = (
    ("at once", lambda _: None),
    ("at the second step", lambda number: None if number else 200),
    ("at the third step", lambda number: None if number > 1 else 200),
    ("to a repeat", lambda number: None if number else 503),
    ("after a repeat was refused", lambda number: None if number > 1 else (503, 409)[number]),
)
"""When a server answers oddly, and with which status it answers plausibly until then."""


def scripts(odd: Odd, steps: Iterable[int]) -> Iterator[tuple[str, Script]]:
    """Yield servers that answer oddly at some step."""
    name, make = odd
    for when, until in (STEPS[step] for step in steps):

        def script(
            request: Request, number: int, until: Callable[[int], int | None] = until
        ) -> Reply:
            status = until(number)
            return make(fine(request)) if status is None else Reply(fine(request).encode(), status)

        yield f"{name} {when}", script


async def escapes(
    method: Method,
    odd: Iterable[Odd],
    steps: Sequence[int],
    ends: Counter[str],
    *,
    thoroughly: bool = False,
) -> list[str]:
    """Return what left a call that was no `ScalrError`; count how the calls ended."""
    found = []
    for answer in odd:
        for name, script in scripts(answer, steps):
            with scripted(script) as scalr:
                try:
                    made = method.bound(scalr)(**method.arguments)
                    await drive(made, thoroughly=thoroughly)
                    ends["no error"] += 1
                except ScalrError as error:
                    ends[type(error).__name__] += 1
                    if not str(error).isprintable():
                        found.append(f"{method}: {name}: a text that is not printable")
                    if kept := what_is_kept(error):
                        found.append(f"{method}: {name}: {kept} is kept, and pickled with Dask")
                    if type(pickle.loads(pickle.dumps(error))) is not type(error):
                        found.append(f"{method}: {name}: an error that is lost in a pickle")
                except Exception as error:  # noqa: BLE001  # the escapes that are looked for
                    at = traceback.extract_tb(error.__traceback__)[-1]
                    found.append(f"{method}: {name}: {error!r:.200} in {at.filename}:{at.lineno}")
    return found


def test_calls_written_by_hand_raise_our_errors_alone_whatever_is_answered() -> None:
    async def main() -> None:
        for place, method in enumerate(methods()):
            if method.handwritten:
                some = ODD[place % FIRST :: FIRST]
                found.extend(await escapes(method, some, [0], ends))
                for step in range(1, len(STEPS)):
                    some = ODD[(place + step) % STRIDE :: STRIDE]
                    found.extend(await escapes(method, some, [step], ends))

    found, ends = list[str](), Counter[str]()
    run_virtually(main())

    assert found == []
    assert ends.total() > 4_500
    assert {"DecodeError", "VerificationError", "no error"} <= ends.keys()


def test_generated_calls_raise_our_errors_alone_whatever_is_answered() -> None:
    async def main() -> None:
        for place, method in enumerate(methods()):
            if not method.handwritten:
                some = ODD[place % STRIDE :: STRIDE]
                found.extend(await escapes(method, some, [0], ends))

    found, ends = list[str](), Counter[str]()
    run_virtually(main())

    assert found == []
    assert ends.total() > 11_000
    assert {"DecodeError", "NoResultError", "MultipleResultsError", "no error"} <= ends.keys()


KINDS = ("workspaces.list", "workspaces.list_tags", "environments.list_drifted_workspaces")
"""Lists of resources, of refs and of plain values."""


def test_lists_raise_our_errors_alone_however_they_are_used_whatever_is_answered() -> None:
    async def main() -> None:
        for method in methods():
            if str(method) in KINDS:
                some = ODD[:: min(STRIDE, 9)]
                found.extend(await escapes(method, some, [0, 1], ends, thoroughly=True))

    found, ends = list[str](), Counter[str]()
    run_virtually(main())

    assert found == []
    assert ends.total() > 750
