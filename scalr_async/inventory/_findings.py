"""Findings about an account that need attention, worst first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import attrs

from scalr_async.inventory._statistics import OLDER, Pool, Statistics
from scalr_async.inventory._text import count, percent

__all__ = ["Finding", "findings", "verdict"]

Severity = Literal["critical", "warning", "note"]

_ORDER: Final[dict[Severity, int]] = {"critical": 0, "warning": 1, "note": 2}
_MANY_FAIL: Final = 0.1
"""The share of failed runs above which they are critical."""
_MANY_DOWN: Final = 0.5
"""The share of offline agents in a pool above which there is a warning."""


@attrs.frozen
class Finding:
    """One thing that needs attention: the number of workspaces concerned, and where to look."""

    severity: Severity
    text: str
    workspaces: int
    section: str


def findings(statistics: Statistics) -> list[Finding]:
    """Return the findings by severity, then by the number of workspaces concerned."""
    found = [*_unread(statistics), *_pools(statistics), *_runs(statistics), *_age(statistics)]
    return sorted(found, key=lambda each: (_ORDER[each.severity], -each.workspaces, each.text))


def verdict(statistics: Statistics, found: list[Finding]) -> str:
    """Return a summary of the page in one sentence."""
    critical = sum(each.severity == "critical" for each in found)
    warnings = sum(each.severity == "warning" for each in found)
    if critical:
        more = f", {warnings} more to look at" if warnings else ""
        return f"{_things(critical)} attention now{more}"
    if warnings:
        return f"Nothing is broken; {_things(warnings)} a look"
    if not statistics.workspaces:
        return "There are no workspaces yet: make one, and look again"
    return "All is well"


def _things(number: int) -> str:
    return f"{count(number, 'thing')} {'needs' if number == 1 else 'need'}"


def _unread(statistics: Statistics) -> Iterator[Finding]:
    for kind, reason in statistics.unread.items():
        text = f"{kind.replace('_', ' ').capitalize()} could not be read: {reason}"
        yield Finding("warning", text, 0, "totals")


def _pools(statistics: Statistics) -> Iterator[Finding]:
    if "agents" in statistics.unread:
        return
    for pool in statistics.pools.values():
        agents = pool.agents.total()
        if not agents and statistics.homeless_agents:
            continue  # some of those may be its own
        if pool.workspaces and not pool.working:
            yield Finding("critical", _idle(pool, agents), pool.workspaces, "pools")
        elif pool.workspaces and (down := agents - pool.working) > agents * _MANY_DOWN:
            text = f"{down:,} of the {agents:,} agents of pool {pool.name} are down"
            yield Finding("warning", f"{text}; {_run_on_it(pool)}", pool.workspaces, "pools")
        elif pool.working and not pool.workspaces:
            up = count(pool.working, "agent")
            text = f"No workspace runs on pool {pool.name}, which has {up} up"
            yield Finding("note", text, 0, "pools")
    if statistics.homeless_agents:
        text = f"The pool of {count(statistics.homeless_agents, 'agent')} is not known"
        yield Finding("note", text, 0, "pools")


def _idle(pool: Pool, agents: int) -> str:
    if not agents:
        return f"Pool {pool.name} has no agents; {_run_on_it(pool)}"
    states = ", ".join(f"{number:,} {status}" for status, number in pool.agents.most_common())
    return f"No agent of pool {pool.name} is up ({states}); {_run_on_it(pool)}"


def _run_on_it(pool: Pool) -> str:
    return (
        f"{count(pool.workspaces, 'workspace')} {'runs' if pool.workspaces == 1 else 'run'} on it"
    )


def _runs(statistics: Statistics) -> Iterator[Finding]:
    whole = statistics.workspaces
    if failed := statistics.failed.total():
        home, most = statistics.failed.most_common(1)[0]
        where = statistics.environments.get(home, home)
        text = (
            f"The latest run failed in {count(failed, 'workspace')} ({percent(failed, whole)}), "
            f"{most:,} of them in {where}"
        )
        yield Finding(
            "critical" if failed > whole * _MANY_FAIL else "warning", text, failed, "failing"
        )
    if waiting := statistics.waiting.total():
        text = f"The latest run waits for a person in {count(waiting, 'workspace')}"
        yield Finding("warning", text, waiting, "waiting")


def _age(statistics: Statistics) -> Iterator[Finding]:
    whole = statistics.workspaces
    if outdated := statistics.outdated:
        text = f"A version below 1.0 in {count(outdated, 'workspace')} ({percent(outdated, whole)})"
        yield Finding("warning", text, outdated, "versions")
    if stale := statistics.by_age[OLDER]:
        text = f"No change for a year in {count(stale, 'workspace')} ({percent(stale, whole)})"
        yield Finding("note", text, stale, "stale")
