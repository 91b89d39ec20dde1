"""A service of FastAPI: resources as JSON, and each error as the problem that it is to the caller."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import ModuleType
from typing import Any

import aiohttp
import pytest

from scalr_async.emulator import Emulator
from tests.conftest import CANARY
from tests.examples.conftest import HOME, Load, on_uvicorn, run_in, workspace


@pytest.fixture
def service(load: Load) -> ModuleType:
    return load("fastapi_service")


@pytest.fixture
async def url(service: ModuleType) -> AsyncIterator[str]:
    async with on_uvicorn(service.app) as url:
        yield url


async def test_a_workspace_is_shown_by_its_name(
    emu: Emulator, url: str, http: aiohttp.ClientSession
) -> None:
    network = workspace(emu, "network")

    async with http.get(f"{url}/workspaces/main/network") as answer:
        shown = await answer.json()

    assert answer.status == 200
    assert (shown["type"], shown["id"], shown["name"]) == ("workspaces", network.id, "network")
    assert shown["environment"]["name"] == "main"


async def test_a_run_is_started_and_shown(
    emu: Emulator, url: str, http: aiohttp.ClientSession
) -> None:
    network = workspace(emu, "network")

    where = f"{url}/workspaces/main/network/runs"
    async with http.post(where, json={"message": "from the portal"}) as answer:
        started = await answer.json()
    async with http.get(f"{url}/runs/{started['id']}") as again:
        shown = await again.json()

    assert (answer.status, again.status) == (201, 200)
    [run] = emu.store.all("runs")
    assert run.related("workspace") == (network.id,)
    assert run.attributes["message"] == "from the portal"
    assert (shown["id"], shown["message"]) == (run.id, "from the portal")


async def problem_of(http: aiohttp.ClientSession, url: str, path: str) -> tuple[int, str | None]:
    """Ask for what cannot be had; return status and Retry-After of the problem that is answered."""
    async with http.get(url + path) as answer:
        problem = await answer.json()
        assert answer.content_type == "application/problem+json"
        assert (problem["status"], problem["instance"]) == (answer.status, path)
        assert problem["title"]
        assert problem["detail"]
        assert CANARY not in str(problem)
        return answer.status, answer.headers.get("Retry-After")


async def test_a_mistake_of_the_caller_is_told_as_one(
    emu: Emulator, url: str, http: aiohttp.ClientSession
) -> None:
    workspace(emu, "twice")
    emu.update(workspace(emu, "once"), {"name": "twice"})

    assert {path: (await problem_of(http, url, path))[0] for path in MISTAKES} == MISTAKES


MISTAKES = {
    "/runs/run-missing": 404,
    "/runs/run 1": 400,
    "/workspaces/main/missing": 404,
    "/workspaces/missing/network": 404,
    "/workspaces/main/twice": 409,
}


async def test_a_failure_behind_the_service_is_not_told_as_the_callers(
    emu: Emulator, service: ModuleType, url: str, http: aiohttp.ClientSession
) -> None:
    service.DEADLINE = 0.1  # for the repeats
    for how, statuses in FAILURES:
        failure = emu.fail("GET", "/runs/*", times=None, **how)
        status, again = await problem_of(http, url, "/runs/run-1")
        assert (status in statuses, again) == (True, None), how
        failure.left = 0
    emu.latency = 0.15
    assert await problem_of(http, url, "/runs/run-1") == (504, None)


FAILURES: list[tuple[dict[str, Any], set[int]]] = [
    ({"status": 401}, {502}),  # it is the token of the service that is not accepted
    ({"status": 403}, {502}),
    ({"status": 200, "body": b"<html>"}, {502}),
    ({"status": 500}, {502, 504}),  # whichever comes first: the last attempt, or the deadline
    ({"status": 503}, {502, 504}),
    ({"cut": "before"}, {502, 504}),
]


@pytest.mark.parametrize("status", [429, 503])
async def test_a_throttled_service_says_when_to_come_back(
    emu: Emulator, url: str, http: aiohttp.ClientSession, status: int
) -> None:
    emu.fail("GET", "/runs/*", status=status, headers={"Retry-After": "600"})

    assert await problem_of(http, url, "/runs/run-1") == (503, "600")
    asked = len(emu.requests)
    again, seconds = await problem_of(http, url, "/runs/run-1")  # Scalr is not asked meanwhile

    assert again == 503
    assert 1 <= int(seconds or 0) <= 600
    assert len(emu.requests) == asked


async def test_an_api_that_is_down_is_not_the_fault_of_the_caller(
    emu: Emulator, service: ModuleType, url: str, http: aiohttp.ClientSession
) -> None:
    service.DEADLINE = 0.2
    await emu.stop()

    async with http.get(f"{url}/runs/run-1") as answer:
        problem = await answer.json()

    assert answer.status in {502, 504}
    assert problem["outcome"] == "not_sent"


async def test_a_run_that_is_refused_names_what_is_wrong(
    emu: Emulator, url: str, http: aiohttp.ClientSession
) -> None:
    emu.create("workspaces", {"name": "empty"}, {"environment": HOME})  # there is nothing to run

    async with http.post(f"{url}/workspaces/main/empty/runs", json={"message": "m"}) as answer:
        problem = await answer.json()

    assert (answer.status, problem["outcome"]) == (422, "rejected")
    assert "No configuration versions available" in problem["detail"]


async def test_who_cannot_know_whether_a_run_was_started_is_told_so(
    emu: Emulator, url: str, http: aiohttp.ClientSession
) -> None:
    workspace(emu, "network")
    emu.fail("POST", "/runs", cut="after-apply")

    where = f"{url}/workspaces/main/network/runs"
    async with http.post(where, json={"message": "m"}) as answer:
        problem = await answer.json()

    assert (answer.status, problem["outcome"]) == (502, "unknown")
    assert emu.store.count("runs") == 1


async def test_all_requests_share_one_client(
    emu: Emulator, url: str, http: aiohttp.ClientSession
) -> None:
    run = run_in(emu, workspace(emu, "network"))
    for _ in range(3):
        async with http.get(f"{url}/runs/{run.id}") as answer:
            assert answer.status == 200

    assert len({request.connection for request in emu.requests}) == 1
