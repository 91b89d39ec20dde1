"""Draw the picture of the demo from a real run: `python -m tools.picture`.

Needs the extra `cli`. Numbers of seconds differ from run to run, everything else is the same.
"""

from __future__ import annotations

import asyncio
import io
import re
from pathlib import Path
from typing import Final

from rich.console import Console

from scalr_async.cli._demo import Demo, settings_of
from scalr_async.cli._parser import parser
from scalr_async.cli._rich import RichPresenter

PICTURE: Final = Path(__file__).parent.parent / "docs" / "images" / "demo.svg"


def draw(path: Path, words: list[str]) -> None:
    """Run `scalr-async demo` with these options, and write what a terminal would show."""
    arguments = parser().parse_args(["demo", *words])
    # Not a terminal, so that each progress bar is recorded once, when it is done.
    console = Console(
        file=io.StringIO(), record=True, width=118, color_system="truecolor", highlight=False
    )
    demo = Demo(RichPresenter(console), settings_of(arguments), links=arguments.links)
    asyncio.run(demo.run())
    picture = console.export_svg(title="scalr-async demo", unique_id="demo")
    path.parent.mkdir(parents=True, exist_ok=True)
    # Fonts come from the reader's machine: a picture loads nothing.
    path.write_text(re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL), "utf-8")


if __name__ == "__main__":
    draw(PICTURE, [])
