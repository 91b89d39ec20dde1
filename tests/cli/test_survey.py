from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from scalr_async._sentinels import UNSET
from scalr_async.cli._survey import Survey
from scalr_async.jsonapi.ref import Ref

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def workspace(number: int = 0, **values):
    given = {
        "id": f"ws-{number}",
        "name": f"app-{number}",
        "environment": Ref("environments", "env-1"),
        "terraform_version": "1.9.0",
        "latest_run": None,
        "agent_pool": None,
        "updated_at": NOW,
        "created_at": NOW,
    }
    return SimpleNamespace(**(given | values))


def survey(*workspaces) -> Survey:
    made = Survey(now=NOW)
    made.take("environments", SimpleNamespace(id="env-1", name="main"))
    for each in workspaces:
        made.take("workspaces", each)
    return made


def test_what_the_server_left_out_is_counted_as_such() -> None:
    made = survey(
        workspace(environment=UNSET),
        workspace(environment=Ref("environments", "env-2")),
        workspace(terraform_version=UNSET, latest_run=Ref("runs", "run-1")),
    )

    assert made.by_environment == {"unknown": 1, "env-2": 1, "main": 1}
    assert made.by_version == {"1.9.0": 2, "none": 1}
    assert made.by_run == {"never run": 2, "unknown": 1}


def test_a_pool_that_was_not_listed_is_named_by_its_id() -> None:
    made = survey(workspace(agent_pool=Ref("agent-pools", "apool-9")))

    assert made.pools["apool-9"].workspaces == 1
    assert made.pools["apool-9"].name == "apool-9"
    assert made.unlinked == {}


def test_workspaces_are_counted_by_age() -> None:
    days = (0, 8, 40, 100, 400)
    changed = [workspace(updated_at=NOW - timedelta(days=d)) for d in days]
    unknown = workspace(updated_at=None, created_at=UNSET)

    ages = survey(*changed, unknown).ages()

    assert list(ages.values()) == [1, 1, 1, 1, 2]


def test_the_stalest_are_kept() -> None:
    made = survey(*(workspace(i, updated_at=NOW - timedelta(days=i)) for i in range(50)))

    assert {entry[1] for entry in made.stalest} == {f"ws-{i}" for i in range(30, 50)}
