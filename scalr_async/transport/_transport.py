"""The connections, limits and state of a client, shared by all its clones."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from scalr_async.config import Config
from scalr_async.telemetry import Telemetry
from scalr_async.tokens import AssumeServiceAccount, TokenProvider
from scalr_async.transport._aiohttp import AiohttpWire, ClientSession, Pool
from scalr_async.transport._attempt import Wire
from scalr_async.transport._instrumentation import Calls, Instrumentation
from scalr_async.transport._sender import Sender
from scalr_async.transport._state import SharedState
from scalr_async.transport._tokens import Tokens

__all__ = ["Transport"]


class Transport:
    """The transport of one client and its clones.

    Creating it does no I/O and needs no event loop. All senders share connections, limits and
    state.

    Args:
        config: the configuration of the client.
        session: a session whose connector is used, None for a connector of the client's own.
        telemetry: receives the events of a shared budget.
        clock: returns a time in seconds; the same clock as that of the senders.
    """

    def __init__(
        self,
        config: Config,
        session: ClientSession | None = None,
        telemetry: Telemetry | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._pool = Pool(config, session)
        self._shared = SharedState(self._pool.bounded(config.limits), telemetry=telemetry)
        source = config.token
        self._tokens = Tokens(None if isinstance(source, AssumeServiceAccount) else source)
        self._closing: asyncio.Task[None] | None = None

    def sender(
        self, config: Config, telemetry: Telemetry, traced: Instrumentation | None = None
    ) -> Calls:
        """Return a sender for one configuration of the same host, wrapped if `traced` is given."""
        wire: Wire = AiohttpWire(self._pool, config, self._tokens)
        if traced is None:
            return Sender(wire, config, telemetry=telemetry, shared=self._shared)
        wire, telemetry = traced.around_attempts(wire, config), traced.around_events(telemetry)
        return traced.around_calls(Sender(wire, config, telemetry=telemetry, shared=self._shared))

    def time_for(self, requests: int) -> float | None:
        """Return the seconds in which the rates allow so many requests, None without a rate."""
        return self._shared.admission.time_for(requests, self._clock())

    def exchange_tokens(self, provider: TokenProvider) -> None:
        """Use a provider of tokens that itself sends requests, through a `tokenless` sender."""
        self._tokens.use_provider(provider)

    def tokenless(self, config: Config, telemetry: Telemetry) -> Sender:
        """Return a sender without a token, for requests that fetch a token for other calls."""
        shared = self._shared.for_token_requests()
        wire = AiohttpWire(self._pool, config, Tokens(None))
        return Sender(wire, config, telemetry=telemetry, shared=shared)

    async def open(self) -> None:
        """Open the pool in the running loop; raises `ClientStateError` if it was opened before."""
        self._shared.lifecycle.open()
        try:
            self._pool.open()
        except BaseException:
            self._shared.lifecycle.close()
            raise

    async def close(self) -> None:
        """Close connections and end calls under way with `ClientStateError`; idempotent.

        A cancellation of the caller ends its wait; the closing continues.
        """
        self._shared.lifecycle.close()
        closing, loop = self._closing, asyncio.get_running_loop()
        if closing is None or closing.done() or closing.get_loop() is not loop:
            closing = self._closing = loop.create_task(self._close())
        await asyncio.shield(closing)

    async def _close(self) -> None:
        try:
            await self._shared.timers.end_all()
        finally:
            self._tokens.close()
            if self._shared.shared_rate is not None:
                await self._shared.shared_rate.aclose()
            await self._pool.close()
