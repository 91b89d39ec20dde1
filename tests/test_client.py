"""The client's life, its clones, and the request that is not typed."""

from __future__ import annotations

import asyncio
import enum
import gc
import pickle
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import attrs
import cattrs
import pytest
from yarl import URL

from scalr_async import (
    BadRequestError,
    ClientStateError,
    Config,
    ConfigError,
    DeadlineExceededError,
    InvalidArgumentError,
    NotFoundError,
    Ref,
    RetryPolicy,
    ScalrClient,
    Timeouts,
    make_converter,
)
from scalr_async.emulator import Emulator
from scalr_async.telemetry import AttemptEvent, Event
from scalr_async.transport._aiohttp.pool import Pool
from tests.conftest import CANARY
from tests.faults.common import in_virtual_time

DOCUMENTED_ACCOUNT = "acc-svrcncgh453bi8g"


def nested(levels: int) -> Any:
    """Return lists in lists."""
    value: list[object] = []
    for _ in range(levels - 1):
        value = [value]
    return value


class Verb(str, enum.Enum):  # noqa: UP042  # not a StrEnum: it formats otherwise
    GET = "GET"


async def test_a_client_is_closed_with_its_block_and_says_so_afterwards(emu: Emulator) -> None:
    async with ScalrClient(emu.url, CANARY) as scalr:
        await scalr.accounts.get(DOCUMENTED_ACCOUNT)

    with pytest.raises(ClientStateError, match="closed"):
        await scalr.accounts.get(DOCUMENTED_ACCOUNT)
    await scalr.close()
    assert len(emu.requests) == 1


async def test_a_client_that_is_not_open_yet_says_how_to_open_it(emu: Emulator) -> None:
    scalr = ScalrClient(emu.url, CANARY)

    with pytest.raises(ClientStateError, match="async with"):
        await scalr.accounts.get(DOCUMENTED_ACCOUNT)
    assert len(emu.requests) == 0


def test_a_client_in_another_loop_is_an_error() -> None:
    async def open_one() -> ScalrClient:
        return await ScalrClient("http://127.0.0.1:1", CANARY).__aenter__()

    first = asyncio.new_event_loop()
    scalr = first.run_until_complete(open_one())
    with pytest.raises(ClientStateError, match="another event loop"):
        asyncio.run(scalr.request("GET", "/accounts"))
    first.run_until_complete(scalr.close())
    first.close()


async def test_a_session_of_ones_own_is_used_and_left_open(emu: Emulator) -> None:
    async with aiohttp.ClientSession(headers={"X-Own": "1"}) as session:
        async with ScalrClient(emu.url, CANARY, session=session) as scalr:
            await scalr.accounts.get(DOCUMENTED_ACCOUNT)

        assert not session.closed
    assert "x-own" not in {name.lower() for name in emu.requests[0].headers}


async def test_a_clone_shares_the_connection_and_has_its_own_options(emu: Emulator) -> None:
    seen: list[Event] = []
    async with ScalrClient(emu.url, CANARY) as scalr:
        fast = scalr.with_options(
            timeout=5, retry=RetryPolicy(max_attempts=2), on_event=seen.append
        )
        await scalr.accounts.get(DOCUMENTED_ACCOUNT)
        await fast.accounts.get(DOCUMENTED_ACCOUNT)
        exact = fast.with_options(timeout=Timeouts(total=1, read=0.5))

        assert fast.config.timeouts == Timeouts(total=5)
        assert fast.config.retry.max_attempts == 2
        assert exact.config.timeouts == Timeouts(total=1, read=0.5)
        assert scalr.config.timeouts == Timeouts()
    assert len({request.connection for request in emu.requests}) == 1
    assert [type(event) for event in seen] == [AttemptEvent]
    with pytest.raises(ClientStateError):
        await fast.accounts.get(DOCUMENTED_ACCOUNT)


