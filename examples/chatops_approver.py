"""Approve runs in Slack: `/scalr`, `/scalr confirm run-... looks right`, `/scalr discard run-...`.

    SLACK_SIGNING_SECRET=... APPROVERS=U012AB3CD,U045EF6GH python chatops_approver.py

A Slack app sends the command to https://.../slack. Everybody may see which runs wait; only those in
APPROVERS decide. Slack waits for 3 seconds, so the result goes to the command's response URL.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import html
import os
import sys
import time
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web

from scalr_async import ScalrClient, ScalrError
from scalr_async.resources import RunStatus, run_stage

SECRET = os.environ["SLACK_SIGNING_SECRET"].encode()
APPROVERS = os.environ["APPROVERS"].split(",")
MEANING = {
    "not_sent": "not done: nothing was sent",
    "rejected": "not done: Scalr refused it",
    "unknown": "nobody can say whether it was done: the answer was lost",
    "applied": "done, though the answer was lost",
}
WAITING: list[RunStatus]
WAITING = ["planned", "cost_estimated", "policy_checked", "planned_and_saved", "policy_override"]
SCALR, TASKS = web.AppKey("scalr", ScalrClient), web.AppKey("tasks", set[asyncio.Task[None]])


def is_from_slack(request: web.Request, body: bytes) -> bool:
    """Check signature and age (version 0 of Slack's scheme)."""
    moment = request.headers.get("X-Slack-Request-Timestamp", "")
    given = request.headers.get("X-Slack-Signature", "").encode(errors="replace")
    mac = hmac.new(SECRET, f"v0:{moment}:".encode(errors="replace") + body, "sha256")
    signed = hmac.compare_digest(f"v0={mac.hexdigest()}".encode(), given)
    return signed and abs(time.time() - int(moment)) < 300


async def waiting(scalr: ScalrClient) -> str:
    """Return the list of runs that wait for a decision."""
    lines = []
    async for run in scalr.runs.list(status=WAITING, include=["workspace"]):
        if run_stage(run) == "needs a person":
            workspace = run.workspace.resource.name if run.workspace.resource else "?"
            lines.append(f"`{run.id}` {workspace}: {run.status}, {run.message or 'no message'}")
    return "\n".join(lines) or "No run waits for anybody."


async def decide(scalr: ScalrClient, verb: str, run: str, comment: str) -> str:
    """Confirm or discard a run; return the result, and the run's current status."""
    act = scalr.runs.confirm if verb == "confirm" else scalr.runs.discard
    became, now = "done", "not known"
    try:
        await act(run, comment=comment)
    except ScalrError as error:
        became = f"{MEANING[error.outcome]}\n> {error}"
    with contextlib.suppress(ScalrError):
        now = (await scalr.runs.get(run)).status
    return f"{verb} `{run}` ({comment}): {became}\nThe run is {now}."


async def reply(scalr: ScalrClient, form: dict[str, str]) -> str:
    """Execute a command, and return the message for the channel."""
    match form.get("text", "").split():
        case []:
            return await waiting(scalr)
        case ["confirm" | "discard" as verb, run, *words]:
            if form["user_id"] not in APPROVERS:
                return f"@{form['user_name']} may not {verb} `{run}`."
            return await decide(scalr, verb, run, f"@{form['user_name']}: {' '.join(words)}")
        case _:
            return "/scalr, /scalr confirm RUN [WORDS], /scalr discard RUN [WORDS]"


async def respond(app: web.Application, form: dict[str, str]) -> None:
    try:
        text = await reply(app[SCALR], form)
    except ScalrError as error:
        text = str(error)
    message = {"response_type": "in_channel", "text": html.escape(text, quote=False)}
    async with aiohttp.ClientSession(raise_for_status=True) as slack:
        await slack.post(form["response_url"], json=message)


async def command(request: web.Request) -> web.Response:
    body = await request.read()
    if not is_from_slack(request, body):
        raise web.HTTPUnauthorized
    tasks, form = request.app[TASKS], dict(parse_qsl(body.decode()))
    tasks.add(task := asyncio.create_task(respond(request.app, form)))
    task.add_done_callback(tasks.discard)
    return web.Response()


async def with_client(app: web.Application) -> AsyncIterator[None]:
    async with ScalrClient() as scalr:
        app[SCALR], app[TASKS] = scalr, set()
        yield
        await asyncio.gather(*app[TASKS], return_exceptions=True)


def make_app() -> web.Application:
    app = web.Application()
    app.cleanup_ctx.append(with_client)
    app.router.add_post("/slack", command)
    return app


if __name__ == "__main__":
    try:
        web.run_app(make_app(), port=int(os.environ.get("PORT", "8080")))
    except ScalrError as error:
        sys.exit(str(error))
