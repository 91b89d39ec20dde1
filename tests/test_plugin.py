"""The pytest plugin, in suites of every kind."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest

ASYNC: Final = """
    import pytest
    from scalr_async import ScalrClient
    from scalr_async.emulator import Emulator

    {mark}
    async def test_a_pool_is_made(scalr: ScalrClient, scalr_emulator: Emulator) -> None:
        pool = await scalr.agent_pools.create(name="eu")
        assert scalr_emulator.store.count("agent-pools") == 1
        assert (await scalr.agent_pools.get(pool)).name == "eu"
        scalr_emulator.fail("GET", "/agent-pools/*", status=503, times=1)
        assert (await scalr.agent_pools.get(pool)).name == "eu"
        scalr_emulator.latency = 5

    {mark}
    async def test_the_next_test_begins_anew(scalr, scalr_emulator) -> None:
        assert scalr_emulator.latency == 0
        assert await scalr.agent_pools.list().count() == 0
        scalr_emulator.seed(workspaces=20)
        async with scalr_emulator.churn("workspaces", per_second=100):
            assert await scalr.workspaces.list().collect()

    {fixture}
    async def pool(scalr):
        return await scalr.agent_pools.create(name="of a fixture")

    {mark}
    async def test_fixtures_of_ones_own_may_use_it(scalr, pool) -> None:
        assert (await scalr.agent_pools.list().one()).name == "of a fixture"
"""
SYNC: Final = """
    import json
    import urllib.request

    def ask(emulator, path):
        headers = {"Authorization": f"Bearer {emulator.token}"}
        request = urllib.request.Request(f"{emulator.url}/api/iacp/v3{path}", headers=headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def test_a_program_without_a_loop_is_served(scalr_emulator):
        scalr_emulator.seed(workspaces=5)
        assert len(ask(scalr_emulator, "/workspaces")["data"]) == 5
        assert [request.path for request in scalr_emulator.requests] == ["/workspaces"]

    def test_the_next_test_begins_anew(scalr_emulator):
        assert ask(scalr_emulator, "/workspaces")["data"] == []
"""
PLUGIN: Final = (
    *("-p", "no:scalr_async"),  # where it is installed; it is loaded by its module
    *("-p", "scalr_async.testing"),
    *("-p", "no:cacheprovider"),
    *("-W", "error"),
)


def scope(pytester: pytest.Pytester, value: str, *options: str) -> None:
    pytester.makeini(
        "\n".join(
            [
                "[pytest]",
                f"scalr_emulator_scope = {value}",
                "asyncio_default_fixture_loop_scope = function",
                *options,
            ]
        )
    )


@pytest.mark.parametrize("lifetime", ["function", "class", "module", "package", "session"])
@pytest.mark.parametrize(
    ("mode", "mark", "fixture"),
    [
        ("strict", "@pytest.mark.asyncio", "import pytest_asyncio\n    @pytest_asyncio.fixture"),
        ("auto", "", "@pytest.fixture"),
    ],
)
def test_it_works_in_both_modes_whatever_the_life_of_the_server(
    pytester: pytest.Pytester, mode: str, mark: str, fixture: str, lifetime: str
) -> None:
    scope(pytester, lifetime, f"asyncio_mode = {mode}")
    pytester.makepyfile(ASYNC.format(mark=mark, fixture=fixture))

    pytester.runpytest_inprocess(*PLUGIN).assert_outcomes(passed=3)


@pytest.mark.parametrize("loops", ["function", "module", "session"])
@pytest.mark.parametrize("declared", ["by the marker", "by the option"])
def test_the_client_lives_in_the_loop_of_the_test(
    pytester: pytest.Pytester, loops: str, declared: str
) -> None:
    mark, option = f'@pytest.mark.asyncio(loop_scope="{loops}")', ""
    if declared == "by the option":
        mark, option = "@pytest.mark.asyncio", f"asyncio_default_test_loop_scope = {loops}"
    scope(pytester, "session", option)
    fixture = f'import pytest_asyncio\n    @pytest_asyncio.fixture(loop_scope="{loops}")'
    pytester.makepyfile(ASYNC.format(mark=mark, fixture=fixture))

    pytester.runpytest_inprocess(*PLUGIN).assert_outcomes(passed=3)


def test_it_works_under_anyio(pytester: pytest.Pytester) -> None:
    scope(pytester, "session")
    pytester.makepyfile(
        ASYNC.format(mark="@pytest.mark.anyio", fixture="@pytest.fixture")
        + """
    @pytest.fixture
    def anyio_backend():
        return "asyncio"
    """
    )

    pytester.runpytest_inprocess(*PLUGIN).assert_outcomes(passed=3)


@pytest.mark.parametrize("lifetime", ["function", "session"])
def test_tests_without_a_loop_are_served(pytester: pytest.Pytester, lifetime: str) -> None:
    scope(pytester, lifetime)
    pytester.makepyfile(SYNC)

    pytester.runpytest_inprocess(*PLUGIN).assert_outcomes(passed=2)


def test_without_a_plugin_for_coroutines_it_says_what_is_missing(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scalr_async.testing.pytest_asyncio", None)
    pytester.makeini("[pytest]")
    pytester.makepyfile("def test_it(scalr): ...")

    result = pytester.runpytest_inprocess(*PLUGIN, "-p", "no:asyncio")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the fixture scalr needs pytest-asyncio, or anyio's plugin*"])


def test_no_program_imports_it() -> None:
    code = "import scalr_async, scalr_async.client, scalr_async.emulator, scalr_async.cli, sys\n"
    code += "assert 'scalr_async.testing' not in sys.modules and 'pytest' not in sys.modules"

    subprocess.run([sys.executable, "-c", code], check=True)


def test_it_costs_a_suite_nothing_that_does_not_use_it(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]")
    pytester.makepyfile(
        "import sys\ndef test_it(): assert 'scalr_async.emulator._emulator' not in sys.modules"
    )

    pytester.runpytest_subprocess(*PLUGIN[:6]).assert_outcomes(passed=1)
