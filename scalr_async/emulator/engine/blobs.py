"""Blobs outside the API: uploaded archives, and the targets of download links.

Their URLs are secret, like signed URLs of object storage, and need no token.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs

__all__ = ["BLOBS", "Blob", "Blobs"]

BLOBS: Final = "/blobs/"
"""The beginning of the paths of blobs."""


@attrs.frozen(kw_only=True)
class Blob:
    """Bytes and their media type."""

    content: bytes
    content_type: str


class Blobs:
    """The blobs of one server; `root` is its URL, `name` makes names that cannot be guessed."""

    def __init__(self, name: Callable[[], str]) -> None:
        self.root = ""
        self._name = name
        self._kept: dict[str, Blob] = {}
        self._names: dict[str, str] = {}
        self._awaited: dict[str, Callable[[bytes], bool]] = {}

    def keep(self, key: str, content: bytes, content_type: str) -> str:
        """Store content under `key`, in place of earlier content; returns its URL."""
        name = self._names.setdefault(key, self._name())
        self._kept[name] = Blob(content=content, content_type=content_type)
        return self._url(name)

    def expect(self, receive: Callable[[bytes], bool]) -> str:
        """Expect one upload, which is passed to `receive`; returns its URL.

        `receive` returns False if the upload is not wanted any more.
        """
        name = self._name()
        self._awaited[name] = receive
        return self._url(name)

    def read(self, path: str) -> Blob | None:
        """Return the blob at a path, None if there is none."""
        return self._kept.get(path.removeprefix(BLOBS))

    def awaits(self, path: str) -> bool:
        """Return whether an upload is expected at a path."""
        return path.removeprefix(BLOBS) in self._awaited

    def write(self, path: str, content: bytes) -> bool:
        """Accept an upload; returns False if none is expected at the path."""
        receive = self._awaited.pop(path.removeprefix(BLOBS), None)
        return receive is not None and receive(content)

    def _url(self, name: str) -> str:
        return f"{self.root}{BLOBS}{name}"
