"""No write shows what may be secret, of whatever type it is, and what is sent still holds it."""

from __future__ import annotations

import json
import pickle
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import scalr_async
from scalr_async import OutgoingRequest, ScalrClient, ScalrError
from scalr_async._http import Request
from tests.conftest import CANARY
from tests.laws.answers import fine
from tests.laws.calls import drive
from tests.laws.seam import CONFIG, Reply, requests_of, scripted
from tests.laws.secrets import NUMBER, VALUES, Place, places

OURS = str(Path(scalr_async.__file__).parent)
REFUSED = Reply(b'{"errors": [{"status": "422", "title": "no"}]}', 422)
PLACES = list(places(ScalrClient(config=CONFIG)))


def refusing(request: Request, _: int) -> Reply:
    return Reply(fine(request).encode()) if request.method == "GET" else REFUSED


def shows(text: str) -> bool:
    return CANARY in text or str(NUMBER) in text


def shown_by(error: BaseException) -> Iterator[str]:
    """Yield where a traceback that prints locals shows the canary: in our frames, in a message."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    pending: list[traceback.TracebackException | None] = [told]
    while pending:
        if (one := pending.pop()) is None:
            continue
        if shows("".join(one.format_exception_only())):
            yield f"the message of a {one.exc_type_str}"
        for frame in one.stack:
            ours = frame.filename.startswith((OURS, "<attrs generated", "<cattrs generated"))
            for name, text in (frame.locals or {}).items() if ours else ():
                if shows(text):
                    yield f"{frame.name}:{frame.lineno}: {name}"
        pending += [one.__cause__, one.__context__]


async def refused(scalr: ScalrClient, place: Place, arguments: dict[str, Any]) -> list[str]:
    """Make a call; return where its error shows the canary."""
    try:
        await drive(place.method.bound(scalr)(**arguments))
    except ScalrError as error:
        return list(shown_by(error))
    return []


@pytest.mark.parametrize("place", PLACES, ids=str)
async def test_a_dry_run_shows_no_secret_of_any_type(place: Place) -> None:
    leaks: list[str] = []
    recorded = 0
    for what, arguments in place.given():
        with scripted(refusing) as scalr:
            dry = scalr.with_options(dry_run=True)
            dry._sender._wire = scalr._sender._wire
            leaks += [f"{what}: {where}" for where in await refused(dry, place, arguments)]
        for request in dry.recorded:
            recorded += 1
            leaks += [
                f"{what}: {way}"
                for way, text in {
                    "str": str(request),
                    "repr": repr(request),
                    "body": repr(request.body),
                    "document": json.dumps(request.document),
                    "pickle": pickle.dumps(request).decode("latin-1"),
                }.items()
                if shows(text)
            ]

    assert leaks == []
    assert recorded > 0


@pytest.mark.parametrize("place", PLACES, ids=str)
async def test_a_refused_write_shows_no_secret_of_any_type_and_has_sent_it(place: Place) -> None:
    leaks: list[str] = []
    sent: Counter[str] = Counter()
    for what, arguments in place.given():
        seen: list[OutgoingRequest] = []
        with scripted(refusing) as scalr:
            hooked = scalr.with_options(before_send=seen.append)
            hooked._sender._wire = scalr._sender._wire
            leaks += [f"{what}: {where}" for where in await refused(hooked, place, arguments)]
            for request in requests_of(hooked):
                if request.body is not None:
                    assert isinstance(request.body, bytes)
                    assert shows(bytes(request.body).decode()), what
                    sent[what] += 1
        if shows(repr(seen)) or b"canary" in pickle.dumps(seen):
            leaks.append(f"{what}: the hook")

    assert leaks == []
    assert sent
    assert len(sent) < len(list(place.given()))


async def test_a_generator_that_fails_is_told_with_its_own_frames() -> None:
    def names() -> Iterator[str]:
        yield CANARY
        raise LookupError

    given: Any = names()
    with scripted(refusing) as scalr, pytest.raises(LookupError) as failed:
        await scalr.agent_pools.create(name="eu", webhook_headers=given)

    assert failed.traceback[-1].name == "names"
    assert list(shown_by(failed.value)) == []


REQUESTS: dict[str, dict[str, Any]] = {
    **{kind: {"json": {"v": make}} for kind, make in VALUES.items()},
    **{f"{kind} by itself": {"json": make} for kind, make in VALUES.items()},
    **{f"{kind} as a body": {"body": make} for kind, make in VALUES.items()},
    **{f"{kind} in both": {"json": make, "body": make} for kind, make in VALUES.items()},
}


def made(value: Any) -> Any:
    return {name: made(item) for name, item in value.items()} if type(value) is dict else value()


@pytest.mark.parametrize("how", REQUESTS)
async def test_a_request_shows_nothing_of_its_body(how: str) -> None:
    shown: list[str] = []
    with scripted(refusing) as scalr:
        dry = scalr.with_options(dry_run=True)
        for client in (scalr, dry):
            try:
                await client.request("POST", "/x", **made(REQUESTS[how]))
            except ScalrError as error:
                shown += shown_by(error)
        shown += [str(one) + repr(one) + json.dumps(one.document) for one in dry.recorded]

        assert not any(map(shows, shown))
        for sent, recorded in zip(requests_of(scalr), dry.recorded, strict=True):
            assert sent.body == recorded.body
            assert shows(bytes(recorded.body or b"").decode())


ATTRIBUTES = {
    "value": {"k": [CANARY]},
    "sensitive": True,
    "new-in-this-server": {"pin": NUMBER, "on": True, "none": None, "list": [CANARY]},
}
DOCUMENTS: dict[str, tuple[Any, Any]] = {
    "attributes": (
        {"type": "vars", "id": "var-1", "attributes": ATTRIBUTES},
        {
            "type": "vars",
            "id": "var-1",
            "attributes": {
                "value": "<redacted>",
                "sensitive": True,
                "new-in-this-server": {
                    "pin": "<redacted>",
                    "on": True,
                    "none": None,
                    "list": ["<redacted>"],
                },
            },
        },
    ),
    "attributes that are no object": (
        {"type": "vars", "attributes": [CANARY]},
        {"type": "vars", "attributes": ["<redacted>"]},
    ),
    "a member of an object inside that the schema does not know": (
        {
            "type": "agent-pools",
            "attributes": {"webhook-headers": [{"name": "X-Key", "valeu": CANARY}, CANARY, None]},
        },
        {
            "type": "agent-pools",
            "attributes": {
                "webhook-headers": [{"name": "X-Key", "valeu": "<redacted>"}, "<redacted>", None]
            },
        },
    ),
    "relationships": (
        {"type": "vars", "relationships": {"workspace": {"data": {"type": "workspaces", "id": 5}}}},
        {
            "type": "vars",
            "relationships": {"workspace": {"data": {"type": "workspaces", "id": "<redacted>"}}},
        },
    ),
    "relationships that are no object": (
        {"type": "vars", "relationships": CANARY},
        {"type": "vars", "relationships": "<redacted>"},
    ),
    "a type that is no text": (
        {"type": {"a": CANARY}, "attributes": {"value": CANARY}},
        {"type": {"a": "<redacted>"}, "attributes": {"value": "<redacted>"}},
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_what_the_schema_does_not_know_is_redacted(name: str) -> None:
    data, document = DOCUMENTS[name]
    with scripted(refusing) as scalr:
        dry = scalr.with_options(dry_run=True)
        await dry.request("PATCH", "/x", json={"data": data})

    assert dry.recorded[0].document == {"data": document}


def test_every_kind_of_write_is_looked_at() -> None:
    names = {str(place) for place in PLACES}

    assert {
        "agent_pools.create(webhook_headers=)",
        "provider_configurations.update(google_credentials=)",
        "runs.confirm(comment=)",
        "runs.create(inputs=)",
        "service_accounts.assume(id_token=)",
        "state_versions.create(state=)",
        "variables.ensure(value=)",
        "webhook_integrations.create(secret_key=)",
    } <= names
    assert len(names) > 60
    assert len(VALUES) > 20
