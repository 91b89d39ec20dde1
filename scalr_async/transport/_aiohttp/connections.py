"""How a short request goes out: head and body in one piece, at once."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Final

import aiohttp
from aiohttp.http import StreamWriter

from scalr_async.transport._aiohttp.bodies import BytesBody

if TYPE_CHECKING:
    from aiohttp.connector import Connection

__all__ = ["ShortRequest"]

_SHORT: Final = 32 * 1024
"""Bytes of a body that a socket takes at once."""
_ANSWER: Final = frozenset(
    {
        "method",
        "url",
        "writer",
        "continue100",
        "timer",
        "request_info",
        "traces",
        "loop",
        "session",
        "stream_writer",
    }
)


class ShortRequest(aiohttp.ClientRequest):
    """A request that needs no task to write its body, when that is short.

    aiohttp starts one for every body; before Python 3.12 it makes the request wait for another
    turn of the event loop. What is out of the ordinary goes aiohttp's way: long and streamed
    bodies, proxies, traces.
    """

    KNOWN = frozenset(inspect.signature(aiohttp.ClientResponse).parameters) == _ANSWER
    """Whether this aiohttp makes its answers of what we know; it has changed before."""

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        """Send the request, and return its answer to be started."""
        protocol = conn.protocol
        assert protocol is not None, "the connection was taken for this request"
        body = self.body if type(self.body) is BytesBody else None
        short = not self.body if body is None else len(body.data) <= _SHORT
        if not short or self._traces or self.proxy is not None or not self.KNOWN:
            return await super().send(conn)
        writer = StreamWriter(protocol, self.loop)
        await writer.write_headers(f"{self.method} {self.url.raw_path_qs} HTTP/1.1", self.headers)
        if body is not None:
            # Without a wait for a slow peer: who is cancelled in one seems to have sent nothing.
            await writer.write(body.data, drain=False)
            body.started = body.written = True
        writer.set_eof()
        response = aiohttp.ClientResponse(
            self.method,
            self.original_url,
            writer=None,
            continue100=None,
            timer=self._timer,
            request_info=self.request_info,
            traces=self._traces,
            loop=self.loop,
            session=self.session,
            stream_writer=writer,
        )
        self.response = response  # type: ignore[assignment]  # aiohttp declares it as None
        return response
