"""A server in a thread of its own, which goes on while the event loop of the client stands still.

with BlockingServer(lambda received: reply(200, b"{}")) as server:
    ... a call that leaves a connection behind ...
    server.leave(reply(408), FIN)  # now it lies there, and no loop has read it
    ... the next call ...
"""

from __future__ import annotations

import contextlib
import enum
import os
import queue
import selectors
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

from tests.servers import Received

TIMEOUT = 5.0


class End(enum.Enum):
    FIN = "FIN"
    RST = "RST"
    CLOSE_NOTIFY = "close_notify"


FIN, RST, CLOSE_NOTIFY = End.FIN, End.RST, End.CLOSE_NOTIFY


class Wait:
    """Until the client has had time to read what came before."""


class Raw(bytes):
    """Bytes below TLS."""


Steps = tuple[bytes | End | Wait, ...]


class BlockingServer:
    """Answers each request with what `answer` returns, and counts what came.

    An answer of several steps may end the connection. `leave` acts on the connections that are
    open, and returns when all of it has been handed to the kernel.
    """

    def __init__(
        self,
        answer: Callable[[Received], bytes | Steps],
        *,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.answer = answer
        self.tls = tls
        self.requests: list[Received] = []
        self.connections = 0
        self._open: dict[socket.socket, int] = {}
        self._left: set[socket.socket] = set()
        self._commands: queue.SimpleQueue[tuple[Steps | None, threading.Event]] = (
            queue.SimpleQueue()
        )

    @property
    def url(self) -> str:
        return f"{'http' if self.tls is None else 'https'}://localhost:{self.port}"

    def __enter__(self) -> BlockingServer:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._wake, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._command(None)
        self._thread.join(TIMEOUT)
        for each in (self._listening, self._wake, self._woken):
            each.close()

    def leave(self, *steps: bytes | End | Wait) -> None:
        """Do this, unasked, on each open connection on which it was not done before."""
        self._command(steps)

    def _command(self, steps: Steps | None) -> None:
        done = threading.Event()
        self._commands.put((steps, done))
        self._wake.send(b"x")
        assert done.wait(TIMEOUT), "the server hangs"

    def _run(self) -> None:
        with selectors.DefaultSelector() as self._selector:
            for each in (self._listening, self._woken):
                self._selector.register(each, selectors.EVENT_READ)
            while True:
                for key, _ in self._selector.select():
                    if key.fileobj is self._listening:
                        self._accept()
                    elif key.fileobj is not self._woken:
                        self._serve(key.fileobj)
                    elif not self._obey():
                        return

    def _obey(self) -> bool:
        self._woken.recv(1)
        steps, done = self._commands.get()
        for each in list(self._open):
            if steps is None:
                self._drop(each)
            elif each not in self._left:
                self._left.add(each)
                with contextlib.suppress(OSError):
                    self._play(each, steps)
        done.set()
        return steps is not None

    def _accept(self) -> None:
        accepted, _ = self._listening.accept()
        accepted.settimeout(TIMEOUT)
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connections += 1
        number = self.connections
        if self.tls is not None:
            accepted = self.tls.wrap_socket(
                accepted,
                server_side=True,
                do_handshake_on_connect=False,
                suppress_ragged_eofs=False,
            )
            try:
                accepted.do_handshake()
            except OSError:
                with accepted:  # not before the other end has read why
                    accepted.shutdown(socket.SHUT_WR)
                    while accepted.recv(65536):
                        pass
                return
        self._open[accepted] = number
        self._selector.register(accepted, selectors.EVENT_READ)

    def _serve(self, sock: Any) -> None:
        number = self._open[sock]
        try:
            received = _receive(sock, number)
        except (OSError, EOFError):
            self._drop(sock)
            return
        self.requests.append(received)
        answer = self.answer(received)
        with contextlib.suppress(OSError):
            self._play(sock, (answer,) if isinstance(answer, bytes) else answer)

    def _play(self, sock: Any, steps: Steps) -> None:
        for step in steps:
            match step:
                case Raw():
                    os.write(sock.fileno(), step)
                case bytes():
                    sock.sendall(step)
                case Wait():
                    time.sleep(0.005)
                case End.FIN:
                    sock.shutdown(socket.SHUT_WR)
                case End.RST:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self._drop(sock)
                case End.CLOSE_NOTIFY:
                    sock.setblocking(False)
                    with contextlib.suppress(ssl.SSLWantReadError):
                        sock.unwrap()
                    sock.settimeout(TIMEOUT)

    def _drop(self, sock: socket.socket) -> None:
        self._selector.unregister(sock)
        del self._open[sock]
        sock.close()


def _receive(sock: Any, number: int) -> Received:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(sock)
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    pairs = (line.partition(": ") for line in lines)
    headers = {name.lower(): value for name, _, value in pairs}
    if headers.get("transfer-encoding") == "chunked":
        while not body.endswith(b"0\r\n\r\n"):
            body += _some(sock)
    while len(body) < int(headers.get("content-length", "0")):
        body += _some(sock)
    return Received(method, target, headers, body, number)


def _some(sock: Any) -> bytes:
    data: bytes = sock.recv(65536)
    if not data:
        raise EOFError
    return data