def test_what_is_left_out_of_the_options_stays_and_none_takes_away() -> None:
    seen: list[Event] = []
    config = Config(
        host="acme.scalr.io",
        token=CANARY,
        timeouts=Timeouts(total=7, read=3),
        retry=RetryPolicy(max_attempts=4),
    )
    scalr = ScalrClient(config=config, on_event=seen.append)

    endless = scalr.with_options(timeout=None)
    silent = scalr.with_options(on_event=None)
    same = scalr.with_options()

    assert endless.config == attrs.evolve(config, timeouts=Timeouts(total=None, read=3))
    assert silent.config == same.config == config
    hooks = [client._telemetry.on_event for client in (endless, same, silent)]
    assert hooks == [scalr._telemetry.on_event, scalr._telemetry.on_event, None]


async def test_a_client_is_opened_without_a_block_and_closed_by_hand(emu: Emulator) -> None:
    scalr = await ScalrClient(emu.url, CANARY).open()
    try:
        assert isinstance(scalr, ScalrClient)
        assert (await scalr.accounts.get(DOCUMENTED_ACCOUNT)).id == DOCUMENTED_ACCOUNT
        with pytest.raises(ClientStateError):
            await scalr.open()
        await scalr.accounts.get(DOCUMENTED_ACCOUNT)
    finally:
        await scalr.close()
    for again in (scalr.open(), scalr.accounts.get(DOCUMENTED_ACCOUNT)):
        with pytest.raises(ClientStateError):
            await again


async def test_opening_gives_a_subclass_as_itself(emu: Emulator) -> None:
    opened = await Tenant(emu.url, tenant="acme").open()
    assert type(opened) is Tenant
    await opened.close()


async def test_headers_of_some_calls_go_out_beside_those_of_the_configuration(
    emu: Emulator,
) -> None:
    config = Config(host=emu.url, token=CANARY, headers={"X-Team": "core", "X-Trace": "1"})
    async with ScalrClient(config=config) as scalr:
        traced = scalr.with_options(headers={"x-trace": "2", "X-Request-Reason": "audit"})
        for client in (
            scalr,
            traced,
            traced.with_options(timeout=5),
            traced.with_options(headers={}),
            traced.with_options(headers=None),
            traced.with_options(headers=None).with_options(headers={"X-New": "3"}),
        ):
            await client.accounts.get(DOCUMENTED_ACCOUNT)

    added = [
        {
            name.lower(): value
            for name, value in request.headers.items()
            if name.lower() in {"x-team", "x-trace", "x-request-reason", "x-new"}
        }
        for request in emu.requests
    ]
    first = {"x-team": "core", "x-trace": "1"}
    second = first | {"x-trace": "2", "x-request-reason": "audit"}
    assert added == [first, second, second, second, {}, {"x-new": "3"}]


WRONG_HEADERS = {
    "a text": "X-Key: hush",
    "bytes": b"X-Key: hush",
    "pairs": [("X-Key", "hush")],
    "a number": 5,
    "a name that is none": {"X Key": "hush"},
    "a name of another type": {5: "hush"},
    "a header of the client's own": {"Authorization": "hush"},
    "one name twice": {"X-Key": "hush", "x-key": "hush"},
    "a second line": {"X-Key": "hush\r\nX-Other: 1"},
    "no text": {"X-Key": None},
    "no ASCII": {"X-Key": "hush\u00e4"},
}


@pytest.mark.parametrize("headers", WRONG_HEADERS.values(), ids=WRONG_HEADERS)
def test_headers_are_refused_as_those_of_a_configuration_and_never_shown(headers: Any) -> None:
    scalr = ScalrClient("acme.scalr.io", CANARY)

    with pytest.raises(ConfigError, match="header") as of_config:
        Config(host="acme.scalr.io", token=CANARY, headers=headers)
    with pytest.raises(ConfigError) as raised:
        scalr.with_options(headers=headers)

    assert raised.value.message == of_config.value.message
    inner = raised.value.with_traceback(raised.tb.tb_next)
    frames = traceback.TracebackException.from_exception(inner, capture_locals=True)
    assert "hush" not in "".join(frames.format())
    assert "hush" not in repr(scalr.with_options(headers={"X-Key": "hush"}).config)


