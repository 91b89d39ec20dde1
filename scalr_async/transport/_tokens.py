"""The bearer token of a client and its clones: one that stands, or those that a provider gives."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from scalr_async._values import Secret, conceal
from scalr_async.config import TokenProvider, bearer

__all__ = ["Tokens"]


class Tokens:
    """Hands out the token, and another one when the server refuses it.

    A provider is asked before the first request and after a 401, once for all the calls that wait
    for it. What it raises, each of them raises.
    """

    def __init__(self, token: Secret | TokenProvider) -> None:
        self._provider = None if isinstance(token, Secret) else token
        self._asking: asyncio.Task[Secret] | None = None
        self.current = token if isinstance(token, Secret) else None
        """The token to send, None before the provider was asked."""

    async def get(self) -> Secret:
        """Return the token; ask for the first one."""
        return self.current or await self._ask()

    async def renew(self, refused: Secret | None) -> bool:
        """Return whether there is another token than the one that was refused; ask for one."""
        if self._provider is None:
            return False
        if self.current == refused:
            await self._ask()
        return self.current != refused

    def close(self) -> None:
        """Ask no longer."""
        if self._asking is not None:
            self._asking.cancel()

    async def _ask(self) -> Secret:
        if self._asking is None:
            self._asking = asyncio.create_task(self._provided())
            self._asking.add_done_callback(self._answered)
        return await asyncio.shield(self._asking)

    async def _provided(self) -> Secret:
        assert self._provider is not None
        given = conceal(self._provider())
        self.current = bearer(conceal(await given) if isinstance(given, Awaitable) else given)
        return self.current

    def _answered(self, task: asyncio.Task[Secret]) -> None:
        self._asking = None
        if not task.cancelled():
            task.exception()  # seen, should all who waited be gone
