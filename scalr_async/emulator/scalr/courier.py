"""The courier: sends messages to webhooks and pools, signed, and again if refused."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, Literal, get_args
from urllib.parse import urlsplit

import aiohttp
import attrs

from scalr_async.emulator.engine.arguments import check_choice, check_number
from scalr_async.emulator.engine.faults import MOST
from scalr_async.emulator.engine.service import Service
from scalr_async.emulator.scalr.deliveries import Message, Outbox
from scalr_async.emulator.scalr.runs.lifecycle import RunLifecycle

__all__ = ["Courier", "DeliveryScript"]

_TICK: Final = 0.02
"""Seconds between checks of runs for new messages."""
_MOMENT: Final = "%Y-%m-%dT%H:%M:%S%z"
_KEPT: Final = 2048

Tampered = Literal["body", "date", "signature", "unsigned"]
Algorithm = Literal["sha256", "sha1"]


@attrs.frozen(kw_only=True)
class DeliveryScript:
    """The settings for sending webhooks and pool tasks, faults included.

    Attributes:
        copies: the number of times that each message is sent, at once.
        age: the seconds by which its date lies in the past.
        tampered: the part that is changed after the message was signed, None for none.
        hold: the number of messages that are collected, then sent in reverse order.
        algorithm: the hash of the signature.
        pause: the seconds between two attempts.
    """

    copies: int = 1
    age: float = 0.0
    tampered: Tampered | None = None
    hold: int = 1
    algorithm: Algorithm = "sha256"
    pause: float = 0.05

    def __attrs_post_init__(self) -> None:
        check_number("copies", self.copies, least=1, whole=True)
        check_number("age", self.age, least=-MOST, most=MOST)
        if self.tampered is not None:
            check_choice("tampered", self.tampered, get_args(Tampered))
        check_number("hold", self.hold, least=1, whole=True)
        check_choice("algorithm", self.algorithm, get_args(Algorithm))
        check_number("pause", self.pause, most=MOST)


@attrs.frozen
class _Result:
    """The result of an attempt; `error` if there was no answer."""

    code: int | None = None
    body: str | None = None
    headers: dict[str, str] | None = None
    error: str | None = None

    @property
    def is_success(self) -> bool:
        return self.code is not None and 200 <= self.code < 300


class Courier:
    """Sends the messages of the current service between `start` and `stop`.

    It sends only to this machine and to `hosts`: an address that a test made up may belong to
    somebody.
    """

    def __init__(self, service: Callable[[], Service]) -> None:
        self.script = DeliveryScript()
        self.hosts: set[str] = set()
        self._service = service
        self._held: list[Message] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._session: aiohttp.ClientSession | None = None

    def start(self) -> None:
        """Start sending messages, in the running event loop."""
        self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Stop sending messages."""
        tasks = [task for task in (self._looking, *self._sending) if task is not None]
        self._looking = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def forget(self) -> None:
        """Restore the initial script and hosts, and drop held messages."""
        self.script = DeliveryScript()
        self.hosts.clear()
        self._held.clear()

    async def settle(self) -> None:
        """Send held messages now, and wait until every message was accepted or given up."""
        self._collect()
        self._send(self._held)
        while self._sending:
            await asyncio.wait(set(self._sending))
            self._collect()
            self._send(self._held)

    async def _look(self) -> None:
        while True:
            self._collect()
            if len(self._held) >= self.script.hold:
                self._send(self._held)
            await asyncio.sleep(_TICK)

    def _collect(self) -> None:
        service = self._service()
        outbox = service.part(Outbox)
        if outbox.is_wanted:
            service.part(RunLifecycle).catch_up()
        self._held.extend(outbox.take())

    def _send(self, messages: list[Message]) -> None:
        ordered = messages[::-1] if self.script.hold > 1 else list(messages)
        messages.clear()
        for message in ordered:
            task = asyncio.create_task(self._deliver(self._service(), message))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _deliver(self, service: Service, message: Message) -> None:
        script = self.script
        attempt = 0
        while True:
            attempt += 1
            headers, body = self._signed(service, message, script)
            tries = (self._attempt(message, headers, body) for _ in range(script.copies))
            result, *_ = await asyncio.gather(*tries)
            over = result.is_success or attempt >= message.attempts
            self._note(service, message, headers, result, attempt, over=over)
            if over:
                return
            await asyncio.sleep(script.pause)

    def _signed(
        self, service: Service, message: Message, script: DeliveryScript
    ) -> tuple[dict[str, str], bytes]:
        """Return header fields and body of one attempt, with the script's faults."""
        moment = service.clock() - timedelta(seconds=script.age)
        headers = {"Content-Type": "application/json", **message.headers}
        body = message.body
        if message.secret is not None:
            date = moment.strftime(_MOMENT)
            content = body + date.encode()
            digest = hmac.new(message.secret.encode(), content, getattr(hashlib, script.algorithm))
            headers |= {"Date": date, "X-Signature": digest.hexdigest()}
        match script.tampered:
            case "body":
                body += b" "
            case "date":
                headers["Date"] = (moment + timedelta(seconds=1)).strftime(_MOMENT)
            case "signature":
                headers["X-Signature"] = "0" * len(headers.get("X-Signature", "0"))
            case "unsigned":
                headers.pop("X-Signature", None)
        return headers, body

    async def _attempt(self, message: Message, headers: dict[str, str], body: bytes) -> _Result:
        if not self._may_reach(message.url):
            return _Result(error="The emulator sends to this machine, and to delivery_hosts.")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
            )
        timeout = aiohttp.ClientTimeout(total=message.timeout)
        try:
            async with self._session.post(
                message.url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                text = (await answer.content.read(_KEPT)).decode(errors="replace")
                return _Result(answer.status, text, dict(answer.headers))
        except TimeoutError:
            return _Result(error=f"No answer within {message.timeout:g} seconds.")
        except (aiohttp.ClientError, ValueError, OSError) as error:
            return _Result(error=f"{type(error).__name__}: {error}")

    def _may_reach(self, url: str) -> bool:
        host = ""
        with contextlib.suppress(ValueError):
            host = urlsplit(url).hostname or ""
        if host == "localhost" or host in self.hosts:
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False

    def _note(
        self,
        service: Service,
        message: Message,
        headers: dict[str, str],
        result: _Result,
        attempt: int,
        *,
        over: bool,
    ) -> None:
        """Record the result of an attempt in the log of deliveries."""
        record = message.record
        if record is None or service.store.find(record.id) is None:  # deleted with its webhook
            return
        known = {"Content-Type", "Date", "X-Scalr-Delivery-Id", "X-Signature"}
        status = "completed" if result.is_success else "failed" if over else "pending"
        noted: dict[str, Any] = {
            "attempts": attempt,
            "last-handle-attempt-at": service.now(),
            "request-headers": {k: v if k in known else "" for k, v in headers.items()},
            "response-code": result.code,
            "response-body": result.body,
            "response-headers": result.headers,
            "error-message": result.error,
            "status": status,
        }
        service.store.change(record, noted, {})
