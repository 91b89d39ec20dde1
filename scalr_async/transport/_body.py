"""Collecting an answer's body within a bound, unpacked on the way."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, Final

from scalr_async._wire import printable
from scalr_async.errors import PayloadError, PayloadTooLargeError
from scalr_async.transport._attempt import AttemptFailedError

__all__ = ["ACCEPT_ENCODING", "Body"]

ACCEPT_ENCODING: Final = "gzip, deflate"
"""What `Body` can unpack, and all that is asked for."""

_GZIP: Final = 16 + zlib.MAX_WBITS
_ZLIB: Final = zlib.MAX_WBITS
_RAW: Final = -zlib.MAX_WBITS
_PLAIN: Final = ("", "identity")


class Body:
    """The pieces of one body; `feed` them, then `finish`.

    Counts bytes after unpacking and stops at `limit`. Raises `AttemptFailedError` with
    `PayloadTooLargeError`, or with `PayloadError` for an encoding that was not asked for, is
    stacked, broken or cut off.
    """

    def __init__(self, encodings: Sequence[str], limit: int) -> None:
        encoding = ", ".join(encodings).strip().lower() if encodings else ""
        if encodings and encoding not in (*_PLAIN, "gzip", "x-gzip", "deflate"):
            raise AttemptFailedError(
                PayloadError, f"unknown Content-Encoding {printable(encoding, 100)!r}"
            )
        self._encoding = encoding
        self._packed = encoding not in _PLAIN
        self._limit = limit
        self._size = 0
        self._pieces: list[bytes] = []
        self._unpacker: Any = None  # zlib names the type of its objects nowhere

    def feed(self, data: bytes) -> None:
        """Take the next piece as it came off the wire."""
        if self._packed:
            self._unpack(data)
        else:
            self._keep(data)

    def finish(self) -> bytes:
        """Return the whole body."""
        if self._unpacker is not None and not self._unpacker.eof:
            raise AttemptFailedError(PayloadError, f"the {self._encoding} body is cut off")
        return self.so_far()

    def so_far(self) -> bytes:
        """Return what was collected, complete or not, at most `limit` bytes."""
        return b"".join(self._pieces)[: self._limit]

    def _keep(self, data: bytes) -> None:
        self._pieces.append(data)
        self._size += len(data)
        if self._size > self._limit:
            raise AttemptFailedError(
                PayloadTooLargeError, f"the answer is larger than {self._limit} bytes"
            )

    def _unpack(self, data: bytes) -> None:
        while data:
            if self._unpacker is None:
                self._unpacker = zlib.decompressobj(self._window(data[0]))
            elif self._unpacker.eof:
                if self._encoding == "deflate":
                    raise AttemptFailedError(PayloadError, "bytes after the end of the body")
                self._unpacker = zlib.decompressobj(_GZIP)  # RFC 1952, 2.2: members may follow
            try:
                piece = self._unpacker.decompress(data, self._limit - self._size + 1)
            except zlib.error:
                piece = None
            if piece is None:
                raise AttemptFailedError(PayloadError, f"the {self._encoding} body is broken")
            self._keep(piece)
            data = self._unpacker.unused_data

    def _window(self, first: int) -> int:
        """Return zlib's parameter; some servers send `deflate` without its zlib header."""
        if self._encoding != "deflate":
            return _GZIP
        return _ZLIB if first & 0x0F == zlib.DEFLATED else _RAW
