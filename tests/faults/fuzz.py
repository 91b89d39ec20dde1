"""Replies with bytes changed at random, thrown at a client over a real socket.

    python -m tests.faults.fuzz --replies 200000

Every call must end with a value or a `ScalrError`, soon, and leave nothing behind.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from scalr_async import RateLimitError, RetryPolicy, ScalrClient, ScalrError, Timeouts
from tests.faults.common import client, listing, ok, open_files, pool, quietly, refusal, resource
from tests.faults.proxy import mutated
from tests.servers import CLOSE, Received, ScriptedServer, Steps, reply

JSONAPI = {"Content-Type": "application/vnd.api+json"}
_LIST = listing([f"ws-{n}" for n in range(5)], 1, 5, 5)
_BODY = _LIST.partition(b"\r\n\r\n")[2]
_WORKSPACE = resource(
    "workspaces",
    "ws-1",
    {
        "name": "network",
        "created-at": "2026-01-05T08:00:00Z",
        "auto-apply": False,
        "vcs-repo": {"identifier": "acme/network", "branch": "main"},
        "var-files": ["a.tfvars"],
    },
    environment={"data": {"type": "environments", "id": "env-1"}},
    tags={"data": [{"type": "tags", "id": "tag-1"}]},
)


def _chunked(body: bytes) -> bytes:
    pieces = [body[start : start + 100] for start in range(0, len(body), 100)]
    coded = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return reply(200, headers={**JSONAPI, "Transfer-Encoding": "chunked"}, length=False) + (
        coded + b"0\r\n\r\n"
    )


Call = Callable[[ScalrClient], Coroutine[Any, Any, Any]]


async def _walk(scalr: ScalrClient) -> None:
    async for workspace in scalr.workspaces.list(limit=50, prefetch=2):
        look(workspace)


async def _get(scalr: ScalrClient) -> None:
    look(await scalr.workspaces.get("ws-1", include=["environment"]))


def look(found: Any) -> None:
    """Touch everything: relationships are read lazily."""
    for name in type(found).__slots__:
        value = getattr(found, name, None)
        repr(value)
        for ref in value if isinstance(value, tuple) else (value,):
            repr(getattr(ref, "resource", None))
    found.raw()


CASES: tuple[tuple[bytes, Call], ...] = (
    (_LIST, _walk),
    (_chunked(_BODY), _walk),
    (
        reply(200, zlib.compress(_BODY, wbits=31), {"Content-Encoding": "gzip", **JSONAPI}),
        _walk,
    ),
    (ok(_WORKSPACE, included=[resource("environments", "env-1", {"name": "prod"})]), _get),
    (ok(pool(), 201), lambda scalr: scalr.agent_pools.create(name="eu")),
    (reply(204), lambda scalr: scalr.agent_pools.delete("apool-1")),
    (
        refusal(422, {"title": "Invalid", "source": {"pointer": "/data/attributes/name"}}),
        lambda scalr: scalr.agent_pools.update("apool-1", name="x"),
    ),
    (
        refusal(429, headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}),
        lambda scalr: scalr.agent_pools.get("apool-1"),
    ),
    (reply(302, headers={"Location": "http://127.0.0.1:9/a"}), lambda s: s.plans.log("plan-1")),
)


def _other_body(answer: bytes, draw: random.Random) -> bytes:
    """Change the body alone, and say its length right."""
    head, _, body = answer.partition(b"\r\n\r\n")
    body = mutated(body, draw)
    head = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % len(body), head)
    return head + b"\r\n\r\n" + body


async def throw(replies: int, seed: int) -> Counter[str]:
    """Return how the calls ended, by the name of the error; raises whatever else comes out."""
    draw = random.Random(seed)
    ends: Counter[str] = Counter()
    current = b""

    def answer(_: Received) -> Steps:
        server.requests.clear()
        whole = draw.random() < 0.4
        return (mutated(current, draw) if whole else _other_body(current, draw), CLOSE)

    options = {
        "retry": RetryPolicy(max_attempts=1),
        "timeouts": Timeouts(total=2.0, read=2.0),
    }
    before = open_files()
    with quietly():
        async with ScriptedServer(answer) as server:
            while ends.total() < replies:
                async with client(server.url, **options) as scalr:
                    throttled = False
                    while not throttled and ends.total() < replies:
                        current, call = draw.choice(CASES)
                        began, shown = time.monotonic(), ""
                        try:
                            await call(scalr)
                            ends["no error"] += 1
                        except ScalrError as error:
                            shown = str(error)
                            ends[type(error).__name__] += 1
                            throttled = isinstance(
                                error, RateLimitError
                            )  # a new client has no gate
                        assert shown.isprintable()
                        assert time.monotonic() - began < 10, "a call hung"
                    admission = scalr._transport._shared.admission
                    await asyncio.sleep(0)
                    assert (admission.in_flight, admission.waiting) == (0, 0)
    for _ in range(50):
        await asyncio.sleep(0.01 if open_files() > before else 0)
    assert open_files() <= before
    assert asyncio.all_tasks() == {asyncio.current_task()}
    return ends


def main() -> None:
    """Print how many replies ended how."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replies", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    ends = asyncio.run(throw(arguments.replies, arguments.seed))
    sys.stdout.write(f"seed {arguments.seed}: {json.dumps(dict(ends.most_common()))}\n")


if __name__ == "__main__":
    main()
