"""The number of machine instructions that turn a page into workspaces: a steady figure.

Counted by `valgrind --tool=callgrind`, so that neither the load of the machine nor its speed plays
a part. What is compared is the ratio to `msgspec.json.decode` of the same page into plain dicts:
both run the same build of msgspec and of the interpreter, which a count alone would depend on.
"""

from __future__ import annotations

import gc
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import attrs

__all__ = ["RECORDED", "Counts", "count", "missing"]

RECORDED: Final = {(3, 11): 0.65, (3, 12): 0.62, (3, 13): 0.61}
"""The ratio as it was measured last, by Python version; runs differ by less than 1 %."""

_TIMES: Final = 5
_MARK: Final = "getppid"
"""A function that nothing else calls: callgrind begins a new count at each call."""


@attrs.frozen
class Counts:
    """Instructions for a page of 100 workspaces."""

    ours: float
    dicts: float

    @property
    def ratio(self) -> float:
        """Ours to plain dicts."""
        return self.ours / self.dicts


def missing() -> str | None:
    """Return why nothing can be counted here, None when it can."""
    return None if shutil.which("valgrind") else "valgrind is not installed"


def count() -> Counts:
    """Count, in about 15 seconds."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                "valgrind",
                "--tool=callgrind",
                f"--callgrind-out-file={folder}/out",
                f"--dump-before={_MARK}",
                sys.executable,
                "-m",
                "benchmarks.instructions",
            ],
            check=True,
            capture_output=True,
        )
        # Counted are the stretches that end at the second and at the third mark.
        ours, dicts = (_total(Path(folder, f"out.{part}")) for part in (2, 3))
    return Counts(ours / _TIMES, dicts / _TIMES)


def _total(dump: Path) -> int:
    found = re.search(r"^totals: (\d+)", dump.read_text("utf-8"), re.MULTILINE)
    assert found is not None
    return int(found[1])


def _measured() -> None:
    import msgspec  # noqa: PLC0415  # the parent needs none of this

    from benchmarks.documents import Pages  # noqa: PLC0415
    from scalr_async.jsonapi import codec_for  # noqa: PLC0415
    from scalr_async.resources import Workspace  # noqa: PLC0415

    page = Pages(100).page(1, 100, include=False)
    read = codec_for(Workspace).read_page
    assert [item.name for item in read(page).items] == [
        item["attributes"]["name"] for item in msgspec.json.decode(page)["data"]
    ]
    gc.collect()
    gc.freeze()  # else collections go through every module that happens to be imported
    os.getppid()
    for _ in range(_TIMES):
        read(page)
    os.getppid()
    for _ in range(_TIMES):
        msgspec.json.decode(page)
    os.getppid()


if __name__ == "__main__":
    _measured()
