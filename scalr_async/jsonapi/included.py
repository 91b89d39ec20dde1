"""`included`: the related resources of a document, decoded when a `Ref` asks for one."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final
from weakref import WeakValueDictionary, ref

import msgspec

from scalr_async.jsonapi.document import Head, read_included
from scalr_async.jsonapi.model import Resource
from scalr_async.jsonapi.ref import Finder

__all__ = ["IdentityMap", "Included"]


_RECENT: Final = 4
"""Pages: of each the resources that were first decoded there."""


class IdentityMap:
    """The included resources of one walk, by type and id; the walk is its only owner.

    They are held weakly: as long as anybody has one, the next page's `Ref` to it gives the same
    object. So that it need not be decoded on every page anew, what the last few pages brought is
    held as well while the walk goes on.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = frozenset(names)
        """The relationships that were asked to be included, by their Python names."""
        self.known: WeakValueDictionary[tuple[str, str], Resource] = WeakValueDictionary()
        self.recent: deque[deque[Resource]] = deque(maxlen=_RECENT)
        self.lock = threading.RLock()
        """Held while a resource is looked for that was not decoded yet: there is one of each."""


class Included(Finder):
    """The `included` of one document; cut into resource objects on the first question."""

    __slots__ = ("_build", "_built", "_found", "_heads", "_known", "_lock", "_raw", "_recent")

    def __init__(
        self,
        raw: msgspec.Raw,
        identities: IdentityMap,
        build: Callable[[Head, Included], Resource],
    ) -> None:
        self._raw: msgspec.Raw | None = raw.copy()
        self._known = identities.known
        self._lock = identities.lock
        # Weakly, or a resource that somebody keeps would keep all of these.
        self._recent = ref(identities.recent)
        self._built: ref[deque[Resource]] | None = None
        self._build = build
        self._heads: dict[tuple[str, str], Head] = {}
        # What was found once is found here in a third of the time that the identity map takes.
        self._found: dict[tuple[str, str], ref[Resource]] = {}

    def find(self, type_: str, id_: str) -> Resource | None:
        """Return the resource, the same object as long as somebody holds it; None if not there."""
        key = (type_, id_)
        known = self._found.get(key)
        found = None if known is None else known()
        return self._find(key) if found is None else found

    def _find(self, key: tuple[str, str]) -> Resource | None:
        with self._lock:
            if self._raw is not None:
                self._heads = {(head.type, head.id): head for head in read_included(self._raw)}
                self._raw = None
            head = self._heads.get(key)
            if head is None:
                return None
            found = self._known.get(key)
            if found is None:
                found = self._known[key] = self._build(head, self)
                self._hold(found)
            self._found[key] = ref(found)
            return found

    def _hold(self, found: Resource) -> None:
        """Have the walk hold a resource with the others that this document brought."""
        recent = self._recent()
        if recent is None:
            return
        built = None if self._built is None else self._built()
        if built is None:
            built = deque()
            self._built = ref(built)
            recent.append(built)
        built.append(found)
