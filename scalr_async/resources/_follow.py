"""Logs that are read while they grow."""

from __future__ import annotations

import asyncio
import random as _random
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any, Final

from scalr_async._text import shown
from scalr_async.errors import DecodeError
from scalr_async.jsonapi import Ref
from scalr_async.resources._run_stage import text_of

__all__ = ["Part", "follow"]

_NOT_BEGUN: Final = frozenset({"pending", "queued", "unreachable"})
_ENDED: Final = frozenset({"canceled", "errored", "finished", "unreachable"})
_INCOMPLETE: Final = "\N{REPLACEMENT CHARACTER}"
"""The replacement for a character whose last bytes have not arrived yet."""


class Part:
    """One of the logs of a run, `plan` or `apply`, and the length that was yielded."""

    def __init__(
        self, name: str, type_: str, read: Callable[[Ref[Any]], Awaitable[str | None]]
    ) -> None:
        self._name = name
        self._type = type_
        self._read = read
        self._shown = 0
        self.ended = False

    async def new_text(self, run: Any, *, last: bool) -> str:
        """Return the new text; `last` says that the run proceeds no further."""
        ref = self._of(run)
        status = text_of(getattr(ref and ref.resource, "status", None))
        self.ended = last or status in _ENDED
        if ref is None or status in _NOT_BEGUN:
            return ""
        text = await self._read(ref) or ""
        if not self.ended:
            text = text.rstrip(_INCOMPLETE)
        new = text[self._shown :]
        self._shown += len(new)
        return new

    def _of(self, run: Any) -> Ref[Any] | None:
        """Return the run's reference to this part, None if the run has none yet."""
        ref = getattr(run, self._name)
        if not ref:
            return None
        if isinstance(ref, Ref) and ref.type == self._type:
            return ref
        raise DecodeError(
            f"the run's {self._name} is {shown(ref)}, not one of {self._type}",
            method="GET",
            path=f"/runs/{run.id}",
            attempts=1,
            outcome="applied",
        )


async def follow(
    look: Callable[[], Awaitable[tuple[Any, bool]]],
    parts: Sequence[Part],
    *,
    interval: float,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    random: Callable[[], float] = _random.random,
) -> AsyncGenerator[str]:
    """Yield the text of one part after the other until `look` says that the run has stopped.

    A part is read once more after it ended, so that its last lines are not missed. The pause
    between two looks is half to one and a half of `interval` seconds.
    """
    while True:
        run, last = await look()
        for part in parts:
            if not part.ended and (new := await part.new_text(run, last=last)):
                yield new
            if not part.ended:
                break
        if last:
            return
        await sleep(interval * (0.5 + random()))
