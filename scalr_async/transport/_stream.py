"""An answer whose body is read piece by piece, at the pace of whoever takes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from scalr_async._http import Response
from scalr_async.errors import ScalrError
from scalr_async.transport._attempt import Flow

__all__ = ["Stream"]


class Stream:
    """An answer with its body still to come; an error answer has its body in `response` already.

    It holds a connection until its end, or until it is closed.
    """

    def __init__(
        self,
        response: Response,
        flow: Flow | None,
        read: Callable[[Flow], Awaitable[bytes]],
        explain: Callable[[ScalrError], None],
    ) -> None:
        self.response = response
        self._flow = flow
        self._read = read
        self._explain = explain

    def explain(self, error: ScalrError) -> None:
        """Write into an error which call it ended, after how long, and what became of that."""
        self._explain(error)

    async def read(self) -> bytes:
        """Return the next piece of the body, unpacked; nothing at its end.

        A piece may be up to 256 KiB long. `Timeouts.read` bounds the wait for it, and so does
        `Timeouts.total`, which starts anew with every piece. Raises what a call raises.
        """
        return b"" if self._flow is None else await self._read(self._flow)

    def close(self) -> None:
        """Let go of the connection; twice is no harm."""
        if self._flow is not None:
            self._flow.close()
            self._flow = None
