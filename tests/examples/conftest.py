"""The examples as their users run them: as modules of a server, on real sockets, by the environment."""

from __future__ import annotations

import asyncio
import importlib.util
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import ModuleType
from typing import Any

import aiohttp
import pytest
import uvicorn
from aiohttp import web

from scalr_async.emulator import DeliveryScript, Emulator, Record
from tests.docs.conftest import environment
from tests.docs.pages import ROOT

__all__ = ["environment"]

HOME = "env-svrcnchebt61e30"
ACCOUNT = "acc-svrcncgh453bi8g"

Load = Callable[[str], ModuleType]


@pytest.fixture
def load(environment: dict[str, str]) -> Load:
    """Import an example anew, with the environment of the test."""

    def loaded(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, ROOT / "examples" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return loaded


@asynccontextmanager
async def on_uvicorn(app: Any) -> AsyncIterator[str]:
    config = uvicorn.Config(app, ws="none", lifespan="on", log_config=None)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            assert not serving.done()
            await asyncio.sleep(0.001)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await serving


@asynccontextmanager
async def on_aiohttp(app: web.Application, **options: Any) -> AsyncIterator[str]:
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, **options).start()
        scheme = "https" if options else "http"
        yield f"{scheme}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture(autouse=True)
def soon(emu: Emulator) -> None:
    """Deliveries that were not taken come again soon."""
    emu.delivery_script = DeliveryScript(pause=0.01)


def workspace(emu: Emulator, name: str, **relationships: Any) -> Record:
    """A workspace that can run."""
    where = {"environment": HOME, **{k.replace("_", "-"): v for k, v in relationships.items()}}
    made = emu.create("workspaces", {"name": name}, where)
    emu.create("configuration-versions", {"source": "vcs"}, {"workspace": made.id})
    return made


def run_in(emu: Emulator, place: Record, **attributes: Any) -> Record:
    return emu.create("runs", attributes, {"workspace": place.id})
