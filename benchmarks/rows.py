"""The rows of the table: each has a goal and a measurement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import attrs

from benchmarks import imports
from benchmarks.bench import (
    CLIENTS,
    DICTS,
    OURS,
    SENDERS,
    STRUCTS,
    UVLOOP,
    WARM,
    Bench,
    Client,
    Turns,
    ratios,
)
from benchmarks.figures import Contender, Row, Spread
from benchmarks.server import Listing

__all__ = ["GROUPS", "Sizes"]

TELLING: Final = 3
"""The number of rounds for rows without a goal."""


@attrs.frozen(kw_only=True)
class Sizes:
    """The lengths of the lists: those of the goals, or a few hundred to check results."""

    walk: int = 10_000
    slow: int = 1_000
    """For clients with quadratic cost in the number of pages, or with twenty times the cost."""
    gets: int = 1_000
    links: int = 5_000
    memory: int = 100_000
    growth: tuple[int, ...] = (1_000, 10_000, 100_000)
    large_page: int = 7_000
    """Workspaces on a page of 20 MB."""

    def listings(self) -> tuple[Listing, ...]:
        """Return every list that the server must have."""
        totals = {WARM.total, self.walk, self.slow, self.gets, self.links, self.memory}
        totals.update(self.growth)
        large = Listing(self.large_page, 0.0, self.large_page)
        return (*map(Listing, sorted(totals)), self.distant, large)

    @property
    def distant(self) -> Listing:
        """The list behind 50 ms of latency."""
        return Listing(self.walk, 0.05)


def walks(bench: Bench, sizes: Sizes) -> Iterator[Row]:
    """Measure the CPU of a walk with every client that supports it."""
    there = [client for client in CLIENTS if client.installed]
    bench.compare_everything(there, Listing(sizes.slow))
    listing, slow = Listing(sizes.walk), Listing(sizes.slow)
    tasks = {
        client.name: bench.task(
            client.module,
            "attributes",
            slow if client.needs in {"jsonapi_client", "pytfe"} else listing,
        )
        for client in (*there, *_senders())
    }
    tasks["aiohttp + orjson, pages dropped unordered"] = bench.task("dicts", "folded", listing)
    yield _ratio_row(
        f"walk {sizes.walk} workspaces, attributes read: CPU", 0.55, bench.alternate(tasks)
    )
    quick = [
        client for client in there if client.module in {"scalr", "structs", "dicts", "classes"}
    ]
    yield _ratio_row(
        "the same, every relationship id read: CPU", 0.65, _turns(bench, quick, "ids", listing)
    )
    quick = [client for client in quick if client.module != "classes"]
    yield _ratio_row(
        "walk with four includes, all of them read: CPU",
        0.60,
        _turns(bench, quick, "related", listing),
    )


def calls(bench: Bench, sizes: Sizes) -> Iterator[Row]:
    """Measure the CPU of single requests: one after another, and many at once."""
    pair = (OURS, DICTS)
    yield _ratio_row(
        f"get() in a loop, {sizes.gets} times: CPU",
        1.10,
        _turns(bench, (*pair, STRUCTS, *_senders()), "gets", Listing(sizes.gets)),
    )
    links = Listing(sizes.links)
    tasks = {client.name: bench.task(client.module, "links", links) for client in pair}
    tasks["scalr_async, outcomes one by one"] = bench.task("scalr", "links_streamed", links)
    tasks["aiohttp + orjson, answers kept"] = bench.task("dicts", "links_kept", links)
    work = f"link {sizes.links} workspaces, 16 at once: CPU"
    yield _ratio_row(work, 1.15, bench.alternate(tasks))


def distant(bench: Bench, sizes: Sizes) -> Iterator[Row]:
    """Measure the time of a walk with latency."""
    knowing = "16 workers in no order, told the number of pages"
    asking = "16 workers in no order, asking the first page"
    turns = bench.alternate(
        {
            OURS.name: bench.task("scalr", "attributes", sizes.distant),
            asking: bench.task("dicts", "folded_unknown", sizes.distant),
            knowing: bench.task("dicts", "folded", sizes.distant),
        }
    )
    contenders = tuple(
        Contender(name=name, spread=Spread.of(turns.wall(name)), unit="ms")
        for name in turns.figures
    )
    work = f"{sizes.walk // 100} pages at 50 ms, 16 in flight: time"
    for compared, title in ((asking, work), (knowing, "the same, beside one told how many: time")):
        yield Row(
            work=title,
            compared_with=f"aiohttp + orjson, {compared}",
            goal=1.05,
            unit="",
            spread=Spread.of(ratios(turns.wall(OURS.name), turns.wall(compared))),
            contenders=contenders if compared == asking else (),
        )


def memory(bench: Bench, sizes: Sizes) -> Iterator[Row]:
    """Measure the peak memory of a long walk relative to a short one."""
    tasks = {
        f"{total} workspaces": bench.task("scalr", "attributes", Listing(total))
        for total in (sizes.walk, sizes.memory)
    }
    turns = bench.alternate(tasks, rounds=3, passes=1)
    peaks = {
        name: [figure.peak / 2**20 for figure in figures] for name, figures in turns.figures.items()
    }
    short, long = peaks.values()
    yield Row(
        work=f"peak memory of walking {sizes.memory}",
        compared_with=f"of walking {sizes.walk}",
        goal=3.0,
        unit="MB",
        spread=Spread.of([more - less for more, less in zip(long, short, strict=True)]),
        contenders=tuple(
            Contender(name=name, spread=Spread.of(values), unit="MB")
            for name, values in peaks.items()
        ),
    )


def stalls(bench: Bench, sizes: Sizes) -> Iterator[Row]:
    """Measure the longest time for which the event loop is blocked."""
    for work, title, listing, goal in (
        ("pages", "a page of 100: longest stall of the loop", Listing(sizes.slow), 1.0),
        (
            "page",
            f"a page of {sizes.large_page}, 20 MB: longest stall of the loop",
            Listing(sizes.large_page, 0.0, sizes.large_page),
            0.1,
        ),
    ):
        found = bench.values(bench.task("stalls", work, listing))
        names = ("longest stall", "orjson.loads")
        stalls, loads = ([one[index] for one in found] for index in range(2))
        yield Row(
            work=title,
            compared_with="orjson.loads of the same page",
            goal=goal,
            unit="",
            spread=Spread.of(ratios(stalls, loads)),
            contenders=tuple(
                Contender(name=name, spread=Spread.of(values), unit="ms")
                for name, values in zip(names, (stalls, loads), strict=True)
            ),
        )


def importing(bench: Bench, _sizes: Sizes) -> Iterator[Row]:
    """Measure the CPU of the import beyond that of aiohttp, in a fresh interpreter."""
    found = imports.measure(bench.rounds)
    theirs = [one.aiohttp for one in found]
    ours = [one.package + one.client for one in found]
    yield Row(
        work="from scalr_async import ScalrClient",
        compared_with="import aiohttp",
        goal=0.12,
        unit="",
        spread=Spread.of(ratios(ours, theirs)),
        contenders=tuple(
            Contender(
                name=field.name,
                spread=Spread.of([getattr(one, field.name) for one in found]),
                unit="ms",
            )
            for field in attrs.fields(imports.Imports)
        ),
    )


def growth(bench: Bench, sizes: Sizes) -> Iterator[Row]:
    """Measure whether the cost of a resource grows with the length of the list."""
    longest = max(sizes.growth)
    found = bench.values(bench.task("steady", "halves", Listing(longest)))
    tasks = {
        f"{total} workspaces": bench.task(
            "scalr", "attributes", Listing(total), repeat=max(1, 10_000 // total)
        )
        for total in sizes.growth
    }
    turns = bench.alternate(tasks, passes=1)
    yield Row(
        work=f"a workspace late in a walk of {longest}: CPU",
        compared_with="one early in it",
        goal=1.05,
        unit="",
        spread=Spread.of(found),
        contenders=turns.contenders(next(iter(tasks))),
        note="each walk whole: its fixed part included",
    )


def limits(bench: Bench, sizes: Sizes) -> Iterator[Row]:
    """Measure the lower limits of any client."""
    listing = Listing(sizes.walk)
    reads = bench.alternate(
        {
            "sockets alone": bench.task("limits", "sockets", listing),
            "aiohttp alone, bodies read": bench.task("limits", "transfers", listing),
        },
        rounds=TELLING,
    )
    parses = bench.alternate(
        {
            "msgspec alone, attributes into structs": bench.task("limits", "parsing", listing),
            "orjson alone, into dicts": bench.task("limits", "loading", listing),
        },
        rounds=TELLING,
    )
    both = Turns({**reads.figures, **parses.figures}, {**reads.totals, **parses.totals})
    contenders = both.contenders("orjson alone, into dicts")
    least = [a + b for a, b in zip(*map(both.cpu, list(both.figures)[::2]), strict=True)]
    yield Row(
        work="limits: sockets and msgspec alone",
        compared_with="orjson alone",
        goal=None,
        unit="",
        spread=Spread.of(ratios(least, both.cpu("orjson alone, into dicts"))),
        contenders=contenders,
    )


def uvloop(bench: Bench, sizes: Sizes) -> Iterator[Row]:
    """Measure the walk on uvloop."""
    if not UVLOOP.installed:
        return
    listing = Listing(sizes.walk)
    tasks = {
        f"{client.name}, {loop}": bench.task(
            client.module, "attributes", listing, uvloop=loop == "uvloop"
        )
        for client in (OURS, DICTS)
        for loop in ("asyncio", "uvloop")
    }
    turns = bench.alternate(tasks, rounds=TELLING)
    ours = [turns.cpu(f"{OURS.name}, {loop}") for loop in ("uvloop", "asyncio")]
    yield Row(
        work="walk on uvloop: CPU",
        compared_with="on asyncio's own loop",
        goal=None,
        unit="",
        spread=Spread.of(ratios(*ours)),
        contenders=turns.contenders(f"{OURS.name}, asyncio"),
    )


def parts(bench: Bench, sizes: Sizes) -> Iterator[Row]:
    """Measure the shares of a walk for decoding, and for holding pages read ahead."""
    names = {
        "decoding from memory": "decoded",
        "page after page": "unhurried",
        "16 pages ahead": "attributes",
    }
    turns = _kinds(bench, "scalr", names, Listing(sizes.walk))
    work = "parts of a walk: decoding from memory"
    yield _ratio_row(work, None, turns, "decoding from memory", "16 pages ahead")


def objects(bench: Bench, sizes: Sizes) -> Iterator[Row]:
    """Measure the cost of frozen resources."""
    names = {
        "frozen, filled": "frozen_filled",
        "not frozen, filled": "open_filled",
        "frozen, __init__": "frozen_init",
        "not frozen, __init__": "open_init",
    }
    turns = _kinds(bench, "objects", names, Listing(sizes.walk))
    work = "making a frozen object: CPU"
    yield _ratio_row(work, None, turns, "frozen, filled", "not frozen, filled")


def _senders() -> list[Client]:
    return [client for client in SENDERS if client.installed]


def _kinds(bench: Bench, client: str, names: Mapping[str, str], listing: Listing) -> Turns:
    """Measure several kinds of work of one client, each by its name."""
    tasks = {name: bench.task(client, kind, listing) for name, kind in names.items()}
    return bench.alternate(tasks, rounds=TELLING)


def _turns(
    bench: Bench, clients: list[Client] | tuple[Client, ...], work: str, listing: Listing
) -> Turns:
    return bench.alternate(
        {client.name: bench.task(client.module, work, listing) for client in clients}
    )


def _ratio_row(
    work: str, goal: float | None, turns: Turns, one: str = OURS.name, other: str = DICTS.name
) -> Row:
    return Row(
        work=work,
        compared_with=other,
        goal=goal,
        unit="",
        spread=Spread.of(ratios(turns.cpu(one), turns.cpu(other))),
        contenders=turns.contenders(other),
    )


GROUPS: Final[dict[str, Callable[[Bench, Sizes], Iterator[Row]]]] = {
    group.__name__: group
    for group in (
        walks,
        calls,
        distant,
        memory,
        stalls,
        importing,
        growth,
        limits,
        parts,
        objects,
        uvloop,
    )
}
"""All rows, in the order of the table; iteration measures them."""
