"""An answer about another object than the one asked for is no answer to the call."""

from __future__ import annotations

import json

import pytest

from scalr_async import DecodeError, ScalrError
from scalr_async._http import Request
from tests.laws.answers import fine
from tests.laws.calls import Method, methods
from tests.laws.seam import Reply, requests_of, scripted
from tests.servers import run_virtually


def about_another(request: Request, number: int) -> Reply:
    """Answer what Scalr does, with the id of another object if the path names one."""
    document = json.loads(fine(request))
    if names_an_object(request):
        document["data"]["id"] = "x-9"
    return Reply(json.dumps(document).encode())


def names_an_object(request: Request) -> bool:
    return request.method in {"GET", "PATCH"} and request.operation.endswith("}")


ONE_EACH = {"security_rules.get", "security_rules.update", "slack_connections.get"}
"""Calls about something that an account has one of: no id of it is in the path."""

CALLS = [m for m in methods() if m.name in {"get", "update"} and str(m) not in ONE_EACH]


@pytest.mark.parametrize("method", CALLS, ids=str)
def test_every_call_about_one_object_refuses_another_one(method: Method) -> None:
    async def main() -> tuple[Request, ScalrError]:
        with scripted(about_another) as scalr:
            with pytest.raises(DecodeError, match="describes x-9, not x-1") as caught:
                await method.bound(scalr)(**method.arguments)
            (request,) = requests_of(scalr)
        return request, caught.value

    request, error = run_virtually(main())

    assert names_an_object(request)
    assert error.outcome == ("unknown" if request.method == "PATCH" else "applied")


def test_there_are_many_such_calls() -> None:
    assert len(CALLS) > 75


@pytest.mark.parametrize("other", [None, 7, "", "x-1 ", "X-1", ["x-1"]])
def test_the_id_is_compared_as_it_is(other: object) -> None:
    async def main() -> None:
        def answer(request: Request, number: int) -> Reply:
            document = json.loads(fine(request))
            document["data"]["id"] = other
            return Reply(json.dumps(document).encode())

        with scripted(answer) as scalr:
            with pytest.raises(DecodeError):
                await scalr.agent_pools.get("x-1")

    run_virtually(main())
