"""Memory that a connection reads into.

asyncio reads each time into a new block of 256 KB, which the system has to map and to clear: for a
small answer a tenth of all work.
"""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp.client_proto import ResponseHandler

__all__ = ["BufferedHandler"]

_SIZE: Final = 256 * 1024
"""Bytes that are read at once at most, as asyncio has it."""


class BufferedHandler(ResponseHandler, asyncio.BufferedProtocol):
    """aiohttp's connection, which reads into memory of its own.

    A loop that does not know buffered reading calls `data_received` itself.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._memory = memoryview(bytearray(_SIZE))  # the system maps what is used of it

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002  # its size is ours
        """Return the memory to read into."""
        return self._memory

    def buffer_updated(self, nbytes: int) -> None:
        """Take what was read out of the memory."""
        self.data_received(bytes(self._memory[:nbytes]))
