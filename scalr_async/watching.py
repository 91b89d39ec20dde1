"""Watches of lists: repeated walks that find the items created, changed and deleted."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any, Final, Generic, Literal, TypeVar

import attrs

from scalr_async._arguments import check_seconds
from scalr_async._value_class import value_class
from scalr_async.errors import InvalidArgumentError, ScalrError
from scalr_async.jsonapi import Resource
from scalr_async.pagination import Pager
from scalr_async.resources._waiting import MAX_OUTAGE, is_passing

__all__ = ["Change", "Watch", "watch"]

R = TypeVar("R", bound=Resource)

_OVERLAP: Final = timedelta(seconds=60)
"""The time before the newest known update that is asked for again: a write may become visible
after a write with a later timestamp."""
_LONGEST: Final = 86_400.0
"""Seconds."""
_FORMAT: Final = 1


@value_class
@attrs.frozen(kw_only=True, eq=False, repr=False)
class Change(Generic[R]):
    """A difference between two walks.

    Attributes:
        kind: the kind of change.
        id: the id of the object.
        resource: the newest state of the object, None if it was deleted.
    """

    kind: Literal["created", "changed", "deleted"]
    id: str
    resource: R | None


def watch(
    pager: Pager[R],
    *,
    interval: float = 60.0,
    full_interval: float | None = None,
    key: Callable[[R], object] | None = None,
    resume: str | None = None,
) -> Watch[R]:
    """Return a watch of a list, an iterable of its changes.

        async for change in watch(scalr.workspaces.list(), interval=30):
            print(change.kind, change.id)

    The first walk yields no changes but records the state of the list, unless `resume` is the
    `token` of an earlier watch of the same list. The list's `limit` is ignored. Then the list is
    walked about every `interval` seconds, one walk at a time. If the endpoint can filter by the
    time of the update (workspaces), most rounds read only the updated items, usually with one
    request, and the whole list is walked every `full_interval` seconds (by default 10 times the
    interval). Only such a whole walk finds deletions, and only if it missed nothing.

    `key` returns the part of a resource that is compared between walks; by default the whole
    resource is compared. The watch survives throttling and outages of up to 10 minutes.

    Raises `InvalidArgumentError`; iteration raises the errors of walks.
    """
    if not isinstance(pager, Pager):
        raise InvalidArgumentError(f"pager: must be a list, not {type(pager).__name__}")
    if key is not None and not callable(key):
        raise InvalidArgumentError(f"key: must be a function, not {type(key).__name__}")
    every = check_seconds("interval", interval, _LONGEST)
    whole = 10 * every
    if full_interval is not None:
        whole = max(every, check_seconds("full_interval", full_interval, _LONGEST))
    known = _read_token(resume)
    return Watch(pager.whole(), every, whole, key or _everything, known)


class Watch(AsyncIterable[Change[R]]):
    """The changes of a list, and a `token` to resume from; created by `watch`.

    Args:
        pager: the whole list.
        interval: the seconds between the starts of two rounds, about.
        full_interval: the seconds after which a round walks the whole list again.
        key: returns the part of a resource that is compared between walks.
        known: the state from which it resumes, None for a first walk.
    """

    def __init__(
        self,
        pager: Pager[R],
        interval: float,
        full_interval: float,
        key: Callable[[R], object],
        known: dict[str, str] | None,
    ) -> None:
        self._pager = pager
        self._interval = interval
        self._full_interval = full_interval
        self._key = key
        self._known = known
        self._newest: datetime | None = None
        self._next_full = 0.0

    @property
    def token(self) -> str:
        """A text from which another watch resumes, also in another process.

        Its length grows with the list. Changes before the one yielded last count as handled; the
        one yielded last is yielded again.
        """
        return json.dumps([_FORMAT, self._known], separators=(",", ":"))

    async def __aiter__(self) -> AsyncGenerator[Change[R]]:
        """Walk repeatedly and yield the differences; the iteration ends only with an error."""
        clock = asyncio.get_running_loop().time
        ended = clock()
        self._next_full = ended
        while True:
            try:
                async with aclosing(self._round(clock())) as changes:
                    async for change in changes:
                        yield change
                ended = clock()
            except ScalrError as error:
                if not is_passing(error) or clock() - ended >= MAX_OUTAGE:
                    raise
            await asyncio.sleep(self._interval * (0.9 + 0.2 * random.random()))  # noqa: S311  # no secret

    async def _round(self, now: float) -> AsyncGenerator[Change[R]]:
        """Walk once: over the updated items, or over the whole list."""
        known = {} if self._known is None else self._known
        pager = None if now >= self._next_full else self._updated()
        if pager is not None:
            async with aclosing(self._walk(pager, known, set())) as changes:
                async for change in changes:
                    yield change
            return
        seen: set[str] = set()
        silent = self._known is None
        async with aclosing(self._walk(self._pager, known, seen)) as changes:
            async for change in changes:
                if not silent:
                    yield change
        self._known = known
        self._next_full = now + self._full_interval
        if _is_complete(self._pager):
            for id_ in [*(known.keys() - seen)]:
                yield Change(kind="deleted", id=id_, resource=None)
                del known[id_]

    def _updated(self) -> Pager[R] | None:
        """Return the list of recently updated items, None if the server cannot filter by that."""
        return None if self._newest is None else self._pager.updated_since(self._newest - _OVERLAP)

    async def _walk(
        self, pager: Pager[R], known: dict[str, str], seen: set[str]
    ) -> AsyncGenerator[Change[R]]:
        """Yield the differences to `known`; update `known` once the caller has handled each."""
        async for resource in pager:
            if not isinstance(getattr(resource, "id", None), str):
                raise InvalidArgumentError("pager: a list whose items have no ids")
            seen.add(resource.id)
            mark, before = _mark(self._key(resource)), known.get(resource.id)
            if mark != before:
                kind: Literal["created", "changed"] = "created" if before is None else "changed"
                yield Change(kind=kind, id=resource.id, resource=resource)
                known[resource.id] = mark
            updated: Any = getattr(resource, "updated_at", None)
            if isinstance(updated, datetime) and (self._newest is None or updated > self._newest):
                self._newest = updated


def _is_complete(pager: Pager[Any]) -> bool:
    """Return whether the last walk is known to have missed nothing."""
    report = pager.report
    return report.verified if report.verified is not None else not report


def _everything(resource: object) -> object:
    return resource.raw() if isinstance(resource, Resource) else repr(resource)


def _mark(value: object) -> str:
    """Return a digest of a value."""
    try:
        text = json.dumps(value, sort_keys=True, default=repr)
    except (TypeError, ValueError, RecursionError):  # `key` may return cycles or odd dict keys
        text = repr(value)
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=9).hexdigest()


def _read_token(token: Any) -> dict[str, str] | None:
    if token is None:
        return None
    try:
        version, known = json.loads(token)
        sound = version == _FORMAT and isinstance(known, dict | None)
        texts = [*(known or {}).keys(), *(known or {}).values()] if sound else [None]
    except (TypeError, ValueError, RecursionError):
        texts = [None]
    if not all(isinstance(text, str) for text in texts):
        raise InvalidArgumentError("resume: not the token of a watch")
    return known  # type: ignore[no-any-return]  # as was just checked
