"""Print every figure; each comparison is made in one run."""

from __future__ import annotations

import argparse
import asyncio

from benchmarks import bulk, memory, walk

parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
parser.add_argument("--rounds", type=int, default=7, help="rounds that count (default 7)")
rounds = parser.parse_args().rounds
asyncio.run(walk.cpu(rounds))
asyncio.run(walk.latency(max(1, rounds // 2)))
asyncio.run(bulk.link(max(1, rounds // 2)))
memory.growth(2)
