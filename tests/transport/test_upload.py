"""Bodies that are read while they are sent: in whole, from every source, and what goes wrong."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from scalr_async._http import ANY_MEDIA_TYPE, Request
from scalr_async.config import Timeouts
from scalr_async.errors import (
    ConnectError,
    DeadlineExceededError,
    FileError,
    InvalidArgumentError,
)
from scalr_async.telemetry import AttemptEvent
from scalr_async.transport import Content, Sender, open_upload
from tests.conftest import CANARY
from tests.faults.common import in_virtual_time
from tests.servers import HANG, ScriptedServer, reply
from tests.transport.common import sending

BODY = bytes(range(256)) * 2000


def put(url: str, source: Any) -> Request:
    return Request(
        method="PUT",
        path="/configuration-versions/cv-1",
        body=source,
        content_type="application/octet-stream",
        accept=ANY_MEDIA_TYPE,
        url=f"{url}/up?sig=1",
    )


async def upload(sender: Sender, url: str, content: Content, **options: Any) -> Any:
    async with open_upload(content, **options) as source:
        return await sender.send(put(url, source))


class Store:
    """A server that reads chunked bodies too."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.statuses = [200]

    async def take(self, request: web.BaseRequest) -> web.Response:
        body = await request.read()
        self.received.append(({k.lower(): v for k, v in request.headers.items()}, body))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return web.Response(status=status, headers={"Retry-After": "0"})


@contextlib.asynccontextmanager
async def storing() -> AsyncIterator[Store]:
    made = Store()
    app = web.Application(client_max_size=2**30)
    app.router.add_route("PUT", "/up", made.take)
    server = TestServer(app)
    await server.start_server()
    made.url = str(server.make_url("")).rstrip("/")
    yield made
    await server.close()


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    async with storing() as made:
        yield made


async def generated(*parts: Any) -> AsyncIterator[Any]:
    for part in parts:
        yield part


class Iterable:
    """An async iterable that is no generator."""

    def __init__(self, *parts: bytes) -> None:
        self.parts = list(parts)

    def __aiter__(self) -> Iterable:
        return self

    async def __anext__(self) -> bytes:
        if not self.parts:
            raise StopAsyncIteration
        return self.parts.pop(0)


def piped(data: bytes) -> Any:
    """A file object that cannot seek."""
    reading_end, writing_end = os.pipe()
    os.write(writing_end, data)
    os.close(writing_end)
    return os.fdopen(reading_end, "rb")


def advanced(data: bytes) -> io.BytesIO:
    """A file object that does not stand at its beginning."""
    file = io.BytesIO(b"head" + data)
    file.seek(4)
    return file


class TestSources:
    @pytest.mark.parametrize("size", [0, 1, 300_000])
    @pytest.mark.parametrize(
        ("make", "known"),
        [
            (bytes, True),
            (bytearray, True),
            (io.BytesIO, True),
            (advanced, True),
            (lambda data: generated(data[:7], data[7:]), False),
            (lambda data: generated(memoryview(data)), False),
            (lambda data: Iterable(data), False),
        ],
    )
    async def test_every_byte_arrives(
        self, size: int, make: Any, known: bool, store: Store
    ) -> None:
        data = BODY[:size]
        async with sending(store.url) as sender:
            response = await upload(sender, store.url, make(data))

        ((headers, body),) = store.received
        assert (response.status, body) == (200, data)
        assert headers.get("content-length") == (str(size) if known else None)
        assert headers.get("transfer-encoding") == (None if known else "chunked")
        assert headers["content-type"] == "application/octet-stream"
        assert headers["authorization"] == f"Bearer {CANARY}"

    @pytest.mark.parametrize("make", [str, Path])
    async def test_a_path_is_read_and_closed(self, make: Any, store: Store, tmp_path: Path) -> None:
        (tmp_path / "config.tar.gz").write_bytes(BODY)
        async with sending(store.url) as sender:
            await upload(sender, store.url, make(tmp_path / "config.tar.gz"))

        assert store.received[0][1] == BODY

    async def test_a_pipe_is_sent_as_it_comes(self, store: Store) -> None:
        with piped(b"abc") as file:
            async with sending(store.url) as sender:
                await upload(sender, store.url, file)

            assert not file.closed
        assert store.received[0][1] == b"abc"

    async def test_progress_is_told(self, store: Store) -> None:
        told: list[Any] = []
        async with sending(store.url) as sender:
            await upload(sender, store.url, BODY, on_progress=lambda *now: told.append(now))
            await upload(
                sender,
                store.url,
                generated(b"ab", b"c"),
                on_progress=lambda *now: told.append(now),
            )

        assert told == [(262_144, 512_000), (512_000, 512_000), (2, None), (3, None)]

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (io.StringIO("text"), "StringIO"),
            (None, "NoneType"),
            (7, "int"),
            ([b"abc"], "list"),
        ],
    )
    async def test_what_has_no_bytes_is_refused(self, content: Any, said: str) -> None:
        with pytest.raises(InvalidArgumentError, match=said):
            async with open_upload(content):
                pass

    @pytest.mark.parametrize("name", ["missing.tar.gz", ".", "a\0b"])
    async def test_a_path_that_cannot_be_read_is_an_error(self, name: str, tmp_path: Path) -> None:
        with pytest.raises(FileError, match="cannot be read"):
            async with open_upload(f"{tmp_path}/{name}"):
                pass


