"""Fixtures of the whole suite, and the canary: a token that nothing may print, log or store."""

from __future__ import annotations

import gc
import importlib
import inspect
import pkgutil
import signal
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import Literal

import pytest
import trustme
from coverage import Coverage
from hypothesis import HealthCheck, settings

import scalr_async
from scalr_async import Config, RetryPolicy, ScalrClient
from scalr_async.emulator import Emulator
from tests.servers import reserved_port

# Else the suites within the suite warn, once a test has imported it.
pytest.register_assert_rewrite("scalr_async.testing")

# A machine may be slow.
settings.register_profile("slow", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("slow")

# A shell ignores Ctrl-C in what it runs in the background, and so would the programs that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

CANARY = "canary-b5c1f0e47d2a4e0f9a6d"
"""The token of every client in the suite. It is spelled out here and nowhere in any output."""

_leaks: list[str] = []

_BEHAVIOR = ("cli", "pagination", "resources", "test_client.py")
"""Where tests of what the client does stand: it must not depend on how much an answer tells."""

_APART = tuple(
    f"tests/{each}/" for each in ("benchmarks", "docs", "examples", "generate", "typing")
)
"""Where tests stand of what is no part of the package."""


def _is_measured(item: pytest.Item) -> bool:
    """Return whether a test takes part in measuring coverage, which more than doubles its time.

    Every line and branch of the package is run without those that do not.
    """
    sparse = getattr(item, "callspec", None) and item.callspec.params.get("answers") == "sparse"
    apart = item.nodeid.startswith(_APART)
    return not (apart or sparse or item.get_closest_marker("unmeasured"))


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Spare the garbage collector half a million objects that live as long as the session."""
    if Coverage.current() is not None and not session.config.pluginmanager.has_plugin("dsession"):
        _run_what_runs_once()
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def _run_what_runs_once() -> None:
    """Do what only the first user of the package does, before a test does that is not measured."""
    programs = (".__main__", ".hook-scalr_async")
    for module in pkgutil.walk_packages(scalr_async.__path__, "scalr_async."):
        if not module.name.endswith(programs):
            for each in vars(importlib.import_module(module.name)).copy().values():
                if hasattr(each, "cache_info") and not inspect.signature(each).parameters:
                    each()
    Emulator()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    stopped: list[Coverage] = []  # a worker of xdist has two, one below the other
    while not _is_measured(item) and (current := Coverage.current()) is not None:
        current.stop()
        stopped.append(current)
    try:
        return (yield)
    finally:
        for each in reversed(stopped):
            each.start()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "answers" not in metafunc.fixturenames:
        return  # it may stand outside the suite
    place = metafunc.definition.path.relative_to(Path(__file__).parent).parts[0]
    generous = metafunc.definition.get_closest_marker("generous")
    if place in _BEHAVIOR and generous is None:
        metafunc.parametrize("answers", ["generous", "sparse"])


@pytest.fixture
def answers() -> Literal["generous", "sparse"]:
    """How much the emulator tells; behavior is tested with both."""
    return "generous"


@pytest.fixture
async def emu(answers: Literal["generous", "sparse"]) -> AsyncIterator[Emulator]:
    """A Scalr server with the documentation's account and nothing else."""
    async with Emulator(token=CANARY, answers=answers) as emulator:
        yield emulator


@pytest.fixture
async def scalr(emu: Emulator) -> AsyncIterator[ScalrClient]:
    """A client of that server that wastes no time between attempts."""
    retry = RetryPolicy(base=0.01, throttled_base=0.01, cap=0.02)
    async with ScalrClient(config=Config(host=emu.url, token=CANARY, retry=retry)) as client:
        yield client


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A port that refuses connections."""
    with reserved_port() as port:
        yield port


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """An authority that nobody trusts but those who are given `ca_file`."""
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of its certificate."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    printed = [(name, text) for name, text in report.sections if CANARY in text]
    _leaks.extend(f"{report.nodeid}: {name}" for name, _ in printed)
    if CANARY in report.longreprtext:
        _leaks.append(f"{report.nodeid}: traceback")


def pytest_sessionfinish(session: pytest.Session) -> None:
    factory = getattr(session.config, "_tmp_path_factory", None)
    base: Path | None = getattr(factory, "_basetemp", None)
    if base is not None:
        files = [path for path in base.rglob("*") if path.is_file()]
        _leaks.extend(str(path) for path in files if CANARY.encode() in path.read_bytes())
    if _leaks:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _leaks:
        terminalreporter.section("the canary token was seen", red=True)
        for leak in sorted(set(_leaks)):
            terminalreporter.line(leak)
