"""The report in a real Chromium: it fits, sorts, filters, and its policy lets only its script run."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import attrs
import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.generous("the script of the page does not depend on how much is told"),
]

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --remote-debugging-port=0"
).split()


@attrs.define
class Tab:
    """A page in the browser, by way of its debugging protocol."""

    socket: aiohttp.ClientWebSocketResponse
    count: int = 0
    log: list[str] = attrs.field(factory=list)

    async def call(self, method: str, **params: Any) -> Any:
        self.count += 1
        await self.socket.send_json({"id": self.count, "method": method, "params": params})
        while True:
            message = await self.socket.receive_json()
            if message.get("id") == self.count:
                assert "error" not in message, message
                return message["result"]
            if message.get("method") == "Log.entryAdded":
                self.log.append(message["params"]["entry"]["text"])

    async def evaluate(self, script: str) -> Any:
        result = await self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    async def resize(self, width: int) -> None:
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        await self.call("Emulation.setDeviceMetricsOverride", **size)


@contextlib.asynccontextmanager
async def browser(folder: Path, url: str) -> AsyncIterator[Tab]:
    assert CHROMIUM is not None
    process = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *FLAGS,
        f"--user-data-dir={folder}",
        url,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        found = None
        while found is None:
            line = (await process.stderr.readline()).decode()
            assert line, "Chromium ended"
            found = re.search(r"ws://([^/]+)/", line)
        async with aiohttp.ClientSession() as session:
            pages: list[dict[str, str]] = []
            while not pages:
                async with session.get(f"http://{found[1]}/json") as answer:
                    listed = json.loads(await answer.read())
                pages = [each for each in listed if each["url"] == url]
                await asyncio.sleep(0.01)
            async with session.ws_connect(pages[0]["webSocketDebuggerUrl"]) as socket:
                tab = Tab(socket)
                await tab.call("Log.enable")
                while not await tab.evaluate(
                    "document.readyState == 'complete' && !!window.totals"
                ):
                    await asyncio.sleep(0.01)
                yield tab
    finally:
        process.kill()
        await process.communicate()


@pytest.fixture
async def tab(run, emu, tmp_path) -> AsyncIterator[Tab]:
    emu.seed(environments=20, workspaces=300, pools=5, agents=20)
    emu.create("agent-pools", {"name": "a-pool-with-a-name-" + "that-does-not-break" * 8})
    report = tmp_path / "report.html"
    assert (await run("report", "--output", report)).code == 0
    async with browser(tmp_path / "profile", report.as_uri()) as opened:
        yield opened


async def test_the_page_fits_every_width_and_its_policy_blocks_nothing_of_it(tab: Tab) -> None:
    for width in (320, 360, 480, 768, 1024, 1600):
        await tab.resize(width)
        assert await tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.log == []


LINES = """
Math.max(...[...document.querySelectorAll("th, td:last-child")].map(each => {
  const range = document.createRange();
  range.selectNodeContents(each.querySelector("button, a") ?? each);
  return new Set([...range.getClientRects()].map(box => Math.round(box.bottom))).size;
}))
"""
"""The most lines that a heading or an id of a table takes."""


async def test_headings_and_ids_of_tables_are_not_broken(tab: Tab) -> None:
    for width in (320, 360, 1024):
        await tab.resize(width)
        assert await tab.evaluate(LINES) == 1


async def test_a_table_is_sorted_by_its_headings_with_the_keyboard(tab: Tab) -> None:
    column = (
        "[...document.querySelectorAll('#pools tbody tr')]"
        ".map(row => Number(row.cells[1].dataset.key))"
    )
    shown = await tab.evaluate(column)
    assert shown == sorted(shown, reverse=True)

    await tab.evaluate("document.querySelectorAll('#pools th button')[1].focus()")
    for order, reverse in (("ascending", False), ("descending", True)):
        for kind in ("keyDown", "keyUp"):
            key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
            await tab.call("Input.dispatchKeyEvent", type=kind, **key)
        assert await tab.evaluate(column) == sorted(shown, reverse=reverse)
        head = "document.querySelectorAll('#pools th')[1].getAttribute('aria-sort')"
        assert await tab.evaluate(head) == order


async def test_a_table_is_filtered_by_what_is_typed(tab: Tab) -> None:
    await tab.evaluate("document.querySelector('#pools input').focus()")
    await tab.call("Input.insertText", text="US-EAST")

    shown = await tab.evaluate(
        "[...document.querySelectorAll('#pools tbody tr')].filter(row => !row.hidden)"
        ".map(row => row.cells[0].textContent)"
    )

    assert shown == ["pool-us-east-1"]


async def test_dark_and_light_are_the_systems(tab: Tab) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    seen = []
    for scheme in ("light", "dark"):
        feature = {"name": "prefers-color-scheme", "value": scheme}
        await tab.call("Emulation.setEmulatedMedia", features=[feature])
        seen.append(await tab.evaluate(background))

    assert seen == ["rgb(255, 255, 255)", "rgb(18, 21, 28)"]
