"""The receiver: answers requests in time, and handles each delivery once, within limits."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import AsyncIterable, Awaitable, Callable, Sequence
from functools import partial
from types import TracebackType
from typing import Final, Protocol, Self

import attrs

from scalr_async._arguments import check_list, check_seconds, check_whole_number
from scalr_async._tasks import finish, wait_all
from scalr_async.errors import (
    ClientStateError,
    ConfigError,
    DeliveryError,
    MalformedDeliveryError,
)
from scalr_async.telemetry import logger
from scalr_async.webhooks._headers import AnyHeaders, read_headers
from scalr_async.webhooks._payloads import Delivery
from scalr_async.webhooks._replies import (
    ACCEPTED,
    BUSY,
    CLOSED,
    DONE,
    FAILED,
    FULL,
    KNOWN,
    TOO_LARGE,
    TOO_SLOW,
    UNSTORED,
    Reply,
)
from scalr_async.webhooks._store import DeliveryStore, MemoryDeliveryStore, State
from scalr_async.webhooks._verify import check_media_type

__all__ = ["Handler", "Verifier", "WebhookReceiver"]

Handler = Callable[[Delivery], Awaitable[object]]
"""Handles a delivery; any exception means that it was not handled."""

_LONGEST: Final = 1e9
"""Seconds: 32 years."""
_READING: Final = 10.0
"""The most seconds in which the body of a request must arrive."""


class Verifier(Protocol):
    """The interface of `WebhookVerifier` and `TaskVerifier`."""

    @property
    def max_body(self) -> int:
        """The most bytes of a body."""
        ...

    def verify(self, body: bytes, headers: AnyHeaders) -> Delivery:
        """Return the delivery; raises a `DeliveryError` if it cannot be verified."""
        ...


@attrs.define(eq=False)
class _Job:
    """One delivery in progress; `reply` is set once, at the latest at the moment `due`.

    `token` is that of its lease, empty before it has one.
    """

    delivery: Delivery
    due: float
    reply: asyncio.Future[Reply]
    token: str = attrs.field(default="", repr=False)
    acknowledged: bool = False

    def answer(self, reply: Reply) -> None:
        if not self.reply.done():
            self.reply.set_result(reply)


def _refusal(error: DeliveryError) -> Reply:
    logger.warning("scalr.webhook_refused %s", error)
    return Reply(400 if isinstance(error, MalformedDeliveryError) else 401, error.message)


class WebhookReceiver:
    """Verifies deliveries, answers the sender, and calls a handler for each delivery once.

    Use it with `async with`, and one of `add_webhook_route` and `WebhookApp`.

    The handler is called when a delivery comes. If it returns or raises in time, the answer is 200,
    or 500, so that the sender sends the delivery again. If it takes longer, the delivery is
    acknowledged (202) once the store holds it, and from there on this receiver tries again.

    Args:
        verifier: verifies deliveries: a `WebhookVerifier` or a `TaskVerifier`.
        handler: an asynchronous or plain function that takes a delivery.
        store: remembers deliveries, and is closed with the receiver; None for a
            `MemoryDeliveryStore`.
        patience: the seconds that the sender waits for the handler; choose less than the `timeout`
            of the webhook. With 0 everything is acknowledged first.
        concurrency: the number of deliveries that are handled at once.
        backlog: the number of deliveries that are accepted and not finished; further ones are
            answered 503.
        lease: the seconds after which the deliveries of a crashed process are taken up, by another
            process or by its successor.
        delays: the seconds before each further try of an acknowledged delivery; after the last one
            it waits for the next start.
        drain: the seconds that handlers have to end when the receiver closes.
    """

    def __init__(
        self,
        verifier: Verifier,
        handler: Handler,
        *,
        store: DeliveryStore | None = None,
        patience: float = 5.0,
        concurrency: int = 16,
        backlog: int = 1000,
        lease: float = 60.0,
        delays: Sequence[float] = (1.0, 5.0, 30.0, 120.0),
        drain: float = 25.0,
    ) -> None:
        if not callable(getattr(verifier, "verify", None)):
            raise ConfigError(f"verifier: must be one, not {type(verifier).__name__}")
        if not callable(handler):
            raise ConfigError(f"handler: must be a function, not {type(handler).__name__}")
        if store is not None and not callable(getattr(store, "claim", None)):
            raise ConfigError(f"store: must be one, or None, not {type(store).__name__}")
        patience = check_seconds("patience", patience, _LONGEST, zero=True, error=ConfigError)
        lease = check_seconds("lease", lease, _LONGEST, error=ConfigError)
        drain = check_seconds("drain", drain, _LONGEST, zero=True, error=ConfigError)
        delays = [
            check_seconds("delays", delay, _LONGEST, zero=True, error=ConfigError)
            for delay in check_list("delays", delays, error=ConfigError)
        ]
        concurrency = check_whole_number("concurrency", concurrency, 1, error=ConfigError)
        backlog = check_whole_number("backlog", backlog, 1, error=ConfigError)
        self._verifier = verifier
        self._handler = handler
        self._store = MemoryDeliveryStore() if store is None else store
        self._patience = patience
        self._concurrency = concurrency
        self._backlog = backlog
        self._lease = lease
        self._delays = tuple(delays)
        self._drain = drain
        self._slots = asyncio.Semaphore(concurrency)
        self._closing = asyncio.Event()
        self._jobs: dict[str, _Job] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._reading = 0
        self._sweeper: asyncio.Task[None] | None = None

    @property
    def unfinished(self) -> int:
        """The number of deliveries that are accepted and not finished."""
        return len(self._jobs)

    async def __aenter__(self) -> Self:
        """Open the receiver, and take up deliveries that were acknowledged and not finished."""
        if self._sweeper is not None:
            raise ClientStateError("the receiver is open already")
        await self._store.revive()
        self._slots = asyncio.Semaphore(self._concurrency)
        self._closing = asyncio.Event()
        self._sweeper = asyncio.create_task(self._sweep())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Accept no more, and wait for running handlers; the next receiver takes up late ones."""
        sweeper, self._sweeper = self._sweeper, None
        self._closing.set()
        try:
            if sweeper is not None:
                sweeper.cancel()
                await wait_all([sweeper])
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=self._drain)
        finally:
            await finish(self._leave())

    async def _leave(self) -> None:
        """Cancel handlers that are still running, and release their deliveries."""
        left = tuple(self._tasks)
        if left:
            logger.error("scalr.webhook_left %d deliveries that took too long", len(left))
        for task in left:
            task.cancel()
        await wait_all(left)
        await self._store.close()

    async def answer(self, headers: AnyHeaders, chunks: AsyncIterable[bytes]) -> Reply:
        """Read the body of a request and `receive` it; stop reading a body that is too large."""
        if self._sweeper is None:
            return self._closed()
        if len(self._jobs) + self._reading >= self._backlog:
            return FULL
        try:
            check_media_type(read_headers(headers))
        except DeliveryError as error:
            return _refusal(error)
        self._reading += 1
        try:
            async with asyncio.timeout(_READING):
                body = await self._read(chunks)
        except TimeoutError:
            return TOO_SLOW
        finally:
            self._reading -= 1
        return TOO_LARGE if body is None else await self.receive(body, headers)

    async def _read(self, chunks: AsyncIterable[bytes]) -> bytes | None:
        body = bytearray()
        async for chunk in chunks:
            body += chunk
            if len(body) > self._verifier.max_body:
                return None
        return bytes(body)

    async def receive(self, body: bytes, headers: AnyHeaders) -> Reply:
        """Return the answer to a request with this body; cancelling the call stops no handler."""
        if self._sweeper is None:
            return self._closed()
        try:
            delivery = self._verifier.verify(body, headers)
        except DeliveryError as error:
            return _refusal(error)
        job = self._jobs.get(delivery.fingerprint)
        if job is None:
            if len(self._jobs) >= self._backlog:
                return FULL
            job = self._begin(delivery)
        return await asyncio.shield(job.reply)

    def _closed(self) -> Reply:
        logger.error("scalr.webhook_closed the receiver is not open: use `async with receiver`")
        return CLOSED

    def _begin(self, delivery: Delivery, token: str = "") -> _Job:
        """Start a job for a delivery; one that was taken up has a token."""
        loop = asyncio.get_running_loop()
        job = _Job(delivery, loop.time() + self._patience, loop.create_future(), token)
        if token:
            job.acknowledged = True
            job.answer(ACCEPTED)
        self._jobs[delivery.fingerprint] = job
        task = asyncio.create_task(self._work(job))
        self._tasks.add(task)
        task.add_done_callback(partial(self._end, job))
        return job

    def _end(self, job: _Job, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        del self._jobs[job.delivery.fingerprint]
        job.answer(CLOSED)  # if it has no reply yet

    async def _work(self, job: _Job) -> None:
        try:
            if not job.token:
                claim = await self._store.claim(job.delivery, self._lease)
                if claim.state != "claimed":
                    job.answer(await self._known(job.delivery, claim.state))
                    return
                job.token = claim.token
            await self._hold(job)
        except Exception:  # noqa: BLE001 - a store may raise anything
            logger.exception("scalr.webhook_store_failed %s", job.delivery.id)
            job.answer(UNSTORED)

    async def _known(self, delivery: Delivery, state: State) -> Reply:
        """Return the answer to a known delivery: that to the first, if that is at work here."""
        sent = (delivery.id, delivery.body)
        for job in self._jobs.values() if state == "busy" else ():
            if job.token and (job.delivery.id, job.delivery.body) == sent:
                return await asyncio.shield(job.reply)
        return KNOWN[state]

    async def _hold(self, job: _Job) -> None:
        """Handle a delivery while its lease is extended; release it however that ends."""
        keeper = asyncio.create_task(self._keep(job))
        try:
            handled = await self._attempts(job)
        except asyncio.CancelledError:
            await self._store.abandon(job.token, failed=False)
            raise
        finally:
            keeper.cancel()
        store = self._store
        try:
            noted = await (
                store.finish(job.token) if handled else store.abandon(job.token, failed=True)
            )
        finally:
            job.answer(DONE if handled else FAILED)  # even if the store failed
        if not noted:
            logger.error("scalr.webhook_lease_lost %s", job.delivery.id)

    async def _attempts(self, job: _Job) -> bool:
        """Call the handler until it succeeds; only once if the delivery is not acknowledged."""
        if not (self._patience or job.acknowledged):
            await self._acknowledge(job)
        delays = iter(self._delays)
        while True:
            work = asyncio.create_task(self._attempt(job.delivery))
            try:
                left = job.due - asyncio.get_running_loop().time()
                done, _ = await asyncio.wait({work}, timeout=max(0.0, left))
                if not (done or job.reply.done()):
                    await self._acknowledge(job)
                if await work:
                    return True
            finally:
                work.cancel()
                await wait_all([work])
            if not job.acknowledged:
                return False
            delay = next(delays, None)
            if delay is None or await self._closes_within(delay):
                break
        logger.error("scalr.webhook_given_up %s: until the next start", job.delivery.id)
        return False

    async def _closes_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)
        return self._closing.is_set()

    async def _attempt(self, delivery: Delivery) -> bool:
        async with self._slots:
            try:
                result = self._handler(delivery)
                if inspect.isawaitable(result):  # a plain function has returned
                    await result
            except (Exception, asyncio.CancelledError):
                task = asyncio.current_task()
                if task is not None and task.cancelling():
                    raise
                logger.exception("scalr.webhook_failed %s", delivery.id)
                return False
        return True

    async def _acknowledge(self, job: _Job) -> None:
        try:
            job.acknowledged = await self._store.acknowledge(job.token)
            job.answer(ACCEPTED if job.acknowledged else BUSY)
        except Exception:  # noqa: BLE001 - the sender sends it again, and the handler goes on
            logger.exception("scalr.webhook_store_failed %s", job.delivery.id)
            job.answer(UNSTORED)

    async def _keep(self, job: _Job) -> None:
        while True:
            await asyncio.sleep(self._lease / 3)
            try:
                await self._store.extend(job.token, self._lease)
            except Exception:  # noqa: BLE001 - a store may raise anything
                logger.exception("scalr.webhook_store_failed %s", job.delivery.id)

    async def _sweep(self) -> None:
        """Take up, at intervals, deliveries left behind by other processes or earlier ones."""
        while True:
            try:
                await self._take_up()
            except Exception:  # noqa: BLE001 - a store may raise anything
                logger.exception("scalr.webhook_store_failed")
            await asyncio.sleep(self._lease / 2)

    async def _take_up(self) -> None:
        taken = True
        while taken and len(self._jobs) < self._backlog:
            found = await self._store.take_up(self._lease)
            for delivery, token in found:
                job = self._jobs.get(delivery.fingerprint)
                if job is None:
                    self._begin(delivery, token)
                else:  # its lease ended before it was extended; the job goes on
                    job.token = token
            taken = bool(found)
