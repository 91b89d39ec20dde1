"""`included`: the related resources of a document, decoded when a `Ref` asks for one."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakValueDictionary, ref

import msgspec

from scalr_async.jsonapi.document import Head, read_included
from scalr_async.jsonapi.model import Resource
from scalr_async.jsonapi.ref import Finder

__all__ = ["IdentityMap", "Included"]


class IdentityMap(WeakValueDictionary[tuple[str, str], Resource]):
    """The included resources of one walk, by type and id.

    They are held weakly: as long as anybody has one, the next page's `Ref` to it gives the same
    object; when nobody has, nobody can tell, and no memory is held.
    """


class Included(Finder):
    """The `included` of one document; cut into resource objects on the first question."""

    __slots__ = ("_build", "_found", "_heads", "_identities", "_raw")

    def __init__(
        self,
        raw: msgspec.Raw,
        identities: IdentityMap,
        build: Callable[[Head, Included], Resource],
    ) -> None:
        self._raw: msgspec.Raw | None = raw.copy()
        self._identities = identities
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
        if self._raw is not None:
            self._heads = {(head.type, head.id): head for head in read_included(self._raw)}
            self._raw = None
        head = self._heads.get(key)
        if head is None:
            return None
        found = self._identities.get(key)
        if found is None:
            found = self._identities[key] = self._build(head, self)
        self._found[key] = ref(found)
        return found
