"""Row 72: whatever an observer raises, calls, their results and the limits are as without it."""

from __future__ import annotations

import asyncio
import functools
import io
import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, get_args
from unittest.mock import AsyncMock

import pytest

from scalr_async import ConfigError, InvalidArgumentError, Limits, ScalrClient
from scalr_async.telemetry import Event
from tests.faults.common import client, listing, ok, pool, resource
from tests.servers import CLOSE, Received, ScriptedServer, reply


class Stop(BaseException):
    """What is no `Exception`: test frameworks and other loops have such."""


ERRORS = [RuntimeError, ZeroDivisionError, asyncio.CancelledError, Stop, GeneratorExit]


class Scalr:
    """A server whose answers make a client tell of everything that it can tell of."""

    def __init__(self) -> None:
        self.linked: list[str] = []
        self.pages = 0

    def __call__(self, request: Received) -> Any:
        path, _, query = request.target.partition("?")
        if request.method == "PATCH":
            self.linked.append(path.rpartition("/")[2])
            if len(self.linked) == 2:
                return CLOSE
            ref = {"data": {"type": "agent-pools", "id": "apool-1"}}
            return ok(resource("workspaces", self.linked[-1], {}, **{"agent-pool": ref}))
        if path.endswith("/tags"):
            return listing([], 1, 100, 0)
        if path.endswith("/workspaces"):
            self.pages += 1
            number = 2 if "5Bnumber%5D=2" in query or "[number]=2" in query else 1
            ids = ["ws-1", "ws-2"] if number == 1 else ["ws-3"]
            return listing(ids, number, 2, 3 + (number == 2))  # the total changes
        if path.endswith("/agent-pools/apool-1"):
            return ok(pool()).replace(b"\r\n", b"\r\nDeprecation: @1\r\n", 1)
        if path.endswith("/archive"):
            return reply(200, b"x" * 100)
        return reply(200, b"{}")


LIMITS = Limits(connections=1, requests_per_second=500.0)
MANY = [f"ws-{number}" for number in range(30_100)]
"""Workspaces that take more than a minute."""


async def everything(scalr: ScalrClient, server: Scalr) -> Any:
    """Do what makes every kind of event; return all that came of it."""
    found = await asyncio.gather(*(scalr.agent_pools.get("apool-1") for _ in range(3)))
    listed = [ws.id async for ws in scalr.workspaces.list(page_size=2, prefetch=0)]
    assert await scalr.tags.list(tag="production").collect() == []
    scalr.agent_pools.link_workspaces("apool-1", MANY).close()
    result = await scalr.agent_pools.link_workspaces("apool-1", ["ws-1", "ws-2", "ws-3"])
    limits = scalr._transport._shared
    assert (limits.admission.in_flight, limits.admission.waiting, len(limits.timers)) == (0, 0, 0)
    linked = [(outcome.input, outcome.ok) for outcome in result.outcomes]
    return [each.name for each in found], listed, linked, sorted(server.linked)


async def undisturbed() -> tuple[Any, Counter[str]]:
    events: list[Any] = []
    served = Scalr()
    async with ScriptedServer(served) as server:
        async with client(server.url, events=events, limits=LIMITS) as scalr:
            result = await everything(scalr, served)
    return result, Counter(event.name for event in events)


def timeless(kinds: Counter[str]) -> dict[str, int]:
    """Return the numbers of events, but how many waits there are is a matter of moments."""
    return {**kinds, "scalr.wait": min(kinds["scalr.wait"], 1)}


def raising(error: type[BaseException]) -> Callable[..., Any]:
    def observe(*_: object) -> bool:
        raise error("of an observer")

    return observe


class Broken(logging.Handler):
    """A handler that does not catch what goes wrong in it."""

    def __init__(self, error: type[BaseException]) -> None:
        super().__init__()
        self._raise = raising(error)

    def emit(self, record: logging.LogRecord) -> None:
        self._raise()


@contextmanager
def logging_breaks(how: str, error: type[BaseException]) -> Iterator[None]:
    """Break logging in one of the ways in which programs do."""
    logger = logging.getLogger("scalr_async" if "root" not in how else None)
    ours = logging.getLogger("scalr_async")
    handler = Broken(error) if "handler" in how else logging.StreamHandler(io.StringIO())
    before, level = logging.getLogRecordFactory(), ours.level
    if how == "filter of the logger":
        logger.addFilter(broken := raising(error))
    elif how == "record factory":
        logging.setLogRecordFactory(raising(error))
    else:
        if "filter" in how:
            handler.addFilter(raising(error))
        logger.addHandler(handler)
    ours.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        ours.setLevel(level)
        logging.setLogRecordFactory(before)
        logger.removeHandler(handler)
        if how == "filter of the logger":
            logger.removeFilter(broken)


WAYS = [
    "filter of the logger",
    "filter of a handler",
    "handler",
    "handler of the root",
    "filter of a handler of the root",
    "record factory",
]


async def test_the_scenario_has_events_of_every_kind() -> None:
    _, kinds = await undisturbed()

    elsewhere = {"scalr.budget"}  # that of a client and not of its calls
    assert kinds.keys() == {kind.name for kind in get_args(Event)} - elsewhere


@pytest.mark.parametrize("error", ERRORS)
async def test_a_hook_that_raises_disturbs_nothing(
    error: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "scalr_async")
    expected, kinds = await undisturbed()
    served = Scalr()
    async with ScriptedServer(served) as server, client(server.url, limits=LIMITS) as made:
        scalr = made.with_options(on_event=raising(error))
        assert await everything(scalr, served) == expected

    told = Counter(record.args[0] for record in caplog.records)
    assert {record.msg for record in caplog.records} == {"scalr.hook_failed %s"}
    assert timeless(told) == timeless(kinds)  # each once
    assert all(record.exc_info[0] is error for record in caplog.records)


