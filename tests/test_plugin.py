"""The pytest plugin, in suites of every kind."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any, Final

import pytest

from scalr_async.testing import pytest_configure

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


WEBHOOKS: Final = """
    import asyncio
    import hmac
    from datetime import UTC, datetime

    import pytest
    from scalr_async import testing
    from scalr_async.emulator import DeliveryScript
    from scalr_async.testing import WebhookSink

    HOME = {{"environment": "env-svrcnchebt61e30"}}

    def apply(emulator, name="app"):
        workspace = emulator.create("workspaces", {{"name": name}}, HOME)
        run = emulator.create("runs", {{"status": "applying"}}, {{"workspace": workspace.id}})
        emulator.advance(run, "applied")
        return run.id

    {mark}
    async def test_deliveries_are_verified_and_waited_for(scalr_emulator, scalr_webhooks):
        assert isinstance(scalr_webhooks, WebhookSink)
        hook = scalr_webhooks.subscribe("run:completed")
        runs = [apply(scalr_emulator, name) for name in ("one", "two")]
        came = [await scalr_webhooks.next() for _ in runs]
        assert sorted(each.payload.run.id for each in came) == sorted(runs)
        assert {{each.payload.event_name for each in came}} == {{"run:completed"}}
        await scalr_emulator.settle_deliveries()
        assert scalr_webhooks.deliveries == came
        assert hook.attributes["secret-key"] == str(scalr_webhooks.secret)

    {mark}
    async def test_a_webhook_of_ones_own_is_received(scalr, scalr_emulator, scalr_webhooks):
        await scalr.webhook_integrations.create(
            name="bot",
            url=scalr_webhooks.url,
            secret_key=scalr_webhooks.secret,
            is_shared=True,
            events=["run:completed"],
        )
        run = apply(scalr_emulator)
        assert (await scalr_webhooks.next()).payload.run.id == run

    {mark}
    async def test_what_is_not_signed_is_refused(scalr_emulator, scalr_webhooks):
        scalr_webhooks.subscribe()
        scalr_emulator.delivery_script = DeliveryScript(tampered="body")
        apply(scalr_emulator)
        await scalr_emulator.settle_deliveries()
        with pytest.raises(TimeoutError, match=r"within 0.01 seconds; 0 came before, 3 refused \\("):
            await scalr_webhooks.next(timeout=0.01)
        assert scalr_webhooks.deliveries == []
        assert {{type(error).__name__ for error in scalr_webhooks.refused}} == {{"SignatureError"}}

    {mark}
    async def test_what_comes_twice_is_there_twice(scalr_emulator, scalr_webhooks):
        scalr_webhooks.subscribe()
        scalr_emulator.delivery_script = DeliveryScript(copies=2)
        apply(scalr_emulator)
        first, second = await scalr_webhooks.next(), await scalr_webhooks.next()
        assert first.id == second.id

    {mark}
    async def test_deliveries_that_come_before_anyone_waits_are_kept(
        scalr_emulator, scalr_webhooks
    ):
        scalr_webhooks.subscribe()
        for name in ("one", "two"):
            apply(scalr_emulator, name)
        await scalr_emulator.settle_deliveries()
        came = [await scalr_webhooks.next(), await asyncio.to_thread(scalr_webhooks.wait)]
        assert came == scalr_webhooks.deliveries

    {mark}
    async def test_what_comes_when_nobody_waits_any_more_is_for_the_next(scalr_webhooks):
        leaving = asyncio.ensure_future(scalr_webhooks.next())
        await asyncio.sleep(0)
        date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S%z")
        body = b'{{"event_name": "run:completed", "run": {{"id": "run-1"}}}}'
        key = str(scalr_webhooks.secret).encode()
        signature = hmac.new(key, body + date.encode(), "sha256").hexdigest()
        headers = {{"Date": date, "X-Scalr-Delivery-Id": "wd-1", "X-Signature": signature}}
        assert scalr_webhooks.receive(body, [*headers.items()]) == 200  # no turn of the loop since
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        assert (await scalr_webhooks.next()).id == "wd-1"

    def test_the_plugin_has_no_other_names():
        with pytest.raises(AttributeError, match="no attribute 'Sink'"):
            testing.Sink
"""
WEBHOOKS_SYNC: Final = """
    import pytest

    HOME = {"environment": "env-svrcnchebt61e30"}

    def test_a_test_without_a_loop_waits_too(scalr_emulator, scalr_webhooks):
        scalr_webhooks.subscribe("run:errored")
        workspace = scalr_emulator.create("workspaces", {"name": "app"}, HOME)
        run = scalr_emulator.create("runs", {"status": "applying"}, {"workspace": workspace.id})
        with pytest.raises(TimeoutError, match="within 0.01 seconds; 0 came before$"):
            scalr_webhooks.wait(timeout=0.01)
        scalr_emulator.run_script = type(scalr_emulator.run_script)(fails="apply")
        run = scalr_emulator.create("runs", {"status": "applying"}, {"workspace": workspace.id})
        scalr_emulator.advance(run, "errored")
        assert scalr_webhooks.wait().payload.run.id == run.id
"""


@pytest.mark.parametrize("lifetime", ["function", "session"])
@pytest.mark.parametrize("mark", ["@pytest.mark.asyncio", "@pytest.mark.anyio"])
def test_webhooks_are_received_verified_and_waited_for(
    pytester: pytest.Pytester, mark: str, lifetime: str
) -> None:
    scope(pytester, lifetime)
    backend = "    @pytest.fixture\n    def anyio_backend(): return 'asyncio'\n"
    pytester.makepyfile(WEBHOOKS.format(mark=mark) + (backend if "anyio" in mark else ""))

    pytester.runpytest_inprocess(*PLUGIN).assert_outcomes(passed=7)


def test_webhooks_are_received_without_a_loop(pytester: pytest.Pytester) -> None:
    scope(pytester, "function")
    pytester.makepyfile(WEBHOOKS_SYNC)

    pytester.runpytest_inprocess(*PLUGIN).assert_outcomes(passed=1)


def test_an_unknown_scope_is_refused_in_one_line(pytester: pytest.Pytester) -> None:
    scope(pytester, "sessions")
    pytester.makepyfile(SYNC)

    result = pytester.runpytest_subprocess(*PLUGIN)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: scalr_emulator_scope: 'sessions' is none of session, package, module, class, *"]
    )
    result.stderr.no_fnmatch_line("*INTERNALERROR*")


@pytest.mark.parametrize("installed", [True, False])
def test_without_a_plugin_for_coroutines_it_says_what_is_missing(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installed: bool
) -> None:
    if not installed:
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


def test_an_unknown_scope_is_refused_by_name() -> None:
    config: Any = SimpleNamespace(getini=lambda _: "forever")

    with pytest.raises(pytest.UsageError, match="'forever' is none of session, package"):
        pytest_configure(config)
