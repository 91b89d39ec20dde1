"""What importing this library costs on top of importing aiohttp, in fresh interpreters."""

from __future__ import annotations

import json
import subprocess
import sys
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
    """CPU milliseconds of one statement after another in one fresh interpreter."""

    aiohttp: float
    package: float
    client: float
    first_list: float


def measure() -> Imports:
    """Run the statements once."""
    command = [sys.executable, "-c", _SCRIPT, *_STATEMENTS]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Imports(*json.loads(done.stdout))