@pytest.mark.unmeasured
@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("how", WAYS)
async def test_logging_that_raises_disturbs_nothing(
    how: str, error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, kinds = await undisturbed()
    told: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    served = Scalr()
    async with ScriptedServer(served) as server, client(server.url, limits=LIMITS) as scalr:
        with logging_breaks(how, error):
            assert await everything(scalr, served) == expected

    names = Counter(context["message"].split()[2] for context in told)
    assert timeless(names) == timeless(kinds)  # each once
    assert all(type(context["exception"]) is error for context in told)


@pytest.mark.parametrize("how", [None, *WAYS])
async def test_nor_does_it_when_nothing_is_left_to_report_by(
    how: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hook raises, logging raises, the loop's handler raises, and so does the last resort."""
    expected, _ = await undisturbed()
    seen: list[Any] = []

    def last(kind: Any, error: Any, traceback: Any) -> None:
        seen.append(kind)
        raise Stop

    monkeypatch.setattr(sys, "excepthook", last)
    asyncio.get_running_loop().set_exception_handler(raising(Stop))
    served = Scalr()
    async with ScriptedServer(served) as server, client(server.url, limits=LIMITS) as made:
        scalr = made.with_options(on_event=raising(RuntimeError))
        with logging_breaks(how or "record factory", Stop):
            assert await everything(scalr, served) == expected

    assert set(seen) <= {Stop}
    assert bool(seen) is (how is None or "root" in how or "factory" in how)


async def quiet(*_: object) -> None: ...


async def pieces(*_: object) -> Any:
    yield


class Callable_:
    async def __call__(self, *_: object) -> None: ...


HOOKS = {
    "function": quiet,
    "generator": pieces,
    "object": Callable_(),
    "method": Callable_().__call__,
    "mock": AsyncMock(),
    "partial": functools.partial(functools.partial(quiet, 1), 2),
    "number": 7,
    "name": "print",
    "list": [print],
}


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
async def test_what_cannot_be_a_hook_is_refused_where_it_is_given(hook: Any) -> None:
    async with ScriptedServer() as server, client(server.url) as scalr:
        for make in (
            lambda: ScalrClient("acme.scalr.io", "t", on_event=hook),
            lambda: scalr.with_options(on_event=hook),
        ):
            with pytest.raises(ConfigError, match="on_event: must be a"):
                make()
        with pytest.raises(InvalidArgumentError, match="on_progress: must be a"):
            scalr.configuration_versions.download("cv-1", to="x", on_progress=hook)
        with pytest.raises(InvalidArgumentError, match="on_progress: must be a"):
            await scalr.configuration_versions.upload("cv-1", b"x", on_progress=hook)

    assert server.requests == []


async def test_a_coroutine_that_is_returned_is_reported(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with ScriptedServer() as server, client(server.url) as made:
        await made.with_options(on_event=lambda event: quiet(event)).request("GET", "/x")

    (record,) = caplog.records
    assert "nobody awaits" in str(record.exc_info[1])


async def test_a_task_that_is_returned_is_a_hooks_own_business(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tasks: list[Any] = []

    def start(event: Event) -> Any:
        tasks.append(asyncio.ensure_future(quiet(event)))
        return tasks[-1]

    async with ScriptedServer() as server, client(server.url) as made:
        await made.with_options(on_event=start).request("GET", "/x")
        await asyncio.gather(*tasks)

    assert not caplog.records


@pytest.mark.parametrize("error", ERRORS)
async def test_progress_that_raises_disturbs_no_transfer(
    error: type[BaseException], tmp_path: Any
) -> None:
    version = ok(resource("configuration-versions", "cv-1") | {"links": {"upload": "/upload"}})
    served: list[Received] = []

    def answer(request: Received) -> Any:
        served.append(request)
        if request.method == "PUT":
            return reply(200)
        return reply(200, b"x" * 700_000) if request.target.endswith("download") else version

    progress = raising(error)
    target = tmp_path / "archive"
    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        versions = scalr.configuration_versions
        size = await versions.download("cv-1", to=target, on_progress=progress)
        got = b"".join([piece async for piece in versions.download("cv-1", on_progress=progress)])
        await versions.upload("cv-1", b"y" * 700_000, on_progress=progress)

    assert size == len(got) == target.stat().st_size == 700_000
    assert served[-1].body == b"y" * 700_000


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("how", ["hook", "filter of the logger", "handler of the root"])
def test_who_ends_the_program_ends_it_and_loses_nothing(
    how: str, error: type[BaseException]
) -> None:
    """It ends the loop; when that goes on, the call has its result, and the limits are right."""
    ended = asyncio.Event()
    results: list[Any] = []

    def once(event: Event) -> None:
        if not ended.is_set():
            ended.set()
            raise error

    async def main() -> None:
        served = Scalr()
        async with ScriptedServer(served) as server, client(server.url, limits=LIMITS) as made:
            scalr = made.with_options(on_event=once) if how == "hook" else made
            results.append(await everything(scalr, served))

    loop = asyncio.new_event_loop()
    try:
        expected, _ = loop.run_until_complete(undisturbed())
        task = loop.create_task(main())
        with logging_breaks(how, error) if how != "hook" else nullcontext():
            with pytest.raises(error):
                loop.run_until_complete(task)
            assert not task.done()
            for _ in range(100):  # logging raises each time
                try:
                    loop.run_until_complete(task)
                    break
                except error:
                    continue
    finally:
        loop.close()
    assert results == [expected]
