"""Requests and answers, with their bodies as HTTP carries them."""

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
"""The path that the API begins with."""

_MOST: Final = 32 * 1024 * 1024
"""Bytes that a body may have, packed or unpacked: a pool with all its workspaces has 6 MB."""

_PIECE: Final = 1024 * 1024
"""Bytes unpacked before others get their turn."""

_ANY_HEADER: Final = 32 + zlib.MAX_WBITS
"""Both formats that are called deflate and gzip (RFC 9110, 8.4.1)."""

_ANYTHING: Final = Field(kind="object")


@attrs.frozen(kw_only=True)
class Actor:
    """The principal of a request.

    Args:
        holder: The user or service account that the token belongs to.
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
    """One request whose route is known and whose token is good."""

    route: Route
    parameters: Mapping[str, str]
    pairs: Sequence[tuple[str, str]]
    body: bytes
    actor: Actor

    @property
    def path(self) -> str:
        """The path below the API root, as asked for."""
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
    """Send the client elsewhere."""
    return Answer(status=302, headers={"Location": url})


def refusal(error: ApiError) -> Answer:
    """Return the answer that an error is."""
    body = msgspec.json.encode({"errors": error.errors})
    return Answer(status=error.status, body=body, headers=error.headers)


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
