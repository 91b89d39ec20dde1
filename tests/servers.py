"""A scripted HTTP server on a loopback socket: it answers exactly what a test wrote down.

    async with ScriptedServer(reply(503), reply(200, b"{}")) as server:
        ... Config(host=server.url, token="t") ...
    assert [r.method for r in server.requests] == ["GET", "GET"]

Every entry of the script answers one request, in the order of arrival over all connections; the
last entry answers all further ones. An entry is bytes, or a sequence of steps: bytes are written,
`Pause` waits, `CLOSE` ends the connection with FIN, `RESET` with RST, `HANG` keeps it open and
says nothing more.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import selectors
import socket
import ssl
import struct
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from http import HTTPStatus
from typing import Any, TypeVar

import attrs


class Step(enum.Enum):
    CLOSE = "close"
    RESET = "reset"
    HANG = "hang"


CLOSE, RESET, HANG = Step.CLOSE, Step.RESET, Step.HANG


@attrs.frozen
class Pause:
    """Wait some seconds."""

    seconds: float


Steps = bytes | Step | Iterable[bytes | Step | Pause]


@attrs.frozen
class Received:
    """One request as it came off the wire; `connection` counts from 1."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int


T = TypeVar("T")
Answerer = Callable[[Received], Steps | Awaitable[Steps]]


def reply(
    status: int = 200,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    *,
    length: bool = True,
) -> bytes:
    """Return an answer, with a Content-Length unless told otherwise (a 204 never has one)."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Odd"
    lines = [f"HTTP/1.1 {status} {phrase}"]
    if length and status != 204:
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


class ScriptedServer:
    """Answers from a script, and counts what came.

    `script` holds entries, or functions of the request that return one. `greeting` are steps run
    on every new connection before anything is read. With `tls` the server speaks TLS.
    """

    def __init__(
        self,
        *script: Steps | Answerer,
        greeting: Steps = (),
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        read_body: bool = True,
    ) -> None:
        self.script = script or (reply(200, b"{}"),)
        self.greeting = greeting
        self.tls = tls
        self.host = host
        self.read_body = read_body
        self.requests: list[Received] = []
        self.connections = 0
        self.open_connections = 0
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        scheme, host = ("http", self.host) if self.tls is None else ("https", "localhost")
        return f"{scheme}://{host}:{self.port}"

    async def __aenter__(self) -> ScriptedServer:
        self._server = await asyncio.start_server(
            self._connected, self.host, self.port, ssl=self.tls
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks)
        await self._server.wait_closed()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A plain function, so that asyncio makes no task of its own that would complain.
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open_connections += 1
        number = self.connections
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, EOFError):
                going = await self._play(self.greeting, writer)
                while going:
                    received = await self._receive(reader, number)
                    index = min(len(self.requests), len(self.script) - 1)
                    self.requests.append(received)
                    entry = self.script[index]
                    steps = entry(received) if callable(entry) else entry
                    if isinstance(steps, Awaitable):
                        steps = await steps
                    going = await self._play(steps, writer)
        finally:
            writer.transport.abort()
            with contextlib.suppress(OSError):  # else asyncio may log it as never retrieved
                await writer.wait_closed()
            self.open_connections -= 1

    async def _receive(self, reader: asyncio.StreamReader, number: int) -> Received:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").rstrip().split("\r\n")
        method, target, _ = first.split(" ")
        pairs = (line.partition(": ") for line in lines)
        headers = {name.lower(): value for name, _, value in pairs}
        size = int(headers.get("content-length", "0")) if self.read_body else 0
        return Received(method, target, headers, await reader.readexactly(size), number)

    async def _play(self, steps: Steps, writer: asyncio.StreamWriter) -> bool:
        for step in [steps] if isinstance(steps, bytes | Step) else steps:
            match step:
                case bytes():
                    writer.write(step)
                    await writer.drain()
                case Pause():
                    await asyncio.sleep(step.seconds)
                case Step.CLOSE:
                    writer.close()
                    return False
                case Step.RESET:
                    linger = struct.pack("ii", 1, 0)
                    sock = writer.get_extra_info("socket")
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    writer.transport.abort()
                    return False
                case Step.HANG:
                    await asyncio.Event().wait()
        return True


@contextlib.contextmanager
def reserved_port() -> Iterator[int]:
    """Keep a port that refuses connections, and that only a server that is told of it takes."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


class _JumpingSelector(selectors.DefaultSelector):
    """Does not wait for time to pass: moves the clock of its loop."""

    loop: VirtualLoop
    HANGS = 1.0
    """Real seconds for what a thread, or a socket without any timer, is waited for."""
    _still = False
    """Whether nothing came of a whole wait: what follows are ticks of timers alone."""

    def select(self, timeout: float | None = None) -> list[Any]:
        events = super().select(0)
        if not events and timeout != 0 and (timeout is None or self.loop.working):
            events = super().select(self.HANGS)
        if not events and timeout != 0 and self.loop.grace:
            if self._still:
                time.sleep(0.0001)  # a selector waits no less than a millisecond
                events = super().select(0)
            else:
                events = super().select(self.loop.grace)
        self._still = not events and timeout != 0
        if not events:
            if timeout is None:
                raise RuntimeError("nothing left to wait for: the test hangs")
            self.loop.now += timeout
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is counted, not waited for; no I/O but what is ready at once.

    With `grace` (real seconds) sockets of the loopback may take that long to be ready.
    """

    def __init__(self, grace: float = 0.0) -> None:
        selector = _JumpingSelector()
        selector.loop = self
        self.now = 0.0
        self.grace = grace
        self.working = 0
        """How many calls are under way in threads: meanwhile time stands still."""
        super().__init__(selector)

    def run_in_executor(self, *call: Any) -> asyncio.Future[Any]:
        def end(_: object) -> None:
            self.working -= 1

        self.working += 1
        future = super().run_in_executor(*call)
        future.add_done_callback(end)
        return future

    def time(self) -> float:
        return self.now


def run_virtually(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in virtual time: sleeps, timeouts and deadlines cost nothing."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
