"""Rows 29 to 40: what the server answers, whatever it is."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scalr_async import (
    APIError,
    ConfigError,
    ConflictError,
    DeadlineExceededError,
    DecodeError,
    Limits,
    NotFoundError,
    PayloadError,
    PayloadTooLargeError,
    ScalrClient,
    Timeouts,
    UnauthorizedError,
    UnprocessableEntityError,
)
from scalr_async.telemetry import AttemptEvent, RetryEvent
from tests.conftest import CANARY
from tests.faults.common import POOL, body_of, client, document, ok, pool, refusal, virtually
from tests.servers import Pause, Received, ScriptedServer, reply

JSONAPI = {"Content-Type": "application/vnd.api+json"}


async def test_a_refused_static_token_is_one_attempt_with_a_hint() -> None:
    async with ScriptedServer(reply(401)) as server, client(server.url) as scalr:
        with pytest.raises(UnauthorizedError, match="expired or for another host") as caught:
            await scalr.agent_pools.get("apool-1")

    assert (caught.value.attempts, len(server.requests)) == (1, 1)
    assert CANARY not in str(caught.value)


class Issuer:
    """A provider of tokens: `token-1`, `token-2`, ..."""

    def __init__(self, seconds: float = 0.002) -> None:
        self.seconds = seconds
        self.asked = 0

    async def __call__(self) -> str:
        self.asked += 1
        number = self.asked
        await asyncio.sleep(self.seconds)
        return f"token-{number}"


def accepting(*tokens: str) -> Any:
    def answer(request: Received) -> bytes:
        taken = request.headers["authorization"].removeprefix("Bearer ") in tokens
        return POOL if taken else reply(401)

    return answer


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_hundred_refused_calls_ask_the_provider_once(method: str) -> None:
    issuer = Issuer()
    async with ScriptedServer(accepting("token-1")) as server:
        async with client(server.url, token=issuer) as scalr:
            await scalr.agent_pools.get("apool-1")
            assert (issuer.asked, len(server.requests)) == (1, 1)
            server.script = (accepting("token-2"),)
            server.requests.clear()
            calls = (
                scalr.request(method, f"/agent-pools/apool-{n}", **body_of(method))
                for n in range(100)
            )
            responses = await asyncio.gather(*calls)

    assert issuer.asked == 2
    assert {response.status for response in responses} == {200}
    assert max(response.attempts for response in responses) == 2
    sent = [request.target for request in server.requests]
    assert max(map(sent.count, sent)) == 2
    refused = sum(r.headers["authorization"] != "Bearer token-2" for r in server.requests)
    assert len(sent) == 100 + refused


async def test_the_first_calls_wait_for_one_token() -> None:
    issuer = Issuer()
    async with ScriptedServer(accepting("token-1")) as server:
        async with client(server.url, token=issuer) as scalr:
            calls = (scalr.agent_pools.get("apool-1") for _ in range(100))
            await asyncio.gather(*calls)

    assert (issuer.asked, len(server.requests)) == (1, 100)


async def test_a_second_refusal_is_final() -> None:
    issuer = Issuer()
    async with ScriptedServer(reply(401)) as server, client(server.url, token=issuer) as scalr:
        with pytest.raises(UnauthorizedError) as caught:
            await scalr.agent_pools.create(name="eu")

    assert (caught.value.attempts, len(server.requests), issuer.asked) == (2, 2, 2)


async def test_a_repeat_with_another_token_is_told() -> None:
    events: list[Any] = []
    async with ScriptedServer(accepting("token-2")) as server:
        async with client(server.url, token=Issuer(), events=events) as scalr:
            await scalr.agent_pools.get("apool-1")

    attempts = [event for event in events if isinstance(event, AttemptEvent)]
    (repeat,) = [event for event in events if isinstance(event, RetryEvent)]
    assert [(event.attempt, event.status) for event in attempts] == [(1, 401), (2, 200)]
    assert (repeat.attempt, repeat.reason, repeat.delay) == (1, "401", 0.0)


async def test_a_token_that_is_not_given_is_no_attempt() -> None:
    events: list[Any] = []
    given = iter(["token-1", LookupError("vault is sealed")])

    def provider() -> str:
        value = next(given)
        if isinstance(value, Exception):
            raise value
        return value

    async with ScriptedServer(reply(401)) as server:
        async with client(server.url, token=provider, events=events) as scalr:
            with pytest.raises(LookupError):
                await scalr.agent_pools.get("apool-1")

    assert [type(event) for event in events] == [AttemptEvent]
    assert len(server.requests) == 1


async def test_the_same_token_again_is_not_sent_again() -> None:
    async with ScriptedServer(reply(401)) as server:
        async with client(server.url, token=lambda: "always") as scalr:
            with pytest.raises(UnauthorizedError):
                await scalr.agent_pools.get("apool-1")

    assert len(server.requests) == 1


async def test_a_provider_that_fails_fails_all_who_wait_and_is_asked_anew() -> None:
    given = iter([LookupError("vault is sealed"), "token\nx", 7, "token-1"])

    def provider() -> str:
        value = next(given)
        if isinstance(value, Exception):
            raise value
        return value

    async with ScriptedServer(accepting("token-1")) as server:
        async with client(server.url, token=provider) as scalr:
            calls = (scalr.agent_pools.get("apool-1") for _ in range(3))
            ends = await asyncio.gather(*calls, return_exceptions=True)
            for _ in range(2):
                with pytest.raises(ConfigError, match="token"):
                    await scalr.agent_pools.get("apool-1")
            assert server.requests == []
            assert (await scalr.agent_pools.get("apool-1")).name == "eu"
        assert scalr._transport._shared.admission.in_flight == 0

    assert [str(end) for end in ends] == ["vault is sealed"] * 3


async def test_who_stops_waiting_does_not_stop_the_others() -> None:
    issuer = Issuer(0.01)
    async with ScriptedServer(accepting("token-1")) as server:
        async with client(server.url, token=issuer) as scalr:
            calls = [asyncio.create_task(scalr.agent_pools.get("apool-1")) for _ in range(3)]
            await asyncio.sleep(0.002)
            calls[0].cancel()
            ends = await asyncio.gather(*calls, return_exceptions=True)

    assert isinstance(ends[0], asyncio.CancelledError)
    assert [end.name for end in ends[1:]] == ["eu", "eu"]
    assert issuer.asked == 1


def test_waiting_for_a_token_has_a_deadline_and_a_name() -> None:
    async def main() -> None:
        async with ScriptedServer(POOL) as server:
            options = {"token": Issuer(3600), "timeouts": Timeouts(total=5.0)}
            async with client(server.url, **options) as scalr:
                with pytest.raises(DeadlineExceededError) as caught:
                    await scalr.agent_pools.create(name="eu")
            assert server.requests == []
        error = caught.value
        assert (error.phase, error.outcome, error.attempts) == ("token wait", "not_sent", 0)

    virtually(main())


async def test_a_404_says_both_things_it_may_mean(scalr: ScalrClient) -> None:
    with pytest.raises(NotFoundError, match="missing or no permission") as caught:
        await scalr.agent_pools.get("apool-none")

    assert caught.value.attempts == 1


def conflicts() -> Iterator[tuple[str, str]]:
    paths = json.loads(Path("openapi/scalr.json").read_text())["paths"]
    for path, operations in paths.items():
        for method, operation in operations.items():
            if "409" in operation.get("responses", {}):
                yield method.upper(), path


CONFLICTS = list(conflicts())


def test_the_document_has_its_conflicts() -> None:
    assert len(CONFLICTS) >= 33


@pytest.mark.parametrize(("method", "path"), CONFLICTS, ids=[" ".join(each) for each in CONFLICTS])
async def test_a_conflict_is_typed_and_never_sent_again(method: str, path: str) -> None:
    path = path.replace("{", "x-").replace("}", "")
    answer = refusal(409, {"status": "409", "title": "Conflict", "detail": "Has busy agents"})
    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        with pytest.raises(ConflictError) as caught:
            await scalr.request(method, path, **body_of(method), idempotent=True)

    error = caught.value
    assert str(error).startswith(f"{method} {path}: 409 Conflict: Has busy agents")
    assert error.hint in str(error)
    assert error.hint
    assert (error.errors[0].detail, error.outcome) == ("Has busy agents", "rejected")
    assert (error.attempts, len(server.requests)) == (1, 1)


async def test_all_errors_of_a_422_are_kept_with_their_fields() -> None:
    errors = [
        {"status": "422", "title": "Invalid Attribute", "detail": detail, "source": {"pointer": at}}
        for detail, at in [
            ("Name has already been taken", "/data/attributes/name"),
            ("is not a URL", "/data/attributes/webhook-url"),
            ("not found", "/data/relationships/environments"),
        ]
    ]
    async with ScriptedServer(refusal(422, *errors)) as server, client(server.url) as scalr:
        with pytest.raises(UnprocessableEntityError) as caught:
            await scalr.agent_pools.create(name="eu")

    found = caught.value.errors
    assert [error.field for error in found] == ["name", "webhook_url", "environments"]
    assert [error.detail for error in found] == [error["detail"] for error in errors]
    assert "\n" not in str(caught.value)
    assert "webhook_url" in str(caught.value)


ERROR_BODIES = {
    "nothing": b"",
    "html": b"<!doctype html><html><body>Bad gateway</body></html>",
    "wrong type": b"[1, 2, 3]",
    "errors are a number": b'{"errors": 7}',
    "errors of wrong types": b'{"errors": [null, 1, [], {"source": 3, "title": [], "status": {}}]}',
    "huge": b'{"errors": [{"detail": "' + b"x" * 3_000_000 + b'"}]}',
    "huge text": b"x" * 3_000_000,
    "not UTF-8": b"\xff\xfe\xfd" * 100,
    "controls": b'{"errors": [{"detail": "a\\u0000\\u001b[31mred\\r\\nX-Log: 1\\u2028\\u202e"}]}',
    "plain controls": b"a\x00\x1b[31m\r\nX-Log: 1",
    "deep": b"[" * 100_000,
    "deep object": b'{"errors":' * 20_000,
    "surrogate": b'{"errors": [{"detail": "\\ud800"}]}',
    "cut": b'{"errors": [{"deta',
}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500, 503])
@pytest.mark.parametrize("name", ERROR_BODIES)
async def test_an_error_of_any_content_keeps_its_status(name: str, status: int) -> None:
    async with ScriptedServer(reply(status, ERROR_BODIES[name])) as server:
        async with client(server.url) as scalr:
            with pytest.raises(APIError) as caught:
                await scalr.agent_pools.create(name="eu")

    error = caught.value
    assert error.status == status
    assert len(error.text) <= 2048
    for text in (str(error), error.text, *(str(each) for each in error.errors)):
        assert text.isprintable()
        assert len(text) < 3000


@pytest.mark.parametrize("content_type", ["text/html", "application/vnd.api+json", ""])
async def test_a_login_page_is_unexpected_content(content_type: str) -> None:
    page = b"<!doctype html><html><form action=/login></form></html>"
    headers = {"Content-Type": content_type} if content_type else {}
    async with ScriptedServer(reply(200, page, headers)) as server, client(server.url) as scalr:
        with pytest.raises(DecodeError) as caught:
            await scalr.agent_pools.get("apool-1")

    assert caught.value.__cause__ is caught.value.__context__ is None
    assert (caught.value.outcome, caught.value.attempts) == ("applied", 1)


@pytest.mark.parametrize(
    "answer",
    [
        reply(202),
        reply(202, b'{"data": null}'),
        reply(204),
        reply(204, headers={"Content-Type": "x"}),
    ],
)
async def test_success_without_a_resource(answer: bytes) -> None:
    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        for _ in range(2):
            await scalr.agent_pools.delete("apool-1")
            assert (await scalr.request("POST", "/runs/run-1/actions/apply")).ok

    assert server.connections == 1


@pytest.mark.parametrize("stray", [b"junk", b"\0", b"x" * 100_000, b"\r\n\r\n!", POOL])
@pytest.mark.parametrize("when", ["in the same segment", "later"])
@pytest.mark.parametrize(
    "answer",
    [reply(200, b"{}"), reply(201, b"{}"), reply(202), reply(202, b'{"data": null}'), reply(204)],
    ids=["200", "201", "202", "202 with a body", "204"],
)
async def test_stray_bytes_behind_a_success_cost_the_connection_alone(
    answer: bytes, when: str, stray: bytes
) -> None:
    first = (answer + stray,) if when == "in the same segment" else (answer, Pause(0.005), stray)
    async with ScriptedServer(first, POOL) as server, client(server.url) as scalr:
        response = await scalr.request("POST", "/runs/run-1/actions/apply")
        async with asyncio.timeout(60):
            while server.open_connections:
                await asyncio.sleep(0.001)
        found = await scalr.agent_pools.get("apool-1")

    assert (response.ok, response.attempts, found.name) == (True, 1, "eu")
    assert [request.connection for request in server.requests] == [1, 2]


EDGES: dict[str, tuple[bytes, Any]] = {
    "duplicate keys: the last one counts": (b'{"name": "a", "name": "b"}', "b"),
    "a lone surrogate": (b'{"name": "\\ud800"}', "\N{REPLACEMENT CHARACTER}"),
    "a pair of surrogates": (b'{"name": "\\ud83d\\ude00"}', "\U0001f600"),
    "an escaped NUL": (b'{"name": "a\\u0000b"}', "a\0b"),
    "NaN": (b'{"name": NaN}', DecodeError),
    "Infinity": (b'{"name": -Infinity}', DecodeError),
    "a single quote": (b"{'name': 'a'}", DecodeError),
    "a trailing comma": (b'{"name": "a",}', DecodeError),
    "a comment": (b'{"name": "a"} // x', DecodeError),
    "a raw control": (b'{"name": "a\nb"}', DecodeError),
    "a huge number": (b'{"name": 1' + b"0" * 400 + b"}", None),
    "a huge exponent": (b'{"name": 1e999}', None),
    "a number for a name": (b'{"name": 7}', 7),
    "a name of megabytes": (b'{"name": "' + b"x" * 3_000_000 + b'"}', "x" * 3_000_000),
    "not UTF-8": (b'{"name": "\xff"}', "\N{REPLACEMENT CHARACTER}"),
}


@pytest.mark.parametrize("name", EDGES)
async def test_json_at_the_edges_is_a_result_or_a_decode_error(name: str) -> None:
    attributes, expected = EDGES[name]
    body = b'{"data": {"type": "agent-pools", "id": "apool-1", "attributes": ' + attributes + b"}}"
    async with ScriptedServer(reply(200, body, JSONAPI)) as server, client(server.url) as scalr:
        if expected is DecodeError:
            with pytest.raises(DecodeError):
                await scalr.agent_pools.get("apool-1")
        elif expected is None:
            try:
                found = await scalr.agent_pools.get("apool-1")
            except DecodeError:
                return
            assert isinstance(found.name, int | float)
        else:
            assert (await scalr.agent_pools.get("apool-1")).name == expected


@pytest.mark.parametrize("name", ["BOM", "UTF-16", "trailing data", "deep", "a list", "null"])
async def test_a_document_at_the_edges_is_a_result_or_a_decode_error(name: str) -> None:
    plain = document(pool())
    bodies = {
        "BOM": b"\xef\xbb\xbf" + plain,
        "UTF-16": plain.decode().encode("utf-16"),
        "trailing data": plain + plain,
        "deep": b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "a list": b"[]",
        "null": b"null",
    }
    async with ScriptedServer(reply(200, bodies[name])) as server, client(server.url) as scalr:
        if name == "BOM":
            assert (await scalr.agent_pools.get("apool-1")).name == "eu"
        else:
            with pytest.raises(DecodeError):
                await scalr.agent_pools.get("apool-1")


async def test_what_the_api_adds_later_is_kept_and_breaks_nothing() -> None:
    known = pool(features=["relay", "teleport"], color="red")
    known["relationships"] = {
        "account": None,
        "agents": {"data": None},
        "workspaces": {"data": [{"type": "planets", "id": "pl-1"}]},
        "moons": {"data": {"type": "moons", "id": "m-1"}},
    }
    planet = {"type": "planets", "id": "pl-1", "attributes": {"name": "mars"}}
    async with ScriptedServer(ok(known, included=[planet, {"type": 3}])) as server:
        async with client(server.url) as scalr:
            found = await scalr.agent_pools.get("apool-1", include=["workspaces"])
            assert found.features == ("relay", "teleport")
            assert found.raw()["attributes"]["color"] == "red"
            assert not found.account
            assert not found.agents
            assert not found.environments
            assert found.workspaces[0].resource.raw() == planet
            await scalr.agent_pools.update(found, features=found.features)

    sent = json.loads(server.requests[-1].body)
    assert sent["data"]["attributes"] == {"features": ["relay", "teleport"]}


MEGABYTE = 1024 * 1024


def bomb(size: int) -> Iterator[bytes]:
    """Yield a gzip body of `size` zeros, one 1024th the size."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    piece = packer.compress(bytes(MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    yield piece
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    again = packer.compress(bytes(MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    yield again * (size // MEGABYTE - 1)


def endless() -> Iterator[Any]:
    yield reply(200, length=False)
    while True:
        yield bytes(64 * 1024)


def _memory(field: str) -> int:
    """Return a figure of this process, in bytes: resident now, or at its peak."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{field}:")[2].split()[0]) * 1024


class TestBounded:
    """Row 39: memory stays below the limit, whatever comes."""

    async def too_large(self, steps: Any) -> None:
        async with ScriptedServer(lambda _: steps()) as server:
            limits = Limits(body=8 * MEGABYTE)
            async with client(server.url, limits=limits) as scalr:
                before = _memory("VmRSS")
                Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
                said = f"larger than {8 * MEGABYTE}.*Limits"
                with pytest.raises(PayloadTooLargeError, match=said) as caught:
                    await scalr.agent_pools.get("apool-1")
                peak = _memory("VmHWM")
        assert (caught.value.attempts, caught.value.outcome) == (1, "unknown")
        assert len(server.requests) == 1
        assert peak - before < 32 * MEGABYTE

    async def test_a_gzip_bomb_is_cut_at_the_limit(self) -> None:
        body = b"".join(bomb(1024 * MEGABYTE))
        assert len(body) < 2 * MEGABYTE
        await self.too_large(lambda: reply(200, body, {"Content-Encoding": "gzip"}))

    async def test_a_body_without_an_end_is_cut_at_the_limit(self) -> None:
        await self.too_large(endless)

    async def test_ten_thousand_members_are_cut_at_the_limit(self) -> None:
        packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        member = packer.compress(b" " * 1000) + packer.flush()
        await self.too_large(lambda: reply(200, member * 10_000, {"Content-Encoding": "gzip"}))


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress", "x", "gzip,br"])
async def test_an_encoding_that_was_not_asked_for_is_a_typed_error(encoding: str) -> None:
    packed = zlib.compress(document(pool()))
    answer = reply(201, packed, {"Content-Encoding": encoding, **JSONAPI})
    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        with pytest.raises(PayloadError, match="unknown Content-Encoding") as caught:
            await scalr.agent_pools.create(name="eu")

    assert (caught.value.attempts, caught.value.outcome) == (1, "applied")
    assert server.requests[0].headers["accept-encoding"] == "gzip, deflate"
