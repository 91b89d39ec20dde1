from __future__ import annotations

import pytest

from scalr_async import ScalrClient
from scalr_async.emulator import Emulator


@pytest.fixture
async def emu():
    async with Emulator() as emulator:
        yield emulator


@pytest.fixture
async def scalr(emu):
    async with ScalrClient(emu.url, emu.token) as client:
        yield client
