"""Clients read the same things: a comparison of their cost means something."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import attrs
import pytest

from benchmarks import report
from benchmarks.bench import CLIENTS, SENDERS, WARM, Bench
from benchmarks.documents import INCLUDE, name_of, workspace
from benchmarks.job import digest, shaped
from benchmarks.server import Listing, serve

TOTAL = 230
LISTING = Listing(TOTAL)
OWN = ("scalr", "dicts", "structs", "classes")
SUMMED = ("attributes", "ids", "related", "gets", "links", "folded")


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with serve(WARM, LISTING) as urls:
        yield Bench(urls=urls, rounds=1, small=True)


def linked(number: int) -> dict[str, object]:
    data = {name: link["data"] for name, link in workspace(number)["relationships"].items()}
    return {
        name: [ref["id"] for ref in refs] if isinstance(refs, list) else refs and refs["id"]
        for name, refs in data.items()
    }


@pytest.mark.parametrize("client", OWN)
def test_everything_that_was_sent_is_read(bench: Bench, client: str) -> None:
    sent = [(name_of(n), workspace(n)["attributes"], linked(n)) for n in range(TOTAL)]
    turns = bench.alternate({client: bench.task(client, "everything", LISTING)})
    assert turns.figures[client][0].result == digest(sent)


@pytest.mark.parametrize("change", ["id", "attribute", "relationship"])
def test_the_digest_tells_any_difference(change: str) -> None:
    name, attributes, ids = name_of(0), workspace(0)["attributes"], linked(0)
    other = {
        "id": (name_of(1), attributes, ids),
        "attribute": (name, attributes | {"var-files": []}, ids),
        "relationship": (name, attributes, ids | {"tags": []}),
    }[change]
    assert digest([(name, attributes, ids)]) != digest([other])


def test_values_are_compared_as_json_has_them() -> None:
    assert shaped({"a": (1, 2), "b": 3}, {"a": None}) == {"a": [1, 2]}


@pytest.mark.parametrize("work", SUMMED)
def test_sums_over_what_was_read_are_equal(bench: Bench, work: str) -> None:
    names = (*OWN, "bare")  # peers that are in the extra `bench` alone are compared when it is run
    modules = [
        name
        for name in names
        if hasattr(importlib.import_module(f"benchmarks.clients.{name}"), work)
    ]
    turns = bench.alternate({name: bench.task(name, work, LISTING) for name in modules})
    results = {figures[0].result for figures in turns.figures.values()}
    assert len(results) == 1
    assert results.pop() >= TOTAL


@pytest.mark.parametrize("small", [True, False], ids=["here", "in a process of its own"])
def test_the_longest_stall_stands_beside_what_orjson_takes(bench: Bench, small: bool) -> None:
    bench = attrs.evolve(bench, small=small)
    ((stall, loads),) = bench.values(bench.task("stalls", "pages", LISTING))
    assert stall > 0
    assert loads > 0


def test_a_client_with_another_result_does_not_count(bench: Bench) -> None:
    tasks = {work: bench.task("dicts", work, LISTING) for work in ("attributes", "ids")}
    with pytest.raises(AssertionError, match="results differ"):
        bench.alternate(tasks)


def test_limits_read_all_bytes_and_all_workspaces(bench: Bench) -> None:
    reads = bench.alternate(
        {work: bench.task("limits", work, LISTING) for work in ("sockets", "transfers")}
    )
    assert reads.figures["sockets"][0].result > TOTAL * 2_000
    parses = bench.alternate(
        {work: bench.task("limits", work, LISTING) for work in ("parsing", "loading")}
    )
    assert parses.figures["parsing"][0].result == TOTAL


def test_what_is_included_is_what_is_asked_for() -> None:
    wanted = {name.replace("-", "_") for name in INCLUDE.split(",")}
    assert wanted == {"environment", "agent_pool", "tags", "created_by"}


def test_the_version_of_every_peer_is_recorded() -> None:
    needed = {client.needs.replace("_", "-") for client in (*CLIENTS, *SENDERS)}
    assert needed - {"scalr-async"} <= {*report._PACKAGES}


def test_this_library_comes_first_among_its_peers() -> None:
    first, *peers = [client.module for client in CLIENTS]
    assert first == "scalr"
    assert {"dicts", "structs", "classes", "terrasnek_tfc", "jsonapi", "pytfe_tfe"} == {*peers}
