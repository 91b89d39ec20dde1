"""The event loops that behavior on the wire is tried with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop] | None] = {
    "asyncio": asyncio.SelectorEventLoop
}
try:
    import uvloop
except ImportError:
    LOOPS["uvloop"] = None
else:
    LOOPS["uvloop"] = uvloop.new_event_loop


def run(loop: str, main: Coroutine[Any, Any, None]) -> None:
    """Run a test in one of the loops, or skip it where there is none."""
    factory = LOOPS[loop]
    if factory is None:
        main.close()
        pytest.skip("uvloop is not installed")
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(main)
