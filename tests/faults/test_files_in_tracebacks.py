"""States, plans and archives hold secrets: no traceback with locals shows a piece of them."""

from __future__ import annotations

import gzip
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest

from scalr_async import ScalrClient
from tests.faults.common import client, ok, resource, shown
from tests.servers import CLOSE, Received, ScriptedServer, reply

HELD = b"hush-4c1d of a state "
MANY = HELD * 40_000
TEXT = HELD.decode()


class Target(io.RawIOBase):
    """A file that goes wrong at some piece: it raises, or says how much it took."""

    def __init__(self, at: int, then: Any) -> None:
        self.at, self.then = at, then

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> Any:
        self.at -= 1
        if self.at >= 0:
            return len(piece)
        if isinstance(self.then, Exception):
            raise self.then
        return self.then


class Archive(io.BytesIO):
    """A file that goes wrong behind its first piece: it raises, or gives something else."""

    def __init__(self, then: Any) -> None:
        super().__init__(MANY)
        self.then = then

    def read(self, size: int | None = -1) -> Any:
        if self.tell() == 0:
            return super().read(size)
        if isinstance(self.then, Exception):
            raise self.then
        return self.then


async def pieces(then: Any) -> AsyncIterator[Any]:
    yield HELD
    if isinstance(then, Exception):
        raise then
    yield then


def told(error: BaseException) -> list[str]:
    """Return where frames of the package show a piece; those of a caller may."""
    traceback, *texts = shown(error)
    frames = [frame for frame in traceback.split("\n  File ") if "/scalr_async/" in frame[:200]]
    assert frames
    return [text for text in (*frames, *texts) if "hush" in text]


def state(request: Received, *, cut: bool, packed: bool) -> Any:
    body = gzip.compress(MANY, 0) if packed else MANY
    headers = {"Content-Type": "application/octet-stream"}
    if packed:
        headers["Content-Encoding"] = "gzip"
    whole = reply(200, body, headers)
    return [whole[: len(whole) // 2], CLOSE] if cut else whole


async def save(scalr: ScalrClient, target: Any) -> None:
    await scalr.state_versions.download("sv-1", to=target)


async def iterate(scalr: ScalrClient) -> None:
    async for _ in scalr.state_versions.download("sv-1"):
        pass


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize("then", [OSError(28, "full"), ValueError("odd"), None, 0, 10**9, "5"])
async def test_a_download_whose_target_fails_shows_nothing_of_it(
    then: Any, at: int, cut: bool, packed: bool
) -> None:
    async with ScriptedServer(lambda request: state(request, cut=cut, packed=packed)) as server:
        async with client(server.url) as scalr:
            with pytest.raises(Exception) as caught:  # whatever it is
                await save(scalr, Target(at, then))

    assert not told(caught.value)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("how", ["path", "file", "iterated"])
async def test_a_download_that_is_cut_shows_nothing_of_it(
    tmp_path: Any, how: str, packed: bool
) -> None:
    async with ScriptedServer(lambda request: state(request, cut=True, packed=packed)) as server:
        async with client(server.url) as scalr:
            targets = {"path": tmp_path / "state", "file": io.BytesIO()}
            with pytest.raises(Exception) as caught:  # whatever it is
                await (iterate(scalr) if how == "iterated" else save(scalr, targets[how]))

    assert not told(caught.value)


@pytest.mark.parametrize(
    "then", [KeyError("mine"), OSError(5, "broken"), TEXT, [TEXT], None, HELD * 20_000]
)
@pytest.mark.parametrize("source", [Archive, pieces])
async def test_an_upload_whose_source_fails_shows_nothing_of_it(source: Any, then: Any) -> None:
    def answer(request: Received) -> Any:
        if request.method == "PUT":
            return reply(422)
        links = {"upload": f"{server.url}/archives/1"}
        return ok(resource("configuration-versions", "cv-1") | {"links": links})

    async with ScriptedServer(answer) as server, client(server.url) as scalr:
        with pytest.raises(Exception) as caught:  # whatever it is
            await scalr.configuration_versions.upload("cv-1", source(then))

    assert not told(caught.value)
