"""Downloads: bodies of any size, to a path, to a binary file, or as an async iterator."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import aclosing
from typing import Any, TypedDict

from scalr_async._files import Target, open_target
from scalr_async._http import Request, Response
from scalr_async._values import SecretBytes
from scalr_async.errors import FileError, InvalidArgumentError
from scalr_async.jsonapi import check, html_type, may_be_html, unexpected_answer
from scalr_async.telemetry import check_observer, notify
from scalr_async.transport import OnProgress, Stream

__all__ = ["Download", "DownloadOptions"]


class DownloadOptions(TypedDict, total=False):
    """The options that all downloads share."""

    to: Target
    """A path, or a file object opened in binary mode; without it, iterate over the download."""
    on_progress: OnProgress
    """A function that is called after each piece with the bytes so far and the total (or None)."""


class Download:
    """A download that begins when it is awaited or iterated over.

    When awaited, it writes the body to `to` and returns the number of bytes. For a path, a draft is
    written beside it, readable by its owner only, and gets the final name once it is complete and
    on the disk; a file object stays open. When iterated over, it yields bytes as they arrive:

        await scalr.state_versions.download(version, to="terraform.tfstate")
        async for piece in scalr.state_versions.download(version): ...

    Until the first piece has arrived, the request is retried like that of any other call; later
    failures are raised. Safe redirects are followed; to another host they are followed without the
    token and without the configured headers. `Timeouts.total` starts again with each piece.

    Raises the errors of any call, `FileError` for a target that cannot be written, and
    `PayloadError` for a body that ends too early.

    Args:
        open_: A function that sends a request and returns its answer as a stream.
        request: The request.
        to: The path, or the binary file object, to write to when awaited.
        on_progress: A function that is called after each piece with the bytes so far and the total
            (None if unknown).
    """

    def __init__(
        self,
        open_: Callable[[Request], Awaitable[Stream]],
        request: Request,
        *,
        to: Target | None = None,
        on_progress: OnProgress | None = None,
    ) -> None:
        check_observer("on_progress", on_progress, InvalidArgumentError)
        self._open = open_
        self._request = request
        self._to = to
        self._on_progress = on_progress

    def __await__(self) -> Generator[Any, None, int]:
        return self._save().__await__()

    def __aiter__(self) -> AsyncGenerator[bytes]:
        if self._to is not None:
            raise InvalidArgumentError("a download with `to` is awaited, not iterated over")
        return self._iterate()

    async def _iterate(self) -> AsyncGenerator[bytes]:
        async with aclosing(self._pieces()) as pieces:
            async for piece in pieces:
                yield bytes(piece.obj)

    async def _save(self) -> int:
        if self._to is None:
            raise InvalidArgumentError("give `to`, a path or a binary file, or iterate over it")
        size, stream = 0, None
        try:
            async with open_target(self._to) as write:
                stream = await self._open(self._request)
                async with aclosing(self._pieces(stream)) as pieces:
                    async for piece in pieces:
                        await write(piece)
                        size += len(piece)
        except FileError as error:
            if stream is None:
                error.method, error.path = self._request.method, self._request.path
            else:
                stream.explain(error)
            raise
        return size

    async def _pieces(self, stream: Stream | None = None) -> AsyncGenerator[memoryview]:
        """Yield views of whole pieces: a body may be secret, and no traceback prints a view."""
        stream = stream or await self._open(self._request)
        try:
            response = check(stream.response, "a file")
            if response.status != 200:
                raise unexpected_answer(response, "there is nothing to download")
            total, size = _length(response), 0
            piece = await _beginning(stream, response)
            while piece:
                yield piece
                size += len(piece)
                if self._on_progress is not None:
                    notify("on_progress", self._on_progress, size, total)
                piece = memoryview(await stream.read())
        finally:
            stream.close()


async def _beginning(stream: Stream, response: Response) -> memoryview:
    """Return a view of the first piece; raise `DecodeError` if an HTML page begins there."""
    piece = SecretBytes(await stream.read())
    while piece and may_be_html(piece) and (more := SecretBytes(await stream.read())):
        piece = SecretBytes(piece + more)
    if came := html_type(response, piece):
        raise unexpected_answer(response, f"received {came} instead of a file", foreign=True)
    return memoryview(bytes(piece))


def _length(response: Response) -> int | None:
    """Return the length of the body, None if unknown, as for a compressed body."""
    length = response.headers.get("content-length", "")
    packed = response.headers.get("content-encoding", "identity") != "identity"
    return int(length) if length.isdecimal() and not packed else None
