"""The checkpoint of a crawl: kept in a small file beside its drafts, so that it can go on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import msgspec

from scalr_async._files import read_file, write_file
from scalr_async.errors import InvalidArgumentError

__all__ = ["Checkpoint", "Position"]

_VERSION: Final = 2
Count = Annotated[int, msgspec.Meta(ge=0, le=2**62)]


class Position(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The position of one source's walk: the last page that its draft holds.

    `collection` is what is being read, `page` the number of the page, 0 before the first; `ids`
    are those of its items and `total` is how many there were then, so that a change of the list
    shows. `size` is the length in bytes of what the draft holds of finished pages, `begun` where
    the collection begins in it, and `written` counts the collection's items.
    """

    collection: str
    page: Count = 0
    ids: list[str] = []
    total: Count | None = None
    size: Count = 0
    begun: Count = 0
    written: Count = 0
    is_complete: bool = False

    def turn_to(self, collection: str) -> None:
        """Begin a collection at the end of the draft."""
        self.collection, self.begun = collection, self.size
        self.page, self.ids, self.total, self.written = 0, [], None, 0


class Checkpoint(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The positions of all sources of a crawl, and the `crawl` that they belong to.

    `crawl` is a text that two crawls share only if they ask the same of the same servers. `since`
    is the time that the first of them asked from.
    """

    crawl: str
    collections: list[str]
    positions: list[Position]
    since: str | None = None
    version: int = _VERSION

    @classmethod
    def new(
        cls, crawl: str, collections: Sequence[str], sources: int, since: str | None = None
    ) -> Checkpoint:
        """Return the checkpoint of a crawl that has not begun."""
        positions = [Position(collection=collections[0]) for _ in range(sources)]
        return cls(crawl=crawl, collections=[*collections], positions=positions, since=since)

    @classmethod
    def load(cls, path: Path, new: Checkpoint) -> Checkpoint:
        """Return what the file holds, `new` when there is none.

        Raises `InvalidArgumentError` for a file that is no checkpoint, or that of another crawl.
        """
        if not path.exists():
            return new
        try:
            found = msgspec.json.decode(read_file(path), type=cls)
        except (msgspec.DecodeError, RecursionError):
            found = None
        if found is None or not found.is_sound():
            raise InvalidArgumentError(f"{path}: not a file that --resume wrote")
        same = (found.crawl, found.collections, len(found.positions))
        if same != (new.crawl, new.collections, len(new.positions)):
            raise InvalidArgumentError(f"{path}: belongs to another crawl; remove it to begin anew")
        return found

    def save(self, path: Path, *, mode: int = 0o666) -> None:
        """Write the file, whole or not at all."""
        write_file(path, msgspec.json.encode(self).decode(), mode=mode)

    def is_sound(self) -> bool:
        """Return whether the values agree with each other: the file may come from anywhere."""
        return self.version == _VERSION and all(
            each.begun <= each.size and each.collection in self.collections
            for each in self.positions
        )
