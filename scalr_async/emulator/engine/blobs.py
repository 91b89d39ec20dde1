"""Archives and documents outside the API: what is uploaded, and what downloads lead to.

Their URLs are secrets of their own, as those of signed object storage are: no token is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs

__all__ = ["BLOBS", "Blob", "Blobs"]

BLOBS: Final = "/blobs/"
"""The path that the URLs of blobs begin with."""


@attrs.frozen(kw_only=True)
class Blob:
    """Bytes and what they are."""

    content: bytes
    content_type: str


class Blobs:
    """The blobs of one server; `root` is its URL, `name` makes names that nobody guesses."""

    def __init__(self, name: Callable[[], str]) -> None:
        self.root = ""
        self._name = name
        self._kept: dict[str, Blob] = {}
        self._names: dict[str, str] = {}
        self._awaited: dict[str, Callable[[bytes], None]] = {}

    def keep(self, key: str, content: bytes, content_type: str) -> str:
        """Keep some bytes in place of what `key` stood for; returns where they can be read."""
        name = self._names.setdefault(key, self._name())
        self._kept[name] = Blob(content=content, content_type=content_type)
        return self._url(name)

    def expect(self, receive: Callable[[bytes], None]) -> str:
        """Wait for an upload; returns where to, once."""
        name = self._name()
        self._awaited[name] = receive
        return self._url(name)

    def read(self, path: str) -> Blob | None:
        """Return what stands at a path."""
        return self._kept.get(path.removeprefix(BLOBS))

    def awaits(self, path: str) -> bool:
        """Say whether an upload is expected at a path."""
        return path.removeprefix(BLOBS) in self._awaited

    def write(self, path: str, content: bytes) -> bool:
        """Take an upload; False when none is expected at the path."""
        receive = self._awaited.pop(path.removeprefix(BLOBS), None)
        if receive is None:
            return False
        receive(content)
        return True

    def _url(self, name: str) -> str:
        return f"{self.root}{BLOBS}{name}"
