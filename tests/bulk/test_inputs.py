"""What a bulk call may be given: inputs whose length is a hint, hooks of every kind."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from scalr_async import bulk_report, run_bulk, run_bulk_iter
from scalr_async.bulk import BulkResult, Outcome
from tests.bulk.calls import Calls, cancelled, each, others, settle


class Sized:
    """An input of twenty items that says of its length what it is told to say."""

    def __init__(self, length: int | Exception) -> None:
        self.length = length

    def __len__(self) -> int:
        if isinstance(self.length, Exception):
            raise self.length
        return self.length

    def __iter__(self) -> Iterator[int]:
        yield from range(20)


class SizedAsynchronous(Sized):
    def __aiter__(self) -> AsyncIterator[int]:
        return each(range(20))


class SizedList(Sized, list[int]):
    pass


LENGTHS = {
    "tqdm(generator)": TypeError("object of type 'generator' has no len()"),
    "another error": RuntimeError("not connected"),
    "nothing yet": 0,
    "too short": 3,
    "exact": 20,
    "too long": 1000,
    "negative": -1,
}


@pytest.mark.parametrize("length", LENGTHS.values(), ids=LENGTHS.keys())
@pytest.mark.parametrize("kind", [Sized, SizedAsynchronous, SizedList])
async def test_the_length_of_an_input_is_a_hint(kind: type[Sized], length: Any) -> None:
    calls = Calls(hold=False)

    result = await run_bulk(kind(length), calls)
    streamed = [o.input async for o in run_bulk_iter(kind(length), calls)]

    assert [o.input for o in result.outcomes] == streamed == list(range(20))
    assert result.not_started == 0


@pytest.mark.parametrize("length", LENGTHS.values(), ids=LENGTHS.keys())
@pytest.mark.parametrize("kind", [Sized, SizedAsynchronous, SizedList])
async def test_no_length_lowers_the_concurrency(kind: type[Sized], length: Any) -> None:
    calls = Calls()
    bulk = asyncio.create_task(run_bulk(kind(length), calls, concurrency=8))
    for _ in range(10):
        await settle()
    begun = len(calls.started)
    bulk.cancel()
    report = bulk_report(await cancelled(bulk))

    assert begun == 8
    assert report is not None
    assert report.not_started == {20: 12, 1000: 992}.get(length)


@pytest.mark.parametrize("kind", [list, iter, each])
async def test_only_a_length_tells_what_was_not_started(kind: Any) -> None:
    bulk = asyncio.create_task(run_bulk(kind(range(9)), Calls(), concurrency=2))
    await settle()
    bulk.cancel()
    report = bulk_report(await cancelled(bulk))

    assert report is not None
    assert report.not_started == (7 if kind is list else None)


class Hook:
    """An observer that takes its time."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    async def note(self, outcome: Outcome[int, str], *_: object) -> None:
        await asyncio.sleep(0)
        self.seen.append(outcome.index)

    async def __call__(self, outcome: Outcome[int, str]) -> None:
        await self.note(outcome)


HOOKS: dict[str, Callable[[Hook], Any]] = {
    "object": lambda hook: hook,
    "method": lambda hook: hook.note,
    "partial": lambda hook: functools.partial(hook.note),
    "lambda": lambda hook: lambda outcome: hook.note(outcome),
    "task": lambda hook: lambda outcome: asyncio.ensure_future(hook.note(outcome)),
}


@pytest.mark.parametrize("kind", HOOKS)
@pytest.mark.parametrize("streaming", [False, True])
async def test_an_asynchronous_hook_is_awaited(kind: str, streaming: bool) -> None:
    hook = Hook()
    seen = HOOKS[kind](hook)
    if streaming:
        async for _ in run_bulk_iter(range(20), Calls(hold=False), on_outcome=seen):
            pass
    else:
        await run_bulk(range(20), Calls(hold=False), on_outcome=seen)

    assert sorted(hook.seen) == list(range(20))
    assert others() == set()


async def test_what_an_ordinary_hook_returns_is_of_no_interest() -> None:
    result = await run_bulk(range(3), Calls(hold=False), on_outcome=lambda _: True)

    assert len(result.succeeded) == 3


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("streaming", [False, True])
async def test_a_hook_that_raises_loses_no_outcome(asynchronous: bool, streaming: bool) -> None:
    """What is under way goes on to its end and is told; nothing more is started."""
    told: list[int] = []

    def hook(outcome: Outcome[int, str]) -> Any:
        told.append(outcome.index)
        if outcome.index == 1:
            raise LookupError("first")
        raise LookupError("later")

    async def slow_hook(outcome: Outcome[int, str]) -> None:
        await asyncio.sleep(0)
        hook(outcome)

    calls = Calls()
    got: list[Outcome[int, str]] = []

    async def consume() -> None:
        seen = slow_hook if asynchronous else hook
        if streaming:
            async for outcome in run_bulk_iter(range(9), calls, concurrency=4, on_outcome=seen):
                got.append(outcome)
        else:
            await run_bulk(range(9), calls, concurrency=4, on_outcome=seen)

    bulk = asyncio.create_task(consume())
    await settle()
    calls.release(1)
    await settle()
    calls.release(0, 2, 3)
    with pytest.raises(LookupError, match="first") as caught:
        await bulk

    report = bulk_report(caught.value)
    assert report is not None
    outcomes = [*got, *report.outcomes]
    assert [(o.index, o.ok) for o in outcomes] == [(n, True) for n in range(4)]
    assert (report.interrupted, report.not_started) == ((), 5)
    assert sorted(told) == calls.started == [0, 1, 2, 3]


@pytest.mark.parametrize("concurrency", [1, 16, 1000])
@pytest.mark.parametrize("kind", ["list", "async", "stream"])
async def test_calls_that_never_wait_leave_the_loop_to_others(concurrency: int, kind: str) -> None:
    turns = 0
    done = asyncio.Event()

    async def beat() -> None:
        nonlocal turns
        while not done.is_set():
            turns += 1
            await asyncio.sleep(0)

    beating = asyncio.create_task(beat())
    calls = Calls(hold=False)
    if kind == "stream":
        stream = run_bulk_iter(range(6400), calls, concurrency=concurrency)
        found = [o.index async for o in stream]
    else:
        items: Any = range(6400) if kind == "list" else each(range(6400))
        found = [o.index for o in (await run_bulk(items, calls, concurrency=concurrency)).outcomes]
    done.set()
    await beating

    assert found == list(range(6400))
    assert turns >= 6400 / (2 * max(16, concurrency))


async def test_a_result_can_be_asked_for_in_any_way() -> None:
    calls = Calls(hold=False)
    results: list[BulkResult[int, str]] = [
        await run_bulk([1], calls),
        await asyncio.create_task(run_bulk([1], calls)),
        *await asyncio.gather(run_bulk([1], calls), run_bulk([1], calls)),
        await asyncio.wait_for(run_bulk([1], calls), 60),
        await asyncio.shield(run_bulk([1], calls)),
    ]
    async with asyncio.TaskGroup() as group:
        task = group.create_task(run_bulk([1], calls))

    assert {len(result.succeeded) for result in [*results, task.result()]} == {1}


def test_a_result_can_be_the_whole_program() -> None:
    assert len(asyncio.run(run_bulk([1], Calls(hold=False))).succeeded) == 1
