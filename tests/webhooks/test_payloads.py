"""What deliveries hold; what is new to this package is kept and not refused."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalr_async.webhooks import EventObject, LaunchTask, RunEvent, UnknownEvent
from scalr_async.webhooks._payloads import Payload, read_payload
from tests.webhooks.sender import EVENT, TASK


def read(document: Any) -> Payload:
    return read_payload(json.dumps(document).encode())


def event(**changes: Any) -> Any:
    return read({**copy.deepcopy(EVENT), **changes})


def test_an_event_of_a_run_is_typed() -> None:
    found = event()

    assert isinstance(found, RunEvent)
    assert (found.event_name, found.payload_version) == ("run:completed", 1)
    assert (found.run.id, found.run.status, found.run.source) == (
        "run-tq8f1n2p3q4r5s6",
        "applied",
        "ui",
    )
    assert found.run.created_at == datetime(2020, 11, 25, 0, 40, tzinfo=UTC)
    assert found.run.fields["created_by"] == {"id": "user-1", "email": "a@example.com"}
    assert found.workspace == EventObject(
        id="ws-1", name="network", fields={"id": "ws-1", "name": "network", "tags": ["a"]}
    )
    assert (found.environment.name, found.webhook.id) == ("production", "wh-1")
    assert found.variables == EVENT["variables"]
    assert found.raw == EVENT


@pytest.mark.parametrize("name", ["run:completed", "run:errored", "run:needs_attention", "run:new"])
def test_events_of_runs_are_known_by_the_beginning_of_their_name(name: str) -> None:
    assert event(event_name=name).event_name == name


@pytest.mark.parametrize(
    "changes",
    [
        {"event_name": "workspace:created"},
        {"event_name": "run"},
        {"event_name": None},
        {"event_name": 5},
        {"run": None},
        {"run": []},
        {"run": {}},
        {"run": {"id": ""}},
        {"run": {"id": 5}},
    ],
)
def test_an_event_that_is_new_here_is_kept_whole(changes: dict[str, Any]) -> None:
    found = event(**changes)

    assert isinstance(found, UnknownEvent)
    assert found.raw == {**EVENT, **changes}
    name = {**EVENT, **changes}["event_name"]
    assert found.event_name == (name if isinstance(name, str) else None)


ODD = [None, 5, "text", [], {}, True, [1], {"id": 5, "name": []}]


@pytest.mark.parametrize("value", ODD, ids=repr)
@pytest.mark.parametrize("name", sorted(set(EVENT) - {"event_name", "run"}))
def test_a_part_of_another_type_is_kept_in_what_came(name: str, value: Any) -> None:
    found = event(**{name: value})

    assert isinstance(found, RunEvent)
    assert found.raw == {**EVENT, name: value}
    if name in ("workspace", "environment", "webhook"):
        part = getattr(found, name)
        assert (part is None) == (not isinstance(value, dict))
        assert part is None or (part.id, part.name, part.fields) == (None, None, value)


@pytest.mark.parametrize("name", sorted(set(EVENT["run"]) - {"id"}))
@pytest.mark.parametrize("value", [None, 5, [], {}])
def test_an_attribute_of_another_type_is_kept_in_what_came(name: str, value: Any) -> None:
    found = event(run={**EVENT["run"], name: value})

    assert found.run.fields[name] == value
    assert getattr(found.run, name, None) is None


def test_fields_that_are_new_here_are_kept() -> None:
    found = event(run={**EVENT["run"], "new": 1}, also={"new": 2})

    assert (found.run.fields["new"], found.raw["also"]) == (1, {"new": 2})


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-11-25T00:43:38Z", datetime(2020, 11, 25, 0, 43, 38, tzinfo=UTC)),
        ("2020-11-25T02:43:38+02:00", datetime(2020, 11, 25, 0, 43, 38, tzinfo=UTC)),
        ("2020-11-25T00:43:38", datetime(2020, 11, 25, 0, 43, 38, tzinfo=UTC)),
        ("soon", None),
    ],
)
def test_times_have_a_zone(text: str, moment: datetime | None) -> None:
    assert event(run={**EVENT["run"], "updated_at": text}).run.updated_at == moment
    assert read({**TASK, "created_at": text}).created_at == moment


def test_a_task_is_typed() -> None:
    found = read({**TASK, "new": 1})

    assert isinstance(found, LaunchTask)
    assert (found.task_id, found.action, found.run_id) == ("atask-1", "plan", "run-1")
    assert (found.workspace_id, found.environment_id) == ("ws-1", "env-1")
    assert found.raw["new"] == 1


@pytest.mark.parametrize(
    "document", [EVENT, TASK | {"token": "hunter2-canary"}, {"a": "hunter2-canary"}]
)
def test_what_came_is_not_shown(document: Any) -> None:
    found = read(document)

    for text in (repr(found), repr(found.raw), str(pickle.dumps(found))):
        assert "hunter2-canary" not in text
    assert "hunter2-canary" in json.dumps(found.raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=6,
)
NAMES = st.sampled_from([*EVENT, *TASK])


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(NAMES | st.text(), JSON, max_size=8))
def test_any_object_is_read_and_kept_whole(document: dict[str, Any]) -> None:
    assert read(document).raw == document
