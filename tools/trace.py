"""Show the path of a call through the package: `python -m tools.trace [get|list|link] [-v]`.

Counts what one warm call enters: functions (each entry, but no resumption of a coroutine), their
files, and the switches of file from one entry to the next.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any, Final

import attrs

import scalr_async
from scalr_async import ScalrClient

_PACKAGE: Final = Path(scalr_async.__file__).parent
_POOL: Final = {"type": "agent-pools", "id": "apool-1", "attributes": {"name": "eu"}}
_WORKSPACE: Final = {
    "type": "workspaces",
    "id": "ws-1",
    "attributes": {"name": "network"},
    "relationships": {"agent-pool": {"data": {"type": "agent-pools", "id": "apool-1"}}},
}
_PAGES: Final = {
    "pagination": {"current-page": 1, "page-size": 100, "total-pages": 1, "total-count": 1}
}

Call = Callable[[ScalrClient], Awaitable[Any]]
Entry = tuple[str, str]
"""A file of the package, and a function in it."""


@attrs.frozen
class Way:
    """The functions that one call entered, in order."""

    entries: tuple[Entry, ...]

    @property
    def files(self) -> int:
        """The number of files in which these functions are."""
        return len({file for file, _ in self.entries})

    @property
    def switches(self) -> int:
        """The number of times the next function is in another file."""
        return sum(one[0] != next_[0] for one, next_ in pairwise(self.entries))


async def _get(scalr: ScalrClient) -> None:
    await scalr.agent_pools.get("apool-1")


async def _list(scalr: ScalrClient) -> None:
    async for _ in scalr.workspaces.list():
        pass


async def _link(scalr: ScalrClient) -> None:
    await scalr.agent_pools.link_workspaces("apool-1", ["ws-1"])


CALLS: Final[dict[str, Call]] = {"get": _get, "list": _list, "link": _link}


def main(arguments: list[str] | None = None) -> int:
    """Print the path of the named calls, or of all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calls", nargs="*", metavar="call", choices=[[], *CALLS])
    parser.add_argument("-v", "--verbose", action="store_true", help="each function, in order")
    options = parser.parse_args(arguments)
    print("| call | functions | files | switches |")
    print("|---|---|---|---|")
    for name in options.calls or CALLS:
        way = asyncio.run(way_of(CALLS[name]))
        print(f"| {name} | {len(way.entries)} | {way.files} | {way.switches} |")
        if options.verbose:
            print(*(f"{file}: {function}" for file, function in way.entries), sep="\n")
    return 0


async def way_of(call: Call) -> Way:
    """Make a call twice, and trace the second one."""
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with ScalrClient(f"http://127.0.0.1:{port}", "token") as scalr:
        await call(scalr)
        entries: list[Entry] = []
        with _followed(entries):
            await call(scalr)
    server.close()
    return Way(tuple(entries))


@contextmanager
def _followed(entries: list[Entry]) -> Iterator[None]:
    seen: set[int] = set()
    frames: list[FrameType] = []  # kept alive, so that no id is reused

    def entered(frame: FrameType, event: str, _: object) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and id(frame) not in seen and path.is_relative_to(_PACKAGE):
            seen.add(id(frame))
            frames.append(frame)
            entries.append((str(path.relative_to(_PACKAGE)), frame.f_code.co_qualname))

    gc.disable()  # a collection would enter the finalizers of other objects
    sys.setprofile(entered)
    try:
        yield
    finally:
        sys.setprofile(None)
        gc.enable()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while head := await _head(reader):
        method, path = head.split(" ")[:2]
        length = int(head.lower().partition("content-length: ")[2].partition("\r")[0] or 0)
        await reader.readexactly(length)
        body = json.dumps(_answer(method, path)).encode()
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.api+json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        )
    writer.close()


async def _head(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return ""


def _answer(method: str, path: str) -> dict[str, Any]:
    if "/agent-pools/" in path:
        return {"data": _POOL}
    return {"data": _WORKSPACE} if method != "GET" else {"data": [_WORKSPACE], "meta": _PAGES}


if __name__ == "__main__":
    sys.exit(main())
