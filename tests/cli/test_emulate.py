from __future__ import annotations

import asyncio
import os
import re
import shlex
import signal
import socket

import aiohttp
import pytest

from scalr_async.cli._emulate import _token_for, emulate
from scalr_async.cli._parser import parser
from scalr_async.errors import FileError, InvalidArgumentError


async def introduced(capsys) -> tuple[str, str]:
    """Wait until the emulator has said where it is; returns what it wrote to both streams."""
    text = told = ""
    while "SCALR_TOKEN" not in text:
        await asyncio.sleep(0.001)
        captured = capsys.readouterr()
        text, told = text + captured.out, told + captured.err
    return text, told


class Running:
    """An `emulate` command that goes on until it is stopped."""

    def __init__(self, capsys) -> None:
        self._capsys = capsys

    async def start(self, *words: object) -> str:
        arguments = parser().parse_args(["emulate", *map(str, words)])
        self._task = asyncio.create_task(emulate(arguments))
        text, self.told = await introduced(self._capsys)
        self.url = re.search(r"SCALR_HOSTNAME=(\S+)", text).group(1)
        return text

    async def stop(self, number: int = signal.SIGTERM) -> int:
        os.kill(os.getpid(), number)
        return await self._task

    async def get(self, path: str, token: str) -> tuple[int, dict]:
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.get(f"{self.url}/api/iacp/v3{path}") as answer,
        ):
            return answer.status, await answer.json(content_type=None)


@pytest.fixture
def running(capsys) -> Running:
    return Running(capsys)


async def test_it_serves_until_it_is_told_to_stop(running) -> None:
    text = await running.start("--token", "t0ken", "--workspaces", "30", "--environments", "1")

    status, document = await running.get("/workspaces", "t0ken")

    assert "export SCALR_TOKEN=t0ken\n" in text
    assert f"export SCALR_ADDRESS={running.url}\n" in text
    assert (status, document["meta"]["pagination"]["total-count"]) == (200, 30)
    assert await running.stop() == 0


async def test_control_c_ends_it_well_and_handlers_are_put_back(running) -> None:
    before = signal.getsignal(signal.SIGINT)
    await running.start()

    assert await running.stop(signal.SIGINT) == 0
    assert signal.getsignal(signal.SIGINT) is before


async def test_it_starts_bare(running) -> None:
    await running.start("--token", "t", "--account", "first", "--account", "second")

    _, accounts = await running.get("/accounts", "t")
    _, workspaces = await running.get("/workspaces", "t")
    await running.stop()

    assert [a["attributes"]["name"] for a in accounts["data"]] == ["first", "second"]
    assert workspaces["data"] == []


async def test_it_serves_the_account_of_the_examples(running) -> None:
    await running.start("--token", "t", "--demo")

    _, document = await running.get("/environments", "t")
    _, known = await running.get("/workspaces/ws-1", "t")
    await running.stop()

    names = [each["attributes"]["name"] for each in document["data"]]
    assert names == ["main", "production", "staging", "development"]
    assert known["data"]["id"] == "ws-1"


async def test_it_serves_what_was_crawled(running, tmp_path, capsys) -> None:
    file = tmp_path / "inventory.ndjson"
    file.write_text(
        '{"type": "tags", "id": "tag-1", "attributes": {"name": "linux"}}\n'
        '{"type": "new\\u001bthings", "id": "n-1"}\n'
    )
    await running.start("--token", "t", "--from", file)

    _, document = await running.get("/tags", "t")
    await running.stop()

    assert [each["id"] for each in document["data"]] == ["tag-1"]
    assert "scalr-async: loaded: tags (1)\n" in running.told
    assert "'new\\x1bthings'" in running.told


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "No such file"),
        ("type,id\n", "null.ndjson:1: "),
        ("", "null.ndjson: no resource in it"),
        ('{"type": "tags", "id": "a"', "null.ndjson:1: .*truncated"),
        ('\n{"type": "tags", "id": null}', "null.ndjson:2: .*got `null`"),
    ],
)
async def test_a_file_that_is_no_inventory_is_refused(tmp_path, text, reason) -> None:
    file = tmp_path / "null.ndjson"
    if text is not None:
        file.write_text(text)

    with pytest.raises((FileError, InvalidArgumentError), match=reason):
        await emulate(parser().parse_args(["emulate", "--from", str(file)]))


async def test_a_device_without_content_is_no_inventory() -> None:
    with pytest.raises(FileError, match=r"^/dev/null cannot be read: .*: no resource in it"):
        await emulate(parser().parse_args(["emulate", "--from", "/dev/null"]))


@pytest.mark.parametrize("host", ["999.1.1.1", "a..b", "x" * 70, "busy"])
async def test_an_address_at_which_it_cannot_listen_is_named(host) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        where = "127.0.0.1" if host == "busy" else host
        words = ["emulate", "--host", where, "--port", str(port)]

        with pytest.raises(InvalidArgumentError, match=f"--host {where}, --port {port}: cannot"):
            await emulate(parser().parse_args(words))


async def test_the_accounts_of_an_inventory_are_those_of_its_file() -> None:
    words = ["emulate", "--from", "inventory.ndjson", "--account", "acme"]

    with pytest.raises(InvalidArgumentError, match="--from, --account"):
        await emulate(parser().parse_args(words))


@pytest.mark.parametrize("told", ["generous", "sparse"])
async def test_answers_tell_much_or_little(running, told) -> None:
    words = ("--token", "t", "--workspaces", "50", "--environments", "1", "--answers", told)
    await running.start(*words)

    _, document = await running.get("/workspaces", "t")
    await running.stop()

    sizes = {len(each["attributes"]) for each in document["data"]}
    assert (len(sizes) > 1) == (told == "sparse")


async def test_the_token_goes_to_a_file_instead(running, tmp_path) -> None:
    file = tmp_path / "its token"

    text = await running.start("--token-file", file)
    status, _ = await running.get("/accounts", file.read_text().strip())
    await running.stop()

    assert status == 200
    assert file.read_text().strip() not in text
    assert shlex.quote(str(file)) in text
    assert file.stat().st_mode & 0o777 == 0o600


async def test_too_many_requests_are_refused_as_asked(running) -> None:
    await running.start("--token", "t", "--rate-limit", "1", "--latency", "0.001")

    statuses = [(await running.get("/accounts", "t"))[0] for _ in range(2)]
    await running.stop()

    assert statuses == [200, 429]


async def test_an_estate_that_cannot_be_is_refused(capsys) -> None:
    with pytest.raises(InvalidArgumentError, match="pool"):
        await emulate(parser().parse_args(["emulate", "--agents", "3"]))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_the_token_of_this_machine_alone_is_that_of_the_seed(running, host) -> None:
    texts = []
    for _ in range(2):
        text = await running.start("--host", host)
        texts.append(text.partition("SCALR_TOKEN=")[2])
        await running.stop()

    assert texts[0] == texts[1]


async def test_where_others_can_listen_in_the_token_is_random_and_that_is_said(capsys) -> None:
    tokens = [_token_for("0.0.0.0") for _ in range(2)]

    assert len(set(tokens)) == 2
    assert capsys.readouterr().err.count("can be reached from other machines") == 2
    assert _token_for("::1") is None


async def test_a_token_is_quoted_for_the_shell(running) -> None:
    text = await running.start("--token", "a b$(c)")
    await running.stop()

    assert "export SCALR_TOKEN='a b$(c)'\n" in text
