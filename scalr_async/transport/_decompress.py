"""Bodies of answers: decompressed in bounded chunks, or collected up to a limit."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, Final

from scalr_async.errors import PayloadError, PayloadTooLargeError

__all__ = ["ACCEPT_ENCODING", "MAX_CHUNK", "BodyCollector", "Decompressor"]

ACCEPT_ENCODING: Final = "gzip, deflate"
"""The encodings that the client requests and `Decompressor` decodes."""

MAX_CHUNK: Final = 256 * 1024
"""The largest chunk of a decompressed body, in bytes."""

_GZIP: Final = 16 + zlib.MAX_WBITS
_ZLIB: Final = zlib.MAX_WBITS
_RAW: Final = -zlib.MAX_WBITS
_PLAIN: Final = ("", "identity")


class Decompressor:
    """A decompressor for one body.

    Raises `PayloadError` for an encoding that was not requested, for several encodings, and for a
    body that is broken or cut off.
    """

    def __init__(self, encodings: Sequence[str]) -> None:
        encoding = ", ".join(encodings).strip().lower() if encodings else ""
        if encodings and encoding not in (*_PLAIN, "gzip", "x-gzip", "deflate"):
            raise PayloadError(f"unknown Content-Encoding {encoding!r}")
        self._encoding = encoding
        self.compressed = encoding not in _PLAIN
        self._zlib: Any = None  # zlib does not export the type of its objects

    def decompress(self, data: bytes) -> Iterator[bytes]:
        """Yield the content of the next received bytes, at most `MAX_CHUNK` bytes at a time."""
        if not self.compressed:
            yield data
            return
        while data:
            if self._zlib is None:
                self._zlib = zlib.decompressobj(self._window(data[0]))
            elif self._zlib.eof:
                if self._encoding == "deflate":
                    raise PayloadError("bytes after the end of the body")
                self._zlib = zlib.decompressobj(_GZIP)  # RFC 1952, 2.2: members may follow
            full = True
            while full:  # zlib may hold more output for the same input
                chunk = self._next(data)
                yield chunk
                full = len(chunk) == MAX_CHUNK
                data = self._zlib.unconsumed_tail
            data = self._zlib.unused_data

    def finish(self) -> None:
        """Check that the body is complete."""
        if self._zlib is not None and not self._zlib.eof:
            raise PayloadError(f"the {self._encoding} body is cut off")

    def _next(self, data: bytes) -> bytes:
        try:
            return bytes(self._zlib.decompress(data, MAX_CHUNK))
        except zlib.error:
            pass
        raise PayloadError(f"the {self._encoding} body is broken")

    def _window(self, first: int) -> int:
        """Return zlib's `wbits`; some servers send `deflate` without the zlib header."""
        if self._encoding != "deflate":
            return _GZIP
        return _ZLIB if first & 0x0F == zlib.DEFLATED else _RAW


class BodyCollector:
    """A collector of one body: call `feed` with each piece, then `finish`.

    Raises `PayloadTooLargeError` for more than `limit` bytes after decompression, and
    `PayloadError` as `Decompressor` does.

    Args:
        encodings: the values of `Content-Encoding`.
        limit: the largest size in bytes.
    """

    def __init__(self, encodings: Sequence[str], limit: int) -> None:
        self._decompressor = Decompressor(encodings) if encodings else None
        self._limit = limit
        self._size = 0
        self._start = b""
        # The buffer grows in place and is returned without a copy: joining 20 MB blocks the loop.
        self._whole: io.BytesIO | None = None

    def feed(self, data: bytes) -> None:
        """Add the next received bytes."""
        if self._decompressor is None:
            self._append(data)
            return
        for chunk in self._decompressor.decompress(data):
            self._append(chunk)

    def finish(self) -> bytes:
        """Return the whole body."""
        if self._decompressor is not None:
            self._decompressor.finish()
        return self.collected()

    def collected(self) -> bytes:
        """Return the collected bytes, complete or not, at most `limit`."""
        whole = self._start if self._whole is None else self._whole.getvalue()
        return whole[: self._limit]

    def _append(self, data: bytes) -> None:
        if not self._size:
            self._start = data
        else:
            if self._whole is None:
                self._whole = io.BytesIO(self._start)
                self._whole.seek(self._size)
            self._whole.write(data)
        self._size += len(data)
        if self._size > self._limit:
            raise PayloadTooLargeError(f"the answer is larger than {self._limit} bytes")
