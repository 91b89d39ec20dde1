"""Where the server listens, and what its links say."""

from __future__ import annotations

import asyncio
import json
import socket

import aiohttp
import pytest
from yarl import URL

from scalr_async import Config, ScalrClient
from scalr_async.emulator import Emulator

from .conftest import ENVIRONMENT, resource


def answers(url: str) -> bool:
    """Whether anybody listens there."""
    host, _, port = url.rpartition("//")[2].rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=1).close()
    except OSError:
        return False
    return True


async def test_it_starts_once_at_a_time():
    emu = Emulator()
    await emu.start()
    first = emu.url
    with pytest.raises(RuntimeError, match="running already"):
        await emu.start()
    assert emu.url == first
    await emu.stop()
    assert not answers(first)
    async with emu:
        assert answers(emu.url)


async def test_a_start_that_fails_leaves_nothing_behind():
    async with Emulator() as first:
        port = int(first.url.rpartition(":")[2])
        second = Emulator(port=port)
        with pytest.raises(OSError, match="address already in use"):
            await second.start()
        with pytest.raises(RuntimeError, match="not running"):
            second.url
    async with second:
        assert second.url.endswith(f":{port}")


@pytest.mark.parametrize(
    ("host", "reached"),
    [
        ("0.0.0.0", "127.0.0.1"),
        ("0", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
    ],
)
async def test_its_url_is_one_that_a_client_can_use(host, reached):
    async with Emulator(host=host) as emu:
        assert emu.url.startswith(f"http://{reached}:")
        async with ScalrClient(config=Config(host=emu.url, token=emu.token)) as scalr:
            assert (await scalr.environments.get(ENVIRONMENT)).name == "main"


async def test_every_address_of_ipv6_is_reached_at_its_loopback():
    emu = Emulator(host="::")
    try:
        await emu.start()
    except OSError:
        pytest.skip("no IPv6 here")
    assert emu.url.startswith("http://[::1]:")
    assert answers(emu.url)
    await emu.stop()


def links(node):
    """Every URL in a document."""
    if isinstance(node, dict):
        return [url for value in node.values() for url in links(value)]
    if isinstance(node, list):
        return [url for value in node for url in links(value)]
    return [node] if isinstance(node, str) and node.startswith("http") else []


@pytest.mark.parametrize("host", ["scalr.example.com", "scalr.example.com:8443", "[::1]:80", "h_1"])
async def test_links_have_the_host_that_was_asked(api, host):
    headers = {"Host": host}
    root = f"http://{host}/"
    for _ in range(2):  # what is kept of the first answer is not given to others
        for path in ("/workspaces?page[size]=1", f"/environments/{ENVIRONMENT}"):
            found = links(await api.get(path))
            assert all(url.startswith(api.emu.url) for url in found)
            status, _, body = await api.raw("GET", path, headers=headers)
            found = links(json.loads(body))
            assert status == 200
            assert found
            assert all(url.startswith(root) for url in found)


async def test_places_have_the_host_that_was_asked(api):
    workspace = await api.workspace("w")
    body = json.dumps(
        resource(
            "configuration-versions",
            {},
            {"workspace": {"data": {"type": "workspaces", "id": workspace["id"]}}},
        )
    )
    headers = {"Host": "scalr.example.com"}
    path = "/configuration-versions"
    status, fields, answer = await api.raw("POST", path, data=body, headers=headers)
    assert status == 201
    assert fields["Location"].startswith("http://scalr.example.com/api/iacp/v3/")
    upload = json.loads(answer)["data"]["links"]["upload"]
    assert upload.startswith("http://scalr.example.com/blobs/")


@pytest.mark.parametrize("host", ['a"b', "a b", "", "a/b", "user@host"])
async def test_a_host_that_is_none_is_not_repeated(emu, host):
    address = emu.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(address[0], int(address[1]))
    path = f"/api/iacp/v3/environments/{ENVIRONMENT}"
    head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {emu.token}\r\n"
    writer.write(f"{head}Connection: close\r\n\r\n".encode())
    answer = (await reader.read()).decode()
    writer.close()
    assert f'"self":"{emu.url}/api' in answer or answer.startswith("HTTP/1.1 400")


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 32,
        b"FOO / HTTP/1.1\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"a: " + b"b" * 20_000 + b"\r\n\r\n",
        b"no http at all\r\n\r\n",
    ],
    ids=["tls", "method", "path", "length", "header", "text"],
)
async def test_bytes_that_are_no_http_are_a_bad_request_and_no_traceback(caplog, sent):
    async with Emulator() as emu:
        url = URL(emu.url)
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(sent)
        answer = await reader.read(12)
        writer.close()
        await writer.wait_closed()

    assert answer == b"HTTP/1.0 400" or answer == b"HTTP/1.1 400"
    assert caplog.records == []


async def test_a_fault_of_the_emulator_is_logged(caplog, monkeypatch):
    async with Emulator() as emu, aiohttp.ClientSession() as session:
        monkeypatch.setattr(emu._server.backend, "answer", None)
        async with session.get(f"{emu.url}/api/iacp/v3/tags") as answer:
            assert answer.status == 500

    assert [record.name for record in caplog.records] == ["scalr_async.emulator"]
