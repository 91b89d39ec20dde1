"""A receiver of webhooks for tests: it verifies each delivery, and tests wait for it."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socketserver
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Final

from scalr_async._values import Secret
from scalr_async.errors import DeliveryError
from scalr_async.webhooks import Delivery, WebhookVerifier

if TYPE_CHECKING:
    from scalr_async.emulator import Emulator, Record

__all__ = ["WebhookSink", "open_sink"]

_EVENTS: Final = ("run:completed", "run:errored", "run:needs_attention")


class WebhookSink:
    """Receives the webhooks of an emulator at `url`, and verifies them with `secret`.

    Attributes:
        url: The address to which webhooks are sent, on this machine.
        secret: The key with which they are signed.
        status: The status of the answer to a verified delivery, 200 unless you set it. The
            emulator, like Scalr, sends a delivery again unless the status is 2xx.
        deliveries: All verified deliveries in order of arrival, repeated ones included.
        refused: The errors of the deliveries that could not be verified.
    """

    def __init__(self, emulator: Emulator, url: str) -> None:
        self.url = url
        self.secret = Secret(secrets.token_hex(16))
        self.status = 200
        self.deliveries: list[Delivery] = []
        self.refused: list[DeliveryError] = []
        self._emulator = emulator
        self._verifier = WebhookVerifier(self.secret)
        self._lock = threading.Lock()
        self._untaken: deque[Delivery] = deque()
        self._waiting: deque[Future[Delivery]] = deque()

    def subscribe(self, *events: str) -> Record:
        """Create a webhook in the emulator that sends events here, all of runs if none is named."""
        number = self._emulator.store.count("webhook-integrations")
        attributes = {
            "name": f"sink-{number + 1}",
            "url": self.url,
            "secret-key": str(self.secret),
            "is-shared": True,
        }
        links = {"events": events or _EVENTS}
        return self._emulator.create("webhook-integrations", attributes, links)

    async def next(self, *, timeout: float = 5.0) -> Delivery:  # noqa: ASYNC109  # as in the client
        """Wait for the next delivery; each is returned once.

        Raises `TimeoutError` after `timeout` seconds, with the number of earlier and refused ones.
        """
        coming = self._take()
        try:
            async with asyncio.timeout(timeout):
                return await asyncio.wrap_future(coming)
        except TimeoutError:
            self._leave(coming)
            raise TimeoutError(self._nothing(timeout)) from None
        except asyncio.CancelledError:
            self._leave(coming)
            raise

    def wait(self, *, timeout: float = 5.0) -> Delivery:
        """Wait for the next delivery, like `next`, in a test without an event loop."""
        coming = self._take()
        try:
            return coming.result(timeout)
        except TimeoutError:
            self._leave(coming)
            raise TimeoutError(self._nothing(timeout)) from None

    def receive(self, body: bytes, headers: list[tuple[str, str]]) -> int:
        """Verify and record a request; returns the status of the answer."""
        try:
            delivery = self._verifier.verify(body, headers)
        except DeliveryError as error:
            self.refused.append(error)
            return 401
        with self._lock:
            self.deliveries.append(delivery)
            while self._waiting:
                waiting = self._waiting.popleft()
                if waiting.set_running_or_notify_cancel():
                    waiting.set_result(delivery)
                    return self.status
            self._untaken.append(delivery)
        return self.status

    def _take(self) -> Future[Delivery]:
        coming: Future[Delivery] = Future()
        with self._lock:
            if self._untaken:
                coming.set_result(self._untaken.popleft())
            else:
                self._waiting.append(coming)
        return coming

    def _leave(self, coming: Future[Delivery]) -> None:
        """Stop waiting; a delivery that came at that moment is kept for the next call."""
        with self._lock:
            if not coming.cancel():
                self._untaken.appendleft(coming.result())

    def _nothing(self, timeout: float) -> str:
        refused = f", {len(self.refused)} refused ({self.refused[-1]})" if self.refused else ""
        return (
            f"no delivery within {timeout:g} seconds; {len(self.deliveries)} came before{refused}"
        )


class _Server(socketserver.ThreadingTCPServer):
    """Serves each connection in a thread; unlike `HTTPServer`, it does no DNS lookup."""

    daemon_threads = True


@contextlib.contextmanager
def open_sink(emulator: Emulator) -> Iterator[WebhookSink]:
    """Open a sink that serves from a thread of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name that the base class looks for
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(sink.receive(body, self.headers.items()))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *_: object) -> None:  # its name is that of the base
            """Write nothing to standard error."""

    with _Server(("127.0.0.1", 0), Handler) as server:
        sink = WebhookSink(emulator, f"http://127.0.0.1:{server.server_address[1]}/")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            server.shutdown()
            thread.join()
