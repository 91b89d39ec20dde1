from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from scalr_async._values import UNSET
from scalr_async.inventory._report_page import page
from scalr_async.inventory._statistics import SHOWN, Statistics, run_class
from scalr_async.jsonapi import Ref

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def workspace(number: int = 0, **values):
    given = {
        "id": f"ws-{number}",
        "name": f"app-{number}",
        "environment": Ref("environments", "env-1"),
        "terraform_version": "1.9.0",
        "auto_apply": False,
        "latest_run": None,
        "agent_pool": None,
        "updated_at": NOW,
        "created_at": NOW,
    }
    return SimpleNamespace(**(given | values))


def run(status: object) -> SimpleNamespace:
    return SimpleNamespace(id="run-1", resource=SimpleNamespace(status=status))


def counted(*workspaces) -> Statistics:
    made = Statistics(now=NOW)
    made.take("environments", SimpleNamespace(id="env-1", name="main"))
    for each in workspaces:
        made.take("workspaces", each)
    return made


def test_what_the_server_left_out_is_counted_as_such() -> None:
    made = counted(
        workspace(environment=UNSET),
        workspace(environment=Ref("environments", "env-2")),
        workspace(terraform_version=UNSET, latest_run=Ref("runs", "run-1")),
    )

    assert made.by_environment == {"unknown": 1, "env-2": 1, "env-1": 1}
    assert made.by_version == {"1.9.0": 2, "none": 1}
    assert made.by_run == {"never run": 2, "unknown": 1}


ODD = [None, UNSET, "", "text", 5, 1.5, True, [], {}, datetime.min, datetime.max]


@pytest.mark.parametrize(
    "field", ["name", "terraform_version", "auto_apply", "updated_at", "created_at"]
)
@pytest.mark.parametrize("value", ODD, ids=repr)
def test_no_value_of_an_attribute_is_too_odd_to_count(field, value) -> None:
    made = counted(workspace(**{field: value}), workspace(1, latest_run=run(value)))

    assert made.workspaces == 2
    assert sum(made.ages().values()) == 2
    assert made.by_run.total() == 2


@pytest.mark.parametrize("reference", [None, UNSET])
@pytest.mark.parametrize("status", ODD, ids=repr)
def test_agents_without_a_pool_are_counted(reference, status) -> None:
    made = counted()
    made.take("agents", SimpleNamespace(pool=reference, status=status))
    made.take("agents", SimpleNamespace(pool=Ref("agent-pools", "apool-1"), status=status))

    assert made.homeless_agents == 1
    assert made.pools["apool-1"].agents.total() == 1


def test_a_pool_that_was_not_listed_is_named_by_its_id() -> None:
    made = counted(workspace(agent_pool=Ref("agent-pools", "apool-9")))

    assert made.pools["apool-9"].workspaces == 1
    assert made.pools["apool-9"].name == "apool-9"
    assert made.unlinked == {}


def test_things_of_one_name_stay_apart() -> None:
    made = counted()
    for number in (1, 2):
        made.take("environments", SimpleNamespace(id=f"env-{number}", name="twin"))
        pool = SimpleNamespace(id=f"apool-{number}", name="twin", account=None)
        made.take("agent_pools", pool)
        home = Ref("environments", f"env-{number}")
        pool = Ref("agent-pools", f"apool-{number}")
        made.take("workspaces", workspace(number, environment=home, agent_pool=pool))

    assert made.by_environment == {"env-1": 1, "env-2": 1}
    assert [pool.workspaces for pool in made.pools.values()] == [1, 1]


def test_workspaces_are_counted_by_age() -> None:
    days = (0, 8, 40, 100, 400)
    changed = [workspace(updated_at=NOW - timedelta(days=d)) for d in days]
    unknown = workspace(updated_at=None, created_at=UNSET)

    ages = counted(*changed, unknown).ages()

    assert ages == {
        "a week": 1,
        "a month": 1,
        "a quarter": 1,
        "a year": 1,
        "longer ago": 1,
        "unknown": 1,
    }
    assert "unknown" not in counted(*changed).ages()


def test_the_workspaces_changed_longest_ago_are_kept_oldest_first() -> None:
    made = counted(*(workspace(n, updated_at=NOW - timedelta(days=n)) for n in range(2 * SHOWN)))

    assert [seen.id for seen in made.stalest()] == [
        f"ws-{number}" for number in range(2 * SHOWN - 1, SHOWN - 1, -1)
    ]


@pytest.mark.parametrize(
    ("status", "auto_apply", "stands"),
    [
        ("applied", False, "good"),
        ("planned_and_finished", False, "good"),
        ("errored", True, "failed"),
        ("planned", False, "waiting"),
        ("planned", True, "running"),
        ("policy_checked", False, "waiting"),
        ("cost_estimated", True, "running"),
        ("policy_override", True, "waiting"),
        ("planned_and_saved", True, "waiting"),
        ("canceled", False, "ended"),
        ("discarded", False, "ended"),
        ("applying", False, "running"),
        ("never heard of", False, "running"),
    ],
)
def test_a_status_says_how_a_run_stands(status, auto_apply, stands) -> None:
    assert run_class(status, auto_apply=auto_apply) == stands
    made = counted(workspace(auto_apply=auto_apply, latest_run=run(status)))
    assert made.failed.total() == (stands == "failed")
    assert made.waiting.total() == (stands == "waiting")
    assert f'<li class="{stands}"><span>{status}</span>' in page(made, "")


def test_only_some_workspaces_are_kept_and_all_are_counted() -> None:
    statuses = itertools.cycle(["errored", "planned"])
    made = counted(*(workspace(n, latest_run=run(next(statuses))) for n in range(4 * SHOWN)))

    assert (made.failed.total(), made.waiting.total()) == (2 * SHOWN, 2 * SHOWN)
    assert (len(made.failing), len(made.blocked)) == (SHOWN, SHOWN)


@pytest.mark.parametrize(
    ("version", "old"), [("0.14.11", 1), ("v0.12.0", 1), ("1.0.0", 0), ("latest", 0), ("10.0", 0)]
)
def test_versions_below_one_are_old(version, old) -> None:
    assert counted(workspace(terraform_version=version)).outdated == old
