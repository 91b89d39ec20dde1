"""Records of deliveries: each is handled once, however often it is sent."""

from __future__ import annotations

import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from typing import Literal, Protocol

import attrs

from scalr_async._arguments import check_whole_number
from scalr_async.errors import ConfigError
from scalr_async.webhooks._payloads import Delivery

__all__ = ["Claim", "DeliveryStore", "MemoryDeliveryStore", "State"]

State = Literal["claimed", "busy", "acknowledged", "finished"]


@attrs.frozen
class Claim:
    """The result of an attempt to claim a delivery.

    Attributes:
        state: `claimed`, it is yours until the lease ends; `busy`, another holder has it, and the
            sender must send it again if that one fails; `acknowledged`, the sender was told not
            to send it again; `finished`, it was handled.
        token: the proof of a claim, empty without one.
    """

    state: State
    token: str = attrs.field(default="", repr=False)


class DeliveryStore(Protocol):
    """Remembers deliveries by their `keys`.

    A delivery is a remembered one if its first key is known, else if its second key is; whether
    its id is known does not matter. A claim remembers both keys. A delivery that is a remembered
    one by its second key adds its first, which only the holder of the secret can make; one by its
    first key adds nothing, because anybody can send it again under any number of ids.

    Each method is atomic. A lease is a number of seconds; when it ends before the delivery is
    finished, another caller may claim the delivery. A method that takes a token does nothing and
    returns False when the token's lease has passed to another caller.
    """

    async def claim(self, delivery: Delivery, lease: float) -> Claim:
        """Take a delivery for `lease` seconds: a new one, or one whose lease has ended.

        One that was acknowledged and failed is free for `take_up` from then on.
        """
        ...

    async def extend(self, token: str, lease: float) -> bool:
        """Extend the lease to `lease` seconds from now."""
        ...

    async def acknowledge(self, token: str) -> bool:
        """Keep the delivery until it is finished: the sender will not send it again."""
        ...

    async def finish(self, token: str) -> bool:
        """Record that the delivery was handled."""
        ...

    async def abandon(self, token: str, *, failed: bool) -> bool:
        """Release a delivery; forget it if it was not acknowledged, as if it were never sent.

        An acknowledged one is free for `take_up`; if it `failed`, once it is revived or sent
        again.
        """
        ...

    async def take_up(self, lease: float) -> Sequence[tuple[Delivery, str]]:
        """Take up to 100 acknowledged, unleased deliveries for `lease` seconds, with tokens."""
        ...

    async def revive(self) -> int:
        """Free all failed deliveries for `take_up`; returns their number."""
        ...

    async def close(self) -> None:
        """Release files and threads; a later call opens the store again."""
        ...


@attrs.define(eq=False)
class _Entry:
    delivery: Delivery | None = None
    token: str = ""
    until: float = 0.0
    state: Literal["working", "acknowledged", "failed", "finished"] = "working"
    keys: set[str] = attrs.field(factory=set)


class MemoryDeliveryStore:
    """Remembers deliveries as long as the process lives: enough if losing some does no harm.

    Args:
        most: the number of deliveries that are remembered; the oldest finished ones are dropped
            first, and when as many are unfinished, further ones are `busy`.
        clock: returns seconds.
    """

    def __init__(self, *, most: int = 100_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = check_whole_number("most", most, 1, error=ConfigError)
        self._clock = clock
        self._known: dict[str, _Entry] = {}
        self._unfinished: dict[_Entry, None] = {}
        self._finished: deque[_Entry] = deque()
        self._held: dict[str, _Entry] = {}

    async def claim(self, delivery: Delivery, lease: float) -> Claim:
        """Take a delivery for `lease` seconds: a new one, or one whose lease has ended."""
        signed, sent = delivery.keys
        entry = self._known.get(signed) or self._known.get(sent)
        if entry is None:
            if not self._has_room():
                return Claim("busy")
            entry = _Entry()
            self._unfinished[entry] = None
        self._remember(entry, signed)
        if entry.state == "failed":
            entry.state = "acknowledged"
        if entry.state != "working":
            return Claim(entry.state)
        if entry.until > self._clock():
            return Claim("busy")
        self._remember(entry, sent)
        entry.delivery = delivery
        return Claim("claimed", self._lease(entry, lease))

    def _has_room(self) -> bool:
        full = len(self._unfinished) + len(self._finished) >= self._most
        if full and self._finished:
            self._forget(self._finished.popleft())
            return True
        return not full

    def _remember(self, entry: _Entry, key: str) -> None:
        if self._known.setdefault(key, entry) is entry:
            entry.keys.add(key)

    def _forget(self, entry: _Entry) -> None:
        for key in entry.keys:
            del self._known[key]

    def _lease(self, entry: _Entry, lease: float) -> str:
        self._held.pop(entry.token, None)
        entry.token, entry.until = uuid.uuid4().hex, self._clock() + lease
        self._held[entry.token] = entry
        return entry.token

    async def extend(self, token: str, lease: float) -> bool:
        """Extend the lease to `lease` seconds from now."""
        entry = self._held.get(token)
        if entry is not None:
            entry.until = self._clock() + lease
        return entry is not None

    async def acknowledge(self, token: str) -> bool:
        """Keep the delivery until it is finished: the sender will not send it again."""
        entry = self._held.get(token)
        if entry is not None:
            entry.state = "acknowledged"
        return entry is not None

    async def finish(self, token: str) -> bool:
        """Record that the delivery was handled."""
        entry = self._held.pop(token, None)
        if entry is not None:
            entry.state = "finished"
            entry.delivery = None
            del self._unfinished[entry]
            self._finished.append(entry)
        return entry is not None

    async def abandon(self, token: str, *, failed: bool) -> bool:
        """Release a delivery; forget it if it was not acknowledged."""
        entry = self._held.pop(token, None)
        if entry is not None and entry.state == "working":
            del self._unfinished[entry]
            self._forget(entry)
        elif entry is not None:
            entry.until = 0.0
            entry.state = "failed" if failed else "acknowledged"
        return entry is not None

    async def take_up(self, lease: float) -> Sequence[tuple[Delivery, str]]:
        """Take up to 100 acknowledged, unleased deliveries for `lease` seconds, with tokens."""
        now = self._clock()
        free = [
            (entry, entry.delivery)
            for entry in self._unfinished
            if entry.state == "acknowledged" and entry.until <= now and entry.delivery is not None
        ]
        return [(delivery, self._lease(entry, lease)) for entry, delivery in free[:100]]

    async def revive(self) -> int:
        """Free all failed deliveries for `take_up`; returns their number."""
        failed = [entry for entry in self._unfinished if entry.state == "failed"]
        for entry in failed:
            entry.state = "acknowledged"
        return len(failed)

    async def close(self) -> None:
        """Do nothing: the store has no files or threads."""
