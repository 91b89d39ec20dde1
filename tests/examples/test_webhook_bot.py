"""A bot that links workspaces by tag, told by the emulator's own deliveries."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from scalr_async.emulator import DeliveryScript, Emulator, Record
from tests.conftest import CANARY
from tests.examples.conftest import ACCOUNT, Load, on_aiohttp, run_in, workspace


@pytest.fixture
def bot(load: Load, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("WEBHOOK_SECRET", CANARY)
    return load("webhook_bot")


@pytest.fixture
async def url(bot, emu: Emulator) -> AsyncIterator[str]:
    emu.run_step = math.inf
    async with on_aiohttp(bot.make_app()) as root:
        url = f"{root}/scalr"
        emu.create(
            "webhook-integrations",
            {"name": "bot", "url": url, "secret-key": CANARY, "is-shared": True, "max-attempts": 3},
            {"account": ACCOUNT, "events": ("run:completed", "run:errored", "run:needs_attention")},
        )
        yield url


def pool(emu: Emulator, name: str) -> Record:
    return emu.create("agent-pools", {"name": name, "is-shared": True}, {"account": ACCOUNT})


def tags(emu: Emulator, *names: str) -> tuple[str, ...]:
    return tuple(emu.create("tags", {"name": n}, {"account": ACCOUNT}).id for n in names)


async def run_ends(emu: Emulator, place: Record) -> list[Record]:
    """Let a run of a workspace wait for a person; return what became of the delivery."""
    emu.advance(run_in(emu, place), "planned")
    await emu.settle_deliveries()
    return list(emu.store.all("webhook-integration-deliveries"))


def links(emu: Emulator) -> int:
    return sum(request.method == "PATCH" for request in emu.requests)


async def test_a_new_workspace_is_linked_to_the_pool_that_its_tag_names(
    emu: Emulator, url: str
) -> None:
    eu = pool(emu, "eu-west-1")
    new = workspace(emu, "new", tags=tags(emu, "team:payments", "pool:eu-west-1"))

    [delivery] = await run_ends(emu, new)

    assert delivery.attributes["status"] == "completed"
    assert new.related("agent-pool") == (eu.id,)


async def test_what_is_sent_twice_is_handled_once(emu: Emulator, url: str) -> None:
    pool(emu, "eu")
    emu.delivery_script = DeliveryScript(copies=3)

    await run_ends(emu, workspace(emu, "new", tags=tags(emu, "pool:eu")))

    assert links(emu) == 1


async def test_what_was_handled_before_a_restart_is_not_handled_again(
    emu: Emulator, bot, http: aiohttp.ClientSession
) -> None:
    pool(emu, "eu")
    new = workspace(emu, "new", tags=tags(emu, "pool:eu"))
    event = {"event_name": "run:completed", "run": {"id": "run-1"}, "workspace": {"id": new.id}}
    body = json.dumps(event).encode()
    date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S%z")
    signature = hmac.new(CANARY.encode(), body + date.encode(), hashlib.sha256).hexdigest()
    headers = {"Date": date, "X-Signature": signature, "X-Scalr-Delivery-Id": "wd-1"}

    asked = []
    for _ in range(2):
        async with on_aiohttp(bot.make_app()) as root:
            async with http.post(
                f"{root}/scalr", data=body, headers={**headers, "Content-Type": "application/json"}
            ) as answer:
                assert answer.status == 200
        asked.append(len(emu.requests))

    assert links(emu) == 1
    assert asked[0] == asked[1]


@pytest.mark.parametrize("tampered", ["body", "signature", "unsigned"])
async def test_what_scalr_did_not_sign_is_refused(emu: Emulator, url: str, tampered) -> None:
    pool(emu, "eu")
    emu.delivery_script = DeliveryScript(tampered=tampered, pause=0.01)
    new = workspace(emu, "new", tags=tags(emu, "pool:eu"))

    [delivery] = await run_ends(emu, new)

    assert (delivery.attributes["status"], delivery.attributes["response-code"]) == ("failed", 401)
    assert not [request for request in emu.requests if request.path == f"/workspaces/{new.id}"]


async def test_a_workspace_that_has_a_pool_keeps_it(emu: Emulator, url: str) -> None:
    pool(emu, "eu")
    us = pool(emu, "us")
    there = workspace(emu, "there", tags=tags(emu, "pool:eu"), agent_pool=us.id)

    await run_ends(emu, there)

    assert there.related("agent-pool") == (us.id,)
    assert links(emu) == 0


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["team:payments"], ""),
        (["pool:eu", "pool:us"], "its tags name the pools eu, us"),
        (["pool:missing"], "none has the name 'missing'"),
    ],
)
async def test_what_another_delivery_would_not_mend_is_said_once(
    emu: Emulator, url: str, caplog: pytest.LogCaptureFixture, names: list[str], said: str
) -> None:
    pool(emu, "eu")
    pool(emu, "us")
    new = workspace(emu, "new", tags=tags(emu, *names))

    [delivery] = await run_ends(emu, new)

    assert (delivery.attributes["status"], delivery.attributes["attempts"]) == ("completed", 1)
    assert new.related("agent-pool") == ()
    messages = [record.getMessage() for record in caplog.records if record.name == "webhook_bot"]
    assert said in "\n".join(messages)
    assert len(messages) == bool(said)


async def test_what_scalr_could_not_do_is_tried_again_when_it_is_sent_again(
    emu: Emulator, url: str
) -> None:
    eu = pool(emu, "eu")
    new = workspace(emu, "new", tags=tags(emu, "pool:eu"))
    emu.fail("PATCH", "/workspaces/*", status=409, times=2)

    [delivery] = await run_ends(emu, new)

    assert (delivery.attributes["status"], delivery.attributes["attempts"]) == ("completed", 3)
    assert new.related("agent-pool") == (eu.id,)


async def test_a_lost_answer_and_a_refusal_are_overcome_at_once(emu: Emulator, url: str) -> None:
    eu = pool(emu, "eu")
    new = workspace(emu, "new", tags=tags(emu, "pool:eu"))
    emu.fail("PATCH", "/workspaces/*", cut="after-apply")

    [delivery] = await run_ends(emu, new)

    assert delivery.attributes["attempts"] == 1
    assert new.related("agent-pool") == (eu.id,)
