"""The pytest plugin: fixtures for tests of code that talks to Scalr.

    scalr_emulator   a Scalr server, empty at the start of each test
    scalr            an open client of it, in the event loop of the test
    scalr_webhooks   a receiver that verifies its webhooks; tests wait for them there

They work under pytest-asyncio in both modes, with any loop scope, and under anyio's plugin on
asyncio. `scalr_emulator` serves from a thread of its own, so it works in tests without an event
loop, too.

The option `scalr_emulator_scope = "session"` (or `"module"`, `"package"`, `"class"`) keeps one
server for many tests, and resets it before each of them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, Literal, get_args

import pytest

try:
    import pytest_asyncio
except ImportError:  # pragma: no cover - the suite of this project has it
    pytest_asyncio = None  # type: ignore[assignment]  # of a module

if TYPE_CHECKING:
    from scalr_async.client import ScalrClient
    from scalr_async.emulator import Emulator
    from scalr_async.testing._sink import WebhookSink

__all__ = ["WebhookSink", "scalr", "scalr_emulator", "scalr_webhooks"]

_Scope = Literal["session", "package", "module", "class", "function"]


def __getattr__(name: str) -> Any:
    """Import the class of a fixture when it is used, such as in a test's annotations."""
    if name == "WebhookSink":
        from scalr_async.testing._sink import WebhookSink  # noqa: PLC0415  # costs no start-up

        return WebhookSink
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option."""
    parser.addini(
        "scalr_emulator_scope",
        "how long a server of the fixture scalr_emulator lives: session, package, module, class "
        "or function",
        default="function",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse an unknown scope before any test."""
    scope = config.getini("scalr_emulator_scope")
    if scope not in get_args(_Scope):
        allowed = ", ".join(get_args(_Scope))
        raise pytest.UsageError(f"scalr_emulator_scope: {scope!r} is none of {allowed}")


def _scope(fixture_name: str, config: pytest.Config) -> _Scope:  # noqa: ARG001  # pytest's signature
    scope: _Scope = config.getini("scalr_emulator_scope")
    return scope


@pytest.fixture(scope=_scope)
def _scalr_server() -> Iterator[Emulator]:
    from scalr_async.emulator import Emulator  # noqa: PLC0415  # a plugin must not cost start-up

    with Emulator.in_thread() as emulator:
        yield emulator


@pytest.fixture
def scalr_emulator(_scalr_server: Emulator) -> Emulator:
    """A Scalr server with one account, its owner and the environment `main`.

    Its settings (`latency`, `quotas`, `fail`, `limit_rate`, `run_step`, ...) have their defaults.
    """
    _scalr_server.reset()
    return _scalr_server


@pytest.fixture
def scalr_webhooks(scalr_emulator: Emulator) -> Iterator[WebhookSink]:
    """A receiver of the webhooks of `scalr_emulator`: `subscribe()`, then `await next()`."""
    from scalr_async.testing._sink import open_sink  # noqa: PLC0415  # likewise

    with open_sink(scalr_emulator) as sink:
        yield sink


async def _opened(emulator: Emulator) -> AsyncIterator[ScalrClient]:
    from scalr_async.client import ScalrClient  # noqa: PLC0415  # likewise
    from scalr_async.config import Config, RetryPolicy  # noqa: PLC0415  # likewise

    retry = RetryPolicy(base=0.01, throttled_base=0.01, cap=0.02)  # tests do not wait
    config = Config(host=emulator.url, token=emulator.token, retry=retry)
    async with ScalrClient(config=config) as client:
        yield client


@pytest.fixture
async def _scalr_anyio(scalr_emulator: Emulator) -> AsyncIterator[ScalrClient]:
    async for client in _opened(scalr_emulator):
        yield client


def _of_loops(scope: Any) -> Any:
    """Return the client fixture for pytest-asyncio's loop of a scope."""

    async def opened(scalr_emulator: Emulator) -> AsyncIterator[ScalrClient]:
        async for client in _opened(scalr_emulator):
            yield client

    assert pytest_asyncio is not None
    return pytest_asyncio.fixture(opened, loop_scope=scope, name=f"_scalr_asyncio_{scope}")


if pytest_asyncio is not None:  # pragma: no branch - the suite of this project has it
    for _each in ("session", "package", "module", "class", "function"):
        globals()[f"_scalr_asyncio_{_each}"] = _of_loops(_each)


@pytest.fixture
def scalr(request: pytest.FixtureRequest) -> ScalrClient:
    """An open client of `scalr_emulator`, in the event loop of the test; it retries at once."""
    if "anyio_backend" in request.fixturenames:
        client: ScalrClient = request.getfixturevalue("_scalr_anyio")
        return client
    if not request.config.pluginmanager.hasplugin("asyncio"):
        raise pytest.UsageError("the fixture scalr needs pytest-asyncio, or anyio's plugin")
    marker = request.node.get_closest_marker("asyncio")
    given = None if marker is None else marker.kwargs.get("loop_scope")
    scope = given or request.config.getini("asyncio_default_test_loop_scope") or "function"
    client = request.getfixturevalue(f"_scalr_asyncio_{scope}")
    return client  # noqa: RET504  # typed where it was declared
