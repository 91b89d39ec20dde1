"""The number of machine instructions that turn a page into workspaces: a stable figure.

`valgrind --tool=callgrind` counts them, so neither the load of the machine nor its speed matters.
The figure is the ratio to `msgspec.json.decode` of the same page into plain dicts: both run the
same build of msgspec and of the interpreter, on which a count alone would depend.
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
"""The last measured ratio by Python version; runs differ by less than 1 %."""

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
        """The ratio of our instructions to those of plain dicts."""
        return self.ours / self.dicts


def missing() -> str | None:
    """Return the reason why instructions cannot be counted here, None if they can."""
    return None if shutil.which("callgrind_control") else "valgrind is not installed"


def count() -> Counts:
    """Count instructions; takes about 7 seconds, mostly for imports, which are not counted."""
    with tempfile.TemporaryDirectory() as folder:
        begin = Path(folder, "begin")
        command = [
            "valgrind",
            "--tool=callgrind",
            "--instr-atstart=no",
            f"--callgrind-out-file={folder}/out",
            f"--dump-before={_MARK}",
            sys.executable,
            "-m",
            "benchmarks.instructions",
            str(begin),
        ]
        out, err = subprocess.PIPE, subprocess.DEVNULL
        with subprocess.Popen(command, stdout=out, stderr=err) as child:
            assert child.stdout is not None
            pid = str(int(child.stdout.readline()))
            subprocess.run(["callgrind_control", "-i", "on", pid], check=True, capture_output=True)
            begin.touch()
        # The counts are those between the first and second, and the second and third mark.
        ours, dicts = (_total(Path(folder, f"out.{part}")) for part in (2, 3))
    return Counts(ours / _TIMES, dicts / _TIMES)


def _total(dump: Path) -> int:
    found = re.search(r"^totals: (\d+)", dump.read_text("utf-8"), re.MULTILINE)
    assert found is not None
    return int(found[1])


def _measured(begin: Path) -> None:
    import msgspec  # noqa: PLC0415  # the parent needs none of this

    from benchmarks.documents import Pages  # noqa: PLC0415  # likewise
    from scalr_async.jsonapi import codec_for  # noqa: PLC0415  # likewise
    from scalr_async.resources import Workspace  # noqa: PLC0415  # likewise

    page = Pages(100).page(1, 100, include=False)
    read = codec_for(Workspace).read_page
    assert [item.name for item in read(page).items] == [
        item["attributes"]["name"] for item in msgspec.json.decode(page)["data"]
    ]
    gc.collect()
    gc.freeze()  # else garbage collections traverse every imported module
    print(os.getpid(), flush=True)
    while not begin.exists():
        pass  # a sleeping process would not notice the start of counting
    os.getppid()
    for _ in range(_TIMES):
        read(page)
    os.getppid()
    for _ in range(_TIMES):
        msgspec.json.decode(page)
    os.getppid()


if __name__ == "__main__":
    _measured(Path(sys.argv[1]))
