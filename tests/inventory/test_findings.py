"""A report begins with what needs attention, worst first."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from scalr_async.inventory._findings import findings, verdict
from scalr_async.inventory._statistics import Pool, Statistics
from scalr_async.inventory._text import percent


@pytest.fixture
def statistics() -> Statistics:
    made = Statistics(now=datetime(2026, 6, 1, tzinfo=UTC), environments={"env-1": "main"})
    made.totals["workspaces"] = 2_000
    return made


def pool(name: str, workspaces: int, **agents: int) -> Pool:
    return Pool(f"apool-{name}", name, workspaces, Counter(agents))


def told(statistics: Statistics) -> list[tuple[str, str]]:
    return [(each.severity, each.text) for each in findings(statistics)]


def test_a_healthy_account_is_well(statistics) -> None:
    statistics.pools["apool-a"] = pool("a", 100, idle=2, busy=1)

    assert told(statistics) == []
    assert verdict(statistics, []) == "All is well"


def test_an_empty_account_says_so(statistics) -> None:
    statistics.totals.clear()

    assert verdict(statistics, findings(statistics)).startswith("There are no workspaces yet")


@pytest.mark.parametrize(
    ("found", "severity", "text"),
    [
        (
            pool("eu", 1_111, offline=5),
            "critical",
            "No agent of pool eu is up (5 offline); 1,111 workspaces run on it",
        ),
        (
            pool("eu", 3, offline=5, errored=1),
            "critical",
            "No agent of pool eu is up (5 offline, 1 errored); 3 workspaces run on it",
        ),
        (pool("eu", 1), "critical", "Pool eu has no agents; 1 workspace runs on it"),
        (
            pool("eu", 10, idle=1, offline=2),
            "warning",
            "2 of the 3 agents of pool eu are down; 10 workspaces run on it",
        ),
        (pool("eu", 0, idle=4), "note", "No workspace runs on pool eu, which has 4 agents up"),
    ],
)
def test_a_pool_that_does_not_work_is_told(statistics, found, severity, text) -> None:
    statistics.pools[found.id] = found

    assert told(statistics) == [(severity, text)]


@pytest.mark.parametrize(
    "found", [pool("eu", 10, idle=2, offline=2), pool("eu", 0, offline=9), pool("eu", 0)]
)
def test_a_pool_that_works_or_that_nobody_uses_is_not(statistics, found) -> None:
    statistics.pools[found.id] = found

    assert told(statistics) == []


def test_a_pool_without_agents_is_no_finding_while_it_is_not_known_whose_some_are(
    statistics,
) -> None:
    statistics.pools["apool-eu"] = pool("eu", 1_111)
    statistics.homeless_agents = 1

    assert [severity for severity, _ in told(statistics)] == ["note"]


def test_an_agent_whose_status_is_not_told_is_not_down(statistics) -> None:
    statistics.pools["apool-eu"] = pool("eu", 10, none=2, paused=1)

    assert told(statistics) == []


def test_agents_that_could_not_be_read_say_nothing_of_pools(statistics) -> None:
    statistics.pools["apool-eu"] = pool("eu", 1_111)
    statistics.unread["agents"] = "403 Forbidden"

    assert told(statistics) == [("warning", "Agents could not be read: 403 Forbidden")]


def test_what_is_worse_and_larger_comes_first(statistics) -> None:
    statistics.pools = {p.id: p for p in (pool("a", 5, offline=1), pool("b", 50, offline=1))}
    statistics.failed["env-1"] = 30
    statistics.waiting["env-1"] = 40
    statistics.outdated = 35
    statistics.by_age["longer ago"] = 900
    statistics.homeless_agents = 2

    found = findings(statistics)

    assert [(each.severity, each.workspaces) for each in found] == [
        ("critical", 50),
        ("critical", 5),
        ("warning", 40),
        ("warning", 35),
        ("warning", 30),
        ("note", 900),
        ("note", 0),
    ]
    assert verdict(statistics, found) == "2 things need attention now, 3 more to look at"
    assert verdict(statistics, found[:1]) == "1 thing needs attention now"
    assert verdict(statistics, found[2:]) == "Nothing is broken; 3 things need a look"


@pytest.mark.parametrize(("failed", "severity"), [(200, "warning"), (201, "critical")])
def test_many_failed_runs_are_critical(statistics, failed, severity) -> None:
    statistics.failed = Counter({"env-1": failed - 1, "env-9": 1})

    ((found, text),) = told(statistics)

    assert found == severity
    assert text.endswith(f"{failed - 1} of them in main")


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(0, 0, "0"), (0, 9, "0"), (1, 1_000, "<1"), (1, 3, "33"), (999, 1_000, "99"), (7, 7, "100")],
)
def test_a_share_is_never_all_or_nothing_that_it_is_not(part, whole, shown) -> None:
    assert percent(part, whole) == f"{shown}%"


@pytest.mark.parametrize("number", [1, 2, 1_111])
def test_every_number_agrees_with_its_noun(statistics, number) -> None:
    statistics.pools = {
        each.id: each
        for each in (
            pool("none", number),
            pool("down", number, offline=number),
            pool("some", number, idle=number, offline=number + 1),
            pool("free", 0, idle=number),
        )
    }
    statistics.failed["env-1"] = statistics.waiting["env-1"] = number
    statistics.outdated = number
    statistics.by_age["longer ago"] = number

    texts = [text for _, text in told(statistics)]
    statistics.homeless_agents = number
    texts += [text for _, text in told(statistics)]

    assert len(set(texts)) == 9
    for text in texts:
        for words in re.findall(r"([\d,]+) (workspace|agent)(s?)\b( runs?)?", text):
            count, _, plural, verb = words
            assert bool(plural) == (count != "1"), text
            assert verb in ("", " run" if plural else " runs"), text
