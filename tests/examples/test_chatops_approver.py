"""An approver in a chat: its commands are signed, and the channel is told exactly what became."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import math
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import aiohttp
import attrs
import pytest
from aiohttp import web

from scalr_async.emulator import Emulator, Record
from tests.conftest import CANARY
from tests.examples.conftest import Load, on_aiohttp, run_in, workspace


@attrs.define
class Slack:
    """Sends signed commands to the approver, and takes what the channel is told."""

    http: aiohttp.ClientSession
    url: str = ""
    here: str = ""
    told: asyncio.Queue[Any] = attrs.field(factory=asyncio.Queue)

    async def listen(self, request: web.Request) -> web.Response:
        self.told.put_nowait(await request.json())
        return web.Response()

    async def send(self, text: str, *, user: str = "U1", secret: str = CANARY, age: int = 0) -> int:
        form = {"text": text, "user_id": user, "user_name": "ada", "response_url": self.here}
        body = urlencode(form)
        moment = str(int(time.time()) - age)
        content = f"v0:{moment}:{body}".encode()
        proof = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": moment,
            "X-Slack-Signature": f"v0={proof}",
        }
        async with self.http.post(self.url, data=body, headers=headers) as answer:
            return answer.status

    async def say(self, text: str, **options: Any) -> str:
        """Send a command, and return what the channel is told."""
        assert await self.send(text, **options) == 200
        async with asyncio.timeout(10):
            message = await self.told.get()
        assert message["response_type"] == "in_channel"
        return message["text"]


@pytest.fixture
async def slack(
    load: Load, monkeypatch: pytest.MonkeyPatch, emu: Emulator, http: aiohttp.ClientSession
) -> AsyncIterator[Slack]:
    emu.run_step = math.inf
    monkeypatch.setenv("SLACK_SIGNING_SECRET", CANARY)
    monkeypatch.setenv("APPROVERS", "U1,U2")
    made, channel = Slack(http), web.Application()
    channel.router.add_post("/channel", made.listen)
    async with on_aiohttp(channel) as there, on_aiohttp(load("chatops_approver").make_app()) as app:
        made.here, made.url = f"{there}/channel", f"{app}/slack"
        yield made


@pytest.fixture
def planned(emu: Emulator, slack: Slack) -> Record:
    run = run_in(emu, workspace(emu, "network"), message="<b> & more")
    emu.advance(run, "planned")
    return run


def status(emu: Emulator, run: Record) -> Any:
    found = emu.store.get("runs", run.id)
    assert found is not None
    return found.attributes["status"]


async def test_runs_that_wait_for_a_person_are_listed(
    emu: Emulator, slack: Slack, planned: Record
) -> None:
    by_itself = run_in(emu, workspace(emu, "other"), **{"auto-apply": True})
    emu.advance(by_itself, "planned")

    assert await slack.say("") == (
        f"`{planned.id}` network: planned, &lt;b&gt; &amp; more"  # a message mentions nobody
    )


async def test_it_says_so_when_nothing_waits(slack: Slack) -> None:
    assert await slack.say("") == "No run waits for anybody."


async def test_a_run_is_confirmed_and_the_comment_says_by_whom(
    emu: Emulator, slack: Slack, planned: Record
) -> None:
    told = await slack.say(f"confirm {planned.id} looks right")

    assert told == f"confirm `{planned.id}` (@ada: looks right): done\nThe run is confirmed."
    [sent] = [r for r in emu.requests if r.path.endswith("/actions/apply")]
    assert b"@ada: looks right" in sent.body


async def test_a_run_is_discarded(emu: Emulator, slack: Slack, planned: Record) -> None:
    told = await slack.say(f"discard {planned.id}")

    assert told.endswith(": done\nThe run is discarded.")
    assert status(emu, planned) == "discarded"


async def test_who_is_no_approver_decides_nothing(
    emu: Emulator, slack: Slack, planned: Record
) -> None:
    assert await slack.say(f"confirm {planned.id}", user="U3") == (
        f"@ada may not confirm `{planned.id}`."
    )
    assert status(emu, planned) == "planned"


async def test_what_scalr_refuses_is_told_as_not_done(
    emu: Emulator, slack: Slack, planned: Record
) -> None:
    await slack.say(f"discard {planned.id}")

    told = await slack.say(f"confirm {planned.id}")

    assert "not done: Scalr refused it" in told
    assert "409 Conflict" in told
    assert told.endswith("The run is discarded.")


async def test_a_run_that_is_not_there_is_told(slack: Slack) -> None:
    told = await slack.say("confirm run-missing")

    assert "not done: Scalr refused it" in told
    assert told.endswith("The run is not known.")


async def test_a_name_that_is_no_run_is_not_sent(emu: Emulator, slack: Slack) -> None:
    told = await slack.say("confirm run-1/x")

    assert "not done: nothing was sent" in told
    assert len(emu.requests) == 0


async def test_a_lost_answer_is_told_as_that_with_where_the_run_is_now(
    emu: Emulator, slack: Slack, planned: Record
) -> None:
    emu.fail("POST", "/runs/*/actions/discard", cut="after-apply")

    told = await slack.say(f"discard {planned.id}")

    assert "nobody can say whether it was done: the answer was lost" in told
    assert told.endswith("The run is discarded.")


async def test_a_lost_answer_to_a_confirmation_is_made_up_for(
    emu: Emulator, slack: Slack, planned: Record
) -> None:
    emu.fail("POST", "/runs/*/actions/apply", cut="after-apply")

    assert ": done\n" in await slack.say(f"confirm {planned.id}")


async def test_a_list_that_cannot_be_read_is_told(emu: Emulator, slack: Slack) -> None:
    emu.fail("GET", "/runs", status=429, headers={"Retry-After": "86400"})

    assert "429" in await slack.say("")


async def test_other_words_are_answered_with_what_there_is(slack: Slack) -> None:
    for text in ("help", "confirm", "apply run-1"):
        assert await slack.say(text) == (
            "/scalr, /scalr confirm RUN [WORDS], /scalr discard RUN [WORDS]"
        )


@pytest.mark.parametrize("forged", [{"secret": "guessed"}, {"age": 301}, {"age": -330}])
async def test_what_slack_did_not_sign_just_now_is_refused(
    emu: Emulator, slack: Slack, planned: Record, forged: dict[str, Any]
) -> None:
    assert await slack.send(f"confirm {planned.id}", **forged) == 401
    assert status(emu, planned) == "planned"
    assert slack.told.empty()


async def test_a_request_without_a_signature_is_refused(
    slack: Slack, http: aiohttp.ClientSession
) -> None:
    for headers in ({}, {"X-Slack-Signature": "v0=\udcff", "X-Slack-Request-Timestamp": "x"}):
        async with http.post(slack.url, data=b"text=", headers=headers) as answer:
            assert answer.status == 401
