"""Open, closed, and in which event loop: misuse ends in a clear error, neglect in a warning."""

from __future__ import annotations

import asyncio
import sys
import warnings
from pathlib import Path
from typing import Final

from scalr_async.errors import ClientStateError

__all__ = ["Lifecycle"]

_PACKAGE: Final = str(Path(__file__).parents[1])


class Lifecycle:
    """The state of one client and its clones: unopened, open in one event loop, closed.

    A client that is garbage while open warns with `ResourceWarning`, naming the line of the
    user's code that made it.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self.closed = False
        self._created = _caller()

    @property
    def opened(self) -> bool:
        """True if it was opened and not closed since."""
        return self._loop is not None and not self.closed

    def open(self) -> None:
        """Bind to the running loop; a client opens once."""
        if self.closed:
            raise ClientStateError("the client was closed; make a new one")
        if self._loop is not None:
            raise ClientStateError("the client is open already")
        self._loop = asyncio.get_running_loop()

    def close(self) -> None:
        """Close for good: no call begins any more; idempotent.

        Raises `ClientStateError` in another event loop than the client's, while that one runs.
        """
        home = self._loop
        if home is not None and home.is_running() and home is not asyncio.get_running_loop():
            raise ClientStateError(
                "the client was opened in another event loop, which still runs: close it there"
            )
        self.closed = True

    def check(self) -> None:
        """Raise `ClientStateError` unless open in the running loop."""
        if self.closed:
            raise ClientStateError("the client is closed")
        if self._loop is None:
            raise ClientStateError("the client is not open yet: use `async with ScalrClient(...)`")
        if self._loop is not asyncio.get_running_loop():
            raise ClientStateError(
                "the client was opened in another event loop; make one client a loop"
            )

    def __del__(self) -> None:
        if self.opened:
            warnings.warn(
                f"client never closed, made at {self._created}; use `async with`",
                ResourceWarning,
                source=self,
                stacklevel=2,
            )


def _caller() -> str:
    """Return file and line of the nearest frame outside this package."""
    frame = sys._getframe(1)  # noqa: SLF001  # `inspect.stack` reads source files: milliseconds
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
