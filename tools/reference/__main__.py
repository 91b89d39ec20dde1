"""Write the reference: `python -m tools.reference FOLDER`."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.reference import pages


def write(folder: Path) -> None:
    """Write the pages that differ, and remove obsolete ones."""
    made = {folder / path: text for path, text in pages().items()}
    for file in folder.rglob("*.md"):
        if file not in made:
            file.unlink()
    for file, text in made.items():
        if not file.exists() or file.read_text("utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    write(parser.parse_args().folder)
