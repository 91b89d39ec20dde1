"""The PyInstaller hooks of this package (entry point `pyinstaller40`)."""

from __future__ import annotations

from pathlib import Path

__all__ = ["hooks"]


def hooks() -> list[str]:
    """Return the folder with `hook-scalr_async.py`."""
    return [str(Path(__file__).parent)]
