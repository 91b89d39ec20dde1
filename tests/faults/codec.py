"""Documents that atheris makes up, thrown at the codec without a socket between.

    pip install atheris
    python -m tests.faults.codec -atheris_runs=200000

What comes of any bytes is a value or a `ScalrError`. The arguments are libFuzzer's.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["scalr_async"]):
    from scalr_async import Headers, Response, ScalrError
    from scalr_async.jsonapi import check, codec_for, read_plain
    from scalr_async.resources import AgentPool, Workspace
    from tests.faults.fuzz import CASES, look

CODECS = [codec_for(AgentPool), codec_for(Workspace)]


def read(data: bytes) -> None:
    """Read the same bytes in every way there is, and touch what comes of it."""
    for codec in CODECS:
        with contextlib.suppress(ScalrError):
            look(codec.read_one(data))
        with contextlib.suppress(ScalrError):
            for item in codec.read_page(data, None).items:
                look(item)
    with contextlib.suppress(ScalrError):
        read_plain(data, dict)
    with contextlib.suppress(ScalrError):
        check(Response(method="GET", path="/x", status=422, headers=Headers(), body=data))


def main() -> None:
    """Run libFuzzer, which ends the process."""
    with tempfile.TemporaryDirectory() as corpus:
        for number, (answer, _) in enumerate(CASES):
            Path(corpus, str(number)).write_bytes(answer.partition(b"\r\n\r\n")[2])
        atheris.Setup([*sys.argv, corpus], read)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
