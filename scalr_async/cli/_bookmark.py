"""How far a crawl has come: kept in a small file after each page, so that it can go on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import attrs

from scalr_async.cli._files import write_whole
from scalr_async.errors import InvalidArgumentError

__all__ = ["Bookmark"]


@attrs.define(kw_only=True)
class Bookmark:
    """What was crawled (`host`, `kinds`, `format`), and where to go on.

    `kind` and `page` name the next page to read, `size` is the length of the finished pages in
    the output file, in bytes.
    """

    host: str
    kinds: Sequence[str]
    format: str
    kind: str
    page: int = 1
    size: int = 0

    @classmethod
    def load(cls, path: Path, begin: Self) -> Self:
        """Return what the file says, `begin` when there is none; it must be of the same crawl."""
        try:
            found = cls(**json.loads(path.read_bytes()))
        except FileNotFoundError:
            return begin
        except (ValueError, TypeError):
            raise InvalidArgumentError(f"{path}: not a file that --resume wrote") from None
        if found._crawl() != begin._crawl() or found.kind not in begin.kinds:
            raise InvalidArgumentError(f"{path}: belongs to another crawl; remove it to begin anew")
        return found

    def _crawl(self) -> tuple[Any, ...]:
        return self.host, tuple(self.kinds), self.format

    def save(self, path: Path) -> None:
        """Write the file, whole or not at all."""
        write_whole(path, json.dumps(attrs.asdict(self)))
