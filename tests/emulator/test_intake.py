"""Bodies on their way in: whose are read, how much of them, how they are unpacked; the log."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import zlib

import aiohttp
import pytest
from yarl import URL

from scalr_async._http import Headers
from scalr_async.emulator import Emulator, LoggedRequest
from scalr_async.emulator.engine.request_log import RequestLog

from .conftest import ENVIRONMENT, one, resource

TAG = json.dumps(resource("tags", {"name": "t"})).encode()


async def post(api, body, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    status, _, answer = await api.raw("POST", "/tags", data=io.BytesIO(body), headers=named)
    return status, json.loads(answer) if answer else None


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("identity", bytes),
        ("gzip", lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:])),
    ],
)
async def test_packed_bodies_are_unpacked(api, coding, pack):
    assert (await post(api, pack(TAG), Content_Encoding=coding))[0] == 201
    assert api.emu.requests[-1].body == TAG


PACKED = gzip.compress(TAG, mtime=0)
BROKEN = {
    "not packed": ("gzip", TAG, 400),
    "without its end": ("gzip", PACKED[:-9], 400),
    "without its body": ("gzip", PACKED[:3], 400),
    "with more behind": ("gzip", PACKED + b"more", 400),
    "with a wrong checksum": ("gzip", PACKED[:-8] + b"\0" * 8, 400),
    "no deflate": ("deflate", b"\x01\x02", 400),
    "another coding": ("br", TAG, 415),
    "packed twice": ("gzip, gzip", gzip.compress(PACKED), 415),
}


@pytest.mark.parametrize(("coding", "body", "status"), BROKEN.values(), ids=BROKEN)
async def test_broken_and_unknown_packing_is_refused(api, coding, body, status):
    found, document = await post(api, body, Content_Encoding=coding)
    assert (found, document["errors"][0]["status"]) == (status, str(status))
    assert api.emu.requests[-1].status == status
    assert api.emu.store.count("tags") == 0
    assert (await post(api, TAG))[0] == 201


async def test_an_empty_body_is_empty_however_it_is_packed(api):
    assert (await post(api, b"", Content_Encoding="gzip"))[0] == 400


@pytest.mark.parametrize("coding", ["identity", "gzip"])
async def test_what_is_too_large_is_refused_early(api, monkeypatch, coding):
    monkeypatch.setattr("scalr_async.emulator.engine.http._MAX_BODY", 100_000)
    monkeypatch.setattr("scalr_async.emulator.engine.http._PIECE", 1000)
    body = gzip.compress(b" " * 10**7) if coding == "gzip" else b" " * 10**6
    status, document = await post(api, body, Content_Encoding=coding)
    assert (status, document["errors"][0]["status"]) == (413, "413")
    assert api.emu.requests[-1].body == b""
    assert (await post(api, TAG))[0] == 201


async def test_others_have_their_turn_while_a_body_is_unpacked(api, monkeypatch):
    """A request that comes while a large body is unpacked is answered first."""
    monkeypatch.setattr("scalr_async.emulator.engine.http._PIECE", 1000)
    body = gzip.compress(b" " * 10**7)
    order = []

    async def ask(name, request):
        await request
        order.append(name)

    await asyncio.gather(
        ask("large", post(api, body, Content_Encoding="gzip")), ask("small", api("GET", "/ping"))
    )
    assert order == ["small", "large"]


@pytest.mark.parametrize("path", ["/tags", "/nowhere", "/tags/%2F"])
@pytest.mark.parametrize("authorization", ["Bearer wrong", "Basic x", ""])
async def test_bodies_of_strangers_are_not_kept(api, path, authorization):
    headers = {"Authorization": authorization}
    status, _, _ = await api.raw("POST", path, data=b"x" * 1_000_000, headers=headers)
    assert status == 401
    assert (api.emu.requests[-1].status, api.emu.requests[-1].body) == (401, b"")


async def test_bodies_of_what_needs_no_token_are_read(api):
    headers = {"Authorization": "", "Content-Type": "application/json"}
    body = json.dumps({"id-token": "x", "service-account-email": "y"}).encode()
    path = "/service-accounts/assume"
    status, _, _ = await api.raw("POST", path, data=body, headers=headers)
    assert (status, api.emu.requests[-1].body) == (401, body)


@pytest.mark.parametrize("framing", [b"Content-Length: 1000000", b"Transfer-Encoding: chunked"])
@pytest.mark.parametrize("target", ["tag", "upload"])
async def test_a_client_that_disconnects_during_an_upload_is_no_error(api, caplog, framing, target):
    workspace = api.emu.create("workspaces", {"name": "w"}, {"environment": ENVIRONMENT}).id
    belongs = {"workspace": one("workspaces", workspace)}
    type = "configuration-versions"
    made = await api.create(f"/{type}", type, {}, belongs)
    upload = URL(made["links"]["upload"])
    line = f"PUT {upload.path}" if target == "upload" else "POST /api/iacp/v3/tags"
    _, writer = await asyncio.open_connection(upload.host, upload.port)
    head = f"{line} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {api.token}\r\n".encode()
    before = len(api.emu.requests)
    writer.write(head + framing + b"\r\n\r\n10\r\n0123")
    while len(api.emu.requests) == before:
        await asyncio.sleep(0.01)
    writer.transport.abort()
    await asyncio.sleep(0.05)
    assert caplog.records == []
    assert (api.emu.requests[-1].body, api.emu.requests[-1].status) == (b"", None)
    shown = (await api.get(f"/{type}/{made['id']}"))["data"]
    assert shown["attributes"]["status"] == "pending"


async def test_uploads_that_nobody_awaits_are_not_kept(api):
    for method, status in (("PUT", 404), ("POST", 404)):
        url = f"{api.emu.url}/blobs/none"
        async with api.session.request(method, url, data=b"x" * 1_000_000) as answer:
            assert answer.status == status
        assert api.emu.requests[-1].body == b""


def of(size, path="/"):
    return LoggedRequest(method="GET", path=path, body=b"x" * size)


def test_the_log_keeps_so_many_requests():
    log = RequestLog(3, 10**6)
    for number in range(5):
        log.append(of(0, f"/{number}"))
    assert [request.path for request in log] == ["/2", "/3", "/4"]
    assert (len(log), log[-1].path, [r.path for r in log[:2]]) == (3, "/4", ["/2", "/3"])
    assert repr(log[0]) in repr(log)


def test_the_log_keeps_so_many_bytes():
    log = RequestLog(1000, 100)
    for _ in range(10):
        log.append(of(30))
        assert sum(len(request.body) + len(request.path) for request in log) <= 100
    assert len(log) == 3
    log.append(of(10_000))
    assert [len(request.body) for request in log] == [10_000]
    log.append(of(1))
    assert [len(request.body) for request in log] == [1]


def test_bodies_that_come_later_count_too():
    log = RequestLog(1000, 100)
    requests = [of(0, f"/{number}") for number in range(5)]
    for request in requests:
        log.append(request)
    log.attach(requests[1], b"x" * 95)
    assert [request.path for request in log] == ["/2", "/3", "/4"]
    log.clear()
    log.attach(requests[4], b"x" * 1000)
    assert (len(log), log._weight, requests[4].body) == (0, 0, b"x" * 1000)


def test_query_and_header_fields_count_too():
    log = RequestLog(1000, 100)
    for _ in range(3):
        log.append(
            LoggedRequest(
                method="GET",
                path="/",
                query=(("a" * 20, "b" * 20),),
                headers=Headers([("c" * 10, "d" * 10)]),
            )
        )
    assert len(log) == 1


async def test_the_log_of_a_server_is_bounded(monkeypatch):
    monkeypatch.setattr("scalr_async.emulator.engine.server._LOGGED_BYTES", 5000)
    async with Emulator() as emu, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {emu.token}"}
        for _ in range(9):
            url = f"{emu.url}/api/iacp/v3/tags"
            async with session.post(url, data=b" " * 2000, headers=headers) as answer:
                assert answer.status in (400, 415)
        assert 1 <= len(emu.requests) <= 2
