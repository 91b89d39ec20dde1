"""Plant faults in modules with decisions, and count those that a test detects.

    python -m tools.mutation [--sample 20] [--seed 1] [MODULE ...]

Works in a copy of the project. Each fault is one small change by cosmic-ray, outside of
annotations. The tests of its module, then those of its layer, run against it until one fails.
Prints a line for each module, and the diff of each surviving fault.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from cosmic_ray.commands.init import init
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_db import use_db
from cosmic_ray.work_item import WorkItem

MODULES: Final = {
    "bulk/_engine.py": ("tests/bulk",),
    "bulk/_outcome.py": ("tests/bulk",),
    "errors.py": ("tests/test_errors.py", "tests/jsonapi"),
    "jsonapi/_codec.py": ("tests/jsonapi",),
    "jsonapi/_response.py": ("tests/jsonapi",),
    "pagination/_drift.py": ("tests/pagination",),
    "pagination/_page.py": ("tests/pagination",),
    "pagination/_walk.py": ("tests/pagination",),
    "resources/_linking.py": ("tests/resources/test_linking.py", "tests/resources"),
    "resources/_pool_list.py": ("tests/resources/test_linking_many.py", "tests/resources"),
    "resources/runs.py": ("tests/resources/test_runs.py", "tests/resources"),
    "transport/_timers.py": ("tests/transport/test_timers.py", "tests/transport"),
    "transport/_rate.py": ("tests/transport/test_rate.py", "tests/transport"),
    "transport/_request_target.py": (
        "tests/transport/test_request_target.py",
        "tests/transport/test_download.py",
        "tests/transport",
        "tests/faults/test_targets.py",
    ),
    "transport/_retry.py": (
        "tests/transport/test_retry.py",
        "tests/transport",
        "tests/faults/test_limits.py",
    ),
    "transport/_sender.py": (
        "tests/transport/test_sender.py",
        "tests/transport",
        "tests/faults/test_writes.py",
    ),
    "transport/_tokens.py": ("tests/transport/test_tokens.py", "tests/transport"),
}
"""The modules with decisions, and their tests, the most specific first."""
COPIED: Final = ("scalr_async", "tests", "pyproject.toml")
SECONDS: Final = 600
"""A run of tests that takes longer has detected the fault, because something hangs."""


def _faults(module: Path) -> list[WorkItem]:
    """Return every fault that can be planted in a module outside of annotations."""
    with use_db(":memory:") as database:
        init([module], database, {})
        found = list(database.work_items)
    spans = list(_annotations(ast.parse(module.read_text("utf-8"))))
    return [item for item in found if not _within(item, spans)]


def _annotations(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            if isinstance(value := getattr(node, name, None), ast.expr):
                yield value


def _within(item: WorkItem, spans: Iterable[ast.expr]) -> bool:
    start = item.mutations[0].start_pos
    return any(
        (span.lineno, span.col_offset) <= start < (span.end_lineno or 0, span.end_col_offset or 0)
        for span in spans
    )


def _survives(item: WorkItem, tests: Iterable[str]) -> str | None:
    """Return the diff of a fault, None if a test fails with it."""
    options = "-x -q -n 0 -p no:cacheprovider --timeout=60 --timeout-method=thread"
    result = mutate_and_test(
        item.mutations, f"{sys.executable} -m pytest {options} {' '.join(tests)}", SECONDS
    )
    return None if result.is_killed else str(result.diff)


def _measure(name: str, arguments: argparse.Namespace) -> tuple[int, int]:
    """Return the numbers of detected and of planted faults."""
    faults = _faults(Path("scalr_async", name))
    chance = random.Random(f"{arguments.seed} {name}")
    planted = chance.sample(faults, min(arguments.sample, len(faults)))
    survived = 0
    for item in planted:
        difference = _survives(item, MODULES[name])
        if difference is not None:
            survived += 1
            print(difference, flush=True)
    print(f"{name}: {len(planted) - survived} of {len(planted)} noticed", flush=True)
    return len(planted) - survived, len(planted)


def main() -> None:
    """Plant faults in a copy of the project."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutation", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="such as bulk/_engine.py")
    parser.add_argument("--sample", type=int, default=20, help="faults a module (default 20)")
    parser.add_argument("--seed", type=int, default=1, help="which faults those are (default 1)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in COPIED:
            source, target = Path(name), Path(folder, name)
            (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
        os.chdir(folder)
        os.environ["PYTHONPATH"] = folder
        counts = [_measure(name, arguments) for name in arguments.modules or MODULES]
    noticed, planted = (sum(count) for count in zip(*counts, strict=True))
    print(f"all: {noticed} of {planted} noticed")


if __name__ == "__main__":
    main()
