"""Draw the pictures of the documentation from real runs: `python -m tools.picture`.

Needs the extra `cli`, and Chromium for screenshots. Only seconds and dates differ from run to run.
"""

from __future__ import annotations

import asyncio
import io
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from rich.console import Console

from scalr_async.cli import main
from scalr_async.cli._demo import Demo, settings_of
from scalr_async.cli._parser import parser
from scalr_async.cli._terminal import RichPresenter
from scalr_async.emulator import Emulator

IMAGES: Final = Path(__file__).parent.parent / "docs" / "images"

_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--hide-scrollbars",
)


def draw_demo(path: Path, words: list[str]) -> None:
    """Run `scalr-async demo` with these options, and write a terminal's view of its output."""
    arguments = parser().parse_args(["demo", *words])
    # Not a terminal, so that each progress bar is recorded once, when it is done.
    console = Console(
        file=io.StringIO(), record=True, width=84, color_system="truecolor", highlight=False
    )
    demo = Demo(RichPresenter(console), settings_of(arguments), links=arguments.links)
    asyncio.run(demo.run())
    picture = console.export_svg(title="scalr-async demo", unique_id="demo")
    path.parent.mkdir(parents=True, exist_ok=True)
    # Fonts come from the reader's machine: a picture loads nothing.
    path.write_text(re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL), "utf-8")


async def write_report(path: Path) -> None:
    """Write the report of a seeded account."""
    async with Emulator() as emu:
        emu.seed(environments=9, workspaces=3000, pools=5, agents=40)
        os.environ.update(SCALR_HOSTNAME=emu.url, SCALR_TOKEN=str(emu.token))
        await asyncio.to_thread(main, ["report", "--output", str(path)])


def photograph(page: Path, picture: Path, width: int, height: int, *more: str) -> None:
    """Take a screenshot of a page with Chromium, in a window of that size."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("Chromium is not installed")
    with tempfile.TemporaryDirectory() as profile:
        size = [f"--user-data-dir={profile}", f"--window-size={width},{height}"]
        shot = f"--screenshot={picture}"
        subprocess.run(
            [chromium, *_FLAGS, *size, *more, shot, page.as_uri()], check=True, capture_output=True
        )


def draw_all() -> None:
    """Draw every picture."""
    demo = IMAGES / "demo.svg"
    draw_demo(demo, [])
    photograph(demo, IMAGES / "demo.png", 1040, 760)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.html")
        asyncio.run(write_report(report))
        photograph(report, IMAGES / "report.png", 1100, 1250)
        dark = "--blink-settings=preferredColorScheme=0"
        photograph(report, IMAGES / "report-dark.png", 1100, 700, dark)
        photograph(report, IMAGES / "report-narrow.png", 500, 1100)


if __name__ == "__main__":
    draw_all()
