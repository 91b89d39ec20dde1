"""The bearer token of a client and its clones: a fixed one, or tokens from a provider."""

from __future__ import annotations

import asyncio
import copy
import math
import random as _random
import time
from collections.abc import Callable
from typing import Final

from scalr_async._values import Secret
from scalr_async.config import bearer
from scalr_async.errors import ScalrError
from scalr_async.telemetry import logger, notify
from scalr_async.tokens import ExpiringToken, TokenProvider, ask

__all__ = ["Tokens"]


class Tokens:
    """The current token, and its renewal before it expires or after the server refuses it.

    A provider is asked before the first request, in the background when a token is about to
    expire, and after a 401: once for all the calls that wait for the token. Each of these calls
    raises an error of the provider; if no call waits, the error is logged and the provider is asked
    again a little later. No background task runs between calls: the first call that finds a token
    due starts the renewal.
    """

    RENEW_AT: Final = (0.70, 0.85)
    """The shares of a token's lifetime between which the next token is asked for, at random, so
    that clients that started together do not renew together."""
    UNUSED_SHARE: Final = 0.05
    """The last share of a token's lifetime, in which it is no longer used: a margin for the time on
    the way to the server and for differences between clocks."""
    MAX_UNUSED: Final = 30.0
    """The longest such margin in seconds."""
    MAX_PAUSE: Final = 30.0
    """The longest time in seconds between two attempts to renew a token that is still valid."""

    def __init__(
        self,
        source: Secret | TokenProvider | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = _random.random,
    ) -> None:
        self._provider: TokenProvider | None = None
        self.current = source if isinstance(source, Secret) else None
        """The token to send; None before a provider was asked, or if no token is sent."""
        self._clock = clock
        self._random = random
        self._renewal: asyncio.Task[Secret] | None = None
        self.due = math.inf
        """The time from which the next token is asked for, inf for never."""
        self._unused_from = math.inf
        """The time from which the current token is no longer used."""
        self._pause = 1.0
        if source is not None and not isinstance(source, Secret):
            self.use_provider(source)

    def use_provider(self, provider: TokenProvider) -> None:
        """Ask this provider for tokens."""
        self._provider, self.due = provider, -math.inf

    @property
    def settled(self) -> bool:
        """True if no renewal of `current` is due."""
        return self.due == math.inf or self._clock() < self.due

    async def get(self) -> Secret:
        """Return the token; ask the provider for the first one and, in time, for the next one."""
        if self.current is None or self._clock() >= self._unused_from:
            return await self._renewed()
        if not self.settled:
            self._start_renewal()
        return self.current

    async def refresh(self, refused: Secret | None) -> bool:
        """Return whether there is another token than the refused one; may ask the provider."""
        if self._provider is None:
            return False
        if self.current == refused:
            await self._renewed()
        return self.current != refused

    def close(self) -> None:
        """Cancel a renewal under way."""
        if self._renewal is not None:
            self._renewal.cancel()

    async def _renewed(self) -> Secret:
        try:
            return await asyncio.shield(self._start_renewal())
        except ScalrError as error:
            raise copy.copy(error) from error.__cause__  # other waiting calls raise it too

    def _start_renewal(self) -> asyncio.Task[Secret]:
        if self._renewal is None:
            self._renewal = asyncio.create_task(self._renew())
            self._renewal.add_done_callback(self._renewal_ended)
        return self._renewal

    async def _renew(self) -> Secret:
        assert self._provider is not None
        given = await ask(self._provider)
        token = bearer(given.token)
        if self.current is None or token != self.current:
            self.current = token
        self._note_lifetime(given, self._clock())
        return self.current

    def _note_lifetime(self, given: ExpiringToken, now: float) -> None:
        """Note the lifetime of a new token, and the time of its renewal."""
        life, due = given.expires_in, given.refresh_in
        spare = 0.0 if life is None else min(life * self.UNUSED_SHARE, self.MAX_UNUSED)
        self._unused_from = math.inf if life is None else now + life - spare
        if due is None and life is not None:
            least, most = self.RENEW_AT
            due = life * (least + (most - least) * self._random())
        self.due = math.inf if due is None else min(now + due, self._unused_from)
        self._pause = max(1.0, spare)

    def _renewal_ended(self, task: asyncio.Task[Secret]) -> None:
        self._renewal = None
        if task.cancelled() or (error := task.exception()) is None or self.current is None:
            return
        pause = self._pause * (0.5 + self._random())
        self.due = min(self._clock() + pause, self._unused_from)
        self._pause = min(2 * self._pause, self.MAX_PAUSE)
        log_arguments = ("scalr.token_not_renewed %s", type(error).__name__)
        notify("logging scalr.token_not_renewed", logger.warning, *log_arguments)
