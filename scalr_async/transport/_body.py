"""An answer's body: unpacked in pieces of bounded size, or collected within a bound."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, Final

from scalr_async._text import printable
from scalr_async.errors import PayloadError, PayloadTooLargeError

__all__ = ["ACCEPT_ENCODING", "PIECE", "Body", "Unpacker"]

ACCEPT_ENCODING: Final = "gzip, deflate"
"""The encodings that `Unpacker` can undo, and the only ones asked for."""

PIECE: Final = 256 * 1024
"""Bytes of an unpacked body that are held at once."""

_GZIP: Final = 16 + zlib.MAX_WBITS
_ZLIB: Final = zlib.MAX_WBITS
_RAW: Final = -zlib.MAX_WBITS
_PLAIN: Final = ("", "identity")


class Unpacker:
    """Undoes the encoding of one body.

    Raises `PayloadError` for an encoding that was not asked for, is stacked, broken or cut off.
    """

    def __init__(self, encodings: Sequence[str]) -> None:
        encoding = ", ".join(encodings).strip().lower() if encodings else ""
        if encodings and encoding not in (*_PLAIN, "gzip", "x-gzip", "deflate"):
            raise PayloadError(f"unknown Content-Encoding {printable(encoding, 100)!r}")
        self._encoding = encoding
        self.packed = encoding not in _PLAIN
        self._unpacker: Any = None  # zlib names the type of its objects nowhere

    def unpack(self, data: bytes) -> Iterator[bytes]:
        """Yield what the next piece off the wire holds, at most `PIECE` bytes at a time."""
        if not self.packed:
            yield data
            return
        while data:
            if self._unpacker is None:
                self._unpacker = zlib.decompressobj(self._window(data[0]))
            elif self._unpacker.eof:
                if self._encoding == "deflate":
                    raise PayloadError("bytes after the end of the body")
                self._unpacker = zlib.decompressobj(_GZIP)  # RFC 1952, 2.2: members may follow
            full = True
            while full:  # what is left inside comes without more input
                piece = self._next(data)
                yield piece
                full = len(piece) == PIECE
                data = self._unpacker.unconsumed_tail
            data = self._unpacker.unused_data

    def finish(self) -> None:
        """Note the end of the body."""
        if self._unpacker is not None and not self._unpacker.eof:
            raise PayloadError(f"the {self._encoding} body is cut off")

    def _next(self, data: bytes) -> bytes:
        try:
            return bytes(self._unpacker.decompress(data, PIECE))
        except zlib.error:
            pass
        raise PayloadError(f"the {self._encoding} body is broken")

    def _window(self, first: int) -> int:
        """Return zlib's parameter; some servers send `deflate` without its zlib header."""
        if self._encoding != "deflate":
            return _GZIP
        return _ZLIB if first & 0x0F == zlib.DEFLATED else _RAW


class Body:
    """The pieces of one body; `feed` them, then `finish`.

    Counts bytes after unpacking and stops at `limit`. Raises `PayloadError` as `Unpacker` does,
    and `PayloadTooLargeError`.
    """

    def __init__(self, encodings: Sequence[str], limit: int) -> None:
        self._unpacker = Unpacker(encodings) if encodings else None
        self._limit = limit
        self._size = 0
        self._first = b""
        # It grows in place and is handed out uncopied: joining 20 MB would hold up the loop.
        self._whole: io.BytesIO | None = None

    def feed(self, data: bytes) -> None:
        """Take the next piece as it came off the wire."""
        if self._unpacker is None:
            self._keep(data)
            return
        for piece in self._unpacker.unpack(data):
            self._keep(piece)

    def finish(self) -> bytes:
        """Return the whole body."""
        if self._unpacker is not None:
            self._unpacker.finish()
        return self.so_far()

    def so_far(self) -> bytes:
        """Return what was collected, complete or not, at most `limit` bytes."""
        whole = self._first if self._whole is None else self._whole.getvalue()
        return whole[: self._limit]

    def _keep(self, data: bytes) -> None:
        if not self._size:
            self._first = data
        else:
            if self._whole is None:
                self._whole = io.BytesIO(self._first)
                self._whole.seek(self._size)
            self._whole.write(data)
        self._size += len(data)
        if self._size > self._limit:
            raise PayloadTooLargeError(f"the answer is larger than {self._limit} bytes")
