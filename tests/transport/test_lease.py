"""What a connection in use is asked, state by state: those that no server brings about on demand."""

from __future__ import annotations

import ssl
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from scalr_async.transport._aiohttp import connections as lease
from scalr_async.transport._aiohttp.connections import Lease

LOST = aiohttp.ClientOSError(104, "Connection reset by peer")


class Transport:
    def __init__(self, *, tls: Any = None, closing: bool = False) -> None:
        self.extra = {"ssl_object": tls, "socket": None}
        self.closing = closing

    def get_extra_info(self, name: str) -> Any:
        return self.extra[name]

    def is_closing(self) -> bool:
        return self.closing


def protocol(transport: Transport | None = None, **state: Any) -> Any:
    plain = {"should_close": False, "writing_paused": False, "exception": lambda: None}
    return SimpleNamespace(transport=transport, **plain | state)


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Unread bytes of every socket: put some in."""
    found: list[int] = []
    monkeypatch.setattr(lease, "_make_poll", lambda _socket: lambda: found)
    return found


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize(
    "state",
    [
        protocol(None),
        protocol(Transport(closing=True)),
        protocol(Transport(), should_close=True),
        protocol(Transport(), writing_paused=True),
    ],
)
def test_a_connection_that_is_going_away_or_not_done_is_not_used(
    state: Any, kept: bool, unread: list[int]
) -> None:
    assert Lease(state, kept=kept).is_stale()


@pytest.mark.parametrize("kept", [False, True])
def test_one_on_which_nothing_lies_is(kept: bool, unread: list[int]) -> None:
    assert not Lease(protocol(Transport()), kept=kept).is_stale()


def test_what_lies_unread_counts_but_for_the_tickets_of_a_new_connection(unread: list[int]) -> None:
    unread.append(1)
    tls = SimpleNamespace(pending=lambda: 0)

    assert Lease(protocol(Transport())).is_stale()
    assert Lease(protocol(Transport()), kept=True).is_stale()
    assert Lease(protocol(Transport(tls=tls)), kept=True).is_stale()
    assert not Lease(protocol(Transport(tls=tls))).is_stale()


def test_so_does_what_tls_has_unpacked_already(unread: list[int]) -> None:
    tls = SimpleNamespace(pending=lambda: 5)

    assert Lease(protocol(Transport(tls=tls)), kept=True).is_stale()
    assert not Lease(protocol(Transport(tls=tls))).is_stale()


async def test_a_new_connection_that_is_gone_takes_no_first_byte(unread: list[int]) -> None:
    state = protocol(Transport())
    new = Lease(state)

    assert not await new.is_unusable()
    state.transport = None
    assert await new.is_unusable()
    assert not new.server_spoke_first


async def test_one_on_which_the_server_speaks_takes_it_and_remembers(unread: list[int]) -> None:
    new = Lease(protocol(Transport()))
    unread.append(1)

    assert not await new.is_unusable()
    assert new.server_spoke_first


@pytest.mark.parametrize(("error", "ends"), [(LOST, [LOST]), (None, []), (ValueError(), [])])
async def test_a_new_connection_under_tls_ends_with_what_broke_it(
    error: Exception | None, ends: list[Exception], unread: list[int]
) -> None:
    unread.append(1)
    state = protocol(Transport(tls=SimpleNamespace()), exception=lambda: error)
    caught = []
    try:
        await Lease(state).settle()
    except aiohttp.ClientOSError as raised:
        caught.append(raised)

    assert caught == ends


@pytest.mark.parametrize(
    ("said", "on_purpose"),
    [(b"", True), (b"x", False), (ssl.SSLZeroReturnError, True), (ssl.SSLWantReadError, False)],
)
def test_tls_says_whether_its_end_was_said(said: Any, on_purpose: bool) -> None:
    def read(_size: int) -> bytes:
        if isinstance(said, bytes):
            return said
        raise said

    ended = Lease(protocol(Transport(tls=SimpleNamespace(read=read))))

    assert ended.ended_cleanly() is on_purpose
