"""Check the types of the files that the pages show, as their readers would.

`python -m tests.docs.programs` writes them to a directory and runs mypy --strict and pyright there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.docs.pages import PAGES, ROOT, files, name_of

CHECKERS: Final = (("mypy", "--strict", "--config-file="), ("pyright",))


def write_programs(folder: Path) -> list[str]:
    """Write every Python file of every page, each page to its own directory; return the paths."""
    written = []
    for page in PAGES:
        for path, text in files(page).items():
            if path.endswith(".py"):
                file = folder / name_of(page) / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
                written.append(str(file))
    return written


def main() -> int:
    """Run both checkers over all files; return 1 if one of them found an error."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    with TemporaryDirectory() as folder:
        programs = write_programs(Path(folder))
        codes = [
            subprocess.call([sys.executable, "-m", *checker, *programs], cwd=folder, env=variables)
            for checker in CHECKERS
        ]
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
