"""What the tests of the fault matrix share: clients, documents, virtual time, a look for leaks."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import functools
import json
import logging
import pickle
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from scalr_async import Config, RetryPolicy, ScalrClient, Timeouts
from scalr_async.emulator.engine.faults import RateLimit
from scalr_async.transport import Sender, Transport
from scalr_async.transport._tokens import Tokens
from tests.conftest import CANARY
from tests.servers import VirtualLoop, reply

T = TypeVar("T")

ROOT = "/api/iacp/v3"
QUICK = RetryPolicy(base=0.001, throttled_base=0.001, cap=0.002)
"""Backoff that costs no time; the rules are the default ones."""
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")


@contextlib.asynccontextmanager
async def client(
    host: str, *, events: list[Any] | None = None, session: Any = None, **config: Any
) -> AsyncIterator[ScalrClient]:
    """Open a client of a host, with the token that nothing may show."""
    config.setdefault("retry", QUICK)
    config.setdefault("timeouts", Timeouts(total=60.0))
    config.setdefault("token", CANARY)
    hook = None if events is None else events.append
    made = ScalrClient(config=Config(host=host, **config), on_event=hook, session=session)
    async with made as scalr:
        yield scalr


def body_of(method: str) -> dict[str, bytes]:
    """Return the `body` that `request` takes for a method."""
    return {} if method in {"GET", "DELETE"} else {"body": b'{"data": {}}'}


def document(data: Any, **more: Any) -> bytes:
    return json.dumps({"data": data, **more}).encode()


def resource(type_: str, id_: str, attributes: Any = None, **relationships: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"type": type_, "id": id_, "attributes": attributes or {}}
    if relationships:
        found["relationships"] = relationships
    return found


def pool(name: str = "eu", **attributes: Any) -> dict[str, Any]:
    return resource("agent-pools", "apool-1", {"name": name, **attributes})


def ok(data: Any, status: int = 200, **more: Any) -> bytes:
    """Return a success with a JSON:API document."""
    return reply(status, document(data, **more), {"Content-Type": "application/vnd.api+json"})


POOL = ok(pool())


def refusal(status: int, *errors: dict[str, Any], headers: dict[str, str] | None = None) -> bytes:
    body = json.dumps({"errors": list(errors)}).encode()
    return reply(status, body, {"Content-Type": "application/vnd.api+json", **(headers or {})})


def listing(ids: Iterable[str], number: int, size: int, total: int) -> bytes:
    """Return a page of a well-behaved list."""
    pages = -(-total // size)
    pagination = {
        "current-page": number,
        "page-size": size,
        "prev-page": number - 1 or None,
        "next-page": number + 1 if number < pages else None,
        "total-pages": pages,
        "total-count": total,
    }
    found = [resource("workspaces", id_, {"name": id_}) for id_ in ids]
    return ok(found, meta={"pagination": pagination})


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def virtually(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in virtual time, sockets included: waiting costs nothing.

    The clocks of the client and of the emulator's rate limit are those of the loop.
    """

    def clock() -> float:
        return asyncio.get_running_loop().time()

    timed = (Sender, Tokens, RateLimit, Transport)
    defaults = [each.__init__.__kwdefaults__ for each in timed]
    before = [each["clock"] for each in defaults]
    try:
        for each in defaults:
            each["clock"] = clock
        with asyncio.Runner(loop_factory=lambda: VirtualLoop(grace=0.002)) as runner:
            return runner.run(main)
    finally:
        for each, former in zip(defaults, before, strict=True):
            each["clock"] = former


def in_virtual_time(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Have an async test run in virtual time, sockets included; its fixtures may not be async."""

    @functools.wraps(test)
    def run(*given: Any, **fixtures: Any) -> None:
        virtually(test(*given, **fixtures))

    return run


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Log no events: they take time, and a long run has many."""
    logger = logging.getLogger("scalr_async")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def now() -> float:
    return asyncio.get_running_loop().time()


def shown(error: BaseException, *more: Any) -> list[str]:
    """Return everything that an error, and whatever else is given, lets anybody see."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    texts = ["".join(told.format()), *map(repr, more)]
    pending: list[BaseException | None] = [error]
    while pending:
        one = pending.pop()
        if one is None:
            continue
        texts += [str(one), repr(one), repr(one.args), repr(vars(one))]
        texts += [repr(copy.deepcopy(one)), pickle.dumps(one).decode("latin-1")]
        pending += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]
    return texts


def logged(records: Iterable[logging.LogRecord]) -> list[str]:
    return [text for record in records for text in (record.getMessage(), repr(vars(record)))]
