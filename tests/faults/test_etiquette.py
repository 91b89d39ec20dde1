"""Past every kind of rate limiter, in virtual time: against the ideal, and against plain backoff.

`SCALR_LIMITS=1` runs every way to tell a limit and some hundred limiters by chance; else some are
left out.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any, Final

import pytest

from tests.faults import etiquette, limiters
from tests.faults.etiquette import (
    BEGIN,
    CELLS,
    COLUMNS,
    GET,
    OUTAGES,
    WORKERS,
    backoff,
    best,
    bulk,
    figures,
    main,
    outage,
    recovery,
    result,
    sender,
    walk,
)
from tests.faults.limiters import (
    Bucket,
    Changes,
    FixedWindow,
    Outages,
    Server,
    SlidingWindow,
    Telling,
    Unlimited,
    nothing,
)
from tests.faults.random_limiters import KINDS, TELLINGS, chance
from tests.servers import run_virtually

pytestmark = pytest.mark.unmeasured

ALL: Final = "SCALR_LIMITS" in os.environ
TOLD: Final = (
    TELLINGS[:-1]
    if ALL
    else (limiters.retry_after, limiters.x_rate_limit_seconds, limiters.x_rate_limit)
)
LIMITS: Final = (
    "100 in 10 s, fixed",
    "300 in 60 s, fixed",
    "500 in 60 s, fixed",
    "100 in 10 s, sliding",
    "300 in 60 s, sliding",
    "500 in 60 s, sliding",
    "50 a second, bucket of 50",
    "5 at once, 50 ms each",
)
"""The limiters whose figures are promised."""
MISSED: Final = {
    ("100 in 10 s, sliding", limiters.retry_after_date): 1.13,
    ("100 in 10 s, sliding", limiters.x_rate_limit): 1.13,
}
"""Where 1.10 is missed: a moment in whole seconds, against a `Date` in whole seconds."""


def ours(name: str, told: Telling) -> tuple[float, float]:
    """Return how long the client takes, by the ideal, and the share that is refused."""
    found = result(name, bulk, told)
    time = found.seconds / best(name)
    assert found.failed == 0
    return time, found.share


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told.__name__)
@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_that_is_told_costs_little(name: str, told: Telling) -> None:
    time, share = ours(name, told)

    assert time <= MISSED.get((name, told), 1.10)
    assert share <= 0.05


@pytest.mark.parametrize("name", [*LIMITS, "60 in 5 s, fixed"])
def test_a_limit_that_is_not_told_is_found_out(name: str) -> None:
    time, share = ours(name, nothing)

    assert time <= 1.25
    assert share <= 0.10


@pytest.mark.parametrize("told", [limiters.retry_after, nothing], ids=lambda told: told.__name__)
@pytest.mark.parametrize("name", LIMITS)
def test_no_limit_is_worse_than_with_plain_backoff(name: str, told: Telling) -> None:
    """64 tasks with an exponential backoff each; 1 % is what they differ by from seed to seed."""
    found, plain = result(name, bulk, told), result(name, backoff, told)

    assert found.seconds <= 1.01 * plain.seconds
    assert found.share < plain.share


@pytest.mark.parametrize("limited", [False, True], ids=["unlimited", "50 a second"])
@pytest.mark.parametrize("seconds", OUTAGES)
def test_after_a_refusal_of_everything_the_way_back_is_quick(
    seconds: float, limited: bool, record_property: Any
) -> None:
    """A server takes what it took before; at most five seconds after it takes something again."""
    late, share = recovery(outage(seconds, nothing, limited=limited), 10, seconds)
    record_property("first success, then", f"{late:.1f} s, {share:.0%}")

    assert share >= 0.9
    assert late <= max(1.0, 0.1 * seconds)


@pytest.mark.parametrize("seconds", OUTAGES)
def test_during_a_refusal_of_everything_little_is_asked(seconds: float) -> None:
    server = outage(seconds, nothing, limited=False)

    refused = [at for at in server.refused if 10 <= at < 10 + seconds]
    assert len(refused) <= WORKERS + 2 * seconds


SMALL: Final = {
    "a bucket of 1, 1 a second": lambda: Bucket(1, 1),
    "a bucket of 2, 2 a second": lambda: Bucket(2, 2),
    "2 in 1 s, fixed": lambda: FixedWindow(2, 1.0),
    "3 in 2 s, fixed": lambda: FixedWindow(3, 2.0),
    "5 in 5 s, sliding": lambda: SlidingWindow(5, 5.0),
    "10 in 10 s, sliding": lambda: SlidingWindow(10, 10.0),
}


async def busy(server: Server, until: float, seed: int, workers: int = 16) -> None:
    """Have workers send requests until a moment."""
    ours, loop = sender(server, seed), asyncio.get_running_loop()

    async def work() -> None:
        while loop.time() < until:
            await ours.send(GET)

    await asyncio.gather(*(work() for _ in range(workers)))
    ours._shared.lifecycle.close()


@pytest.mark.parametrize("seed", range(8) if ALL else [0])
@pytest.mark.parametrize("service", [0.05, 0.3, 1.0] if ALL else [0.3, 1.0])
@pytest.mark.parametrize("lasting", [15.0, 60.0])
@pytest.mark.parametrize("name", SMALL)
def test_the_way_back_after_a_small_limit_is_lifted_has_an_end(
    name: str, lasting: float, service: float, seed: int
) -> None:
    """Also if a period of the limit is shorter than an answer takes."""
    end, late = 10.0 + lasting, 120.0
    limiter = Changes((0.0, Unlimited()), (10.0, SMALL[name]()), (end, Unlimited()))
    server = Server(limiter, limiters.retry_after, service=service)
    run_virtually(busy(server, end + late, seed))

    each = server.per_second(server.taken, max(server.taken) + 1)
    usual = sum(each[5:10]) / 5
    assert sum(each[int(end + late) - 10 : int(end + late)]) / 10 >= 0.9 * usual


@pytest.mark.parametrize("workers", [2, 3, 4, 5, 6, 8, 12, 16])
def test_the_way_back_is_quick_for_a_few_tasks_too(workers: int) -> None:
    """What was under way when the refusals began is not what the server accepts at once."""
    server = Server(Outages(Unlimited(), (10.0, 15.0)), nothing, service=0.05)
    run_virtually(busy(server, 45.0, 0, workers))

    each = server.per_second(server.taken, 46)
    usual = sum(each[5:10]) / 5
    assert min(sum(each[at : at + 5]) / 5 for at in range(20, 40)) >= 0.9 * usual


@pytest.mark.parametrize("told", [limiters.retry_after, nothing], ids=lambda told: told.__name__)
def test_a_client_whose_first_requests_are_all_refused_learns_no_rate(told: Telling) -> None:
    """Everything is refused for 5 s, then the server is healthy: a second later all is done."""
    server = Server(Outages(Unlimited(), (0.0, 5.0)), told, service=0.1)
    run = etiquette.run(bulk, server, 192)

    assert run.failed == 0
    assert len(server.taken) == 192
    assert max(server.taken) - min(server.taken) <= 2.0
    assert min(server.taken) <= 6.1


@pytest.mark.parametrize("told", [limiters.retry_after, nothing], ids=lambda told: told.__name__)
def test_a_walk_keeps_to_a_limit_as_well(told: Telling, record_property: Any) -> None:
    cell = CELLS["50 a second, bucket of 50"]
    run = cell.run(walk, told)
    record_property("time, refused", f"{run.seconds / cell.ideal():.2f}, {run.share:.1%}")

    assert run.seconds <= 1.25 * cell.ideal()
    assert run.share <= 0.05


def test_a_single_task_runs_past_a_limit() -> None:
    server = Server(FixedWindow(20, 5.0), nothing)
    run = etiquette.run(bulk, server, 100, workers=1)

    assert run.failed == 0
    assert run.seconds <= 1.25 * 20


@pytest.mark.parametrize("kind", KINDS)
def test_limiters_by_chance_are_no_worse_than_with_plain_backoff(
    kind: str, record_property: Any
) -> None:
    """Of one kind each: shorter on the whole (a few of them alone may be a twentieth longer), and
    with none more than a third longer.

    Two seconds more are what it takes to find out, however little is asked.
    """
    seeds = range(KINDS.index(kind), 34 * len(KINDS) if ALL else 4 * len(KINDS), len(KINDS))
    ours = plain = 0.0
    for seed in seeds:
        found = chance(seed)
        took, backed_off = (
            found.cell.run(work, found.told, workers=found.workers, seed=seed).seconds
            for work in (bulk, backoff)
        )
        assert took <= backed_off * 4 / 3 + 2.0, (seed, found)
        ours, plain = ours + took, plain + backed_off
    record_property("time by that of backoff", f"{ours / plain:.2f}")

    assert ours <= (plain if ALL else 1.06 * plain)


def test_the_page_has_the_figures_of_this_run() -> None:
    """A few cells of the table, and all of its rows: `--check` makes all of them anew."""
    page = etiquette.PAGE.read_text(encoding="utf-8")
    lines = {line.split(" | ")[0].lstrip("| "): line for line in page.splitlines()}

    for name in CELLS:
        assert name in lines
    for name in ("60 in 5 s, fixed", "50 a second, bucket of 50"):
        cells = [cell.strip() for cell in lines[name].strip("|").split("|")]
        assert cells[2:] == [figures(name, work, told) for _, work, told in COLUMNS]


def test_the_command_writes_the_tables_and_tells_when_they_are_stale(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, name = tmp_path / "page.md", "60 in 5 s, fixed"
    page.write_text(f"before\n{BEGIN}\nold\n{etiquette.END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(etiquette, "PAGE", page)
    monkeypatch.setattr(etiquette, "CELLS", {name: CELLS[name]})
    monkeypatch.setattr(etiquette, "outage_rows", lambda: iter(["| outages |"]))

    assert main(["--check"]) == 1
    assert main([]) == 0
    assert main(["--check"]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert f"| {name} | 95 s |" in text

    assert main(["--series", name]) == 0
    assert "bulk,nothing,0,60," in capsys.readouterr().out


def test_a_clients_wait_for_its_turn_ends_with_its_task() -> None:
    """Tasks that are cancelled while a limit holds them back leave nothing behind."""

    async def run() -> None:
        client = sender(Server(FixedWindow(20, 30.0), nothing), 1)
        tasks = [asyncio.ensure_future(client.send(GET)) for _ in range(200)]
        await asyncio.sleep(5)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        admission = client._shared.admission
        assert (admission.in_flight, admission.waiting) == (0, 0)
        client._shared.lifecycle.close()

    run_virtually(run())
