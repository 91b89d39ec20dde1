"""The benchmark runs: every row yields numbers, and equal results or none at all."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.bench import WARM, Bench
from benchmarks.child import Child
from benchmarks.imports import measure
from benchmarks.server import serve

ROOT = Path(__file__).parent.parent.parent


def test_a_quick_run_yields_numbers_in_every_row(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks", "--quick", "--output", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    results = report.read(tmp_path / "results.json")
    assert sum(row.goal is not None for row in results.rows) == 12
    for row in results.rows:
        values = (row.spread.min, row.spread.median, row.spread.max)
        assert all(map(math.isfinite, values)), row
        assert all(one.spread.min >= 0 for one in row.contenders), row
        assert row.work in done.stdout
    assert (tmp_path / "performance.svg").exists()


def test_a_client_is_measured_in_a_process_of_its_own() -> None:
    with serve(WARM) as urls:
        child = Child(Bench(urls=urls, rounds=1).task("scalr", "attributes", WARM))
        try:
            first, second = child.measure(), child.measure()
        finally:
            child.close()
    assert first.result == second.result > WARM.total
    assert first.cpu > 0
    assert first.wall > 0


def test_a_client_that_fails_is_noticed() -> None:
    with serve(WARM) as urls:
        task = Bench(urls=urls, rounds=1).task("scalr", "none of its works", WARM)
        with pytest.raises(RuntimeError, match="failed"):
            Child(task)


def test_imports_are_measured_in_fresh_interpreters() -> None:
    (found,) = measure(1)
    assert found.aiohttp > 0
    assert found.client > 0