class Slotted(ScalrClient):
    __slots__ = ("region",)


class Tenant(Slotted):
    """A subclass as users write it: a constructor and attributes of its own."""

    def __init__(self, host: str, *, tenant: str) -> None:
        super().__init__(host, CANARY)
        self.tenant = tenant
        self.region = "eu"
        self.cache: dict[str, str] = {}

    @property
    def label(self) -> str:
        return f"{self.tenant} in {self.region}"


async def test_a_clone_of_a_subclass_keeps_its_attributes(emu: Emulator) -> None:
    async with Tenant(emu.url, tenant="acme") as scalr:
        clone = scalr.with_options(timeout=5).with_options(retry=RetryPolicy(max_attempts=1))

        assert type(clone) is Tenant
        assert clone.label == "acme in eu"
        assert clone.cache is scalr.cache
        clone.tenant = "other"
        assert scalr.tenant == "acme"
        await scalr.accounts.get(DOCUMENTED_ACCOUNT)
        assert clone.accounts is not scalr.accounts
        assert clone.config.timeouts.total == 5
        await clone.accounts.get(DOCUMENTED_ACCOUNT)


@in_virtual_time
async def test_the_deadline_of_a_clone_ends_a_slow_call() -> None:
    async with Emulator(token=CANARY) as emu, ScalrClient(emu.url, CANARY) as scalr:
        await emu._courier.stop()  # its ticks would be all that happens in virtual time
        await scalr.ping()  # connected: only the answer is slow
        emu.latency = 30
        with pytest.raises(DeadlineExceededError) as caught:
            await scalr.with_options(timeout=0.05).accounts.get(DOCUMENTED_ACCOUNT)

    assert caught.value.phase == "response headers"
    assert caught.value.outcome == "unknown"


