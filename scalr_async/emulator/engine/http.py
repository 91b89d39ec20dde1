"""Requests and answers, and the decoding of HTTP bodies."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import msgspec
from aiohttp import web

from scalr_async._catalog import Field, Route
from scalr_async.emulator.engine.bodies import parse_object
from scalr_async.emulator.engine.errors import ApiError, bad_request, too_large, unsupported

__all__ = [
    "BASE_PATH",
    "Actor",
    "Answer",
    "Call",
    "download",
    "json",
    "read_body",
    "redirect",
    "refusal",
    "text",
]

BASE_PATH: Final = "/api/iacp/v3"
"""The beginning of the API's paths."""

_MAX_BODY: Final = 32 * 1024 * 1024
"""The most bytes of a body, compressed or not; a pool with all its workspaces has 6 MB."""

_PIECE: Final = 1024 * 1024
"""Bytes decompressed before other tasks get their turn."""

_ANY_HEADER: Final = 32 + zlib.MAX_WBITS
"""The window bits that let zlib detect zlib (deflate) and gzip data (RFC 9110, 8.4.1)."""

_ANYTHING: Final = Field(kind="object")


@attrs.frozen(kw_only=True)
class Actor:
    """The principal of a request.

    Args:
        holder: The user or service account to which the token belongs.
        user: The user who is named as the author of changes.
        account: The account of the holder.
        email: The address of the holder.
    """

    holder: str
    user: str
    account: str
    email: str


@attrs.frozen(kw_only=True)
class Answer:
    """A response: its body is a JSON:API document unless its headers say otherwise."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Call:
    """One request whose route is known and whose token is valid."""

    route: Route
    parameters: Mapping[str, str]
    pairs: Sequence[tuple[str, str]]
    body: bytes
    actor: Actor

    @property
    def path(self) -> str:
        """The requested path below the API root."""
        return self.route.path.format_map(self.parameters)

    @property
    def target(self) -> str:
        """The first id in the path."""
        return next(iter(self.parameters.values()))

    def query(self, name: str) -> str:
        """Return a query parameter, empty when it was not sent."""
        return dict(self.pairs).get(name, "")

    def object(self, objects: Mapping[str, Field]) -> dict[str, Any]:
        """Read the plain JSON body that the route takes."""
        return parse_object(objects.get(str(self.route.body), _ANYTHING), self.body)


def json(value: Any, status: int = 200) -> Answer:
    """Answer with plain JSON."""
    return download(msgspec.json.encode(value), "application/json", status)


def text(value: str) -> Answer:
    """Answer with plain text."""
    return download(value.encode(), "text/plain; charset=utf-8")


def download(body: bytes, content_type: str, status: int = 200) -> Answer:
    """Answer with bytes of any kind."""
    return Answer(status=status, body=body, headers={"Content-Type": content_type})


def redirect(url: str) -> Answer:
    """Answer with a redirect."""
    return Answer(status=302, headers={"Location": url})


def refusal(error: ApiError) -> Answer:
    """Return the answer that reports an error."""
    body = msgspec.json.encode({"errors": error.errors})
    return Answer(status=error.status, body=body, headers=error.headers)


async def read_body(request: web.BaseRequest) -> bytes:
    """Return the decompressed body of a request.

    Raises `ApiError`: 413 if the body is too large, 415 if its coding is unknown, 400 if it cannot
    be decompressed.
    """
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > _MAX_BODY:
            raise too_large(_MAX_BODY)
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding == "identity":
        return bytes(body)
    if coding not in ("deflate", "gzip", "x-gzip"):
        raise unsupported("Send the body as it is, or as gzip or deflate.")
    return await _decompress(bytes(body))


async def _decompress(packed: bytes) -> bytes:
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
            if len(body) > _MAX_BODY:
                raise too_large(_MAX_BODY)
            await asyncio.sleep(0)
        packed = unpacker.unused_data
    return bytes(body)
