"""A proxy in front of the emulator that breaks some of the exchanges it carries.

    async with FaultProxy(emu.url, lambda _: drip if random.random() < 0.05 else None) as proxy:
        ... Config(host=proxy.url, token=emu.token) ...

A `Fault` turns the whole reply of the server into what the client gets of it. One that does not
`forward` keeps the request from the server.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import Callable
from urllib.parse import urlsplit

import attrs

from tests.servers import CLOSE, RESET, Pause, Received, ScriptedServer, Step, Steps


@attrs.frozen
class Fault:
    """What becomes of one exchange."""

    name: str
    steps: Callable[[bytes], Steps]
    forward: bool = True


def _cut(end: Steps) -> Callable[[bytes], Steps]:
    def steps(reply: bytes) -> Steps:
        return (reply[: max(1, len(reply) * 2 // 3)], end)

    return steps


def limit_rate(bytes_per_second: float, piece: int = 4096) -> Fault:
    """Return a fault that delivers the reply no faster than that."""

    def steps(reply: bytes) -> Steps:
        for start in range(0, len(reply), piece):
            yield reply[start : start + piece]
            yield Pause(piece / bytes_per_second)

    return Fault("limit rate", steps)


def delay(seconds: float) -> Fault:
    """Return a fault that keeps the reply back for some time."""
    return Fault("delay", lambda reply: (Pause(seconds), reply))


def mutate(draw: random.Random) -> Fault:
    """Return a fault that changes some bytes of the reply, and closes after it."""
    return Fault("mutate", lambda reply: (mutated(reply, draw), CLOSE))


def mutated(reply: bytes, draw: random.Random) -> bytes:
    """Change, insert, repeat or remove bytes in one to four places."""
    found = bytearray(reply)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(found) + 1)
        match draw.randrange(5):
            case 0 if at < len(found):
                found[at] = draw.randrange(256)
            case 1:
                found[at:at] = draw.randbytes(draw.randint(1, 4))
            case 2:
                del found[at : at + draw.randint(1, 16)]
            case 3:
                found[at:at] = found[at : at + draw.randint(1, 64)]
            case _ if at < len(found):
                found[at] ^= 1 << draw.randrange(8)
    return bytes(found)


CLOSED = Fault("close", lambda _: CLOSE, forward=False)
"""FIN before the server has seen the request."""
REFUSED = Fault("reset", lambda _: RESET, forward=False)
"""RST before the server has seen the request."""
LOST = Fault("lose", lambda _: CLOSE)
"""The server did it; nothing of its reply arrives."""
TRUNCATED = Fault("truncate", _cut(CLOSE))
TORN = Fault("truncate with RST", _cut(RESET))
DRIPPED = Fault(
    "drip", lambda reply: (reply[:1], Pause(0.001), reply[1:2], Pause(0.001), reply[2:])
)
FAULTS = (CLOSED, REFUSED, LOST, TRUNCATED, TORN, DRIPPED, delay(0.005), limit_rate(4_000_000))


class FaultProxy(ScriptedServer):
    """Carries requests to a server, one exchange at a time on each connection."""

    def __init__(self, upstream: str, choose: Callable[[Received], Fault | None]) -> None:
        super().__init__(self._carry)
        url = urlsplit(upstream)
        self._upstream = url.hostname, url.port
        self._choose = choose
        self._lines: dict[int, tuple[asyncio.StreamReader, asyncio.StreamWriter]] = {}
        self.faults: list[str] = []

    async def __aexit__(self, *details: object) -> None:
        for _, writer in self._lines.values():
            writer.transport.abort()
        await super().__aexit__(*details)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = self.connections + 1
        try:
            await super()._serve(reader, writer)
        finally:
            if line := self._lines.pop(number, None):
                line[1].transport.abort()

    async def _carry(self, received: Received) -> Steps:
        self.requests.clear()  # a long run keeps none of them
        fault = self._choose(received)
        if fault is not None:
            self.faults.append(fault.name)
            if not fault.forward:
                return fault.steps(b"")
        reply = await self._exchange(received)
        return reply if fault is None else fault.steps(reply)

    async def _exchange(self, received: Received) -> bytes:
        if received.connection not in self._lines:
            self._lines[received.connection] = await asyncio.open_connection(*self._upstream)
        reader, writer = self._lines[received.connection]
        head = [f"{received.method} {received.target} HTTP/1.1"]
        head += [f"{name}: {value}" for name, value in received.headers.items()]
        writer.write("\r\n".join([*head, "", ""]).encode("latin-1") + received.body)
        answer = await reader.readuntil(b"\r\n\r\n")
        fields = dict(line.partition(b": ")[::2] for line in answer.lower().split(b"\r\n"))
        return answer + await reader.readexactly(int(fields.get(b"content-length", b"0")))


class CuttingProxy:
    """Carries bytes to a port and back, and ends the connection after some of them.

    `up` and `down` are how many bytes of each direction come through, None for all of them; `end`
    is what the client sees then, FIN or RST. With `up` 0 it ends as soon as it is there. `carried`
    counts what came through on the last connection.
    """

    def __init__(self, port: int, end: Step = CLOSE) -> None:
        self._upstream = port
        self.end = end
        self.up: int | None = None
        self.down: int | None = None
        self.carried = {"up": 0, "down": 0}
        self.connections = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> CuttingProxy:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self.settle()
        await self._server.wait_closed()

    async def settle(self) -> None:
        """Wait until no connection is left."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.carried = {"up": 0, "down": 0}
        if self.up != 0:
            there, back = await asyncio.open_connection("127.0.0.1", self._upstream)
            pumps = [
                asyncio.ensure_future(self._pump(reader, back, "up", self.up)),
                asyncio.ensure_future(self._pump(there, writer, "down", self.down)),
            ]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in pumps:
                pump.cancel()
            await asyncio.wait(pumps)
            back.close()
        if self.end is RESET:
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.close()

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        way: str,
        most: int | None,
    ) -> None:
        with contextlib.suppress(OSError):
            while most is None or self.carried[way] < most:
                data = await reader.read(65536 if most is None else most - self.carried[way])
                if not data:
                    return
                self.carried[way] += len(data)
                writer.write(data)
                await writer.drain()
