"""Every call that sends one request can give its response: status, headers, request id."""

from __future__ import annotations

import asyncio
import inspect
import json
import pickle
import traceback
from io import BytesIO

import pytest

from scalr_async import NotFoundError, Page, ScalrClient
from scalr_async._http import Request
from scalr_async.emulator import Emulator
from scalr_async.resources import AgentPool
from tests.conftest import CANARY
from tests.laws.answers import fine
from tests.laws.calls import Method, methods
from tests.laws.seam import Reply, requests_of, scripted
from tests.servers import run_virtually

CALLS = [method for method in methods() if method.collection]
SECRET = "CANARY-27c1aa"
_MANY = {
    "agent_pools": {
        "assign_workspaces",
        "link_workspaces",
        "link_workspaces_iter",
        "rotate_token",
        "unlink_workspaces",
        "unlink_workspaces_iter",
        "wait_for_agents",
    },
    "runs": {"follow_logs", "wait", "wake"},
    "workspaces": {"resolve"},
}
MANY = {m.collection: {"ensure", "find", *_MANY.get(m.collection, ())} for m in CALLS}
"""Calls that send any number of requests, or none: they have no one response."""


def numbered(request: Request, number: int) -> Reply:
    """Answer what Scalr does, with a header that names the request."""
    headers = (*Reply().headers, ("X-Request-Id", f"req-{number}"))
    if request.redirects == "show":
        return Reply(b"", 302, (*headers, ("Location", "https://storage.example.com/x")))
    values = request.operation.endswith("/drifted-workspaces")  # that are no resources
    body = '{"data": []}' if values else fine(request)
    return Reply(body.encode(), headers=headers)


def many(method: Method) -> bool:
    return method.name in MANY.get(method.collection, ())


@pytest.mark.parametrize("method", [m for m in CALLS if not many(m)], ids=str)
async def test_the_result_of_a_call_comes_with_its_last_response(method: Method) -> None:
    arguments = method.arguments
    if inspect.signature(method.function).return_annotation == "Download":
        arguments["to"] = BytesIO()
    if "workspaces" in arguments:
        arguments["workspaces"] = ["x-1"]  # which the answer lists
    with scripted(numbered) as scalr:
        calls = getattr(scalr, method.collection)
        plain = await getattr(calls, method.name)(**arguments)
        before = len(requests_of(scalr))

        value, response = await getattr(calls.with_response, method.name)(**arguments)

        sent = requests_of(scalr)
    assert len(sent) == 2 * before
    assert type(value) is type(plain)
    assert (response.method, response.path) == (sent[-1].method, sent[-1].path)
    assert response.request_id == f"req-{len(sent) - 1}"
    assert response.status == (302 if sent[-1].redirects == "show" else 200)
    assert (response.body, response.attempts) == (b"", 1)


def test_calls_of_many_requests_have_no_one_response() -> None:
    scalr = ScalrClient("acme.scalr.io", CANARY)
    without = {m for m in CALLS if not hasattr(getattr(scalr, m.collection).with_response, m.name)}

    assert without == {method for method in CALLS if many(method)}


@pytest.mark.parametrize("method", [m for m in CALLS if not many(m)], ids=str)
def test_it_has_the_name_the_text_and_the_parameters_of_the_call(method: Method) -> None:
    calls = getattr(ScalrClient("acme.scalr.io", CANARY), method.collection)
    plain, wrapped = (getattr(found, method.name) for found in (calls, calls.with_response))

    assert (wrapped.__name__, wrapped.__doc__) == (plain.__name__, plain.__doc__)
    assert inspect.signature(wrapped).parameters == inspect.signature(plain).parameters


async def test_status_headers_and_request_id_are_those_of_the_server(
    emu: Emulator, scalr: ScalrClient
) -> None:
    made = await scalr.agent_pools.with_response.create(name="eu")
    pool, response = await scalr.agent_pools.with_response.get(made.value)
    page, of_list = await scalr.agent_pools.with_response.list(page_size=1)
    gone = await scalr.agent_pools.with_response.delete(pool)

    assert isinstance(pool, AgentPool)
    assert isinstance(page, Page)
    assert [made.response.status, response.status, of_list.status] == [201, 200, 200]
    assert (gone.value, gone.response.status) == (None, 204)
    assert response.content_type == "application/vnd.api+json"
    assert response.headers["content-type"] == response.headers["Content-Type"]


async def test_a_repeated_request_is_counted_and_the_last_answer_is_given(
    emu: Emulator, scalr: ScalrClient
) -> None:
    emu.fail("GET", "/agent-pools", status=503)

    _, response = await scalr.agent_pools.with_response.list()

    assert (response.status, response.attempts) == (200, 2)


async def test_an_error_status_is_raised_as_by_the_call_itself(scalr: ScalrClient) -> None:
    with pytest.raises(NotFoundError):
        await scalr.agent_pools.with_response.get("apool-none")


async def test_calls_at_the_same_time_have_their_own_responses(scalr: ScalrClient) -> None:
    names = [f"pool-{number}" for number in range(5)]
    create = scalr.agent_pools.with_response.create
    made = await asyncio.gather(*(create(name=name) for name in names))

    assert [pool.name for pool, _ in made] == names
    assert len({id(response) for _, response in made}) == 5
    assert scalr.agent_pools._context.send == scalr._sender.send


def token(request: Request, number: int) -> Reply:
    data = {"type": "access-tokens", "id": "at-1", "attributes": {"token": SECRET}}
    headers = (*Reply().headers, ("X-Echo", SECRET))
    return Reply(json.dumps({"data": data}).encode(), headers=headers)


def test_no_secret_shows_in_what_is_given() -> None:
    async def run() -> None:
        with scripted(token) as scalr:
            made = await scalr.agent_pools.with_response.create_token("apool-1")
            assert made.value.token == SECRET
            for text in (repr(made), str(made), f"{made}", repr(made._asdict())):
                assert SECRET not in text
            value, response = pickle.loads(pickle.dumps(made))
            assert (value.id, response.status) == ("at-1", 200)
            assert SECRET.encode() not in pickle.dumps(made.value)

    run_virtually(run())


@pytest.mark.parametrize("status", [422, 500])
def test_a_traceback_shows_no_secret_that_was_written(status: int) -> None:
    async def run() -> None:
        with scripted(lambda *_: Reply(b"{}", status)) as scalr:
            with pytest.raises(Exception) as raised:
                await scalr.variables.with_response.create(
                    key="k", category="env", value=SECRET, sensitive=True
                )
        frames = traceback.TracebackException.from_exception(
            raised.value.with_traceback(raised.tb.tb_next), capture_locals=True
        )
        assert SECRET not in "".join(frames.format())

    run_virtually(run())


def test_what_cannot_be_sent_is_refused_as_by_the_call_itself() -> None:
    scalr = ScalrClient("acme.scalr.io", CANARY)

    with pytest.raises(ValueError, match="nonsense"):
        scalr.agent_pools.with_response.list(sort="nonsense")
    with pytest.raises(TypeError):
        scalr.agent_pools.with_response.get()
