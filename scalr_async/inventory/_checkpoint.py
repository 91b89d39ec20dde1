"""The checkpoint of a crawl: a small file beside its drafts, from which it can resume."""

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
    """The position of one source's walk: the last page in its draft.

    `collection` is the one being read, `page` the number of the page, 0 before the first. `ids`
    are those of the page's items and `total` is the length of the list at that time; they reveal a
    change of the list. `size` is the number of bytes of finished pages in the draft, `begun` the
    offset at which the collection begins, and `written` the number of the collection's items.
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
    """The positions of all sources of a crawl, and the `crawl` to which they belong.

    `crawl` is a text that is equal for two crawls only if they have the same options and servers.
    `since` is the time from which the first run reads updates.
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
        """Return the checkpoint in the file, or `new` if there is no file.

        Raises `InvalidArgumentError` if the file is no checkpoint, or that of another crawl.
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
            raise InvalidArgumentError(
                f"{path}: belongs to another crawl or --output; remove it to begin anew"
            )
        return found

    def save(self, path: Path, *, mode: int = 0o666) -> None:
        """Write the file atomically."""
        write_file(path, msgspec.json.encode(self).decode(), mode=mode)

    def is_sound(self) -> bool:
        """Return whether the values are consistent; the file may come from anywhere."""
        return self.version == _VERSION and all(
            each.begun <= each.size and each.collection in self.collections
            for each in self.positions
        )
