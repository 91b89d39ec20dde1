"""What is found out, and what is done, when aiohttp is not as our connections need it."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import BaseConnector

import scalr_async.transport._aiohttp.connector as private
from scalr_async.transport._aiohttp.connections import Connection
from scalr_async.transport._aiohttp.connector import Connector
from tests.servers import HANG, Pause, ScriptedServer, reply
from tests.transport.common import GET, POST, sending

OK = reply(200, b"{}")
MADE = BaseConnector.__init__


def renamed(connector: BaseConnector, *arguments: Any, **options: Any) -> None:
    MADE(connector, *arguments, **options)
    vars(connector)["_makes"] = vars(connector).pop("_factory")


def fixed() -> Any:
    def get(connector: BaseConnector) -> Any:
        return partial(ResponseHandler, loop=connector._loop)

    return property(get, lambda connector, made: None)


class Different(ResponseHandler):
    """Answers do not come by `feed_data`."""

    def data_received(self, data: bytes) -> None:
        self._buffer.clear()


CHANGES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "the factory has another name": lambda patch: patch.setattr(BaseConnector, "__init__", renamed),
    "the factory cannot be set": lambda patch: patch.setattr(
        aiohttp.TCPConnector, "_factory", fixed(), raising=False
    ),
    "connections are made of other arguments": lambda patch: patch.setattr(
        Connection, "__init__", lambda connection: None
    ),
    "answers go another way": lambda patch: patch.setattr(
        ResponseHandler, "data_received", Different.data_received
    ),
    "parameters have another name": lambda patch: patch.setattr(
        Connection, "set_response_params", None
    ),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_another_aiohttp_is_noticed_when_a_client_opens(
    change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One warning, and the safe way: what cannot be watched is not used twice."""
    monkeypatch.setattr(aiohttp, "__version__", "9.9")
    async with ScriptedServer(OK) as server:
        with monkeypatch.context() as patch:
            CHANGES[change](patch)
            opened = sending(server.url)
            with pytest.warns(RuntimeWarning, match=r"aiohttp 9\.9: its connections") as caught:
                sender = await opened.__aenter__()
        connector = sender._wire._pool.session.connector
        theirs = partial(ResponseHandler, loop=connector._loop)
        vars(connector).setdefault("_factory", theirs)  # the rest of aiohttp knows it as before
        responses = [await sender.send(request) for request in (GET, POST, GET)]
        await opened.__aexit__(None, None, None)

    assert len(caught) == 1
    assert [response.attempts for response in responses] == [1, 1, 1]
    assert [request.connection for request in server.requests] == [1, 2, 3]
    assert {request.headers["connection"] for request in server.requests} == {"close"}


async def test_connections_that_turn_out_not_to_be_ours_are_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Everything looks right when the client opens, and the connector makes others all the same."""
    wrap = aiohttp.TCPConnector._wrap_create_connection

    async def others(connector: Any, _factory: Any, *arguments: Any, **options: Any) -> Any:
        return await wrap(
            connector, partial(ResponseHandler, loop=connector._loop), *arguments, **options
        )

    monkeypatch.setattr(aiohttp.TCPConnector, "_wrap_create_connection", others)
    stale = (OK, Pause(0.001), reply(201, b"stale"), HANG)
    async with ScriptedServer(stale, OK) as server, sending(server.url) as sender:
        with pytest.warns(RuntimeWarning, match="other connections than expected") as caught:
            responses = [await sender.send(request) for request in (GET, POST, GET)]

    assert len(caught) == 1
    assert {response.body for response in responses} == {b"{}"}
    assert [request.connection for request in server.requests] == [1, 2, 3]


async def test_this_aiohttp_is_as_our_connections_need_it() -> None:
    connector = Connector(limit=0)

    assert connector.flaw() is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        async with ScriptedServer(OK) as server, sending(server.url) as sender:
            await sender.send(GET)
            await sender.send(GET)
    assert server.connections == 1


def test_private_names_are_used_on_own_objects_only_and_listed_with_what_they_buy() -> None:
    package = Path(private.__file__).parent
    for path in package.glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("aiohttp")
            for alias in node.names
        }
        foreign = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr.startswith("_")
            and not node.attr.startswith("__")
            and not (isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"})
        }
        assert not {name for name in imported if name.startswith("_")}, path
        assert not foreign, path
    for name in ("_factory", "_loop", "_ssl", "_timer", "ResponseHandler", "Trace"):
        assert name in (private.__doc__ or "")
