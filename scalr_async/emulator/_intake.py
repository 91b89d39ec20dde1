"""Bodies of requests: read and unpacked within bounds, piece by piece."""

from __future__ import annotations

import asyncio
import zlib
from typing import Final

from aiohttp import web

from scalr_async.emulator._errors import bad_request, too_large, unsupported

__all__ = ["read_body"]

_MOST: Final = 32 * 1024 * 1024
"""Bytes that a body may have, packed or unpacked: a pool with all its workspaces has 6 MB."""

_PIECE: Final = 1024 * 1024
"""Bytes unpacked before others get their turn."""

_ANY_HEADER: Final = 32 + zlib.MAX_WBITS
"""Both formats that are called deflate and gzip (RFC 9110, 8.4.1)."""


async def read_body(request: web.BaseRequest) -> bytes:
    """Return the body of a request as it was before it was packed.

    Raises `ApiError`: 413 when it is too large, 415 for a coding that is not known, 400 for one
    that is broken.
    """
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > _MOST:
            raise too_large(_MOST)
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding == "identity":
        return bytes(body)
    if coding not in ("deflate", "gzip", "x-gzip"):
        raise unsupported("Send the body as it is, or as gzip or deflate.")
    return await _unpacked(bytes(body))


async def _unpacked(packed: bytes) -> bytes:
    body = bytearray()
    while packed:
        unpacker = zlib.decompressobj(_ANY_HEADER)
        while not unpacker.eof:
            try:
                piece = unpacker.decompress(packed, _PIECE)
            except zlib.error as error:
                raise bad_request(f"The request body can not be unpacked: {error}") from None
            packed = unpacker.unconsumed_tail
            if not piece and not packed and not unpacker.eof:
                raise bad_request("The request body can not be unpacked: it ends too early.")
            body += piece
            if len(body) > _MOST:
                raise too_large(_MOST)
            await asyncio.sleep(0)
        packed = unpacker.unused_data
    return bytes(body)
