"""The progress of a crawl: kept in a small file after each page, so that it can go on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import attrs

from scalr_async._files import read_file, write_file
from scalr_async.errors import InvalidArgumentError

__all__ = ["Checkpoint"]


@attrs.define(kw_only=True)
class Checkpoint:
    """The scope of a crawl (`host`, `kinds`, `format`), and the place to go on from.

    `kind` and `page` name the last page that is in the output file, page 0 when the kind has not
    begun; `ids` are those of its items and `total` is how many there were then, so that a change
    of the list shows. `size` is the length of the finished pages in bytes, `begun` where the kind
    begins, `written` counts its items.
    """

    host: str
    kinds: Sequence[str]
    format: str
    kind: str
    page: int = 0
    ids: Sequence[str] = ()
    total: int | None = None
    size: int = 0
    begun: int = 0
    written: int = 0

    @classmethod
    def load(cls, path: Path, begin: Self) -> Self:
        """Return what the file says, `begin` when there is none; it must be of the same crawl."""
        if not path.exists():
            return begin
        raw = read_file(path)
        try:
            found = cls(**json.loads(raw))
        except (ValueError, TypeError, RecursionError):
            found = None
        if found is None or not found.is_sound():
            raise InvalidArgumentError(f"{path}: not a file that --resume wrote")
        if not found.is_of(begin):
            raise InvalidArgumentError(f"{path}: belongs to another crawl; remove it to begin anew")
        return found

    def is_sound(self) -> bool:
        """Return whether every value is of its kind: the file may come from anywhere."""
        numbers = (self.page, self.size, self.begun, self.written)
        return (
            all(isinstance(text, str) for text in (self.host, self.format, self.kind))
            and _are_texts(self.kinds)
            and _are_texts(self.ids)
            and all(type(number) is int and number >= 0 for number in numbers)
            and self.begun <= self.size
            and (self.total is None or type(self.total) is int)
        )

    def is_of(self, crawl: Checkpoint) -> bool:
        """Return whether this is of the same crawl."""
        same = (self.host, self.format) == (crawl.host, crawl.format)
        return same and list(self.kinds) == list(crawl.kinds) and self.kind in crawl.kinds

    def turn_to(self, kind: str) -> None:
        """Note that the next kind begins here."""
        self.kind, self.begun = kind, self.size
        self.page, self.ids, self.total, self.written = 0, (), None, 0

    def save(self, path: Path) -> None:
        """Write the file, whole or not at all."""
        write_file(path, json.dumps(attrs.asdict(self)))


def _are_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(text, str) for text in value)
