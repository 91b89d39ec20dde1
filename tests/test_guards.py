"""Clients that may only read, that record instead of writing, and headers that a hook adds."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from scalr_async import (
    ClientStateError,
    Config,
    ConfigError,
    InvalidArgumentError,
    OutgoingRequest,
    RecordedRequest,
    ScalrClient,
    ScalrError,
    _catalog,
)
from scalr_async._guards import is_write
from scalr_async._http import JSONAPI
from scalr_async.emulator import Emulator
from tests.conftest import CANARY
from tests.laws.answers import fine
from tests.laws.calls import drive, methods
from tests.laws.seam import Reply, requests_of, scripted
from tests.servers import ScriptedServer, reply

HUSH = "hush-0b77"
ROUTES = _catalog.load().routes
WAITS = {"wait", "wait_for_agents", "follow_logs"}
CALLS = [m for m in methods() if m.collection and m.name not in WAITS]


def answer(request: Any, _: int) -> Reply:
    return Reply(fine(request).encode())


def guarded(scalr: ScalrClient, **guards: bool) -> ScalrClient:
    """Return a clone of a scripted client, with the same script."""
    clone = scalr.with_options(**guards)
    clone._sender._wire = scalr._sender._wire
    return clone


def writes(emu: Emulator) -> list[str]:
    return [request.method for request in emu.requests if request.method != "GET"]


# Read-only clients.


def test_the_catalog_is_split_into_reads_and_writes() -> None:
    written = {r.name for r in ROUTES if is_write(r.method, r.path)}
    read = {r.name for r in ROUTES} - written

    assert len(ROUTES) == 345
    assert all(r.operation in {"get", "list", "singleton", "other", "relationship"}
               for r in ROUTES if r.name in read)  # fmt: skip
    assert {r.name for r in ROUTES if r.method == "GET"} - read == {"logout"}


async def test_a_read_only_client_sends_no_write_of_the_catalog() -> None:
    with scripted(lambda *_: Reply(b'{"data": []}')) as scalr:
        only = guarded(scalr, read_only=True)
        sent = requests_of(scalr)
        for route in ROUTES:
            sent.clear()
            path = re.sub(r"\{\w+\}", "x-1", route.path)
            if not is_write(route.method, path):
                await only.request(route.method, path)
                assert [request.method for request in sent] == ["GET"], route.name
                continue
            with pytest.raises(ClientStateError) as refused:
                await only.request(route.method, path)
            error = refused.value
            assert (error.method, error.path, error.outcome) == (route.method, path, "not_sent")
            assert sent == []


async def test_no_call_of_a_read_only_client_writes() -> None:
    """Every public call of every collection, found by reflection."""
    refused = 0
    for method in CALLS:
        with scripted(answer) as scalr:
            only = guarded(scalr, read_only=True)
            try:
                await drive(method.bound(only)(**method.arguments))
            except ClientStateError:
                refused += 1
            except (ScalrError, TypeError):
                pass  # of a reading; or values are missing
            assert {request.method for request in requests_of(scalr)} <= {"GET"}, method
    assert refused > 150


@pytest.mark.parametrize("path", ["/logout", "/logout/", "/LOGOUT", "/%6Cogout"])
async def test_what_ends_a_session_is_a_write(path: str, scalr: ScalrClient, emu: Emulator) -> None:
    with pytest.raises(ClientStateError, match="may only read"):
        await scalr.with_options(read_only=True).request("GET", path)

    assert len(emu.requests) == 0


async def test_a_read_only_client_stays_so_and_its_origin_writes(
    scalr: ScalrClient, emu: Emulator
) -> None:
    only = scalr.with_options(read_only=True)
    again = only.with_options(read_only=False, timeout=5)

    for client in (only, again, again.with_options(dry_run=True)):
        with pytest.raises(ClientStateError, match="POST /tags: refused"):
            await client.tags.create(name="a")
    assert [pool async for pool in again.agent_pools.list()] == []
    assert (await scalr.tags.create(name="a")).name == "a"
    assert writes(emu) == ["POST"]
    assert (only.recorded, scalr.recorded) == ((), ())


# Dry runs.


async def test_a_dry_run_records_exactly_what_would_be_sent(
    scalr: ScalrClient, emu: Emulator
) -> None:
    pool = await scalr.agent_pools.create(name="eu")
    dry = scalr.with_options(dry_run=True)
    sent = len(emu.requests)

    async def steps(client: ScalrClient) -> None:
        await client.agent_pools.update(pool, name="eu-west", webhook_url=None)
        tag = await client.tags.create(name="a b")
        await client.tags.delete(tag)
        await client.request("POST", "/tags?x=1&y=ä", json={"data": {"type": "tags"}})

    await steps(dry)
    assert len(emu.requests) == sent
    try:
        await steps(scalr)
    except ScalrError:
        pass  # the last one is refused
    for recorded, real in zip(dry.recorded, list(emu.requests)[sent:], strict=True):
        assert (recorded.method, recorded.query) == (real.method, real.query)
        assert (recorded.body or b"") == real.body
        if recorded.method != "DELETE":
            assert recorded.path == real.path
    assert [r.path for r in dry.recorded] == [
        f"/agent-pools/{pool.id}",
        "/tags",
        "/tags/dry-run-2",
        "/tags",
    ]


async def test_what_is_read_is_read_and_what_is_written_looks_as_if_it_was(
    scalr: ScalrClient, emu: Emulator
) -> None:
    emu.seed(environments=1, workspaces=5, pools=1)
    dry = scalr.with_options(dry_run=True)
    workspaces = await dry.workspaces.list().collect()

    pool = await dry.agent_pools.create(name="eu", vcs_enabled=True)
    result = await dry.agent_pools.link_workspaces(pool, workspaces)
    locked = await dry.workspaces.lock(workspaces[0], reason="dry")
    ensured = await dry.agent_pools.ensure(name="other")
    await dry.workspaces.add_tags(workspaces[0], tags=["tag-1"])

    assert (pool.id, pool.name, pool.vcs_enabled) == ("dry-run-1", "eu", True)
    result.raise_for_failures()
    assert len(result.succeeded) == 5
    assert locked.id == workspaces[0].id
    assert ensured.action == "created"
    assert writes(emu) == []
    assert len(dry.recorded) == 9


async def test_no_call_of_a_dry_run_writes_and_none_fails_for_it() -> None:
    recorded = []
    for method in CALLS:
        with scripted(answer) as scalr:
            dry = guarded(scalr, dry_run=True)
            try:
                await drive(method.bound(dry)(**method.arguments))
            except (TypeError, InvalidArgumentError):
                pass  # values are missing
            except ScalrError:  # of a reading; or nobody was told where to go
                assert dry.recorded == () or method.name == "log_out_url", method
            assert {request.method for request in requests_of(scalr)} <= {"GET"}, method
            recorded += dry.recorded
    assert len(recorded) > 150
    for request in recorded:
        assert is_write(request.method, request.path)
        json.dumps(request.document)


@pytest.mark.parametrize("linked", [True, False])
async def test_a_dry_run_of_links_by_the_pool_succeeds_with_one_write(
    linked: bool, scalr: ScalrClient, emu: Emulator
) -> None:
    home = await scalr.environments.create(name="eu")
    pool = await scalr.agent_pools.create(name="eu")
    some = [await scalr.workspaces.create(name=name, environment=home) for name in "ab"]
    if not linked:
        await scalr.agent_pools.replace_workspaces(pool, some)
    before = writes(emu)
    dry = scalr.with_options(dry_run=True)
    change = dry.agent_pools.link_workspaces if linked else dry.agent_pools.unlink_workspaces

    result = await change(pool, some, via="pool")

    assert [outcome.outcome for outcome in result.succeeded] == ["applied"] * 2
    assert [request.method for request in dry.recorded] == ["PATCH"]
    assert writes(emu) == before


async def test_a_dry_run_of_a_rotation_hands_nothing_over(
    scalr: ScalrClient, emu: Emulator
) -> None:
    pool = await scalr.agent_pools.create(name="eu")
    await scalr.agent_pools.create_token(pool, description="key")
    before = writes(emu)
    dry = scalr.with_options(dry_run=True)

    rotation = await dry.agent_pools.rotate_token(
        pool, description="key", hand_over=pytest.fail, in_use=pytest.fail
    )

    assert (rotation.token.id, rotation.finished) == ("dry-run-1", False)
    assert [request.method for request in dry.recorded] == ["POST", "PATCH"]
    assert writes(emu) == before


async def test_clones_of_a_dry_run_share_its_record_and_others_have_their_own(
    scalr: ScalrClient,
) -> None:
    dry = scalr.with_options(dry_run=True)
    clone, other = dry.with_options(timeout=5, dry_run=False), scalr.with_options(dry_run=True)

    await clone.tags.create(name="a")
    await other.tags.create(name="b")

    assert dry.recorded == clone.recorded
    assert [r.document["data"]["attributes"] for r in dry.recorded] == [{"name": "a"}]
    assert [r.document["data"]["attributes"] for r in other.recorded] == [{"name": "b"}]


async def test_a_record_shows_no_secret_and_holds_the_bytes(scalr: ScalrClient) -> None:
    dry = scalr.with_options(dry_run=True)
    await dry.variables.create(key="k", category="shell", value=HUSH, sensitive=True)
    await dry.agent_pools.create(
        name="eu", webhook_headers=[{"name": "X-Key", "value": HUSH, "sensitive": True}]
    )
    await dry.service_accounts.assume(id_token=HUSH, service_account_email="a@b.c")
    await dry.request("POST", "/vars", json={"data": {"type": "vars", "attributes": {"x": HUSH}}})
    await dry.request("POST", "/x", json={"data": {"type": "x", "attributes": {"value": HUSH}}})
    await dry.request("POST", "/x", json={"data": [{"type": "x", "id": "1", "p": [HUSH]}]})
    await dry.request("POST", "/x", json={"data": HUSH, "meta": {"a": [HUSH, 1]}})
    await dry.request("POST", "/x", json=[HUSH])
    await dry.request("POST", "/x", body=HUSH.encode(), content_type="text/plain")

    for recorded in dry.recorded:
        shown = [repr(recorded), str(recorded), json.dumps(recorded.document), repr(recorded.body)]
        assert HUSH not in "".join(shown)
        assert recorded.body is not None
        assert HUSH in bytes(recorded.body).decode()
    first, second, third, *_, last = dry.recorded
    assert first.document["data"]["attributes"] == {
        "key": "k",
        "category": "shell",
        "value": "<redacted>",
        "sensitive": True,
    }
    assert second.document["data"]["attributes"]["webhook-headers"][0]["value"] == "<redacted>"
    assert set(third.document.values()) == {"<redacted>"}
    assert last.document is None
    assert str(last) == "POST /x"


async def test_a_record_reads_as_a_request() -> None:
    recorded = RecordedRequest(method="POST", path="/x\n", query=(("a", "1"), ("b", "2")))

    assert str(recorded) == "POST /x\\n?a=1&b=2"
    assert str(
        RecordedRequest(
            method="PATCH",
            path="/workspaces/ws-1",
            body=b'{"data":{"type":"workspaces","id":"ws-1","relationships":{"agent-pool":'
            b'{"data":{"type":"agent-pools","id":"apool-1"}}}}}',
        )
    ) == (
        'PATCH /workspaces/ws-1 {"data":{"type":"workspaces","id":"ws-1","relationships":'
        '{"agent-pool":{"data":{"type":"agent-pools","id":"apool-1"}}}}}'
    )


# Hooks.


async def test_a_hook_adds_headers_to_each_call_once_and_never_sees_the_token() -> None:
    seen: list[OutgoingRequest] = []

    def sign(request: OutgoingRequest) -> dict[str, str] | None:
        seen.append(request)
        return {"X-Signed": f"{request.method} {len(seen)}"} if len(seen) < 3 else None

    answers = (reply(503), reply(200, b'{"data": []}', {"Content-Type": JSONAPI}))
    async with ScriptedServer(*answers) as server:
        config = Config(host=server.url, token=CANARY, headers={"X-Team": "a"})
        async with ScalrClient(config=config) as scalr:
            signed = scalr.with_options(before_send=sign)
            await signed.agent_pools.list(name="eu")
            await signed.request("GET", "/agent-pools")
            await signed.request("GET", "/agent-pools")
            await scalr.request("GET", "/agent-pools")
            await signed.with_options(before_send=None).request("GET", "/agent-pools")

    sent = [request.headers.get("x-signed") for request in server.requests]
    assert sent == ["GET 1", "GET 1", "GET 2", None, None, None]
    assert {request.headers["x-team"] for request in server.requests} == {"a"}
    assert {request.headers["authorization"] for request in server.requests} == {f"Bearer {CANARY}"}
    assert CANARY not in repr(seen)
    assert (seen[0].path, seen[0].operation) == ("/agent-pools", "/agent-pools")
    assert ("filter[name]", "eu") in seen[0].query


@pytest.mark.parametrize(
    "given",
    [
        {"Authorization": "Bearer x"},
        {"AUTHORIZATION": "x"},
        {"Content-Length": "0"},
        {"Host": "evil"},
        {"X-A": f"{HUSH}\r\nX-B: 1"},
        {"X A": "1"},
        {"X-A": 5},
        {5: "x"},
        {"X-A": "1", "x-a": "2"},
        "X-A: 1",
        ["X-A"],
        5,
    ],
)
async def test_what_a_hook_may_not_add_is_refused_before_anything_is_sent(
    given: Any, scalr: ScalrClient, emu: Emulator
) -> None:
    hooked = scalr.with_options(before_send=lambda _: given)

    with pytest.raises(InvalidArgumentError, match="before_send: ") as refused:
        await hooked.ping()

    assert HUSH not in str(refused.value)
    assert len(emu.requests) == 0


async def test_a_hook_that_fails_is_its_owners_error_and_nothing_is_sent(
    scalr: ScalrClient, emu: Emulator
) -> None:
    def fail(_: OutgoingRequest) -> None:
        raise LookupError("mine")

    hooked = scalr.with_options(before_send=fail)

    with pytest.raises(LookupError, match="mine"):
        await hooked.tags.create(name="a")
    with pytest.raises(LookupError, match="mine"):
        await hooked.tags.list().collect()
    with pytest.raises(LookupError, match="mine"):
        await anext(aiter(hooked.state_versions.download("sv-1")))
    assert len(emu.requests) == 0


async def test_a_hook_is_not_asked_about_what_is_not_sent(scalr: ScalrClient) -> None:
    asked: list[OutgoingRequest] = []
    hooked = scalr.with_options(before_send=asked.append, dry_run=True)

    await hooked.tags.create(name="a")

    assert asked == []


async def test_hooks_are_plain_functions(scalr: ScalrClient, emu: Emulator) -> None:
    async def hook(_: OutgoingRequest) -> None: ...

    with pytest.raises(ConfigError, match="not an async one"):
        scalr.with_options(before_send=hook)
    with pytest.raises(ConfigError, match="not int"):
        scalr.with_options(before_send=5)
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    for made in (lambda r: hook(r), lambda _: future):
        with pytest.raises(InvalidArgumentError, match="must be a plain function"):
            await scalr.with_options(before_send=made).ping()
    assert len(emu.requests) == 0


@pytest.mark.parametrize("value", [None, 1, "yes", []])
@pytest.mark.parametrize("name", ["read_only", "dry_run"])
def test_guards_are_on_or_off(name: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"{name}="):
        ScalrClient("acme.scalr.io", CANARY).with_options(**{name: value})


async def test_headers_of_a_hook_go_to_the_api_alone_and_are_not_shown_when_echoed() -> None:
    storage = ScriptedServer(reply(200, b"state"))
    async with storage, ScriptedServer() as api:
        elsewhere = f"{storage.url}/state"
        api.script = (
            reply(302, headers={"Location": elsewhere}),
            reply(400, f"you sent {HUSH}".encode(), {"Content-Type": "text/plain"}),
        )
        async with ScalrClient(api.url, CANARY) as scalr:
            hooked = scalr.with_options(before_send=lambda _: {"X-Key": HUSH})
            content = b"".join([piece async for piece in hooked.state_versions.download("sv-1")])
            with pytest.raises(ScalrError) as echoed:
                await hooked.ping()

    assert content == b"state"
    assert api.requests[0].headers["x-key"] == HUSH
    assert "x-key" not in storage.requests[0].headers
    assert HUSH not in str(echoed.value)
