from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from scalr_async import Secret
from scalr_async.emulator import Emulator
from tests.conftest import CANARY
from tests.docs.pages import ROOT

OTHERS = ("SCALR_TOKEN_FILE", "SCALR_SERVICE_ACCOUNT_EMAIL", "SCALR_ID_TOKEN_FILE")


@pytest.fixture
async def emu(request: pytest.FixtureRequest) -> AsyncIterator[Emulator]:
    """The server that `scalr-async emulate --demo` is: what a reader types the pages against.

    The tutorial begins with nothing.
    """
    page = getattr(request.node, "callspec", None) and request.node.callspec.params.get("page")
    empty = page is not None and page.stem == "tutorial"
    async with Emulator(token=CANARY, demo=not empty) as emulator:
        yield emulator


@pytest.fixture
def environment(emu: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """What a shell would have set; files are written into a directory of their own."""
    variables = {"SCALR_HOSTNAME": emu.url, "SCALR_TOKEN": Secret(CANARY), "HOME": str(tmp_path)}
    for name in ("SCALR_ADDRESS", "SCALR_ACCOUNT", "SCALR_ACCOUNT_ID", "SCALR_PROFILE", *OTHERS):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # for programs that a page starts
    monkeypatch.chdir(tmp_path)
    return variables
