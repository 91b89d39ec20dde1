"""No exception but a `ScalrError` leaves any call, whatever a server answers."""

from __future__ import annotations

import logging
import pickle
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

from scalr_async import ScalrError
from scalr_async._wire import Request
from tests.laws.answers import Odd, odd_answers, plausible
from tests.laws.calls import Method, drive, methods
from tests.laws.seam import Reply, Script, scripted
from tests.servers import run_virtually

ODD = tuple(odd_answers())
STRIDE = 7
"""Of the odd answers, each generated call is given every so many; each call begins elsewhere."""


def fine(request: Request) -> str:
    return plausible(request.method, request.operation)


def scripts(odd: Odd, *, steps: int) -> Iterator[tuple[str, Script]]:
    """Yield servers that answer oddly at once, at a later step, and to a repeat after a 503."""
    name, make = odd
    for step in range(steps):
        yield (
            f"{name} at step {step + 1}",
            lambda request, number, step=step: (
                make(fine(request)) if number >= step else Reply(fine(request).encode())
            ),
        )
    if steps > 1:
        yield (
            f"{name} after 503 and 409",
            lambda request, number: (
                make(fine(request)) if number > 1 else Reply(status=(503, 409)[number])
            ),
        )


async def escapes(
    method: Method, odd: Iterable[Odd], *, steps: int, ends: Counter[str]
) -> list[str]:
    """Return what left a call that was no `ScalrError`; count how the calls ended."""
    found = []
    for answer in odd:
        for name, script in scripts(answer, steps=steps):
            with scripted(script) as scalr:
                try:
                    await drive(method.bound(scalr)(**method.arguments), thoroughly=steps > 1)
                    ends["no error"] += 1
                except ScalrError as error:
                    ends[type(error).__name__] += 1
                    if not str(error).isprintable():
                        found.append(f"{method}: {name}: a text that is not printable")
                    if type(pickle.loads(pickle.dumps(error))) is not type(error):
                        found.append(f"{method}: {name}: an error that is lost in a pickle")
                except Exception as error:  # noqa: BLE001  # the escapes that are looked for
                    where = traceback.extract_tb(error.__traceback__)[-1]
                    found.append(
                        f"{method}: {name}: {error!r:.200} in {where.filename}:{where.lineno}"
                    )
    return found


@pytest.fixture(autouse=True)
def nobody_listens() -> Iterator[None]:
    """Events are not what this is about, and they take half of the time."""
    logger = logging.getLogger("scalr_async")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(level)


def test_calls_written_by_hand_raise_our_errors_alone_whatever_is_answered() -> None:
    async def main() -> None:
        for method in methods():
            if method.handwritten:
                found.extend(await escapes(method, ODD, steps=3, ends=ends))

    found, ends = list[str](), Counter[str]()
    run_virtually(main())

    assert found == []
    assert ends.total() > 40_000
    assert {"DecodeError", "VerificationError", "no error"} <= ends.keys()


def test_generated_calls_raise_our_errors_alone_whatever_is_answered() -> None:
    async def main() -> None:
        for place, method in enumerate(methods()):
            if not method.handwritten:
                some = ODD[place % STRIDE :: STRIDE]
                found.extend(await escapes(method, some, steps=1, ends=ends))

    found, ends = list[str](), Counter[str]()
    run_virtually(main())

    assert found == []
    assert ends.total() > 50_000
    assert {"DecodeError", "NoResultError", "MultipleResultsError", "no error"} <= ends.keys()
