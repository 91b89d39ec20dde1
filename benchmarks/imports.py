"""The cost of importing this library on top of importing aiohttp, in fresh interpreters.

Bytecode is always present, as after `pip install`, whatever the environment's setting.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Final

import attrs

__all__ = ["Imports", "measure"]

_SCRIPT: Final = """
import sys, time

names = {}

def spent(statement):
    began = time.process_time()
    exec(statement, names)
    return (time.process_time() - began) * 1e3

print([spent(statement) for statement in sys.argv[1:]])
"""

_STATEMENTS: Final = (
    "import aiohttp",
    "import scalr_async",
    "from scalr_async import ScalrClient",
    "ScalrClient('https://example.scalr.io', 'token').workspaces.list()",
)


@attrs.frozen
class Imports:
    """CPU milliseconds of consecutive import statements in one fresh interpreter."""

    aiohttp: float
    package: float
    client: float
    first_list: float


def measure(times: int) -> list[Imports]:
    """Run the statements several times, after a run that writes the bytecode."""
    with tempfile.TemporaryDirectory() as cache:
        return [_once(cache) for _ in range(times + 1)][1:]


def _once(cache: str) -> Imports:
    command = [sys.executable, "-c", _SCRIPT, *_STATEMENTS]
    environment = os.environ | {"PYTHONPYCACHEPREFIX": cache}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return Imports(*json.loads(done.stdout))
