"""Records of deliveries: each is handled once, however often it is sent."""

from __future__ import annotations

import time
import uuid
from collections import OrderedDict
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
    """Remembers deliveries by id, and by the fingerprints of their signed content.

    Each method is atomic. A lease is a number of seconds; when it ends before the delivery is
    finished, another caller may claim the delivery. A method that takes a token does nothing and
    returns False when the token's lease has passed to another caller.
    """

    async def claim(self, delivery: Delivery, lease: float) -> Claim:
        """Take a delivery that is new, that failed, or whose lease has ended unacknowledged."""
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
        """Take up to 100 acknowledged deliveries without a lease, each with a new token."""
        ...

    async def revive(self) -> int:
        """Free all failed deliveries for `take_up`; returns their number."""
        ...

    async def close(self) -> None:
        """Release files and threads; a later call opens the store again."""
        ...


@attrs.define
class _Entry:
    id: str
    delivery: Delivery | None
    token: str = ""
    until: float = 0.0
    state: Literal["working", "acknowledged", "failed", "finished"] = "working"
    fingerprints: set[str] = attrs.field(factory=set)


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
        self._entries: dict[str, _Entry] = {}
        self._finished: OrderedDict[str, None] = OrderedDict()
        self._signed: dict[str, str] = {}
        self._held: dict[str, _Entry] = {}

    async def claim(self, delivery: Delivery, lease: float) -> Claim:
        """Take a delivery that is new, that failed, or whose lease has ended unacknowledged."""
        id = self._signed.get(delivery.fingerprint, delivery.id)
        entry = self._entries.get(id)
        if entry is None:
            if not self._has_room():
                return Claim("busy")
            entry = self._entries[id] = _Entry(id, delivery)
        entry.fingerprints.add(delivery.fingerprint)
        self._signed[delivery.fingerprint] = id
        if entry.state in ("finished", "acknowledged"):
            return Claim(entry.state)
        if entry.until > self._clock():
            return Claim("busy")
        entry.delivery, entry.state = delivery, "working"
        return Claim("claimed", self._lease(entry, lease))

    def _has_room(self) -> bool:
        if len(self._entries) >= self._most and self._finished:
            self._forget(self._entries[self._finished.popitem(last=False)[0]])
        return len(self._entries) < self._most

    def _forget(self, entry: _Entry) -> None:
        del self._entries[entry.id]
        for fingerprint in entry.fingerprints:
            del self._signed[fingerprint]

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
            self._finished[entry.id] = None
        return entry is not None

    async def abandon(self, token: str, *, failed: bool) -> bool:
        """Release a delivery; forget it if it was not acknowledged."""
        entry = self._held.pop(token, None)
        if entry is not None and entry.state == "working":
            self._forget(entry)
        elif entry is not None:
            entry.until = 0.0
            entry.state = "failed" if failed else "acknowledged"
        return entry is not None

    async def take_up(self, lease: float) -> Sequence[tuple[Delivery, str]]:
        """Take up to 100 acknowledged deliveries without a lease, each with a new token."""
        now = self._clock()
        kept = self._entries.values()
        free = [
            (entry, entry.delivery)
            for entry in kept
            if entry.state == "acknowledged" and entry.until <= now and entry.delivery is not None
        ]
        return [(delivery, self._lease(entry, lease)) for entry, delivery in free[:100]]

    async def revive(self) -> int:
        """Free all failed deliveries for `take_up`; returns their number."""
        failed = [entry for entry in self._entries.values() if entry.state == "failed"]
        for entry in failed:
            entry.state = "acknowledged"
        return len(failed)

    async def close(self) -> None:
        """Do nothing: the store has no files or threads."""