async def test_host_and_token_come_from_the_environment(
    emu: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCALR_HOSTNAME", emu.url)
    monkeypatch.setenv("SCALR_TOKEN", CANARY)

    for scalr in (ScalrClient(), ScalrClient(emu.url), ScalrClient(token=CANARY)):
        async with scalr:
            assert (await scalr.accounts.list()).total_count == 1


@pytest.mark.parametrize(
    "arguments",
    [
        {"host": ""},
        {"token": " "},
        {"host": "acme.scalr.io", "config": Config(host="acme.scalr.io", token=CANARY)},
        {"host": "http://acme.scalr.io", "token": CANARY},
        {"host": "acme.scalr.io", "token": f"{CANARY}\nX-Evil: 1"},
    ],
)
def test_a_client_that_makes_no_sense_is_not_built(arguments: dict[str, object]) -> None:
    with pytest.raises(ConfigError) as caught:
        ScalrClient(**arguments)

    assert CANARY not in str(caught.value)


async def test_any_request_can_be_sent_with_the_same_guarantees(
    emu: Emulator, scalr: ScalrClient
) -> None:
    emu.seed(environments=1, workspaces=3, pools=1, agents=0)
    emu.fail("GET", "/workspaces", status=503, times=1)

    response = await scalr.request(
        "GET", "/workspaces", params={"page[size]": "2", "include": ["environment", "tags"]}
    )

    assert response.status == 200
    assert response.attempts == 2
    assert response.preference_applied == "profile=preview"
    assert len(response.json()["data"]) == 2
    assert dict(emu.requests[-1].query) == {"page[size]": "2", "include": "environment,tags"}
    with pytest.raises(NotFoundError):
        await scalr.request("GET", "/workspaces/ws-nope")


async def test_parameters_of_a_request_are_written_as_those_of_lists(
    emu: Emulator, scalr: ScalrClient
) -> None:
    params = {
        "page[size]": 2,
        "a": True,
        "b": datetime(2026, 1, 1, tzinfo=UTC),
        "c": [1, Verb.GET],
        "d": Ref("tags", "tag-1"),
        "e": (),
        "f": 1.5,
    }

    with pytest.raises(BadRequestError):  # the emulator knows none of them
        await scalr.request(Verb.GET, "/ping", params=params, idempotent=None)

    (request,) = emu.requests
    assert request.method == "GET"
    assert dict(request.query) == {
        "page[size]": "2", "a": "true", "b": "2026-01-01T00:00:00Z", "c": "1,GET", "d": "tag-1",
        "e": "", "f": "1.5",
    }  # fmt: skip


WRONG = {
    "host": [5, b"acme.scalr.io", URL("https://acme.scalr.io"), Path("acme.scalr.io"), True],
    "token": [5, b"t", ["t"]],
    "config": [5, {}, "acme.scalr.io", Config],
    "session": [5, aiohttp, "session"],
    "on_event": [5, "print", []],
    "converter": [5, cattrs.Converter(), cattrs.BaseConverter(), make_converter, "x"],
}


@pytest.mark.parametrize("name", WRONG)
def test_an_argument_of_a_wrong_type_is_refused_when_the_client_is_made(name: str) -> None:
    for value in WRONG[name]:
        arguments = {"host": "acme.scalr.io", "token": CANARY} if name != "config" else {}
        with pytest.raises(ConfigError, match=f"^{name}: "):
            ScalrClient(**arguments | {name: value})
        if name in {"host", "token"}:
            with pytest.raises(ConfigError, match=f"^{name}: "):
                ScalrClient(**{name: value})


async def test_an_option_of_a_wrong_type_is_refused_when_the_clone_is_made(
    emu: Emulator, scalr: ScalrClient
) -> None:
    wrong = {
        "timeout": ["5", True, RetryPolicy(), -1, [], 10**5000],
        "retry": [3, None, False, Timeouts()],
        "on_event": [5, "print"],
    }
    for name, values in wrong.items():
        for value in values:
            with pytest.raises(ConfigError):
                scalr.with_options(**{name: value})


async def test_a_link_of_a_document_can_be_followed(emu: Emulator, scalr: ScalrClient) -> None:
    emu.seed(environments=1, workspaces=30, pools=1, agents=0)
    first = await scalr.request("GET", "/workspaces?page[size]=7", params={"sort": "name"})

    second = await scalr.request("GET", first.json()["links"]["next"])

    assert second.json()["meta"]["pagination"]["current-page"] == 2
    assert dict(emu.requests[0].query) == {"page[size]": "7", "sort": "name"}
    assert dict(emu.requests[1].query)["sort"] == "name"


async def test_a_body_is_sent_as_json_or_as_it_is(emu: Emulator, scalr: ScalrClient) -> None:
    document = {"data": {"type": "tags", "attributes": {"name": "größe"}}}

    await scalr.request("POST", "/tags", json=document)
    await scalr.request("POST", "/tags", body=b'{"data":{"type":"tags","attributes":{"name":"b"}}}')

    assert "größe".encode() in emu.requests[0].body
    assert [tag.name async for tag in scalr.tags.list()] == ["größe", "b"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("get", "/tags", {}), "'get'"),
        (("GET", "tags", {}), "'tags'"),
        (("GET", "https://evil.example/api/iacp/v3/tags", {}), "evil.example"),
        (("GET", "//evil.example/tags", {}), "evil.example"),
        (("GET", "{host}", {}), "be a URL below"),
        (("DELETE", "{host}/tags/tag-1", {}), "be a URL below"),
        (("GET", "{host}/api/iacp/v3", {}), "be a URL below"),
        (("GET", "{host}/api/iacp/v33/tags", {}), "be a URL below"),
        (("GET", "{host}/api/iacp/v4/tags", {}), "be a URL below"),
        (("GET", "http://[", {}), "'http://['"),
        (("GET", "https://a:99999/", {}), "path 'https://a:99999/'"),
        (("GET", "/tags?a=\ud800", {}), r"'\ud800': not encodable"),
        (("GET", "/tags?\ud800=a", {}), r"not encodable"),
        (("GET", "\ud800", {}), "path"),
        (("GET", URL("/tags"), {}), "path: must be a str, not URL"),
        (("GET", None, {}), "path: must be a str, not NoneType"),
        (("GET", b"/tags", {}), "path: must be a str, not bytes"),
        ((b"GET", "/tags", {}), "method: must be a str, not bytes"),
        ((["GET"], "/tags", {}), "method: must be a str, not list"),
        (("GET", "/tags", {"params": [("a", "b")]}), "params: must be a mapping, not list"),
        (("GET", "/tags", {"params": "a=b"}), "params: must be a mapping, not str"),
        (("GET", "/tags", {"params": {"a": None}}), "params: 'a': NoneType: not a value"),
        (("GET", "/tags", {"params": {"a": b"x"}}), "params: 'a': bytes: not a value"),
        (("GET", "/tags", {"params": {"a": float("nan")}}), "params: 'a': nan: not a value"),
        (("GET", "/tags", {"params": {5: "x"}}), "params: 5: a name: must be a str, not int"),
        (("GET", "/tags", {"params": {"\ud800": "x"}}), "not encodable"),
        (("POST", "/tags", {"body": "text"}), "body: must be bytes, not str"),
        (("POST", "/tags", {"body": 5}), "body: must be bytes, not int"),
        (("POST", "/tags", {"idempotent": "no"}), "idempotent='no': must be True or False"),
        (("POST", "/tags", {"content_type": "a\r\nX: y"}), "content_type: line breaks"),
        (("POST", "/tags", {"content_type": 5}), "content_type: must be a str, not int"),
        (("GET", "/tags", {"accept": "caf\xe9"}), "accept: line breaks, controls and non-ASCII"),
        (
            ("POST", "/tags", {"json": nested(5000)}),
            "json: not a value that JSON can hold: nested too deeply",
        ),
        (("POST", "/tags", {"json": {"a": "\ud800"}}), "json: not a value that JSON can hold"),
        (("GET", "/tags/../accounts", {}), "/tags/../accounts"),
        (("GET", "/tags#x", {}), "/tags"),
        (("POST", "/tags", {"json": {}, "body": b""}), "json or body"),
        (("POST", "/tags", {"json": object()}), "json"),
        (("POST", "/tags", {"json": float("nan")}), "json"),
    ],
)
async def test_a_request_that_makes_no_sense_is_not_sent(
    emu: Emulator, scalr: ScalrClient, arguments: Any, named: str
) -> None:
    method, path, more = arguments
    if isinstance(path, str):
        path = path.replace("{host}", emu.url)

    with pytest.raises(InvalidArgumentError) as caught:
        await scalr.request(method, path, **more)

    assert named in str(caught.value)
    assert len(emu.requests) == 0


def test_nothing_about_a_client_shows_its_token() -> None:
    scalr = ScalrClient("acme.scalr.io", CANARY)

    shown = f"{scalr!r} {scalr} {scalr.config!r} {vars(scalr)!r} {vars(scalr._transport)!r}"

    assert CANARY not in shown
    assert CANARY.encode() not in pickle.dumps(scalr.config)


def test_the_root_of_the_api_is_below_the_host() -> None:
    assert ScalrClient("acme.scalr.io", CANARY).config.api_root == URL(
        "https://acme.scalr.io/api/iacp/v3"
    )


def test_a_copy_that_fails_half_way_leaves_no_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    noise: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", noise.append)
    half = Pool.__new__(Pool)  # as `copy.deepcopy` leaves it behind when a part cannot be copied

    del half
    gc.collect()

    assert noise == []
