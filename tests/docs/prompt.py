"""Blocks typed into `python -m asyncio`, and what each of them printed.

Before Python 3.13 the prompt is a plain one that reads lines, from a pipe as well. From 3.13 on it is
an editor: blocks are pasted into a terminal, each followed by Enter, as a reader does it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

_MARK: Final = "-- end of a block --"
_COMMAND: Final = (sys.executable, "-m", "asyncio")


def typed(blocks: Sequence[str], environment: dict[str, str], folder: Path) -> list[str]:
    """Return what each block printed; an exception is an error here, too."""
    marked = [f"{block}\nprint({_MARK!r})\n" for block in blocks]
    terminal = sys.version_info >= (3, 13)
    environment = {**environment, "TERM": "xterm" if terminal else "dumb"}
    printed, errors = (_paste if terminal else _feed)(marked, environment, folder)
    assert "Error" not in errors, errors
    found = re.sub(r"(?m)^(?:>>> |\.\.\. )+", "", printed).split(f"{_MARK}\n")
    assert len(found) == len(blocks) + 1, printed
    return found[:-1]


def _feed(blocks: list[str], environment: dict[str, str], folder: Path) -> tuple[str, str]:
    process = subprocess.run(
        _COMMAND,
        input="".join(blocks),
        cwd=folder,
        env=environment,
        text=True,
        capture_output=True,
        check=True,
    )
    return process.stdout, process.stderr


def _paste(blocks: list[str], environment: dict[str, str], folder: Path) -> tuple[str, str]:
    import pty

    ours, theirs = pty.openpty()
    printed, screen = folder / "printed.txt", bytearray()
    printed.touch()
    process = subprocess.Popen(
        _COMMAND, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=environment
    )
    os.close(theirs)

    def watch() -> None:
        try:
            while shown := os.read(ours, 65536):
                screen.extend(shown)
        except OSError:  # the prompt has ended
            pass

    def paste(text: str) -> None:
        os.write(ours, b"\x1b[200~" + text.encode() + b"\x1b[201~\n\n")

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        _wait(lambda: b"import asyncio" in screen, screen)
        # The editor draws on the terminal itself: what is printed goes elsewhere.
        paste(f"import sys; sys.stdout = open({str(printed)!r}, 'a', buffering=1)")
        for number, block in enumerate(blocks, 1):
            paste(block)
            _wait(lambda n=number: printed.read_text("utf-8").count(f"{_MARK}\n") == n, screen)
        paste("exit()")
        process.wait(20)
    finally:
        process.kill()
        process.wait()
        watcher.join()
        os.close(ours)
    return printed.read_text("utf-8"), ""


def _wait(condition: Callable[[], bool], screen: bytearray) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, screen.decode(errors="replace")
        time.sleep(0.02)