class TestFailures:
    @pytest.mark.parametrize("content", [BODY, lambda p: p])
    async def test_what_was_not_sent_is_tried_again_from_the_beginning(
        self, content: Any, store: Store, tmp_path: Path
    ) -> None:
        if callable(content):
            content = tmp_path / "config.tar.gz"
            content.write_bytes(BODY)
        store.statuses = [429, 429, 200]
        async with sending(store.url) as sender:
            response = await upload(sender, store.url, content)

        assert response.attempts == 3
        assert [body for _, body in store.received] == [BODY] * 3

    @pytest.mark.parametrize("make", [lambda: generated(b"abc"), lambda: piped(b"abc")])
    async def test_what_can_be_read_only_once_is_sent_only_once(
        self, make: Any, store: Store
    ) -> None:
        store.statuses = [429]
        content = make()
        async with sending(store.url) as sender:
            response = await upload(sender, store.url, content)

        assert (response.status, len(store.received)) == (429, 1)
        if hasattr(content, "close"):
            content.close()

    async def test_a_token_that_is_refused_ends_it(self, store: Store) -> None:
        store.statuses = [401]
        async with sending(store.url) as sender:
            response = await upload(sender, store.url, BODY)

        assert (response.status, len(store.received)) == (401, 1)

    async def test_it_is_tried_again_as_long_as_nothing_was_read(self, store: Store) -> None:
        events: list[Any] = []
        async with sending("http://127.0.0.1:1", events=events) as sender:
            with pytest.raises(ConnectError) as caught:
                await upload(sender, "http://127.0.0.1:1", generated(b"abc"))

        assert caught.value.outcome == "not_sent"
        assert len([e for e in events if isinstance(e, AttemptEvent)]) == 5

    async def test_a_file_that_became_shorter_is_an_error(
        self, store: Store, tmp_path: Path
    ) -> None:
        path = tmp_path / "config.tar.gz"
        path.write_bytes(BODY)
        async with sending(store.url) as sender:
            async with open_upload(path) as source:
                os.truncate(path, 100)
                with pytest.raises(FileError, match="511900 bytes are missing") as caught:
                    await sender.send(put(store.url, source))

        error = caught.value
        assert (error.method, error.attempts, error.outcome) == ("PUT", 1, "unknown")

    async def test_a_file_that_became_longer_is_sent_up_to_its_size(
        self, store: Store, tmp_path: Path
    ) -> None:
        path = tmp_path / "config.tar.gz"
        path.write_bytes(b"abc")
        async with sending(store.url) as sender:
            async with open_upload(path) as source:
                path.write_bytes(b"abcdef")
                await sender.send(put(store.url, source))

        assert store.received[0][1] == b"abc"

    async def test_a_file_that_cannot_be_read_any_more_is_an_error(self, store: Store) -> None:
        file = io.BytesIO(b"abc")
        async with sending(store.url) as sender:
            async with open_upload(file) as source:
                file.close()
                with pytest.raises(FileError, match="closed file"):
                    await sender.send(put(store.url, source))

    async def test_what_an_iterable_raises_is_passed_on(self, store: Store) -> None:
        events: list[Any] = []

        async def failing() -> AsyncIterator[bytes]:
            yield b"abc"
            raise LookupError("of its own")

        async def late() -> AsyncIterator[bytes]:
            yield b"abc"
            raise TimeoutError("of its own")

        async with sending(store.url, events=events) as sender:
            for source, error in [(failing(), LookupError), (late(), TimeoutError)]:
                with pytest.raises(error, match="of its own"):
                    await upload(sender, store.url, source)
            assert sender._shared.admission.in_flight == 0
            assert len(sender._shared.timers) == 0

        assert not [body for _, body in store.received if body]

    @pytest.mark.parametrize("first", ["abc", None, 7, ["abc"]])
    async def test_what_is_no_bytes_at_once_is_refused_before_anything_is_sent(
        self, first: Any, store: Store
    ) -> None:
        async with sending(store.url) as sender:
            with pytest.raises(InvalidArgumentError, match=r"yields \w+, not bytes") as caught:
                await upload(sender, store.url, generated(b"", first))

        assert (caught.value.attempts, caught.value.outcome) == (1, "not_sent")
        assert store.received == []

    @pytest.mark.parametrize("later", ["abc", None, 7])
    async def test_what_is_no_bytes_later_is_an_error_of_what_is_read(
        self, later: Any, store: Store
    ) -> None:
        async with sending(store.url) as sender:
            with pytest.raises(FileError, match=r"yields \w+, not bytes") as caught:
                await upload(sender, store.url, generated(b"abc", later))

        assert (caught.value.attempts, caught.value.outcome) == (1, "unknown")

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            (None, "returns NoneType"),
            ("abc", "returns str"),
            (b"x" * 10**6, "more bytes than"),
            (7, "int"),
        ],
        ids=str,
    )
    @pytest.mark.parametrize("seekable", [True, False])
    async def test_a_file_that_reads_oddly_is_an_error_and_no_short_upload(
        self, seekable: bool, given: Any, said: str, store: Store
    ) -> None:
        class Odd(io.BytesIO):
            def seekable(self) -> bool:
                return seekable

            def read(self, size: int | None = -1) -> Any:
                return given

        async with sending(store.url) as sender:
            with pytest.raises(FileError, match=said):
                await upload(sender, store.url, Odd(BODY))

        assert not [body for _, body in store.received if body]

    @pytest.mark.parametrize("make", [bytearray, memoryview])
    async def test_other_kinds_of_bytes_are_bytes(self, make: Any, store: Store) -> None:
        class Others(io.BytesIO):
            def read(self, size: int | None = -1) -> Any:
                return make(super().read(size))

        async with sending(store.url) as sender:
            await upload(sender, store.url, Others(b"abc"))
            await upload(sender, store.url, generated(make(b"abc")))

        assert [body for _, body in store.received] == [b"abc", b"abc"]

    async def test_a_file_that_is_closed_is_refused_at_once(self, store: Store) -> None:
        file = io.BytesIO(BODY)
        file.close()
        with pytest.raises(FileError, match="closed file"):
            async with open_upload(file):
                pass

    async def test_after_a_401_what_was_streamed_is_not_sent_again(self, store: Store) -> None:
        """Although there is another token, and the source could be read again."""
        tokens = iter([f"{CANARY}-1", f"{CANARY}-2"])
        store.statuses = [401, 200]
        async with sending(store.url, token=lambda: next(tokens)) as sender:
            response = await upload(sender, store.url, BODY)

        assert (response.status, len(store.received)) == (401, 1)

    async def test_an_answer_that_comes_before_the_end_stands(self) -> None:
        never = asyncio.Event()

        async def waiting() -> AsyncIterator[bytes]:
            yield b"abc"
            await never.wait()

        async with ScriptedServer(reply(413, b"{}"), read_body=False) as server:
            async with sending(server.url) as sender:
                response = await upload(sender, server.url, waiting())

        assert response.status == 413

    @in_virtual_time
    async def test_the_deadline_starts_anew_with_each_piece(self) -> None:
        async def slow() -> AsyncIterator[bytes]:
            for _ in range(6):
                yield b"x"
                await asyncio.sleep(0.02)

        async with storing() as store:
            for total in (0.1, None):
                async with sending(store.url, timeouts=Timeouts(total=total)) as sender:
                    assert (await upload(sender, store.url, slow())).status == 200

    @in_virtual_time
    async def test_silence_ends_it(self) -> None:
        async with ScriptedServer(HANG) as server:
            async with sending(server.url, timeouts=Timeouts(total=0.05)) as sender:
                with pytest.raises(DeadlineExceededError) as caught:
                    await upload(sender, server.url, b"abc")

        assert (caught.value.phase, caught.value.outcome) == ("response headers", "unknown")

    async def test_a_piece_that_moves_after_the_call_is_over_does_no_harm(self) -> None:
        async with ScriptedServer(reply(200)) as server:
            async with sending(server.url) as sender:
                async with open_upload(b"abc") as source:
                    seen: list[Any] = []
                    original = sender._wire.attempt

                    async def attempt(request: Request, progress: Any) -> Any:
                        seen.append(progress)
                        return await original(request, progress)

                    sender._wire.attempt = attempt
                    await sender.send(put(server.url, source))
                seen[0].chunk_sent()
                assert len(sender._shared.timers) == 0

    async def test_cancelling_closes_what_is_read(self) -> None:
        closed = asyncio.Event()

        async def waiting() -> AsyncIterator[bytes]:
            try:
                yield b"abc"
                await asyncio.Event().wait()
            finally:
                closed.set()

        async with ScriptedServer(HANG, read_body=False) as server:
            async with sending(server.url) as sender:
                task = asyncio.ensure_future(upload(sender, server.url, waiting()))
                while not server.requests:
                    await asyncio.sleep(0.001)
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
                await asyncio.wait_for(closed.wait(), 60)
